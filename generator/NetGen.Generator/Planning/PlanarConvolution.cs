using System;
using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning;

/// <summary>The block of results that a planar convolution holds in registers, for each of its filters.</summary>
/// <param name="Lanes">The columns of a vector.</param>
/// <param name="Vectors">The vectors of a row.</param>
/// <param name="Rows">The rows.</param>
/// <param name="ReusesRows">Whether a row of the input is loaded once for all rows of the result; for a single filter.</param>
/// <param name="HoldsWeights">Whether all positions' weights stay in registers meanwhile.</param>
internal sealed record PlanarTile(int Lanes, int Vectors, int Rows, bool ReusesRows, bool HoldsWeights);

/// <summary>
/// A convolution whose vectors run over columns instead of filters. It reads the caller's image as it is, and pays where the filters
/// of a group are too few to fill a vector: at the start of a small network, and in depthwise layers that no other layer comes before.
/// </summary>
internal static class PlanarConvolution
{
    /// <summary>The filters of a group, all of which a tile holds.</summary>
    public const int MostFilters = 8;

    /// <summary>The multiply-adds up to which a sum over positions is written out, and those of a kernel row.</summary>
    public const int MostWritten = 192;

    /// <summary>The cycles in which a vector's worth of a map is turned from one layout into the other; measured.</summary>
    private const double ConversionCost = 6;

    /// <summary>The shuffles and stores that turn eight pixels of all filters into channels-last order.</summary>
    private const double TransposeCost = 28;

    /// <summary>The least gain by the model for which another kernel is worth its code.</summary>
    private const double LeastGain = 0.9;

    private const double Latency = 4;

    /// <summary>The cycles of a load that may lie across two cache lines.</summary>
    private const double SplitLoad = 0.75;

    /// <summary>The tile with which a convolution is faster than one whose vectors run over filters; null where none is.</summary>
    /// <param name="tier">The tier.</param>
    /// <param name="convolution">The convolution.</param>
    /// <param name="input">What it takes.</param>
    /// <param name="output">What it gives, before any pooling.</param>
    /// <param name="isPlanar">Whether its result is to be planar too; otherwise it is turned into channels-last order in registers.</param>
    /// <param name="pools">Whether only the largest of each 2 × 2 results is stored.</param>
    public static PlanarTile? Choose(Tier tier, ConvolutionOperation convolution, Shape input, Shape output, bool isPlanar, bool pools)
    {
        int filters = convolution.Filters / convolution.Groups;
        int lanes = tier.LanesWithin(output.Width);
        if (convolution.Window.StrideWidth != 1 || filters > MostFilters || lanes < 4 || (!isPlanar && (lanes < 8 || convolution.Groups > 1))
            || (pools && (lanes < 16 || output.Width % 2 > 0 || output.Height % 2 > 0)))
        {
            return null;
        }

        int taps = convolution.Window.Taps * (input.Channels / convolution.Groups);
        (PlanarTile? best, double bestCost) = (null, double.MaxValue);
        for (int vectors = 1; (vectors - 1) * lanes < output.Width; vectors++)
        {
            for (int rows = pools ? 2 : 1; rows <= output.Height; rows += pools ? 2 : 1)
            {
                int accumulators = rows * vectors * filters;
                bool isShort = filters == 1 && convolution.Window.Taps * accumulators <= MostWritten;
                bool holdsWeights = isShort && accumulators + convolution.Window.Taps + 1 <= tier.Registers;
                bool reusesRows = holdsWeights || (isShort && accumulators + vectors + 1 <= tier.Registers);
                if (accumulators + Math.Min(rows * vectors, filters) + 1 > tier.Registers)
                {
                    break;
                }

                var tile = new PlanarTile(lanes, vectors, rows, reusesRows, holdsWeights);
                double cost = convolution.Groups * (double)RowTiles(tile, output) * ColumnTiles(tile, output) * TileCost(tile);
                if (cost < bestCost)
                {
                    (best, bestCost) = (tile, cost);
                }
            }
        }

        return bestCost < LeastGain * DirectCost(tier, convolution, taps, input, output, isPlanar) ? best : null;

        double TileCost(PlanarTile tile)
        {
            int inputs = tile.Rows * tile.Vectors;
            double loads = taps * ((inputs * SplitLoad) + (filters / 2.0));
            if (tile.ReusesRows)
            {
                Window window = convolution.Window;
                double rows = ((tile.Rows - 1) * window.StrideHeight) + window.SpanHeight;
                loads = taps / (double)window.KernelHeight * rows * tile.Vectors * SplitLoad + (tile.HoldsWeights ? 0 : taps * tile.Rows);
            }

            double multiplyAdds = Math.Max(Math.Max(taps * Latency, taps * inputs * filters / 2.0), loads);
            double store = isPlanar ? inputs * filters : inputs * tile.Lanes / 8 * TransposeCost / (pools ? 4 : 1);
            return multiplyAdds + (2 * inputs * filters) + store + 10;
        }
    }

    /// <summary>The tiles that cover the rows; where they do not divide evenly, the last two overlap.</summary>
    public static int RowTiles(PlanarTile tile, Shape output) => (output.Height + tile.Rows - 1) / tile.Rows;

    /// <summary>The same for the columns.</summary>
    public static int ColumnTiles(PlanarTile tile, Shape output) =>
        (output.Width + (tile.Vectors * tile.Lanes) - 1) / (tile.Vectors * tile.Lanes);

    private static double DirectCost(Tier tier, ConvolutionOperation convolution, int taps, Shape input, Shape output, bool isPlanar)
    {
        bool isDepthwise = convolution.IsDepthwise(input);
        int slots = isDepthwise ? tier.SlotCount(convolution.Groups) : convolution.Groups * tier.SlotCount(convolution.Filters / convolution.Groups);
        double conversions = (isPlanar ? output.Length : 0) + (isDepthwise ? input.Length : 0);
        return (output.Pixels * slots * ((taps / 2.0) + 2)) + (conversions / tier.Lanes * ConversionCost);
    }
}
