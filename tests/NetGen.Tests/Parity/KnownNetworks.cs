extern alias generator;

using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Tests.Parity;

using LayerSyntax = generator::NetGen.Generator.Parsing.LayerSyntax;
using SimdTiers = generator::NetGen.Generator.Parsing.SimdTiers;
using static NetworkDraft;

/// <summary>Networks that were once computed wrongly, in their shortest form; other seeds had found them.</summary>
internal static class KnownNetworks
{
    public static IReadOnlyList<NetworkDraft> All { get; } =
    [
        // Mish runs over all pixels at once; their memory ends within a Vector512, and zeros for the next layer follow.
        Of(
            "KnownRunOfPixels",
            Image(9, 1, 3),
            Layer("Conv2D", ("filters", 2), ("kernelHeight", 3), ("kernelWidth", 1), ("SamePadding", true)),
            Layer("Mish"),
            Layer("Conv2D", ("filters", 19), ("kernelHeight", 3), ("kernelWidth", 1), ("SamePadding", true))) with { Simd = SimdTiers.Vector512 },

        // The zeros that the convolution needs lie around concat1, which lives in concat2, which lives in concat3.
        Of(
            "KnownPartOfPart",
            Image(9, 9, 2),
            Layer("Tanh"),
            Layer("Concat", ("names", "tanh1"), ("names", "input")),
            Layer("Concat", ("names", "concat1"), ("names", "input")),
            Layer("Concat", ("names", "concat2"), ("names", "input")),
            Layer("Conv2D", ("filters", 1), ("kernel", 7), ("SamePadding", true), ("From", "concat1"))),

        // HardSwish is the only reader of concat1, but relu1 still reads a part of it.
        Of(
            "KnownPartReadAgain",
            Image(23, 2, 4),
            Layer("BatchNorm2D"),
            Layer("Concat", ("names", "bn1"), ("names", "input")),
            Layer("HardSwish"),
            Layer("ReLU", ("From", "bn1"))),

        // Maps of so many channels have a cache line more from a pixel to the next.
        Of("KnownManyChannels", ManyChannels),
        Of("KnownManyIntegers", ManyChannels) with { IsInteger = true },

        // The weights of such layers lie in four streams and in two, the last filters' in fewer or narrower ones.
        Of(
            "KnownManyFeatures",
            Vector(700),
            Layer("Dense", ("units", 437)),
            Layer("LeakyReLU"),
            Layer("Dense", ("units", 301)),
            Layer("Tanh"),
            Layer("Dense", ("units", 117))),

        // Attention as ViT-B has it, and over more tokens than a block of scores takes at once; of planes that come from outside, one of them as
        // query, key and value; with a border around what it reads and what it gives, and in parts of a concatenation.
        Of("KnownVisionTransformer", [Image(32, 1, 197), .. SelfAttention(768, 12)]),
        Of("KnownMultiheadAttention", Image(768, 1, 49), Layer("MultiheadAttention", ("heads", 12))),
        Of("KnownManyTokens", [Image(16, 32, 32), .. SelfAttention(64, 1)]),
        Of("KnownPlanarAttention", Image(8, 5, 7), Layer("ScaledDotProductAttention", ("names", "input"), ("names", "input"), ("names", "input"), ("Heads", 2))),
        Of(
            "KnownAttentionWithinBorders",
            Image(6, 5, 4),
            Layer("Conv2D", ("filters", 9), ("kernel", 1), ("Name", "q")),
            Layer("Conv2D", ("filters", 9), ("kernel", 3), ("Padding", 1), ("Name", "k")),
            Layer("ScaledDotProductAttention", ("names", "q"), ("names", "k"), ("names", "q"), ("Heads", 3), ("IsCausal", true), ("Name", "a")),
            Layer("Concat", ("names", "a"), ("names", "q"), ("Name", "both")),
            Layer("Conv2D", ("filters", 4), ("kernel", 3), ("Padding", 2), ("From", "a")),
            Layer("Conv2D", ("filters", 4), ("kernel", 3), ("Padding", 1), ("From", "both"))),

        // Features are normalized where they are a dense layer's results, where nothing comes before, and where they were an image.
        Of(
            "KnownNormalizedVector",
            Vector(21),
            Layer("BatchNorm2D"),
            Layer("Dense", ("units", 19)),
            Layer("BatchNorm2D", ("Epsilon", 1e-3)),
            Layer("ReLU"),
            Layer("BatchNorm2D", ("Affine", false)),
            Layer("Dense", ("units", 5)),
            Layer("Tanh"),
            Layer("BatchNorm2D")),
        Of("KnownNormalizedPixels", NormalizedPixels),
        Of("KnownNormalizedIntegers", NormalizedPixels) with { IsInteger = true },

        // The pooling takes all of the image, at whose edges its windows end, and streams a map that is large enough for strips.
        Of(
            "KnownPoolingFirst",
            Image(64, 40, 110),
            Layer("MaxPool2D", ("kernel", 3), ("Stride", 1), ("Padding", 1)),
            Layer("Conv2D", ("filters", 4), ("kernel", 1))),

        // The 1×1 convolution reads a plain line buffer and writes to a ring, which starts over within a strip.
        Of(
            "KnownRingAfterLineBuffer",
            Image(16, 128, 128),
            Layer("DepthwiseConv2D", ("kernel", 3), ("Padding", 1)),
            Layer("Conv2D", ("filters", 16), ("kernel", 1)),
            Layer("DepthwiseConv2D", ("kernel", 3), ("Padding", 1)),
            Layer("AvgPool2D", ("kernel", 4))),

        // A strip's last result has a single row, and so has the only row of tiles that Winograd's algorithm computes above it.
        Of(
            "KnownStripOfOneRow",
            Image(3, 5, 3000),
            Layer("Conv2D", ("filters", 40), ("kernel", 1)),
            Layer("DepthwiseConv2D", ("kernelHeight", 4), ("kernelWidth", 1), ("StrideHeight", 3)),
            Layer("Conv2D", ("filters", 2), ("kernel", 1))),
        Of(
            "KnownStripOfOneBand",
            Image(16, 4, 4200),
            Layer("Conv2D", ("filters", 16), ("kernel", 3), ("Padding", 1)),
            Layer("MaxPool2D", ("kernelHeight", 3), ("kernelWidth", 5))),

        // Of each kernel, some taps read nothing but padding: rows and columns at its ends, all but one in the middle or beside it, those of
        // maps of one row; with groups, a residual connection, batch normalization, strides, and a tap that begins within the map.
        Of(
            "KnownTapsInPadding",
            Image(6, 7, 9),
            Layer("Conv2D", ("filters", 12), ("kernel", 3), ("Dilation", 8), ("Padding", 8), ("Name", "a")),
            Layer("BatchNorm2D"),
            Layer("ReLU", ("Name", "r")),
            Layer("Conv2D", ("filters", 12), ("kernel", 3), ("Dilation", 8), ("Padding", 8), ("Groups", 2)),
            Layer("Add", ("names", "r")),
            Layer("Conv2D", ("filters", 5), ("kernelHeight", 3), ("kernelWidth", 2), ("DilationHeight", 4), ("DilationWidth", 9), ("PaddingTop", 7), ("PaddingBottom", 9), ("PaddingLeft", 2), ("PaddingRight", 9)),
            Layer("Conv2D", ("filters", 21), ("kernel", 5), ("Dilation", 6), ("Stride", 2), ("Padding", 15)),
            Layer("AvgPool2D", ("kernelHeight", 5), ("kernelWidth", 1)),
            Layer("Conv2D", ("filters", 9), ("kernel", 3), ("Padding", 1)),
            Layer("Flatten"),
            Layer("Dense", ("units", 7))),
        Of(
            "KnownTapsInPaddingInStrips",
            Image(8, 30, 40),
            Layer("DepthwiseConv2D", ("kernel", 3), ("Padding", 1)),
            Layer("Conv2D", ("filters", 16), ("kernel", 3), ("Dilation", 40), ("Padding", 40)),
            Layer("DepthwiseConv2D", ("kernel", 3), ("Padding", 1)),
            Layer("Conv2D", ("filters", 16), ("kernelHeight", 1), ("kernelWidth", 3), ("DilationWidth", 39), ("PaddingLeft", 39), ("PaddingRight", 39))) with
        {
            Sizes = generator::NetGen.Generator.Planning.PlanSizes.Default with { StripMap = 256, StripBuffers = 4096 },
        },

        // Comparisons of values that no rounding has touched; those that nothing takes are outputs.
        Of(
            "KnownComparisons",
            [
                Image(13, 5, 7),
                Layer("ReLU", ("Name", "r")),
                Layer("GlobalMaxPool2D", ("Name", "peak")),
                Layer("Slice", ("start", 3), ("count", 1), ("From", "input"), ("Name", "one")),
                Layer("Greater", ("names", "input"), ("names", "one")),
                Layer("Less", ("names", "one"), ("names", "input")),
                Layer("GreaterOrEqual", ("names", "r"), ("names", "peak")),
                Layer("LessOrEqual", ("names", "peak"), ("names", "r")),
                Layer("Equal", ("names", "r"), ("names", "input")),
                Layer("NotEqual", ("names", "r"), ("names", "one")),
                Layer("And", ("names", "greater1"), ("names", "notequal1"), ("names", "equal1")),
                Layer("Or", ("names", "greater1"), ("names", "peak")),
                Layer("Xor", ("names", "equal1"), ("names", "one")),
                Layer("Not", ("From", "r")),
                Layer("Where", ("names", "one"), ("names", "input"), ("names", "peak")),
                Layer("Where", ("names", "not1"), ("names", "one"), ("names", "input")),
                .. Enum.GetValues<Comparison>().Select(c =>
                    Layer("Compare", ("comparison", (int)c), ("value", c < Comparison.GreaterOrEqual ? 0.25 : 0.0), ("From", c < Comparison.Equal ? "input" : "r"))),
                .. Enum.GetValues<ElementwiseOperator>().Where(o => o >= ElementwiseOperator.Greater).SelectMany(o => new[]
                {
                    Layer("Elementwise", ("operation", (int)o), ("channels", 13), ("height", 1), ("width", 7), ("From", "input")),
                    Layer("Elementwise", ("operation", (int)o), ("channels", 1), ("height", 5), ("width", 1), ("Reversed", true), ("From", "r")),
                }),
            ]),

        // The same of vectors, which a batch takes as pixels.
        Of(
            "KnownComparisonsOfVectors",
            Vector(37),
            Layer("ReLU", ("Name", "r")),
            Layer("Slice", ("start", 5), ("count", 1), ("Name", "one")),
            Layer("Greater", ("names", "input"), ("names", "one")),
            Layer("Equal", ("names", "r"), ("names", "input")),
            Layer("Xor", ("names", "greater1"), ("names", "equal1")),
            Layer("Where", ("names", "xor1"), ("names", "one"), ("names", "input")),
            Layer("Compare", ("comparison", (int)Comparison.NotEqual), ("value", 0.0), ("From", "r"))),

        .. RecurrentNetworks.All,
    ];

    private static LayerSyntax[] NormalizedPixels =>
    [
        Image(3, 5, 6),
        Layer("Conv2D", ("filters", 10), ("kernel", 3)),
        Layer("Flatten"),
        Layer("BatchNorm2D"),
        Layer("ReLU"),
        Layer("Dense", ("units", 17)),
        Layer("BatchNorm2D"),
    ];

    private static LayerSyntax[] SelfAttention(int channels, int heads) =>
    [
        Layer("Conv2D", ("filters", 3 * channels), ("kernel", 1), ("Name", "qkv")),
        Layer("Slice", ("start", 0), ("count", channels), ("Name", "q")),
        Layer("Slice", ("start", channels), ("count", channels), ("From", "qkv"), ("Name", "k")),
        Layer("Slice", ("start", 2 * channels), ("count", channels), ("From", "qkv"), ("Name", "v")),
        Layer("ScaledDotProductAttention", ("names", "q"), ("names", "k"), ("names", "v"), ("Heads", heads)),
    ];

    private static LayerSyntax[] ManyChannels =>
    [
        Image(256, 3, 4),
        Layer("Conv2D", ("filters", 512), ("kernel", 1)),
        Layer("ReLU"),
        Layer("DepthwiseConv2D", ("kernel", 3), ("Padding", 1)),
        Layer("Conv2D", ("filters", 256), ("kernel", 3), ("Padding", 1), ("Stride", 2)),
        Layer("Add", ("names", "conv2"), ("names", "conv2")),
        Layer("BatchNorm2D"),
        Layer("Conv2D", ("filters", 256), ("kernel", 3), ("Padding", 1)),
        Layer("LocalResponseNorm", ("size", 5)),
        Layer("MaxPool2D", ("kernel", 2), ("Stride", 1)),
        Layer("Concat", ("names", "maxpool1"), ("names", "maxpool1")),
        Layer("Softplus"),
        Layer("Flatten"),
        Layer("Dense", ("units", 512)),
        Layer("Tanh"),
        Layer("Dense", ("units", 3)),
    ];
}
