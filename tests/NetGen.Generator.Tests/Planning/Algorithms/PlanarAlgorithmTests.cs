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

/// <summary>Convolutions of the caller's image whose vectors run over columns.</summary>
public sealed class PlanarAlgorithmTests
{
    [Fact]
    public void Planar_FewFiltersOnTheImage_TakesThePoolingAfterThem()
    {
        Pipeline network = new(Image(1, 27, 27), Conv(6, 4), ReLU, MaxPool(2), Flatten, Dense(10));
        PlanarStep step = Assert.IsType<PlanarStep>(network.Plan.Steps[0]);
        Assert.True(step.Pools);
        Assert.Equal([0, 1, 2], step.Layers);
        Assert.DoesNotContain(network.Plan.Steps, s => s is PoolStep);
        Assert.Equal("fused into conv1", network.Plan.AlgorithmOf(2));
        Assert.Equal(Shape.Image(6, 24, 24), step.Computed);
        Assert.Equal((6, 1, 1), (step.Filters, step.Channels, step.Groups));
        Assert.Equal(network.ViewOf("maxpool1"), step.Output);
    }

    [Theory]
    [InlineData(6, 2)] // an odd map
    [InlineData(5, 3)] // windows of another size
    public void Planar_PoolingDoesNotSuit_LeavesItAlone(int kernel, int window)
    {
        Plan plan = new Pipeline(Image(1, 28, 28), Conv(6, kernel), ReLU, MaxPool(window), Flatten, Dense(10)).Plan;
        Assert.Contains(plan.Steps, s => s is PlanarStep { Pools: false } or PlanarWinogradStep { Pools: false });
        Assert.Contains(plan.Steps, s => s is PoolStep);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("AvgPool2D", false)]
    [InlineData("Stride", false)]
    [InlineData("Dilation", false)]
    [InlineData("Padding", false)]
    [InlineData("kernelHeight", false)]
    [InlineData("ReLU", false)] // applied to the pooled result
    [InlineData("Output", false)] // the caller takes planes
    [InlineData("Concat", false)]
    [InlineData("another reader", false)]
    public void Pooling_OtherThanAPairwiseMaximumInTheWorkspace_IsNotOffered(string difference, bool isOffered)
    {
        LayerSyntax pool = difference switch
        {
            "AvgPool2D" => Layer(difference, ("kernel", 2)),
            "Stride" => MaxPool(2, (difference, 1)),
            "Dilation" => MaxPool(2, (difference, 2)),
            "Padding" => MaxPool(2, (difference, 1)),
            "kernelHeight" => Layer("MaxPool2D", (difference, 3), ("kernelWidth", 2), ("Stride", 2)),
            _ => MaxPool(2),
        };
        LayerSyntax[] more = difference switch
        {
            "ReLU" => [ReLU, Conv(8, 1)],
            "Output" => [],
            "Concat" => [Conv(4, 1), Concat("maxpool1", "conv2"), MaxPool(1)],
            "another reader" => [Conv(8, 1), Conv(8, 1, ("From", "conv1")), Output("conv2"), Output("conv3")],
            _ => [Conv(8, 1)],
        };
        Pipeline network = new([Image(1, 27, 27), Conv(6, 4), pool, .. more]);
        Assert.Equal(isOffered, SiteOf(network, "conv1").Pooling is not null);
        Assert.Equal(isOffered, PlanarAlgorithm.ChoosePooled(SiteOf(network, "conv1")) is not null);
    }

    [Fact]
    public void Planar_FiltersFillAVector_IsNotChosen() =>
        Assert.IsType<FilterStep>(new Pipeline(Image(1, 28, 28), Conv(16, 5), MaxPool(2)).Plan.Steps[0]);

    [Fact]
    public void Planar_OthersReadTheImageToo_IsNotChosen()
    {
        Plan plan = new Pipeline(
            Image(1, 28, 28),
            Conv(6, 5, ("Name", "a")),
            MaxPool(4, ("From", "input"), ("Name", "b"), ("Stride", 1)),
            Conv(6, 2, ("Name", "c")),
            Add("a", "c")).Plan;
        Assert.DoesNotContain(plan.Steps, s => s is PlanarStep);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("a layer before it", false)]
    [InlineData("a residual", false)]
    [InlineData("integers", false)]
    [InlineData("observers", false)]
    [InlineData("a part of a concatenation", false)]
    public void Planar_NotAloneBetweenImageAndMap_IsNotChosen(string what, bool isChosen)
    {
        LayerSyntax[] layers = what switch
        {
            "a layer before it" => [Layer("Softmax"), Conv(6, 5), Conv(8, 1)],
            "a residual" => [Conv(1, 3, ("Padding", 1)), Add("input"), Conv(8, 1)],
            "a part of a concatenation" => [Conv(6, 5), Conv(4, 1), Concat("conv1", "conv2"), Conv(8, 1)],
            _ => [Conv(6, 5), Conv(8, 1)],
        };
        Pipeline network = new([Image(1, 28, 28), .. layers])
        {
            Options = what == "integers" ? Integers : NetworkOptions.Default,
            Mode = what == "observers" ? PlanMode.Observed : PlanMode.Sample,
        };
        Assert.Equal(isChosen, PlanarAlgorithm.Choose(SiteOf(network, "conv1")) is not null);
    }

    [Fact]
    public void Planar_StrideOfTwoColumns_ReadsThemFromTwoPlanes()
    {
        Pipeline network = new(Image(3, 224, 224), Conv(8, 7, ("Stride", 2), ("Padding", 3)));
        ConvolutionAlgorithm algorithm = network.AlgorithmOf("conv1");
        Assert.Equal((InputForm.Columns, 2), (algorithm.Input, algorithm.ColumnPhases));
        Plan plan = network.Plan;
        Assert.Equal(["ConvertStep", "ConvertStep", "PlanarStep"], plan.Steps.Select(s => s.GetType().Name));
        Assert.Equal([0, 1], plan.Steps.Take(2).Select(s => s.Input.Offset));
        Assert.All(plan.Steps.Take(2), s => Assert.Equal(2, s.Input.PixelStride));

        // Of 7 columns from −3, the odd ones lie in the second plane; two columns of zeros are to the left of either.
        PlanarStep step = Assert.IsType<PlanarStep>(plan.Steps[2]);
        int plane = 3 * 230 * 115;
        Assert.Equal([plane, 1, plane + 1, 2, plane + 2, 3, plane + 3], Enumerable.Range(0, 7).Select(step.ColumnOf));
        Assert.Equal(8, step.Tile.Filters * step.FilterTiles);
        Assert.Equal(Storage.Output, step.Output.Storage);
    }

    [Theory]
    [InlineData(225, false)] // a column that the second plane lacks
    [InlineData(224, true)] // a result whose channels are to come last
    public void Planar_StrideDoesNotSuit_IsNotChosen(int width, bool pools)
    {
        LayerSyntax[] pool = pools ? [MaxPool(2)] : [];
        Plan plan = new Pipeline([Image(3, 224, width), Conv(10, 7, ("Stride", 2), ("Padding", 3)), .. pool]).Plan;
        Assert.DoesNotContain(plan.Steps, s => s is PlanarStep);
    }

    [Fact]
    public void Planar_DepthwiseAlone_GoesFromPlaneToPlane()
    {
        foreach (Tier tier in new[] { Tier.Vector512, Tier.Vector256, Tier.Vector128 })
        {
            Plan plan = new Pipeline(Image(32, 56, 56), Depthwise(3)) { Tier = tier }.Plan;
            PlanarStep step = Assert.IsType<PlanarStep>(Assert.Single(plan.Steps));
            Assert.Equal((Storage.Input, Storage.Output), (step.Input.Storage, step.Output.Storage));
            Assert.Equal((32, 1, 32), (step.Filters, step.Channels, step.Groups));
        }

        Assert.Contains(new Pipeline(Image(32, 56, 56), Conv(32, 1), Depthwise(3)).Plan.Steps, s => s is DepthwiseStep);
    }

    [Fact]
    public void Planar_Chosen_ReadsPlanesAndStreamsNoRows()
    {
        Pipeline network = new(Image(1, 28, 28), Conv(6, 5, ("PaddingTop", 1), ("PaddingLeft", 2)), Conv(8, 1));
        ConvolutionAlgorithm algorithm = PlanarAlgorithm.Choose(SiteOf(network, "conv1"))!;
        Assert.Equal(InputForm.Any, algorithm.Input);
        Assert.True(algorithm.WritesPlanes);
        Assert.False(algorithm.ReadsRows);
        Assert.False(algorithm.StreamsRowsTo(network.Grouped.Groups[1]));
        Assert.False(algorithm.TakesPooling);
        Assert.Equal(new Border(1, 0, 2, 0), algorithm.Border);
    }
}
