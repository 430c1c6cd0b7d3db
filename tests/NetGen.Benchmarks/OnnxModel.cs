using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Google.Protobuf;
using NetGen;

namespace NetGen.Benchmarks;

/// <summary>
/// Writes an ONNX model (IR version 8, opset 17) of a chain of nodes, so that ONNX Runtime computes the same network from the same
/// weights. The field numbers are those of onnx.proto.
/// </summary>
internal sealed class OnnxModel(IWeightSource weights, params long[] inputShape)
{
    private readonly List<byte[]> nodes = [];
    private readonly List<byte[]> initializers = [];
    private string value = "input";

    /// <summary>A convolution.</summary>
    public OnnxModel Conv(string layer, int kernel, int stride = 1, int padding = 0, int groups = 1) => Node(
        "Conv",
        [Tensor(layer + ".weight"), Tensor(layer + ".bias")],
        Ints("kernel_shape", kernel, kernel),
        Ints("strides", stride, stride),
        Ints("pads", padding, padding, padding, padding),
        Int("group", groups));

    /// <summary>A fully connected layer.</summary>
    public OnnxModel Dense(string layer) => Node("Gemm", [Tensor(layer + ".weight"), Tensor(layer + ".bias")], Int("transB", 1));

    /// <summary>A max pooling.</summary>
    public OnnxModel MaxPool(int kernel, int stride) => Node("MaxPool", [], Ints("kernel_shape", kernel, kernel), Ints("strides", stride, stride));

    /// <summary>A node without weights or attributes.</summary>
    public OnnxModel Plain(string type) => Node(type, []);

    /// <summary>The model's bytes.</summary>
    public byte[] ToArray(int outputs) => Message(model =>
    {
        model.WriteTag(1, WireFormat.WireType.Varint);
        model.WriteInt64(8);
        Field(model, 8, Message(opset =>
        {
            opset.WriteTag(2, WireFormat.WireType.Varint);
            opset.WriteInt64(17);
        }));
        Field(model, 7, Message(graph =>
        {
            nodes.ForEach(n => Field(graph, 1, n));
            Text(graph, 2, "network");
            initializers.ForEach(i => Field(graph, 5, i));
            Field(graph, 11, ValueInfo("input", inputShape));
            Field(graph, 12, ValueInfo(value, [inputShape[0], outputs]));
        }));
    });

    private OnnxModel Node(string type, string[] tensors, params byte[][] attributes)
    {
        string output = type + nodes.Count;
        string input = value;
        nodes.Add(Message(node =>
        {
            foreach (string name in tensors.Prepend(input))
            {
                Text(node, 1, name);
            }

            Text(node, 2, output);
            Text(node, 4, type);
            foreach (byte[] attribute in attributes)
            {
                Field(node, 5, attribute);
            }
        }));
        value = output;
        return this;
    }

    private string Tensor(string name)
    {
        if (!weights.TryGetTensor(name, out TensorInfo? info))
        {
            throw new InvalidOperationException($"No tensor '{name}'.");
        }

        var values = new float[info.Length];
        weights.Read(name, values);
        var bytes = new byte[values.Length * sizeof(float)];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        initializers.Add(Message(tensor =>
        {
            foreach (int dimension in info.Shape)
            {
                tensor.WriteTag(1, WireFormat.WireType.Varint);
                tensor.WriteInt64(dimension);
            }

            tensor.WriteTag(2, WireFormat.WireType.Varint);
            tensor.WriteInt32(1);
            Text(tensor, 8, name);
            Field(tensor, 9, bytes);
        }));
        return name;
    }

    private static byte[] Ints(string name, params long[] values) => Message(attribute =>
    {
        Text(attribute, 1, name);
        foreach (long v in values)
        {
            attribute.WriteTag(8, WireFormat.WireType.Varint);
            attribute.WriteInt64(v);
        }

        attribute.WriteTag(20, WireFormat.WireType.Varint);
        attribute.WriteInt32(7);
    });

    private static byte[] Int(string name, long integer) => Message(attribute =>
    {
        Text(attribute, 1, name);
        attribute.WriteTag(3, WireFormat.WireType.Varint);
        attribute.WriteInt64(integer);
        attribute.WriteTag(20, WireFormat.WireType.Varint);
        attribute.WriteInt32(2);
    });

    private static byte[] ValueInfo(string name, long[] shape) => Message(info =>
    {
        Text(info, 1, name);
        Field(info, 2, Message(type => Field(type, 1, Message(tensor =>
        {
            tensor.WriteTag(1, WireFormat.WireType.Varint);
            tensor.WriteInt32(1);
            Field(tensor, 2, Message(dimensions =>
            {
                foreach (long d in shape)
                {
                    Field(dimensions, 1, Message(dimension =>
                    {
                        dimension.WriteTag(1, WireFormat.WireType.Varint);
                        dimension.WriteInt64(d);
                    }));
                }
            }));
        }))));
    });

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var memory = new MemoryStream();
        using (var output = new CodedOutputStream(memory, leaveOpen: true))
        {
            write(output);
        }

        return memory.ToArray();
    }

    private static void Field(CodedOutputStream output, int number, byte[] content)
    {
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(content));
    }

    private static void Text(CodedOutputStream output, int number, string text)
    {
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteString(text);
    }
}
