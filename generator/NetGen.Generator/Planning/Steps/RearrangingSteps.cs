using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning;

/// <summary>Axes in another order, of values in NCHW order on both sides.</summary>
internal sealed record PermuteStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, PermuteOperation Permute) : Step(Layers, Input, Output)
{
    public override string Algorithm => "copy, value by value";
}

/// <summary>Channels dealt out like cards.</summary>
internal sealed record ChannelShuffleStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, int Groups) : Step(Layers, Input, Output)
{
    public override string Algorithm => "copy, channel by channel";
}

/// <summary>Channels turned into pixels.</summary>
internal sealed record PixelShuffleStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, int Factor) : Step(Layers, Input, Output)
{
    public override string Algorithm => "copy, channel by channel";
}

/// <summary>A copy of a learned tensor, value by value; it does not read its input.</summary>
internal sealed record ParameterStep(EquatableArray<int> Layers, TensorView Input, TensorView Output) : Step(Layers, Input, Output)
{
    /// <summary>The tensor's name.</summary>
    public required string Weight { get; init; }

    public override int WeightLength => Output.Length;

    public override string Algorithm => "copy";
}

/// <summary>A copy into another layout.</summary>
internal sealed record ConvertStep(EquatableArray<int> Layers, TensorView Input, TensorView Output) : Step(Layers, Input, Output)
{
    /// <summary>The pixels that are transposed at once, a cache line of a plane.</summary>
    public const int PixelsAtOnce = 16;

    /// <summary>Whether planes are written row by row, from rows, or from values that lie some distance apart.</summary>
    public bool IsPlanar => Output.PixelStride == 1 && (Input.PixelStride == 1 || Input.ChannelStride > 1);

    /// <summary>Whether pixels become planes, or planes pixels.</summary>
    public bool Transposes => !IsPlanar && (Input.ChannelStride == 1) != (Output.ChannelStride == 1)
        && (Input.ChannelStride == 1 ? Output : Input).PixelStride == 1;

    /// <summary>Whether all rows are transposed in one go.</summary>
    public bool IsWhole => Input.HasContiguousRows && Output.HasContiguousRows;

    public override string Algorithm => "copy";

    public override string? Purpose => "into another layout";
}
