using System;
using System.Collections.Generic;

namespace NetGen;

/// <summary>The values in the same order, as an image; the other way round it is <see cref="FlattenAttribute"/>.</summary>
public sealed class ReshapeAttribute : LayerAttribute
{
    /// <summary>An image of as many values as arrive.</summary>
    /// <param name="channels">The channels.</param>
    /// <param name="height">The height.</param>
    /// <param name="width">The width.</param>
    public ReshapeAttribute(int channels, int height, int width)
    {
        Channels = channels;
        Height = height;
        Width = width;
    }

    /// <summary>The channels.</summary>
    public int Channels { get; }

    /// <summary>The height.</summary>
    public int Height { get; }

    /// <summary>The width.</summary>
    public int Width { get; }
}

/// <summary>The axes in another order: of an image, or of any axes that the values are seen as.</summary>
public sealed class PermuteAttribute : LayerAttribute
{
    /// <summary>An image's channels (0), height (1) and width (2) in another order, which gives an image.</summary>
    /// <param name="order">For each axis of the result, the input's.</param>
    public PermuteAttribute(params int[] order)
        : this([], order)
    {
    }

    /// <summary>Sees the values as an array of some axes, and gives them, with the axes in another order, as a vector.</summary>
    /// <param name="axes">The axes' lengths, outermost first.</param>
    /// <param name="order">For each axis of the result, the input's.</param>
    public PermuteAttribute(int[] axes, int[] order)
    {
        Axes = axes;
        Order = order;
    }

    /// <summary>The lengths of the axes; none where they are an image's.</summary>
    public IReadOnlyList<int> Axes { get; }

    /// <summary>For each axis of the result, the input's.</summary>
    public IReadOnlyList<int> Order { get; }
}

/// <summary>What comes in, unchanged; it gives a value a name.</summary>
public sealed class IdentityAttribute : LayerAttribute;

/// <summary>How <see cref="Pad2DAttribute"/> makes up the values beyond the edge.</summary>
public enum PaddingMode
{
    /// <summary>One value everywhere.</summary>
    Constant,

    /// <summary>The value at the edge; PyTorch's <c>ReplicationPad2d</c>.</summary>
    Edge,

    /// <summary>The values inside the edge, mirrored at it.</summary>
    Reflect,

    /// <summary>The values of the other side; PyTorch's <c>CircularPad2d</c>.</summary>
    Wrap,
}

/// <summary>Surrounds the image: C×H×W becomes C×(H + top + bottom)×(W + left + right). Zeros alone are cheaper as <see cref="ZeroPad2DAttribute"/>.</summary>
public sealed class Pad2DAttribute : LayerAttribute
{
    /// <summary>The same padding on all four sides.</summary>
    /// <param name="padding">The rows and columns on each side.</param>
    public Pad2DAttribute(int padding)
        : this(padding, padding, padding, padding)
    {
    }

    /// <summary>Uneven padding, in PyTorch's order.</summary>
    /// <param name="left">The columns at the left.</param>
    /// <param name="right">The columns at the right.</param>
    /// <param name="top">The rows above.</param>
    /// <param name="bottom">The rows below.</param>
    public Pad2DAttribute(int left, int right, int top, int bottom)
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

    /// <summary>The channels before the first; 0 by default.</summary>
    public int Front { get; set; }

    /// <summary>The channels after the last; 0 by default.</summary>
    public int Back { get; set; }

    /// <summary>How values are made up; one value everywhere by default.</summary>
    public PaddingMode Mode { get; set; }

    /// <summary>The value of <see cref="PaddingMode.Constant"/>; 0 by default.</summary>
    public double Value { get; set; }
}

/// <summary>Some channels, rows and columns, in steps, which may go backwards. Channels alone are cheaper as <see cref="SliceAttribute"/>.</summary>
public sealed class StridedSliceAttribute : LayerAttribute
{
    /// <summary>A part of an image.</summary>
    /// <param name="channels">The number of channels.</param>
    /// <param name="height">The number of rows.</param>
    /// <param name="width">The number of columns.</param>
    public StridedSliceAttribute(int channels, int height, int width)
    {
        Channels = channels;
        Height = height;
        Width = width;
    }

    /// <summary>Some features of a vector.</summary>
    /// <param name="features">The number of features; <see cref="ChannelStart"/> and <see cref="ChannelStep"/> say which.</param>
    public StridedSliceAttribute(int features) => Channels = features;

    /// <summary>The number of channels or features.</summary>
    public int Channels { get; }

    /// <summary>The number of rows; 0 for a vector.</summary>
    public int Height { get; }

    /// <summary>The number of columns; 0 for a vector.</summary>
    public int Width { get; }

    /// <summary>The first channel; 0 by default.</summary>
    public int ChannelStart { get; set; }

    /// <summary>The first row; 0 by default.</summary>
    public int RowStart { get; set; }

    /// <summary>The first column; 0 by default.</summary>
    public int ColumnStart { get; set; }

    /// <summary>The distance to the next channel; 1 by default.</summary>
    public int ChannelStep { get; set; } = 1;

    /// <summary>The distance to the next row; 1 by default.</summary>
    public int RowStep { get; set; } = 1;

    /// <summary>The distance to the next column; 1 by default.</summary>
    public int ColumnStep { get; set; } = 1;
}

/// <summary>Repeats the input along its axes.</summary>
public sealed class TileAttribute : LayerAttribute
{
    /// <summary>Repeats an image.</summary>
    /// <param name="channels">How often its channels come.</param>
    /// <param name="height">How often its rows come.</param>
    /// <param name="width">How often its columns come.</param>
    public TileAttribute(int channels, int height, int width)
    {
        Channels = channels;
        Height = height;
        Width = width;
    }

    /// <summary>Repeats a vector.</summary>
    /// <param name="features">How often its features come.</param>
    public TileAttribute(int features) => Channels = features;

    /// <summary>How often the channels come.</summary>
    public int Channels { get; }

    /// <summary>How often the rows come; 0 for a vector.</summary>
    public int Height { get; }

    /// <summary>How often the columns come; 0 for a vector.</summary>
    public int Width { get; }
}

/// <summary>How <see cref="Resize2DAttribute"/> finds values between pixels.</summary>
public enum ResizeMode
{
    /// <summary>The nearest pixel's.</summary>
    Nearest,

    /// <summary>On straight lines between the four nearest pixels.</summary>
    Linear,

    /// <summary>On cubic polynomials through sixteen pixels.</summary>
    Cubic,
}

/// <summary>Which place of the input a place of the output means.</summary>
public enum ResizeCoordinates
{
    /// <summary>The images' edges meet: (i + 1/2) / scale − 1/2.</summary>
    HalfPixel,

    /// <summary>The same, but 0 where the output has a single pixel.</summary>
    PytorchHalfPixel,

    /// <summary>The corner pixels' centres meet: i · (size − 1) / (resized − 1).</summary>
    AlignCorners,

    /// <summary>The first pixels' centres meet: i / scale.</summary>
    Asymmetric,

    /// <summary>The images' middles meet.</summary>
    HalfPixelSymmetric,

    /// <summary>The corner pixels' centres meet those of a part of the image: <see cref="Resize2DAttribute.CropTop"/> and so on.</summary>
    Crop,
}

/// <summary>Which pixel is the nearest.</summary>
public enum NearestRounding
{
    /// <summary>The nearest one, of two the first.</summary>
    RoundPreferFloor,

    /// <summary>The nearest one, of two the second.</summary>
    RoundPreferCeil,

    /// <summary>The one before.</summary>
    Floor,

    /// <summary>The one after.</summary>
    Ceil,
}

/// <summary>Brings the image to another height and width, by the formulas of ONNX's <c>Resize</c>.</summary>
public sealed class Resize2DAttribute : LayerAttribute
{
    /// <summary>A resize.</summary>
    /// <param name="height">The new height.</param>
    /// <param name="width">The new width.</param>
    public Resize2DAttribute(int height, int width)
    {
        Height = height;
        Width = width;
    }

    /// <summary>The new height.</summary>
    public int Height { get; }

    /// <summary>The new width.</summary>
    public int Width { get; }

    /// <summary>How values between pixels are found; the nearest pixel's by default.</summary>
    public ResizeMode Mode { get; set; }

    /// <summary>Which places belong together; by default the images' edges meet.</summary>
    public ResizeCoordinates Coordinates { get; set; }

    /// <summary>Which pixel is the nearest, for <see cref="ResizeMode.Nearest"/>.</summary>
    public NearestRounding Rounding { get; set; }

    /// <summary>The factor that rows are found by, where it is not the quotient of the heights.</summary>
    public double ScaleHeight { get; set; }

    /// <summary>The factor that columns are found by, where it is not the quotient of the widths.</summary>
    public double ScaleWidth { get; set; }

    /// <summary>For <see cref="ResizeCoordinates.Crop"/>, where the part begins: 0 is the centre of the first row, 1 that of the last. 0 by default.</summary>
    public double CropTop { get; set; }

    /// <summary>For <see cref="ResizeCoordinates.Crop"/>, where the part ends: 0 is the centre of the first row, 1 that of the last. 1 by default.</summary>
    public double CropBottom { get; set; } = 1;

    /// <summary>For <see cref="ResizeCoordinates.Crop"/>, where the part begins: 0 is the centre of the first column, 1 that of the last. 0 by default.</summary>
    public double CropLeft { get; set; }

    /// <summary>For <see cref="ResizeCoordinates.Crop"/>, where the part ends: 0 is the centre of the first column, 1 that of the last. 1 by default.</summary>
    public double CropRight { get; set; } = 1;

    /// <summary>For <see cref="ResizeCoordinates.Crop"/>, what stands where the part reaches beyond the image; 0 by default.</summary>
    public double Value { get; set; }

    /// <summary>The a of the cubic's polynomials; −0.75 by default, as in PyTorch.</summary>
    public double CubicCoefficient { get; set; } = -0.75;

    /// <summary>Whether pixels beyond the edge have no weight, rather than being the pixel at the edge. False by default.</summary>
    public bool ExcludeOutside { get; set; }
}

/// <summary>How <see cref="ReduceAttribute"/> makes one value of many.</summary>
public enum Reduction
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>The largest.</summary>
    Max,

    /// <summary>The smallest.</summary>
    Min,

    /// <summary>Their product.</summary>
    Product,
}

/// <summary>The axes of an image.</summary>
[Flags]
public enum ImageAxes
{
    /// <summary>The channels; of a vector, its features.</summary>
    Channels = 1,

    /// <summary>The rows.</summary>
    Height = 2,

    /// <summary>The columns.</summary>
    Width = 4,

    /// <summary>All of them.</summary>
    All = Channels | Height | Width,
}

/// <summary>All values along some of the axes become one; those axes keep a side of 1.</summary>
public sealed class ReduceAttribute : LayerAttribute
{
    /// <summary>A reduction.</summary>
    /// <param name="reduction">How many values become one.</param>
    /// <param name="axes">The axes; all of them by default.</param>
    public ReduceAttribute(Reduction reduction, ImageAxes axes = ImageAxes.All)
    {
        Reduction = reduction;
        Axes = axes;
    }

    /// <summary>How many values become one.</summary>
    public Reduction Reduction { get; }

    /// <summary>The axes.</summary>
    public ImageAxes Axes { get; }
}
