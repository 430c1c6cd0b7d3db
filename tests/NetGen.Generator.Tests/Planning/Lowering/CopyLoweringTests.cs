using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Tests.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using static NetGen.Generator.Tests.Planning.Pipeline;

namespace NetGen.Generator.Tests.Planning.Lowering;

/// <summary>What is copied into another layout: inputs, outputs, flattened maps, paddings.</summary>
public sealed class CopyLoweringTests
{
    [Fact]
    public void Input_ReadValueByValue_IsReadWhereItIs()
    {
        Pipeline network = new(Image(3, 8, 8), Conv(32, 5), MaxPool(2)) { Options = NetworkOptions.Default with { Winograd = false } };
        Assert.Equal(TensorView.Planar(Storage.Input, Shape.Image(3, 8, 8)), network.Step<FilterStep>().Input);
    }

    [Fact]
    public void Input_ReadWithABorder_IsCopiedAsPlanesIntoOne()
    {
        Pipeline network = new(Image(3, 8, 8), Conv(32, 5, ("PaddingTop", 1), ("PaddingLeft", 2)), MaxPool(2)) { Options = NetworkOptions.Default with { Winograd = false } };
        ConvertStep copy = Assert.IsType<ConvertStep>(network.Draft.Steps[0]);
        Assert.Empty(copy.Layers);
        Assert.Equal(TensorView.Planar(Storage.Input, Shape.Image(3, 8, 8)), copy.Input);
        Assert.Equal((0, 10 + 2, 10, 1, 90), (copy.Output.Buffer, copy.Output.Offset, copy.Output.RowStride, copy.Output.PixelStride, copy.Output.ChannelStride));
        VirtualBuffer buffer = network.Draft.Buffers[0];
        Assert.Equal((3 * 9 * 10, new Border(1, 0, 2, 0), "input"), (buffer.Length, buffer.Border, buffer.Purpose));
    }

    [Fact]
    public void Input_ReadByPixels_IsCopiedWithChannelsLast()
    {
        Pipeline network = new(Image(3, 8, 8), MaxPool(2));
        ConvertStep copy = Assert.IsType<ConvertStep>(network.Draft.Steps[0]);
        Assert.Equal((32, 4, 1), (copy.Output.RowStride, copy.Output.PixelStride, copy.Output.ChannelStride));
        Assert.Equal(copy.Output, network.Step<PoolStep>().Input);
    }

    [Fact]
    public void Input_ReadByColumnsOfTwoPhases_IsCopiedTwice()
    {
        Pipeline network = new(Image(1, 28, 28), Conv(6, 5, ("Padding", 2)), MaxPool(2), Conv(8, 1));
        ConvertStep[] copies = [.. network.Draft.Steps.OfType<ConvertStep>().Take(2)];
        Assert.Equal([(0, 2, 14), (1, 2, 14)], copies.Select(c => (c.Input.Offset, c.Input.PixelStride, c.Input.Width)));

        // The planes of odd columns follow those of even ones, each with zeros around it: a row is 16 columns long.
        Assert.Equal([(0, 32 + 1), (0, (32 * 16) + 32 + 1)], copies.Select(c => (c.Output.Buffer, c.Output.Offset)));
        Assert.Equal(copies[0].Output with { Offset = 0, Height = 32, Width = 16 }, network.Step<PlanarWinogradStep>().Input);
    }

    [Fact]
    public void Output_OfAMap_IsCopiedIntoPlanes()
    {
        Pipeline network = new(Image(3, 8, 8), MaxPool(2));
        ConvertStep copy = Assert.IsType<ConvertStep>(network.Draft.Steps.Last());
        Assert.Equal((network.ViewOf("maxpool1"), TensorView.Planar(Storage.Output, Shape.Image(3, 4, 4))), (copy.Input, copy.Output));
        Assert.Equal([0], copy.Layers);
    }

    [Fact]
    public void Outputs_Several_FollowEachOther()
    {
        Pipeline network = new(
            Image(3, 8, 8), MaxPool(2, ("Name", "a")), Layer("GlobalAvgPool2D", ("Name", "b")), Layer("GlobalMaxPool2D", ("Name", "c"), ("From", "a")), Output("b"), Output("a"), Output("c"));

        // The first and the last are pixels that kernels write there; the map between them, which others read too, is copied.
        Assert.Equal((Storage.Output, 0), (network.ViewOf("b").Storage, network.ViewOf("b").Offset));
        Assert.Equal((Storage.Output, 51), (network.ViewOf("c").Storage, network.ViewOf("c").Offset));
        Assert.Equal((network.ViewOf("a"), 3), (network.Draft.Steps.Last().Input, network.Draft.Steps.Last().Output.Offset));
        Assert.Equal(2, network.StepNames.Count(n => n == "ConvertStep"));
    }

    [Fact]
    public void Batch_OfVectors_IsReadAndWrittenAsRowsOfSamples()
    {
        Pipeline network = new(Vector(8), Dense(24, ("Name", "a")), ReLU, Dense(4, ("Name", "b")), Output("b"), Output("relu1")) { Mode = PlanMode.Batch };
        FilterStep first = network.Draft.Steps.OfType<FilterStep>().First();
        Assert.Equal(TensorView.Row(Storage.Input, Shape.Image(8, 1, 16), 0, 8), first.Input);

        // A sample's outputs lie next to each other, so that samples are as far apart as all of them.
        Assert.Equal(TensorView.Row(Storage.Output, Shape.Image(4, 1, 16), 0, 28), network.ViewOf("b"));
        Assert.Equal(TensorView.Row(Storage.Output, Shape.Image(24, 1, 16), 4, 28), network.Draft.Steps.Last().Output);
    }

    [Fact]
    public void FlattenedMap_OrderOfFeaturesMatters_IsCopiedRowByRow()
    {
        Pipeline network = new(Image(4, 3, 3), MaxPool(1), Flatten, Layer("Softmax"), Dense(3));
        ConvertStep copy = network.Draft.Steps.OfType<ConvertStep>().Last();
        SoftmaxStep softmax = network.Step<SoftmaxStep>();
        Assert.Equal(network.ViewOf("maxpool1"), copy.Input);
        Assert.Equal((softmax.Input.Buffer, 9, 3, 1), (copy.Output.Buffer, copy.Output.ChannelStride, copy.Output.RowStride, copy.Output.PixelStride));
        Assert.Equal((36, 1), (softmax.Input.Channels, softmax.Input.Pixels));
    }

    [Fact]
    public void FlattenedPixel_IsAVectorAlready()
    {
        Pipeline network = new(Image(4, 1, 1), MaxPool(1), Flatten, Layer("Softmax"), Dense(3));
        Assert.DoesNotContain(network.Draft.Steps.Skip(1), s => s is ConvertStep);
    }

    [Fact]
    public void DenseLayer_OnAFlattenedMap_SumsItAsItLies()
    {
        Pipeline network = new(Image(4, 3, 3), MaxPool(1), Flatten, Dense(3));
        FilterStep step = network.Step<FilterStep>();
        Assert.Equal((network.ViewOf("maxpool1"), 4, 9), (step.Input, step.Sums.Channels, step.Sums.Positions));
        Assert.False(step.Sums.ChannelsFirst);
        Assert.Equal([new TapLoop(36, 1)], step.Sums.Loops);
    }

    [Fact]
    public void ZeroPadding_OfWhatItAloneReads_IsAWiderView()
    {
        Pipeline network = new(Image(4, 6, 6), MaxPool(1), Pad(2), MaxPool(3));
        Assert.Equal(network.ViewOf("maxpool1").Outside(new Border(2, 2, 2, 2)), network.ViewOf("pad1"));
        Assert.Equal((0, 10, 10), (network.ViewOf("pad1").Offset, network.ViewOf("pad1").Height, network.ViewOf("pad1").Width));
        Assert.Equal("no work", network.Plan.AlgorithmOf(network.IndexOf("pad1")));
    }

    [Fact]
    public void ZeroPadding_OfWhatOthersReadToo_IsACopyWithWhatItsReaderNeeds()
    {
        Pipeline network = new(
            Image(4, 6, 6), MaxPool(1, ("Name", "a")), Pad(2), Depthwise(3, ("Padding", 1)), MaxPool(2, ("From", "a")), Output("dwconv1"), Output("maxpool1"));
        ConvertStep copy = network.Draft.Steps.OfType<ConvertStep>().Single(s => s.Layers.Contains(network.IndexOf("pad1")));
        Assert.Equal(network.ViewOf("a"), copy.Input);
        Assert.Equal(new Border(3, 3, 3, 3), network.Draft.Buffers[copy.Output.Buffer].Border);
        Assert.Equal(copy.Output.Outside(new Border(2, 2, 2, 2)), network.ViewOf("pad1"));
    }

    [Fact]
    public void Reshape_OfPixels_IsReadRowByRowAndWrittenAsPixels()
    {
        Pipeline network = new(Image(4, 3, 6), MaxPool(1), Layer("Reshape", ("channels", 2), ("height", 6), ("width", 6)), MaxPool(2));
        ConvertStep[] copies = [.. network.Draft.Steps.OfType<ConvertStep>().Skip(1).Take(2)];
        Assert.Equal((network.ViewOf("maxpool1"), 18), (copies[0].Input, copies[0].Output.ChannelStride));
        Assert.Equal((copies[0].Output.Buffer, 2, 36, 6, 1), (copies[1].Input.Buffer, copies[1].Input.Channels, copies[1].Input.ChannelStride, copies[1].Input.RowStride, copies[1].Input.PixelStride));
        Assert.Equal(network.ViewOf("reshape1"), copies[1].Output);
    }

    [Fact]
    public void Reshape_OfTheCallersImage_ReadsItWhereItIs()
    {
        Pipeline network = new(Image(4, 3, 6), Layer("Reshape", ("channels", 2), ("height", 6), ("width", 6)), MaxPool(2));
        Assert.Equal(TensorView.Planar(Storage.Input, Shape.Image(2, 6, 6)), network.Draft.Steps[0].Input);
    }

    [Fact]
    public void Permutation_OfAnImage_IsACopyOfItsAxesInAnotherOrder()
    {
        Pipeline network = new(Image(4, 3, 6), Layer("Permute", ("order", 2), ("order", 0), ("order", 1)), MaxPool(1));
        ConvertStep copy = Assert.IsType<ConvertStep>(network.Draft.Steps[0]);
        Assert.Equal((6, 4, 3), (copy.Input.Channels, copy.Input.Height, copy.Input.Width));
        Assert.Equal((1, 18, 6), (copy.Input.ChannelStride, copy.Input.RowStride, copy.Input.PixelStride));
    }

    [Fact]
    public void Permutation_OfOtherAxes_IsOneOfAVectorInOrder()
    {
        Pipeline network = new(
            Image(4, 3, 6), MaxPool(1), Layer("Permute", ("order", 1), ("order", 0), ("axes", 8), ("axes", 9)), Dense(3));
        PermuteStep step = network.Step<PermuteStep>();
        Assert.Equal((72, 1), (step.Input.Channels, step.Input.Pixels));
        Assert.Equal([8, 9], step.Permute.Axes);
    }
}
