using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Text.Unicode;

namespace NetGen;

/// <summary>A tensor of a safetensors file, with its offset in the data that follows the header.</summary>
internal sealed record SafetensorsEntry(TensorInfo Tensor, long Begin, long End);

/// <summary>
/// The header of a safetensors file. Nothing of it is believed before all of it has been checked: an instance exists only for a
/// header whose tensors lie gap-free in the data, each as long as its shape says.
/// </summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The limit of the reference implementation, in bytes.</summary>
    public const int MaxLength = 100_000_000;

    /// <summary>The bytes before the header, which hold its length.</summary>
    public const int PrefixLength = 8;

    // NumPy's limit. Without one, a shape of millions of ones would be copied and multiplied for nothing.
    private const int MaxRank = 64;

    private SafetensorsHeader(ImmutableArray<SafetensorsEntry> entries, long dataLength)
    {
        Entries = entries;
        DataLength = dataLength;
    }

    /// <summary>The tensors in the order of their data.</summary>
    public ImmutableArray<SafetensorsEntry> Entries { get; }

    /// <summary>The bytes that follow the header.</summary>
    public long DataLength { get; }

    public static WeightsException Error(string source, params IReadOnlyList<string> problems) =>
        new(source, "this is no valid safetensors file", problems);

    /// <summary>Whether a file begins as these files do.</summary>
    /// <param name="start">The first 9 bytes, or fewer where the file ends before.</param>
    /// <param name="fileLength">The length of the file.</param>
    public static bool IsLikely(ReadOnlySpan<byte> start, long fileLength) =>
        start.Length > PrefixLength && start[PrefixLength] == (byte)'{'
        && BinaryPrimitives.ReadUInt64LittleEndian(start) <= (ulong)Math.Min(MaxLength, fileLength - PrefixLength);

    /// <summary>Whether the file's first bytes can be the length of its header.</summary>
    /// <param name="start">The first 8 bytes, or fewer where the file ends before.</param>
    /// <param name="fileLength">The length of the file, where it is known.</param>
    public static bool HasLength(ReadOnlySpan<byte> start, long? fileLength) => start.Length >= PrefixLength
        && BinaryPrimitives.ReadUInt64LittleEndian(start) <= (ulong)Math.Min(MaxLength, (fileLength ?? long.MaxValue) - PrefixLength);

    /// <summary>Reads the length of the header from the file's first bytes.</summary>
    /// <param name="source">The name for error messages.</param>
    /// <param name="start">
    /// The first bytes: 8, or fewer where the file ends before. From <see cref="FileKind.Length"/>, an error tells what else the file is.
    /// </param>
    /// <param name="fileLength">The length of the file, where it is known.</param>
    public static int ReadLength(string source, ReadOnlySpan<byte> start, long? fileLength)
    {
        if (HasLength(start, fileLength))
        {
            return (int)BinaryPrimitives.ReadUInt64LittleEndian(start);
        }

        if (FileKind.Of(start.ToArray(), start.Length) is { } kind)
        {
            throw Error(source, kind);
        }

        if (start.Length < PrefixLength)
        {
            throw Error(source, FormattableString.Invariant(
                $"the file is truncated: it starts with the 8 bytes of the header's length, and only {start.Length} are there"));
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        throw length > MaxLength
            ? Error(source, FormattableString.Invariant($"the first 8 bytes give a header of {length:N0} bytes, and the limit is {MaxLength:N0}"))
            : TruncatedHeader(source, (long)length, fileLength!.Value - PrefixLength);
    }

    /// <summary>The error of a stream that ends within its header.</summary>
    /// <param name="source">The name for error messages.</param>
    /// <param name="length">The length that the header should have.</param>
    /// <param name="json">What there is of it.</param>
    public static WeightsException TruncatedHeader(string source, int length, ReadOnlySpan<byte> json) =>
        KindOf(length, json) is { } kind ? Error(source, kind) : TruncatedHeader(source, length, json.Length);

    private static WeightsException TruncatedHeader(string source, long expected, long found) => Error(
        source,
        FormattableString.Invariant($"the file is truncated: expected a header of {expected:N0} bytes, found {found:N0}"));

    /// <summary>What a file is whose header does not begin as one.</summary>
    private static string? KindOf(int length, ReadOnlySpan<byte> json)
    {
        byte[] start = new byte[PrefixLength + Math.Min(json.Length, FileKind.Length - PrefixLength)];
        BinaryPrimitives.WriteInt64LittleEndian(start, length);
        json[..(start.Length - PrefixLength)].CopyTo(start.AsSpan(PrefixLength));
        return FileKind.Of(start, start.Length);
    }

    public static WeightsException TruncatedData(string source, long expected, long found) => Error(source, TruncatedDataText(expected, found));

    /// <summary>Reads and checks a header.</summary>
    /// <param name="source">The name for error messages.</param>
    /// <param name="json">The header without the 8 bytes before it.</param>
    /// <param name="dataLength">The bytes that follow it, where they are known.</param>
    public static SafetensorsHeader Parse(string source, ReadOnlySpan<byte> json, long? dataLength)
    {
        ProblemList problems = new();
        List<SafetensorsEntry> entries = [];
        if (json.IsEmpty || json[0] != (byte)'{')
        {
            problems.Add($"{KindOf(json.Length, json) ?? "the header does not begin with '{'"}");
        }
        else if (!Utf8.IsValid(json))
        {
            problems.Add($"the header is no valid UTF-8");
        }
        else
        {
            try
            {
                Utf8JsonReader reader = new(json);
                ReadTensors(ref reader, entries, problems);
            }
            catch (JsonException exception)
            {
                problems.Add($"the header is no valid JSON: {exception.Message}");
            }
        }

        // After a mistake in one tensor, gaps around it would be reported that are not there.
        long length = problems.IsEmpty ? CheckLayout(entries, dataLength, problems) : 0;
        return problems.IsEmpty
            ? new SafetensorsHeader([.. entries], length)
            : throw Error(source, problems.ToList());
    }

    private static string TruncatedDataText(long expected, long found) => FormattableString.Invariant(
        $"the file is truncated: expected {expected:N0} bytes of data after the header, found {found:N0}");

    private static void ReadTensors(ref Utf8JsonReader reader, List<SafetensorsEntry> entries, ProblemList problems)
    {
        HashSet<string> names = [];
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string? name = ReadString(ref reader);
            reader.Read();
            if (name is null)
            {
                problems.Add($"the name of a tensor is no valid Unicode");
                reader.Skip();
            }
            else if (!names.Add(name))
            {
                problems.Add($"{name}: the name occurs twice");
                reader.Skip();
            }
            else if (name == "__metadata__")
            {
                CheckMetadata(ref reader, problems);
            }
            else if (ReadEntry(name, ref reader, problems) is { } entry)
            {
                entries.Add(entry);
            }
        }

        // Anything but white space after the object makes the reader throw.
        reader.Read();
    }

    private static void CheckMetadata(ref Utf8JsonReader reader, ProblemList problems)
    {
        // None, as the reference implementation reads it.
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            problems.Add($"__metadata__: expected an object");
            reader.Skip();
            return;
        }

        bool valid = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            valid &= ReadString(ref reader) is not null;
            reader.Read();
            valid &= reader.TokenType == JsonTokenType.String && ReadString(ref reader) is not null;
            reader.Skip();
        }

        if (!valid)
        {
            problems.Add($"__metadata__: expected strings only");
        }
    }

    private static SafetensorsEntry? ReadEntry(string name, ref Utf8JsonReader reader, ProblemList problems)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            problems.Add($"{name}: expected an object with dtype, shape and data_offsets");
            reader.Skip();
            return null;
        }

        string? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        bool valid = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isType = reader.ValueTextEquals("dtype"u8);
            bool isShape = reader.ValueTextEquals("shape"u8);
            bool isOffsets = reader.ValueTextEquals("data_offsets"u8);
            if ((isType && type is not null) || (isShape && shape is not null) || (isOffsets && offsets is not null))
            {
                problems.Add($"{name}: dtype, shape or data_offsets occurs twice");
                valid = false;
            }

            reader.Read();
            if (isType)
            {
                type = reader.TokenType == JsonTokenType.String ? ReadString(ref reader) : null;
                if (type is null)
                {
                    problems.Add($"{name}: dtype is no string");
                    valid = false;
                }

                reader.Skip();
            }
            else if (isShape)
            {
                shape = ReadIntegers(ref reader, MaxRank);
                if (shape is null || Array.Exists(shape, dimension => dimension > int.MaxValue))
                {
                    problems.Add($"{name}: shape is no array of at most {MaxRank} numbers from 0 to {int.MaxValue}");
                    valid = false;
                }
            }
            else if (isOffsets)
            {
                offsets = ReadIntegers(ref reader, 2);
                if (offsets is not { Length: 2 } || offsets[0] > offsets[1])
                {
                    problems.Add($"{name}: data_offsets is no pair of a begin and an end");
                    valid = false;
                }
            }
            else
            {
                reader.Skip();
            }
        }

        if (!valid)
        {
            return null;
        }

        if (type is null || shape is null || offsets is null)
        {
            problems.Add($"{name}: dtype, shape or data_offsets is missing");
            return null;
        }

        (TensorType tensorType, int elementSize) = LookUpType(type);
        ImmutableArray<int> dimensions = [.. shape.Select(dimension => (int)dimension)];
        if (!TryMultiply(shape, elementSize, out long size))
        {
            problems.Add($"{name}: the number of elements of shape {ShapeText.Of(dimensions)} overflows");
            return null;
        }

        if (elementSize > 0 && size != offsets[1] - offsets[0])
        {
            problems.Add(
                $"{name}: {type} {ShapeText.Of(dimensions)} takes {size:N0} bytes, and data_offsets gives {offsets[1] - offsets[0]:N0}");
            return null;
        }

        return new SafetensorsEntry(new TensorInfo(name, tensorType, dimensions), offsets[0], offsets[1]);
    }

    /// <summary>Gives the element type and its size in bytes, 0 where that is unknown.</summary>
    private static (TensorType Type, int Size) LookUpType(string name) => name switch
    {
        "F32" => (TensorType.F32, 4),
        "F16" => (TensorType.F16, 2),
        "BF16" => (TensorType.BF16, 2),
        "F64" => (TensorType.F64, 8),
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" or "F8_E8M0" => (TensorType.Other, 1),
        "I16" or "U16" => (TensorType.Other, 2),
        "I32" or "U32" => (TensorType.Other, 4),
        "I64" or "U64" or "C64" => (TensorType.Other, 8),
        _ => (TensorType.Other, 0),
    };

    private static bool TryMultiply(long[] shape, int elementSize, out long size)
    {
        size = Math.Max(elementSize, 1);
        foreach (long dimension in shape)
        {
            if (dimension != 0 && size > long.MaxValue / dimension)
            {
                return false;
            }

            size *= dimension;
        }

        return true;
    }

    /// <summary>Sorts the tensors by their data and checks that they cover it without gaps and overlaps.</summary>
    private static long CheckLayout(List<SafetensorsEntry> entries, long? dataLength, ProblemList problems)
    {
        entries.Sort(static (left, right) => (left.Begin, left.End) == (right.Begin, right.End)
            ? string.CompareOrdinal(left.Tensor.Name, right.Tensor.Name)
            : (left.Begin, left.End).CompareTo((right.Begin, right.End)));
        long end = 0;
        foreach (SafetensorsEntry entry in entries)
        {
            if (entry.Begin != end)
            {
                string fault = entry.Begin < end ? "overlaps the tensor before it" : "leaves a gap after the tensor before it";
                problems.Add($"{entry.Tensor.Name}: its data begins at {entry.Begin:N0}, not at {end:N0}, and so {fault}");
            }

            end = Math.Max(end, entry.End);
        }

        if (dataLength < end)
        {
            problems.Add($"{TruncatedDataText(end, dataLength.Value)}");
        }
        else if (dataLength > end)
        {
            problems.Add($"the tensors take {end:N0} bytes of data, and {dataLength - end:N0} more follow them");
        }

        return end;
    }

    /// <summary>Reads an array of non-negative integers; null where the value is anything else, or longer than allowed.</summary>
    private static long[]? ReadIntegers(ref Utf8JsonReader reader, int maxLength)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }

        List<long> values = [];
        bool valid = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (valid && values.Count < maxLength && reader.TokenType == JsonTokenType.Number
                && reader.TryGetInt64(out long value) && value >= 0)
            {
                values.Add(value);
            }
            else
            {
                valid = false;
                reader.Skip();
            }
        }

        return valid ? [.. values] : null;
    }

    /// <summary>Reads a string or a property's name; null where an escape leaves half a surrogate pair.</summary>
    private static string? ReadString(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
