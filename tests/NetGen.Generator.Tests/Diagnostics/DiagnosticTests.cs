using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CSharp;
using NetGen.Generator.Tests.Harness;
using Xunit;
using static NetGen.Generator.Tests.Diagnostics.AnalyzerVerifier;

namespace NetGen.Generator.Tests.Diagnostics;

/// <summary>For each id, the mistake at its exact place with its exact words, and the nearest thing that is right.</summary>
public sealed class DiagnosticTests
{
    private const string Class = "\nsealed partial class Net;";
    private const string Vector = "[Network] [Input(8)] ";
    private const string Image = "[Network] [Input(3, 8, 9)] ";

    [Fact]
    public Task NG1001_Fires() => Fires("NG1001", Vector + "[Dense(2)] sealed class {|#0:Net|};", "Net");

    [Fact]
    public Task NG1001_DoesNotFire() => IsClean(Vector + "[Dense(2)] sealed partial class Net;");

    [Fact]
    public Task NG1002_Fires() => Fires("NG1002", Vector + "[Dense(2)] sealed partial class {|#0:Net|}<T>;", "Net");

    [Fact]
    public Task NG1002_DoesNotFire() => IsClean("partial class Outer<T> { " + Vector + "[Dense(2)] sealed partial class Net; }");

    [Fact]
    public Task NG1003_Fires() => Fires("NG1003", Vector + "[Dense(2)] static partial class {|#0:Net|} { }", "Net");

    [Fact]
    public Task NG1003_DoesNotFire() => IsClean("static partial class Outer { " + Vector + "[Dense(2)] sealed partial class Net; }");

    [Fact]
    public Task NG1004_Fires() => Fires("NG1004", Vector + "[Dense(2)] abstract partial class {|#0:Net|};", "Net");

    [Fact]
    public Task NG1004_DoesNotFire() => IsClean("abstract partial class Outer { " + Vector + "[Dense(2)] partial class Net; }");

    [Fact]
    public Task NG1005_Fires() => Fires("NG1005", "[Network] [Dense(2)] sealed partial class {|#0:Net|};", "Net");

    [Fact]
    public Task NG1005_DoesNotFire() => IsClean("[Network] [Input(8)] [Dense(2)]" + Class);

    [Fact]
    public Task NG1006_Fires() => Fires("NG1006", "[Network] [Input(8)] [{|#0:Input(4)|}] [Dense(2)]" + Class, "Net");

    [Fact]
    public Task NG1006_DoesNotFire() => IsClean("[Network] [Input(8)] [Input(\"more\", 4)] [Concat(\"input\", \"more\")] [Dense(2)]" + Class);

    [Fact]
    public Task NG1007_Fires() => Fires("NG1007", "[Network] [Input(8)] sealed partial class {|#0:Net|};", "Net");

    [Fact]
    public Task NG1007_DoesNotFire() => IsClean("[Network] [Input(8)] [Dropout]" + Class);

    [Fact]
    public Task NG1008_Fires() => Fires("NG1008", Image + "[Conv2D(16, 3)] [Conv2D(8, 3, {|#0:InChannels = 32|})]" + Class, "conv2", "32", "conv1", "16");

    [Fact]
    public Task NG1008_FiresForEveryKindThatHasIt() => Fires(
        "NG1008",
        Image + "[DepthwiseConv2D(3, Multiplier = 2, InChannels = 3)] [MaxPool2D(2, InChannels = 6)] [BatchNorm2D({|#0:InChannels = 3|})]" + Class,
        "bn1",
        "3",
        "maxpool1",
        "6");

    [Fact]
    public Task NG1008_DoesNotFire() => IsClean(
        Image + "[Conv2D(16, 3, InChannels = 3)] [BatchNorm2D(InChannels = 16)] [AvgPool2D(2, InChannels = 16)] [DepthwiseConv2D(1, InChannels = 16)]" + Class);

    [Fact]
    public Task NG1009_Fires() => Fires(
        "NG1009", Image + "[Flatten] [Dense(4, Name = \"a\")] [Dense(2, {|#0:InFeatures = 216|})]" + Class, "fc1", "216", "a", "4");

    [Fact]
    public Task NG1009_DoesNotFire() => IsClean(Image + "[Flatten] [Dense(4, InFeatures = 216)] [Dense(2, InFeatures = 4)]" + Class);

    [Fact]
    public Task NG1010_Fires() => Fires(
        "NG1010", Image + "[Conv2D(8, 3, {|#0:Groups = 2|})]" + Class, "conv1", "2", "3", "channels that 'input' gives");

    [Fact]
    public Task NG1010_FiresForFilters() => Fires("NG1010", Image + "[Conv2D(8, 3, {|#0:Groups = 3|})]" + Class, "conv1", "3", "8", "filters");

    [Fact]
    public Task NG1010_DoesNotFire() => IsClean(Image + "[Conv2D(9, 3, Groups = 3)]" + Class);

    [Fact]
    public Task NG1011_Fires() => Fires("NG1011", Image + "[Conv2D({|#0:0|}, 3)]" + Class, "conv1", "filters", "0");

    [Theory]
    [InlineData("MaxPool2D({|#0:0|})", "maxpool1", "kernel", "0")]
    [InlineData("MaxPool2D(2, {|#0:Stride = 0|})", "maxpool1", "Stride", "0")]
    [InlineData("Conv2D(4, 3, {|#0:StrideWidth = -2|})", "conv1", "StrideWidth", "-2")]
    [InlineData("Conv2D({|#0:kernelWidth: -1|}, kernelHeight: 1, filters: 4)", "conv1", "kernelWidth", "-1")]
    [InlineData("Conv2D(4, 3, {|#0:InChannels = 0|})", "conv1", "InChannels", "0")]
    [InlineData("DepthwiseConv2D(3, {|#0:Multiplier = 0|})", "dwconv1", "Multiplier", "0")]
    [InlineData("LocalResponseNorm({|#0:-5|})", "lrn1", "size", "-5")]
    public Task NG1011_FiresForAnyOfThem(string layer, string name, string argument, string value) =>
        Fires("NG1011", Image + $"[{layer}]" + Class, name, argument, value);

    [Fact]
    public Task NG1011_FiresForTheInput() =>
        Fires("NG1011", "[Network] [Input(3, {|#0:-1|}, 9)] [Conv2D(4, 3)]" + Class, "input", "height", "-1");

    [Fact]
    public Task NG1011_DoesNotFire() => IsClean(Image + "[Conv2D(1, 1, Stride = 1, Dilation = 1, Groups = 1)]" + Class);

    [Fact]
    public Task NG1012_Fires() => Fires("NG1012", Image + "[Conv2D(4, 3, {|#0:PaddingTop = -1|})]" + Class, "conv1", "PaddingTop", "-1");

    [Fact]
    public Task NG1012_FiresForPositionalArguments() =>
        Fires("NG1012", Image + "[ZeroPad2D(1, 1, {|#0:-3|}, 1)]" + Class, "pad1", "top", "-3");

    [Fact]
    public Task NG1012_DoesNotFire() => IsClean(Image + "[Conv2D(4, 3, PaddingTop = 0)] [ZeroPad2D(0)]" + Class);

    [Fact]
    public Task NG1013_Fires() => Fires(
        "NG1013", Image + "[Conv2D(4, {|#0:5|}, Dilation = 3, Padding = 2)]" + Class, "conv1", "height", "13", "8", "4", "input");

    [Fact]
    public Task NG1013_FiresForTheWidth() => Fires(
        "NG1013",
        Image + "[Conv2D(4, 3, Name = \"a\")] [MaxPool2D(2, {|#0:8|})]" + Class,
        "maxpool1",
        "width",
        "8",
        "7",
        "0",
        "a");

    [Fact]
    public Task NG1013_DoesNotFire() => IsClean(Image + "[Conv2D(4, 5, Dilation = 3, PaddingTop = 2, PaddingBottom = 3, Padding = 2)]" + Class);

    [Fact]
    public Task NG1014_Fires() => Fires("NG1014", Image + "[MaxPool2D(3, {|#0:Padding = 2|})]" + Class, "maxpool1", "2", "1", "height", "3");

    [Fact]
    public Task NG1014_FiresForOneSide() => Fires(
        "NG1014", Image + "[AvgPool2D(4, 2, Padding = 1, {|#0:PaddingRight = 2|})]" + Class, "avgpool1", "2", "1", "width", "2");

    [Fact]
    public Task NG1014_DoesNotFire() => IsClean(Image + "[MaxPool2D(4, Padding = 2)]" + Class);

    [Fact]
    public Task NG1015_Fires() => Fires("NG1015", Image + "[ReLU] [{|#0:Dense(10)|}]" + Class, "fc1", "relu1", "3×8×9");

    [Fact]
    public Task NG1015_DoesNotFire() => IsClean(Image + "[ReLU] [Flatten] [Dense(10)]" + Class);

    [Fact]
    public Task NG1016_Fires() => Fires(
        "NG1016", "[Network] [{|#0:Input(1, 46341, 46341)|}] [ReLU]" + Class, "input", "image", "1·46341·46341");

    [Fact]
    public Task NG1016_FiresForWeights() => Fires(
        "NG1016", "[Network] [Input(65536)] [{|#0:Dense(65536)|}]" + Class, "fc1", "weights", "65536·65536");

    [Fact]
    public Task NG1016_DoesNotFire() => IsClean("[Network] [Input(1, 4000, 4000)] [MaxPool2D(2)] [MaxPool2D(2)]" + Class);

    [Fact]
    public Task NG1017_Fires() => Fires("NG1017", Image + "[Flatten] [{|#0:MaxPool2D(2)|}]" + Class, "maxpool1", "MaxPool2D", "flatten1", "216");

    [Fact]
    public Task NG1017_DoesNotFire() => IsClean(Image + "[MaxPool2D(2)] [Flatten] [BatchNorm2D] [Softmax]" + Class);

    [Fact]
    public Task NG1018_Fires() =>
        Fires("NG1018", Vector + "[Dense(4, Name = \"a\")] [Dense(2, {|#0:Name = \"a\"|})]" + Class, "a", "another layer already has this name");

    /// <summary>The name that is written is at fault, wherever the layer stands that is called so without it.</summary>
    [Theory]
    [InlineData("[Dense(4)] [Dense(4, {|#0:Name = \"fc1\"|})]")]
    [InlineData("[Dense(4, {|#0:Name = \"fc1\"|})] [Dense(4)]")]
    [InlineData("[Dense(4, {|#0:Name = \"fc2\"|})] [Dense(4)] [Dense(4)]")]
    [InlineData("[Dense(4, {|#0:Name = \"fc1\"|})] [ReLU(From = \"fc1\")] [Dense(4)]")]
    public Task NG1018_FiresForTheCountOfAnUnnamedLayer(string layers) =>
        Fires("NG1018", Vector + layers + Class, layers.Contains("fc2", System.StringComparison.Ordinal) ? "fc2" : "fc1", Unnamed("the Dense"));

    [Fact]
    public Task NG1018_FiresInABlock() => Fires(
        "NG1018",
        "[Block] [Dense(Param.A, {|#0:Name = \"fc1\"|})] [Dense(Param.A)] class Pair;\n"
            + Vector + "[Use<Pair>(4, Repeat = 2, Name = \"layer1\")] [Use<Pair>(4)]" + Class,
        "layer1.0.fc1",
        Unnamed("the Dense"));

    [Fact]
    public Task NG1018_FiresForTheCountOfAnUnnamedUse() => Fires(
        "NG1018",
        "[Block] [Dense(Param.A)] class Pair;\n" + Vector + "[Dense(4, {|#0:Name = \"pair1\"|})] [Use<Pair>(4)]" + Class,
        "pair1",
        Unnamed("a use"));

    [Fact]
    public Task NG1018_FiresForALayerWithinAnUnnamedUse() => Fires(
        "NG1018",
        "[Block] [Dense(Param.A)] class Pair;\n" + Vector + "[Dense(4, {|#0:Name = \"pair1.fc1\"|})] [Use<Pair>(4)]" + Class,
        "pair1.fc1",
        Unnamed("the Dense"));

    /// <summary>Each repetition has a name too, by which layers below take its result.</summary>
    [Theory]
    [InlineData("[Dense(4, Name = \"layer1.0\")] [Use<Pair>(4, Repeat = 2, {|#0:Name = \"layer1\"|})] [Add(\"layer1.0\")]")]
    [InlineData("[Use<Pair>(4, Repeat = 2, Name = \"layer1\")] [Dense(4, {|#0:Name = \"layer1.0\"|})] [Add(\"layer1.0\")]")]
    public Task NG1018_FiresForARepetition(string layers) => Fires(
        "NG1018", "[Block] [Dense(Param.A)] class Pair;\n" + Vector + layers + Class, "layer1.0", "another layer already has this name");

    [Fact]
    public Task NG1018_FiresForAnOutputTwice() => Fires(
        "NG1018", Vector + "[Dense(4)] [Output(\"fc1\")] [Output({|#0:\"fc1\"|})]" + Class, "Output", "'fc1' is an output already");

    private static string Unnamed(string what) =>
        what + " without a Name is called so by its kind and count; give it a Name too, or choose another here";

    [Fact]
    public Task NG1018_DoesNotFire() => IsClean(Vector + "[Dense(4)] [Dense(4, Name = \"fc2\")] [Dense(2, Name = \"FC1\")]" + Class);

    [Fact]
    public Task NG1019_Fires() => Fires("NG1019", Vector + "[Dense(4, {|#0:Name = \"a b\"|})]" + Class, "a b");

    [Fact]
    public Task NG1019_FiresForTheInputsName() => Fires("NG1019", Vector + "[Dense(4, {|#0:Name = \"input\"|})]" + Class, "input");

    [Fact]
    public Task NG1019_DoesNotFire() => IsClean(Vector + "[Dense(4, Name = \"features.0-b_2\")]" + Class);

    [Fact]
    public Task NG1020_Fires() => Fires("NG1020", Vector + "[Dropout({|#0:1.5|})]" + Class, "dropout1", "probability", "1.5", "from 0 to 1");

    [Theory]
    [InlineData("BatchNorm2D({|#0:Epsilon = -1e-5|})", "bn1", "Epsilon", "-1E-05", "at least 0")]
    [InlineData("LeakyReLU({|#0:double.NaN|})", "leakyrelu1", "slope", "NaN", "a finite number")]
    [InlineData("Softplus({|#0:Beta = 0|})", "softplus1", "Beta", "0", "at least 1E-06")]
    [InlineData("ConvTranspose2D(4, 3, {|#0:Stride = 33|})", "convtranspose1", "the stride's height times its width", "1089", "at most 1024")]
    public Task NG1020_FiresForAnyOfThem(string layer, string name, string argument, string value, string range) =>
        Fires("NG1020", Image + $"[{layer}]" + Class, name, argument, value, range);

    [Fact]
    public Task NG1020_FiresForTiers() => Fires(
        "NG1020", "[Network({|#0:Simd = (SimdTiers)8|})] [Input(8)] [Dense(2)]" + Class, "Net", "Simd", "8", "a combination of tiers");

    [Fact]
    public Task NG1020_FiresForWeightStorage() => Fires(
        "NG1020", "[Network({|#0:WeightStorage = (WeightStorage)7|})] [Input(8)] [Dense(2)]" + Class, "Net", "WeightStorage", "7", "Float32, BFloat16 or Int8");

    [Fact]
    public Task NG1020_FiresForPrecision() => Fires(
        "NG1020", "[Network({|#0:Precision = (Precision)2|})] [Input(8)] [Dense(2)]" + Class, "Net", "Precision", "2", "Float32 or Int8");

    [Fact]
    public Task NG1020_DoesNotFire() => IsClean(
        "[Network(Simd = SimdTiers.Vector128 | SimdTiers.Vector512)] [Input(8)] [Dropout(1)] [LeakyReLU(-3)] [ELU(0)]" + Class);

    [Fact]
    public Task NG1021_Fires() => Fires(
        "NG1021",
        Image + "[Conv2D(4, 3, Stride = 2, {|#0:SamePadding = true|})]" + Class,
        "conv1",
        "the stride is 2×2, and only stride 1 can keep height and width");

    [Fact]
    public Task NG1021_FiresForPadding() => Fires(
        "NG1021",
        Image + "[Conv2D(4, 3, {|#0:SamePadding = true|}, PaddingLeft = 1)]" + Class,
        "conv1",
        "PaddingLeft says otherwise; give only one of the two");

    [Fact]
    public Task NG1021_DoesNotFire() => IsClean(
        Image + "[Conv2D(4, 3, SamePadding = true)] [Conv2D(4, 3, SamePadding = false, Stride = 2, Padding = 1)]" + Class);

    [Fact]
    public Task NG1022_Fires() => Fires("NG1022", "[Network] [ReLU] [{|#0:Input(8)|}] [Dense(2)]" + Class, "Net");

    [Fact]
    public Task NG1022_DoesNotFire() => IsClean("[Input(8)] [Dense(2)] [Network]" + Class);

    [Fact]
    public Task NG1023_Fires() => Fires(
        "NG1023", "[Network] [Input(8)] [Dense(4)] partial class Net;\n[{|#0:Dense(2)|}] [ReLU] partial class Net;", "Net");

    [Fact]
    public Task NG1023_FiresForBlocks() => Fires(
        "NG1023", "[Network] [Input(8)] [Use<B>] partial class Net;\n[Block] [ReLU] partial class B;\n[{|#0:Tanh|}] partial class B;", "Net");

    [Fact]
    public Task NG1023_DoesNotFire() => IsClean("[Network] partial class Net;\n[Input(8)] [Dense(4)] partial class Net;\npartial class Net;");

    [Fact]
    public Task NG1024_Fires() => Fires("NG1024", "class Outer { " + Vector + "[Dense(2)] sealed partial class {|#0:Net|}; }", "Net", "Outer");

    [Fact]
    public Task NG1024_DoesNotFire() => IsClean("partial interface IOuter { partial record struct Inner { " + Vector + "[Dense(2)] sealed partial class Net; } }");

    [Fact]
    public Task NG1025_Fires() => Fires("NG1025", Vector + "[Dense(2)] file sealed partial class {|#0:Net|};", "Net");

    [Fact]
    public Task NG1025_FiresWithinOthers() => Fires(
        "NG1025", "file partial class Outer { " + Vector + "[Dense(2)] sealed partial class {|#0:Net|}; }", "Net");

    [Fact]
    public Task NG1025_DoesNotFire() => IsClean(Vector + "[Dense(2)] internal sealed partial class Net;");

    [Fact]
    public Task NG1026_Fires() => Fires("NG1026", "[{|#0:Input(8)|}] [Dense(2)] sealed partial class Net;", "Net");

    [Fact]
    public Task NG1026_DoesNotFire() => IsClean("sealed class Unrelated;");

    [Fact]
    public Task NG1027_Fires() => Fires("NG1027", Image + "[Conv2D(3, 1)] [Add({|#0:\"inptu\"|})]" + Class, "add1", "inptu");

    [Fact]
    public Task NG1027_FiresForFrom() => Fires("NG1027", Vector + "[Dense(2)] [Dense(3, {|#0:From = \"fc2\"|}, Name = \"out\")]" + Class, "out", "fc2");

    [Fact]
    public Task NG1027_FiresForOutputs() => Fires("NG1027", Vector + "[Dense(2)] [Output({|#0:\"logits\"|})]" + Class, "Output", "logits");

    [Fact]
    public Task NG1027_DoesNotFire() => IsClean(Image + "[Conv2D(3, 1)] [Add(\"input\")] [ReLU(From = \"add1\")] [Output(\"relu1\")]" + Class);

    [Fact]
    public Task NG1028_Fires() => Fires("NG1028", Image + "[Add({|#0:\"conv1\"|})] [Conv2D(3, 1)]" + Class, "add1", "conv1");

    [Fact]
    public Task NG1028_DoesNotFire() => IsClean(Image + "[Conv2D(3, 1)] [Add(\"conv1\", \"input\")]" + Class);

    [Fact]
    public Task NG1029_Fires() => Fires(
        "NG1029", Image + "[Conv2D(4, 1)] [Add({|#0:\"input\"|})]" + Class, "add1", "input", "3×8×9", "conv1", "4×8×9");

    [Fact]
    public Task NG1029_DoesNotFire() => IsClean(Image + "[Conv2D(3, 1)] [Multiply(\"input\")] [GlobalAvgPool2D] [Multiply(\"mul1\")]" + Class);

    [Fact]
    public Task NG1030_Fires() => Fires(
        "NG1030", Image + "[Conv2D(4, 3)] [Concat(\"input\", {|#0:\"conv1\"|})]" + Class, "concat1", "conv1", "4×6×7", "input", "3×8×9");

    [Fact]
    public Task NG1030_DoesNotFire() => IsClean(Image + "[Conv2D(4, 1)] [Concat(\"input\", \"conv1\", \"input\")]" + Class);

    [Fact]
    public Task NG1031_Fires() => Fires("NG1031", Image + "[{|#0:Conv2D(4, 1)|}] [ReLU(From = \"input\")]" + Class, "conv1");

    [Fact]
    public Task NG1031_DoesNotFire() => IsClean(Image + "[Conv2D(4, 1)] [ReLU(From = \"input\")] [Output(\"relu1\")] [Output(\"conv1\")]" + Class);

    [Fact]
    public Task NG1032_Fires() => Fires(
        "NG1032", Image + "[Use<B>(Name = \"b\")]" + Class + "\n[Block] [ReLU] [{|#0:Use<B>|}] class B;", "b.b1", "B");

    [Fact]
    public Task NG1032_FiresThroughOthers() => Fires(
        "NG1032", Image + "[Use<B>]" + Class + "\n[Block] [Use<C>] class B;\n[Block] [{|#0:Use<B>(Name = \"again\")|}] class C;", "b1.c1.again", "B");

    [Fact]
    public Task NG1032_DoesNotFire() => IsClean(Image + "[Use<B>] [Use<C>]" + Class + "\n[Block] [Use<C>] [Use<C>] class B;\n[Block] [ReLU] class C;");

    [Fact]
    public Task NG1033_Fires() => Fires(
        "NG1033",
        Image + "[Use<B>(8)]" + Class + "\n[Block] [Conv2D(Param.A, {|#0:Param.B|})] class B;",
        "b1.conv1",
        "Param.B",
        "b1",
        "only Param.A");

    [Fact]
    public Task NG1033_FiresOutsideBlocks() => Fires(
        "NG1033", Image + "[Conv2D({|#0:Param.A|}, 3)]" + Class, "conv1", "Param.A", "", "none: only a block has parameters");

    [Fact]
    public Task NG1033_DoesNotFire() => IsClean(
        Image + "[Use<B>(8, 3)]" + Class + "\n[Block] [Use<C>(Param.B, Param.A)] class B;\n[Block] [Conv2D(Param.B, Param.A)] class C;");

    [Fact]
    public Task NG1034_Fires() => Fires(
        "NG1034", Image + "[Use<B>(8, {|#0:3|})]" + Class + "\n[Block] [Conv2D(Param.A, 1)] class B;", "b1", "B", "Param.B");

    [Fact]
    public Task NG1034_DoesNotFire() => IsClean(Image + "[Use<B>(8, 3)]" + Class + "\n[Block] [Conv2D(Param.A, Param.B)] class B;");

    [Fact]
    public Task NG1035_Fires() => Fires("NG1035", Image + "[Conv2D(3, 1)] [{|#0:Add|}]" + Class, "add1", "Add", "at least one");

    [Fact]
    public Task NG1035_FiresForNull() => Fires("NG1035", "#nullable disable\n" + Image + "[Conv2D(3, 1)] [{|#0:Add(null)|}]" + Class, "add1", "Add", "at least one");

    [Fact]
    public Task NG1035_FiresForAThirdToCompare() => Fires(
        "NG1035",
        Image + "[Conv2D(3, 1)] [ReLU] [{|#0:Greater(\"input\", \"conv1\", \"relu1\")|}]" + Class,
        "greater1",
        "Greater",
        "one or two");

    [Fact]
    public Task NG1035_FiresForAChoiceOfOne() => Fires(
        "NG1035", Image + "[Compare(Comparison.Less, 0.5)] [{|#0:Where(\"compare1\", \"input\")|}]" + Class, "where1", "Where", "three");

    [Fact]
    public Task NG1035_DoesNotFire() => IsClean(Image + "[Conv2D(3, 1)] [Add(\"input\")] [Less(\"input\")] [Where(\"less1\", \"input\", \"conv1\")]" + Class);

    [Fact]
    public Task NG1036_Fires() => Fires(
        "NG1036", Image + "[Use<B>]" + Class + "\n[Block] [{|#0:Input(3, 8, 9)|}] [ReLU] class B;", "B", "Input");

    [Fact]
    public Task NG1036_FiresForOutputs() => Fires(
        "NG1036", Image + "[Use<B>]" + Class + "\n[Block] [ReLU] [{|#0:Output(\"relu1\")|}] class B;", "B", "Output");

    [Fact]
    public Task NG1036_DoesNotFire() => IsClean(Image + "[Use<B>]" + Class + "\n[Block] [ReLU(Name = \"Input\")] class B;");

    [Fact]
    public Task NG1037_Fires() => Fires("NG1037", Image + "[{|#0:Use<B>|}]" + Class + "\nclass B;", "b1", "B");

    [Fact]
    public Task NG1037_FiresForEmptyBlocks() => Fires("NG1037", Image + "[{|#0:Use<B>|}]" + Class + "\n[Block] class B;", "b1", "B");

    [Fact]
    public Task NG1037_FiresForArrays() => Fires("NG1037", Image + "[{|#0:Use<B[]>|}]" + Class + "\n[Block] [ReLU] class B;", "use1", "B[]");

    [Fact]
    public Task NG1037_DoesNotFire() => IsClean(Image + "[Use<B>]" + Class + "\n[Block] [ReLU] class B;");

    [Fact]
    public Task NG1038_Fires() => Fires(
        "NG1038", Image + "[Use<B>({|#0:Repeat = 5000|})]" + Class + "\n[Block] [ReLU] class B;", "b1", "4096 layers and uses of blocks");

    [Fact]
    public Task NG1038_FiresForLayersOfTheNetworkItself() => Fires(
        "NG1038",
        Image + string.Concat(Enumerable.Repeat("[ReLU]", 4096)) + "[{|#0:ReLU|}] [Tanh] [Output(\"tanh1\")]" + Class,
        "relu4097",
        "4096 layers and uses of blocks");

    [Fact]
    public Task NG1038_FiresForUsesThatGiveNoLayers() => Fires(
        "NG1038",
        Image + "[{|#0:Use<B0>|}]" + Class
            + string.Concat(Enumerable.Range(0, 32).Select(i => $"\n[Block] [Use<B{i + 1}>(Repeat = 1 << 30)] [Use<B{i + 1}>] class B{i};")) + "\n[Block] [ReLU] class B32;",
        "b01",
        "4096 layers and uses of blocks");

    [Fact]
    public Task NG1038_FiresForDeepNesting() => Fires(
        "NG1038",
        Image + "[Use<B0>]" + Class
            + string.Concat(Enumerable.Range(0, 3000).Select(i => i == 63 ? $"\n[Block] [{{|#0:Use<B{i + 1}>|}}] class B{i};" : $"\n[Block] [Use<B{i + 1}>] class B{i};"))
            + "\n[Block] [ReLU] class B3000;",
        string.Concat(Enumerable.Range(0, 64).Select(i => $"b{i}1.")) + "b641",
        "64 blocks within one another");

    [Fact]
    public Task NG1038_DoesNotFire() => IsClean(Image + "[Use<B>(Repeat = 100)]" + Class + "\n[Block] [ReLU] class B;");

    [Fact]
    public Task NG1039_Fires() => Fires("NG1039", Image + "[Slice(1, {|#0:3|})]" + Class, "slice1", "1", "3", "input", "3");

    [Fact]
    public Task NG1039_FiresForTheStart() => Fires("NG1039", Image + "[Slice({|#0:3|}, 1)]" + Class, "slice1", "3", "3", "input", "3");

    [Fact]
    public Task NG1039_DoesNotFire() => IsClean(Image + "[Slice(1, 2)] [Slice(0, 1)]" + Class);

    [Fact]
    public Task NG1040_Fires() => Fires("NG1040", Image + "[ChannelShuffle({|#0:2|})]" + Class, "shuffle1", "2", "3", "input");

    [Fact]
    public Task NG1040_FiresForPixels() => Fires("NG1040", Image + "[PixelShuffle({|#0:2|})]" + Class, "pixelshuffle1", "2·2", "3", "input");

    [Fact]
    public Task NG1040_DoesNotFire() => IsClean(Image + "[ChannelShuffle(3)] [Conv2D(4, 1)] [PixelShuffle(2)]" + Class);

    [Fact]
    public Task NG1041_Fires() => Fires(
        "NG1041",
        Image + "[ConvTranspose2D(4, 3, Stride = 2, {|#0:OutputPadding = 2|})]" + Class,
        "convtranspose1",
        "2",
        "height",
        "2",
        "1");

    [Fact]
    public Task NG1041_DoesNotFire() => IsClean(Image + "[ConvTranspose2D(4, 3, Stride = 2, OutputPadding = 2, Dilation = 3)]" + Class);

    [Fact]
    public Task NG1042_Fires() => Fires(
        "NG1042",
        "[Budget({|#0:MaxParameters = 71|})] " + Vector + "[Dense(6)] [Dense(3, Bias = false)]" + Class,
        "Net",
        "72",
        "parameters",
        "71",
        "'fc1' with 54");

    [Theory]
    [InlineData("MaxMultiplyAdds = 39", "40", "multiply-adds", "39", "'fc2' with 24")]
    [InlineData("MaxWeightBytes = 1", "216", "bytes of weights", "1", "'fc2' with 144")]
    [InlineData("MaxWorkspaceBytes = 127", "128", "bytes of activations", "127", "'fc1' with 16")]
    [InlineData("MaxParameters = -1", "54", "parameters", "-1", "'fc2' with 36")]
    public Task NG1042_FiresForAnyCost(string budget, string cost, string what, string most, string heaviest) => Fires(
        "NG1042", $"[Budget({{|#0:{budget}|}})] [Network] [Input(8)] [Dense(2)] [Dense(12)]" + Class, "Net", cost, what, most, heaviest);

    [Fact]
    public Task NG1042_FiresWhereNothingIsStored() => Fires(
        "NG1042",
        "[Budget({|#0:MaxWorkspaceBytes = -1|})] " + Vector + "[Dense(6)]" + Class,
        "Net",
        "64",
        "bytes of activations",
        "-1",
        "'fc1' with 0");

    [Fact]
    public Task NG1042_DoesNotFire() => IsClean(
        "[Budget(MaxParameters = 72, MaxMultiplyAdds = 66)] " + Vector + "[Dense(6)] [Dense(3, Bias = false)]" + Class);

    [Fact]
    public Task NG1043_Fires() => Fires("NG1043", Weighted("{|#0:\"model.safetensors\"|}"), "Net", "model.safetensors");

    [Fact]
    public Task NG1043_FiresForOtherFiles() => Fires(
        "NG1043", Weighted("{|#0:\"model.safetensors\"|}"), [new("other.safetensors", Fitting)], "Net", "model.safetensors");

    [Fact]
    public Task NG1043_DoesNotFire() => IsClean(
        Weighted("\"model.safetensors\""), new SafetensorsHeader("other.safetensors", "{}"), new SafetensorsHeader("obj/netgen/model.safetensors", Fitting));

    [Theory]
    [InlineData("!it has 3 bytes", "it has 3 bytes")]
    [InlineData("", "its header is not JSON")]
    [InlineData("[]", "its header is not JSON")]
    [InlineData("{\"fc1.weight\":{\"dtype\":\"F32\",\"shape\":[2,", "its header is not JSON")]
    [InlineData("{\"fc1.weight\":{\"shape\":[2,8]}}", "tensor 'fc1.weight' has no type or shape")]
    [InlineData("{\"fc1.weight\":{\"dtype\":\"F32\",\"shape\":[\"2\",8]}}", "tensor 'fc1.weight' has no type or shape")]
    public Task NG1044_Fires(string header, string error) => Fires(
        "NG1044", Weighted("{|#0:\"model.safetensors\"|}"), [new("model.safetensors", header)], "Net", "model.safetensors", error);

    [Fact]
    public Task NG1044_FiresForReferences() => Fires(
        "NG1044", Tested("{|#0:\"a.safetensors\"|}"), [new("a.safetensors", "!it has 3 bytes")], "Net", "a.safetensors", "it has 3 bytes");

    [Fact]
    public Task NG1044_DoesNotFire() => IsClean(
        Weighted("\"model.safetensors\""),
        new SafetensorsHeader("model.safetensors", " { \"__metadata__\": {\"format\": \"pt\"}, " + Fitting[1..^1] + "\n}  "));

    [Fact]
    public Task NG1045_Fires() => Fires(
        "NG1045",
        Weighted("\"model.safetensors\"", "{|#0:Dense(2)|}"),
        [new("model.safetensors", "{" + Tensor("fc1.weight", "2,8") + "}")],
        "fc1",
        "model.safetensors",
        "fc1.bias",
        "[2]");

    [Fact]
    public Task NG1045_DoesNotFire() => IsClean(
        Weighted("\"model.safetensors\"", "Dense(2, Bias = false)"),
        new SafetensorsHeader("model.safetensors", "{" + Tensor("fc1.weight", "2,8") + "}"));

    [Fact]
    public Task NG1046_Fires() => Fires(
        "NG1046",
        Weighted("\"model.safetensors\"", "{|#0:Dense(3, Bias = false)|}"),
        [new("model.safetensors", "{" + Tensor("fc1.weight", "2,8") + "}")],
        "fc1",
        "fc1.weight",
        "[3, 8]",
        "model.safetensors",
        "[2, 8]");

    [Fact]
    public Task NG1046_FiresInTheLayersOfBlocks() => Fires(
        "NG1046",
        Weighted("\"model.safetensors\"", "Use<B>(Name = \"b\")") + "\n[Block] [{|#0:Dense(2, Bias = false)|}] class B;",
        [new("model.safetensors", "{" + Tensor("b.fc1.weight", "8,2") + "}")],
        "b.fc1",
        "b.fc1.weight",
        "[2, 8]",
        "model.safetensors",
        "[8, 2]");

    [Fact]
    public Task NG1046_DoesNotFire() => IsClean(Weighted("\"model.safetensors\""), new SafetensorsHeader("model.safetensors", Fitting));

    /// <summary>A network has to compile before it can be calibrated.</summary>
    [Fact]
    public Task NG1045_DoesNotFireForRanges() => IsClean(
        OfIntegers(Weighted("\"model.safetensors\"")), new SafetensorsHeader("model.safetensors", Fitting));

    [Fact]
    public Task NG1048_DoesNotFireForRanges() => IsClean(
        OfIntegers(Weighted("\"model.safetensors\"")),
        new SafetensorsHeader("model.safetensors", Fitting[..^1] + "," + Tensor("fc1.input_range", "2") + "}"));

    [Fact]
    public Task NG1047_Fires() => Fires(
        "NG1047",
        Weighted("\"model.safetensors\"", "{|#0:Dense(2, Bias = false)|}"),
        [new("model.safetensors", "{" + Tensor("fc1.weight", "2,8", "I8") + "}")],
        "fc1",
        "fc1.weight",
        "model.safetensors",
        "I8");

    [Fact]
    public Task NG1047_FiresForReferences() => Fires(
        "NG1047",
        Tested("{|#0:\"a.safetensors\"|}"),
        [new("a.safetensors", References.Replace("F32\",\"shape\":[3", "U8\",\"shape\":[3", System.StringComparison.Ordinal))],
        "input",
        "input",
        "a.safetensors",
        "U8");

    [Theory]
    [InlineData("F16")]
    [InlineData("BF16")]
    [InlineData("F64")]
    public Task NG1047_DoesNotFire(string type) => IsClean(
        Weighted("\"model.safetensors\"", "Dense(2, Bias = false)"),
        new SafetensorsHeader("model.safetensors", "{" + Tensor("fc1.weight", "2,8", type) + "}"));

    [Fact]
    public Task NG1048_Fires() => Fires(
        "NG1048",
        Weighted("{|#0:\"model.safetensors\"|}"),
        [new("model.safetensors", Fitting[..^1] + string.Concat(Enumerable.Range(1, 7).Select(i => $",{Tensor($"t{i}", "1")}")) + "}")],
        "Net",
        "model.safetensors",
        "'t1', 't2', 't3', 't4', 't5' and 2 more");

    [Fact]
    public Task NG1048_DoesNotFire() => IsClean(
        Weighted("\"model.safetensors\""),
        new SafetensorsHeader("model.safetensors", Fitting[..^1] + "," + Tensor("bn1.num_batches_tracked", "", "I64") + "}"));

    [Fact]
    public Task NG1049_Fires() => Fires("NG1049", Vector + "[Dense(2)] sealed partial class {|#0:Weights|};", "Weights");

    [Fact]
    public Task NG1049_DoesNotFire() => IsClean(Vector + "[Dense(2, Name = \"weights\")] sealed partial class Network;");

    [Fact]
    public Task NG1050_Fires() => Fires(
        "NG1050", Vector + "[Dense(2)] sealed partial record {|#0:Net|}(int Classes);", "Net", "it cannot have parameters of its own");

    [Theory]
    [InlineData("partial class {|#0:Net|}(int classes) { public int Classes => classes; }", "it cannot have parameters of its own")]
    [InlineData("partial class {|#0:Net|} : B { Net() : base(1) { } } class B { private B() { } public B(int x) { } }", "its base class 'B' has none without parameters")]
    [InlineData("partial class {|#0:Net|} { public required int Classes { get; init; } }", "its member 'Classes' cannot be required")]
    [InlineData("partial class {|#0:Net|} : B; class B { public required int Classes; }", "its member 'Classes' cannot be required")]
    public Task NG1050_FiresForAnyOfThem(string declaration, string reason) => Fires("NG1050", Vector + "[Dense(2)] " + declaration, "Net", reason);

    [Theory]
    [InlineData("partial class Net { public {|#0:Net|}() { } }")]
    [InlineData("partial class Net { public {|#0:Net|}(int classes) { } }")]
    [InlineData("partial record Net { protected {|#0:Net|}(Net original) { } }")]
    public Task NG1050_FiresForAConstructor(string declaration) => Fires(
        "NG1050",
        Vector + "[Dense(2)] " + declaration,
        "Net",
        "it cannot have one of its own, whose instances would have no weights; Load and Random make them");

    [Theory]
    [InlineData("partial class Net : System.IO.MemoryStream;")]
    [InlineData("partial class Net : B; class B { private protected B(int x = 0, params int[] more) { } }")]
    [InlineData("partial class Net { static Net() { } public int Classes { get; init; } = 2; ~Net() { } }")]
    public Task NG1050_DoesNotFire(string declaration) => IsClean(Vector + "[Dense(2)] " + declaration);

    [Fact]
    public Task NG1051_Fires() => Fires("NG1051", Tested("{|#0:\"a.safetensors\"|}"), [new("b.safetensors", References)], "Net", "a.safetensors");

    [Fact]
    public Task NG1051_DoesNotFire() => IsClean(Tested("\"a.safetensors\""), new SafetensorsHeader("obj/a.safetensors", References));

    [Theory]
    [InlineData("input", "[3, 8, 9]", "output", "4,6,7")]
    [InlineData("output", "[4, 6, 7]", "input", "3,8,9")]
    public Task NG1052_Fires(string name, string shape, string other, string otherShape) => Fires(
        "NG1052",
        Tested("{|#0:\"a.safetensors\"|}"),
        [new("a.safetensors", "{" + Tensor(other, otherShape) + "," + Tensor("conv1", "4,6,7") + "}")],
        name,
        "a.safetensors",
        name,
        shape);

    [Fact]
    public Task NG1052_DoesNotFire() => IsClean(Tested("\"a.safetensors\""), new SafetensorsHeader("a.safetensors", References));

    [Theory]
    [InlineData("{|#0:\"a.safetensors\"|}", "Conv2D(4, 3)", "input", "3,9,8", "[3, 8, 9]", "[3, 9, 8]")]
    [InlineData("{|#0:\"a.safetensors\"|}", "Conv2D(4, 3)", "output", "2,4,6,7", "[4, 6, 7]", "[2, 4, 6, 7]")]
    [InlineData("\"a.safetensors\"", "{|#0:Conv2D(4, 3)|}", "conv1", "4,42", "[4, 6, 7]", "[4, 42]")]
    public Task NG1053_Fires(string file, string layer, string name, string shape, string expected, string found) => Fires(
        "NG1053",
        Tested(file, layer),
        [new("a.safetensors", "{" + string.Join(",", new[] { Tensor("input", "3,8,9"), Tensor("output", "4,6,7") }.Where(t => !t.Contains($"\"{name}\"", System.StringComparison.Ordinal)).Append(Tensor(name, shape))) + "}")],
        name,
        name,
        expected,
        "a.safetensors",
        found);

    [Theory]
    [InlineData("4,6,7")]
    [InlineData("1,4,6,7")]
    public Task NG1053_DoesNotFire(string shape) => IsClean(
        Tested("\"a.safetensors\""), new SafetensorsHeader("a.safetensors", References[..^1] + "," + Tensor("conv1", shape, "F16") + "}"));

    [Fact]
    public Task NG1053_DoesNotFireForVectors() => IsClean(
        "[Golden(\"a.safetensors\")] " + Vector + "[Dense(3)] [Dense(2, Name = \"output\")] [Output(\"fc1\")] [Output(\"output\")]" + Class,
        new SafetensorsHeader("a.safetensors", "{" + string.Join(",", Tensor("input", "1,8"), Tensor("fc1", "3"), Tensor("output", "5")) + "}"));

    [Fact]
    public Task NG1054_Fires() => Fires(
        "NG1054",
        Tested("{|#0:\"a.safetensors\"|}"),
        [new("a.safetensors", References[..^1] + "," + Tensor("conv2", "4,6,7") + "}")],
        "Net",
        "a.safetensors",
        "'conv2'");

    [Fact]
    public Task NG1054_DoesNotFire() => IsClean(
        Tested("\"a.safetensors\""), new SafetensorsHeader("a.safetensors", References[..^1] + "," + Tensor("conv1", "4,6,7") + "}"));

    [Fact]
    public Task NG1055_Fires() => Fires(
        "NG1055", Weighted("{|#0:\"model.safetensors\"|}"), Twins, "Net", "model.safetensors", "'a/model.safetensors', 'b/model.safetensors'");

    /// <summary>Either kind of slash, and the end of a path where it is enough.</summary>
    [Theory]
    [InlineData("a/model.safetensors")]
    [InlineData("./a/model.safetensors")]
    [InlineData("a\\\\model.safetensors")]
    public Task NG1055_DoesNotFireForPaths(string file) => IsClean(Weighted($"\"{file}\""), Twins);

    [Fact]
    public Task NG1055_DoesNotFire() => IsClean(
        Weighted("\"model.safetensors\""),
        new SafetensorsHeader("a%2Fmodel.safetensors", "{}"),
        new SafetensorsHeader("a%2Fother-model.safetensors", "{}"),
        new SafetensorsHeader("model.safetensors", Fitting));

    [Fact]
    public Task NG1055_ChecksTheFileOfThePath() => Fires(
        "NG1046",
        Weighted("\"b/model.safetensors\"", "{|#0:Dense(2, Bias = false)|}"),
        [new("a%2Fmodel.safetensors", "{" + Tensor("fc1.weight", "2,8") + "}"), new("b%2Fmodel.safetensors", "{" + Tensor("fc1.weight", "2,9") + "}")],
        "fc1",
        "fc1.weight",
        "[2, 8]",
        "b/model.safetensors",
        "[2, 9]");

    [Theory]
    [InlineData("module.")]
    [InlineData("module._orig_mod.")]
    [InlineData("model.")]
    public Task NG1056_FiresForPrefixes(string prefix) => Fires(
        "NG1056",
        Weighted("{|#0:\"model.safetensors\"|}"),
        [new("model.safetensors", Prefixed(prefix))],
        "Net",
        "model.safetensors",
        $"the prefix '{prefix}'",
        $"write Prefix = \"{prefix}\"");

    [Fact]
    public Task NG1056_Fires() => Fires(
        "NG1056",
        Weighted("\"model.safetensors\", {|#0:Prefix = \"model.\"|}"),
        [new("model.safetensors", Fitting)],
        "Net",
        "model.safetensors",
        "no prefix",
        "leave Prefix out");

    [Fact]
    public Task NG1056_DoesNotFire() => IsClean(
        Weighted("\"model.safetensors\", Prefix = \"module.\""), new SafetensorsHeader("model.safetensors", Prefixed("module.")));

    [Fact]
    public Task NG1046_FiresForTensorsWithPrefix() => Fires(
        "NG1046",
        Weighted("\"model.safetensors\", Prefix = \"m.\"", "{|#0:Dense(3, Bias = false)|}"),
        [new("model.safetensors", "{" + Tensor("m.fc1.weight", "2,8") + "}")],
        "fc1",
        "m.fc1.weight",
        "[3, 8]",
        "model.safetensors",
        "[2, 8]");

    /// <summary>A kernel's sides of 1 may be missing, or be there.</summary>
    [Theory]
    [InlineData("2,8,1")]
    [InlineData("2,8,1,1")]
    public Task NG1046_DoesNotFireForSidesOfOne(string shape) => IsClean(
        Weighted("\"model.safetensors\"", "Dense(2, Bias = false)"), new SafetensorsHeader("model.safetensors", "{" + Tensor("fc1.weight", shape) + "}"));

    [Theory]
    [InlineData(LanguageVersion.CSharp11, "11.0")]
    [InlineData(LanguageVersion.CSharp9, "9.0")]
    [InlineData(LanguageVersion.CSharp7_3, "7.3")]
    public Task NG1057_FiresForEach(LanguageVersion version, string text) => FiresIn(
        version, "NG1057", Vector + "[Dense(2)] sealed partial class {|#0:Net|} { }", "Net", text);

    [Fact]
    public Task NG1057_Fires() => FiresIn(
        LanguageVersion.CSharp10, "NG1057", Vector + "[Dense(2)] sealed partial class {|#0:Net|} { }", "Net", "10.0");

    [Fact]
    public Task NG1057_DoesNotFire() => IsCleanIn(LanguageVersion.CSharp12, Vector + "[Dense(2)] sealed partial class Net { }");

    /// <summary>Two files of one name, whose tensors fit <see cref="Weighted"/>.</summary>
    private static SafetensorsHeader[] Twins => [new("b%2Fmodel.safetensors", Fitting), new("a%2Fmodel.safetensors", Fitting)];

    private static string Prefixed(string prefix) => "{" + Tensor(prefix + "fc1.weight", "2,8") + "," + Tensor(prefix + "fc1.bias", "2") + "}";

    private static string Tested(string file, string layer = "Conv2D(4, 3)") => $"[Golden({file})] {Image}[{layer}]" + Class;

    /// <summary>A header of what <see cref="Tested"/> compares with.</summary>
    private static string References => "{" + Tensor("input", "3,8,9") + "," + Tensor("output", "1,4,6,7") + "}";

    private static string OfIntegers(string network) =>
        network.Replace("[Network]", "[Network(Precision = Precision.Int8)]", System.StringComparison.Ordinal);

    /// <summary>A header of what <see cref="Weighted"/> loads.</summary>
    private static string Fitting => "{" + Tensor("fc1.weight", "2,8") + "," + Tensor("fc1.bias", "2") + "}";

    private static string Weighted(string file, string layer = "Dense(2)") => $"[Weights({file})] {Vector}[{layer}]" + Class;

    private static string Tensor(string name, string shape, string type = "F32") =>
        $"\"{name}\":{{\"dtype\":\"{type}\",\"shape\":[{shape}],\"data_offsets\":[0,0]}}";

    [Theory]
    [InlineData("public string {|#0:Info|} => \"\";", "Info")]
    [InlineData("private class {|#0:Layers|};", "Layers")]
    [InlineData("private void {|#0:Weights|}() { }", "Weights()")]
    [InlineData("private int {|#0:InputLength|};", "InputLength")]
    [InlineData("private int {|#0:Forward|};", "Forward")]
    [InlineData("public float[] {|#0:Forward|}(System.ReadOnlySpan<float> x) => [];", "Forward(ReadOnlySpan<float>)")]
    [InlineData("public static Net {|#0:Load|}(string? file = null) => null!;", "Load(string?)")]
    [InlineData("private static int {|#0:__netGenInfo|};", "__netGenInfo")]
    public Task NG1060_Fires(string member, string name) =>
        Fires("NG1060", "#nullable enable\n" + Vector + "[Dense(2)] sealed partial class Net { " + member + " }", "Net", name);

    [Theory]
    [InlineData("[Output(\"fc1\")] [Dense(2)] [Output(\"fc2\")]", "void {|#0:Forward|}(System.ReadOnlySpan<float> x, System.Span<float> a, System.Span<float> b) { }", "Forward(ReadOnlySpan<float>, Span<float>, Span<float>)")]
    [InlineData("[Golden(\"a\")]", "int {|#0:SelfTest|};", "SelfTest")]
    public Task NG1060_FiresForWhatSomeNetworksHave(string attributes, string member, string name) => Run(
        Vector + "[Dense(2)] " + attributes + " sealed partial class Net { " + member + " }", "Net", name);

    private static Task Run(string source, string network, string member) => source.Contains("Golden", System.StringComparison.Ordinal)
        ? Fires("NG1060", source, [new("a", "{" + Tensor("input", "8") + "," + Tensor("output", "2") + "}")], network, member)
        : Fires("NG1060", source, network, member);

    [Theory]
    [InlineData("int info, engine, observed, batched; int CreateInfo() => info + engine + observed + batched; int Create, Calibrate, SelfTest;")]
    [InlineData("public void Forward(float[] x, float[] y) { } public void Forward<T>(System.ReadOnlySpan<T> x, System.Span<T> y) { } public static int Load(int x) => x;")]
    [InlineData("public float[] Forward(in System.ReadOnlySpan<float> x) => []; class Layers<T>; static class Conv1;")]
    [InlineData("void Forward(System.ReadOnlySpan<float> x, System.Span<float> a, System.Span<float> b) { }")]
    public Task NG1060_DoesNotFire(string members) => IsClean(
        "#pragma warning disable CS0169, CS0649\n" + Vector + "[Dense(2)] sealed partial class Net { " + members + " }");

    [Theory]
    [InlineData("public int Info;", "Info")]
    [InlineData("protected virtual void Layers() { }", "Layers()")]
    [InlineData("internal static object Load(string x) => x;", "Load(string)")]
    [InlineData("public virtual float[] Forward(System.ReadOnlySpan<float> x) => null;", "Forward(ReadOnlySpan<float>)")]
    public Task NG1061_Fires(string member, string name) => Fires(
        "NG1061",
        "abstract class A { " + member + " } abstract class B : A; " + Vector + "[Dense(2)] partial class Net : {|#0:B|};",
        "Net",
        $"its base class 'A' has a member '{name}'");

    [Theory]
    [InlineData("class B { private int Info; private void Load(string x) { Info = x.Length; } public int Engine => Info; }")]
    [InlineData("class B { public void Forward(float[] x) { } public int Create() => 0; protected internal void Save() { } }")]
    [InlineData("interface B { string Info => null; float[] Forward(System.ReadOnlySpan<float> x) => null; }")]
    public Task NG1061_DoesNotFire(string type) => IsClean(type + " " + Vector + "[Dense(2)] sealed partial class Net : B;");

    [Theory]
    [InlineData("class System;", "System")]
    [InlineData("namespace System { class Runtime; }", "System.Runtime")]
    [InlineData("namespace System.Runtime.Intrinsics { class Vector256; }", "System.Runtime.Intrinsics.Vector256")]
    [InlineData("namespace NetGen.Runtime { class WeightSpec; }", "NetGen.Runtime.WeightSpec")]
    [InlineData("#pragma warning disable CS8981\nclass nuint;", "nuint")]
    public Task NG1062_Fires(string type, string name) => Fires("NG1062", Vector + "[Dense(2)] sealed partial class {|#0:Net|};\n" + type, "Net", name);

    [Theory]
    [InlineData("namespace My { class System; class NetGen; class Unsafe; class Vector256; class MemoryMarshal; }")]
    [InlineData("class Unsafe; class Vector256; class MemoryMarshal; class NetworkEngine; namespace NetGen.Mine { class WeightSpec; }")]
    [InlineData("namespace System.Runtime.CompilerServices { class IsExternalInit2; } namespace NetGen { class Classifier; }")]
    public Task NG1062_DoesNotFire(string types) => IsClean(Vector + "[Dense(2)] sealed partial class Net;\n" + types);

    [Fact]
    public Task NG1063_Fires() => Fires(
        "NG1063",
        Image + "[Conv2D(4, 1)] [ScaledDotProductAttention(\"input\", {|#0:\"conv1\"|}, \"input\")]" + Class,
        "attention1", "conv1", "4×8×9", "as many channels as the query 'input' has, 3");

    [Fact]
    public Task NG1063_DoesNotFire() => IsClean(
        Image + "[Conv2D(6, 1, Name = \"v\")] [MaxPool2D(2)] [Conv2D(3, 1, Name = \"q\")] [ScaledDotProductAttention(\"q\", \"input\", \"v\", Heads = 3)]" + Class);

    [Fact]
    public Task NG1070_Fires() => Fires(
        "NG1070",
        "[Network] [Input(4)] [State(\"h\", {|#0:\"fc1\"|}, 2, 4)] [Flatten(From = \"h\")] [Concat(\"input\", \"flatten1\")] [Dense(8)]" + Class,
        "h", "2×1×4", "fc1", "8");

    [Fact]
    public Task NG1070_DoesNotFire() => IsClean("[Network] [Input(4)] [State(\"h\", \"fc1\", 8)] [Concat(\"input\", \"h\")] [Dense(8)]" + Class);

    [Fact]
    public Task NG1075_Fires() => Fires("NG1075", "[Network] [Input(1, 28, 28)] [{|#0:Conv1D(8, 3)|}]" + Class, "conv1", "Conv1D", "input", "1×28×28");

    [Fact]
    public Task NG1075_DoesNotFire() => IsClean("[Network] [Input(1, 28)] [Conv1D(8, 3)] [MaxPool1D(2)] [BatchNorm1D] [Flatten] [BatchNorm1D]" + Class);
}
