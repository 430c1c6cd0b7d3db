using NetGen.Generator.Graphs;
using NetGen.Generator.Planning.Algorithms;
using NetGen.Generator.Planning.Lowering;
using NetGen.Generator.Planning.Passes;

namespace NetGen.Generator.Planning;

/// <summary>
/// Turns a graph into the calls of one tier: a pipeline of passes, each of which reads what those before it found and changes none of it.
/// </summary>
internal static class Planner
{
    /// <summary>Plans a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="tier">The tier to plan for.</param>
    /// <param name="mode">What the plan is for.</param>
    public static Plan Create(Graph graph, Tier tier, PlanMode mode = PlanMode.Sample)
    {
        var context = new PlanContext(graph, tier, mode, LayerUses.Of(graph));
        FusedGraph fused = Fusion.Run(context);
        (fused, AlgorithmChoices algorithms) = AlgorithmSelection.Run(context, fused);
        ValueDemands demands = DemandAnalysis.Run(context, fused, algorithms);
        StripChains strips = StripSelection.Run(context, fused, algorithms, demands);
        PlanDraft draft = LayerLowering.Run(new PlanDecisions(context, fused, algorithms, demands, strips));
        return Placement.Run(context, draft);
    }

    /// <summary>Plans a network for several samples at once; null where they share nothing.</summary>
    public static Plan? CreateBatch(Graph graph, Tier tier) =>
        BatchRewrite.Of(graph, tier.Sizes.BatchSamples) is { } batch ? Create(batch, tier, PlanMode.Batch) : null;
}
