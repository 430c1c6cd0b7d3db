using System;
using System.Collections.Generic;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>The families of all kernels.</summary>
internal static class KernelFamilies
{
    /// <summary>One family for each type of step.</summary>
    public static readonly IReadOnlyList<KernelFamily> All =
    [
        new FilterFamily(),
        new WinogradFamily(),
        new DepthwiseFamily(),
        new PlanarFamily(),
        new PlanarWinogradFamily(),
        new StripFamily(),
        new RecurrentFamily(),
        new PoolFamily(),
        new GlobalPoolFamily(),
        new ActivationFamily(),
        new CombineFamily(),
        new BroadcastFamily(),
        new LocalResponseNormFamily(),
        new NormalizationFamily(),
        new PixelNormalizationFamily(),
        new SoftmaxFamily(),
        new AttentionFamily(),
        new MatMulFamily(),
        new ReduceFamily(),
        new ResampleFamily(),
        new UpsampleFamily(),
        new PermuteFamily(),
        new ChannelShuffleFamily(),
        new PixelShuffleFamily(),
        new ConvertFamily(),
        new ParameterFamily(),
        new QuantizeFamily(),
        new BorderFamily(),
    ];

    private static readonly Dictionary<Type, KernelFamily> ByStep = Index();

    /// <summary>A step's family.</summary>
    public static KernelFamily Of(Step step) => ByStep.TryGetValue(step.GetType(), out KernelFamily? family)
        ? family
        : throw new NotSupportedException($"No family writes the kernel of a {step.GetType().Name}.");

    private static Dictionary<Type, KernelFamily> Index()
    {
        var families = new Dictionary<Type, KernelFamily>(All.Count);
        foreach (KernelFamily family in All)
        {
            families.Add(family.StepType, family);
        }

        return families;
    }
}
