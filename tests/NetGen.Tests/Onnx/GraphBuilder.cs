using System;
using System.Collections.Generic;
using System.Linq;
using Google.Protobuf;
using NetGen.Onnx.Protos;

namespace NetGen.Tests.Onnx;

/// <summary>Writes small models in few words: names are separated by spaces, an input left out is <c>_</c>.</summary>
internal sealed class GraphBuilder
{
    public GraphBuilder(long opset = 17)
    {
        Model = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = "test" } };
        Model.OpsetImport.Add(new OperatorSetIdProto { Version = opset });
    }

    public ModelProto Model { get; }

    public byte[] Bytes => Model.ToByteArray();

    public GraphBuilder Input(string name, params long[] dims) => Input(name, TensorProto.Types.DataType.Float, dims);

    public GraphBuilder Input(string name, TensorProto.Types.DataType type, params long[] dims)
    {
        Model.Graph.Input.Add(Info(name, type, dims));
        return this;
    }

    public GraphBuilder Output(string name, TensorProto.Types.DataType type = TensorProto.Types.DataType.Float)
    {
        Model.Graph.Output.Add(Info(name, type, null));
        return this;
    }

    /// <summary>A constant of pseudo-random reals.</summary>
    public GraphBuilder Random(string name, params long[] dims)
    {
        var random = new Random(name[0] + dims.Length);
        return Floats(name, dims, [.. Enumerable.Range(0, (int)dims.Aggregate(1L, (a, b) => a * b)).Select(_ => (2 * random.NextSingle()) - 1)]);
    }

    public GraphBuilder Floats(string name, long[] dims, params float[] values)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Float };
        tensor.FloatData.AddRange(values);
        return Add(tensor, dims);
    }

    public GraphBuilder Longs(string name, long[] dims, params long[] values)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Int64 };
        tensor.Int64Data.AddRange(values);
        return Add(tensor, dims);
    }

    /// <summary>A vector of integers, as axes, sizes and the like are given.</summary>
    public GraphBuilder List(string name, params long[] values) => Longs(name, [values.Length], values);

    public GraphBuilder Integers(string name, TensorProto.Types.DataType type, long[] dims, params int[] values)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type };
        tensor.Int32Data.AddRange(values);
        return Add(tensor, dims);
    }

    public GraphBuilder Node(string operation, string inputs, string outputs, params (string Name, object Value)[] attributes)
    {
        Model.Graph.Node.Add(MakeNode(operation, inputs, outputs, attributes));
        return this;
    }

    public GraphBuilder Function(string name, string inputs, string outputs, params NodeProto[] nodes)
    {
        var function = new FunctionProto { Name = name, Domain = "local" };
        function.Input.AddRange(inputs.Split(' '));
        function.Output.AddRange(outputs.Split(' '));
        function.Node.AddRange(nodes);
        function.OpsetImport.AddRange(Model.OpsetImport.Where(o => o.Domain.Length == 0));
        function.OpsetImport.Add(new OperatorSetIdProto { Domain = "local", Version = 1 });
        Model.Functions.Add(function);
        if (Model.OpsetImport.All(o => o.Domain != "local"))
        {
            Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "local", Version = 1 });
        }

        return this;
    }

    /// <summary>A node; <c>local:F</c> is a call of the model's own function F.</summary>
    public static NodeProto MakeNode(string operation, string inputs, string outputs, params (string Name, object Value)[] attributes)
    {
        string[] parts = operation.Split(':');
        var node = new NodeProto { OpType = parts[^1], Domain = parts.Length > 1 ? parts[0] : "" };
        node.Input.AddRange(inputs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(i => i == "_" ? "" : i));
        node.Output.AddRange(outputs.Split(' ').Select(o => o == "_" ? "" : o));
        foreach ((string name, object value) in attributes)
        {
            var attribute = new AttributeProto { Name = name };
            switch (value)
            {
                case int i:
                    (attribute.I, attribute.Type) = (i, AttributeProto.Types.AttributeType.Int);
                    break;
                case float f:
                    (attribute.F, attribute.Type) = (f, AttributeProto.Types.AttributeType.Float);
                    break;
                case string s:
                    (attribute.S, attribute.Type) = (ByteString.CopyFromUtf8(s), AttributeProto.Types.AttributeType.String);
                    break;
                case long[] ints:
                    attribute.Ints.AddRange(ints);
                    attribute.Type = AttributeProto.Types.AttributeType.Ints;
                    break;
                case TensorProto tensor:
                    (attribute.T, attribute.Type) = (tensor, AttributeProto.Types.AttributeType.Tensor);
                    break;
                case GraphProto graph:
                    (attribute.G, attribute.Type) = (graph, AttributeProto.Types.AttributeType.Graph);
                    break;
                default:
                    throw new ArgumentException($"An attribute cannot be {value}.", nameof(attributes));
            }

            node.Attribute.Add(attribute);
        }

        return node;
    }

    /// <summary>A branch, which may read what stands outside of it.</summary>
    public static GraphProto Graph(string output, params NodeProto[] nodes)
    {
        var graph = new GraphProto { Name = output };
        graph.Node.AddRange(nodes);
        graph.Output.Add(Info(output, TensorProto.Types.DataType.Float, null));
        return graph;
    }

    private static ValueInfoProto Info(string name, TensorProto.Types.DataType type, long[]? dims)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type };
        if (dims is not null)
        {
            tensor.Shape = new TensorShapeProto();
            tensor.Shape.Dim.AddRange(dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    private GraphBuilder Add(TensorProto tensor, long[] dims)
    {
        tensor.Dims.AddRange(dims);
        Model.Graph.Initializer.Add(tensor);
        return this;
    }
}
