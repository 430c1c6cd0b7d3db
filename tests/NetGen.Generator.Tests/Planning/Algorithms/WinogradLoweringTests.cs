using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;
using NetGen.Generator.Tests.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using static NetGen.Generator.Tests.Planning.Pipeline;

namespace NetGen.Generator.Tests.Planning.Algorithms;

/// <summary>The steps of Winograd convolutions: their products, planes and blocks.</summary>
public sealed class WinogradLoweringTests
{
    [Fact]
    public void Groups_OfChannels_AreConvolutionsOfTheirOwn()
    {
        Pipeline network = new(Image(96, 27, 27), Conv(256, 5, ("Padding", 2), ("Groups", 2)), ReLU, Conv(96, 1));
        WinogradStep[] steps = [.. network.Plan.Steps.OfType<WinogradStep>()];
        Assert.Equal([(48, 128, 0), (48, 128, 128)], steps.Select(s => (s.Channels, s.Filters, s.FirstFilter)));
        Assert.Equal(new WinogradTransform(4, 5), steps[1].Transform);
        Assert.Equal([48, 128], new[] { steps[1].Input.Offset - steps[0].Input.Offset, steps[1].Output.Offset - steps[0].Output.Offset });
        Assert.Equal(steps[0].WeightOffset + steps[0].WeightLength, steps[1].WeightOffset);
        Assert.All(steps, s => Assert.Equal(256, s.LayerFilters));

        // Together they are the layer's result.
        Assert.Equal((256, 128), (network.ViewOf("relu1").Channels, steps[0].Output.Channels));
    }

    [Fact]
    public void Groups_WithAResidual_AddTheirPartOfIt()
    {
        Pipeline network = new(
            Image(96, 27, 27), Conv(96, 1, ("Name", "a")), Conv(96, 5, ("Padding", 2), ("Groups", 2)), Add("a"), Conv(8, 1));
        WinogradStep[] steps = [.. network.Plan.Steps.OfType<WinogradStep>()];
        Assert.Equal([0, 48], steps.Select(s => s.Residual!.Offset - network.ViewOf("a").Offset));
        Assert.All(steps, s => Assert.Equal(48, s.Residual!.Channels));
    }

    [Fact]
    public void Residual_OfTheWholeLayer_IsAddedAsItLies()
    {
        Pipeline network = new(Image(64, 28, 28), Conv(64, 1, ("Name", "a")), Conv(64, 3, ("Padding", 1)), Add("a"), Conv(8, 1));
        Assert.Equal(network.ViewOf("a"), network.Step<WinogradStep>().Residual);
    }

    [Fact]
    public void Stride_OfTwoRows_TransformsEverySecondRow()
    {
        Plan plan = new Pipeline(Image(3, 224, 224), Conv(64, 7, ("Stride", 2), ("Padding", 3)), MaxPool(3)).Plan;

        // The rows of the kernel are four and three taps, which give five outputs of eight points; the three taps have no value at infinity.
        WinogradStep step = plan.LayerSteps.OfType<WinogradStep>().Single();
        Assert.Equal(new WinogradTransform(5, 7, OverRows: true, Stride: 2), step.Transform);
        Assert.Equal((8, 1), (step.Transform.Size, step.Transform.PhasesAtInfinity));
        Assert.Equal([new TapLoop(2, 3 * 230), new TapLoop(3, 230), new TapLoop(7, 1)], step.Products[0].Loops);
        Assert.Equal(64 * 3 * ((7 * 14) + 7), step.WeightLength - step.HeadLength);
        Assert.True(step.Products[0].HasPhases);

        // The image stays planar: 23 bands of five rows take 235 rows of it, and the vectors run over its columns.
        Assert.Equal((1, 230), (step.Input.PixelStride, step.Input.RowStride));
        Assert.Equal((230, 3 * 230), (step.Products[0].Input.ChannelStride, step.Products[0].Input.RowStride));
        Assert.Equal(3 * 235 * 230, plan.Buffers[step.Input.Buffer].Length);
        Assert.Equal((2 * 3 * 230, 2), (step.Products[0].RowStep, step.Products[0].ColumnStep));
    }

    [Fact]
    public void Products_OverSquares_SumOverChannelsAlone()
    {
        WinogradStep step = new Pipeline(Image(128, 28, 28), Conv(128, 3, ("Padding", 1))).Step<WinogradStep>();
        FilterSums product = step.Products[0];
        Assert.Equal([new TapLoop(128, 1)], product.Loops);
        Assert.False(product.HasPhases);
        Assert.Equal(0, product.HeadRows);

        // 49 tiles in two blocks, the larger first: one row of as many pixels.
        Assert.Equal([(1, 25), (1, 24)], step.Products.Select(p => (p.Rows, p.Columns)));
        Assert.Equal((128, 128, 1), (product.Channels, product.Filters, product.Positions));
        Assert.Equal([product.Tile, product.Tile], step.Products.Select(p => p.Tile));
    }

    [Fact]
    public void Products_OverRows_SumOverTheKernelsColumnsToo()
    {
        WinogradStep step = new Pipeline(Image(6, 28, 28), Conv(6, 1), Conv(6, 5, ("Padding", 2))).Step<WinogradStep>();
        FilterSums product = step.Products[0];
        Assert.Equal(5, product.Positions);
        Assert.Equal([new TapLoop(5, product.Input.PixelStride), new TapLoop(6, 1)], product.Loops);

        // A plane's row is as wide as the map with its zeros; its products are as wide as the result.
        Assert.Equal((32, 28), (product.Input.Width, product.Output.Width));
        Assert.Equal((step.BlockTiles, 28), (product.Rows, product.Columns));
    }

    [Fact]
    public void Planes_OfABlock_LieInScratchMemoryACacheLineApart()
    {
        Pipeline network = new(Image(128, 28, 28), Conv(128, 3, ("Padding", 1)));
        WinogradStep step = network.Step<WinogradStep>();
        Assert.Equal((25 * 128) + 16, step.InputPlane);
        Assert.Equal((25 * 128) + 16, step.ProductPlane);
        Assert.Equal(36 * (step.InputPlane + step.ProductPlane), step.ScratchLength);
        Assert.Equal(step.ScratchLength, network.Plan.Buffers[step.Scratch].Length);
        Assert.All(step.Products, p => Assert.Equal((step.Scratch, step.Scratch), (p.Input.Buffer, p.Output.Buffer)));
    }

    [Theory]
    [InlineData(128, 28, 0)] // several blocks are shared themselves
    [InlineData(512, 7, 2)] // one block: its filters are
    public void Products_OfTheOnlyBlock_AreSharedByFilters(int channels, int size, int axis)
    {
        WinogradStep step = new Pipeline(Image(channels, size, size), Conv(channels, 3, ("Padding", 1))).Step<WinogradStep>();
        Assert.All(step.Products, p => Assert.Equal((SplitAxis)axis, p.SharedLoop));
    }
}
