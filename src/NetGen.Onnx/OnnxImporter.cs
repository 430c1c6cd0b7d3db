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
        OnnxValueInfo input = FindInput(model, options);
        int[] dims = InputDims(input, options);
        int batch = dims.Length > 1 ? dims[0] : 1;
        if (batch <= 1)
        {
            return Lower(model, options, input, dims, 1);
        }

        // Where nothing looks along the first axis, the model is one of single samples. Matrices and images have such an axis by
        // convention; with another rank, a model is taken as it stands if it can be.
        OnnxException? failure = null;
        foreach (bool isBatchwise in dims.Length is 2 or 4 ? [true, false] : new[] { false, true })
        {
            try
            {
                return Lower(model, options, input, isBatchwise ? [1, .. dims[1..]] : dims, isBatchwise ? batch : 1);
            }
            catch (OnnxException e)
            {
                failure = failure is null || !isBatchwise ? e : failure;
            }
        }

        throw failure!;
    }

    private static OnnxValueInfo FindInput(OnnxModel model, OnnxImportOptions options)
    {
        OnnxValueInfo[] open = [.. model.Inputs.Where(i => !options.Constants.ContainsKey(i.Name))];
        OnnxValueInfo? input = options.Input is { } name
            ? open.FirstOrDefault(i => i.Name == name) ?? throw new OnnxException(
                $"The model has no input '{name}'.", $"Its inputs are {string.Join(", ", model.Inputs.Select(i => $"'{i.Name}'"))}.")
            : open.FirstOrDefault(i => i.IsReal);
        if (input is null)
        {
            throw new OnnxException("The model has no input of real numbers.", "A network computes on float32.");
        }

        if (!input.IsReal)
        {
            throw new OnnxException($"The input '{input.Name}' is not of real numbers.", "A network computes on float32; give other inputs as constants.");
        }

        OnnxValueInfo? second = open.FirstOrDefault(i => i != input);
        return second is null ? input : throw new OnnxException(
            $"The model has several inputs: '{input.Name}', and '{second.Name}' without a value.",
            $"A network has one input; fix the others with --constant {second.Name}=file.pb, or choose another with --input.");
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

    private static ImportedNetwork Lower(OnnxModel model, OnnxImportOptions options, OnnxValueInfo input, int[] dims, int batch)
    {
        try
        {
            var lowering = new Lowering(model, options.Constants, input.Name, dims, batch > 1);
            lowering.Run();
            List<ImportedLayer> layers = lowering.Layers;
            List<ImportedLayer?> outputs = [.. lowering.Outputs.Select(o => o.Value.Layer)];
            Shape form = Cleanup.Run(layers, outputs, lowering.InputForm);
            Naming.Assign(layers);
            return new ImportedNetwork(
                input.Name, [batch, .. dims.Skip(1)], batch, form, layers, [.. outputs.OfType<ImportedLayer>()], lowering.Outputs);
        }
        catch (OverflowException)
        {
            throw new OnnxException("A value is too large to be computed.", "Give the input a smaller shape.");
        }
    }
}

/// <summary>What a model leaves open.</summary>
public sealed class OnnxImportOptions
{
    internal Dictionary<string, Tensor> Constants { get; } = [];

    /// <summary>The input that the network takes; by default the first of real numbers.</summary>
    public string? Input { get; set; }

    /// <summary>The input's whole shape, where the model leaves some of it open.</summary>
    public IReadOnlyList<int>? InputShape { get; set; }

    /// <summary>Gives one of the model's inputs a value, once and for all.</summary>
    /// <param name="name">The input's name.</param>
    /// <param name="values">The values in row-major order.</param>
    /// <param name="shape">The dimensions, outermost first; none for a scalar.</param>
    public void AddConstant(string name, float[] values, params ReadOnlySpan<int> shape) => Constants[name] = new Tensor(shape.ToArray(), values) { Name = name };

    /// <summary>Gives one of the model's inputs a value, once and for all.</summary>
    /// <param name="name">The input's name.</param>
    /// <param name="tensor">A message of type <c>TensorProto</c>, as ONNX's tests store them.</param>
    /// <exception cref="OnnxException">The message is damaged.</exception>
    public void AddConstant(string name, byte[] tensor) => Constants[name] = ReadTensor(name, tensor);

    internal static Tensor ReadTensor(string name, byte[] tensor)
    {
        try
        {
            TensorProto proto = TensorProto.Parser.ParseFrom(tensor);
            proto.Name = name;
            return OnnxModelReader.ReadTensor(proto, null);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new OnnxException($"The value of '{name}' is no tensor, or damaged: {e.Message}");
        }
    }
}
