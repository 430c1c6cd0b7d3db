using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Notation;

namespace NetGen.Generator.Tests.Graphs;

/// <summary>Convolution, pooling and transposed convolution: shapes as PyTorch gives them, limits, and where problems are said.</summary>
public sealed class WindowTests
{
    [Theory]
    [InlineData("6×7×8; Conv2D filters=4 kernel=3", "Kernel 3 3, Stride 1 1, Padding 0 0 0 0, Dilation 1 1, Groups 1")]
    [InlineData("6×7×8; Conv2D filters=4 kernelHeight=2 kernelWidth=3 Stride=2 StrideWidth=1", "Kernel 2 3, Stride 2 1, Padding 0 0 0 0, Dilation 1 1, Groups 1")]
    [InlineData("6×7×8; Conv2D filters=4 kernelHeight=3", "Kernel 3 1, Stride 1 1, Padding 0 0 0 0, Dilation 1 1, Groups 1")]
    [InlineData(
        "6×7×8; Conv2D filters=4 kernel=2 Padding=4 PaddingTop=0 PaddingBottom=1 PaddingLeft=2 PaddingRight=3 Dilation=2 DilationWidth=1 Groups=2",
        "Kernel 2 2, Stride 1 1, Padding 0 1 2 3, Dilation 2 1, Groups 2")]
    [InlineData("6×7×8; DepthwiseConv2D kernel=3 Multiplier=2", "Kernel 3 3, Stride 1 1, Padding 0 0 0 0, Dilation 1 1, Groups 6")]
    [InlineData("6×7×8; MaxPool2D kernel=2", "Kernel 2 2, Stride 2 2, Padding 0 0 0 0, Dilation 1 1")]
    [InlineData("6×7×8; MaxPool2D kernelHeight=2 kernelWidth=3", "Kernel 2 3, Stride 2 3, Padding 0 0 0 0, Dilation 1 1")]
    [InlineData("6×7×8; MaxPool2D kernelHeight=2 kernelWidth=3 Stride=1", "Kernel 2 3, Stride 1 1, Padding 0 0 0 0, Dilation 1 1")]
    [InlineData("6×7×8; MaxPool2D kernelHeight=2 kernelWidth=3 StrideHeight=1", "Kernel 2 3, Stride 1 3, Padding 0 0 0 0, Dilation 1 1")]
    [InlineData("6×7×8; MaxPool2D kernelHeight=2 kernelWidth=3 StrideWidth=1", "Kernel 2 3, Stride 2 1, Padding 0 0 0 0, Dilation 1 1")]
    [InlineData("6×7×8; AvgPool2D kernel=2", "Kernel 2 2, Stride 2 2, Padding 0 0 0 0, Dilation 1 1, CountIncludePad 1")]
    [InlineData("6×7×8; AvgPool2D kernel=2 CountIncludePad=false", "Kernel 2 2, Stride 2 2, Padding 0 0 0 0, Dilation 1 1, CountIncludePad 0")]
    [InlineData("6×7×8; ConvTranspose2D filters=4 kernel=3 Groups=2", "Kernel 3 3, Stride 1 1, Padding 0 0 0 0, Dilation 1 1, Groups 2")]
    public void Window_ArgumentsNotGiven_HavePyTorchsDefaults(string network, string arguments) => Assert.Equal(arguments, Arguments(network));

    [Theory]
    [InlineData("6×7×8; Conv2D filters=4 kernelHeight=2 kernelWidth=3", "weight 4×6×2×3 uniform of 36, bias 4 uniform of 36")]
    [InlineData("6×7×8; Conv2D filters=4 kernelHeight=2 kernelWidth=3 Groups=2 Bias=false", "weight 4×3×2×3 uniform of 18")]
    [InlineData("6×7×8; DepthwiseConv2D kernelHeight=2 kernelWidth=3", "weight 6×1×2×3 uniform of 6, bias 6 uniform of 6")]
    [InlineData("6×7×8; DepthwiseConv2D kernel=3 Multiplier=2 Bias=false", "weight 12×1×3×3 uniform of 9")]
    [InlineData("6×7×8; ConvTranspose2D filters=4 kernelHeight=2 kernelWidth=3 Groups=2", "weight 6×2×2×3 uniform of 12, bias 4 uniform of 12")]
    [InlineData("6×7×8; ConvTranspose2D filters=4 kernel=2 Bias=false", "weight 6×4×2×2 uniform of 16")]
    public void Convolution_Tensors_HavePyTorchsShapesAndFanIn(string network, string tensors) => Assert.Equal(tensors, Tensors(network));

    [Theory]
    [InlineData("6×7×8; Conv2D filters=4 kernelHeight=2 kernelWidth=3 Groups=2", "2·3·3·2·2 + 4", 4 * 6 * 6 * 18)]
    [InlineData("6×7×8; DepthwiseConv2D kernel=3 Multiplier=2 Bias=false", "3·3·1·2·6", 12 * 5 * 6 * 9)]
    [InlineData("6×7×8; ConvTranspose2D filters=4 kernelHeight=2 kernelWidth=3 Groups=2", "2·3·3·2·2 + 4", 6 * 7 * 8 * 12)]
    [InlineData("6×7×8; ConvTranspose2D filters=4 kernel=3 Bias=false", "3·3·6·4", 6 * 7 * 8 * 36)]
    public void Convolution_Counts_AreThoseOfItsLoops(string network, string formula, long multiplyAdds)
    {
        Layer layer = Last(network);
        Assert.Equal(formula, layer.ParameterFormula);
        Assert.Equal(multiplyAdds, layer.MultiplyAddCount);
    }

    [Theory]
    [InlineData("6×7×8; DepthwiseConv2D kernel=3", true)]
    [InlineData("6×7×8; DepthwiseConv2D kernel=3 Multiplier=2", false)]
    [InlineData("6×7×8; Conv2D filters=6 kernel=3", false)]
    [InlineData("6×7×8; Conv2D filters=6 kernel=3 Groups=6", true)]
    [InlineData("6×7×8; Conv2D filters=3 kernel=3 Groups=3", false)]
    [InlineData("1×7×8; Conv2D filters=1 kernel=3", false)]
    public void Convolution_IsDepthwise_WhereEachChannelHasOneFilter(string network, bool expected)
    {
        Layer layer = Last(network);
        Assert.Equal(expected, Assert.IsType<ConvolutionOperation>(layer.Operation).IsDepthwise(layer.Input));
    }

    /// <summary>The rows and columns that torch.nn.ConvTranspose2d gives.</summary>
    [Theory]
    [InlineData("2×5×6; ConvTranspose2D filters=4 kernel=3", "4×7×8")]
    [InlineData("2×5×6; ConvTranspose2D filters=4 kernel=3 Stride=2", "4×11×13")]
    [InlineData("2×5×6; ConvTranspose2D filters=4 kernel=3 Stride=2 Padding=1 OutputPadding=1", "4×10×12")]
    [InlineData("2×5×6; ConvTranspose2D filters=4 kernel=4 Stride=2 Padding=1", "4×10×12")]
    [InlineData("2×5×6; ConvTranspose2D filters=4 kernel=3 Dilation=2", "4×9×10")]
    [InlineData("2×5×6; ConvTranspose2D filters=4 kernel=3 Dilation=3 OutputPadding=2", "4×13×14")]
    [InlineData("2×5×6; ConvTranspose2D filters=4 kernel=2 Stride=3", "4×14×17")]
    [InlineData("2×1×1; ConvTranspose2D filters=4 kernel=3 Stride=2 Padding=1", "4×1×1")]
    [InlineData("2×5×6; ConvTranspose2D filters=4 kernel=4 Stride=2 PaddingTop=1 PaddingLeft=2", "4×11×12")]
    [InlineData("2×5×6; ConvTranspose2D filters=4 kernel=4 Stride=2 PaddingBottom=1 PaddingRight=2", "4×11×12")]
    [InlineData("2×5×6; ConvTranspose2D filters=4 kernelHeight=1 kernelWidth=4 StrideHeight=4 StrideWidth=2 OutputPaddingHeight=3", "4×20×14")]
    [InlineData("2×5×6; ConvTranspose2D filters=4 kernel=4 StrideHeight=1 StrideWidth=3 OutputPaddingWidth=2", "4×8×21")]
    [InlineData("2×5×6; ConvTranspose2D filters=4 kernel=4 Stride=3 OutputPadding=2 OutputPaddingWidth=1", "4×18×20")]
    [InlineData("2×5×6; ConvTranspose2D filters=4 kernel=3 SamePadding=true", "4×5×6")]
    public void Transposed_Output_IsPyTorchs(string network, string expected) => Assert.Equal(expected, Outcome(network));

    /// <summary>Every size must be positive, every padding not negative, each said at the argument itself.</summary>
    [Theory]
    [InlineData("Conv2D", "conv1", "filters")]
    [InlineData("Conv2D", "conv1", "kernel")]
    [InlineData("Conv2D", "conv1", "kernelHeight")]
    [InlineData("Conv2D", "conv1", "kernelWidth")]
    [InlineData("Conv2D", "conv1", "Stride")]
    [InlineData("Conv2D", "conv1", "StrideHeight")]
    [InlineData("Conv2D", "conv1", "StrideWidth")]
    [InlineData("Conv2D", "conv1", "Dilation")]
    [InlineData("Conv2D", "conv1", "DilationHeight")]
    [InlineData("Conv2D", "conv1", "DilationWidth")]
    [InlineData("Conv2D", "conv1", "Groups")]
    [InlineData("Conv2D", "conv1", "InChannels")]
    [InlineData("DepthwiseConv2D", "dwconv1", "Multiplier")]
    [InlineData("DepthwiseConv2D", "dwconv1", "InChannels")]
    [InlineData("MaxPool2D", "maxpool1", "kernel")]
    [InlineData("AvgPool2D", "avgpool1", "StrideHeight")]
    [InlineData("AvgPool2D", "avgpool1", "InChannels")]
    [InlineData("ConvTranspose2D", "convtranspose1", "filters")]
    [InlineData("ConvTranspose2D", "convtranspose1", "Groups")]
    [InlineData("ConvTranspose2D", "convtranspose1", "InChannels")]
    public void Window_SizeIsNotPositive_IsSaidAtIt(string kind, string name, string argument)
    {
        Assert.Equal($"NG1011 at {kind}.{argument}: {name}, {argument}, 0", Outcome($"6×7×8; {kind} {argument}=0"));
        Assert.Equal($"NG1011 at {kind}.{argument}: {name}, {argument}, -3", Outcome($"6×7×8; {kind} {argument}=-3"));
    }

    [Theory]
    [InlineData("Conv2D", "conv1", "Padding")]
    [InlineData("Conv2D", "conv1", "PaddingTop")]
    [InlineData("Conv2D", "conv1", "PaddingBottom")]
    [InlineData("Conv2D", "conv1", "PaddingLeft")]
    [InlineData("Conv2D", "conv1", "PaddingRight")]
    [InlineData("MaxPool2D", "maxpool1", "PaddingRight")]
    [InlineData("ConvTranspose2D", "convtranspose1", "OutputPadding")]
    [InlineData("ConvTranspose2D", "convtranspose1", "OutputPaddingHeight")]
    [InlineData("ConvTranspose2D", "convtranspose1", "OutputPaddingWidth")]
    public void Window_PaddingIsNegative_IsSaidAtIt(string kind, string name, string argument) =>
        Assert.Equal($"NG1012 at {kind}.{argument}: {name}, {argument}, -1", Outcome($"6×7×8; {kind} {argument}=-1"));

    /// <summary>Arguments are checked even where what arrives is unknown, and the problem above is not said again.</summary>
    [Theory]
    [InlineData("Conv2D filters=0", "Conv2D filters=0", "NG1011 at Conv2D.filters: conv1, filters, 0\nNG1011 at Conv2D/2.filters: conv2, filters, 0")]
    [InlineData("Conv2D filters=0", "Conv2D filters=9 kernel=9 InChannels=2", "NG1011 at Conv2D.filters: conv1, filters, 0")]
    [InlineData("Conv2D filters=0", "MaxPool2D kernel=9 InChannels=2", "NG1011 at Conv2D.filters: conv1, filters, 0")]
    [InlineData("Conv2D filters=0", "ConvTranspose2D InChannels=2", "NG1011 at Conv2D.filters: conv1, filters, 0")]
    [InlineData("Conv2D filters=0", "MaxPool2D kernel=3 Padding=2", "NG1011 at Conv2D.filters: conv1, filters, 0\nNG1014 at MaxPool2D.Padding: maxpool1, 2, 1, height, 3")]
    public void Window_InputIsUnknown_ItsArgumentsAreCheckedAlone(string first, string second, string expected) =>
        Assert.Equal(expected, Outcome($"6×7×8; {first}; {second}"));

    /// <summary>A window may be as large as the padded image, no larger.</summary>
    [Theory]
    [InlineData("3×8×20; Conv2D filters=4 kernel=8", "4×1×13")]
    [InlineData("3×8×20; Conv2D filters=4 kernel=9", "NG1013 at Conv2D.kernel: conv1, height, 9, 8, 0, input")]
    [InlineData("3×20×8; Conv2D filters=4 kernel=8", "4×13×1")]
    [InlineData("3×20×8; Conv2D filters=4 kernel=9", "NG1013 at Conv2D.kernel: conv1, width, 9, 8, 0, input")]
    [InlineData("3×8×20; Conv2D filters=4 kernel=4 Dilation=3 PaddingTop=1 PaddingBottom=1", "4×1×11")]
    [InlineData("3×7×20; ReLU; Conv2D filters=4 kernel=5 Dilation=3 PaddingTop=4 PaddingBottom=1", "NG1013 at Conv2D.kernel: conv1, height, 13, 7, 5, relu1")]
    [InlineData("3×20×7; Conv2D filters=4 kernelHeight=1 kernelWidth=5 Dilation=3 PaddingLeft=4 PaddingRight=1", "NG1013 at Conv2D.kernelWidth: conv1, width, 13, 7, 5, input")]
    [InlineData("3×7×7; Conv2D filters=4 kernelHeight=8 kernelWidth=9", "NG1013 at Conv2D.kernelHeight: conv1, height, 8, 7, 0, input")]
    [InlineData("3×7×7; MaxPool2D kernelHeight=1 kernelWidth=9", "NG1013 at MaxPool2D.kernelWidth: maxpool1, width, 9, 7, 0, input")]
    [InlineData("3×7×7; MaxPool2D kernel=9 Stride=2 CeilMode=true", "NG1013 at MaxPool2D.kernel: maxpool1, height, 9, 7, 0, input")]
    [InlineData("1×4×4; Conv2D filters=1 kernel=3 Dilation=2147483647 SamePadding=true", "NG1013 at Conv2D.kernel: conv1, height, 4294967295, 4, 2147483647, input")]
    public void Window_Fits_UpToTheWholePaddedImage(string network, string expected) => Assert.Equal(expected, Outcome(network));

    [Theory]
    [InlineData("1×2×2; Conv2D filters=1 kernel=1 Stride=10000 PaddingTop=10000 PaddingBottom=20000 PaddingLeft=30000 PaddingRight=45000", "NG1016 at Conv2D: conv1, padded input, 1·30002·75002")]
    [InlineData("1×2×2; Conv2D filters=1 kernel=1 Stride=10000 PaddingTop=1000 PaddingBottom=10000 PaddingLeft=4000 PaddingRight=6000", "1×2×2")]
    [InlineData("1×150×150; Conv2D filters=100000 kernel=1", "NG1016 at Conv2D: conv1, output, 100000·150·150")]
    [InlineData("100×200×200; Conv2D filters=1000 kernel=200", "NG1016 at Conv2D: conv1, weights, 1000·4000000")]
    [InlineData("50000×1×1; DepthwiseConv2D kernel=1 Multiplier=50000", "NG1016 at DepthwiseConv2D: dwconv1, filters, 50000·50000")]
    [InlineData("1×50000×2; ConvTranspose2D filters=2 kernelHeight=1 kernelWidth=22000", "NG1016 at ConvTranspose2D: convtranspose1, output, 2·50000·22001")]
    [InlineData("3×1×1; ConvTranspose2D filters=50000 kernel=200 Padding=99", "NG1016 at ConvTranspose2D: convtranspose1, weights, 3·2000000000")]
    [InlineData("3×1×1; ConvTranspose2D filters=60000 kernel=200 Padding=99", "NG1016 at ConvTranspose2D: convtranspose1, weights of one filter, 60000·200·200")]
    public void Window_NumberOfValuesPassesAnInt_SaysWhichNumber(string network, string expected) => Assert.Equal(expected, Outcome(network));

    [Theory]
    [InlineData("Padding")]
    [InlineData("PaddingTop")]
    [InlineData("PaddingBottom")]
    [InlineData("PaddingLeft")]
    [InlineData("PaddingRight")]
    public void SamePadding_PaddingIsGivenToo_IsAContradiction(string argument) => Assert.Equal(
        $"NG1021 at Conv2D.SamePadding: conv1, {argument} says otherwise; give only one of the two",
        Outcome($"6×7×8; Conv2D filters=4 kernel=3 SamePadding=true {argument}=1"));

    [Theory]
    [InlineData("StrideHeight=2", "2×1")]
    [InlineData("StrideWidth=3", "1×3")]
    [InlineData("Stride=2", "2×2")]
    public void SamePadding_StrideIsNotOne_IsAContradiction(string argument, string stride) => Assert.Equal(
        $"NG1021 at Conv2D.SamePadding: conv1, the stride is {stride}, and only stride 1 can keep height and width",
        Outcome($"6×7×8; Conv2D filters=4 kernel=3 SamePadding=true {argument}"));

    [Theory]
    [InlineData("6×7×8; Conv2D filters=4 kernel=3 SamePadding=false Stride=2 Padding=1", "4×4×4")]
    [InlineData("6×7×8; Conv2D filters=4 kernelHeight=2 kernelWidth=5 SamePadding=true", "4×7×8")]
    [InlineData("6×7×8; AvgPool2D kernel=3 Stride=1 SamePadding=true", "6×7×8")]
    public void SamePadding_KeepsHeightAndWidth(string network, string expected) => Assert.Equal(expected, Outcome(network));

    [Theory]
    [InlineData("6×7×8; Conv2D filters=4 kernel=3 Groups=4", "NG1010 at Conv2D.Groups: conv1, 4, 6, channels that 'input' gives")]
    [InlineData("6×7×8; ReLU; Conv2D filters=4 kernel=3 Groups=4", "NG1010 at Conv2D.Groups: conv1, 4, 6, channels that 'relu1' gives")]
    [InlineData("6×7×8; Conv2D filters=4 kernel=3 Groups=3", "NG1010 at Conv2D.Groups: conv1, 3, 4, filters")]
    [InlineData("6×7×8; Conv2D filters=4 kernel=9 Groups=4", "NG1010 at Conv2D.Groups: conv1, 4, 6, channels that 'input' gives")]
    [InlineData("6×7×8; ConvTranspose2D filters=4 kernel=3 Groups=3", "NG1010 at ConvTranspose2D.Groups: convtranspose1, 3, 4, filters")]
    [InlineData("6×7×8; ConvTranspose2D filters=4 kernel=3 Groups=4", "NG1010 at ConvTranspose2D.Groups: convtranspose1, 4, 6, channels that 'input' gives")]
    public void Groups_DivideChannelsAndFilters(string network, string expected) => Assert.Equal(expected, Outcome(network));

    /// <summary>What the author believes arrives is checked, and a wrong belief leaves the output known.</summary>
    [Theory]
    [InlineData("6×7×8; Conv2D filters=4 kernel=3 InChannels=5; Dense units=2", "NG1008 at Conv2D.InChannels: conv1, 5, input, 6\nNG1015 at Dense: fc1, conv1, 4×5×6")]
    [InlineData("6×7×8; DepthwiseConv2D kernel=3 InChannels=1", "NG1008 at DepthwiseConv2D.InChannels: dwconv1, 1, input, 6")]
    [InlineData("6×7×8; ConvTranspose2D filters=4 kernel=3 InChannels=5", "NG1008 at ConvTranspose2D.InChannels: convtranspose1, 5, input, 6")]
    [InlineData("6×7×8; ReLU; MaxPool2D kernel=3 InChannels=5; Dense units=2", "NG1008 at MaxPool2D.InChannels: maxpool1, 5, relu1, 6\nNG1015 at Dense: fc1, maxpool1, 6×2×2")]
    [InlineData("6×7×8; Conv2D filters=4 kernel=3 InChannels=6; ConvTranspose2D filters=3 kernel=3 InChannels=4; AvgPool2D kernel=7 InChannels=3", "3×1×1")]
    public void InChannels_OtherThanWhatArrives_IsSaidAtIt(string network, string expected) => Assert.Equal(expected, Outcome(network));

    [Theory]
    [InlineData("Conv2D filters=4 kernel=3", "conv1, Conv2D")]
    [InlineData("DepthwiseConv2D kernel=3", "dwconv1, DepthwiseConv2D")]
    [InlineData("ConvTranspose2D filters=4 kernel=3", "convtranspose1, ConvTranspose2D")]
    [InlineData("MaxPool2D kernel=3", "maxpool1, MaxPool2D")]
    [InlineData("AvgPool2D kernel=3", "avgpool1, AvgPool2D")]
    [InlineData("GlobalMaxPool2D", "globalmaxpool1, GlobalMaxPool2D")]
    [InlineData("GlobalAvgPool2D", "globalavgpool1, GlobalAvgPool2D")]
    public void Window_VectorArrives_IsSaidAtTheLayer(string layer, string who) =>
        Assert.Equal($"NG1017 at {layer.Split(' ')[0]}: {who}, input, 12", Outcome($"12; {layer}; Dense units=3"));

    /// <summary>As in PyTorch: at most half the window, on each side.</summary>
    [Theory]
    [InlineData("6×9×9; MaxPool2D kernel=4 Stride=1 Padding=2", "6×10×10")]
    [InlineData("6×9×9; MaxPool2D kernel=5 Padding=3", "NG1014 at MaxPool2D.Padding: maxpool1, 3, 2, height, 5")]
    [InlineData("6×9×9; AvgPool2D kernelHeight=3 kernelWidth=5 PaddingTop=2", "NG1014 at AvgPool2D.PaddingTop: avgpool1, 2, 1, height, 3")]
    [InlineData("6×9×9; AvgPool2D kernelHeight=3 kernelWidth=5 PaddingBottom=2", "NG1014 at AvgPool2D.PaddingBottom: avgpool1, 2, 1, height, 3")]
    [InlineData("6×9×9; AvgPool2D kernelHeight=7 kernelWidth=5 PaddingLeft=3", "NG1014 at AvgPool2D.PaddingLeft: avgpool1, 3, 2, width, 5")]
    [InlineData("6×9×9; AvgPool2D kernelHeight=7 kernelWidth=5 PaddingRight=3", "NG1014 at AvgPool2D.PaddingRight: avgpool1, 3, 2, width, 5")]
    [InlineData("6×9×9; AvgPool2D kernelHeight=7 kernelWidth=5 Padding=3", "NG1014 at AvgPool2D.Padding: avgpool1, 3, 2, width, 5")]
    public void Pooling_Padding_IsAtMostHalfTheWindow(string network, string expected) => Assert.Equal(expected, Outcome(network));

    /// <summary>Output padding chooses among the sizes that one stride maps to the same input, so it is less than stride or dilation.</summary>
    [Theory]
    [InlineData("OutputPadding=1", "NG1041 at ConvTranspose2D.OutputPadding: convtranspose1, 1, height, 1, 1")]
    [InlineData("StrideHeight=3 OutputPadding=2", "NG1041 at ConvTranspose2D.OutputPadding: convtranspose1, 2, width, 1, 1")]
    [InlineData("Stride=2 DilationHeight=3 OutputPaddingHeight=3", "NG1041 at ConvTranspose2D.OutputPaddingHeight: convtranspose1, 3, height, 2, 3")]
    [InlineData("StrideWidth=4 DilationWidth=3 OutputPadding=1 OutputPaddingHeight=0 OutputPaddingWidth=4", "NG1041 at ConvTranspose2D.OutputPaddingWidth: convtranspose1, 4, width, 4, 3")]
    public void OutputPadding_ReachesStrideAndDilation_IsSaidAtIt(string arguments, string expected) =>
        Assert.Equal(expected, Outcome($"2×5×6; ConvTranspose2D filters=4 kernel=3 {arguments}"));

    [Theory]
    [InlineData("Stride=32", "1×65×97")]
    [InlineData("StrideHeight=1024 StrideWidth=1", "1×2049×4")]
    [InlineData("StrideHeight=41 StrideWidth=25", "NG1020 at ConvTranspose2D.StrideHeight: convtranspose1, the stride's height times its width, 1025, at most 1024")]
    [InlineData("Stride=205 StrideWidth=5", "NG1020 at ConvTranspose2D.StrideWidth: convtranspose1, the stride's height times its width, 1025, at most 1024")]
    [InlineData("Stride=33", "NG1020 at ConvTranspose2D.Stride: convtranspose1, the stride's height times its width, 1089, at most 1024")]
    [InlineData("Stride=65536", "NG1020 at ConvTranspose2D.Stride: convtranspose1, the stride's height times its width, 4294967296, at most 1024")]
    [InlineData("Stride=33 OutputPadding=40", "NG1020 at ConvTranspose2D.Stride: convtranspose1, the stride's height times its width, 1089, at most 1024")]
    public void Transposed_Phases_AreAtMostThoseOfAStrideOf32(string arguments, string expected) =>
        Assert.Equal(expected, Outcome($"2×3×4; ConvTranspose2D filters=1 kernel=1 {arguments}"));

    [Theory]
    [InlineData("Padding=2", "NG1020 at ConvTranspose2D.Padding: convtranspose1, the output's height, -1, at least 1")]
    [InlineData("PaddingTop=3", "NG1020 at ConvTranspose2D.PaddingTop: convtranspose1, the output's height, 0, at least 1")]
    [InlineData("PaddingBottom=3", "NG1020 at ConvTranspose2D.PaddingBottom: convtranspose1, the output's height, 0, at least 1")]
    [InlineData("PaddingLeft=4", "NG1020 at ConvTranspose2D.PaddingLeft: convtranspose1, the output's width, 0, at least 1")]
    [InlineData("PaddingRight=5", "NG1020 at ConvTranspose2D.PaddingRight: convtranspose1, the output's width, -1, at least 1")]
    public void Transposed_PaddingTakesAllRows_IsSaidAtThePadding(string arguments, string expected) =>
        Assert.Equal(expected, Outcome($"2×3×4; ConvTranspose2D filters=1 kernel=1 {arguments}"));

    [Theory]
    [InlineData("4×7×9; GlobalMaxPool2D", PoolKind.Max)]
    [InlineData("4×7×9; GlobalAvgPool2D", PoolKind.Average)]
    public void GlobalPooling_LeavesOneValueAChannel(string network, object kind)
    {
        Layer layer = Last(network);
        Assert.Equal(Shape.Image(4, 1, 1), layer.Output);
        Assert.Equal(new GlobalPoolOperation((PoolKind)kind), layer.Operation);
    }

    [Fact]
    public void Pooling_Kinds_AreThoseOfTheirNames() => Assert.Equal(
        [PoolKind.Max, PoolKind.Average],
        Graph("6×7×8; MaxPool2D kernel=2; AvgPool2D kernel=2").Layers.Select(l => Assert.IsType<PoolOperation>(l.Operation).Kind));

    [Theory]
    [InlineData(0, 0, 0, 0, true)]
    [InlineData(1, 0, 0, 0, false)]
    [InlineData(0, 2, 0, 0, false)]
    [InlineData(0, 0, 4, 0, false)]
    [InlineData(0, 0, 0, 8, false)]
    public void Border_IsEmpty_WhereAllSidesAre(int top, int bottom, int left, int right, bool expected) =>
        Assert.Equal(expected, new Border(top, bottom, left, right).IsEmpty);

    [Fact]
    public void Borders_AddAndHoldBoth_SideBySide()
    {
        var one = new Border(1, 20, 3, 40);
        var other = new Border(10, 2, 30, 4);
        Assert.Equal(new Border(11, 22, 33, 44), one + other);
        Assert.Equal(new Border(10, 20, 30, 40), Border.Max(one, other));
    }
}
