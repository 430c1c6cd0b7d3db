using System;
using System.Globalization;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Notation;

namespace NetGen.Generator.Tests.Graphs;

/// <summary>
/// What all activations and all packed weights may come to: offsets into either are an <see cref="int"/>. A pixel takes its channels
/// and up to 16 more, from 200 channels on 32; a group's filters up to 16 more.
/// </summary>
public sealed class LimitTests
{
    private const string Activations = "sum of all activations, more than 2147483647";
    private const string Weights = "sum of all weights, more than 2147483647";

    /// <summary>The largest number that fits, and the next one, which does not.</summary>
    [Theory]
    [InlineData("1×1×{0}; ReLU", 126322567, 1, "ReLU: relu1, " + Activations)]
    [InlineData("1×{0}×1; ReLU", 126322567, 1, "ReLU: relu1, " + Activations)]
    [InlineData("199×1×{0}; ReLU", 9988296, 1, "ReLU: relu1, " + Activations)]
    [InlineData("200×1×{0}; ReLU", 9256395, 1, "ReLU: relu1, " + Activations)]
    [InlineData("1×1×{0}; ReLU; Tanh; ReLU From=tanh1", 42107522, 1, "ReLU/2: relu2, " + Activations)]
    [InlineData("{0}; ReLU", 2147483615, 1, "ReLU: relu1, " + Activations)]
    [InlineData("1×1×{0}; Conv2D filters=1 kernel=1", 63161283, 1, "Conv2D: conv1, " + Activations)]
    [InlineData("1×1×{0}; Conv2D filters=1 kernel=1 Stride=2147483647 PaddingTop=1 PaddingBottom=2 PaddingLeft=3 PaddingRight=5", 31580633, 1, "Conv2D: conv1, " + Activations)]
    [InlineData("1×1×{0}; ConvTranspose2D filters=1 kernelHeight=2 kernelWidth=3", 18046076, 1, "ConvTranspose2D: convtranspose1, " + Activations)]
    [InlineData("1×{0}×1; ConvTranspose2D filters=1 kernelHeight=2 kernelWidth=3", 12632253, 1, "ConvTranspose2D: convtranspose1, " + Activations)]
    [InlineData("{0}×1×1; LocalResponseNorm size=1", 536870891, 1, "LocalResponseNorm: lrn1, " + Activations)]
    [InlineData("{0}; Dense units=1", 126322551, 1, "Dense: fc1, " + Weights)]
    [InlineData("1; Dense units={0}", 126322551, 1, "Dense: fc1, " + Weights)]
    [InlineData("{0}; Dense units=1; Dense units=1", 126322534, 1, "Dense/2: fc2, " + Weights)]
    [InlineData("1×1×1; Conv2D filters={0} kernel=1", 126322551, 1, "Conv2D: conv1, " + Weights)]
    [InlineData("1×1×3; Conv2D filters={0} kernelHeight=1 kernelWidth=3", 113025439, 1, "Conv2D: conv1, " + Weights)]
    [InlineData("1×3×1; Conv2D filters={0} kernelHeight=3 kernelWidth=1", 113025439, 1, "Conv2D: conv1, " + Weights)]
    [InlineData("5×1×1; Conv2D filters={0} kernel=1", 102261110, 1, "Conv2D: conv1, " + Weights)]
    [InlineData("6×1×1; Conv2D filters={0} kernel=1 Groups=2", 113025422, 2, "Conv2D: conv1, " + Weights)]
    [InlineData("1×1×1; ConvTranspose2D filters={0} kernel=1", 85899329, 1, "ConvTranspose2D: convtranspose1, " + Weights)]
    [InlineData("3×1×1; ConvTranspose2D filters={0} kernel=1", 79536415, 1, "ConvTranspose2D: convtranspose1, " + Weights)]
    [InlineData("2×1×1; ConvTranspose2D filters={0} kernel=1 Groups=2", 85899312, 2, "ConvTranspose2D: convtranspose1, " + Weights)]
    [InlineData("1×1×1; ConvTranspose2D filters={0} kernel=1 StrideHeight=2 StrideWidth=3", 33038193, 1, "ConvTranspose2D: convtranspose1, " + Weights)]
    [InlineData("1×1×1; ConvTranspose2D filters={0} kernelHeight=2 kernelWidth=3", 71582772, 1, "ConvTranspose2D: convtranspose1, " + Weights)]
    public void Memory_FitsUpToAnInt(string network, int largest, int step, string problem)
    {
        Assert.DoesNotContain("NG", Outcome(string.Format(CultureInfo.InvariantCulture, network, largest)), StringComparison.Ordinal);
        Assert.Equal("NG1016 at " + problem, Outcome(string.Format(CultureInfo.InvariantCulture, network, largest + step)));
    }

    /// <summary>Said once, at the layer that takes too much, however many come after it.</summary>
    [Theory]
    [InlineData("1×1×200000000; ReLU; ReLU; Tanh", "NG1016 at ReLU: relu1, " + Activations)]
    [InlineData("1×1×100000000; ReLU; Tanh; ReLU", "NG1016 at Tanh: tanh1, " + Activations)]
    [InlineData("2147483615; ReLU; Tanh", "NG1016 at Tanh: tanh1, " + Activations)]
    [InlineData("150000000; Dense units=1; Dense units=150000000", "NG1016 at Dense: fc1, " + Weights)]
    public void Memory_IsPassed_IsSaidOnce(string network, string expected) => Assert.Equal(expected, Outcome(network));

    /// <summary>A kernel whose span alone passes an <see cref="int"/> in both directions.</summary>
    [Fact]
    public void Memory_PassesALong_IsSaidToo() => Assert.Equal(
        "NG1016 at ConvTranspose2D: convtranspose1, " + Activations,
        Outcome("1×1×1; ConvTranspose2D filters=1 kernel=2 Dilation=2147483647 PaddingTop=2147483647 PaddingLeft=2147483647"));

    /// <summary>The largest shape whose length an <see cref="int"/> holds is refused by what it takes in memory alone.</summary>
    [Theory]
    [InlineData("1×1×2147483647; ReLU", "NG1016 at ReLU: relu1, " + Activations)]
    [InlineData("2×1×1073741824; ReLU", "NG1016 at Input: input, image, 2·1·1073741824")]
    public void Size_FitsUpToAnInt(string network, string expected) => Assert.Equal(expected, Outcome(network));

    [Fact]
    public void Counts_PastALong_Saturate()
    {
        var tensor = new WeightTensor("weight", [int.MaxValue, int.MaxValue, int.MaxValue], WeightRole.Weight, WeightInit.Uniform);
        Assert.Equal(long.MaxValue, tensor.Length);
        Assert.Equal(24, new WeightTensor("weight", [2, 3, 4], WeightRole.Weight, WeightInit.Uniform).Length);
    }

    [Fact]
    public void ProductOfNothing_IsOne() => Assert.Equal((1, 0), (Shape.SaturatingProduct(), Shape.SaturatingProduct(0, long.MaxValue, 2)));

    /// <summary>Integers pay from six channels on; four values share a word, so that a group's channels fill words.</summary>
    [Theory]
    [InlineData("6×5×5; Conv2D filters=4 kernel=1", true)]
    [InlineData("5×5×5; Conv2D filters=4 kernel=1", false)]
    [InlineData("7×5×5; Conv2D filters=4 kernel=1", true)]
    [InlineData("16×5×5; Conv2D filters=4 kernel=1 Groups=2", true)]
    [InlineData("12×5×5; Conv2D filters=4 kernel=1 Groups=2", false)]
    [InlineData("14×5×5; Conv2D filters=4 kernel=1 Groups=2", false)]
    [InlineData("8×5×5; Conv2D filters=4 kernel=1 Groups=2", false)]
    [InlineData("16×5×5; DepthwiseConv2D kernel=3", false)]
    [InlineData("16×5×5; ConvTranspose2D filters=4 kernel=1", false)]
    [InlineData("6; Dense units=1", true)]
    [InlineData("5; Dense units=1", false)]
    [InlineData("2×3×1; Flatten; Dense units=1", true)]
    [InlineData("16×5×5; ReLU", false)]
    public void Integers_LayerSumsOverEnough_LoadsItsRange(string network, bool expected)
    {
        NetworkSyntax syntax = Parse(network);
        Layer plain = GraphBuilder.Build(syntax).Graph!.Layers.Last();
        Layer layer = GraphBuilder.Build(syntax with { Options = NetworkOptions.Default with { Precision = Precision.Int8 } }).Graph!.Layers.Last();
        Assert.Equal(expected, IntegerLayers.Suits(layer.Operation, layer.Input));
        Assert.Equal(expected, IntegerLayers.Contains(layer));
        Assert.False(IntegerLayers.Contains(plain));
        Assert.Equal(plain.Weights.Select(w => w.Suffix).Concat(expected ? ["input_range"] : []), layer.Weights.Select(w => w.Suffix));
        Assert.Equal(layer.Name + ".input_range", IntegerLayers.RangeOf(layer));
        Assert.Equal((plain.ParameterCount, plain.ParameterFormula), (layer.ParameterCount, layer.ParameterFormula));
        Assert.Equal(new WeightTensor("input_range", [2], WeightRole.Statistic, WeightInit.Range), IntegerLayers.Range);
    }
}
