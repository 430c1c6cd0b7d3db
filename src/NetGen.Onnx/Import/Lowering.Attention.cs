using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

// Attention as an operator, of opset 23 and later.
internal sealed partial class Lowering
{
    /// <summary>
    /// The operator as its specification takes it apart: scaled products of queries and keys, a mask, softmax, and products with values. What it
    /// is gets put together again with what exporters take apart themselves.
    /// </summary>
    private static IReadOnlyList<Value> Attention(Lowering l, OnnxNode node, Value?[] inputs)
    {
        if (node.Outputs.Count > 3 && node.Outputs[3].Length > 0)
        {
            throw node.Fail("its scores are taken.", "A network has no map of all scores; leave out what takes them.");
        }

        Value q = Heads("q_num_heads", 0);
        Value k = Heads("kv_num_heads", 1);
        Value v = Heads("kv_num_heads", 2);
        Value presentKey = k = After(4, k);
        Value presentValue = v = After(5, v);
        int[] dims = q.Dims;
        if (new[] { k, v }.Any(x => x.Dims[0] != dims[0] || x.Dims[1] != k.Dims[1] || x.Dims[2] != k.Dims[2]) || k.Dims[3] != dims[3] || dims[1] % k.Dims[1] != 0)
        {
            throw node.Fail($"query, key and value, {Dimensions.Text(q.Dims)}, {Dimensions.Text(k.Dims)} and {Dimensions.Text(v.Dims)}, do not fit together.");
        }

        k = l.RepeatHeads(k, dims[1]);
        v = l.RepeatHeads(v, dims[1]);
        (int queries, int keys) = (dims[2], k.Dims[2]);
        Value scores = l.Product(node, q, l.Transpose(node, k, [0, 1, 3, 2]));
        double scale = node.Has("scale") ? Single(node.Float("scale", 1)) : 0;
        scores = l.Rescale(scores, scale != 0 ? scale : 1 / Math.Sqrt(dims[3]), 0);
        bool isCausal = node.Int("is_causal", 0) != 0;
        Value? mask = inputs.ElementAtOrDefault(3);
        if (node.Float("softcap", 0) is var cap && cap > 0)
        {
            if (mask is not null || isCausal)
            {
                throw node.Fail("it has both softcap and a mask.", "Versions of the operator differ in which comes first; export it as the operators that it consists of.", "softcap");
            }

            scores = l.Rescale(l.Function("Tanh", l.Rescale(scores, 1 / cap, 0)), cap, 0);
        }

        if (mask is not null)
        {
            scores = l.Two(node, "Add", scores, l.Summands(node, mask));
        }

        if (isCausal)
        {
            int before = keys - queries;
            float[] later = [.. Enumerable.Range(0, queries * keys).Select(i => (i % keys) - before > i / keys ? float.NegativeInfinity : 0)];
            scores = l.WithConstant(node, "Add", scores, new Tensor([queries, keys], later), false);
        }

        Value results = l.Product(node, l.SoftmaxOf("Softmax", scores, 3, coerces: false), v);
        if (inputs[0]!.Rank == 3)
        {
            results = l.WithDims(l.Transpose(node, results, [0, 2, 1, 3]), [dims[0], queries, dims[1] * v.Dims[3]]);
        }

        return [results, presentKey, presentValue];

        // [samples, tokens, heads · features] or [samples, heads, tokens, features], as the latter.
        Value Heads(string attribute, int index)
        {
            Value x = Dynamic(node, inputs, index);
            int heads = node.Size(attribute, node.Int(attribute, 0));
            return x.Rank switch
            {
                4 => x,
                3 when heads > 0 && x.Dims[2] % heads == 0 => l.Transpose(node, l.WithDims(x, [x.Dims[0], x.Dims[1], heads, x.Dims[2] / heads]), [0, 2, 1, 3]),
                _ => throw node.Fail($"its input {index}, {Dimensions.Text(x.Dims)}, does not come in heads.", "", attribute),
            };
        }

        Value After(int past, Value now) => inputs.ElementAtOrDefault(past) is { } before ? l.Concat(node, [before, now], 2) : now;
    }

    /// <summary>A head of keys or values serves several of queries.</summary>
    private Value RepeatHeads(Value x, int heads)
    {
        int[] d = x.Dims;
        Value each = ExpandTo(x with { Dims = [d[0], d[1], 1, d[2], d[3]] }, [d[0], d[1], heads / d[1], d[2], d[3]]);
        return each with { Dims = [d[0], heads, d[2], d[3]] };
    }

    /// <summary>What a mask adds to scores: itself, or where it says what is seen, 0 there and −∞ elsewhere.</summary>
    private Value Summands(OnnxNode node, Value mask)
    {
        // Constants that are not real are truth values here.
        if (mask.Type != OnnxElementType.Boolean && mask.Constant is null or { IsReal: true })
        {
            return mask;
        }

        var seen = Value.Of(new Tensor([], [0f]));
        var unseen = Value.Of(new Tensor([], [float.NegativeInfinity]));
        return mask.Constant is { } constant
            ? Value.Of(new Tensor(constant.Dims, [.. constant.Floats.Select(f => f != 0 ? 0 : float.NegativeInfinity)]))
            : Where(this, node, [mask, seen, unseen])[0];
    }
}
