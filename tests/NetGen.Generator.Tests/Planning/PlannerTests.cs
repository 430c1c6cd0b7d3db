using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Tests.Graphs;
using Xunit;

namespace NetGen.Generator.Tests.Planning;

/// <summary>Which kernels a plan takes.</summary>
public sealed class PlannerTests
{
    [Fact]
    public void FewFiltersOnTheImageRunOverColumnsAndTakeThePoolingBehindThem()
    {
        Plan plan = Create(Tier.Vector512, Networks.Image(1, 27, 27), Networks.Conv(6, 4), Networks.ReLU, Networks.MaxPool(2), Networks.Flatten, Networks.Dense(10));
        PlanarStep step = Assert.IsType<PlanarStep>(plan.Steps[0]);
        Assert.True(step.Pools);
        Assert.Equal([0, 1, 2], step.Layers);
        Assert.DoesNotContain(plan.Steps, s => s is PoolStep);
        Assert.Equal("fused into conv1", plan.AlgorithmOf(2));
    }

    [Theory]
    [InlineData(16, 2)]
    [InlineData(8, 1)]
    public void TheirRowsAreTransformedWhereATransformSuits(int lanes, int filters)
    {
        Tier tier = lanes == 16 ? Tier.Vector512 : Tier.Vector256;
        Plan plan = Create(
            tier, Networks.Image(1, 28, 28), Networks.Conv(6, 5, ("Padding", 2)), Networks.ReLU, Networks.MaxPool(2), Networks.Flatten, Networks.Dense(10));
        Assert.Equal(["ConvertStep", "ConvertStep", "PlanarWinogradStep"], plan.Steps.Take(3).Select(s => s.GetType().Name));
        PlanarWinogradStep step = Assert.IsType<PlanarWinogradStep>(plan.Steps[2]);
        Assert.Equal(new PlanarWinogradTile(new WinogradTransform(4, 5, OverRows: true), Phases: 2, filters, lanes, Vectors: 1), step.Tile);
        Assert.Equal([0, 1, 2], step.Layers);
        Assert.Equal((7, 14), (step.Bands, step.Columns));

        // Even columns and odd ones take turns, and the second phase begins with an odd one.
        Assert.Equal([(0, 0), (1, 0), (0, 1), (1, 1), (0, 2)], Enumerable.Range(0, 5).Select(tap => step.PlaceOf(tap, phase: 0)));
        Assert.Equal([(1, 0), (0, 1), (1, 1), (0, 2), (1, 2)], Enumerable.Range(0, 5).Select(tap => step.PlaceOf(tap, phase: 1)));
    }

    [Fact]
    public void TwoThreadsMayHaveBandsThatOverlap()
    {
        Plan plan = Create(
            Tier.Vector512,
            Networks.Image(4, 9, 102),
            Networks.Layer("Conv2D", ("filters", 8), ("kernelHeight", 3), ("kernelWidth", 7)),
            Networks.ReLU,
            Networks.Conv(4, 1));
        PlanarWinogradStep step = plan.Steps.OfType<PlanarWinogradStep>().Single();
        Assert.Equal((2, 2), (step.Bands, step.Units));
        Assert.True(step.Bands * step.Tile.Transform.Outputs > step.Computed.Height);
    }

    [Theory]
    [InlineData(6, 5, true)]
    [InlineData(64, 3, false)]
    public void FewChannelsTransformRowsOnly(int channels, int kernel, bool overRows)
    {
        Plan plan = Create(
            Tier.Vector512, Networks.Image(channels, 28, 28), Networks.Conv(channels, 1), Networks.Conv(channels, kernel, ("Padding", kernel / 2)));
        Assert.Equal(overRows, Assert.Single(plan.Steps.OfType<WinogradStep>()).Transform.OverRows);
    }

    [Fact]
    public void EachGroupOfChannelsIsAConvolutionOfItsOwn()
    {
        Plan plan = Create(
            Tier.Vector512, Networks.Image(96, 27, 27), Networks.Conv(256, 5, ("Padding", 2), ("Groups", 2)), Networks.ReLU, Networks.Conv(96, 1));
        WinogradStep[] steps = [.. plan.Steps.OfType<WinogradStep>()];
        Assert.Equal([(48, 128, 0), (48, 128, 128)], steps.Select(s => (s.Channels, s.Filters, s.FirstFilter)));
        Assert.Equal(new WinogradTransform(4, 5), steps[1].Transform);
        Assert.Equal([48, 128], new[] { steps[1].Input.Offset - steps[0].Input.Offset, steps[1].Output.Offset - steps[0].Output.Offset });
        Assert.Equal(steps[0].WeightOffset + steps[0].WeightLength, steps[1].WeightOffset);
    }

    [Fact]
    public void ATallKernelTransformsItsRows()
    {
        WinogradStep step = Create(
            Tier.Vector512,
            Networks.Image(64, 17, 17),
            Networks.Layer("Conv2D", ("filters", 64), ("kernelHeight", 7), ("kernelWidth", 1), ("PaddingTop", 3), ("PaddingBottom", 3)))
            .Steps.OfType<WinogradStep>().Single();
        Assert.Equal(new WinogradTransform(2, 7, OverRows: true), step.Transform);
        Assert.Equal((9, 17), (step.Tiles, step.Products[0].Columns));
    }

    [Fact]
    public void AKernelThatMovesOnByTwoRowsTransformsEveryOtherOne()
    {
        Plan plan = Create(
            Tier.Vector512, Networks.Image(3, 224, 224), Networks.Conv(64, 7, ("Stride", 2), ("Padding", 3)), Networks.MaxPool(3));

        // The rows of the kernel are four and three taps, which give five outputs of eight points; the three taps have no value at infinity.
        WinogradStep step = plan.LayerSteps.OfType<WinogradStep>().Single();
        Assert.Equal(new WinogradTransform(5, 7, OverRows: true, Stride: 2), step.Transform);
        Assert.Equal((8, 1), (step.Transform.Size, step.Transform.PhasesAtInfinity));
        Assert.Equal([new TapLoop(2, 3 * 230), new TapLoop(3, 230), new TapLoop(7, 1)], step.Products[0].Loops);
        Assert.Equal(64 * 3 * ((7 * 14) + 7), step.WeightLength - step.HeadLength);

        // The image stays planar: 23 bands of five rows take 235 rows of it, and the vectors run over its columns.
        Assert.Equal((1, 230), (step.Input.PixelStride, step.Input.RowStride));
        Assert.Equal((230, 3 * 230), (step.Products[0].Input.ChannelStride, step.Products[0].Input.RowStride));
        Assert.Equal(3 * 235 * 230, plan.Buffers[step.Input.Buffer].Length);
    }

    [Theory]
    [InlineData(3, false)] // a vector takes four columns
    [InlineData(4, true)]
    public void ItReadsPlanesWhoseRowsHoldAVector(int width, bool isPlanar)
    {
        Plan plan = Create(
            Tier.Vector512, Networks.Image(16, 40, width), Networks.Layer("Conv2D", ("filters", 32), ("kernelHeight", 7), ("kernelWidth", 2), ("StrideHeight", 2)));
        WinogradStep step = plan.Steps.OfType<WinogradStep>().Single();
        Assert.Equal(2, step.Transform.Stride);
        Assert.Equal(isPlanar, !step.Input.IsChannelsLast);
    }

    [Theory]
    [InlineData(256, 512, 14)] // five times the weights, which come from memory
    [InlineData(3, 32, 224)] // sums of a few terms
    public void OthersThatMoveOnAreSummedDirectly(int channels, int filters, int size)
    {
        Plan plan = Create(
            Tier.Vector512, Networks.Image(channels, size, size), Networks.Conv(filters, 3, ("Stride", 2), ("Padding", 1)), Networks.MaxPool(2));
        Assert.DoesNotContain(plan.Steps, s => s is WinogradStep);
    }

    [Theory]
    [InlineData(6, 2)] // an odd map
    [InlineData(5, 3)] // windows of another size
    public void OtherPoolingsStayStepsOfTheirOwn(int kernel, int window)
    {
        Plan plan = Create(Tier.Vector512, Networks.Image(1, 28, 28), Networks.Conv(6, kernel), Networks.ReLU, Networks.MaxPool(window), Networks.Flatten, Networks.Dense(10));
        Assert.Contains(plan.Steps, s => s is PlanarStep { Pools: false } or PlanarWinogradStep { Pools: false });
        Assert.Contains(plan.Steps, s => s is PoolStep);
    }

    [Fact]
    public void FiltersThatFillAVectorDoNot() =>
        Assert.IsType<FilterStep>(Create(Tier.Vector512, Networks.Image(1, 28, 28), Networks.Conv(16, 5), Networks.MaxPool(2)).Steps[0]);

    [Fact]
    public void AnImageThatOthersReadTooIsNotReadByPlanes()
    {
        Plan plan = Create(
            Tier.Vector512,
            Networks.Image(1, 28, 28),
            Networks.Conv(6, 5, ("Name", "a")),
            Networks.MaxPool(4, ("From", "input"), ("Name", "b"), ("Stride", 1)),
            Networks.Layer("Conv2D", ("filters", 6), ("kernel", 2), ("Name", "c")),
            Networks.Layer("Add", ("names", "a"), ("names", "c")));
        Assert.DoesNotContain(plan.Steps, s => s is PlanarStep);
    }

    [Fact]
    public void AConvolutionThatMovesOnByTwoColumnsReadsThemFromTwoPlanes()
    {
        Plan plan = Create(Tier.Vector512, Networks.Image(3, 224, 224), Networks.Conv(8, 7, ("Stride", 2), ("Padding", 3)));
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
    public void OtherwiseItsVectorsRunOverFilters(int width, bool pools)
    {
        LayerSyntax[] pool = pools ? [Networks.MaxPool(2)] : [];
        Plan plan = Create(
            Tier.Vector512, [Networks.Image(3, 224, width), Networks.Conv(10, 7, ("Stride", 2), ("Padding", 3)), .. pool]);
        Assert.DoesNotContain(plan.Steps, s => s is PlanarStep);
    }

    [Fact]
    public void ADepthwiseLayerAloneGoesFromPlaneToPlane()
    {
        foreach (Tier tier in new[] { Tier.Vector512, Tier.Vector256, Tier.Vector128 })
        {
            Plan plan = Create(tier, Networks.Image(32, 56, 56), Networks.Layer("DepthwiseConv2D", ("kernel", 3)));
            PlanarStep step = Assert.IsType<PlanarStep>(Assert.Single(plan.Steps));
            Assert.Equal((Storage.Input, Storage.Output), (step.Input.Storage, step.Output.Storage));
        }

        Assert.Contains(
            Create(Tier.Vector512, Networks.Image(32, 56, 56), Networks.Conv(32, 1), Networks.Layer("DepthwiseConv2D", ("kernel", 3))).Steps,
            s => s is DepthwiseStep);
    }

    [Fact]
    public void LargeMapsAreHandedOnAStripOfRowsAtATime()
    {
        Plan plan = Create(
            Tier.Vector512,
            Networks.Image(16, 112, 112),
            Networks.Conv(96, 1),
            Networks.ReLU,
            Networks.Layer("DepthwiseConv2D", ("kernel", 3), ("Stride", 2), ("Padding", 1)),
            Networks.ReLU,
            Networks.Conv(24, 1));
        StripStep strip = Assert.Single(plan.Steps.OfType<StripStep>());
        Assert.Equal(["FilterStep", "DepthwiseStep", "FilterStep"], strip.Steps.Select(s => s.GetType().Name));
        Assert.Equal([0, 1, 2, 3, 4], strip.Layers);
        Assert.Equal((2, 28), (strip.Rows, strip.Units));
        Assert.Equal([4, 2, 2], strip.Steps.Select(s => s.StripRows));

        // Two rows of stride 2 are computed from five, of which the next strip reads one again.
        Assert.Equal([(5, true), (2, false)], strip.Buffers.Select(b => (b.Rows, b.IsRing)));
        Assert.Equal((5 * 114 * 96) + (2 * 56 * 96), strip.ScratchLength);
        Assert.InRange(plan.WorkspaceLength, 0, 112 * 112 * 96 / 2);
        Assert.Equal("depthwise convolution, tile of 12 pixels, 2 rows at a time", plan.AlgorithmOf(2));
        Assert.Equal("fused into conv1", plan.AlgorithmOf(1));
    }

    [Fact]
    public void APoolingTakesBandsOfRowsFromARing()
    {
        Plan plan = Create(
            Tier.Vector512,
            Networks.Image(3, 224, 224),
            Networks.Conv(64, 7, ("Stride", 2), ("Padding", 3)),
            Networks.ReLU,
            Networks.Layer("MaxPool2D", ("kernel", 3), ("Stride", 2), ("Padding", 1)));
        StripStep strip = Assert.Single(plan.Steps.OfType<StripStep>());
        WinogradStep bands = Assert.IsType<WinogradStep>(strip.Steps[0]);
        Assert.Equal((5, 23, 2), (bands.Transform.Outputs, bands.Blocks, bands.RingBands));
        Assert.Equal(10, Assert.IsType<PoolStep>(strip.Steps[1]).RingRows);
        Assert.Equal((10, 56), (Assert.Single(strip.Buffers).Rows, strip.Units));

        // What the transform needs lies behind the rows, not in a buffer of its own.
        Assert.Equal((10 * 112 * 64) + bands.ScratchLength, strip.ScratchLength);
        Assert.Equal(0, plan.Buffers[bands.Scratch].Length);
    }

    [Theory]
    [InlineData(64, 224, true)]
    [InlineData(128, 112, true)]
    [InlineData(256, 56, false)] // a row's 14 tiles would load 9 MB of weights again
    public void RowsOfTilesAreHandedOnWhereTheyAreAsLargeAsBlocks(int channels, int size, bool inStrips)
    {
        Plan plan = Create(
            Tier.Vector512, Networks.Image(channels, size, size), Networks.Conv(channels, 3, ("Padding", 1)), Networks.ReLU, Networks.MaxPool(2));
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
    public void OtherMapsAreLeftWhole(string map, int size, string reader = "", bool isInteger = false)
    {
        LayerSyntax depthwise = Networks.Layer("DepthwiseConv2D", ("kernel", 3), ("Padding", 1));
        LayerSyntax[] readers = reader switch
        {
            "Output" => [depthwise, Networks.Layer("Output", ("name", "wide")), Networks.Layer("Output", ("name", "dwconv1"))],
            "Add" => [depthwise, Networks.Layer("Add", ("names", "wide"))],
            "Conv2D" => [Networks.Layer("Conv2D", ("filters", 8), ("kernel", 3), ("Stride", 2))],
            "Padding" => [Networks.Conv(8, 1, ("PaddingBottom", 1))],
            "AvgPool2D" => [Networks.Conv(64, 3), Networks.Layer("AvgPool2D", ("kernel", 1))],
            _ => [depthwise],
        };
        Graph graph = Networks.Graph([Networks.Image(16, size, size), Networks.Layer("Conv2D", ("filters", 64), ("kernel", 1), ("Name", "wide")), .. readers]);
        Plan plan = Planner.Create(graph with { Options = graph.Options with { Precision = isInteger ? Precision.Int8 : Precision.Float32 } }, Tier.Vector512);
        Assert.False(plan.Steps.OfType<StripStep>().Any(), map);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void APoolingHandsOnOnlyWhatItTakesInStripsItself(int dilation)
    {
        LayerSyntax pool = Networks.Layer("MaxPool2D", ("kernel", 3), ("Stride", 1), ("Padding", 1), ("Dilation", dilation));
        Assert.DoesNotContain(Create(Tier.Vector512, Networks.Image(64, 112, 112), pool, Networks.Conv(8, 1)).Steps, s => s is StripStep);
    }

    [Theory]
    [InlineData(112, 8)] // 11 rows would fit; 8 divide the map
    [InlineData(113, 11)] // a prime
    public void StripsDivideAMapEvenlyWhereTheyCan(int height, int rows)
    {
        var map = new TensorView(Storage.Workspace, 0, 0, 32, height + 2, 154, 154 * 32, 32, 1);
        Assert.Equal(rows, StripPlanner.ChooseRows([(map, new RowWindow(3, 1, 1), 1)], height, PlanSizes.Default.StripBuffers));
    }

    [Fact]
    public void ALineBufferHoldsWhatTheNextOneReaches()
    {
        var map = new TensorView(Storage.Workspace, 0, 0, 8, 40, 40, 320, 8, 1);
        Assert.Equal([13, 5, 2], StripPlanner.HeldRows([(map, new RowWindow(5, 2, 0), 1), (map, new RowWindow(4, 1, 0), 1), (map, RowWindow.Single, 1)], 2));
        Assert.Equal([40], StripPlanner.HeldRows([(map, new RowWindow(3, 2, 1), 1)], 40));

        // Of bands of five rows, the first and the last may be in use by one row only.
        Assert.Equal([10], StripPlanner.HeldRows([(map, new RowWindow(3, 2, 1), 5)], 2));
        Assert.Equal([15], StripPlanner.HeldRows([(map, new RowWindow(3, 2, 1), 5)], 3));
    }

    [Theory]
    [InlineData(84, 10, 1, 1)] // 10 filters are less than a vector
    [InlineData(120, 84, 6, 3)] // 40 KB: two streams
    [InlineData(784, 128, 8, 4)]
    [InlineData(2048, 1000, 8, 2)] // 8 MB: four
    public void WeightsThatAreUsedOnceLieInSeveralStreams(int features, int units, int vectors, int streamVectors)
    {
        FilterStep step = Assert.IsType<FilterStep>(Assert.Single(Create(Tier.Vector512, Networks.Vector(features), Networks.Dense(units)).Steps));
        Assert.Equal((vectors, streamVectors), (step.Tile.Vectors, step.StreamVectors));
    }

    [Fact]
    public void WeightsThatPixelsShareLieInOneStream()
    {
        FilterStep step = Create(Tier.Vector512, Networks.Image(256, 7, 7), Networks.Conv(256, 1)).Steps.OfType<FilterStep>().Single();
        Assert.Equal(step.Tile.Vectors, step.StreamVectors);
    }

    [Fact]
    public void ThreadsShareTheCopyOfALargeImageAndNotOfASmallOne()
    {
        Assert.Equal(224, Assert.IsType<ConvertStep>(Padded(224).Steps[0]).Units);
        Assert.Equal(1, Assert.IsType<ConvertStep>(Padded(28).Steps[0]).Units);

        static Plan Padded(int size) => Create(Tier.Vector256, Networks.Image(3, size, size), Networks.Conv(64, 3, ("Padding", 1)));
    }

    [Fact]
    public void IntegersTake512BitsBeforeDotProductsOf256()
    {
        IEnumerable<Tier> tiers = Tier.For(NetworkOptions.Default with { Precision = Precision.Int8 });
        Assert.Equal(["Vector512", "Vector256DotProducts", "Vector256", "Vector128"], tiers.Select(t => t.Name));
        Assert.Equal(
            ["Vector256DotProducts", "Vector256", "Vector128"],
            Tier.For(NetworkOptions.Default with { Precision = Precision.Int8, Simd = SimdTiers.Vector256 }).Select(t => t.Name));
    }

    [Theory]
    [InlineData(56, 64, 4)]
    [InlineData(28, 128, 2)] // 49 tiles, an odd number
    public void ThreadsShareALargeMapsBlocksOfTiles(int size, int channels, int blocks)
    {
        WinogradStep step = Winograd(size, channels);
        Assert.False(step.SharesFilters);
        Assert.Equal(blocks, step.Blocks);
        Assert.Equal(blocks, step.Units);
        Assert.InRange(step.Products[0].Columns - step.Products[step.Products.Count - 1].Columns, 0, 1);
    }

    [Theory]
    [InlineData(14, 256)]
    [InlineData(7, 512)]
    public void ThreadsShareASmallMapsFilters(int size, int channels)
    {
        WinogradStep step = Winograd(size, channels);
        Assert.True(step.SharesFilters);
        Assert.Equal(1, step.Blocks);
        Assert.Equal(channels / (step.Products[0].Tile.Vectors * 16), step.Units);
    }

    [Fact]
    public void WeightsFromMemoryAreReadForAsManyTilesAsCanBe() => Assert.Equal(1, Winograd(28, 512).Blocks);

    [Fact]
    public void NobodySharesWhatIsSmall() => Assert.Equal(1, Winograd(6, 16).Units);

    private static WinogradStep Winograd(int size, int channels) => Create(
        Tier.Vector512,
        Networks.Image(channels, size, size),
        Networks.Conv(channels, 3, ("Padding", 1))).Steps.OfType<WinogradStep>().Single();

    private static Plan Create(Tier tier, params IEnumerable<LayerSyntax> layers) => Planner.Create(Networks.Graph(layers), tier);
}
