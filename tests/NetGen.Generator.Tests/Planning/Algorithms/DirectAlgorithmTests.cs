using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Planning.Algorithms;
using NetGen.Generator.Tests.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using static NetGen.Generator.Tests.Planning.Pipeline;

namespace NetGen.Generator.Tests.Planning.Algorithms;

/// <summary>Sums of taps as they stand: what they need around them, and what they are lowered to.</summary>
public sealed class DirectAlgorithmTests
{
    [Fact]
    public void Direct_OfFloats_NeedsThePaddingAndNothingElse()
    {
        ConvolutionAlgorithm algorithm = Choose(new(Image(3, 9, 9), MaxPool(2), Conv(8, 3, ("PaddingTop", 1), ("PaddingLeft", 2))));
        Assert.Equal(new Border(1, 0, 2, 0), algorithm.Border);
        Assert.Equal(InputForm.Any, algorithm.Input);
        Assert.Equal((1, 1), (algorithm.ColumnPhases, algorithm.RowsAtOnce));
        Assert.False(algorithm.SumsIntegers);
        Assert.True(algorithm.AddsIntegers);
        Assert.False(algorithm.TakesPooling);
        Assert.False(algorithm.WritesPlanes);
    }

    [Theory]
    [InlineData(1, 1, 0, true)]
    [InlineData(3, 1, 1, false)]
    [InlineData(1, 2, 0, false)]
    [InlineData(1, 1, 1, false)]
    public void Direct_RowForRow_ReadsRowsThatAnotherStreams(int kernel, int stride, int padding, bool readsRows)
    {
        Pipeline network = new(Image(3, 9, 9), MaxPool(2), Conv(8, kernel, ("Stride", stride), ("Padding", padding)));
        Assert.Equal(readsRows, Choose(network).ReadsRows);
        Assert.True(Choose(network).StreamsRowsTo(network.Grouped.Groups[0]));
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)] // observers see floats
    [InlineData(false, false, false)]
    public void Direct_OfEnoughChannels_SumsIntegersInANetworkOfThem(bool isInteger, bool isObserved, bool sums)
    {
        ConvolutionAlgorithm algorithm = Choose(new(Image(8, 9, 9), MaxPool(2), Conv(8, 3))
        {
            Options = isInteger ? Integers : NetworkOptions.Default,
            Mode = isObserved ? PlanMode.Observed : PlanMode.Sample,
        });
        Assert.Equal(sums, algorithm.SumsIntegers);
        Assert.Equal(sums ? InputForm.Pixels : InputForm.Any, algorithm.Input);
    }

    [Fact]
    public void Direct_OfABatchOfIntegers_ReadsTheCallersRow()
    {
        Pipeline network = new(Vector(8), Dense(8)) { Options = Integers, Mode = PlanMode.Batch };
        Assert.True(network.AlgorithmOf("fc1").SumsIntegers);
        Assert.Equal(InputForm.Any, network.AlgorithmOf("fc1").Input);
    }

    [Theory]
    [InlineData(1, 6, true)]
    [InlineData(2, 8, true)] // four lanes each
    [InlineData(2, 12, false)] // six filters need eight lanes, the last two of which belong to the next group
    [InlineData(2, 32, true)]
    public void Direct_GroupsOfFilters_StoreIntegersWhereTheyEndWithAWord(int groups, int filters, bool stores) => Assert.Equal(
        stores, Choose(new(Image(8, 9, 9), MaxPool(2), Conv(filters, 3, ("Groups", groups)))).StoresIntegers);

    [Theory]
    [InlineData(1, 1, 0, true)]
    [InlineData(1, 2, 0, false)]
    [InlineData(1, 1, 1, true)] // the zeros around a map are pixels like others
    [InlineData(3, 1, 0, false)]
    public void Lower_PixelForPixelOfContiguousRows_IsASingleRow(int kernel, int stride, int padding, bool isOneRow)
    {
        FilterStep step = new Pipeline(Image(4, 8, 8), MaxPool(1), Conv(8, kernel, ("Stride", stride), ("Padding", padding)), MaxPool(1)).Step<FilterStep>();
        int size = ((8 + (2 * padding) - kernel) / stride) + 1;
        Assert.Equal(isOneRow ? (1, size * size) : (size, size), (step.Sums.Rows, step.Sums.Columns));
        Assert.Equal((stride * step.Input.RowStride, stride * step.Input.PixelStride), (step.Sums.RowStep, step.Sums.ColumnStep));
    }

    [Fact]
    public void Lower_ResultsRowsHaveABorderBetweenThem_IsRowByRow()
    {
        FilterStep step = new Pipeline(Image(4, 8, 8), MaxPool(1), Conv(8, 1), Depthwise(3, ("Padding", 1)), MaxPool(1)).Step<FilterStep>();
        Assert.Equal((8, 8), (step.Sums.Rows, step.Sums.Columns));
    }

    [Fact]
    public void Lower_ResidualsRowsHaveABorderBetweenThem_IsRowByRow()
    {
        Pipeline network = new(
            Image(8, 6, 6), MaxPool(1, ("Name", "a")), Depthwise(3, ("Padding", 1)), Conv(8, 1), Add("a"), MaxPool(1));
        FilterStep step = network.Step<FilterStep>();
        Assert.Equal((6, 6), (step.Sums.Rows, step.Sums.Columns));
        Assert.Equal(network.ViewOf("a"), step.Residual);
    }

    [Fact]
    public void Lower_ResidualsRowsAreContiguous_IsASingleRow()
    {
        Pipeline network = new(Image(8, 6, 6), MaxPool(1, ("Name", "a")), Conv(8, 1), Add("a"), MaxPool(1));
        Assert.Equal((1, 36), (network.Step<FilterStep>().Sums.Rows, network.Step<FilterStep>().Sums.Columns));
    }

    [Fact]
    public void Lower_ChannelsLast_SumsTapsInTheOrderOfMemory()
    {
        FilterStep step = new Pipeline(
            Image(5, 9, 9),
            MaxPool(1),
            Layer("Conv2D", ("filters", 8), ("kernelHeight", 2), ("kernelWidth", 3), ("Dilation", 2)),
            MaxPool(1)).Step<FilterStep>();
        int pixel = step.Input.PixelStride;
        Assert.Equal([new TapLoop(2, 2 * step.Input.RowStride), new TapLoop(3, 2 * pixel), new TapLoop(5, 1)], step.Sums.Loops);
        Assert.False(step.Sums.ChannelsFirst);
        Assert.Equal((5, 6, 8, 1), (step.Sums.Channels, step.Sums.Positions, step.Sums.Filters, step.Sums.Groups));
        Assert.Equal("Convolution2x3", step.Geometry.Title);
        Assert.Equal("conv1.weight", step.Parameters.Weight);
        Assert.Equal("conv1.bias", step.Parameters.Bias);
    }

    [Fact]
    public void Lower_Planes_SumsThemOneAfterTheOther()
    {
        FilterStep step = new Pipeline(Image(5, 9, 9), Conv(32, 2, ("Bias", false)), MaxPool(1)) { Options = NetworkOptions.Default with { Winograd = false } }
            .Step<FilterStep>();
        Assert.Equal([new TapLoop(5, 81), new TapLoop(2, 9), new TapLoop(2, 1)], step.Sums.Loops);
        Assert.True(step.Sums.ChannelsFirst);
        Assert.Null(step.Parameters.Bias);
    }

    [Fact]
    public void Lower_Groups_ReadTheirOwnChannels()
    {
        FilterStep step = new Pipeline(Image(8, 9, 9), MaxPool(1), Conv(6, 3, ("Groups", 2)), MaxPool(1)).Step<FilterStep>();
        Assert.Equal((4, 2, 4), (step.Sums.Channels, step.Sums.Groups, step.Sums.GroupStep));
    }

    [Fact]
    public void Lower_Padding_BeginsAboveAndLeftOfTheMap()
    {
        Pipeline network = new(Image(4, 8, 8), MaxPool(1), Conv(2, 5, ("PaddingTop", 1), ("PaddingLeft", 2)), MaxPool(1));
        FilterStep step = network.Step<FilterStep>();
        Assert.Equal(network.ViewOf("maxpool1").Outside(new Border(1, 0, 2, 0)), step.Input);
        Assert.Equal(0, step.Input.Offset);
    }

    private static ConvolutionAlgorithm Choose(Pipeline network) =>
        DirectAlgorithm.Choose(SiteOf(network, network.Context.Graph.Layers.Last(l => l.Operation is ConvolutionOperation).Name));
}
