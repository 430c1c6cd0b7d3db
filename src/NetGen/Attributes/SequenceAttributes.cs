namespace NetGen;

/// <summary>What the convolutions over sequences share: kernel, stride, padding, dilation and bias. A sequence is channels × length.</summary>
public abstract class SequenceConvolutionAttribute : LayerAttribute
{
    private protected SequenceConvolutionAttribute(int kernel) => Kernel = kernel;

    /// <summary>The length of the kernel.</summary>
    public int Kernel { get; }

    /// <summary>The step between outputs; 1 by default.</summary>
    public int Stride { get; set; } = 1;

    /// <summary>The zeros at each end of the input; 0 by default.</summary>
    public int Padding { get; set; }

    /// <summary>The zeros before the input, where they differ from <see cref="Padding"/>.</summary>
    public int PaddingLeft { get; set; }

    /// <summary>The zeros after the input, where they differ from <see cref="Padding"/>.</summary>
    public int PaddingRight { get; set; }

    /// <summary>
    /// Zero padding that keeps the length, for stride 1: dilation · (kernel − 1) zeros, the odd one at the end, as PyTorch's
    /// <c>padding="same"</c>.
    /// </summary>
    public bool SamePadding { get; set; }

    /// <summary>The distance between the kernel's taps; 1 by default.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>Whether a bias is added to each filter's output; true by default.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>The channels the author believes arrive here; another number arriving is a compile error at this argument.</summary>
    public int InChannels { get; set; }
}

/// <summary>What convolutions over sequences share that can look back alone, within a call or beyond it.</summary>
public abstract class CausalConvolutionAttribute : SequenceConvolutionAttribute
{
    private protected CausalConvolutionAttribute(int kernel)
        : base(kernel)
    {
    }

    /// <summary>
    /// Whether an output depends on nothing after it: dilation · (kernel − 1) zeros stand before the sequence, and none after it.
    /// </summary>
    public bool Causal { get; set; }

    /// <summary>
    /// Whether the sequence goes on where that of the call before ended: a causal convolution whose zeros are what came before. A
    /// <c>Session</c> keeps the last dilation · (kernel − 1) + 1 − stride elements. The stride divides the length.
    /// </summary>
    public bool Streaming { get; set; }
}

/// <summary>
/// A convolution over a sequence, PyTorch's <c>Conv1d</c>: every filter spans all channels (of its group).
/// Output length: ⌊(length + padding − dilation · (kernel − 1) − 1) / stride⌋ + 1.
/// Weights: <c>weight</c> [filters, channels / groups, kernel], <c>bias</c> [filters].
/// </summary>
public sealed class Conv1DAttribute : CausalConvolutionAttribute
{
    /// <summary>A convolution.</summary>
    /// <param name="filters">The number of filters, which is the number of output channels.</param>
    /// <param name="kernel">The kernel's length.</param>
    public Conv1DAttribute(int filters, int kernel)
        : base(kernel) => Filters = filters;

    /// <summary>The number of filters, which is the number of output channels.</summary>
    public int Filters { get; }

    /// <summary>The groups that channels and filters are split into; 1 by default.</summary>
    public int Groups { get; set; } = 1;
}

/// <summary>
/// A depthwise convolution over a sequence: each channel has filters of its own.
/// Weights: <c>weight</c> [channels · multiplier, 1, kernel], <c>bias</c> [channels · multiplier].
/// </summary>
public sealed class DepthwiseConv1DAttribute : CausalConvolutionAttribute
{
    /// <summary>A depthwise convolution.</summary>
    /// <param name="kernel">The kernel's length.</param>
    public DepthwiseConv1DAttribute(int kernel)
        : base(kernel)
    {
    }

    /// <summary>The filters of each channel; 1 by default.</summary>
    public int Multiplier { get; set; } = 1;
}

/// <summary>
/// A transposed convolution over a sequence, which makes it longer by its stride: (length − 1) · stride − padding + dilation · (kernel − 1)
/// + outputPadding + 1. Weights: <c>weight</c> [channels, filters / groups, kernel], <c>bias</c> [filters].
/// </summary>
public sealed class ConvTranspose1DAttribute : SequenceConvolutionAttribute
{
    /// <summary>A transposed convolution.</summary>
    /// <param name="filters">The number of output channels.</param>
    /// <param name="kernel">The kernel's length.</param>
    public ConvTranspose1DAttribute(int filters, int kernel)
        : base(kernel) => Filters = filters;

    /// <summary>The number of output channels.</summary>
    public int Filters { get; }

    /// <summary>The groups that channels and filters are split into; 1 by default.</summary>
    public int Groups { get; set; } = 1;

    /// <summary>The elements added at the end, fewer than the stride or dilation; 0 by default.</summary>
    public int OutputPadding { get; set; }
}

/// <summary>What max and average pooling over sequences share: window, stride, padding and rounding.</summary>
public abstract class SequencePoolingAttribute : LayerAttribute
{
    private protected SequencePoolingAttribute(int kernel) => Kernel = kernel;

    /// <summary>The length of the window.</summary>
    public int Kernel { get; }

    /// <summary>The step between windows; by default the window's length.</summary>
    public int Stride { get; set; }

    /// <summary>The padding at each end, at most half the window; 0 by default. Max pooling ignores it, average pooling counts zeros.</summary>
    public int Padding { get; set; }

    /// <summary>The padding before the input, where it differs from <see cref="Padding"/>.</summary>
    public int PaddingLeft { get; set; }

    /// <summary>The padding after the input, where it differs from <see cref="Padding"/>.</summary>
    public int PaddingRight { get; set; }

    /// <summary>The distance between a window's values; 1 by default.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>
    /// Rounds the output's length up instead of down, so that the last window may reach over the end; a window that would start in the
    /// padding after it is left out, as in PyTorch.
    /// </summary>
    public bool CeilMode { get; set; }

    /// <summary>The channels the author believes arrive here; another number arriving is a compile error at this argument.</summary>
    public int InChannels { get; set; }
}

/// <summary>Max pooling over a sequence: the largest value of each window, channel by channel; NaN wins, as in PyTorch.</summary>
public sealed class MaxPool1DAttribute : SequencePoolingAttribute
{
    /// <summary>Max pooling.</summary>
    /// <param name="kernel">The window's length.</param>
    public MaxPool1DAttribute(int kernel)
        : base(kernel)
    {
    }
}

/// <summary>Average pooling over a sequence: the mean of each window, channel by channel.</summary>
public sealed class AvgPool1DAttribute : SequencePoolingAttribute
{
    /// <summary>Average pooling.</summary>
    /// <param name="kernel">The window's length.</param>
    public AvgPool1DAttribute(int kernel)
        : base(kernel)
    {
    }

    /// <summary>Whether padding counts in the mean's divisor; true by default, as in PyTorch.</summary>
    public bool CountIncludePad { get; set; } = true;
}

/// <summary>
/// Batch normalization of a sequence's channels, or of a vector's features, at inference: <see cref="BatchNorm2DAttribute"/> by the name
/// that PyTorch has for these. Weights: <c>weight</c>, <c>bias</c>, <c>running_mean</c>, <c>running_var</c>, each [channels].
/// </summary>
public sealed class BatchNorm1DAttribute : LayerAttribute
{
    /// <summary>The ε added to the variance; 1e-5 by default.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>Whether the layer has a learned <c>weight</c> and <c>bias</c>; true by default.</summary>
    public bool Affine { get; set; } = true;

    /// <summary>The channels, or features, the author believes arrive here; another number arriving is a compile error at this argument.</summary>
    public int InChannels { get; set; }
}
