using NetGen.Generator.Graphs;
using NetGen.Shared;

namespace NetGen.Generator.Planning;

/// <summary>A map of floats becomes one of integers.</summary>
internal sealed record QuantizeStep(EquatableArray<int> Layers, TensorView Input, TensorView Output) : Step(Layers, Input, Output)
{
    /// <summary>The lanes that the scale, and then the shift, are repeated in.</summary>
    public const int Lanes = VectorLimits.MostLanes;

    public override int WeightLength => 2 * Lanes;

    public override string Algorithm => "scaled and rounded";

    public override string? Purpose => "as integers";
}

/// <summary>What stands for zero is written around a map of integers.</summary>
/// <param name="Whole">The map with its border.</param>
internal sealed record BorderStep(EquatableArray<int> Layers, TensorView Whole, Border Border) : Step(Layers, Whole, Whole)
{
    public override int WeightLength => 1;

    public override string Algorithm => "fill";

    public override string? Purpose => "what stands for zero around it";
}
