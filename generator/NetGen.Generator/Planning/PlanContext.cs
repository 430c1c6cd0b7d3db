using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Planning;

/// <summary>What a plan is for.</summary>
internal enum PlanMode
{
    /// <summary>One sample, as fast as it can be.</summary>
    Sample,

    /// <summary>Several samples at once, which a graph holds as the pixels of a row.</summary>
    Batch,

    /// <summary>One sample for observers: every layer's result lies in memory, and none is computed together with another.</summary>
    Observed,
}

/// <summary>What every pass knows.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Tier">The tier to plan for.</param>
/// <param name="Mode">What the plan is for.</param>
/// <param name="Uses">Which layers consume which results.</param>
internal sealed record PlanContext(Graph Graph, Tier Tier, PlanMode Mode, LayerUses Uses)
{
    /// <summary>Whether layers may be computed together, by any algorithm.</summary>
    public bool Fuses => Mode != PlanMode.Observed;

    public bool IsBatch => Mode == PlanMode.Batch;

    /// <summary>Whether some layers may be computed with integers.</summary>
    public bool IsInteger => Graph.Options.Precision == Precision.Int8;

    /// <summary>
    /// Whether Winograd's algorithm may be used: as the author allows. A layer that is computed alone, for observers, is computed directly.
    /// Offsets into packed weights are int.
    /// </summary>
    public bool AllowsWinograd { get; } =
        Mode != PlanMode.Observed && Graph.Options.Winograd && Graph.Layers.Sum(l => l.WeightCount) < int.MaxValue / 8;

    public PlanSizes Sizes => Tier.Sizes;

    /// <summary>Whether the caller takes a layer's result.</summary>
    public bool IsOutput(int layer) => Graph.Outputs.Contains(layer);

    /// <summary>The only consumer of a result; null where there are others, or where the caller takes it too.</summary>
    public int? SoleConsumer(int layer) =>
        Uses.ConsumersOf(layer) is [int only] && !IsOutput(layer) ? only : null;

    /// <summary>Whether a vector is still a map in memory.</summary>
    public bool IsFlattenedMap(int layer)
    {
        for (; layer >= 0; layer = Graph.Layers[layer].Source)
        {
            switch (Graph.Layers[layer])
            {
                case { Operation: FlattenOperation, Input: { IsVector: false, Pixels: > 1 } }:
                    return true;
                case { Operation: FlattenOperation or IdentityOperation or ActivationOperation { PerChannel: false } }:
                    continue;
                default:
                    return false;
            }
        }

        return false;
    }
}
