using System;
using System.Linq;
using System.Runtime.CompilerServices;
using NetGen.Shared;

namespace NetGen.Runtime;

/// <summary>
/// The filter transform of Winograd's algorithm, G · g · Gᵀ, or over rows G · g: the values of a kernel, as a polynomial, at the points
/// 0, ±1, ±2, ±½ and at infinity, each divided by what the input transform leaves out (Lavin and Gray, 2015). A kernel with a
/// stride of several rows is as many kernels, its phases.
/// </summary>
internal sealed class WinogradFilters
{
    private readonly WinogradPoints points;
    private readonly int width;
    private readonly bool overRows;
    private readonly float[] rows;

    /// <summary>Prepares the transform.</summary>
    /// <param name="outputs">The outputs of a tile in each direction that is transformed.</param>
    /// <param name="height">The kernel's height.</param>
    /// <param name="width">The kernel's width; its height, unless only rows are transformed.</param>
    /// <param name="overRows">Whether only the kernel's rows are transformed, and its columns remain.</param>
    /// <param name="stride">The phases that the kernel's rows fall into; 1 unless only rows are transformed.</param>
    public WinogradFilters(int outputs, int height, int width, bool overRows, int stride)
    {
        this.width = width;
        this.overRows = overRows;
        points = new WinogradPoints(outputs, height, stride);
        int taps = points.TapsOf(phase: 0);
        rows = new float[points.Size * taps];
        double[] finite = points.Finite;
        for (int j = 0; j < finite.Length; j++)
        {
            double others = finite.Where((_, i) => i != j).Aggregate(1.0, (product, p) => product * (finite[j] - p));
            for (int k = 0; k < taps; k++)
            {
                rows[(j * taps) + k] = (float)(Math.Pow(finite[j], k) / others);
            }
        }

        rows[^1] = 1;
    }

    /// <summary>The columns of a kernel that remain in each plane.</summary>
    public int Columns => overRows ? width : 1;

    /// <summary>The floats that the transform needs for each filter in between.</summary>
    public int ScratchLength => points.Size * width;

    /// <summary>Transforms one kernel of each of some filters.</summary>
    /// <param name="values">The kernels, row by row, filters next to each other.</param>
    /// <param name="scale">What each filter's results are multiplied with; its length is the number of filters.</param>
    /// <param name="target">Takes the transformed kernels: in every plane, the values of each.</param>
    /// <param name="planeStride">The floats from a plane to the next.</param>
    /// <param name="kernelsBefore">The kernels that lie ahead of these filters' in each plane, all of their values.</param>
    /// <param name="offset">The offset of the first value after those.</param>
    /// <param name="phaseStride">The floats from a phase to the next.</param>
    /// <param name="columnStride">The floats from a column to the next.</param>
    /// <param name="scratch">Memory of <see cref="ScratchLength"/> floats for each filter.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(
        ReadOnlySpan<float> values,
        ReadOnlySpan<float> scale,
        Span<float> target,
        int planeStride,
        int kernelsBefore,
        int offset,
        int phaseStride,
        int columnStride,
        Span<float> scratch)
    {
        int filters = scale.Length;
        int size = points.Size;
        for (int i = 0; i < size; i++)
        {
            int phases = points.PhasesAt(i);
            for (int phase = 0; phase < phases; phase++)
            {
                ReadOnlySpan<float> row = RowOf(i)[..points.TapsOf(phase)];
                for (int x = 0; x < width; x++)
                {
                    Span<float> half = overRows
                        ? target.Slice(
                            (i * planeStride) + (kernelsBefore * phases * width) + offset + (phase * phaseStride) + (x * columnStride), filters)
                        : scratch.Slice(((i * width) + x) * filters, filters);
                    LaneMath.Combine(values[(((phase * width) + x) * filters)..], points.Stride * width * filters, row, half);
                    LaneMath.Multiply(half, scale, half);
                }
            }
        }

        for (int i = 0; i < size && !overRows; i++)
        {
            for (int j = 0; j < size; j++)
            {
                LaneMath.Combine(
                    scratch[(i * width * filters)..], filters, RowOf(j), target.Slice((((i * size) + j) * planeStride) + kernelsBefore + offset, filters));
            }
        }
    }

    private ReadOnlySpan<float> RowOf(int point)
    {
        int taps = points.TapsOf(phase: 0);
        return rows.AsSpan(point * taps, taps);
    }
}
