using System;
using NetGen.Generator.Diagnostics;

namespace NetGen.Generator.Graphs;

/// <summary>
/// Bounds what all layers' activations and packed weights can take, whatever the plan: offsets into either are <see cref="int"/>.
/// </summary>
internal sealed class MemoryBound
{
    /// <summary>A pixel's channels, or a group's filters, fill vectors up with at most this many values.</summary>
    private const int Slack = 16;

    /// <summary>From so many channels on there may be a cache line between pixels.</summary>
    private const int SpreadChannels = 200;

    /// <summary>The scores of a block of queries and their sums, but for a tile's.</summary>
    private const int AttentionBlock = 1 << 14;

    private long activations;
    private long weights;

    /// <summary>Adds a layer, and reports where it is the one that takes too much.</summary>
    public void Add(Layer layer, LayerContext context)
    {
        long before = Math.Max(activations, weights);
        activations = Sum(activations, Map(layer.Output, default));
        switch (layer.Operation)
        {
            case ConvolutionOperation convolution:
                activations = Sum(activations, Map(layer.Input, convolution.Window.Padding));
                weights = Sum(weights, Shape.SaturatingProduct(
                    convolution.Filters + ((long)Slack * convolution.Groups),
                    Slack + ((long)layer.Input.Channels / convolution.Groups * convolution.Window.Taps)));
                break;
            case TransposedConvolutionOperation transposed:
                // Each of its phases may need the rows and columns that the whole kernel spans.
                int rows = (int)Math.Min(transposed.Window.SpanHeight, int.MaxValue);
                int columns = (int)Math.Min(transposed.Window.SpanWidth, int.MaxValue);
                activations = Sum(activations, Map(layer.Input, new Border(rows, rows, columns, columns)));
                weights = Sum(weights, Shape.SaturatingProduct(
                    transposed.Filters + ((long)Slack * transposed.Groups),
                    Slack + ((long)layer.Input.Channels / transposed.Groups * transposed.Window.Taps)));
                weights = Sum(weights, Shape.SaturatingProduct(
                    transposed.Filters + ((long)Slack * transposed.Groups), 8, transposed.Window.StrideHeight, transposed.Window.StrideWidth));
                break;
            case LocalResponseNormOperation:
                activations = Sum(activations, 3 * ((long)layer.Input.Channels + Slack));
                break;
            case RecurrentOperation recurrent:
                // The sums over the input, and the results of each layer but the last.
                long gates = Shape.SaturatingProduct(recurrent.Directions, recurrent.Gates, (long)recurrent.Hidden + Slack);
                activations = Sum(activations, Shape.SaturatingProduct(recurrent.Layers, (2 * gates) + (2 * Slack), layer.Output.Width));
                long features = Math.Max(layer.Input.Channels, (long)recurrent.Directions * recurrent.Hidden);
                weights = Sum(weights, Shape.SaturatingProduct(recurrent.Layers, gates, features + recurrent.Hidden + (2 * Slack)));
                break;
            case AttentionOperation attention:
                AddAttention(layer, layer.Inputs[1].Pixels, attention.Heads);
                break;
            case MultiheadAttentionOperation attention:
                // The products, each copied at most once more, and their weights.
                AddAttention(layer, layer.Inputs[attention.Key].Pixels, attention.Heads);
                foreach (Shape input in new[] { layer.Input, layer.Inputs[attention.Key], layer.Inputs[attention.Value], layer.Output })
                {
                    activations = Sum(activations, Shape.SaturatingProduct(2, (long)layer.Output.Channels + Slack, input.Pixels));
                    weights = Sum(weights, Shape.SaturatingProduct((long)layer.Output.Channels + Slack, (long)input.Channels + Slack));
                }

                break;
            case MatMulOperation:
                // Both factors and the product are copied where they lie otherwise, and a plane of the second is packed.
                activations = Sum(activations, layer.Input.Length);
                activations = Sum(activations, layer.Inputs[1].Length);
                activations = Sum(activations, layer.Output.Length);
                activations = Sum(activations, Shape.SaturatingProduct((long)layer.Inputs[1].Height + Slack, (long)layer.Inputs[1].Width + Slack));
                break;
            case DenseOperation dense:
                weights = Sum(weights, Shape.SaturatingProduct((long)dense.Units + Slack, (long)layer.Input.Length + Slack));
                break;
        }

        long after = Math.Max(activations, weights);
        if (before <= int.MaxValue && after > int.MaxValue)
        {
            context.Invalid(ProblemIds.TooLarge, null, activations > weights ? "sum of all activations" : "sum of all weights", "more than " + LayerContext.Text(int.MaxValue));
        }
    }

    /// <summary>Maps that lie otherwise are copied. A head's keys and values are packed, and a block's scores lie in memory.</summary>
    private void AddAttention(Layer layer, int keys, int heads)
    {
        foreach (Shape input in layer.Inputs)
        {
            activations = Sum(activations, Map(input, default));
        }

        activations = Sum(activations, Map(layer.Output, default));
        activations = Sum(activations, AttentionBlock);
        activations = Sum(activations, Shape.SaturatingProduct(
            (((long)layer.Input.Channels + layer.Output.Channels) / heads) + (4 * Slack), (long)keys + (2 * Slack)));
    }

    private static long Map(Shape shape, Border border) => Shape.SaturatingProduct(
        (long)shape.Channels + (shape.Channels < SpreadChannels ? Slack : 2 * Slack),
        (long)shape.Height + border.Top + border.Bottom,
        (long)shape.Width + border.Left + border.Right);

    private static long Sum(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
}
