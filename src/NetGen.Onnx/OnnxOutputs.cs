using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Google.Protobuf;
using NetGen.Onnx.Import;
using NetGen.Onnx.Protos;

namespace NetGen.Onnx;

/// <summary>Models that show more of what they compute.</summary>
internal static class OnnxOutputs
{
    /// <summary>The most values of a tensor that may say how others are shaped; weights have more.</summary>
    private const int MostShapeValues = 1024;

    /// <summary>The version of the format from which on an initializer need not be an input, and is constant where it is none.</summary>
    private const int InputsAreSeparate = 4;

    /// <summary>
    /// A model with the outputs that its import chose, with some of its values as further ones, and with the inputs fixed that its import
    /// fixed.
    /// </summary>
    /// <param name="path">The model's file.</param>
    /// <param name="options">What it was imported with.</param>
    /// <param name="names">The further outputs.</param>
    /// <param name="shapes">The inputs that get the dimensions of the import, where the file leaves them open.</param>
    public static byte[] With(string path, OnnxImportOptions options, IEnumerable<string> names, IEnumerable<ImportedInput>? shapes = null)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        Inline(model, Path.GetDirectoryName(Path.GetFullPath(path))!);
        var inputs = OnnxModelReader.Inputs(model);
        if (options.Outputs is { Count: > 0 } chosen)
        {
            ValueInfoProto[] kept = [.. model.Graph.Output.Where(o => chosen.Contains(o.Name))];
            model.Graph.Output.Clear();
            model.Graph.Output.AddRange(kept);
            names = chosen.Concat(names);
        }

        HashSet<string> given = [.. model.Graph.Output.Select(o => o.Name)];
        foreach (string name in names.Where(given.Add))
        {
            model.Graph.Output.Add(new ValueInfoProto { Name = name });
        }

        foreach ((string name, Tensor tensor) in options.Resolve(inputs))
        {
            TensorProto? before = model.Graph.Initializer.FirstOrDefault(i => i.Name == name);
            OnnxElementType type = inputs.FirstOrDefault(i => i.Name == name)?.Type ?? (OnnxElementType)(before?.DataType ?? 0);
            if (before is not null)
            {
                model.Graph.Initializer.Remove(before);
            }

            model.Graph.Initializer.Add(Proto(name, tensor, type));
            if (model.IrVersion >= InputsAreSeparate && model.Graph.Input.FirstOrDefault(i => i.Name == name) is { } fixedInput)
            {
                // As long as it is an input, too, ONNX Runtime takes its value for a default, and chooses no branch by it beforehand.
                model.Graph.Input.Remove(fixedInput);
            }
        }

        foreach (ImportedInput input in shapes ?? [])
        {
            if (model.Graph.Input.FirstOrDefault(i => i.Name == input.Name) is { } info)
            {
                info.Type.TensorType.Shape = new TensorShapeProto { Dim = { input.Dimensions.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }) } };
            }
        }

        return model.ToByteArray();
    }

    /// <summary>
    /// Brings small tensors that lie in files of their own into the model. ONNX Runtime infers shapes before it reads those files, and
    /// axes, sizes and the like may be among them.
    /// </summary>
    private static void Inline(ModelProto model, string folder)
    {
        foreach (TensorProto tensor in model.Graph.Initializer.Where(t => t.DataLocation == TensorProto.Types.DataLocation.External))
        {
            long count = tensor.Dims.Aggregate(1L, (product, d) => product * d);
            if (count <= MostShapeValues)
            {
                tensor.RawData = ByteString.CopyFrom(OnnxModelReader.ReadExternal(tensor, folder, (int)count));
                tensor.DataLocation = TensorProto.Types.DataLocation.Default;
                tensor.ExternalData.Clear();
            }
        }
    }

    /// <summary>A constant in the type that the model declares for it.</summary>
    private static TensorProto Proto(string name, Tensor tensor, OnnxElementType type)
    {
        var proto = new TensorProto { Name = name, DataType = (int)type };
        proto.Dims.AddRange(tensor.Dims.Select(d => (long)d));
        switch (type)
        {
            case OnnxElementType.Float32:
                proto.FloatData.AddRange(tensor.Floats);
                break;
            case OnnxElementType.Float64:
                proto.DoubleData.AddRange(tensor.Floats.Select(f => (double)f));
                break;
            case OnnxElementType.Float16:
                proto.Int32Data.AddRange(tensor.Floats.Select(f => (int)BitConverter.HalfToUInt16Bits((Half)f)));
                break;
            case OnnxElementType.BFloat16:
                proto.Int32Data.AddRange(tensor.Floats.Select(f => (int)(BitConverter.SingleToUInt32Bits(type.Round(f)) >> 16)));
                break;
            case OnnxElementType.Int64:
                proto.Int64Data.AddRange(tensor.Integers);
                break;
            case OnnxElementType.UInt32 or OnnxElementType.UInt64:
                proto.Uint64Data.AddRange(tensor.Integers.Select(i => (ulong)i));
                break;
            default:
                proto.Int32Data.AddRange(tensor.Integers.Select(i => (int)i));
                break;
        }

        return proto;
    }
}
