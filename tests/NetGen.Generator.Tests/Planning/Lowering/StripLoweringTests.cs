using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Tests.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using static NetGen.Generator.Tests.Planning.Pipeline;

namespace NetGen.Generator.Tests.Planning.Lowering;

/// <summary>The step that a chain of groups becomes.</summary>
public sealed class StripLoweringTests
{
    [Fact]
    public void Chain_OfLargeMaps_IsOneStepOfParts()
    {
        Pipeline network = new(
            Image(16, 112, 112), Conv(96, 1), ReLU, Depthwise(3, ("Stride", 2), ("Padding", 1)), ReLU, Conv(24, 1));
        Plan plan = network.Plan;
        StripStep strip = Assert.Single(plan.Steps.OfType<StripStep>());
        Assert.Equal(["FilterStep", "DepthwiseStep", "FilterStep"], strip.Steps.Select(s => s.GetType().Name));
        Assert.Equal([0, 1, 2, 3, 4], strip.Layers);
        Assert.Equal((2, 28), (strip.Rows, WorkSharing.Of(strip).Units));
        Assert.Equal([4, 2, 2], strip.Steps.Select(s => s.StripRows));

        // Two rows of stride 2 are computed from five, of which the next strip reads one again.
        Assert.Equal([(5, true), (2, false)], strip.Buffers.Select(b => (b.Rows, b.IsRing)));
        Assert.Equal((5 * 114 * 96) + (2 * 56 * 96), strip.ScratchLength);
        Assert.InRange(plan.WorkspaceLength, 0, 112 * 112 * 96 / 2);
        Assert.Equal("depthwise convolution, tile of 12 pixels, 2 rows at a time", plan.AlgorithmOf(2));
        Assert.Equal("fused into conv1", plan.AlgorithmOf(1));
    }

    [Fact]
    public void Parts_OfAStrip_ReadWhatTheOneBeforeWrites()
    {
        Pipeline network = new(
            Image(16, 112, 112), Conv(96, 1), ReLU, Depthwise(3, ("Stride", 2), ("Padding", 1)), ReLU, Conv(24, 1), MaxPool(56));
        StripStep strip = Assert.IsType<StripStep>(network.Draft.Steps[0]);
        Assert.Equal(strip.Buffers[0].Inside, strip.Steps[0].Output);
        Assert.Equal(strip.Buffers[0].Map, strip.Steps[1].Input);
        Assert.Equal(strip.Buffers[1].Inside, strip.Steps[1].Output);
        Assert.Equal(strip.Steps[1].Output, strip.Steps[2].Input);
        Assert.All(strip.Buffers, b => Assert.Equal(strip.Scratch, b.Map.Buffer));

        // The ring is read by its number of rows; the plain buffer row for row.
        Assert.Equal([0, 5, 0], strip.Steps.Select(s => s.RingRows));
        Assert.Equal(strip.Steps[0].Input, strip.Input);
        Assert.Equal(strip.Steps[2].Output, strip.Output);
        Assert.Equal(network.ViewOf("conv2"), strip.Output);
        Assert.Equal(strip.Steps[0].Input.RowStride, strip.InputStep);

        // What passes in strips lies nowhere.
        Assert.Null(network.Draft.Values[network.IndexOf("relu1")]);
        Assert.Null(network.Draft.Values[network.IndexOf("relu2")]);
    }

    [Fact]
    public void FirstPart_MovesOnByAStride_StepsThroughTheInputByIt()
    {
        Pipeline network = new(Image(8, 21, 21), MaxPool(1), Depthwise(3, ("Stride", 2)), Depthwise(3), MaxPool(1)) { Sizes = AnyStrip };
        StripStep strip = Assert.Single(network.Draft.Steps.OfType<StripStep>());
        Assert.Equal(2 * network.ViewOf("maxpool1").RowStride, strip.InputStep);
    }

    [Fact]
    public void DirectPart_PixelForPixel_IsComputedRowByRow()
    {
        // Alone, it would see a single row.
        StripStep strip = Assert.Single(new Pipeline(Image(8, 20, 20), MaxPool(1), Conv(8, 1), Depthwise(3), MaxPool(1)) { Sizes = AnyStrip }
            .Draft.Steps.OfType<StripStep>());
        Assert.Equal((20, 20), (Assert.IsType<FilterStep>(strip.Steps[0]).Sums.Rows, Assert.IsType<FilterStep>(strip.Steps[0]).Sums.Columns));
    }

    [Fact]
    public void Part_ReadsRowForRow_ReadsNoRing()
    {
        StripStep strip = Assert.Single(
            new Pipeline(Image(8, 20, 20), MaxPool(1), Conv(8, 1), Depthwise(1), Depthwise(3), MaxPool(1)) { Sizes = AnyStrip }.Draft.Steps.OfType<StripStep>());
        Assert.Equal([false, true, false], strip.Buffers.Select(b => b.IsRing));
        Assert.Equal([0, 0, strip.Buffers[1].Rows, 0], strip.Steps.Select(s => s.RingRows));
    }

    [Fact]
    public void Part_WithAResidual_TellsThatTheStripReadsIt()
    {
        Pipeline network = new(
            Image(8, 20, 20),
            MaxPool(1, ("Name", "a")),
            Conv(8, 1),
            Depthwise(3, ("Padding", 1)),
            Conv(8, 1),
            Add("a"),
            MaxPool(1, ("Dilation", 2)))
        {
            Sizes = AnyStrip,
        };
        StripStep strip = Assert.Single(network.Draft.Steps.OfType<StripStep>());
        Assert.Equal([network.ViewOf("a")], strip.MoreInputs);
        Assert.Equal(network.ViewOf("a"), Assert.IsType<FilterStep>(strip.Steps[2]).Residual);
    }

    [Fact]
    public void Pooling_OfBands_HasTheTransformsPlanesAfterTheRing()
    {
        Plan plan = new Pipeline(
            Image(3, 224, 224), Conv(64, 7, ("Stride", 2), ("Padding", 3)), ReLU, MaxPool(3, ("Stride", 2), ("Padding", 1))).Plan;
        StripStep strip = Assert.Single(plan.Steps.OfType<StripStep>());
        WinogradStep bands = Assert.IsType<WinogradStep>(strip.Steps[0]);
        Assert.Equal((5, 23, 2), (bands.Transform.Outputs, bands.Blocks, bands.RingBands));
        Assert.Equal(10, Assert.IsType<PoolStep>(strip.Steps[1]).RingRows);
        Assert.Equal((10, 56), (Assert.Single(strip.Buffers).Rows, WorkSharing.Of(strip).Units));

        // What the transform needs lies after the rows, not in a buffer of its own.
        Assert.Equal((10 * 112 * 64) + bands.ScratchLength, strip.ScratchLength);
        Assert.Equal(0, plan.Buffers[bands.Scratch].Length);
    }
}
