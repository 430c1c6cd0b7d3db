namespace NetGen;

/// <summary>max(0, x).</summary>
public sealed class ReLUAttribute : LayerAttribute;

/// <summary>min(max(0, x), 6).</summary>
public sealed class ReLU6Attribute : LayerAttribute;

/// <summary>x where x ≥ 0, slope · x elsewhere.</summary>
public sealed class LeakyReLUAttribute : LayerAttribute
{
    /// <summary>The usual slope of 0.01.</summary>
    public LeakyReLUAttribute() => Slope = 0.01;

    /// <summary>A slope of one's own.</summary>
    /// <param name="slope">The slope for negative x.</param>
    public LeakyReLUAttribute(double slope) => Slope = slope;

    /// <summary>The slope for negative x.</summary>
    public double Slope { get; }
}

/// <summary>x where x ≥ 0, weight · x elsewhere, with a learned weight. Weights: <c>weight</c> [1] or, per channel, [channels].</summary>
public sealed class PReLUAttribute : LayerAttribute
{
    /// <summary>Whether each channel has a weight of its own; false by default, as in PyTorch.</summary>
    public bool PerChannel { get; set; }
}

/// <summary>x where x &gt; 0, α · (eˣ − 1) elsewhere.</summary>
public sealed class ELUAttribute : LayerAttribute
{
    /// <summary>The usual α of 1.</summary>
    public ELUAttribute() => Alpha = 1;

    /// <summary>An α of one's own.</summary>
    /// <param name="alpha">The α of the negative branch.</param>
    public ELUAttribute(double alpha) => Alpha = alpha;

    /// <summary>The α of the negative branch.</summary>
    public double Alpha { get; }
}

/// <summary>scale · ELU(x, α) with the scale 1.0507… and α 1.6732… of Klambauer et al., 2017.</summary>
public sealed class SELUAttribute : LayerAttribute;

/// <summary>1 / (1 + e⁻ˣ).</summary>
public sealed class SigmoidAttribute : LayerAttribute;

/// <summary>The hyperbolic tangent.</summary>
public sealed class TanhAttribute : LayerAttribute;

/// <summary>x · sigmoid(x), also called swish.</summary>
public sealed class SiLUAttribute : LayerAttribute;

/// <summary>min(max(x / 6 + 1/2, 0), 1).</summary>
public sealed class HardSigmoidAttribute : LayerAttribute;

/// <summary>x · HardSigmoid(x).</summary>
public sealed class HardSwishAttribute : LayerAttribute;

/// <summary>x · Φ(x), with the Gauss distribution Φ; or its approximation by tanh.</summary>
public sealed class GELUAttribute : LayerAttribute
{
    /// <summary>Uses x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))) in place of the exact function, as PyTorch's <c>approximate="tanh"</c>.</summary>
    public bool Approximate { get; set; }
}

/// <summary>x · tanh(softplus(x)).</summary>
public sealed class MishAttribute : LayerAttribute;

/// <summary>ln(1 + e^(β·x)) / β, and x itself where β·x exceeds the threshold, as in PyTorch.</summary>
public sealed class SoftplusAttribute : LayerAttribute
{
    /// <summary>The β; 1 by default.</summary>
    public double Beta { get; set; } = 1;

    /// <summary>Where the function turns into x; 20 by default.</summary>
    public double Threshold { get; set; } = 20;
}

/// <summary>eˣ / Σ eˣ over the features of a vector, or over the channels of each pixel.</summary>
public sealed class SoftmaxAttribute : LayerAttribute;

/// <summary>x − ln Σ eˣ over the features of a vector, or over the channels of each pixel.</summary>
public sealed class LogSoftmaxAttribute : LayerAttribute;
