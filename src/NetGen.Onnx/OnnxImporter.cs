using System;
using System.Collections.Generic;
using System.Globalization;
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
        OnnxGraph graph = model.Graph(outputs);
        IReadOnlyDictionary<string, Tensor> constants = options.Resolve(model.Inputs);
        OnnxValueInfo input = FindInput(model, graph, constants, options);
        int[] dims = InputDims(input, options);
        int batch = dims.Length > 1 ? dims[0] : 1;
        ImportedNetwork Run(bool isBatchwise) => Lower(model, graph, constants, input, dims, isBatchwise ? batch : 1);
        if (batch <= 1)
        {
            return Run(false);
        }

        // Where nothing looks along the first axis, the model is one of single samples. Matrices and images have such an axis by
        // convention; with another rank, a model is taken as it stands if it can be.
        OnnxException? failure = null;
        foreach (bool isBatchwise in dims.Length is 2 or 4 ? [true, false] : new[] { false, true })
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

    private static OnnxValueInfo FindInput(OnnxModel model, OnnxGraph graph, IReadOnlyDictionary<string, Tensor> constants, OnnxImportOptions options)
    {
        OnnxValueInfo[] open = [.. model.Inputs.Where(i => !constants.ContainsKey(i.Name) && graph.Inputs.Contains(i.Name))];
        OnnxValueInfo? input = options.Input is { } name
            ? model.Inputs.FirstOrDefault(i => i.Name == name) ?? throw new OnnxException(
                $"The model has no input '{name}'.", $"Its inputs are {string.Join(", ", model.Inputs.Select(i => $"'{i.Name}'"))}.")
            : open.FirstOrDefault(i => i.Type.IsReal()) ?? open.FirstOrDefault(i => i.Type.IsWhole());
        if (input is null)
        {
            throw open.Length > 0
                ? new OnnxException($"The model's input '{open[0].Name}' is no tensor of numbers.", "A network computes on float32.")
                : new OnnxException("The model's outputs do not depend on an input.", "There is nothing for a network to compute.");
        }

        if (!input.Type.IsReal() && !input.Type.IsWhole())
        {
            throw new OnnxException($"The input '{input.Name}' is no tensor of numbers.", "A network computes on float32; give other inputs as constants.");
        }

        OnnxValueInfo? second = open.FirstOrDefault(i => i.Name != input.Name);
        return second is null ? input : throw new OnnxException(
            $"The model has several inputs: '{input.Name}', and '{second.Name}' without a value.",
            $"A network has one input; fix the others with --constant {second.Name}=value (numbers, or a file.pb), or choose another with --input.");
    }

    private static int[] InputDims(OnnxValueInfo input, OnnxImportOptions options)
    {
        if (options.InputShape is { } shape)
        {
            bool fits = input.Dims is null || (input.Dims.Length == shape.Count && input.Dims.Zip(shape).All(p => p.First < 0 || p.First == p.Second));
            return fits && shape.All(s => s > 0) ? [.. shape] : throw new OnnxException(
                $"The input '{input.Name}' has the shape {Text(input.Dims!)}, which {Dimensions.Text(shape)} does not fit.", "Give --input-shape another value.");
        }

        if (input.Dims is null)
        {
            throw new OnnxException($"The model does not say which shape its input '{input.Name}' has.", "Give it with --input-shape, for example 1,3,224,224.");
        }

        // A first axis that is left open is a batch.
        int[] dims = [.. input.Dims.Select((d, i) => d < 0 && i == 0 ? 1 : d)];
        return dims.All(d => d > 0) ? dims : throw new OnnxException(
            $"The input '{input.Name}' has the shape {Text(input.Dims)}, with dimensions left open.", "Give it with --input-shape, for example 1,3,224,224.");
    }

    private static string Text(int[] dims) =>
        "[" + string.Join(", ", dims.Select(d => d < 0 ? "?" : d.ToString(CultureInfo.InvariantCulture))) + "]";

    /// <param name="model">The model.</param>
    /// <param name="graph">Its graph.</param>
    /// <param name="constants">The inputs that are given once and for all.</param>
    /// <param name="input">The network's input.</param>
    /// <param name="dims">The input's dimensions in the model.</param>
    /// <param name="batch">How many samples the first axis has; 1 where the model is taken as it stands.</param>
    private static ImportedNetwork Lower(
        OnnxModel model, OnnxGraph graph, IReadOnlyDictionary<string, Tensor> constants, OnnxValueInfo input, int[] dims, int batch)
    {
        try
        {
            var lowering = new Lowering(model, graph, constants, input, batch > 1 ? [1, .. dims[1..]] : dims, batch);
            lowering.Run();
            List<ImportedLayer> layers = lowering.Layers;
            List<ImportedLayer?> outputs = [.. lowering.Outputs.Select(o => o.Value.Layer)];
            Shape form = Cleanup.Run(layers, outputs, lowering.InputForm);
            return new ImportedNetwork(input, dims, batch, form, layers, [.. outputs.OfType<ImportedLayer>()], lowering.Outputs);
        }
        catch (OverflowException)
        {
            throw new OnnxException("A value is too large to be computed.", "Give the input a smaller shape.");
        }
    }
}
