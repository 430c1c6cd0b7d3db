using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning.Passes;

/// <summary>A graph whose layers are grouped by the kernels that compute them, and what can be asked of it.</summary>
internal sealed class FusedGraph
{
    private readonly PlanContext context;
    private readonly LayerGroup?[] byFirst;
    private readonly LayerGroup?[] byLast;
    private readonly HashSet<int> residuals = [];

    /// <param name="context">The graph.</param>
    /// <param name="groups">The groups, in the order in which they are computed; every layer is in one of them.</param>
    public FusedGraph(PlanContext context, EquatableArray<LayerGroup> groups)
    {
        this.context = context;
        Groups = groups;
        byFirst = new LayerGroup?[context.Graph.Layers.Count];
        byLast = new LayerGroup?[context.Graph.Layers.Count];
        foreach (LayerGroup group in groups)
        {
            byFirst[group.First] = group;
            byLast[group.Last] = group;
            if (group.Residual is int residual)
            {
                residuals.Add(residual);
            }
        }
    }

    /// <summary>The groups, in the order in which they are computed.</summary>
    public EquatableArray<LayerGroup> Groups { get; }

    /// <summary>The group whose first layer this is; null for a layer within a group.</summary>
    public LayerGroup? StartingWith(int layer) => byFirst[layer];

    /// <summary>The group whose result is this layer's; null for the network's input, and where the result exists only in registers.</summary>
    public LayerGroup? EndingWith(int layer) => layer < 0 ? null : byLast[layer];

    /// <summary>Whether a group adds this layer's result to its own.</summary>
    public bool IsResidual(int layer) => residuals.Contains(layer);

    /// <summary>The groups whose first layer consumes a result.</summary>
    public IEnumerable<LayerGroup> Readers(int layer) => context.Uses.ConsumersOf(layer).Select(StartingWith).OfType<LayerGroup>();

    /// <summary>Whether the caller alone takes a group's result.</summary>
    public bool IsOutput(LayerGroup group) => context.IsOutput(group.Last) && context.Uses.ConsumersOf(group.Last).Count == 0;

    /// <summary>Whether a zero padding is only a wider view of what its source writes.</summary>
    public bool IsFreePad(LayerGroup group) => context.Fuses && context.SoleConsumer(group.Source) is not null;

    /// <summary>Whether a layer's result is only another view of its source's.</summary>
    public bool IsAlias(int layer) =>
        context.Graph.Layers[layer].Operation is IdentityOperation or FlattenOperation or SliceOperation or ZeroPadOperation
        && !(byLast[layer] is { } group && group.First != layer);

    /// <summary>The concatenation that a layer's kernel writes its part of, so that joining costs nothing.</summary>
    public int? ConcatOf(int layer)
    {
        foreach (int consumer in layer < 0 ? [] : context.Uses.ConsumersOf(layer))
        {
            Layer concat = context.Graph.Layers[consumer];
            if (concat.Operation is ConcatOperation && concat.Sources.Count(s => s == layer) == 1 && !IsAlias(layer))
            {
                return consumer;
            }
        }

        return null;
    }

    /// <summary>The layers whose kernels write into a concatenation.</summary>
    public IEnumerable<int> PartsOf(LayerGroup concat) => concat.Main.Sources.Where(s => ConcatOf(s) == concat.First);

    /// <summary>Whether a result, and whatever it is a view of or was written into a part of it, has one consumer alone.</summary>
    public bool HasSoleReader(int layer)
    {
        var pending = new Stack<int>([layer]);
        while (pending.Count > 0)
        {
            int next = pending.Pop();
            if (context.SoleConsumer(next) is null)
            {
                return false;
            }

            if (next >= 0 && IsAlias(next))
            {
                pending.Push(context.Graph.Layers[next].Source);
            }

            if (EndingWith(next) is { Main.Operation: ConcatOperation } concat)
            {
                foreach (int source in PartsOf(concat))
                {
                    pending.Push(source);
                }
            }
        }

        return true;
    }

    /// <summary>The same graph, but for a group whose kernel computes the one after it too.</summary>
    public FusedGraph Absorb(LayerGroup group, LayerGroup next)
    {
        LayerGroup joined = group with { Layers = [.. group.Layers, .. next.Layers] };
        return new FusedGraph(
            context,
            Groups.Where(g => !ReferenceEquals(g, next)).Select(g => ReferenceEquals(g, group) ? joined : g).ToEquatableArray());
    }
}
