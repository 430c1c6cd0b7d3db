using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Planning;

/// <summary>All values along some of the axes become one.</summary>
internal sealed record ReduceStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, ReduceOperation Reduce) : Step(Layers, Input, Output)
{
    public override string Algorithm => Reduce.Kind switch
    {
        ReductionKind.Mean => "mean over axes",
        ReductionKind.Sum => "sum over axes",
        ReductionKind.Max => "max over axes",
        ReductionKind.Min => "min over axes",
        _ => "product over axes",
    };
}
