using NetGen.Generator.Diagnostics;
using NetGen.Shared;

namespace NetGen.Generator.Graphs.Layers;

/// <summary><c>BatchNorm2D</c>, of an image's channels or of a vector's features, and <c>BatchNorm1D</c>, of a sequence's or a vector's.</summary>
internal sealed class BatchNorm(bool isSequence = false) : LayerKind
{
    public override string Name => isSequence ? "BatchNorm1D" : "BatchNorm2D";

    public override string Stem => "bn";

    public override LayerRule? Apply(LayerContext context)
    {
        double epsilon = context.Number("Epsilon", 1e-5, least: 0);
        bool affine = context.Bool("Affine", true);
        if (context.Has("InChannels"))
        {
            context.Positive("InChannels");
        }

        if ((isSequence && context.Input is { IsVector: false } ? context.Sequence() : context.Input) is not { } input || context.IsInvalid)
        {
            return null;
        }

        int channels = input.Channels;
        context.Expect(ProblemIds.ChannelMismatch, "InChannels", channels);
        var mean = new WeightTensor(TensorSuffixes.RunningMean, [channels], WeightRole.Statistic, WeightInit.Zero);
        var variance = new WeightTensor(TensorSuffixes.RunningVariance, [channels], WeightRole.Statistic, WeightInit.One);
        var operation = new BatchNormOperation(epsilon, affine);
        return affine
            ? new(
                input,
                operation,
                new WeightTensor("weight", [channels], WeightRole.Weight, WeightInit.One),
                new WeightTensor("bias", [channels], WeightRole.Bias, WeightInit.Zero),
                mean,
                variance)
            : new(input, operation, mean, variance);
    }
}

/// <summary><c>LocalResponseNorm</c>.</summary>
internal sealed class LocalResponseNorm : LayerKind
{
    public override string Name => "LocalResponseNorm";

    public override string Stem => "lrn";

    public override LayerRule? Apply(LayerContext context)
    {
        int size = context.Positive("size");
        var operation = new LocalResponseNormOperation(
            size, context.Number("Alpha", 1e-4, least: 0), context.Number("Beta", 0.75), context.Number("K", 1, least: 1e-30));
        return context.Image() is { } input && !context.IsInvalid ? new LayerRule(input, operation) : null;
    }
}

/// <summary><c>Softmax</c> and <c>LogSoftmax</c>.</summary>
internal sealed class Softmax(bool logarithm) : LayerKind
{
    public override string Name => logarithm ? "LogSoftmax" : "Softmax";

    public override string Stem => logarithm ? "logsoftmax" : "softmax";

    public override LayerRule? Apply(LayerContext context) => context.Input is { } input
        ? new LayerRule(input, new SoftmaxOperation(logarithm))
        : null;
}

/// <summary><c>GroupNorm</c>.</summary>
internal sealed class GroupNorm : LayerKind
{
    public override string Name => "GroupNorm";

    public override string Stem => "gn";

    public override LayerRule? Apply(LayerContext context)
    {
        int groups = context.Positive("groups");
        double epsilon = context.Number("Epsilon", 1e-5, least: 0);
        bool affine = context.Bool("Affine", true);
        if (context.Image() is not { } input || context.IsInvalid)
        {
            return null;
        }

        if (input.Channels % groups != 0)
        {
            context.Invalid(
                ProblemIds.DoesNotDivide, "groups", LayerContext.Text(groups), LayerContext.Text(input.Channels), context.SourceName);
            return null;
        }

        return Rule(input, groups, epsilon, affine);
    }

    /// <summary>The rule of a normalization whose weights, where it has any, are one for each channel.</summary>
    public static LayerRule Rule(Shape input, int groups, double epsilon, bool affine)
    {
        var operation = new NormalizationOperation(
            groups, epsilon, affine ? NormalizationParameters.PerChannel : NormalizationParameters.None);
        return affine ? new(input, operation, Tensors([input.Channels])) : new(input, operation);
    }

    public static WeightTensor[] Tensors(EquatableArray<int> shape) =>
    [
        new("weight", shape, WeightRole.Weight, WeightInit.One),
        new("bias", shape, WeightRole.Bias, WeightInit.Zero),
    ];
}

/// <summary><c>InstanceNorm2D</c>.</summary>
internal sealed class InstanceNorm : LayerKind
{
    public override string Name => "InstanceNorm2D";

    public override string Stem => "instancenorm";

    public override LayerRule? Apply(LayerContext context)
    {
        double epsilon = context.Number("Epsilon", 1e-5, least: 0);
        bool affine = context.Bool("Affine", false);
        return context.Image() is { } input && !context.IsInvalid ? GroupNorm.Rule(input, input.Channels, epsilon, affine) : null;
    }
}

/// <summary><c>LayerNorm</c>: over all values, each with a weight of its own; or over the channels of each pixel, with one for each channel.</summary>
internal sealed class LayerNorm : LayerKind
{
    public override string Name => "LayerNorm";

    public override string Stem => "ln";

    public override LayerRule? Apply(LayerContext context)
    {
        double epsilon = context.Number("Epsilon", 1e-5, least: 0);
        bool affine = context.Bool("Affine", true);
        var axes = (ImageAxes)context.Int("Axes", (int)ImageAxes.All);
        if (axes is not (ImageAxes.All or ImageAxes.Channels))
        {
            context.Invalid(ProblemIds.OutOfRange, "Axes", "Axes", LayerContext.Text((int)axes), "All or Channels");
        }

        if (context.Input is not { } input || context.IsInvalid)
        {
            return null;
        }

        if (axes == ImageAxes.Channels)
        {
            var perPixel = new PixelNormalizationOperation(epsilon, affine);
            return affine ? new(input, perPixel, GroupNorm.Tensors([input.Channels])) : new(input, perPixel);
        }

        int[] shape = input.IsVector ? [input.Channels] : [input.Channels, input.Height, input.Width];
        var operation = new NormalizationOperation(1, epsilon, affine ? NormalizationParameters.PerValue : NormalizationParameters.None);
        return affine ? new(input, operation, GroupNorm.Tensors(shape.ToEquatableArray())) : new(input, operation);
    }
}
