using System;

namespace NetGen.Generator.Graphs.Layers;

/// <summary>An element-wise function without weights.</summary>
internal sealed class Activation(string name, Func<LayerContext, ActivationOperation> operation) : LayerKind
{
    public override string Name => name;

    public override string Stem => name.ToLowerInvariant();

    public override LayerRule? Apply(LayerContext context)
    {
        ActivationOperation function = operation(context);
        return context.Input is { } input ? new LayerRule(input, function) : null;
    }
}

/// <summary><c>PReLU</c>: a leaky ReLU whose slope is learned, one for all channels or one for each.</summary>
internal sealed class PReLU : LayerKind
{
    public override string Name => "PReLU";

    public override string Stem => "prelu";

    public override LayerRule? Apply(LayerContext context)
    {
        bool perChannel = context.Bool("PerChannel", false);
        return context.Input is { } input
            ? new LayerRule(
                input,
                new ActivationOperation(ActivationFunction.PReLU, [], perChannel),
                new WeightTensor("weight", [perChannel ? input.Channels : 1], WeightRole.Weight, WeightInit.Quarter))
            : null;
    }
}
