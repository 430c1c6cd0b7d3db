using NetGen.Generator.Graphs;

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

/// <summary>How several threads share the work of a step.</summary>
/// <param name="Units">The equal parts that it falls into; 1 for what is too small, or cannot be split.</param>
/// <param name="TakesShare">Whether the step's kernel computes a share of these parts: a thread's, or a strip's.</param>
internal readonly record struct WorkSharing(int Units, bool TakesShare)
{
    public static WorkSharing Of(Step step)
    {
        // Steps of a strip know their own work; together, they are worth sharing wherever maps are too large for a cache.
        bool isPart = step.StripRows > 0;
        int units = isPart || step is StripStep || WorkOf(step) >= step.Sizes.SharedWork ? PartsOf(step) : 1;

        // Strips are a loop, even where one of them is all.
        return new(units, isPart || step is StripStep || units > 1);
    }

    /// <summary>The loop of a filter kernel that threads share, if any do: whatever falls into most parts.</summary>
    public static SplitAxis AxisOf(FilterStep step)
    {
        FilterSums sums = step.Sums;
        bool hasRows = sums.Rows > 1;
        return step.StripRows > 0 || (hasRows && (sums.Groups > 1 || sums.Rows >= sums.Tiles)) ? SplitAxis.Rows
            : sums.Groups > 1 ? SplitAxis.None
            : hasRows || sums.Tiles >= sums.Blocks ? SplitAxis.Tiles
            : SplitAxis.Blocks;
    }

    /// <summary>What a step's kernel sums, by one thread or by a share of several.</summary>
    public static FilterSums SumsOf(FilterStep step) => step.Sums with { SharedLoop = Of(step).TakesShare ? AxisOf(step) : SplitAxis.None };

    /// <summary>
    /// Whether threads share the filters of the only block. Each then transforms all of the input for itself, which takes less time
    /// than to fetch what another has transformed. Several blocks are shared themselves: what a thread needs of the others' results
    /// is then only what surrounds its own.
    /// </summary>
    public static bool SharesFilters(WinogradStep step) => step.IsOneBlock && Of(step).Units > 1;

    /// <summary>The multiply-adds or loads that a step takes, roughly.</summary>
    private static long WorkOf(Step step) => step switch
    {
        FilterStep { Geometry: var sums } => (long)sums.Rows * sums.Columns * sums.Filters * sums.Channels * sums.Positions,
        WinogradStep s => (long)s.Tiles * s.Transform.ProductColumns(s.Output.Width) * s.Transform.Planes * s.Products[0].Taps * s.Filters,
        PlanarStep s => (long)s.Computed.Length * s.Channels * s.Window.Taps,
        PlanarWinogradStep s => (long)s.Computed.Length * s.Channels * s.Window.Taps,
        DepthwiseStep s => (long)s.Output.Length * s.Window.Taps,
        AttentionStep s => (long)s.Queries * s.Keys * (s.Input.Channels + s.Value.Channels),
        MatMulStep s => (long)s.Planes * s.Rows * s.Products[0].Taps * s.Products[0].Filters,
        PoolStep s => (long)s.Output.Length * s.Pool.Window.Taps,
        LocalResponseNormStep s => (long)s.Output.Length * s.Window,
        ConvertStep => 4L * step.Output.Length,
        QuantizeStep => step.Input.Length,
        _ => 0,
    };

    /// <summary>The parts that a step's work falls into, however small.</summary>
    private static int PartsOf(Step step) => step switch
    {
        FilterStep sums => AxisOf(sums) switch
        {
            SplitAxis.Rows => sums.Geometry.Rows,
            SplitAxis.Tiles => sums.Sums.Tiles,
            SplitAxis.Blocks => sums.Sums.Blocks,
            _ => 1,
        },
        WinogradStep s => s.IsOneBlock ? s.Products[0].Tiles : s.Blocks,
        PlanarStep s => s.Groups > 1 ? s.Groups : s.RowTiles,
        PlanarWinogradStep s => s.Bands,
        AttentionStep s => s.Heads * s.Blocks,
        MatMulStep s => s.Planes * s.Blocks,
        StripStep s => (s.Output.Height + s.Rows - 1) / s.Rows,
        ConvertStep { Transposes: true, IsWhole: true } => (step.Output.Pixels + ConvertStep.PixelsAtOnce - 1) / ConvertStep.PixelsAtOnce,
        ConvertStep { IsPlanar: false, Transposes: false } => 1,
        DepthwiseStep or PoolStep or LocalResponseNormStep or QuantizeStep or ConvertStep => step.Output.Height,
        _ => 1,
    };
}
