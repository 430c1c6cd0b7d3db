using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

// The operators that take more than a line.
internal sealed partial class ConstantFolding
{
    private static Tensor Constant(Call call)
    {
        OnnxNode node = call.Node;
        return node.Tensor("value")
            ?? (node.Has("value_float") ? new Tensor([], [(float)node.Float("value_float", 0)])
            : node.Has("value_int") ? new Tensor([], [node.Int("value_int", 0)])
            : node.Floats("value_floats") is { } floats ? new Tensor([floats.Length], floats)
            : node.Ints("value_ints") is { } ints ? Longs(ints)
            : throw node.Fail("its value is of a kind that cannot be imported.", "Only dense tensors and numbers can."));
    }

    private static Tensor Range(Call call)
    {
        double start = call.X.At(0), limit = call.Need(1).At(0), delta = call.Need(2).At(0);
        double count = delta == 0 ? 0 : Math.Max(0, Math.Ceiling((limit - start) / delta));
        int[] dims = call.Sizes((long)Math.Min(count, long.MaxValue / 2));
        return Number(call, dims, Enumerable.Range(0, dims[0]).Select(i => start + (i * delta)));
    }

    private static Tensor Converted(Tensor x, OnnxElementType to) => to.IsReal()
        ? new Tensor(x.Dims, to is OnnxElementType.Float16 or OnnxElementType.BFloat16 ? [.. x.Floats.Select(f => to.Round(f))] : x.Floats) { Name = x.Name }
        : to == OnnxElementType.Boolean && x.IsReal ? new Tensor(x.Dims, [.. x.Floats.Select(f => f != 0 ? 1L : 0L)])
        : new Tensor(x.Dims, [.. x.Integers.Select(i => to.Wrap(i))]);

    /// <summary>(x − zero point) · scale, with one of both for all, for each index along an axis, or for each block along it.</summary>
    private static Tensor Dequantize(Call call)
    {
        Tensor x = call.X, scales = call.Need(1);
        Tensor? zeros = call.At(2);
        int[] dims = call.Sizes(x.Dims);
        Func<int, int> group = _ => 0;
        if (scales.Length != 1)
        {
            int axis = call.Axis(1);
            (int outer, int size, int inner) = call.Around(axis);
            int block = call.Node.Size("block_size", call.Node.Int("block_size", 0));
            int groups = block > 0 ? (size + block - 1) / block : size;
            group = block > 0 ? i => (((i / inner / size * groups) + (i / inner % size / block)) * inner) + (i % inner) : i => i / inner % size;
            if (block < 0 || scales.Length != (block > 0 ? outer * groups * inner : size))
            {
                throw call.Node.Fail($"its scales {Dimensions.Text(scales.Dims)} do not fit {Dimensions.Text(x.Dims)}.", "", "x_scale");
            }
        }

        if (zeros is not null && zeros.Length != scales.Length)
        {
            throw call.Node.Fail($"its zero points {Dimensions.Text(zeros.Dims)} do not fit its scales {Dimensions.Text(scales.Dims)}.", "", "x_zero_point");
        }

        var values = new float[x.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int at = group(i);
            values[i] = (float)(x.At(i) - (zeros?.At(at) ?? 0)) * (float)scales.At(at);
        }

        return new Tensor(dims, values) { Name = x.Name };
    }

    private static Tensor Tile(Call call)
    {
        long[] repeats = call.Need(1).Integers;
        if (repeats.Length != call.Rank || repeats.Any(r => r < 0))
        {
            throw call.Node.Fail($"[{string.Join(", ", repeats)}] are no repeats of {Dimensions.Text(call.X.Dims)}.", "", "repeats");
        }

        int[] own = call.X.Dims;
        int[] dims = call.Sizes([.. own.Select((d, i) => checked(d * repeats[i]))]);

        // An axis that is repeated is one of its repeats, of stride 0, and one of its own values.
        int[] pairs = [.. own.SelectMany((d, i) => new[] { (int)repeats[i], d })];
        Tensor split = call.X.Reshape([.. own.SelectMany(d => new[] { 1, d })]);
        return split.BroadcastTo(pairs).Reshape(dims);
    }

    /// <summary>The slices at some indices along an axis, which the axes of the indices replace.</summary>
    private static Tensor Along(Call call, Tensor x, int axis, int[] shape, int[] indices)
    {
        int size = x.Dims[axis];
        int inner = Dimensions.Length(x.Dims[(axis + 1)..]);
        int block = indices.Length * inner;
        if (indices.Any(i => i >= size))
        {
            throw call.Node.Fail("there is nothing at one of its indices.");
        }

        return x.Gather(call.Sizes([.. x.Dims[..axis], .. shape, .. x.Dims[(axis + 1)..]]), i => (((i / block * size) + indices[i % block / inner]) * inner) + (i % inner));
    }

    private static Tensor Gather(Call call)
    {
        int axis = call.Axis(0);
        return Along(call, call.X, axis, call.Need(1).Dims, call.Indices(call.Need(1), call.X.Dims[axis]));
    }

    /// <summary>What is gathered from, or scattered to, indices that stand for each value.</summary>
    private static Tensor Elements(Call call, Func<Tensor, int[], Tensor?, Tensor> function)
    {
        int axis = call.Axis(0);
        Tensor indices = call.Need(1);
        if (indices.Dims.Length != call.Rank || indices.Dims.Where((d, i) => i != axis && d > call.X.Dims[i]).Any())
        {
            throw call.Node.Fail($"its indices {Dimensions.Text(indices.Dims)} do not fit {Dimensions.Text(call.X.Dims)}.", "", "indices");
        }

        int[] along = call.Indices(indices, call.X.Dims[axis]);
        int[] strides = Dimensions.Strides(call.X.Dims);
        int stride = strides[axis];
        strides[axis] = 0;
        call.Sizes(indices.Dims);
        int[] offsets = [.. Dimensions.Offsets(indices.Dims, strides).Select((o, i) => o + (along[i] * stride))];
        return function(call.X, offsets, call.At(2));
    }

    /// <summary>The offsets of slices whose first axes are given by the last axis of the indices, and the slices' length.</summary>
    private static (int[] Offsets, int Run) SliceOffsets(Call call, int batch)
    {
        Tensor x = call.X, indices = call.Need(1);
        int depth = indices.Dims.Length == 0 ? 0 : indices.Dims[^1];
        if (depth < 1 || batch < 0 || batch + depth > call.Rank || batch >= indices.Dims.Length || !indices.Dims.AsSpan(0, batch).SequenceEqual(x.Dims.AsSpan(0, batch)))
        {
            throw call.Node.Fail($"its indices {Dimensions.Text(indices.Dims)} do not fit {Dimensions.Text(x.Dims)}.", "", "indices");
        }

        int[] strides = Dimensions.Strides(x.Dims);
        int run = Dimensions.Length(x.Dims[(batch + depth)..]);
        int batches = Dimensions.Length(x.Dims[..batch]);
        int each = indices.Length / depth / Math.Max(1, batches);
        int length = Dimensions.Length(x.Dims[batch..]);
        var offsets = new int[indices.Length / depth];
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = i / Math.Max(1, each) * length;
            for (int k = 0; k < depth; k++)
            {
                long index = indices.Integers[(i * depth) + k];
                int size = x.Dims[batch + k];
                offsets[i] += index >= -size && index < size
                    ? (int)(index < 0 ? index + size : index) * strides[batch + k]
                    : throw call.Node.Fail($"there is nothing at {index}.", "", "indices");
            }
        }

        return (offsets, run);
    }

    private static Tensor GatherSlices(Call call)
    {
        int batch = call.Node.Size("batch_dims", call.Node.Int("batch_dims", 0));
        (int[] offsets, int run) = SliceOffsets(call, batch);
        Tensor indices = call.Need(1);
        int[] dims = call.Sizes([.. indices.Dims[..^1], .. call.X.Dims[(batch + indices.Dims[^1])..]]);
        return call.X.Gather(dims, i => offsets[i / run] + (i % run));
    }

    /// <summary>Puts updates to runs of values.</summary>
    private static Tensor Scatter(Call call, int[] offsets, int run, Tensor updates)
    {
        if (updates is null || updates.Length != (long)offsets.Length * run)
        {
            throw call.Node.Fail("its updates do not fit its indices.", "", "updates");
        }

        Func<double, double, double> join = call.Node.Text("reduction", "none") switch
        {
            "none" => (_, b) => b,
            "add" => (a, b) => a + b,
            "mul" => (a, b) => a * b,
            "max" => Math.Max,
            "min" => Math.Min,
            string other => throw call.Node.Fail($"'{other}' is unknown.", "", "reduction"),
        };
        int[] dims = call.Sizes(call.X.Dims);
        double[] values = [.. Enumerable.Range(0, call.X.Length).Select(call.X.At)];
        for (int i = 0; i < updates.Length; i++)
        {
            ref double target = ref values[offsets[i / run] + (i % run)];
            target = join(target, updates.At(i));
        }

        return Number(call, dims, values);
    }

    private static Tensor Concat(Call call)
    {
        Tensor[] parts = call.Given;
        int axis = call.Axis(1);
        if (parts.Any(p => p.Dims.Length != call.Rank || p.Dims.Where((d, i) => i != axis && d != call.X.Dims[i]).Any()))
        {
            throw call.Node.Fail("its shapes do not join.");
        }

        int[] dims = call.Sizes(With(call.X.Dims, axis, checked(parts.Sum(p => p.Dims[axis]))));
        return call.X.IsReal ? new Tensor(dims, Joined(t => t.Floats)) : new Tensor(dims, Joined(t => t.Integers));

        T[] Joined<T>(Func<Tensor, T[]> values)
        {
            T[][] sources = [.. parts.Select(values)];
            int outer = Dimensions.Length(dims[..axis]);
            var result = new T[Dimensions.Length(dims)];
            int at = 0;
            for (int o = 0; o < outer; o++)
            {
                foreach (T[] source in sources)
                {
                    int run = source.Length / outer;
                    source.AsSpan(o * run, run).CopyTo(result.AsSpan(at));
                    at += run;
                }
            }

            return result;
        }
    }

    private static Tensor[] Split(Call call)
    {
        int axis = call.Axis(0);
        int size = call.X.Dims[axis];
        int parts = Math.Max(1, call.Node.Outputs.Count);
        int each = (size + parts - 1) / parts;
        long[] counts = call.Integers(1, "split") ?? [.. Enumerable.Range(0, parts).Select(i => (long)Math.Clamp(size - (i * each), 0, each))];
        if (counts.Any(c => c < 0 || c > size) || counts.Sum() != size)
        {
            throw call.Node.Fail($"[{string.Join(", ", counts)}] do not split {size}.", "", "split");
        }

        var results = new List<Tensor>();
        int start = 0;
        foreach (long count in counts)
        {
            int[] dims = call.Sizes(With(call.X.Dims, axis, (int)count));
            results.Add(call.X.Slice(With(new int[call.Rank], axis, start), dims, [.. Enumerable.Repeat(1, call.Rank)]));
            start += (int)count;
        }

        return [.. results];
    }

    private static Tensor Slice(Call call)
    {
        long[] starts = call.Integers(1, "starts") ?? [], ends = call.Integers(2, "ends") ?? [];
        long[] axes = call.Integers(3, "axes") ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        long[] steps = call.At(4)?.Integers ?? [.. Enumerable.Repeat(1L, starts.Length)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length || steps.Contains(0))
        {
            throw call.Node.Fail("starts, ends, axes and steps do not belong together.");
        }

        int[] dims = [.. call.X.Dims];
        int[] first = new int[call.Rank];
        int[] distance = [.. Enumerable.Repeat(1, call.Rank)];
        for (int i = 0; i < starts.Length; i++)
        {
            int axis = call.Axis(axes[i], call.Rank, "axes");
            (first[axis], dims[axis], distance[axis]) = OnnxSlice.Of(call.X.Dims[axis], starts[i], ends[i], steps[i]);
        }

        return call.X.Slice(first, call.Sizes(dims), distance);
    }

    private static Tensor Pad(Call call)
    {
        long[] pads = call.Integers(1, "pads") ?? call.Node.Ints("paddings") ?? [];
        long[] axes = call.At(3)?.Integers ?? [.. Enumerable.Range(0, call.Rank).Select(i => (long)i)];
        if (pads.Length != 2 * axes.Length)
        {
            throw call.Node.Fail($"[{string.Join(", ", pads)}] are no pads of {axes.Length} axes.", "", "pads");
        }

        long[] sizes = [.. call.X.Dims.Select(d => (long)d)];
        long[] before = new long[call.Rank];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = call.Axis(axes[i], call.Rank, "axes");
            before[axis] = call.Node.Size("pads", pads[i]);
            sizes[axis] += before[axis] + call.Node.Size("pads", pads[i + axes.Length]);
        }

        string mode = call.Node.Text("mode", "constant");
        int[] dims = call.Sizes(sizes);
        int[] strides = Dimensions.Strides(call.X.Dims);
        int[] own = Dimensions.Strides(dims);
        int[][] places = [.. dims.Select((d, axis) => Enumerable.Range(0, d).Select(i => Place(i - before[axis], call.X.Dims[axis])).ToArray())];
        return call.X.Gather(
            dims,
            i =>
            {
                int offset = 0;
                for (int axis = 0; axis < dims.Length; axis++)
                {
                    int place = places[axis][i / own[axis] % dims[axis]];
                    if (place < 0)
                    {
                        return -1;
                    }

                    offset += place * strides[axis];
                }

                return offset;
            },
            call.At(2)?.At(0) ?? call.Node.Float("value", 0));

        int Place(long i, int size) => i >= 0 && i < size ? (int)i : mode switch
        {
            "constant" => -1,
            _ when size == 0 => throw call.Node.Fail("there is nothing that it could repeat."),
            "edge" => (int)Math.Clamp(i, 0, size - 1),
            "wrap" => (int)(((i % size) + size) % size),
            "reflect" => size == 1 ? 0 : (int)Math.Abs((((i + size - 1) % (2 * (size - 1))) + (2 * (size - 1))) % (2 * (size - 1)) - (size - 1)),
            _ => throw call.Node.Fail($"'{mode}' is unknown.", "", "mode"),
        };
    }

    private static Tensor Blocks(Call call, bool toSpace)
    {
        int b = call.Node.Size("blocksize", call.Node.Int("blocksize", 0));
        int[] d = call.X.Dims;
        if (d.Length != 4 || b < 1 || b > 1024 || (toSpace ? d[1] % (b * b) : (d[2] % b) + (d[3] % b)) != 0)
        {
            throw call.Node.Fail($"{b} does not divide {Dimensions.Text(d)}.", "", "blocksize");
        }

        Tensor x = Charged(call, call.X);
        if (!toSpace)
        {
            return x.Reshape([d[0], d[1], d[2] / b, b, d[3] / b, b]).Transpose(0, 3, 5, 1, 2, 4).Reshape([d[0], d[1] * b * b, d[2] / b, d[3] / b]);
        }

        int c = d[1] / b / b;
        Tensor turned = call.Node.Text("mode", "DCR") == "CRD"
            ? x.Reshape([d[0], c, b, b, d[2], d[3]]).Transpose(0, 1, 4, 2, 5, 3)
            : x.Reshape([d[0], b, b, c, d[2], d[3]]).Transpose(0, 3, 4, 1, 5, 2);
        return turned.Reshape([d[0], c, d[2] * b, d[3] * b]);
    }

    private static Tensor OneHot(Call call)
    {
        int depth = call.Node.Size("depth", (long)call.Need(1).At(0));
        int rank = call.Rank + 1;
        int axis = call.Axis(call.Node.Int("axis", -1), rank);
        int inner = Dimensions.Length(call.X.Dims[axis..]);
        int[] dims = call.Sizes([.. call.X.Dims[..axis], depth, .. call.X.Dims[axis..]]);
        long[] indices = [.. call.X.Integers.Select(i => i < 0 ? i + depth : i)];
        return call.Need(2).Gather(dims, i => indices[(i / (depth * inner) * inner) + (i % inner)] == i / inner % depth ? 1 : 0);
    }

    private static Tensor[] TopK(Call call)
    {
        int axis = call.Axis(-1);
        (int outer, int size, int inner) = call.Around(axis);
        long k = call.At(1)?.Integers[0] ?? call.Node.Int("k", 0);
        if (k < 0 || k > size)
        {
            throw call.Node.Fail($"there are not {k} of {size} values.", "", "k");
        }

        bool largest = call.Node.Int("largest", 1) != 0;
        int[] dims = call.Sizes(With(call.X.Dims, axis, (int)k));
        var at = new int[outer * (int)k * inner];
        for (int run = 0; run < outer * inner; run++)
        {
            int start = (run / inner * size * inner) + (run % inner);
            IEnumerable<int> places = Enumerable.Range(0, size);
            int[] sorted = [.. (largest ? places.OrderByDescending(p => call.X.At(start + (p * inner))) : places.OrderBy(p => call.X.At(start + (p * inner)))).Take((int)k)];
            for (int i = 0; i < sorted.Length; i++)
            {
                at[(((run / inner * (int)k) + i) * inner) + (run % inner)] = sorted[i];
            }
        }

        int block = (int)k * inner;
        return [call.X.Gather(dims, i => (((i / block * size) + at[i]) * inner) + (i % inner)), new Tensor(dims, [.. at.Select(a => (long)a)])];
    }

    private static Tensor Best(Call call, bool largest)
    {
        int axis = call.Axis(0);
        (int outer, int size, int inner) = call.Around(axis);
        bool last = call.Node.Int("select_last_index", 0) != 0;
        int[] dims = call.Node.Int("keepdims", 1) != 0 ? With(call.X.Dims, axis, 1) : [.. call.X.Dims[..axis], .. call.X.Dims[(axis + 1)..]];
        var results = new long[outer * inner];
        for (int run = 0; run < results.Length; run++)
        {
            double Value(long k) => call.X.At((((run / inner * size) + (int)k) * inner) + (run % inner));
            for (int k = 1; k < size; k++)
            {
                double best = Value(results[run]), here = Value(k);
                results[run] = (largest ? here > best : here < best) || (last && here == best) ? k : results[run];
            }
        }

        return new Tensor(dims, results);
    }

    private static Tensor CumulativeSum(Call call)
    {
        bool reverse = call.Node.Int("reverse", 0) != 0, exclusive = call.Node.Int("exclusive", 0) != 0;
        return Runs(call, call.Axis((long)call.Need(1).At(0), call.Rank), values =>
        {
            var sums = new double[values.Length];
            double sum = 0;
            for (int i = 0; i < sums.Length; i++)
            {
                int at = reverse ? sums.Length - 1 - i : i;
                sums[at] = exclusive ? sum : sum + values[at];
                sum += values[at];
            }

            return sums;
        });
    }

    private static Tensor MatMul(Call call, Tensor a, Tensor b)
    {
        // A vector on either side stands for a matrix of one row or column, and vanishes from the result.
        Tensor left = a.Dims.Length == 1 ? a.Reshape([1, a.Length]) : a;
        Tensor right = b.Dims.Length == 1 ? b.Reshape([b.Length, 1]) : b;
        if (left.Dims.Length < 2 || right.Dims.Length < 2 || left.Dims[^1] != right.Dims[^2]
            || Dimensions.Broadcast([left.Dims[..^2], right.Dims[..^2]]) is not { } batch)
        {
            throw call.Node.Fail($"the factors {Dimensions.Text(a.Dims)} and {Dimensions.Text(b.Dims)} do not fit.");
        }

        (int m, int k, int n) = (left.Dims[^2], left.Dims[^1], right.Dims[^1]);
        int[] dims = call.Sizes([.. batch, m, n]);
        int length = Dimensions.Length(dims);

        // Time is limited as values are.
        call.Folding.Charge((long)length * k / 64);
        float[] l = left.Floats, r = right.Floats;
        int[] firsts = [.. Dimensions.Offsets(batch, [.. Dimensions.BroadcastStrides([.. left.Dims[..^2]], batch.Length)]).Select(o => o * m * k)];
        int[] seconds = [.. Dimensions.Offsets(batch, [.. Dimensions.BroadcastStrides([.. right.Dims[..^2]], batch.Length)]).Select(o => o * k * n)];
        var values = new double[length];
        for (int i = 0; i < length; i++)
        {
            (int matrix, int row, int column) = (i / (m * n), i / n % m, i % n);
            double sum = 0;
            for (int j = 0; j < k; j++)
            {
                sum += (double)l[firsts[matrix] + (row * k) + j] * r[seconds[matrix] + (j * n) + column];
            }

            values[i] = sum;
        }

        return Number(call, [.. batch, .. a.Dims.Length == 1 ? [] : new[] { m }, .. b.Dims.Length == 1 ? [] : new[] { n }], values);
    }

    private static Tensor Gemm(Call call)
    {
        Tensor a = call.Node.Int("transA", 0) != 0 ? Charged(call, call.X).Transpose(1, 0) : call.X;
        Tensor b = call.Node.Int("transB", 0) != 0 ? Charged(call, call.Need(1)).Transpose(1, 0) : call.Need(1);
        Tensor product = MatMul(call, a, b).Times(call.Node.Float("alpha", 1));
        return call.At(2) is { } added
            ? Binary((l, r) => l + r, (l, r) => l + r)(call with { Inputs = [product, added.Times(call.Node.Float("beta", 1))] })[0]
            : product;
    }

    private static double Sigmoid(double v) => 1 / (1 + Math.Exp(-v));

    /// <summary>The error function, by its series near zero and its continued fraction far from it.</summary>
    private static double ErrorFunction(double x)
    {
        double z = Math.Abs(x);
        if (double.IsNaN(x) || z > 6)
        {
            return double.IsNaN(x) ? x : Math.Sign(x);
        }

        if (z < 2.5)
        {
            double term = x, sum = x;
            for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
            {
                term *= -x * x / n;
                sum += term / ((2 * n) + 1);
            }

            return 2 / Math.Sqrt(Math.PI) * sum;
        }

        double fraction = 0;
        for (int n = 60; n > 0; n--)
        {
            fraction = n / 2.0 / (z + fraction);
        }

        return Math.Sign(x) * (1 - (Math.Exp(-z * z) / (Math.Sqrt(Math.PI) * (z + fraction))));
    }
}
