using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Planning.Passes;
using NetGen.Generator.Tests.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using static NetGen.Generator.Tests.Planning.Pipeline;

namespace NetGen.Generator.Tests.Planning.Passes;

/// <summary>Which groups stream rows to each other, and how many at a time.</summary>
public sealed class StripSelectionTests
{
    [Fact]
    public void Chain_OfLargeMaps_StreamsAllOfThem()
    {
        Pipeline network = new(
            Image(16, 112, 112), Conv(96, 1), ReLU, Depthwise(3, ("Stride", 2), ("Padding", 1)), ReLU, Conv(24, 1));
        StripChains strips = StripSelection.Run(network.Context, network.Fused, network.Algorithms, network.Demands);
        StripChain chain = Assert.Single(strips.All);
        Assert.Equal(["conv1 relu1", "dwconv1 relu2", "conv2"], chain.Groups.Select(network.NamesOf));
        Assert.Equal([4, 2, 2], chain.Rows);
        Assert.Equal([true, true, false], chain.Groups.Select(strips.Streams));
        Assert.Equal([null, null, chain], chain.Groups.Select(strips.EndingWith));
        Assert.Equal([0, 1, 2], chain.Groups.Select(chain.IndexOf));
        Assert.Same(chain.Groups[2], chain.Last);

        // Two rows of stride 2 are computed from five of a ring, with a row and a column of zeros around the map; two from as many.
        Assert.Equal([(5, true), (2, false)], chain.Buffers.Select(b => (b.Rows, b.IsRing)));
        Assert.Equal([new RowWindow(3, 2, 1), RowWindow.Single], chain.Buffers.Select(b => b.Window));
        Assert.Equal([new Border(1, 1, 1, 1), default], chain.Buffers.Select(b => b.Border));
        Assert.Equal([(114, 114), (56, 56)], chain.Buffers.Select(b => (b.Map.Height, b.Map.Width)));
        Assert.Equal([112, 56], chain.Buffers.Select(b => b.Height));

        // One lies after the other.
        Assert.Equal([0, 5 * 114 * 96], chain.Buffers.Select(b => b.Map.Offset));
    }

    [Fact]
    public void Chain_GroupOutsideIt_IsNotStreamed()
    {
        Pipeline network = new(Image(16, 112, 112), MaxPool(1), Conv(96, 1), Depthwise(3, ("Stride", 2)), MaxPool(55));
        StripChain chain = Assert.Single(network.Strips.All);
        Assert.Equal(["conv1", "dwconv1"], chain.Groups.Select(network.NamesOf));
        Assert.Equal(-1, chain.IndexOf(network.Group("maxpool1")));
        Assert.False(network.Strips.Streams(network.Group("maxpool1")));
        Assert.Null(network.Strips.EndingWith(network.Group("maxpool2")));
    }

    [Fact]
    public void Chain_EachMapIsReadOnce_HasAnEndOfItsOwn()
    {
        // Two chains, one after the other: a softmax needs whole pixels of a whole map.
        Pipeline network = new(
            Image(8, 20, 20), MaxPool(1), Conv(8, 1), Depthwise(3), Layer("Softmax"), Conv(8, 1), Depthwise(3), MaxPool(2)) { Sizes = AnyStrip };
        Assert.Equal(
            ["conv1 dwconv1", "conv2 dwconv2 maxpool2"],
            network.Strips.All.Select(c => string.Join(" ", c.Groups.Select(network.NamesOf))));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Chain_ForObserversOrBatches_IsNone(bool isObserved, bool isChain)
    {
        Pipeline network = new(Image(8, 20, 20), MaxPool(1), Conv(8, 1), Depthwise(3), MaxPool(1))
        {
            Sizes = AnyStrip,
            Mode = isObserved ? PlanMode.Observed : PlanMode.Sample,
        };
        Assert.Equal(isChain, network.Strips.All.Count > 0);
        Assert.Empty(new Pipeline(Vector(8), Dense(8), ReLU, Dense(8)) { Sizes = AnyStrip, Mode = PlanMode.Batch }.Strips.All);
    }

    [Fact]
    public void Pooling_AfterBandsOfRows_TakesThemFromARing()
    {
        Pipeline network = new(
            Image(3, 224, 224), Conv(64, 7, ("Stride", 2), ("Padding", 3)), ReLU, MaxPool(3, ("Stride", 2), ("Padding", 1)));
        StripChain chain = Assert.Single(network.Strips.All);
        Assert.Equal(["conv1 relu1", "maxpool1"], chain.Groups.Select(network.NamesOf));

        // Of bands of five rows, the three that a row of results reaches may lie in two.
        LineBuffer ring = Assert.Single(chain.Buffers);
        Assert.True(ring.IsRing);
        Assert.Equal(10, ring.Rows);
        Assert.Equal([5, 1], chain.Rows);
        Assert.Equal(default, ring.Border);
    }

    [Theory]
    [InlineData(64, 224, true)]
    [InlineData(128, 112, true)]
    [InlineData(256, 56, false)] // a row's 14 tiles would load 9 MB of weights again
    public void Tiles_RowsOfThemAreAsLargeAsBlocks_StreamToAPooling(int channels, int size, bool inStrips)
    {
        Plan plan = new Pipeline(Image(channels, size, size), Conv(channels, 3, ("Padding", 1)), ReLU, MaxPool(2)).Plan;
        WinogradStep tiles = plan.LayerSteps.OfType<WinogradStep>().Single();
        Assert.False(tiles.Transform.OverRows);
        Assert.Equal(inStrips, plan.Steps.OfType<StripStep>().Any());
        Assert.Equal(inStrips, tiles.RingBands > 0);
        Assert.True(!inStrips || tiles.Blocks == tiles.TileRows);
    }

    [Theory]
    [InlineData("a map that a cache holds", 56)]
    [InlineData("a map that the caller takes too", 112, "Output")]
    [InlineData("a map that two layers read", 112, "Add")]
    [InlineData("a convolution over several rows of all channels", 112, "Conv2D")]
    [InlineData("a map that is read with zeros below it, row for row", 112, "Padding")]
    [InlineData("bands that are read row for row", 112, "AvgPool2D")]
    [InlineData("integers", 112, "", true)]
    public void Map_StreamingItDoesNotPayOrIsImpossible_StaysWhole(string map, int size, string reader = "", bool isInteger = false)
    {
        LayerSyntax depthwise = Depthwise(3, ("Padding", 1));
        LayerSyntax[] readers = reader switch
        {
            "Output" => [depthwise, Output("wide"), Output("dwconv1")],
            "Add" => [depthwise, Add("wide")],
            "Conv2D" => [Conv(8, 3, ("Stride", 2))],
            "Padding" => [Conv(8, 1, ("PaddingBottom", 1))],
            "AvgPool2D" => [Conv(64, 3), Layer("AvgPool2D", ("kernel", 1))],
            _ => [depthwise],
        };
        Graph graph = Networks.Graph([Image(16, size, size), Conv(64, 1, ("Name", "wide")), .. readers]);
        Plan plan = Planner.Create(graph with { Options = graph.Options with { Precision = isInteger ? Precision.Int8 : Precision.Float32 } }, Tier.Vector512);
        Assert.False(plan.Steps.OfType<StripStep>().Any(), map);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Pooling_DoesNotTakeRowsItself_StreamsNone(int dilation)
    {
        LayerSyntax pool = MaxPool(3, ("Stride", 1), ("Padding", 1), ("Dilation", dilation));
        Assert.DoesNotContain(new Pipeline(Image(64, 112, 112), pool, Conv(8, 1)).Plan.Steps, s => s is StripStep);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)] // it finds no rows that lie apart in a ring
    public void Pooling_TakesRows_StreamsThemOn(int dilation, bool streams)
    {
        Pipeline network = new(Image(8, 20, 20), MaxPool(1), Conv(8, 1), MaxPool(3, ("Stride", 1), ("DilationWidth", dilation)), Conv(8, 1)) { Sizes = AnyStrip };
        Assert.Equal(streams ? [3] : [], network.Strips.All.Select(c => c.Groups.Count));
    }

    [Theory]
    [InlineData("Softmax")]
    [InlineData("GlobalAvgPool2D")]
    [InlineData("ConvTranspose2D")]
    public void Reader_HasNoWindowOfRows_IsStreamedNothing(string kind)
    {
        LayerSyntax reader = kind == "ConvTranspose2D" ? Layer(kind, ("filters", 4), ("kernel", 3)) : Layer(kind);
        Assert.Empty(new Pipeline(Image(8, 20, 20), MaxPool(1), Conv(8, 1), reader) { Sizes = AnyStrip }.Strips.All);
    }

    [Fact]
    public void Image_OfTheCaller_IsNotStreamed() =>
        Assert.Empty(new Pipeline(Image(8, 20, 20), Depthwise(3), Layer("Softmax")) { Sizes = AnyStrip }.Strips.All);

    [Fact]
    public void View_OfAMap_IsNotStreamed() => Assert.Empty(
        new Pipeline(Image(8, 20, 20), MaxPool(1), Conv(8, 1), Slice(0, 4), Depthwise(3), MaxPool(1, ("Dilation", 2))) { Sizes = AnyStrip }.Strips.All);
}
