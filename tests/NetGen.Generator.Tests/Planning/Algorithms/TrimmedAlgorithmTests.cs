using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Planning.Algorithms;
using NetGen.Generator.Tests.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using static NetGen.Generator.Tests.Planning.Pipeline;

namespace NetGen.Generator.Tests.Planning.Algorithms;

/// <summary>Taps that read nothing but padding are left out.</summary>
public sealed class TrimmedAlgorithmTests
{
    [Theory]
    [InlineData(13, false)] // the first tap reaches the last row of the result's window
    [InlineData(14, true)] // at the map's own height it reads padding alone
    [InlineData(24, true)]
    public void Trimmed_OuterTapsReadPaddingAlone_IsChosen(int dilation, bool isChosen)
    {
        Pipeline network = new(Image(8, 14, 14), MaxPool(1), Conv(16, 3, ("Dilation", dilation), ("Padding", dilation)));
        Assert.Equal(isChosen, TrimmedAlgorithm.Choose(SiteOf(network, "conv1")) is not null);
    }

    [Fact]
    public void Trimmed_ForObserversAndIntegersAndDepthwise_IsNotChosen()
    {
        LayerSyntax[] layers = [Image(8, 4, 4), MaxPool(1), Conv(16, 3, ("Dilation", 9), ("Padding", 9))];
        Assert.Null(TrimmedAlgorithm.Choose(SiteOf(new Pipeline(layers) { Mode = PlanMode.Observed }, "conv1")));
        Assert.Null(TrimmedAlgorithm.Choose(SiteOf(new Pipeline(layers) { Options = Integers }, "conv1")));
        Assert.Null(TrimmedAlgorithm.Choose(SiteOf(new Pipeline(Image(8, 4, 4), MaxPool(1), Depthwise(3, ("Dilation", 9), ("Padding", 9))), "dwconv1")));
    }

    [Fact]
    public void Lower_TheMiddleTapIsLeft_IsAProductWithoutABorder()
    {
        Pipeline network = new(Image(8, 14, 14), MaxPool(1), Conv(16, 3, ("Dilation", 24), ("Padding", 24)));
        FilterStep step = network.Step<FilterStep>();
        Assert.Equal(network.ViewOf("maxpool1"), step.Input);
        Assert.Equal(new KernelTaps(3, 3, FirstRow: 1, Rows: 1, FirstColumn: 1, Columns: 1), step.Geometry.Part);
        Assert.Equal((1, 14 * 14, 8), (step.Sums.Rows, step.Sums.Columns, step.Sums.Taps));
        Assert.Equal(new Border(0, 0, 0, 0), network.DemandOn("maxpool1").Border);
    }

    [Fact]
    public void Lower_MapOfOneRow_KeepsTheKernelsMiddleRow()
    {
        Pipeline network = new(Image(8, 1, 30), MaxPool(1), Conv(16, 3, ("Padding", 1)));
        FilterStep step = network.Step<FilterStep>();
        Assert.Equal(new KernelTaps(3, 3, FirstRow: 1, Rows: 1, FirstColumn: 0, Columns: 3), step.Geometry.Part);

        // Zeros are needed beside the row, and none above or below it.
        Assert.Equal(new Border(0, 0, 1, 1), network.DemandOn("maxpool1").Border);
        Assert.Equal(-step.Input.PixelStride, step.Input.Offset - network.ViewOf("maxpool1").Offset);
    }

    [Fact]
    public void Lower_FirstTapsAreLeftOut_BeginsWithinTheMap()
    {
        // Of two taps 9 columns apart, with 3 columns of padding before, the first reads columns −3 and −2 for two results, and the other 6 and 7.
        Pipeline network = new(
            Image(8, 1, 8), MaxPool(1), Layer("Conv2D", ("filters", 16), ("kernelHeight", 1), ("kernelWidth", 2), ("DilationWidth", 9), ("PaddingLeft", 3)));
        FilterStep step = network.Step<FilterStep>();
        Assert.Equal(new KernelTaps(1, 2, FirstRow: 0, Rows: 1, FirstColumn: 1, Columns: 1), step.Geometry.Part);
        Assert.Equal(6 * step.Input.PixelStride, step.Input.Offset - network.ViewOf("maxpool1").Offset);
    }
}
