using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.MemoryMappedFiles;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NetGen;

/// <summary>The tensors of a safetensors file whose header has been checked.</summary>
internal abstract class SafetensorsSource : IWeightSource
{
    private readonly Dictionary<string, SafetensorsEntry> entries;

    protected SafetensorsSource(string name, SafetensorsHeader header)
    {
        Name = name;
        Tensors = Array.AsReadOnly(header.Entries.Select(entry => entry.Tensor).ToArray());
        entries = header.Entries.ToDictionary(entry => entry.Tensor.Name);
    }

    public string Name { get; }

    public IReadOnlyCollection<TensorInfo> Tensors { get; }

    public bool TryGetTensor(string name, [NotNullWhen(true)] out TensorInfo? tensor)
    {
        ArgumentNullException.ThrowIfNull(name);
        tensor = entries.GetValueOrDefault(name)?.Tensor;
        return tensor is not null;
    }

    public virtual void Read(string name, Span<float> destination)
    {
        TensorInfo tensor = TensorReading.Find(this, name, destination);
        if (tensor.Length > 0)
        {
            TensorConversion.ToSingle(tensor.Type, in FirstByte(entries[name]), destination);
        }
    }

    public virtual unsafe bool TryGetValues(string name, out ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(name);
        values = default;
        if (!BitConverter.IsLittleEndian || !entries.TryGetValue(name, out SafetensorsEntry? entry)
            || entry.Tensor.Type != TensorType.F32 || entry.Tensor.Length > int.MaxValue)
        {
            return false;
        }

        if (entry.Tensor.Length > 0)
        {
            // The garbage collector moves arrays by whole words, so that an aligned address stays aligned.
            ref byte first = ref Unsafe.AsRef(in FirstByte(entry));
            if ((nuint)Unsafe.AsPointer(ref first) % sizeof(float) != 0)
            {
                return false;
            }

            values = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, float>(ref first), (int)entry.Tensor.Length);
        }

        return true;
    }

    /// <summary>The first byte of a tensor that is not empty.</summary>
    protected abstract ref readonly byte FirstByte(SafetensorsEntry entry);
}

/// <summary>A safetensors file in memory.</summary>
internal sealed class MemorySafetensors(string name, SafetensorsHeader header, ReadOnlyMemory<byte> data)
    : SafetensorsSource(name, header)
{
    protected override ref readonly byte FirstByte(SafetensorsEntry entry) => ref data.Span[(int)entry.Begin];
}

/// <summary>A safetensors file that was read from a stream, each tensor into an array of its own.</summary>
internal sealed class StreamedSafetensors(string name, SafetensorsHeader header, Dictionary<string, Array> arrays)
    : SafetensorsSource(name, header)
{
    protected override ref readonly byte FirstByte(SafetensorsEntry entry) =>
        ref MemoryMarshal.GetArrayDataReference(arrays[entry.Tensor.Name]);
}

/// <summary>
/// A safetensors file mapped into memory. The view's handle unmaps it when this object is collected, or when it is disposed.
/// </summary>
/// <param name="name">What error messages call the file.</param>
/// <param name="header">The header, checked.</param>
/// <param name="view">All of the file.</param>
/// <param name="dataOffset">Where the data start.</param>
/// <param name="length">The file's length.</param>
/// <param name="lastWrite">When it was last written.</param>
internal sealed class MappedSafetensors(
    string name, SafetensorsHeader header, MemoryMappedViewAccessor view, int dataOffset, long length, DateTime lastWrite)
    : SafetensorsSource(name, header), IDisposable
{
    private const int Samples = 64;
    private const int SampleLength = 256;

    /// <summary>
    /// Tells the file from others, and from what it was before: its length, the time of the last write, and a hash of its header
    /// and of samples all over the data, since tools that build images of disks set all times to one. Data of up to 16 KB are
    /// hashed as a whole.
    /// </summary>
    public string Fingerprint()
    {
        ulong hash = Fnv1a.Add(Fnv1a.Empty, view.Bytes(0, dataOffset));
        long step = Math.Max(SampleLength, (length - dataOffset) / Samples);
        for (long from = dataOffset; from < length; from += step)
        {
            hash = Fnv1a.Add(hash, view.Bytes(from, (int)Math.Min(SampleLength, length - from)));
        }

        return string.Create(CultureInfo.InvariantCulture, $"{length} bytes, written {lastWrite:O}, sampled {hash:x16}");
    }

    public override void Read(string name, Span<float> destination)
    {
        // Another thread may dispose meanwhile; the reference keeps the view mapped until the copy is done.
        bool held = false;
        try
        {
            view.SafeMemoryMappedViewHandle.DangerousAddRef(ref held);
            base.Read(name, destination);
        }
        finally
        {
            if (held)
            {
                view.SafeMemoryMappedViewHandle.DangerousRelease();
            }
        }
    }

    public override bool TryGetValues(string name, out ReadOnlySpan<float> values)
    {
        ObjectDisposedException.ThrowIf(view.SafeMemoryMappedViewHandle.IsClosed, this);
        return base.TryGetValues(name, out values);
    }

    public void Dispose() => view.Dispose();

    protected override unsafe ref readonly byte FirstByte(SafetensorsEntry entry) =>
        ref *(view.Start() + dataOffset + entry.Begin);
}
