using System;

namespace NetGen;

/// <summary>How <see cref="ElementwiseAttribute"/> joins two values.</summary>
public enum ElementwiseOperator
{
    /// <summary>a + b.</summary>
    Add,

    /// <summary>a · b.</summary>
    Multiply,

    /// <summary>a − b.</summary>
    Subtract,

    /// <summary>a / b.</summary>
    Divide,

    /// <summary>The larger of the two.</summary>
    Maximum,

    /// <summary>The smaller of the two.</summary>
    Minimum,

    /// <summary>1 where a &gt; b, 0 elsewhere.</summary>
    Greater,

    /// <summary>1 where a &lt; b, 0 elsewhere.</summary>
    Less,

    /// <summary>1 where a ≥ b, 0 elsewhere.</summary>
    GreaterOrEqual,

    /// <summary>1 where a ≤ b, 0 elsewhere.</summary>
    LessOrEqual,

    /// <summary>1 where a = b, 0 elsewhere.</summary>
    Equal,

    /// <summary>1 where a ≠ b, 0 elsewhere.</summary>
    NotEqual,

    /// <summary>1 where neither is 0, 0 elsewhere.</summary>
    And,

    /// <summary>1 where one or both are not 0, 0 elsewhere.</summary>
    Or,

    /// <summary>1 where exactly one is not 0, 0 elsewhere.</summary>
    Xor,
}

/// <summary>How <see cref="CompareAttribute"/> compares.</summary>
public enum Comparison
{
    /// <summary>x &gt; value.</summary>
    Greater,

    /// <summary>x &lt; value.</summary>
    Less,

    /// <summary>x ≥ value.</summary>
    GreaterOrEqual,

    /// <summary>x ≤ value.</summary>
    LessOrEqual,

    /// <summary>x = value.</summary>
    Equal,

    /// <summary>x ≠ value.</summary>
    NotEqual,
}

/// <summary>
/// Joins each value with one of a learned tensor: a scale, a shift, a position's embedding. A side of 1, of either, stands for all of
/// the other's. Weights: <c>weight</c> [channels, height, width] or [features].
/// </summary>
public sealed class ElementwiseAttribute : LayerAttribute
{
    /// <summary>Joins an image with a tensor.</summary>
    /// <param name="operation">How.</param>
    /// <param name="channels">The tensor's channels.</param>
    /// <param name="height">The tensor's height.</param>
    /// <param name="width">The tensor's width.</param>
    public ElementwiseAttribute(ElementwiseOperator operation, int channels, int height, int width)
    {
        Operation = operation;
        Channels = channels;
        Height = height;
        Width = width;
    }

    /// <summary>Joins a vector with a tensor.</summary>
    /// <param name="operation">How.</param>
    /// <param name="features">The tensor's length.</param>
    public ElementwiseAttribute(ElementwiseOperator operation, int features)
    {
        Operation = operation;
        Channels = features;
    }

    /// <summary>How the values are joined.</summary>
    public ElementwiseOperator Operation { get; }

    /// <summary>The tensor's channels, or its length.</summary>
    public int Channels { get; }

    /// <summary>The tensor's height; 0 for a vector.</summary>
    public int Height { get; }

    /// <summary>The tensor's width; 0 for a vector.</summary>
    public int Width { get; }

    /// <summary>Whether the tensor is the first operand: weight − x in place of x − weight. False by default.</summary>
    public bool Reversed { get; set; }
}

/// <summary>The first of its layers, less the others; shapes as for <see cref="AddAttribute"/>.</summary>
/// <param name="names">The layers. A single name is subtracted from the layer right above.</param>
public sealed class SubtractAttribute(params string[] names) : CombiningAttribute(names);

/// <summary>The first of its layers, divided by the others; shapes as for <see cref="AddAttribute"/>.</summary>
/// <param name="names">The layers. The layer right above is divided by a single name.</param>
public sealed class DivideAttribute(params string[] names) : CombiningAttribute(names);

/// <summary>The largest value of its layers, place by place; shapes as for <see cref="AddAttribute"/>.</summary>
/// <param name="names">The layers. A single name is joined with the layer right above.</param>
public sealed class MaximumAttribute(params string[] names) : CombiningAttribute(names);

/// <summary>The smallest value of its layers, place by place; shapes as for <see cref="AddAttribute"/>.</summary>
/// <param name="names">The layers. A single name is joined with the layer right above.</param>
public sealed class MinimumAttribute(params string[] names) : CombiningAttribute(names);

/// <summary>
/// 1 where the first of two layers is greater than the second, 0 elsewhere, also where one is NaN; shapes as for <see cref="AddAttribute"/>.
/// </summary>
/// <param name="names">The layers. The layer right above is compared with a single name.</param>
public sealed class GreaterAttribute(params string[] names) : CombiningAttribute(names);

/// <summary>
/// 1 where the first of two layers is less than the second, 0 elsewhere, also where one is NaN; shapes as for <see cref="AddAttribute"/>.
/// </summary>
/// <param name="names">The layers. The layer right above is compared with a single name.</param>
public sealed class LessAttribute(params string[] names) : CombiningAttribute(names);

/// <summary>
/// 1 where the first of two layers is at least the second, 0 elsewhere, also where one is NaN; shapes as for <see cref="AddAttribute"/>.
/// </summary>
/// <param name="names">The layers. The layer right above is compared with a single name.</param>
public sealed class GreaterOrEqualAttribute(params string[] names) : CombiningAttribute(names);

/// <summary>
/// 1 where the first of two layers is at most the second, 0 elsewhere, also where one is NaN; shapes as for <see cref="AddAttribute"/>.
/// </summary>
/// <param name="names">The layers. The layer right above is compared with a single name.</param>
public sealed class LessOrEqualAttribute(params string[] names) : CombiningAttribute(names);

/// <summary>
/// 1 where two layers are equal, 0 elsewhere, also where one is NaN; shapes as for <see cref="AddAttribute"/>.
/// </summary>
/// <param name="names">The layers. The layer right above is compared with a single name.</param>
public sealed class EqualAttribute(params string[] names) : CombiningAttribute(names);

/// <summary>
/// 1 where two layers are not equal, also where one is NaN, 0 elsewhere; shapes as for <see cref="AddAttribute"/>.
/// </summary>
/// <param name="names">The layers. The layer right above is compared with a single name.</param>
public sealed class NotEqualAttribute(params string[] names) : CombiningAttribute(names);

/// <summary>1 where all of its layers are not 0, 0 elsewhere; shapes as for <see cref="AddAttribute"/>.</summary>
/// <param name="names">The layers. A single name is joined with the layer right above.</param>
public sealed class AndAttribute(params string[] names) : CombiningAttribute(names);

/// <summary>1 where one of its layers is not 0, 0 elsewhere; shapes as for <see cref="AddAttribute"/>.</summary>
/// <param name="names">The layers. A single name is joined with the layer right above.</param>
public sealed class OrAttribute(params string[] names) : CombiningAttribute(names);

/// <summary>1 where an odd number of its layers are not 0, 0 elsewhere; shapes as for <see cref="AddAttribute"/>.</summary>
/// <param name="names">The layers. A single name is joined with the layer right above.</param>
public sealed class XorAttribute(params string[] names) : CombiningAttribute(names);

/// <summary>
/// Of three layers: the second's value where the first is not 0, the third's elsewhere; shapes as for <see cref="AddAttribute"/>.
/// </summary>
/// <param name="names">The layers: the condition, and the two to choose from.</param>
public sealed class WhereAttribute(params string[] names) : CombiningAttribute(names);

/// <summary>1 where x compares with a number as asked for, 0 elsewhere. NaN compares with nothing but as not equal.</summary>
public sealed class CompareAttribute : LayerAttribute
{
    /// <summary>A comparison.</summary>
    /// <param name="comparison">How x and the number are compared.</param>
    /// <param name="value">The number; may be infinite.</param>
    public CompareAttribute(Comparison comparison, double value)
    {
        Comparison = comparison;
        Value = value;
    }

    /// <summary>How x and the number are compared.</summary>
    public Comparison Comparison { get; }

    /// <summary>The number.</summary>
    public double Value { get; }
}

/// <summary>1 where x is 0, 0 elsewhere.</summary>
public sealed class NotAttribute : LayerAttribute;

/// <summary>max(0, x) + min(0, α · (e^(x/α) − 1)).</summary>
public sealed class CELUAttribute : LayerAttribute
{
    /// <summary>The usual α of 1.</summary>
    public CELUAttribute() => Alpha = 1;

    /// <summary>An α of one's own.</summary>
    /// <param name="alpha">The α.</param>
    public CELUAttribute(double alpha) => Alpha = alpha;

    /// <summary>The α.</summary>
    public double Alpha { get; }
}

/// <summary>x / (1 + |x|).</summary>
public sealed class SoftsignAttribute : LayerAttribute;

/// <summary>x where x exceeds a threshold, a value elsewhere.</summary>
public sealed class ThresholdAttribute : LayerAttribute
{
    /// <summary>A threshold.</summary>
    /// <param name="threshold">What x must exceed.</param>
    /// <param name="value">What stands elsewhere.</param>
    public ThresholdAttribute(double threshold, double value)
    {
        Threshold = threshold;
        Value = value;
    }

    /// <summary>What x must exceed.</summary>
    public double Threshold { get; }

    /// <summary>What stands elsewhere.</summary>
    public double Value { get; }
}

/// <summary>min(max(x, min), max); PyTorch's <c>Hardtanh</c>.</summary>
public sealed class ClipAttribute : LayerAttribute
{
    /// <summary>Clips to a range.</summary>
    /// <param name="min">The least result; may be −∞.</param>
    /// <param name="max">The largest result; may be ∞.</param>
    public ClipAttribute(double min, double max)
    {
        Min = min;
        Max = max;
    }

    /// <summary>The least result.</summary>
    public double Min { get; }

    /// <summary>The largest result.</summary>
    public double Max { get; }
}

/// <summary>scale · x + offset.</summary>
public sealed class RescalingAttribute : LayerAttribute
{
    /// <summary>A scale and an offset, the same for all values.</summary>
    /// <param name="scale">The factor.</param>
    /// <param name="offset">The term.</param>
    public RescalingAttribute(double scale, double offset)
    {
        Scale = scale;
        Offset = offset;
    }

    /// <summary>The factor.</summary>
    public double Scale { get; }

    /// <summary>The term.</summary>
    public double Offset { get; }
}

/// <summary>|x|.</summary>
public sealed class AbsAttribute : LayerAttribute;

/// <summary>−1, 0 or 1, as x is negative, zero or positive.</summary>
public sealed class SignAttribute : LayerAttribute;

/// <summary>x².</summary>
public sealed class SquareAttribute : LayerAttribute;

/// <summary>√x.</summary>
public sealed class SqrtAttribute : LayerAttribute;

/// <summary>1 / x.</summary>
public sealed class ReciprocalAttribute : LayerAttribute;

/// <summary>x to a power.</summary>
public sealed class PowerAttribute : LayerAttribute
{
    /// <summary>A power.</summary>
    /// <param name="exponent">The exponent. Where it is no integer, a negative x gives NaN.</param>
    public PowerAttribute(double exponent) => Exponent = exponent;

    /// <summary>The exponent.</summary>
    public double Exponent { get; }
}

/// <summary>eˣ.</summary>
public sealed class ExpAttribute : LayerAttribute;

/// <summary>ln x.</summary>
public sealed class LogAttribute : LayerAttribute;

/// <summary>The error function.</summary>
public sealed class ErfAttribute : LayerAttribute;

/// <summary>x rounded down.</summary>
public sealed class FloorAttribute : LayerAttribute;

/// <summary>x rounded up.</summary>
public sealed class CeilingAttribute : LayerAttribute;

/// <summary>x rounded to the nearest integer; halves go to the even one.</summary>
public sealed class RoundAttribute : LayerAttribute;
