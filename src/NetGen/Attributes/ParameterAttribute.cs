namespace NetGen;

/// <summary>
/// A learned tensor as a result of its own, which other layers take: a class token, position embeddings, the queries of a decoder, a
/// mask of attention. It takes nothing. Its tensor, [channels, height, width] or [features], is called as the layer is, as PyTorch's parameters are.
/// </summary>
/// <example>Twelve heads' biases for attention of 49 tokens: <c>[Parameter(12, 49, 49, Name = "bias")]</c>.</example>
public sealed class ParameterAttribute : LayerAttribute
{
    /// <summary>An image.</summary>
    /// <param name="channels">The channels.</param>
    /// <param name="height">The height.</param>
    /// <param name="width">The width.</param>
    public ParameterAttribute(int channels, int height, int width)
    {
        Channels = channels;
        Height = height;
        Width = width;
    }

    /// <summary>A vector.</summary>
    /// <param name="features">The length.</param>
    public ParameterAttribute(int features) => Channels = features;

    /// <summary>The channels, or the length of a vector.</summary>
    public int Channels { get; }

    /// <summary>The height; 0 for a vector.</summary>
    public int Height { get; }

    /// <summary>The width; 0 for a vector.</summary>
    public int Width { get; }
}
