using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Tests.Graphs;

/// <summary>
/// Networks in short, <c>3×8×9; Conv2D filters=4 kernel=3; Add names=input,conv1</c>, and what they come to as text, so that a rule
/// and its limits stand in a table. Every attribute and argument has a place of its own: <c>Conv2D.kernel</c>, of the second
/// <c>Conv2D/2.kernel</c>, of an array's first element <c>Add.names[0]</c>.
/// </summary>
internal static class Notation
{
    /// <summary>A network, and its blocks as <c>Pair: Dense units=Param.A; ReLU</c>; a use of one is <c>Use&lt;Pair&gt; arguments=4</c>.</summary>
    public static NetworkSyntax Parse(string network, params string[] blocks) => new(
        new ClassSyntax("", [], "class", "Net", "Net", new SourceSpan("Net", 1, 0), []),
        NetworkOptions.Default,
        Layers(network, ""),
        blocks.Select(Block).ToEquatableArray());

    /// <summary>The shapes of the outputs; or, a line each, what is wrong: <c>NG1011 at Conv2D.filters: conv1, filters, 0</c>.</summary>
    public static string Outcome(string network, params string[] blocks) => Outcome(Parse(network, blocks));

    public static string Outcome(NetworkSyntax network)
    {
        GraphResult result = GraphBuilder.Build(network);
        return result.Graph is { } graph ? string.Join(", ", graph.Outputs.Select(o => graph.Layers[o].Output))
            : result.Problems.Count == 0 ? "broken"
            : string.Join("\n", result.Problems.Select(Text));
    }

    /// <summary>The last layer of a network that must be valid.</summary>
    public static Layer Last(string network, params string[] blocks) => Graph(network, blocks).Layers.Last();

    public static Graph Graph(string network, params string[] blocks) =>
        GraphBuilder.Build(Parse(network, blocks)).Graph ?? throw new ArgumentException(Outcome(network, blocks), nameof(network));

    /// <summary>The resolved arguments of the last layer: <c>Kernel 3 3, Stride 1 1</c>.</summary>
    public static string Arguments(string network) => string.Join(
        ", ", Last(network).Operation.Arguments.Select(a => a.Name + string.Concat(a.Values.Select(v => " " + v.ToString("R", CultureInfo.InvariantCulture)))));

    /// <summary>The tensors of the last layer: <c>weight 4×3×3×3 uniform of 27</c>.</summary>
    public static string Tensors(string network) => string.Join(
        ", ", Last(network).Weights.Select(w => $"{w.Suffix} {string.Join('×', w.Shape)} {(w.Init == WeightInit.Uniform ? $"uniform of {w.FanIn}" : w.Init)}"));

    private static string Text(Problem problem) => $"{problem.Id} at {problem.Span.Path}: {string.Join(", ", problem.Arguments)}";

    private static BlockSyntax Block(string text)
    {
        string[] parts = text.Split(": ");
        return new BlockSyntax(parts[0], parts[0], IsBlock: true, Layers(parts[1], parts[0] + ":"));
    }

    private static EquatableArray<LayerSyntax> Layers(string text, string place)
    {
        var counts = new Dictionary<string, int>();
        return text.Split("; ").Select(part =>
        {
            string[] words = Words(part);
            string[] kind = words[0].Split('<', '>');
            int count = counts[kind[0]] = counts.GetValueOrDefault(kind[0]) + 1;
            return Layer(kind[0], words[1..], place, count, kind.ElementAtOrDefault(1));
        }).ToEquatableArray();
    }

    /// <summary>The attribute's name and its arguments; <c>3×8×9</c> and <c>8</c> are inputs.</summary>
    private static string[] Words(string part)
    {
        string[] words = part.Split(' ');
        if (!char.IsDigit(words[0][0]) && words[0][0] != '-')
        {
            return words;
        }

        string[] sizes = words[0].Split('×');
        return sizes.Length == 1 ? ["Input", "features=" + sizes[0]] : ["Input", "channels=" + sizes[0], "height=" + sizes[1], "width=" + sizes[2]];
    }

    private static LayerSyntax Layer(string kind, string[] arguments, string place, int count, string? block)
    {
        string path = place + kind + (count == 1 ? "" : "/" + count.ToString(CultureInfo.InvariantCulture));
        return new LayerSyntax(kind, arguments.SelectMany(a => Arguments(a, path)).ToEquatableArray(), Span(path), IsBroken: false, block);
    }

    private static IEnumerable<LayerArgument> Arguments(string text, string place)
    {
        string name = text[..text.IndexOf('=', StringComparison.Ordinal)];
        string[] values = text[(name.Length + 1)..].Split(',');
        bool isArray = values.Length > 1 || name is "names" or "arguments";
        return values.Select((v, i) => new LayerArgument(name, Value(v), Span($"{place}.{name}{(isArray ? $"[{i}]" : "")}")));
    }

    private static object Value(string text) =>
        text.StartsWith("Param.", StringComparison.Ordinal) ? int.MinValue + 1 + ((text[^1] - 'A' + 1) * 1_000_000)
        : int.TryParse(text, CultureInfo.InvariantCulture, out int number) ? number
        : double.TryParse(text, CultureInfo.InvariantCulture, out double real) ? real
        : bool.TryParse(text, out bool flag) ? flag
        : text;

    private static SourceSpan Span(string place) => new(place, 1, 0);
}
