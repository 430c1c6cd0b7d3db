using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using NetGen.Onnx.Protos;

namespace NetGen.Onnx.Import;

/// <summary>A graph in which every name is given once: the nodes that its outputs depend on, each after what it reads.</summary>
/// <param name="Nodes">The nodes; those of the model's own functions in place of their calls.</param>
/// <param name="Constants">The constants that the nodes read. They are read from the file when they are asked for.</param>
/// <param name="Outputs">The values that it gives.</param>
/// <param name="Inputs">Those of its inputs that the nodes and outputs read.</param>
/// <param name="OuterReads">The values that it needs and does not give itself.</param>
internal sealed record OnnxGraph(
    IReadOnlyList<OnnxNode> Nodes,
    IEnumerable<(string Name, Tensor Values)> Constants,
    IReadOnlyList<string> Outputs,
    IReadOnlySet<string> Inputs,
    IReadOnlySet<string> OuterReads);

/// <summary>The functions and graphs around a node, the innermost first.</summary>
/// <param name="Function">The function; null for a graph within a node.</param>
/// <param name="Outer">What it stands in.</param>
internal sealed record OnnxNesting(FunctionProto? Function, OnnxNesting? Outer)
{
    public int Depth { get; } = Outer is null ? 1 : Outer.Depth + 1;

    public bool Has(FunctionProto function)
    {
        for (OnnxNesting? at = this; at is not null; at = at.Outer)
        {
            if (ReferenceEquals(at.Function, function))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>
/// Reads graphs, as far as their outputs depend on them: puts the nodes of the model's own functions in place of their calls, drops
/// nodes that nothing needs, and sorts the others.
/// </summary>
internal sealed class OnnxGraphReader
{
    /// <summary>Far above any model, and low enough for a hostile one to end in a message.</summary>
    private const int MostNodes = 100_000;

    /// <summary>Functions within functions and graphs within nodes.</summary>
    private const int Deepest = 64;

    private readonly Dictionary<(string Domain, string Name, string Overload), FunctionProto> functions = [];
    private readonly Dictionary<TensorProto, Tensor> tensors = new(ReferenceEqualityComparer.Instance);
    private readonly string? folder;
    private int nodeCount;

    /// <param name="model">The model whose functions are called.</param>
    /// <param name="folder">Where its external data may lie; null where there is no such folder.</param>
    public OnnxGraphReader(ModelProto model, string? folder)
    {
        this.folder = folder;
        foreach (FunctionProto function in model.Functions)
        {
            if (!functions.TryAdd((function.Domain, function.Name, function.Overload), function))
            {
                throw new OnnxException($"Two functions are called '{function.Domain}.{function.Name}'.");
            }
        }
    }

    public Tensor Tensor(TensorProto proto)
    {
        if (!tensors.TryGetValue(proto, out Tensor? tensor))
        {
            tensors.Add(proto, tensor = OnnxModelReader.ReadTensor(proto, folder));
        }

        return tensor;
    }

    /// <param name="graph">The graph.</param>
    /// <param name="opset">The version of the operators in it.</param>
    /// <param name="nesting">What it stands in; null for the model's own graph.</param>
    /// <param name="outputs">The values that it shall give.</param>
    public OnnxGraph Read(GraphProto graph, long opset, OnnxNesting? nesting, IReadOnlyList<string> outputs)
    {
        if (nesting is null)
        {
            nodeCount = 0;
        }
        else if (nesting.Depth > Deepest)
        {
            throw new OnnxException(string.Create(CultureInfo.InvariantCulture, $"The model's graphs and functions stand more than {Deepest} deep in each other."));
        }

        var initializers = new Dictionary<string, TensorProto>();
        foreach (TensorProto tensor in graph.Initializer)
        {
            if (!initializers.TryAdd(tensor.Name, tensor))
            {
                throw new OnnxException($"Two tensors are called '{tensor.Name}'.");
            }
        }

        var nodes = new List<OnnxNode>();
        Expand(graph.Node, opset, nesting, nodes);
        HashSet<string> given = [.. initializers.Keys, .. graph.Input.Select(i => i.Name), ""];
        var makers = new Dictionary<string, OnnxNode>();
        foreach (OnnxNode node in nodes)
        {
            foreach (string output in node.Outputs.Where(o => o.Length > 0))
            {
                if (given.Contains(output) || !makers.TryAdd(output, node))
                {
                    throw node.Fail($"the name '{output}' is given twice.");
                }
            }
        }

        // Backward from the outputs: what is not met is not needed.
        var read = new HashSet<string>();
        var kept = new HashSet<OnnxNode>();
        var open = new Stack<string>(outputs);
        while (open.TryPop(out string? name))
        {
            if (read.Add(name) && makers.TryGetValue(name, out OnnxNode? maker) && kept.Add(maker))
            {
                foreach (string input in maker.Reads)
                {
                    open.Push(input);
                }
            }
        }

        nodes.RemoveAll(n => !kept.Contains(n));
        HashSet<string> outer = [.. read.Where(r => !makers.ContainsKey(r) && !given.Contains(r))];
        if (nesting is null && nodes.Find(n => n.Reads.Any(outer.Contains)) is { } consumer)
        {
            throw consumer.Fail($"it takes '{consumer.Reads.First(outer.Contains)}', which nothing gives.", "Sparse tensors cannot be imported.");
        }

        foreach (OnnxNode node in nodes)
        {
            node.KeepOutputs(read);
        }

        return new OnnxGraph(
            Sort(nodes, makers),
            initializers.Where(i => read.Contains(i.Key)).Select(i => (i.Key, Tensor(i.Value))),
            outputs,
            new HashSet<string>(graph.Input.Select(i => i.Name).Where(read.Contains)),
            outer);
    }

    private void Expand(IEnumerable<NodeProto> protos, long opset, OnnxNesting? nesting, List<OnnxNode> nodes)
    {
        foreach (NodeProto proto in protos)
        {
            Count();
            var node = new OnnxNode(proto, opset, this, nesting);
            if (!functions.TryGetValue((proto.Domain, proto.OpType, proto.Overload), out FunctionProto? function))
            {
                nodes.Add(node);
                continue;
            }

            if (nesting?.Has(function) == true || nesting?.Depth >= Deepest)
            {
                throw node.Fail("this function calls itself, or the functions stand too deep in each other.", "A feed-forward network has no recursion.");
            }

            long own = function.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version ?? opset;
            Expand(Body(proto, function), own, new OnnxNesting(function, nesting), nodes);
        }
    }

    private void Count(int more = 1)
    {
        nodeCount += more;
        if (nodeCount > MostNodes)
        {
            throw new OnnxException(string.Create(CultureInfo.InvariantCulture, $"The graph has more than {MostNodes:N0} nodes."));
        }
    }

    /// <summary>A function's nodes with the names and attributes of a call.</summary>
    private List<NodeProto> Body(NodeProto call, FunctionProto function)
    {
        string first = call.Output.FirstOrDefault(o => o.Length > 0) ?? call.Name;
        var names = new Dictionary<string, string>();
        foreach (string output in function.Node.SelectMany(n => n.Output).Where(o => o.Length > 0))
        {
            names[output] = $"{first}/{output}";
        }

        for (int i = 0; i < function.Output.Count; i++)
        {
            if (i < call.Output.Count && call.Output[i].Length > 0)
            {
                names[function.Output[i]] = call.Output[i];
            }
        }

        for (int i = 0; i < function.Input.Count; i++)
        {
            names[function.Input[i]] = i < call.Input.Count ? call.Input[i] : "";
        }

        var body = new List<NodeProto>();
        foreach (NodeProto node in function.Node)
        {
            NodeProto copy = Rename(node, names, call, function);
            copy.Name = call.Name.Length > 0 && node.Name.Length > 0 ? $"{call.Name}/{node.Name}" : node.Name;
            body.Add(copy);
        }

        // What a function gives as it got it.
        foreach ((string formal, string actual) in function.Output.Zip(call.Output).Where(o => o.Second.Length > 0 && function.Input.Contains(o.First)))
        {
            var identity = new NodeProto { OpType = "Identity" };
            identity.Input.Add(names[formal]);
            identity.Output.Add(actual);
            body.Add(identity);
        }

        return body;
    }

    private NodeProto Rename(NodeProto node, IReadOnlyDictionary<string, string> names, NodeProto call, FunctionProto function)
    {
        Count();
        var copy = new NodeProto { Name = node.Name, OpType = node.OpType, Domain = node.Domain, Overload = node.Overload };
        copy.Input.AddRange(node.Input.Select(i => names.GetValueOrDefault(i, i)));
        copy.Output.AddRange(node.Output.Select(o => names.GetValueOrDefault(o, o)));
        foreach (AttributeProto attribute in node.Attribute)
        {
            if (attribute.RefAttrName.Length > 0)
            {
                AttributeProto? given = call.Attribute.Concat(function.AttributeProto).FirstOrDefault(a => a.Name == attribute.RefAttrName);
                if (given is not null)
                {
                    // Each use is a copy, and so a large one counts as many nodes.
                    Count(given.CalculateSize() / 1024);
                    AttributeProto renamed = given.Clone();
                    renamed.Name = attribute.Name;
                    copy.Attribute.Add(renamed);
                }
            }
            else if (attribute.G is { } graph)
            {
                copy.Attribute.Add(new AttributeProto { Name = attribute.Name, Type = attribute.Type, G = Rename(graph, names, call, function) });
            }
            else
            {
                copy.Attribute.Add(attribute);
            }
        }

        return copy;
    }

    private GraphProto Rename(GraphProto graph, IReadOnlyDictionary<string, string> names, NodeProto call, FunctionProto function)
    {
        // A graph's own names hide those around it.
        var own = new Dictionary<string, string>(names);
        foreach (string name in graph.Input.Select(i => i.Name).Concat(graph.Initializer.Select(i => i.Name)).Concat(graph.Node.SelectMany(n => n.Output)))
        {
            own.Remove(name);
        }

        var copy = new GraphProto { Name = graph.Name };
        copy.Input.AddRange(graph.Input);
        copy.Initializer.AddRange(graph.Initializer);
        copy.Node.AddRange(graph.Node.Select(n => Rename(n, own, call, function)));
        copy.Output.AddRange(graph.Output.Select(o => new ValueInfoProto { Name = own.GetValueOrDefault(o.Name, o.Name), Type = o.Type }));
        return copy;
    }

    /// <summary>Brings the nodes into an order in which each stands after what it reads.</summary>
    private static IReadOnlyList<OnnxNode> Sort(List<OnnxNode> nodes, Dictionary<string, OnnxNode> makers)
    {
        // The model's own order where it is one, which reads as its author wrote it.
        var given = new HashSet<OnnxNode>();
        if (nodes.All(n => n.Reads.All(r => !makers.TryGetValue(r, out OnnxNode? maker) || given.Contains(maker)) && given.Add(n)))
        {
            return nodes;
        }

        var waiting = new Dictionary<OnnxNode, int>();
        var consumers = new Dictionary<OnnxNode, List<OnnxNode>>();
        var ready = new Queue<OnnxNode>();
        foreach (OnnxNode node in nodes)
        {
            OnnxNode[] before = [.. node.Reads.Where(makers.ContainsKey).Select(r => makers[r]).Distinct()];
            foreach (OnnxNode maker in before)
            {
                if (!consumers.TryGetValue(maker, out List<OnnxNode>? list))
                {
                    consumers.Add(maker, list = []);
                }

                list.Add(node);
            }

            waiting.Add(node, before.Length);
            if (before.Length == 0)
            {
                ready.Enqueue(node);
            }
        }

        var sorted = new List<OnnxNode>();
        while (ready.TryDequeue(out OnnxNode? node))
        {
            sorted.Add(node);
            foreach (OnnxNode consumer in consumers.GetValueOrDefault(node) ?? [])
            {
                if (--waiting[consumer] == 0)
                {
                    ready.Enqueue(consumer);
                }
            }
        }

        return nodes.Find(n => waiting[n] > 0) is { } stuck
            ? throw stuck.Fail("the graph has a cycle that this node belongs to, or stands after.", "A feed-forward network has none.")
            : sorted;
    }
}
