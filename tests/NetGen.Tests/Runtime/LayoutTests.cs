using System;
using NetGen.Runtime;
using Xunit;

namespace NetGen.Tests.Runtime;

/// <summary>Transposing, at sizes around those of its blocks.</summary>
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
