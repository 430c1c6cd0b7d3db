using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning;

/// <summary>
/// Winograd's minimal filtering F(m×m, r×r): m × m outputs of an r × r kernel from (m + r − 1)² products instead of m² · r². In one
/// dimension, output and kernel are polynomials that are multiplied by their values at m + r − 2 points and at infinity
/// (Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2015; points 0, ±1, ±2, …).
/// </summary>
/// <param name="Outputs">m, the outputs of a tile in each direction.</param>
/// <param name="Kernel">r, the kernel's size.</param>
internal sealed record WinogradTransform(int Outputs, int Kernel)
{
    /// <summary>The tile sizes worth trying. Larger ones round too much: F(6×6, 3×3) has ten times the error of F(4×4, 3×3).</summary>
    public static readonly EquatableArray<WinogradTransform> All = [new(4, 3), new(2, 3), new(2, 5)];

    /// <summary>The inputs of a tile in each direction; always even.</summary>
    public int Size => Outputs + Kernel - 1;

    /// <summary>The products of one tile for each channel and filter.</summary>
    public int Planes => Size * Size;

    /// <summary>The points ±p besides zero and infinity.</summary>
    public IEnumerable<int> Points => Enumerable.Range(1, (Size / 2) - 1);

    /// <summary>
    /// The coefficients, by rising even powers, of the product of (x² − p²) over all points but one: what the input transform's rows
    /// are made of.
    /// </summary>
    public int[] EvenCoefficients(int without)
    {
        int[] product = [1];
        foreach (int p in Points.Where(p => p != without))
        {
            var next = new int[product.Length + 1];
            for (int i = 0; i < product.Length; i++)
            {
                next[i] -= p * p * product[i];
                next[i + 1] += product[i];
            }

            product = next;
        }

        return product;
    }

    /// <summary>How many tiles cover a length.</summary>
    public int Tiles(int length) => (length + Outputs - 1) / Outputs;

    /// <summary>How many tiles cover a map.</summary>
    public int Tiles(int height, int width) => Tiles(height) * Tiles(width);

    /// <summary>The zeros that the tiles of a convolution meet around its input: its padding, and what the last tiles reach beyond.</summary>
    public Border Border(Border padding, Shape input, Shape output) => padding with
    {
        Bottom = Math.Max(padding.Bottom, (Tiles(output.Height) * Outputs) + Kernel - 1 - input.Height - padding.Top),
        Right = Math.Max(padding.Right, (Tiles(output.Width) * Outputs) + Kernel - 1 - input.Width - padding.Left),
    };

    public override string ToString() => $"F({Outputs}×{Outputs}, {Kernel}×{Kernel})";
}

/// <summary>Decides which convolutions are computed by Winograd's algorithm. Costs are cycles, as <see cref="TilePlanner"/> counts them.</summary>
internal static class WinogradPlanner
{
    /// <summary>Below this many channels or filters the transforms cost more than the products save.</summary>
    private const int LeastChannels = 6;

    /// <summary>The bytes of weights that a cycle brings from memory.</summary>
    private const double WeightBytesPerCycle = 6;

    /// <summary>The bytes of a block's planes that stay close to the core.</summary>
    private const int BlockBytes = 1 << 20;

    /// <summary>The tiles of a block above which its products gain nothing.</summary>
    private const int MostBlockTiles = 64;

    /// <summary>The tiles of a block below which its products wait for weights from a farther cache.</summary>
    private const int FewestBlockTiles = 24;

    /// <summary>The bytes of weights above which every block would bring them from memory again; measured.</summary>
    private const int FarWeightBytes = 16 << 20;

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
        bool suits = convolution.Groups == 1 && window.KernelHeight == window.KernelWidth
            && window is { StrideHeight: 1, StrideWidth: 1, DilationHeight: 1, DilationWidth: 1 }
            && Math.Min(input.Channels, convolution.Filters) >= LeastChannels;
        if (!suits || Shape.SaturatingProduct(64, Math.Max(24, output.Width), (long)input.Channels + convolution.Filters) > MostScratch)
        {
            return null;
        }

        double bestCost = Cost((double)output.Pixels * window.Taps, window.Taps, 0, input.Channels, convolution.Filters);
        if (integers)
        {
            bestCost /= tier.HasDotProducts ? DotProductSpeed : IntegerSpeed;
        }

        WinogradTransform? best = null;
        foreach (WinogradTransform transform in WinogradTransform.All.Where(t => t.Kernel == window.KernelHeight))
        {
            double tiles = transform.Tiles(output.Height, output.Width);
            double cost = Cost(tiles * transform.Planes, transform.Planes, tiles * TransformCost(transform), input.Channels, convolution.Filters);
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
    public static int Blocks(WinogradTransform transform, int channels, int filters, Shape output)
    {
        int tiles = transform.Tiles(output.Height, output.Width);
        long tileBytes = (long)transform.Planes * (Tier.PixelStride(channels) + Tier.PixelStride(filters)) * sizeof(float);
        bool areWeightsFar = WeightBytes(transform.Planes, channels, filters) > FarWeightBytes;
        int most = areWeightsFar ? MostBlockTiles : (int)Math.Min(MostBlockTiles, Math.Max(FewestBlockTiles, BlockBytes / tileBytes));
        int blocks = (tiles + most - 1) / most;
        return blocks == 1 ? 1 : blocks + (blocks % 2);
    }

    /// <param name="products">The products for each pair of channel and filter.</param>
    /// <param name="planes">The weights for each pair of channel and filter.</param>
    /// <param name="transforms">The cost of transforming one vector of channels back and forth.</param>
    private static double Cost(double products, int planes, double transforms, int channels, int filters)
    {
        const double multiplyAddsPerCycle = 16 * 0.9;
        double compute = products * channels * filters / multiplyAddsPerCycle;
        double weights = WeightBytes(planes, channels, filters) / WeightBytesPerCycle;
        return Math.Max(compute, weights) + (transforms * (Math.Ceiling(channels / 16.0) + Math.Ceiling(filters / 16.0)));
    }

    private static double WeightBytes(int planes, int channels, int filters) => (double)planes * channels * filters * sizeof(float);

    /// <summary>The cycles of one tile's transform for a vector of channels: its loads and stores, and two passes of sums.</summary>
    private static double TransformCost(WinogradTransform transform) => 4.5 * transform.Planes;
}
