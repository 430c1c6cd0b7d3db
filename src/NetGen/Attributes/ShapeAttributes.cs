namespace NetGen;

/// <summary>Turns an image C×H×W into a vector of C·H·W features, in NCHW order as in PyTorch. It costs nothing.</summary>
public sealed class FlattenAttribute : LayerAttribute;

/// <summary>Dropout, which does nothing at inference; it stands here so that a network reads as it was trained.</summary>
public sealed class DropoutAttribute : LayerAttribute
{
    /// <summary>Dropout with the usual probability of one half.</summary>
    public DropoutAttribute() => Probability = 0.5;

    /// <summary>Dropout.</summary>
    /// <param name="probability">The probability, from 0 to 1, that training drops a value.</param>
    public DropoutAttribute(double probability) => Probability = probability;

    /// <summary>The probability, from 0 to 1, that training drops a value.</summary>
    public double Probability { get; }
}

/// <summary>Surrounds the image with zeros: C×H×W becomes C×(H + top + bottom)×(W + left + right).</summary>
public sealed class ZeroPad2DAttribute : LayerAttribute
{
    /// <summary>The same number of zeros on all four sides.</summary>
    /// <param name="padding">The rows and columns on each side.</param>
    public ZeroPad2DAttribute(int padding)
        : this(padding, padding, padding, padding)
    {
    }

    /// <summary>Uneven padding, in PyTorch's order.</summary>
    /// <param name="left">The columns at the left.</param>
    /// <param name="right">The columns at the right.</param>
    /// <param name="top">The rows above.</param>
    /// <param name="bottom">The rows below.</param>
    public ZeroPad2DAttribute(int left, int right, int top, int bottom)
    {
        Left = left;
        Right = right;
        Top = top;
        Bottom = bottom;
    }

    /// <summary>The columns at the left.</summary>
    public int Left { get; }

    /// <summary>The columns at the right.</summary>
    public int Right { get; }

    /// <summary>The rows above.</summary>
    public int Top { get; }

    /// <summary>The rows below.</summary>
    public int Bottom { get; }
}
