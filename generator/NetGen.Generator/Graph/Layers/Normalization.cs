namespace NetGen.Generator.Graphs.Layers;

/// <summary><c>BatchNorm2D</c>.</summary>
internal sealed class BatchNorm : LayerKind
{
    public override string Name => "BatchNorm2D";

    public override string Stem => "bn";

    public override LayerRule? Apply(LayerContext context)
    {
        double epsilon = context.Number("Epsilon", 1e-5, least: 0);
        bool affine = context.Bool("Affine", true);
        if (context.Has("InChannels"))
        {
            context.Positive("InChannels");
        }

        if (context.Image() is not { } input || context.IsInvalid)
        {
            return null;
        }

        int channels = input.Channels;
        context.Expect(ProblemIds.ChannelMismatch, "InChannels", channels);
        var mean = new WeightTensor("running_mean", [channels], WeightRole.Statistic, WeightInit.Zero);
        var variance = new WeightTensor("running_var", [channels], WeightRole.Statistic, WeightInit.One);
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
