using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NetGen;

/// <summary>
/// Reads and writes weights in the safetensors format: a JSON header with names, shapes and offsets, then the values. A file is
/// checked as a whole before any of it is used.
/// </summary>
public static class Safetensors
{
    // What is read at once, and so what is allocated on a header's word alone where the length of a stream is not known.
    private const int ChunkBytes = 1 << 20;

    /// <summary>
    /// Opens a file whose tensors are read when they are asked for. It stays open until the source is collected, or until
    /// <see cref="IDisposable.Dispose"/>, which the source implements. Another file may take its name meanwhile. One that is written
    /// into or shortened is noticed: reading then fails with a <see cref="WeightsException"/>, unless the values that are asked for
    /// are still those that were read first.
    /// </summary>
    /// <param name="path">The file's path.</param>
    /// <returns>The file's tensors.</returns>
    /// <exception cref="WeightsException">The file is damaged.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static IWeightSource Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream? file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        try
        {
            // A pipe gives what it gives once.
            if (!file.CanSeek)
            {
                return Read(file);
            }

            long length = file.Length;
            DateTime lastWrite = File.GetLastWriteTimeUtc(file.SafeFileHandle);
            byte[] start = new byte[FileKind.Length];
            int found = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            int headerLength = SafetensorsHeader.ReadLength(path, start.AsSpan(0, found), length);
            Array.Resize(ref start, SafetensorsHeader.PrefixLength + headerLength);
            if (found < start.Length)
            {
                found += file.ReadAtLeast(start.AsSpan(found), start.Length - found, throwOnEndOfStream: false);
            }

            if (found < start.Length)
            {
                throw SafetensorsHeader.TruncatedHeader(path, headerLength, start.AsSpan(SafetensorsHeader.PrefixLength, found - SafetensorsHeader.PrefixLength));
            }

            ReadOnlySpan<byte> json = start.AsSpan(SafetensorsHeader.PrefixLength);
            FileSafetensors source = new(path, SafetensorsHeader.Parse(path, json, length - start.Length), file, start, length, lastWrite);
            file = null;
            return source;
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>Reads a stream to its end and leaves it open. Its length need not be known.</summary>
    /// <param name="stream">The stream, from its current position.</param>
    /// <returns>The file's tensors.</returns>
    /// <exception cref="WeightsException">The content is damaged.</exception>
    public static IWeightSource Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        string name = stream is FileStream file ? file.Name : "stream";
        long? length = stream.CanSeek ? Math.Max(0, stream.Length - stream.Position) : null;
        Span<byte> start = stackalloc byte[FileKind.Length];
        int startLength = stream.ReadAtLeast(start[..SafetensorsHeader.PrefixLength], SafetensorsHeader.PrefixLength, throwOnEndOfStream: false);
        if (!SafetensorsHeader.HasLength(start[..startLength], length))
        {
            // No safetensors file: the rest says what else it is.
            startLength += stream.ReadAtLeast(start[startLength..], start.Length - startLength, throwOnEndOfStream: false);
        }

        int headerLength = SafetensorsHeader.ReadLength(name, start[..startLength], length);
        byte[] json = ReadArray<byte>(stream, headerLength, length is not null, out int found);
        if (found < headerLength)
        {
            throw SafetensorsHeader.TruncatedHeader(name, headerLength, json.AsSpan(0, found));
        }

        SafetensorsHeader header = SafetensorsHeader.Parse(
            name, json, length - SafetensorsHeader.PrefixLength - headerLength);
        Dictionary<string, Array> arrays = [];
        foreach (SafetensorsEntry entry in header.Entries)
        {
            long missing = entry.End - entry.Begin;
            if (entry.Tensor.Type == TensorType.Other)
            {
                missing -= Skip(stream, missing);
            }
            else if (entry.Tensor.Type == TensorType.F32)
            {
                arrays[entry.Tensor.Name] = ReadTensor<float>(stream, name, entry, length is not null, ref missing);
            }
            else
            {
                arrays[entry.Tensor.Name] = ReadTensor<byte>(stream, name, entry, length is not null, ref missing);
            }

            if (missing > 0)
            {
                throw SafetensorsHeader.TruncatedData(name, header.DataLength, entry.End - missing);
            }
        }

        long surplus = Skip(stream, long.MaxValue);
        return surplus == 0
            ? new StreamedSafetensors(name, header, arrays)
            : throw SafetensorsHeader.Error(name, FormattableString.Invariant(
                $"the tensors take {header.DataLength:N0} bytes of data, and {surplus:N0} more follow them"));
    }

    /// <summary>Reads a file that is already in memory, without a copy.</summary>
    /// <param name="content">The file's bytes, which may not be changed as long as the source is used.</param>
    /// <returns>The file's tensors.</returns>
    /// <exception cref="WeightsException">The content is damaged.</exception>
    public static IWeightSource Read(ReadOnlyMemory<byte> content)
    {
        const string name = "memory";
        ReadOnlySpan<byte> start = content.Span[..Math.Min(content.Length, FileKind.Length)];
        int headerLength = SafetensorsHeader.ReadLength(name, start, content.Length);
        ReadOnlyMemory<byte> data = content[(SafetensorsHeader.PrefixLength + headerLength)..];
        ReadOnlySpan<byte> json = content.Span.Slice(SafetensorsHeader.PrefixLength, headerLength);
        return new MemorySafetensors(name, SafetensorsHeader.Parse(name, json, data.Length), data);
    }

    /// <summary>Writes a file of <see cref="TensorType.F32"/>; it appears as a whole or not at all.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="weights">The tensors to write; those of type <see cref="TensorType.Other"/> are left out.</param>
    /// <exception cref="WeightsException">The tensors cannot be written as one file.</exception>
    public static void Save(string path, IWeightSource weights) => Save(path, weights, TensorType.F32);

    /// <summary>
    /// Writes a file. It is written beside its place and then moved there, so that nobody ever sees half of it, and so that the
    /// weights may come from the very file that is replaced.
    /// </summary>
    /// <param name="path">The file's path.</param>
    /// <param name="weights">The tensors to write; those of type <see cref="TensorType.Other"/> are left out.</param>
    /// <param name="type">The element type to write. Values beyond the range of <see cref="TensorType.F16"/> become infinite.</param>
    /// <exception cref="WeightsException">The tensors cannot be written as one file.</exception>
    public static void Save(string path, IWeightSource weights, TensorType type)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => Save(stream, weights, type));
    }

    /// <summary>Writes <see cref="TensorType.F32"/> to a stream, which is left open. The same tensors always give the same bytes.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="weights">The tensors to write; those of type <see cref="TensorType.Other"/> are left out.</param>
    /// <exception cref="WeightsException">The tensors cannot be written as one file.</exception>
    public static void Save(Stream stream, IWeightSource weights) => Save(stream, weights, TensorType.F32);

    /// <summary>Writes to a stream, which is left open. The same tensors always give the same bytes.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="weights">The tensors to write; those of type <see cref="TensorType.Other"/> are left out.</param>
    /// <param name="type">The element type to write. Values beyond the range of <see cref="TensorType.F16"/> become infinite.</param>
    /// <exception cref="WeightsException">The tensors cannot be written as one file.</exception>
    public static void Save(Stream stream, IWeightSource weights, TensorType type)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(weights);
        SafetensorsWriter.Write(stream, weights, type);
    }

    private static T[] ReadTensor<T>(Stream stream, string name, SafetensorsEntry entry, bool lengthIsKnown, ref long missing)
        where T : unmanaged
    {
        int size = Unsafe.SizeOf<T>();
        long count = missing / size;
        if (count > Array.MaxLength)
        {
            throw new WeightsException(name, FormattableString.Invariant(
                $"{entry.Tensor.Name}: {missing:N0} bytes are too many to be read from a stream; open the file by its path"));
        }

        T[] values = ReadArray<T>(stream, (int)count, lengthIsKnown, out int found);
        missing -= (long)found * size;
        return values;
    }

    /// <summary>
    /// Reads values into an array of their own. Where the stream's length is unknown, the array grows with what really arrives:
    /// the header alone makes nobody allocate.
    /// </summary>
    private static T[] ReadArray<T>(Stream stream, int count, bool lengthIsKnown, out int found)
        where T : unmanaged
    {
        int size = Unsafe.SizeOf<T>();
        T[] values = GC.AllocateUninitializedArray<T>(lengthIsKnown ? count : Math.Min(count, ChunkBytes / size));
        for (found = 0; found < count;)
        {
            if (found == values.Length)
            {
                Array.Resize(ref values, (int)Math.Min(count, values.Length * 2L));
            }

            Span<byte> chunk = MemoryMarshal.AsBytes(values.AsSpan(found, Math.Min(values.Length - found, ChunkBytes / size)));
            int bytes = stream.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false);
            found += bytes / size;
            if (bytes < chunk.Length)
            {
                break;
            }
        }

        return values;
    }

    private static long Skip(Stream stream, long count)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
        long skipped = 0;
        while (skipped < count && stream.Read(buffer, 0, (int)Math.Min(buffer.Length, count - skipped)) is int read and > 0)
        {
            skipped += read;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return skipped;
    }
}
