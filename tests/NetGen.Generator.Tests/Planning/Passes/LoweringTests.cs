using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Planning.Lowering;
using NetGen.Generator.Planning.Passes;
using NetGen.Generator.Tests.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using static NetGen.Generator.Tests.Planning.Pipeline;

namespace NetGen.Generator.Tests.Planning.Passes;

/// <summary>The steps that groups become, in order; where their values lie is in the tests of Lowering.</summary>
public sealed class LoweringTests
{
    [Fact]
    public void Steps_OfANetwork_FollowItsGroups()
    {
        Pipeline network = new(
            Image(3, 16, 16), MaxPool(1), Conv(32, 3), Layer("BatchNorm2D"), ReLU, MaxPool(2), Depthwise(3), Flatten, Dense(10), Layer("Softmax"))
        {
            Options = NetworkOptions.Default with { Winograd = false },
        };
        PlanDraft draft = LayerLowering.Run(new PlanDecisions(network.Context, network.Fused, network.Algorithms, network.Demands, network.Strips));
        Assert.Equal(
            ["ConvertStep", "PoolStep", "FilterStep", "PoolStep", "DepthwiseStep", "FilterStep", "SoftmaxStep"],
            draft.Steps.Select(s => s.GetType().Name));
        Assert.Equal([[], [0], [1, 2, 3], [4], [5], [7], [8]], draft.Steps.Select(s => s.Layers.ToArray()));

        // After how many steps each result is there; those within a group are in registers only.
        Assert.Equal([2, 0, 0, 3, 4, 5, 5, 6, 7], draft.Completed);
        Assert.Equal([false, true, true, false, false, false, false, false, false], draft.Values.Select(v => v is null));
        FilterStep convolution = Assert.IsType<FilterStep>(draft.Steps[2]);
        Assert.Equal([new BatchNormFold("bn1", 1e-5, Affine: true)], convolution.Parameters.Folds);
        Assert.Equal([new ActivationEpilogue(ActivationFunction.ReLU, [])], convolution.Epilogue.Operations);
    }

    [Theory]
    [InlineData("MaxPool2D", nameof(PoolStep), "max over windows")]
    [InlineData("AvgPool2D", nameof(PoolStep), "mean over windows")]
    [InlineData("GlobalAvgPool2D", nameof(GlobalPoolStep), "mean over the map")]
    [InlineData("GlobalMaxPool2D", nameof(GlobalPoolStep), "max over the map")]
    [InlineData("Softmax", nameof(SoftmaxStep), "max, sum, scale")]
    [InlineData("LogSoftmax", nameof(SoftmaxStep), "max, sum, scale")]
    [InlineData("LocalResponseNorm", nameof(LocalResponseNormStep), "sliding sum of squares")]
    [InlineData("InstanceNorm2D", nameof(NormalizationStep), "mean, variance, scale")]
    [InlineData("Upsample2D", nameof(UpsampleStep), "nearest pixel")]
    [InlineData("ChannelShuffle", nameof(ChannelShuffleStep), "copy, channel by channel")]
    [InlineData("PixelShuffle", nameof(PixelShuffleStep), "copy, channel by channel")]
    [InlineData("Reduce", nameof(ReduceStep), "sum over axes")]
    [InlineData("Tile", nameof(ResampleStep), "copy by a table of places")]
    public void Layer_WithAKernelOfItsOwn_IsOneStep(string kind, string step, string algorithm)
    {
        LayerSyntax layer = kind switch
        {
            "MaxPool2D" or "AvgPool2D" => Layer(kind, ("kernel", 2)),
            "LocalResponseNorm" => Layer(kind, ("size", 3)),
            "Upsample2D" => Layer(kind, ("scale", 2)),
            "ChannelShuffle" => Layer(kind, ("groups", 2)),
            "PixelShuffle" => Layer(kind, ("factor", 2)),
            "Reduce" => Layer(kind, ("reduction", 1), ("axes", 6)),
            "Tile" => Layer(kind, ("channels", 2), ("height", 1), ("width", 1)),
            _ => Layer(kind),
        };
        Pipeline network = new(Image(8, 6, 6), MaxPool(1), layer, MaxPool(1));
        Assert.Equal(step, network.Draft.Steps[2].GetType().Name);
        Assert.Equal(network.ViewOf("maxpool1"), network.Draft.Steps[2].Input);
        Assert.Equal(algorithm, network.Plan.AlgorithmOf(1));
    }

    [Fact]
    public void Sizes_OfThePlan_AreEveryStepsOwn()
    {
        PlanSizes sizes = AnyStrip with { SharedWork = 1 };
        Pipeline network = new(Image(8, 20, 20), MaxPool(1), Conv(8, 1), Depthwise(3), MaxPool(1)) { Sizes = sizes };
        Assert.All(network.Plan.Steps.Concat(network.Plan.LayerSteps), s => Assert.Same(sizes, s.Sizes));
    }

    [Fact]
    public void TransposedConvolution_WithAStride_IsAStepForEachPhaseOfTheOutput()
    {
        Pipeline network = new(Image(4, 5, 5), MaxPool(1), Layer("ConvTranspose2D", ("filters", 8), ("kernel", 3), ("Stride", 2)), MaxPool(1));
        FilterStep[] phases = [.. network.Draft.Steps.OfType<FilterStep>()];
        TensorView input = network.ViewOf("maxpool1");
        TensorView output = network.ViewOf("convtranspose1");

        // Even rows of the result take two of the kernel's rows, odd ones the one between them.
        Assert.Equal([(6, 6), (6, 5), (5, 6), (5, 5)], phases.Select(p => (p.Sums.Rows, p.Sums.Columns)));
        Assert.Equal([4, 2, 2, 1], phases.Select(p => p.Sums.Positions));
        Assert.Equal([0, output.PixelStride, output.RowStride, output.RowStride + output.PixelStride], phases.Select(p => p.Output.Offset - output.Offset));
        Assert.All(phases, p => Assert.Equal((2 * output.RowStride, 2 * output.PixelStride), (p.Output.RowStride, p.Output.PixelStride)));
        Assert.All(phases, p => Assert.Equal((input.RowStride, input.PixelStride), (p.Sums.RowStep, p.Sums.ColumnStep)));
        Assert.All(phases, p => Assert.Equal(input.Offset, p.Input.Offset));

        // Later taps read earlier inputs.
        Assert.Equal([new TapLoop(2, -input.RowStride), new TapLoop(2, -input.PixelStride), new TapLoop(4, 1)], phases[0].Sums.Loops);
        Assert.Equal(new FilterSource(3, 3, FirstRow: 0, RowStep: 2, Rows: 2, FirstColumn: 1, ColumnStep: 2, Columns: 1), phases[1].Geometry.Source);
        Assert.Equal("Transposed3x3", phases[0].Geometry.Title);
    }

    [Fact]
    public void TransposedConvolution_WithAPadding_BeginsAtLaterInputs()
    {
        Pipeline network = new(
            Image(4, 5, 5), MaxPool(1), Layer("ConvTranspose2D", ("filters", 8), ("kernel", 3), ("Stride", 2), ("Padding", 1), ("Groups", 2)), MaxPool(1));
        FilterStep[] phases = [.. network.Draft.Steps.OfType<FilterStep>()];
        TensorView input = network.ViewOf("maxpool1");
        Assert.Equal(
            [0, input.PixelStride, input.RowStride, input.RowStride + input.PixelStride],
            phases.Select(p => p.Input.Offset - input.Offset));
        Assert.All(phases, p => Assert.Equal((2, 2, 8), (p.Sums.Channels, p.Sums.Groups, p.Sums.Filters)));
    }

    [Theory]
    [InlineData(8, false, true)]
    [InlineData(7, false, false)] // hardly any
    [InlineData(8, true, false)] // for observers, as they were loaded
    public void Weights_InLessMemory_LieAsAskedWhereThereAreEnough(int features, bool isObserved, bool asAsked)
    {
        foreach (WeightStorage storage in new[] { WeightStorage.BFloat16, WeightStorage.Int8 })
        {
            FilterStep step = new Pipeline(Vector(features), Dense(16))
            {
                Options = NetworkOptions.Default with { Storage = storage },
                Mode = isObserved ? PlanMode.Observed : PlanMode.Sample,
            }.Step<FilterStep>();
            Assert.Equal(asAsked ? storage : WeightStorage.Float32, step.Storage);
        }
    }

    [Theory]
    [InlineData(2, true, false)] // pairs of channels; a word of four would hold taps of two columns
    [InlineData(4, true, true)]
    [InlineData(3, false, false)]
    public void Weights_OfAWord_BelongToOneLoop(int channels, bool pairs, bool quadruples)
    {
        Assert.Equal(pairs, StorageOf(WeightStorage.BFloat16) == WeightStorage.BFloat16);
        Assert.Equal(quadruples, StorageOf(WeightStorage.Int8) == WeightStorage.Int8);

        WeightStorage StorageOf(WeightStorage storage) =>
            new Pipeline(Image(channels, 9, 9), MaxPool(1), Conv(16, 3, ("Dilation", 2)), MaxPool(1)) { Options = NetworkOptions.Default with { Storage = storage } }
                .Step<FilterStep>().Storage;
    }

    [Fact]
    public void Weights_ThatAreUnpacked_LeaveTheTileFewerRegisters()
    {
        LayerSyntax[] layers = [Image(64, 14, 14), MaxPool(1), Conv(64, 1), MaxPool(1)];
        Tile floats = new Pipeline(layers).Step<FilterStep>().Tile;
        Tile halves = new Pipeline(layers) { Options = NetworkOptions.Default with { Storage = WeightStorage.BFloat16 } }.Step<FilterStep>().Tile;
        Assert.Equal(TilePlanner.Choose(Tier.Vector512, 64, 196, 64), floats);
        Assert.Equal(TilePlanner.Choose(Tier.Vector512 with { Registers = 29 }, 64, 196, 64), halves);
        Assert.NotEqual(floats, halves);
    }
}
