using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Diagnostics;

namespace NetGen.Generator.Graphs.Layers;

/// <summary><c>MultiheadAttention</c>: products of what comes in, attention among them, and a product of what that gives.</summary>
internal sealed class MultiheadAttention : LayerKind
{
    public override string Name => "MultiheadAttention";

    public override string Stem => "multihead";

    public override IReadOnlyList<string> SourceArguments => ["Key", "Value", "Mask"];

    public override LayerRule? Apply(LayerContext context)
    {
        int heads = context.Positive("heads");
        bool isCausal = context.Bool("IsCausal", false);
        bool bias = context.Bool("Bias", true);
        if (context.Input is not { } query || context.Sources.Any(s => s.Shape is null) || !context.AreImages())
        {
            return null;
        }

        // What is not named is what stands before it.
        int next = 1;
        int key = context.Has("Key") ? next++ : 0;
        int value = context.Has("Value") ? next++ : key;
        int mask = context.Has("Mask") ? next : -1;
        (Shape k, Shape v) = (context.Sources[key].Shape!.Value, context.Sources[value].Shape!.Value);
        if ((v.Height, v.Width) != (k.Height, k.Width))
        {
            ScaledDotProductAttention.Refuse(
                context, value, $"as many rows and columns as the key '{context.Sources[key].Name}' has, {LayerContext.Text(k.Height)}×{LayerContext.Text(k.Width)}");
        }

        if (mask > 0 && ScaledDotProductAttention.NeededMask(context.Sources[mask], heads, query, k) is { } needed)
        {
            ScaledDotProductAttention.Refuse(context, mask, needed);
        }

        if (query.Channels % heads != 0)
        {
            context.Invalid(
                ProblemIds.DoesNotDivide, "heads", LayerContext.Text(heads), LayerContext.Text(query.Channels), context.SourceName);
        }

        context.Size("weights", 3, query.Channels, System.Math.Max(query.Channels, System.Math.Max(k.Channels, v.Channels)));
        if (context.IsInvalid)
        {
            return null;
        }

        var operation = new MultiheadAttentionOperation(heads, isCausal, bias)
        {
            Key = key,
            Value = value,
            Mask = mask,
            HasSeparateWeights = k.Channels != query.Channels || v.Channels != query.Channels,
        };
        return new LayerRule(query, operation, [.. Tensors(operation, query.Channels, k.Channels, v.Channels)]);
    }

    private static IEnumerable<WeightTensor> Tensors(MultiheadAttentionOperation operation, int features, int keyFeatures, int valueFeatures)
    {
        if (operation.HasSeparateWeights)
        {
            yield return Weight("q_proj_weight", features, features);
            yield return Weight("k_proj_weight", features, keyFeatures);
            yield return Weight("v_proj_weight", features, valueFeatures);
        }
        else
        {
            yield return Weight("in_proj_weight", 3 * features, features);
        }

        if (operation.Bias)
        {
            yield return new WeightTensor("in_proj_bias", [3 * features], WeightRole.Bias, WeightInit.Uniform, features);
        }

        yield return Weight("out_proj.weight", features, features);
        if (operation.Bias)
        {
            yield return new WeightTensor("out_proj.bias", [features], WeightRole.Bias, WeightInit.Uniform, features);
        }
    }

    private static WeightTensor Weight(string suffix, int rows, int columns) => new(suffix, [rows, columns], WeightRole.Weight, WeightInit.Uniform, columns);
}
