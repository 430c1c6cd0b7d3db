using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
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

    public void Read(string name, Span<float> destination)
    {
        TensorInfo tensor = TensorReading.Find(this, name, destination);
        if (tensor.Length > 0)
        {
            Read(entries[name], destination);
        }
    }

    public bool TryGetValues(string name, out ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(name);
        values = default;
        return entries.TryGetValue(name, out SafetensorsEntry? entry) && TryGetValues(entry, out values);
    }

    /// <summary>Reads a tensor that is not empty.</summary>
    protected abstract void Read(SafetensorsEntry entry, Span<float> destination);

    /// <inheritdoc cref="TryGetValues(string, out ReadOnlySpan{float})"/>
    protected abstract bool TryGetValues(SafetensorsEntry entry, out ReadOnlySpan<float> values);
}

/// <summary>Tensors whose bytes are in memory.</summary>
internal abstract class HeldSafetensors(string name, SafetensorsHeader header) : SafetensorsSource(name, header)
{
    protected override void Read(SafetensorsEntry entry, Span<float> destination) =>
        TensorConversion.ToSingle(entry.Tensor.Type, in FirstByte(entry), destination);

    protected override unsafe bool TryGetValues(SafetensorsEntry entry, out ReadOnlySpan<float> values)
    {
        values = default;
        if (!BitConverter.IsLittleEndian || entry.Tensor.Type != TensorType.F32 || entry.Tensor.Length > int.MaxValue)
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
    : HeldSafetensors(name, header)
{
    protected override ref readonly byte FirstByte(SafetensorsEntry entry) => ref data.Span[(int)entry.Begin];
}

/// <summary>A safetensors file that was read from a stream, each tensor into an array of its own.</summary>
internal sealed class StreamedSafetensors(string name, SafetensorsHeader header, Dictionary<string, Array> arrays)
    : HeldSafetensors(name, header)
{
    protected override ref readonly byte FirstByte(SafetensorsEntry entry) =>
        ref MemoryMarshal.GetArrayDataReference(arrays[entry.Tensor.Name]);
}
