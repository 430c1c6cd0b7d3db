using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

// Whether a model treats each sample of a fixed batch alone.
internal sealed partial class Lowering
{
    /// <summary>
    /// What an operator's inputs are for one sample. Each gives them, or says that the operator looks along the batch; one that does
    /// not stand here is taken to.
    /// </summary>
    private static readonly Dictionary<string, Func<Lowering, OnnxNode, Value?[], Value?[]>> BatchRules = new[]
    {
        // Each value alone, whatever axis it is on.
        Rule(
            OnlyFirst,
            "Relu LeakyRelu Elu Celu Selu Sigmoid Tanh HardSigmoid HardSwish Gelu Mish Swish Softplus Softsign ThresholdedRelu Shrink Abs Neg Sign Exp Log "
                + "Sqrt Reciprocal Erf Floor Ceil Round Not IsNaN IsInf Sin Cos Tan Identity Dropout Cast CastLike"),

        // Images, of which the first axis is the samples.
        Rule(
            OnlyFirst,
            "Conv ConvTranspose MaxPool AveragePool GlobalMaxPool GlobalAveragePool BatchNormalization InstanceNormalization GroupNormalization LRN "
                + "DepthToSpace SpaceToDepth"),

        // Axes that the node names, each of which is checked where it is read.
        Rule(
            OnlyFirst,
            "Softmax LogSoftmax LayerNormalization LpNormalization MeanVarianceNormalization ReduceMean ReduceSum ReduceMax ReduceMin ReduceProd ReduceL1 "
                + "ReduceL2 ReduceSumSquare ReduceLogSum ReduceLogSumExp Flatten Squeeze Unsqueeze Transpose Split Gather Pad Tile"),
        Rule((_, _, inputs) => inputs, "Concat"),

        // Shapes that are aligned at their last axes.
        Rule(Aligned, "Add Sub Mul Div Sum Mean Max Min Pow Mod PRelu Clip Greater Less Equal GreaterOrEqual LessOrEqual And Or Xor Where"),
        Rule(Factors, "MatMul Gemm"),
        Rule(Masked, "Attention"),

        // Lengths, of which the first is the batch's.
        Rule((l, node, inputs) => l.Target(node, inputs, 1, isReshape: true), "Reshape"),
        Rule((l, node, inputs) => l.Target(node, inputs, 1, isReshape: false), "Expand"),
        Rule(Sequence, "RNN GRU LSTM"),
        Rule((l, node, inputs) => l.Resized(node, inputs), "Resize Upsample"),
        Rule((l, node, inputs) => l.Sliced(node, inputs), "Slice"),
    }.SelectMany(rules => rules).ToDictionary(r => r.Key, r => r.Value);

    /// <summary>The operators of which it is known how they treat a batch.</summary>
    public static IEnumerable<string> BatchOperators => BatchRules.Keys;

    private static IEnumerable<KeyValuePair<string, Func<Lowering, OnnxNode, Value?[], Value?[]>>> Rule(
        Func<Lowering, OnnxNode, Value?[], Value?[]> rule, string operators) => operators.Split(' ').Select(o => KeyValuePair.Create(o, rule));

    /// <summary>A node's inputs as they are for one sample of a batch.</summary>
    private Value?[] OfOneSample(OnnxNode node, Value?[] inputs)
    {
        if (!BatchRules.TryGetValue(node.Operator, out Func<Lowering, OnnxNode, Value?[], Value?[]>? rule))
        {
            throw node.Fail("it may look along the batch.");
        }

        Value?[] own = rule(this, node, inputs);
        return own.Any(i => i?.Varied is not null) ? throw node.Fail("it computes with the length of the batch.") : own;
    }

    private static Value?[] OnlyFirst(Lowering l, OnnxNode node, Value?[] inputs) =>
        inputs.Skip(1).All(i => i is null or { Constant: not null }) ? inputs : throw node.Fail("it may look along the batch.");

    /// <summary>The batch is the first axis of all that is computed only where that has as many axes as the result.</summary>
    private static Value?[] Aligned(Lowering l, OnnxNode node, Value?[] inputs)
    {
        int rank = inputs.Max(i => i?.Rank ?? 0);
        return inputs.All(i => i is null or { Constant: not null } || i.Rank == rank) ? inputs : throw node.Fail("it meets the batch with another axis.");
    }

    /// <summary>Maps of tokens of each sample, and a mask that is one for all, or computed for each.</summary>
    private static Value?[] Masked(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value? mask = inputs.ElementAtOrDefault(3);
        bool isForAll = mask?.Constant is { } constant ? constant.Dims.Length < 4 || constant.Dims[0] == 1 : mask is null or { Rank: 4 };
        return isForAll ? inputs : throw node.Fail("its mask meets the batch with another axis, or differs from sample to sample.");
    }

    /// <summary>Sequences with the samples first; the states before the first step have to be the same for all where they are constants.</summary>
    private static Value?[] Sequence(Lowering l, OnnxNode node, Value?[] inputs)
    {
        if (node.Int("layout", 0) == 0)
        {
            throw node.Fail("the first axis of its input are the steps of a sequence.", "Export the model for one sample.");
        }

        Value?[] own = [.. inputs];
        for (int i = 1; i < own.Length; i++)
        {
            bool isPerSample = i >= SequenceLengths && i < Peepholes;
            if (own[i]?.Constant is { } constant && isPerSample)
            {
                Tensor first = constant.Gather([1, .. constant.Dims[1..]], j => j);
                own[i] = constant.Dims[0] == l.batch && AreSame(constant, first.BroadcastTo(constant.Dims)) ? Value.Of(first) : throw node.Fail("it treats the samples of the batch differently.");
            }
            else if (own[i] is { Constant: null } && !isPerSample)
            {
                throw node.Fail("it may look along the batch.");
            }
        }

        return own;
    }

    /// <summary>A matrix's rows may be samples, its columns not, and a product may have no more axes than what is computed.</summary>
    private static Value?[] Factors(Lowering l, OnnxNode node, Value?[] inputs)
    {
        int rank = inputs.Max(i => i?.Rank ?? 0);
        bool isFirst = inputs is [{ Constant: null }, { Constant: not null }, ..];
        return inputs.All(i => i is null or { Constant: not null } || i.Rank == rank) && rank >= (isFirst ? 2 : 3)
            ? inputs
            : throw node.Fail("it meets the batch with another axis.");
    }

    /// <summary>The lengths to which a value is reshaped or expanded, for one sample.</summary>
    private Value?[] Target(OnnxNode node, Value?[] inputs, int index, bool isReshape)
    {
        if (inputs[0] is not { Constant: null } x || (Integers(node, inputs, index, "shape") ?? []) is not { Length: > 0 } target)
        {
            throw node.Fail("it may look along the batch.");
        }

        Tensor? varied = index < inputs.Length ? inputs[index]?.Varied : null;
        long[] dims = [.. target];
        if (isReshape)
        {
            bool keepsZero = node.Int("allowzero", 0) == 0;
            long[] own = [batch, .. x.Dims[1..].Select(d => (long)d)];
            dims = [.. target.Select((t, i) => t == 0 && keepsZero && i < own.Length ? own[i] : t)];
            long rest = dims.Where(d => d != -1).Aggregate(1L, (a, b) => unchecked(a * b));
            dims = [.. dims.Select(d => d == -1 && rest > 0 ? (long)x.Length * batch / rest : d)];
        }

        // A shape of fewer axes is aligned with the last ones when it is expanded.
        bool hasBatch = isReshape || dims.Length == x.Rank;
        if (dims.Length > x.Rank && !isReshape || (hasBatch && dims[0] != batch && (isReshape || dims[0] != 1)) || !VariesInFirst(varied, target, hasBatch))
        {
            throw node.Fail("it looks along the batch.");
        }

        return WithIntegers(inputs, index, hasBatch ? [1, .. dims[1..]] : dims);
    }

    /// <summary>Whether only the first of some lengths, the batch's, depends on the batch's length.</summary>
    private static bool VariesInFirst(Tensor? varied, long[] values, bool hasBatch) =>
        varied is null || (hasBatch && varied.Length == values.Length && varied.Integers.AsSpan(1).SequenceEqual(values.AsSpan(1)));

    private static Value?[] WithIntegers(Value?[] inputs, int index, long[] values)
    {
        Value?[] result = [.. inputs, .. Enumerable.Repeat<Value?>(null, Math.Max(0, index + 1 - inputs.Length))];
        result[index] = Value.Of(new Tensor([values.Length], values));
        return result;
    }

    private Value?[] Resized(OnnxNode node, Value?[] inputs)
    {
        const int Sizes = 3;
        if (inputs[0] is not { Constant: null, Rank: >= 3 })
        {
            throw node.Fail("it may look along the batch.");
        }

        Value?[] own = OnlyFirst(this, node, inputs);
        if (node.Has("axes") || own.Length <= Sizes || own[Sizes] is not { Constant: { Length: > 0 } sizes } given)
        {
            return own;
        }

        return sizes.Integers[0] == batch && VariesInFirst(given.Varied, sizes.Integers, hasBatch: true)
            ? WithIntegers(own, Sizes, [1, .. sizes.Integers[1..]])
            : throw node.Fail("it looks along the batch.");
    }

    /// <summary>A slice of the whole batch is none; what is left of it are the other axes.</summary>
    private Value?[] Sliced(OnnxNode node, Value?[] inputs)
    {
        OnlyFirst(this, node, inputs);
        int rank = inputs[0]!.Rank;
        long[] starts = Integers(node, inputs, 1, "starts") ?? [];
        long[] ends = Integers(node, inputs, 2, "ends") ?? [];
        long[] axes = Integers(node, inputs, 3, "axes") ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        long[] steps = Integers(node, inputs, 4, "steps") ?? [.. Enumerable.Repeat(1L, starts.Length)];
        long[]? variedEnds = inputs.Length > 2 && inputs[2]?.Varied is { } varied ? varied.Integers : null;
        int[] kept = [.. Enumerable.Range(0, starts.Length).Where(i => axes[i] != 0 && axes[i] != -rank)];
        foreach (int i in Enumerable.Range(0, starts.Length).Except(kept))
        {
            if (steps[i] != 1 || OnnxSlice.Of(batch, starts[i], ends[i], 1) != (0, batch, 1))
            {
                throw node.Fail("it looks along the batch.");
            }
        }

        if (new[] { 1, 3, 4 }.Any(i => i < inputs.Length && inputs[i]?.Varied is not null)
            || (variedEnds is not null && (variedEnds.Length != ends.Length || kept.Any(i => variedEnds[i] != ends[i]))))
        {
            throw node.Fail("it computes with the length of the batch.");
        }

        Value?[] own = inputs;
        foreach ((long[] values, int index) in new[] { (starts, 1), (ends, 2), (axes, 3), (steps, 4) })
        {
            own = WithIntegers(own, index, [.. kept.Select(i => values[i])]);
        }

        return own;
    }

    /// <summary>A stand-in for a computed value, of which nothing but the shape is asked.</summary>
    private Tensor LengthsOf(Value value, int length) =>
        new(isBatchwise && value.Rank > 0 ? [length, .. value.Dims[1..]] : value.Dims, Array.Empty<float>());

    /// <summary>Computes a node for another length of the batch, too, to see what depends on it.</summary>
    private Value[] Vary(OnnxNode node, Value?[] inputs, Tensor[] results)
    {
        Tensor[] others;
        try
        {
            others = folding.Evaluate(node, [.. inputs.Select(i => i is null ? null : i.Varied ?? i.Constant ?? LengthsOf(i, batch + 1))]) ?? [];
        }
        catch (Exception e) when (e is OnnxException or IndexOutOfRangeException or ArgumentException or InvalidOperationException or ArithmeticException)
        {
            others = [];
        }

        return [.. results.Select((r, i) => Value.Of(r) with
        {
            Varied = i >= others.Length ? new Tensor([.. r.Dims, 0], Array.Empty<long>()) : AreSame(r, others[i]) ? null : others[i],
        })];
    }

    private static bool AreSame(Tensor a, Tensor b) => a.IsReal == b.IsReal && a.Dims.SequenceEqual(b.Dims)
        && (a.IsReal ? a.Floats.AsSpan().SequenceEqual(b.Floats) : a.Integers.AsSpan().SequenceEqual(b.Integers));
}
