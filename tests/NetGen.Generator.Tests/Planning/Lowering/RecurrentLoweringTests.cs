using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;

namespace NetGen.Generator.Tests.Planning.Lowering;

/// <summary>What recurrent layers become: the products with the input of all steps, and then step after step.</summary>
public sealed class RecurrentLoweringTests
{
    [Fact]
    public void Layer_OfOneDirection_IsProductsAndSteps()
    {
        Pipeline network = new(Image(3, 1, 7), Layer("GRU", ("hidden", 16)), ReLU);
        Assert.Equal(["FilterStep", "RecurrentStep", "ActivationStep", "ConvertStep"], network.StepNames);
        FilterStep products = network.Step<FilterStep>();
        Assert.Equal(("gru1.weight_ih_l0", "gru1.bias_ih_l0"), (products.Parameters.Weight, products.Parameters.Bias));
        Assert.Equal((48, 1, 7), (products.Output.Channels, products.Output.Height, products.Output.Width));
        Assert.Equal("products with the input", products.Purpose);

        // The caller's sequence is read as it is.
        Assert.Equal(Storage.Input, products.Input.Storage);
        RecurrentStep steps = network.Step<RecurrentStep>();
        Assert.Equal(products.Output.Buffer, steps.Input.Buffer);
        Assert.Equal((3 * 16) + (3 * 16 * 16), steps.WeightLength);
        Assert.Equal(1, WorkSharing.Of(steps).Units);
        Assert.Null(steps.ScratchBuffer);
        Assert.Equal("7 steps, tile of 3 gates × 1 × 16 units", network.Plan.AlgorithmOf(0));
    }

    [Fact]
    public void Layer_OfSeveralLayersAndDirections_HandsPartsOn()
    {
        Pipeline network = new(Image(3, 1, 7), Layer("LSTM", ("hidden", 5), ("Layers", 2), ("Bidirectional", true)));
        Assert.Equal(4, network.Plan.Steps.OfType<FilterStep>().Count());
        RecurrentStep[] steps = [.. network.Plan.Steps.OfType<RecurrentStep>()];
        Assert.Equal([false, true, false, true], steps.Select(s => s.IsReversed));
        Assert.Equal([0, 5, 0, 5], steps.Select(s => s.Output.Offset));
        Assert.All(steps, s => Assert.True(s.Output.IsPart));
        Assert.Equal("lstm1.weight_hh_l1_reverse", steps[3].Weight);

        // Each needs its cell state between steps.
        Assert.All(steps, s => Assert.Equal(8, s.ScratchLength));
    }

    [Theory]
    [InlineData("LSTM", "CellState", true, 7, 0)]
    [InlineData("LSTM", "CellState", false, 7, 16)]
    [InlineData("LSTM", "CellState", false, 1, 0)]
    [InlineData("GRU", "ResetAfter", true, 7, 0)]
    [InlineData("GRU", "ResetAfter", false, 7, 32)]
    [InlineData("GRU", "ResetAfter", false, 1, 0)]
    public void Scratch_OfALayer_IsWhatItKeepsBesidesTheResult(string kind, string argument, bool value, int length, int scratch)
    {
        Pipeline network = new(Image(3, 1, length), Layer(kind, ("hidden", 13), (argument, value)));
        Assert.Equal(scratch, network.Step<RecurrentStep>().ScratchLength);
    }

    /// <summary>Vectors of a state's units would reach beyond the caller's span, unless they end where the units do.</summary>
    [Theory]
    [InlineData(5, Storage.Workspace)]
    [InlineData(12, Storage.Workspace)]
    [InlineData(8, Storage.Input)]
    [InlineData(20, Storage.Input)]
    internal void InitialState_OfTheCallers_IsCopiedWhereVectorsReachFurther(int hidden, Storage storage)
    {
        Pipeline network = new(
            Layer("Input", ("name", "x"), ("channels", 3), ("height", 1), ("width", 7)),
            Layer("Input", ("name", "h"), ("features", hidden)),
            Layer("GRU", ("hidden", hidden), ("InitialState", "h"), ("From", "x")));
        Assert.Equal(storage, network.Step<RecurrentStep>().MoreInputs[0].Storage);
        Assert.Equal(Storage.Input, network.Step<FilterStep>().Input.Storage);
    }

    [Fact]
    public void InitialState_ThatIsStillAMap_IsPutInOrder()
    {
        Pipeline network = new(
            Image(2, 2, 2), Conv(2, 1), Flatten, Layer("GRU", ("hidden", 8), ("InitialState", "flatten1"), ("From", "flatten1")));
        Assert.True(network.Step<RecurrentStep>().MoreInputs[0] is { Pixels: 1, IsChannelsLast: true });
    }
}
