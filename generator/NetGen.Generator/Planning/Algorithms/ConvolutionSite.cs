using NetGen.Generator.Graphs;
using NetGen.Generator.Planning.Passes;

namespace NetGen.Generator.Planning.Algorithms;

/// <summary>A convolution, and what surrounds it, for which an algorithm is looked for.</summary>
/// <param name="Context">The graph and the tier.</param>
/// <param name="Fused">The groups.</param>
/// <param name="Group">The convolution's group.</param>
/// <param name="Convolution">The convolution.</param>
internal sealed record ConvolutionSite(PlanContext Context, FusedGraph Fused, LayerGroup Group, ConvolutionOperation Convolution)
{
    public Tier Tier => Context.Tier;

    public Shape Input => Group.Main.Input;

    /// <summary>The convolution's own result.</summary>
    public Shape Output => Group.Main.Output;

    /// <summary>
    /// Whether the convolution alone reads the caller's image, and can read it plane by plane as it is; it has to be as fast as can be,
    /// on floats, and no other result may be added.
    /// </summary>
    public bool ReadsImage => Context.Mode == PlanMode.Sample && !Context.IsInteger && Group is { Source: < 0, Residual: null }
        && Context.Uses.ConsumersOf(Group.Source).Count == 1;

    /// <summary>Whether the caller alone takes the result, whose planes follow each other.</summary>
    public bool WritesPlanes => Fused.IsOutput(Group);

    /// <summary>Whether the result's pixels lie one after the other, and belong to no concatenation.</summary>
    public bool WritesPixels => !WritesPlanes && Fused.ConcatOf(Group.Last) is null;

    /// <summary>The maximum over 2 × 2 pixels that alone reads the result, and whose own is a map in the workspace; null where there is none.</summary>
    public LayerGroup? Pooling => Context.SoleConsumer(Group.Last) is int next && Fused.StartingWith(next) is { } pooling
        && IsPairwiseMaximum(pooling) && Fused.ConcatOf(pooling.Last) is null && !Fused.IsOutput(pooling) ? pooling : null;

    private static bool IsPairwiseMaximum(LayerGroup group) => group is
    {
        Epilogue.Operations.Count: 0,
        Main.Operation: PoolOperation
        {
            Kind: PoolKind.Max,
            Window: { KernelHeight: 2, KernelWidth: 2, StrideHeight: 2, StrideWidth: 2, DilationHeight: 1, DilationWidth: 1, Padding.IsEmpty: true },
        },
    };
}
