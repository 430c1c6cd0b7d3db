using System;
using System.Linq;
using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning;

/// <summary>The block of results that a planar convolution holds in registers.</summary>
/// <param name="Filters">The filters, all of a group's or a part of them that divides evenly.</param>
/// <param name="Lanes">The columns of a vector.</param>
/// <param name="Vectors">The vectors of a row.</param>
/// <param name="Rows">The rows.</param>
/// <param name="ReusesRows">Whether a row of the input is loaded once for all rows of the result; for a single filter.</param>
/// <param name="HoldsWeights">Whether all positions' weights stay in registers meanwhile.</param>
internal sealed record PlanarTile(int Filters, int Lanes, int Vectors, int Rows, bool ReusesRows, bool HoldsWeights);

/// <summary>
/// A convolution whose vectors run over columns instead of filters. It reads the caller's image plane by plane, and pays where the
/// filters of a group are too few to fill a vector, at the start of a small network, and where its result is the caller's, which is
/// planar too. At a stride of several columns, those that one tap reads are made neighbours first: a plane of every
/// stride-th column from the first, one from the second, and so on.
/// </summary>
internal static class PlanarConvolution
{
    /// <summary>The most filters of a tile.</summary>
    public const int MostFilters = 8;

    /// <summary>The cycles in which a vector's worth of a map is turned from one layout into the other; measured.</summary>
    private const double ConversionCost = 6;

    /// <summary>The same for a map that the second-level cache does not hold.</summary>
    private const double FarConversionCost = 12;

    private const int FarBytes = 1 << 20;

    /// <summary>The shuffles and stores that turn eight pixels of up to eight filters into channels-last order.</summary>
    public const double TransposeCost = 28;

    /// <summary>The least gain by the model for which another kernel is worth its code.</summary>
    private const double LeastGain = 0.92;

    /// <summary>The cycles from a sum to its next addend, and one for addends that come late.</summary>
    private const double Latency = 5;

    /// <summary>The tile with which a convolution is fastest, and its cycles; null where it cannot be computed so.</summary>
    /// <param name="tier">The tier.</param>
    /// <param name="convolution">The convolution.</param>
    /// <param name="input">What it takes.</param>
    /// <param name="output">What it gives, before any pooling.</param>
    /// <param name="isPlanar">Whether its result is to be planar too; otherwise it is turned into channels-last order in registers.</param>
    /// <param name="pools">Whether only the largest of each 2 × 2 results is stored.</param>
    public static (PlanarTile Tile, double Cost)? Choose(Tier tier, ConvolutionOperation convolution, Shape input, Shape output, bool isPlanar, bool pools)
    {
        Window window = convolution.Window;
        int filtersPerGroup = convolution.Filters / convolution.Groups;
        int lanes = tier.LanesWithin(output.Width);
        if (lanes < 4 || (!isPlanar && (lanes < 8 || convolution.Groups > 1)) || input.Width % window.StrideWidth > 0
            || (pools && (lanes < 16 || output.Width % 2 > 0 || output.Height % 2 > 0)))
        {
            return null;
        }

        int taps = window.Taps * (input.Channels / convolution.Groups);
        (PlanarTile? best, double bestCost) = (null, double.MaxValue);

        // A pixel of the result is written by the tile that holds all of its filters; a plane by any.
        foreach (int filters in Enumerable.Range(1, MostFilters).Where(f => isPlanar ? filtersPerGroup % f == 0 : f == filtersPerGroup))
        {
            for (int vectors = 1; (vectors - 1) * lanes < output.Width; vectors++)
            {
                for (int rows = pools ? 2 : 1; rows <= output.Height; rows += pools ? 2 : 1)
                {
                    int accumulators = rows * vectors * filters;
                    bool isShort = filters == 1 && window.Taps * accumulators <= tier.Sizes.PlanarWritten;
                    bool holdsWeights = isShort && accumulators + window.Taps + 1 <= tier.Registers;
                    bool reusesRows = holdsWeights || (isShort && accumulators + vectors + 1 <= tier.Registers);
                    if (accumulators + Math.Min(rows * vectors, filters) + 1 > tier.Registers
                        || (window.StrideWidth > 1 && accumulators * window.KernelWidth > tier.Sizes.PlanarWritten))
                    {
                        break;
                    }

                    var tile = new PlanarTile(filters, lanes, vectors, rows, reusesRows, holdsWeights);
                    double cost = convolution.Filters / filters * (double)RowTiles(tile, output) * ColumnTiles(tile, output) * TileCost(tile);
                    if (cost < bestCost)
                    {
                        (best, bestCost) = (tile, cost);
                    }
                }
            }
        }

        double gathering = window.StrideWidth > 1 ? Conversion(tier, input) : 0;
        return best is null ? null : (best, bestCost + gathering);

        double TileCost(PlanarTile tile)
        {
            int filters = tile.Filters;
            int inputs = tile.Rows * tile.Vectors;
            double loads = taps * ((inputs * Load(tile.Lanes)) + (filters / 2.0));
            if (tile.ReusesRows)
            {
                double rows = ((tile.Rows - 1) * window.StrideHeight) + window.SpanHeight;
                loads = taps / (double)window.KernelHeight * rows * tile.Vectors * Load(tile.Lanes) + (tile.HoldsWeights ? 0 : taps * tile.Rows);
            }

            double multiplyAdds = Math.Max(Math.Max(taps * Latency, taps * inputs * filters / 2.0), loads);
            double store = isPlanar ? inputs * filters : inputs * tile.Lanes / 8 * TransposeCost / (pools ? 4 : 1);
            return multiplyAdds + (2 * inputs * filters) + store + 10;
        }
    }

    /// <summary>Whether so many cycles are worth a kernel of its own, beside one whose vectors run over filters.</summary>
    public static bool IsWorth(double cost, Tier tier, ConvolutionOperation convolution, Shape input, Shape output, bool isPlanar) =>
        cost < LeastGain * DirectCost(tier, convolution, input, output, isPlanar);

    /// <summary>The tiles that cover the rows; where they do not divide evenly, the last two overlap.</summary>
    public static int RowTiles(PlanarTile tile, Shape output) => (output.Height + tile.Rows - 1) / tile.Rows;

    /// <summary>The same for the columns.</summary>
    public static int ColumnTiles(PlanarTile tile, Shape output) =>
        (output.Width + (tile.Vectors * tile.Lanes) - 1) / (tile.Vectors * tile.Lanes);

    /// <summary>The zeros around planes of every stride-th column; all planes have the same, so that one image is read in all of them.</summary>
    public static Border Border(Window window, Shape input, Shape output) =>
        Border(window, input.Width, output.Width, (window.KernelWidth - 1) * window.DilationWidth);

    /// <param name="window">The window; its stride is that of the planes.</param>
    /// <param name="width">The input's columns.</param>
    /// <param name="columns">The columns that are computed from each plane.</param>
    /// <param name="last">The distance of the last tap from the first, in columns of the input.</param>
    public static Border Border(Window window, int width, int columns, int last)
    {
        int left = LeftOf(window);
        int end = columns + PlaceOf(last, window).Column;
        return window.Padding with { Left = left, Right = Math.Max(0, end - left - (width / window.StrideWidth)) };
    }

    /// <summary>
    /// Where a tap some columns after the first reads its own first column: in which of the planes of every stride-th column, and where,
    /// its zeros included.
    /// </summary>
    public static (int Plane, int Column) PlaceOf(int distance, Window window)
    {
        int column = distance - window.Padding.Left + (LeftOf(window) * window.StrideWidth);
        return (column % window.StrideWidth, column / window.StrideWidth);
    }

    /// <summary>The zeros to the left of the planes' first columns.</summary>
    private static int LeftOf(Window window) => (window.Padding.Left + window.StrideWidth - 1) / window.StrideWidth;

    /// <summary>The cycles in which a map is turned from one layout into another.</summary>
    private static double Conversion(Tier tier, Shape map) =>
        (double)map.Length / tier.Lanes * (map.Length * sizeof(float) > FarBytes ? FarConversionCost : ConversionCost);

    /// <summary>The cycles of a load from any address: the wider, the more often it lies across two cache lines.</summary>
    public static double Load(int lanes) => 0.5 + (lanes / 32.0);

    private static double DirectCost(Tier tier, ConvolutionOperation convolution, Shape input, Shape output, bool isPlanar)
    {
        int taps = convolution.Window.Taps * (input.Channels / convolution.Groups);
        bool isDepthwise = convolution.IsDepthwise(input);
        int slots = isDepthwise ? tier.SlotCount(convolution.Groups) : convolution.Groups * tier.SlotCount(convolution.Filters / convolution.Groups);
        double conversions = (isPlanar ? Conversion(tier, output) : 0) + (isDepthwise ? Conversion(tier, input) : 0);
        return (output.Pixels * slots * ((taps / 2.0) + 2)) + conversions;
    }
}
