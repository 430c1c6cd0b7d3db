using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;
using Xunit;

namespace NetGen.Generator.Tests.Planning.CostModels;

/// <summary>Which convolutions are computed by Winograd's algorithm, and in how many blocks.</summary>
public sealed class WinogradPlannerTests
{
    private static readonly WinogradTransform Squares = new(4, 3);
    private static readonly WinogradTransform Rows = new(5, 7, OverRows: true, Stride: 2);

    [Theory]
    [InlineData(64, 64, 56, "F(4×4, 3×3)")]
    [InlineData(512, 512, 7, "F(2×2, 3×3)")] // four tiles are not worth 36 weights of each pair from memory
    [InlineData(6, 6, 28, "F(6, 3) over rows")]
    [InlineData(2, 64, 56, "")] // transforms cost more than products save
    [InlineData(64, 2, 56, "")]
    [InlineData(3, 11, 56, "")] // 33 pairs
    public void Transform_OfAKernelOfThree_IsTheFastestByTheModel(int channels, int filters, int size, string transform) =>
        Assert.Equal(transform, Choose(channels, filters, size)?.ToString() ?? "");

    [Theory]
    [InlineData(8, true)]
    [InlineData(9, false)] // each is a convolution of its own
    public void Transform_OfManyGroups_IsNone(int groups, bool isChosen) => Assert.Equal(
        isChosen,
        WinogradPlanner.Choose(
            new ConvolutionOperation(64 * groups, new Window(3, 3, 1, 1, new Border(1, 1, 1, 1)), groups, Bias: true),
            Shape.Image(64 * groups, 56, 56),
            Shape.Image(64 * groups, 56, 56),
            Tier.Vector512,
            integers: false) is not null);

    [Fact]
    public void Transform_IntegersAreFaster_IsNone()
    {
        // With an instruction for dot products they are faster yet.
        Assert.NotNull(Choose(256, 256, 56));
        Assert.NotNull(Choose(256, 256, 56, Tier.Vector256, integers: true));
        Assert.Null(Choose(256, 256, 56, Tier.Vector256 with { HasDotProducts = true }, integers: true));
        Assert.Null(Choose(16, 16, 56, Tier.Vector256, integers: true));
    }

    [Fact]
    public void Transform_PlanesExceedMemory_IsNone()
    {
        Assert.NotNull(Choose(1 << 11, 1 << 11, 28));
        Assert.Null(Choose(1 << 17, 1 << 17, 28));
    }

    [Theory]
    [InlineData(8, 1)] // four tiles
    [InlineData(32, 1)] // 64 columns at most
    [InlineData(36, 2)] // 81 tiles
    [InlineData(48, 4)] // 144 tiles, three blocks and one more for two threads
    public void Blocks_OfTiles_AreAnEvenNumberOfUpTo64Columns(int size, int blocks) =>
        Assert.Equal(blocks, WinogradPlanner.Blocks(Squares, tileFloats: 8, weights: 1, Shape.Image(1, size, size), PlanSizes.Default));

    [Theory]
    [InlineData(1 << 20, 2)]
    [InlineData(40 * 36 * 4 * 256, 4)] // 40 tiles' planes
    [InlineData(1, 4)] // 24 columns at least, so that a plane's weights are worth loading
    public void Blocks_PlanesLeaveTheCache_AreSmaller(int bytes, int blocks) => Assert.Equal(
        blocks, WinogradPlanner.Blocks(Squares, tileFloats: 256, weights: 1, Shape.Image(1, 36, 36), PlanSizes.Default with { WinogradBlockBytes = bytes * (bytes == 1 << 20 ? 64 : 1) }));

    [Fact]
    public void Blocks_WeightsComeFromMemory_AreAsLargeAsCanBe()
    {
        PlanSizes sizes = PlanSizes.Default with { WinogradBlockBytes = 1, FarWinogradWeights = 36 * 1000 * 4 };
        Assert.Equal(4, WinogradPlanner.Blocks(Squares, 256, weights: 1000, Shape.Image(1, 36, 36), sizes));
        Assert.Equal(2, WinogradPlanner.Blocks(Squares, 256, weights: 1001, Shape.Image(1, 36, 36), sizes));
    }

    [Theory]
    [InlineData(32, 5, 2, 1)] // both bands in one
    [InlineData(33, 5, 2, 1)]
    [InlineData(33, 6, 2, 2)]
    [InlineData(100, 11, 3, 3)] // a band each: no even number, as there are no more bands
    public void Blocks_OverRows_CountTheColumnsOfBands(int width, int height, int bands, int blocks)
    {
        int most = width == 33 && height == 6 ? 65 : 66;
        Assert.Equal(bands, Rows.TileRows(height) + (height == 5 ? 1 : 0));
        Assert.Equal(blocks, WinogradPlanner.Blocks(Rows, 1, 1, Shape.Image(1, height, width), PlanSizes.Default with { MostWinogradColumns = most }));
    }

    [Theory]
    [InlineData(64, 224, 1, true)]
    [InlineData(256, 56, 1, false)] // blocks of more tiles than a row has
    [InlineData(64, 224, 2, false)] // a group after the other
    public void RowsOfTiles_AreNoSmallerThanBlocks_AreComputedOneAfterTheOther(int channels, int size, int groups, bool computesRows)
    {
        var convolution = new ConvolutionOperation(channels, new Window(3, 3, 1, 1, new Border(1, 1, 1, 1)), groups, Bias: true);
        var map = Shape.Image(channels, size, size);
        Assert.Equal(computesRows, WinogradPlanner.ComputesRows(Squares, convolution, map, map, PlanSizes.Default));
        Assert.Equal(groups == 1, WinogradPlanner.ComputesRows(Rows, convolution, map, map, PlanSizes.Default));
    }

    private static WinogradTransform? Choose(int channels, int filters, int size, Tier? tier = null, bool integers = false) => WinogradPlanner.Choose(
        new ConvolutionOperation(filters, new Window(3, 3, 1, 1, new Border(1, 1, 1, 1)), 1, Bias: true),
        Shape.Image(channels, size, size),
        Shape.Image(filters, size, size),
        tier ?? Tier.Vector512,
        integers);
}
