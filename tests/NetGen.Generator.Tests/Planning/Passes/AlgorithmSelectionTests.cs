using System.Linq;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Planning.Algorithms;
using NetGen.Generator.Planning.Passes;
using NetGen.Generator.Tests.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using static NetGen.Generator.Tests.Planning.Pipeline;

namespace NetGen.Generator.Tests.Planning.Passes;

/// <summary>How convolutions are computed, and which poolings they take with them. What each algorithm asks for is in its own tests.</summary>
public sealed class AlgorithmSelectionTests
{
    [Fact]
    public void Algorithm_OfEachConvolution_IsTheFirstThatIsWorthIt()
    {
        Pipeline network = new(
            Image(1, 28, 28),
            Conv(6, 5, ("Padding", 2), ("Name", "planarWinograd")),
            Conv(64, 1, ("Name", "direct")),
            Depthwise(3, ("Name", "depthwise")),
            Conv(64, 3, ("Padding", 1), ("Name", "winograd")));
        (FusedGraph _, AlgorithmChoices algorithms) = AlgorithmSelection.Run(network.Context, network.Grouped);
        Assert.Equal(
            [nameof(PlanarWinogradAlgorithm), nameof(DirectAlgorithm), nameof(DepthwiseAlgorithm), nameof(WinogradAlgorithm)],
            network.Grouped.Groups.Select(g => algorithms.Of(g)?.GetType().Name));
    }

    [Fact]
    public void Algorithm_OfTheCallersImage_IsWinogradBeforePlanes()
    {
        // With so many channels, planes would not even be asked.
        Pipeline network = new(Image(64, 28, 28), Conv(64, 3, ("Padding", 1)));
        Assert.IsType<WinogradAlgorithm>(network.AlgorithmOf("conv1"));
    }

    [Fact]
    public void Algorithm_OfOtherGroups_IsNone()
    {
        Pipeline network = new(
            Image(8, 6, 6), MaxPool(2), Layer("ConvTranspose2D", ("filters", 4), ("kernel", 3)), Layer("Softmax"), Layer("Flatten"), Dense(3));
        (FusedGraph fused, AlgorithmChoices algorithms) = AlgorithmSelection.Run(network.Context, network.Grouped);
        Assert.All(fused.Groups, g => Assert.Null(algorithms.Of(g)));
        Assert.Same(network.Grouped, fused);
    }

    [Fact]
    public void Algorithm_TakesThePooling_ItsGroupAbsorbsIt()
    {
        Pipeline network = new(Image(1, 28, 28), Conv(6, 5, ("Padding", 2)), ReLU, MaxPool(2), Layer("Dropout"), Conv(8, 1), MaxPool(2));
        (FusedGraph fused, AlgorithmChoices algorithms) = AlgorithmSelection.Run(network.Context, network.Grouped);
        Assert.Equal(["conv1 relu1", "maxpool1 dropout1", "conv2", "maxpool2"], network.NamesOf(network.Grouped));
        Assert.Equal(["conv1 relu1 maxpool1 dropout1", "conv2", "maxpool2"], network.NamesOf(fused));
        Assert.Equal([true, false], fused.Groups.Take(2).Select(g => algorithms.Of(g)!.TakesPooling));
    }

    [Fact]
    public void Algorithm_PoolingThatNoneTakes_StaysAGroup()
    {
        Pipeline network = new(Image(1, 28, 28), Conv(16, 5), MaxPool(3), Conv(8, 1));
        Assert.Equal(["conv1", "maxpool1", "conv2"], network.NamesOf(network.Fused));
    }

    [Fact]
    public void Algorithm_PlanesWithAPooling_AreAskedBeforePlanesAlone()
    {
        // Alone, its rows would be transformed; with the pooling the image is too small for that.
        LayerSyntax[] convolution = [Image(1, 27, 27), Conv(6, 4)];
        Assert.IsType<PlanarWinogradAlgorithm>(new Pipeline([.. convolution, Conv(8, 1)]).AlgorithmOf("conv1"));
        Assert.True(Assert.IsType<PlanarAlgorithm>(new Pipeline([.. convolution, MaxPool(2), Conv(8, 1)]).AlgorithmOf("conv1")).TakesPooling);
    }

    [Fact]
    public void Algorithm_ForObservers_IsDirectOrDepthwise()
    {
        Pipeline network = new(Image(64, 28, 28), Conv(64, 3, ("Padding", 1)), Depthwise(3), MaxPool(2)) { Mode = PlanMode.Observed };
        Assert.IsType<DirectAlgorithm>(network.AlgorithmOf("conv1"));
        Assert.IsType<DepthwiseAlgorithm>(network.AlgorithmOf("dwconv1"));
    }

    [Fact]
    public void Winograd_AuthorForbidsIt_IsNotUsed()
    {
        NetworkOptions options = NetworkOptions.Default with { Winograd = false };
        Assert.IsType<DirectAlgorithm>(new Pipeline(Image(64, 28, 28), Conv(64, 3, ("Padding", 1))) { Options = options }.AlgorithmOf("conv1"));
        Assert.IsType<PlanarAlgorithm>(new Pipeline(Image(1, 28, 28), Conv(6, 5), Conv(8, 1)) { Options = options }.AlgorithmOf("conv1"));
    }

    [Fact]
    public void Winograd_OffsetsIntoWeightsExceedAnInteger_IsNotUsed()
    {
        // Transformed, weights are several times as many.
        LayerSyntax[] small = [Image(64, 28, 28), Conv(64, 3, ("Padding", 1)), Layer("GlobalAvgPool2D"), Flatten];
        Assert.True(new Pipeline([.. small, Dense(4)]).Context.AllowsWinograd);
        Assert.False(new Pipeline([.. small, Dense(1 << 14), Dense(1 << 14)]).Context.AllowsWinograd);
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(false, false, false)]
    public void DenseLayer_OfANetworkOfIntegers_SumsThemUnlessObserved(bool isInteger, bool isObserved, bool sums)
    {
        Pipeline network = new(Vector(8), Dense(4), Layer("Sigmoid"), Dense(2))
        {
            Options = isInteger ? Integers : NetworkOptions.Default,
            Mode = isObserved ? PlanMode.Observed : PlanMode.Sample,
        };
        Assert.Equal([sums, false, false], network.Fused.Groups.Select(network.Algorithms.SumsIntegers));
    }
}
