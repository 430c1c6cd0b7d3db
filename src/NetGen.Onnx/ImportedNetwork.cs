using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Onnx.Import;

namespace NetGen.Onnx;

/// <summary>A model that has been read: its network as a class to be compiled, and its weights.</summary>
public sealed class ImportedNetwork
{
    private readonly IReadOnlyList<NetworkInput> inputs;
    private readonly IReadOnlyList<ImportedLayer> layers;
    private readonly IReadOnlyList<ImportedLayer> outputs;
    private readonly BlockPlan plan;

    internal ImportedNetwork(
        IReadOnlyList<NetworkInput> inputs,
        int batchSize,
        IReadOnlyList<ImportedLayer> layers,
        IReadOnlyList<ImportedLayer> outputs,
        IEnumerable<(string Name, Value Value)> values)
    {
        // What only the shape of is asked is none of the network's.
        this.inputs = [.. inputs.Where(i => layers.Any(l => l.Sources.Contains(i.Layer))).OrderBy(i => i.Next is null ? 0 : 1)];
        if (this.inputs.All(i => i.Next is not null))
        {
            throw new OnnxException("All inputs that the network reads are states.", "Leave them inputs with --no-state: a network takes something in each call.");
        }

        this.layers = layers;
        this.outputs = [.. outputs.SkipLast(this.inputs.Count(i => i.Next is not null))];
        plan = Blocks.Plan(this.inputs, layers, outputs);
        BatchSize = batchSize;
        foreach (NetworkInput state in this.inputs.Where(i => i.Next is not null))
        {
            // Of one layer's values, the first name is that of the output.
            state.Next = outputs.Zip(values).First(p => p.First == state.NextLayer).Second.Name;
        }

        Inputs = [.. this.inputs.Select(Describe)];
        Unread = [.. inputs.Except(this.inputs).Select(Describe)];
        Outputs = [.. outputs.Zip(values).DistinctBy(p => p.First).Select(p => (p.Second.Name, (IReadOnlyList<int>)p.Second.Value.Dims, p.Second.Value.Type))];
        Values = layers.Where(l => l.ValueName is not null).ToDictionary(l => l.Name, l => l.ValueName!);
        var weights = new MemoryWeights("ONNX model");
        foreach (ImportedLayer layer in layers)
        {
            foreach ((string suffix, Tensor tensor) in layer.Weights)
            {
                weights.Add(TensorNames.Of(layer.Name, suffix), tensor.Floats, tensor.Dims);
            }
        }

        Weights = weights;
    }

    /// <summary>What the model takes, the states after the inputs, in the order in which the network's <c>Forward</c> of one span takes it.</summary>
    public IReadOnlyList<ImportedInput> Inputs { get; }

    /// <summary>The model's name of its first input.</summary>
    public string InputName => Inputs[0].Name;

    /// <summary>What the model takes first: the network takes the same numbers as float32, truth values as 0 and 1.</summary>
    public OnnxElementType InputType => Inputs[0].Type;

    /// <summary>The first input's dimensions in the model, the batch's included.</summary>
    public IReadOnlyList<int> InputDimensions => Inputs[0].Dimensions;

    /// <summary>
    /// The samples that the model takes at once, where it treats each alone: the network is of one, and its <c>ForwardBatch</c> takes all.
    /// </summary>
    public int BatchSize { get; }

    /// <summary>What the network takes; of several inputs, a vector that holds all of them in order.</summary>
    public Shape Input => Inputs is [var only] ? only.Shape : new Shape(Inputs.Sum(i => i.Shape.Length));

    /// <summary>
    /// The model's outputs, their dimensions for one sample, and what the model gives there; the network gives float32. What is a state in
    /// the next call, and no result besides, comes last.
    /// </summary>
    public IReadOnlyList<(string Name, IReadOnlyList<int> Dimensions, OnnxElementType Type)> Outputs { get; }

    /// <summary>The values of the model that layers give, by the layers' names.</summary>
    public IReadOnlyDictionary<string, string> Values { get; }

    /// <summary>The weights, by the layers' names.</summary>
    public IWeightSource Weights { get; }

    /// <summary>What has to be given to the model besides, whatever it is.</summary>
    internal IReadOnlyList<ImportedInput> Unread { get; }

    /// <summary>The network as the source of an annotated class, with its blocks.</summary>
    /// <param name="className">The class's name.</param>
    /// <param name="namespaceName">Its namespace; none for the global one.</param>
    /// <param name="summary">Its documentation.</param>
    public string ToCode(string className, string? namespaceName = null, string? summary = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(className);
        return ClassWriter.Write(
            className, namespaceName, summary ?? "Imported from an ONNX model.", inputs, layers, outputs, plan);
    }

    private static ImportedInput Describe(NetworkInput input) => new()
    {
        Name = input.Info.Name, NetworkName = input.Layer.Name, Dimensions = input.Dims, Type = input.Info.Type, Next = input.Next, Shape = input.Layer.Output,
    };
}
