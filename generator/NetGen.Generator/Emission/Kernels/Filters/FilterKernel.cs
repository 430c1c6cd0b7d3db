using System.Linq;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>What the writers of a filter kernel's parts know of the whole.</summary>
internal sealed class FilterKernel(CodeWriter writer, FilterSums sums, Tier tier)
{
    public CodeWriter Writer => writer;

    public FilterSums Sums => sums;

    public Tier Tier => tier;

    /// <summary>Whether only channels may be stored. Elsewhere the lanes after the last channel are slack, which nobody reads.</summary>
    public bool StoresExactly { get; } = !sums.Output.HasSlack || sums.Groups > 1;

    /// <summary>The floats from a filter tile's weights to the next one's.</summary>
    public int TileLength { get; } = sums.Tile.Vectors * tier.Lanes * (sums.HeadRows + sums.Words);

    /// <summary>The same as an expression.</summary>
    public string TileDistance => sums.HasPhases ? $"phases * {Literal.Int(TileLength / sums.Loops[0].Count)}" : Literal.Int(TileLength);

    /// <summary>How often a filter tile's weights are run through, once for each tile of pixels.</summary>
    public int Passes { get; } = sums.Rows * TilePlanner.Widths(sums.Columns, sums.Tile.Pixels).Sum(w => w.Count);

    /// <summary>
    /// Whether the next filter tile's weights are brought near while one's are used for pixel after pixel. They may come from memory,
    /// and the core's own prefetching stops where a tile ends. Many pixels use a tile so often that it does not matter.
    /// </summary>
    public bool Prefetches => sums.Columns > 1 && Passes <= sums.Sizes.PrefetchingPasses && TileLength >= sums.Sizes.PrefetchedTile
        && tier.Lanes > 4;

    /// <summary>Whether a thread's next weights, after those of its share of a plane's tiles, are in the next plane.</summary>
    public bool LeapsPlanes => Prefetches && sums.HeadRows == 0 && sums.SharedLoop == SplitAxis.Tiles;
}
