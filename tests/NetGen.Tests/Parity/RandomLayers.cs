extern alias generator;

using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Tests.Parity;

using generator::NetGen.Generator.Parsing;
using Arguments = IEnumerable<(string Name, object Value)>;
using ImageAxes = generator::NetGen.Generator.Graphs.ImageAxes;
using Shape = generator::NetGen.Generator.Graphs.Shape;

/// <summary>
/// Draws layers with awkward arguments. They need not fit what arrives: the graph tells, and then another is drawn.
/// </summary>
internal static class RandomLayers
{
    /// <summary>Sizes at which vectors and tiles do not come out even, among some at which they do.</summary>
    private static readonly int[] Channels = [1, 2, 3, 4, 5, 7, 8, 9, 11, 13, 15, 16, 17, 19, 23, 24, 29, 31, 32, 33];

    /// <summary>Now and then so many that loops over tiles and vectors are written in place of straight code.</summary>
    private static int Filters(Draw draw) => draw.Chance(88) ? draw.OneOf(Channels) : draw.Between(34, 140);

    private static readonly int[] Kernels = [1, 1, 2, 3, 3, 3, 4, 5, 6, 7];

    /// <summary>The kinds that take one image, and how often each is drawn.</summary>
    private static readonly (int Weight, string Kind, Func<Draw, Shape, Arguments> Arguments)[] OfImages =
    [
        (20, "Conv2D", Convolution),
        (6, "DepthwiseConv2D", Depthwise),
        (5, "ConvTranspose2D", Transposed),
        (5, "MaxPool2D", (draw, _) => Pooling(draw)),
        (5, "AvgPool2D", (draw, _) => [.. Pooling(draw), .. Maybe(draw, 40, "CountIncludePad", false)]),
        (2, "GlobalAvgPool2D", None),
        (1, "GlobalMaxPool2D", None),
        (3, "LocalResponseNorm", LocalResponseNorm),
        (3, "ZeroPad2D", (draw, _) => draw.Chance(50)
            ? [("padding", draw.Between(0, 3))]
            : [("left", draw.Between(0, 3)), ("right", draw.Between(0, 3)), ("top", draw.Between(0, 3)), ("bottom", draw.Between(0, 3))]),
        (3, "Upsample2D", Upsample),
        (3, "ChannelShuffle", (draw, input) => [("groups", draw.DivisorOf(input.Channels))]),
        (3, "PixelShuffle", (draw, _) => [("factor", draw.Between(1, 3))]),
    ];

    /// <summary>The kinds that take one sequence only, an image of one row.</summary>
    private static readonly (int Weight, string Kind, Func<Draw, Shape, Arguments> Arguments)[] OfSequences =
    [
        (20, "Conv1D", (draw, input) => [("filters", Filters(draw)), ("kernel", draw.OneOf(Kernels)), .. SlidingBack(draw), .. NoBias(draw)]),
        (8, "DepthwiseConv1D", (draw, _) => [("kernel", draw.OneOf(Kernels)), .. SlidingBack(draw), .. Maybe(draw, 25, "Multiplier", 2), .. NoBias(draw)]),
        (6, "ConvTranspose1D", (draw, _) => [
            ("filters", draw.Between(1, 20)), ("kernel", draw.OneOf(Kernels)), .. SlidingOver(draw), .. Maybe(draw, 25, "OutputPadding", 1), .. NoBias(draw)]),
        (5, "MaxPool1D", (draw, _) => [("kernel", draw.OneOf(1, 2, 2, 3, 5)), .. PoolingOver(draw)]),
        (5, "AvgPool1D", (draw, _) => [("kernel", draw.OneOf(1, 2, 2, 3, 5)), .. PoolingOver(draw), .. Maybe(draw, 40, "CountIncludePad", false)]),
        (4, "BatchNorm1D", (draw, _) => Maybe(draw, 30, "Epsilon", 1e-3)),
    ];

    /// <summary>The kinds that take one vector only.</summary>
    private static readonly (int Weight, string Kind, Func<Draw, Shape, Arguments> Arguments)[] OfVectors =
    [
        (30, "Dense", (draw, _) => [("units", Filters(draw)), .. NoBias(draw)]),
    ];

    /// <summary>The kinds that take either.</summary>
    private static readonly (int Weight, string Kind, Func<Draw, Shape, Arguments> Arguments)[] OfEither =
    [
        (6, "BatchNorm2D", (draw, _) => [.. Maybe(draw, 30, "Epsilon", 1e-3), .. Maybe(draw, 20, "Affine", false)]),
        (3, "LayerNorm", (draw, _) => [("Axes", (int)ImageAxes.Channels), .. Maybe(draw, 30, "Epsilon", 1e-3), .. Maybe(draw, 30, "Affine", false)]),
        (4, "Slice", Slice),
        (3, "Flatten", None),
        (1, "Dropout", (draw, _) => Maybe(draw, 50, "probability", 0.25)),
        (2, "Softmax", None),
        (2, "LogSoftmax", None),
        (8, "ReLU", None),
        (2, "ReLU6", None),
        (2, "LeakyReLU", (draw, _) => Maybe(draw, 50, "slope", 0.2)),
        (3, "PReLU", (draw, _) => Maybe(draw, 50, "PerChannel", true)),
        (1, "ELU", (draw, _) => Maybe(draw, 50, "alpha", 1.5)),
        (1, "SELU", None),
        (2, "Sigmoid", None),
        (1, "Tanh", None),
        (1, "SiLU", None),
        (1, "HardSigmoid", None),
        (2, "HardSwish", None),
        (2, "GELU", (draw, _) => Maybe(draw, 50, "Approximate", true)),
        (1, "Mish", None),
        (1, "Softplus", (draw, _) => [.. Maybe(draw, 50, "Beta", 2.0), .. Maybe(draw, 30, "Threshold", 1.0)]),
    ];

    /// <summary>Every kind that takes one value.</summary>
    public static IEnumerable<string> Kinds => OfImages.Concat(OfSequences).Concat(OfVectors).Concat(OfEither).Select(k => k.Kind);

    /// <summary>An input; now and then a single row, a large photograph, a small map of many channels, or a vector.</summary>
    public static LayerSyntax Input(Draw draw, int largest) => draw.Between(1, 10) switch
    {
        1 => NetworkDraft.Vector(draw.Between(1, 100)),
        2 => NetworkDraft.Image(draw.OneOf(Channels), 1, draw.Between(1, largest)),
        3 => NetworkDraft.Image(draw.Between(1, 3), draw.Between(1, 3 * largest), draw.Between(1, 3 * largest)),
        4 => NetworkDraft.Image(draw.Between(34, 140), draw.Between(1, 5), draw.Between(1, 5)),
        _ => NetworkDraft.Image(draw.OneOf(Channels), draw.Between(1, largest), draw.Between(1, largest)),
    };

    /// <summary>A layer of any kind that takes such an input.</summary>
    public static LayerSyntax Any(Draw draw, Shape input)
    {
        (int Weight, string Kind, Func<Draw, Shape, Arguments> Arguments)[] kinds = [.. OfEither, .. input.IsVector ? OfVectors : OfImages, .. !input.IsVector && input.Height == 1 ? OfSequences : []];
        return Create(draw, input, draw.Weighted([.. kinds.Select(k => (k.Weight, k))]));
    }

    /// <summary>A layer of one kind.</summary>
    public static LayerSyntax OfKind(Draw draw, Shape input, string kind) =>
        Create(draw, input, OfImages.Concat(OfSequences).Concat(OfVectors).Concat(OfEither).First(k => k.Kind == kind));

    /// <summary>The arguments of a layer as a constructor and properties take them: by place first.</summary>
    private static LayerSyntax Create(Draw draw, Shape input, (int Weight, string Kind, Func<Draw, Shape, Arguments> Arguments) kind) =>
        NetworkDraft.Layer(kind.Kind, kind.Arguments(draw, input));

    private static Arguments None(Draw draw, Shape input) => [];

    private static Arguments Maybe(Draw draw, int percent, string name, object value) => draw.Chance(percent) ? [(name, value)] : [];

    private static Arguments NoBias(Draw draw) => Maybe(draw, 25, "Bias", false);

    private static Arguments Convolution(Draw draw, Shape input)
    {
        int groups = draw.Chance(30) ? draw.DivisorOf(input.Channels) : 1;
        int filters = groups == 1 ? Filters(draw) : groups * draw.Between(1, Math.Max(1, 40 / groups));
        return
        [
            ("filters", filters), .. Kernel(draw, Kernels), .. Sliding(draw, canKeepSize: true), .. Maybe(draw, groups > 1 ? 100 : 0, "Groups", groups),
            .. NoBias(draw), .. Maybe(draw, 10, "InChannels", input.Channels),
        ];
    }

    /// <summary>Stride, padding and dilation over a sequence, with what came before it now and then.</summary>
    private static Arguments SlidingBack(Draw draw) => draw.Between(1, 10) switch
    {
        1 or 2 => [("Causal", true), .. Maybe(draw, 40, "Stride", draw.Between(2, 3)), .. Maybe(draw, 40, "Dilation", draw.Between(2, 3))],
        3 or 4 => [("Streaming", true), .. Maybe(draw, 30, "Stride", draw.Between(2, 3)), .. Maybe(draw, 40, "Dilation", draw.Between(2, 3))],
        5 => [("SamePadding", true), .. Maybe(draw, 40, "Dilation", 2)],
        _ => SlidingOver(draw),
    };

    private static Arguments SlidingOver(Draw draw) =>
    [
        .. Maybe(draw, 30, "Stride", draw.Between(2, 4)), .. Maybe(draw, 40, "Padding", draw.Between(1, 3)), .. Maybe(draw, 10, "PaddingLeft", draw.Between(0, 4)),
        .. Maybe(draw, 10, "PaddingRight", draw.Between(0, 4)), .. Maybe(draw, 20, "Dilation", draw.Between(2, 3)),
    ];

    private static Arguments PoolingOver(Draw draw) =>
    [
        .. Maybe(draw, 60, "Stride", draw.Between(1, 3)), .. Maybe(draw, 30, "Padding", draw.Between(1, 2)), .. Maybe(draw, 10, "PaddingRight", draw.Between(0, 2)),
        .. Maybe(draw, 30, "CeilMode", true), .. Maybe(draw, 10, "Dilation", 2),
    ];

    /// <summary>A convolution whose rows may be transformed, or those of each group, or those of each phase at a larger stride.</summary>
    public static LayerSyntax RowByRow(Draw draw, int groups = 1, int strideHeight = 1) => NetworkDraft.Layer(
        "Conv2D",
        [
            ("filters", groups * draw.Between(groups > 1 ? 6 : 1, 33)), ("kernelHeight", draw.Between(strideHeight + 1, strideHeight + 6)),
            ("kernelWidth", draw.Between(1, 7)), .. Maybe(draw, groups > 1 ? 100 : 0, "Groups", groups),
            .. Maybe(draw, strideHeight > 1 ? 100 : 0, "StrideHeight", strideHeight), .. Maybe(draw, strideHeight > 1 ? 60 : 0, "StrideWidth", draw.Between(1, 4)),
            .. Maybe(draw, 60, "Padding", draw.Between(1, 3)), .. Maybe(draw, 10, "PaddingTop", draw.Between(0, 4)),
            .. Maybe(draw, 20, "PaddingLeft", draw.Between(0, 4)), .. Maybe(draw, 20, "DilationWidth", draw.Between(2, 3)), .. NoBias(draw),
        ]);

    private static Arguments Depthwise(Draw draw, Shape input) =>
        [.. Kernel(draw, Kernels), .. Sliding(draw, canKeepSize: true), .. Maybe(draw, 25, "Multiplier", draw.Between(2, 4)), .. NoBias(draw)];

    private static Arguments Transposed(Draw draw, Shape input)
    {
        int groups = draw.Chance(30) ? draw.DivisorOf(input.Channels) : 1;
        return
        [
            ("filters", groups * draw.Between(1, Math.Max(1, 20 / groups))), .. Kernel(draw, Kernels), .. Sliding(draw, canKeepSize: false),
            .. Maybe(draw, groups > 1 ? 100 : 0, "Groups", groups), .. Maybe(draw, 25, "OutputPadding", 1),
            .. Maybe(draw, 10, "OutputPaddingHeight", draw.Between(0, 2)), .. Maybe(draw, 10, "OutputPaddingWidth", draw.Between(0, 2)), .. NoBias(draw),
        ];
    }

    private static Arguments Kernel(Draw draw, int[] sizes) => draw.Chance(60)
        ? [("kernel", draw.OneOf(sizes))]
        : [("kernelHeight", draw.OneOf(sizes)), ("kernelWidth", draw.OneOf(sizes))];

    /// <summary>Stride, padding and dilation, each uneven now and then.</summary>
    private static Arguments Sliding(Draw draw, bool canKeepSize) => canKeepSize && draw.Chance(25)
        ? [("SamePadding", true), .. Maybe(draw, 25, "Dilation", 2), .. Maybe(draw, 10, "DilationWidth", 3)]
        :
        [
            .. Maybe(draw, 30, "Stride", draw.Between(2, 4)), .. Maybe(draw, 10, "StrideHeight", draw.Between(1, 3)),
            .. Maybe(draw, 10, "StrideWidth", draw.Between(1, 3)), .. Maybe(draw, 40, "Padding", draw.Between(1, 3)),
            .. Maybe(draw, 10, "PaddingTop", draw.Between(0, 4)), .. Maybe(draw, 10, "PaddingBottom", draw.Between(0, 4)),
            .. Maybe(draw, 10, "PaddingLeft", draw.Between(0, 4)), .. Maybe(draw, 10, "PaddingRight", draw.Between(0, 4)),
            .. Maybe(draw, 15, "Dilation", draw.Between(2, 3)), .. Maybe(draw, 10, "DilationHeight", draw.Between(1, 3)),
            .. Maybe(draw, 10, "DilationWidth", draw.Between(1, 3)),
        ];

    /// <summary>The stride is the window's size where none is given.</summary>
    private static Arguments Pooling(Draw draw) =>
    [
        .. Kernel(draw, [1, 2, 2, 3, 3, 4, 5, 9]), .. Maybe(draw, 60, "Stride", draw.Between(1, 3)), .. Maybe(draw, 10, "StrideHeight", draw.Between(1, 3)),
        .. Maybe(draw, 10, "StrideWidth", draw.Between(1, 3)), .. Maybe(draw, 30, "Padding", draw.Between(1, 2)),
        .. Maybe(draw, 10, "PaddingTop", draw.Between(0, 2)), .. Maybe(draw, 10, "PaddingRight", draw.Between(0, 2)), .. Maybe(draw, 30, "CeilMode", true),
        .. Maybe(draw, 10, "Dilation", draw.Between(2, 3)), .. Maybe(draw, 5, "DilationWidth", draw.Between(1, 3)),
    ];

    private static Arguments LocalResponseNorm(Draw draw, Shape input) =>
    [
        ("size", draw.Between(1, 7)), .. Maybe(draw, 70, "Alpha", draw.OneOf(0.5, 1.0, 2.0)), .. Maybe(draw, 40, "Beta", draw.OneOf(0.5, 1.0, 0.6)),
        .. Maybe(draw, 40, "K", 2.0),
    ];

    private static Arguments Upsample(Draw draw, Shape input) =>
    [
        .. Scale(draw), .. Maybe(draw, 60, "Mode", (int)UpsampleMode.Bilinear), .. Maybe(draw, 50, "AlignCorners", true),
    ];

    private static Arguments Scale(Draw draw) => draw.Chance(60)
        ? [("scale", draw.Between(1, 3))]
        : [("scaleHeight", draw.Between(1, 3)), ("scaleWidth", draw.Between(1, 3))];

    private static Arguments Slice(Draw draw, Shape input)
    {
        int start = draw.Between(0, input.Channels - 1);
        return [("start", start), ("count", draw.Between(1, input.Channels - start))];
    }
}
