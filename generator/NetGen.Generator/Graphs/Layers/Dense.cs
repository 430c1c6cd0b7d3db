using NetGen.Generator.Diagnostics;

namespace NetGen.Generator.Graphs.Layers;

/// <summary><c>Dense</c>: each unit sums over all features.</summary>
internal sealed class Dense : LayerKind
{
    public override string Name => "Dense";

    public override string Stem => "fc";

    public override LayerRule? Apply(LayerContext context)
    {
        int units = context.Positive("units");
        bool bias = context.Bool("Bias", true);
        if (context.Has("InFeatures"))
        {
            context.Positive("InFeatures");
        }

        if (context.Input is not { } input || context.IsInvalid)
        {
            return null;
        }

        if (!input.IsVector)
        {
            context.Invalid(ProblemIds.DenseOnImage, null, context.SourceName, input.ToString());
            return null;
        }

        int features = input.Length;
        context.Expect(ProblemIds.FeatureMismatch, "InFeatures", features);
        context.Size("weights", units, features);
        var weight = new WeightTensor("weight", [units, features], WeightRole.Weight, WeightInit.Uniform, features);
        var operation = new DenseOperation(units, bias);
        return bias
            ? new(Shape.Vector(units), operation, weight, Bias(units, features))
            : new(Shape.Vector(units), operation, weight);
    }
}
