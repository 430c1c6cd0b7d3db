using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Planning;

/// <summary>Element-wise functions alone.</summary>
internal sealed record ActivationStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, Epilogue Epilogue) : Step(Layers, Input, Output)
{
    public override int WeightLength => Epilogue.Rows * LayoutPolicy.ChannelStride(Input.Channels);

    public override string Algorithm => Input == Output ? "element-wise, in place" : "element-wise";
}

/// <summary>The sum or product of several results; one of C×1×1 stands for all pixels.</summary>
internal sealed record CombineStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, CombineKind Kind, Epilogue Epilogue) : Step(Layers, Input, Output)
{
    public override int WeightLength => Epilogue.Rows * LayoutPolicy.ChannelStride(Input.Channels);

    public override string Algorithm => "element-wise";
}

/// <summary>
/// Several values become one, element by element, where a side of 1 stands for all of another's; one of them may be a parameter.
/// </summary>
internal sealed record BroadcastStep(EquatableArray<int> Layers, TensorView Input, TensorView Output, CombineKind Kind) : Step(Layers, Input, Output)
{
    /// <summary>The parameter's name, where there is one.</summary>
    public string? Weight { get; init; }

    /// <summary>The parameter's shape.</summary>
    public Shape Parameter { get; init; }

    /// <summary>Whether the parameter is the first operand rather than the last.</summary>
    public bool Reversed { get; init; }

    public override int WeightLength => Weight is null ? 0 : Parameter.Pixels * LayoutPolicy.ChannelStride(Parameter.Channels);

    public override string Algorithm => "element-wise";
}
