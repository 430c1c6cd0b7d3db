using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning;

/// <summary>What is called in which order, and where everything lives, for one tier.</summary>
/// <param name="Values">Where each layer's result lives, by layer; null for those that exist only in registers.</param>
/// <param name="Completed">The number of steps after which each layer's result is there.</param>
internal sealed record Plan(
    Graph Graph,
    Tier Tier,
    EquatableArray<Step> Steps,
    EquatableArray<WorkspaceBuffer> Buffers,
    EquatableArray<TensorView?> Values,
    EquatableArray<int> Completed,
    int WorkspaceLength,
    int WeightLength)
{
    /// <summary>The steps that compute a layer each, those within others included.</summary>
    public IEnumerable<Step> LayerSteps => Steps.SelectMany(s => s is StripStep strip ? strip.Steps : [s]);

    /// <summary>A view's first element within its memory.</summary>
    public int OffsetOf(TensorView view) => view.Offset + (view.Buffer >= 0 ? Buffers[view.Buffer].Offset : 0);

    /// <summary>How a layer is computed, for the layer table.</summary>
    public string AlgorithmOf(int layer)
    {
        foreach (Step step in LayerSteps)
        {
            if (step.Purpose is null && step.Layers.Contains(layer))
            {
                return step.Layers[0] == layer ? step.Description : "fused into " + Graph.Layers[step.Layers[0]].Name;
            }
        }

        return Graph.Layers[layer].Operation is ConcatOperation ? "joined in place" : "no work";
    }
}
