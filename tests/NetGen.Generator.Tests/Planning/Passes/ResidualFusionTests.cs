using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Planning.Passes;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using static NetGen.Generator.Tests.Planning.Pipeline;

namespace NetGen.Generator.Tests.Planning.Passes;

/// <summary>Which sums a kernel adds before it stores its own results.</summary>
public sealed class ResidualFusionTests
{
    private static LayerSyntax Sum => Add("a", "b");

    [Theory]
    [InlineData("a", "b")]
    [InlineData("b", "a")]
    public void Sum_OfTwoConvolutions_IsAddedByTheLaterOne(string first, string second)
    {
        // By then the other one's result is there, whatever the order of the sum's names.
        FusedGraph fused = Fuse(Image(8, 6, 6), Conv(8, 1, ("Name", "a")), Conv(8, 1, ("Name", "b")), Layer("Add", ("names", first), ("names", second)), ReLU);

        // The earlier one has two consumers here: the later one, and the sum.
        LayerGroup later = fused.Groups[1];
        Assert.Equal([1, 2, 3], later.Layers);
        Assert.Equal(0, later.Residual);
        Assert.Equal([new ResidualEpilogue(), new ActivationEpilogue(ActivationFunction.ReLU, [])], later.Epilogue.Operations);
        Assert.Null(fused.Groups[0].Residual);
    }

    [Fact]
    public void Sum_OfTheEarlierConvolutionAlone_IsAddedByTheLaterOne()
    {
        FusedGraph fused = Fuse(Image(8, 6, 6), Conv(8, 1, ("Name", "a")), Conv(8, 1, ("Name", "b"), ("From", "input")), Sum);
        Assert.Equal([[0], [1, 2]], fused.Groups.Select(g => g.Layers.ToArray()));
        Assert.Equal(0, fused.Groups[1].Residual);
    }

    [Fact]
    public void Sum_WithTheNetworksInput_IsAdded()
    {
        FusedGraph fused = Fuse(Image(8, 6, 6), Conv(8, 1, ("Name", "a")), Add("input"));
        Assert.Equal(-1, Assert.Single(fused.Groups).Residual);
    }

    [Fact]
    public void Sum_AfterADenseLayer_IsAdded()
    {
        FusedGraph fused = Fuse(Vector(8), Dense(8, ("Name", "a")), Dense(8, ("Name", "b")), Sum);
        Assert.Equal(0, fused.Groups[1].Residual);
    }

    [Theory]
    [InlineData("DepthwiseConv2D")]
    [InlineData("ConvTranspose2D")]
    [InlineData("MaxPool2D")]
    [InlineData("Sigmoid")]
    public void Sum_AfterAKernelThatAddsNone_StandsAlone(string kind)
    {
        LayerSyntax layer = kind switch
        {
            "ConvTranspose2D" => Layer(kind, ("filters", 8), ("kernel", 1), ("Name", "b")),
            "Sigmoid" => Layer(kind, ("Name", "b")),
            _ => Layer(kind, ("kernel", 1), ("Name", "b")),
        };
        Assert.Equal([1, 1, 1], Fuse(Image(8, 6, 6), Conv(8, 1, ("Name", "a")), layer, Sum).Groups.Select(g => g.Layers.Count));
    }

    [Theory]
    [InlineData("Multiply")]
    [InlineData("Subtract")]
    public void Combination_NoSum_StandsAlone(string kind) => Assert.Equal(
        3, Fuse(Image(8, 6, 6), Conv(8, 1, ("Name", "a")), Conv(8, 1, ("Name", "b")), Layer(kind, ("names", "a"), ("names", "b"))).Groups.Count);

    [Fact]
    public void Sum_OfThree_StandsAlone()
    {
        FusedGraph fused = Fuse(
            Image(8, 6, 6), Conv(8, 1, ("Name", "a")), Conv(8, 1, ("Name", "b")), Add("input", "a", "b"));
        Assert.Equal(3, fused.Groups.Count);
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("b", "a")]
    public void Sum_OfAPixelThatStandsForAll_StandsAlone(string first, string second)
    {
        // A kernel adds value for value.
        LayerSyntax[] layers = [Image(8, 6, 6), Layer("GlobalAvgPool2D", ("Name", "a")), Conv(8, 1, ("Name", "b"), ("From", "input"))];
        Assert.Equal(3, Fuse([.. layers, Layer("Add", ("names", first), ("names", second))]).Groups.Count);
    }

    [Fact]
    public void Sum_OfAResultWithItself_StandsAlone() => Assert.Equal(
        2, Fuse(Image(8, 6, 6), Conv(8, 1, ("Name", "a")), Add("a", "a")).Groups.Count);

    [Fact]
    public void Sum_AfterAnother_StandsAlone()
    {
        // A kernel has room for one.
        FusedGraph fused = Fuse(
            Image(8, 6, 6), Conv(8, 1, ("Name", "a")), Conv(8, 1, ("Name", "b")), Sum, Add("input"));
        Assert.Equal([[0], [1, 2], [3]], fused.Groups.Select(g => g.Layers.ToArray()));
        Assert.Equal(0, fused.Groups[1].Residual);
    }

    [Theory]
    [InlineData(6, false)]
    [InlineData(1, true)]
    public void Sum_WithAFlattenedMap_IsAddedIfThatIsAPixel(int size, bool isAdded)
    {
        // A map lies in memory in another order than a dense layer's results.
        Pipeline network = new(
            Image(8, size, size),
            Conv(8, 1),
            Layer("Flatten"),
            ReLU,
            Layer("Dropout", ("Name", "a")),
            Dense(8 * size * size, ("Name", "b")),
            Sum);
        LayerGroup dense = Assert.IsType<LayerGroup>(Fusion.Run(network.Context).StartingWith(network.IndexOf("b")));
        Assert.Equal(isAdded ? network.IndexOf("a") : null, dense.Residual);
    }

    private static FusedGraph Fuse(params LayerSyntax[] layers) => Fusion.Run(new Pipeline(layers).Context);
}
