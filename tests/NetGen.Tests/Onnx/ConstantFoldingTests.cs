using System;
using System.Linq;
using NetGen.Onnx;
using NetGen.Onnx.Protos;
using Xunit;

namespace NetGen.Tests.Onnx;

using DataType = TensorProto.Types.DataType;

/// <summary>What is computed from constants while importing is what ONNX Runtime computes.</summary>
public sealed class ConstantFoldingTests
{
    private readonly ModelComparison comparison = new();

    [Fact]
    public void Operators()
    {
        foreach (string unary in "Neg Abs Exp Floor Ceil Round Relu Sigmoid Tanh Sign Erf Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Atanh Softplus Softsign Selu Elu HardSigmoid HardSwish LeakyRelu Celu ThresholdedRelu IsNaN IsInf".Split(' '))
        {
            One(unary, "a");
        }

        foreach (string unary in "Sqrt Log Reciprocal".Split(' '))
        {
            One(unary, "p");
        }

        One("Acosh", "q");
        foreach (string binary in "Add Sub Mul Div Max Min Sum Mean Equal Greater Less GreaterOrEqual LessOrEqual PRelu".Split(' '))
        {
            One(binary, "a r");
            One(binary, "a a");
        }

        One("Pow", "p b2");
        One("Pow", "p j");
        One("Mod", "a r", ("fmod", 1));
        foreach (string whole in "Add Sub Mul Div Mod Max Min Equal Greater Less Pow".Split(' '))
        {
            One(whole, whole == "Pow" ? "j j" : "i j");
        }

        One("Mod", "i j", ("fmod", 1));
        foreach (string logic in "And Or Xor".Split(' '))
        {
            One(logic, "t u");
        }

        One("Not", "t");
        One("Where", "t a2 b2");
        One("Where", "t i2 j2");
        One("Clip", "a low");
        One("Clip", "a low high");
        One("Clip", "a _ high");
        comparison.Run();
    }

    [Fact]
    public void Reductions()
    {
        foreach (string kind in "Sum Mean Max Min Prod L1 L2 SumSquare LogSum LogSumExp".Split(' '))
        {
            string x = kind == "LogSum" ? "p" : "a";
            foreach (int keep in new[] { 0, 1 })
            {
                if (kind == "Sum")
                {
                    One("ReduceSum", "a axes02", ("keepdims", keep));
                    One("ReduceSum", "a", ("keepdims", keep));
                    One("ReduceSum", "i", ("keepdims", keep));
                    One("ReduceSum", "a", ("keepdims", keep), ("noop_with_empty_axes", 1));
                    continue;
                }

                One("Reduce" + kind, x, ("keepdims", keep), ("axes", new long[] { 0, -1 }));
                One("Reduce" + kind, x, ("keepdims", keep), ("axes", new long[] { 1 }));
                One("Reduce" + kind, x, ("keepdims", keep));
            }
        }

        One("ReduceMax", "i", ("axes", new long[] { 0 }));
        One("ReduceProd", "i");
        One("ArgMax", "a", ("axis", 1));
        One("ArgMin", "a", ("axis", -1), ("keepdims", 0));
        One("ArgMax", "i", ("axis", 0), ("select_last_index", 1));
        One("CumSum", "a one");
        One("CumSum", "a one", ("reverse", 1), ("exclusive", 1));
        One("Softmax", "a", ("axis", 1));
        One("LogSoftmax", "a");
        One("LpNormalization", "a", ("axis", 1), ("p", 1));
        One("MatMul", "a m");
        One("MatMul", "a3 m");
        One("Gemm", "m n c3", ("alpha", 0.5f), ("beta", 2f), ("transA", 1), ("transB", 1));
        comparison.Run();
    }

    [Fact]
    public void Rearrangements()
    {
        One("Tile", "a repeats");
        One("Expand", "c3 shape");
        One("Transpose", "a", ("perm", new long[] { 2, 0, 1 }));
        One("Transpose", "a");
        One("Slice", "a starts ends");
        One("Slice", "a starts ends axes02 steps");
        One("Gather", "a index2", ("axis", 1));
        One("GatherElements", "a elements", ("axis", 1));
        One("GatherND", "a nd");
        One("GatherND", "a ndb", ("batch_dims", 1));
        One("ScatterND", "a nd updates");
        One("ScatterElements", "a elements elementUpdates", ("axis", 1));
        One("Pad", "a pads");
        One("Pad", "a pads high");
        One("Pad", "a padsIn _", ("mode", "reflect"));
        One("Pad", "a padsIn", ("mode", "edge"));
        One("Concat", "a a", ("axis", 1));
        One("Concat", "i i", ("axis", 0));
        One("Split", "a", "c d", "c", ("axis", 0));
        One("Split", "a parts", "c d", "d", ("axis", 1));
        One("Split", "a", "c d", "d", ("axis", 2));
        One("Trilu", "a");
        One("Trilu", "a one", ("upper", 0));
        One("EyeLike", "m", ("k", 1), ("dtype", 1));
        One("OneHot", "index2 three values");
        One("NonZero", "i2");
        One("TopK", "a k2", "c d", "c", ("axis", 1));
        One("TopK", "a k2", "c d", "d", ("axis", 2), ("largest", 0));
        One("Compress", "a flags", ("axis", 1));
        One("Range", "zero five two");
        One("DepthToSpace", "d2s", ("blocksize", 2));
        One("SpaceToDepth", "d2s", ("blocksize", 2));
        One("Shape", "a", ("start", 1));
        One("Size", "a");
        One("Flatten", "a", ("axis", 2));
        One("Unsqueeze", "a axes02");
        One("Squeeze", "c1");
        comparison.Run();
    }

    [Fact]
    public void Casts()
    {
        foreach (DataType to in new[] { DataType.Int64, DataType.Int32, DataType.Uint8, DataType.Int8, DataType.Bool, DataType.Float16, DataType.Bfloat16, DataType.Double })
        {
            One("Cast", to is DataType.Uint8 ? "p" : "half", ("to", (int)to));
            One("Cast", "wide", ("to", (int)to));
        }

        One("CastLike", "half i");
        One("CastLike", "i half");
        comparison.Run();
    }

    [Fact]
    public void Dequantization()
    {
        foreach (DataType type in new[] { DataType.Int8, DataType.Uint8, DataType.Int32 })
        {
            int[] values = [.. Enumerable.Range(0, 24).Select(i => type == DataType.Uint8 ? i * 10 : (i - 12) * 10)];
            GraphBuilder Of() => new GraphBuilder(21).Integers("w", type, [2, 3, 4], values).Floats("s0", [], 0.05f).Floats("s1", [1], 0.05f)
                .Floats("s", [3], 0.1f, 0.2f, 0.4f).Integers("z0", type, [], 0).Integers("z", type, [3], 0, type == DataType.Int32 ? 0 : 2, 0)
                .Random("sb", 2, 3, 2).Integers("zb", type, [2, 3, 2], [.. Enumerable.Range(0, 12).Select(i => type == DataType.Int32 ? 0 : i)]);
            Add($"{type}", Of().Node("DequantizeLinear", "w s0 z0", "c"));
            Add($"{type} without a zero point", Of().Node("DequantizeLinear", "w s0", "c"));
            Add($"{type} for each channel", Of().Node("DequantizeLinear", "w s z", "c", ("axis", 1)));
            Add($"{type} for each channel, counted from the last axis", Of().Node("DequantizeLinear", "w s z", "c", ("axis", -2)));
            if (type != DataType.Int32)
            {
                Add($"{type} in blocks", Of().Node("DequantizeLinear", "w sb zb", "c", ("axis", 2), ("block_size", 2)));
            }
        }

        foreach (DataType type in new[] { DataType.Int4, DataType.Uint4 })
        {
            var raw = new TensorProto { Name = "w", DataType = (int)type, RawData = Google.Protobuf.ByteString.CopyFrom(0x10, 0x32, 0x54, 0x76, 0x98, 0xBA, 0xDC, 0x0F) };
            raw.Dims.AddRange([3L, 5L]);
            GraphBuilder graph = new GraphBuilder(21).Floats("s", [3], 0.1f, 0.2f, 0.4f);
            graph.Model.Graph.Initializer.Add(raw);
            graph.Model.IrVersion = 10;
            Add($"{type}", graph.Node("DequantizeLinear", "w s", "c", ("axis", 0)));
        }

        comparison.Run();
    }

    private void One(string operation, string inputs, params (string, object)[] attributes) => One(operation, inputs, "c", "c", attributes);

    private void One(string operation, string inputs, string outputs, string result, params (string, object)[] attributes)
    {
        GraphBuilder graph = new GraphBuilder()
            .Random("a", 2, 3, 4).Random("r", 3, 1).Random("m", 4, 3).Random("n", 2, 4).Random("c3", 3, 1).Random("c1", 1, 3, 1).Random("d2s", 1, 4, 2, 2).Random("a3", 4)
            .Random("a2", 2, 3).Random("b2", 3).Random("updates", 2, 4).Random("elementUpdates", 2, 2, 4)
            .Floats("p", [2, 3], 0.25f, 1.5f, 3, 0.1f, 7, 200).Floats("q", [2], 1.5f, 4).Floats("half", [6], -2.5f, -0.5f, 0.25f, 0.5f, 1.5f, 100.3f)
            .Floats("low", [], -0.25f).Floats("high", [], 0.25f).Floats("values", [2], -1, 2)
            .Longs("i", [2, 3], -7, 6, 5, -4, 3, 9).Longs("j", [3], 2, 3, 4).Longs("i2", [2, 3], 0, 1, 0, 3, 0, 4).Longs("j2", [3], 9, 8, 7)
            .Longs("wide", [5], 300, -1, 0, 127, 70000)
            .Integers("t", DataType.Bool, [2, 3], 1, 0, 0, 1, 1, 0).Integers("u", DataType.Bool, [3], 1, 1, 0).Integers("flags", DataType.Bool, [3], 1, 0, 1)
            .List("axes02", 0, 2).List("repeats", 2, 1, 3).List("shape", 2, 1, 4).List("starts", 0, -1).List("ends", 2, -5).List("steps", 1, -2).List("parts", 1, 2)
            .List("pads", 1, 0, -1, 0, 2, 1).List("padsIn", 1, 2, 0, 0, 0, 3).List("k2", 2).Longs("one", [], 1).Longs("three", [], 3)
            .Longs("zero", [], 0).Longs("five", [], 5).Longs("two", [], 2).Longs("index2", [2, 2], 0, 2, 1, -1)
            .Longs("elements", [2, 2, 4], 0, 1, 2, -1, 1, 0, 2, 0, 0, 1, 2, -1, 1, 2, 1, 0).Longs("nd", [2, 2], 0, 1, 1, 2).Longs("ndb", [2, 1], 1, 2);
        if (inputs.Contains("ends", StringComparison.Ordinal) && !inputs.Contains("steps", StringComparison.Ordinal))
        {
            graph.Model.Graph.Initializer.Single(t => t.Name == "ends").Int64Data[1] = 9;
        }

        Add($"{operation}({inputs})", graph.Node(operation, inputs, outputs, attributes), result);
    }

    /// <summary>A model whose output is the computed constant, and the input.</summary>
    private void Add(string name, GraphBuilder graph, string result = "c") => comparison.Add(
        name, graph.Input("x", 1).Output("y").Node("Cast", result, "real", ("to", (int)DataType.Float)).Node("Mul", "real x", "y").Bytes);
}
