using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

// Convolutions and poolings.
internal sealed partial class Lowering
{
    /// <summary>Where a window stands and steps, for height and width.</summary>
    private sealed record Window(int[] Kernel, int[] Stride, int[] Dilation, int[] Before, int[] After)
    {
        public int Span(int axis) => (Dilation[axis] * (Kernel[axis] - 1)) + 1;

        public bool HasPadding => Before.Concat(After).Any(p => p > 0);

        /// <summary>The windows along an axis; in ceil mode without those that would start after the image and its first padding.</summary>
        public int Places(int axis, int size, bool ceil)
        {
            long room = (long)size + Before[axis] + After[axis] - Span(axis) + (ceil ? Stride[axis] - 1 : 0);
            long places = room < 0 ? 0 : (room / Stride[axis]) + 1;
            return (int)(ceil && (places - 1) * Stride[axis] >= size + Before[axis] ? places - 1 : places);
        }
    }

    private static Window ReadWindow(OnnxNode node, Shape image, int rank, int[]? weights)
    {
        int spatial = rank - 2;
        int[] Read(string name, int otherwise)
        {
            long[] given = node.Ints(name) is { Length: > 0 } values ? values : [.. Enumerable.Repeat((long)otherwise, spatial)];
            if (given.Length != spatial || given.Any(g => g < 1))
            {
                throw node.Fail($"[{string.Join(", ", given)}] are no {name} of {spatial} axes.", "", name);
            }

            return [.. Enumerable.Repeat(1, 2 - spatial), .. given.Select(g => node.Size(name, g))];
        }

        int[] kernel = weights is not null && !node.Has("kernel_shape")
            ? [.. Enumerable.Repeat(1, 2 - spatial), .. weights]
            : node.Has("kernel_shape") ? Read("kernel_shape", 1) : throw node.Fail("it is missing.", "", "kernel_shape");
        int[] own = weights is null ? kernel : [.. Enumerable.Repeat(1, 2 - spatial), .. weights];
        if (!kernel.SequenceEqual(own))
        {
            throw node.Fail($"it differs from the weights, {Dimensions.Text(own)}.", "", "kernel_shape");
        }

        var window = new Window(kernel, Read("strides", 1), Read("dilations", 1), [0, 0], [0, 0]);
        string auto = node.Text("auto_pad", "NOTSET");
        if (auto is "SAME_UPPER" or "SAME_LOWER")
        {
            int[] sizes = [image.Height, image.Width];
            for (int axis = 0; axis < 2; axis++)
            {
                int places = (sizes[axis] + window.Stride[axis] - 1) / window.Stride[axis];
                int total = Math.Max(0, ((places - 1) * window.Stride[axis]) + window.Span(axis) - sizes[axis]);
                window.Before[axis] = auto == "SAME_UPPER" ? total / 2 : total - (total / 2);
                window.After[axis] = total - window.Before[axis];
            }
        }
        else if (auto is not ("NOTSET" or "VALID" or ""))
        {
            throw node.Fail($"'{auto}' is unknown.", "", "auto_pad");
        }
        else if (auto != "VALID" && node.Ints("pads") is { Length: > 0 } pads)
        {
            if (pads.Length != 2 * spatial || (weights is null && pads.Any(p => p < 0)))
            {
                throw node.Fail($"[{string.Join(", ", pads)}] are no pads of {spatial} axes.", "", "pads");
            }

            for (int axis = 0; axis < spatial; axis++)
            {
                window.Before[axis + 2 - spatial] = node.Size("pads", pads[axis]);
                window.After[axis + 2 - spatial] = node.Size("pads", pads[axis + spatial]);
            }
        }

        return window;
    }

    private static object[] Square(int[] sides) => sides[0] == sides[1] ? [sides[0]] : [sides[0], sides[1]];

    /// <summary>Writes the arguments of a window that differ from their defaults.</summary>
    private static void SetWindow(Value layer, Window window, int[] strideDefault)
    {
        Pair(layer, "Stride", window.Stride, strideDefault);
        int[] padding = [window.Before[0], window.After[0], window.Before[1], window.After[1]];
        if (padding.Distinct().Count() == 1)
        {
            Set(layer, "Padding", padding[0], 0);
        }
        else
        {
            foreach ((string side, int value) in new[] { "Top", "Bottom", "Left", "Right" }.Zip(padding))
            {
                Set(layer, "Padding" + side, value, 0);
            }
        }

        Pair(layer, "Dilation", window.Dilation, [1, 1]);
    }

    private static void Pair(Value layer, string name, int[] values, int[] otherwise)
    {
        if (values[0] == values[1] && (values[0] != otherwise[0] || values[1] != otherwise[1]))
        {
            layer.Layer!.Named.Add((name, values[0]));
        }
        else
        {
            Set(layer, name + "Height", values[0], otherwise[0]);
            Set(layer, name + "Width", values[1], otherwise[1]);
        }
    }

    private static IReadOnlyList<Value> Convolution(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value given = Dynamic(node, inputs, 0);
        Tensor weights = Required(node, inputs, 1, "W");
        Value x = l.Image(node, given);
        if (weights.Dims.Length != given.Rank)
        {
            throw node.Fail($"its weights {Dimensions.Text(weights.Dims)} do not fit {Dimensions.Text(given.Dims)}.", "", "W");
        }

        Window window = ReadWindow(node, x.Form, given.Rank, [.. weights.Dims.Skip(2)]);
        int groups = node.Size("group", node.Int("group", 1));
        int channels = x.Form.Channels;
        if (groups < 1 || channels % groups != 0 || weights.Dims[1] * groups != channels || weights.Dims[0] % groups != 0)
        {
            throw node.Fail($"its weights {Dimensions.Text(weights.Dims)} in {groups} groups do not fit {Dimensions.Text(given.Dims)}.", "", "W");
        }

        // Negative padding takes away.
        (x, window) = (l.Crop(x, window), window with { Before = NoLess(window.Before), After = NoLess(window.After) });
        int filters = weights.Dims[0];
        var output = new Shape(filters, Places(node, window, x.Form, 0, false), Places(node, window, x.Form, 1, false));
        bool depthwise = groups == channels && groups > 1;
        Value result = depthwise
            ? l.Layer("DepthwiseConv2D", output, DimsLike(given, output), [x], Square(window.Kernel))
            : l.Layer("Conv2D", output, DimsLike(given, output), [x], [filters, .. Square(window.Kernel)]);
        SetWindow(result, window, [1, 1]);
        result.Layer!.IsSequence = given.Rank == 3;
        Set(result, depthwise ? "Multiplier" : "Groups", depthwise ? filters / channels : groups, 1);
        Tensor? bias = Constant(node, inputs, 2, "B");
        Set(result, "Bias", bias is not null, true);
        AddWeights(result, weights, bias, filters, channels / groups, window.Kernel[0], window.Kernel[1]);
        return [result];
    }

    private static int[] NoLess(int[] pads) => [.. pads.Select(p => Math.Max(0, p))];

    /// <summary>An image without the rows and columns that negative padding takes away.</summary>
    private Value Crop(Value x, Window window)
    {
        Value image = x with { Dims = [1, .. SidesOf(x.Form)] };
        int[] starts = [0, 0, .. window.Before.Select(p => Math.Max(0, -p))];
        int[] counts = [.. image.Dims.Select((d, i) => i < 2 ? d : d + Math.Min(0, window.Before[i - 2]) + Math.Min(0, window.After[i - 2]))];
        return SliceAxes(image, starts, counts, [1, 1, 1, 1]);
    }

    /// <summary>
    /// Negative padding of a transposed convolution makes its result larger: so do rows and columns of zeros around the image, of which
    /// padding takes the rest away.
    /// </summary>
    private (Value Image, Window Window) Extend(Value x, Window window)
    {
        int[] Missing(int[] pads) => [.. pads.Select((p, axis) => p < 0 ? (-p + window.Stride[axis] - 1) / window.Stride[axis] : 0)];
        int[] before = Missing(window.Before);
        int[] after = Missing(window.After);
        return before.Concat(after).All(m => m == 0) ? (x, window) : (
            PadSides(x, x.Dims, [0, .. before], [0, .. after], "Constant", 0),
            window with
            {
                Before = [.. window.Before.Select((p, axis) => p + (before[axis] * window.Stride[axis]))],
                After = [.. window.After.Select((p, axis) => p + (after[axis] * window.Stride[axis]))],
            });
    }

    private static int Places(OnnxNode node, Window window, Shape image, int axis, bool ceil)
    {
        int size = axis == 0 ? image.Height : image.Width;
        int places = window.Places(axis, size, ceil);
        return places > 0 ? places : throw node.Fail($"its kernel spans {window.Span(axis)}, and the padded image only {size + window.Before[axis] + window.After[axis]}.");
    }

    private static IReadOnlyList<Value> TransposedConvolution(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value given = Dynamic(node, inputs, 0);
        Tensor weights = Required(node, inputs, 1, "W");
        Value x = l.Image(node, given);
        if (weights.Dims.Length != given.Rank)
        {
            throw node.Fail($"its weights {Dimensions.Text(weights.Dims)} do not fit {Dimensions.Text(given.Dims)}.", "", "W");
        }

        int spatial = given.Rank - 2;
        int groups = node.Size("group", node.Int("group", 1));
        if (weights.Dims[0] != x.Form.Channels || groups < 1 || weights.Dims[0] % groups != 0)
        {
            throw node.Fail($"its weights {Dimensions.Text(weights.Dims)} in {groups} groups do not fit {Dimensions.Text(given.Dims)}.", "", "W");
        }

        string auto = node.Text("auto_pad", "NOTSET");
        Window window = ReadWindow(node, x.Form, given.Rank, [.. weights.Dims.Skip(2)]);
        (x, window) = l.Extend(x, window);
        int[] extra = [0, 0];
        int[] sizes = [x.Form.Height, x.Form.Width];
        int[] outputs = [0, 0];
        long[]? shape = node.Ints("output_shape") is { Length: > 0 } lengths ? lengths[^Math.Min(spatial, lengths.Length)..] : null;
        long[]? extras = node.Ints("output_padding") is { Length: > 0 } p ? p : null;
        if (shape?.Length < spatial || extras?.Length < spatial)
        {
            throw node.Fail($"output_shape and output_padding do not have {spatial} axes.");
        }

        for (int i = 0; i < spatial; i++)
        {
            int axis = i + 2 - spatial;
            extra[axis] = extras is null ? 0 : node.Size("output_padding", extras[i]);
            int full = ((sizes[axis] - 1) * window.Stride[axis]) + window.Span(axis);
            if (shape is not null || auto is "SAME_UPPER" or "SAME_LOWER")
            {
                // What is more than the size is cut off at both ends; only a given shape may be larger than that.
                int size = shape is not null ? node.Size("output_shape", shape[i]) : sizes[axis] * window.Stride[axis];
                int total = Math.Max(0, full + extra[axis] - size);
                window.Before[axis] = auto == "SAME_UPPER" ? total / 2 : total - (total / 2);
                window.After[axis] = total - window.Before[axis];
                extra[axis] = shape is not null ? size - full + total : extra[axis];
            }

            // A layer adds fewer rows than its stride or dilation. What is more can only be cut off again.
            int most = Math.Max(window.Stride[axis], window.Dilation[axis]) - 1;
            int both = Math.Clamp(extra[axis] - most, 0, window.After[axis]);
            window.After[axis] -= both;
            extra[axis] -= both;
            if (extra[axis] > most)
            {
                throw node.Fail(
                    $"it adds {extra[axis]} rows or columns of zeros at the end, and a stride of {window.Stride[axis]} leaves room for {most}.",
                    "",
                    shape is null ? "output_padding" : "output_shape");
            }

            outputs[axis] = full - window.Before[axis] - window.After[axis] + extra[axis];
        }

        for (int axis = 2 - spatial - 1; axis >= 0; axis--)
        {
            outputs[axis] = sizes[axis];
        }

        if (outputs.Any(o => o < 1))
        {
            throw node.Fail($"its output would be {outputs[0]}×{outputs[1]}.");
        }

        int filters = weights.Dims[1] * groups;
        var output = new Shape(filters, outputs[0], outputs[1]);
        Value result = l.Layer("ConvTranspose2D", output, DimsLike(given, output), [x], [filters, .. Square(window.Kernel)]);
        SetWindow(result, window, [1, 1]);
        result.Layer!.IsSequence = given.Rank == 3;
        Pair(result, "OutputPadding", extra, [0, 0]);
        Set(result, "Groups", groups, 1);
        Tensor? bias = Constant(node, inputs, 2, "B");
        Set(result, "Bias", bias is not null, true);
        AddWeights(result, weights, bias, weights.Dims[0], weights.Dims[1], window.Kernel[0], window.Kernel[1]);
        return [result];
    }

    /// <summary>Poolings look at each channel alone, so that the samples of a batch are more channels to them.</summary>
    private Value Channels(OnnxNode node, Value x)
    {
        if (x.Rank is not (3 or 4))
        {
            throw node.Fail($"its input has the shape {Dimensions.Text(x.Dims)}.", "Only one- and two-dimensional images, of rank 3 and 4, can be imported.");
        }

        int channels = x.Dims[0] * x.Dims[1];
        return x.Rank == 4 ? AsImage(x, channels, x.Dims[2], x.Dims[3]) : AsImage(x, channels, 1, x.Dims[2]);
    }

    private static int[] PoolDims(Value given, Shape output) => given.Rank == 4
        ? [given.Dims[0], given.Dims[1], output.Height, output.Width]
        : [given.Dims[0], given.Dims[1], output.Width];

    private static IReadOnlyList<Value> MaxPool(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value given = Dynamic(node, inputs, 0);
        Value x = l.Channels(node, given);
        Window window = ReadWindow(node, x.Form, given.Rank, null);
        bool ceil = node.Int("ceil_mode", 0) != 0;
        var output = new Shape(x.Form.Channels, Places(node, window, x.Form, 0, ceil), Places(node, window, x.Form, 1, ceil));
        (window, ceil) = Simplify(window, ceil, x.Form, output);
        if (!Fits(window))
        {
            x = l.PadImage(x, window, double.NegativeInfinity);
            window = window with { Before = [0, 0], After = [0, 0] };
        }

        Value result = l.Layer("MaxPool2D", output, PoolDims(given, output), [x], Square(window.Kernel));
        SetWindow(result, window, window.Kernel);
        result.Layer!.IsSequence = given.Rank == 3;
        Set(result, "CeilMode", ceil, false);
        return [result];
    }

    private static IReadOnlyList<Value> AveragePool(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value given = Dynamic(node, inputs, 0);
        Value x = l.Channels(node, given);
        Shape image = x.Form;
        Window window = ReadWindow(node, image, given.Rank, null);
        bool ceil = node.Int("ceil_mode", 0) != 0;
        bool counts = node.Int("count_include_pad", 0) != 0;
        var output = new Shape(image.Channels, Places(node, window, image, 0, ceil), Places(node, window, image, 1, ceil));
        if (!counts)
        {
            (window, ceil) = Simplify(window, ceil, image, output);
        }

        Tensor? correction = null;
        if (!Fits(window))
        {
            if (!counts)
            {
                l.folding.Charge((long)output.Height * output.Width);
                correction = Correction(window, image, output);
            }

            x = l.PadImage(x, window, 0);
            window = window with { Before = [0, 0], After = [0, 0] };
            counts = true;
        }

        Value result = l.Layer("AvgPool2D", output, PoolDims(given, output), [x], Square(window.Kernel));
        SetWindow(result, window, window.Kernel);
        result.Layer!.IsSequence = given.Rank == 3;
        Set(result, "CeilMode", ceil, false);
        Set(result, "CountIncludePad", counts || (!window.HasPadding && !ceil), true);
        if (correction is null)
        {
            return [result];
        }

        Value corrected = l.Layer(
            "Elementwise", output, result.Dims, [result], new EnumText("ElementwiseOperator.Multiply"), 1, output.Height, output.Width);
        Weight(corrected, "weight", correction, 1, output.Height, output.Width);
        return [corrected];
    }

    /// <summary>What a mean over whole windows is multiplied by, to be the mean over what of them lies within the image.</summary>
    private static Tensor Correction(Window window, Shape image, Shape output)
    {
        int Inside(int axis, int place, int size) => Enumerable.Range(0, window.Kernel[axis])
            .Count(k => (place * window.Stride[axis]) + (k * window.Dilation[axis]) - window.Before[axis] is var i && i >= 0 && i < size);
        float taps = window.Kernel[0] * window.Kernel[1];
        return new Tensor(
            [output.Height, output.Width],
            [.. Enumerable.Range(0, output.Height).SelectMany(y => Enumerable.Range(0, output.Width).Select(x =>
                taps / (Inside(0, y, image.Height) * Inside(1, x, image.Width))))]);
    }

    /// <summary>
    /// Where padding does not count, more of it after the image than before does nothing but admit a last window: that is ceil mode.
    /// </summary>
    private static (Window Window, bool Ceil) Simplify(Window window, bool ceil, Shape image, Shape output)
    {
        if (ceil || window.Before.SequenceEqual(window.After))
        {
            return (window, ceil);
        }

        Window even = window with { After = [.. window.Before] };
        return even.Places(0, image.Height, true) == output.Height && even.Places(1, image.Width, true) == output.Width ? (even, true) : (window, ceil);
    }

    /// <summary>A pooling layer takes padding up to half the window.</summary>
    private static bool Fits(Window window) =>
        Enumerable.Range(0, 2).All(axis => Math.Max(window.Before[axis], window.After[axis]) <= window.Kernel[axis] / 2);

    private Value PadImage(Value x, Window window, double value)
    {
        int[] before = [0, window.Before[0], window.Before[1]];
        int[] after = [0, window.After[0], window.After[1]];
        return PadSides(x, x.Dims, before, after, "Constant", value);
    }

    private Value GlobalPool(OnnxNode node, Value x, string kind)
    {
        if (x.Rank < 3)
        {
            throw node.Fail($"its input has the shape {Dimensions.Text(x.Dims)}, which is no image.");
        }

        int channels = x.Dims[0] * x.Dims[1];
        Value image = x.Form is { IsVector: false } form && form.Channels == channels ? x : AsImage(x, channels, x.Dims[2], Dimensions.Length(x.Dims[3..]));
        int[] dims = [x.Dims[0], x.Dims[1], .. Enumerable.Repeat(1, x.Rank - 2)];
        return Layer(kind == "Max" ? "GlobalMaxPool2D" : "GlobalAvgPool2D", new Shape(channels, 1, 1), dims, [image]);
    }
}
