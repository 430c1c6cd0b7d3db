using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using NetGen.Onnx;
using NetGen.Tests.Golden;
using Xunit;

namespace NetGen.Tests.Onnx;

/// <summary>What is done to each channel next to a convolution becomes part of its weights and bias.</summary>
public sealed class ScalarTests
{
    private const string Layer = "Layer";

    /// <summary>The kinds of layers that are left; the model's own are a convolution or the like, and what stands before or after it.</summary>
    private static readonly (string Name, string Expected, Func<SmallModel, byte[]> Write)[] Cases =
    [
        ("Factor", "Conv2D", m => After(m, Convolution(m, "x"), ("Mul", [0.25f], []))),
        ("Chain", "Conv2D", m => After(m, Convolution(m, "x"), ("Mul", [0.5f], []), ("Add", [3], []), ("Div", [-2], []), ("Sub", [1], []))),
        ("PerChannel", "Conv2D", m => After(m, Convolution(m, "x"), ("Mul", [1, 2, -3, 4], [1, 4, 1, 1]), ("Add", [4, 3, 2, 1], [4, 1, 1]), ("Div", [1, 2, 4, 8], [4, 1, 1]))),
        ("Without", "Conv2D", m => After(m, Convolution(m, "x", bias: false), ("Sub", [4, 3, 2, 1], [4, 1, 1]))),
        ("Reversed", "Conv2D", m => Before(m, "Sub", [4, 3, 2, 1], [4, 1, 1], Convolution(m, "x"))),
        ("Depthwise", "DepthwiseConv2D", m => After(m, Depthwise(m, "x"), ("Mul", [1, 2, 3], [3, 1, 1]), ("Add", [0.5f], []))),
        ("Transposed", "ConvTranspose2D", m => After(m, Transposed(m, "x"), ("Mul", [1, 2, 3, 4, 5, 6], [6, 1, 1]), ("Add", [6, 5, 4, 3, 2, 1], [6, 1, 1]))),
        ("Normalized", "Conv2D BatchNorm2D", m => After(m, Normalization(m, Convolution(m, "x")), ("Mul", [0.5f], []), ("Add", [4, 3, 2, 1], [4, 1, 1]))),
        ("Dense", "Flatten Dense", m => Dense(m, after: true)),
        ("BeforeDense", "Dense", m => Dense(m, after: false)),
        ("BeforePadded", "Conv2D", m => Convolved(m, ("Mul", [0.5f], []), ("Div", [1, 2, 3], [3, 1, 1]))),
        ("BeforeDepthwise", "DepthwiseConv2D", m => Convolved(m, 3, 3, 0, ("Mul", [1, 2, 3], [3, 1, 1]), ("Add", [0.5f, 1, -2], [3, 1, 1]))),
        ("BeforeGroups", "Conv2D", m => Convolved(m, 6, 3, 0, ("Mul", [1, 2, 3, 4, 5, 6], [6, 1, 1]), ("Add", [0.5f, 1, -2, 3, -4, 1], [6, 1, 1]))),
        ("BeforeUnpadded", "Conv2D", m => Convolved(m, 3, 1, 0, ("Sub", [0.5f, 1, -2], [3, 1, 1]), ("Div", [1, 2, 3], [3, 1, 1]))),

        // What is added before a border of zeros, what several read, and what goes out itself, stays.
        ("Border", "Elementwise Conv2D", m => Convolved(m, ("Add", [0.5f, 1, -2], [3, 1, 1]))),
        ("Shared", "Conv2D Rescaling Add", Shared),
        ("Pixels", "Conv2D Elementwise", m => After(m, Convolution(m, "x"), ("Mul", [1, 2, 3, 4, 5], [1, 5]))),
        ("Grows", "Elementwise ReLU", Grows),
        ("Zero", "Conv2D Rescaling", m => After(m, Convolution(m, "x"), ("Mul", [0], []))),
    ];

    [Fact]
    public void AreFoldedWhereTheResultIsTheSame()
    {
        var sources = new List<string>();
        var checks = new List<Action<Assembly>>();
        foreach ((string name, string expected, Func<SmallModel, byte[]> write) in Cases)
        {
            byte[] model = write(new SmallModel(name switch { "BeforeDense" => [1, 6], "BeforeGroups" => [1, 6, 5, 5], "Grows" => [1, 1, 5, 5], _ => [1, 3, 5, 5] }));
            ImportedNetwork imported = SmallModel.Import(model);
            string code = imported.ToCode(Layer, name);
            Assert.Equal(expected, string.Join(' ', code.Split('\n').Where(l => l.StartsWith('[')).SelectMany(l => l.Split("] [")).Select(a => a.Trim('[', ']').Split('(')[0])
                .Where(a => a is not ("Network" or "Input"))));
            sources.Add(code);
            float[] input = GoldenWeights.Input(imported.Input.Length);
            float[] theirs = ExporterTests.Run(model, input, [.. imported.InputDimensions.Select(d => (long)d)]);
            checks.Add(assembly => GoldenData.AssertClose(theirs, ImportedClasses.Run(assembly, $"{name}.{Layer}", imported, input)[0]));
        }

        Assembly all = ImportedClasses.Compile(sources);
        checks.ForEach(check => check(all));
    }

    /// <summary>The value that a convolution gives is then that of the last node that it stands for.</summary>
    [Fact]
    public void TheirValueIsTheConvolutions()
    {
        var model = new SmallModel(1, 3, 5, 5);
        ImportedNetwork imported = SmallModel.Import(After(model, Convolution(model, "x"), ("Mul", [0.25f], [])));
        Assert.Equal("v1", Assert.Single(imported.Values).Value);
    }

    private static byte[] After(SmallModel model, string x, params (string Type, float[] Values, long[] Shape)[] operations)
    {
        Apply(model, x, operations);
        return model.Build(1, -1, -1, -1);
    }

    private static string Apply(SmallModel model, string x, params (string Type, float[] Values, long[] Shape)[] operations)
    {
        foreach ((string type, float[] values, long[] shape) in operations)
        {
            x = model.Node("", type, [x, model.Tensor($"c{x}", values, shape)]);
        }

        return x;
    }

    private static byte[] Before(SmallModel model, string type, float[] values, long[] shape, string x)
    {
        model.Node("", type, [model.Tensor("c", values, shape), x]);
        return model.Build(1, -1, -1, -1);
    }

    private static byte[] Convolved(SmallModel model, params (string Type, float[] Values, long[] Shape)[] operations) => Convolved(model, 3, 1, 1, operations);

    private static byte[] Convolved(SmallModel model, int channels, int groups, int padding, params (string Type, float[] Values, long[] Shape)[] operations)
    {
        string x = Apply(model, "x", operations);
        model.Node(
            "",
            "Conv",
            [x, model.Tensor("w", 6, channels / groups, 3, 3), model.Tensor("b", 6)],
            SmallModel.Ints("pads", padding, padding, padding, padding),
            SmallModel.Int("group", groups));
        return model.Build(1, -1, -1, -1);
    }

    private static string Convolution(SmallModel model, string x, bool bias = true) => model.Node(
        "", "Conv", bias ? [x, model.Tensor("w", 4, 3, 3, 3), model.Tensor("b", 4)] : [x, model.Tensor("w", 4, 3, 3, 3)], SmallModel.Ints("pads", 1, 1, 1, 1));

    private static string Depthwise(SmallModel model, string x) =>
        model.Node("", "Conv", [x, model.Tensor("w", 3, 1, 3, 3), model.Tensor("b", 3)], SmallModel.Int("group", 3));

    private static string Transposed(SmallModel model, string x) =>
        model.Node("", "ConvTranspose", [x, model.Tensor("w", 3, 2, 3, 3), model.Tensor("b", 6)], SmallModel.Int("group", 3), SmallModel.Ints("strides", 2, 2));

    private static string Normalization(SmallModel model, string x) => model.Node(
        "", "BatchNormalization", [x, model.Tensor("g", 4), model.Tensor("h", 4), model.Tensor("m", 4), model.Tensor("v", [1, 2, 3, 0.5f], 4)]);

    private static byte[] Dense(SmallModel model, bool after)
    {
        string x = after ? model.Node("", "Flatten", ["x"]) : Apply(model, "x", ("Add", [1, 2, 3, 4, 5, 6], [6]), ("Mul", [6, 5, 4, 3, 2, 1], [6]));
        x = model.Node("", "MatMul", [x, model.Tensor("w", after ? 75 : 6, 4)]);
        if (after)
        {
            Apply(model, x, ("Add", [1, 2, 3, 4], [4]), ("Mul", [4, 3, 2, 1], [4]));
        }

        return model.Build(1, 4);
    }

    private static byte[] Shared(SmallModel model)
    {
        string x = Convolution(model, "x");
        model.Node("", "Add", [x, Apply(model, x, ("Mul", [0.25f], []))]);
        return model.Build(1, -1, -1, -1);
    }

    /// <summary>One channel times three numbers are three channels.</summary>
    private static byte[] Grows(SmallModel model)
    {
        model.Node("", "Relu", [Apply(model, "x", ("Mul", [1, 2, 3], [3, 1, 1]))]);
        return model.Build(1, -1, -1, -1);
    }
}
