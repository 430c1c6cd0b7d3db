using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

/// <summary>
/// Finds what stands at a model's end and works on the network's results, as choosing the best class or boxes does: the caller does
/// that, and the model is imported up to it.
/// </summary>
internal static class FinalWork
{
    private static readonly HashSet<string> Choosing =
        ["ArgMax", "ArgMin", "TopK", "NonMaxSuppression", "NonZero", "Unique", "OneHot", "Compress", "Hardmax", "Multinomial", "Bernoulli"];

    /// <summary>The values up to which a model may be imported.</summary>
    /// <param name="Outputs">The values.</param>
    /// <param name="Error">What to tell if that succeeds.</param>
    public sealed record Point(IReadOnlyList<string> Outputs, OnnxException Error);

    /// <param name="model">The model.</param>
    /// <param name="options">What it is imported with.</param>
    /// <param name="outputs">The values that it should give.</param>
    /// <param name="error">Why it does not.</param>
    /// <returns>Null where there is nothing of that kind, or nothing before it.</returns>
    public static Point? Cut(OnnxModel model, OnnxImportOptions options, IReadOnlyList<string> outputs, OnnxException error)
    {
        OnnxGraph graph;
        try
        {
            graph = model.Graph(outputs);
        }
        catch (OnnxException)
        {
            return null;
        }

        // Lengths are known without the values.
        var constants = new HashSet<string>(options.Resolve(model.Inputs).Keys);
        var computed = new HashSet<string>(graph.Inputs.Where(i => !constants.Contains(i)));
        var after = new HashSet<string>(error.Outputs);
        var points = new List<string>();
        OnnxNode? first = null;
        foreach (OnnxNode node in graph.Nodes)
        {
            bool isComputed = node.Operator is not ("Shape" or "Size") && node.Reads.Any(computed.Contains);
            bool chooses = isComputed && (Choosing.Contains(node.Operator) || node.Domain == "ai.onnx.ml" || TurnsToIntegers(node));
            if (chooses || node.Reads.Any(after.Contains))
            {
                first ??= chooses ? node : null;
                if (first is not null)
                {
                    points.AddRange(node.Reads.Where(r => computed.Contains(r) && !after.Contains(r) && !graph.Inputs.Contains(r)));
                }

                after.UnionWith(node.Outputs.Where(o => o.Length > 0));
            }

            if (isComputed)
            {
                computed.UnionWith(node.Outputs.Where(o => o.Length > 0));
            }
        }

        if (!outputs.Any(after.Contains))
        {
            return null;
        }

        string[] before = [.. outputs.Where(o => !after.Contains(o)).Concat(points).Where(model.Names).Distinct()];
        string advice = string.Join(" ", before.Select(o => $"--output {o}"));
        return before.Length == 0 ? null
            : first is not null ? new Point(before, first.Fail("it works on the network's results, which is for the caller to do.", $"Import the model up to it, with {advice}."))
            : new Point(before, new OnnxException(
                error.Problem, $"{error.Advice} The outputs that do not depend on it can be imported, with {advice}.".TrimStart(), error.Operator, error.Node, error.Attribute, error.Opset));
    }

    private static bool TurnsToIntegers(OnnxNode node) => node.Operator == "Cast" && ((OnnxElementType)node.Int("to", 1)).IsWhole();
}
