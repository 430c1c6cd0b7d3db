using System;
using System.Linq;
using NetGen.Onnx;
using NetGen.Onnx.Export;
using NetGen.Onnx.Protos;
using Xunit;
using ElementType = NetGen.Onnx.Protos.TensorProto.Types.DataType;

namespace NetGen.Tests.Onnx;

/// <summary>Comparisons give the zeros and ones that ONNX Runtime gives, whatever takes them.</summary>
public sealed class ComparisonTests
{
    private static readonly float[] Numbers =
        [-2, -1, -0.5f, -0f, 0, 0.25f, 0.5f, 1, 2, 3, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0.5f, 0.1f, -0.1f, 7, -7, 0.49999997f, 0.50000006f, 1e-30f, -1e-30f, 100, 4];

    private static readonly int[] Dims = [1, 2, 3, 4];

    private static readonly string[] Comparisons = ["Greater", "Less", "GreaterOrEqual", "LessOrEqual", "Equal"];

    [Theory]
    [InlineData("Vector128")]
    [InlineData("Vector256")]
    [InlineData("Vector512")]
    public void WithConstantsAndWithEachOther(string simd)
    {
        var comparison = new RuntimeComparison(simd);
        foreach (string type in Comparisons)
        {
            foreach (float number in new[] { 0, 0.5f, float.NaN, float.PositiveInfinity })
            {
                var model = new TestModel(18, Dims);
                string scalar = model.Constant([number]);
                string perChannel = model.Constant([number, 0.25f], 2, 1, 1);
                string perColumn = model.Constant([number, -0.1f, 2, 0.5f], 4);
                string half = model.Node("Slice", ["x", model.Constant([1L], 1), model.Constant([2L], 1), model.Constant([1L], 1)]);
                string peak = model.Node("Transpose", ["x"], ModelBuilder.Ints("perm", 0, 1, 2, 3));
                string clipped = model.Node("Relu", ["x"]);
                foreach (string other in new[] { scalar, perChannel, perColumn, half, clipped })
                {
                    model.Output(model.Cast(model.Node(type, ["x", other]), ElementType.Float));
                    model.Output(model.Cast(model.Node(type, [other, peak]), ElementType.Float));
                }

                model.Output(model.Cast(model.Node(type, [clipped, clipped]), ElementType.Float));
                comparison.Add($"{type} {number}", model, Numbers, 0);
            }
        }

        comparison.Check();
    }

    /// <summary>The output itself, a cast to integers and back, a factor, a sum of what is true, and a mean.</summary>
    [Fact]
    public void WhereverTheyGo()
    {
        var comparison = new RuntimeComparison();
        foreach (string type in Comparisons)
        {
            var model = new TestModel(18, Dims);
            string truth = model.Node(type, ["x", model.Constant([0.5f])]);
            string mask = model.Cast(truth, ElementType.Float);
            string whole = model.Cast(truth, ElementType.Int64);
            string finite = model.Node("Clip", ["x", model.Constant([-10f]), model.Constant([10f])]);
            model.Output(truth, ElementType.Bool);
            model.Output(whole, ElementType.Int64);
            model.Output(model.Cast(truth, ElementType.Int32), ElementType.Int32);
            model.Output(model.Node("Mul", ["x", mask]));
            model.Output(model.Node("ReduceMean", [mask, model.Constant([2L, 3L], 2)]));
            model.Output(model.Node("ReduceSum", [whole, model.Constant([1L], 1)]), ElementType.Int64);
            model.Output(model.Cast(model.Node("Add", [whole, model.Node("Mul", [whole, model.Constant([3L])])]), ElementType.Float));
            model.Output(model.Cast(model.Cast(model.Node("Relu", ["x"]), ElementType.Bool), ElementType.Float));
            model.Output(model.Cast(model.Cast(whole, ElementType.Bool), ElementType.Float));
            model.Output(model.Node("CastLike", [truth, "x"]));
            model.Output(model.Node("GlobalAveragePool", [mask]));
            model.Output(model.Node("Conv", [mask, model.Constant([1f, 0.5f, -1, 2], 2, 2, 1, 1)]));
            model.Output(model.Cast(model.Node("Reshape", [truth, model.Constant([1L, 24], 2)]), ElementType.Float));
            model.Output(model.Cast(model.Node("Transpose", [truth], ModelBuilder.Ints("perm", 0, 2, 3, 1)), ElementType.Float));
            comparison.Add(type, model, Numbers, 1e-6);
        }

        comparison.Check();
    }

    [Fact]
    public void TruthValuesTogether()
    {
        var comparison = new RuntimeComparison();
        foreach (string type in new[] { "And", "Or", "Xor" })
        {
            var model = new TestModel(18, Dims);
            string a = model.Node("Greater", ["x", model.Constant([0f])]);
            string b = model.Node("Less", ["x", model.Constant([1f, 0.5f], 2, 1, 1)]);
            string row = model.Node("Less", [model.Node("ReduceMin", ["x", model.Constant([3L], 1)]), model.Constant([0f])]);
            foreach (string other in new[]
            {
                b, a, row, model.Constant([true]), model.Constant([false]), model.Constant([true, false, false, true], 4), model.Node("Not", [a]), model.Node("IsNaN", ["x"]),
            })
            {
                model.Output(model.Node(type, [a, other]), ElementType.Bool);
                model.Output(model.Node("Not", [model.Node(type, [other, b])]), ElementType.Bool);
            }

            comparison.Add(type, model, [.. Numbers.Select(n => float.IsNaN(n) ? 0.75f : n)], 0);
        }

        comparison.Check();
    }

    [Fact]
    public void Choices()
    {
        var comparison = new RuntimeComparison();
        foreach (string type in Comparisons)
        {
            var model = new TestModel(18, Dims);
            string condition = model.Node(type, ["x", model.Constant([0.5f])]);
            string above = model.Cast(model.Node("Greater", ["x", model.Constant([0.5f])]), ElementType.Float);
            string column = model.Node(type, [model.Node("ReduceMax", [above, model.Constant([2L], 1)]), model.Constant([0.5f])]);
            string doubled = model.Node("Mul", ["x", model.Constant([2f])]);
            string least = model.Constant([float.NegativeInfinity]);
            string zero = model.Constant([0f]);
            string some = model.Constant([1f, float.NaN, -3, float.PositiveInfinity], 4);
            string chosen = model.Constant([true, false, true], 3, 1);
            foreach ((string c, string x, string y) in new[]
            {
                (condition, "x", doubled), (condition, doubled, zero), (condition, zero, "x"), (condition, "x", least), (condition, least, doubled),
                (condition, some, "x"), (condition, "x", some), (condition, zero, some), (condition, least, zero), (column, "x", doubled), (column, least, "x"),
                (chosen, "x", doubled), (chosen, zero, "x"), (model.Constant([true]), "x", least), (model.Constant([false]), "x", doubled),
            })
            {
                model.Output(model.Node("Where", [c, x, y]));
            }

            string whole = model.Cast(condition, ElementType.Int64);
            model.Output(model.Node("Where", [column, whole, model.Constant([5L])]), ElementType.Int64);
            comparison.Add(type, model, Numbers, 0);
        }

        comparison.Check();
    }

    /// <summary>What exporters write for PyTorch's softplus and threshold stays one layer.</summary>
    [Fact]
    public void SoftplusAndThresholdStayLayers()
    {
        var comparison = new RuntimeComparison();
        var threshold = new TestModel(18, Dims);
        threshold.Output(threshold.Node("Where", [threshold.Node("Greater", ["x", threshold.Constant([0.5f])]), "x", threshold.Constant([-1f])]));
        Assert.Contains("[Threshold(0.5, -1", comparison.Add("threshold", threshold, Numbers, 0).ToCode("Net", null), StringComparison.Ordinal);

        var softplus = new TestModel(18, Dims);
        string scaled = softplus.Node("Mul", ["x", softplus.Constant([2f])]);
        string soft = softplus.Node("Div", [softplus.Node("Softplus", [scaled]), softplus.Constant([2f])]);
        softplus.Output(softplus.Node("Where", [softplus.Node("Greater", [scaled, softplus.Constant([20f])]), "x", soft]));
        Assert.Contains("[Softplus(Beta = 2", comparison.Add("softplus", softplus, Numbers, 1e-6).ToCode("Net", null), StringComparison.Ordinal);

        // The condition looks at other places than those that are chosen.
        var turned = new TestModel(18, 1, 1, 3, 3);
        string above = turned.Node("Reshape", [turned.Node("Greater", ["x", turned.Constant([0.5f])]), turned.Constant([1L, 3, 3, 1], 4)]);
        turned.Output(turned.Node("Where", [above, "x", turned.Constant([-1f])]));
        Assert.DoesNotContain("Threshold", comparison.Add("turned", turned, Numbers[..9], 0).ToCode("Net", null), StringComparison.Ordinal);
        comparison.Check();
    }

    /// <summary>What would compute something else with truth values or integers than with reals says so.</summary>
    [Theory]
    [InlineData("Sigmoid", "Int64", "Cast")]
    [InlineData("Div", "Int64", "Cast")]
    [InlineData("ReduceMean", "Int64", "Cast")]
    [InlineData("Sigmoid", "Boolean", "Sigmoid")]
    public void OtherOperatorsAreRefused(string type, string numbers, string refused)
    {
        var model = new TestModel(18, Dims);
        string truth = model.Node("Greater", ["x", model.Constant([0.5f])]);
        string value = numbers == "Int64" ? model.Cast(truth, ElementType.Int64) : truth;
        model.Output(model.Node(type, type == "Div" ? [value, model.Constant([2L])] : [value]));
        var error = Assert.Throws<OnnxException>(() => OnnxImporter.Import(model.ToArray(), new OnnxImportOptions()));

        // Integers that nothing real follows are the caller's work, who is told where to cut the model.
        Assert.StartsWith(refused, error.Message, StringComparison.Ordinal);
        Assert.Contains(refused == "Cast" ? "--output" : numbers, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNotEqualIsOneLayer()
    {
        var model = new TestModel(18, Dims);
        string relu = model.Node("Relu", ["x"]);
        foreach (string other in new[] { relu, model.Constant([0f]), model.Constant([0f, 1], 2, 1, 1) })
        {
            model.Output(model.Node("Not", [model.Node("Equal", ["x", other])]), ElementType.Bool);
        }

        var comparison = new RuntimeComparison();
        string code = comparison.Add("not equal", model, Numbers, 0).ToCode("Net", null);
        Assert.DoesNotContain("Not]", code, StringComparison.Ordinal);
        Assert.DoesNotContain("[Equal", code, StringComparison.Ordinal);
        comparison.Check();
    }

    [Fact]
    public void RoundingToIntegersIsRefused()
    {
        var model = new TestModel(18, Dims);
        model.Output(model.Cast("x", ElementType.Int64), ElementType.Int64);
        Assert.Contains("Int64", Assert.Throws<OnnxException>(() => OnnxImporter.Import(model.ToArray(), new OnnxImportOptions())).Message, StringComparison.Ordinal);
    }
}
