using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Google.Protobuf;
using NetGen.Onnx.Protos;

namespace NetGen.Onnx.Import;

/// <summary>A graph input or output: its name, element type and dimensions, −1 for those that are left open.</summary>
internal sealed record OnnxValueInfo(string Name, OnnxElementType Type, int[]? Dims)
{
    /// <summary>What the model calls its dimensions; null for those that have no name.</summary>
    public string?[] Symbols { get; init; } = [];
}

/// <summary>A model that has been read: what it takes and gives, and its graph.</summary>
/// <param name="proto">The model.</param>
/// <param name="opset">The version of ONNX's own operators.</param>
/// <param name="folder">Where its external data may lie; null where there is no such folder.</param>
internal sealed class OnnxModel(ModelProto proto, long opset, string? folder)
{
    private readonly OnnxGraphReader reader = new(proto, folder);

    /// <summary>The values that the model's own graph gives, by the names that they have in the file.</summary>
    private readonly HashSet<string> names = [.. proto.Graph.Node.SelectMany(n => n.Output), .. proto.Graph.Input.Select(i => i.Name)];

    /// <summary>What has to be given to it.</summary>
    public IReadOnlyList<OnnxValueInfo> Inputs { get; } = OnnxModelReader.Inputs(proto);

    /// <summary>The names of its outputs.</summary>
    public IReadOnlyList<string> Outputs { get; } = [.. proto.Graph.Output.Select(o => o.Name)];

    /// <summary>The types of its outputs, as far as it says them.</summary>
    public IReadOnlyDictionary<string, OnnxElementType> OutputTypes { get; } = proto.Graph.Output.GroupBy(o => o.Name)
        .ToDictionary(g => g.Key, g => (OnnxElementType)(g.First().Type?.TensorType?.ElemType ?? 0));

    /// <summary>Whether a value has this name in the file, and not only where a function's nodes stand in place of its call.</summary>
    public bool Names(string value) => names.Contains(value);

    /// <summary>Whether a constant, or an input's value where none is given, has this name.</summary>
    public bool HasConstant(string name) => proto.Graph.Initializer.Any(i => i.Name == name);

    /// <summary>The graph, as far as some of its values depend on it.</summary>
    /// <param name="outputs">The values.</param>
    public OnnxGraph Graph(IReadOnlyList<string> outputs)
    {
        foreach (string output in outputs.Where(o => !names.Contains(o) && !HasConstant(o)))
        {
            throw new OnnxException($"Nothing gives the output '{output}'.", $"The model's outputs are {string.Join(", ", Outputs.Select(o => $"'{o}'"))}.");
        }

        return reader.Read(proto.Graph, opset, null, outputs);
    }
}

/// <summary>
/// Reads the bytes of a model and checks all that can be wrong with them: whatever they are, the result is a sound model or one
/// <see cref="OnnxException"/>. No file outside the model's folder is read.
/// </summary>
internal static class OnnxModelReader
{
    private const long NewestOpset = 25;

    public static OnnxModel Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OnnxException($"{path} cannot be read: {e.Message}");
        }

        return Read(bytes, Path.GetDirectoryName(Path.GetFullPath(path)));
    }

    /// <param name="bytes">The model.</param>
    /// <param name="folder">Where its external data may lie; null where there is no such place.</param>
    public static OnnxModel Read(byte[] bytes, string? folder)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new OnnxException($"This is no ONNX model, or it is damaged: {e.Message}", "Export or copy it again.");
        }

        if (model.Graph is null)
        {
            throw new OnnxException("The file holds no graph.", "It may be something else than an ONNX model, or truncated.");
        }

        return model.Graph.Output.Count > 0 ? new OnnxModel(model, Opset(model), folder) : throw new OnnxException("The graph has no outputs.");
    }

    /// <summary>The inputs that have no value in the model itself.</summary>
    public static IReadOnlyList<OnnxValueInfo> Inputs(ModelProto model)
    {
        HashSet<string> constants = [.. model.Graph.Initializer.Select(i => i.Name)];
        return [.. model.Graph.Input.Where(i => !constants.Contains(i.Name)).Select(Info)];
    }

    private static long Opset(ModelProto model)
    {
        OperatorSetIdProto? set = model.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx");
        if (set is null || set.Version < 1)
        {
            throw new OnnxException("The model does not say which version of ONNX's operators it uses.", "Export it again with a current exporter.");
        }

        return set.Version <= NewestOpset
            ? set.Version
            : throw new OnnxException(
                string.Create(CultureInfo.InvariantCulture, $"The model uses opset {set.Version}; this importer knows those up to {NewestOpset}."),
                "Export it for an older opset.");
    }

    private static OnnxValueInfo Info(ValueInfoProto info)
    {
        // What is no tensor may stand at a place that nothing needs.
        TypeProto.Types.Tensor? type = info.Type?.TensorType;
        int[]? dims = type?.Shape is null ? null : [.. type.Shape.Dim.Select(d => Dimension(info.Name, d))];
        string?[] symbols = [.. (type?.Shape?.Dim ?? []).Select(d => d.DimParam.Length > 0 ? d.DimParam : null)];
        return new OnnxValueInfo(info.Name, (OnnxElementType)(type?.ElemType ?? 0), dims) { Symbols = symbols };
    }

    /// <summary>Exporters write open dimensions as a name, as nothing at all, as −1 and as 0.</summary>
    private static int Dimension(string name, TensorShapeProto.Types.Dimension dim) =>
        dim.ValueCase != TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue || dim.DimValue <= 0 ? -1
        : dim.DimValue <= int.MaxValue ? (int)dim.DimValue
        : throw new OnnxException($"'{name}' has a dimension of {dim.DimValue.ToString(CultureInfo.InvariantCulture)}.");

    /// <summary>A tensor's values, converted: real ones to <see cref="float"/>, whole ones and truth values to <see cref="long"/>.</summary>
    public static Tensor ReadTensor(TensorProto proto, string? folder)
    {
        string name = proto.Name;
        long length = 1;
        foreach (long dim in proto.Dims)
        {
            if (dim < 0 || dim > int.MaxValue || (length *= dim) > int.MaxValue)
            {
                throw new OnnxException($"The tensor '{name}' has the impossible shape [{string.Join(", ", proto.Dims)}].");
            }
        }

        int[] dims = [.. proto.Dims.Select(d => (int)d)];
        int count = (int)length;
        ReadOnlySpan<byte> raw = proto.DataLocation == TensorProto.Types.DataLocation.External ? ReadExternal(proto, folder, count) : proto.RawData.Span;
        bool hasRaw = !raw.IsEmpty || proto.DataLocation == TensorProto.Types.DataLocation.External;
        switch ((TensorProto.Types.DataType)proto.DataType)
        {
            case TensorProto.Types.DataType.Float:
                return Real(hasRaw ? Raw(raw, 4, b => BinaryPrimitives.ReadSingleLittleEndian(b)) : [.. proto.FloatData]);
            case TensorProto.Types.DataType.Double:
                return Real(hasRaw ? Raw(raw, 8, b => (float)BinaryPrimitives.ReadDoubleLittleEndian(b)) : [.. proto.DoubleData.Select(d => (float)d)]);
            case TensorProto.Types.DataType.Float16:
                return Real(hasRaw
                    ? Raw(raw, 2, b => (float)BinaryPrimitives.ReadHalfLittleEndian(b))
                    : [.. proto.Int32Data.Select(i => (float)BitConverter.UInt16BitsToHalf((ushort)i))]);
            case TensorProto.Types.DataType.Bfloat16:
                return Real(hasRaw
                    ? Raw(raw, 2, b => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(b) << 16))
                    : [.. proto.Int32Data.Select(i => BitConverter.UInt32BitsToSingle((uint)i << 16))]);
            case TensorProto.Types.DataType.Int64:
                return Whole(hasRaw ? Raw(raw, 8, b => BinaryPrimitives.ReadInt64LittleEndian(b)) : [.. proto.Int64Data]);
            case TensorProto.Types.DataType.Uint64:
                return Whole(hasRaw ? Raw(raw, 8, b => (long)BinaryPrimitives.ReadUInt64LittleEndian(b)) : [.. proto.Uint64Data.Select(u => (long)u)]);
            case TensorProto.Types.DataType.Uint32:
                return Whole(hasRaw ? Raw(raw, 4, b => (long)BinaryPrimitives.ReadUInt32LittleEndian(b)) : [.. proto.Uint64Data.Select(u => (long)u)]);
            case TensorProto.Types.DataType.Int32:
                return Whole(hasRaw ? Raw(raw, 4, b => (long)BinaryPrimitives.ReadInt32LittleEndian(b)) : Integers());
            case TensorProto.Types.DataType.Int16:
                return Whole(hasRaw ? Raw(raw, 2, b => (long)BinaryPrimitives.ReadInt16LittleEndian(b)) : Integers());
            case TensorProto.Types.DataType.Uint16:
                return Whole(hasRaw ? Raw(raw, 2, b => (long)BinaryPrimitives.ReadUInt16LittleEndian(b)) : Integers());
            case TensorProto.Types.DataType.Int8:
                return Whole(hasRaw ? Raw(raw, 1, b => (long)(sbyte)b[0]) : Integers());
            case TensorProto.Types.DataType.Uint8 or TensorProto.Types.DataType.Bool:
                return Whole(hasRaw ? Raw(raw, 1, b => (long)b[0]) : Integers());
            case TensorProto.Types.DataType.Int4:
                return Whole(Nibbles(hasRaw ? raw.ToArray() : [.. proto.Int32Data.Select(i => (byte)i)], n => (n ^ 8) - 8));
            case TensorProto.Types.DataType.Uint4:
                return Whole(Nibbles(hasRaw ? raw.ToArray() : [.. proto.Int32Data.Select(i => (byte)i)], n => n));
            default:
                throw new OnnxException(
                    string.Create(CultureInfo.InvariantCulture, $"The tensor '{name}' has element type {proto.DataType}, which cannot be imported."),
                    "Convert the model to float32.");
        }

        Tensor Real(float[] values) => new(dims, Checked(values)) { Name = name };

        Tensor Whole(long[] values) => new(dims, Checked(values)) { Name = name };

        // Two to a byte, the lower half first.
        long[] Nibbles(byte[] bytes, Func<int, long> read) => bytes.Length == (count + 1) / 2
            ? [.. Enumerable.Range(0, count).Select(i => read((bytes[i / 2] >> (i % 2 * 4)) & 15))]
            : [];

        long[] Integers() => [.. proto.Int32Data.Select(i => (long)i)];

        T[] Checked<T>(T[] values) => values.Length == count
            ? values
            : throw new OnnxException(
                string.Create(CultureInfo.InvariantCulture, $"The tensor '{name}' {Dimensions.Text(dims)} should have {count} values, and has {values.Length}."),
                "The file is damaged; export or copy it again.");

        T[] Raw<T>(ReadOnlySpan<byte> bytes, int size, Reader<T> read)
            where T : struct
        {
            if (bytes.Length != (long)count * size)
            {
                throw new OnnxException(
                    string.Create(CultureInfo.InvariantCulture, $"The tensor '{name}' {Dimensions.Text(dims)} should have {(long)count * size} bytes, and has {bytes.Length}."),
                    "The file is damaged; export or copy it again.");
            }

            if (typeof(T) == typeof(float) && size == 4 && BitConverter.IsLittleEndian)
            {
                return MemoryMarshal.Cast<byte, T>(bytes).ToArray();
            }

            var values = new T[count];
            for (int i = 0; i < count; i++)
            {
                values[i] = read(bytes.Slice(i * size, size));
            }

            return values;
        }
    }

    private delegate T Reader<T>(ReadOnlySpan<byte> bytes);

    /// <summary>Reads a tensor's bytes from its own file, which lies in the model's folder or below.</summary>
    public static byte[] ReadExternal(TensorProto proto, string? folder, int count)
    {
        string? Entry(string key) => proto.ExternalData.FirstOrDefault(e => e.Key == key)?.Value;
        OnnxException Fail(string problem, string advice = "") => new($"The tensor '{proto.Name}' lies in a file of its own, {problem}", advice);

        string location = Entry("location") ?? throw Fail("which the model does not name.");
        if (folder is null)
        {
            throw Fail($"'{location}', but the model was not read from a folder.", "Import it from its file.");
        }

        if (Path.IsPathRooted(location) || location.Split('/', '\\').Contains("..") || location.Contains('\0'))
        {
            throw Fail($"'{location}', outside the model's folder.", "Such a file is not read; move it beside the model and save the model again.");
        }

        string path = Path.GetFullPath(Path.Combine(folder, location));
        if (!path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw Fail($"'{location}', outside the model's folder.", "Such a file is not read.");
        }

        for (string? part = path; part is not null && part.Length > folder.Length; part = Path.GetDirectoryName(part))
        {
            if (new FileInfo(part).LinkTarget is not null)
            {
                throw Fail($"'{location}', which is a link.", "Links are not followed; copy the file itself beside the model.");
            }
        }

        if (!long.TryParse(Entry("offset") ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out long offset))
        {
            throw Fail($"'{location}', at the impossible offset '{Entry("offset")}'.");
        }

        try
        {
            using FileStream file = File.OpenRead(path);
            long length = Entry("length") is { } text && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long given)
                ? given
                : file.Length - offset;
            if (offset > file.Length || length < 0 || length > file.Length - offset || length > (long)count * 8 || length > Array.MaxLength)
            {
                throw Fail(string.Create(
                    CultureInfo.InvariantCulture, $"'{location}', at {offset} with {length} bytes; the file has {file.Length}, and the tensor {count} values."));
            }

            var bytes = new byte[length];
            file.Position = offset;
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Fail($"'{location}', which cannot be read: {e.Message}");
        }
    }
}
