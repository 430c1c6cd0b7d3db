using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Planning.Passes;
using NetGen.Generator.Tests.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using static NetGen.Generator.Tests.Planning.Pipeline;

namespace NetGen.Generator.Tests.Planning.Passes;

/// <summary>What the readers of a result as integers demand.</summary>
public sealed class IntegerDemandTests
{
    [Fact]
    public void Integers_InANetworkOfFloats_AreNotDemanded() =>
        Assert.Null(new Pipeline(Image(8, 6, 6), Conv(8, 1), Conv(8, 3)).DemandOn("conv1").Integers);

    [Fact]
    public void Integers_NoReaderSumsThem_AreNotDemanded() =>
        Assert.Null(Network(Conv(8, 1), MaxPool(2)).DemandOn("conv1").Integers);

    [Fact]
    public void Integers_OneReaderSumsThem_AreItsOwnWithItsBorder()
    {
        Pipeline network = Network(Conv(8, 1, ("Name", "a")), Conv(8, 3, ("PaddingTop", 1), ("PaddingRight", 2), ("Name", "b")));
        Assert.Equal(
            new IntegerDemand(new Border(1, 0, 0, 2), network.IndexOf("b"), IsSole: true),
            DemandAnalysis.Run(network.Context, network.Fused, network.Algorithms).Of(0).Integers);
    }

    [Fact]
    public void Integers_SeveralReadersSumThem_HaveTheFirstOnesRangeAndTheLargestBorder()
    {
        Pipeline network = Network(
            Conv(8, 1, ("Name", "a")),
            Conv(8, 3, ("PaddingTop", 1), ("Name", "b")),
            Conv(8, 3, ("PaddingLeft", 1), ("PaddingTop", 1), ("From", "a"), ("Name", "c")),
            Output("b"),
            Output("c"));
        Assert.Equal(new IntegerDemand(new Border(1, 0, 1, 0), network.IndexOf("b"), IsSole: true), network.DemandOn("a").Integers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Integers_SomebodyTakesFloats_AreNotTheSoleForm(bool isCaller)
    {
        LayerSyntax[] other = isCaller ? [Output("a")] : [MaxPool(2, ("From", "a"), ("Name", "c")), Output("c")];
        Pipeline network = Network([Conv(8, 1, ("Name", "a")), Conv(8, 3, ("Name", "b")), .. other, Output("b")]);
        Assert.Equal(new IntegerDemand(default, network.IndexOf("b"), IsSole: false), network.DemandOn("a").Integers);
    }

    [Fact]
    public void Integers_ReadThroughAnIdentity_KeepRangeAndBorder()
    {
        Pipeline network = Network(Layer("Slice", ("start", 0), ("count", 8), ("Name", "a")), Layer("Dropout"), Conv(8, 3, ("Padding", 1)));
        Assert.Equal(new IntegerDemand(new Border(1, 1, 1, 1), network.IndexOf("conv1"), IsSole: true), network.DemandOn("a").Integers);
        Assert.Equal(network.DemandOn("a").Integers, network.DemandOn("dropout1").Integers);
    }

    [Fact]
    public void Integers_ReadThroughAFlatten_HaveNoBorder()
    {
        Pipeline network = Network(Conv(8, 1, ("Name", "a")), Flatten, Dense(4), Dense(2));
        Assert.Equal(new IntegerDemand(default, network.IndexOf("fc1"), IsSole: true), network.DemandOn("a").Integers);
        Assert.Equal(new IntegerDemand(default, network.IndexOf("fc1"), IsSole: true), network.DemandOn("flatten1").Integers);
        Assert.Null(network.DemandOn("fc1").Integers);
    }

    [Fact]
    public void Integers_ReadThroughAnotherView_AreNotDemanded()
    {
        // Four channels share a word, which a part may cut through.
        Pipeline network = Network(Conv(16, 1, ("Name", "a")), Slice(2, 8), Conv(8, 3));
        Assert.NotNull(network.DemandOn("slice1").Integers);
        Assert.Null(network.DemandOn("a").Integers);
    }

    [Theory]
    [InlineData(16, 6, 1, true)]
    [InlineData(4, 6, 1, true)] // of too few channels to sum integers, but it may still add them
    [InlineData(64, 28, 3, false)] // Winograd's algorithm adds floats
    public void Integers_AddedAsAResidual_AreTheSoleFormIfTheKernelAddsThem(int channels, int size, int kernel, bool isSole)
    {
        Pipeline network = new(
            Image(channels, size, size),
            Conv(16, 1, ("Name", "a")),
            Conv(16, 3, ("Padding", 1), ("Name", "b")),
            Conv(channels, 1),
            Conv(16, kernel, ("Padding", kernel / 2), ("Name", "c")),
            Add("a", "c"))
        {
            Options = Integers,
        };
        Assert.Equal(network.IndexOf("a"), network.Group("c").Residual);
        Assert.Equal(isSole, network.AlgorithmOf("c").AddsIntegers);
        Assert.Equal(new IntegerDemand(new Border(1, 1, 1, 1), network.IndexOf("b"), isSole), network.DemandOn("a").Integers);
    }

    private static Pipeline Network(params LayerSyntax[] layers) => new([Image(8, 6, 6), .. layers]) { Options = Integers };
}
