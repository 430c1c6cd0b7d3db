using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Google.Protobuf;
using NetGen.Onnx.Export;
using NetGen.Onnx.Protos;
using ElementType = NetGen.Onnx.Protos.TensorProto.Types.DataType;

namespace NetGen.Tests.Onnx;

/// <summary>A small ONNX model that a test writes down node by node. Its input is called <c>x</c>.</summary>
internal sealed class TestModel
{
    private readonly GraphProto graph = new() { Name = "test" };
    private readonly long opset;
    private int constants;

    public TestModel(long opset, params int[] input)
    {
        this.opset = opset;
        InputDims = input;
        graph.Input.Add(Value("x", ElementType.Float, input));
    }

    public int[] InputDims { get; }

    public int OutputCount => graph.Output.Count;

    public byte[] ToArray() => new ModelProto
    {
        IrVersion = 8,
        Graph = graph,
        OpsetImport = { new OperatorSetIdProto { Version = opset } },
    }.ToByteArray();

    public string Constant(float[] values, params int[] dims) => Constant(ElementType.Float, MemoryMarshal.AsBytes<float>(values), dims);

    public string Constant(long[] values, params int[] dims) => Constant(ElementType.Int64, MemoryMarshal.AsBytes<long>(values), dims);

    public string Integers(int[] values, params int[] dims) => Constant(ElementType.Int32, MemoryMarshal.AsBytes<int>(values), dims);

    public string Constant(bool[] values, params int[] dims) => Constant(ElementType.Bool, MemoryMarshal.AsBytes<bool>(values), dims);

    /// <summary>Adds a node of one result.</summary>
    /// <returns>The result's name.</returns>
    public string Node(string type, IEnumerable<string> inputs, params AttributeProto[] attributes)
    {
        string output = FormattableString.Invariant($"v{graph.Node.Count}");
        graph.Node.Add(new NodeProto { Name = "n_" + output, OpType = type, Input = { inputs }, Output = { output }, Attribute = { attributes } });
        return output;
    }

    /// <summary>Adds a node of several results, of which those that nobody needs have no name.</summary>
    /// <returns>The results' names.</returns>
    public string[] Nodes(string type, IEnumerable<string> inputs, IEnumerable<bool> isNeeded, params AttributeProto[] attributes)
    {
        string[] outputs = [.. isNeeded.Select((needed, i) => needed ? FormattableString.Invariant($"v{graph.Node.Count}_{i}") : "")];
        graph.Node.Add(new NodeProto { Name = "n_" + type, OpType = type, Input = { inputs }, Output = { outputs }, Attribute = { attributes } });
        return outputs;
    }

    public string Cast(string value, ElementType type) => Node("Cast", [value], ModelBuilder.Int("to", (long)type));

    /// <summary>Gives a value another name.</summary>
    public string Named(string value, string name)
    {
        graph.Node.Add(new NodeProto { Name = "n_" + name, OpType = "Identity", Input = { value }, Output = { name } });
        return name;
    }

    /// <summary>Makes a value an output of the model.</summary>
    public TestModel Output(string value, ElementType type = ElementType.Float)
    {
        graph.Output.Add(new ValueInfoProto
        {
            Name = value,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type } },
        });
        return this;
    }

    public static AttributeProto Floats(string name, params float[] values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Floats, Floats = { values } };

    private string Constant(ElementType type, ReadOnlySpan<byte> values, int[] dims)
    {
        string name = FormattableString.Invariant($"c{constants++}");
        graph.Initializer.Add(new TensorProto
        {
            Name = name, DataType = (int)type, Dims = { dims.Select(d => (long)d) }, RawData = ByteString.CopyFrom(values),
        });
        return name;
    }

    private static ValueInfoProto Value(string name, ElementType type, int[] dims) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = (int)type,
                Shape = new TensorShapeProto { Dim = { dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }) } },
            },
        },
    };
}
