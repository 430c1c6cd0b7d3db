using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Tests.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using static NetGen.Generator.Tests.Planning.Pipeline;

namespace NetGen.Generator.Tests.Planning.Lowering;

/// <summary>Where the parts of concatenations lie.</summary>
public sealed class ConcatLoweringTests
{
    [Fact]
    public void Parts_OfKernels_AreWrittenInPlace()
    {
        Pipeline network = new(
            Image(8, 6, 6),
            MaxPool(1, ("Name", "m")),
            Conv(4, 1, ("Name", "a")),
            ReLU,
            Conv(12, 1, ("From", "m"), ("Name", "b")),
            Concat("relu1", "b"),
            MaxPool(2));
        TensorView whole = network.ViewOf("concat1");
        Assert.Equal(16, whole.Channels);
        Assert.Equal(whole.Part(0, 4), network.ViewOf("relu1"));
        Assert.Equal(whole.Part(4, 12), network.ViewOf("b"));
        Assert.Equal(["ConvertStep", "PoolStep", "FilterStep", "FilterStep", "PoolStep", "ConvertStep"], network.StepNames);
        Assert.Equal("joined in place", network.Plan.AlgorithmOf(network.IndexOf("concat1")));
    }

    [Fact]
    public void Parts_OfConcatenations_AreWrittenIntoTheOutermost()
    {
        Pipeline network = new(
            Image(8, 6, 6),
            MaxPool(1, ("Name", "m")),
            Conv(4, 1, ("Name", "a")),
            Conv(8, 1, ("From", "m"), ("Name", "b")),
            Layer("Concat", ("names", "a"), ("names", "b"), ("Name", "inner")),
            Conv(16, 1, ("From", "m"), ("Name", "c")),
            Layer("Concat", ("names", "c"), ("names", "inner"), ("Name", "outer")),
            MaxPool(2));
        TensorView outer = network.ViewOf("outer");
        Assert.Equal((28, 0), (outer.Channels, outer.Offset));
        Assert.Equal([0, 16, 16, 20], new[] { "c", "inner", "a", "b" }.Select(n => network.ViewOf(n).Offset));
        Assert.Equal([16, 12, 4, 8], new[] { "c", "inner", "a", "b" }.Select(n => network.ViewOf(n).Channels));
        Assert.All(new[] { "c", "inner", "a", "b" }, n => Assert.Equal((outer.Buffer, true), (network.ViewOf(n).Buffer, network.ViewOf(n).IsPart)));
    }

    [Fact]
    public void Parts_ThatNoKernelWrites_AreCopied()
    {
        Pipeline network = new(
            Image(8, 6, 6), MaxPool(1, ("Name", "a")), Slice(2, 4), Layer("Concat", ("names", "slice1"), ("names", "input"), ("names", "a")), MaxPool(2));
        ConvertStep[] copies = [.. network.Draft.Steps.OfType<ConvertStep>().Where(s => s.Layers.Contains(network.IndexOf("concat1")))];
        TensorView whole = network.ViewOf("concat1");
        Assert.Equal([network.ViewOf("slice1"), network.Draft.Steps[1].Input], copies.Select(c => c.Input));
        Assert.Equal([whole.Part(0, 4), whole.Part(4, 8)], copies.Select(c => c.Output));
        Assert.Equal(whole.Part(12, 8), network.ViewOf("a"));
    }

    [Fact]
    public void Part_OfTheSameResultTwice_IsCopiedTwice()
    {
        Pipeline network = new(Image(8, 6, 6), MaxPool(1, ("Name", "a")), Concat("a", "a"), MaxPool(2));
        TensorView whole = network.ViewOf("concat1");
        Assert.Equal(
            [whole.Part(0, 8), whole.Part(8, 8)],
            network.Draft.Steps.OfType<ConvertStep>().Where(s => s.Input == network.ViewOf("a")).Select(s => s.Output));
    }

    [Fact]
    public void Border_OfAConcatenation_IsThatOfItselfAndOfAllItsParts()
    {
        Pipeline network = new(
            Image(8, 6, 6),
            MaxPool(1, ("Name", "m")),
            Conv(8, 1, ("Name", "a")),
            Conv(8, 1, ("From", "m"), ("Name", "b")),
            Layer("Concat", ("names", "a"), ("names", "b"), ("Name", "inner")),
            Conv(8, 1, ("From", "m"), ("Name", "c")),
            Layer("Concat", ("names", "inner"), ("names", "c"), ("Name", "outer")),
            Depthwise(3, ("PaddingTop", 1)),
            Depthwise(3, ("PaddingBottom", 1), ("From", "inner")),
            Depthwise(3, ("PaddingLeft", 1), ("From", "a")),
            Depthwise(3, ("PaddingRight", 1), ("From", "c")),
            Output("dwconv1"),
            Output("dwconv2"),
            Output("dwconv3"),
            Output("dwconv4"));
        VirtualBuffer buffer = network.Draft.Buffers[network.ViewOf("outer").Buffer];
        Assert.Equal(new Border(1, 1, 1, 1), buffer.Border);
        Assert.Equal((8, 8), (buffer.Bordered!.Height, buffer.Bordered.Width));
        Assert.Equal(buffer.Bordered.Inside(buffer.Border), network.ViewOf("outer"));
    }

    [Fact]
    public void Part_FlattenedMap_IsCopiedInTheOrderThatTheNamePromises()
    {
        // As the caller would see it: plane by plane.
        Pipeline network = new(
            Image(4, 3, 3), MaxPool(1), Flatten, ReLU, Layer("Concat", ("names", "relu1"), ("names", "flatten1")), Layer("Softmax"));
        ConvertStep copy = network.Draft.Steps.OfType<ConvertStep>().Single(s => s.Input == network.ViewOf("flatten1"));
        TensorView whole = network.ViewOf("concat1");
        Assert.Equal((72, 1), (whole.Channels, whole.Pixels));
        Assert.Equal((4, 9, 3, 1), (copy.Output.Channels, copy.Output.ChannelStride, copy.Output.RowStride, copy.Output.PixelStride));
        Assert.Equal((whole.Buffer, 36), (copy.Output.Buffer, copy.Output.Offset));

        // A kernel that works on the map as it lies cannot write the vector in place.
        Assert.NotEqual(whole.Buffer, network.ViewOf("relu1").Buffer);
    }
}
