using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Shared;

namespace NetGen.Generator.Planning;

/// <summary>
/// Winograd's minimal filtering F(m×m, r×r): m × m outputs of an r × r kernel from (m + r − 1)² products instead of m² · r². In one
/// dimension, output and kernel are polynomials that are multiplied by their values at m + r − 2 points and at infinity
/// (Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2015; points 0, ±1, ±2, ±½).
/// </summary>
/// <param name="Outputs">m, the outputs of a tile in each direction.</param>
/// <param name="Kernel">r, the kernel's size.</param>
/// <param name="OverRows">
/// Whether only the kernel's rows are transformed, F(m, r): m rows of outputs from m + r − 1 products instead of m · r, for each of the
/// kernel's columns, which remain terms of the products' sums. A tile is then a band of m rows, as wide as the map.
/// </param>
/// <param name="Stride">
/// The rows from one row of outputs to the next, over rows only. The convolution is then the sum of so many of stride 1, its phases: each
/// takes every n-th row of the input and of the kernel, at a stride of n. What they have in common is summed up before it is transformed back.
/// </param>
internal sealed record WinogradTransform(int Outputs, int Kernel, bool OverRows = false, int Stride = 1)
{
    /// <summary>The sizes of a tile in one dimension for which <see cref="Points"/> are known.</summary>
    private static readonly EquatableArray<int> Sizes = [8, 6, 4];

    /// <summary>
    /// The transforms of a kernel that are worth trying. Measured against direct sums, F(4×4, 3×3) has 4.3 times their error, F(4×4, 5×5)
    /// 4.6, F(4, 5) over rows 2.3, and over every second row F(7, 3) 4.2 and F(5, 7) 2.6. F(6×6, 3×3) has 8.3, and gains nothing: what its
    /// products save, its weights and transforms cost.
    /// </summary>
    public static IEnumerable<WinogradTransform> For(Window window)
    {
        if (window.DilationHeight > 1)
        {
            yield break;
        }

        bool isSquare = window.KernelWidth == window.KernelHeight
            && window is { KernelHeight: > 2, StrideHeight: 1, StrideWidth: 1, DilationWidth: 1 };
        foreach (int size in Sizes)
        {
            int outputs = size + 1 - WinogradPoints.TapsOf(window.KernelHeight, phase: 0, window.StrideHeight);
            if (isSquare && outputs is 2 or 4)
            {
                yield return new(outputs, window.KernelHeight);
            }

            if (window.KernelHeight > window.StrideHeight && outputs > 1)
            {
                yield return new(outputs, window.KernelHeight, OverRows: true, window.StrideHeight);
            }
        }
    }

    /// <summary>The points of a tile in each direction that is transformed; always even.</summary>
    public int Size => InOneDimension.Size;

    private WinogradPoints InOneDimension => new(Outputs, Kernel, Stride);

    /// <summary>The phases that infinity has a value of: those with as many taps as the first. The others have one tap less.</summary>
    public int PhasesAtInfinity => InOneDimension.PhasesAtInfinity;

    /// <summary>The columns of a tile's inputs that are transformed together.</summary>
    public int SizeColumns => OverRows ? 1 : Size;

    /// <summary>The columns of outputs that come of them.</summary>
    public int OutputColumns => OverRows ? 1 : Outputs;

    /// <summary>The products of one tile for each channel and filter; over rows, for each phase, column and column of the kernel too.</summary>
    public int Planes => Size * SizeColumns;

    /// <summary>The points ±p besides zero and infinity.</summary>
    public double[] Points => InOneDimension.Pairs;

    /// <summary>
    /// The coefficients, by rising even powers, of the product of (x² − p²) over all points but one: what the input transform's rows
    /// are made of.
    /// </summary>
    public double[] EvenCoefficients(double without)
    {
        double[] product = [1];
        foreach (double p in Points)
        {
            if (p == without)
            {
                continue;
            }

            var next = new double[product.Length + 1];
            for (int i = 0; i < product.Length; i++)
            {
                next[i] -= p * p * product[i];
                next[i + 1] += product[i];
            }

            product = next;
        }

        return product;
    }

    /// <summary>Whether a convolution's input may be planar: where its rows, with their zeros, hold a vector.</summary>
    public bool ReadsPlanes(Window window, Shape input) => OverRows && window.Padding.Left + input.Width + window.Padding.Right >= 4;

    /// <summary>How many rows of tiles cover a height.</summary>
    public int TileRows(int height) => (height + Outputs - 1) / Outputs;

    /// <summary>How many tiles cover a width.</summary>
    public int TileColumns(int width) => OverRows ? 1 : (width + Outputs - 1) / Outputs;

    /// <summary>How many tiles cover a map.</summary>
    public int Tiles(Shape map) => TileRows(map.Height) * TileColumns(map.Width);

    /// <summary>The columns of a plane's product that come of one tile of a map of such a width.</summary>
    public int ProductColumns(int width) => OverRows ? width : 1;

    /// <summary>The terms of a channel that remain in the sums of a plane's products: positions of the kernel, and phases.</summary>
    public int ProductTaps(Window window) => OverRows ? Stride * window.KernelWidth : 1;

    /// <summary>The weights of all planes for each pair of channel and filter; the last plane is infinity's.</summary>
    public int Weights(Window window) => ProductTaps(window) / Stride * (((Planes - 1) * Stride) + PhasesAtInfinity);

    /// <summary>What kernels that transform so are called.</summary>
    public string Name => OverRows ? "WinogradRows" : "Winograd";

    /// <summary>The zeros that the tiles of a convolution read around its input: its padding, and what the last tiles reach beyond.</summary>
    public Border Border(Border padding, Shape input, Shape output) => padding with
    {
        Bottom = Math.Max(padding.Bottom, (((TileRows(output.Height) * Outputs) - 1) * Stride) + Kernel - input.Height - padding.Top),
        Right = OverRows
            ? padding.Right
            : Math.Max(padding.Right, (TileColumns(output.Width) * Outputs) + Kernel - 1 - input.Width - padding.Left),
    };

    public override string ToString() => !OverRows ? $"F({Outputs}×{Outputs}, {Kernel}×{Kernel})"
        : $"F({Outputs}, {Kernel}) over " + (Stride > 1 ? $"every {Stride} rows" : "rows");
}
