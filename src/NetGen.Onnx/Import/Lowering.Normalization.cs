using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

// Normalizations, reductions and softmax.
internal sealed partial class Lowering
{
    private static IReadOnlyList<Value> BatchNormalization(Lowering l, OnnxNode node, Value?[] inputs)
    {
        if (node.Int("training_mode", 0) != 0)
        {
            throw node.Fail("it is in training mode.", "Export the model for inference.", "training_mode");
        }

        Value x = Dynamic(node, inputs, 0);
        Tensor[] tensors = [.. new[] { "scale", "B", "input_mean", "input_var" }.Select((name, i) => Required(node, inputs, i + 1, name))];
        double epsilon = Single(node.Float("epsilon", 1e-5f));
        int channels = x.Rank > 1 ? x.Dims[1] : 1;
        if (tensors.Any(t => t.Length != channels))
        {
            throw node.Fail($"its tensors do not have the {channels} values that {Dimensions.Text(x.Dims)} needs.");
        }

        // Before opset 14, further outputs say that it normalizes by the statistics of its own input.
        if (node.Opset is >= 7 and < 14 && node.HasFurtherOutputs)
        {
            return [l.NormalizeByOwnStatistics(node, x, tensors[0], tensors[1], epsilon)];
        }

        if (x.Rank is 2 or 3 or 4 && x.Dims[0] == 1)
        {
            Value source = x.Rank == 2 ? l.AsVector(x) : l.Image(node, x);
            Value result = l.Layer("BatchNorm2D", source.Form, x.Dims, [source]);
            result.Layer!.IsSequence = x.Rank == 3;
            Set(result, "Epsilon", epsilon, 1e-5);
            foreach ((string suffix, Tensor tensor) in new[] { "weight", "bias", "running_mean", "running_var" }.Zip(tensors))
            {
                Weight(result, suffix, tensor, channels);
            }

            return [result];
        }

        var scale = new float[channels];
        var shift = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            double gain = tensors[0].Floats[c] / Math.Sqrt(tensors[3].Floats[c] + epsilon);
            scale[c] = (float)gain;
            shift[c] = (float)(tensors[1].Floats[c] - (tensors[2].Floats[c] * gain));
        }

        int[] dims = [channels, .. Enumerable.Repeat(1, Math.Max(0, x.Rank - 2))];
        Value scaled = l.WithConstant(node, "Multiply", x, new Tensor(dims, scale), false);
        return [l.WithConstant(node, "Add", scaled, new Tensor(dims, shift), false)];
    }

    /// <summary>Each channel less its mean over all samples and pixels, divided by its deviation.</summary>
    private Value NormalizeByOwnStatistics(OnnxNode node, Value x, Tensor scale, Tensor bias, double epsilon)
    {
        if (isBatchwise)
        {
            throw node.Fail("it looks along the batch.");
        }

        int[] axes = [.. Enumerable.Range(0, x.Rank).Where(axis => axis != 1)];
        int[] dims = [x.Rank > 1 ? x.Dims[1] : 1, .. Enumerable.Repeat(1, Math.Max(0, x.Rank - 2))];
        Value centred = Two(node, "Subtract", x, Reduce(x, axes, "Mean"));
        Value deviation = Function("Sqrt", Rescale(Reduce(Function("Square", centred), axes, "Mean"), 1, epsilon));
        Value scaled = WithConstant(node, "Multiply", Two(node, "Divide", centred, deviation), scale.Reshape(dims), false);
        return WithConstant(node, "Add", scaled, bias.Reshape(dims), false);
    }

    private static IReadOnlyList<Value> InstanceNormalization(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value x = Dynamic(node, inputs, 0);
        if (x.Rank < 3)
        {
            throw node.Fail($"its input has the shape {Dimensions.Text(x.Dims)}, which is no image.");
        }

        int channels = x.Dims[0] * x.Dims[1];
        Value image = l.AsImage(x, channels, x.Dims[2], Dimensions.Length(x.Dims[3..]));
        Value result = l.Layer("InstanceNorm2D", image.Form, x.Dims, [image]);
        Set(result, "Epsilon", Single(node.Float("epsilon", 1e-5f)), 1e-5);
        Set(result, "Affine", true, false);
        foreach ((string suffix, Tensor tensor) in new[] { ("weight", Required(node, inputs, 1, "scale")), ("bias", Required(node, inputs, 2, "B")) })
        {
            Weight(result, suffix, PerChannel(node, tensor, x), channels);
        }

        return [result];
    }

    /// <summary>One value for each channel of each sample.</summary>
    private static Tensor PerChannel(OnnxNode node, Tensor tensor, Value x) => x.Dims[1] % Math.Max(1, tensor.Length) == 0
        ? new Tensor([x.Dims[0] * x.Dims[1]], [.. Enumerable.Range(0, x.Dims[0] * x.Dims[1]).Select(i => tensor.Floats[i % x.Dims[1] / (x.Dims[1] / tensor.Length)])]) { Name = tensor.Name }
        : throw node.Fail($"its tensor of {tensor.Length} values does not fit {x.Dims[1]} channels.");

    private static IReadOnlyList<Value> GroupNormalization(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value x = Dynamic(node, inputs, 0);
        int groups = node.Size("num_groups", node.Int("num_groups", 1));
        if (x.Rank < 3 || groups < 1 || x.Dims[1] % groups != 0)
        {
            throw node.Fail($"{groups} groups do not divide {Dimensions.Text(x.Dims)}.", "", "num_groups");
        }

        int channels = x.Dims[0] * x.Dims[1];
        Value image = l.AsImage(x, channels, x.Dims[2], Dimensions.Length(x.Dims[3..]));
        Value result = l.Layer("GroupNorm", image.Form, x.Dims, [image], groups * x.Dims[0]);
        Set(result, "Epsilon", Single(node.Float("epsilon", 1e-5f)), 1e-5);
        foreach ((string suffix, Tensor tensor) in new[] { ("weight", Required(node, inputs, 1, "scale")), ("bias", Required(node, inputs, 2, "bias")) })
        {
            Weight(result, suffix, PerChannel(node, tensor, x), channels);
        }

        return [result];
    }

    private static IReadOnlyList<Value> LayerNormalization(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value x = Dynamic(node, inputs, 0);
        int axis = l.Axis(node, node.Int("axis", -1), x.Rank);
        double epsilon = Single(node.Float("epsilon", 1e-5f));
        int[] inner = x.Dims[axis..];
        int count = Dimensions.Length(inner);
        int rows = x.Length / count;
        Tensor Broadcast(Tensor tensor) => Dimensions.Broadcast([tensor.Dims, inner])?.SequenceEqual(inner) == true
            ? new Tensor(inner, tensor.BroadcastTo(inner).Floats) { Name = tensor.Name }
            : throw node.Fail($"its tensor {Dimensions.Text(tensor.Dims)} does not fit {Dimensions.Text(inner)}.");
        Tensor scale = Broadcast(Required(node, inputs, 1, "Scale"));
        Tensor? bias = Constant(node, inputs, 2, "B") is { } b ? Broadcast(b) : null;
        bool needsStatistics = node.Outputs.Skip(1).Any(o => o.Length > 0);
        if (rows == 1 && !needsStatistics)
        {
            Value whole = l.Layer("LayerNorm", x.Form, x.Dims, [x]);
            Set(whole, "Epsilon", epsilon, 1e-5);
            int[] shape = x.Form.IsVector ? [count] : [x.Form.Channels, x.Form.Height, x.Form.Width];
            Weight(whole, "weight", scale, shape);
            Weight(whole, "bias", bias ?? new Tensor(inner, new float[count]), shape);
            return [whole];
        }

        if (!needsStatistics)
        {
            // Rows are pixels, and what is normalized together their channels.
            Value pixels = l.PermuteImage(l.AsImage(x, rows, 1, count), 2, 1, 0);
            Value each = l.Layer("LayerNorm", pixels.Form, x.Dims, [pixels]);
            each.Layer!.Named.Add(("Axes", new EnumText("ImageAxes.Channels")));
            Set(each, "Epsilon", epsilon, 1e-5);
            Weight(each, "weight", scale, count);
            Weight(each, "bias", bias ?? new Tensor(inner, new float[count]), count);
            return [l.PermuteImage(each, 2, 1, 0) with { Dims = x.Dims }];
        }

        // The statistics are results of their own.
        Value image = l.AsImage(x, rows, 1, count);
        int[] dims = [.. x.Dims[..axis], .. Enumerable.Repeat(1, inner.Length)];
        var pixel = new Shape(rows, 1, 1);
        Value Mean(Value of) => l.Layer("Reduce", pixel, dims, [of], new EnumText("Reduction.Mean"), new EnumText("ImageAxes.Width"));
        Value mean = Mean(image);
        Value centred = l.Layer("Subtract", image.Form, x.Dims, [image, mean]);
        Value deviation = l.Function("Sqrt", l.Rescale(Mean(l.Function("Square", centred)), 1, epsilon));
        Value inverse = l.Function("Reciprocal", deviation);
        Value normalized = l.Layer("Multiply", image.Form, x.Dims, [centred, inverse]);
        foreach ((string kind, Tensor? tensor) in new[] { ("Multiply", scale), ("Add", bias) })
        {
            if (tensor is not null)
            {
                normalized = l.Layer("Elementwise", image.Form, x.Dims, [normalized], new EnumText("ElementwiseOperator." + kind), 1, 1, count);
                Weight(normalized, "weight", tensor, 1, 1, count);
            }
        }

        return [normalized, mean, inverse];
    }

    private static IReadOnlyList<Value> LpNormalization(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value x = Dynamic(node, inputs, 0);
        int[] axes = [l.Axis(node, node.Int("axis", -1), x.Rank)];
        Value norm = node.Int("p", 2) switch
        {
            1 => l.Reduce(l.Function("Abs", x), axes, "Sum"),
            2 => l.Function("Sqrt", l.Reduce(l.Function("Square", x), axes, "Sum")),
            long p => throw node.Fail($"{p} is neither 1 nor 2.", "", "p"),
        };
        return [l.Two(node, "Divide", x, norm)];
    }

    private static IReadOnlyList<Value> MeanVarianceNormalization(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value x = Dynamic(node, inputs, 0);
        int[] axes = l.Axes(node, node.Ints("axes") ?? [0, 2, 3], x.Rank);
        Value centred = l.Two(node, "Subtract", x, l.Reduce(x, axes, "Mean"));
        Value deviation = l.Rescale(l.Function("Sqrt", l.Reduce(l.Function("Square", centred), axes, "Mean")), 1, 1e-9);
        return [l.Two(node, "Divide", centred, deviation)];
    }

    private static IReadOnlyList<Value> LocalResponseNormalization(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value given = Dynamic(node, inputs, 0);
        int size = node.Size("size", node.Int("size", 0));
        if (size < 1 || size % 2 == 0)
        {
            throw node.Fail($"{size} is not odd, and ONNX then counts one neighbour more after than PyTorch and NetGen do.", "Use an odd size.", "size");
        }

        Value x = l.Image(node, given);
        Value result = l.Layer("LocalResponseNorm", x.Form, given.Dims, [x], size);
        Set(result, "Alpha", Single(node.Float("alpha", 1e-4f)), 1e-4);
        Set(result, "Beta", Single(node.Float("beta", 0.75f)), 0.75);
        Set(result, "K", Single(node.Float("bias", 1)), 1.0);
        return [result];
    }

    private static Func<Lowering, OnnxNode, Value?[], IReadOnlyList<Value>> Softmax(string kind) => (l, node, inputs) =>
    {
        Value x = Dynamic(node, inputs, 0);

        // Before opset 13, all axes from the given one on are one.
        bool coerces = node.Opset < 13;
        return [l.SoftmaxOf(kind, x, l.Axis(node, node.Int("axis", coerces ? 1 : -1), x.Rank), coerces)];
    };

    private Value SoftmaxOf(string kind, Value x, int axis, bool coerces)
    {
        int before = Dimensions.Length(x.Dims[..axis]);
        int count = coerces ? Dimensions.Length(x.Dims[axis..]) : x.Dims[axis];
        int after = x.Length / before / count;
        if (before == 1)
        {
            bool fits = x.Form.IsVector ? after == 1 : x.Form.Channels == count;
            return Function(kind, fits ? x : after == 1 ? AsVector(x) : AsImage(x, count, 1, after));
        }

        Value image = PermuteImage(AsImage(x, before, count, after), 1, 0, 2);
        return PermuteImage(Function(kind, image), 1, 0, 2) with { Dims = x.Dims };
    }

    private static Func<Lowering, OnnxNode, Value?[], IReadOnlyList<Value>> Reduction(Func<Lowering, Value, int[], Value> reduce) => (l, node, inputs) =>
    {
        Value x = Dynamic(node, inputs, 0);
        long[]? given = Integers(node, inputs, 1, "axes");
        if (given is null or [] && node.Int("noop_with_empty_axes", 0) != 0)
        {
            return [x];
        }

        int[] axes = l.Axes(node, given is null or [] ? Enumerable.Range(0, x.Rank).Select(i => (long)i) : given, x.Rank);
        Value result = reduce(l, x, axes);
        return [node.Int("keepdims", 1) != 0
            ? result
            : result with { Dims = [.. result.Dims.Where((_, i) => !axes.Contains(i))] }];
    };

    /// <summary>All values along some axes become one; the axes stay, with a length of 1.</summary>
    private Value Reduce(Value x, int[] axes, string kind)
    {
        int[] dims = [.. x.Dims.Select((d, i) => axes.Contains(i) ? 1 : d)];
        List<(int Length, bool IsReduced)> runs = Dimensions.Runs(x.Dims, axes.Contains);
        if (!runs.Any(r => r.IsReduced))
        {
            return x with { Dims = dims };
        }

        if (runs.Count > 3)
        {
            int[] order = [.. Enumerable.Range(0, x.Rank).OrderBy(axes.Contains)];
            Value sorted = Transpose(null, x, order);
            int kept = x.Rank - axes.Length;
            return Reduce(sorted, [.. Enumerable.Range(kept, axes.Length)], kind) with { Dims = dims };
        }

        Value Of(Value source, Shape output, string over) =>
            Layer("Reduce", output, dims, [source], new EnumText("Reduction." + kind), new EnumText(over));
        int[] lengths = [.. runs.Select(r => r.Length)];
        switch (runs.Select(r => r.IsReduced).ToArray())
        {
            case [true]:
                return Layer("Reduce", new Shape(1), dims, [AsVector(x)], new EnumText("Reduction." + kind));
            case [false, true]:
            {
                Value image = !x.Form.IsVector && x.Form.Channels == lengths[0] ? x : AsImage(x, lengths[0], 1, lengths[1]);
                var pixel = new Shape(lengths[0], 1, 1);
                return kind is "Mean" or "Max"
                    ? Layer(kind == "Max" ? "GlobalMaxPool2D" : "GlobalAvgPool2D", pixel, dims, [image])
                    : Of(image, pixel, "ImageAxes.Height | ImageAxes.Width");
            }

            case [true, false]:
            {
                Value image = !x.Form.IsVector && x.Form.Channels == lengths[0] ? x : AsImage(x, lengths[0], 1, lengths[1]);
                return Of(image, new Shape(1, image.Form.Height, image.Form.Width), "ImageAxes.Channels");
            }

            case [false, true, false]:
                return Of(AsImage(x, lengths[0], lengths[1], lengths[2]), new Shape(lengths[0], 1, lengths[2]), "ImageAxes.Height");
            default:
                return Of(AsImage(x, lengths[0], lengths[1], lengths[2]), new Shape(1, lengths[1], 1), "ImageAxes.Channels | ImageAxes.Width");
        }
    }

    /// <summary>
    /// The largest value is taken out first, so that nothing overflows. Where that is infinite, a finite one does as well, and the difference
    /// is a number.
    /// </summary>
    private Value LogSumExp(Value x, int[] axes)
    {
        Value largest = Reduce(x, axes, "Max");
        if (largest.Layer == x.Layer)
        {
            return largest;
        }

        Value max = Function("Clip", largest, (double)-float.MaxValue, (double)float.MaxValue);
        Shape[] forms = Align(null!, [x], [x.Dims, max.Dims], x.Dims);
        Value shifted = Layer("Subtract", forms[2], x.Dims, [As(x, forms[0]), As(max, forms[1])]);
        Value sum = Reduce(Function("Exp", shifted), axes, "Sum");
        return Join("Add", Function("Log", sum), max);
    }
}
