extern alias generator;

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using NetGen.Tests.Golden;

namespace NetGen.Tests.Parity;

using generator::NetGen.Generator.Graphs;
using WeightStorage = generator::NetGen.Generator.Parsing.WeightStorage;

/// <summary>What a network is to give for an input: the interpreter's numbers.</summary>
/// <param name="Network">The class's full name.</param>
/// <param name="Input">The name that <see cref="GoldenWeights.Input"/> makes the input from.</param>
/// <param name="Outputs">The values of each output.</param>
/// <param name="Spoiled">For each of <see cref="Spoilings"/>, which values of the outputs are NaN or infinite, as <see cref="Classes"/> writes it.</param>
/// <param name="Layers">The values of every layer; none where they are not to be compared.</param>
/// <param name="Ranges">The ranges of the inputs of layers that compute with integers, by the tensors' names.</param>
/// <param name="Bound">The largest error that is right.</param>
/// <param name="BatchSamples">The samples that are computed together, where the network does so.</param>
internal sealed record Expectation(
    string Network, string Input, double[][] Outputs, string[] Spoiled, double[][] Layers, Dictionary<string, float[]> Ranges, double? Bound, int BatchSamples)
{
    /// <summary>
    /// What a value may be off after more than one layer of integers: one that lies between two of them may become the other, and
    /// whether a residual connection is rounded is for the plan to choose.
    /// </summary>
    private const double IntegerBound = 0.1;

    /// <summary>What weights of 16 or 8 bits may change; a tap that is taken for another changes more.</summary>
    private const double StorageBound = 0.05;

    /// <summary>What is done to an input, to see how far values that are no numbers spread.</summary>
    public static readonly Action<float[]>[] Spoilings =
    [
        input => input[0] = input[input.Length / 2] = input[^1] = float.NaN,
        input => (input[input.Length / 3], input[input.Length * 2 / 3]) = (float.PositiveInfinity, float.NegativeInfinity),
    ];

    private const int Inputs = 5;

    /// <summary>
    /// What float may lose where a network is fit to be compared: a fifth of what generated code may. A sum that cancels, or a
    /// result that is almost zero beside what it was computed from, would say nothing about the code.
    /// </summary>
    private const double Conditioned = GoldenData.DirectBound / 5;

    /// <summary>
    /// Computes what a network is to give, for the first input at which a plain program in float agrees with one in double, and no
    /// output is zero everywhere.
    /// </summary>
    /// <returns>Null where there is no such input.</returns>
    public static Expectation? Of(NetworkDraft network, Graph graph, bool withLayers)
    {
        TensorInfo[] tensors = [.. graph.Layers.SelectMany(l => l.Weights.Select(w => new TensorInfo(l.TensorName(w.Suffix), TensorType.F32, [.. w.Shape])))];
        bool isGraph = graph.Layers.Count(IntegerLayers.Contains) > 1;
        for (int i = 0; i < Inputs; i++)
        {
            string name = $"{network.Name}.{i}";
            float[] input = GoldenWeights.Input(graph.Input.Length, name);
            Dictionary<string, float[]> ranges = RangesOf(graph, input, new Interpreter(new GoldenWeights(tensors, ranges: NoRanges(graph))).Run(graph, input));
            var weights = new GoldenWeights(tensors, ranges: ranges);
            var interpreter = new Interpreter(weights);
            Map[] results = interpreter.Run(graph, input);
            Map[] inFloat = new Interpreter(weights, inFloat: true).Run(graph, input);
            bool fit = graph.Outputs.All(o => IsConditioned(results[o], inFloat[o]))
                && (!withLayers || results.Zip(inFloat).All(r => IsZero(r.First) || IsConditioned(r.First, r.Second)));
            if (fit)
            {
                string[] spoiled = [.. Spoilings.Select(spoil => Classes(OutputsOf(graph, interpreter.Run(graph, Spoil(input, spoil))).SelectMany(o => o)))];
                return new Expectation(
                    network.FullName,
                    name,
                    OutputsOf(graph, results),
                    spoiled,
                    withLayers && !network.IsInteger ? [.. results.Select(r => r.Values)] : [],
                    ranges,
                    isGraph ? IntegerBound : network.Storage != WeightStorage.Float32 ? StorageBound : null,
                    graph.Inputs is [{ Shape.IsVector: true }] ? network.Sizes.BatchSamples : 1);
            }
        }

        return null;
    }

    /// <summary>What stands for ranges as long as they are not known.</summary>
    private static Dictionary<string, float[]> NoRanges(Graph graph) =>
        graph.Layers.Where(IntegerLayers.Contains).ToDictionary(IntegerLayers.RangeOf, _ => new float[2]);

    /// <summary>
    /// What calibration would find on one sample; for a layer alone a little less, so that some values are cut off. In a graph a
    /// residual connection might read them too.
    /// </summary>
    private static Dictionary<string, float[]> RangesOf(Graph graph, float[] input, Map[] results)
    {
        var ranges = new Dictionary<string, float[]>();
        foreach (Layer layer in graph.Layers.Where(IntegerLayers.Contains))
        {
            double[] values = layer.Source < 0 ? Interpreter.InputsOf(graph, input)[Graph.InputOf(layer.Source)].Values : results[layer.Source].Values;
            double share = graph.Layers.Count(IntegerLayers.Contains) > 1 ? 1 : 0.9;
            ranges.Add(IntegerLayers.RangeOf(layer), [(float)(values.Min() * share), (float)(values.Max() * share)]);
        }

        return ranges;
    }

    /// <summary>A letter for each value: <c>f</c> for a finite one, <c>n</c> for NaN, <c>+</c> and <c>-</c> for infinities.</summary>
    public static string Classes(IEnumerable<double> values) => string.Concat(values.Select(v =>
        double.IsNaN(v) ? 'n' : double.IsPositiveInfinity(v) ? '+' : double.IsNegativeInfinity(v) ? '-' : 'f'));

    /// <summary>A copy of an input with some of its values spoiled.</summary>
    public static float[] Spoil(float[] input, Action<float[]> spoil)
    {
        float[] copy = [.. input];
        spoil(copy);
        return copy;
    }

    /// <summary>The largest difference, as a share of the largest expected value; NaN or infinite where no number can be right.</summary>
    public static double Error(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual)
    {
        double scale = 0;
        double error = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            scale = Math.Max(scale, Math.Abs(expected[i]));
            error = Math.Max(error, Math.Abs(expected[i] - actual[i]));
        }

        return error / scale;
    }

    public static void Write(string path, IEnumerable<Expectation> expectations) =>
        File.WriteAllText(path, JsonSerializer.Serialize(expectations));

    public static Expectation[] Read(string path) => JsonSerializer.Deserialize<Expectation[]>(File.ReadAllText(path))!;

    private static bool IsConditioned(Map inDouble, Map inFloat) => Error(inDouble.Values, inFloat.Values) <= Conditioned;

    private static bool IsZero(Map map) => map.Values.All(v => v == 0);

    private static double[][] OutputsOf(Graph graph, Map[] results) => [.. graph.Outputs.Select(o => results[o].Values)];
}
