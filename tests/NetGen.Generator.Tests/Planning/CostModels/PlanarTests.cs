using System;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;
using NetGen.Generator.Tests.Graphs;
using Xunit;

namespace NetGen.Generator.Tests.Planning.CostModels;

/// <summary>Tiles of planar convolutions, and where their taps lie.</summary>
public sealed class PlanarTests
{
    [Fact]
    public void Taps_OfAnyStride_LieInThePlaneOfTheirColumn()
    {
        foreach ((int stride, int padding, int dilation, int kernel) in
            from stride in Enumerable.Range(1, 3) from padding in Enumerable.Range(0, 5) from dilation in Enumerable.Range(1, 2) from kernel in Enumerable.Range(1, 5)
            select (stride, padding, dilation, kernel))
        {
            int width = 12 * stride;
            int columns = ((width + padding - (dilation * (kernel - 1)) - 1) / stride) + 1;
            var window = new Window(1, kernel, 1, stride, new Border(0, 0, padding, 0), 1, dilation);
            Border border = PlanarConvolution.Border(window, Shape.Image(1, 1, width), Shape.Image(1, 1, columns));
            int reach = 0;
            for (int tap = 0; tap < kernel; tap++)
            {
                (int plane, int column) = PlanarConvolution.PlaceOf(tap * dilation, window);

                // Column c of plane p, zeros aside, is column (c − left) · stride + p of the image, where the first result's window has the tap.
                Assert.Equal((tap * dilation) - padding, ((column - border.Left) * stride) + plane);
                Assert.InRange(plane, 0, stride - 1);
                Assert.True(column >= 0);
                reach = Math.Max(reach, column + columns);
            }

            // All planes have the zeros that the widest needs.
            int last = PlanarConvolution.PlaceOf(dilation * (kernel - 1), window).Column + columns;
            Assert.Equal(Math.Max(0, last - border.Left - 12), border.Right);
            Assert.True(reach <= border.Left + 12 + border.Right + 1);
        }
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("a row of three", false)] // less than any vector
    [InlineData("pixels of a row of seven", false)] // eight are transposed at once
    [InlineData("planes of a row of seven", true)]
    [InlineData("pixels of groups", false)]
    [InlineData("planes of groups", true)]
    [InlineData("a column too many", false)]
    [InlineData("a pooling of a row of fourteen", false)] // eight of each two columns
    [InlineData("a pooling of odd rows", false)]
    [InlineData("a pooling of odd columns", false)]
    [InlineData("a pooling", true)]
    public void Planar_OfAConvolution_IsPossible(string what, bool isPossible)
    {
        (int height, int width) = what switch
        {
            "a row of three" => (16, 3),
            "pixels of a row of seven" or "planes of a row of seven" => (16, 7),
            "a pooling of a row of fourteen" => (16, 14),
            "a pooling of odd rows" => (15, 16),
            "a pooling of odd columns" => (16, 17),
            _ => (16, 16),
        };
        int stride = what == "a column too many" ? 2 : 1;
        int groups = what.Contains("groups", StringComparison.Ordinal) ? 2 : 1;
        var input = Shape.Image(2, height, stride == 2 ? (2 * width) + 1 : width);
        var convolution = new ConvolutionOperation(2, new Window(1, 1, 1, stride, default), groups, Bias: true);
        Assert.Equal(isPossible, PlanarConvolution.Choose(
            Tier.Vector512,
            convolution,
            input,
            Shape.Image(2, height, width),
            isPlanar: what.StartsWith("planes", StringComparison.Ordinal) || what == "a row of three",
            pools: what.StartsWith("a pooling", StringComparison.Ordinal)) is not null);
    }

    [Fact]
    public void Tile_OfAnyTier_StaysInRegistersAndCoversTheMap()
    {
        foreach (Tier tier in new[] { Tier.Vector512, Tier.Vector256, Tier.Vector128 })
        {
            foreach (int filters in new[] { 1, 2, 5, 6, 8, 12 })
            {
                foreach (bool isPlanar in new[] { false, true })
                {
                    var output = Shape.Image(filters, 20, 24);
                    var convolution = new ConvolutionOperation(filters, new Window(5, 5, 1, 1, default), 1, Bias: true);
                    if (PlanarConvolution.Choose(tier, convolution, Shape.Image(3, 24, 28), output, isPlanar, pools: false) is not (var tile, var cost))
                    {
                        Assert.True(!isPlanar && (tier.Lanes < 8 || filters > PlanarConvolution.MostFilters));
                        continue;
                    }

                    Assert.True(cost > 0);
                    Assert.True(isPlanar ? filters % tile.Filters == 0 : tile.Filters == filters);
                    int results = tile.Filters * tile.Rows * tile.Vectors;
                    Assert.True(results + Math.Min(tile.Rows * tile.Vectors, tile.Filters) + 1 <= tier.Registers, $"{tier.Name} {tile}");
                    Assert.InRange(tile.Rows * PlanarConvolution.RowTiles(tile, output), 20, 20 + tile.Rows - 1);
                    Assert.InRange(tile.Vectors * tile.Lanes * PlanarConvolution.ColumnTiles(tile, output), 24, 24 + (tile.Vectors * tile.Lanes) - 1);
                    Assert.False(tile.HoldsWeights && !tile.ReusesRows);
                }
            }
        }
    }

    [Fact]
    public void Tile_OfASingleFilter_KeepsRowsAndWeightsInRegisters()
    {
        var map = Shape.Image(1, 32, 32);
        (PlanarTile Tile, double Cost)? small = PlanarConvolution.Choose(
            Tier.Vector512, new(1, new Window(3, 3, 1, 1, new Border(1, 1, 1, 1)), 1, Bias: true), map, map, isPlanar: true, pools: false);
        Assert.True(small!.Value.Tile.HoldsWeights);
        (PlanarTile Tile, double Cost)? large = PlanarConvolution.Choose(
            Tier.Vector512, new(1, new Window(7, 7, 1, 1, new Border(3, 3, 3, 3)), 1, Bias: true), map, map, isPlanar: true, pools: false);
        Assert.False(large!.Value.Tile.HoldsWeights);
    }

    [Fact]
    public void Pooling_OfATile_TakesPairsOfRows()
    {
        var convolution = new ConvolutionOperation(6, new Window(4, 4, 1, 1, default), 1, Bias: true);
        Assert.Equal(0, PlanarConvolution.Choose(Tier.Vector512, convolution, Shape.Image(1, 27, 27), Shape.Image(6, 24, 24), isPlanar: false, pools: true)!.Value.Tile.Rows % 2);
    }

    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(6, 2, true)]
    public void Winograd_OfRows_FitsInRegistersAndCaches(int filters, int phases, bool pools)
    {
        var convolution = new ConvolutionOperation(filters, new Window(5, 5, 1, 1, new Border(2, 2, 2, 2)), 1, Bias: true);
        PlanarWinogradTile tile = PlanarWinograd.Choose(
            Tier.Vector512, convolution, Shape.Image(1, 28, 28), Shape.Image(filters, 28, 28), pools)!.Value.Tile;
        Assert.Equal(phases, tile.Phases);
        Assert.Equal(0, filters % tile.Filters);
        Assert.True((tile.Sums * (tile.Transform.Outputs + 2)) + tile.Vectors + 2 <= Tier.Vector512.Registers);
        Assert.True(tile.Transform.OverRows);
        Assert.Equal(0, tile.Transform.Outputs % phases);
        Assert.Equal(tile.Filters * tile.Phases * tile.Vectors, tile.Sums);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("four lanes", false)] // squares of eight columns are transposed
    [InlineData("groups", false)]
    [InlineData("seven columns", false)]
    [InlineData("a stride of rows", false)]
    [InlineData("a stride of columns", false)]
    [InlineData("dilated rows", false)]
    [InlineData("dilated columns", true)]
    [InlineData("a large image", false)] // its transformed rows leave the cache
    [InlineData("large bands", false)]
    [InlineData("a pooling", true)]
    [InlineData("a pooling of odd rows", false)]
    [InlineData("a pooling of odd columns", false)]
    [InlineData("a pooling of an odd image", false)] // one of its phases would lack a column
    public void Winograd_OfAConvolution_IsPossible(string what, bool isPossible)
    {
        Window window = what switch
        {
            "a stride of rows" => new(5, 5, 2, 1, default),
            "a stride of columns" => new(5, 5, 1, 2, default),
            "dilated rows" => new(5, 5, 1, 1, default, DilationHeight: 2),
            "dilated columns" => new(5, 5, 1, 1, default, DilationWidth: 2),
            _ => new(5, 5, 1, 1, default),
        };
        (int height, int width) = what switch
        {
            "seven columns" => (24, 7),
            "a pooling of odd rows" => (25, 24),
            "a pooling of odd columns" => (24, 25),
            _ => (24, 24),
        };
        int odd = what == "a pooling of an odd image" ? 1 : 0;
        PlanSizes sizes = what switch
        {
            "a large image" => PlanSizes.Default with { PlanarTransformed = 1 },
            "large bands" => PlanSizes.Default with { PlanarResults = 1 },
            _ => PlanSizes.Default,
        };
        Tier tier = (what == "four lanes" ? Tier.Vector128 : Tier.Vector512) with { Sizes = sizes };
        var convolution = new ConvolutionOperation(6, window, what == "groups" ? 2 : 1, Bias: true);
        Assert.Equal(isPossible, PlanarWinograd.Choose(
            tier,
            convolution,
            Shape.Image(2, height + 4, width + 4 + odd),
            Shape.Image(6, height, width),
            pools: what.StartsWith("a pooling", StringComparison.Ordinal)) is not null);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(2, 1)]
    public void WinogradBorder_OfEachPhase_MakesRowsOfWholeVectorsOfFour(int phases, int padding)
    {
        Layer layer = Networks.Graph(Networks.Image(1, 28, 28), Networks.Conv(6, 5, ("Padding", padding))).Layers[0];
        Border border = PlanarWinograd.Border(layer, phases);
        Assert.Equal((padding, padding), (border.Top, border.Bottom));
        Assert.Equal((padding + phases - 1) / phases, border.Left);

        // The last tap of the last phase reads the last column.
        int needed = PlanarConvolution.PlaceOf(4 + phases - 1, new Window(5, 5, 1, phases, new Border(padding, padding, padding, padding))).Column
            + ((24 + (2 * padding)) / phases);
        int width = border.Left + (28 / phases) + border.Right;
        Assert.Equal(0, width % 4);
        Assert.InRange(width, needed, needed + 3);
    }
}
