using System.Collections.Generic;

namespace NetGen.Generator.Planning.Passes;

/// <summary>
/// Groups that are computed a strip of rows after the other, the first one's rows streaming through all of them, so that each map
/// between them stays in the cache.
/// </summary>
/// <param name="Groups">The groups; each reads what the one before writes.</param>
/// <param name="Buffers">What lies between them, one less; which workspace buffer holds them is not decided yet.</param>
/// <param name="Rows">The rows that each group computes at a time.</param>
internal sealed record StripChain(EquatableArray<LayerGroup> Groups, EquatableArray<LineBuffer> Buffers, EquatableArray<int> Rows)
{
    public LayerGroup Last => Groups[Groups.Count - 1];

    /// <summary>The place of a group in the chain; −1 for any other group.</summary>
    public int IndexOf(LayerGroup group)
    {
        for (int i = 0; i < Groups.Count; i++)
        {
            if (Groups[i].First == group.First)
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>The chains of a plan.</summary>
internal sealed class StripChains
{
    private readonly Dictionary<int, StripChain> byLast = [];
    private readonly HashSet<int> streaming = [];

    public StripChains(IReadOnlyList<StripChain> chains)
    {
        All = chains;
        foreach (StripChain chain in chains)
        {
            byLast.Add(chain.Last.First, chain);
            for (int i = 0; i < chain.Groups.Count - 1; i++)
            {
                streaming.Add(chain.Groups[i].First);
            }
        }
    }

    public IReadOnlyList<StripChain> All { get; }

    /// <summary>The chain whose result is this group's; null where it is computed on its own.</summary>
    public StripChain? EndingWith(LayerGroup group) => byLast.TryGetValue(group.First, out StripChain? chain) ? chain : null;

    /// <summary>Whether a group streams its rows to its reader, and is computed with it.</summary>
    public bool Streams(LayerGroup group) => streaming.Contains(group.First);
}
