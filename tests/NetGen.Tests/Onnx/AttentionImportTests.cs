using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Onnx;
using NetGen.Onnx.Export;
using NetGen.Onnx.Protos;
using Xunit;

namespace NetGen.Tests.Onnx;

/// <summary>Attention as exporters write it is imported as the layer that it is, without turning tokens about, and gives what ONNX Runtime gives.</summary>
public sealed class AttentionImportTests
{
    private const int Tokens = 7;
    private const int Heads = 3;
    private const int Width = 4;
    private const int Features = Heads * Width;

    /// <summary>What is done with the scores.</summary>
    public enum Scores
    {
        /// <summary>Queries are scaled.</summary>
        ScaledQueries,

        /// <summary>Queries and keys are, each by the root of the scale, as PyTorch's newer exporters write it.</summary>
        ScaledFactors,

        /// <summary>The scores are divided.</summary>
        Divided,

        /// <summary>−∞ is added above the diagonal.</summary>
        Causal,

        /// <summary>Learned biases are added for each head.</summary>
        Biased,

        /// <summary>A mask that the network computes is added.</summary>
        Masked,
    }

    [Theory]
    [InlineData(Scores.ScaledQueries)]
    [InlineData(Scores.ScaledFactors)]
    [InlineData(Scores.Divided)]
    [InlineData(Scores.Causal)]
    [InlineData(Scores.Biased)]
    [InlineData(Scores.Masked)]
    public void SeparateProducts_AfterNormalization(Scores scores)
    {
        var comparison = new RuntimeComparison();
        var model = new TestModel(18, [1, Tokens, Features]);
        string x = "x";
        for (int i = 0; i < 2; i++)
        {
            string attention = Linear(model, Attention(model, scores, Head(model, x, 1, 0, 2, 1, 3), Head(model, x, 2, 0, 2, 3, 1), Head(model, x, 3, 0, 2, 1, 3)), 4);
            x = Normalized(model, model.Node("Add", [x, attention]));
            x = Normalized(model, model.Node("Add", [x, Linear(model, Gelu(model, Linear(model, x, 5)), 6)]));
        }

        model.Output(x);
        Check(comparison, model, permutes: 2);
    }

    /// <summary>Queries, keys and values of one product, split as timm splits them, by Gather or by Split.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OneProduct_BeforeNormalization(bool splits)
    {
        var comparison = new RuntimeComparison();
        var model = new TestModel(18, [1, Tokens, Features]);
        string x = "x";
        for (int i = 0; i < 2; i++)
        {
            string normalized = Normalized(model, x, isOperator: false);
            string product = model.Node("Add", [model.Node("MatMul", [normalized, Weights(model, Features, 3 * Features, 7)]), Weights(model, 1, 3 * Features, 3)]);
            string parts = model.Node("Reshape", [product, model.Constant([1L, Tokens, 3, Heads, Width], 5)]);
            parts = model.Node("Transpose", [parts], ModelBuilder.Ints("perm", 2, 0, 3, 1, 4));
            string[] each = [.. Enumerable.Range(0, 3).Select(p => Part(model, parts, p, splits))];
            string key = model.Node("Transpose", [each[1]], ModelBuilder.Ints("perm", 0, 1, 3, 2));
            x = model.Node("Add", [x, Linear(model, Attention(model, Scores.ScaledQueries, each[0], key, each[2]), 4)]);
            x = model.Node("Add", [x, Linear(model, Gelu(model, Linear(model, Normalized(model, x, isOperator: false), 5)), 6)]);
        }

        model.Output(Normalized(model, x));
        Check(comparison, model, permutes: 2);
    }

    /// <summary>Windows, as Swin has them: their pixels are gathered, and attention has biases for each head, and for shifted windows masks for each window.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Windows(bool isMasked)
    {
        (int side, int window) = (4, 2);
        (int windows, int each) = (side * side / window / window, window * window);
        var comparison = new RuntimeComparison();
        var model = new TestModel(18, [1, side * side, Features]);
        string map = model.Node("Reshape", ["x", model.Constant([1L, side / window, window, side / window, window, Features], 6)]);
        string gathered = model.Node("Reshape", [model.Node("Transpose", [map], ModelBuilder.Ints("perm", 0, 1, 3, 2, 4, 5)), model.Constant([(long)windows, each, Features], 3)]);
        string query = WindowHead(1, 0, 2, 1, 3);
        string scores = model.Node("MatMul", [model.Node("Mul", [query, model.Constant([0.5f])]), WindowHead(2, 0, 2, 3, 1)]);
        scores = model.Node("Add", [scores, Numbers(model, 5, Heads, each, each)]);
        if (isMasked)
        {
            scores = model.Node("Reshape", [scores, model.Constant([1L, windows, Heads, each, each], 5)]);
            scores = model.Node("Add", [scores, Numbers(model, 9, 1, windows, 1, each, each)]);
            scores = model.Node("Reshape", [scores, model.Constant([-1L, Heads, each, each], 4)]);
        }

        string results = model.Node("MatMul", [model.Node("Softmax", [scores], ModelBuilder.Int("axis", -1)), WindowHead(3, 0, 2, 1, 3)]);
        results = model.Node("Reshape", [model.Node("Transpose", [results], ModelBuilder.Ints("perm", 0, 2, 1, 3)), model.Constant([(long)windows, each, Features], 3)]);
        string spread = model.Node("Reshape", [results, model.Constant([1L, side / window, side / window, window, window, Features], 6)]);
        spread = model.Node("Transpose", [spread], ModelBuilder.Ints("perm", 0, 1, 3, 2, 4, 5));
        model.Output(Linear(model, model.Node("Reshape", [spread, model.Constant([1L, side * side, Features], 3)]), 4));
        Check(comparison, model, permutes: 8);

        string WindowHead(int seed, params long[] order)
        {
            string split = model.Node("Reshape", [Linear(model, gathered, seed), model.Constant([(long)windows, each, Heads, Width], 4)]);
            return model.Node("Transpose", [split], ModelBuilder.Ints("perm", order));
        }
    }

    /// <summary>The operator of opset 23, of three axes and of four; with fewer heads of keys, with keys of the calls before, and with masks.</summary>
    [Fact]
    public void Operator()
    {
        var comparison = new RuntimeComparison();
        foreach ((int axes, int keyHeads, string mask) in new[] { (3, 3, ""), (3, 1, "causal"), (4, 3, "bias"), (4, 3, "truth"), (3, 3, "scale"), (3, 3, "cap") })
        {
            var model = new TestModel(23, [1, Tokens, Features]);
            string query = Linear(model, "x", 1);
            string key = model.Node("MatMul", ["x", Weights(model, Features, keyHeads * Width, 2)]);
            string value = model.Node("MatMul", ["x", Weights(model, Features, keyHeads * Width, 3)]);
            if (axes == 4)
            {
                (query, key, value) = (InHeads(query), InHeads(key), InHeads(value));
            }

            List<string> inputs = [query, key, value];
            if (mask == "bias")
            {
                inputs.Add(Numbers(model, 5, 1, Heads, Tokens, Tokens));
            }
            else if (mask == "truth")
            {
                inputs.Add(model.Constant([.. Enumerable.Range(0, Tokens * Tokens).Select(i => i % 3 != 1)], Tokens, Tokens));
            }

            AttributeProto[] heads = axes == 3 ? [ModelBuilder.Int("q_num_heads", Heads), ModelBuilder.Int("kv_num_heads", keyHeads)] : [];
            AttributeProto[] others = mask switch
            {
                "causal" => [ModelBuilder.Int("is_causal", 1)],
                "scale" => [ModelBuilder.Float("scale", 0.7)],
                "cap" => [ModelBuilder.Float("softcap", 1.5)],
                _ => [],
            };
            model.Output(model.Node("Attention", inputs, [.. heads, .. others]));
            float[] input = [.. Enumerable.Range(0, Tokens * Features).Select(i => MathF.Sin(i * 1.7f))];
            string code = comparison.Add($"{axes} axes, {keyHeads} heads of keys, {mask}", model, input, 2e-5).ToCode("Net", null);
            Assert.True(code.Contains("[ScaledDotProductAttention(", StringComparison.Ordinal) == (mask != "cap"), code);

            string InHeads(string x) => model.Node(
                "Transpose", [model.Node("Reshape", [x, model.Constant([1L, Tokens, Heads, Width], 4)])], ModelBuilder.Ints("perm", 0, 2, 1, 3));
        }

        comparison.Check();
    }

    private static void Check(RuntimeComparison comparison, TestModel model, int permutes)
    {
        int length = model.InputDims.Aggregate(1, (a, b) => a * b);
        ImportedNetwork network = comparison.Add("attention", model, [.. Enumerable.Range(0, length).Select(i => MathF.Sin(i * 1.7f))], 2e-5);
        string code = network.ToCode("Net", null);
        Assert.True(Count(code, "[ScaledDotProductAttention(") >= 1 && !code.Contains("[Rescaling(", StringComparison.Ordinal), code);
        Assert.True(!code.Contains("[MatMul(", StringComparison.Ordinal) && !code.Contains("[Softmax", StringComparison.Ordinal) && !code.Contains("[Erf", StringComparison.Ordinal), code);
        Assert.True(Count(code, "[Permute(") <= permutes, code);
        comparison.Check();
    }

    private static int Count(string code, string text) => code.Split(text).Length - 1;

    private static string Head(TestModel model, string x, int seed, params long[] order)
    {
        string split = model.Node("Reshape", [Linear(model, x, seed), model.Constant([1L, Tokens, Heads, Width], 4)]);
        return model.Node("Transpose", [split], ModelBuilder.Ints("perm", order));
    }

    private static string Part(TestModel model, string parts, int index, bool splits)
    {
        if (!splits)
        {
            return model.Node("Gather", [parts, model.Constant([(long)index])], ModelBuilder.Int("axis", 0));
        }

        string part = model.Node("Slice", [parts, model.Constant([(long)index], 1), model.Constant([index + 1L], 1), model.Constant([0L], 1)]);
        return model.Node("Squeeze", [part, model.Constant([0L], 1)]);
    }

    private static string Attention(TestModel model, Scores kind, string query, string key, string value)
    {
        string root = model.Constant([MathF.Sqrt(0.6f)]);
        if (kind == Scores.ScaledQueries)
        {
            query = model.Node("Mul", [query, model.Constant([0.5f])]);
        }
        else if (kind == Scores.ScaledFactors)
        {
            query = model.Node("Mul", [query, root]);
            key = model.Node("Mul", [key, root]);
        }

        string scores = model.Node("MatMul", [query, key]);
        scores = kind switch
        {
            Scores.Divided => model.Node("Div", [scores, model.Constant([2.5f])]),
            Scores.Causal => model.Node("Add", [scores, model.Constant([.. Enumerable.Range(0, Tokens * Tokens).Select(i => i % Tokens > i / Tokens ? float.NegativeInfinity : 0)], Tokens, Tokens)]),
            Scores.Biased => model.Node("Add", [scores, Numbers(model, 5, 1, Heads, Tokens, Tokens)]),
            Scores.Masked => model.Node("Add", [scores, Mask(model)]),
            _ => scores,
        };
        string results = model.Node("MatMul", [model.Node("Softmax", [scores], ModelBuilder.Int("axis", -1)), value]);
        return model.Node("Reshape", [model.Node("Transpose", [results], ModelBuilder.Ints("perm", 0, 2, 1, 3)), model.Constant([1L, Tokens, Features], 3)]);
    }

    /// <summary>One value for each key, as of a mask of padding.</summary>
    private static string Mask(TestModel model)
    {
        string first = model.Node("Slice", ["x", model.Constant([0L], 1), model.Constant([1L], 1), model.Constant([2L], 1)]);
        return model.Node("Reshape", [first, model.Constant([1L, 1, 1, Tokens], 4)]);
    }

    private static string Linear(TestModel model, string x, int seed) =>
        model.Node("Add", [model.Node("MatMul", [x, Weights(model, Features, Features, seed)]), Weights(model, 1, Features, seed + 2)]);

    private static string Gelu(TestModel model, string x)
    {
        string erf = model.Node("Erf", [model.Node("Div", [x, model.Constant([MathF.Sqrt(2)])])]);
        return model.Node("Mul", [model.Node("Mul", [x, model.Node("Add", [erf, model.Constant([1f])])]), model.Constant([0.5f])]);
    }

    private static string Normalized(TestModel model, string x, bool isOperator = true)
    {
        string scale = model.Constant([.. Enumerable.Range(0, Features).Select(i => 1 + (0.1f * MathF.Sin(i)))], Features);
        string shift = model.Constant([.. Enumerable.Range(0, Features).Select(i => 0.2f * MathF.Cos(i))], Features);
        if (isOperator)
        {
            return model.Node("LayerNormalization", [x, scale, shift], ModelBuilder.Float("epsilon", 1e-6));
        }

        string centred = model.Node("Sub", [x, model.Node("ReduceMean", [x, model.Constant([-1L], 1)])]);
        string variance = model.Node("ReduceMean", [model.Node("Pow", [centred, model.Constant([2f])]), model.Constant([-1L], 1)]);
        string deviation = model.Node("Sqrt", [model.Node("Add", [variance, model.Constant([1e-6f])])]);
        return model.Node("Add", [model.Node("Mul", [model.Node("Div", [centred, deviation]), scale]), shift]);
    }

    private static string Weights(TestModel model, int rows, int columns, int seed) =>
        model.Constant([.. Enumerable.Range(0, rows * columns).Select(i => 0.4f * MathF.Cos((i * 0.37f * seed) + seed))], rows == 1 ? [columns] : [rows, columns]);

    private static string Numbers(TestModel model, int seed, params int[] dims) =>
        model.Constant([.. Enumerable.Range(0, dims.Aggregate(1, (a, b) => a * b)).Select(i => MathF.Sin(i * 0.9f * seed))], dims);
}
