using System.Collections.Generic;
using System.Linq;

namespace NetGen.Generator.Planning;

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

/// <summary>The taps of a convolution's kernel that are summed, where not all are: those of a stretch of its rows and of its columns.</summary>
internal sealed record KernelTaps(int KernelHeight, int KernelWidth, int FirstRow, int Rows, int FirstColumn, int Columns);

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

    /// <summary>The taps that are summed; null for all of the kernel's.</summary>
    public KernelTaps? Part { get; init; }

    /// <summary>The sums over a view's channels and a kernel's rows and columns, in the order in which the values lie.</summary>
    /// <param name="title">What kernels that sum so are called.</param>
    /// <param name="view">What is read.</param>
    /// <param name="filters">The filters of all groups.</param>
    /// <param name="channels">The channels of one group.</param>
    /// <param name="rows">The kernel's rows.</param>
    /// <param name="columns">The kernel's columns.</param>
    public static FilterGeometry Over(string title, TensorView view, int filters, int channels, TapLoop rows, TapLoop columns)
    {
        int positions = rows.Count * columns.Count;
        var channelLoop = new TapLoop(channels, view.ChannelStride);
        return new FilterGeometry(title)
        {
            Filters = filters,
            Channels = channels,
            Positions = positions,
            Loops = positions == 0 ? default
                : view.IsChannelsLast ? Collapse([rows, columns, channelLoop])
                : Collapse([channelLoop, rows, columns]),
            ChannelsFirst = !view.IsChannelsLast,
        };
    }

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
