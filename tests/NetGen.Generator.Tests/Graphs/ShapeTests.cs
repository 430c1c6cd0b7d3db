using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using LayerKind = NetGen.Generator.Graphs.Layers.LayerKind;
using Windows = NetGen.Generator.Graphs.Layers.Windows;

namespace NetGen.Generator.Tests.Graphs;

/// <summary>The shape rules, with the numbers that PyTorch gives.</summary>
public sealed class ShapeTests
{
    [Theory]
    [InlineData(5, 1, 0, 1, "4×28×28", "4×24×24")]
    [InlineData(5, 1, 2, 1, "4×28×28", "4×28×28")]
    [InlineData(11, 4, 0, 1, "3×227×227", "4×55×55")]
    [InlineData(11, 4, 2, 1, "3×224×224", "4×55×55")]
    [InlineData(7, 2, 3, 1, "3×224×224", "4×112×112")]
    [InlineData(3, 1, 0, 2, "1×9×10", "4×5×6")]
    [InlineData(3, 2, 2, 2, "1×9×10", "4×5×5")]
    [InlineData(3, 3, 1, 4, "1×7×8", "4×1×1")]
    [InlineData(1, 3, 0, 1, "2×7×8", "4×3×3")]
    [InlineData(5, 2, 0, 1, "2×5×6", "4×1×1")]
    public void Convolution(int kernel, int stride, int padding, int dilation, string input, string output) => Assert.Equal(
        output,
        Graph(Input(input), Conv(4, kernel, ("Stride", stride), ("Padding", padding), ("Dilation", dilation))).Output.ToString());

    [Fact]
    public void ConvolutionWithEverythingUneven()
    {
        Graph graph = Graph(
            Image(3, 20, 30),
            Layer(
                "Conv2D",
                ("filters", 7),
                ("kernelHeight", 3),
                ("kernelWidth", 5),
                ("StrideHeight", 2),
                ("StrideWidth", 3),
                ("PaddingTop", 1),
                ("PaddingBottom", 2),
                ("PaddingLeft", 0),
                ("PaddingRight", 4),
                ("DilationHeight", 3),
                ("DilationWidth", 2)));

        // ⌊(20 + 3 − 3·2 − 1) / 2⌋ + 1 and ⌊(30 + 4 − 2·4 − 1) / 3⌋ + 1.
        Assert.Equal(Shape.Image(7, 9, 9), graph.Output);
    }

    [Fact]
    public void OneSideOverridesTheCommonValue()
    {
        var operation = (ConvolutionOperation)Graph(
            Image(1, 20, 20), Conv(1, 3, ("Padding", 2), ("PaddingLeft", 0), ("Stride", 2), ("StrideWidth", 1), ("Dilation", 2), ("DilationHeight", 1)))
            .Layers[0].Operation;
        Assert.Equal(new Border(2, 2, 0, 2), operation.Window.Padding);
        Assert.Equal((2, 1), (operation.Window.StrideHeight, operation.Window.StrideWidth));
        Assert.Equal((1, 2), (operation.Window.DilationHeight, operation.Window.DilationWidth));
    }

    [Theory]
    [InlineData(1, 1, 0, 0)]
    [InlineData(3, 1, 1, 1)]
    [InlineData(4, 1, 1, 2)]
    [InlineData(2, 1, 0, 1)]
    [InlineData(2, 3, 1, 2)]
    [InlineData(4, 3, 4, 5)]
    [InlineData(5, 2, 4, 4)]
    public void SamePaddingKeepsTheSizeWithTheOddZeroLast(int kernel, int dilation, int before, int after)
    {
        Layer layer = Graph(Image(2, 6, 5), Conv(3, kernel, ("SamePadding", true), ("Dilation", dilation))).Layers[0];
        Assert.Equal(Shape.Image(3, 6, 5), layer.Output);
        Assert.Equal(new Border(before, after, before, after), ((ConvolutionOperation)layer.Operation).Window.Padding);
    }

    [Theory]
    [InlineData(2, 0, 0, false, 7, 3)]
    [InlineData(2, 0, 0, true, 7, 4)]
    [InlineData(3, 2, 0, false, 55, 27)]
    [InlineData(3, 2, 0, true, 112, 56)]
    [InlineData(3, 2, 1, false, 112, 56)]
    [InlineData(3, 2, 1, true, 112, 57)]
    [InlineData(2, 3, 0, true, 6, 2)]
    [InlineData(2, 3, 1, true, 6, 3)]
    [InlineData(2, 3, 1, true, 5, 2)]
    [InlineData(1, 2, 0, true, 4, 2)]
    [InlineData(5, 5, 2, true, 5, 2)]
    public void Pooling(int kernel, int stride, int padding, bool ceil, int size, int expected)
    {
        (string, object)[] arguments =
            [("Padding", padding), ("CeilMode", ceil), .. stride > 0 ? new (string, object)[] { ("Stride", stride) } : []];
        Assert.Equal(Shape.Image(3, expected, expected), Graph(Image(3, size, size), MaxPool(kernel, arguments)).Output);
    }

    [Fact]
    public void TheNumberOfPlacesIsThatOfCountingThem()
    {
        for (int size = 1; size <= 9; size++)
        {
            for (int before = 0; before <= 3; before++)
            {
                for (int after = 0; after <= 3; after++)
                {
                    for (int span = 1; span <= 7; span++)
                    {
                        for (int stride = 1; stride <= 4; stride++)
                        {
                            int floor = Enumerable.Range(0, 100).Count(i => (i * stride) + span <= size + before + after);
                            Assert.Equal(floor, Windows.Places(size, before, after, span, stride, ceil: false));

                            // PyTorch: the windows that start in the image or before it, one of them reaching over the end.
                            int room = size + before + after - span;
                            int ceil = room + stride - 1 < 0 ? 0 : ((room + stride - 1) / stride) + 1;
                            ceil -= ceil > 0 && (ceil - 1) * stride >= size + before ? 1 : 0;
                            Assert.Equal(ceil, Windows.Places(size, before, after, span, stride, ceil: true));
                        }
                    }
                }
            }
        }
    }

    [Fact]
    public void UnevenPooling() => Assert.Equal(
        Shape.Image(2, 4, 2),
        Graph(Image(2, 8, 9), Layer("AvgPool2D", ("kernelHeight", 2), ("kernelWidth", 4), ("PaddingRight", 2))).Output);

    [Theory]
    [InlineData("DepthwiseConv2D", "kernel", 3, "6×5×4")]
    [InlineData("ZeroPad2D", "padding", 2, "6×11×10")]
    [InlineData("LocalResponseNorm", "size", 3, "6×7×6")]
    public void OthersWithANumber(string kind, string argument, int value, string output) =>
        Assert.Equal(output, Graph(Image(6, 7, 6), Layer(kind, (argument, value))).Output.ToString());

    [Theory]
    [InlineData("GlobalAvgPool2D", "6×1×1")]
    [InlineData("GlobalMaxPool2D", "6×1×1")]
    [InlineData("Flatten", "252")]
    [InlineData("Dropout", "6×7×6")]
    [InlineData("BatchNorm2D", "6×7×6")]
    [InlineData("Softmax", "6×7×6")]
    [InlineData("Mish", "6×7×6")]
    public void OthersWithout(string kind, string output) => Assert.Equal(output, Graph(Image(6, 7, 6), Layer(kind)).Output.ToString());

    [Fact]
    public void PaddingTakesPyTorchsOrder() => Assert.Equal(
        Shape.Image(1, 3 + 30 + 40, 3 + 1 + 2),
        Graph(Image(1, 3, 3), Layer("ZeroPad2D", ("left", 1), ("right", 2), ("top", 30), ("bottom", 40))).Output);

    [Fact]
    public void MultiplierMultipliesTheChannels()
    {
        Layer layer = Graph(Image(5, 7, 7), Layer("DepthwiseConv2D", ("kernel", 3), ("Multiplier", 4))).Layers[0];
        Assert.Equal(Shape.Image(20, 5, 5), layer.Output);
        Assert.Equal([20, 1, 3, 3], layer.Weights[0].Shape);
    }

    [Fact]
    public void GroupsShrinkTheFilters() =>
        Assert.Equal([6, 2, 3, 3], Graph(Image(4, 7, 7), Conv(6, 3, ("Groups", 2))).Layers[0].Weights[0].Shape);

    [Fact]
    public void EveryKindOfLayerHasARuleThatNeverThrows()
    {
        // Whatever a person types: no argument, and every argument at values from far below to far above what is sensible.
        string[] arguments =
        [
            "filters", "kernel", "kernelHeight", "kernelWidth", "units", "size", "padding", "left", "top", "Stride", "StrideHeight", "Padding",
            "PaddingTop", "PaddingRight", "Dilation", "DilationWidth", "Groups", "Multiplier", "InChannels", "InFeatures",
        ];
        int[] values = [int.MinValue, -1, 0, 1, 2, 1000, int.MaxValue];
        foreach (LayerSyntax input in new[] { Vector(int.MaxValue), Vector(3), Image(3, 5, 4), Image(1, 46340, 46340) })
        {
            foreach (LayerKind kind in LayerKind.All)
            {
                Build(input, Layer(kind.Name));
                foreach (string argument in arguments)
                {
                    foreach (int value in values)
                    {
                        Build(input, Layer(kind.Name, ("filters", 2), ("kernel", 2), ("units", 2), ("size", 2), (argument, value)), Dense(2));
                        Build(input, Layer(kind.Name, (argument, value), ("SamePadding", true), ("CeilMode", true)), Flatten);
                    }
                }
            }
        }
    }

    private static LayerSyntax Input(string shape)
    {
        int[] sizes = [.. shape.Split('×').Select(int.Parse)];
        return Image(sizes[0], sizes[1], sizes[2]);
    }
}
