using NetGen.Generator.Diagnostics;
using NetGen.Shared;

namespace NetGen.Generator.Graphs.Layers;

/// <summary><c>Parameter</c>: a learned tensor, which takes nothing.</summary>
internal sealed class Parameter : LayerKind
{
    public override string Name => "Parameter";

    public override string Stem => "parameter";

    public override bool TakesNothing => true;

    public override LayerRule? Apply(LayerContext context)
    {
        Shape output = context.Declared("weights");
        if (context.Has("From"))
        {
            context.Invalid(ProblemIds.OutOfRange, "From", "From", $"'{context.SourceName}'", "left out, since it takes nothing");
        }

        return context.IsInvalid || context.Input is null
            ? null
            : new LayerRule(output, new ParameterOperation(), new WeightTensor(TensorSuffixes.None, output.Sides, WeightRole.Weight, WeightInit.Uniform));
    }
}
