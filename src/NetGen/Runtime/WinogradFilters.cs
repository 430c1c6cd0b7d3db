using System;
using System.Linq;
using System.Runtime.CompilerServices;

namespace NetGen.Runtime;

/// <summary>
/// The filter transform of Winograd's algorithm, G · g · Gᵀ, or over rows G · g: the values of a kernel, as a polynomial, at the points
/// 0, ±1, ±2, ±½ and at infinity, each divided by what the input transform leaves out (Lavin and Gray, 2015). A kernel that moves on by
/// several rows is as many kernels, its phases.
/// </summary>
internal sealed class WinogradFilters
{
    private readonly int height;
    private readonly int width;
    private readonly bool overRows;
    private readonly int stride;
    private readonly int size;
    private readonly int phaseTaps;
    private readonly float[] rows;

    /// <summary>Prepares the transform.</summary>
    /// <param name="outputs">The outputs of a tile in each direction that is transformed.</param>
    /// <param name="height">The kernel's height.</param>
    /// <param name="width">The kernel's width; its height, unless only rows are transformed.</param>
    /// <param name="overRows">Whether only the kernel's rows are transformed, and its columns remain.</param>
    /// <param name="stride">The phases that the kernel's rows fall into, each every so many of them; 1 unless only rows are transformed.</param>
    public WinogradFilters(int outputs, int height, int width, bool overRows, int stride)
    {
        this.height = height;
        this.width = width;
        this.overRows = overRows;
        this.stride = stride;
        phaseTaps = TapsOf(phase: 0);
        size = outputs + phaseTaps - 1;
        rows = new float[size * phaseTaps];
        double[] points = [0, .. new[] { 1, 2, 0.5 }.Take((size / 2) - 1).SelectMany(p => new[] { p, -p })];
        for (int j = 0; j < points.Length; j++)
        {
            double others = points.Where((_, i) => i != j).Aggregate(1.0, (product, p) => product * (points[j] - p));
            for (int k = 0; k < phaseTaps; k++)
            {
                rows[(j * phaseTaps) + k] = (float)(Math.Pow(points[j], k) / others);
            }
        }

        rows[^1] = 1;
    }

    /// <summary>The columns of a kernel that remain in each plane.</summary>
    public int Columns => overRows ? width : 1;

    /// <summary>The floats that the transform needs for each filter in between.</summary>
    public int ScratchLength => size * width;

    /// <summary>Transforms one kernel of each of some filters.</summary>
    /// <param name="values">The kernels, row by row, filters next to each other.</param>
    /// <param name="scale">What each filter's results are multiplied with; its length is the number of filters.</param>
    /// <param name="target">Takes the transformed kernels: in every plane, the values of each.</param>
    /// <param name="planeStride">The floats from a plane to the next.</param>
    /// <param name="kernelsBefore">The kernels that lie ahead of these filters' in each plane, all of their values.</param>
    /// <param name="offset">The place of the first value behind those.</param>
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
        for (int i = 0; i < size; i++)
        {
            int phases = PhasesAt(i);
            for (int phase = 0; phase < phases; phase++)
            {
                ReadOnlySpan<float> row = RowOf(i)[..TapsOf(phase)];
                for (int x = 0; x < width; x++)
                {
                    Span<float> half = overRows
                        ? target.Slice(
                            (i * planeStride) + (kernelsBefore * phases * width) + offset + (phase * phaseStride) + (x * columnStride), filters)
                        : scratch.Slice(((i * width) + x) * filters, filters);
                    LaneMath.Combine(values[(((phase * width) + x) * filters)..], stride * width * filters, row, half);
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

    /// <summary>The rows of the kernel that a phase takes.</summary>
    private int TapsOf(int phase) => (height - phase + stride - 1) / stride;

    /// <summary>The phases that have a value at a point; at infinity, only those with as many taps as the first.</summary>
    private int PhasesAt(int point) => point < size - 1 ? stride : height - ((phaseTaps - 1) * stride);

    private ReadOnlySpan<float> RowOf(int point) => rows.AsSpan(point * phaseTaps, phaseTaps);
}
