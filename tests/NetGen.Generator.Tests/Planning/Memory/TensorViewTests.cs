using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;
using Xunit;

namespace NetGen.Generator.Tests.Planning.Memory;

/// <summary>Views of memory, and views of views.</summary>
public sealed class TensorViewTests
{
    /// <summary>A map of 3 × 5 pixels of six channels, eight floats apart, with another row's worth between rows.</summary>
    private static readonly TensorView Map = new(Storage.Workspace, 7, 100, 6, 3, 5, 80, 8, 1);

    [Fact]
    public void Planar_OfAnImage_HasItsPlanesOneAfterTheOther()
    {
        var view = TensorView.Planar(Storage.Input, Shape.Image(3, 4, 5));
        Assert.Equal((-1, 0, 3, 4, 5), (view.Buffer, view.Offset, view.Channels, view.Height, view.Width));
        Assert.Equal((20, 5, 1), (view.ChannelStride, view.RowStride, view.PixelStride));
        Assert.False(view.IsChannelsLast);
        Assert.True(view.HasContiguousRows);
    }

    [Fact]
    public void Planar_OfAPixel_HasItsChannelsLastToo()
    {
        var view = TensorView.Planar(Storage.Input, Shape.Vector(9));
        Assert.True(view.IsChannelsLast);
        Assert.Equal((9, 9), (view.RowStride, view.PixelStride));
    }

    [Fact]
    public void Row_OfSamples_HasEachSamplesFeaturesWithinAllOfIts()
    {
        var view = TensorView.Row(Storage.Output, Shape.Image(4, 1, 16), 3, 10);
        Assert.Equal((3, 4, 1, 16), (view.Offset, view.Channels, view.Height, view.Width));
        Assert.Equal((160, 10, 1), (view.RowStride, view.PixelStride, view.ChannelStride));
    }

    [Fact]
    public void Inside_OfABorder_IsUndoneByOutside()
    {
        var border = new Border(1, 0, 2, 1);
        TensorView inside = Map.Inside(border);
        Assert.Equal((100 + 80 + 16, 2, 2), (inside.Offset, inside.Height, inside.Width));
        Assert.Equal(Map, inside.Outside(border));
        Assert.Equal((Map.RowStride, Map.PixelStride), (inside.RowStride, inside.PixelStride));
    }

    [Fact]
    public void Part_OfTheChannels_HasNoSlackBehindIt()
    {
        TensorView part = Map.Part(2, 3);
        Assert.Equal((102, 3, true), (part.Offset, part.Channels, part.IsPart));
        Assert.True(Map.HasSlack);
        Assert.False(part.HasSlack);

        // Of planes, channels lie further apart.
        Assert.Equal(40, TensorView.Planar(Storage.Input, Shape.Image(3, 4, 5)).Part(2, 1).Offset);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Slack_OutsideTheWorkspace_IsTheCallers(int storage, bool hasSlack) =>
        Assert.Equal(hasSlack, (Map with { Storage = (Storage)storage }).HasSlack);

    [Fact]
    public void Rows_WithAGapBetweenThem_AreNotContiguous()
    {
        Assert.False(Map.HasContiguousRows);
        Assert.True((Map with { RowStride = 40 }).HasContiguousRows);
        Assert.True((Map with { Height = 1 }).HasContiguousRows);
    }

    [Fact]
    public void Permuted_Axes_KeepTheirDistances()
    {
        TensorView view = Map.Permuted([1, 2, 0]);
        Assert.Equal((3, 5, 6), (view.Channels, view.Height, view.Width));
        Assert.Equal((80, 8, 1), (view.ChannelStride, view.RowStride, view.PixelStride));
        Assert.Equal(Map.Offset, view.Offset);
    }

    [Fact]
    public void Integers_FourToAWord_AreCountedOneByOne()
    {
        TensorView words = Map with { Channels = 2, Quantization = new Quantization("range", 6) };
        Assert.Equal((true, 6, 2), (words.IsQuantized, words.Features, words.OffsetOf(8)));
        Assert.Equal((false, 6, 8), (Map.IsQuantized, Map.Features, Map.OffsetOf(8)));
        Assert.Equal((15, 90, Shape.Image(6, 3, 5)), (Map.Pixels, Map.Length, Map.Shape));
    }
}
