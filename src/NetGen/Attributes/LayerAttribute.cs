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

/// <summary>
/// What the network takes: an image of channels × height × width, or a vector of features. It stands once, above the layers.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class InputAttribute : Attribute
{
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

    /// <summary>The channels of the image, or the length of the vector.</summary>
    public int Channels { get; }

    /// <summary>The height of the image; 0 for a vector.</summary>
    public int Height { get; }

    /// <summary>The width of the image; 0 for a vector.</summary>
    public int Width { get; }
}
