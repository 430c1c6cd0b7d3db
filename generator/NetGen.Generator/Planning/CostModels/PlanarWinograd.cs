using System;
using System.Linq;
using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning;

/// <summary>The block of results that a planar convolution over transformed rows holds in registers.</summary>
/// <param name="Transform">The transform; its outputs are the tile's rows.</param>
/// <param name="Phases">The planes of every n-th column that rows are taken apart into: two where results are pooled, or one.</param>
/// <param name="Filters">The filters, a part of all that divides evenly.</param>
/// <param name="Lanes">The columns of a vector.</param>
/// <param name="Vectors">The vectors of a row of results in each phase.</param>
internal sealed record PlanarWinogradTile(WinogradTransform Transform, int Phases, int Filters, int Lanes, int Vectors)
{
    /// <summary>The vectors of a row of results, one for each filter, phase and vector of columns.</summary>
    public int Sums => Filters * Phases * Vectors;

    /// <summary>The columns that a tile covers in each phase.</summary>
    public int Width => Vectors * Lanes;
}

/// <summary>
/// A convolution of the caller's image whose vectors run over columns, as in <see cref="PlanarConvolution"/>, and whose rows are
/// transformed by Winograd's algorithm: bands of rows become as many rows of each point, which are multiplied by the kernel's columns there. All of a
/// band's points are summed up in registers. Where the largest of each 2 × 2 results is needed, vectors run over every other column, in
/// two phases, so that all four lie in the same lane.
/// </summary>
internal static class PlanarWinograd
{
    /// <summary>The columns of a square that is transposed on its way to memory.</summary>
    public const int SquareColumns = 8;

    /// <summary>The tile with which a convolution is fastest, and its cycles; null where it cannot be computed so.</summary>
    /// <param name="tier">The tier.</param>
    /// <param name="convolution">The convolution.</param>
    /// <param name="input">What it takes.</param>
    /// <param name="output">What it gives, before any pooling.</param>
    /// <param name="pools">Whether only the largest of each 2 × 2 results is stored.</param>
    public static (PlanarWinogradTile Tile, double Cost)? Choose(Tier tier, ConvolutionOperation convolution, Shape input, Shape output, bool pools)
    {
        Window window = convolution.Window;
        int phases = pools ? 2 : 1;
        int columns = output.Width / phases;
        if (tier.Lanes < SquareColumns || convolution.Groups > 1 || columns < SquareColumns || input.Width % phases > 0
            || window is not { StrideHeight: 1, StrideWidth: 1, DilationHeight: 1 }
            || (pools && (output.Width % 2 > 0 || output.Height % 2 > 0)))
        {
            return null;
        }

        int lanes = SquareColumns;
        while (lanes < Math.Min(tier.Lanes, columns))
        {
            lanes *= 2;
        }

        (PlanarWinogradTile Tile, double Cost)? best = null;
        foreach (WinogradTransform transform in WinogradTransform.For(window).Where(
            t => t.OverRows && t.Outputs % phases == 0 && t.Outputs <= output.Height))
        {
            for (int filters = 1; filters <= PlanarConvolution.MostFilters; filters++)
            {
                for (int vectors = 1; convolution.Filters % filters == 0 && (vectors - 1) * lanes < columns; vectors++)
                {
                    var tile = new PlanarWinogradTile(transform, phases, filters, lanes, vectors);
                    if (Fits(tier, tile, convolution, input, output)
                        && Cost(tile, convolution, input, output) is double cost && !(best?.Cost <= cost))
                    {
                        best = (tile, cost);
                    }
                }
            }
        }

        return best;
    }

    /// <summary>The zeros around each plane of every n-th column. Its rows are whole vectors of four.</summary>
    public static Border Border(Layer convolution, int phases)
    {
        Window window = ((ConvolutionOperation)convolution.Operation).Window;
        (int inputWidth, int columns) = (convolution.Input.Width, convolution.Output.Width / phases);
        int last = ((window.KernelWidth - 1) * window.DilationWidth) + phases - 1;
        Border border = PlanarConvolution.Border(window with { StrideWidth = phases }, inputWidth, columns, last);
        int width = border.Left + (inputWidth / phases) + border.Right;
        return border with { Right = border.Right + (-width & 3) };
    }

    /// <summary>The tiles that cover a row's columns; where they do not divide evenly, the last two overlap.</summary>
    public static int ColumnTiles(PlanarWinogradTile tile, int columns) => (columns + tile.Width - 1) / tile.Width;

    /// <summary>Whether sums, the products of two points, and what they are made of stay in registers, and the rest close to the core.</summary>
    private static bool Fits(Tier tier, PlanarWinogradTile tile, ConvolutionOperation convolution, Shape input, Shape output)
    {
        long transformed = (long)tile.Transform.TileRows(output.Height) * tile.Transform.Size * input.Channels * (input.Width + 32);
        long results = (long)tile.Transform.Outputs * convolution.Filters * (output.Width + 32);
        return (tile.Sums * (tile.Transform.Outputs + 2)) + tile.Vectors + 2 <= tier.Registers
            && transformed <= tier.Sizes.PlanarTransformed && results / tile.Phases / tile.Phases <= tier.Sizes.PlanarResults;
    }

    private static double Cost(PlanarWinogradTile tile, ConvolutionOperation convolution, Shape input, Shape output)
    {
        WinogradTransform transform = tile.Transform;
        Window window = convolution.Window;
        int columns = output.Width / tile.Phases;
        int distinct = window.DilationWidth == 1 ? window.KernelWidth + tile.Phases - 1 : window.KernelWidth * tile.Phases;
        double multiplyAdds = input.Channels * window.KernelWidth * tile.Sums / 2.0;
        double loads = input.Channels * ((distinct * tile.Vectors * PlanarConvolution.Load(tile.Lanes)) + (window.KernelWidth * tile.Filters / 2.0));

        // A pair of points: a sum and a difference, and one of them for each row. Half of these additions find multipliers at rest.
        double pairs = transform.Points.Length * tile.Sums * (2 + transform.Outputs) / 4.0;
        double stores = tile.Filters * tile.Vectors * transform.Outputs * 1.5;
        double sum = (transform.Planes * Math.Max(multiplyAdds, loads)) + pairs + stores + 10;

        double rowVectors = Math.Ceiling((double)input.Width / tile.Lanes);
        double transforms = 2.0 * transform.Planes * input.Channels * rowVectors;
        double squares = transform.Outputs / tile.Phases * Math.Ceiling((double)columns / SquareColumns) * Math.Ceiling(convolution.Filters / 8.0);
        return transform.TileRows(output.Height)
            * ((ColumnTiles(tile, columns) * (convolution.Filters / tile.Filters) * sum) + transforms + (squares * PlanarConvolution.TransposeCost));
    }
}
