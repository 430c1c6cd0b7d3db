using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace NetGen.Onnx.Import;

/// <summary>Computes nodes whose inputs are constants, and the shapes of values: what exporters leave of a model's bookkeeping.</summary>
internal static class ConstantFolding
{
    private const int LargestResult = 1 << 26;

    /// <summary>A node's results; null where it is not one of those that are computed.</summary>
    public static Tensor[]? Evaluate(OnnxNode node, Value?[] inputs)
    {
        if (node.Operator != "Constant" && (inputs is [] or [null, ..]))
        {
            throw node.Fail("its first input is missing.");
        }

        Tensor[] x = [.. inputs.Where(i => i?.Constant is not null).Select(i => i!.Constant!)];
        Tensor? At(int index) => index < inputs.Length ? inputs[index]?.Constant : null;
        Tensor Need(int index) => At(index) ?? throw node.Fail(string.Create(CultureInfo.InvariantCulture, $"its input {index} is missing."));
        switch (node.Operator)
        {
            case "Constant":
                return [ConstantOf(node)];
            case "Shape":
            {
                int[] dims = inputs[0]!.Dims;
                int start = Clamp(node.Int("start", 0), dims.Length);
                int end = Clamp(node.Int("end", dims.Length), dims.Length);
                return [Longs([.. dims[start..Math.Max(start, end)].Select(d => (long)d)])];
            }

            case "Size":
                return [new Tensor([], new long[] { inputs[0]!.Length })];
            case "ConstantOfShape":
            {
                int[] dims = Sizes(node, Need(0).Integers);
                Tensor value = node.Tensor("value") is { } proto ? OnnxModelReader.ReadTensor(proto, null) : new Tensor([1], new float[1]);
                return [value.Gather(dims, _ => 0)];
            }

            case "Range":
            {
                double start = Need(0).First, limit = Need(1).First, delta = Need(2).First;
                double count = delta == 0 ? 0 : Math.Max(0, Math.Ceiling((limit - start) / delta));
                Length(node, [(long)Math.Min(count, int.MaxValue)]);
                return [Need(0).IsReal
                    ? new Tensor([(int)count], [.. Enumerable.Range(0, (int)count).Select(i => (float)(start + (i * delta)))])
                    : Longs([.. Enumerable.Range(0, (int)count).Select(i => (long)(start + (i * delta)))])];
            }

            case "Identity" or "Dropout" or "CastLike":
                return [x[0]];
            case "Cast":
                return [node.Int("to", 1) is 1 or 10 or 11 or 16 ? new Tensor(x[0].Dims, x[0].Floats) { Name = x[0].Name } : new Tensor(x[0].Dims, x[0].Integers)];
            case "Reshape":
            {
                long[] target = At(1)?.Integers ?? node.Ints("shape") ?? [];
                long[] dims = [.. target.Select((t, i) => t == 0 && i < x[0].Dims.Length ? x[0].Dims[i] : t)];
                long rest = dims.Where(d => d != -1).Aggregate(1L, (a, b) => a * b);
                return [x[0].Reshape(Fit(node, x[0], [.. dims.Select(d => d == -1 ? x[0].Length / Math.Max(1, rest) : d)]))];
            }

            case "Flatten":
            {
                int axis = Clamp(node.Int("axis", 1), x[0].Dims.Length);
                return [x[0].Reshape([Dimensions.Length(x[0].Dims[..axis]), Dimensions.Length(x[0].Dims[axis..])])];
            }

            case "Unsqueeze":
            {
                long[] axes = At(1)?.Integers ?? node.Ints("axes") ?? [];
                int rank = x[0].Dims.Length + axes.Length;
                var dims = new List<int>(x[0].Dims);
                foreach (int axis in axes.Select(a => (int)(a < 0 ? a + rank : a)).Order())
                {
                    dims.Insert(Math.Clamp(axis, 0, dims.Count), 1);
                }

                return [x[0].Reshape([.. dims])];
            }

            case "Squeeze":
            {
                long[]? axes = At(1)?.Integers ?? node.Ints("axes");
                int rank = x[0].Dims.Length;
                int[] gone = axes is null
                    ? [.. Enumerable.Range(0, rank).Where(i => x[0].Dims[i] == 1)]
                    : [.. axes.Select(a => (int)(a < 0 ? a + rank : a))];
                return [x[0].Reshape(Fit(node, x[0], [.. x[0].Dims.Where((_, i) => !gone.Contains(i)).Select(d => (long)d)]))];
            }

            case "Transpose":
            {
                int rank = x[0].Dims.Length;
                int[] order = node.Ints("perm") is { } perm ? [.. perm.Select(p => (int)p)] : [.. Enumerable.Range(0, rank).Reverse()];
                return order.Order().SequenceEqual(Enumerable.Range(0, rank)) ? [x[0].Transpose(order)] : throw node.Fail("its order is none.", "", "perm");
            }

            case "Expand":
                return [x[0].BroadcastTo(Fits(node, [x[0].Dims, Sizes(node, Need(1).Integers)]))];
            case "Gather":
                return [Gather(node, x[0], Need(1))];
            case "Concat":
                return [Concat(node, x)];
            case "Slice":
                return [Slice(node, x[0], At(1)?.Integers ?? node.Ints("starts") ?? [], At(2)?.Integers ?? node.Ints("ends") ?? [], At(3)?.Integers ?? node.Ints("axes"), At(4)?.Integers)];
            case "Where":
            {
                int[] dims = Fits(node, [.. x.Select(t => t.Dims)]);
                Tensor condition = Need(0).BroadcastTo(dims), yes = Need(1).BroadcastTo(dims), no = Need(2).BroadcastTo(dims);
                long[] flags = condition.Integers;
                return [yes.IsReal
                    ? new Tensor(dims, [.. flags.Select((f, i) => f != 0 ? yes.Floats[i] : no.Floats[i])])
                    : new Tensor(dims, [.. flags.Select((f, i) => f != 0 ? yes.Integers[i] : no.Integers[i])])];
            }

            case "ReduceProd" or "ReduceSum" or "ReduceMax" or "ReduceMin" or "ReduceMean":
                return Reduce(node, x[0], At(1)?.Integers ?? node.Ints("axes")) is { } reduced ? [reduced] : null;
        }

        if (Unary(node.Operator) is { } unary && x.Length == 1)
        {
            return [x[0].Map(unary)];
        }

        if (Binary(node.Operator) is { } binary && x.Length >= 1)
        {
            bool truth = node.Operator is "Equal" or "Greater" or "Less" or "GreaterOrEqual" or "LessOrEqual" or "And" or "Or";
            return [x.Skip(1).Aggregate(x[0], (a, b) => Join(node, a, b, binary, truth))];
        }

        return null;
    }

    private static int Clamp(long index, int rank) => (int)Math.Clamp(index < 0 ? index + rank : index, 0, rank);

    private static Tensor Longs(long[] values) => new([values.Length], values);

    private static int[] Sizes(OnnxNode node, long[] sizes)
    {
        Length(node, sizes);
        return [.. sizes.Select(s => (int)s)];
    }

    private static void Length(OnnxNode node, long[] dims)
    {
        long length = 1;
        foreach (long dim in dims)
        {
            length = dim is < 0 or > LargestResult ? LargestResult + 1 : length * dim;
            if (length > LargestResult)
            {
                throw node.Fail($"its result would have the shape [{string.Join(", ", dims)}].");
            }
        }
    }

    private static int[] Fit(OnnxNode node, Tensor tensor, long[] dims)
    {
        int[] sizes = Sizes(node, dims);
        return Dimensions.Length(sizes) == tensor.Length ? sizes : throw node.Fail($"{tensor.Length} values do not come in {Dimensions.Text(sizes)}.");
    }

    private static int[] Fits(OnnxNode node, IReadOnlyCollection<int[]> shapes)
    {
        int[] dims = Dimensions.Broadcast(shapes) ?? throw node.Fail("its shapes do not fit together.");
        Length(node, [.. dims.Select(d => (long)d)]);
        return dims;
    }

    private static Tensor ConstantOf(OnnxNode node)
    {
        if (node.Tensor("value") is { } proto)
        {
            return OnnxModelReader.ReadTensor(proto, null);
        }

        return node.Has("value_float") ? new Tensor([], [(float)node.Float("value_float", 0)])
            : node.Has("value_int") ? new Tensor([], [node.Int("value_int", 0)])
            : node.Floats("value_floats") is { Length: > 0 } floats ? new Tensor([floats.Length], floats)
            : node.Ints("value_ints") is { Length: > 0 } ints ? Longs(ints)
            : throw node.Fail("its value is of a kind that cannot be imported.", "Only dense tensors and numbers can.");
    }

    private static Tensor Gather(OnnxNode node, Tensor x, Tensor indices)
    {
        int axis = (int)node.Int("axis", 0);
        axis = axis < 0 ? axis + x.Dims.Length : axis;
        if (axis < 0 || axis >= x.Dims.Length)
        {
            throw node.Fail("there is no such axis.", "", "axis");
        }

        int size = x.Dims[axis];
        int[] places = [.. indices.Integers.Select(i => (int)(i < 0 ? i + size : i))];
        if (places.Any(p => p < 0 || p >= size))
        {
            throw node.Fail("there is nothing at one of its indices.", "", "indices");
        }

        int inner = Dimensions.Length(x.Dims[(axis + 1)..]);
        int[] dims = [.. x.Dims[..axis], .. indices.Dims, .. x.Dims[(axis + 1)..]];
        Length(node, [.. dims.Select(d => (long)d)]);
        int block = places.Length * inner;
        return x.Gather(dims, i => (((i / block * size) + places[i % block / inner]) * inner) + (i % inner));
    }

    private static Tensor Concat(OnnxNode node, Tensor[] parts)
    {
        int rank = parts[0].Dims.Length;
        int axis = (int)node.Int("axis", 0);
        axis = axis < 0 ? axis + rank : axis;
        if (axis < 0 || axis >= rank || parts.Any(p => p.Dims.Length != rank || p.Dims.Where((d, i) => i != axis && d != parts[0].Dims[i]).Any()))
        {
            throw node.Fail("its shapes do not join.");
        }

        int[] dims = [.. parts[0].Dims];
        dims[axis] = parts.Sum(p => p.Dims[axis]);
        int outer = Dimensions.Length(dims[..axis]);
        var floats = new List<float>();
        var longs = new List<long>();
        for (int o = 0; o < outer; o++)
        {
            foreach (Tensor part in parts)
            {
                int run = part.Length / Math.Max(1, outer);
                if (parts[0].IsReal)
                {
                    floats.AddRange(part.Floats.AsSpan(o * run, run));
                }
                else
                {
                    longs.AddRange(part.Integers.AsSpan(o * run, run));
                }
            }
        }

        return parts[0].IsReal ? new Tensor(dims, [.. floats]) : new Tensor(dims, [.. longs]);
    }

    private static Tensor Slice(OnnxNode node, Tensor x, long[] starts, long[] ends, long[]? axes, long[]? steps)
    {
        int rank = x.Dims.Length;
        if (ends.Length != starts.Length || (axes ?? starts).Length != starts.Length || (steps ?? starts).Length != starts.Length)
        {
            throw node.Fail("starts, ends, axes and steps do not belong together.");
        }

        int[] dims = [.. x.Dims];
        int[] first = new int[rank];
        int[] distance = [.. Enumerable.Repeat(1, rank)];
        for (int i = 0; i < starts.Length; i++)
        {
            long given = axes?[i] ?? i;
            int axis = (int)(given < 0 ? given + rank : given);
            long step = steps?[i] ?? 1;
            if (axis < 0 || axis >= rank || step == 0)
            {
                throw node.Fail("there is no such axis or step.");
            }

            long size = x.Dims[axis];
            step = Math.Clamp(step, -size - 1, size + 1);
            long from = starts[i] < 0 ? Math.Max(starts[i], -size - 1) + size : starts[i];
            long to = ends[i] < 0 ? Math.Max(ends[i], -size - 1) + size : ends[i];
            from = Math.Clamp(from, 0, step > 0 ? size : size - 1);
            to = Math.Clamp(to, step > 0 ? 0 : -1, step > 0 ? size : size - 1);
            first[axis] = (int)from;
            distance[axis] = (int)step;
            dims[axis] = (int)Math.Max(0, step > 0 ? (to - from + step - 1) / step : (from - to - step - 1) / -step);
        }

        int[] strides = Dimensions.Strides(x.Dims);
        int[] own = Dimensions.Strides(dims);
        return x.Gather(dims, i => Enumerable.Range(0, rank).Sum(a => (first[a] + (i / own[a] % dims[a] * distance[a])) * strides[a]));
    }

    private static Tensor? Reduce(OnnxNode node, Tensor x, long[]? axes)
    {
        int rank = x.Dims.Length;
        if (axes is { Length: > 0 } && axes.Select(a => a < 0 ? a + rank : a).Distinct().Count() != rank)
        {
            return null;
        }

        double result = node.Operator switch
        {
            "ReduceProd" => x.Floats.Aggregate(1.0, (a, b) => a * b),
            "ReduceMax" => x.Floats.Max(),
            "ReduceMin" => x.Floats.Min(),
            "ReduceMean" => x.Floats.Average(),
            _ => x.Floats.Sum(f => (double)f),
        };
        int[] dims = node.Int("keepdims", 1) != 0 ? [.. Enumerable.Repeat(1, rank)] : [];
        return x.IsReal ? new Tensor(dims, [(float)result]) : new Tensor(dims, [(long)result]);
    }

    private static Tensor Join(OnnxNode node, Tensor a, Tensor b, Func<double, double, double> function, bool truth)
    {
        int[] dims = Fits(node, [a.Dims, b.Dims]);
        Tensor left = a.BroadcastTo(dims), right = b.BroadcastTo(dims);
        int count = left.Length;
        if (a.IsReal && !truth)
        {
            float[] l = left.Floats, r = right.Floats;
            return new Tensor(dims, [.. Enumerable.Range(0, count).Select(i => (float)function(l[i], r[i]))]);
        }

        double[] first = left.IsReal ? [.. left.Floats.Select(f => (double)f)] : [.. left.Integers.Select(i => (double)i)];
        double[] second = right.IsReal ? [.. right.Floats.Select(f => (double)f)] : [.. right.Integers.Select(i => (double)i)];
        return new Tensor(dims, [.. Enumerable.Range(0, count).Select(i => (long)function(first[i], second[i]))]);
    }

    private static Func<double, double>? Unary(string name) => name switch
    {
        "Neg" => v => -v,
        "Abs" => Math.Abs,
        "Sqrt" => Math.Sqrt,
        "Exp" => Math.Exp,
        "Log" => Math.Log,
        "Reciprocal" => v => 1 / v,
        "Floor" => Math.Floor,
        "Ceil" => Math.Ceiling,
        "Round" => v => Math.Round(v, MidpointRounding.ToEven),
        "Relu" => v => Math.Max(0, v),
        "Sigmoid" => v => 1 / (1 + Math.Exp(-v)),
        "Tanh" => Math.Tanh,
        "Not" => v => v == 0 ? 1 : 0,
        _ => null,
    };

    private static Func<double, double, double>? Binary(string name) => name switch
    {
        "Add" or "Sum" => (a, b) => a + b,
        "Sub" => (a, b) => a - b,
        "Mul" => (a, b) => a * b,
        "Div" => (a, b) => a / b,
        "Mod" => (a, b) => b == 0 ? 0 : a - (b * Math.Floor(a / b)),
        "Pow" => Math.Pow,
        "Max" => Math.Max,
        "Min" => Math.Min,
        "Equal" => (a, b) => a == b ? 1 : 0,
        "Greater" => (a, b) => a > b ? 1 : 0,
        "Less" => (a, b) => a < b ? 1 : 0,
        "GreaterOrEqual" => (a, b) => a >= b ? 1 : 0,
        "LessOrEqual" => (a, b) => a <= b ? 1 : 0,
        "And" => (a, b) => a != 0 && b != 0 ? 1 : 0,
        "Or" => (a, b) => a != 0 || b != 0 ? 1 : 0,
        _ => null,
    };
}
