using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Weights;

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
/// <param name="allowsBatch">Whether a leading batch dimension of 1 is as good as none.</param>
internal sealed class FileCheck(string noFile, string missing, string otherShape, string unused, bool allowsBatch = false)
{
    private const int MostListed = 5;

    private static readonly HashSet<string> Readable = ["F16", "BF16", "F32", "F64"];

    /// <summary>Checks a file.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="attribute">The attribute that names the file, where there is one.</param>
    /// <param name="header">The header's text; null where the project names no such file.</param>
    /// <param name="sought">What the network looks for.</param>
    public IEnumerable<Problem> Check(string network, LayerSyntax? attribute, string? header, IReadOnlyList<SoughtTensor> sought)
    {
        if (attribute is not { IsBroken: false, File: { } file })
        {
            yield break;
        }

        SourceSpan place = attribute.Find("file")!.Span;
        if (header is null)
        {
            yield return new Problem(noFile, place, [network, file]);
            yield break;
        }

        if (TensorHeader.Read(header, out string error) is not { } tensors)
        {
            yield return new Problem(ProblemIds.DamagedFile, place, [network, file, error]);
            yield break;
        }

        foreach (SoughtTensor tensor in sought)
        {
            string expected = Text(tensor.Shape.Select(d => (double)d));
            if (!tensors.TryGetValue(tensor.Name, out (string Type, EquatableArray<double> Shape) found))
            {
                if (!tensor.IsOptional)
                {
                    yield return new Problem(missing, tensor.Span, [tensor.Owner, file, tensor.Name, expected]);
                }
            }
            else if (!Fits(tensor.Shape, found.Shape))
            {
                yield return new Problem(otherShape, tensor.Span, [tensor.Owner, tensor.Name, expected, file, Text(found.Shape)]);
            }
            else if (!Readable.Contains(found.Type))
            {
                yield return new Problem(ProblemIds.TensorType, tensor.Span, [tensor.Owner, tensor.Name, file, found.Type]);
            }
        }

        var known = new HashSet<string>(sought.Select(t => t.Name));
        string[] others = [.. tensors.Keys.Where(n => !known.Contains(n) && !n.EndsWith("num_batches_tracked", StringComparison.Ordinal))];
        if (others.Length > 0)
        {
            string more = others.Length > MostListed ? $" and {others.Length - MostListed} more" : "";
            yield return new Problem(unused, place, [network, file, string.Join(", ", others.Take(MostListed).Select(n => $"'{n}'")) + more]);
        }
    }

    private bool Fits(EquatableArray<int> expected, EquatableArray<double> found)
    {
        bool hasBatch = allowsBatch && found.Count == expected.Count + 1 && found[0] == 1;
        return found.Skip(hasBatch ? 1 : 0).SequenceEqual(expected.Select(d => (double)d));
    }

    private static string Text(IEnumerable<double> shape) =>
        "[" + string.Join(", ", shape.Select(d => d.ToString("R", CultureInfo.InvariantCulture))) + "]";
}
