using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Onnx.Protos;

namespace NetGen.Onnx.Import;

/// <summary>One node of a model, with its attributes at hand and a way to report.</summary>
/// <param name="proto">The node.</param>
/// <param name="opset">The version of the operators where it stands.</param>
/// <param name="reader">What reads its graphs and tensors.</param>
/// <param name="nesting">Where it stands: the functions and graphs around it.</param>
internal sealed class OnnxNode(NodeProto proto, long opset, OnnxGraphReader reader, OnnxNesting? nesting)
{
    private readonly Dictionary<string, OnnxGraph> graphs = [];
    private IReadOnlyList<string>? reads;

    public string Operator => proto.OpType;

    public long Opset { get; } = opset;

    public IReadOnlyList<string> Inputs => proto.Input;

    /// <summary>Its outputs; those that nothing reads are empty.</summary>
    public IReadOnlyList<string> Outputs { get; private set; } = [.. proto.Output];

    /// <summary>Whether it has more than one output, also where nothing reads the others.</summary>
    public bool HasFurtherOutputs => proto.Output.Skip(1).Any(o => o.Length > 0);

    /// <summary>Its own name, or that of its first result.</summary>
    public string Name => proto.Name.Length > 0 ? proto.Name : proto.Output.FirstOrDefault(o => o.Length > 0) ?? "?";

    /// <summary>The name the model's author, or its exporter, gave it; empty where nobody did.</summary>
    public string GivenName => proto.Name;

    /// <summary>What its exporter noted down beside it; null where it did not.</summary>
    public string? Metadata(string key) => proto.MetadataProps.FirstOrDefault(p => p.Key == key)?.Value;

    public string Domain => proto.Domain;

    public bool HasSubgraph => proto.Attribute.Any(a => a.G is not null || a.Graphs.Count > 0);

    /// <summary>The values that it needs: its inputs, and what its graphs read of those around them.</summary>
    public IReadOnlyList<string> Reads => reads ??= [.. proto.Input.Where(i => i.Length > 0)
        .Concat(proto.Attribute.Where(a => a.G is not null).SelectMany(a => Graph(a.Name)!.OuterReads)).Distinct()];

    public bool Has(string attribute) => Find(attribute) is not null;

    public long Int(string attribute, long otherwise) => Find(attribute)?.I ?? otherwise;

    public double Float(string attribute, double otherwise) => Find(attribute)?.F ?? otherwise;

    public string Text(string attribute, string otherwise) => Find(attribute)?.S.ToStringUtf8() ?? otherwise;

    public long[]? Ints(string attribute) => Find(attribute) is { } found ? [.. found.Ints] : null;

    public string[]? Texts(string attribute) => Find(attribute) is { } found ? [.. found.Strings.Select(s => s.ToStringUtf8())] : null;

    public float[]? Floats(string attribute) => Find(attribute) is { } found ? [.. found.Floats] : null;

    public Tensor? Tensor(string attribute) => Find(attribute)?.T is { } tensor ? reader.Tensor(tensor) : null;

    /// <summary>A graph within the node, such as a branch.</summary>
    public OnnxGraph? Graph(string attribute)
    {
        if (!graphs.TryGetValue(attribute, out OnnxGraph? graph) && Find(attribute)?.G is { } inner)
        {
            graphs.Add(attribute, graph = reader.Read(inner, Opset, new OnnxNesting(null, nesting), [.. inner.Output.Select(o => o.Name)]));
        }

        return graph;
    }

    /// <summary>Forgets the outputs that nothing reads.</summary>
    public void KeepOutputs(IReadOnlySet<string> read) => Outputs = [.. proto.Output.Select(o => read.Contains(o) ? o : "")];

    /// <summary>A size or the like, which must fit an <see cref="int"/>.</summary>
    public int Size(string attribute, long value) => value is >= int.MinValue and <= int.MaxValue
        ? (int)value
        : throw Fail($"{value} is out of range.", "", attribute);

    public OnnxException Fail(string problem, string advice = "", string? attribute = null) =>
        new(problem, advice, Operator, Name, attribute, Opset) { Outputs = Outputs };

    private AttributeProto? Find(string name) => proto.Attribute.FirstOrDefault(a => a.Name == name);
}
