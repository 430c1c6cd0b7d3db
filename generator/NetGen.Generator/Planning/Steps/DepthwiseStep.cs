using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning;

/// <summary>A depthwise convolution, vectors running over channels.</summary>
internal sealed record DepthwiseStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, SumParameters Parameters, Window Window) : SumStep(Layers, Input, Output, Parameters)
{
    /// <summary>The lanes of all the vectors that cover the channels.</summary>
    public required int Lanes { get; init; }

    /// <summary>The most pixels of a tile.</summary>
    public required int Pixels { get; init; }

    public override int WeightLength => Lanes * (HeadRows + Window.Taps);

    public override string Algorithm => $"depthwise convolution, tile of {Pixels} pixels";
}
