using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Onnx.Import;

namespace NetGen.Onnx;

/// <summary>A model that has been read: its network as a class to be compiled, and its weights.</summary>
public sealed class ImportedNetwork
{
    private readonly IReadOnlyList<ImportedLayer> layers;
    private readonly IReadOnlyList<ImportedLayer> outputs;

    internal ImportedNetwork(
        string inputName,
        int[] inputDims,
        int batchSize,
        Shape input,
        IReadOnlyList<ImportedLayer> layers,
        IReadOnlyList<ImportedLayer> outputs,
        IEnumerable<(OnnxValueInfo Info, Value Value)> values)
    {
        this.layers = layers;
        this.outputs = outputs;
        InputName = inputName;
        InputDimensions = inputDims;
        BatchSize = batchSize;
        Input = input;
        Outputs = [.. values.Select(v => (v.Info.Name, (IReadOnlyList<int>)v.Value.Dims))];
        Values = layers.Where(l => l.ValueName is not null).ToDictionary(l => l.Name, l => l.ValueName!);
        var weights = new MemoryWeights("ONNX model");
        foreach (ImportedLayer layer in layers)
        {
            foreach ((string suffix, Tensor tensor) in layer.Weights)
            {
                weights.Add($"{layer.Name}.{suffix}", tensor.Floats, tensor.Dims);
            }
        }

        Weights = weights;
    }

    /// <summary>The model's name of its input.</summary>
    public string InputName { get; }

    /// <summary>The input's dimensions in the model, the batch's included.</summary>
    public IReadOnlyList<int> InputDimensions { get; }

    /// <summary>
    /// The samples that the model takes at once, where it treats each alone: the network is of one, and its <c>ForwardBatch</c> takes all.
    /// </summary>
    public int BatchSize { get; }

    /// <summary>What the network takes.</summary>
    public Shape Input { get; }

    /// <summary>The model's outputs and their dimensions, for one sample.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<int> Dimensions)> Outputs { get; }

    /// <summary>The values of the model that layers give, by the layers' names.</summary>
    public IReadOnlyDictionary<string, string> Values { get; }

    /// <summary>The weights, by the layers' names.</summary>
    public IWeightSource Weights { get; }

    /// <summary>The network as the source of an annotated class, with its blocks.</summary>
    /// <param name="className">The class's name.</param>
    /// <param name="namespaceName">Its namespace; none for the global one.</param>
    /// <param name="summary">Its documentation.</param>
    public string ToCode(string className, string? namespaceName = null, string? summary = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(className);
        return ClassWriter.Write(
            className, namespaceName, summary ?? "Imported from an ONNX model.", Input, layers, outputs, Blocks.Plan(layers, outputs));
    }
}
