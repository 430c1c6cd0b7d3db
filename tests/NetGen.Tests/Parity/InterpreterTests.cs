extern alias generator;

using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace NetGen.Tests.Parity;

using generator::NetGen.Generator.Graphs;
using generator::NetGen.Generator.Parsing;
using static NetworkDraft;

/// <summary>The interpreter against numbers that are computed by hand.</summary>
public sealed class InterpreterTests
{
    private readonly MemoryWeights weights = new();

    /// <summary>1 to 9 in three rows.</summary>
    private static readonly float[] Nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];

    [Fact]
    public void Convolution()
    {
        Weight("conv1.weight", [1, 0, 0, -1], 1, 1, 2, 2);
        Weight("conv1.bias", [10], 1);
        Check(Nine, [6, 6, 6, 6], Image(1, 3, 3), Layer("Conv2D", ("filters", 1), ("kernel", 2)));
    }

    [Fact]
    public void ConvolutionWithStrideAndUnevenPadding()
    {
        // Rows −1 and 1 of the input are read by the kernel's rows in the first output row, rows 1 and 3 in the second.
        Weight("conv1.weight", [1, 2, 4, 8], 1, 1, 2, 2);
        Check(
            Nine,
            [(4 * 1) + (8 * 2), 4 * 3, (1 * 4) + (2 * 5) + (4 * 7) + (8 * 8), (1 * 6) + (4 * 9)],
            Image(1, 3, 3),
            Layer("Conv2D", ("filters", 1), ("kernel", 2), ("Stride", 2), ("PaddingTop", 1), ("PaddingRight", 1), ("Bias", false)));
    }

    [Fact]
    public void ConvolutionWithDilationAndGroups()
    {
        Weight("conv1.weight", [1, 10, 1, 100], 2, 1, 1, 2);
        Check(
            [1, 2, 3, 4, 5, 6],
            [1 + 30, 4 + 600],
            Image(2, 1, 3),
            Layer("Conv2D", ("filters", 2), ("kernelHeight", 1), ("kernelWidth", 2), ("Dilation", 2), ("Groups", 2), ("Bias", false)));
    }

    [Fact]
    public void RearrangedAndReduced()
    {
        Check([1, 2, 3, 4, 5, 6], [1, 4, 2, 5, 3, 6], Image(2, 1, 3), Layer("Permute", ("order", 2), ("order", 1), ("order", 0)));
        Check(Nine, [2, 5, 8], Image(1, 3, 3), Layer("Reduce", ("reduction", 0), ("axes", (int)ImageAxes.Width)));
        Check(Nine, [7, 8, 9], Image(1, 3, 3), Layer("Reduce", ("reduction", 2), ("axes", (int)ImageAxes.Height)));
        Check([1, 2, 3, 4], [3, 8], Image(2, 1, 2), Layer("Reduce", ("reduction", 4), ("axes", (int)ImageAxes.Channels)));
        Check([1, 2], [1, 2, 1, 2, 1, 2, 1, 2], Image(1, 1, 2), Layer("Tile", ("channels", 1), ("height", 2), ("width", 2)));
        Check([1, 2], [5, 5, 5, 5, 5, 1, 2, 5, 5, 5, 5, 5], Image(1, 1, 2), Layer("Pad2D", ("padding", 1), ("Value", 5.0)));
        Check([1, 2], [1.5, 3.5], Image(1, 1, 2), Layer("Rescaling", ("scale", 2.0), ("offset", -0.5)));
    }

    [Fact]
    public void ConvolutionSumsOverChannels()
    {
        Weight("conv1.weight", [1, 10, 2, 20], 2, 2, 1, 1);
        Check([1, 2, 3, 4], [31, 42, 62, 84], Image(2, 1, 2), Layer("Conv2D", ("filters", 2), ("kernel", 1), ("Bias", false)));
    }

    [Fact]
    public void DepthwiseConvolutionWithMultiplier()
    {
        Weight("dwconv1.weight", [1, 2, 3, 4], 4, 1, 1, 1);
        Check([5, 7], [5, 10, 21, 28], Image(2, 1, 1), Layer("DepthwiseConv2D", ("kernel", 1), ("Multiplier", 2), ("Bias", false)));
    }

    [Fact]
    public void TransposedConvolution()
    {
        // Two pixels spread over [1 2 3] and [10 20 30], two apart, and meet in the middle.
        Weight("convtranspose1.weight", [1, 2, 3], 1, 1, 1, 3);
        Weight("convtranspose1.bias", [0.5f], 1);
        Check(
            [1, 10],
            [1.5, 2.5, 13.5, 20.5, 30.5],
            Image(1, 1, 2),
            Layer("ConvTranspose2D", ("filters", 1), ("kernelHeight", 1), ("kernelWidth", 3), ("StrideWidth", 2)));
    }

    [Fact]
    public void TransposedConvolutionWithPaddingAndGroups()
    {
        Weight("convtranspose1.weight", [1, 2, 3, 4, 5, 6], 2, 1, 1, 3);
        Check(
            [1, 10, 1, 10],
            [2, 13, 20, 30, 5, 46, 50, 60],
            Image(2, 1, 2),
            Layer(
                "ConvTranspose2D",
                ("filters", 2),
                ("kernelHeight", 1),
                ("kernelWidth", 3),
                ("StrideWidth", 2),
                ("PaddingLeft", 1),
                ("PaddingRight", 1),
                ("OutputPaddingWidth", 1),
                ("Groups", 2),
                ("Bias", false)));
    }

    [Fact]
    public void Dense()
    {
        Weight("fc1.weight", [1, 2, 3, 4], 2, 2);
        Weight("fc1.bias", [100, 200], 2);
        Check([5, 6], [117, 239], Vector(2), Layer("Dense", ("units", 2)));
    }

    [Fact]
    public void MaxPoolingIgnoresPadding() =>
        Check(
            [-1, -2, -3, -4],
            [-1, -2, -3, -4],
            Image(1, 2, 2),
            Layer("MaxPool2D", ("kernel", 2), ("Stride", 2), ("Padding", 1)));

    [Fact]
    public void MaxPoolingInCeilMode() =>
        Check(Nine, [5, 6, 8, 9], Image(1, 3, 3), Layer("MaxPool2D", ("kernel", 2), ("CeilMode", true)));

    [Fact]
    public void MaxPoolingPropagatesNaN() =>
        Check([1, float.NaN, 3, 4], [double.NaN, 4], Image(1, 1, 4), Layer("MaxPool2D", ("kernelHeight", 1), ("kernelWidth", 2)));

    [Fact]
    public void AveragePoolingCountsPadding() =>
        Check(Nine, [1 / 4.0, 5 / 4.0, 11 / 4.0, 28 / 4.0], Image(1, 3, 3), Layer("AvgPool2D", ("kernel", 2), ("Padding", 1)));

    [Fact]
    public void AveragePoolingWithoutPadding() =>
        Check(
            Nine,
            [1, 2.5, 5.5, 7],
            Image(1, 3, 3),
            Layer("AvgPool2D", ("kernel", 2), ("Padding", 1), ("CountIncludePad", false)));

    /// <summary>What reaches beyond the padded map is not counted, even with the padding counted.</summary>
    [Fact]
    public void AveragePoolingInCeilMode() =>
        Check(Nine, [3, 4.5, 7.5, 9], Image(1, 3, 3), Layer("AvgPool2D", ("kernel", 2), ("CeilMode", true)));

    [Fact]
    public void GlobalPooling()
    {
        Check([1, 2, 3, -4], [1.5, -0.5], Image(2, 1, 2), Layer("GlobalAvgPool2D"));
        Check([1, 2, 3, -4], [2, 3], Image(2, 1, 2), Layer("GlobalMaxPool2D"));
    }

    [Fact]
    public void BatchNorm()
    {
        Weight("bn1.running_mean", [1, 2], 2);
        Weight("bn1.running_var", [3, 8], 2);
        Weight("bn1.weight", [10, 6], 2);
        Weight("bn1.bias", [0.5f, 0.25f], 2);
        Check([5, 5], [20.5, 6.25], Image(2, 1, 1), Layer("BatchNorm2D", ("Epsilon", 1.0)));
        Check([5, 5], [2, 1], Image(2, 1, 1), Layer("BatchNorm2D", ("Epsilon", 1.0), ("Affine", false)));
        Check([5, 5], [20.5, 6.25], Vector(2), Layer("BatchNorm2D", ("Epsilon", 1.0)));
    }

    /// <summary>Of three neighbours' squares; of two, the channel's own and the one before.</summary>
    [Fact]
    public void LocalResponseNorm()
    {
        Check(
            [1, 2, 3],
            [1 / (2 + 5.0), 2 / (2 + 14.0), 3 / (2 + 13.0)],
            Image(3, 1, 1),
            Layer("LocalResponseNorm", ("size", 3), ("Alpha", 3.0), ("Beta", 1.0), ("K", 2.0)));
        Check(
            [1, 2, 3],
            [1 / (2 + 1.0), 2 / (2 + 5.0), 3 / (2 + 13.0)],
            Image(3, 1, 1),
            Layer("LocalResponseNorm", ("size", 2), ("Alpha", 2.0), ("Beta", 1.0), ("K", 2.0)));
    }

    [Fact]
    public void Activations()
    {
        float[] x = [-8, -1, 0, 1, 8];
        CheckActivation(x, [0, 0, 0, 1, 8], "ReLU");
        CheckActivation(x, [0, 0, 0, 1, 6], "ReLU6");
        CheckActivation(x, [-2, -0.25, 0, 1, 8], "LeakyReLU", ("slope", 0.25));
        CheckActivation(x, [-1.9993290747441949, -1.2642411176571153, 0, 1, 8], "ELU", ("alpha", 2.0));
        CheckActivation(x, [-1.7575095642223824, -1.1113307378125625, 0, 1.0507009873554805, 8.405607898843843], "SELU");
        CheckActivation(x, [0.0003353501304664781, 0.2689414213699951, 0.5, 0.7310585786300049, 0.9996646498695336], "Sigmoid");
        CheckActivation(x, [-0.9999997749296758, -0.7615941559557649, 0, 0.7615941559557649, 0.9999997749296758], "Tanh");
        CheckActivation(x, [-0.002682801043731825, -0.2689414213699951, 0, 0.7310585786300049, 7.997317198956269], "SiLU");
        CheckActivation(x, [0, 1 / 3.0, 0.5, 2 / 3.0, 1], "HardSigmoid");
        CheckActivation(x, [0, -1 / 3.0, 0, 2 / 3.0, 8], "HardSwish");
        CheckActivation(x, [-4.9767684594174555e-15, -0.15865525393145707, 0, 0.8413447460685429, 7.999999999999995], "GELU");
        CheckActivation([-1, 0, 1], [-0.15880800939172324, 0, 0.8411919906082768], "GELU", ("Approximate", true));
        CheckActivation([-1, 0, 1], [-0.30340146137410895, 0, 0.8650983882673103], "Mish");
        CheckActivation([-1, 0, 1], [0.31326168751822286, 0.6931471805599453, 1.3132616875182228], "Softplus");

        // ln(1 + e²) / 2, and past the threshold x itself.
        CheckActivation([1, 1.25f], [1.0634640055214863, 1.25], "Softplus", ("Beta", 2.0), ("Threshold", 2.25));
    }

    [Fact]
    public void PReLU()
    {
        Weight("prelu1.weight", [0.5f, 0.25f], 2);
        Check([-4, 4, -4, 4], [-2, 4, -1, 4], Image(2, 1, 2), Layer("PReLU", ("PerChannel", true)));
    }

    [Fact]
    public void PReLUWithOneSlope()
    {
        Weight("prelu1.weight", [0.5f], 1);
        Check([-4, 4, -4, 4], [-2, 4, -2, 4], Image(2, 1, 2), Layer("PReLU"));
    }

    /// <summary>Across the channels of each pixel: of 0 and ln 3, and of 0 and ln 4.</summary>
    [Fact]
    public void Softmax()
    {
        float[] x = [0, 0, MathF.Log(3), MathF.Log(4)];
        Check(x, [0.25, 0.2, 0.75, 0.8], Image(2, 1, 2), Layer("Softmax"));
        Check(x, [Math.Log(0.25), Math.Log(0.2), Math.Log(0.75), Math.Log(0.8)], Image(2, 1, 2), Layer("LogSoftmax"));
    }

    [Fact]
    public void FlattenAndDropout() =>
        Check([1, 2, 3, 4], [1, 2, 3, 4], Image(2, 1, 2), Layer("Dropout"), Layer("Flatten"));

    [Fact]
    public void ZeroPad() =>
        Check(
            [1, 2],
            [0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            Image(1, 1, 2),
            Layer("ZeroPad2D", ("left", 1), ("right", 1), ("top", 1), ("bottom", 2)));

    [Fact]
    public void AddAndMultiply()
    {
        LayerSyntax relu = Layer("ReLU", ("Name", "r"));
        Check([-1, 2], [-1, 4], Vector(2), relu, Layer("Add", ("names", "r"), ("names", "input")));
        Check([-1, 2], [-1, 6], Vector(2), relu, Layer("Add", ("names", "r"), ("names", "input"), ("names", "r")));
        Check([-1, 2], [0, 4], Vector(2), relu, Layer("Multiply", ("names", "input")));
        Check(
            [1, 2, 3, 5],
            [2, 4, 15, 25],
            Image(2, 1, 2),
            Layer("GlobalMaxPool2D", ("Name", "m")),
            Layer("Multiply", ("names", "m"), ("names", "input")));
    }

    [Fact]
    public void ComparisonsAndChoices()
    {
        float[] input = [0, 1, 2, float.NaN];
        CheckActivation(input, [0, 0, 1, 0], "Compare", ("comparison", (int)Comparison.Greater), ("value", 1.0));
        CheckActivation(input, [1, 0, 0, 0], "Compare", ("comparison", (int)Comparison.Less), ("value", 1.0));
        CheckActivation(input, [0, 1, 1, 0], "Compare", ("comparison", (int)Comparison.GreaterOrEqual), ("value", 1.0));
        CheckActivation(input, [1, 1, 0, 0], "Compare", ("comparison", (int)Comparison.LessOrEqual), ("value", 1.0));
        CheckActivation(input, [0, 1, 0, 0], "Compare", ("comparison", (int)Comparison.Equal), ("value", 1.0));
        CheckActivation(input, [1, 0, 1, 1], "Compare", ("comparison", (int)Comparison.NotEqual), ("value", 1.0));
        CheckActivation(input, [1, 0, 0, 0], "Not");
        LayerSyntax above = Layer("Compare", ("comparison", (int)Comparison.Greater), ("value", 1.0));
        Check(input, [0, 1, 0, 1], Vector(4), above, Layer("Xor", ("names", "input")));
        Check(input, [0, 0, 1, 0], Vector(4), above, Layer("And", ("names", "input")));
        Check(input, [0, 1, 1, 1], Vector(4), above, Layer("Or", ("names", "input")));
        Check(input, [0, 0, 2, 0], Vector(4), above, Layer("Where", ("names", "compare1"), ("names", "input"), ("names", "compare1")));
    }

    [Fact]
    public void ConcatAndSlice() =>
        Check(
            [1, 2, 3, 4, 5, 6],
            [3, 4, 1, 2, 3, 4, 5, 6],
            Image(3, 1, 2),
            Layer("Slice", ("start", 1), ("count", 1)),
            Layer("Concat", ("names", "slice1"), ("names", "input")));

    [Fact]
    public void Upsample()
    {
        Check(
            [1, 2],
            [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2],
            Image(1, 1, 2),
            Layer("Upsample2D", ("scaleHeight", 2), ("scaleWidth", 3)));
        Check([1, 3], [1, 1.5, 2.5, 3], Image(1, 1, 2), Layer("Upsample2D", ("scaleHeight", 1), ("scaleWidth", 2), ("Mode", 1)));
        Check(
            [1, 4, 7, 10],
            [1, 2, 3, 4, 3, 4, 5, 6, 5, 6, 7, 8, 7, 8, 9, 10],
            Image(1, 2, 2),
            Layer("Upsample2D", ("scale", 2), ("Mode", 1), ("AlignCorners", true)));
    }

    [Fact]
    public void Shuffles()
    {
        Check([0, 1, 2, 3, 4, 5], [0, 3, 1, 4, 2, 5], Image(6, 1, 1), Layer("ChannelShuffle", ("groups", 2)));
        Check([0, 1, 2, 3, 4, 5], [0, 2, 4, 1, 3, 5], Image(6, 1, 1), Layer("ChannelShuffle", ("groups", 3)));
        Check([1, 10, 2, 20, 3, 30, 4, 40], [1, 2, 10, 20, 3, 4, 30, 40], Image(4, 1, 2), Layer("PixelShuffle", ("factor", 2)));
    }

    private void Weight(string name, float[] values, params ReadOnlySpan<int> shape) => weights.Add(name, values, shape);

    private void CheckActivation(float[] input, double[] expected, string kind, params (string Name, object Value)[] arguments) =>
        Check(input, expected, Vector(input.Length), Layer(kind, arguments));

    private void Check(float[] input, double[] expected, params LayerSyntax[] layers)
    {
        Graph graph = Assert.IsType<Graph>(Of("Net", layers).Graph());
        double[] actual = new Interpreter(weights).Run(graph, input)[graph.Outputs[0]].Values;
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), v => Assert.Equal(v.First, v.Second, double.IsNaN(v.First) ? 0 : Math.Abs(v.First * 1e-7) + 1e-15));
    }
}
