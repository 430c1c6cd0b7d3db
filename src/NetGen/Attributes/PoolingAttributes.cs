namespace NetGen;

/// <summary>What max and average pooling share: window, stride, padding and rounding.</summary>
public abstract class PoolingAttribute : LayerAttribute
{
    private protected PoolingAttribute(int kernelHeight, int kernelWidth)
    {
        KernelHeight = kernelHeight;
        KernelWidth = kernelWidth;
    }

    /// <summary>The height of the window.</summary>
    public int KernelHeight { get; }

    /// <summary>The width of the window.</summary>
    public int KernelWidth { get; }

    /// <summary>The step between windows in both directions; by default the window's size.</summary>
    public int Stride { get; set; }

    /// <summary>The step between rows of windows, where it differs from <see cref="Stride"/>.</summary>
    public int StrideHeight { get; set; }

    /// <summary>The step between columns of windows, where it differs from <see cref="Stride"/>.</summary>
    public int StrideWidth { get; set; }

    /// <summary>The padding on all four sides, at most half the window; 0 by default. Max pooling ignores it, average pooling counts zeros.</summary>
    public int Padding { get; set; }

    /// <summary>The rows of padding above, where they differ from <see cref="Padding"/>.</summary>
    public int PaddingTop { get; set; }

    /// <summary>The rows of padding below, where they differ from <see cref="Padding"/>.</summary>
    public int PaddingBottom { get; set; }

    /// <summary>The columns of padding at the left, where they differ from <see cref="Padding"/>.</summary>
    public int PaddingLeft { get; set; }

    /// <summary>The columns of padding at the right, where they differ from <see cref="Padding"/>.</summary>
    public int PaddingRight { get; set; }

    /// <summary>The distance between a window's values in both directions; 1 by default.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>The distance between a window's rows, where it differs from <see cref="Dilation"/>.</summary>
    public int DilationHeight { get; set; }

    /// <summary>The distance between a window's columns, where it differs from <see cref="Dilation"/>.</summary>
    public int DilationWidth { get; set; }

    /// <summary>
    /// Rounds the output's size up instead of down, so that the last window may reach over the edge; a window that would start
    /// in the right or bottom padding is left out, as in PyTorch.
    /// </summary>
    public bool CeilMode { get; set; }

    /// <summary>The channels the author believes arrive here; another number arriving is a compile error at this argument.</summary>
    public int InChannels { get; set; }
}

/// <summary>Max pooling: the largest value of each window, channel by channel; NaN wins, as in PyTorch.</summary>
public sealed class MaxPool2DAttribute : PoolingAttribute
{
    /// <summary>Max pooling over square windows.</summary>
    /// <param name="kernel">The window's height and width.</param>
    public MaxPool2DAttribute(int kernel)
        : base(kernel, kernel)
    {
    }

    /// <summary>Max pooling over uneven windows.</summary>
    /// <param name="kernelHeight">The window's height.</param>
    /// <param name="kernelWidth">The window's width.</param>
    public MaxPool2DAttribute(int kernelHeight, int kernelWidth)
        : base(kernelHeight, kernelWidth)
    {
    }
}

/// <summary>Average pooling: the mean of each window, channel by channel.</summary>
public sealed class AvgPool2DAttribute : PoolingAttribute
{
    /// <summary>Average pooling over square windows.</summary>
    /// <param name="kernel">The window's height and width.</param>
    public AvgPool2DAttribute(int kernel)
        : base(kernel, kernel)
    {
    }

    /// <summary>Average pooling over uneven windows.</summary>
    /// <param name="kernelHeight">The window's height.</param>
    /// <param name="kernelWidth">The window's width.</param>
    public AvgPool2DAttribute(int kernelHeight, int kernelWidth)
        : base(kernelHeight, kernelWidth)
    {
    }

    /// <summary>Whether padding counts in the mean's divisor; true by default, as in PyTorch.</summary>
    public bool CountIncludePad { get; set; } = true;
}

/// <summary>The mean of each channel over the whole map: C×H×W becomes C×1×1.</summary>
public sealed class GlobalAvgPool2DAttribute : LayerAttribute;

/// <summary>The largest value of each channel over the whole map: C×H×W becomes C×1×1.</summary>
public sealed class GlobalMaxPool2DAttribute : LayerAttribute;
