using System;
using System.Linq;
using System.Runtime.CompilerServices;

namespace NetGen.Runtime;

/// <summary>
/// The filter transform of Winograd's algorithm, G · g · Gᵀ, or over rows G · g: the values of a kernel, as a polynomial, at the points
/// 0, ±1, ±2, ±½ and at infinity, each divided by what the input transform leaves out (Lavin and Gray, 2015).
/// </summary>
internal sealed class WinogradFilters
{
    private readonly int height;
    private readonly int width;
    private readonly bool overRows;
    private readonly int size;
    private readonly float[] rows;

    /// <summary>Prepares the transform.</summary>
    /// <param name="outputs">The outputs of a tile in each direction that is transformed.</param>
    /// <param name="height">The kernel's height.</param>
    /// <param name="width">The kernel's width; its height, unless only rows are transformed.</param>
    /// <param name="overRows">Whether only the kernel's rows are transformed, and its columns remain.</param>
    public WinogradFilters(int outputs, int height, int width, bool overRows)
    {
        this.height = height;
        this.width = width;
        this.overRows = overRows;
        size = outputs + height - 1;
        rows = new float[size * height];
        double[] points = [0, .. new[] { 1, 2, 0.5 }.Take((size / 2) - 1).SelectMany(p => new[] { p, -p })];
        for (int j = 0; j < points.Length; j++)
        {
            double others = points.Where((_, i) => i != j).Aggregate(1.0, (product, p) => product * (points[j] - p));
            for (int k = 0; k < height; k++)
            {
                rows[(j * height) + k] = (float)(Math.Pow(points[j], k) / others);
            }
        }

        rows[^1] = 1;
    }

    /// <summary>The values of a kernel in each plane.</summary>
    public int Taps => overRows ? width : 1;

    /// <summary>The floats that the transform needs for each filter in between.</summary>
    public int ScratchLength => size * width;

    /// <summary>Transforms one kernel of each of some filters.</summary>
    /// <param name="values">The kernels, row by row, filters next to each other.</param>
    /// <param name="scale">What each filter's results are multiplied with; its length is the number of filters.</param>
    /// <param name="target">Takes the transformed kernels, <see cref="Taps"/> values of each in every plane.</param>
    /// <param name="planeStride">The floats from a plane to the next.</param>
    /// <param name="tapStride">The floats from a value to the next within a plane.</param>
    /// <param name="scratch">Memory of <see cref="ScratchLength"/> floats for each filter.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(
        ReadOnlySpan<float> values, ReadOnlySpan<float> scale, Span<float> target, int planeStride, int tapStride, Span<float> scratch)
    {
        int filters = scale.Length;
        for (int i = 0; i < size; i++)
        {
            for (int x = 0; x < width; x++)
            {
                Span<float> half = overRows
                    ? target.Slice((i * planeStride) + (x * tapStride), filters)
                    : scratch.Slice(((i * width) + x) * filters, filters);
                LaneMath.Combine(values[(x * filters)..], width * filters, RowOf(i), half);
                LaneMath.Multiply(half, scale, half);
            }
        }

        for (int i = 0; i < size && !overRows; i++)
        {
            for (int j = 0; j < size; j++)
            {
                LaneMath.Combine(scratch[(i * width * filters)..], filters, RowOf(j), target.Slice(((i * size) + j) * planeStride, filters));
            }
        }
    }

    private ReadOnlySpan<float> RowOf(int point) => rows.AsSpan(point * height, height);
}
