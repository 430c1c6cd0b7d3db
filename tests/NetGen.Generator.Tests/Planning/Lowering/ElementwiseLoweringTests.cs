using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Tests.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using static NetGen.Generator.Tests.Planning.Pipeline;

namespace NetGen.Generator.Tests.Planning.Lowering;

/// <summary>Element-wise layers: in place where nobody else needs the operand, and combinations.</summary>
public sealed class ElementwiseLoweringTests
{
    [Theory]
    [InlineData("Sigmoid")]
    [InlineData("Softmax")]
    public void Result_OperandIsNeededByNobodyElse_AliasesIt(string kind)
    {
        Pipeline network = new(Image(8, 6, 6), Conv(8, 3, ("Name", "a")), Layer(kind, ("Name", "b")), MaxPool(2));
        Assert.Equal(network.ViewOf("a"), network.ViewOf("b"));
        Assert.Contains(network.Draft.Steps, s => s.Input == s.Output);
    }

    [Fact]
    public void Result_AnotherLayerReadsTheOperand_HasABufferOfItsOwn()
    {
        Pipeline network = new(
            Image(8, 6, 6), Conv(8, 3, ("Name", "a")), Layer("Sigmoid", ("Name", "b")), MaxPool(2, ("From", "a")), Output("b"), Output("maxpool1"));
        Assert.NotEqual(network.ViewOf("a").Buffer, network.ViewOf("b").Buffer);
    }

    [Fact]
    public void Result_OperandIsACallersSpan_HasABufferOfItsOwn()
    {
        Pipeline network = new(Vector(8), Layer("Sigmoid", ("Name", "b")), Dense(8));
        Assert.Equal(Storage.Workspace, network.ViewOf("b").Storage);
    }

    [Fact]
    public void Result_OperandIsAPart_HasABufferOfItsOwn()
    {
        // The lanes after its last channel are another part's.
        Pipeline network = new(Image(8, 6, 6), Conv(8, 3, ("Name", "a")), Slice(0, 4), Layer("Sigmoid", ("Name", "b")), MaxPool(2));
        Assert.NotEqual(network.ViewOf("a").Buffer, network.ViewOf("b").Buffer);
    }

    [Fact]
    public void Result_OperandHasZerosAroundIt_HasABufferOfItsOwn()
    {
        // Those are written once, and have to last: results of a buffer's other uses must not lie within a border's map.
        Pipeline network = new(Image(8, 6, 6), Conv(8, 3, ("Name", "a")), Pad(1), Layer("Sigmoid", ("Name", "b")), MaxPool(2));
        Assert.Equal(network.ViewOf("a").Buffer, network.ViewOf("pad1").Buffer);
        Assert.NotEqual(network.ViewOf("a").Buffer, network.ViewOf("b").Buffer);
    }

    [Fact]
    public void Result_NeedsZerosAroundIt_HasABufferOfItsOwn()
    {
        Pipeline network = new(Image(8, 6, 6), Conv(8, 3, ("Name", "a")), Layer("Sigmoid", ("Name", "b")), Depthwise(3, ("Padding", 1)), MaxPool(1));
        Assert.Equal(new Border(1, 1, 1, 1), network.Draft.Buffers[network.ViewOf("b").Buffer].Border);
        Assert.NotEqual(network.ViewOf("a").Buffer, network.ViewOf("b").Buffer);
    }

    [Fact]
    public void Result_IsAPart_IsWrittenThere()
    {
        Pipeline network = new(
            Image(8, 6, 6), Conv(8, 3, ("Name", "a")), Layer("Sigmoid", ("Name", "b")), Conv(8, 3, ("From", "input")), Concat("b", "conv1"), MaxPool(2));
        Assert.Equal(network.ViewOf("concat1").Part(0, 8), network.ViewOf("b"));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(6, false)] // planes are written by a copy
    public void Result_CallerTakesIt_IsWrittenToItsSpanIfAPixel(int size, bool isDirect)
    {
        Pipeline network = new(Image(8, size, size), Conv(8, 1), Layer("Sigmoid", ("Name", "b")));
        Assert.Equal(isDirect ? Storage.Output : Storage.Workspace, network.ViewOf("b").Storage);
        Assert.Equal(!isDirect, network.StepNames.Last() == "ConvertStep");
    }

    [Fact]
    public void Function_ForEachValue_ActsOnAFlattenedMapAsItLies()
    {
        Pipeline network = new(Image(4, 3, 3), MaxPool(1), Flatten, Layer("Sigmoid"), Dense(3));
        Assert.Equal(network.ViewOf("maxpool1"), network.Step<ActivationStep>().Input);
    }

    [Theory]
    [InlineData("PReLU")]
    [InlineData("BatchNorm2D")]
    public void Function_ForEachChannel_ActsOnAVectorInOrder(string kind)
    {
        LayerSyntax layer = kind == "PReLU" ? Layer(kind, ("PerChannel", true)) : Layer(kind);
        Pipeline network = new(Image(4, 3, 3), MaxPool(1), Flatten, layer, Dense(3));
        ActivationStep step = network.Step<ActivationStep>();
        Assert.Equal((36, 1), (step.Input.Channels, step.Input.Pixels));
        ConvertStep copy = Assert.IsType<ConvertStep>(network.Draft.Steps[network.Draft.Steps.ToList().FindIndex(s => s is ActivationStep) - 1]);
        Assert.Equal((network.ViewOf("maxpool1"), step.Input.Buffer, 9), (copy.Input, copy.Output.Buffer, copy.Output.ChannelStride));
    }

    [Fact]
    public void Combination_PixelThatStandsForAll_IsTheSecondOperand()
    {
        Pipeline network = new(
            Image(8, 6, 6),
            MaxPool(1, ("Name", "map")),
            Layer("GlobalAvgPool2D", ("Name", "pixel")),
            Layer("Multiply", ("names", "pixel"), ("names", "map")),
            ReLU,
            MaxPool(2));
        CombineStep step = network.Step<CombineStep>();
        Assert.Equal(network.ViewOf("map"), step.Input);
        Assert.Equal([network.ViewOf("pixel")], step.MoreInputs);
        Assert.Equal(CombineKind.Multiply, step.Kind);
        Assert.Equal([new ActivationEpilogue(ActivationFunction.ReLU, [])], step.Epilogue.Operations);
        Assert.Equal(network.ViewOf("relu1"), step.Output);
    }

    [Fact]
    public void Combination_NotPlain_IsABroadcastInOrder()
    {
        Pipeline network = new(
            Image(8, 6, 6),
            MaxPool(1, ("Name", "map")),
            Layer("GlobalAvgPool2D", ("Name", "pixel")),
            Layer("Subtract", ("names", "pixel"), ("names", "map")),
            MaxPool(2));
        BroadcastStep step = network.Step<BroadcastStep>();
        Assert.Equal((network.ViewOf("pixel"), CombineKind.Subtract, null), (step.Input, step.Kind, step.Weight));
        Assert.Equal([network.ViewOf("map")], step.MoreInputs);
    }

    [Fact]
    public void Combination_OfFlattenedMaps_IsOfVectorsInOrder()
    {
        Pipeline network = new(Image(4, 3, 3), MaxPool(1), Flatten, Dense(36), Layer("Multiply", ("names", "flatten1")), Layer("Softmax"));
        CombineStep step = network.Step<CombineStep>();
        Assert.Equal((36, 1), (step.Input.Channels, step.Input.Pixels));
        Assert.All(step.MoreInputs, i => Assert.Equal((36, 1), (i.Channels, i.Pixels)));
    }

    [Fact]
    public void Elementwise_WithAParameter_KeepsItsSideAndShape()
    {
        BroadcastStep step = new Pipeline(
            Image(8, 6, 6), MaxPool(1), Layer("Elementwise", ("operation", 2), ("channels", 8), ("height", 1), ("width", 6), ("Reversed", true)), MaxPool(2))
            .Step<BroadcastStep>();
        Assert.Equal(("elementwise1.weight", Shape.Image(8, 1, 6), true), (step.Weight, step.Parameter, step.Reversed));
        Assert.Equal(CombineKind.Subtract, step.Kind);
        Assert.Equal(6 * 8, step.WeightLength);
    }
}
