using System;
using System.ComponentModel;
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NetGen.Runtime;

/// <summary>
/// Floats that start at a multiple of 64 bytes and never move: a cache line and the widest vector. Used by generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class AlignedMemory
{
    private const int Alignment = 64;

    private readonly float[]? array;
    private readonly int start;
    private readonly MemoryMappedViewAccessor? view;
    private readonly nint mapped;

    /// <summary>Allocates zeros.</summary>
    /// <param name="length">The number of floats.</param>
    public AlignedMemory(int length)
    {
        Length = length;
        array = GC.AllocateArray<float>(checked(length + (Alignment / sizeof(float))), pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
        start = (int)((((address + Alignment - 1) & ~(Alignment - 1)) - address) / sizeof(float));
    }

    /// <summary>Takes floats of a mapped file, which are only to be read, and only while this object is reachable.</summary>
    /// <param name="view">The view, whose start is the start of a page.</param>
    /// <param name="offset">Where in it the floats start: a multiple of 64 bytes.</param>
    /// <param name="length">The number of floats.</param>
    internal unsafe AlignedMemory(MemoryMappedViewAccessor view, int offset, int length)
    {
        Length = length;
        this.view = view;
        mapped = (nint)(view.Start() + offset);
    }

    /// <summary>The number of floats.</summary>
    public int Length { get; }

    /// <summary>All of the memory.</summary>
    public Span<float> Span => MemoryMarshal.CreateSpan(ref First, Length);

    /// <summary>Whether the floats are those of a mapped file.</summary>
    internal bool IsMapped => view is not null;

    /// <summary>The first float.</summary>
    public unsafe ref float First
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref array is not null
            ? ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), start)
            : ref Unsafe.AsRef<float>((float*)mapped);
    }
}
