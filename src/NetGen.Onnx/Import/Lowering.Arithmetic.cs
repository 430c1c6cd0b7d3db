using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

// Arithmetic between values, with ONNX's broadcasting.
internal sealed partial class Lowering
{
    private static Func<Lowering, OnnxNode, Value?[], IReadOnlyList<Value>> Binary(string kind) => (l, node, inputs) =>
    {
        if (inputs is not [{ } a, { } b])
        {
            throw node.Fail("it takes two inputs.");
        }

        return [l.Two(node, kind, a, Legacy(node, a, b))];
    };

    private static Func<Lowering, OnnxNode, Value?[], IReadOnlyList<Value>> Variadic(string kind) => (l, node, inputs) =>
        [l.Many(node, kind, inputs)];

    /// <summary>Before opset 7, the second operand's axes are aligned with those of the first from an axis that the node gives.</summary>
    private static Value Legacy(OnnxNode node, Value a, Value b)
    {
        if (node.Opset >= 7 || node.Int("broadcast", 0) == 0 || !node.Has("axis"))
        {
            return b;
        }

        long axis = node.Int("axis", 0) is var given && given < 0 ? given + a.Rank : given;
        long after = a.Rank - axis - b.Rank;
        if (axis < 0 || after < 0)
        {
            return b;
        }

        int[] dims = [.. b.Dims, .. Enumerable.Repeat(1, (int)after)];
        return b.Constant is { } constant ? Value.Of(constant.Reshape(dims)) : b with { Dims = dims };
    }

    private Value Many(OnnxNode node, string kind, Value?[] inputs)
    {
        Value[] given = [.. inputs.Select(i => i ?? throw node.Fail("an input is missing."))];

        // Equal shapes need one layer; constants, and shapes that differ, are joined one after the other.
        Value[] computed = [.. given.Where(g => g.Constant is null)];
        Value result = computed[0];
        if (computed.Length > 1 && computed.All(c => c.Dims.SequenceEqual(computed[0].Dims)))
        {
            Shape form = computed[0].Form;
            result = Layer(kind, form, computed[0].Dims, [.. computed.Select(c => As(c, form))]);
        }
        else
        {
            foreach (Value next in computed.Skip(1))
            {
                result = Two(node, kind, result, next);
            }
        }

        foreach (Value constant in given.Where(g => g.Constant is not null))
        {
            result = Two(node, kind, result, constant);
        }

        return result;
    }

    private Value Two(OnnxNode node, string kind, Value a, Value b)
    {
        if (b.Constant is { } right)
        {
            return WithConstant(node, kind, a, right, isFirst: false);
        }

        if (a.Constant is { } left)
        {
            return WithConstant(node, kind, b, left, isFirst: true);
        }

        if (a.Dims.SequenceEqual(b.Dims))
        {
            return Join(kind, a, b);
        }

        int[] dims = BroadcastOf(node, a.Dims, b.Dims);
        Shape[] forms = Align(node, [a], [a.Dims, b.Dims], dims);
        return Layer(kind, forms[2], dims, [As(a, forms[0]), As(b, forms[1])]);
    }

    /// <summary>Two values of the same dimensions become one. A value and itself is a function of it.</summary>
    private Value Join(string kind, Value a, Value b)
    {
        return (kind, a.Layer == b.Layer) switch
        {
            ("Add", true) => Rescale(a, 2, 0),
            ("Multiply", true) => Function("Square", a),
            ("Maximum" or "Minimum" or "And" or "Or", true) => a,
            ("Subtract", true) => Rescale(a, 0, 0),
            ("Divide", true) => Function("Power", a, 0.0),
            _ => Layer(kind, a.Form, a.Dims, [a, As(b, a.Form)]),
        };
    }

    private static int[] BroadcastOf(OnnxNode node, int[] a, int[] b) => Dimensions.Broadcast([a, b])
        ?? throw node.Fail($"the shapes {Dimensions.Text(a)} and {Dimensions.Text(b)} do not fit together.");

    private Value WithConstant(OnnxNode node, string kind, Value x, Tensor constant, bool isFirst)
    {
        if (!constant.IsReal && constant.Integers.Any(i => i is < -LargestInteger or > LargestInteger))
        {
            throw node.Fail($"it takes integers beyond {LargestInteger}, and networks compute with numbers of 24 bits.");
        }

        int[] dims = BroadcastOf(node, x.Dims, constant.Dims);
        if (Length(dims) == x.Length && constant.IsUniform && !double.IsNaN(constant.First))
        {
            return WithNumber(kind, x with { Dims = dims }, constant.First, isFirst);
        }

        Shape[] forms = Align(node, [x], [x.Dims, constant.Dims], dims);
        (Shape parameter, Shape output) = (forms[1], forms[2]);
        Value source = As(x, forms[0]);
        object[] sides = parameter.IsVector ? [parameter.Channels] : [parameter.Channels, parameter.Height, parameter.Width];
        Value result = Layer("Elementwise", output, dims, [source], [new EnumText("ElementwiseOperator." + kind), .. sides]);
        Set(result, "Reversed", isFirst && (kind is "Subtract" or "Divide" or "Greater" or "Less" or "GreaterOrEqual" or "LessOrEqual"), false);
        Weight(result, "weight", constant, [.. sides.Cast<int>()]);
        return result;
    }

    private Value WithNumber(string kind, Value x, double number, bool isFirst) => (kind, isFirst) switch
    {
        ("Add", _) => Rescale(x, 1, Single(number)),
        ("Multiply", _) => Rescale(x, Single(number), 0),
        ("Subtract", false) => Rescale(x, 1, Single(-number)),
        ("Subtract", true) => Rescale(x, -1, Single(number)),
        ("Divide", false) => Rescale(x, Single(1 / number), 0),
        ("Divide", true) => Rescale(Function("Reciprocal", x), Single(number), 0),
        ("Maximum", _) => Clip(x, Single(number), double.PositiveInfinity),
        ("Minimum", _) => Clip(x, double.NegativeInfinity, Single(number)),
        ("And", _) => number != 0 ? x : Zeros(x),
        ("Or", _) => number != 0 ? Function("Not", Zeros(x)) : x,
        ("Xor", _) => number != 0 ? Not(x) : x,
        ("Greater", true) => Compare(x, "Less", Single(number)),
        ("Less", true) => Compare(x, "Greater", Single(number)),
        ("GreaterOrEqual", true) => Compare(x, "LessOrEqual", Single(number)),
        ("LessOrEqual", true) => Compare(x, "GreaterOrEqual", Single(number)),
        _ => Compare(x, kind, Single(number)),
    };

    /// <summary>
    /// The forms in which values of different dimensions meet, and last of all their result's: as they are, where one is an image that the
    /// others' axes fit, else with the axes that are alike joined.
    /// </summary>
    /// <param name="node">The node, for messages.</param>
    /// <param name="images">The values whose form may be kept.</param>
    /// <param name="shapes">The dimensions of all that meet.</param>
    /// <param name="dims">The dimensions of the result.</param>
    private static Shape[] Align(OnnxNode node, IReadOnlyList<Value> images, int[][] shapes, int[] dims)
    {
        int rank = dims.Length;
        int[][] sides = [.. shapes.Append(dims).Select(s => Dimensions.PadLeft(s, rank))];
        if (rank >= 3 && dims.Take(rank - 3).All(d => d == 1)
            && images.Any(i => !i.Form.IsVector && i.Form == ShapeOf(Dimensions.PadLeft(i.Dims, rank)[^3..])))
        {
            return [.. sides.Select(s => ShapeOf(s[^3..]))];
        }

        // For each axis, a bit for each of those whose side is 1.
        List<(int Length, int Ones)> runs = Dimensions.Runs(dims, axis => sides.Select((s, i) => s[axis] == 1 ? 1 << i : 0).Sum());
        if (runs.Count > 3)
        {
            throw node.Fail($"the shapes {string.Join(", ", shapes.Select(Dimensions.Text))} broadcast along more axes than an image has.");
        }

        return [.. sides.Select((_, i) =>
        {
            int[] lengths = [.. runs.Select(r => (r.Ones >> i & 1) == 1 ? 1 : r.Length)];
            return lengths.Length == 2 ? new Shape(lengths[0], 1, lengths[1]) : ShapeOf(lengths.Length == 0 ? [1] : lengths);
        })];
    }

    private static IReadOnlyList<Value> Gemm(Lowering l, OnnxNode node, Value?[] inputs)
    {
        double alpha = node.Float("alpha", 1);
        double beta = node.Float("beta", 1);
        bool transA = node.Int("transA", 0) != 0;
        bool transB = node.Int("transB", 0) != 0;
        Value? c = inputs.Length > 2 && beta != 0 ? inputs[2] : null;
        Tensor? added = c?.Constant?.Times(beta);
        Value result;
        bool isBias = false;
        if (inputs is [{ Constant: null, Rank: 2 } a, { Constant: { Dims.Length: 2 } b }, ..])
        {
            Tensor weights = (transB ? b : b.Transpose(1, 0)).Times(alpha);
            isBias = added is not null && Dimensions.PadLeft(added.Dims, 2) is [1, var n] && (n == 1 || n == weights.Dims[0]);
            Tensor? bias = isBias ? added!.Reshape([added.Length]).BroadcastTo([weights.Dims[0]]) : null;
            result = transA ? l.Columns(node, a, weights, bias, transpose: true) : l.Rows(node, a, weights, bias);
        }
        else if (inputs is [{ Constant: { Dims.Length: 2 } left }, { Constant: null, Rank: 2 } right, ..])
        {
            // A constant times columns: a convolution whose channels are the rows.
            Tensor weights = (transA ? left.Transpose(1, 0) : left).Times(alpha);
            result = transB
                ? l.Transpose(node, l.Rows(node, right, weights, null), [1, 0])
                : l.Columns(node, right, weights, null, transpose: false);
        }
        else
        {
            throw node.Fail("one of its factors must be a constant, and both matrices.", "Products of two computed values cannot be imported.");
        }

        if (c is null || isBias)
        {
            return [result];
        }

        return [added is not null
            ? l.WithConstant(node, "Add", result, added, false)
            : l.Two(node, "Add", result, l.Rescale(c, Single(beta), 0))];
    }

    /// <summary>Each row of [.., M, K] by the weights [N, K]: a dense layer, or for several rows a 1×1 convolution.</summary>
    private Value Rows(OnnxNode node, Value x, Tensor weights, Tensor? bias)
    {
        int units = weights.Dims[0];
        int features = weights.Dims[1];
        if (x.Dims[^1] != features)
        {
            throw node.Fail($"the factors {Dimensions.Text(x.Dims)} and {Dimensions.Text([features, units])} do not fit.");
        }

        int[] dims = [.. x.Dims[..^1], units];
        int rows = x.Length / features;
        if (rows == 1)
        {
            Value dense = Layer("Dense", new Shape(units), dims, [AsVector(x)], units);
            Set(dense, "Bias", bias is not null, true);
            AddWeights(dense, weights, bias, units, features);
            return dense;
        }

        Value pixels = PermuteImage(AsImage(x, rows, 1, features), 2, 1, 0);
        Value products = Pointwise(pixels, weights, bias, 1, dims);
        return PermuteImage(products, 2, 1, 0) with { Dims = dims };
    }

    /// <summary>The weights [N, K] by columns [K, M].</summary>
    private Value Columns(OnnxNode node, Value x, Tensor weights, Tensor? bias, bool transpose)
    {
        int units = weights.Dims[0];
        int features = weights.Dims[1];
        if (isBatchwise)
        {
            throw node.Fail("it looks along the batch.");
        }

        if (x.Rank != 2 || x.Dims[0] != features)
        {
            throw node.Fail($"the factors {Dimensions.Text([units, features])} and {Dimensions.Text(x.Dims)} do not fit.");
        }

        int columns = x.Dims[1];
        Value products = Pointwise(AsImage(x, features, 1, columns), weights, bias, 1, [units, columns]);
        return transpose ? PermuteImage(products, 2, 1, 0) with { Dims = [columns, units] } : products;
    }

    private Value Pointwise(Value image, Tensor weights, Tensor? bias, int groups, int[] dims)
    {
        int filters = weights.Dims[0];
        Value result = Layer("Conv2D", new Shape(filters, image.Form.Height, image.Form.Width), dims, [image], filters, 1);
        Set(result, "Groups", groups, 1);
        Set(result, "Bias", bias is not null, true);
        AddWeights(result, weights, bias, filters, weights.Dims[1], 1, 1);
        return result;
    }

    private static void AddWeights(Value layer, Tensor weights, Tensor? bias, params int[] shape)
    {
        Weight(layer, "weight", weights, shape);
        if (bias is not null)
        {
            Weight(layer, "bias", bias, bias.Length);
        }
    }

    private static IReadOnlyList<Value> MatMul(Lowering l, OnnxNode node, Value?[] inputs)
    {
        if (inputs is [{ Constant: null } x, { Constant: { } right }])
        {
            if (right.Dims.Length <= 2 || right.Dims[..^2].All(d => d == 1))
            {
                // A vector on either side stands for a matrix of one row or column, and vanishes from the result.
                bool isVector = right.Dims.Length == 1;
                Tensor matrix = isVector ? right.Reshape([right.Length, 1]) : right.Reshape([right.Dims[^2], right.Dims[^1]]);
                Value row = x.Rank == 1 ? x with { Dims = [1, .. x.Dims] } : x;
                Value result = l.Rows(node, row, matrix.Transpose(1, 0), null);
                int[] dims = x.Rank == 1 ? result.Dims[1..] : result.Dims;
                int extra = Math.Max(0, right.Dims.Length - Math.Max(x.Rank, 2));
                return [result with { Dims = [.. Enumerable.Repeat(1, extra), .. isVector ? dims[..^1] : dims] }];
            }

            return [l.GroupedRows(node, x, right)];
        }

        if (inputs is [{ Constant: { } left }, { Constant: null } y])
        {
            if (left.Dims.Length == 2 && y.Rank == 2)
            {
                return [l.Columns(node, y, left, null, transpose: false)];
            }

            if (left.Dims.Length == 1 && y.Rank == 2)
            {
                Value result = l.Columns(node, y, left.Reshape([1, left.Length]), null, transpose: false);
                return [result with { Dims = [result.Dims[1]] }];
            }

            if (y.Rank >= 2 && left.Dims.Length >= 2)
            {
                // (A·Y)ᵀ = Yᵀ·Aᵀ, matrix by matrix.
                int[] swap = [.. Enumerable.Range(0, y.Rank - 2), y.Rank - 1, y.Rank - 2];
                int rank = left.Dims.Length;
                Tensor turned = left.Transpose([.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2]);
                Value product = MatMul(l, node, [l.Transpose(node, y, swap), Value.Of(turned)])[0];
                return [l.Transpose(node, product, [.. Enumerable.Range(0, product.Rank - 2), product.Rank - 1, product.Rank - 2])];
            }
        }

        return inputs is [{ Constant: null } a, { Constant: null } b]
            ? [l.Product(node, a, b)]
            : throw node.Fail($"the factors {string.Join(" and ", inputs.Select(i => i is null ? "nothing" : Dimensions.Text(i.Dims)))} do not fit.");
    }

    /// <summary>Matrices [.., M, K] by matrices [.., K, N], all computed: as many on both sides, or one for all on either.</summary>
    private Value Product(OnnxNode node, Value a, Value b)
    {
        // A vector on either side stands for a matrix of one row or column, and vanishes from the result.
        int[] left = a.Rank == 1 ? [1, .. a.Dims] : a.Dims;
        int[] right = b.Rank == 1 ? [.. b.Dims, 1] : b.Dims;
        if (left.Length < 2 || right.Length < 2 || left[^1] != right[^2] || Dimensions.Broadcast([left[..^2], right[..^2]]) is not { } batch)
        {
            throw node.Fail($"the factors {Dimensions.Text(a.Dims)} and {Dimensions.Text(b.Dims)} do not fit.");
        }

        (int m, int k, int n) = (left[^2], left[^1], right[^1]);
        (int matrices, int firsts, int seconds) = (Dimensions.Length(batch), Dimensions.Length(left[..^2]), Dimensions.Length(right[..^2]));
        if ((firsts != matrices && firsts != 1) || (seconds != matrices && seconds != 1))
        {
            throw node.Fail(
                $"the factors {Dimensions.Text(a.Dims)} and {Dimensions.Text(b.Dims)} are repeated along different axes.",
                "Of two computed factors, one has as many matrices as the product, and the other as many or one.");
        }

        int[] dims = [.. batch, .. a.Rank == 1 ? [] : new[] { m }, .. b.Rank == 1 ? [] : new[] { n }];
        return Layer("MatMul", new Shape(matrices, m, n), dims, [AsImage(a, firsts, m, k), AsImage(b, seconds, k, n)]);
    }

    /// <summary>Matrices [G, M, K] by as many constants [G, K, N]: a convolution in groups.</summary>
    private Value GroupedRows(OnnxNode node, Value x, Tensor right)
    {
        int[] batch = right.Dims[..^2];
        if (x.Rank < 2 || Dimensions.Broadcast([x.Dims[..^2], batch])?.AsSpan().SequenceEqual(x.Dims.AsSpan(..^2)) != true || x.Dims[^1] != right.Dims[^2])
        {
            throw node.Fail($"the factors {Dimensions.Text(x.Dims)} and {Dimensions.Text(right.Dims)} do not fit, or the constant is the larger.");
        }

        int groups = Dimensions.Length(x.Dims[..^2]);
        int rows = x.Dims[^2];
        int features = x.Dims[^1];
        int units = right.Dims[^1];
        int[] dims = [.. x.Dims[..^1], units];
        folding.Charge(Length([groups, features, units]));
        Tensor weights = right.BroadcastTo([.. x.Dims[..^2], features, units]).Reshape([groups, features, units]).Transpose(0, 2, 1).Reshape([groups * units, features]);
        Value columns = PermuteImage(AsImage(x, groups, rows, features), 0, 2, 1);
        Value products = Pointwise(AsImage(columns, groups * features, 1, rows), weights, null, groups, dims);
        return PermuteImage(AsImage(products, groups, units, rows), 0, 2, 1) with { Dims = dims };
    }
}
