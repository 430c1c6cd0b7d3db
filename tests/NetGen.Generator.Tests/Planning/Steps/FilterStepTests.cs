using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Tests.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using static NetGen.Generator.Tests.Planning.Pipeline;

namespace NetGen.Generator.Tests.Planning.Steps;

/// <summary>Sums of taps: their loops, streams of weights, and what threads share.</summary>
public sealed class FilterStepTests
{
    [Theory]
    [InlineData(84, 10, 1, 1)] // 10 filters are less than a vector
    [InlineData(120, 84, 6, 3)] // 40 KB: two streams
    [InlineData(784, 128, 8, 4)]
    [InlineData(2048, 1000, 8, 2)] // 8 MB: four
    public void Weights_UsedOnce_LieInSeveralStreams(int features, int units, int vectors, int streamVectors)
    {
        FilterStep step = Assert.IsType<FilterStep>(Assert.Single(new Pipeline(Vector(features), Dense(units)).Plan.Steps));
        Assert.Equal((vectors, streamVectors), (step.Tile.Vectors, step.Sums.StreamVectors));
    }

    [Theory]
    [InlineData(4097, 5000, 8)]
    [InlineData(4096, 5000, 4)]
    [InlineData(4000, 4097, 4)]
    [InlineData(4000, 4096, 2)]
    public void Weights_ReachALimit_LieInMoreStreams(int twoStreams, int fourStreams, int streamVectors)
    {
        // 31 taps and the bias of 1,024 filters, in tiles of eight vectors of 16.
        FilterStep step = new Pipeline(Vector(31), Dense(1024)) { Sizes = PlanSizes.Default with { TwoStreams = 8 * twoStreams, FourStreams = 8 * fourStreams } }
            .Step<FilterStep>();
        Assert.Equal((8 * 4096, 8), (step.WeightLength, step.Tile.Vectors));
        Assert.Equal(streamVectors, step.Sums.StreamVectors);
    }

    [Fact]
    public void Weights_SharedByPixels_LieInOneStream()
    {
        FilterStep step = new Pipeline(Image(256, 7, 7), Conv(256, 1)).Step<FilterStep>();
        Assert.Equal(step.Tile.Vectors, step.Sums.StreamVectors);
    }

    [Fact]
    public void Weights_OfIntegers_LieInOneStream()
    {
        FilterStep step = new Pipeline(Vector(784), Dense(128)) { Options = Integers }.Step<FilterStep>();
        Assert.True(step.IsInteger);
        Assert.Equal(step.Tile.Vectors, step.Sums.StreamVectors);
    }

    [Fact]
    public void Loops_WithoutAGapBetweenThem_AreOne()
    {
        Assert.Equal([new TapLoop(24, 1)], FilterGeometry.Collapse([new(2, 12), new(3, 4), new(4, 1)]));
        Assert.Equal([new TapLoop(2, 16), new TapLoop(12, 1)], FilterGeometry.Collapse([new(2, 16), new(3, 4), new(4, 1)]));
        Assert.Equal([new TapLoop(6, 5), new TapLoop(4, 1)], FilterGeometry.Collapse([new(2, 15), new(3, 5), new(4, 1)]));

        // A loop of one round is none; a sum of one term has a loop nevertheless.
        Assert.Equal([new TapLoop(4, 1)], FilterGeometry.Collapse([new(1, 100), new(4, 1)]));
        Assert.Equal([new TapLoop(1, 0)], FilterGeometry.Collapse([new(1, 100), new(1, 1)]));
    }

    [Fact]
    public void Loops_OverNoTaps_AreNone()
    {
        TensorView view = new(Storage.Workspace, 0, 0, 4, 4, 4, 16, 4, 1);
        Assert.Empty(FilterGeometry.Over("", view, filters: 1, channels: 4, new(0, 16), new(3, 4)).Loops);
        Assert.Equal([new TapLoop(12, 1)], FilterGeometry.Over("", view, filters: 1, channels: 4, new(1, 16), new(3, 4)).Loops);
        Assert.Equal([new TapLoop(4, 16), new TapLoop(3, 1)], FilterGeometry.Over("", TensorView.Planar(Storage.Input, Shape.Image(4, 4, 4)), filters: 1, channels: 4, new(1, 4), new(3, 1)).Loops);
    }

    [Theory]
    [InlineData("rows", 1)]
    [InlineData("rows of groups", 1)]
    [InlineData("a row of groups", 0)]
    [InlineData("few rows of many filters", 2)]
    [InlineData("a row of many filters", 2)]
    [InlineData("a row of few filters", 3)]
    public void Axis_OfAKernel_IsWhatFallsIntoMostParts(string what, int axis)
    {
        // Direct sums of pixels whose rows have a gap between them, but for the row.
        (Shape input, int filters, int groups) = what switch
        {
            "rows" => (Shape.Image(16, 16, 16), 64, 1),
            "rows of groups" => (Shape.Image(64, 3, 3), 64, 2),
            "a row of groups" => (Shape.Image(64, 1, 64), 64, 2),
            "few rows of many filters" => (Shape.Image(16, 3, 3), 1024, 1),
            "a row of many filters" => (Shape.Image(16, 1, 16), 1024, 1),
            _ => (Shape.Image(16, 1, 1024), 16, 1),
        };
        FilterStep step = new Pipeline(
            Image(input.Channels, input.Height, input.Width),
            MaxPool(1),
            Conv(filters, 1, ("Groups", groups)),
            Depthwise(3, ("Padding", 1)),
            MaxPool(1))
        {
            Sizes = PlanSizes.Default with { SharedWork = 1 },
        }.Step<FilterStep>();
        Assert.Equal((SplitAxis)axis, WorkSharing.AxisOf(step));
        Assert.Equal(
            WorkSharing.AxisOf(step) switch
            {
                SplitAxis.Rows => input.Height,
                SplitAxis.Tiles => (filters / 16 + step.Tile.Vectors - 1) / step.Tile.Vectors,
                SplitAxis.Blocks => (input.Width + step.Tile.Pixels - 1) / step.Tile.Pixels,
                _ => 1,
            },
            WorkSharing.Of(step).Units);
    }

    [Theory]
    [InlineData(0, 105, 1)]
    [InlineData(1, 53, 1)] // a pair of taps in a word
    [InlineData(2, 27, 2)] // four of them, and a row of scales beside the bias
    public void Weights_InLessMemory_AreWordsOfSeveralTaps(int storage, int words, int rows)
    {
        FilterStep step = new Pipeline(Vector(105), Dense(16)) { Options = NetworkOptions.Default with { Storage = (WeightStorage)storage } }.Step<FilterStep>();
        Assert.Equal((words, rows, rows > 1), (step.Sums.Words, step.HeadRows, step.Sums.IsScaled));
        Assert.Equal(16 * (rows + words), step.WeightLength);
    }

    [Fact]
    public void Weights_OfGroups_CoverWholeVectorsOfEach()
    {
        FilterStep step = new Pipeline(Image(8, 9, 9), MaxPool(1), Conv(12, 3, ("Groups", 2), ("Bias", false)), Layer("PReLU"), MaxPool(1)).Step<FilterStep>();

        // Six filters take eight lanes: a row for the bias that there is not, one for slopes, and 4 · 9 taps.
        Assert.Equal((8, 2, 38 * 8), (step.GroupLanes, step.HeadRows, step.Sums.GroupLength));
        Assert.Equal(2 * 38 * 8, step.WeightLength);
        Assert.Equal((6, 1), (step.Sums.FiltersPerGroup, step.Sums.ParameterRow));
    }

    [Fact]
    public void Algorithm_OfAStep_SaysWhatItsTileIs()
    {
        Assert.StartsWith("matrix-vector product, tile of ", new Pipeline(Vector(8), Dense(16)).Step<FilterStep>().Algorithm, System.StringComparison.Ordinal);
        string halves = new Pipeline(Image(8, 9, 9), MaxPool(1), Conv(16, 1)) { Options = NetworkOptions.Default with { Storage = WeightStorage.BFloat16 } }
            .Step<FilterStep>().Algorithm;
        Assert.StartsWith("direct convolution, tile of ", halves, System.StringComparison.Ordinal);
        Assert.EndsWith(", BFloat16 weights", halves, System.StringComparison.Ordinal);
        Assert.EndsWith(", integers", new Pipeline(Vector(8), Dense(16)) { Options = Integers }.Step<FilterStep>().Algorithm, System.StringComparison.Ordinal);
    }
}
