using System;
using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning;

/// <summary>Decides which convolutions are computed by Winograd's algorithm. Costs are cycles, as <see cref="TilePlanner"/> counts them.</summary>
internal static class WinogradPlanner
{
    /// <summary>Below this many channels or filters, or pairs of both, the transforms cost more than the products save.</summary>
    private const int LeastChannels = 3;

    private const int LeastPairs = 36;

    /// <summary>The most groups of channels; each is a convolution of its own.</summary>
    private const int MostGroups = 8;

    /// <summary>The part of direct sums' time that a transform has to stay below; the model is not better than that.</summary>
    private const double LeastGain = 0.9;

    /// <summary>The bytes of weights that a cycle brings from memory.</summary>
    private const double WeightBytesPerCycle = 4;

    /// <summary>The floats of a block's planes above which a convolution is computed directly.</summary>
    private const int MostScratch = 1 << 28;

    /// <summary>How many times as fast products of integers are summed as those of floats; with dot products in one instruction, or without.</summary>
    private const double IntegerSpeed = 2.4;

    private const double DotProductSpeed = 3.8;

    /// <summary>The best transform for a convolution; null where summing directly is faster.</summary>
    /// <param name="convolution">The convolution.</param>
    /// <param name="input">What it takes.</param>
    /// <param name="output">What it gives.</param>
    /// <param name="tier">The tier.</param>
    /// <param name="integers">Whether summing directly is summing integers.</param>
    public static WinogradTransform? Choose(ConvolutionOperation convolution, Shape input, Shape output, Tier tier, bool integers)
    {
        Window window = convolution.Window;
        int channels = input.Channels / convolution.Groups;
        int filters = convolution.Filters / convolution.Groups;
        if (convolution.Groups > MostGroups || Math.Min(channels, filters) < LeastChannels || (long)channels * filters < LeastPairs
            || Shape.SaturatingProduct(64, Math.Max(24, output.Width), (long)channels + filters) > MostScratch)
        {
            return null;
        }

        double bestCost = LeastGain * Cost((double)output.Pixels * window.Taps, window.Taps, channels, filters);
        if (integers)
        {
            bestCost /= tier.HasDotProducts ? DotProductSpeed : IntegerSpeed;
        }

        WinogradTransform? best = null;
        foreach (WinogradTransform transform in WinogradTransform.For(window))
        {
            int tiles = transform.Tiles(output);
            int weights = transform.Weights(window);
            double products = (double)tiles * weights * transform.ProductColumns(output.Width);
            double cost = Cost(products, weights, channels, filters)
                + (tiles * TransformCost(transform, channels, filters, window.Padding.Left + input.Width + window.Padding.Right, output.Width));
            if (cost < bestCost)
            {
                bestCost = cost;
                best = transform;
            }
        }

        return best;
    }

    /// <summary>
    /// The blocks that the tiles fall into: each as large as fits near the core, and large enough that a plane's weights are worth
    /// loading. Where there are several, they are an even number, so that two threads have equal shares.
    /// </summary>
    /// <param name="transform">The transform.</param>
    /// <param name="tileFloats">The floats of a tile in one plane before and after the products.</param>
    /// <param name="weights">The weights of one plane.</param>
    /// <param name="output">The convolution's result.</param>
    /// <param name="sizes">The sizes of blocks.</param>
    public static int Blocks(WinogradTransform transform, int tileFloats, long weights, Shape output, PlanSizes sizes)
    {
        int tiles = transform.Tiles(output);
        int columns = transform.ProductColumns(output.Width);
        long tileBytes = (long)transform.Planes * tileFloats * sizeof(float);
        bool areWeightsFar = (double)transform.Planes * weights * sizeof(float) > sizes.FarWinogradWeights;
        int fewest = (sizes.FewestWinogradColumns + columns - 1) / columns;
        int most = Math.Max(1, sizes.MostWinogradColumns / columns);
        if (!areWeightsFar)
        {
            most = (int)Math.Min(most, Math.Max(fewest, sizes.WinogradBlockBytes / tileBytes));
        }

        int blocks = (tiles + most - 1) / most;
        return blocks == 1 ? 1 : Math.Min(tiles, blocks + (blocks % 2));
    }

    /// <summary>
    /// Whether a convolution can be computed a row of tiles after the other: where those are no smaller than blocks would be, so that
    /// weights are not loaded more often.
    /// </summary>
    public static bool ComputesRows(WinogradTransform transform, ConvolutionOperation convolution, Shape input, Shape output, PlanSizes sizes) =>
        convolution.Groups == 1 && (transform.OverRows || transform.TileRows(output.Height) <= Blocks(
            transform,
            LayoutPolicy.PixelStride(input.Channels) + LayoutPolicy.PixelStride(output.Channels),
            (long)input.Channels * output.Channels,
            output,
            sizes));

    /// <param name="products">The products for each pair of channel and filter.</param>
    /// <param name="weights">The weights for each pair of channel and filter.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="filters">The filters.</param>
    private static double Cost(double products, int weights, int channels, int filters)
    {
        const double multiplyAddsPerCycle = 16 * 0.9;
        double compute = products * channels * filters / multiplyAddsPerCycle;
        double load = (double)weights * channels * filters * sizeof(float) / WeightBytesPerCycle;
        return Math.Max(compute, load);
    }

    /// <summary>
    /// The cycles in which one tile is transformed back and forth: for each vector its loads and stores, and one or two passes of sums.
    /// </summary>
    private static double TransformCost(WinogradTransform transform, int channels, int filters, int inputColumns, int outputColumns)
    {
        double filterVectors = Math.Ceiling(filters / 16.0);
        return transform.OverRows
            ? 4.0 * transform.Planes * ((transform.Stride * inputColumns * LayoutPolicy.PixelStride(channels) / 16.0) + (outputColumns * filterVectors))
            : 4.5 * transform.Planes * (Math.Ceiling(channels / 16.0) + filterVectors);
    }
}
