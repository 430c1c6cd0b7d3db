using System.Linq;

namespace NetGen.Onnx.Export;

/// <summary>How attention is written: two products and a softmax between them.</summary>
internal static class AttentionNodes
{
    /// <summary>Writes softmax(scale · q·kᵀ + mask) · v, whose tokens are pixels.</summary>
    public static void Write(ModelBuilder model, LayerInfo layer)
    {
        long heads = LayerNodes.Int(layer, "Heads");
        int queries = layer.Input.Height * layer.Input.Width;
        Shape keyShape = model.ShapeOf(layer.Sources[1]);
        int keys = keyShape.Height * keyShape.Width;
        string query = Split(0, "query", layer.Input.Channels, queries);
        string key = Split(1, "key", layer.Input.Channels, keys);
        string value = Split(2, "value", layer.Output.Channels, keys);
        string scores = model.Node(layer, "MatMul", [Turned(query, "queries"), key], "scores");
        scores = model.Node(layer, "Mul", [scores, model.Constant([(float)layer.Argument("Scale")[0]])], "scaled");
        if (layer.Sources.Length > 3)
        {
            scores = model.Node(layer, "Add", [scores, layer.Sources[3]], "masked");
        }

        if (LayerNodes.Int(layer, "IsCausal") == 1)
        {
            float[] later = [.. Enumerable.Range(0, queries * keys).Select(i => i % keys > i / keys ? float.NegativeInfinity : 0)];
            scores = model.Node(layer, "Add", [scores, model.Constant(later, queries, keys)], "causal");
        }

        string shares = model.Node(layer, "Softmax", [scores], "softmax", ModelBuilder.Int("axis", -1));
        string results = model.Node(layer, "MatMul", [shares, Turned(value, "values")], "results");
        model.Node(layer, "Reshape", [Turned(results, "turned"), model.Constant(0, layer.Output.Channels, layer.Output.Height, layer.Output.Width)]);

        string Split(int source, string part, int channels, int tokens) =>
            model.Node(layer, "Reshape", [layer.Sources[source], model.Constant(0, heads, channels / heads, tokens)], part);

        string Turned(string matrices, string part) => model.Node(layer, "Transpose", [matrices], part, ModelBuilder.Ints("perm", 0, 1, 3, 2));
    }
}
