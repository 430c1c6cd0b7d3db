using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Emission;

/// <summary>Writes a network's layers as a table.</summary>
internal static class LayerTable
{
    /// <summary>The layer table as documentation, so that hovering over the class shows every shape.</summary>
    public static IReadOnlyList<string> Documentation(ClassSyntax network, Graph graph)
    {
        var lines = new List<string>
        {
            $"{network.Name.TrimStart('@')}: {graph.Input} → {graph.Output}, {Number(graph.ParameterCount)} parameters, {Number(graph.MultiplyAddCount)} multiply-adds.",
            "<code>",
        };
        var rows = new List<string[]> { new[] { "layer", "kind", "output", "parameters", "multiply-adds" } };
        rows.AddRange(graph.Inputs.Select(i => new[] { i.Name, "", i.Shape.ToString(), "", "" }));
        rows.AddRange(graph.Layers.Select(l => new[]
        {
            l.Name,
            l.Kind,
            l.Output.ToString(),
            l.ParameterCount > 0 ? Number(l.ParameterCount) : "",
            l.MultiplyAddCount > 0 ? Number(l.MultiplyAddCount) : "",
        }));
        int[] widths = [.. Enumerable.Range(0, 5).Select(c => rows.Max(r => r[c].Length))];
        lines.AddRange(rows.Select(r =>
            string.Join("  ", r.Select((cell, c) => c < 3 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))).TrimEnd()));
        lines.Add("</code>");
        return lines;
    }

    /// <summary>A number for people.</summary>
    public static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
