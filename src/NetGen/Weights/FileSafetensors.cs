using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using NetGen.Runtime;

namespace NetGen;

/// <summary>
/// A safetensors file that stays open, and whose tensors are read when somebody asks for them. It is not mapped: whoever shortens a
/// mapped file ends the process. Each block of a tensor keeps the hash of what was first read, so that a file that has changed since
/// is an error, and never other weights than before.
/// </summary>
internal sealed class FileSafetensors : SafetensorsSource, IDisposable
{
    /// <summary>The bytes that have one hash. They fit the second-level cache.</summary>
    private const int BlockLength = 1 << 18;

    /// <summary>The bytes that a thread reads at a time: some blocks.</summary>
    private const int PieceLength = 1 << 20;

    private const int Samples = 64;
    private const int SampleLength = 256;

    private readonly FileStream stream;
    private readonly SafeFileHandle file;
    private readonly byte[] start;
    private readonly long length;
    private readonly DateTime lastWrite;
    private readonly Dictionary<string, int> firstBlocks = [];
    private readonly List<(SafetensorsEntry Entry, long Offset)> blocks = [];

    // Zero where a block has not been read yet.
    private readonly ulong[] sums;

    /// <summary>Takes an open file.</summary>
    /// <param name="name">What error messages call it.</param>
    /// <param name="header">The header, checked.</param>
    /// <param name="stream">The file, which this object closes.</param>
    /// <param name="start">All bytes before the data.</param>
    /// <param name="length">The file's length.</param>
    /// <param name="lastWrite">When it was last written, as it was before anything was read.</param>
    public FileSafetensors(string name, SafetensorsHeader header, FileStream stream, byte[] start, long length, DateTime lastWrite)
        : base(name, header)
    {
        this.stream = stream;
        file = stream.SafeFileHandle;
        this.start = start;
        this.length = length;
        this.lastWrite = lastWrite;
        foreach (SafetensorsEntry entry in header.Entries)
        {
            firstBlocks[entry.Tensor.Name] = blocks.Count;
            for (long offset = entry.Begin; offset < entry.End && entry.Tensor.Type != TensorType.Other; offset += BlockLength)
            {
                blocks.Add((entry, offset));
            }
        }

        sums = new ulong[blocks.Count];
    }

    /// <summary>The blocks of all tensors that can be read.</summary>
    public int BlockCount => blocks.Count;

    /// <summary>
    /// Tells the file from others, and from what it was before, in a moment: its length, the time of the last write, and a hash of its
    /// header and of samples all over the data, since tools that build images of disks set all times to one. Only
    /// <see cref="Sums"/> tell for certain.
    /// </summary>
    public string Fingerprint()
    {
        ulong hash = Fnv1a.Add(Fnv1a.Empty, start);
        long step = Math.Max(SampleLength, (length - start.Length) / Samples);
        Span<byte> sample = stackalloc byte[SampleLength];
        for (long from = start.Length; from < length; from += step)
        {
            hash = Fnv1a.Add(hash, sample[..RandomAccess.Read(file, sample, from)]);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{length} bytes, written {lastWrite:O}, sampled {hash:x16}");
    }

    /// <summary>The hashes of all blocks that have been read; zero stands for those that have not.</summary>
    public ulong[] Sums() => [.. sums];

    /// <summary>Whether a block is what it was when it had a certain hash. If so, it is an error from now on if it changes.</summary>
    /// <param name="block">The block.</param>
    /// <param name="sum">The hash; any block has zero.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public bool Matches(int block, ulong sum)
    {
        if (sum == 0)
        {
            return true;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(BlockLength);
        try
        {
            Span<byte> bytes = buffer.AsSpan(0, LengthOf(block));
            return file.TryRead(bytes, start.Length + blocks[block].Offset)
                && ContentHash.Of(bytes, (ulong)block) == sum
                && Interlocked.CompareExchange(ref sums[block], sum, 0) is ulong known && (known == 0 || known == sum);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose() => stream.Dispose();

    protected override bool TryGetValues(SafetensorsEntry entry, out ReadOnlySpan<float> values)
    {
        ObjectDisposedException.ThrowIf(file.IsClosed, this);
        values = default;
        return false;
    }

    protected override unsafe void Read(SafetensorsEntry entry, Span<float> destination)
    {
        string tensor = entry.Tensor.Name;
        int perPiece = PieceLength / TensorConversion.SizeOf(entry.Tensor.Type);
        int length = destination.Length;
        fixed (float* target = destination)
        {
            // Lambdas cannot capture spans or pointers; it stays pinned until all is read.
            nint address = (nint)target;
            SharedWork.Run((int)(((long)length + perPiece - 1) / perPiece), Environment.ProcessorCount, piece =>
            {
                int from = piece * perPiece;
                Read(tensor, from, new Span<float>((float*)address + from, Math.Min(perPiece, length - from)));
            });
        }
    }

    /// <summary>Reads a part of a tensor.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="from">The first value.</param>
    /// <param name="destination">Takes the values; the caller has checked that the tensor has as many.</param>
    public void Read(string name, long from, Span<float> destination)
    {
        int first = firstBlocks[name];
        int perBlock = BlockLength / TensorConversion.SizeOf(blocks[first].Entry.Tensor.Type);
        while (!destination.IsEmpty)
        {
            int block = first + (int)(from / perBlock);
            int skipped = (int)(from % perBlock);
            int count = Math.Min(perBlock - skipped, destination.Length);
            ReadBlock(block, skipped, destination[..count]);
            destination = destination[count..];
            from += count;
        }
    }

    private void ReadBlock(int block, int skipped, Span<float> destination)
    {
        TensorType type = blocks[block].Entry.Tensor.Type;
        int byteCount = LengthOf(block);
        if (type == TensorType.F32 && BitConverter.IsLittleEndian && byteCount == destination.Length * sizeof(float))
        {
            ReadChecked(block, MemoryMarshal.AsBytes(destination));
            return;
        }

        // A block is what there is a hash of, so that it is read as a whole.
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BlockLength);
        try
        {
            ReadChecked(block, buffer.AsSpan(0, byteCount));
            TensorConversion.ToSingle(type, in buffer[skipped * TensorConversion.SizeOf(type)], destination);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void ReadChecked(int block, Span<byte> bytes)
    {
        if (!file.TryRead(bytes, start.Length + blocks[block].Offset))
        {
            throw Changed(block, "the file ends before its last value");
        }

        ulong sum = ContentHash.Of(bytes, (ulong)block);
        ulong known = Interlocked.CompareExchange(ref sums[block], sum, 0);
        if (known != 0 ? known != sum : RandomAccess.GetLength(file) != length || File.GetLastWriteTimeUtc(file) != lastWrite)
        {
            throw Changed(block, known != 0 ? "its values are not those that were read before" : "the file was written to before its values were read");
        }
    }

    private int LengthOf(int block) => (int)Math.Min(BlockLength, blocks[block].Entry.End - blocks[block].Offset);

    private WeightsException Changed(int block, string problem) => new(
        Name,
        "the file has changed since it was opened; load it again, and replace files by renaming others over them, not by writing into them",
        [$"{blocks[block].Entry.Tensor.Name}: {problem}"]);
}
