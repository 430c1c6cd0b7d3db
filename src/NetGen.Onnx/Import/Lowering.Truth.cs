using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

// Comparisons, truth values, and choices.
internal sealed partial class Lowering
{
    /// <summary>The largest number up to which a float holds every integer.</summary>
    private const long LargestInteger = 1 << 24;

    /// <summary>The layers that give 0 and 1, and the operators of an <c>Elementwise</c> that do.</summary>
    private static readonly HashSet<string> TruthKinds =
        ["Greater", "Less", "GreaterOrEqual", "LessOrEqual", "Equal", "NotEqual", "And", "Or", "Xor", "Not", "Compare"];

    /// <summary>A cast that changes nothing of a value that is real, or whole: rounding real ones down is none.</summary>
    private Value Cast(OnnxNode node, Value x, OnnxElementType type) => type switch
    {
        OnnxElementType.Boolean => IsTruth(x) ? x : Compare(x, "NotEqual", 0),
        OnnxElementType.Int32 or OnnxElementType.Int64 when x.Type.IsWhole() => x,
        _ when type.IsReal() => x,
        _ => throw node.Fail($"it turns computed values into {type}.", "Networks compute in float32.", "to"),
    };

    private static bool IsTruth(Value x) => x.Type == OnnxElementType.Boolean || (x.Layer is { } layer
        && (TruthKinds.Contains(layer.Kind) || (layer is { Kind: "Elementwise", Positional: [EnumText kind, ..] } && TruthKinds.Contains(kind.Text.Split('.')[^1]))));

    private Value Compare(Value x, string comparison, double value) => Function("Compare", x, new EnumText("Comparison." + comparison), value);

    /// <summary>What is not true. What is not equal has layers of its own; of the other comparisons, none is another's opposite where a value is NaN.</summary>
    private Value Not(Value x)
    {
        static bool IsEqual(object argument) => argument is EnumText { Text: "Comparison.Equal" or "ElementwiseOperator.Equal" };
        if (x.Layer is not { } equal || !(equal.Kind == "Equal" || equal.Positional.Any(IsEqual)))
        {
            return Function("Not", x);
        }

        var layer = new ImportedLayer(equal.Kind == "Equal" ? "NotEqual" : equal.Kind, equal.Output);
        layer.Named.AddRange(equal.Named);
        layer.Weights.AddRange(equal.Weights);
        Value result = Add(layer, x.Dims, [], [.. equal.Positional.Select(p => IsEqual(p) ? new EnumText(((EnumText)p).Text.Replace(".Equal", ".NotEqual", StringComparison.Ordinal)) : p)]);
        layer.Sources.AddRange(equal.Sources);
        return result;
    }

    /// <summary>Zeros of a value's shape, whatever the value holds.</summary>
    private Value Zeros(Value x) => Compare(x, "Greater", double.PositiveInfinity);

    private static IReadOnlyList<Value> Where(Lowering l, OnnxNode node, Value?[] inputs)
    {
        if (inputs is not [{ } condition, { } x, { } y])
        {
            throw node.Fail("it takes three inputs.");
        }

        if (l.SoftplusOrThreshold(condition, x, y) is { } known)
        {
            return [known];
        }

        int[] dims = BroadcastOf(node, BroadcastOf(node, condition.Dims, x.Dims), y.Dims);
        if (condition.Constant is { IsUniform: true } chosen)
        {
            Value taken = chosen.First != 0 ? x : y;
            return [taken.Constant is { } constant ? Value.Of(constant.BroadcastTo(dims)) : l.ExpandTo(taken, dims)];
        }

        // One number stands for all.
        Value[] values = [.. inputs.Select(i => i!.Constant is not { } constant ? i!
            : l.Parameter(constant.IsUniform ? new Tensor([.. constant.Dims.Select(_ => 1)], [constant.Floats[0]]) : constant))];
        Shape[] forms = Align(node, values, [.. values.Select(v => v.Dims)], dims);
        return [l.Layer("Where", forms[^1], dims, values.Zip(forms, l.As))];
    }

    /// <summary>PyTorch's softplus, which turns into x past a threshold, and its threshold itself.</summary>
    private Value? SoftplusOrThreshold(Value condition, Value x, Value y)
    {
        if (condition.Layer is not { Kind: "Compare", Positional: [EnumText { Text: "Comparison.Greater" }, double bound], Sources: [var compared] }
            || x.Constant is not null || !condition.Dims.SequenceEqual(x.Dims))
        {
            return null;
        }

        if (y.Constant is null && y.Dims.SequenceEqual(x.Dims) && y.Layer is { } outer && Softplus(outer, x.Layer) is { } beta
            && ((beta == 1 && compared == x.Layer) || (compared.Is("Rescaling", beta, 0.0) && compared.Sources[0] == x.Layer)))
        {
            Value result = Function("Softplus", x);
            Set(result, "Beta", beta, 1.0);
            Set(result, "Threshold", bound, 20.0);
            return result;
        }

        return y.Constant is { IsUniform: true } otherwise && double.IsFinite(otherwise.First) && compared == x.Layer
            && Dimensions.Broadcast([x.Dims, otherwise.Dims])?.SequenceEqual(x.Dims) == true
            ? Function("Threshold", x, bound, Single(otherwise.First))
            : null;

        static double? Softplus(ImportedLayer layer, ImportedLayer? x)
        {
            double after = 1;
            if (layer is { Kind: "Rescaling", Positional: [double scale, 0.0], Sources: [var inner] })
            {
                after = scale;
                layer = inner;
            }

            double before = 1;
            if (layer is not { Kind: "Softplus", Named: [] })
            {
                return null;
            }

            ImportedLayer source = layer.Sources[0];
            if (source != x && source is { Kind: "Rescaling", Positional: [double first, 0.0] })
            {
                before = first;
                source = source.Sources[0];
            }

            return source == x && Math.Abs((before * after) - 1) < 1e-6 ? before : null;
        }
    }
}
