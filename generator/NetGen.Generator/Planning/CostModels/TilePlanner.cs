using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Generator.Planning;

/// <summary>
/// The cost model that picks a kernel's tile. Costs are cycles of a core that starts two multiply-adds and two loads in a cycle
/// and has a multiply-add's result after four, as Zen 2 to 5 and Intel's cores since Skylake do.
/// </summary>
internal static class TilePlanner
{
    private const double Latency = 4;

    /// <summary>What weights may take of the first-level cache.</summary>
    private const int CacheBytes = 24 * 1024;

    /// <summary>The share of a vector that the second-level cache brings in the time of a multiply-add; measured.</summary>
    private const double CacheVectorsPerCycle = 0.625;

    /// <summary>The multiplications for a vector of words: two for two words' products, and one for their sums.</summary>
    private const double IntegerOperations = 1.5;

    /// <summary>What the load of a vector of weights or the broadcast of a word costs beside them; measured.</summary>
    private const double IntegerLoad = 0.64;

    private static readonly Arithmetic Floats = new(FloatsFit, FloatTapCost);
    private static readonly Arithmetic Integers = new(IntegersFit, IntegerTapCost);

    /// <summary>Picks the tile of a convolution or dense layer.</summary>
    /// <param name="tier">The tier.</param>
    /// <param name="filters">The filters of one group.</param>
    /// <param name="columns">The output columns.</param>
    /// <param name="taps">The terms of one result's sum.</param>
    public static Tile Choose(Tier tier, int filters, int columns, int taps) => Choose(tier, filters, columns, taps, mostSplits: 8);

    /// <summary>
    /// Picks the tile of a dense layer over a row of samples. Its sums are those of a single sample, to the bit: where that one has
    /// partial sums, so has this.
    /// </summary>
    public static Tile ChooseForBatch(Tier tier, int units, int samples, int features)
    {
        Tile single = Choose(tier, units, 1, features);
        return single.Splits > 1 ? single : Choose(tier, units, samples, features, mostSplits: 1);
    }

    /// <summary>
    /// Picks the tile of a convolution or dense layer that sums integers. Its additions do not wait for products, so that one sum
    /// for each result will do.
    /// </summary>
    /// <param name="tier">The tier.</param>
    /// <param name="filters">The filters of one group.</param>
    /// <param name="columns">The output columns.</param>
    /// <param name="words">The words of four terms of one result's sum.</param>
    public static Tile ChooseForIntegers(Tier tier, int filters, int columns, int words) =>
        Choose(tier, filters, columns, words, mostSplits: 1, tier.HasDotProducts ? Floats : Integers);

    private static Tile Choose(Tier tier, int filters, int columns, int taps, int mostSplits) =>
        Choose(tier, filters, columns, taps, mostSplits, Floats);

    private static Tile Choose(Tier tier, int filters, int columns, int taps, int mostSplits, Arithmetic arithmetic)
    {
        int slots = tier.SlotCount(filters);
        var candidates = new List<Candidate>();
        var best = new Candidate(new Tile(1, 1, 1), double.MaxValue, int.MaxValue);
        for (int vectors = 1; vectors <= Math.Min(slots, 8); vectors++)
        {
            TileShare[] filterTiles = FilterTiles(slots, vectors);
            for (int pixels = 1; pixels <= columns && arithmetic.Fits(tier, vectors, pixels, 1); pixels++)
            {
                TileShare[] columnTiles = Widths(columns, pixels);
                for (int splits = 1; splits <= (pixels == 1 ? mostSplits : 1) && splits <= taps; splits *= 2)
                {
                    if (!arithmetic.Fits(tier, vectors, pixels, splits))
                    {
                        continue;
                    }

                    double cost = 0;
                    foreach (TileShare filterTile in filterTiles)
                    {
                        double weights = columns == 1 ? 0 : WeightCost(tier, filterTile.Length, taps);
                        foreach (TileShare columnTile in columnTiles)
                        {
                            double once = Math.Max(weights, TileCost(arithmetic, filterTile.Length, columnTile.Length, splits, taps));
                            cost += filterTile.Count * columnTile.Count * once;
                        }
                    }

                    // A tie goes to the smaller tile, whose code is smaller.
                    var candidate = new Candidate(new Tile(vectors, pixels, splits), cost, filterTiles.Length * columnTiles.Length);
                    candidates.Add(candidate);
                    if (cost < best.Cost * 0.999)
                    {
                        best = candidate;
                    }
                }
            }
        }

        // One without a remainder has less code yet.
        Candidate chosen = best;
        foreach (Candidate other in candidates)
        {
            bool isFirst = other.Bodies < chosen.Bodies || (other.Bodies == chosen.Bodies && other.Cost < chosen.Cost);
            if (isFirst && other.Bodies < best.Bodies && other.Tile.Splits == best.Tile.Splits && (tier.PrefersShortCode || IsAsGood(other)))
            {
                chosen = other;
            }
        }

        return chosen.Tile;

        // The model knows nothing of what a smaller tile costs the caches.
        bool IsAsGood(Candidate other) =>
            other.Cost <= best.Cost && other.Tile.Vectors * other.Tile.Pixels >= best.Tile.Vectors * best.Tile.Pixels;
    }

    /// <summary>The pixels a depthwise kernel holds, given the taps of one kernel row, whose weights stay in registers.</summary>
    public static int ChoosePixels(Tier tier, int columns, int rowTaps)
    {
        int most = Math.Max(2, Math.Min(12, tier.Registers - Math.Min(rowTaps, 7) - 2));
        return Widths(columns, most)[0].Length;
    }

    /// <summary>
    /// Splits a row into tiles of at most so many pixels, as even as they come: at most two widths, one apart, and no remainder.
    /// </summary>
    public static TileShare[] Widths(int columns, int most) => Shares(columns, (columns + most - 1) / most);

    /// <summary>Splits a length into so many shares, the larger first: at most two sizes, one apart.</summary>
    public static TileShare[] Shares(int length, int count)
    {
        int share = length / count;
        int larger = length % count;
        return larger > 0
            ? [new TileShare(share + 1, larger), new TileShare(share, count - larger)]
            : [new TileShare(share, count)];
    }

    /// <summary>The widths of the filter tiles in vectors, and how many there are of each.</summary>
    private static TileShare[] FilterTiles(int slots, int vectors) => slots % vectors > 0
        ? [new TileShare(vectors, slots / vectors), new TileShare(slots % vectors, 1)]
        : [new TileShare(vectors, slots / vectors)];

    /// <summary>
    /// Whether the JIT keeps a tile of floats in registers: accumulators, the weights of one tap and one broadcast. A single pixel's
    /// weights are operands in memory.
    /// </summary>
    private static bool FloatsFit(Tier tier, int vectors, int pixels, int splits)
    {
        int accumulators = vectors * pixels * splits;
        return pixels == 1
            ? accumulators <= tier.Registers - 3
            : vectors <= 4 && accumulators + vectors + 1 <= tier.Registers;
    }

    private static double FloatTapCost(int vectors, int pixels, int splits) =>
        Math.Max(Math.Max(pixels * vectors, vectors + pixels) / 2.0, Latency / splits);

    /// <summary>The same for a tile of integers, which takes the weights and broadcasts of two words at a time.</summary>
    private static bool IntegersFit(Tier tier, int vectors, int pixels, int splits) =>
        splits == 1 && (pixels * vectors) + (pixels == 1 ? 5 : (2 * vectors) + 3) <= tier.Registers;

    private static double IntegerTapCost(int vectors, int pixels, int splits) =>
        0.5 * ((IntegerOperations * pixels * vectors) + (IntegerLoad * (vectors + pixels)));

    /// <summary>
    /// The cycles in which a tile's weights come to the core for one tile of pixels, where they are too many for the first-level cache.
    /// </summary>
    private static double WeightCost(Tier tier, int vectors, int taps)
    {
        double loads = (double)taps * vectors;
        return loads * tier.Lanes * sizeof(float) > CacheBytes ? loads / CacheVectorsPerCycle : 0;
    }

    private static double TileCost(Arithmetic arithmetic, int vectors, int pixels, int splits, int taps) =>
        (taps * arithmetic.TapCost(vectors, pixels, splits)) + 10 + (2 * pixels * vectors * splits);

    /// <summary>What is summed.</summary>
    /// <param name="Fits">Whether a tile of so many vectors, pixels and partial sums stays in a tier's registers.</param>
    /// <param name="TapCost">What one tap of it costs.</param>
    private sealed record Arithmetic(Func<Tier, int, int, int, bool> Fits, Func<int, int, int, double> TapCost);

    /// <summary>A tile that fits.</summary>
    /// <param name="Tile">The tile.</param>
    /// <param name="Cost">What the layer costs with it.</param>
    /// <param name="Bodies">How often the code of a tile is written, once for each size that occurs.</param>
    private sealed record Candidate(Tile Tile, double Cost, int Bodies);
}

/// <summary>Tiles of one size that a length is split into.</summary>
/// <param name="Length">Their length.</param>
/// <param name="Count">How many there are.</param>
internal sealed record TileShare(int Length, int Count);
