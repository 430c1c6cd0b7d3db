using System;
using System.Linq;
using NetGen.Onnx.Export;
using Xunit;

namespace NetGen.Tests.Onnx;

/// <summary>Products of two computed values, alone and as attention has them, give what ONNX Runtime gives.</summary>
public sealed class ProductTests
{
    private static float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(i * 1.7f))];

    /// <summary>Matrices of as many axes, one matrix for all, and vectors on either side.</summary>
    [Theory]
    [InlineData("Vector128")]
    [InlineData("Vector256")]
    [InlineData("Vector512")]
    public void OfTwoComputedValues(string simd)
    {
        var comparison = new RuntimeComparison(simd);
        var model = new TestModel(18, [1, 2, 3, 4, 5]);
        string turned = model.Node("Transpose", ["x"], ModelBuilder.Ints("perm", 0, 1, 2, 4, 3));
        string single = Part(model, Part(model, "x", 1, 2, 1), 1, 2, 2);
        string vector = model.Node("Reshape", [Part(model, single, 2, 3, 3), model.Constant([5L], 1)]);
        string matrix = model.Node("Reshape", [single, model.Constant([4L, 5L], 2)]);
        model.Output(model.Node("MatMul", ["x", turned]));
        model.Output(model.Node("MatMul", [turned, "x"]));
        model.Output(model.Node("MatMul", [Part(model, "x", 0, 1, 1), model.Node("Transpose", [Part(model, "x", 1, 2, 1)], ModelBuilder.Ints("perm", 0, 1, 2, 4, 3))]));
        model.Output(model.Node("MatMul", [model.Node("Transpose", [matrix], ModelBuilder.Ints("perm", 1, 0)), "x"]));
        model.Output(model.Node("MatMul", [turned, matrix]));
        model.Output(model.Node("MatMul", ["x", vector]));
        model.Output(model.Node("MatMul", [vector, turned]));
        comparison.Add("products", model, Numbers(120), 1e-5);
        comparison.Check();
    }

    /// <summary>Self-attention of several heads, as PyTorch writes it, with a mask that is added, and with queries scaled or scores.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void OfAttention(bool scalesScores, bool isMasked)
    {
        (int tokens, int heads, int width) = (7, 3, 4);
        var comparison = new RuntimeComparison();
        var model = new TestModel(18, [1, tokens, heads * width]);
        string query = Head("queries", 0, 2, 1, 3);
        string key = Head("keys", 0, 2, 3, 1);
        string value = Head("values", 0, 2, 1, 3);
        string scale = model.Constant([0.5f]);
        string scores = scalesScores
            ? model.Node("Mul", [model.Node("MatMul", [query, key]), scale])
            : model.Node("MatMul", [model.Node("Mul", [query, scale]), key]);
        if (isMasked)
        {
            float[] later = [.. Enumerable.Range(0, tokens * tokens).Select(i => i % tokens > i / tokens ? float.NegativeInfinity : 0)];
            scores = model.Node("Add", [scores, model.Constant(later, tokens, tokens)]);
        }

        string shares = model.Node("Softmax", [scores], ModelBuilder.Int("axis", -1));
        string turned = model.Node("Transpose", [model.Node("MatMul", [shares, value])], ModelBuilder.Ints("perm", 0, 2, 1, 3));
        string joined = model.Node("Reshape", [turned, model.Constant([1L, tokens, heads * width], 3)]);
        model.Output(model.Node("MatMul", [joined, Weights(9)]));
        comparison.Add("attention", model, Numbers(tokens * heads * width), 1e-5);
        comparison.Check();

        string Head(string name, params long[] order)
        {
            string product = model.Node("MatMul", ["x", Weights(name.Length)]);
            string split = model.Node("Reshape", [product, model.Constant([1L, tokens, heads, width], 4)]);
            return model.Node("Transpose", [split], ModelBuilder.Ints("perm", order));
        }

        string Weights(int seed) =>
            model.Constant([.. Enumerable.Range(0, heads * width * heads * width).Select(i => MathF.Cos(i * seed))], heads * width, heads * width);
    }

    private static string Part(TestModel model, string value, long from, long to, long axis) => model.Node(
        "Slice", [value, model.Constant([from], 1), model.Constant([to], 1), model.Constant([axis], 1)]);
}
