using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

// The table of operators, and those that look at one value at a time.
internal sealed partial class Lowering
{
    private static readonly Dictionary<string, Func<Lowering, OnnxNode, Value?[], IReadOnlyList<Value>>> Operators = new()
    {
        ["Relu"] = Unary((l, n, x) => l.Function("ReLU", x)),
        ["LeakyRelu"] = Unary((l, n, x) => Single(n.Float("alpha", 0.01f)) is var a && a == 0.01 ? l.Function("LeakyReLU", x) : l.Function("LeakyReLU", x, a)),
        ["Elu"] = Unary((l, n, x) => n.Float("alpha", 1) is var a && a == 1 ? l.Function("ELU", x) : l.Function("ELU", x, Single(a))),
        ["Celu"] = Unary((l, n, x) => n.Float("alpha", 1) is var a && a == 1 ? l.Function("CELU", x) : l.Function("CELU", x, Single(a))),
        ["Selu"] = Unary(Selu),
        ["Sigmoid"] = Unary((l, n, x) => l.Function("Sigmoid", x)),
        ["Tanh"] = Unary((l, n, x) => l.Function("Tanh", x)),
        ["HardSigmoid"] = Unary(HardSigmoid),
        ["HardSwish"] = Unary((l, n, x) => l.Function("HardSwish", x)),
        ["Gelu"] = Unary(Gelu),
        ["Mish"] = Unary((l, n, x) => l.Function("Mish", x)),
        ["Swish"] = Unary((l, n, x) => n.Float("alpha", 1) == 1
            ? l.Function("SiLU", x)
            : l.Join("Multiply", x, l.Function("Sigmoid", l.Rescale(x, Single(n.Float("alpha", 1)), 0)))),
        ["Softplus"] = Unary((l, n, x) => l.Function("Softplus", x)),
        ["Softsign"] = Unary((l, n, x) => l.Function("Softsign", x)),
        ["ThresholdedRelu"] = Unary((l, n, x) => l.Function("Threshold", x, Single(n.Float("alpha", 1)), 0.0)),
        ["Shrink"] = Unary(Shrink),
        ["Abs"] = Unary((l, n, x) => l.Function("Abs", x)),
        ["Neg"] = Unary((l, n, x) => l.Rescale(x, -1, 0)),
        ["Sign"] = Unary((l, n, x) => l.Function("Sign", x)),
        ["Exp"] = Unary((l, n, x) => l.Function("Exp", x)),
        ["Log"] = Unary((l, n, x) => l.Function("Log", x)),
        ["Sqrt"] = Unary((l, n, x) => l.Function("Sqrt", x)),
        ["Reciprocal"] = Unary((l, n, x) => l.Function("Reciprocal", x)),
        ["Erf"] = Unary((l, n, x) => l.Function("Erf", x)),
        ["Floor"] = Unary((l, n, x) => l.Function("Floor", x)),
        ["Ceil"] = Unary((l, n, x) => l.Function("Ceiling", x)),
        ["Round"] = Unary((l, n, x) => l.Function("Round", x)),
        ["Identity"] = Unary((l, n, x) => x),
        ["Dropout"] = Dropout,
        ["Cast"] = (l, n, i) => [l.Cast(n, Dynamic(n, i, 0), TypeOf(n, i))],
        ["CastLike"] = (l, n, i) => [l.Cast(n, Dynamic(n, i, 0), TypeOf(n, i))],
        ["Clip"] = Clip,
        ["PRelu"] = PRelu,
        ["Pow"] = Pow,
        ["Add"] = Binary("Add"),
        ["Sub"] = Binary("Subtract"),
        ["Mul"] = Binary("Multiply"),
        ["Div"] = Binary("Divide"),
        ["Sum"] = Variadic("Add"),
        ["Mean"] = (l, n, i) => [l.Rescale(l.Many(n, "Add", i), 1.0 / i.Length, 0)],
        ["Max"] = Variadic("Maximum"),
        ["Min"] = Variadic("Minimum"),
        ["Greater"] = Binary("Greater"),
        ["Less"] = Binary("Less"),
        ["GreaterOrEqual"] = Binary("GreaterOrEqual"),
        ["LessOrEqual"] = Binary("LessOrEqual"),
        ["Equal"] = Binary("Equal"),
        ["And"] = Binary("And"),
        ["Or"] = Binary("Or"),
        ["Xor"] = Binary("Xor"),
        ["Not"] = Unary((l, n, x) => l.Not(x)),
        ["IsNaN"] = Unary((l, n, x) => l.Join("NotEqual", x, x)),
        ["Where"] = Where,
        ["Conv"] = Convolution,
        ["ConvTranspose"] = TransposedConvolution,
        ["MaxPool"] = MaxPool,
        ["AveragePool"] = AveragePool,
        ["GlobalMaxPool"] = (l, n, i) => [l.GlobalPool(n, Dynamic(n, i, 0), "Max")],
        ["GlobalAveragePool"] = (l, n, i) => [l.GlobalPool(n, Dynamic(n, i, 0), "Mean")],
        ["RNN"] = Recurrent,
        ["GRU"] = Recurrent,
        ["LSTM"] = Recurrent,
        ["BatchNormalization"] = BatchNormalization,
        ["InstanceNormalization"] = InstanceNormalization,
        ["GroupNormalization"] = GroupNormalization,
        ["LayerNormalization"] = LayerNormalization,
        ["LpNormalization"] = LpNormalization,
        ["MeanVarianceNormalization"] = MeanVarianceNormalization,
        ["LRN"] = LocalResponseNormalization,
        ["Gemm"] = Gemm,
        ["MatMul"] = MatMul,
        ["Attention"] = Attention,
        ["Softmax"] = Softmax("Softmax"),
        ["LogSoftmax"] = Softmax("LogSoftmax"),
        ["ReduceMean"] = Reduction((l, x, a) => l.Reduce(x, a, "Mean")),
        ["ReduceSum"] = Reduction((l, x, a) => l.Reduce(x, a, "Sum")),
        ["ReduceMax"] = Reduction((l, x, a) => l.Reduce(x, a, "Max")),
        ["ReduceMin"] = Reduction((l, x, a) => l.Reduce(x, a, "Min")),
        ["ReduceProd"] = Reduction((l, x, a) => l.Reduce(x, a, "Product")),
        ["ReduceL1"] = Reduction((l, x, a) => l.Reduce(l.Function("Abs", x), a, "Sum")),
        ["ReduceL2"] = Reduction((l, x, a) => l.Function("Sqrt", l.Reduce(l.Function("Square", x), a, "Sum"))),
        ["ReduceSumSquare"] = Reduction((l, x, a) => l.Reduce(l.Function("Square", x), a, "Sum")),
        ["ReduceLogSum"] = Reduction((l, x, a) => l.Function("Log", l.Reduce(x, a, "Sum"))),
        ["ReduceLogSumExp"] = Reduction((l, x, a) => l.LogSumExp(x, a)),
        ["Flatten"] = Flatten,
        ["Reshape"] = Reshape,
        ["Squeeze"] = Squeeze,
        ["Unsqueeze"] = Unsqueeze,
        ["Transpose"] = (l, n, i) => [l.Transpose(n, Dynamic(n, i, 0))],
        ["Expand"] = Expand,
        ["Tile"] = Tile,
        ["Concat"] = Concat,
        ["Split"] = Split,
        ["Slice"] = Slice,
        ["Gather"] = Gather,
        ["Pad"] = Pad,
        ["Resize"] = Resize,
        ["Upsample"] = Upsample,
        ["DepthToSpace"] = DepthToSpace,
        ["SpaceToDepth"] = SpaceToDepth,
    };

    /// <summary>The operators that can be imported, in alphabetical order.</summary>
    public static IEnumerable<string> OperatorNames => Operators.Keys.Order(StringComparer.Ordinal);

    private static Func<Lowering, OnnxNode, Value?[], IReadOnlyList<Value>> Unary(Func<Lowering, OnnxNode, Value, Value> lower) =>
        (l, n, i) => [lower(l, n, Dynamic(n, i, 0))];

    private Value Rescale(Value x, double scale, double offset) => scale == 1 && offset == 0 ? x : Function("Rescaling", x, scale, offset);

    private static Value Selu(Lowering l, OnnxNode node, Value x)
    {
        double alpha = node.Float("alpha", 1.6732632423543772848170429916717f);
        double gamma = node.Float("gamma", 1.0507009873554804934193349852946f);
        return Math.Abs(alpha - 1.67326324) < 1e-4 && Math.Abs(gamma - 1.05070099) < 1e-4
            ? l.Function("SELU", x)
            : l.Rescale(l.Function("ELU", x, Single(alpha)), Single(gamma), 0);
    }

    private static Value HardSigmoid(Lowering l, OnnxNode node, Value x)
    {
        double alpha = Single(node.Float("alpha", 0.2f));
        double beta = Single(node.Float("beta", 0.5f));
        return Math.Abs(alpha - (1.0 / 6)) < 1e-6 && beta == 0.5 ? l.Function("HardSigmoid", x) : l.Function("Clip", l.Rescale(x, alpha, beta), 0.0, 1.0);
    }

    private static Value Gelu(Lowering l, OnnxNode node, Value x)
    {
        Value result = l.Function("GELU", x);
        Set(result, "Approximate", node.Text("approximate", "none") == "tanh", false);
        return result;
    }

    /// <summary>x less its clipped part: x − clip(x, −λ, λ) moves by the bias where it is not zero.</summary>
    private static Value Shrink(Lowering l, OnnxNode node, Value x)
    {
        double lambda = Single(node.Float("lambd", 0.5f));
        double bias = Single(node.Float("bias", 0));
        Value above = l.Function("Threshold", x, lambda, 0.0);
        Value below = l.Rescale(l.Function("Threshold", l.Rescale(x, -1, 0), lambda, 0.0), -1, 0);
        Value kept = l.Join("Add", above, below);
        return bias == 0 ? kept : l.Join("Subtract", kept, l.Rescale(l.Function("Sign", kept), bias, 0));
    }

    private static IReadOnlyList<Value> Dropout(Lowering l, OnnxNode node, Value?[] inputs) =>
        Constant(node, inputs, 2, "training_mode") is { First: not 0 }
            ? throw node.Fail("it is in training mode.", "Export the model for inference.", "training_mode")
            : [Dynamic(node, inputs, 0)];

    private static IReadOnlyList<Value> Clip(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value? min = inputs.Length > 1 ? inputs[1] : null;
        Value? max = inputs.Length > 2 ? inputs[2] : null;
        if (inputs[0] is { Constant: null } x && min is null or { Constant: not null } && max is null or { Constant: not null })
        {
            double Bound(Value? bound, string name, double otherwise) => bound?.Constant?.First ?? (node.Has(name) ? node.Float(name, otherwise) : otherwise);
            double least = Bound(min, "min", double.NegativeInfinity);
            double most = Bound(max, "max", double.PositiveInfinity);
            least = least <= float.MinValue ? double.NegativeInfinity : Single(least);
            most = most >= float.MaxValue ? double.PositiveInfinity : Single(most);
            return [l.Clip(x, Math.Min(least, most), most)];
        }

        // Bounds that are computed: min(max(x, least), most).
        Value result = inputs[0] ?? throw node.Fail("its first input is missing.");
        result = min is null ? result : l.Either(node, "Max", result, min);
        return [max is null ? result : l.Either(node, "Min", result, max)];
    }

    /// <summary>The larger or the smaller of two values, of which both may be constants.</summary>
    private Value Either(OnnxNode node, string kind, Value a, Value b) => (a.Constant, b.Constant) is ({ } x, { } y)
        ? Value.Of(folding.Extreme(node, kind, x, y))
        : Two(node, kind + "imum", a, b);

    private Value Clip(Value x, double min, double max) => (min, max) switch
    {
        (double.NegativeInfinity, double.PositiveInfinity) => x,
        (0, double.PositiveInfinity) => Function("ReLU", x),
        (0, 6) => Function("ReLU6", x),
        _ => Function("Clip", x, min, max),
    };

    private static IReadOnlyList<Value> Pow(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Tensor exponent = Required(node, inputs, 1, "Y");
        Value x = Dynamic(node, inputs, 0);
        if (!exponent.IsUniform || Dimensions.Broadcast([x.Dims, exponent.Dims])?.SequenceEqual(x.Dims) != true)
        {
            throw node.Fail("its exponents differ.", "Only one exponent for all values can be imported.", "Y");
        }

        return [exponent.First switch
        {
            1 => x,
            2 => l.Function("Square", x),
            0.5 => l.Function("Sqrt", x),
            -1 => l.Function("Reciprocal", x),
            double e => l.Function("Power", x, Single(e)),
        }];
    }

    private static IReadOnlyList<Value> PRelu(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value x = Dynamic(node, inputs, 0);
        Tensor slope = Required(node, inputs, 1, "slope");
        if (slope.IsUniform && slope.Length == 1)
        {
            Value one = l.Function("PReLU", x);
            Weight(one, "weight", slope, 1);
            return [one];
        }

        // Old exporters give one slope for each channel without the axes after it.
        int[] dims = slope.Dims.Length == 1 && node.Opset < 7 && x.Rank > 2 ? [slope.Length, .. Enumerable.Repeat(1, x.Rank - 2)] : slope.Dims;
        if (Dimensions.Broadcast([x.Dims, dims])?.SequenceEqual(x.Dims) != true)
        {
            throw node.Fail($"its slopes {Dimensions.Text(slope.Dims)} do not fit {Dimensions.Text(x.Dims)}.", "", "slope");
        }

        int[] padded = Dimensions.PadLeft(dims, x.Rank);
        bool isImage = !x.Form.IsVector && x.Rank == 4 && x.Dims[0] == 1;
        bool perChannel = isImage && padded.Select((d, i) => (d, i)).All(p => p.d == 1 || p.i == 1) && slope.Length == x.Form.Channels;
        bool perFeature = x.Form.IsVector && slope.Length == x.Form.Channels;
        if (perChannel || perFeature)
        {
            Value result = l.Function("PReLU", x);
            Set(result, "PerChannel", true, false);
            Weight(result, "weight", slope, slope.Length);
            return [result];
        }

        Value negative = l.Function("Clip", x, double.NegativeInfinity, 0.0);
        return [l.Join("Add", l.Function("ReLU", x), l.WithConstant(node, "Multiply", negative, slope.Reshape(dims), false))];
    }
}
