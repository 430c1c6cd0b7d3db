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

    private static Tile Choose(Tier tier, int filters, int columns, int taps, int mostSplits)
    {
        int slots = tier.SlotCount(filters);
        var tiles = new List<(Tile Tile, double Cost, int Bodies)>();
        (Tile Tile, double Cost, int Bodies) best = (new Tile(1, 1, 1), double.MaxValue, int.MaxValue);
        for (int vectors = 1; vectors <= Math.Min(slots, 8); vectors++)
        {
            for (int pixels = 1; pixels <= columns; pixels++)
            {
                for (int splits = 1; splits <= (pixels == 1 ? mostSplits : 1) && splits <= taps; splits *= 2)
                {
                    if (!Fits(tier, vectors, pixels, splits))
                    {
                        continue;
                    }

                    double cost = 0;
                    int bodies = 0;
                    foreach ((int width, int count) in FilterTiles(slots, vectors))
                    {
                        foreach ((int columnWidth, int columnCount) in Widths(columns, pixels))
                        {
                            cost += count * columnCount * TileCost(width, columnWidth, splits, taps);
                            bodies++;
                        }
                    }

                    // A tie goes to the smaller tile, whose code is smaller.
                    tiles.Add((new Tile(vectors, pixels, splits), cost, bodies));
                    if (cost < best.Cost * 0.999)
                    {
                        best = tiles[tiles.Count - 1];
                    }
                }

                if (!Fits(tier, vectors, pixels, 1))
                {
                    break;
                }
            }
        }

        // One without a remainder has less code yet.
        return tiles
            .Where(t => t.Bodies < best.Bodies && t.Tile.Splits == best.Tile.Splits && (tier.PrefersShortCode || IsAsGood(t)))
            .OrderBy(t => t.Bodies)
            .ThenBy(t => t.Cost)
            .Append(best)
            .First()
            .Tile;

        // The model knows nothing of what a smaller tile costs the caches.
        bool IsAsGood((Tile Tile, double Cost, int Bodies) other) =>
            other.Cost <= best.Cost && other.Tile.Vectors * other.Tile.Pixels >= best.Tile.Vectors * best.Tile.Pixels;
    }

    /// <summary>The pixels a depthwise kernel holds, given the taps of one kernel row, whose weights stay in registers.</summary>
    public static int ChoosePixels(Tier tier, int columns, int rowTaps)
    {
        int most = Math.Max(2, Math.Min(12, tier.Registers - Math.Min(rowTaps, 7) - 2));
        return Widths(columns, most).Max(w => w.Width);
    }

    /// <summary>
    /// Splits a row into tiles of at most so many pixels, as even as they come: at most two widths, one apart, and no remainder.
    /// </summary>
    public static IReadOnlyList<(int Width, int Count)> Widths(int columns, int most)
    {
        int tiles = (columns + most - 1) / most;
        int width = columns / tiles;
        int wider = columns % tiles;
        var widths = new List<(int, int)>();
        if (wider > 0)
        {
            widths.Add((width + 1, wider));
        }

        widths.Add((width, tiles - wider));
        return widths;
    }

    /// <summary>The widths of the filter tiles in vectors, and how many there are of each.</summary>
    private static IEnumerable<(int Width, int Count)> FilterTiles(int slots, int vectors)
    {
        yield return (vectors, slots / vectors);
        if (slots % vectors > 0)
        {
            yield return (slots % vectors, 1);
        }
    }

    /// <summary>
    /// Whether the JIT keeps the tile in registers: accumulators, the weights of one tap and one broadcast. A single pixel's
    /// weights are operands in memory.
    /// </summary>
    private static bool Fits(Tier tier, int vectors, int pixels, int splits)
    {
        int accumulators = vectors * pixels * splits;
        return pixels == 1
            ? accumulators <= tier.Registers - 3
            : vectors <= 4 && accumulators + vectors + 1 <= tier.Registers;
    }

    private static double TileCost(int vectors, int pixels, int splits, int taps)
    {
        double multiplyAdds = pixels * vectors / 2.0;
        double loads = (vectors + pixels) / 2.0;
        double setUp = 10 + (2 * pixels * vectors * splits);
        return (taps * Math.Max(Math.Max(multiplyAdds, loads), Latency / splits)) + setUp;
    }
}
