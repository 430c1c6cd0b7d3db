using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Export;

/// <summary>How products of results are written; attention is two of them and a softmax between.</summary>
internal static class AttentionNodes
{
    /// <summary>Maps of tokens, and what is done with them.</summary>
    /// <param name="Heads">The parts of the channels.</param>
    /// <param name="Scale">What scores are multiplied with.</param>
    /// <param name="Mask">What is added to them, where there is something.</param>
    /// <param name="IsCausal">Whether a query sees no later key.</param>
    private sealed record Attention(long Heads, double Scale, string? Mask, bool IsCausal)
    {
        public static Attention Of(LayerInfo layer, double scale, string? mask) =>
            new(LayerNodes.Int(layer, "Heads"), scale, mask, LayerNodes.Int(layer, "IsCausal") == 1);
    }

    /// <summary>Writes softmax(scale · q·kᵀ + mask) · v, whose tokens are pixels.</summary>
    public static void Write(ModelBuilder model, LayerInfo layer)
    {
        string[] maps = [.. layer.Sources.Take(3)];
        var attention = Attention.Of(layer, layer.Argument("Scale")[0], layer.Sources.ElementAtOrDefault(3));
        Shape[] shapes = [.. maps.Select(model.ShapeOf)];
        Write(model, layer, attention, maps, shapes, "");
    }

    /// <summary>Writes the products of tokens, attention and the product of what it gives.</summary>
    public static void WriteMultihead(ModelBuilder model, LayerInfo layer)
    {
        int[] sources = [0, .. layer.Argument("Sources").Select(s => (int)s)];
        int features = layer.Output.Channels;
        bool hasBias = LayerNodes.Int(layer, "Bias") == 1;
        string[] parts = ["q_proj_weight", "k_proj_weight", "v_proj_weight"];
        bool isSeparate = sources.Take(3).Any(s => model.ShapeOf(layer.Sources[s]).Channels != features);
        float[]? weights = isSeparate ? null : model.Values(layer, "in_proj_weight");
        float[]? biases = hasBias ? model.Values(layer, "in_proj_bias") : null;
        var maps = new string[3];
        var shapes = new Shape[3];
        for (int i = 0; i < maps.Length; i++)
        {
            Shape source = model.ShapeOf(layer.Sources[sources[i]]);
            float[] weight = weights?[(i * features * features)..((i + 1) * features * features)] ?? model.Values(layer, parts[i]);
            List<string> inputs = [layer.Sources[sources[i]], model.Constant(weight, features, source.Channels, 1, 1)];
            if (biases is not null)
            {
                inputs.Add(model.Constant(biases[(i * features)..((i + 1) * features)], features));
            }

            maps[i] = model.Node(layer, "Conv", inputs, parts[i][..1]);
            shapes[i] = new Shape(features, source.Height, source.Width);
        }

        double scale = 1 / Math.Sqrt((double)features / LayerNodes.Int(layer, "Heads"));
        var attention = Attention.Of(layer, scale, sources[3] > 0 ? layer.Sources[sources[3]] : null);
        string attended = Write(model, layer, attention, maps, shapes, "attended");
        List<string> last = [attended, model.Weight(layer, "out_proj.weight", features, features, 1, 1)];
        if (hasBias)
        {
            last.Add(model.Weight(layer, "out_proj.bias"));
        }

        model.Node(layer, "Conv", last);
    }

    private static string Write(ModelBuilder model, LayerInfo layer, Attention attention, string[] maps, Shape[] shapes, string part)
    {
        int queries = shapes[0].Height * shapes[0].Width;
        int keys = shapes[1].Height * shapes[1].Width;
        string query = Split(0, "query", queries);
        string key = Split(1, "key", keys);
        string value = Split(2, "value", keys);
        string scores = model.Node(layer, "MatMul", [Turned(query, "queries"), key], "scores");
        scores = model.Node(layer, "Mul", [scores, model.Constant([(float)attention.Scale])], "scaled");
        if (attention.Mask is { } mask)
        {
            scores = model.Node(layer, "Add", [scores, mask], "masked");
        }

        if (attention.IsCausal)
        {
            float[] later = [.. Enumerable.Range(0, queries * keys).Select(i => i % keys > i / keys ? float.NegativeInfinity : 0)];
            scores = model.Node(layer, "Add", [scores, model.Constant(later, queries, keys)], "causal");
        }

        string shares = model.Node(layer, "Softmax", [scores], "softmax", ModelBuilder.Int("axis", -1));
        string results = model.Node(layer, "MatMul", [shares, Turned(value, "values")], "results");
        return model.Node(
            layer, "Reshape", [Turned(results, "turned"), model.Constant(0, shapes[2].Channels, layer.Output.Height, layer.Output.Width)], part);

        string Split(int map, string name, int tokens) =>
            model.Node(layer, "Reshape", [maps[map], model.Constant(0, attention.Heads, shapes[map].Channels / attention.Heads, tokens)], name);

        string Turned(string matrices, string name) => model.Node(layer, "Transpose", [matrices], name, ModelBuilder.Ints("perm", 0, 1, 3, 2));
    }

    /// <summary>Writes a product of two results.</summary>
    public static void WriteProduct(ModelBuilder model, LayerInfo layer)
    {
        model.Node(layer, "MatMul", [Factor(0, "TransposeA", "first"), Factor(1, "TransposeB", "second")]);

        string Factor(int source, string argument, string part) => LayerNodes.Int(layer, argument) == 0
            ? layer.Sources[source]
            : model.Node(layer, "Transpose", [layer.Sources[source]], part, ModelBuilder.Ints("perm", 0, 1, 3, 2));
    }
}
