using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Onnx.Protos;

namespace NetGen.Onnx.Import;

/// <summary>One node of a model, with its attributes at hand and a way to report.</summary>
internal sealed class OnnxNode(NodeProto proto, long opset)
{
    public string Operator => proto.OpType;

    public long Opset { get; } = opset;

    public IReadOnlyList<string> Inputs => proto.Input;

    public IReadOnlyList<string> Outputs => proto.Output;

    /// <summary>Its own name, or that of its first result.</summary>
    public string Name => proto.Name.Length > 0 ? proto.Name : proto.Output.FirstOrDefault(o => o.Length > 0) ?? "?";

    /// <summary>The name the model's author, or its exporter, gave it; empty where nobody did.</summary>
    public string GivenName => proto.Name;

    public string Domain => proto.Domain;

    public bool HasSubgraph => proto.Attribute.Any(a => a.G is not null || a.Graphs.Count > 0);

    public bool Has(string attribute) => Find(attribute) is not null;

    public long Int(string attribute, long otherwise) => Find(attribute)?.I ?? otherwise;

    public double Float(string attribute, double otherwise) => Find(attribute)?.F ?? otherwise;

    public string Text(string attribute, string otherwise) => Find(attribute)?.S.ToStringUtf8() ?? otherwise;

    public long[]? Ints(string attribute) => Find(attribute) is { } found ? [.. found.Ints] : null;

    public float[]? Floats(string attribute) => Find(attribute) is { } found ? [.. found.Floats] : null;

    public TensorProto? Tensor(string attribute) => Find(attribute)?.T;

    /// <summary>A size or the like, which must fit an <see cref="int"/>.</summary>
    public int Size(string attribute, long value) => value is >= int.MinValue and <= int.MaxValue
        ? (int)value
        : throw Fail($"{value} is out of range.", "", attribute);

    public OnnxException Fail(string problem, string advice = "", string? attribute = null) =>
        new(problem, advice, Operator, Name, attribute, Opset);

    private AttributeProto? Find(string name) => proto.Attribute.FirstOrDefault(a => a.Name == name);
}
