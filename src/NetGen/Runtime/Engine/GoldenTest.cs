using System;
using System.Collections.Immutable;
using System.ComponentModel;
using System.IO;
using System.Linq;

namespace NetGen.Runtime;

/// <summary>Holds a network against a reference. Used by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class GoldenTest
{
    private const string Input = "input";
    private const string Output = "output";

    /// <summary>Tests a network with the references of a file beside the program.</summary>
    /// <typeparam name="TNetwork">The network's class.</typeparam>
    /// <param name="network">The network with its weights.</param>
    /// <param name="file">The file's name.</param>
    /// <param name="bound">The largest error that passes.</param>
    /// <exception cref="WeightsException">The file is damaged, or its tensors do not fit the network.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static SelfTestResult Run<TNetwork>(TNetwork network, string file, double bound)
        where TNetwork : INetwork<TNetwork> => Run(network, Safetensors.Open(Path.Combine(AppContext.BaseDirectory, file)), bound);

    /// <summary>Tests a network.</summary>
    /// <typeparam name="TNetwork">The network's class.</typeparam>
    /// <param name="network">The network with its weights.</param>
    /// <param name="references">The tensors <c>input</c>, <c>output</c>, and of any layer its activation under its name.</param>
    /// <param name="bound">The largest error that passes.</param>
    /// <exception cref="WeightsException">The tensors do not fit the network.</exception>
    public static SelfTestResult Run<TNetwork>(TNetwork network, IWeightSource references, double bound)
        where TNetwork : INetwork<TNetwork>
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(references);
        NetworkInfo info = TNetwork.Info;
        LayerInfo[] layers = [.. info.Layers.Where(HasReference)];
        WeightLoader.Validate(
            references,
            info.Name,
            [Spec(references, Input, info.Input), Spec(references, Output, info.Output), .. layers.Select(l => Spec(references, l.Name, l.Output))]);

        // The output is that of the kernels a caller gets; layer by layer, others run.
        float[] input = Read(references, Input, info.Input);
        float[] output = new float[info.Output.Length];
        network.Forward(input, output);
        double error = Error(Read(references, Output, info.Output), output);
        ImmutableArray<LayerError>.Builder errors = ImmutableArray.CreateBuilder<LayerError>(layers.Length);
        if (layers.Length > 0)
        {
            network.Forward(input, output, (layer, activation) =>
            {
                if (HasReference(layer))
                {
                    errors.Add(new LayerError(layer, Error(Read(references, layer.Name, layer.Output), activation)));
                }
            });
        }

        return new SelfTestResult { Network = info.Name, Bound = bound, Error = error, Layers = errors.DrainToImmutable() };

        bool HasReference(LayerInfo layer) => layer.Name != Output && references.TryGetTensor(layer.Name, out _);
    }

    /// <summary>What a tensor has to be; a leading batch dimension of 1 is as good as none.</summary>
    private static WeightSpec Spec(IWeightSource references, string name, Shape shape)
    {
        ImmutableArray<int> plain = shape.IsVector ? [shape.Channels] : [shape.Channels, shape.Height, shape.Width];
        ImmutableArray<int> batch = [1, .. plain];
        bool hasBatch = references.TryGetTensor(name, out TensorInfo? tensor) && tensor.Shape.SequenceEqual(batch);
        return new WeightSpec(name, hasBatch ? batch : plain, WeightInit.Zero);
    }

    private static float[] Read(IWeightSource references, string name, Shape shape)
    {
        float[] values = new float[shape.Length];
        references.Read(name, values);
        return values;
    }

    /// <summary>The largest difference as a share of the largest reference; infinite where only one of the two is a number.</summary>
    private static double Error(ReadOnlySpan<float> reference, ReadOnlySpan<float> actual)
    {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            if (float.IsFinite(reference[i]))
            {
                largest = Math.Max(largest, Math.Abs((double)reference[i]));
            }

            if (!reference[i].Equals(actual[i]))
            {
                double here = Math.Abs((double)reference[i] - actual[i]);
                difference = Math.Max(difference, double.IsNaN(here) ? double.PositiveInfinity : here);
            }
        }

        return difference == 0 ? 0 : difference / largest;
    }
}
