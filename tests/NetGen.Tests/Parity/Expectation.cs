extern alias generator;

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using NetGen.Tests.Golden;

namespace NetGen.Tests.Parity;

using generator::NetGen.Generator.Graphs;

/// <summary>What a network is to give for an input: the interpreter's numbers.</summary>
/// <param name="Network">The class's full name.</param>
/// <param name="Input">The name that <see cref="GoldenWeights.Input"/> makes the input from.</param>
/// <param name="Outputs">The values of each output.</param>
/// <param name="Spoiled">For each output, which of its values are NaN once the first, middle and last input values are.</param>
/// <param name="Layers">The values of every layer; none where they are not to be compared.</param>
internal sealed record Expectation(string Network, string Input, double[][] Outputs, bool[][] Spoiled, double[][] Layers)
{
    private const int Inputs = 5;

    /// <summary>
    /// What float may lose where a network is fit to be compared: a fifth of what generated code may. A sum that cancels, or a
    /// result that is almost zero beside what it was computed from, would say nothing about the code.
    /// </summary>
    private const double Conditioned = GoldenData.Bound / 5;

    /// <summary>
    /// Computes what a network is to give, for the first input at which a plain program in float agrees with one in double, and no
    /// output is zero everywhere.
    /// </summary>
    /// <returns>Null where there is no such input.</returns>
    public static Expectation? Of(NetworkDraft network, Graph graph, bool withLayers)
    {
        var weights = new GoldenWeights(graph.Layers.SelectMany(l => l.Weights.Select(w => new TensorInfo(l.TensorName(w.Suffix), TensorType.F32, [.. w.Shape]))));
        var interpreter = new Interpreter(weights);
        for (int i = 0; i < Inputs; i++)
        {
            string name = $"{network.Name}.{i}";
            float[] input = GoldenWeights.Input(graph.Input.Length, name);
            Map[] results = interpreter.Run(graph, input);
            Map[] inFloat = new Interpreter(weights, inFloat: true).Run(graph, input);
            bool fit = graph.Outputs.All(o => IsConditioned(results[o], inFloat[o]))
                && (!withLayers || results.Zip(inFloat).All(r => IsZero(r.First) || IsConditioned(r.First, r.Second)));
            if (fit)
            {
                foreach (int place in Spoil(graph.Input.Length))
                {
                    input[place] = float.NaN;
                }

                bool[][] spoiled = [.. OutputsOf(graph, interpreter.Run(graph, input)).Select(o => o.Select(double.IsNaN).ToArray())];
                return new Expectation(network.FullName, name, OutputsOf(graph, results), spoiled, withLayers ? [.. results.Select(r => r.Values)] : []);
            }
        }

        return null;
    }

    /// <summary>The input values that are replaced by NaN to see how far that spreads.</summary>
    public static IEnumerable<int> Spoil(int length) => [0, length / 2, length - 1];

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
