using System.Linq;
using NetGen.Runtime;
using Xunit;

namespace NetGen.Tests.Runtime;

/// <summary>Transposing and gathering, at sizes around those of their blocks.</summary>
public sealed class LayoutTests
{
    [Fact]
    public void EveryElementFindsItsPlaceAndNoOtherIsTouched()
    {
        foreach (int rows in new[] { 1, 3, 4, 7, 8, 9, 16, 19, 24, 45 })
        {
            foreach (int columns in new[] { 1, 2, 4, 5, 8, 11, 16, 23 })
            {
                Check(rows, columns, columns + 3, rows + 2);
            }
        }
    }

    [Fact]
    public void ValuesSomeDistanceApartAreGatheredAndNothingElseIsTouched()
    {
        for (int stride = 1; stride <= 4; stride++)
        {
            for (int count = 1; count <= 21; count++)
            {
                float[] x = [.. Enumerable.Range(1, ((count - 1) * stride) + 1).Select(i => (float)i)];
                var y = new float[count + 1];
                Layout.Gather(ref x[0], ref y[0], (nuint)count, (nuint)stride);
                Assert.Equal(Enumerable.Range(0, count).Select(i => 1f + (i * stride)).Append(0), y);
            }
        }
    }

    private static void Check(int rows, int columns, int xStride, int yStride)
    {
        var x = new float[rows * xStride];
        var y = new float[columns * yStride];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = i + 1;
        }

        Layout.Transpose(ref x[0], ref y[0], (nuint)rows, (nuint)columns, (nuint)xStride, (nuint)yStride);
        for (int c = 0; c < columns; c++)
        {
            for (int r = 0; r < yStride; r++)
            {
                Assert.Equal(r < rows ? x[(r * xStride) + c] : 0, y[(c * yStride) + r]);
            }
        }
    }
}
