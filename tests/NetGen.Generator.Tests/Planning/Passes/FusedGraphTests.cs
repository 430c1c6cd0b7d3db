using System.Linq;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Planning.Passes;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using static NetGen.Generator.Tests.Planning.Pipeline;

namespace NetGen.Generator.Tests.Planning.Passes;

/// <summary>What can be asked of a graph whose layers are grouped.</summary>
public sealed class FusedGraphTests
{
    /// <summary>A residual block: its input is read by a convolution, and added to the last one's result.</summary>
    private static Pipeline Block => new(
        Image(8, 6, 6), Conv(8, 1, ("Name", "a")), ReLU, Conv(8, 1, ("Name", "b")), ReLU, Conv(8, 1, ("Name", "c")), Add("relu1"), MaxPool(2));

    [Fact]
    public void Group_OfSeveralLayers_IsFoundByItsFirstAndItsLast()
    {
        Pipeline block = Block;
        FusedGraph fused = Fusion.Run(block.Context);
        Assert.Equal(["a relu1", "b relu2", "c add1", "maxpool1"], block.NamesOf(fused));
        Assert.Same(fused.Groups[1], fused.StartingWith(block.IndexOf("b")));
        Assert.Same(fused.Groups[1], fused.EndingWith(block.IndexOf("relu2")));
        Assert.Null(fused.StartingWith(block.IndexOf("relu2")));
        Assert.Null(fused.EndingWith(block.IndexOf("b")));
        Assert.Null(fused.EndingWith(-1));
    }

    [Fact]
    public void Readers_OneAddsTheResultWithinItsGroup_AreTheOthers()
    {
        Pipeline block = Block;
        FusedGraph fused = Fusion.Run(block.Context);
        Assert.Equal(["b relu2"], fused.Readers(block.IndexOf("relu1")).Select(block.NamesOf));
        Assert.Equal(["a relu1"], fused.Readers(-1).Select(block.NamesOf));
        Assert.Empty(fused.Readers(block.IndexOf("a")));
        Assert.True(fused.IsResidual(block.IndexOf("relu1")));
        Assert.False(fused.IsResidual(block.IndexOf("relu2")));
    }

    [Fact]
    public void Output_AnotherLayerReadsItToo_IsNotTheCallersAlone()
    {
        Pipeline network = new(
            Image(4, 8, 8), Conv(8, 3), ReLU, Conv(8, 3), Output("relu1"), Output("conv2"));
        FusedGraph fused = Fusion.Run(network.Context);
        Assert.Equal([false, true], fused.Groups.Select(fused.IsOutput));
    }

    [Theory]
    [InlineData(false, true, true)]
    [InlineData(false, false, false)] // the other reader needs no zeros
    [InlineData(true, true, false)] // each result lies in memory of its own
    public void ZeroPadding_OfWhatItAloneReads_IsFree(bool isObserved, bool isAlone, bool isFree)
    {
        LayerSyntax[] other = isAlone ? [] : [MaxPool(2, ("From", "conv1")), Output("conv2"), Output("maxpool1")];
        Pipeline network = new([Image(4, 8, 8), Conv(8, 3), Pad(1), Conv(8, 3), .. other])
        {
            Mode = isObserved ? PlanMode.Observed : PlanMode.Sample,
        };
        FusedGraph fused = Fusion.Run(network.Context);
        Assert.Equal(isFree, fused.IsFreePad(Assert.IsType<LayerGroup>(fused.StartingWith(network.IndexOf("pad1")))));
    }

    [Fact]
    public void Alias_OfAViewOfItsOwn_IsOneAndWithinAKernelIsNot()
    {
        Pipeline network = new(
            Image(8, 6, 6),
            Conv(8, 3),
            Layer("Dropout", ("Name", "within")),
            Slice(0, 4),
            Pad(1),
            Layer("Flatten"),
            Layer("Dropout", ("Name", "alone")),
            Dense(2));
        FusedGraph fused = Fusion.Run(network.Context);
        Assert.Equal(
            ["slice1", "pad1", "flatten1", "alone"],
            network.Context.Graph.Layers.Where((_, i) => fused.IsAlias(i)).Select(l => l.Name));
    }

    [Fact]
    public void Concatenation_OfKernelsResults_IsWrittenByThem()
    {
        Pipeline network = new(
            Image(8, 6, 6),
            Conv(8, 1, ("Name", "a")),
            ReLU,
            Slice(0, 4, ("From", "input"), ("Name", "view")),
            MaxPool(1, ("From", "input"), ("Name", "twice")),
            Concat("relu1", "view", "twice", "twice", "input"));
        FusedGraph fused = Fusion.Run(network.Context);
        int concat = network.IndexOf("concat1");

        // A view has no kernel of its own to write elsewhere, a kernel writes one place, and the input is the caller's.
        Assert.Equal(concat, fused.ConcatOf(network.IndexOf("relu1")));
        Assert.Null(fused.ConcatOf(network.IndexOf("view")));
        Assert.Null(fused.ConcatOf(network.IndexOf("twice")));
        Assert.Null(fused.ConcatOf(-1));
        Assert.Null(fused.ConcatOf(network.IndexOf("a")));
        Assert.Equal([network.IndexOf("relu1")], fused.PartsOf(Assert.IsType<LayerGroup>(fused.StartingWith(concat))));
    }

    [Fact]
    public void Concatenations_OfTheSameResult_AreWrittenOneAndCopiedOthers()
    {
        Pipeline network = new(
            Image(8, 6, 6),
            Conv(8, 1, ("Name", "a")),
            Layer("Concat", ("names", "a"), ("names", "input"), ("Name", "first")),
            Layer("Concat", ("names", "a"), ("names", "first"), ("Name", "second")));
        FusedGraph fused = Fusion.Run(network.Context);
        Assert.Equal(network.IndexOf("first"), fused.ConcatOf(network.IndexOf("a")));
        Assert.Equal([network.IndexOf("first")], fused.PartsOf(Assert.IsType<LayerGroup>(fused.StartingWith(network.IndexOf("second")))));
    }

    [Theory]
    [InlineData("input", true)]
    [InlineData("slice1", false)] // a view of which another layer reads
    [InlineData("concat1", false)]
    [InlineData("conv1", false)] // a part that another layer reads where it was written
    public void SoleReader_MemoryIsReadThroughAView_IsNone(string other, bool isSole)
    {
        Pipeline network = new(
            Image(8, 6, 6),
            Conv(8, 1),
            Conv(8, 1, ("From", "input")),
            Concat("conv1", "conv2"),
            Slice(0, 4),
            Layer("Sigmoid"),
            Output("sigmoid1"),
            MaxPool(2, ("From", other)),
            Output("maxpool1"));
        Assert.Equal(isSole, Fusion.Run(network.Context).HasSoleReader(network.IndexOf("slice1")));
    }

    [Fact]
    public void Absorb_NextGroup_JoinsItsLayersAndLeavesTheRest()
    {
        Pipeline block = Block;
        FusedGraph fused = Fusion.Run(block.Context);
        FusedGraph joined = fused.Absorb(fused.Groups[2], fused.Groups[3]);
        Assert.Equal(["a relu1", "b relu2", "c add1 maxpool1"], block.NamesOf(joined));
        Assert.Same(joined.Groups[2], joined.EndingWith(block.IndexOf("maxpool1")));
        Assert.Null(joined.StartingWith(block.IndexOf("maxpool1")));
        Assert.Null(joined.EndingWith(block.IndexOf("add1")));
        Assert.True(joined.IsResidual(block.IndexOf("relu1")));
        Assert.Equal(fused.Groups[2].Epilogue, joined.Groups[2].Epilogue);

        // The pass before is not changed by it.
        Assert.Equal(["a relu1", "b relu2", "c add1", "maxpool1"], block.NamesOf(fused));
    }
}
