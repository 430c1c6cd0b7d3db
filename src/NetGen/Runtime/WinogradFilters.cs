using System;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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

    /// <summary>Transforms one kernel of each of four filters.</summary>
    /// <param name="values">The kernels, row by row, filters next to each other.</param>
    /// <param name="width">The floats from a value of a kernel to the next.</param>
    /// <param name="scale">What each filter's results are multiplied with.</param>
    /// <param name="target">Takes the transformed kernels, a value of each in every plane.</param>
    /// <param name="stride">The floats from a plane to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(ReadOnlySpan<float> values, int width, Vector128<float> scale, Span<float> target, int stride)
    {
        Span<Vector128<float>> half = stackalloc Vector128<float>[size * kernel];
        for (int x = 0; x < kernel; x++)
        {
            for (int i = 0; i < size; i++)
            {
                Vector128<float> sum = default;
                for (int y = 0; y < kernel; y++)
                {
                    sum = Vector128.MultiplyAddEstimate(
                        Vector128.Create(rows[(i * kernel) + y]), Vector128.Create(values[(((y * kernel) + x) * width)..]), sum);
                }

                half[(i * kernel) + x] = sum * scale;
            }
        }

        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                Vector128<float> sum = default;
                for (int x = 0; x < kernel; x++)
                {
                    sum = Vector128.MultiplyAddEstimate(half[(i * kernel) + x], Vector128.Create(rows[(j * kernel) + x]), sum);
                }

                sum.CopyTo(target[(((i * size) + j) * stride)..]);
            }
        }
    }
}
