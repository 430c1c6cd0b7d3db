using System.Linq;
using NetGen.Generator.Graphs;
using Xunit;

namespace NetGen.Generator.Tests.Graphs;

/// <summary>The rules of layers over sequences, and of what they keep between calls.</summary>
public sealed class SequenceTests
{
    [Theory]
    [InlineData("3×1×20; Conv1D filters=4 kernel=5", "4×1×16", "weight 4×3×5 uniform of 15, bias 4 uniform of 15")]
    [InlineData("3×1×20; Conv1D filters=4 kernel=5 Stride=3 Padding=2 Dilation=2 Bias=false", "4×1×6", "weight 4×3×5 uniform of 15")]
    [InlineData("4×1×20; Conv1D filters=6 kernel=3 Groups=2 SamePadding=true Bias=false", "6×1×20", "weight 6×2×3 uniform of 6")]
    [InlineData("3×1×20; Conv1D filters=4 kernel=5 Causal=true Dilation=3 Bias=false", "4×1×20", "weight 4×3×5 uniform of 15")]
    [InlineData("3×1×20; DepthwiseConv1D kernel=4 Multiplier=2 PaddingLeft=3 Bias=false", "6×1×20", "weight 6×1×4 uniform of 4")]
    [InlineData("3×1×20; ConvTranspose1D filters=2 kernel=4 Stride=2 Padding=1 OutputPadding=1 Bias=false", "2×1×41", "weight 3×2×4 uniform of 8")]
    [InlineData("3×1×20; MaxPool1D kernel=3", "3×1×6", "")]
    [InlineData("3×1×20; AvgPool1D kernel=3 CeilMode=true", "3×1×7", "")]
    public void Layer_OfASequence_HasPyTorchsShapes(string network, string output, string tensors)
    {
        Assert.Equal(output, Notation.Outcome(network));
        Assert.Equal(tensors, Notation.Tensors(network));
    }

    [Theory]
    [InlineData("3×4×5; Conv1D filters=2 kernel=3", "NG1075 at Conv1D: conv1, Conv1D, input, 3×4×5")]
    [InlineData("15; MaxPool1D kernel=3", "NG1075 at MaxPool1D: maxpool1, MaxPool1D, input, 15")]
    [InlineData("3×4×5; BatchNorm1D", "NG1075 at BatchNorm1D: bn1, BatchNorm1D, input, 3×4×5")]
    [InlineData("3×1×4; Conv1D filters=2 kernel=5", "NG1013 at Conv1D.kernel: conv1, width, 5, 4, 0, input")]
    [InlineData("3×1×8; Conv1D filters=2 kernel=3 Causal=true Padding=1", "NG1020 at Conv1D.Padding: conv1, Padding, 1, 0, since a causal convolution pads before the sequence alone")]
    [InlineData("3×1×8; Conv1D filters=2 kernel=3 Causal=true SamePadding=true", "NG1020 at Conv1D.SamePadding: conv1, SamePadding, true, false, since a causal convolution pads before the sequence alone")]
    [InlineData("3×1×8; Conv1D filters=2 kernel=3 Streaming=true PaddingLeft=2", "NG1020 at Conv1D.PaddingLeft: conv1, PaddingLeft, 2, 0, since a streaming convolution reads what came before")]
    [InlineData("3×1×8; Conv1D filters=2 kernel=3 Streaming=true Stride=3", "NG1020 at Conv1D.Stride: conv1, Stride, 3, a divisor of 8, the length that 'input' gives, since the next call goes on where this one ends")]
    [InlineData("3×1×8; Conv1D filters=2 kernel=3 Streaming=true Stride=4", "NG1020 at Conv1D.Stride: conv1, Stride, 4, at most the kernel's span of 3 where calls follow one another")]
    [InlineData("3×4×5; Concat names=input Axis=7", "NG1020 at Concat.Axis: concat1, Axis, 7, one of Channels, Height and Width")]
    [InlineData("15; Concat names=input Axis=4", "NG1017 at Concat: concat1, Concat, input, 15")]
    public void Mistake_IsReportedWithItsArithmetic(string network, string expected) => Assert.Equal(expected, Notation.Outcome(network));

    [Theory]
    [InlineData(1, "3×1×10")]
    [InlineData(2, "3×8×5")]
    [InlineData(4, "3×4×10")]
    public void Concat_AlongAnAxis_AddsThatSideAlone(int axis, string expected) => Assert.Equal(
        axis == 1 ? "6×4×5" : expected, Notation.Outcome($"3×4×5; ReLU; Concat names=input Axis={axis}"));

    [Fact]
    public void StreamingConvolution_KeepsWhatItsNextCallReads()
    {
        Graph graph = Notation.Graph("3×1×8; Conv1D filters=2 kernel=5 Dilation=2 Stride=2 Streaming=true");
        Assert.Equal([("input", Shape.Image(3, 1, 8)), ("conv1.past", Shape.Image(3, 1, 7))], graph.Inputs.Select(i => (i.Name, i.Shape)));
        Assert.Equal(["conv1.joined", "conv1.next", "conv1"], graph.Layers.Select(l => l.Name));
        Assert.Equal(Shape.Image(2, 1, 4), graph.Layers[2].Output);
        Assert.Equal([2, 1], graph.Outputs);
        Assert.Equal([new GraphState(1, 1)], graph.States);
        Assert.Equal(1, graph.ResultCount);
    }

    [Fact]
    public void StreamingConvolution_WhoseWindowsDoNotOverlap_KeepsNothing() =>
        Assert.Empty(Notation.Graph("3×1×8; Conv1D filters=2 kernel=2 Stride=2 Streaming=true").States);
}
