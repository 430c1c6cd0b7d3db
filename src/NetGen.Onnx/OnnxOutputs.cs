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
    /// <summary>A model with some of its values as further outputs, and with the inputs fixed that its import fixed.</summary>
    public static byte[] With(string path, OnnxImportOptions options, IEnumerable<string> names)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        HashSet<string> given = [.. model.Graph.Output.Select(o => o.Name)];
        foreach (string name in names.Where(given.Add))
        {
            model.Graph.Output.Add(new ValueInfoProto { Name = name });
        }

        foreach ((string name, Tensor tensor) in options.Constants)
        {
            var proto = new TensorProto { Name = name, DataType = (int)(tensor.IsReal ? TensorProto.Types.DataType.Float : TensorProto.Types.DataType.Int64) };
            proto.Dims.AddRange(tensor.Dims.Select(d => (long)d));
            if (tensor.IsReal)
            {
                proto.FloatData.AddRange(tensor.Floats);
            }
            else
            {
                proto.Int64Data.AddRange(tensor.Integers);
            }

            model.Graph.Initializer.Add(proto);
        }

        return model.ToByteArray();
    }
}
