using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Planning.Passes;
using NetGen.Generator.Tests.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using static NetGen.Generator.Tests.Planning.Pipeline;

namespace NetGen.Generator.Tests.Planning.Passes;

/// <summary>The borders and layouts that the readers of a result demand; integers have tests of their own.</summary>
public sealed class DemandAnalysisTests
{
    /// <summary>A kernel that reads a border of each size on each side.</summary>
    private static readonly (string Name, object Value)[] Uneven = [("PaddingTop", 1), ("PaddingBottom", 2), ("PaddingLeft", 3), ("PaddingRight", 4)];

    private static readonly Border UnevenBorder = new(1, 2, 3, 4);

    [Fact]
    public void Border_OfAResult_IsWhatItsReadersAlgorithmsNeed()
    {
        Pipeline network = new(Image(4, 20, 20), Conv(5, 1, ("Name", "a")), Conv(8, 5, Uneven));
        ValueDemands demands = DemandAnalysis.Run(network.Context, network.Fused, network.Algorithms);
        Assert.Equal(network.AlgorithmOf("conv1").Border, demands.Of(0).Border);
        Assert.NotEqual(default, demands.Of(0).Border);
        Assert.Equal(default, demands.Of(-1).Border);
        Assert.Equal(default, demands.Of(1).Border);
    }

    [Fact]
    public void Border_ReadByTwo_HoldsThoseOfBoth()
    {
        Pipeline network = new(
            Image(8, 20, 20),
            Conv(8, 1, ("Name", "a")),
            Depthwise(3, ("PaddingTop", 2), ("PaddingRight", 1)),
            Depthwise(3, ("PaddingTop", 1), ("PaddingBottom", 2), ("PaddingLeft", 1), ("From", "a")),
            Output("dwconv1"),
            Output("dwconv2"));
        Assert.Equal(new Border(2, 2, 1, 1), network.DemandOn("a").Border);
    }

    [Theory]
    [InlineData("MaxPool2D")] // it leaves out what lies beyond the edge
    [InlineData("Conv2D")]
    public void Border_OfAPooling_IsNone(string reader)
    {
        Pipeline network = new(Image(8, 20, 20), Layer("Softmax", ("Name", "a")), Layer(reader, [.. Filters(reader), ("kernel", 9), .. Uneven]));
        Assert.Equal(reader == "Conv2D", network.DemandOn("a").Border.Left > 0);

        static (string Name, object Value)[] Filters(string kind) => kind == "Conv2D" ? [("filters", 4)] : [];
    }

    [Fact]
    public void Border_OfATransposedConvolution_IsWhatItsPhasesReach()
    {
        Pipeline network = new(Image(8, 5, 6), Layer("Softmax", ("Name", "a")), Layer("ConvTranspose2D", ("filters", 4), ("kernel", 3), ("Stride", 2)));

        // The first row sums the tap above it too, and the last but one the tap below it.
        Assert.Equal(new Border(1, 1, 1, 1), network.DemandOn("a").Border);
    }

    [Fact]
    public void Border_ReadThroughAnIdentity_IsNeededOfItsSource()
    {
        Pipeline network = new(Image(8, 20, 20), Pad(0), Layer("Dropout", ("Name", "a")), Depthwise(3, Uneven), Conv(8, 1));
        Assert.Equal(UnevenBorder, network.DemandOn("a").Border);
        Assert.Equal(UnevenBorder, network.DemandOn("pad1").Border);
        Assert.Equal(UnevenBorder, network.DemandOn("input").Border);
    }

    [Fact]
    public void Border_ReadThroughASlice_IsNeededOfAllChannels()
    {
        Pipeline network = new(Image(8, 20, 20), Conv(8, 1, ("Name", "a")), Slice(4, 4), Depthwise(3, Uneven));
        Assert.Equal(UnevenBorder, network.DemandOn("a").Border);
    }

    [Fact]
    public void Border_ReadThroughConcatenations_IsNeededOfThePartsThatAreWrittenInPlace()
    {
        Pipeline network = new(
            Image(8, 20, 20),
            Conv(8, 1, ("Name", "a")),
            MaxPool(1, ("From", "input"), ("Name", "b")),
            Slice(0, 4, ("From", "input"), ("Name", "copied")),
            Layer("Concat", ("names", "a"), ("names", "copied"), ("Name", "inner")),
            Layer("Concat", ("names", "inner"), ("names", "b"), ("Name", "outer")),
            Depthwise(3, Uneven));
        Assert.Equal(UnevenBorder, network.DemandOn("outer").Border);
        Assert.Equal(UnevenBorder, network.DemandOn("inner").Border);
        Assert.Equal(UnevenBorder, network.DemandOn("a").Border);
        Assert.Equal(UnevenBorder, network.DemandOn("b").Border);

        // The copy of a view lies in the concatenation; the view itself needs nothing around it.
        Assert.Equal(default, network.DemandOn("copied").Border);
    }

    [Fact]
    public void Border_ReadThroughAFreeZeroPadding_IsThatAndWhatIsNeededAroundIt()
    {
        Pipeline network = new(
            Image(8, 20, 20), Conv(8, 1, ("Name", "a")), Layer("ZeroPad2D", ("top", 1), ("left", 2)), Depthwise(3, Uneven), Conv(8, 1));
        Assert.Equal(UnevenBorder + new Border(1, 0, 2, 0), network.DemandOn("a").Border);
        Assert.Equal(UnevenBorder, network.DemandOn("pad1").Border);
    }

    [Fact]
    public void Border_ReadThroughAZeroPaddingThatCopies_IsNone()
    {
        // Another reader of the same result would read the zeros.
        Pipeline network = new(
            Image(8, 20, 20),
            Conv(8, 1, ("Name", "a")),
            Pad(2),
            Depthwise(3, Uneven),
            MaxPool(2, ("From", "a")),
            Output("dwconv1"),
            Output("maxpool1"));
        Assert.Equal(default, network.DemandOn("a").Border);
        Assert.Equal(UnevenBorder, network.DemandOn("pad1").Border);
    }

    [Fact]
    public void Border_OfWhatIsSummedAsIntegers_IsNoneOfTheFloats()
    {
        // The zeros are around the integers.
        Pipeline network = new(Image(8, 20, 20), Layer("Softmax", ("Name", "a")), Conv(8, 5, Uneven)) { Options = Integers };
        Assert.True(network.AlgorithmOf("conv1").SumsIntegers);
        Assert.Equal(default, network.DemandOn("a").Border);
    }

    [Theory]
    [InlineData("Conv2D", true)] // tap by tap, each a broadcast
    [InlineData("ConvTranspose2D", true)]
    [InlineData("Flatten", true)] // a dense layer's weights are packed for any order
    [InlineData("Concat", true)] // a copy
    [InlineData("Reshape", true)]
    [InlineData("Permute", true)]
    [InlineData("DepthwiseConv2D", false)] // vectors of channels
    [InlineData("MaxPool2D", false)]
    [InlineData("ReLU", false)]
    [InlineData("Softmax", false)]
    public void AnyLayout_OfTheImage_WillDoForWhatReadsValueByValue(string reader, bool anyLayout)
    {
        LayerSyntax[] layers = reader switch
        {
            "Conv2D" => [Layer(reader, ("filters", 32), ("kernel", 3))],
            "ConvTranspose2D" => [Layer(reader, ("filters", 32), ("kernel", 3))],
            "Flatten" => [Flatten, Dense(3)],
            "Concat" => [Conv(4, 1), Concat("input", "conv1")],
            "Reshape" => [Layer(reader, ("channels", 6), ("height", 6), ("width", 8))],
            "Permute" => [Layer(reader, ("order", 2), ("order", 0), ("order", 1))],
            "DepthwiseConv2D" => [Conv(8, 1), Depthwise(3, ("From", "input")), Output("conv1"), Output("dwconv1")],
            "MaxPool2D" => [MaxPool(2)],
            _ => [Layer(reader)],
        };
        Assert.Equal(anyLayout, new Pipeline([Image(8, 6, 6), .. layers]).DemandOn("input").AnyLayout);
    }

    [Theory]
    [InlineData("Dropout")]
    [InlineData("Slice")]
    [InlineData("ZeroPad2D")]
    public void AnyLayout_ThroughAView_IsAsItsReadersHaveIt(string view)
    {
        LayerSyntax layer = view switch { "Slice" => Slice(0, 4), "ZeroPad2D" => Pad(1), _ => Layer(view) };
        Assert.True(new Pipeline(Image(8, 6, 6), layer, Conv(32, 3)).DemandOn("input").AnyLayout);
        Assert.False(new Pipeline(Image(8, 6, 6), layer, MaxPool(2)).DemandOn("input").AnyLayout);
    }

    [Fact]
    public void AnyLayout_ThroughAZeroPaddingThatTheCallerTakes_WillNotDo()
    {
        Pipeline network = new(Image(8, 6, 6), Pad(1), Conv(32, 3), Output("pad1"), Output("conv1"));
        Assert.False(network.DemandOn("input").AnyLayout);
    }

    [Fact]
    public void AnyLayout_ThroughAZeroPaddingThatCopies_WillNotDo()
    {
        Pipeline network = new(Image(8, 6, 6), Pad(1), Conv(32, 3), Conv(32, 1, ("From", "input")), Output("conv1"), Output("conv2"));
        Assert.False(network.DemandOn("input").AnyLayout);
    }

    [Fact]
    public void AnyLayout_OneReaderTakesVectors_WillNotDo()
    {
        Pipeline network = new(Image(8, 6, 6), Conv(32, 3), MaxPool(2, ("From", "input")), Output("conv1"), Output("maxpool1"));
        Assert.False(network.DemandOn("input").AnyLayout);
    }

    [Fact]
    public void AnyLayout_OfAResidual_WillNotDo()
    {
        // It is added vector by vector.
        Pipeline network = new(Image(8, 6, 6), Conv(8, 1), Add("input"));
        Assert.Equal(-1, network.Group("conv1").Residual);
        Assert.False(network.DemandOn("input").AnyLayout);
    }
}
