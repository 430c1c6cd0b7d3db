using System.Linq;
using NetGen.Generator.Parsing;
using NetGen.Shared;

namespace NetGen.Generator.Planning;

/// <summary>
/// Sums of taps, vectors running over filters, as one kernel computes them: those of a <see cref="FilterStep"/>, or a plane's product within
/// a convolution by Winograd's algorithm.
/// </summary>
/// <param name="Input">What the first tap of the first result reads.</param>
/// <param name="Output">Where the results are stored.</param>
/// <param name="Geometry">What is summed.</param>
internal sealed record FilterSums(TensorView Input, TensorView Output, FilterGeometry Geometry)
{
    /// <summary>The block of results that is held in registers.</summary>
    public required Tile Tile { get; init; }

    /// <summary>The lanes of a full vector of filters.</summary>
    public required int Lanes { get; init; }

    /// <summary>The lanes of all the vectors that cover one group's filters.</summary>
    public required int GroupLanes { get; init; }

    /// <summary>How the taps lie in memory.</summary>
    public WeightStorage Storage { get; init; } = WeightStorage.Float32;

    /// <summary>
    /// The vectors at the head of each filter tile: the bias, the scale and the epilogue's parameters. Without any, as in a product, sums
    /// start at zero.
    /// </summary>
    public int HeadRows { get; init; }

    /// <summary>What happens to the sums before they are stored.</summary>
    public Epilogue Epilogue { get; init; } = Epilogue.None;

    /// <summary>The result that the epilogue adds, where it does.</summary>
    public TensorView? Residual { get; init; }

    /// <summary>Whether the caller says how many rounds the outermost loop takes, for which a tile then has weights.</summary>
    public bool HasPhases { get; init; }

    /// <summary>The loop of which the kernel computes a share: a thread's, or a strip's.</summary>
    public SplitAxis SharedLoop { get; init; }

    /// <summary>The sizes from which the kernel decides otherwise.</summary>
    public PlanSizes Sizes { get; init; } = PlanSizes.Default;

    public int Filters => Geometry.Filters;

    public int Channels => Geometry.Channels;

    public int Positions => Geometry.Positions;

    public int Groups => Geometry.Groups;

    public EquatableArray<TapLoop> Loops => Geometry.Loops;

    public bool ChannelsFirst => Geometry.ChannelsFirst;

    public int Rows => Geometry.Rows;

    public int Columns => Geometry.Columns;

    public int RowStep => Geometry.RowStep;

    public int ColumnStep => Geometry.ColumnStep;

    /// <summary>The input distance between groups.</summary>
    public int GroupStep => Channels * Input.ChannelStride;

    public int FiltersPerGroup => Filters / Groups;

    /// <summary>The terms of one result's sum.</summary>
    public int Taps => Channels * Positions;

    /// <summary>Whether products of integers are summed; the channels, and so the taps, are then words of four.</summary>
    public bool IsInteger => Input.IsQuantized;

    /// <summary>Whether a row of the head scales the sums, and the bias comes after them.</summary>
    public bool IsScaled => IsInteger || Storage == WeightStorage.Int8;

    /// <summary>The first row of the epilogue's parameters, after the bias and the scale.</summary>
    public int ParameterRow => FilterLayout.ParameterRow(IsScaled);

    /// <summary>How the packed weights lie in memory.</summary>
    public FilterLayout Layout => new(HeadRows, FilterLayout.WordsOf(Taps, Bits), GroupLanes, Tile.Vectors * Lanes);

    /// <summary>The taps that share one 32-bit word of packed weights.</summary>
    public int TapsPerWord => FilterLayout.TapsPerWord(Bits);

    /// <summary>The words of packed weights of one filter.</summary>
    public int Words => Layout.Words;

    /// <summary>The floats of one group's packed weights.</summary>
    public int GroupLength => Layout.GroupLength;

    /// <summary>The tiles of one group's filters.</summary>
    public int Tiles => Layout.Tiles;

    /// <summary>The tiles of one row's pixels.</summary>
    public int Blocks => TilePlanner.Widths(Columns, Tile.Pixels).Sum(w => w.Count);

    /// <summary>
    /// The vectors of a tile whose weights follow each other in memory. Weights that are used once come faster from several addresses
    /// than from one, as the core's own prefetching follows each of them: from two out of the second-level cache, from four out of
    /// memory; measured.
    /// </summary>
    public int StreamVectors
    {
        get
        {
            int streams = Rows * Columns > 1 || HeadRows == 0 || IsInteger || GroupLength < Sizes.TwoStreams ? 1
                : GroupLength < Sizes.FourStreams ? 2
                : 4;

            // Packing knows one size, which only the last stream of all may fall short of.
            while (Tiles > 1 && Tile.Vectors % streams > 0)
            {
                streams--;
            }

            return (Tile.Vectors + streams - 1) / streams;
        }
    }

    /// <summary>The bits of a packed weight.</summary>
    private int Bits => Storage switch { WeightStorage.BFloat16 => 16, WeightStorage.Int8 => 8, _ => 32 };
}
