using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Planning.Passes;

/// <summary>
/// The first pass: decides which layers one kernel computes. A group grows by the layers after it for as long as each has the result
/// before it to itself, and the first layer's kernel can apply it to what it holds in registers.
/// </summary>
internal static class Fusion
{
    public static FusedGraph Run(PlanContext context)
    {
        EquatableArray<Layer> layers = context.Graph.Layers;
        var grouped = new bool[layers.Count];
        var groups = new List<LayerGroup>();
        for (int i = 0; i < layers.Count; i++)
        {
            if (grouped[i])
            {
                continue;
            }

            LayerGroup group = Start(layers[i], i);
            while (context.Fuses && context.SoleConsumer(group.Last) is int next && TryFuse(context, group, next) is { } larger)
            {
                group = larger;
                grouped[next] = true;
            }

            groups.Add(group);
        }

        return new FusedGraph(context, groups.ToEquatableArray());
    }

    private static LayerGroup Start(Layer layer, int index)
    {
        var group = new LayerGroup(layer, [index]);
        return IsElementwise(layer) && EpilogueOf(layer) is { } own ? group with { Epilogue = new Epilogue([own]) } : group;
    }

    /// <summary>A group together with the layer after it; null where that one needs a kernel of its own.</summary>
    private static LayerGroup? TryFuse(PlanContext context, LayerGroup group, int index)
    {
        Layer next = context.Graph.Layers[index];
        LayerGroup larger = group with { Layers = [.. group.Layers, index] };
        bool sumsTaps = group.Main.Operation is ConvolutionOperation or DenseOperation or TransposedConvolutionOperation;
        switch (next.Operation)
        {
            case IdentityOperation:
                return group.Main.Operation is FlattenOperation or ZeroPadOperation or SliceOperation ? null : larger;
            case CombineOperation { Kind: CombineKind.Add }:
                return ResidualOf(context, group, next) is int residual
                    ? larger with { Residual = residual, Epilogue = group.Epilogue.Then(new ResidualEpilogue()) }
                    : null;
            case BatchNormOperation norm when sumsTaps && group.Epilogue.Operations.Count == 0:
                return larger with { Folds = [.. group.Folds, new BatchNormFold(next.Name, norm.Epsilon, norm.Affine)] };
            default:
                return EpilogueOf(next) is { } operation && CanApply(group.Main, operation, sumsTaps)
                    ? larger with { Epilogue = group.Epilogue.Then(operation) }
                    : null;
        }
    }

    /// <summary>
    /// Whether a layer's kernel applies a function to its results. A long function in a kernel that holds a dozen accumulators would
    /// spill them all; it runs on its own instead.
    /// </summary>
    private static bool CanApply(Layer main, EpilogueOperation operation, bool sumsTaps)
    {
        bool hasFewRegisters = IsElementwise(main) || IsPlainCombine(main);
        return operation is ActivationEpilogue { IsCheap: false }
            ? hasFewRegisters
            : hasFewRegisters || sumsTaps || main.Operation is PoolOperation or GlobalPoolOperation;
    }

    /// <summary>
    /// The layer whose result a convolution adds before it stores its own, where that other one is there by then and the sum is of two.
    /// </summary>
    private static int? ResidualOf(PlanContext context, LayerGroup group, Layer sum)
    {
        bool hasKernel = group.Main.Operation is DenseOperation
            || (group.Main.Operation is ConvolutionOperation convolution && !convolution.IsDepthwise(group.Main.Input));
        if (!hasKernel || group.Residual is not null || sum.Sources.Count != 2 || sum.Inputs.Any(i => i != sum.Output))
        {
            return null;
        }

        int other = sum.Sources[0] == group.Last ? sum.Sources[1] : sum.Sources[0];
        return other >= group.First || context.IsFlattenedMap(other) ? null : other;
    }

    private static EpilogueOperation? EpilogueOf(Layer layer) => layer.Operation switch
    {
        ActivationOperation { Function: ActivationFunction.PReLU } prelu => new SlopeEpilogue(layer.TensorName("weight"), prelu.PerChannel),
        ActivationOperation activation => new ActivationEpilogue(activation.Function, activation.Constants),
        BatchNormOperation norm => new AffineEpilogue(new BatchNormFold(layer.Name, norm.Epsilon, norm.Affine)),
        _ => null,
    };

    private static bool IsElementwise(Layer layer) => layer.Operation is ActivationOperation or BatchNormOperation;

    /// <summary>A sum or product of maps of one shape, or of such and single pixels, which has a kernel of its own.</summary>
    public static bool IsPlainCombine(Layer layer) => layer.Operation is CombineOperation { Kind: CombineKind.Add or CombineKind.Multiply }
        && layer.Inputs.All(i => i.Channels == layer.Output.Channels && (i == layer.Output || i.Pixels == 1));
}
