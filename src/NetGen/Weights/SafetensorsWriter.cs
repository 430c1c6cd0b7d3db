using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace NetGen;

/// <summary>Writes the safetensors format, byte for byte as the reference implementation orders and aligns it.</summary>
internal static class SafetensorsWriter
{
    private const int ChunkLength = 16 << 10;

    public static void Write(Stream stream, IWeightSource weights, TensorType type)
    {
        if (type is not (TensorType.F16 or TensorType.BF16 or TensorType.F32 or TensorType.F64))
        {
            throw new ArgumentOutOfRangeException(nameof(type), type, "Only F16, BF16, F32 and F64 can be written.");
        }

        // The reference sorts by element size and then by name; here all sizes are equal.
        TensorInfo[] tensors = [.. weights.Tensors.Where(tensor => tensor.Type != TensorType.Other)];
        Array.Sort(tensors, (left, right) => string.CompareOrdinal(left.Name, right.Name));
        Check(weights.Name, tensors);

        // All checks come before the first byte.
        ReadOnlyMemory<byte> header = Header(tensors, type);
        if (header.Length - SafetensorsHeader.PrefixLength > SafetensorsHeader.MaxLength)
        {
            throw new WeightsException(weights.Name, "the names take more than a safetensors header can hold");
        }

        stream.Write(header.Span);
        float[] values = [];
        byte[] bytes = new byte[ChunkLength * TensorConversion.SizeOf(type)];
        foreach (TensorInfo tensor in tensors)
        {
            if (!weights.TryGetValues(tensor.Name, out ReadOnlySpan<float> span))
            {
                if (values.Length < tensor.Length)
                {
                    values = new float[tensor.Length];
                }

                weights.Read(tensor.Name, values.AsSpan(0, (int)tensor.Length));
                span = values.AsSpan(0, (int)tensor.Length);
            }

            while (!span.IsEmpty)
            {
                ReadOnlySpan<float> chunk = span[..Math.Min(span.Length, ChunkLength)];
                Span<byte> converted = bytes.AsSpan(0, chunk.Length * TensorConversion.SizeOf(type));
                TensorConversion.FromSingle(type, chunk, converted);
                stream.Write(converted);
                span = span[chunk.Length..];
            }
        }

        // The source may live by a finalizer, and the last use of it is not the last use of its values.
        GC.KeepAlive(weights);
    }

    private static void Check(string source, TensorInfo[] tensors)
    {
        List<string> problems = [];
        for (int i = 0; i < tensors.Length; i++)
        {
            string name = tensors[i].Name;
            if (i > 0 && tensors[i - 1].Name == name)
            {
                problems.Add($"{name}: the name occurs twice");
            }

            if (name == "__metadata__")
            {
                problems.Add($"{name}: the format reserves this name");
            }

            if (tensors[i].Length > Array.MaxLength)
            {
                problems.Add(FormattableString.Invariant($"{name}: {tensors[i].Length:N0} values are too many to be written"));
            }
        }

        if (problems.Count > 0)
        {
            throw new WeightsException(source, "these weights cannot be written", problems);
        }
    }

    private static ReadOnlyMemory<byte> Header(TensorInfo[] tensors, TensorType type)
    {
        ArrayBufferWriter<byte> buffer = new();
        buffer.Advance(buffer.GetSpan(SafetensorsHeader.PrefixLength)[..SafetensorsHeader.PrefixLength].Length);
        using (Utf8JsonWriter json = new(buffer))
        {
            long offset = 0;
            json.WriteStartObject();
            foreach (TensorInfo tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype"u8, type.ToString());
                json.WriteStartArray("shape"u8);
                foreach (int dimension in tensor.Shape)
                {
                    json.WriteNumberValue(dimension);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets"u8);
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Length * TensorConversion.SizeOf(type));
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Spaces up to a multiple of 8, so that the data is aligned.
        int padding = -buffer.WrittenCount & 7;
        buffer.GetSpan(padding + 1)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        byte[] header = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)(header.Length - SafetensorsHeader.PrefixLength));
        return header;
    }
}
