using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning.Passes;

namespace NetGen.Generator.Planning.Lowering;

/// <summary>Multi-head attention: 1×1 convolutions over tokens, attention, and one more of them. Products of the same source are one convolution.</summary>
internal sealed partial class LayerLowering
{
    private static readonly (string Weight, string Purpose)[] Projections = [("q_proj_weight", "queries"), ("k_proj_weight", "keys"), ("v_proj_weight", "values")];

    private TensorView LowerMultiheadAttention(LayerGroup group, MultiheadAttentionOperation operation)
    {
        var copies = new Dictionary<TensorView, TensorView>();
        Shape shape = group.Main.Output;
        TensorView[] products = LowerProjections(group, operation, copies);
        TensorView[] sources = operation.Mask > 0 ? [.. products, Rows(group, group.Main.Sources[operation.Mask])] : products;
        TensorView attended = Values.NewBuffer(Shape.Image(shape.Channels, 1, shape.Pixels), default, group.Main.Name + ", what heads give");
        var attention = new AttentionOperation(operation.Heads, operation.IsCausal, AttentionOperation.DefaultScale(shape.Channels, operation.Heads));
        Steps.Add(AttentionStepOf(group, attention, sources, attended) with { Part = "attention" });

        string? bias = operation.Bias ? group.Main.TensorName("out_proj.bias") : null;
        var parameters = new SumParameters(group.Main.TensorName("out_proj.weight"), bias, default, Epilogue.None);
        return TokenByToken(group, output => AddPointwise(group, attended, Line(output), parameters, null));
    }

    /// <summary>Queries, keys and values.</summary>
    private TensorView[] LowerProjections(LayerGroup group, MultiheadAttentionOperation operation, Dictionary<TensorView, TensorView> copies)
    {
        int[] sources = [0, operation.Key, operation.Value];
        int features = group.Main.Output.Channels;
        var products = new TensorView[sources.Length];
        for (int first = 0, count; first < sources.Length; first += count)
        {
            int source = group.Main.Sources[sources[first]];
            count = operation.HasSeparateWeights ? 1 : sources.Skip(first).TakeWhile(s => group.Main.Sources[s] == source).Count();
            TensorView tokens = Line(Tokens(group, Values[source], copies));
            string purpose = string.Join(", ", Projections.Skip(first).Take(count).Select(p => p.Purpose));
            FilterRange? range = count < sources.Length ? new FilterRange(first * features, sources.Length * features) : null;
            string weight = operation.HasSeparateWeights ? Projections[first].Weight : "in_proj_weight";
            var parameters = new SumParameters(
                group.Main.TensorName(weight), operation.Bias ? group.Main.TensorName("in_proj_bias") : null, default, Epilogue.None)
            {
                WeightRange = operation.HasSeparateWeights ? null : range,
                BiasRange = range,
            };
            TensorView product = Values.NewBuffer(Shape.Image(count * features, 1, tokens.Width), default, $"{group.Main.Name}, {purpose}");
            AddPointwise(group, tokens, product, parameters, purpose);
            for (int i = 0; i < count; i++)
            {
                products[first + i] = product.Part(i * features, features);
            }
        }

        return products;
    }

    /// <summary>Tokens in one row.</summary>
    private static TensorView Line(TensorView tokens) =>
        tokens with { Height = 1, Width = tokens.Pixels, RowStride = tokens.Pixels * tokens.PixelStride };
}
