using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning;

/// <summary>Local response normalization.</summary>
/// <param name="Scratch">The buffer that holds one pixel's squares between zeros.</param>
internal sealed record LocalResponseNormStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, LocalResponseNormOperation Norm, int Scratch) : Step(Layers, Input, Output)
{
    /// <summary>The channels before a channel that its window reaches; where it reaches beyond the first, one zero is as good as more.</summary>
    public int Before => System.Math.Min(Norm.Size / 2, Input.Channels);

    /// <summary>The channels of a window, as far as there are so many.</summary>
    public int Window => Before + 1 + System.Math.Min((Norm.Size - 1) / 2, Input.Channels);

    public override int? ScratchBuffer => Scratch;

    public override int ScratchLength => LayoutPolicy.ChannelStride(Input.Channels) + Window + 16;

    public override string Algorithm => "sliding sum of squares";
}

/// <summary>Normalization by the sample's own mean and variance.</summary>
/// <param name="Name">The layer's name, by which its weights are found.</param>
internal sealed record NormalizationStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, NormalizationOperation Normalization, string Name) : Step(Layers, Input, Output)
{
    /// <summary>The floats of its packed weights, and of its biases.</summary>
    public int RowLength => Normalization.Parameters switch
    {
        NormalizationParameters.PerChannel => LayoutPolicy.ChannelStride(Input.Channels),
        NormalizationParameters.PerValue => Input.Pixels * LayoutPolicy.ChannelStride(Input.Channels),
        _ => 0,
    };

    public override int WeightLength => 2 * RowLength;

    public override string Algorithm => "mean, variance, scale";
}

/// <summary>Normalization of each pixel by the mean and variance of its channels.</summary>
/// <param name="Name">The layer's name, by which its weights are found.</param>
internal sealed record PixelNormalizationStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, PixelNormalizationOperation Normalization, string Name) : Step(Layers, Input, Output)
{
    /// <summary>The floats of its packed weights, and of its biases.</summary>
    public int RowLength => Normalization.Affine ? LayoutPolicy.ChannelStride(Input.Channels) : 0;

    public override int WeightLength => 2 * RowLength;

    public override string Algorithm => "mean, variance, scale of each pixel";
}

/// <summary>Softmax or its logarithm.</summary>
internal sealed record SoftmaxStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, bool Logarithm) : Step(Layers, Input, Output)
{
    public override string Algorithm => "max, sum, scale";
}
