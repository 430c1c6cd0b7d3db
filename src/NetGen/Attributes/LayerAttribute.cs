using System;

namespace NetGen;

/// <summary>The base of every layer attribute. The order of the attributes in the source is the order of the layers.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public abstract class LayerAttribute : Attribute
{
    private protected LayerAttribute()
    {
    }

    /// <summary>
    /// The layer's name, which its weights are looked up by. By default the kind and its count: <c>conv1</c>, <c>bn1</c>,
    /// <c>relu1</c>, <c>fc1</c>.
    /// </summary>
    public string? Name { get; set; }

    /// <summary>
    /// The name of the layer that this one takes, which stands above it; by default the layer right above. <c>input</c> is the
    /// network's input, and <see cref="Block.Input"/> what came into a block.
    /// </summary>
    public string? From { get; set; }
}

/// <summary>What the elements of an input are where the caller has them. A network computes with single precision.</summary>
public enum InputType
{
    /// <summary>Numbers in single precision.</summary>
    Single,

    /// <summary>Integers, such as the numbers of tokens; beyond 16,777,216 they are rounded.</summary>
    Int32,

    /// <summary>Bytes, such as the channels of a picture.</summary>
    Byte,
}

/// <summary>
/// What the network takes: an image of channels × height × width, a sequence of channels × length, or a vector of features. It stands
/// above the layers. Of several, each has a name, by which layers take it, and <c>Forward</c> has a span for each.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class InputAttribute : Attribute
{
    /// <summary>A named image, given to <c>Forward</c> in NCHW order.</summary>
    /// <param name="name">The name, by which layers take it.</param>
    /// <param name="channels">The channels, 3 for RGB.</param>
    /// <param name="height">The height in pixels.</param>
    /// <param name="width">The width in pixels.</param>
    public InputAttribute(string name, int channels, int height, int width)
        : this(channels, height, width) => Name = name;

    /// <summary>A named sequence, given to <c>Forward</c> channel by channel, as PyTorch's (N, C, L).</summary>
    /// <param name="name">The name, by which layers take it.</param>
    /// <param name="channels">The channels: the features of each element.</param>
    /// <param name="length">The elements.</param>
    public InputAttribute(string name, int channels, int length)
        : this(channels, length) => Name = name;

    /// <summary>A named vector.</summary>
    /// <param name="name">The name, by which layers take it.</param>
    /// <param name="features">Its length.</param>
    public InputAttribute(string name, int features)
        : this(features) => Name = name;

    /// <summary>A sequence, given to <c>Forward</c> channel by channel, as PyTorch's (N, C, L): an image of height 1.</summary>
    /// <param name="channels">The channels: the features of each element.</param>
    /// <param name="length">The elements.</param>
    public InputAttribute(int channels, int length)
        : this(channels, 1, length)
    {
    }

    /// <summary>An image, given to <c>Forward</c> in NCHW order.</summary>
    /// <param name="channels">The channels, 3 for RGB.</param>
    /// <param name="height">The height in pixels.</param>
    /// <param name="width">The width in pixels.</param>
    public InputAttribute(int channels, int height, int width)
    {
        Channels = channels;
        Height = height;
        Width = width;
    }

    /// <summary>A vector.</summary>
    /// <param name="features">Its length.</param>
    public InputAttribute(int features) => Channels = features;

    /// <summary>The name, by which layers take it; <c>input</c> where none is given.</summary>
    public string? Name { get; }

    /// <summary>The channels of the image, or the length of the vector.</summary>
    public int Channels { get; }

    /// <summary>The height of the image; 1 for a sequence, 0 for a vector.</summary>
    public int Height { get; }

    /// <summary>The width of the image, or the length of the sequence; 0 for a vector.</summary>
    public int Width { get; }

    /// <summary>
    /// What the elements are where the caller has them. Other than <see cref="InputType.Single"/>, there is a <c>Forward</c> that takes
    /// a span of that type.
    /// </summary>
    public InputType Type { get; set; }
}

/// <summary>
/// A value that a network keeps from one call to the next: what it is in a call is what a layer gave in the one before, and zeros in the
/// first. Layers take it by its name. A <c>Session</c>, which <c>CreateSession</c> makes, holds it, so that the network itself is shared.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class StateAttribute : Attribute
{
    /// <summary>A vector.</summary>
    /// <param name="name">The name, by which layers take it.</param>
    /// <param name="next">The layer whose result it is in the next call.</param>
    /// <param name="features">Its length.</param>
    public StateAttribute(string name, string next, int features)
    {
        Name = name;
        Next = next;
        Channels = features;
    }

    /// <summary>A sequence.</summary>
    /// <param name="name">The name, by which layers take it.</param>
    /// <param name="next">The layer whose result it is in the next call.</param>
    /// <param name="channels">The channels: the features of each element.</param>
    /// <param name="length">The elements.</param>
    public StateAttribute(string name, string next, int channels, int length)
        : this(name, next, channels, 1, length)
    {
    }

    /// <summary>An image.</summary>
    /// <param name="name">The name, by which layers take it.</param>
    /// <param name="next">The layer whose result it is in the next call.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="height">The height.</param>
    /// <param name="width">The width.</param>
    public StateAttribute(string name, string next, int channels, int height, int width)
    {
        Name = name;
        Next = next;
        Channels = channels;
        Height = height;
        Width = width;
    }

    /// <summary>The name, by which layers take it.</summary>
    public string Name { get; }

    /// <summary>The layer whose result it is in the next call.</summary>
    public string Next { get; }

    /// <summary>The channels of the image, or the length of the vector.</summary>
    public int Channels { get; }

    /// <summary>The height of the image; 1 for a sequence, 0 for a vector.</summary>
    public int Height { get; }

    /// <summary>The width of the image, or the length of the sequence; 0 for a vector.</summary>
    public int Width { get; }
}
