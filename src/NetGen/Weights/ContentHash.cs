using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NetGen;

/// <summary>
/// A hash of 64 bits at the speed of memory: it tells damage, and is no protection against intent. The bytes go to 64 lanes, a word of 32
/// bits each in turn, and every step of a lane can be undone: bytes that differ within one word never have the same hash, others have it by a
/// chance of 2⁻⁶⁴, or of 2⁻³² where all the words that differ are one lane's.
/// </summary>
internal static class ContentHash
{
    private const uint LaneFactor = 0x9E3779B1;
    private const ulong Factor = 0x9E3779B97F4A7C15;
    private const int Lanes = 64;
    private const int StepLength = Lanes * sizeof(uint);

    /// <summary>The hash of bytes, which is never zero.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="seed">What the hash also depends on: the position of the bytes in what they are part of, for example.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong Of(ReadOnlySpan<byte> bytes, ulong seed)
    {
        Vector256<uint> start = Vector256<uint>.Indices * LaneFactor;
        Vector256<uint> a = start;
        Vector256<uint> b = start;
        Vector256<uint> c = start;
        Vector256<uint> d = start;
        Vector256<uint> e = start;
        Vector256<uint> f = start;
        Vector256<uint> g = start;
        Vector256<uint> h = start;
        ref byte first = ref MemoryMarshal.GetReference(bytes);
        nuint whole = (nuint)(bytes.Length / StepLength * StepLength);
        for (nuint i = 0; i < whole; i += StepLength)
        {
            a = Add(a, ref first, i);
            b = Add(b, ref first, i + 32);
            c = Add(c, ref first, i + 64);
            d = Add(d, ref first, i + 96);
            e = Add(e, ref first, i + 128);
            f = Add(f, ref first, i + 160);
            g = Add(g, ref first, i + 192);
            h = Add(h, ref first, i + 224);
        }

        ulong hash = Add(seed, (ulong)bytes.Length);
        foreach (Vector256<uint> lanes in (ReadOnlySpan<Vector256<uint>>)[a, b, c, d, e, f, g, h])
        {
            for (int l = 0; l < Vector256<ulong>.Count; l++)
            {
                hash = Add(hash, lanes.AsUInt64()[l]);
            }
        }

        foreach (byte value in bytes[(int)whole..])
        {
            hash = Add(hash, value);
        }

        return hash == 0 ? 1 : hash;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Add(Vector256<uint> lanes, ref byte bytes, nuint offset)
    {
        Vector256<uint> product = (lanes ^ Vector256.LoadUnsafe(ref bytes, offset).AsUInt32()) * LaneFactor;

        // A product's bits depend on lower ones alone; without this, two signs that change in one lane would cancel out.
        return product ^ (product >>> 15);
    }

    private static ulong Add(ulong hash, ulong value)
    {
        ulong product = (hash ^ value) * Factor;
        return product ^ (product >> 32);
    }
}
