using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Planning.Passes;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using static NetGen.Generator.Tests.Planning.Pipeline;

namespace NetGen.Generator.Tests.Planning.Passes;

/// <summary>Which layers one kernel computes, and what it does with each.</summary>
public sealed class FusionTests
{
    private static LayerSyntax BatchNorm => Layer("BatchNorm2D");

    [Theory]
    [InlineData("Conv2D")]
    [InlineData("DepthwiseConv2D")]
    [InlineData("ConvTranspose2D")]
    public void BatchNorm_AfterSumsOfTaps_IsFoldedIntoTheirWeights(string kind)
    {
        LayerGroup group = Assert.Single(Groups(Image(4, 8, 8), Sums(kind), BatchNorm, Layer("BatchNorm2D", ("Epsilon", 0.25), ("Affine", false))));
        Assert.Equal([new BatchNormFold("bn1", 1e-5, Affine: true), new BatchNormFold("bn2", 0.25, Affine: false)], group.Folds);
        Assert.Equal(Epilogue.None, group.Epilogue);
        Assert.Equal([0, 1, 2], group.Layers);
    }

    [Fact]
    public void BatchNorm_AfterADenseLayer_IsFoldedIntoItsWeights() =>
        Assert.Equal([new BatchNormFold("bn1", 1e-5, Affine: true)], Assert.Single(Groups(Vector(8), Dense(4), BatchNorm)).Folds);

    [Fact]
    public void BatchNorm_AfterAnActivation_IsAppliedToTheResults()
    {
        // Weights act before the activation, and so cannot hold what comes after it.
        LayerGroup group = Assert.Single(Groups(Image(4, 8, 8), Conv(8, 3), ReLU, BatchNorm));
        Assert.Empty(group.Folds);
        Assert.Equal(
            [new ActivationEpilogue(ActivationFunction.ReLU, []), new AffineEpilogue(new BatchNormFold("bn1", 1e-5, Affine: true))],
            group.Epilogue.Operations);
    }

    [Fact]
    public void BatchNorm_AfterAResidual_IsAppliedToTheSum()
    {
        Pipeline network = new(Image(8, 6, 6), Conv(8, 1), Conv(8, 3, ("Padding", 1)), Add("conv1"), BatchNorm);
        LayerGroup group = Fusion.Run(network.Context).Groups[1];
        Assert.Empty(group.Folds);
        Assert.Equal([new ResidualEpilogue(), new AffineEpilogue(new BatchNormFold("bn1", 1e-5, Affine: true))], group.Epilogue.Operations);
    }

    [Fact]
    public void BatchNorm_AfterAPooling_IsAppliedToItsResults()
    {
        // A maximum has no weights to fold it into.
        LayerGroup group = Assert.Single(Groups(Image(4, 8, 8), MaxPool(2), BatchNorm));
        Assert.Empty(group.Folds);
        Assert.IsType<AffineEpilogue>(Assert.Single(group.Epilogue.Operations));
    }

    [Fact]
    public void Elementwise_StartsAGroup_IsTheFirstOfItsOwnFunctions()
    {
        LayerGroup group = Assert.Single(Groups(Image(4, 8, 8), Layer("PReLU", ("PerChannel", true)), Layer("Sigmoid"), BatchNorm));
        Assert.Equal(
            [
                new SlopeEpilogue("prelu1.weight", PerChannel: true),
                new ActivationEpilogue(ActivationFunction.Sigmoid, []),
                new AffineEpilogue(new BatchNormFold("bn1", 1e-5, Affine: true)),
            ],
            group.Epilogue.Operations);
    }

    [Fact]
    public void Kernel_OfNoElementwiseLayer_BeginsWithNoFunction() =>
        Assert.Equal(Epilogue.None, Assert.Single(Groups(Image(4, 8, 8), Layer("Softmax"))).Epilogue);

    [Theory]
    [InlineData("ReLU", true)]
    [InlineData("HardSwish", true)]
    [InlineData("PReLU", true)]
    [InlineData("Sigmoid", false)] // so long that a tile of accumulators would be spilled
    [InlineData("GELU", false)]
    public void Activation_AfterSumsOfTaps_IsFusedIfCheap(string activation, bool isFused)
    {
        Assert.Equal(isFused ? 1 : 2, Groups(Image(4, 8, 8), Conv(8, 3), Layer(activation)).Count);
        Assert.Equal(isFused ? 1 : 2, Groups(Vector(8), Dense(8), Layer(activation)).Count);
        Assert.Equal(isFused ? 1 : 2, Groups(Image(4, 8, 8), MaxPool(2), Layer(activation)).Count);
        Assert.Equal(isFused ? 1 : 2, Groups(Image(4, 8, 8), Layer("GlobalAvgPool2D"), Layer(activation)).Count);
    }

    [Fact]
    public void Activation_AfterFewRegisters_IsFusedHoweverLong()
    {
        Assert.Single(Groups(Image(4, 8, 8), ReLU, Layer("GELU")));
        Assert.Equal(
            ["maxpool1", "maxpool2", "add1 gelu1"],
            Names(Image(4, 8, 8), Pool("input"), Pool("input"), Add("maxpool1"), Layer("GELU")));
    }

    [Theory]
    [InlineData("Softmax")]
    [InlineData("LocalResponseNorm")]
    [InlineData("Slice")]
    [InlineData("Flatten")]
    public void Activation_AfterAKernelWithoutFunctions_StandsAlone(string kind)
    {
        LayerSyntax layer = kind switch
        {
            "LocalResponseNorm" => Layer(kind, ("size", 3)),
            "Slice" => Layer(kind, ("start", 0), ("count", 2)),
            _ => Layer(kind),
        };
        Assert.Equal(2, Groups(Image(4, 8, 8), layer, ReLU).Count);
    }

    [Theory]
    [InlineData("Subtract", 8, 8, 2)] // neither sum nor product
    [InlineData("Multiply", 8, 8, 1)]
    [InlineData("Multiply", 1, 1, 1)] // a pixel stands for all
    [InlineData("Multiply", 1, 8, 2)] // a row does not
    public void Activation_AfterACombination_IsFusedIfThatIsPlain(string kind, int height, int width, int groups)
    {
        Pipeline network = new(
            Image(4, 8, 8),
            Pool("input"),
            Layer("MaxPool2D", ("kernelHeight", 9 - height), ("kernelWidth", 9 - width), ("Stride", 1), ("From", "input")),
            Layer(kind, ("names", "maxpool1")),
            ReLU);
        FusedGraph fused = Fusion.Run(network.Context);
        Assert.Equal(2 + groups, fused.Groups.Count);
        Assert.Equal(groups == 1, Fusion.IsPlainCombine(network.Context.Graph.Layers[2]));
    }

    [Fact]
    public void PlainCombination_OneChannelStandsForAll_IsNone()
    {
        Pipeline network = new(Image(1, 1, 1), Conv(4, 1), Layer("Multiply", ("names", "input")), ReLU);
        Assert.False(Fusion.IsPlainCombine(network.Context.Graph.Layers[1]));
    }

    [Fact]
    public void Group_ResultHasTwoConsumers_EndsThere() => Assert.Equal(
        ["conv1", "relu1", "sigmoid1", "add1"],
        Names(Image(4, 8, 8), Conv(4, 3), ReLU, Layer("Sigmoid", ("From", "conv1")), Add("relu1")));

    [Fact]
    public void Group_CallerTakesTheResult_EndsThere() => Assert.Equal(
        ["conv1", "relu1"],
        Names(Image(4, 8, 8), Conv(4, 3), ReLU, Output("conv1"), Output("relu1")));

    [Fact]
    public void Group_ForObservers_IsOneLayer()
    {
        Pipeline network = new(Image(4, 8, 8), Conv(4, 3), BatchNorm, ReLU, Layer("Dropout")) { Mode = PlanMode.Observed };
        Assert.Equal(["conv1", "bn1", "relu1", "dropout1"], network.NamesOf(Fusion.Run(network.Context)));
    }

    [Fact]
    public void Identity_AfterAKernel_JoinsIt() => Assert.Equal(
        ["conv1 dropout1 relu1", "softmax1 dropout2"],
        Names(Image(4, 8, 8), Conv(4, 3), Layer("Dropout"), ReLU, Layer("Softmax"), Layer("Dropout")));

    [Theory]
    [InlineData("Flatten")]
    [InlineData("ZeroPad2D")]
    [InlineData("Slice")]
    public void Identity_AfterAView_IsAViewOfItsOwn(string kind)
    {
        // A group of a view has no kernel, and so none that an identity could join.
        LayerSyntax view = kind switch
        {
            "ZeroPad2D" => Layer(kind, ("padding", 1)),
            "Slice" => Layer(kind, ("start", 0), ("count", 2)),
            _ => Layer(kind),
        };
        Assert.Equal([1, 1], Groups(Image(4, 8, 8), view, Layer("Dropout")).Select(g => g.Layers.Count));
    }

    private static LayerSyntax Sums(string kind) =>
        kind == "DepthwiseConv2D" ? Layer(kind, ("kernel", 3)) : Layer(kind, ("filters", 8), ("kernel", 3));

    private static LayerSyntax Pool(string from) => MaxPool(1, ("From", from));

    private static EquatableArray<LayerGroup> Groups(params IEnumerable<LayerSyntax> layers) => Fusion.Run(new Pipeline(layers).Context).Groups;

    private static IEnumerable<string> Names(params IEnumerable<LayerSyntax> layers)
    {
        var network = new Pipeline(layers);
        return network.NamesOf(Fusion.Run(network.Context));
    }
}
