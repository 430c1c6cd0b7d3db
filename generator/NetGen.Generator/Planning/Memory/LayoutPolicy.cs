namespace NetGen.Generator.Planning;

/// <summary>How far apart channels and pixels lie in memory, on every tier.</summary>
internal static class LayoutPolicy
{
    /// <summary>
    /// The channels that a vector of them takes, the same for all tiers. The last, partly filled vector is the narrowest that
    /// holds its channels, so that every tier covers any number of channels in ⌈channels / lanes⌉ vectors within the stride.
    /// </summary>
    public static int ChannelStride(int channels)
    {
        int rest = channels % 16;
        return channels - rest + (rest == 0 ? 0 : rest <= 4 ? 4 : rest <= 8 ? 8 : 16);
    }

    /// <summary>The floats from a pixel of a map to the next.</summary>
    public static int PixelStride(int channels) => Padded(ChannelStride(channels));

    /// <summary>
    /// A distance between pixels. A kernel reads several pixels at once; at a multiple of a kilobyte all of them would fall into the
    /// same few sets of the first-level cache, and evict each other. A cache line more spreads them out.
    /// </summary>
    public static int Padded(int stride) => stride % 256 == 0 ? stride + 16 : stride;
}
