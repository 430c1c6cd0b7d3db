using System;
using System.Linq;
using System.Runtime.CompilerServices;

namespace NetGen.Runtime;

/// <summary>
/// The filter transform of Winograd's algorithm, G · g · Gᵀ: the values of a kernel, as a polynomial, at the points 0, ±1, ±2, … and
/// at infinity, each divided by what the input transform leaves out (Lavin and Gray, 2015).
/// </summary>
internal sealed class WinogradFilters
{
    private readonly int kernel;
    private readonly int size;
    private readonly float[] rows;

    /// <summary>Prepares the transform.</summary>
    /// <param name="outputs">The outputs of a tile in each direction.</param>
    /// <param name="kernel">The kernel's height and width.</param>
    public WinogradFilters(int outputs, int kernel)
    {
        this.kernel = kernel;
        size = outputs + kernel - 1;
        rows = new float[size * kernel];
        double[] points = [0, .. Enumerable.Range(1, (size / 2) - 1).SelectMany(p => new double[] { p, -p })];
        for (int j = 0; j < points.Length; j++)
        {
            double others = points.Where((_, i) => i != j).Aggregate(1.0, (product, p) => product * (points[j] - p));
            for (int k = 0; k < kernel; k++)
            {
                rows[(j * kernel) + k] = (float)(Math.Pow(points[j], k) / others);
            }
        }

        rows[^1] = 1;
    }

    /// <summary>The floats that the transform needs for each filter in between.</summary>
    public int ScratchLength => size * kernel;

    /// <summary>Transforms one kernel of each of some filters.</summary>
    /// <param name="values">The kernels, row by row, filters next to each other.</param>
    /// <param name="scale">What each filter's results are multiplied with; its length is the number of filters.</param>
    /// <param name="target">Takes the transformed kernels, a value of each in every plane.</param>
    /// <param name="stride">The floats from a plane to the next.</param>
    /// <param name="scratch">Memory of <see cref="ScratchLength"/> floats for each filter.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(ReadOnlySpan<float> values, ReadOnlySpan<float> scale, Span<float> target, int stride, Span<float> scratch)
    {
        int width = scale.Length;
        for (int i = 0; i < size; i++)
        {
            for (int x = 0; x < kernel; x++)
            {
                Span<float> half = scratch.Slice(((i * kernel) + x) * width, width);
                LaneMath.Combine(values[(x * width)..], kernel * width, RowOf(i), half);
                LaneMath.Multiply(half, scale, half);
            }
        }

        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                LaneMath.Combine(scratch[(i * kernel * width)..], width, RowOf(j), target.Slice(((i * size) + j) * stride, width));
            }
        }
    }

    private ReadOnlySpan<float> RowOf(int point) => rows.AsSpan(point * kernel, kernel);
}
