using System;
using System.ComponentModel;
using System.IO;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace NetGen.Runtime;

/// <summary>
/// A file with a network's packed weights, as its kernels read them from memory. It is a header of readable text, then the floats.
/// The header says everything that the floats follow from, and a file is used only where that is what is expected, byte for byte;
/// so nothing in a file is ever interpreted, and any other file is written anew. Used by generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PackedWeightsCache
{
    // A page, so that the weights start as aligned as memory gets.
    private const int HeaderLength = 4096;

    // Spans of bytes end at 2 GB.
    private const int ChunkLength = 1 << 24;

    private readonly string path;

    /// <summary>A cache in a file, which need not exist.</summary>
    /// <param name="cachePath">The file's path.</param>
    public PackedWeightsCache(string cachePath)
    {
        ArgumentException.ThrowIfNullOrEmpty(cachePath);
        path = Path.GetFullPath(cachePath);
    }

    /// <summary>Maps the packed weights where the file holds them; else packs them and writes the file, if it can be written.</summary>
    /// <param name="weights">The weights, already checked against the network.</param>
    /// <param name="packing">Names the tier and the layout of its packed weights.</param>
    /// <param name="length">The floats that they take.</param>
    /// <param name="pack">Packs them.</param>
    /// <exception cref="ArgumentException">The file is a safetensors file, which would be lost.</exception>
    public AlignedMemory GetOrPack(IWeightSource weights, string packing, int length, Func<IWeightSource, AlignedMemory> pack)
    {
        ArgumentNullException.ThrowIfNull(pack);

        // Of weights that are no file, nobody could say whether they are still the same.
        if (weights is not MappedSafetensors file)
        {
            return pack(weights);
        }

        byte[] header = Header(file, packing, length);
        if (Map(header, length) is { } mapped)
        {
            return mapped;
        }

        AlignedMemory packed = pack(weights);
        Write(header, packed);
        return packed;
    }

    /// <summary>
    /// What packed weights follow from: the layout, the packing code, the arithmetic of the machine, and the file of weights.
    /// </summary>
    private static byte[] Header(MappedSafetensors weights, string packing, int length)
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

    private AlignedMemory? Map(ReadOnlySpan<byte> header, int length)
    {
        MemoryMappedViewAccessor? view = null;
        try
        {
            // A pipe, which has no length, would wait for somebody to write to it.
            if (new FileInfo(path) is not { Exists: true, Length: >= SafetensorsHeader.PrefixLength })
            {
                return null;
            }

            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            long fileLength = file.Length;
            ThrowIfWeights(file, fileLength);
            if (fileLength != HeaderLength + ((long)length * sizeof(float)))
            {
                return null;
            }

            view = FileMapping.Map(file, fileLength);
            if (!header.SequenceEqual(view.Bytes(0, HeaderLength)))
            {
                return null;
            }

            AlignedMemory memory = new(view, HeaderLength, length);
            view = null;
            return memory;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            view?.Dispose();
        }
    }

    private void ThrowIfWeights(FileStream file, long fileLength)
    {
        Span<byte> start = stackalloc byte[SafetensorsHeader.PrefixLength + 1];
        int read = RandomAccess.Read(file.SafeFileHandle, start, 0);
        if (SafetensorsHeader.IsLikely(start[..read], fileLength))
        {
            throw new ArgumentException($"The cache of packed weights would replace '{path}', which is a safetensors file.");
        }
    }

    private void Write(byte[] header, AlignedMemory packed)
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
                for (int from = 0; from < packed.Length; from += ChunkLength)
                {
                    stream.Write(MemoryMarshal.AsBytes(packed.Span.Slice(from, Math.Min(ChunkLength, packed.Length - from))));
                }
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The network is whole without its cache. Windows also comes here while another process has the old file mapped.
        }
    }
}
