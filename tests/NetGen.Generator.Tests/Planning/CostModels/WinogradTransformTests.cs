using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;
using Xunit;

namespace NetGen.Generator.Tests.Planning.CostModels;

/// <summary>The transforms that are tried, and their arithmetic.</summary>
public sealed class WinogradTransformTests
{
    [Theory]
    [InlineData(3, 3, 1, "F(6, 3) over rows|F(4×4, 3×3)|F(4, 3) over rows|F(2×2, 3×3)|F(2, 3) over rows")]
    [InlineData(5, 5, 1, "F(4×4, 5×5)|F(4, 5) over rows|F(2×2, 5×5)|F(2, 5) over rows")]
    [InlineData(2, 2, 1, "F(7, 2) over rows|F(5, 2) over rows|F(3, 2) over rows")] // squares of two taps save too little
    [InlineData(3, 1, 1, "F(6, 3) over rows|F(4, 3) over rows|F(2, 3) over rows")]
    [InlineData(1, 3, 1, "")]
    [InlineData(7, 7, 2, "F(5, 7) over every 2 rows|F(3, 7) over every 2 rows")]
    [InlineData(3, 3, 3, "")] // rows have no tap in common
    [InlineData(9, 9, 1, "")]
    public void Transforms_OfAKernel_HaveEightPointsAtMost(int height, int width, int stride, string transforms) => Assert.Equal(
        transforms, string.Join("|", WinogradTransform.For(new Window(height, width, stride, stride, default))));

    [Fact]
    public void Transforms_OfDilatedRows_AreNone()
    {
        Assert.Empty(WinogradTransform.For(new Window(3, 3, 1, 1, default, DilationHeight: 2)));

        // Columns may lie apart where only rows are transformed.
        Assert.All(WinogradTransform.For(new Window(3, 3, 1, 1, default, DilationWidth: 2)), t => Assert.True(t.OverRows));
        Assert.All(WinogradTransform.For(new Window(3, 3, 1, 2, default)), t => Assert.True(t.OverRows));
        Assert.NotEmpty(WinogradTransform.For(new Window(3, 3, 1, 2, default)));
    }

    [Fact]
    public void Tile_OfASquare_IsTransformedInBothDirections()
    {
        var transform = new WinogradTransform(4, 3);
        Assert.Equal((6, 6, 4, 36), (transform.Size, transform.SizeColumns, transform.OutputColumns, transform.Planes));
        Assert.Equal((3, 4, 12), (transform.TileRows(9), transform.TileColumns(13), transform.Tiles(Shape.Image(1, 9, 13))));
        Assert.Equal((1, 1, 36), (transform.ProductColumns(13), transform.ProductTaps(new Window(3, 3, 1, 1, default)), transform.Weights(new Window(3, 3, 1, 1, default))));
        Assert.Equal("Winograd", transform.Name);
    }

    [Fact]
    public void Tile_OverRows_IsABandAsWideAsTheMap()
    {
        var transform = new WinogradTransform(5, 7, OverRows: true, Stride: 2);
        var window = new Window(7, 6, 2, 1, default);
        Assert.Equal((8, 1, 1, 8), (transform.Size, transform.SizeColumns, transform.OutputColumns, transform.Planes));
        Assert.Equal((2, 1, 2), (transform.TileRows(9), transform.TileColumns(13), transform.Tiles(Shape.Image(1, 9, 13))));
        Assert.Equal((13, 12), (transform.ProductColumns(13), transform.ProductTaps(window)));

        // Of two phases the second has a tap less, and no value at infinity: seven points of both, and one of the first.
        Assert.Equal((1, 6 * 15), (transform.PhasesAtInfinity, transform.Weights(window)));
        Assert.Equal("WinogradRows", transform.Name);
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(4, 3)]
    [InlineData(4, 5)]
    public void Coefficients_WithoutOnePoint_AreThePolynomialThatVanishesAtTheOthers(int outputs, int kernel)
    {
        var transform = new WinogradTransform(outputs, kernel);
        Assert.Equal((transform.Size - 2) / 2, transform.Points.Length);
        foreach (double without in transform.Points.Append(0))
        {
            double[] coefficients = transform.EvenCoefficients(without);
            Assert.Equal(1, coefficients[^1]);
            Assert.Equal(transform.Points.Count(p => p != without) + 1, coefficients.Length);
            Assert.All(transform.Points.Where(p => p != without), p => Assert.Equal(0, Value(p)));
            Assert.NotEqual(0, Value(without));

            double Value(double p) => coefficients.Reverse().Aggregate((sum, c) => (sum * p * p) + c);
        }
    }

    [Theory]
    [InlineData(0, 3, false)]
    [InlineData(0, 4, true)]
    [InlineData(1, 2, true)] // two zeros beside it
    public void Planes_HoldAVectorInARow_MayBeRead(int padding, int width, bool reads)
    {
        var window = new Window(3, 3, 1, 1, new Border(0, 0, padding, padding));
        Assert.Equal(reads, new WinogradTransform(2, 3, OverRows: true).ReadsPlanes(window, Shape.Image(3, 9, width)));
        Assert.False(new WinogradTransform(2, 3).ReadsPlanes(window, Shape.Image(3, 9, width)));
    }

    [Fact]
    public void Border_OfAnyMap_HoldsWhatTheLastTilesRead()
    {
        foreach (WinogradTransform transform in new WinogradTransform[] { new(4, 3), new(2, 5), new(3, 7, OverRows: true, Stride: 2) })
        {
            for (int size = 8; size < 20; size++)
            {
                var padding = new Border(1, 2, 3, 1);
                var input = Shape.Image(1, size, size);
                var output = Shape.Image(
                    1, ((size + 3 - transform.Kernel) / transform.Stride) + 1, transform.OverRows ? size : size + 4 - transform.Kernel + 1);
                Border border = transform.Border(padding, input, output);
                int lastRow = (((transform.TileRows(output.Height) * transform.Outputs) - 1) * transform.Stride) + transform.Kernel;
                Assert.Equal((1, 3), (border.Top, border.Left));
                Assert.Equal(System.Math.Max(2, lastRow - (size + 1)), border.Bottom);
                int lastColumn = (transform.TileColumns(output.Width) * transform.Outputs) - 1 + transform.Kernel;
                Assert.Equal(transform.OverRows ? 1 : System.Math.Max(1, lastColumn - (size + 3)), border.Right);
            }
        }
    }
}
