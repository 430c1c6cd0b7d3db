using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using NetGen.Onnx.Protos;

namespace NetGen.Onnx.Export;

/// <summary>How each kind of layer is written in ONNX operators.</summary>
internal static class LayerNodes
{
    /// <summary>The operators of <see cref="ElementwiseOperator"/>; from the seventh on, they give truth values.</summary>
    private static readonly string[] Operators =
        ["Add", "Mul", "Sub", "Div", "Max", "Min", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "Equal", "NotEqual", "And", "Or", "Xor"];

    private static readonly Dictionary<string, Action<ModelBuilder, LayerInfo>> Table = new()
    {
        ["Conv2D"] = Convolution,
        ["DepthwiseConv2D"] = Convolution,
        ["ConvTranspose2D"] = TransposedConvolution,
        ["Conv1D"] = Convolution,
        ["DepthwiseConv1D"] = Convolution,
        ["ConvTranspose1D"] = TransposedConvolution,
        ["MaxPool2D"] = MaxPool,
        ["MaxPool1D"] = MaxPool,
        ["AvgPool1D"] = AveragePool,
        ["BatchNorm1D"] = BatchNorm,
        ["AvgPool2D"] = AveragePool,
        ["GlobalMaxPool2D"] = Plain("GlobalMaxPool"),
        ["GlobalAvgPool2D"] = Plain("GlobalAveragePool"),
        ["Dense"] = Dense,
        ["BatchNorm2D"] = BatchNorm,
        ["LocalResponseNorm"] = (m, l) => m.Node(l, "LRN", l.Sources, "", [
            ModelBuilder.Int("size", Int(l, "Size")), Float(l, "alpha", "Alpha"), Float(l, "beta", "Beta"), Float(l, "bias", "K")]),
        ["RNN"] = RecurrentNodes.Write,
        ["GRU"] = RecurrentNodes.Write,
        ["LSTM"] = RecurrentNodes.Write,
        ["Flatten"] = Plain("Flatten"),
        ["Dropout"] = Plain("Identity"),
        ["ZeroPad2D"] = (m, l) => Pad(m, l, l.Sources[0], ""),
        ["Add"] = Plain("Sum"),
        ["Multiply"] = (m, l) => Chain(m, l, "Mul"),
        ["Concat"] = (m, l) => m.Node(l, "Concat", l.Sources, "", ModelBuilder.Int("axis", JoinedAxis(l))),
        ["MatMul"] = AttentionNodes.WriteProduct,
        ["ScaledDotProductAttention"] = AttentionNodes.Write,
        ["MultiheadAttention"] = AttentionNodes.WriteMultihead,
        ["Slice"] = Slice,
        ["Upsample2D"] = Upsample,
        ["ChannelShuffle"] = ChannelShuffle,
        ["PixelShuffle"] = (m, l) => m.Node(
            l, "DepthToSpace", l.Sources, "", ModelBuilder.Int("blocksize", Int(l, "Factor")), ModelBuilder.Text("mode", "CRD")),
        ["Softmax"] = OverChannels("Softmax"),
        ["LogSoftmax"] = OverChannels("LogSoftmax"),
        ["ReLU"] = Plain("Relu"),
        ["ReLU6"] = (m, l) => m.Node(l, "Clip", [l.Sources[0], m.Constant([0f]), m.Constant([6f])]),
        ["LeakyReLU"] = (m, l) => m.Node(l, "LeakyRelu", l.Sources, "", Float(l, "alpha", "Constants")),
        ["PReLU"] = (m, l) => m.Node(l, "PRelu", [l.Sources[0], Slopes(m, l)]),
        ["ELU"] = (m, l) => m.Node(l, "Elu", l.Sources, "", Float(l, "alpha", "Constants")),
        ["SELU"] = Plain("Selu"),
        ["Sigmoid"] = Plain("Sigmoid"),
        ["Tanh"] = Plain("Tanh"),
        ["SiLU"] = (m, l) => m.Node(l, "Mul", [l.Sources[0], m.Node(l, "Sigmoid", l.Sources, "sigmoid")]),
        ["HardSigmoid"] = (m, l) => m.Node(
            l, "HardSigmoid", l.Sources, "", ModelBuilder.Float("alpha", 1.0 / 6), ModelBuilder.Float("beta", 0.5)),
        ["HardSwish"] = Plain("HardSwish"),
        ["GELU"] = (m, l) => m.Node(
            l, "Gelu", l.Sources, "", ModelBuilder.Text("approximate", l.Arguments.Any(a => a.Name == "Approximate") ? "tanh" : "none")),
        ["Mish"] = Plain("Mish"),
        ["Softplus"] = Softplus,
        ["CELU"] = (m, l) => m.Node(l, "Celu", l.Sources, "", Float(l, "alpha", "Constants")),
        ["Softsign"] = Plain("Softsign"),
        ["Threshold"] = Threshold,
        ["Clip"] = (m, l) => m.Node(l, "Clip", [l.Sources[0], Scalar(m, l, 0), Scalar(m, l, 1)]),
        ["Rescaling"] = (m, l) => m.Node(l, "Add", [m.Node(l, "Mul", [l.Sources[0], Scalar(m, l, 0)], "scaled"), Scalar(m, l, 1)]),
        ["Abs"] = Plain("Abs"),
        ["Sign"] = Plain("Sign"),
        ["Square"] = (m, l) => m.Node(l, "Mul", [l.Sources[0], l.Sources[0]]),
        ["Sqrt"] = Plain("Sqrt"),
        ["Reciprocal"] = Plain("Reciprocal"),
        ["Power"] = (m, l) => m.Node(l, "Pow", [l.Sources[0], Scalar(m, l, 0)]),
        ["Exp"] = Plain("Exp"),
        ["Log"] = Plain("Log"),
        ["Erf"] = Plain("Erf"),
        ["Floor"] = Plain("Floor"),
        ["Ceiling"] = Plain("Ceil"),
        ["Round"] = Plain("Round"),
        ["Subtract"] = (m, l) => Chain(m, l, "Sub"),
        ["Divide"] = (m, l) => Chain(m, l, "Div"),
        ["Maximum"] = Plain("Max"),
        ["Minimum"] = Plain("Min"),
        ["Greater"] = Truth("Greater"),
        ["Less"] = Truth("Less"),
        ["GreaterOrEqual"] = Truth("GreaterOrEqual"),
        ["LessOrEqual"] = Truth("LessOrEqual"),
        ["Equal"] = Truth("Equal"),
        ["NotEqual"] = Truth("NotEqual"),
        ["And"] = Truth("And"),
        ["Or"] = Truth("Or"),
        ["Xor"] = Truth("Xor"),
        ["Not"] = Truth("Not"),
        ["Compare"] = (m, l) => Truth(m, l, Operators[(int)ElementwiseOperator.Greater + Int(l, "Comparison")], [l.Sources[0], Scalar(m, l, 0)]),
        ["Where"] = (m, l) => m.Node(l, "Where", [AsTruth(m, l, l.Sources[0], "condition"), l.Sources[1], l.Sources[2]]),
        ["Elementwise"] = Elementwise,
        ["Parameter"] = Parameter,
        ["Identity"] = Plain("Identity"),
        ["Reshape"] = (m, l) => m.Node(l, "Reshape", [l.Sources[0], m.Constant(0, l.Output.Channels, l.Output.Height, l.Output.Width)]),
        ["Permute"] = Permute,
        ["Pad2D"] = GeneralPad,
        ["StridedSlice"] = StridedSlice,
        ["Tile"] = (m, l) => m.Node(l, "Tile", [l.Sources[0], m.Constant([1, .. Sides(l.Output).Zip(Sides(l.Input), (o, i) => o / i)])]),
        ["Resize2D"] = Resize,
        ["Reduce"] = Reduce,
        ["GroupNorm"] = GroupNorm,
        ["InstanceNorm2D"] = (m, l) => m.Node(
            l, "InstanceNormalization", [l.Sources[0], .. NormWeights(m, l, l.Input.Channels)], "", Float(l, "epsilon", "Epsilon")),
        ["LayerNorm"] = LayerNorm,
    };

    /// <summary>Adds a layer's nodes.</summary>
    /// <exception cref="NotSupportedException">ONNX has no operator for the layer, or this class does not know it.</exception>
    public static void Write(ModelBuilder model, LayerInfo layer)
    {
        if (!Table.TryGetValue(layer.Kind, out Action<ModelBuilder, LayerInfo>? write))
        {
            throw new NotSupportedException($"Layer '{layer.Name}': {layer.Kind} cannot be written as ONNX.");
        }

        write(model, layer);
    }

    private static Action<ModelBuilder, LayerInfo> Plain(string type) => (model, layer) => model.Node(layer, type, layer.Sources);

    private static Action<ModelBuilder, LayerInfo> OverChannels(string type) =>
        (model, layer) => model.Node(layer, type, layer.Sources, "", ModelBuilder.Int("axis", 1));

    private static void Convolution(ModelBuilder model, LayerInfo layer) => model.Node(
        layer,
        "Conv",
        WithWeights(model, layer, [layer.Output.Channels, layer.Input.Channels / Int(layer, "Groups"), .. Ints(layer, "Kernel")]),
        "",
        [.. WindowOf(layer, Padding(layer)), ModelBuilder.Int("group", Int(layer, "Groups"))]);

    /// <summary>The axis that layers are joined along: channels, rows or columns, which are 1, 2 and 4.</summary>
    private static long JoinedAxis(LayerInfo layer) =>
        layer.Arguments.Any(a => a.Name == "Axis") ? (ImageAxes)Int(layer, "Axis") == ImageAxes.Height ? 2 : 3 : 1;

    /// <summary>Over all values; or over the channels of each pixel, which then come last.</summary>
    private static void LayerNorm(ModelBuilder model, LayerInfo layer)
    {
        bool perPixel = layer.Arguments.Any(a => a.Name == "Axes");
        bool turns = perPixel && !layer.Input.IsVector;
        string source = turns ? model.Node(layer, "Transpose", layer.Sources, "pixels", ModelBuilder.Ints("perm", 0, 2, 3, 1)) : layer.Sources[0];
        string normal = model.Node(
            layer,
            "LayerNormalization",
            [source, .. NormWeights(model, layer, perPixel ? [layer.Input.Channels] : [.. Sides(layer.Input)])],
            turns ? "normal" : "",
            ModelBuilder.Int("axis", turns ? 3 : 1),
            Float(layer, "epsilon", "Epsilon"));
        if (turns)
        {
            model.Node(layer, "Transpose", [normal], "", ModelBuilder.Ints("perm", 0, 3, 1, 2));
        }
    }

    private static void TransposedConvolution(ModelBuilder model, LayerInfo layer)
    {
        ImmutableArray<long> kernel = Ints(layer, "Kernel");
        ImmutableArray<long> stride = Ints(layer, "Stride");
        ImmutableArray<long> dilation = Ints(layer, "Dilation");
        long[] padding = Padding(layer);
        long Rest(long output, long input, int axis) =>
            output - (((input - 1) * stride[axis]) - padding[axis] - padding[axis + 2] + (dilation[axis] * (kernel[axis] - 1)) + 1);
        model.Node(
            layer,
            "ConvTranspose",
            WithWeights(model, layer, [layer.Input.Channels, layer.Output.Channels / Int(layer, "Groups"), .. kernel]),
            "",
            [
                .. WindowOf(layer, padding),
                ModelBuilder.Int("group", Int(layer, "Groups")),
                ModelBuilder.Ints("output_padding", Rest(layer.Output.Height, layer.Input.Height, 0), Rest(layer.Output.Width, layer.Input.Width, 1)),
            ]);
    }

    private static void Dense(ModelBuilder model, LayerInfo layer) =>
        model.Node(layer, "Gemm", WithWeights(model, layer, [layer.Output.Channels, layer.Input.Channels]), "", ModelBuilder.Int("transB", 1));

    /// <summary>The layer's source and weights, whose own shape may lack sides of 1.</summary>
    private static IEnumerable<string> WithWeights(ModelBuilder model, LayerInfo layer, long[] shape)
    {
        string[] inputs = [layer.Sources[0], model.Weight(layer, "weight", shape)];
        return layer.ParameterCount > layer.WeightCount ? [.. inputs, model.Weight(layer, "bias")] : inputs;
    }

    private static void BatchNorm(ModelBuilder model, LayerInfo layer)
    {
        int channels = layer.Input.Channels;
        bool affine = layer.ParameterCount > 0;
        string scale = affine ? model.Weight(layer, "weight") : model.Constant([.. Enumerable.Repeat(1f, channels)], channels);
        string shift = affine ? model.Weight(layer, "bias") : model.Constant(new float[channels], channels);
        model.Node(
            layer,
            "BatchNormalization",
            [layer.Sources[0], scale, shift, model.Weight(layer, "running_mean"), model.Weight(layer, "running_var")],
            "",
            Float(layer, "epsilon", "Epsilon"));
    }

    private static void MaxPool(ModelBuilder model, LayerInfo layer) =>
        model.Node(layer, "MaxPool", layer.Sources, "", WindowOf(layer, Reach(layer, Padding(layer))));

    /// <summary>
    /// Where windows reach over the padded edge, in ceil mode, what lies beyond is not counted, though the padding may be: so the
    /// padding becomes part of the image first.
    /// </summary>
    private static void AveragePool(ModelBuilder model, LayerInfo layer)
    {
        long[] padding = Padding(layer);
        long[] reach = Reach(layer, padding);
        bool counts = Int(layer, "CountIncludePad") == 1;
        string source = layer.Sources[0];
        if (counts && !reach.SequenceEqual(padding))
        {
            source = padding.Any(p => p > 0) ? Pad(model, layer, source, "pad") : source;
            reach = [.. reach.Zip(padding, (r, p) => r - p)];
            counts = false;
        }

        model.Node(layer, "AveragePool", [source], "", [.. WindowOf(layer, reach), ModelBuilder.Int("count_include_pad", counts ? 1 : 0)]);
    }

    private static string Pad(ModelBuilder model, LayerInfo layer, string source, string part)
    {
        long[] p = Padding(layer);
        return model.Node(layer, "Pad", [source, model.Constant(0, 0, p[0], p[1], 0, 0, p[2], p[3])], part);
    }

    /// <summary>An operator of two inputs, for any number of them.</summary>
    private static void Chain(ModelBuilder model, LayerInfo layer, string type)
    {
        string result = layer.Sources[0];
        for (int i = 1; i < layer.Sources.Length; i++)
        {
            result = model.Node(layer, type, [result, layer.Sources[i]], i == layer.Sources.Length - 1 ? "" : $"part{i}");
        }

        if (layer.Sources.Length == 1)
        {
            model.Node(layer, "Identity", layer.Sources);
        }
    }

    /// <summary>A constant, repeated for each sample.</summary>
    private static void Parameter(ModelBuilder model, LayerInfo layer)
    {
        string weight = model.Weight(layer, "", [1, .. Sides(layer.Output).Select(s => (long)s)]);
        string samples = model.Node(layer, "Shape", [layer.Sources[0]], "samples", ModelBuilder.Int("start", 0), ModelBuilder.Int("end", 1));
        string sides = model.Constant([.. Sides(layer.Output).Select(_ => 1L)]);
        model.Node(layer, "Expand", [weight, model.Node(layer, "Concat", [samples, sides], "shape", ModelBuilder.Int("axis", 0))]);
    }

    private static void Elementwise(ModelBuilder model, LayerInfo layer)
    {
        string weight = model.Weight(layer, "weight");
        string[] operands = Int(layer, "Reversed") == 1 ? [weight, layer.Sources[0]] : [layer.Sources[0], weight];
        var kind = (ElementwiseOperator)Int(layer, "Operator");
        if (kind < ElementwiseOperator.Greater)
        {
            model.Node(layer, Operators[(int)kind], operands);
        }
        else
        {
            Truth(model, layer, Operators[(int)kind], operands);
        }
    }

    private static Action<ModelBuilder, LayerInfo> Truth(string type) => (model, layer) => Truth(model, layer, type, layer.Sources);

    /// <summary>What gives truth values, which become zeros and ones. ONNX has no operator for what is not equal.</summary>
    private static void Truth(ModelBuilder model, LayerInfo layer, string type, IReadOnlyList<string> operands)
    {
        bool takesTruth = type is "And" or "Or" or "Xor" or "Not";
        string[] inputs = takesTruth ? [.. operands.Select((o, i) => AsTruth(model, layer, o, $"operand{i}"))] : [.. operands];
        string result = inputs[0];
        for (int i = 1; i < inputs.Length; i++)
        {
            result = model.Node(layer, type == "NotEqual" ? "Equal" : type, [result, inputs[i]], $"truth{i}");
        }

        result = type is "Not" or "NotEqual" ? model.Node(layer, "Not", [result], "not") : result;
        model.Node(layer, "Cast", [result], "", ModelBuilder.Int("to", (long)TensorProto.Types.DataType.Float));
    }

    private static string AsTruth(ModelBuilder model, LayerInfo layer, string value, string part) =>
        model.Node(layer, "Cast", [value], part, ModelBuilder.Int("to", (long)TensorProto.Types.DataType.Bool));

    private static void Threshold(ModelBuilder model, LayerInfo layer)
    {
        string above = model.Node(layer, "Greater", [layer.Sources[0], Scalar(model, layer, 0)], "above");
        model.Node(layer, "Where", [above, layer.Sources[0], Scalar(model, layer, 1)]);
    }

    private static void Permute(ModelBuilder model, LayerInfo layer)
    {
        long[] order = [0, .. Ints(layer, "Order").Select(o => o + 1)];
        if (!layer.Output.IsVector)
        {
            model.Node(layer, "Transpose", layer.Sources, "", ModelBuilder.Ints("perm", order));
            return;
        }

        string view = model.Node(layer, "Reshape", [layer.Sources[0], model.Constant([0, .. Ints(layer, "Axes")])], "view");
        string turned = model.Node(layer, "Transpose", [view], "turned", ModelBuilder.Ints("perm", order));
        model.Node(layer, "Reshape", [turned, model.Constant(0, layer.Output.Channels)]);
    }

    private static void GeneralPad(ModelBuilder model, LayerInfo layer)
    {
        string[] modes = ["constant", "edge", "reflect", "wrap"];
        long[] p = Padding(layer);
        ImmutableArray<long> channels = Ints(layer, "Channels");
        model.Node(
            layer,
            "Pad",
            [layer.Sources[0], model.Constant(0, channels[0], p[0], p[1], 0, channels[1], p[2], p[3]), model.Constant([(float)layer.Argument("Value")[0]])],
            "",
            ModelBuilder.Text("mode", modes[Int(layer, "Mode")]));
    }

    private static void StridedSlice(ModelBuilder model, LayerInfo layer)
    {
        long[] sides = [.. Sides(layer.Output)];
        long[] starts = [.. Ints(layer, "Start").Take(sides.Length)];
        long[] steps = [.. Ints(layer, "Step").Take(sides.Length)];

        // Backwards, what lies before the first place has a number far below all others.
        long[] ends = [.. sides.Select((count, i) => starts[i] + (count * steps[i])).Select(e => e < 0 ? int.MinValue : e)];
        model.Node(
            layer,
            "Slice",
            [layer.Sources[0], model.Constant(starts), model.Constant(ends), model.Constant([.. sides.Select((_, i) => i + 1L)]), model.Constant(steps)]);
    }

    private static void Resize(ModelBuilder model, LayerInfo layer)
    {
        string[] modes = ["nearest", "linear", "cubic"];
        string[] coordinates = ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric", "half_pixel_symmetric", "tf_crop_and_resize"];
        string[] roundings = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"];
        ImmutableArray<double> scale = layer.Argument("Scale");
        (int From, int To, float Scale)[] sides =
            [(layer.Input.Height, layer.Output.Height, (float)scale[0]), (layer.Input.Width, layer.Output.Width, (float)scale[1])];
        bool bySize = coordinates[Int(layer, "Coordinates")] == "align_corners" || sides.All(s => s.Scale == (float)s.To / s.From);
        if (!bySize && sides.Any(s => MathF.Floor(s.From * s.Scale) != s.To))
        {
            throw new NotSupportedException(
                $"Layer '{layer.Name}': in ONNX, the scales {scale[0]} and {scale[1]} of {layer.Input} do not give {layer.Output}; leave out ScaleHeight and ScaleWidth.");
        }

        string roi = "";
        if (coordinates[Int(layer, "Coordinates")] == "tf_crop_and_resize")
        {
            float[] crop = [.. layer.Argument("Crop").Select(c => (float)c)];
            roi = model.Constant([crop[0], crop[2], crop[1], crop[3]], 4);
            if (sides.Where((s, i) => s.Scale == 1 && (crop[2 * i] != 0 || crop[(2 * i) + 1] != 1)).Any())
            {
                throw new NotSupportedException($"Layer '{layer.Name}': ONNX Runtime does not crop a side that keeps its length, {layer.Input} to {layer.Output}.");
            }
        }

        string[] inputs = bySize
            ? [layer.Sources[0], roi, "", model.Constant(layer.Output.Height, layer.Output.Width)]
            : [layer.Sources[0], roi, model.Constant([(float)scale[0], (float)scale[1]], 2)];
        model.Node(
            layer,
            "Resize",
            inputs,
            "",
            ModelBuilder.Ints("axes", 2, 3),
            ModelBuilder.Text("mode", modes[Int(layer, "Mode")]),
            ModelBuilder.Text("coordinate_transformation_mode", coordinates[Int(layer, "Coordinates")]),
            ModelBuilder.Text("nearest_mode", roundings[Int(layer, "Rounding")]),
            Float(layer, "cubic_coeff_a", "CubicCoefficient"),
            Float(layer, "extrapolation_value", "Value"),
            ModelBuilder.Int("exclude_outside", Int(layer, "ExcludeOutside")));
    }

    private static void Reduce(ModelBuilder model, LayerInfo layer)
    {
        string[] types = ["ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd"];
        long[] axes = [.. Enumerable.Range(0, layer.Input.IsVector ? 1 : 3).Where(a => (Int(layer, "Axes") >> a & 1) == 1).Select(a => a + 1L)];
        if (axes.Length == 0)
        {
            model.Node(layer, "Identity", layer.Sources);
            return;
        }

        model.Node(layer, types[Int(layer, "Reduction")], [layer.Sources[0], model.Constant(axes)], "", ModelBuilder.Int("keepdims", 1));
    }

    /// <summary>Each group is a channel of its own for a normalization without weights; those of the channels come after.</summary>
    private static void GroupNorm(ModelBuilder model, LayerInfo layer)
    {
        long groups = Int(layer, "Groups");
        bool affine = Int(layer, "Parameters") != 0;
        Shape shape = layer.Input;
        string split = model.Node(layer, "Reshape", [layer.Sources[0], model.Constant(0, groups, -1)], "split");
        string one = model.Constant([.. Enumerable.Repeat(1f, (int)groups)], groups);
        string zero = model.Constant(new float[groups], groups);
        string normal = model.Node(layer, "InstanceNormalization", [split, one, zero], "normal", Float(layer, "epsilon", "Epsilon"));
        string[] whole = [normal, model.Constant(0, shape.Channels, shape.Height, shape.Width)];
        if (!affine)
        {
            model.Node(layer, "Reshape", whole);
            return;
        }

        string joined = model.Node(layer, "Reshape", whole, "joined");
        string scaled = model.Node(layer, "Mul", [joined, model.Weight(layer, "weight", shape.Channels, 1, 1)], "scaled");
        model.Node(layer, "Add", [scaled, model.Weight(layer, "bias", shape.Channels, 1, 1)]);
    }

    private static string[] NormWeights(ModelBuilder model, LayerInfo layer, params long[] shape)
    {
        int count = (int)shape.Aggregate(1L, (a, b) => a * b);
        return Int(layer, "Parameters") != 0
            ? [model.Weight(layer, "weight"), model.Weight(layer, "bias")]
            : [model.Constant([.. Enumerable.Repeat(1f, count)], shape), model.Constant(new float[count], shape)];
    }

    private static string Scalar(ModelBuilder model, LayerInfo layer, int index) => model.Constant([(float)layer.Argument("Constants")[index]]);

    private static IEnumerable<long> Sides(Shape shape) => shape.IsVector ? [shape.Channels] : [shape.Channels, shape.Height, shape.Width];

    private static void Slice(ModelBuilder model, LayerInfo layer)
    {
        long start = Int(layer, "Start");
        model.Node(
            layer, "Slice", [layer.Sources[0], model.Constant(start), model.Constant(start + layer.Output.Channels), model.Constant(1L)]);
    }

    private static void Upsample(ModelBuilder model, LayerInfo layer)
    {
        bool bilinear = Int(layer, "Bilinear") == 1;
        string coordinates = !bilinear ? "asymmetric" : Int(layer, "AlignCorners") == 1 ? "align_corners" : "half_pixel";
        ImmutableArray<double> scale = layer.Argument("Scale");
        model.Node(
            layer,
            "Resize",
            [layer.Sources[0], "", model.Constant([1, 1, (float)scale[0], (float)scale[1]], 4)],
            "",
            [
                ModelBuilder.Text("mode", bilinear ? "linear" : "nearest"),
                ModelBuilder.Text("coordinate_transformation_mode", coordinates),
                ModelBuilder.Text("nearest_mode", "floor"),
            ]);
    }

    private static void ChannelShuffle(ModelBuilder model, LayerInfo layer)
    {
        long groups = Int(layer, "Groups");
        Shape shape = layer.Input;
        string split = model.Node(
            layer, "Reshape", [layer.Sources[0], model.Constant(0, groups, shape.Channels / groups, shape.Height, shape.Width)], "split");
        string dealt = model.Node(layer, "Transpose", [split], "dealt", ModelBuilder.Ints("perm", 0, 2, 1, 3, 4));
        model.Node(layer, "Reshape", [dealt, model.Constant(0, shape.Channels, shape.Height, shape.Width)]);
    }

    private static string Slopes(ModelBuilder model, LayerInfo layer)
    {
        long count = layer.WeightCount;
        return layer.Input.IsVector ? model.Weight(layer, "weight", count) : model.Weight(layer, "weight", count, 1, 1);
    }

    /// <summary>log(1 + e^(βx)) / β, and x itself above the threshold.</summary>
    private static void Softplus(ModelBuilder model, LayerInfo layer)
    {
        ImmutableArray<double> constants = layer.Argument("Constants");
        string x = layer.Sources[0];
        string beta = model.Constant([(float)constants[0]], 1);
        string scaled = model.Node(layer, "Mul", [x, beta], "scaled");
        string soft = model.Node(layer, "Div", [model.Node(layer, "Softplus", [scaled], "softplus"), beta], "soft");
        string above = model.Node(layer, "Greater", [scaled, model.Constant([(float)constants[1]], 1)], "above");
        model.Node(layer, "Where", [above, x, soft]);
    }

    private static AttributeProto[] WindowOf(LayerInfo layer, long[] padding) =>
    [
        ModelBuilder.Ints("kernel_shape", Ints(layer, "Kernel")),
        ModelBuilder.Ints("strides", Ints(layer, "Stride")),
        ModelBuilder.Ints("dilations", Ints(layer, "Dilation")),
        ModelBuilder.Ints("pads", padding),
    ];

    /// <summary>Top, left, bottom, right: ONNX's order.</summary>
    private static long[] Padding(LayerInfo layer)
    {
        ImmutableArray<long> p = Ints(layer, "Padding");
        return [p[0], p[2], p[1], p[3]];
    }

    /// <summary>The padding with what the last windows reach beyond it, so that rounding down gives the same number of windows.</summary>
    private static long[] Reach(LayerInfo layer, long[] padding)
    {
        ImmutableArray<long> kernel = Ints(layer, "Kernel");
        ImmutableArray<long> stride = Ints(layer, "Stride");
        ImmutableArray<long> dilation = Ints(layer, "Dilation");
        long Over(long output, long input, int axis) =>
            Math.Max(padding[axis + 2], ((output - 1) * stride[axis]) + (dilation[axis] * (kernel[axis] - 1)) + 1 - input - padding[axis]);
        return [padding[0], padding[1], Over(layer.Output.Height, layer.Input.Height, 0), Over(layer.Output.Width, layer.Input.Width, 1)];
    }

    private static AttributeProto Float(LayerInfo layer, string name, string argument) =>
        ModelBuilder.Float(name, layer.Argument(argument)[0]);

    /// <summary>An argument that is an integer.</summary>
    public static long Int(LayerInfo layer, string argument) => (long)layer.Argument(argument)[0];

    private static ImmutableArray<long> Ints(LayerInfo layer, string argument) => [.. layer.Argument(argument).Select(v => (long)v)];
}
