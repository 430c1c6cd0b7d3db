extern alias generator;

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using NetGen.Tests.Golden;

namespace NetGen.Tests.Parity;

using generator::NetGen.Generator.Graphs;

/// <summary>
/// Random weights with which signals live through any number of layers: each sum of products is scaled to a standard deviation of one on
/// a sample, and batch normalizations take the sample's own statistics. With vanishing activations a wrong network looks right.
/// </summary>
internal sealed class LivingWeights : IWeightSource
{
    private readonly Dictionary<string, TensorInfo> tensors;
    private readonly Dictionary<string, float[]> values;

    private LivingWeights(TensorInfo[] tensors)
    {
        var golden = new GoldenWeights(tensors);
        this.tensors = tensors.ToDictionary(t => t.Name);
        values = tensors.ToDictionary(t => t.Name, t =>
        {
            var data = new float[t.Length];
            golden.Read(t.Name, data);
            return data;
        });
    }

    /// <inheritdoc/>
    public string Name => "living weights";

    /// <inheritdoc/>
    public IReadOnlyCollection<TensorInfo> Tensors => tensors.Values;

    /// <summary>Weights for a graph, and what each of its layers gives for the sample with them.</summary>
    public static (LivingWeights Weights, Map[] Results) Of(Graph graph, float[] input)
    {
        var weights = new LivingWeights(
            [.. graph.Layers.SelectMany(l => l.Weights.Select(w => new TensorInfo(l.TensorName(w.Suffix), TensorType.F32, [.. w.Shape])))]);
        var interpreter = new Interpreter(weights);
        Map[] inputs = Interpreter.InputsOf(graph, input);
        var results = new Map[graph.Layers.Count];
        for (int i = 0; i < results.Length; i++)
        {
            Layer layer = graph.Layers[i];
            Map[] sources = [.. layer.Sources.Select(s => s < 0 ? inputs[Graph.InputOf(s)] : results[s])];
            if (layer.Operation is BatchNormOperation)
            {
                weights.SetStatistics(layer, sources[0]);
            }

            results[i] = interpreter.Run(layer, sources);
            if (layer.Operation is ConvolutionOperation or TransposedConvolutionOperation or DenseOperation)
            {
                double deviation = Deviation(results[i].Values);
                if (deviation > 0)
                {
                    weights.Scale(layer.TensorName("weight"), 1 / deviation);
                    results[i] = interpreter.Run(layer, sources);
                }
            }
        }

        return (weights, results);
    }

    /// <inheritdoc/>
    public bool TryGetTensor(string name, [NotNullWhen(true)] out TensorInfo? tensor) => tensors.TryGetValue(name, out tensor);

    /// <inheritdoc/>
    public void Read(string name, Span<float> destination) => values[name].CopyTo(destination);

    private static double Deviation(ReadOnlySpan<double> numbers)
    {
        double mean = 0;
        foreach (double number in numbers)
        {
            mean += number / numbers.Length;
        }

        double variance = 0;
        foreach (double number in numbers)
        {
            variance += (number - mean) * (number - mean) / numbers.Length;
        }

        // A map of one value has no deviation; its size is as good.
        return numbers.Length > 1 ? Math.Sqrt(variance) : Math.Abs(mean);
    }

    private void Scale(string name, double factor)
    {
        foreach (ref float value in values[name].AsSpan())
        {
            value = (float)(value * factor);
        }
    }

    /// <summary>
    /// Takes each channel's mean, and the whole map's variance: a channel that hardly varies would otherwise be magnified, and the
    /// rounding errors of all above it.
    /// </summary>
    private void SetStatistics(Layer layer, Map x)
    {
        int pixels = x.Height * x.Width;
        float[] means = values[layer.TensorName("running_mean")];
        var centred = new double[x.Values.Length];
        for (int c = 0; c < x.Channels; c++)
        {
            double mean = 0;
            for (int i = c * pixels; i < (c + 1) * pixels; i++)
            {
                mean += x.Values[i] / pixels;
            }

            // A channel of one pixel is its own mean, and nothing would be left of it.
            means[c] = pixels > 1 ? (float)mean : 0;
            for (int i = c * pixels; i < (c + 1) * pixels; i++)
            {
                centred[i] = x.Values[i] - means[c];
            }
        }

        double deviation = Deviation(centred);
        Array.Fill(values[layer.TensorName("running_var")], (float)Math.Max(deviation * deviation, 1e-6));
    }
}
