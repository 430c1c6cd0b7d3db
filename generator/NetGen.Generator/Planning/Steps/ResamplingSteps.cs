using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Planning;

/// <summary>A result whose every axis is taken from the input's of its own.</summary>
internal sealed record ResampleStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, ResampleOperation Resample) : Step(Layers, Input, Output)
{
    public override string Algorithm => Resample is ResizeOperation { Mode: not ResizeMode.Nearest } ? "weighted sums of pixels" : "copy by a table of places";
}

/// <summary>An enlargement by whole factors.</summary>
internal sealed record UpsampleStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, UpsampleOperation Upsample) : Step(Layers, Input, Output)
{
    public override string Algorithm => Upsample.Bilinear ? "bilinear" : "nearest pixel";
}
