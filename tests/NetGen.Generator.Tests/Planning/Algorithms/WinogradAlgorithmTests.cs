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

/// <summary>Winograd's minimal filtering: where it is chosen, and what it needs around it.</summary>
public sealed class WinogradAlgorithmTests
{
    [Theory]
    [InlineData(6, 5, true)]
    [InlineData(64, 3, false)]
    public void Winograd_FewChannels_TransformsRowsOnly(int channels, int kernel, bool overRows)
    {
        WinogradStep step = new Pipeline(Image(channels, 28, 28), Conv(channels, 1), Conv(channels, kernel, ("Padding", kernel / 2))).Step<WinogradStep>();
        Assert.Equal(overRows, step.Transform.OverRows);
    }

    [Fact]
    public void Winograd_TallKernel_TransformsItsRows()
    {
        WinogradStep step = new Pipeline(
            Image(64, 17, 17), Layer("Conv2D", ("filters", 64), ("kernelHeight", 7), ("kernelWidth", 1), ("PaddingTop", 3), ("PaddingBottom", 3))).Step<WinogradStep>();
        Assert.Equal(new WinogradTransform(2, 7, OverRows: true), step.Transform);
        Assert.Equal((9, 17), (step.Tiles, step.Products[0].Columns));
    }

    [Theory]
    [InlineData(256, 512, 14)] // five times the weights, which come from memory
    [InlineData(3, 32, 224)] // sums of a few terms
    public void Winograd_StrideSavesTooLittle_IsNotChosen(int channels, int filters, int size)
    {
        Plan plan = new Pipeline(Image(channels, size, size), Conv(filters, 3, ("Stride", 2), ("Padding", 1)), MaxPool(2)).Plan;
        Assert.DoesNotContain(plan.Steps, s => s is WinogradStep);
    }

    [Theory]
    [InlineData(3, false)] // a vector takes four columns
    [InlineData(4, true)]
    public void Winograd_RowsOfPlanesHoldAVector_ReadsPlanes(int width, bool isPlanar)
    {
        Pipeline network = new(Image(16, 40, width), Layer("Conv2D", ("filters", 32), ("kernelHeight", 7), ("kernelWidth", 2), ("StrideHeight", 2)));
        WinogradStep step = network.Step<WinogradStep>();
        Assert.Equal(2, step.Transform.Stride);
        Assert.Equal(isPlanar, !step.Input.IsChannelsLast);
        Assert.Equal(isPlanar ? InputForm.Any : InputForm.Pixels, network.AlgorithmOf("conv1").Input);
    }

    [Fact]
    public void Winograd_TransformsSquares_ReadsPixels()
    {
        ConvolutionAlgorithm algorithm = Choose(new(Image(64, 28, 28), Conv(64, 3, ("Padding", 1))))!;
        Assert.Equal(InputForm.Pixels, algorithm.Input);
        Assert.Equal(4, algorithm.RowsAtOnce);
        Assert.False(algorithm.SumsIntegers);
        Assert.False(algorithm.AddsIntegers);
        Assert.False(algorithm.ReadsRows);
        Assert.False(algorithm.WritesPlanes);
    }

    [Theory]
    [InlineData(28, 1)]
    [InlineData(30, 3)] // two more rows and columns are computed in vain
    public void Border_LastTilesReachBeyondTheMap_HoldsWhatTheyRead(int size, int after) => Assert.Equal(
        new Border(1, after, 1, after), Choose(new(Image(64, size, size), Conv(64, 3, ("Padding", 1))))!.Border);

    [Theory]
    [InlineData(1, false, true)]
    [InlineData(2, false, true)]
    [InlineData(1, true, true)]
    [InlineData(2, true, false)] // a word of integers may hold channels of two groups
    public void Winograd_GroupsOfIntegers_AreNotChosen(int groups, bool isInteger, bool isChosen)
    {
        Pipeline network = new(Image(96, 27, 27), Conv(256, 5, ("Padding", 2), ("Groups", groups)))
        {
            Options = isInteger ? Integers : NetworkOptions.Default,
        };
        Assert.Equal(isChosen, Choose(network) is not null);
    }

    [Fact]
    public void Winograd_SumsOfIntegersAreFaster_IsNotChosen()
    {
        LayerSyntax[] layers = [Image(16, 28, 28), Conv(16, 3, ("Padding", 1))];
        Assert.NotNull(Choose(new(layers)));
        Assert.Null(Choose(new(layers) { Options = Integers }));
    }

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void Winograd_ForbiddenOrObserved_IsNotChosen(bool isForbidden, bool isObserved, bool isChosen) => Assert.Equal(
        isChosen,
        Choose(new(Image(64, 28, 28), Conv(64, 3))
        {
            Options = NetworkOptions.Default with { Winograd = !isForbidden },
            Mode = isObserved ? PlanMode.Observed : PlanMode.Sample,
        }) is not null);

    [Theory]
    [InlineData("MaxPool2D", 3, true)]
    [InlineData("MaxPool2D", 1, false)] // read row for row, there is no ring for whole bands
    [InlineData("Conv2D", 3, false)] // zeros around it would be missing
    public void Bands_OfRows_StreamToPoolingsOverSeveralRows(string reader, int kernel, bool streams)
    {
        LayerSyntax layer = reader == "Conv2D" ? Conv(64, kernel) : MaxPool(kernel);
        Pipeline network = new(Image(3, 224, 224), Conv(64, 7, ("Stride", 2), ("Padding", 3)), layer);
        ConvolutionAlgorithm algorithm = Choose(network)!;
        Assert.Equal(5, algorithm.RowsAtOnce);
        Assert.Equal(streams, algorithm.StreamsRowsTo(network.Grouped.Groups[1]));
    }

    private static ConvolutionAlgorithm? Choose(Pipeline network) => WinogradAlgorithm.Choose(SiteOf(network, "conv1"));
}
