using System;

namespace NetGen;

/// <summary>The hash of Fowler, Noll and Vo in its 64-bit form 1a: the same on every machine, and no protection against intent.</summary>
internal static class Fnv1a
{
    /// <summary>The hash of nothing.</summary>
    public const ulong Empty = 0xCBF29CE484222325;

    /// <summary>The hash of bytes that follow those of another hash.</summary>
    public static ulong Add(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            hash = (hash ^ value) * 0x100000001B3;
        }

        return hash;
    }
}
