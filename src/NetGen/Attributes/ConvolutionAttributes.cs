namespace NetGen;

/// <summary>What the two-dimensional convolutions share: kernel, stride, padding, dilation and bias.</summary>
public abstract class ConvolutionAttribute : LayerAttribute
{
    private protected ConvolutionAttribute(int kernelHeight, int kernelWidth)
    {
        KernelHeight = kernelHeight;
        KernelWidth = kernelWidth;
    }

    /// <summary>The height of the kernel.</summary>
    public int KernelHeight { get; }

    /// <summary>The width of the kernel.</summary>
    public int KernelWidth { get; }

    /// <summary>The step between outputs in both directions; 1 by default.</summary>
    public int Stride { get; set; } = 1;

    /// <summary>The step between output rows, where it differs from <see cref="Stride"/>.</summary>
    public int StrideHeight { get; set; }

    /// <summary>The step between output columns, where it differs from <see cref="Stride"/>.</summary>
    public int StrideWidth { get; set; }

    /// <summary>The zeros around the input on all four sides; 0 by default.</summary>
    public int Padding { get; set; }

    /// <summary>The rows of zeros above the input, where they differ from <see cref="Padding"/>.</summary>
    public int PaddingTop { get; set; }

    /// <summary>The rows of zeros below the input, where they differ from <see cref="Padding"/>.</summary>
    public int PaddingBottom { get; set; }

    /// <summary>The columns of zeros left of the input, where they differ from <see cref="Padding"/>.</summary>
    public int PaddingLeft { get; set; }

    /// <summary>The columns of zeros right of the input, where they differ from <see cref="Padding"/>.</summary>
    public int PaddingRight { get; set; }

    /// <summary>
    /// Zero padding that keeps height and width, for stride 1: dilation · (kernel − 1) zeros in each direction, the odd one at
    /// the bottom and right, as PyTorch's <c>padding="same"</c>.
    /// </summary>
    public bool SamePadding { get; set; }

    /// <summary>The distance between the kernel's taps in both directions; 1 by default.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>The distance between the kernel's rows, where it differs from <see cref="Dilation"/>.</summary>
    public int DilationHeight { get; set; }

    /// <summary>The distance between the kernel's columns, where it differs from <see cref="Dilation"/>.</summary>
    public int DilationWidth { get; set; }

    /// <summary>Whether a bias is added to each filter's output; true by default.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>The channels the author believes arrive here; another number arriving is a compile error at this argument.</summary>
    public int InChannels { get; set; }
}

/// <summary>
/// A two-dimensional convolution: every filter spans all input channels (of its group), so a 5×5 filter on RGB has 5·5·3
/// weights, and the number of filters is the number of output channels.
/// Output height and width: ⌊(size + padding − dilation · (kernel − 1) − 1) / stride⌋ + 1.
/// Weights: <c>weight</c> [filters, channels / groups, kernelHeight, kernelWidth], <c>bias</c> [filters].
/// </summary>
public sealed class Conv2DAttribute : ConvolutionAttribute
{
    /// <summary>A convolution with a square kernel.</summary>
    /// <param name="filters">The number of filters, which is the number of output channels.</param>
    /// <param name="kernel">The kernel's height and width.</param>
    public Conv2DAttribute(int filters, int kernel)
        : base(kernel, kernel) => Filters = filters;

    /// <summary>A convolution with an uneven kernel.</summary>
    /// <param name="filters">The number of filters, which is the number of output channels.</param>
    /// <param name="kernelHeight">The kernel's height.</param>
    /// <param name="kernelWidth">The kernel's width.</param>
    public Conv2DAttribute(int filters, int kernelHeight, int kernelWidth)
        : base(kernelHeight, kernelWidth) => Filters = filters;

    /// <summary>The number of filters, which is the number of output channels.</summary>
    public int Filters { get; }

    /// <summary>
    /// The groups that channels and filters are split into; a filter sees only the channels of its own group. 1 by default.
    /// </summary>
    public int Groups { get; set; } = 1;
}

/// <summary>
/// A depthwise convolution: each channel has filters of its own, that is <see cref="Conv2DAttribute"/> with as many groups as
/// channels. Weights: <c>weight</c> [channels · multiplier, 1, kernelHeight, kernelWidth], <c>bias</c> [channels · multiplier].
/// </summary>
public sealed class DepthwiseConv2DAttribute : ConvolutionAttribute
{
    /// <summary>A depthwise convolution with a square kernel.</summary>
    /// <param name="kernel">The kernel's height and width.</param>
    public DepthwiseConv2DAttribute(int kernel)
        : base(kernel, kernel)
    {
    }

    /// <summary>A depthwise convolution with an uneven kernel.</summary>
    /// <param name="kernelHeight">The kernel's height.</param>
    /// <param name="kernelWidth">The kernel's width.</param>
    public DepthwiseConv2DAttribute(int kernelHeight, int kernelWidth)
        : base(kernelHeight, kernelWidth)
    {
    }

    /// <summary>The filters of each channel; 1 by default.</summary>
    public int Multiplier { get; set; } = 1;
}
