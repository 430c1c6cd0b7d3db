using System;
using System.Linq;

namespace NetGen.Runtime;

/// <summary>
/// The filter transform of Winograd's algorithm, G · g · Gᵀ: the values of a kernel, as a polynomial, at the points 0, ±1, ±2, … and
/// at infinity, each divided by what the input transform leaves out (Lavin and Gray, 2015). Computed in float64.
/// </summary>
internal sealed class WinogradFilters
{
    private readonly int kernel;
    private readonly int size;
    private readonly double[] rows;

    /// <summary>Prepares the transform.</summary>
    /// <param name="outputs">The outputs of a tile in each direction.</param>
    /// <param name="kernel">The kernel's height and width.</param>
    public WinogradFilters(int outputs, int kernel)
    {
        this.kernel = kernel;
        size = outputs + kernel - 1;
        rows = new double[size * kernel];
        double[] points = [0, .. Enumerable.Range(1, (size / 2) - 1).SelectMany(p => new double[] { p, -p })];
        for (int j = 0; j < points.Length; j++)
        {
            double others = points.Where((_, i) => i != j).Aggregate(1.0, (product, p) => product * (points[j] - p));
            for (int k = 0; k < kernel; k++)
            {
                rows[(j * kernel) + k] = Math.Pow(points[j], k) / others;
            }
        }

        rows[^1] = 1;
    }

    /// <summary>Transforms one kernel.</summary>
    /// <param name="values">The kernel, row by row.</param>
    /// <param name="scale">What its results are multiplied with.</param>
    /// <param name="target">Takes the transformed kernel, one value in each plane.</param>
    /// <param name="stride">The floats from a plane to the next.</param>
    public void Write(ReadOnlySpan<float> values, double scale, Span<float> target, int stride)
    {
        Span<double> half = stackalloc double[size * kernel];
        for (int i = 0; i < size; i++)
        {
            for (int x = 0; x < kernel; x++)
            {
                double sum = 0;
                for (int y = 0; y < kernel; y++)
                {
                    sum += rows[(i * kernel) + y] * values[(y * kernel) + x];
                }

                half[(i * kernel) + x] = sum * scale;
            }
        }

        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                double sum = 0;
                for (int x = 0; x < kernel; x++)
                {
                    sum += half[(i * kernel) + x] * rows[(j * kernel) + x];
                }

                target[((i * size) + j) * stride] = (float)sum;
            }
        }
    }
}
