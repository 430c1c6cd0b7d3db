using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

// What moves values about.
internal sealed partial class Lowering
{
    /// <summary>The same values with other dimensions. A plain list of them is a vector, as people write it.</summary>
    private Value WithDims(Value x, int[] dims)
    {
        Length(dims);
        if (dims is [1, _] && !x.Form.IsVector)
        {
            return Layer("Flatten", new Shape(x.Length), dims, [x]);
        }

        return x with { Dims = dims };
    }

    private static IReadOnlyList<Value> Flatten(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value x = Dynamic(node, inputs, 0);
        long given = node.Int("axis", 1);
        int axis = given == x.Rank ? x.Rank : given == 0 && !l.isBatchwise ? 0 : l.Axis(node, given, x.Rank);
        return [l.WithDims(x, [Dimensions.Length(x.Dims[..axis]), Dimensions.Length(x.Dims[axis..])])];
    }

    private static IReadOnlyList<Value> Reshape(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value x = Dynamic(node, inputs, 0);
        long[] target = Integers(node, inputs, 1, "shape") ?? throw node.Fail("it is missing.", "", "shape");
        bool keepsZero = node.Int("allowzero", 0) == 0;
        int[] dims = [.. target.Select((t, i) => t == 0 && keepsZero
            ? i < x.Rank ? x.Dims[i] : throw node.Fail("a 0 stands where the input has no axis.", "", "shape")
            : node.Size("shape", t))];

        int open = Array.IndexOf(dims, -1);
        if (open >= 0)
        {
            long rest = dims.Where(d => d != -1).Aggregate(1L, (a, b) => a * b);
            if (rest <= 0 || x.Length % rest != 0)
            {
                throw node.Fail($"{x.Length} values do not come in [{string.Join(", ", target)}].", "", "shape");
            }

            dims[open] = (int)(x.Length / rest);
        }

        if (dims.Any(d => d < 0) || Length(dims) != x.Length)
        {
            throw node.Fail($"{x.Length} values do not come in [{string.Join(", ", target)}].", "", "shape");
        }

        return [l.WithDims(x, dims)];
    }

    private static IReadOnlyList<Value> Squeeze(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value x = Dynamic(node, inputs, 0);
        int[] axes = l.Axes(
            node, Integers(node, inputs, 1, "axes") ?? Enumerable.Range(l.isBatchwise ? 1 : 0, x.Rank - (l.isBatchwise ? 1 : 0)).Where(i => x.Dims[i] == 1).Select(i => (long)i), x.Rank);
        int wrong = Array.FindIndex(axes, a => x.Dims[a] != 1);
        return wrong >= 0
            ? throw node.Fail($"axis {axes[wrong]} of {Dimensions.Text(x.Dims)} is not 1.", "", "axes")
            : [l.WithDims(x, [.. x.Dims.Where((_, i) => !axes.Contains(i))])];
    }

    private static IReadOnlyList<Value> Unsqueeze(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value x = Dynamic(node, inputs, 0);
        long[] given = Integers(node, inputs, 1, "axes") ?? throw node.Fail("it is missing.", "", "axes");
        int[] axes = l.Axes(node, given, x.Rank + given.Length);
        var dims = new List<int>(x.Dims);
        foreach (int axis in axes)
        {
            dims.Insert(Math.Min(axis, dims.Count), 1);
        }

        return [l.WithDims(x, [.. dims])];
    }

    private Value Transpose(OnnxNode? node, Value x, int[]? order = null)
    {
        if (order is null)
        {
            long[] given = node!.Ints("perm") ?? [.. Enumerable.Range(0, x.Rank).Reverse().Select(i => (long)i)];
            order = [.. given.Select(g => node.Size("perm", g))];
            if (!order.Order().SequenceEqual(Enumerable.Range(0, x.Rank)))
            {
                throw node.Fail($"[{string.Join(", ", given)}] is no order of {x.Rank} axes.", "", "perm");
            }
        }

        if (isBatchwise && order is [not 0, ..])
        {
            throw node?.Fail("it looks along the batch.") ?? new OnnxException("It looks along the batch.");
        }

        int[] dims = [.. order.Select(o => x.Dims[o])];
        if (order is [0, _, _, _] && x.Dims[0] == 1 && x.Form == new Shape(x.Dims[1], x.Dims[2], x.Dims[3]))
        {
            return order is [_, 1, 2, 3] ? x : PermuteImage(x, order[1] - 1, order[2] - 1, order[3] - 1) with { Dims = dims };
        }

        // Axes of 1 do not matter, and axes that stay together are one.
        var groups = new List<List<int>>();
        foreach (int axis in order.Where(o => x.Dims[o] != 1))
        {
            if (groups.Count > 0 && Enumerable.Range(groups[^1][^1] + 1, Math.Max(0, axis - groups[^1][^1])).All(a => a == axis || x.Dims[a] == 1) && axis > groups[^1][^1])
            {
                groups[^1].Add(axis);
            }
            else
            {
                groups.Add([axis]);
            }
        }

        List<int>[] sorted = [.. groups.OrderBy(g => g[0])];
        int[] lengths = [.. sorted.Select(g => Dimensions.Length(g.Select(a => x.Dims[a])))];
        int[] places = [.. groups.Select(g => Array.IndexOf(sorted, g))];
        switch (places.Length)
        {
            case <= 1:
                return WithDims(x, dims);
            case 2:
                return PermuteImage(AsImage(x, lengths[0], 1, lengths[1]), 2, 1, 0) with { Dims = dims };
            case 3:
                return PermuteImage(AsImage(x, lengths[0], lengths[1], lengths[2]), places) with { Dims = dims };
            default:
                return Layer("Permute", new Shape(x.Length), dims, [x], new IntArray(lengths), new IntArray(places));
        }
    }

    /// <summary>
    /// The value as an image, or where one axis is all there is as a vector, in which each of the axes that matter is a side of its own.
    /// </summary>
    /// <returns>The value, and for each side the axis that it is; −1 for those that do not matter.</returns>
    private (Value Value, int[] Axes) Sides(Value x, Func<int, bool> matters)
    {
        if (x.Rank == 4 && x.Dims[0] == 1 && !matters(0))
        {
            return (AsImage(x, x.Dims[1], x.Dims[2], x.Dims[3]), [1, 2, 3]);
        }

        // An axis of 1 may grow, and so stands among the others.
        var runs = new List<(int Length, int Axis)>();
        for (int i = 0; i < x.Rank; i++)
        {
            int axis = matters(i) ? i : -1;
            if (axis < 0 && x.Dims[i] == 1)
            {
                continue;
            }

            if (axis < 0 && runs.Count > 0 && runs[^1].Axis < 0)
            {
                runs[^1] = (runs[^1].Length * x.Dims[i], -1);
            }
            else
            {
                runs.Add((x.Dims[i], axis));
            }
        }

        return runs.Count switch
        {
            <= 1 => (AsVector(x), [runs.Count == 0 ? -1 : runs[0].Axis]),
            2 => (AsImage(x, runs[0].Length, 1, runs[1].Length), [runs[0].Axis, -1, runs[1].Axis]),
            3 => (AsImage(x, runs[0].Length, runs[1].Length, runs[2].Length), [.. runs.Select(r => r.Axis)]),
            _ => throw new OnnxException(
                $"it looks at more of the axes of {Dimensions.Text(x.Dims)} than an image has.", "Split it into several nodes."),
        };
    }

    private static Shape ShapeOf(int[] sides) => sides.Length == 1 ? new Shape(sides[0]) : new Shape(sides[0], sides[1], sides[2]);

    private static int[] SidesOf(Shape form) => form.IsVector ? [form.Channels] : [form.Channels, form.Height, form.Width];

    private static IReadOnlyList<Value> Expand(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value x = Dynamic(node, inputs, 0);
        int[] target = [.. Required(node, inputs, 1, "shape").Integers.Select(s => node.Size("shape", s))];
        Length(target);
        return [l.ExpandTo(x, BroadcastOf(node, x.Dims, target))];
    }

    /// <summary>A value repeated up to a shape that it broadcasts to.</summary>
    private Value ExpandTo(Value x, int[] dims)
    {
        Value padded = x with { Dims = Dimensions.PadLeft(x.Dims, dims.Length) };
        return Repeat(padded, [.. dims.Select((d, i) => d / padded.Dims[i])]);
    }

    private static IReadOnlyList<Value> Tile(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value x = Dynamic(node, inputs, 0);
        int[] repeats = [.. Required(node, inputs, 1, "repeats").Integers.Select(s => node.Size("repeats", s))];
        return repeats.Length == x.Rank && repeats.All(r => r > 0)
            ? [l.Repeat(x, repeats)]
            : throw node.Fail($"[{string.Join(", ", repeats)}] are no repeats of {Dimensions.Text(x.Dims)}.", "", "repeats");
    }

    private Value Repeat(Value x, int[] repeats)
    {
        int[] dims = [.. x.Dims.Zip(repeats, (d, r) => checked(d * r))];
        if (repeats.All(r => r == 1))
        {
            return x with { Dims = dims };
        }

        (Value image, int[] axes) = Sides(x, i => repeats[i] > 1);
        int[] factors = [.. axes.Select(a => a < 0 ? 1 : repeats[a])];
        Shape output = ShapeOf([.. SidesOf(image.Form).Zip(factors, (s, f) => checked(s * f))]);
        return Layer("Tile", output, dims, [image], [.. factors.Cast<object>()]);
    }

    private static IReadOnlyList<Value> Concat(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value[] given = [.. inputs.Select(i => i ?? throw node.Fail("an input is missing."))];
        Value first = given.First(g => g.Constant is null);
        int axis = l.Axis(node, node.Int("axis", 1), first.Rank);
        if (given.Any(g => g.Rank != first.Rank || g.Dims.Where((d, i) => i != axis && d != first.Dims[i]).Any()))
        {
            throw node.Fail($"the shapes {string.Join(", ", given.Select(g => Dimensions.Text(g.Dims)))} do not join along axis {axis}.");
        }

        return [l.Concat(node, given, axis)];
    }

    private Value Concat(OnnxNode node, Value[] given, int axis)
    {
        Value first = given.First(g => g.Constant is null);
        int[] dims = [.. first.Dims];
        dims[axis] = given.Sum(g => g.Dims[axis]);
        if (given.Length == 1)
        {
            return first;
        }

        given = [.. given.Select(g => g.Constant is { } constant ? Parameter(constant) : g)];
        int before = Dimensions.Length(dims[..axis]);
        if (before > 1)
        {
            // The joined axis, and all after it, become channels.
            Value[] turned = [.. given.Select(g => PermuteImage(AsImage(g, before, 1, g.Length / before), 2, 1, 0))];
            var joined = new Shape(turned.Sum(t => t.Form.Channels), 1, before);
            return PermuteImage(Layer("Concat", joined, dims, turned), 2, 1, 0) with { Dims = dims };
        }

        bool areImages = first.Rank == 4 && axis == 1;
        Value[] parts = [.. given.Select(g => areImages ? AsImage(g, g.Dims[1], g.Dims[2], g.Dims[3]) : AsVector(g))];
        int channels = parts.Sum(p => p.Form.Channels);
        return Layer("Concat", areImages ? new Shape(channels, dims[2], dims[3]) : new Shape(channels), dims, parts);
    }

    private static IReadOnlyList<Value> Split(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value x = Dynamic(node, inputs, 0);
        int axis = l.Axis(node, node.Int("axis", 0), x.Rank);
        int parts = node.Outputs.Count;
        int each = (x.Dims[axis] + parts - 1) / parts;
        int[] counts = Integers(node, inputs, 1, "split") is { } given
            ? [.. given.Select(g => node.Size("split", g))]
            : [.. Enumerable.Range(0, parts).Select(i => Math.Min(each, x.Dims[axis] - (i * each)))];
        if (counts.Length != parts || counts.Sum() != x.Dims[axis] || counts.Any(c => c < 1))
        {
            throw node.Fail($"[{string.Join(", ", counts)}] do not split {x.Dims[axis]} in {parts} parts.", "", "split");
        }

        var results = new List<Value>();
        int start = 0;
        foreach (int count in counts)
        {
            results.Add(l.Slice(x, axis, start, count, 1));
            start += count;
        }

        return results;
    }

    private Value Slice(Value x, int axis, int start, int count, int step)
    {
        int[] starts = new int[x.Rank];
        int[] steps = [.. Enumerable.Repeat(1, x.Rank)];
        int[] counts = [.. x.Dims];
        starts[axis] = start;
        counts[axis] = count;
        steps[axis] = step;
        return SliceAxes(x, starts, counts, steps);
    }

    private Value SliceAxes(Value x, int[] starts, int[] counts, int[] steps)
    {
        Length(counts);
        bool Changes(int i) => starts[i] != 0 || counts[i] != x.Dims[i] || steps[i] != 1;
        if (!Enumerable.Range(0, x.Rank).Any(Changes))
        {
            return x;
        }

        (Value image, int[] axes) = Sides(x, Changes);
        int[] sizes = SidesOf(image.Form);
        Shape output = ShapeOf([.. axes.Select((a, i) => a < 0 ? sizes[i] : counts[a])]);
        bool channelsAlone = axes.Skip(1).All(a => a < 0 || !Changes(a)) && axes[0] >= 0 && steps[axes[0]] == 1;
        if (channelsAlone)
        {
            return Layer("Slice", output, counts, [image], starts[axes[0]], counts[axes[0]]);
        }

        Value result = Layer("StridedSlice", output, counts, [image], [.. SidesOf(output).Cast<object>()]);
        foreach ((string side, int axis) in new[] { "Channel", "Row", "Column" }.Zip(axes))
        {
            if (axis >= 0)
            {
                Set(result, side + "Start", starts[axis], 0);
                Set(result, side + "Step", steps[axis], 1);
            }
        }

        return result;
    }

    private static IReadOnlyList<Value> Slice(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value x = Dynamic(node, inputs, 0);
        long[] given = Integers(node, inputs, 1, "starts") ?? throw node.Fail("it is missing.", "", "starts");
        long[] ends = Integers(node, inputs, 2, "ends") ?? throw node.Fail("it is missing.", "", "ends");
        long[] axes = Integers(node, inputs, 3, "axes") ?? [.. Enumerable.Range(0, given.Length).Select(i => (long)i)];
        long[] steps = Integers(node, inputs, 4, "steps") ?? [.. Enumerable.Repeat(1L, given.Length)];
        if (ends.Length != given.Length || axes.Length != given.Length || steps.Length != given.Length || steps.Contains(0))
        {
            throw node.Fail("starts, ends, axes and steps do not belong together.");
        }

        int[] first = new int[x.Rank];
        int[] counts = [.. x.Dims];
        int[] distances = [.. Enumerable.Repeat(1, x.Rank)];
        for (int i = 0; i < given.Length; i++)
        {
            int axis = l.Axis(node, axes[i], x.Rank, "axes");
            (int start, int count, int step) = OnnxSlice.Of(x.Dims[axis], given[i], ends[i], steps[i]);
            if (count == 0)
            {
                throw node.Fail("nothing is left of it.", "A network's layers give at least one value.");
            }

            first[axis] = start;
            counts[axis] = count;
            distances[axis] = count == 1 ? 1 : step;
        }

        return [l.SliceAxes(x, first, counts, distances)];
    }

    private static IReadOnlyList<Value> Gather(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value x = Dynamic(node, inputs, 0);
        Tensor indices = Required(node, inputs, 1, "indices");
        int axis = l.Axis(node, node.Int("axis", 0), x.Rank);
        int size = x.Dims[axis];
        int[] places = [.. indices.Integers.Select(i => (int)(i < 0 ? i + size : i))];
        if (places.Length == 0 || places.Any(p => p < 0 || p >= size))
        {
            throw node.Fail($"there is nothing at one of [{string.Join(", ", indices.Integers)}].", "", "indices");
        }

        // What is in steps of one size is a slice; the slices are joined.
        var parts = new List<Value>();
        for (int i = 0; i < places.Length;)
        {
            int step = i + 1 < places.Length && places[i + 1] != places[i] ? places[i + 1] - places[i] : 1;
            int count = 1;
            while (i + count < places.Length && places[i + count] == places[i] + (count * step))
            {
                count++;
            }

            parts.Add(l.Slice(x, axis, places[i], count, count == 1 ? 1 : step));
            i += count;
        }

        Value joined = l.Concat(node, [.. parts], axis);
        return [joined with { Dims = [.. x.Dims[..axis], .. indices.Dims, .. x.Dims[(axis + 1)..]] }];
    }

    private static IReadOnlyList<Value> Pad(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value x = Dynamic(node, inputs, 0);
        long[] pads = Integers(node, inputs, 1, "pads") ?? node.Ints("paddings") ?? throw node.Fail("it is missing.", "", "pads");
        double value = Constant(node, inputs, 2, "constant_value")?.First ?? node.Float("value", 0);
        long[] axes = Constant(node, inputs, 3, "axes")?.Integers ?? [.. Enumerable.Range(0, x.Rank).Select(i => (long)i)];
        if (pads.Length != 2 * axes.Length)
        {
            throw node.Fail($"[{string.Join(", ", pads)}] are no pads of {axes.Length} axes.", "", "pads");
        }

        int[] before = new int[x.Rank];
        int[] after = new int[x.Rank];
        for (int i = 0; i < axes.Length; i++)
        {
            if (pads[i] == 0 && pads[i + axes.Length] == 0)
            {
                continue;
            }

            int axis = l.Axis(node, axes[i], x.Rank, "axes");
            before[axis] += node.Size("pads", pads[i]);
            after[axis] += node.Size("pads", pads[i + axes.Length]);
        }

        string mode = node.Text("mode", "constant") switch
        {
            "constant" => "Constant",
            "edge" => "Edge",
            "reflect" => "Reflect",
            "wrap" => "Wrap",
            string other => throw node.Fail($"'{other}' is unknown.", "", "mode"),
        };

        // Negative padding takes away.
        int[] starts = [.. before.Select(b => Math.Max(0, -b))];
        int[] counts = [.. x.Dims.Select((d, i) => d + Math.Min(0, before[i]) + Math.Min(0, after[i]))];
        Value kept = l.SliceAxes(x, starts, counts, [.. Enumerable.Repeat(1, x.Rank)]);
        return [l.PadAxes(kept, [.. before.Select(b => Math.Max(0, b))], [.. after.Select(a => Math.Max(0, a))], mode, value)];
    }

    private Value PadAxes(Value x, int[] before, int[] after, string mode, double value)
    {
        int[] dims = [.. x.Dims.Select((d, i) => checked(d + before[i] + after[i]))];
        Length(dims);
        if (dims.SequenceEqual(x.Dims))
        {
            return x;
        }

        (Value image, int[] axes) = Sides(x, i => before[i] + after[i] > 0);
        if (axes.Length == 1)
        {
            image = AsImage(x, x.Length, 1, 1);
            axes = [axes[0], -1, -1];
        }

        return PadSides(image, dims, [.. axes.Select(a => a < 0 ? 0 : before[a])], [.. axes.Select(a => a < 0 ? 0 : after[a])], mode, value);
    }

    /// <summary>Pads an image before and after its channels, rows and columns.</summary>
    private Value PadSides(Value image, int[] dims, int[] before, int[] after, string mode, double value)
    {
        int[] sides = [.. SidesOf(image.Form).Select((s, i) => s + before[i] + after[i])];
        bool isZero = mode == "Constant" && value == 0 && before[0] == 0 && after[0] == 0;
        int[] padding = [before[2], after[2], before[1], after[1]];
        object[] arguments = padding.Distinct().Count() == 1 ? [padding[0]] : [.. padding.Cast<object>()];
        Value result = Layer(isZero ? "ZeroPad2D" : "Pad2D", ShapeOf(sides), dims, [image], arguments);
        if (!isZero)
        {
            Set(result, "Front", before[0], 0);
            Set(result, "Back", after[0], 0);
            Set(result, "Mode", new EnumText("PaddingMode." + mode), new EnumText("PaddingMode.Constant"));
            Set(result, "Value", mode == "Constant" ? double.IsInfinity(value) ? value : Single(value) : 0.0, 0.0);
        }

        return result;
    }

    private static IReadOnlyList<Value> Upsample(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value x = Dynamic(node, inputs, 0);
        float[] scales = Constant(node, inputs, 1, "scales")?.Floats ?? node.Floats("scales")
            ?? [1, 1, (float)node.Float("height_scale", 1), (float)node.Float("width_scale", 1)];
        return [l.OldResize(node, x, scales)];
    }

    private static IReadOnlyList<Value> Resize(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value x = Dynamic(node, inputs, 0);
        string mode = node.Text("mode", "nearest");
        if (node.Opset < 11)
        {
            return [l.OldResize(node, x, Required(node, inputs, 1, "scales").Floats)];
        }

        if (node.Int("antialias", 0) != 0)
        {
            throw node.Fail("it filters before it makes smaller.", "Only resizing without antialiasing can be imported.", "antialias");
        }

        float[]? scales = Constant(node, inputs, 2, "scales") is { Length: > 0 } s ? s.Floats : null;
        long[]? sizes = Constant(node, inputs, 3, "sizes") is { Length: > 0 } z ? z.Integers : null;
        int[] axes = node.Ints("axes") is { } given
            ? [.. given.Select(a => (int)(a < 0 ? a + x.Rank : a))]
            : [.. Enumerable.Range(0, x.Rank)];
        if ((scales?.Length ?? sizes?.Length ?? -1) != axes.Length || axes.Any(a => a < 0 || a >= x.Rank))
        {
            throw node.Fail($"it gives no size for each of the axes of {Dimensions.Text(x.Dims)}.");
        }

        float[] factors = [.. Enumerable.Repeat(1f, x.Rank)];
        int[] dims = [.. x.Dims];
        string policy = node.Text("keep_aspect_ratio_policy", "stretch");
        float[] quotients = sizes is null ? [] : [.. sizes.Zip(axes, (size, a) => (float)size / x.Dims[a])];
        float common = policy == "not_larger" && sizes is not null ? quotients.Min() : policy == "not_smaller" && sizes is not null ? quotients.Max() : 0;
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = axes[i];
            factors[axis] = scales is not null ? scales[i] : common > 0 ? common : quotients[i];
            dims[axis] = scales is not null ? Scaled(x.Dims[axis], scales[i])
                : common > 0 ? Whole(MathF.Round(common * x.Dims[axis], MidpointRounding.AwayFromZero))
                : node.Size("sizes", sizes![i]);
        }

        string coordinates = node.Text("coordinate_transformation_mode", "half_pixel");
        Value result = l.Resize(node, x, factors, dims, mode, coordinates, node.Text("nearest_mode", "round_prefer_floor"));
        if (coordinates == "tf_crop_and_resize" && result.Layer != x.Layer)
        {
            SetCrop(node, result, axes, Constant(node, inputs, 1, "roi")?.Floats ?? [.. axes.Select(_ => 0f), .. axes.Select(_ => 1f)], factors);
        }

        return [result];
    }

    /// <summary>The part of the image that is resized. ONNX Runtime does not look at that of an axis whose scale is 1.</summary>
    private static void SetCrop(OnnxNode node, Value result, int[] axes, float[] roi, float[] scales)
    {
        if (roi.Length != 2 * axes.Length)
        {
            throw node.Fail($"[{string.Join(", ", roi)}] are no parts of {axes.Length} axes.", "", "roi");
        }

        foreach ((string start, string end, int axis) in new[] { ("CropTop", "CropBottom", result.Rank - 2), ("CropLeft", "CropRight", result.Rank - 1) })
        {
            int i = Array.IndexOf(axes, axis);
            if (i >= 0 && scales[axis] != 1)
            {
                Set(result, start, Single(roi[i]), 0.0);
                Set(result, end, Single(roi[i + axes.Length]), 1.0);
            }
        }

        Set(result, "Value", Single(node.Float("extrapolation_value", 0)), 0.0);
    }

    /// <summary>Before opset 11, the first pixels' centres meet, and the nearest pixel is the next one where an axis becomes shorter.</summary>
    private Value OldResize(OnnxNode node, Value x, float[] scales)
    {
        string mode = node.Text("mode", "nearest");
        if (mode == "nearest" && scales.Any(s => s < 1) && scales.Any(s => s > 1))
        {
            Value shorter = OldResize(node, x, [.. scales.Select(s => Math.Min(s, 1))]);
            return OldResize(node, shorter, [.. scales.Select(s => Math.Max(s, 1))]);
        }

        return Resize(node, x, scales, null, mode, "asymmetric", scales.Any(s => s < 1) ? "ceil" : "floor");
    }

    /// <summary>A length, scaled in the precision of the scale.</summary>
    private static int Scaled(int length, float scale) => Whole(length * scale);

    private static int Whole(float length) => (int)Math.Min(int.MaxValue, MathF.Floor(length));

    private Value Resize(OnnxNode node, Value x, float[] scales, int[]? sizes, string mode, string coordinates, string rounding)
    {
        if (scales.Length != x.Rank || scales.Any(s => !(s > 0) || float.IsInfinity(s)))
        {
            throw node.Fail($"[{string.Join(", ", scales)}] are no scales of {Dimensions.Text(x.Dims)}.", "", "scales");
        }

        int[] dims = sizes ?? [.. x.Dims.Select((d, i) => Scaled(d, scales[i]))];
        Length(dims);

        // ONNX Runtime copies a value that keeps its size, whatever the scales are.
        if (dims.SequenceEqual(x.Dims))
        {
            return x;
        }

        if (!Enumerable.Range(0, Math.Max(0, x.Rank - 2)).All(axis => dims[axis] == x.Dims[axis] && scales[axis] == 1))
        {
            throw node.Fail("it resizes more than height and width.", "", sizes is null ? "scales" : "sizes");
        }

        int height = x.Rank > 1 ? x.Dims[^2] : 1;
        int width = x.Dims[^1];
        int channels = x.Length / height / width;
        Value image = AsImage(x, channels, height, width);
        int newHeight = x.Rank > 1 ? dims[^2] : 1;
        int newWidth = dims[^1];
        float scaleHeight = x.Rank > 1 ? scales[^2] : 1;
        float scaleWidth = scales[^1];
        var output = new Shape(channels, newHeight, newWidth);
        bool whole = newHeight % height == 0 && newWidth % width == 0 && scaleHeight == newHeight / height && scaleWidth == newWidth / width;
        object[] factors = whole ? Square([newHeight / height, newWidth / width]) : [];
        bool repeats = mode == "nearest" && coordinates == "asymmetric" && rounding == "floor";
        bool halves = mode == "nearest" && coordinates == "half_pixel" && rounding is "round_prefer_floor" or "round_prefer_ceil";
        if (whole && mode == "nearest" && (repeats || halves))
        {
            return Layer("Upsample2D", output, dims, [image], factors);
        }

        if (whole && (mode is "linear" or "bilinear") && (coordinates is "half_pixel" or "align_corners"))
        {
            Value bilinear = Layer("Upsample2D", output, dims, [image], factors);
            bilinear.Layer!.Named.Add(("Mode", new EnumText("UpsampleMode.Bilinear")));
            Set(bilinear, "AlignCorners", coordinates == "align_corners", false);
            return bilinear;
        }

        Value result = Layer("Resize2D", output, dims, [image], newHeight, newWidth);
        Set(result, "Mode", new EnumText("ResizeMode." + Choice("mode", mode, ("nearest", "Nearest"), ("linear", "Linear"), ("bilinear", "Linear"), ("cubic", "Cubic"))), new EnumText("ResizeMode.Nearest"));
        string place = Choice(
            "coordinate_transformation_mode",
            coordinates,
            ("half_pixel", "HalfPixel"),
            ("pytorch_half_pixel", "PytorchHalfPixel"),
            ("align_corners", "AlignCorners"),
            ("asymmetric", "Asymmetric"),
            ("half_pixel_symmetric", "HalfPixelSymmetric"),
            ("tf_crop_and_resize", "Crop"));
        Set(result, "Coordinates", new EnumText("ResizeCoordinates." + place), new EnumText("ResizeCoordinates.HalfPixel"));
        if (mode == "nearest")
        {
            string nearest = Choice(
                "nearest_mode", rounding, ("round_prefer_floor", "RoundPreferFloor"), ("round_prefer_ceil", "RoundPreferCeil"), ("floor", "Floor"), ("ceil", "Ceil"));
            Set(result, "Rounding", new EnumText("NearestRounding." + nearest), new EnumText("NearestRounding.RoundPreferFloor"));
        }

        Set(result, "ScaleHeight", Single(scaleHeight), Single((float)newHeight / height));
        Set(result, "ScaleWidth", Single(scaleWidth), Single((float)newWidth / width));
        if (mode == "cubic")
        {
            Set(result, "CubicCoefficient", Single(node.Float("cubic_coeff_a", -0.75f)), -0.75);
        }

        Set(result, "ExcludeOutside", node.Int("exclude_outside", 0) != 0, false);
        return result;

        string Choice(string attribute, string given, params (string Onnx, string Name)[] choices) =>
            choices.FirstOrDefault(c => c.Onnx == given).Name
            ?? throw node.Fail($"'{given}' cannot be imported.", $"Use one of {string.Join(", ", choices.Select(c => c.Onnx))}.", attribute);
    }

    private static IReadOnlyList<Value> DepthToSpace(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value x = Dynamic(node, inputs, 0);
        int factor = node.Size("blocksize", node.Int("blocksize", 0));
        if (x.Rank != 4 || factor < 1 || factor > 1024 || x.Dims[1] % (factor * factor) != 0)
        {
            throw node.Fail($"{factor}·{factor} does not divide the channels of {Dimensions.Text(x.Dims)}.", "", "blocksize");
        }

        bool columnsFirst = node.Text("mode", "DCR") == "CRD";
        Value image = columnsFirst ? l.Channels(node, x) : l.Image(node, x);
        if (!columnsFirst && factor > 1)
        {
            image = l.Layer("ChannelShuffle", image.Form, x.Dims, [image], factor * factor);
        }

        int[] dims = [x.Dims[0], x.Dims[1] / factor / factor, x.Dims[2] * factor, x.Dims[3] * factor];
        return [l.Layer("PixelShuffle", new Shape(dims[0] * dims[1], dims[2], dims[3]), dims, [image], factor)];
    }

    private static IReadOnlyList<Value> SpaceToDepth(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value x = Dynamic(node, inputs, 0);
        int factor = node.Size("blocksize", node.Int("blocksize", 0));
        if (x.Rank != 4 || factor < 1 || x.Dims[2] % factor != 0 || x.Dims[3] % factor != 0)
        {
            throw node.Fail($"{factor} does not divide height and width of {Dimensions.Text(x.Dims)}.", "", "blocksize");
        }

        (int n, int c, int h, int w) = (x.Dims[0], x.Dims[1], x.Dims[2] / factor, x.Dims[3] / factor);
        Value blocks = x with { Dims = [n, c, h, factor, w, factor] };
        Value turned = l.Transpose(node, blocks, [0, 3, 5, 1, 2, 4]);
        return [turned with { Dims = [n, c * factor * factor, h, w] }];
    }
}
