using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning;

/// <summary>Where an activation lives.</summary>
internal enum Storage
{
    /// <summary>The caller's input span, in NCHW order.</summary>
    Input,

    /// <summary>The caller's output span, in NCHW order; nothing may be written beyond its end.</summary>
    Output,

    /// <summary>The workspace.</summary>
    Workspace,
}

/// <summary>An activation in memory: a map of channels × height × width with the distances between its elements.</summary>
/// <param name="Storage">Whose memory it is.</param>
/// <param name="Buffer">The index of the workspace buffer.</param>
/// <param name="Offset">The first element's offset in that buffer.</param>
/// <param name="IsPart">Whether other channels follow these within a pixel.</param>
/// <param name="Quantization">
/// How values became integers, for a map of them; its channels and distances are then those of words of four integers. Null for a
/// map of floats.
/// </param>
internal sealed record TensorView(
    Storage Storage,
    int Buffer,
    int Offset,
    int Channels,
    int Height,
    int Width,
    int RowStride,
    int PixelStride,
    int ChannelStride,
    bool IsPart = false,
    Quantization? Quantization = null)
{
    /// <summary>Whether the map holds integers.</summary>
    public bool IsQuantized => Quantization is not null;

    /// <summary>The channels, integers counted one by one.</summary>
    public int Features => Quantization?.Channels ?? Channels;

    /// <summary>The floats, or words of integers, that a number of channels take.</summary>
    public int OffsetOf(int channels) => IsQuantized ? channels / 4 : channels;

    /// <summary>Whether the lanes after a pixel's last channel are free to be written.</summary>
    public bool HasSlack => Storage == Storage.Workspace && !IsPart;

    public Shape Shape => Shape.Image(Channels, Height, Width);

    public int Pixels => Height * Width;

    public int Length => Channels * Height * Width;

    /// <summary>Whether channels are neighbours in memory, so that vectors run over channels.</summary>
    public bool IsChannelsLast => ChannelStride == 1;

    /// <summary>Whether rows follow each other without a gap.</summary>
    public bool HasContiguousRows => Height == 1 || RowStride == Width * PixelStride;

    /// <summary>An NCHW tensor without a border, in the caller's memory.</summary>
    public static TensorView Planar(Storage storage, Shape shape) => shape.Pixels == 1
        ? new(storage, -1, 0, shape.Channels, 1, 1, shape.Channels, shape.Channels, 1)
        : new(storage, -1, 0, shape.Channels, shape.Height, shape.Width, shape.Width, 1, shape.Pixels);

    /// <summary>A row of vectors, each of them some of the features of a sample, in the caller's memory.</summary>
    public static TensorView Row(Storage storage, Shape row, int offset, int sampleLength) =>
        new(storage, -1, offset, row.Channels, 1, row.Width, row.Width * sampleLength, sampleLength, 1);

    /// <summary>The same values with their axes in another order: for channels, height and width, the one of this view.</summary>
    public TensorView Permuted(EquatableArray<int> order)
    {
        (int Size, int Stride)[] axes = [(Channels, ChannelStride), (Height, RowStride), (Width, PixelStride)];
        return this with
        {
            Channels = axes[order[0]].Size,
            ChannelStride = axes[order[0]].Stride,
            Height = axes[order[1]].Size,
            RowStride = axes[order[1]].Stride,
            Width = axes[order[2]].Size,
            PixelStride = axes[order[2]].Stride,
        };
    }

    /// <summary>Some of the channels.</summary>
    public TensorView Part(int start, int count) =>
        this with { Offset = Offset + (start * ChannelStride), Channels = count, IsPart = true };

    /// <summary>The part of a channels-last or planar map that lies within a border.</summary>
    public TensorView Inside(Border border) => this with
    {
        Offset = Offset + (border.Top * RowStride) + (border.Left * PixelStride),
        Height = Height - border.Top - border.Bottom,
        Width = Width - border.Left - border.Right,
    };

    /// <summary>The map together with a border around it.</summary>
    public TensorView Outside(Border border) =>
        Inside(new Border(-border.Top, -border.Bottom, -border.Left, -border.Right));
}

/// <summary>How a map's values became integers.</summary>
/// <param name="Range">The tensor that holds their range.</param>
/// <param name="Channels">The channels.</param>
internal sealed record Quantization(string Range, int Channels);
