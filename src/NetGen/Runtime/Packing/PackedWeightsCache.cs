using System;
using System.ComponentModel;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace NetGen.Runtime;

/// <summary>
/// A file with a network's packed weights, as its kernels read them from memory. It is a header of readable text, the floats, and
/// hashes: of each block of the floats, of each block of the weight file that they were packed from, and of the header and the hashes.
/// The header says everything else that the floats follow from. A file is used only where all of that is what is expected; any other
/// is written anew. Used by generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PackedWeightsCache
{
    // A page, so that reading the weights starts at one.
    private const int HeaderLength = 4096;

    private readonly string path;

    /// <summary>A cache in a file, which need not exist.</summary>
    /// <param name="cachePath">The file's path.</param>
    public PackedWeightsCache(string cachePath)
    {
        ArgumentException.ThrowIfNullOrEmpty(cachePath);
        path = Path.GetFullPath(cachePath);
    }

    /// <summary>
    /// Begins to read the packed weights where the file seems to hold them; else packs them and writes the file, if it can be written.
    /// What is read is compared with the file's hashes and the weights' before anybody uses it.
    /// </summary>
    /// <param name="weights">The weights, already checked against the network.</param>
    /// <param name="packing">Names the tier and the layout of its packed weights.</param>
    /// <param name="length">The floats that they take.</param>
    /// <param name="pack">Packs them.</param>
    /// <exception cref="ArgumentException">The file is a safetensors file, which would be lost.</exception>
    public AlignedMemory GetOrPack(IWeightSource weights, string packing, int length, Func<IWeightSource, AlignedMemory> pack)
    {
        ArgumentNullException.ThrowIfNull(pack);

        // Of one file, other weights lie under other prefixes.
        if (weights is PrefixedWeights named)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"{Fnv1a.Add(Fnv1a.Empty, Encoding.UTF8.GetBytes(named.Prefix)):x16}");
            return GetOrPack(named.Source, $"{packing}, prefix {key}", length, _ => pack(named));
        }

        // Of weights that are no file, nobody could say whether they are still the same.
        if (weights is not FileSafetensors source)
        {
            return pack(weights);
        }

        byte[] header = Header(source, packing, length);
        if (Open(header, length, source.BlockCount, out ulong[] sums) is { } file)
        {
            return AlignedMemory.Filled(length, memory => new CachedWeights(file, HeaderLength, sums, source, memory, Pack).Finish);
        }

        return Pack();

        AlignedMemory Pack()
        {
            AlignedMemory packed = pack(source);
            Write(header, packed, source.Sums());
            return packed;
        }
    }

    /// <summary>
    /// What packed weights follow from: the layout, the packing code, the arithmetic of the machine, and the file of weights.
    /// </summary>
    private static byte[] Header(FileSafetensors weights, string packing, int length)
    {
        string text = FormattableString.Invariant($"""
            NetGen packed weights
            layout {packing}, {length} floats
            packed by {typeof(PackedWeightsCache).Module.ModuleVersionId} on {RuntimeInformation.ProcessArchitecture}, fused multiply-add {Fma.IsSupported}
            weights {weights.Fingerprint()}

            """);
        byte[] header = new byte[HeaderLength];
        Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n"), header);
        return header;
    }

    /// <summary>Opens the file where its header and the hash of its hashes are right.</summary>
    /// <param name="header">The header it must have.</param>
    /// <param name="length">The floats it must have.</param>
    /// <param name="sourceBlocks">The blocks of the weight file.</param>
    /// <param name="sums">The hashes: of the blocks of floats, and of those of the weight file.</param>
    private SafeFileHandle? Open(ReadOnlySpan<byte> header, int length, int sourceBlocks, out ulong[] sums)
    {
        sums = new ulong[CachedWeights.BlocksOf(length) + sourceBlocks];
        SafeFileHandle? file = null;
        try
        {
            // A pipe, which has no length, would wait for somebody to write to it.
            if (new FileInfo(path) is not { Exists: true, Length: >= SafetensorsHeader.PrefixLength })
            {
                return null;
            }

            file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            long fileLength = RandomAccess.GetLength(file);
            ThrowIfWeights(file, fileLength);
            byte[] found = new byte[HeaderLength];
            byte[] tail = new byte[(sums.Length + 1) * sizeof(ulong)];
            long tailOffset = HeaderLength + ((long)length * sizeof(float));
            if (fileLength != tailOffset + tail.Length
                || !file.TryRead(found, 0) || !header.SequenceEqual(found)
                || !file.TryRead(tail, tailOffset) || !tail.AsSpan().SequenceEqual(Tail(header, MemoryMarshal.Cast<byte, ulong>(tail)[..^1])))
            {
                return null;
            }

            MemoryMarshal.Cast<byte, ulong>(tail)[..^1].CopyTo(sums);
            SafeFileHandle opened = file;
            file = null;
            return opened;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>The hashes, and the hash of them and the header.</summary>
    private static byte[] Tail(ReadOnlySpan<byte> header, ReadOnlySpan<ulong> sums)
    {
        byte[] tail = new byte[(sums.Length + 1) * sizeof(ulong)];
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(sums);
        bytes.CopyTo(tail);

        // So few bytes take less time than the compilation of a faster hash would.
        MemoryMarshal.Cast<byte, ulong>(tail.AsSpan())[^1] = Fnv1a.Add(Fnv1a.Add(Fnv1a.Empty, header), bytes);
        return tail;
    }

    private void ThrowIfWeights(SafeFileHandle file, long fileLength)
    {
        Span<byte> start = stackalloc byte[SafetensorsHeader.PrefixLength + 1];
        int read = RandomAccess.Read(file, start, 0);
        if (SafetensorsHeader.IsLikely(start[..read], fileLength))
        {
            throw new ArgumentException($"The cache of packed weights would replace '{path}', which is a safetensors file.");
        }
    }

    private void Write(byte[] header, AlignedMemory packed, ulong[] sourceSums)
    {
        try
        {
            // A folder cannot be replaced: that needs no attempt with all of the weights.
            if (Directory.Exists(path))
            {
                return;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.DeleteAbandoned(path);
            AtomicFile.Write(path, stream =>
            {
                stream.Write(header);
                ulong[] sums = new ulong[CachedWeights.BlocksOf(packed.Length) + sourceSums.Length];
                for (int block = 0; block < CachedWeights.BlocksOf(packed.Length); block++)
                {
                    ReadOnlySpan<byte> bytes = CachedWeights.Block(packed, block);
                    sums[block] = ContentHash.Of(bytes, (ulong)block);
                    stream.Write(bytes);
                }

                sourceSums.CopyTo(sums, sums.Length - sourceSums.Length);
                stream.Write(Tail(header, sums));
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The network is whole without its cache.
        }
    }
}
