using System.Linq;
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
        bool isVector = context.Has("features");
        Shape output = isVector
            ? Shape.Vector(context.Positive("features"))
            : Shape.Image(context.Positive("channels"), context.Positive("height"), context.Positive("width"));
        context.Size("weights", output.Channels, output.Height, output.Width);
        if (context.Has("From"))
        {
            context.Invalid(ProblemIds.OutOfRange, "From", "From", $"'{context.SourceName}'", "left out, since it takes nothing");
        }

        if (context.Sources.Any(s => s.Shape is null))
        {
            return null;
        }

        int[] shape = isVector ? [output.Channels] : [output.Channels, output.Height, output.Width];
        return context.IsInvalid
            ? null
            : new LayerRule(output, new ParameterOperation(), new WeightTensor(TensorSuffixes.None, shape.ToEquatableArray(), WeightRole.Weight, WeightInit.Uniform));
    }
}
