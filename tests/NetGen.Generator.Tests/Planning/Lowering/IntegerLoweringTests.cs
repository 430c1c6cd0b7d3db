using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Tests.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using static NetGen.Generator.Tests.Planning.Pipeline;

namespace NetGen.Generator.Tests.Planning.Lowering;

/// <summary>Where results become integers, and which copies of them are shared.</summary>
public sealed class IntegerLoweringTests
{
    [Fact]
    public void Result_ReadAsIntegersOnly_IsStoredAsSuch()
    {
        Pipeline network = Network(Image(8, 6, 6), MaxPool(1), Conv(12, 1, ("Name", "a")), Conv(8, 3, ("PaddingTop", 1), ("Name", "b")), MaxPool(2));
        TensorView a = network.ViewOf("a");

        // Twelve channels are three words, in the range of the layer that reads them; what stands for zero is written around it first.
        Assert.Equal(new Quantization("b.input_range", 12), a.Quantization);
        Assert.Equal((3, 6, 6, 4, 24), (a.Channels, a.Height, a.Width, a.PixelStride, a.RowStride));
        BorderStep border = network.Step<BorderStep>();
        Assert.Equal((new Border(1, 0, 0, 0), 7), (border.Border, border.Whole.Height));
        Assert.Equal(a, border.Whole.Inside(border.Border));
        FilterStep first = network.Draft.Steps.OfType<FilterStep>().First();
        Assert.Equal([new QuantizeEpilogue("b.input_range")], first.Epilogue.Operations);
        Assert.Equal(7 * 6 * 4, network.Draft.Buffers[a.Buffer].Length);

        // Its reader takes it as it is.
        Assert.Equal(a.Outside(new Border(1, 0, 0, 0)), network.Draft.Steps.OfType<FilterStep>().Last().Input);
    }

    [Fact]
    public void Result_SomebodyReadsFloats_IsCopiedForTheOthersOnce()
    {
        Pipeline network = Network(
            Image(8, 6, 6),
            MaxPool(1, ("Name", "a")),
            Conv(8, 1, ("Name", "b")),
            Conv(8, 3, ("Padding", 1), ("From", "a"), ("Name", "c")),
            Output("b"),
            Output("c"));
        QuantizeStep copy = network.Step<QuantizeStep>();
        Assert.Equal(network.ViewOf("a"), copy.Input);
        Assert.Equal([network.IndexOf("a")], copy.Layers);
        Assert.Equal(new Quantization("b.input_range", 8), copy.Output.Quantization);
        FilterStep[] readers = [.. network.Draft.Steps.OfType<FilterStep>()];
        Assert.Equal([copy.Output, copy.Output.Outside(new Border(1, 1, 1, 1))], readers.Select(r => r.Input));
        Assert.Empty(readers[0].Epilogue.Operations);
    }

    [Fact]
    public void Input_OfTheCaller_IsTurnedIntoPixelsAndThenIntegers()
    {
        Pipeline network = Network(Image(8, 6, 6), Conv(32, 1), MaxPool(2));
        Assert.Equal(["ConvertStep", "QuantizeStep", "FilterStep"], network.StepNames.Take(3));
        Assert.Equal([], network.Draft.Steps[1].Layers);
        Assert.Equal(network.Draft.Steps[0].Output, network.Draft.Steps[1].Input);
    }

    [Fact]
    public void Image_FlattenedForADenseLayer_IsTurnedIntoPixelsAndThenIntegers()
    {
        // A word holds channels of one pixel.
        Pipeline network = Network(Image(3, 4, 4), Flatten, Dense(8));
        Assert.Equal(["ConvertStep", "QuantizeStep", "FilterStep"], network.StepNames);
        QuantizeStep copy = network.Step<QuantizeStep>();
        Assert.Equal((1, 3, 16), (copy.Output.Channels, copy.Output.Features, copy.Output.Pixels));
    }

    [Fact]
    public void FlattenedMap_StoredAsIntegers_IsSummedAsItLies()
    {
        Pipeline network = Network(Image(8, 4, 4), MaxPool(1), Conv(8, 1, ("Name", "a")), Flatten, Dense(8));
        FilterStep dense = network.Draft.Steps.OfType<FilterStep>().Last();
        Assert.Equal(network.ViewOf("a"), dense.Input);
        Assert.Equal((2, 16), (dense.Sums.Channels, dense.Sums.Positions));
        Assert.Single(network.Draft.Steps.OfType<QuantizeStep>());
    }

    [Fact]
    public void Identity_OfIntegers_IsReadThrough()
    {
        Pipeline network = Network(Image(8, 6, 6), MaxPool(1), Slice(0, 8, ("Name", "a")), Layer("Dropout"), Conv(8, 1, ("Name", "b")), MaxPool(2));
        QuantizeStep copy = network.Step<QuantizeStep>();
        Assert.Equal([network.IndexOf("a")], copy.Layers);
        Assert.Equal(new Quantization("b.input_range", 8), copy.Output.Quantization);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)] // six filters of a group do not end with a word
    public void Result_OfAConvolution_IsStoredAsIntegersIfItsKernelStoresThem(int groups, bool stores)
    {
        Pipeline network = Network(Image(16, 6, 6), MaxPool(1), Conv(12, 1, ("Groups", groups), ("Name", "a")), Conv(8, 1), MaxPool(2));
        Assert.Equal(stores, network.ViewOf("a").IsQuantized);
    }

    [Theory]
    [InlineData("Dense", true)]
    [InlineData("MaxPool2D", false)]
    [InlineData("ConvTranspose2D", false)]
    [InlineData("DepthwiseConv2D", true)]
    public void Result_OfAnotherLayer_IsStoredAsIntegersIfItsKernelStoresThem(string kind, bool stores)
    {
        LayerSyntax[] layers = kind switch
        {
            "Dense" => [Vector(8), Dense(8, ("Name", "a")), Dense(8)],
            "ConvTranspose2D" => [Image(8, 6, 6), Layer(kind, ("filters", 8), ("kernel", 2), ("Name", "a")), Conv(8, 1)],
            _ => [Image(8, 6, 6), MaxPool(1), Layer(kind, ("kernel", 2), ("Name", "a")), Conv(8, 1)],
        };
        Assert.Equal(stores, Network(layers).ViewOf("a").IsQuantized);
    }

    [Fact]
    public void Residual_StoredAsIntegers_IsAddedInItsRange()
    {
        Pipeline network = Network(
            Image(16, 6, 6),
            MaxPool(1),
            Conv(16, 1, ("Name", "a")),
            Conv(16, 3, ("Padding", 1), ("Name", "b")),
            Conv(16, 1, ("Name", "c")),
            Add("a"),
            ReLU,
            MaxPool(2));
        Assert.True(network.ViewOf("a").IsQuantized);
        FilterStep step = network.Draft.Steps.OfType<FilterStep>().Last();
        Assert.Equal(network.ViewOf("a"), step.Residual);
        Assert.Equal([new ResidualEpilogue("b.input_range"), new ActivationEpilogue(ActivationFunction.ReLU, [])], step.Epilogue.Operations);
    }

    private static Pipeline Network(params LayerSyntax[] layers) => new(layers) { Options = Integers };
}
