namespace NetGen;

/// <summary>How <see cref="Upsample2DAttribute"/> finds the values between pixels.</summary>
public enum UpsampleMode
{
    /// <summary>Each pixel is repeated.</summary>
    Nearest,

    /// <summary>Values lie on straight lines between the four nearest pixels.</summary>
    Bilinear,
}

/// <summary>Enlarges the image by whole factors: C×H×W becomes C×(H·scale)×(W·scale).</summary>
public sealed class Upsample2DAttribute : LayerAttribute
{
    /// <summary>Enlarges both sides by the same factor.</summary>
    /// <param name="scale">The factor.</param>
    public Upsample2DAttribute(int scale)
        : this(scale, scale)
    {
    }

    /// <summary>Enlarges the sides by different factors.</summary>
    /// <param name="scaleHeight">The factor of the height.</param>
    /// <param name="scaleWidth">The factor of the width.</param>
    public Upsample2DAttribute(int scaleHeight, int scaleWidth)
    {
        ScaleHeight = scaleHeight;
        ScaleWidth = scaleWidth;
    }

    /// <summary>The factor of the height.</summary>
    public int ScaleHeight { get; }

    /// <summary>The factor of the width.</summary>
    public int ScaleWidth { get; }

    /// <summary>How values between pixels are found; nearest by default, as in PyTorch.</summary>
    public UpsampleMode Mode { get; set; }

    /// <summary>
    /// For bilinear: whether the corner pixels' centres meet (source = i · (size − 1) / (scaled − 1)) rather than the images' edges
    /// (source = (i + 1/2) / scale − 1/2). False by default, as in PyTorch.
    /// </summary>
    public bool AlignCorners { get; set; }
}

/// <summary>
/// A transposed convolution, which enlarges by its stride: height (H − 1) · stride − padding + dilation · (kernel − 1) + outputPadding + 1.
/// Weights: <c>weight</c> [channels, filters / groups, kernelHeight, kernelWidth], <c>bias</c> [filters].
/// </summary>
public sealed class ConvTranspose2DAttribute : ConvolutionAttribute
{
    /// <summary>A transposed convolution with a square kernel.</summary>
    /// <param name="filters">The number of output channels.</param>
    /// <param name="kernel">The kernel's height and width.</param>
    public ConvTranspose2DAttribute(int filters, int kernel)
        : base(kernel, kernel) => Filters = filters;

    /// <summary>A transposed convolution with an uneven kernel.</summary>
    /// <param name="filters">The number of output channels.</param>
    /// <param name="kernelHeight">The kernel's height.</param>
    /// <param name="kernelWidth">The kernel's width.</param>
    public ConvTranspose2DAttribute(int filters, int kernelHeight, int kernelWidth)
        : base(kernelHeight, kernelWidth) => Filters = filters;

    /// <summary>The number of output channels.</summary>
    public int Filters { get; }

    /// <summary>The groups that channels and filters are split into; 1 by default.</summary>
    public int Groups { get; set; } = 1;

    /// <summary>Rows and columns added at the bottom and right, fewer than the stride or dilation; 0 by default.</summary>
    public int OutputPadding { get; set; }

    /// <summary>The rows added at the bottom, where they differ from <see cref="OutputPadding"/>.</summary>
    public int OutputPaddingHeight { get; set; }

    /// <summary>The columns added at the right, where they differ from <see cref="OutputPadding"/>.</summary>
    public int OutputPaddingWidth { get; set; }
}

/// <summary>Deals the channels out like cards: channel j · groups + i of the output is channel i · (C / groups) + j of the input.</summary>
public sealed class ChannelShuffleAttribute : LayerAttribute
{
    /// <summary>A shuffle.</summary>
    /// <param name="groups">The number of groups, which divides the channels.</param>
    public ChannelShuffleAttribute(int groups) => Groups = groups;

    /// <summary>The number of groups, which divides the channels.</summary>
    public int Groups { get; }
}

/// <summary>Turns channels into pixels: (C·r²)×H×W becomes C×(H·r)×(W·r).</summary>
public sealed class PixelShuffleAttribute : LayerAttribute
{
    /// <summary>A shuffle.</summary>
    /// <param name="factor">The r, whose square divides the channels.</param>
    public PixelShuffleAttribute(int factor) => Factor = factor;

    /// <summary>The r, whose square divides the channels.</summary>
    public int Factor { get; }
}
