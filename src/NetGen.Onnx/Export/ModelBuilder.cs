using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Google.Protobuf;
using NetGen.Onnx.Protos;

namespace NetGen.Onnx.Export;

/// <summary>Builds an ONNX model: values are called by the layers that give them, nodes and tensors by their layers.</summary>
internal sealed class ModelBuilder
{
    private const long IrVersion = 9;
    private const long Opset = 20;

    private readonly NetworkInfo network;
    private readonly IWeightSource weights;
    private readonly int batch;
    private readonly GraphProto graph = new();
    private int constants;

    public ModelBuilder(NetworkInfo network, IWeightSource weights, int batch)
    {
        this.network = network;
        this.weights = weights;
        this.batch = batch;
    }

    public ModelProto Build()
    {
        graph.Name = network.Name;
        foreach (InputInfo input in network.Inputs)
        {
            graph.Input.Add(Value(input.Name, input.Shape));
        }

        foreach (LayerInfo layer in network.Layers)
        {
            LayerNodes.Write(this, layer);
        }

        foreach (string output in network.Outputs)
        {
            graph.Output.Add(Value(output, network[output].Output));
        }

        return new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "NetGen",
            Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Version = Opset } },
        };
    }

    /// <summary>Adds a node.</summary>
    /// <param name="layer">The layer that it belongs to.</param>
    /// <param name="type">The operator.</param>
    /// <param name="inputs">What it takes.</param>
    /// <param name="part">What its result is called after the layer's name; nothing for the layer's own result.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <returns>The name of its result.</returns>
    public string Node(LayerInfo layer, string type, IEnumerable<string> inputs, string part = "", params AttributeProto[] attributes)
    {
        string output = part.Length == 0 ? layer.Name : $"{layer.Name}/{part}";
        AddNode(type, inputs, [output], attributes);
        return output;
    }

    /// <summary>Adds a node of several results, of which those without a name are left out.</summary>
    /// <returns>The names of its results.</returns>
    public string[] Node(LayerInfo layer, string type, IEnumerable<string> inputs, IEnumerable<string> parts, params AttributeProto[] attributes)
    {
        string[] outputs = [.. parts.Select(p => p.Length == 0 ? "" : $"{layer.Name}/{p}")];
        AddNode(type, inputs, outputs, attributes);
        return outputs;
    }

    private void AddNode(string type, IEnumerable<string> inputs, string[] outputs, AttributeProto[] attributes)
    {
        var node = new NodeProto { Name = outputs[0], OpType = type };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes);
        graph.Node.Add(node);
    }

    /// <summary>The shape of a value: a layer's result, or an input.</summary>
    public Shape ShapeOf(string value) => network.Inputs.FirstOrDefault(i => i.Name == value)?.Shape ?? network[value].Output;

    /// <summary>Adds one of a layer's tensors.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="suffix">The last part of the tensor's name.</param>
    /// <param name="shape">Another shape for its values; by default its own.</param>
    /// <returns>The tensor's name.</returns>
    public string Weight(LayerInfo layer, string suffix, params long[] shape)
    {
        TensorInfo tensor = Tensor(layer, suffix);

        // A value of the graph may not be called as a tensor is.
        return Add(suffix.Length == 0 ? layer.Name + "/values" : tensor.Name, Values(tensor), shape.Length > 0 ? shape : [.. tensor.Shape.Select(d => (long)d)]);
    }

    /// <summary>The values of one of a layer's tensors.</summary>
    public float[] Values(LayerInfo layer, string suffix) => Values(Tensor(layer, suffix));

    private float[] Values(TensorInfo tensor)
    {
        var values = new float[tensor.Length];
        weights.Read(tensor.Name, values);
        return values;
    }

    private TensorInfo Tensor(LayerInfo layer, string suffix)
    {
        string name = TensorNames.Of(layer.Name, suffix);
        return weights.TryGetTensor(name, out TensorInfo? tensor) ? tensor : throw new ArgumentException($"{weights.Name} has no tensor '{name}'.");
    }

    /// <summary>Adds a constant tensor.</summary>
    public string Constant(float[] values, params long[] shape) => Add(NextConstant(), values, shape);

    /// <summary>Adds a constant list of integers.</summary>
    public string Constant(params long[] values)
    {
        string name = NextConstant();
        graph.Initializer.Add(new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Int64,
            Dims = { values.Length },
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<long>(values)),
        });
        return name;
    }

    public static AttributeProto Ints(string name, params IEnumerable<long> values) => new()
    {
        Name = name,
        Type = AttributeProto.Types.AttributeType.Ints,
        Ints = { values },
    };

    public static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Float(string name, double value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = (float)value };

    public static AttributeProto Text(string name, string value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Texts(string name, IEnumerable<string> values) => new()
    {
        Name = name,
        Type = AttributeProto.Types.AttributeType.Strings,
        Strings = { values.Select(ByteString.CopyFromUtf8) },
    };

    private string NextConstant() => FormattableString.Invariant($"constant{constants++}");

    private string Add(string name, float[] values, long[] shape)
    {
        byte[] bytes = MemoryMarshal.AsBytes<float>(values).ToArray();
        var tensor = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Float, RawData = UnsafeByteOperations.UnsafeWrap(bytes) };
        tensor.Dims.AddRange(shape);
        graph.Initializer.Add(tensor);
        return name;
    }

    private ValueInfoProto Value(string name, Shape shape)
    {
        long[] dimensions = shape.IsVector ? [shape.Channels] : [shape.Channels, shape.Height, shape.Width];
        var proto = new TensorShapeProto();
        proto.Dim.Add(batch > 0 ? new TensorShapeProto.Types.Dimension { DimValue = batch } : new TensorShapeProto.Types.Dimension { DimParam = "batch" });
        proto.Dim.AddRange(dimensions.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = proto },
            },
        };
    }
}
