using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;
using NetGen.Generator.Planning.Algorithms;
using NetGen.Generator.Tests.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using static NetGen.Generator.Tests.Planning.Pipeline;

namespace NetGen.Generator.Tests.Planning.Algorithms;

/// <summary>A filter for each channel.</summary>
public sealed class DepthwiseAlgorithmTests
{
    [Theory]
    [InlineData(8, 1, true)]
    [InlineData(8, 2, false)] // two filters of a channel
    [InlineData(1, 1, false)] // one channel is an ordinary sum
    public void Depthwise_OneFilterForEachOfSeveralChannels_IsChosen(int channels, int multiplier, bool isChosen)
    {
        Pipeline network = new(Image(channels, 9, 9), MaxPool(1), Depthwise(3, ("Multiplier", multiplier)));
        Assert.Equal(isChosen, DepthwiseAlgorithm.Choose(SiteOf(network, "dwconv1")) is not null);
    }

    [Fact]
    public void Depthwise_Chosen_ReadsPixelsWithItsPaddingAroundThem()
    {
        Pipeline network = new(Image(6, 9, 9), MaxPool(1), Depthwise(3, ("PaddingTop", 1), ("PaddingRight", 2), ("Dilation", 2)));
        ConvolutionAlgorithm algorithm = DepthwiseAlgorithm.Choose(SiteOf(network, "dwconv1"))!;
        Assert.Equal(new Border(1, 0, 0, 2), algorithm.Border);
        Assert.Equal(InputForm.Pixels, algorithm.Input);
        Assert.True(algorithm.ReadsRows);
        Assert.True(algorithm.StreamsRowsTo(network.Grouped.Groups[0]));
        Assert.Equal(1, algorithm.RowsAtOnce);
        Assert.False(algorithm.SumsIntegers);
        Assert.False(algorithm.TakesPooling);

        // Its vectors are whole pixels, whatever the groups.
        Assert.True(algorithm.StoresIntegers);
    }

    [Fact]
    public void Lower_OfPixels_IsOneStepOverAllChannels()
    {
        Pipeline network = new(Image(20, 9, 9), MaxPool(1), Depthwise(3, ("PaddingTop", 1), ("Bias", false)), ReLU, MaxPool(1));
        DepthwiseStep step = network.Step<DepthwiseStep>();
        Assert.Equal(network.ViewOf("maxpool1").Outside(new Border(1, 0, 0, 0)), step.Input);
        Assert.Equal(network.ViewOf("relu1"), step.Output);
        Assert.Equal([1, 2], step.Layers);
        Assert.Equal("dwconv1.weight", step.Parameters.Weight);
        Assert.Null(step.Parameters.Bias);
        Assert.Equal([new ActivationEpilogue(ActivationFunction.ReLU, [])], step.Epilogue.Operations);

        // 16 channels and 4; nine taps and the bias for each.
        Assert.Equal(20, step.Lanes);
        Assert.Equal(20 * 10, step.WeightLength);
        Assert.Equal(7, step.Pixels);
        Assert.Equal(0, step.RingRows);
    }

    [Fact]
    public void Depthwise_OnADepthwiseImage_LeavesItToPlanes() =>
        Assert.IsType<DepthwiseAlgorithm>(new Pipeline(Image(32, 56, 56), Conv(32, 1), Depthwise(3)).AlgorithmOf("dwconv1"));
}
