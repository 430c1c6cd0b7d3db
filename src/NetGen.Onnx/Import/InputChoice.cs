using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace NetGen.Onnx.Import;

/// <summary>Which of a model's inputs the network takes, and with what dimensions.</summary>
internal static class InputChoice
{
    private const string Example = "for example 1,3,224,224";

    /// <summary>What exporters call the number of samples.</summary>
    private static readonly HashSet<string> BatchSymbols = new(StringComparer.OrdinalIgnoreCase) { "N", "B", "bs" };

    /// <summary>The inputs in the model's order, each with its dimensions.</summary>
    /// <param name="model">The model.</param>
    /// <param name="graph">Its graph, of which the inputs that it reads are taken.</param>
    /// <param name="constants">The inputs that are given once and for all.</param>
    /// <param name="options">What was chosen.</param>
    public static IReadOnlyList<(OnnxValueInfo Info, int[] Dims)> Make(
        OnnxModel model, OnnxGraph graph, IReadOnlyDictionary<string, Tensor> constants, OnnxImportOptions options)
    {
        OnnxValueInfo[] open = [.. model.Inputs.Where(i => !constants.ContainsKey(i.Name) && graph.Inputs.Contains(i.Name))];
        if (open.Length == 0)
        {
            throw new OnnxException("The model's outputs do not depend on an input.", "There is nothing for a network to compute.");
        }

        if (options.Chosen is { } chosen)
        {
            foreach (string name in chosen.Where(c => open.All(i => i.Name != c)))
            {
                throw new OnnxException(
                    $"The outputs do not depend on the input '{name}'.", $"Choose among {Names(open)} with --input, or leave it out to take all that the outputs depend on.");
            }

            if (Array.Find(open, i => !chosen.Contains(i.Name)) is { } other)
            {
                throw new OnnxException(
                    $"The outputs depend on the input '{other.Name}', too.",
                    $"Fix it with --constant {other.Name}=value (numbers, or a file.pb), or take it with a further --input {other.Name}.");
            }
        }

        if (Array.Find(open, i => !i.Type.IsReal() && !i.Type.IsWhole()) is { } foreign)
        {
            throw new OnnxException(
                $"The input '{foreign.Name}' is no tensor of numbers.", "A network computes on float32; leave out with --output what depends on it.");
        }

        return [.. open.Zip(Sizes(open, options))];
    }

    /// <summary>How many samples all inputs have along their first axis; 1 where they do not agree.</summary>
    public static int Batch(IReadOnlyList<(OnnxValueInfo Info, int[] Dims)> inputs) =>
        inputs.All(i => i.Dims.Length > 1 && i.Dims[0] == inputs[0].Dims[0]) ? inputs[0].Dims[0] : 1;

    private static int[][] Sizes(OnnxValueInfo[] inputs, OnnxImportOptions options)
    {
        if (options.InputShape is not null && inputs.Length > 1)
        {
            throw new OnnxException(
                $"The network takes the inputs {Names(inputs)}, and --input-shape does not say which of them has the shape {Dimensions.Text(options.InputShape)}.",
                $"Write it as --input-shape {inputs[0].Name}={string.Join(',', options.InputShape)}.");
        }

        // A dimension's name means one length at all places, the number of samples 1 where nothing else is said.
        var known = new Dictionary<string, int>();
        IReadOnlyList<int>?[] given = [.. inputs.Select(i => options.InputShapes.GetValueOrDefault(i.Name) ?? options.InputShape)];
        for (int i = 0; i < inputs.Length; i++)
        {
            foreach ((string? symbol, int size) in inputs[i].Symbols.Zip(given[i] ?? []))
            {
                known.TryAdd(symbol ?? "", size);
            }
        }

        known.Remove("");
        foreach (OnnxValueInfo input in inputs)
        {
            if (input.Symbols is [{ } first, ..] && (BatchSymbols.Contains(first) || first.Contains("batch", StringComparison.OrdinalIgnoreCase)))
            {
                known.TryAdd(first, 1);
            }
        }

        return [.. inputs.Select((input, i) => Sizes(input, given[i], known, inputs.Length > 1))];
    }

    /// <param name="input">The input.</param>
    /// <param name="given">The shape that was given.</param>
    /// <param name="known">What lengths names of dimensions mean.</param>
    /// <param name="isOneOfSeveral">Whether a shape has to say which input it is of.</param>
    private static int[] Sizes(OnnxValueInfo input, IReadOnlyList<int>? given, Dictionary<string, int> known, bool isOneOfSeveral)
    {
        if (given is not null)
        {
            bool fits = input.Dims is null || (input.Dims.Length == given.Count && input.Dims.Zip(given).All(p => p.First < 0 || p.First == p.Second));
            return fits && given.All(s => s > 0) ? [.. given] : throw new OnnxException(
                input.Dims is null
                    ? $"The input '{input.Name}' cannot have the shape {Dimensions.Text(given)}."
                    : $"The input '{input.Name}' has the shape {Text(input.Dims)}, which {Dimensions.Text(given)} does not fit.",
                "Give --input-shape another value.");
        }

        if (input.Dims is null)
        {
            throw new OnnxException($"The model does not say which shape its input '{input.Name}' has.", $"Give it with --input-shape, {Written(input, isOneOfSeveral)}.");
        }

        // A first axis that is left open is a batch.
        int[] dims = [.. input.Dims.Select((d, i) => d >= 0 ? d : input.Symbols[i] is { } symbol && known.TryGetValue(symbol, out int size) ? size : i == 0 ? 1 : d)];
        return dims.All(d => d > 0) ? dims : throw new OnnxException(
            $"The input '{input.Name}' has the shape {Text(input.Dims)}, with dimensions left open.", $"Give it with --input-shape, {Written(input, isOneOfSeveral)}.");
    }

    private static string Written(OnnxValueInfo input, bool isOneOfSeveral) =>
        !isOneOfSeveral ? Example
        : input.Dims is null ? $"for example {input.Name}=1,3,224,224"
        : $"for example {input.Name}={string.Join(',', input.Dims.Select(d => Math.Max(1, d)))}";

    private static string Names(OnnxValueInfo[] inputs) => string.Join(", ", inputs.Select(i => $"'{i.Name}'"));

    private static string Text(int[] dims) =>
        "[" + string.Join(", ", dims.Select(d => d < 0 ? "?" : d.ToString(CultureInfo.InvariantCulture))) + "]";
}
