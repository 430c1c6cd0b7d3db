using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Graphs.Layers;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Notation;

namespace NetGen.Generator.Tests.Graphs;

/// <summary>Layers that take several: what they combine, how a side of 1 stands for all, and at which name a problem is said.</summary>
public sealed class CombiningTests
{
    /// <summary>As in NumPy, sides are equal or 1; but a vector is no image.</summary>
    [Theory]
    [InlineData("2×3×4", "2×3×4", "2×3×4")]
    [InlineData("2×3×4", "1×3×4", "2×3×4")]
    [InlineData("2×3×4", "2×1×4", "2×3×4")]
    [InlineData("2×3×4", "2×3×1", "2×3×4")]
    [InlineData("1×1×1", "2×3×4", "2×3×4")]
    [InlineData("2×1×1", "1×3×4", "2×3×4")]
    [InlineData("1×3×1", "2×1×4", "2×3×4")]
    [InlineData("2×3×4", "3×3×4", null)]
    [InlineData("2×3×4", "2×2×4", null)]
    [InlineData("2×3×4", "2×3×5", null)]
    public void Broadcast_SidesAreEqualOrOne(string a, string b, string? expected)
    {
        Assert.Equal(expected, Combine.Broadcast(Image(a), Image(b))?.ToString());
        Assert.Equal(expected, Combine.Broadcast(Image(b), Image(a))?.ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Broadcast_VectorAndImage_DoNotCombine(int features) =>
        Assert.Null(Combine.Broadcast(Shape.Vector(features), Shape.Image(3, 1, 1)));

    [Theory]
    [InlineData("4×6×6; GlobalAvgPool2D; Add names=input", "4×6×6")]
    [InlineData("4×6×6; GlobalAvgPool2D; Multiply names=input,globalavgpool1", "4×6×6")]
    [InlineData("4×1×6; Reduce axes=4; Resize2D height=5 width=1; Subtract names=input", "4×5×6")]
    [InlineData("4; Dense units=1; Add names=input,fc1", "4")]
    [InlineData("4; ReLU; ReLU; Add names=input,relu1,relu2", "4")]
    [InlineData("4; ReLU; ReLU; Add names=input,relu1 From=relu2", "4")]
    [InlineData("4; ReLU; Where names=relu1,input,relu1", "4")]
    [InlineData("4; ReLU; Where names=relu1,input From=input", "4")]
    public void Combine_Output_IsTheCommonShape(string network, string expected) => Assert.Equal(expected, Outcome(network));

    /// <summary>The one that does not fit is named, beside the largest.</summary>
    [Theory]
    [InlineData("4×6×6; MaxPool2D kernel=2; Add names=input", "NG1029 at Add: add1, maxpool1, 4×3×3, input, 4×6×6")]
    [InlineData("4×6×6; MaxPool2D kernel=2; Add names=input,maxpool1", "NG1029 at Add.names[1]: add1, maxpool1, 4×3×3, input, 4×6×6")]
    [InlineData("4×6×6; MaxPool2D kernel=2; Add names=maxpool1,input", "NG1029 at Add.names[0]: add1, maxpool1, 4×3×3, input, 4×6×6")]
    [InlineData("4×6×6; MaxPool2D kernel=2; ReLU From=input; Add names=maxpool1,input From=relu1", "NG1029 at Add.names[0]: add1, maxpool1, 4×3×3, relu1, 4×6×6")]
    [InlineData("4×6×6; MaxPool2D kernel=2; ReLU From=input; Add names=input,relu1 From=maxpool1", "NG1029 at Add: add1, maxpool1, 4×3×3, input, 4×6×6")]
    [InlineData("4×6×6; Flatten; Multiply names=input,flatten1", "NG1029 at Multiply.names[1]: mul1, flatten1, 144, input, 4×6×6")]
    [InlineData("1×50000×1; Permute order=0,2,1; Add names=input", "NG1016 at Add: add1, output, 1·50000·50000")]
    public void Combine_ShapesDoNotFit_NamesTheSmaller(string network, string expected) => Assert.Equal(expected, Outcome(network));

    [Theory]
    [InlineData("Add", "at least one")]
    [InlineData("Concat", "at least one")]
    [InlineData("Greater", "one or two")]
    [InlineData("NotEqual", "one or two")]
    [InlineData("Where", "three")]
    public void Combine_WithoutNames_SaysHowManyItTakes(string kind, string count) =>
        Assert.Equal($"NG1035 at {kind}: {kind.ToLowerInvariant()}1, {kind}, {count}", Outcome($"4; {kind}"));

    [Theory]
    [InlineData("Less names=input", "4")]
    [InlineData("Less names=input,relu1", "4")]
    [InlineData("Less names=input From=relu1", "4")]
    [InlineData("Less names=input,relu1 From=relu1", "NG1035 at Less: less1, Less, one or two")]
    [InlineData("Less names=input,relu1,input", "NG1035 at Less: less1, Less, one or two")]
    [InlineData("Where names=input", "NG1035 at Where: where1, Where, three")]
    [InlineData("Where names=input,relu1", "NG1035 at Where: where1, Where, three")]
    [InlineData("Where names=input,input,input,relu1", "NG1035 at Where: where1, Where, three")]
    [InlineData("And names=input,input,relu1", "4")]
    public void Combine_NumberOfNames_IsThatOfItsOperands(string layer, string expected) => Assert.Equal(expected, Outcome($"4; ReLU; {layer}"));

    [Theory]
    [InlineData("Add", "add1")]
    [InlineData("Multiply", "mul1")]
    [InlineData("Subtract", "sub1")]
    [InlineData("Divide", "div1")]
    [InlineData("Maximum", "max1")]
    [InlineData("Minimum", "min1")]
    [InlineData("Greater", "greater1")]
    [InlineData("Less", "less1")]
    [InlineData("GreaterOrEqual", "greaterorequal1")]
    [InlineData("LessOrEqual", "lessorequal1")]
    [InlineData("Equal", "equal1")]
    [InlineData("NotEqual", "notequal1")]
    [InlineData("And", "and1")]
    [InlineData("Or", "or1")]
    [InlineData("Xor", "xor1")]
    public void Combine_Kinds_AreThoseOfTheirNames(string kind, string name)
    {
        Layer layer = Last($"4; ReLU; {kind} names=input");
        Assert.Equal(kind, Assert.IsType<CombineOperation>(layer.Operation).Kind.ToString());
        Assert.Equal((name, kind), (layer.Name, layer.Kind));
        Assert.Equal([0, -1], layer.Sources);
    }

    [Theory]
    [InlineData("4×6×5; Conv2D filters=3 kernel=1; Concat names=input", "7×6×5")]
    [InlineData("4×6×5; Conv2D filters=3 kernel=1; Concat names=input,conv1,input", "11×6×5")]
    [InlineData("4; Dense units=2; Concat names=input,fc1", "6")]
    [InlineData("4×6×5; MaxPool2D kernelHeight=2 kernelWidth=1; Concat names=input,maxpool1", "NG1030 at Concat.names[1]: concat1, maxpool1, 4×3×5, input, 4×6×5")]
    [InlineData("4×6×5; MaxPool2D kernelHeight=1 kernelWidth=2; Concat names=input,maxpool1", "NG1030 at Concat.names[1]: concat1, maxpool1, 4×6×2, input, 4×6×5")]
    [InlineData("4×6×5; MaxPool2D kernel=2; Concat names=input", "NG1030 at Concat.names[0]: concat1, input, 4×6×5, maxpool1, 4×3×2")]
    [InlineData("4×1×1; Flatten; Concat names=input,flatten1", "NG1030 at Concat.names[1]: concat1, flatten1, 4, input, 4×1×1")]
    [InlineData("30000×200×200; Concat names=input,input", "NG1016 at Concat: concat1, output, 60000·200·200")]
    public void Concat_JoinsChannels_OfEqualHeightAndWidth(string network, string expected) => Assert.Equal(expected, Outcome(network));

    /// <summary>A problem above is not said again by those who combine what it gave.</summary>
    [Theory]
    [InlineData("Add names=input")]
    [InlineData("Add names=input From=conv1")]
    [InlineData("Concat names=input")]
    [InlineData("Concat names=input,conv1")]
    public void Combine_AnInputIsUnknown_SaysNothing(string layer) =>
        Assert.Equal("NG1011 at Conv2D.filters: conv1, filters, 0", Outcome($"4×6×5; Conv2D filters=0; {layer}"));

    [Theory]
    [InlineData("4×6×5; Elementwise operation=0 channels=4 height=1 width=1", "4×6×5", "Operator 0, Parameter 4 1 1, Reversed 0", "weight 4×1×1 uniform of 1")]
    [InlineData("4×1×1; Elementwise operation=3 channels=1 height=6 width=5 Reversed=true", "4×6×5", "Operator 3, Parameter 1 6 5, Reversed 1", "weight 1×6×5 uniform of 1")]
    [InlineData("4; Elementwise operation=14 features=4", "4", "Operator 14, Parameter 4 1 1, Reversed 0", "weight 4 uniform of 1")]
    [InlineData("1; Elementwise operation=1 features=7", "7", "Operator 1, Parameter 7 1 1, Reversed 0", "weight 7 uniform of 1")]
    public void Elementwise_BroadcastsItsTensor(string network, string output, string arguments, string tensors)
    {
        Assert.Equal(output, Outcome(network));
        Assert.Equal(arguments, Arguments(network));
        Assert.Equal(tensors, Tensors(network));
    }

    [Theory]
    [InlineData("4×6×5; Elementwise operation=15 channels=4", "NG1020 at Elementwise.operation: elementwise1, operation, 15, one of its enumeration's values")]
    [InlineData("4×6×5; Elementwise operation=-1 channels=4", "NG1020 at Elementwise.operation: elementwise1, operation, -1, one of its enumeration's values")]
    [InlineData("4×6×5; Elementwise operation=16 channels=4", "NG1020 at Elementwise.operation: elementwise1, operation, 16, one of its enumeration's values")]
    [InlineData("4×6×5; Elementwise channels=0", "NG1011 at Elementwise.channels: elementwise1, channels, 0")]
    [InlineData("4×6×5; Elementwise height=0", "NG1011 at Elementwise.height: elementwise1, height, 0")]
    [InlineData("4×6×5; Elementwise width=0", "NG1011 at Elementwise.width: elementwise1, width, 0")]
    [InlineData("4; Elementwise features=0", "NG1011 at Elementwise.features: elementwise1, features, 0")]
    [InlineData("4×6×5; Elementwise channels=3", "NG1029 at Elementwise: elementwise1, input, 4×6×5, Elementwise, 3×1×1")]
    [InlineData("4×6×5; Elementwise features=4", "NG1029 at Elementwise: elementwise1, input, 4×6×5, Elementwise, 4")]
    [InlineData("4; Elementwise channels=4", "NG1029 at Elementwise: elementwise1, input, 4, Elementwise, 4×1×1")]
    [InlineData("4×6×5; Elementwise channels=50000 height=50000", "NG1016 at Elementwise: elementwise1, weights, 50000·50000·1")]
    [InlineData("1×50000×1; Elementwise channels=50000", "NG1016 at Elementwise: elementwise1, output, 50000·50000·1")]
    public void Elementwise_Wrong_IsSaidAtItsArgument(string network, string expected) => Assert.Equal(expected, Outcome(network));

    [Theory]
    [InlineData("4×6×5; Slice start=0 count=4", "4×6×5")]
    [InlineData("4×6×5; Slice start=3 count=1", "1×6×5")]
    [InlineData("4; Slice start=1 count=2", "2")]
    [InlineData("4×6×5; ReLU; Slice start=4 count=1", "NG1039 at Slice.start: slice1, 4, 4, relu1, 4")]
    [InlineData("4×6×5; Slice start=2 count=3", "NG1039 at Slice.count: slice1, 2, 4, input, 4")]
    [InlineData("4×6×5; Slice start=2147483647 count=2147483647", "NG1039 at Slice.start: slice1, 2147483647, 4294967293, input, 4")]
    [InlineData("4×6×5; Slice start=-1 count=0", "NG1012 at Slice.start: slice1, start, -1\nNG1011 at Slice.count: slice1, count, 0")]
    public void Slice_StaysWithinTheChannels(string network, string expected) => Assert.Equal(expected, Outcome(network));

    [Fact]
    public void Slice_Argument_IsItsStart() => Assert.Equal("Start 1", Arguments("4; Slice start=1 count=2"));

    private static Shape Image(string text)
    {
        int[] sides = [.. text.Split('×').Select(int.Parse)];
        return Shape.Image(sides[0], sides[1], sides[2]);
    }
}
