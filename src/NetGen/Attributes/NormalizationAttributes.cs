namespace NetGen;

/// <summary>
/// Batch normalization at inference: (x − running_mean) / √(running_var + ε) · weight + bias, channel by channel; a vector's
/// features are its channels, so that this is PyTorch's <c>BatchNorm1d</c> too. It is folded into the layer before it when the
/// weights are loaded.
/// Weights: <c>weight</c>, <c>bias</c>, <c>running_mean</c>, <c>running_var</c>, each [channels].
/// </summary>
public sealed class BatchNorm2DAttribute : LayerAttribute
{
    /// <summary>The ε added to the variance; 1e-5 by default.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>Whether the layer has a learned <c>weight</c> and <c>bias</c>; true by default.</summary>
    public bool Affine { get; set; } = true;

    /// <summary>The channels, or features, the author believes arrive here; another number arriving is a compile error at this argument.</summary>
    public int InChannels { get; set; }
}

/// <summary>
/// Local response normalization across channels: x / (K + α/size · Σ x²)^β, the sum over <c>size</c> neighbouring channels,
/// as PyTorch and AlexNet define it.
/// </summary>
public sealed class LocalResponseNormAttribute : LayerAttribute
{
    /// <summary>Local response normalization.</summary>
    /// <param name="size">The number of neighbouring channels that are summed over.</param>
    public LocalResponseNormAttribute(int size) => Size = size;

    /// <summary>The number of neighbouring channels that are summed over.</summary>
    public int Size { get; }

    /// <summary>The factor of the sum; 1e-4 by default.</summary>
    public double Alpha { get; set; } = 1e-4;

    /// <summary>The exponent; 0.75 by default.</summary>
    public double Beta { get; set; } = 0.75;

    /// <summary>The term added before the power; 1 by default, 2 in AlexNet.</summary>
    public double K { get; set; } = 1;
}

/// <summary>
/// Normalization over each group of channels: (x − mean) / √(variance + ε) · weight + bias, with the sample's own mean and variance.
/// Weights: <c>weight</c>, <c>bias</c>, each [channels].
/// </summary>
public sealed class GroupNormAttribute : LayerAttribute
{
    /// <summary>Group normalization.</summary>
    /// <param name="groups">The number of groups, which divides the channels.</param>
    public GroupNormAttribute(int groups) => Groups = groups;

    /// <summary>The number of groups, which divides the channels.</summary>
    public int Groups { get; }

    /// <summary>The ε added to the variance; 1e-5 by default.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>Whether the layer has a learned <c>weight</c> and <c>bias</c>; true by default.</summary>
    public bool Affine { get; set; } = true;
}

/// <summary>Normalization of each channel by its own mean and variance. Weights, where it has any: <c>weight</c>, <c>bias</c>, each [channels].</summary>
public sealed class InstanceNorm2DAttribute : LayerAttribute
{
    /// <summary>The ε added to the variance; 1e-5 by default.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>Whether the layer has a learned <c>weight</c> and <c>bias</c>; false by default, as in PyTorch.</summary>
    public bool Affine { get; set; }
}

/// <summary>
/// Normalization over all values, each with a weight of its own, or over the channels of each pixel, as transformers normalize tokens.
/// Weights: <c>weight</c>, <c>bias</c>, each of the shape that arrives, or [channels].
/// </summary>
public sealed class LayerNormAttribute : LayerAttribute
{
    /// <summary>
    /// What is normalized together: all values, or with <see cref="ImageAxes.Channels"/> the channels of each pixel; that is PyTorch's
    /// <c>LayerNorm(channels)</c> of tokens, whose features are channels here.
    /// </summary>
    public ImageAxes Axes { get; set; } = ImageAxes.All;

    /// <summary>The ε added to the variance; 1e-5 by default.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>Whether the layer has a learned <c>weight</c> and <c>bias</c>; true by default.</summary>
    public bool Affine { get; set; } = true;
}
