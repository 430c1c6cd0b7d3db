namespace NetGen.Generator.Planning;

/// <summary>
/// The sizes from which the planner and the kernels' writers decide otherwise, as measured on large networks. Tests set them low, so
/// that small networks take every path. The limits of a single tile are <see cref="Tier"/>'s.
/// </summary>
internal sealed record PlanSizes
{
    public static readonly PlanSizes Default = new();

    /// <summary>Maps of fewer floats, up to a megabyte, are not computed in strips of rows: most second-level caches hold them.</summary>
    public int StripMap { get; init; } = 1 << 18;

    /// <summary>
    /// The floats of a strip's line buffers together; a quarter of a megabyte leaves room for what is read and written beside them.
    /// </summary>
    public int StripBuffers { get; init; } = 1 << 16;

    /// <summary>Below this many elementary operations, some microseconds' worth, threads would wait longer than they work.</summary>
    public long SharedWork { get; init; } = 1 << 18;

    /// <summary>The floats of weights from which those that are used once are read as two streams.</summary>
    public int TwoStreams { get; init; } = 4096;

    /// <summary>The floats of weights from which those that are used once are read as four streams.</summary>
    public int FourStreams { get; init; } = 1 << 18;

    /// <summary>The floats of a filter tile's weights from which the next tile's are prefetched.</summary>
    public int PrefetchedTile { get; init; } = 512;

    /// <summary>The passes over a filter tile's weights above which they are not prefetched: the time is then in the passes.</summary>
    public int PrefetchingPasses { get; init; } = 16;

    /// <summary>The bytes of a Winograd block's planes that stay close to the core.</summary>
    public int WinogradBlockBytes { get; init; } = 1 << 20;

    /// <summary>The columns of a Winograd block's products above which they gain nothing.</summary>
    public int MostWinogradColumns { get; init; } = 64;

    /// <summary>The columns of a Winograd block's products below which they wait for weights from a farther cache.</summary>
    public int FewestWinogradColumns { get; init; } = 24;

    /// <summary>The bytes of transformed weights above which every block would bring them from memory again; measured.</summary>
    public int FarWinogradWeights { get; init; } = 16 << 20;

    /// <summary>The floats of a band's results above which a planar Winograd convolution would leave the first-level cache.</summary>
    public int PlanarResults { get; init; } = 4096;

    /// <summary>The floats of a transformed image above which a planar Winograd convolution would leave the second-level cache.</summary>
    public int PlanarTransformed { get; init; } = 1 << 17;

    /// <summary>The multiply-adds up to which a planar convolution's taps are written out.</summary>
    public int PlanarWritten { get; init; } = 192;

    /// <summary>The multiply-adds up to which a planar Winograd convolution's sum over channels is written out.</summary>
    public int PlanarWinogradWritten { get; init; } = 240;

    /// <summary>The bytes that a map's vector of channels may take of the first-level cache in a depthwise convolution.</summary>
    public int DepthwiseSlotBytes { get; init; } = 16 * 1024;

    /// <summary>The multiply-adds of a depthwise tile up to which all kernel rows are written out, as those of 3×3 and 5×5 are.</summary>
    public int DepthwiseWritten { get; init; } = 150;

    /// <summary>The columns up to which a row of a depthwise kernel is written out.</summary>
    public int DepthwiseColumns { get; init; } = 64;

    /// <summary>The taps up to which a pooling's window is written out.</summary>
    public int PoolTaps { get; init; } = 64;

    /// <summary>The channels up to which the window of a local response normalization is written out.</summary>
    public int ResponseWindow { get; init; } = 16;

    /// <summary>The vectors up to which a stretch of memory is copied by them, which a call would take longer than.</summary>
    public int CopiedVectors { get; init; } = 16;

    /// <summary>The floats of scores that attention computes at a time, which stay in the first-level cache between two products.</summary>
    public int AttentionScores { get; init; } = 6 * 1024;

    /// <summary>The full vectors of channels up to which they need no loop.</summary>
    public int UnrolledSlots { get; init; } = 4;

    /// <summary>Buffers of fewer floats are placed wherever there is room first: they are too small for threads to share.</summary>
    public int CenteredBuffer { get; init; } = 16 * 1024;

    /// <summary>Up to this many floats of bordered maps get memory of their own, whose zeros then last for all calls.</summary>
    public int OwnBorders { get; init; } = 16 * 1024;

    /// <summary>The samples of a batch that are computed together: enough for a full tile of pixels on every tier.</summary>
    public int BatchSamples { get; init; } = 16;
}
