using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace NetGen.Runtime;

/// <summary>
/// Floats that start at a multiple of 64 bytes and never move: a cache line and the widest vector. Used by generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class AlignedMemory
{
    private const int Alignment = 64;

    private readonly float[] array;
    private readonly int start;
    private Action? complete;

    /// <summary>Allocates zeros.</summary>
    /// <param name="length">The number of floats.</param>
    public AlignedMemory(int length)
        : this(length, GC.AllocateArray<float>(LengthWithMargin(length), pinned: true))
    {
    }

    private AlignedMemory(int length, float[] array)
    {
        Length = length;
        this.array = array;
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
        LargePages.Advise(address, (nint)array.Length * sizeof(float));
        start = (int)((((address + Alignment - 1) & ~(Alignment - 1)) - address) / sizeof(float));
    }

    /// <summary>The number of floats.</summary>
    public int Length { get; }

    /// <summary>All of the memory.</summary>
    public Span<float> Span => MemoryMarshal.CreateSpan(ref First, Length);

    /// <summary>The first float.</summary>
    public ref float First
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), start);
    }

    /// <summary>Allocates floats that somebody is still to write.</summary>
    /// <param name="length">The number of floats.</param>
    /// <param name="fill">Begins to write them, and gives what returns when all are written.</param>
    internal static AlignedMemory Filled(int length, Func<AlignedMemory, Action> fill)
    {
        var memory = new AlignedMemory(length, GC.AllocateUninitializedArray<float>(LengthWithMargin(length), pinned: true));
        memory.complete = fill(memory);
        return memory;
    }

    /// <summary>Whether somebody is still to write the floats, or nobody has waited for it yet.</summary>
    internal bool IsIncomplete => Volatile.Read(ref complete) is not null;

    /// <summary>Waits until all floats are written. Whoever reads memory that somebody else fills calls it first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Complete()
    {
        if (IsIncomplete)
        {
            AwaitCompletion();
        }
    }

    /// <summary>An exception stays: the next caller gets it again.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AwaitCompletion()
    {
        Volatile.Read(ref complete)?.Invoke();
        Volatile.Write(ref complete, null);
    }

    private static int LengthWithMargin(int length) => checked(length + (Alignment / sizeof(float)));
}
