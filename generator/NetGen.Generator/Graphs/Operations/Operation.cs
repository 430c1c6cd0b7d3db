using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace NetGen.Generator.Graphs;

/// <summary>A resolved argument, as the layer table shows it.</summary>
internal sealed record OperationArgument(string Name, params double[] Values);

/// <summary>What a layer computes, with every number resolved. Several kinds of layer may compute the same operation.</summary>
internal abstract record Operation
{
    /// <summary>The resolved arguments, for those who compute the layer elsewhere.</summary>
    public virtual IEnumerable<OperationArgument> Arguments => [];

    public virtual string ParameterFormula(Layer layer) => string.Join(
        " + ", layer.Weights.Where(w => w.Role != WeightRole.Statistic).Select(w => string.Join("·", w.Shape.Select(Text))));

    public virtual long MultiplyAddCount(Layer layer) => 0;

    /// <summary>Kernel height · kernel width · channels · filters · groups + biases.</summary>
    protected static string KernelFormula(Layer layer, Window window, int filters, int groups, bool bias) =>
        string.Join("·", new[] { window.KernelHeight, window.KernelWidth, layer.Input.Channels / groups, filters / groups }.Select(Text))
        + (groups > 1 ? "·" + Text(groups) : "")
        + (bias ? " + " + Text(filters) : "");

    protected static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The rows or columns before and after an image.</summary>
internal readonly record struct Border(int Top, int Bottom, int Left, int Right)
{
    public bool IsEmpty => (Top | Bottom | Left | Right) == 0;

    /// <summary>Top, bottom, left and right.</summary>
    public OperationArgument Argument => new("Padding", Top, Bottom, Left, Right);

    public static Border operator +(Border a, Border b) => new(a.Top + b.Top, a.Bottom + b.Bottom, a.Left + b.Left, a.Right + b.Right);

    /// <summary>The border that holds both.</summary>
    public static Border Max(Border a, Border b) => new(
        System.Math.Max(a.Top, b.Top), System.Math.Max(a.Bottom, b.Bottom), System.Math.Max(a.Left, b.Left), System.Math.Max(a.Right, b.Right));
}

/// <summary>Where a window stands and steps: what convolution and pooling share.</summary>
internal sealed record Window(
    int KernelHeight, int KernelWidth, int StrideHeight, int StrideWidth, Border Padding, int DilationHeight = 1, int DilationWidth = 1)
{
    /// <summary>The rows a dilated kernel spans.</summary>
    public long SpanHeight => ((long)DilationHeight * (KernelHeight - 1)) + 1;

    /// <summary>The columns a dilated kernel spans.</summary>
    public long SpanWidth => ((long)DilationWidth * (KernelWidth - 1)) + 1;

    public int Taps => KernelHeight * KernelWidth;

    public IEnumerable<OperationArgument> Arguments =>
    [
        new("Kernel", KernelHeight, KernelWidth),
        new("Stride", StrideHeight, StrideWidth),
        Padding.Argument,
        new("Dilation", DilationHeight, DilationWidth),
    ];
}

/// <summary>A convolution in groups; depthwise where each channel is a group of its own.</summary>
internal sealed record ConvolutionOperation(int Filters, Window Window, int Groups, bool Bias) : Operation
{
    public override IEnumerable<OperationArgument> Arguments => [.. Window.Arguments, new("Groups", Groups)];

    public override string ParameterFormula(Layer layer) => KernelFormula(layer, Window, Filters, Groups, Bias);

    public override long MultiplyAddCount(Layer layer) =>
        Shape.SaturatingProduct(layer.Output.Length, Window.Taps, layer.Input.Channels / Groups);

    /// <summary>Whether each channel of such an input has one filter of its own.</summary>
    public bool IsDepthwise(Shape input) => Groups == input.Channels && Filters == Groups && Groups > 1;
}

internal enum PoolKind
{
    Max,
    Average,
}

/// <summary>A pooling; ceil mode shows in the layer's output shape alone.</summary>
internal sealed record PoolOperation(PoolKind Kind, Window Window, bool CountIncludePad) : Operation
{
    public override IEnumerable<OperationArgument> Arguments =>
        Kind == PoolKind.Max ? Window.Arguments : [.. Window.Arguments, new("CountIncludePad", CountIncludePad ? 1 : 0)];
}

/// <summary>A pooling over the whole map.</summary>
internal sealed record GlobalPoolOperation(PoolKind Kind) : Operation;

/// <summary>A fully connected layer.</summary>
internal sealed record DenseOperation(int Units, bool Bias) : Operation
{
    public override string ParameterFormula(Layer layer) =>
        Text(layer.Input.Length) + "·" + Text(Units) + (Bias ? " + " + Text(Units) : "");

    public override long MultiplyAddCount(Layer layer) => Shape.SaturatingProduct(layer.Input.Length, Units);
}

/// <summary>Batch normalization with running statistics: a scale and a shift of each channel.</summary>
internal sealed record BatchNormOperation(double Epsilon, bool Affine) : Operation
{
    public override IEnumerable<OperationArgument> Arguments => [new("Epsilon", Epsilon)];
}

/// <summary>Local response normalization across channels.</summary>
internal sealed record LocalResponseNormOperation(int Size, double Alpha, double Beta, double K) : Operation
{
    public override IEnumerable<OperationArgument> Arguments => [new("Size", Size), new("Alpha", Alpha), new("Beta", Beta), new("K", K)];
}

/// <summary>The element-wise functions; the names are those of the runtime's vector functions.</summary>
internal enum ActivationFunction
{
    ReLU,
    ReLU6,
    LeakyReLU,
    PReLU,
    ELU,
    SELU,
    Sigmoid,
    Tanh,
    SiLU,
    HardSigmoid,
    HardSwish,
    GELU,
    GELUTanh,
    Mish,
    Softplus,
    CELU,
    Softsign,
    Threshold,
    Clip,
    Rescaling,
    Abs,
    Sign,
    Square,
    Sqrt,
    Reciprocal,
    Power,
    Exp,
    Log,
    Erf,
    Floor,
    Ceiling,
    Round,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    Equal,
    NotEqual,
    Not,
}

/// <summary>How a value is compared with a number; the values are those of the attribute's enumeration.</summary>
internal enum ComparisonKind
{
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    Equal,
    NotEqual,
}

/// <summary>An element-wise function with its constants.</summary>
internal sealed record ActivationOperation(ActivationFunction Function, EquatableArray<double> Constants, bool PerChannel = false) : Operation
{
    public override IEnumerable<OperationArgument> Arguments => Function switch
    {
        ActivationFunction.GELUTanh => [new("Approximate", 1)],
        >= ActivationFunction.Greater and <= ActivationFunction.NotEqual =>
            [new("Comparison", Function - ActivationFunction.Greater), new("Constants", [.. Constants])],
        _ when Constants.Count > 0 => [new("Constants", [.. Constants])],
        _ => [],
    };
}

/// <summary>Softmax, or its logarithm, across the channels of each pixel.</summary>
internal sealed record SoftmaxOperation(bool Logarithm) : Operation;

/// <summary>An image becomes a vector in NCHW order.</summary>
internal sealed record FlattenOperation : Operation;

/// <summary>Nothing: dropout at inference.</summary>
internal sealed record IdentityOperation : Operation;

/// <summary>Zeros around the image.</summary>
internal sealed record ZeroPadOperation(Border Padding) : Operation
{
    public override IEnumerable<OperationArgument> Arguments => [Padding.Argument];
}

/// <summary>How several values become one, element by element; but for the last, the values are those of the attribute's enumeration.</summary>
internal enum CombineKind
{
    Add,
    Multiply,
    Subtract,
    Divide,
    Maximum,
    Minimum,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    Equal,
    NotEqual,
    And,
    Or,
    Xor,

    /// <summary>The second of three where the first is not 0, the third elsewhere.</summary>
    Where,
}

/// <summary>Several values become one, element by element; a side of 1 stands for all of the other's.</summary>
internal sealed record CombineOperation(CombineKind Kind) : Operation;

/// <summary>The channels of several values, one after the other.</summary>
internal sealed record ConcatOperation : Operation;

/// <summary>The rows or the columns of several values, one after the other.</summary>
/// <param name="Axis">The height or the width.</param>
internal sealed record JoinOperation(ImageAxes Axis) : Operation
{
    public override IEnumerable<OperationArgument> Arguments => [new("Axis", (int)Axis)];
}

/// <summary>A product of matrices, rows × columns, for each channel; a single channel stands for all of the other's.</summary>
/// <param name="TransposeA">Whether the first's columns are rows.</param>
/// <param name="TransposeB">Whether the second's are.</param>
internal sealed record MatMulOperation(bool TransposeA, bool TransposeB) : Operation
{
    public override IEnumerable<OperationArgument> Arguments =>
        [new("TransposeA", TransposeA ? 1 : 0), new("TransposeB", TransposeB ? 1 : 0)];

    public override long MultiplyAddCount(Layer layer) =>
        Shape.SaturatingProduct(layer.Output.Length, TransposeA ? layer.Input.Height : layer.Input.Width);
}

/// <summary>Attention: softmax(scale · q·kᵀ + mask) · v, in each head by itself. A token is a pixel.</summary>
/// <param name="Heads">The equal parts that channels fall into.</param>
/// <param name="IsCausal">Whether a query sees only the keys up to its own place.</param>
/// <param name="Scale">What scores are multiplied with.</param>
internal sealed record AttentionOperation(int Heads, bool IsCausal, double Scale) : Operation
{
    /// <summary>The sources that are maps of tokens: query, key and value. A mask comes after them.</summary>
    public const int Maps = 3;

    public override IEnumerable<OperationArgument> Arguments =>
        [new("Heads", Heads), new("IsCausal", IsCausal ? 1 : 0), new("Scale", Scale)];

    /// <summary>What scores are multiplied with unless a network says otherwise: 1 / √(channels of a head).</summary>
    public static double DefaultScale(int channels, int heads) => 1 / Math.Sqrt((double)channels / heads);

    public override long MultiplyAddCount(Layer layer) => Shape.SaturatingProduct(
        layer.Input.Pixels, layer.Inputs[1].Pixels, (long)layer.Input.Channels + layer.Output.Channels);
}

/// <summary>Attention among learned products of what comes in, and a learned product of what that gives.</summary>
/// <param name="Heads">The equal parts that channels fall into.</param>
/// <param name="IsCausal">Whether a query sees only the keys up to its own place.</param>
/// <param name="Bias">Whether products have biases.</param>
internal sealed record MultiheadAttentionOperation(int Heads, bool IsCausal, bool Bias) : Operation
{
    /// <summary>Which of the sources keys are products of.</summary>
    public required int Key { get; init; }

    /// <summary>Which of them values are.</summary>
    public required int Value { get; init; }

    /// <summary>Which of them is added to scores; −1 where none is.</summary>
    public required int Mask { get; init; }

    /// <summary>Whether queries, keys and values have a weight tensor each, since their sources differ in channels.</summary>
    public required bool HasSeparateWeights { get; init; }

    public override IEnumerable<OperationArgument> Arguments =>
        [new("Heads", Heads), new("IsCausal", IsCausal ? 1 : 0), new("Bias", Bias ? 1 : 0), new("Sources", Key, Value, Mask)];

    public override long MultiplyAddCount(Layer layer)
    {
        (Shape query, Shape key, Shape value) = (layer.Input, layer.Inputs[Key], layer.Inputs[Value]);
        long products = Shape.SaturatingProduct(query.Channels, (2L * query.Length) + key.Length + value.Length);
        long attention = Shape.SaturatingProduct(query.Pixels, key.Pixels, 2L * query.Channels);
        return products > long.MaxValue - attention ? long.MaxValue : products + attention;
    }
}

/// <summary>Some of the channels.</summary>
internal sealed record SliceOperation(int Start) : Operation
{
    public override IEnumerable<OperationArgument> Arguments => [new("Start", Start)];
}

/// <summary>How an enlargement finds values between pixels; the values are those of the attribute's enumeration.</summary>
internal enum UpsampleMode
{
    Nearest,
    Bilinear,
}

/// <summary>An enlargement by whole factors.</summary>
internal sealed record UpsampleOperation(int ScaleHeight, int ScaleWidth, bool Bilinear, bool AlignCorners) : Operation
{
    public override IEnumerable<OperationArgument> Arguments =>
        [new("Scale", ScaleHeight, ScaleWidth), new("Bilinear", Bilinear ? 1 : 0), new("AlignCorners", AlignCorners ? 1 : 0)];
}

/// <summary>A transposed convolution: each input pixel adds a kernel's worth of values to the output.</summary>
internal sealed record TransposedConvolutionOperation(int Filters, Window Window, int Groups, bool Bias) : Operation
{
    public override IEnumerable<OperationArgument> Arguments => [.. Window.Arguments, new("Groups", Groups)];

    public override string ParameterFormula(Layer layer) => KernelFormula(layer, Window, Filters, Groups, Bias);

    public override long MultiplyAddCount(Layer layer) =>
        Shape.SaturatingProduct(layer.Input.Length, Window.Taps, Filters / Groups);
}

/// <summary>Channels dealt out like cards.</summary>
internal sealed record ChannelShuffleOperation(int Groups) : Operation
{
    public override IEnumerable<OperationArgument> Arguments => [new("Groups", Groups)];
}

/// <summary>Channels turned into pixels.</summary>
internal sealed record PixelShuffleOperation(int Factor) : Operation
{
    public override IEnumerable<OperationArgument> Arguments => [new("Factor", Factor)];
}

/// <summary>The values in the same order, as an image of another shape.</summary>
internal sealed record ReshapeOperation : Operation;

/// <summary>The axes in another order.</summary>
/// <param name="Axes">The lengths of the axes that the input is seen as; of an image its channels, height and width.</param>
/// <param name="Order">For each axis of the result, the input's.</param>
internal sealed record PermuteOperation(EquatableArray<int> Axes, EquatableArray<int> Order) : Operation
{
    public override IEnumerable<OperationArgument> Arguments =>
        [new("Axes", [.. Axes.Select(a => (double)a)]), new("Order", [.. Order.Select(o => (double)o)])];
}

/// <summary>A learned tensor, and each value of the input with it; a side of 1 stands for all of the other's.</summary>
/// <param name="Parameter">The tensor's shape.</param>
/// <param name="Reversed">Whether the tensor is the first operand.</param>
internal sealed record ElementwiseOperation(CombineKind Kind, Shape Parameter, bool Reversed) : Operation
{
    public override IEnumerable<OperationArgument> Arguments =>
        [new("Operator", (int)Kind), new("Parameter", Parameter.Channels, Parameter.Height, Parameter.Width), new("Reversed", Reversed ? 1 : 0)];
}

/// <summary>A learned tensor, whatever the input is.</summary>
internal sealed record ParameterOperation : Operation;

/// <summary>How many values become one; the values are those of the attribute's enumeration.</summary>
internal enum ReductionKind
{
    Mean,
    Sum,
    Max,
    Min,
    Product,
}

/// <summary>The axes of an image; the values are those of the attribute's enumeration.</summary>
[System.Flags]
internal enum ImageAxes
{
    Channels = 1,
    Height = 2,
    Width = 4,
    All = Channels | Height | Width,
}

/// <summary>All values along some of the axes become one.</summary>
internal sealed record ReduceOperation(ReductionKind Kind, ImageAxes Axes) : Operation
{
    public override IEnumerable<OperationArgument> Arguments => [new("Reduction", (int)Kind), new("Axes", (int)Axes)];
}

/// <summary>Normalization of each pixel by the mean and variance of its channels.</summary>
internal sealed record PixelNormalizationOperation(double Epsilon, bool Affine) : Operation
{
    public override IEnumerable<OperationArgument> Arguments => 
        [new("Epsilon", Epsilon), new("Axes", (int)ImageAxes.Channels), new("Parameters", (int)(Affine ? NormalizationParameters.PerChannel : NormalizationParameters.None))];
}

/// <summary>What a normalization learns.</summary>
internal enum NormalizationParameters
{
    None,
    PerChannel,
    PerValue,
}

/// <summary>Normalization by the sample's own mean and variance, over each group of channels.</summary>
internal sealed record NormalizationOperation(int Groups, double Epsilon, NormalizationParameters Parameters) : Operation
{
    public override IEnumerable<OperationArgument> Arguments =>
        [new("Groups", Groups), new("Epsilon", Epsilon), new("Parameters", (int)Parameters)];
}
