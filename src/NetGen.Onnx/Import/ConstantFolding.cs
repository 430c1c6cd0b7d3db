using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace NetGen.Onnx.Import;

/// <summary>
/// Computes nodes whose inputs are constants, and the shapes of values: what exporters leave of a model's bookkeeping, and of the ways
/// in which it stores its weights.
/// </summary>
/// <param name="largest">How many values all results may have together, so that a small file cannot ask for the machine's memory.</param>
internal sealed partial class ConstantFolding(long largest)
{
    private readonly long most = largest;
    private long charged;

    /// <summary>A node's results; null where it is not one of those that are computed.</summary>
    public Tensor[]? Evaluate(OnnxNode node, Tensor?[] inputs)
    {
        if (!Table.TryGetValue(node.Operator, out Func<Call, Tensor[]>? compute))
        {
            return null;
        }

        return node.Operator != "Constant" && inputs is [] or [null, ..] ? throw node.Fail("its first input is missing.") : compute(new Call(this, node, inputs));
    }

    /// <summary>The larger or the smaller ones of two constants' values.</summary>
    /// <param name="node">The node that needs them.</param>
    /// <param name="kind"><c>Max</c> or <c>Min</c>.</param>
    /// <param name="a">The first.</param>
    /// <param name="b">The second.</param>
    public Tensor Extreme(OnnxNode node, string kind, Tensor a, Tensor b) => Table[kind](new Call(this, node, [a, b]))[0];

    /// <summary>Takes values from what is left of the largest number of them.</summary>
    public void Charge(long values)
    {
        charged += values;
        if (charged > most)
        {
            throw new OnnxException(
                string.Create(CultureInfo.InvariantCulture, $"What is computed from constants has more than {most:N0} values."),
                "Let the exporter fold its constants, or simplify the model, for example with onnxsim.");
        }
    }

    /// <summary>A node that is computed.</summary>
    private sealed record Call(ConstantFolding Folding, OnnxNode Node, Tensor?[] Inputs)
    {
        public Tensor X => Need(0);

        public int Rank => X.Dims.Length;

        /// <summary>The inputs that are there.</summary>
        public Tensor[] Given => [.. Inputs.OfType<Tensor>()];

        public Tensor? At(int index) => index < Inputs.Length ? Inputs[index] : null;

        public Tensor Need(int index) => At(index) ?? throw Node.Fail(string.Create(CultureInfo.InvariantCulture, $"its input {index} is missing."));

        /// <summary>Integers that are an input in newer opsets, and an attribute in older ones.</summary>
        public long[]? Integers(int index, string name) => At(index)?.Integers ?? Node.Ints(name);

        /// <summary>An axis, counted from the front.</summary>
        public int Axis(long axis, int rank, string name = "axis") => axis >= -rank && axis < rank
            ? (int)(axis < 0 ? axis + rank : axis)
            : throw Node.Fail($"{axis} is no axis of a value of rank {rank}.", "", name);

        public int Axis(long otherwise) => Axis(Node.Int("axis", otherwise), Rank);

        /// <summary>A result's dimensions, whose values may be allocated then.</summary>
        public int[] Sizes(params IReadOnlyCollection<long> dims)
        {
            long length = 1;
            foreach (long dim in dims)
            {
                length = dim is < 0 or > int.MaxValue ? throw Node.Fail($"its result would have the shape [{string.Join(", ", dims)}].") : checked(length * dim);
                if (length > int.MaxValue)
                {
                    Folding.Charge(length);
                }
            }

            Folding.Charge(length);
            return [.. dims.Select(d => (int)d)];
        }

        public int[] Sizes(IEnumerable<int> dims) => Sizes([.. dims.Select(d => (long)d)]);

        /// <summary>The shape that several broadcast to.</summary>
        public int[] Broadcast(params IReadOnlyCollection<Tensor> tensors) => Sizes(
            Dimensions.Broadcast([.. tensors.Select(t => t.Dims)]) ?? throw Node.Fail("its shapes do not fit together."));

        /// <summary>The same values with other dimensions.</summary>
        public Tensor Reshaped(IReadOnlyCollection<long> dims)
        {
            long length = 1;
            foreach (long dim in dims)
            {
                length = dim < 0 || (length *= dim) > int.MaxValue ? -1 : length;
            }

            return length == X.Length ? X.Reshape([.. dims.Select(d => (int)d)]) : throw Node.Fail($"{X.Length} values do not come in [{string.Join(", ", dims)}].");
        }

        /// <summary>Indices along an axis, counted from the front.</summary>
        public int[] Indices(Tensor tensor, int size) => [.. tensor.Integers.Select(i =>
            i >= -size && i < size ? (int)(i < 0 ? i + size : i) : throw Node.Fail($"there is nothing at {i}.", "", "indices"))];

        /// <summary>The values before, along and after an axis, as lengths.</summary>
        public (int Outer, int Size, int Inner) Around(int axis) =>
            (Dimensions.Length(X.Dims[..axis]), X.Dims[axis], Dimensions.Length(X.Dims[(axis + 1)..]));
    }

    private static Tensor Longs(params long[] values) => new([values.Length], values);

    private static int[] With(int[] dims, int axis, int size)
    {
        int[] result = [.. dims];
        result[axis] = size;
        return result;
    }

    private static Tensor Number(Call call, int[] dims, IEnumerable<double> values) => call.X.IsReal
        ? new Tensor(dims, [.. values.Select(v => (float)v)])
        : new Tensor(dims, [.. values.Select(v => (long)v)]);

    /// <summary>What computes an operator's results.</summary>
    private static readonly Dictionary<string, Func<Call, Tensor[]>> Table = new()
    {
        // What gives constants.
        ["Constant"] = c => [Constant(c)],
        ["ConstantOfShape"] = c => [(c.Node.Tensor("value") ?? new Tensor([1], new float[1])).Gather(c.Sizes(c.X.Integers), _ => 0)],
        ["Shape"] = c =>
        {
            int start = Clamp(c.Node.Int("start", 0), c.Rank);
            int end = Clamp(c.Node.Int("end", c.Rank), c.Rank);
            return [Longs([.. c.X.Dims[start..Math.Max(start, end)].Select(d => (long)d)])];
        },
        ["Size"] = c => [new Tensor([], [(long)Dimensions.Length(c.X.Dims)])],
        ["Range"] = c => [Range(c)],
        ["EyeLike"] = c =>
        {
            int[] dims = c.Sizes(c.X.Dims);
            long k = c.Node.Int("k", 0);
            return [Converted(new Tensor(dims, [.. Enumerable.Range(0, c.X.Length).Select(i => (i % dims[1]) - (i / dims[1]) == k ? 1L : 0L)]), (OnnxElementType)c.Node.Int("dtype", 1))];
        },

        // What changes their type.
        ["Identity"] = c => [c.X],
        ["Dropout"] = c => [c.X],
        ["Cast"] = c => [Charged(c, Converted(c.X, (OnnxElementType)c.Node.Int("to", 1)))],
        ["CastLike"] = c => [Charged(c, Converted(c.X, c.Need(1).IsReal ? OnnxElementType.Float32 : OnnxElementType.Int64))],
        ["DequantizeLinear"] = c => [Dequantize(c)],

        // What changes their shape.
        ["Reshape"] = c =>
        {
            long[] target = c.Integers(1, "shape") ?? [];
            bool keepsZero = c.Node.Int("allowzero", 0) == 0;
            long[] dims = [.. target.Select((t, i) => t == 0 && keepsZero && i < c.Rank ? c.X.Dims[i] : t)];
            long rest = dims.Where(d => d != -1).Aggregate(1L, (a, b) => unchecked(a * b));
            return [c.Reshaped([.. dims.Select(d => d == -1 ? c.X.Length / Math.Max(1, rest) : d)])];
        },
        ["Flatten"] = c => c.Node.Int("axis", 1) is var given && given == c.Rank
            ? [c.Reshaped([c.X.Length, 1])]
            : [c.Reshaped([Dimensions.Length(c.X.Dims[..c.Axis(1)]), Dimensions.Length(c.X.Dims[c.Axis(1)..])])],
        ["Unsqueeze"] = c =>
        {
            long[] axes = c.Integers(1, "axes") ?? [];
            var dims = new List<long>(c.X.Dims.Select(d => (long)d));
            foreach (int axis in axes.Select(a => c.Axis(a, c.Rank + axes.Length, "axes")).Order())
            {
                dims.Insert(Math.Min(axis, dims.Count), 1);
            }

            return [c.Reshaped(dims)];
        },
        ["Squeeze"] = c =>
        {
            int[] gone = c.Integers(1, "axes") is { } axes
                ? [.. axes.Select(a => c.Axis(a, c.Rank, "axes"))]
                : [.. Enumerable.Range(0, c.Rank).Where(i => c.X.Dims[i] == 1)];
            return [c.Reshaped([.. c.X.Dims.Where((_, i) => !gone.Contains(i)).Select(d => (long)d)])];
        },

        // What moves them about.
        ["Transpose"] = c =>
        {
            int[] order = c.Node.Ints("perm") is { } perm ? [.. perm.Select(p => (int)p)] : [.. Enumerable.Range(0, c.Rank).Reverse()];
            return order.Order().SequenceEqual(Enumerable.Range(0, c.Rank)) ? [Charged(c, c.X).Transpose(order)] : throw c.Node.Fail("its order is none.", "", "perm");
        },
        ["Expand"] = c =>
        {
            long[] target = c.Need(1).Integers;
            int[] dims = Dimensions.Broadcast([c.X.Dims, [.. target.Select(t => c.Node.Size("shape", t))]]) ?? throw c.Node.Fail("its shapes do not fit together.");
            return [c.X.BroadcastTo(c.Sizes(dims))];
        },
        ["Tile"] = c => [Tile(c)],
        ["Gather"] = c => [Gather(c)],
        ["GatherElements"] = c => [Elements(c, (x, at, _) => x.Gather(c.Need(1).Dims, i => at[i]))],
        ["GatherND"] = c => [GatherSlices(c)],
        ["ScatterElements"] = c => [Elements(c, (x, at, updates) => Scatter(c, at, 1, updates!))],
        ["Scatter"] = c => [Elements(c, (x, at, updates) => Scatter(c, at, 1, updates!))],
        ["ScatterND"] = c =>
        {
            (int[] offsets, int run) = SliceOffsets(c, 0);
            return [Scatter(c, offsets, run, c.Need(2))];
        },
        ["Concat"] = c => [Concat(c)],
        ["Split"] = Split,
        ["Slice"] = c => [Slice(c)],
        ["Pad"] = c => [Pad(c)],
        ["Trilu"] = c =>
        {
            long k = c.At(1)?.Integers[0] ?? 0;
            bool upper = c.Node.Int("upper", 1) != 0;
            (int rows, int columns) = (c.X.Dims[^2], c.X.Dims[^1]);
            return [c.X.Gather(c.Sizes(c.X.Dims), i => ((i % columns) - (i / columns % rows) - k) * (upper ? 1 : -1) >= 0 ? i : -1)];
        },
        ["DepthToSpace"] = c => [Blocks(c, toSpace: true)],
        ["SpaceToDepth"] = c => [Blocks(c, toSpace: false)],
        ["Compress"] = c =>
        {
            Tensor x = c.Node.Has("axis") ? c.X : c.X.Reshape([c.X.Length]);
            int axis = c.Axis(c.Node.Int("axis", 0), x.Dims.Length);
            int[] chosen = [.. c.Need(1).Integers.Select((f, i) => (f, i)).Where(p => p.f != 0).Select(p => p.i)];
            return [Along(c, x, axis, [chosen.Length], chosen)];
        },

        // Choices and indices.
        ["Where"] = c =>
        {
            int[] dims = c.Broadcast(c.Given);
            Tensor condition = c.X.BroadcastTo(dims), yes = c.Need(1).BroadcastTo(dims), no = c.Need(2).BroadcastTo(dims);
            return [yes.IsReal
                ? new Tensor(dims, Chosen(yes.Floats, no.Floats))
                : new Tensor(dims, Chosen(yes.Integers, no.Integers))];

            T[] Chosen<T>(T[] first, T[] second) => [.. condition.Integers.Select((f, i) => f != 0 ? first[i] : second[i])];
        },
        ["OneHot"] = c => [OneHot(c)],
        ["NonZero"] = c =>
        {
            int[] found = [.. Enumerable.Range(0, c.X.Length).Where(i => c.X.At(i) != 0)];
            int[] strides = Dimensions.Strides(c.X.Dims);
            return [new Tensor(c.Sizes(c.Rank, found.Length), [.. strides.SelectMany((s, axis) => found.Select(f => (long)(f / s % c.X.Dims[axis])))])];
        },
        ["TopK"] = c => TopK(c),
        ["ArgMax"] = c => [Best(c, largest: true)],
        ["ArgMin"] = c => [Best(c, largest: false)],

        // Sums and products.
        ["ReduceSum"] = Reduction(values => values.Sum()),
        ["ReduceMean"] = Reduction(values => values.Average()),
        ["ReduceMax"] = Reduction(values => values.Max()),
        ["ReduceMin"] = Reduction(values => values.Min()),
        ["ReduceProd"] = Reduction(values => values.Aggregate(1.0, (a, b) => a * b)),
        ["ReduceL1"] = Reduction(values => values.Sum(Math.Abs)),
        ["ReduceL2"] = Reduction(values => Math.Sqrt(values.Sum(v => v * v))),
        ["ReduceSumSquare"] = Reduction(values => values.Sum(v => v * v)),
        ["ReduceLogSum"] = Reduction(values => Math.Log(values.Sum())),
        ["ReduceLogSumExp"] = Reduction(values => values.Max() is var max && double.IsFinite(max) ? max + Math.Log(values.Sum(v => Math.Exp(v - max))) : max),
        ["CumSum"] = c => [CumulativeSum(c)],
        ["MatMul"] = c => [MatMul(c, c.X, c.Need(1))],
        ["Gemm"] = c => [Gemm(c)],
        ["Softmax"] = Normalization((values, max, sum) => Math.Exp(values - max) / sum),
        ["LogSoftmax"] = Normalization((values, max, sum) => values - max - Math.Log(sum)),
        ["LpNormalization"] = c => [Runs(c, c.Axis(-1), values =>
        {
            double norm = c.Node.Int("p", 2) == 1 ? values.Sum(Math.Abs) : Math.Sqrt(values.Sum(v => v * v));
            return [.. values.Select(v => v / norm)];
        })],

        // One value at a time.
        ["Not"] = c => [new Tensor(c.Sizes(c.X.Dims), [.. c.X.Integers.Select(i => i == 0 ? 1L : 0L)])],
        ["BitwiseNot"] = c => [new Tensor(c.Sizes(c.X.Dims), [.. c.X.Integers.Select(i => ~i)])],
        ["IsNaN"] = c => [new Tensor(c.Sizes(c.X.Dims), [.. c.X.Floats.Select(f => float.IsNaN(f) ? 1L : 0L)])],
        ["IsInf"] = c =>
        {
            bool below = c.Node.Int("detect_negative", 1) != 0, above = c.Node.Int("detect_positive", 1) != 0;
            return [new Tensor(c.Sizes(c.X.Dims), [.. c.X.Floats.Select(f => (below && float.IsNegativeInfinity(f)) || (above && float.IsPositiveInfinity(f)) ? 1L : 0L)])];
        },
        ["Neg"] = Unary(v => -v, v => -v),
        ["Abs"] = Unary(Math.Abs, v => v < 0 ? -v : v),
        ["Sign"] = Unary(v => double.IsNaN(v) ? v : Math.Sign(v), v => Math.Sign(v)),
        ["Relu"] = Unary(v => v < 0 ? 0 : v, v => Math.Max(0, v)),
        ["Clip"] = c =>
        {
            double Bound(int index, string name, double otherwise) => c.At(index)?.At(0) ?? c.Node.Float(name, otherwise);
            double min = Bound(1, "min", double.NegativeInfinity), max = Bound(2, "max", double.PositiveInfinity);
            return Unary(v => Math.Min(Math.Max(v, min), max), v => (long)Math.Min(Math.Max(v, min), max))(c);
        },
        ["Sqrt"] = Unary(Math.Sqrt),
        ["Exp"] = Unary(Math.Exp),
        ["Log"] = Unary(Math.Log),
        ["Reciprocal"] = Unary(v => 1 / v),
        ["Floor"] = Unary(Math.Floor),
        ["Ceil"] = Unary(Math.Ceiling),
        ["Round"] = Unary(v => Math.Round(v, MidpointRounding.ToEven)),
        ["Sigmoid"] = Unary(Sigmoid),
        ["Tanh"] = Unary(Math.Tanh),
        ["Erf"] = Unary(ErrorFunction),
        ["Sin"] = Unary(Math.Sin),
        ["Cos"] = Unary(Math.Cos),
        ["Tan"] = Unary(Math.Tan),
        ["Asin"] = Unary(Math.Asin),
        ["Acos"] = Unary(Math.Acos),
        ["Atan"] = Unary(Math.Atan),
        ["Sinh"] = Unary(Math.Sinh),
        ["Cosh"] = Unary(Math.Cosh),
        ["Asinh"] = Unary(Math.Asinh),
        ["Acosh"] = Unary(Math.Acosh),
        ["Atanh"] = Unary(Math.Atanh),
        ["Softplus"] = Unary(v => Math.Max(v, 0) + Math.Log(1 + Math.Exp(-Math.Abs(v)))),
        ["Softsign"] = Unary(v => v / (1 + Math.Abs(v))),
        ["Selu"] = WithSlope(1.6732632423543772, (c, v, alpha) => c.Node.Float("gamma", 1.0507009873554805) * (v > 0 ? v : alpha * (Math.Exp(v) - 1))),
        ["Elu"] = WithSlope(1, (_, v, alpha) => v > 0 ? v : alpha * (Math.Exp(v) - 1)),
        ["Celu"] = WithSlope(1, (_, v, alpha) => Math.Max(0, v) + Math.Min(0, alpha * (Math.Exp(v / alpha) - 1))),
        ["LeakyRelu"] = WithSlope(0.01, (_, v, alpha) => v < 0 ? alpha * v : v),
        ["ThresholdedRelu"] = WithSlope(1, (_, v, alpha) => v > alpha ? v : 0),
        ["HardSigmoid"] = WithSlope(0.2, (c, v, alpha) => Math.Clamp((alpha * v) + c.Node.Float("beta", 0.5), 0, 1)),
        ["HardSwish"] = Unary(v => v * Math.Clamp((v / 6) + 0.5, 0, 1)),

        // Two values at a time.
        ["Add"] = Binary((a, b) => a + b, (a, b) => a + b),
        ["Sub"] = Binary((a, b) => a - b, (a, b) => a - b),
        ["Mul"] = Binary((a, b) => a * b, (a, b) => a * b),
        ["Div"] = Binary((a, b) => a / b, (a, b) => a / b),
        ["Mod"] = c => c.Node.Int("fmod", 0) != 0
            ? Binary((a, b) => a % b, (a, b) => a % b)(c)
            : Binary((a, b) => a - (b * Math.Floor(a / b)), (a, b) => ((a % b) + b) % b)(c),
        ["Pow"] = Binary(Math.Pow, (a, b) => (long)Math.Pow(a, b)),
        ["PRelu"] = Binary((a, b) => a < 0 ? a * b : a, (a, b) => a < 0 ? a * b : a),
        ["Sum"] = Binary((a, b) => a + b, (a, b) => a + b),
        ["Mean"] = c => [.. Binary((a, b) => a + b, (a, b) => a + b)(c).Select(t => t.Times(1.0 / c.Inputs.Length))],
        ["Max"] = Binary(Math.Max, Math.Max),
        ["Min"] = Binary(Math.Min, Math.Min),
        ["Equal"] = Comparison((a, b) => a == b, (a, b) => a == b),
        ["Greater"] = Comparison((a, b) => a > b, (a, b) => a > b),
        ["Less"] = Comparison((a, b) => a < b, (a, b) => a < b),
        ["GreaterOrEqual"] = Comparison((a, b) => a >= b, (a, b) => a >= b),
        ["LessOrEqual"] = Comparison((a, b) => a <= b, (a, b) => a <= b),
        ["And"] = Comparison((a, b) => a != 0 && b != 0, (a, b) => a != 0 && b != 0),
        ["Or"] = Comparison((a, b) => a != 0 || b != 0, (a, b) => a != 0 || b != 0),
        ["Xor"] = Comparison((a, b) => a != 0 != (b != 0), (a, b) => a != 0 != (b != 0)),
        ["BitwiseAnd"] = Binary((a, _) => a, (a, b) => a & b),
        ["BitwiseOr"] = Binary((a, _) => a, (a, b) => a | b),
        ["BitwiseXor"] = Binary((a, _) => a, (a, b) => a ^ b),
    };

    private static int Clamp(long index, int rank) => (int)Math.Clamp(index < 0 ? index + rank : index, 0, rank);

    private static Tensor Charged(Call call, Tensor tensor)
    {
        call.Folding.Charge(tensor.Length);
        return tensor;
    }

    // Kinds of operators.

    private static Func<Call, Tensor[]> Unary(Func<double, double> real, Func<long, long>? whole = null) => c =>
    {
        int[] dims = c.Sizes(c.X.Dims);
        return [whole is not null && !c.X.IsReal
            ? new Tensor(dims, [.. c.X.Integers.Select(whole)])
            : new Tensor(dims, [.. c.X.Floats.Select(f => (float)real(f))])];
    };

    private static Func<Call, Tensor[]> WithSlope(double otherwise, Func<Call, double, double, double> function) => c =>
    {
        double alpha = c.Node.Float("alpha", otherwise);
        return Unary(v => function(c, v, alpha))(c);
    };

    /// <summary>A function of two values, and of more one after the other. Real ones round after each step, as they do when the model runs.</summary>
    private static Func<Call, Tensor[]> Binary(Func<double, double, double> real, Func<long, long, long> whole) => c =>
        [c.Given.Skip(1).Aggregate(c.X, (a, b) => a.IsReal
            ? Join(c, a, b, t => t.Floats, (l, r) => (float)real(l, r), (dims, values) => new Tensor(dims, values))
            : Join(c, a, b, t => t.Integers, whole, (dims, values) => new Tensor(dims, values)))];

    private static Func<Call, Tensor[]> Comparison(Func<double, double, bool> real, Func<long, long, bool> whole) => c => c.X.IsReal
        ? [Join(c, c.X, c.Need(1), t => t.Floats, (a, b) => real(a, b) ? 1L : 0L, (dims, values) => new Tensor(dims, values))]
        : [Join(c, c.X, c.Need(1), t => t.Integers, (a, b) => whole(a, b) ? 1L : 0L, (dims, values) => new Tensor(dims, values))];

    private static Tensor Join<T, TResult>(
        Call call, Tensor a, Tensor b, Func<Tensor, T[]> values, Func<T, T, TResult> function, Func<int[], TResult[], Tensor> result)
    {
        // Before opset 7, the second operand's axes could be aligned with those of the first from an axis that the node gives.
        if (call.Node.Opset < 7 && call.Node.Has("axis") && call.Node.Int("axis", 0) is var axis && axis >= 0 && axis + b.Dims.Length < a.Dims.Length)
        {
            b = b.Reshape([.. b.Dims, .. Enumerable.Repeat(1, (int)(a.Dims.Length - axis - b.Dims.Length))]);
        }

        int[] dims = call.Broadcast(a, b);
        T[] left = values(a), right = values(b);
        var joined = new TResult[Dimensions.Length(dims)];
        int i = 0;
        foreach ((int l, int r) in Dimensions.Offsets(dims, Dimensions.BroadcastStrides(a.Dims, dims.Length))
            .Zip(Dimensions.Offsets(dims, Dimensions.BroadcastStrides(b.Dims, dims.Length))))
        {
            joined[i++] = function(left[l], right[r]);
        }

        return result(dims, joined);
    }

    /// <summary>All values along some axes become one.</summary>
    private static Func<Call, Tensor[]> Reduction(Func<double[], double> reduce) => c =>
    {
        long[] given = c.Integers(1, "axes") ?? [];
        if (given.Length == 0 && c.Node.Int("noop_with_empty_axes", 0) != 0)
        {
            return [c.X];
        }

        int[] axes = given.Length == 0 ? [.. Enumerable.Range(0, c.Rank)] : [.. given.Select(a => c.Axis(a, c.Rank, "axes")).Distinct()];
        int[] kept = [.. Enumerable.Range(0, c.Rank).Except(axes)];
        int count = Dimensions.Length(axes.Select(a => c.X.Dims[a]));
        Tensor sorted = Charged(c, c.X).Transpose([.. kept, .. axes]);
        int[] dims = c.Node.Int("keepdims", 1) != 0
            ? [.. c.X.Dims.Select((d, i) => axes.Contains(i) ? 1 : d)]
            : [.. kept.Select(k => c.X.Dims[k])];
        var values = new double[count];
        var results = new double[Dimensions.Length(dims)];
        for (int i = 0; i < results.Length; i++)
        {
            for (int j = 0; j < count; j++)
            {
                values[j] = sorted.At((i * count) + j);
            }

            results[i] = reduce(values);
        }

        return [Number(c, dims, results)];
    };

    /// <summary>The values along an axis, turned into as many others, run by run.</summary>
    private static Tensor Runs(Call call, int axis, Func<double[], double[]> function)
    {
        (int outer, int size, int inner) = call.Around(axis);
        int[] dims = call.Sizes(call.X.Dims);
        var result = new double[call.X.Length];
        var run = new double[size];
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                int start = (o * size * inner) + i;
                for (int k = 0; k < size; k++)
                {
                    run[k] = call.X.At(start + (k * inner));
                }

                double[] made = function(run);
                for (int k = 0; k < size; k++)
                {
                    result[start + (k * inner)] = made[k];
                }
            }
        }

        return Number(call, dims, result);
    }

    private static Func<Call, Tensor[]> Normalization(Func<double, double, double, double> function) => c =>
    {
        // Before opset 13, all axes from the given one on are one.
        int axis = c.Axis(c.Node.Opset < 13 ? 1 : -1);
        Tensor x = c.Node.Opset < 13 ? c.X.Reshape([Dimensions.Length(c.X.Dims[..axis]), Dimensions.Length(c.X.Dims[axis..])]) : c.X;
        Call rows = c with { Inputs = [x] };
        return [Runs(rows, c.Node.Opset < 13 ? 1 : axis, values =>
        {
            double max = values.Max();
            double sum = values.Sum(v => Math.Exp(v - max));
            return [.. values.Select(v => function(v, max, sum))];
        }).Reshape(c.X.Dims)];
    };
}
