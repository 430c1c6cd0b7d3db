using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Planning;

/// <summary>A pooling over windows.</summary>
internal sealed record PoolStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, PoolOperation Pool, Epilogue Epilogue) : Step(Layers, Input, Output)
{
    public override int WeightLength => Epilogue.Rows * LayoutPolicy.ChannelStride(Input.Channels);

    public override string Algorithm => Pool.Kind == PoolKind.Max ? "max over windows" : "mean over windows";
}

/// <summary>A pooling over the whole map.</summary>
internal sealed record GlobalPoolStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, PoolKind Kind, Epilogue Epilogue) : Step(Layers, Input, Output)
{
    public override int WeightLength => Epilogue.Rows * LayoutPolicy.ChannelStride(Input.Channels);

    public override string Algorithm => Kind == PoolKind.Max ? "max over the map" : "mean over the map";
}
