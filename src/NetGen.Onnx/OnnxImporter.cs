using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Google.Protobuf;
using NetGen.Onnx.Import;
using NetGen.Onnx.Protos;

namespace NetGen.Onnx;

/// <summary>Reads ONNX models as networks.</summary>
public static class OnnxImporter
{
    /// <summary>The operators that can be imported, in alphabetical order; those that depend on constants alone come on top.</summary>
    public static IReadOnlyList<string> Operators => [.. Lowering.OperatorNames];

    /// <summary>Reads a model from a file. Of its folder, and of no other place, its external data may be read.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="options">What the model leaves open.</param>
    /// <exception cref="OnnxException">The model is damaged, or holds what a network cannot compute.</exception>
    public static ImportedNetwork Import(string path, OnnxImportOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        return Import(OnnxModelReader.Read(path), options);
    }

    /// <summary>Reads a model from memory. External data is not read.</summary>
    /// <param name="model">The model's bytes.</param>
    /// <param name="options">What the model leaves open.</param>
    /// <exception cref="OnnxException">The model is damaged, or holds what a network cannot compute.</exception>
    public static ImportedNetwork Import(byte[] model, OnnxImportOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        return Import(OnnxModelReader.Read(model, null), options);
    }

    private static ImportedNetwork Import(OnnxModel model, OnnxImportOptions options)
    {
        options.Check(model);
        string[] outputs = options.Outputs is { Count: > 0 } chosen ? [.. chosen.Distinct()] : [.. model.Outputs];
        try
        {
            return Import(model, options, outputs);
        }
        catch (OnnxException e) when (FinalWork.Cut(model, options, outputs, e) is { } cut)
        {
            ImportedNetwork? part = null;
            try
            {
                part = Import(model, options, cut.Outputs);
            }
            catch (OnnxException)
            {
                // Something else stands in the way, too.
            }

            throw part is null ? e : cut.Error;
        }
    }

    private static ImportedNetwork Import(OnnxModel model, OnnxImportOptions options, IReadOnlyList<string> outputs)
    {
        OnnxGraph graph = model.Graph([.. outputs, .. options.States.Values.Except(outputs)]);
        IReadOnlyDictionary<string, Tensor> constants = options.Resolve(model.Inputs);
        IReadOnlyList<(OnnxValueInfo Info, int[] Dims)> inputs = InputChoice.Make(model, graph, constants, options);
        int batch = InputChoice.Batch(inputs);
        ImportedNetwork Run(bool isBatchwise) => Lower(model, options, graph, constants, inputs, isBatchwise ? batch : 1);
        if (batch <= 1)
        {
            return Run(false);
        }

        // Where nothing looks along the first axis, the model is one of single samples. Matrices and images have such an axis by
        // convention, and so have sequences where a recurrent operator says it; else a model is taken as it stands if it can be.
        OnnxException? failure = null;
        bool isUsual = inputs.All(i => i.Dims.Length is 2 or 4) || graph.Nodes.Any(n => n.Operator is "RNN" or "GRU" or "LSTM" && n.Int("layout", 0) != 0);
        foreach (bool isBatchwise in isUsual ? [true, false] : new[] { false, true })
        {
            try
            {
                return Run(isBatchwise);
            }
            catch (OnnxException e)
            {
                failure = failure is null || !isBatchwise ? e : failure;
            }
        }

        throw failure!;
    }

    /// <param name="model">The model.</param>
    /// <param name="options">What was said besides.</param>
    /// <param name="graph">Its graph.</param>
    /// <param name="constants">The inputs that are given once and for all.</param>
    /// <param name="inputs">The network's inputs, and their dimensions in the model.</param>
    /// <param name="batch">How many samples the first axis has; 1 where the model is taken as it stands.</param>
    private static ImportedNetwork Lower(
        OnnxModel model,
        OnnxImportOptions options,
        OnnxGraph graph,
        IReadOnlyDictionary<string, Tensor> constants,
        IReadOnlyList<(OnnxValueInfo Info, int[] Dims)> inputs,
        int batch)
    {
        try
        {
            NetworkInput[] own = [.. inputs.Select(i => new NetworkInput(i.Info, i.Dims))];
            var lowering = new Lowering(model, graph, constants, own, batch);
            lowering.Run();
            StatePairs.Find(own, lowering.Layers, lowering.Outputs, model.OutputTypes, options);
            string[] nexts = [.. own.Select(i => i.Next).OfType<string>()];

            // What is a state is no result, too, unless it was asked for, or nothing else is one.
            (string Name, Value Value)[] results = [.. lowering.Outputs.Where(o => !nexts.Contains(o.Name) || options.Outputs?.Contains(o.Name) == true)];
            results = results.Length > 0 ? results : [.. lowering.Outputs];
            (string Name, Value Value)[] values = [.. results, .. nexts.Select(n => lowering.Outputs.Find(o => o.Name == n))];
            List<ImportedLayer> layers = lowering.Layers;
            List<ImportedLayer> outputs = [.. values.Select(o => o.Value.Layer!)];
            Cleanup.Run(layers, outputs, own);
            return new ImportedNetwork(own, batch, layers, outputs, values);
        }
        catch (OverflowException)
        {
            throw new OnnxException("A value is too large to be computed.", "Give the input a smaller shape.");
        }
    }
}
