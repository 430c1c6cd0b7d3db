using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Parsing;
using NetGen.Shared;

namespace NetGen.Generator.Planning;

/// <summary>The loop of a filter kernel that threads share.</summary>
internal enum SplitAxis
{
    None,

    /// <summary>The output rows.</summary>
    Rows,

    /// <summary>The tiles of filters.</summary>
    Tiles,

    /// <summary>The tiles of pixels of the only row.</summary>
    Blocks,
}

/// <summary>One loop of a kernel's sum: how often, and how far apart in the input.</summary>
internal sealed record TapLoop(int Count, int Stride);

/// <summary>The block of results that a kernel holds in registers.</summary>
/// <param name="Vectors">Vectors of filters.</param>
/// <param name="Pixels">The most pixels.</param>
/// <param name="Splits">Partial sums for each result, so that short tiles do not wait for the adder.</param>
internal sealed record Tile(int Vectors, int Pixels, int Splits);

/// <summary>
/// The taps of a transposed convolution's kernel that one phase of its output sums: every n-th row and column from the first.
/// </summary>
internal sealed record FilterSource(
    int KernelHeight, int KernelWidth, int FirstRow, int RowStep, int Rows, int FirstColumn, int ColumnStep, int Columns);

/// <summary>What a sum of taps is over: its loops, and how far the input lies apart from one to the next.</summary>
/// <param name="Title">What kernels that sum so are called.</param>
internal sealed record FilterGeometry(string Title)
{
    /// <summary>The filters of all groups.</summary>
    public required int Filters { get; init; }

    /// <summary>The channels of one group.</summary>
    public required int Channels { get; init; }

    /// <summary>The kernel's positions.</summary>
    public required int Positions { get; init; }

    /// <summary>The groups of channels.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>The sum's loops, outermost first, in the order of the packed weights.</summary>
    public required EquatableArray<TapLoop> Loops { get; init; }

    /// <summary>Whether the channel loop is the outermost.</summary>
    public bool ChannelsFirst { get; init; }

    /// <summary>The output rows; one, where rows follow each other so closely that the kernel sees a single row.</summary>
    public int Rows { get; init; } = 1;

    /// <summary>The output columns.</summary>
    public int Columns { get; init; } = 1;

    /// <summary>The input distance between output rows.</summary>
    public int RowStep { get; init; }

    /// <summary>The input distance between output columns.</summary>
    public int ColumnStep { get; init; }

    /// <summary>How the filters are taken from the weight tensor; null where they are all of it.</summary>
    public FilterSource? Source { get; init; }

    /// <summary>The loops over a view's channels and a kernel's rows and columns, in the order in which the values lie.</summary>
    public static EquatableArray<TapLoop> LoopsOver(TensorView view, TapLoop channels, TapLoop rows, TapLoop columns) =>
        rows.Count * columns.Count == 0 ? default
        : view.IsChannelsLast ? Collapse([rows, columns, channels])
        : Collapse([channels, rows, columns]);

    /// <summary>Joins loops that run on through memory, so that the innermost is as long as it can be.</summary>
    public static EquatableArray<TapLoop> Collapse(IEnumerable<TapLoop> loops)
    {
        var joined = new List<TapLoop>();
        foreach (TapLoop loop in loops.Where(l => l.Count > 1))
        {
            if (joined.Count > 0 && joined[joined.Count - 1].Stride == loop.Count * loop.Stride)
            {
                joined[joined.Count - 1] = new TapLoop(joined[joined.Count - 1].Count * loop.Count, loop.Stride);
            }
            else
            {
                joined.Add(loop);
            }
        }

        return joined.Count == 0 ? [new TapLoop(1, 0)] : joined.ToEquatableArray();
    }
}

/// <summary>A convolution or a dense layer: every output is the sum of its taps, vectors running over filters.</summary>
/// <param name="Geometry">What is summed.</param>
internal sealed record FilterStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, SumParameters Parameters, FilterGeometry Geometry) : SumStep(Layers, Input, Output, Parameters)
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
    /// For a product within a Winograd convolution, what its threads share. Its filter tiles have no bias and no epilogue's parameters at
    /// their head, and its sums start at zero.
    /// </summary>
    public SplitAxis? ProductAxis { get; init; }

    /// <summary>Whether the caller says how many rounds the outermost loop takes, for which a tile then has weights.</summary>
    public bool HasPhases { get; init; }

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

    public string Title => Geometry.Title;

    public FilterSource? Source => Geometry.Source;

    /// <summary>The input distance between groups.</summary>
    public int GroupStep => Channels * Input.ChannelStride;

    /// <summary>The taps that share one 32-bit word of packed weights.</summary>
    public int TapsPerWord => FilterLayout.TapsPerWord(Bits);

    /// <summary>The bits of a packed weight.</summary>
    private int Bits => Storage switch { WeightStorage.BFloat16 => 16, WeightStorage.Int8 => 8, _ => 32 };

    /// <summary>How the packed weights lie in memory.</summary>
    public FilterLayout Layout => new(HeadRows, FilterLayout.WordsOf(Taps, Bits), GroupLanes, Tile.Vectors * Lanes);

    /// <summary>Whether it sums products of integers; its channels, and so its taps, are then words of four.</summary>
    public bool IsInteger => Input.IsQuantized;

    /// <summary>The words of packed weights of one filter.</summary>
    public int Words => Layout.Words;

    /// <summary>Whether a row of the head scales the sums, and the bias comes after them.</summary>
    public bool IsScaled => IsInteger || Storage == WeightStorage.Int8;

    /// <summary>The result that the epilogue adds, where it does.</summary>
    public TensorView? Residual => MoreInputs.Count > 0 ? MoreInputs[0] : null;

    public int FiltersPerGroup => Filters / Groups;

    /// <summary>The terms of one result's sum.</summary>
    public int Taps => Channels * Positions;

    /// <summary>Whether each filter tile begins with the bias and the epilogue's parameters; otherwise sums start at zero.</summary>
    public bool HasHead => ProductAxis is null;

    /// <summary>The vectors at the head of each filter tile: the bias and the epilogue's parameters.</summary>
    public override int HeadRows => HasHead ? ParameterRow + Epilogue.Rows : 0;

    /// <summary>The first row of the epilogue's parameters, after the bias and the scale.</summary>
    public int ParameterRow => FilterLayout.ParameterRow(IsScaled);

    // A product is shared where its convolution is, whatever its own size.
    protected override long Work => ProductAxis is null ? (long)Rows * Columns * Filters * Taps : Sizes.SharedWork;

    protected override int WorkUnits => Axis switch
    {
        SplitAxis.Rows => Rows,
        SplitAxis.Tiles => Tiles,
        SplitAxis.Blocks => Blocks,
        _ => 1,
    };

    /// <summary>What the threads share: whatever falls into most parts.</summary>
    public SplitAxis Axis => ProductAxis ?? (
        StripRows > 0 ? SplitAxis.Rows
        : Rows > 1 && (Groups > 1 || Rows >= Tiles) ? SplitAxis.Rows
        : Groups > 1 ? SplitAxis.None
        : Tiles >= Blocks || Rows > 1 ? SplitAxis.Tiles
        : SplitAxis.Blocks);

    /// <summary>The tiles of one group's filters.</summary>
    public int Tiles => ((GroupLanes + Lanes - 1) / Lanes + Tile.Vectors - 1) / Tile.Vectors;

    /// <summary>
    /// The vectors of a tile whose weights follow each other in memory. Weights that are used once come faster from several places
    /// than from one, as the core's own prefetching follows each of them: from two out of the second-level cache, from four out of
    /// memory; measured.
    /// </summary>
    public int StreamVectors
    {
        get
        {
            int streams = Rows * Columns > 1 || !HasHead || IsInteger || GroupLength < Sizes.TwoStreams ? 1
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

    /// <summary>The tiles of one row's pixels.</summary>
    private int Blocks => TilePlanner.Widths(Columns, Tile.Pixels).Sum(w => w.Count);

    /// <summary>The floats of one group's packed weights.</summary>
    public int GroupLength => Layout.GroupLength;

    public override int WeightLength => Groups * GroupLength;

    public override string Algorithm => (Rows * Columns == 1
        ? $"matrix-vector product, tile of {Tile.Vectors} × {Lanes}"
        : $"direct convolution, tile of {Tile.Pixels} pixels × {Tile.Vectors} × {Lanes} filters")
        + (IsInteger ? ", integers" : Storage == WeightStorage.Float32 ? "" : $", {Storage} weights");
}
