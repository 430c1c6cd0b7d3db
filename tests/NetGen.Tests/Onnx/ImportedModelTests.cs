using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using NetGen.Onnx;
using NetGen.Onnx.Protos;
using Xunit;

namespace NetGen.Tests.Onnx;

using static GraphBuilder;

/// <summary>Small models of every kind, imported, compiled and compared with ONNX Runtime.</summary>
public sealed class ImportedModelTests
{
    private static readonly long[] Image = [4, 3, 6, 6];

    private static string Faults => Path.Combine(AppContext.BaseDirectory, "Onnx", "faults");

    /// <summary>Models from files, as exporters, editors and other tools left them.</summary>
    [Fact]
    public void Files()
    {
        var comparison = new ModelComparison();
        foreach (string path in Directory.EnumerateFiles(Faults, "*.onnx").Order(StringComparer.Ordinal))
        {
            // ONNX Runtime takes a length of 0 at its word.
            if (Path.GetFileName(path) != "dyn_zero.onnx")
            {
                comparison.AddFile(path);
            }
        }

        comparison.AddFile(Path.Combine(Faults, "dyn_minus1.onnx"), new OnnxImportOptions { InputShape = [1, 3, 8, 8] });
        comparison.Run();
    }

    [Fact]
    public void ALengthOfZeroIsOpen() =>
        Assert.Equal([1, 3, 8, 8], OnnxImporter.Import(Path.Combine(Faults, "dyn_zero.onnx"), new OnnxImportOptions()).InputDimensions);

    [Fact]
    public void AModelTakenAsItStandsHasItsOwnDimensions()
    {
        foreach ((string file, int[] dims) in new (string, int[])[]
        {
            ("rank1_input", [6]), ("gemm_transA", [6, 1]), ("matmul_left", [6, 1]), ("b4_addconst", [4, 3, 8, 8]), ("b4_slice0", [4, 3, 8, 8]), ("b4_cumshape", [4, 3, 8, 8]),
        })
        {
            ImportedNetwork network = OnnxImporter.Import(Path.Combine(Faults, file + ".onnx"), new OnnxImportOptions());
            Assert.Equal(1, network.BatchSize);
            Assert.Equal(dims, network.InputDimensions);
        }
    }

    /// <summary>What looks along the first axis, however it comes by it, makes a model one of a single sample.</summary>
    [Fact]
    public void OperatorsThatLookAlongTheBatch()
    {
        var comparison = new ModelComparison();
        void Check(string name, GraphBuilder graph) => comparison.Add(name, graph.Bytes, batch: 1);
        GraphBuilder X(params long[] dims) => new GraphBuilder().Input("x", dims.Length == 0 ? Image : dims).Output("y");
        GraphBuilder Sliced(long start, long end, long axis, long step) =>
            X().List("s", start).List("e", end).List("a", axis).List("t", step).Node("Slice", "x s e a t", "y");

        Check("slice 0:2", Sliced(0, 2, 0, 1));
        Check("slice 0:1", Sliced(0, 1, 0, 1));
        Check("slice 1:", Sliced(1, long.MaxValue, 0, 1));
        Check("slice :-1", Sliced(0, -1, -4, 1));
        Check("slice ::-1", Sliced(-1, long.MinValue, 0, -1));
        Check("gather", X().List("i", 2, 0, 3).Node("Gather", "x i", "y", ("axis", 0)));
        Check("split", X().Node("Split", "x", "a b", ("axis", 0)).Node("Add", "a b", "y"));
        Check("concat", X().Node("Concat", "x x", "y", ("axis", 0)));
        Check("pad", X().List("p", 1, 0, 0, 0, 0, 0, 0, 0).Node("Pad", "x p", "y"));
        Check("reduce", X().List("a", 0).Node("ReduceSum", "x a", "y"));
        Check("reduce all", X().Node("ReduceMean", "x", "y"));
        Check("reduce all, after a shape", X().Node("ReduceMean", "x", "m", ("keepdims", 0)).Node("Sub", "x m", "y"));
        Check("tile", X().List("r", 2, 1, 1, 1).Node("Tile", "x r", "y"));
        Check("expand by an axis", X().List("r", 2, 4, 3, 6, 6).Node("Expand", "x r", "y"));
        Check("transpose", X().Node("Transpose", "x", "y", ("perm", new long[] { 1, 0, 2, 3 })));
        Check("flatten", X().Node("Flatten", "x", "y", ("axis", 0)));
        Check("softmax", X(4, 6).Node("Softmax", "x", "y", ("axis", 0)));
        Check("lp", X(4, 6).Node("LpNormalization", "x", "y", ("axis", 0)));
        Check("layer norm", X(4, 6).Random("g", 4, 6).Node("LayerNormalization", "x g", "y", ("axis", 0)));
        Check("add a constant for each", X().Random("c", 4, 1, 1, 1).Node("Add", "x c", "y"));
        Check("unsqueeze", X().List("a", 0).Node("Unsqueeze", "x a", "u").List("k", 1).Node("ReduceMax", "u", "y", ("axes", new long[] { 1 })));

        // A reshape that cuts samples in two, or joins them.
        Check("reshape to other rows", X(4, 6).List("s", 2, -1).Node("Reshape", "x s", "r").Node("Softmax", "r", "y", ("axis", 1)));
        Check("reshape to one row", X(4, 6).List("s", 1, -1).Node("Reshape", "x s", "r").Node("Softmax", "r", "y", ("axis", 1)));
        Check("reshape of ones", X(4, 1).List("s", 1, -1).Node("Reshape", "x s", "r").Node("Softmax", "r", "y", ("axis", 1)));

        // What aligns shapes from the last axis on can meet the batch at another axis.
        Check("lower rank", X(4, 4, 4, 4).Node("ReduceMean", "x", "m", ("axes", new long[] { 1 }), ("keepdims", 0)).Node("Mul", "x m", "y"));
        Check("higher rank", X(4, 6).Random("w", 1, 6, 5).Node("MatMul", "x w", "p").Node("Softmax", "p", "y", ("axis", 1)));
        Check("higher rank of a constant", X(4, 6).Random("w", 1, 1, 6).Node("Add", "x w", "p").Node("Softmax", "p", "y", ("axis", 1)));
        Check("resized rows", X(4, 6).Floats("z", [2], 1.5f, 1).Node("Resize", "x _ z", "y", ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")));

        // Values that depend on how long the batch is.
        Check("divided by the length", X().Node("Shape", "x", "s").Longs("z", [], 0).Node("Gather", "s z", "n").Node("Cast", "n", "f", ("to", 1)).Node("Div", "x f", "y"));
        Check("divided by the size", X().Node("Size", "x", "n").Node("Cast", "n", "f", ("to", 1)).Node("Div", "x f", "y"));
        Check("a shape of constants", X().Node("Shape", "x", "s").Node("ConstantOfShape", "s", "z", ("value", Tensor(0.5f))).Node("Add", "x z", "y"));
        Check("arithmetic", X().Node("Shape", "x", "s", ("start", 0), ("end", 1)).List("three", 3).Node("Mul", "s three", "n").List("rest", 36)
            .Node("Concat", "n rest", "t", ("axis", 0)).Node("Reshape", "x t", "r").Node("ReduceMax", "r", "y", ("axes", new long[] { 1 }), ("keepdims", 0)));
        comparison.Run();
    }

    /// <summary>What treats each sample alone stays a model of one sample.</summary>
    [Fact]
    public void OperatorsThatTreatEachSampleAlone()
    {
        var comparison = new ModelComparison();
        void Check(string name, GraphBuilder graph) => comparison.Add(name, graph.Bytes, batch: 4);
        GraphBuilder X(params long[] dims) => new GraphBuilder().Input("x", dims.Length == 0 ? Image : dims).Output("y");
        Check("classifier", X().Random("w", 5, 3, 3, 3).Node("Conv", "x w", "c").Node("Relu", "c", "r").Node("GlobalAveragePool", "r", "p")
            .Node("Flatten", "p", "f").Random("d", 5, 7).Node("Gemm", "f d", "g").Node("Softmax", "g", "y"));
        Check("view by its own length", X().Node("Shape", "x", "s").Longs("z", [1], 0).Node("Gather", "s z", "n").List("m", -1)
            .Node("Concat", "n m", "t", ("axis", 0)).Node("Reshape", "x t", "f").Random("w", 108, 5).Node("MatMul", "f w", "y"));
        Check("view by 0", X().List("t", 0, -1).Node("Reshape", "x t", "f").Random("w", 108, 5).Node("MatMul", "f w", "y"));
        Check("view by 4", X().List("t", 4, 3, 36).Node("Reshape", "x t", "f").Node("Softmax", "f", "y", ("axis", 2)));
        Check("view by -1", X().List("t", -1, 108).Node("Reshape", "x t", "f").Random("w", 108, 5).Node("MatMul", "f w", "y"));
        Check("whole slices", X().List("s", 0, 1).List("e", long.MaxValue, 3).List("a", 0, 1).Node("Slice", "x s e a", "y"));
        Check("slices to its length", X().Node("Shape", "x", "n", ("start", 0), ("end", 1)).List("z", 0).List("a", 0).Node("Slice", "x z n a", "y0").Node("Relu", "y0", "y"));
        Check("expand to its length", X(4, 3, 1, 1).Node("Shape", "x", "n", ("start", 0), ("end", 2)).List("r", 5, 5).Node("Concat", "n r", "t", ("axis", 0)).Node("Expand", "x t", "y"));
        Check("resize to its length", X().Node("Shape", "x", "n", ("start", 0), ("end", 2)).List("r", 12, 12).Node("Concat", "n r", "t", ("axis", 0)).Node("Resize", "x _ _ t", "y", ("mode", "linear")));
        Check("squeeze", X(4, 3, 1, 1).Node("Squeeze", "x", "y"));
        Check("batch norm", X(4, 3).Random("a", 3).Random("b", 3).Random("m", 3).Floats("v", [3], 1, 2, 3).Node("BatchNormalization", "x a b m v", "y"));
        Check("lengths that are compared", X().Node("Shape", "x", "n", ("start", 0), ("end", 1)).List("one", 1).Node("Equal", "n one", "c")
            .Node("If", "c", "y", ("then_branch", Graph("t", MakeNode("Neg", "x", "t"))), ("else_branch", Graph("e", MakeNode("Relu", "x", "e")))));
        comparison.Run();
    }

    /// <summary>Both branches are computed, and one is taken.</summary>
    [Fact]
    public void BranchesThatTheInputChooses()
    {
        var comparison = new ModelComparison();
        GraphBuilder Chooses(float bound, NodeProto yes, NodeProto no) => new GraphBuilder().Input("x", 1, 4).Output("y").Floats("bound", [], bound).Random("w", 4, 4)
            .Floats("k", [1, 4], 1, 2, 3, 4).Random("v", 4, 3).Node("ReduceSum", "x", "s", ("keepdims", 0)).Node("Greater", "s bound", "c")
            .Node("If", "c", "y", ("then_branch", Graph(yes.Output[0], yes)), ("else_branch", Graph(no.Output[0], no)));
        foreach (float bound in new[] { -100f, 100 })
        {
            comparison.Add($"{bound}", Chooses(bound, MakeNode("MatMul", "x w", "t"), MakeNode("Neg", "x", "e")).Bytes);
            comparison.Add($"{bound}, a constant", Chooses(bound, MakeNode("Identity", "k", "t"), MakeNode("Relu", "x", "e")).Bytes);
        }

        comparison.Run();
        OnnxException error = Assert.Throws<OnnxException>(() =>
            OnnxImporter.Import(Chooses(0, MakeNode("MatMul", "x v", "t"), MakeNode("Neg", "x", "e")).Bytes, new OnnxImportOptions()));
        Assert.Contains("values of the shapes [1, 3] and [1, 4]", error.Message, StringComparison.Ordinal);
        Assert.Contains("--constant", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Only what the outputs depend on has to be understood.</summary>
    [Fact]
    public void WhatNothingReads()
    {
        var comparison = new ModelComparison();
        GraphBuilder X(long opset = 17) => new GraphBuilder(opset).Input("x", 1, 3, 6, 6).Output("y");
        foreach (int opset in new[] { 7, 10, 12, 13, 17 })
        {
            comparison.Add($"dropout {opset}", X(opset).Node("Relu", "x", "r").Node("Dropout", "r", "y mask").Bytes);
        }

        foreach (int opset in new[] { 7, 8, 9, 13 })
        {
            comparison.Add($"batch normalization {opset}", X(opset).Random("a", 3).Random("b", 3).Random("m", 3).Floats("v", [3], 1, 2, 3)
                .Node("BatchNormalization", "x a b m v", "y o1 o2 o3 o4").Bytes);
        }

        comparison.Add("indices", X().Node("MaxPool", "x", "y i", ("kernel_shape", new long[] { 2, 2 })).Bytes);
        comparison.Add("statistics", X().Random("g", 6).Node("LayerNormalization", "x g", "y m d").Bytes);
        comparison.Add("dead nodes", X().Node("Relu", "x", "y").Node("ArgMax", "y", "i").Node("Cast", "i", "f", ("to", 1)).Node("Bernoulli", "f", "z").Bytes);
        comparison.Add("an input that nothing reads", X().Input("z", 1, 2).Node("Relu", "x", "y").Node("Identity", "z", "dead").Bytes);
        comparison.Add("a first input that nothing reads", new GraphBuilder().Input("z", 1, 2).Input("x", 1, 3).Output("y").Node("Relu", "x", "y").Bytes);
        comparison.Run();
    }

    [Fact]
    public void AMissingOutputThatIsReadIsAnError()
    {
        GraphBuilder graph = new GraphBuilder().Input("x", 1, 3, 6, 6).Output("z")
            .Node("MaxPool", "x", "y i", ("kernel_shape", new long[] { 2, 2 })).Node("Cast", "i", "z", ("to", 1));
        OnnxException error = Assert.Throws<OnnxException>(() => OnnxImporter.Import(graph.Bytes, new OnnxImportOptions()));
        Assert.Equal("MaxPool", error.Operator);
        Assert.Contains("'i'", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Branches, functions and whatever is computed from constants.</summary>
    [Fact]
    public void BranchesAndFunctions()
    {
        var comparison = new ModelComparison();
        GraphBuilder X() => new GraphBuilder().Input("x", 1, 3, 6, 6).Output("y");
        NodeProto If(string condition, string output, GraphProto yes, GraphProto no) => MakeNode("If", condition, output, ("then_branch", yes), ("else_branch", no));
        GraphBuilder With(GraphBuilder graph, NodeProto node)
        {
            graph.Model.Graph.Node.Add(node);
            return graph;
        }

        // Names within a branch are its own; those outside of it can be read.
        foreach (int condition in new[] { 0, 1 })
        {
            GraphBuilder graph = X().Integers("c", TensorProto.Types.DataType.Bool, [], condition).Node("Neg", "x", "n");
            GraphProto inner = Graph("a", MakeNode("Exp", "b", "a"));
            inner.Node.Insert(0, MakeNode("Abs", "n", "b"));
            GraphProto other = Graph("a2", If("c", "a2", Graph("d", MakeNode("Sqrt", "n", "d")), Graph("d2", MakeNode("Sign", "n", "d2"), MakeNode("ArgMax", "x", "dead"))));
            comparison.Add($"branches {condition}", With(graph, If("c", "r", inner, other)).Node("Add", "r x", "y").Bytes);
        }

        // Two branches may give their values the same names.
        GraphProto Same(string operation) => Graph("t", MakeNode(operation, "x", "b"), MakeNode("Neg", "b", "t"));
        comparison.Add("names twice", With(With(X().Integers("c", TensorProto.Types.DataType.Bool, [], 1), If("c", "p", Same("Exp"), Same("Abs"))), If("c", "q", Same("Tanh"), Same("Abs")))
            .Node("Mul", "p q", "y").Bytes);

        // A function of functions, called twice, with an attribute, an optional input, and an output that nothing reads.
        NodeProto leaky = MakeNode("LeakyRelu", "t", "o");
        leaky.Attribute.Add(new AttributeProto { Name = "alpha", RefAttrName = "slope", Type = AttributeProto.Types.AttributeType.Float });
        NodeProto call = MakeNode("local:Inner", "a", "m _");
        call.Attribute.Add(new AttributeProto { Name = "slope", RefAttrName = "slope", Type = AttributeProto.Types.AttributeType.Float });
        GraphBuilder functions = X()
            .Function("Inner", "a", "o u", MakeNode("Neg", "a", "t"), leaky, MakeNode("ArgMax", "a", "u"))
            .Function("Outer", "a low high", "o", call, MakeNode("Clip", "m low high", "k"), MakeNode("Sub", "a k", "o"))
            .Floats("low", [], -0.25f).Floats("high", [], 0.25f)
            .Node("local:Outer", "x low", "p", ("slope", 0.3f)).Node("local:Outer", "p _ high", "y", ("slope", 0.6f));
        foreach (FunctionProto function in functions.Model.Functions)
        {
            function.Attribute.Add("slope");
        }

        comparison.Add("functions", functions.Bytes);

        // A branch within a function reads the function's values.
        comparison.Add("a branch within a function", X().Integers("c", TensorProto.Types.DataType.Bool, [], 0)
            .Function("F", "a c", "o", MakeNode("Neg", "a", "n"), If("c", "o", Graph("t", MakeNode("Exp", "n", "t")), Graph("e", MakeNode("Relu", "n", "e"))))
            .Node("local:F", "x c", "y").Bytes);
        comparison.Run();
    }

    [Fact]
    public void NegativePadsCrop()
    {
        var comparison = new ModelComparison();
        GraphBuilder X() => new GraphBuilder().Input("x", 1, 2, 7, 8).Output("y").Random("w", 3, 2, 3, 3).Random("v", 2, 3, 3, 3).Random("b", 3);
        foreach (long stride in new[] { 1, 2 })
        {
            foreach (long[] pads in new[] { new long[] { -1, 2, 1, -2 }, [-1, -2, 0, -3], [1, -3, -2, -1] })
            {
                // ONNX Runtime crops with a node of its own, and does not know the rest.
                (string, object)[] Window(params long[] own) => [("pads", own), ("strides", new[] { stride, stride })];
                string name = $"stride {stride}, pads {string.Join(" ", pads)}";
                long[] Around(int sign) => [0, 0, sign * pads[0], sign * pads[1], 0, 0, sign * pads[2], sign * pads[3]];
                comparison.Add(
                    name,
                    X().Node("Conv", "x w b", "y", Window(pads)).Bytes,
                    reference: X().List("p", Around(1)).Node("Pad", "x p", "z").Node("Conv", "z w b", "y", Window(0, 0, 0, 0)).Bytes);
                comparison.Add(
                    name + ", transposed",
                    X().Node("ConvTranspose", "x v b", "y", Window(pads)).Bytes,
                    reference: X().List("p", Around(-1)).Node("ConvTranspose", "x v", "z", Window(0, 0, 0, 0)).Node("Pad", "z p", "q").List("s", 1, 3, 1, 1)
                        .Node("Reshape", "b s", "c").Node("Add", "q c", "y").Bytes);
            }
        }

        comparison.Add("pad", X().List("p", 0, 0, -1, 2, 0, 0, 1, -3).Node("Pad", "x p", "y").Bytes);
        comparison.Run();
    }

    [Fact]
    public void ComputedBoundsClip()
    {
        var comparison = new ModelComparison();
        GraphBuilder X() => new GraphBuilder().Input("x", 1, 3, 6, 6).Output("y").Floats("c", [], 0.25f).Floats("d", [], -0.25f)
            .Node("ReduceMean", "x", "m", ("keepdims", 0)).Node("Abs", "m", "a").Node("Neg", "a", "n").Floats("k", [3], -1, 0.1f, 3);
        comparison.Add("both", X().Node("Clip", "x n a", "y").Bytes);
        comparison.Add("min", X().Node("Clip", "x n c", "y").Bytes);
        comparison.Add("max", X().Node("Clip", "x d a", "y").Bytes);
        comparison.Add("max alone", X().Node("Clip", "x _ a", "y").Bytes);
        comparison.Add("min alone", X().Node("Clip", "x a", "y").Bytes);
        comparison.Add("of a constant", X().Node("Clip", "k n a", "y").Bytes);
        comparison.Add("changed bounds", X().Node("Clip", "x a n", "y").Bytes);
        comparison.Run();
    }

    private static TensorProto Tensor(float value)
    {
        var tensor = new TensorProto { DataType = (int)TensorProto.Types.DataType.Float };
        tensor.Dims.Add(1);
        tensor.FloatData.Add(value);
        return tensor;
    }
}
