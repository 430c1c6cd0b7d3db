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

/// <summary>Convolutions of the caller's image over transformed rows, whose vectors run over columns.</summary>
public sealed class PlanarWinogradAlgorithmTests
{
    [Theory]
    [InlineData(16, 2)]
    [InlineData(8, 1)]
    public void PlanarWinograd_ATransformSuitsTheRows_TakesThePoolingInTwoPhases(int lanes, int filters)
    {
        Pipeline network = new(Image(1, 28, 28), Conv(6, 5, ("Padding", 2)), ReLU, MaxPool(2), Flatten, Dense(10))
        {
            Tier = lanes == 16 ? Tier.Vector512 : Tier.Vector256,
        };
        Assert.Equal(["ConvertStep", "ConvertStep", "PlanarWinogradStep"], network.Plan.Steps.Take(3).Select(s => s.GetType().Name));
        PlanarWinogradStep step = Assert.IsType<PlanarWinogradStep>(network.Plan.Steps[2]);
        Assert.Equal(new PlanarWinogradTile(new WinogradTransform(4, 5, OverRows: true), Phases: 2, filters, lanes, Vectors: 1), step.Tile);
        Assert.Equal([0, 1, 2], step.Layers);
        Assert.Equal((7, 14), (step.Bands, step.Columns));

        // Even columns and odd ones take turns, and the second phase begins with an odd one.
        Assert.Equal([(0, 0), (1, 0), (0, 1), (1, 1), (0, 2)], Enumerable.Range(0, 5).Select(tap => step.PlaceOf(tap, phase: 0)));
        Assert.Equal([(1, 0), (0, 1), (1, 1), (0, 2), (1, 2)], Enumerable.Range(0, 5).Select(tap => step.PlaceOf(tap, phase: 1)));
    }

    [Fact]
    public void PlanarWinograd_RowsDoNotDivideEvenly_HasBandsThatOverlap()
    {
        PlanarWinogradStep step = new Pipeline(
            Image(4, 9, 102), Layer("Conv2D", ("filters", 8), ("kernelHeight", 3), ("kernelWidth", 7)), ReLU, Conv(4, 1)).Step<PlanarWinogradStep>();

        // Two threads may share them nevertheless.
        Assert.Equal((2, 2), (step.Bands, WorkSharing.Of(step).Units));
        Assert.True(step.Bands * step.Tile.Transform.Outputs > step.Computed.Height);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void PlanarWinograd_Chosen_ReadsThePlanesOfItsPhases(bool pools, int phases)
    {
        Pipeline network = new([Image(1, 28, 28), Conv(6, 5, ("Padding", 2)), .. (LayerSyntax[])(pools ? [MaxPool(2)] : []), Conv(8, 1)]);
        ConvolutionSite site = SiteOf(network, "conv1");
        ConvolutionAlgorithm algorithm = (pools ? PlanarWinogradAlgorithm.ChoosePooled(site) : PlanarWinogradAlgorithm.Choose(site))!;
        Assert.Equal((InputForm.Columns, phases, pools), (algorithm.Input, algorithm.ColumnPhases, algorithm.TakesPooling));
        Assert.False(algorithm.ReadsRows);
        Assert.False(algorithm.StreamsRowsTo(network.Grouped.Groups[1]));
        Assert.False(algorithm.WritesPlanes);

        // Padded rows of a plane are whole vectors of four.
        Assert.Equal((2, 2), (algorithm.Border.Top, algorithm.Border.Bottom));
        Assert.Equal(0, (algorithm.Border.Left + (28 / phases) + algorithm.Border.Right) % 4);
    }

    [Fact]
    public void PlanarWinograd_NoPooling_IsNotChosenWithOne() =>
        Assert.Null(PlanarWinogradAlgorithm.ChoosePooled(SiteOf(new(Image(1, 28, 28), Conv(6, 5), Conv(8, 1)), "conv1")));

    [Theory]
    [InlineData("", true)]
    [InlineData("a layer before it", false)]
    [InlineData("the caller takes its planes", false)]
    [InlineData("a part of a concatenation", false)]
    [InlineData("no Winograd", false)]
    [InlineData("a stride", false)]
    [InlineData("filters that fill a vector", false)]
    public void PlanarWinograd_SomethingDoesNotSuit_IsNotChosen(string what, bool isChosen)
    {
        LayerSyntax[] layers = what switch
        {
            "a layer before it" => [Layer("Softmax"), Conv(6, 5), Conv(8, 1)],
            "the caller takes its planes" => [Conv(6, 5)],
            "a part of a concatenation" => [Conv(6, 5), Conv(4, 1), Concat("conv1", "conv2"), Conv(8, 1)],
            "a stride" => [Conv(6, 5, ("Stride", 2)), Conv(8, 1)],
            "filters that fill a vector" => [Conv(16, 5), Conv(8, 1)],
            _ => [Conv(6, 5), Conv(8, 1)],
        };
        Pipeline network = new([Image(1, 28, 28), .. layers]) { Options = NetworkOptions.Default with { Winograd = what != "no Winograd" } };
        Assert.Equal(isChosen, PlanarWinogradAlgorithm.Choose(SiteOf(network, "conv1")) is not null);
    }

    [Fact]
    public void PlanarWinograd_TapsCostLessAsTheyStand_IsNotChosen()
    {
        // Of one filter, rows stay in registers and serve all rows of the result.
        Pipeline network = new(Image(1, 28, 28), Conv(1, 3), Conv(8, 1));
        Assert.Null(PlanarWinogradAlgorithm.Choose(SiteOf(network, "conv1")));
        Assert.NotNull(PlanarAlgorithm.Choose(SiteOf(network, "conv1")));
        Pipeline pooled = new(Image(1, 28, 28), Conv(1, 3), MaxPool(2), Conv(8, 1));
        Assert.Null(PlanarWinogradAlgorithm.ChoosePooled(SiteOf(pooled, "conv1")));
        Assert.NotNull(PlanarAlgorithm.ChoosePooled(SiteOf(pooled, "conv1")));
    }

    [Fact]
    public void Lower_BandOfResults_LiesInScratchMemoryAfterTheTransformedRows()
    {
        Pipeline network = new(Image(1, 28, 28), Conv(6, 5, ("Padding", 2)), ReLU, MaxPool(2), Flatten, Dense(10));
        PlanarWinogradStep step = network.Step<PlanarWinogradStep>();
        Assert.Equal(network.ViewOf("maxpool1"), step.Output);
        Assert.Equal(Shape.Image(6, 28, 28), step.Computed);

        // Seven bands of eight points, each a row of two phases, 14 columns and two to a plane's side; half of four rows of results.
        Assert.Equal((7 * 8 * 2 * 16) + 16 + (2 * 6 * 16), step.ScratchLength);
        Assert.Equal(step.ScratchLength, network.Plan.Buffers[step.Scratch].Length);
    }
}
