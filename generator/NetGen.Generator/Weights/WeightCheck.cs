using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Weights;

/// <summary>Holds a network against the header of its weight file, while the user types.</summary>
internal static class WeightCheck
{
    private static readonly HashSet<string> Readable = ["F16", "BF16", "F32", "F64"];

    /// <summary>Checks a network.</summary>
    /// <param name="network">The network as written.</param>
    /// <param name="result">What it came to.</param>
    /// <param name="header">The header's text; null where the project names no such file.</param>
    public static IEnumerable<Problem> Check(NetworkSyntax network, GraphResult result, string? header)
    {
        if (network.Weights is not { IsBroken: false } weights || result.Graph is not { } graph
            || weights.Arguments.FirstOrDefault(a => a.Name == "file") is not { Value: string file } argument)
        {
            yield break;
        }

        if (header is null)
        {
            yield return new Problem(ProblemIds.NoWeightFile, argument.Span, [network.Class.Name, file]);
            yield break;
        }

        if (ReadTensors(header, out string error) is not { } tensors)
        {
            yield return new Problem(ProblemIds.DamagedWeightFile, argument.Span, [network.Class.Name, file, error]);
            yield break;
        }

        var used = new HashSet<string>();
        for (int i = 0; i < graph.Layers.Count; i++)
        {
            foreach (WeightTensor tensor in graph.Layers[i].Weights)
            {
                string name = graph.Layers[i].TensorName(tensor.Suffix);
                used.Add(name);
                string expected = Text(tensor.Shape.Select(d => (double)d));
                if (!tensors.TryGetValue(name, out (string Type, string Shape) found))
                {
                    yield return new Problem(ProblemIds.MissingTensor, result.LayerSpans[i], [graph.Layers[i].Name, file, name, expected]);
                }
                else if (found.Shape != expected)
                {
                    yield return new Problem(ProblemIds.TensorShape, result.LayerSpans[i], [graph.Layers[i].Name, name, expected, file, found.Shape]);
                }
                else if (!Readable.Contains(found.Type))
                {
                    yield return new Problem(ProblemIds.TensorType, result.LayerSpans[i], [graph.Layers[i].Name, name, file, found.Type]);
                }
            }
        }

        string[] unused = [.. tensors.Keys.Where(n => !used.Contains(n) && !n.EndsWith("num_batches_tracked", System.StringComparison.Ordinal))];
        if (unused.Length > 0)
        {
            string names = string.Join(", ", unused.Take(5).Select(n => $"'{n}'")) + (unused.Length > 5 ? $" and {unused.Length - 5} more" : "");
            yield return new Problem(ProblemIds.UnusedTensor, argument.Span, [network.Class.Name, file, names]);
        }
    }

    private static Dictionary<string, (string Type, string Shape)>? ReadTensors(string header, out string error)
    {
        error = header.StartsWith("!", System.StringComparison.Ordinal) ? header.Substring(1).Trim() : "its header is not JSON";
        if (header.StartsWith("!", System.StringComparison.Ordinal) || !JsonReader.TryRead(header, out object? value) || value is not Dictionary<string, object?> members)
        {
            return null;
        }

        var tensors = new Dictionary<string, (string, string)>();
        foreach (KeyValuePair<string, object?> member in members.Where(m => m.Key != "__metadata__"))
        {
            if (member.Value is not Dictionary<string, object?> tensor
                || !tensor.TryGetValue("dtype", out object? type) || type is not string typeName
                || !tensor.TryGetValue("shape", out object? shape) || shape is not List<object?> dimensions || dimensions.Any(d => d is not double))
            {
                error = $"tensor '{member.Key}' has no type or shape";
                return null;
            }

            tensors.Add(member.Key, (typeName, Text(dimensions.Cast<double>())));
        }

        return tensors;
    }

    private static string Text(IEnumerable<double> shape) =>
        "[" + string.Join(", ", shape.Select(d => d.ToString("R", CultureInfo.InvariantCulture))) + "]";
}
