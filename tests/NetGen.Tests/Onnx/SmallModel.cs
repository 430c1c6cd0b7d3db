using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Google.Protobuf;
using NetGen.Onnx;
using NetGen.Onnx.Protos;

namespace NetGen.Tests.Onnx;

/// <summary>Writes a small ONNX model node by node, under whatever names.</summary>
internal sealed class SmallModel
{
    private readonly GraphProto graph = new() { Name = "graph" };
    private readonly Random random = new(3);

    public SmallModel(params long[] input) => graph.Input.Add(Info("x", input));

    /// <summary>Adds a node with one result.</summary>
    /// <returns>The result's name.</returns>
    public string Node(string name, string type, IEnumerable<string> inputs, params AttributeProto[] attributes)
    {
        string output = $"v{graph.Node.Count}";
        var node = new NodeProto { Name = name, OpType = type, Output = { output } };
        node.Input.AddRange(inputs);
        node.Attribute.AddRange(attributes);
        graph.Node.Add(node);
        return output;
    }

    /// <summary>Adds a tensor of random values between −1 and 1.</summary>
    public string Tensor(string name, params long[] shape) =>
        Tensor(name, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (random.NextSingle() * 2) - 1)], shape);

    /// <summary>Adds a tensor.</summary>
    public string Tensor(string name, float[] values, params long[] shape)
    {
        var tensor = new TensorProto
        {
            Name = name, DataType = (int)TensorProto.Types.DataType.Float, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)),
        };
        tensor.Dims.AddRange(shape);
        graph.Initializer.Add(tensor);
        return name;
    }

    /// <summary>Lets the model give a value besides that of its last node.</summary>
    public void Output(string value, params long[] shape) => graph.Output.Add(Info(value, shape));

    /// <summary>The model, whose result is that of its last node; negative dimensions are left open.</summary>
    public byte[] Build(params long[] output)
    {
        graph.Output.Add(Info(graph.Node[^1].Output[0], output));
        return new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 17 } } }.ToByteArray();
    }

    public static AttributeProto Ints(string name, params long[] values) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    public static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static ImportedNetwork Import(byte[] model) => OnnxImporter.Import(model, new OnnxImportOptions());

    private static ValueInfoProto Info(string name, long[] dims)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(dims.Select((d, i) => d < 0
            ? new TensorShapeProto.Types.Dimension { DimParam = FormattableString.Invariant($"d{i}") }
            : new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new ValueInfoProto
        {
            Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } },
        };
    }
}
