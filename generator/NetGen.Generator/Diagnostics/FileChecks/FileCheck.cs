using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Diagnostics.FileChecks;

/// <summary>A tensor that a network looks for in a file.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Owner">The layer it belongs to, or the network's input or output.</param>
/// <param name="Span">Where that stands.</param>
/// <param name="Shape">The shape it has to have.</param>
/// <param name="IsOptional">Whether the file may lack it.</param>
internal sealed record SoughtTensor(string Name, string Owner, SourceSpan Span, EquatableArray<int> Shape, bool IsOptional = false);

/// <summary>Holds the header of a safetensors file that an attribute names against what the network looks for, while the user types.</summary>
/// <param name="noFile">The id of the problem that the project has no such file.</param>
/// <param name="missing">The id of the problem that a tensor is missing.</param>
/// <param name="otherShape">The id of the problem that a tensor has another shape.</param>
/// <param name="unused">The id of the problem that nobody looks for a tensor.</param>
/// <param name="isWeights">
/// Whether the tensors are weights, whose kernels may lack sides of 1, and no references, whose leading batch dimension of 1 is as good
/// as none.
/// </param>
internal sealed class FileCheck(string noFile, string missing, string otherShape, string unused, bool isWeights)
{
    private const int MostListed = 5;

    private static readonly HashSet<string> Readable = ["F16", "BF16", "F32", "F64"];

    /// <summary>Checks a file.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="attribute">The attribute that names the file, where there is one.</param>
    /// <param name="named">The file.</param>
    /// <param name="sought">What the network looks for, without the prefix that the attribute gives.</param>
    public IEnumerable<Problem> Check(string network, LayerSyntax? attribute, NamedFile named, IReadOnlyList<SoughtTensor> sought)
    {
        if (attribute is not { IsBroken: false, File: { } file })
        {
            yield break;
        }

        SourceSpan place = attribute.Find("file")!.Span;
        if (named.Paths.Count > 1)
        {
            yield return new Problem(ProblemIds.SeveralFiles, place, [network, file, List(named.Paths)]);
            yield break;
        }

        if (named.Header is not { } header)
        {
            yield return new Problem(noFile, place, [network, file]);
            yield break;
        }

        if (TensorHeader.Read(header, out string error) is not { } tensors)
        {
            yield return new Problem(ProblemIds.DamagedFile, place, [network, file, error]);
            yield break;
        }

        LayerArgument? argument = attribute.Find("Prefix");
        string prefix = argument?.Value as string ?? "";
        string[] needed = [.. sought.Where(t => !t.IsOptional).Select(t => t.Name)];
        if (isWeights && WeightFit.OtherPrefix(needed, tensors.Keys, prefix) is { } other)
        {
            string names = other.Length == 0 ? "no prefix" : $"the prefix '{other}'";
            string fix = other.Length == 0 ? "leave Prefix out" : $"write Prefix = \"{other}\"";
            yield return new Problem(ProblemIds.OtherPrefix, argument?.Span ?? place, [network, file, names, fix]);
            yield break;
        }

        foreach (SoughtTensor tensor in sought)
        {
            string name = prefix + tensor.Name;
            string expected = Text(tensor.Shape.Select(d => (double)d));
            if (!tensors.TryGetValue(name, out (string Type, EquatableArray<double> Shape) found))
            {
                if (!tensor.IsOptional)
                {
                    yield return new Problem(missing, tensor.Span, [tensor.Owner, file, name, expected]);
                }
            }
            else if (!Fits(tensor.Shape, found.Shape))
            {
                yield return new Problem(otherShape, tensor.Span, [tensor.Owner, name, expected, file, Text(found.Shape)]);
            }
            else if (!Readable.Contains(found.Type))
            {
                yield return new Problem(ProblemIds.TensorType, tensor.Span, [tensor.Owner, name, file, found.Type]);
            }
        }

        var known = new HashSet<string>(sought.Select(t => prefix + t.Name));
        string[] others = [.. tensors.Keys.Where(n => !known.Contains(n) && !n.EndsWith("num_batches_tracked", StringComparison.Ordinal))];
        if (others.Length > 0)
        {
            string more = others.Length > MostListed ? $" and {others.Length - MostListed} more" : "";
            yield return new Problem(unused, place, [network, file, List(others.Take(MostListed)) + more]);
        }
    }

    private bool Fits(EquatableArray<int> expected, EquatableArray<double> found)
    {
        long[] sides = [.. expected.Select(d => (long)d)];
        long[] actual = [.. found.Select(d => d >= 0 && d <= int.MaxValue && d == (int)d ? (long)d : -1)];
        return isWeights ? WeightFit.HasShape(sides, actual)
            : actual.Length == sides.Length + 1 && actual[0] == 1 ? actual.Skip(1).SequenceEqual(sides)
            : actual.SequenceEqual(sides);
    }

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"'{n}'"));

    private static string Text(IEnumerable<double> shape) =>
        "[" + string.Join(", ", shape.Select(d => d.ToString("R", CultureInfo.InvariantCulture))) + "]";
}
