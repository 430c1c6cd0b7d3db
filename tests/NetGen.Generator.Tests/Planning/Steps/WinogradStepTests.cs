using NetGen.Generator.Planning;
using NetGen.Generator.Tests.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;

namespace NetGen.Generator.Tests.Planning.Steps;

/// <summary>What the threads of a Winograd convolution share.</summary>
public sealed class WinogradStepTests
{
    [Theory]
    [InlineData(56, 64, 4)]
    [InlineData(28, 128, 2)] // 49 tiles, an odd number
    public void Blocks_OfALargeMapsTiles_AreShared(int size, int channels, int blocks)
    {
        WinogradStep step = Winograd(size, channels);
        Assert.False(WorkSharing.SharesFilters(step));
        Assert.Equal(blocks, step.Blocks);
        Assert.Equal(blocks, WorkSharing.Of(step).Units);
        Assert.InRange(step.Products[0].Columns - step.Products[step.Products.Count - 1].Columns, 0, 1);
    }

    [Theory]
    [InlineData(14, 256)]
    [InlineData(7, 512)]
    public void Filters_OfASmallMap_AreShared(int size, int channels)
    {
        WinogradStep step = Winograd(size, channels);
        Assert.True(WorkSharing.SharesFilters(step));
        Assert.Equal(1, step.Blocks);
        Assert.Equal(channels / (step.Products[0].Tile.Vectors * 16), WorkSharing.Of(step).Units);
    }

    [Fact]
    public void Weights_FromMemory_AreReadForAsManyTilesAsCanBe() => Assert.Equal(1, Winograd(28, 512).Blocks);

    [Fact]
    public void SmallWork_IsSharedByNobody() => Assert.Equal(1, WorkSharing.Of(Winograd(6, 16)).Units);

    private static WinogradStep Winograd(int size, int channels) =>
        new Pipeline(Image(channels, size, size), Conv(channels, 3, ("Padding", 1))).Step<WinogradStep>();
}
