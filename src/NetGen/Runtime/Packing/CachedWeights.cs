using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Win32.SafeHandles;

namespace NetGen.Runtime;

/// <summary>
/// Packed weights on their way from a cache into memory. Threads of the pool begin in a moment, or when somebody needs the weights, who
/// then works with them; so loading does not wait for the reading, and nothing is computed before every byte has been compared with its hash.
/// The memory is the network's own: a mapped file would end the process when somebody shortened it.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Whoever waits for the weights disposes of the timer, which fires once.")]
internal sealed class CachedWeights
{
    private const int BlockFloats = 1 << 16;

    /// <summary>What whoever loads the network has for itself: the rest of loading takes less, and would share its cores.</summary>
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(50);

    private readonly Lock repair = new();
    private readonly SafeFileHandle file;
    private readonly long offset;
    private readonly ulong[] sums;
    private readonly FileSafetensors source;
    private readonly AlignedMemory memory;
    private readonly Func<AlignedMemory> pack;
    private readonly SharedWork reading;
    private readonly Timer start;
    private bool isDamaged;
    private bool isRepaired;

    /// <summary>Has the reading begin.</summary>
    /// <param name="file">The cache, which this object closes.</param>
    /// <param name="offset">Where in it the floats start.</param>
    /// <param name="sums">The hashes of the blocks of floats, and of the blocks of the weight file.</param>
    /// <param name="source">The weight file, which must be what it was when its weights were packed.</param>
    /// <param name="memory">Takes the floats.</param>
    /// <param name="pack">Packs the weights, where the cache or the weight file is not what it was, and writes the cache anew.</param>
    public CachedWeights(SafeFileHandle file, long offset, ulong[] sums, FileSafetensors source, AlignedMemory memory, Func<AlignedMemory> pack)
    {
        this.file = file;
        this.offset = offset;
        this.sums = sums;
        this.source = source;
        this.memory = memory;
        this.pack = pack;
        reading = new SharedWork(sums.Length, Environment.ProcessorCount, Read);
        start = new Timer(static work => ((SharedWork)work!).Start(), reading, HeadStart, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The blocks of some floats.</summary>
    /// <param name="length">How many floats.</param>
    public static int BlocksOf(int length) => (int)(((long)length + BlockFloats - 1) / BlockFloats);

    /// <summary>The bytes of a block.</summary>
    /// <param name="memory">All floats.</param>
    /// <param name="block">The block's number.</param>
    public static Span<byte> Block(AlignedMemory memory, int block) =>
        MemoryMarshal.AsBytes(memory.Span.Slice(block * BlockFloats, Math.Min(BlockFloats, memory.Length - (block * BlockFloats))));

    /// <summary>Returns when the memory holds the packed weights. Any number of threads may call it.</summary>
    /// <exception cref="WeightsException">The cache is damaged, and the weight file is no longer what it was.</exception>
    public void Finish()
    {
        reading.Finish();
        lock (repair)
        {
            start.Dispose();
            file.Dispose();
            if (isDamaged && !isRepaired)
            {
                pack().Span.CopyTo(memory.Span);
                isRepaired = true;
            }
        }
    }

    private void Read(int block)
    {
        // Of a file that is to be packed anew, the rest does not matter.
        if (!Volatile.Read(ref isDamaged) && !IsSound(block))
        {
            Volatile.Write(ref isDamaged, true);
        }
    }

    private bool IsSound(int block)
    {
        try
        {
            int blocks = BlocksOf(memory.Length);
            if (block >= blocks)
            {
                return source.Matches(block - blocks, sums[block]);
            }

            Span<byte> bytes = Block(memory, block);
            return file.TryRead(bytes, offset + ((long)block * BlockFloats * sizeof(float))) && ContentHash.Of(bytes, (ulong)block) == sums[block];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
