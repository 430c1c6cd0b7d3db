using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace NetGen.Runtime;

/// <summary>
/// The arithmetic of integer kernels. Four channels share a 32-bit word: activations from 0 to 127, weights from −64 to 64, so that
/// two words' products, 4 · 127 · 64 = 32,512, fit the 16 bits in which machines without dot products add them. Used by generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Quantized
{
    /// <summary>The largest activation.</summary>
    internal const int LargestActivation = 127;

    /// <summary>The largest magnitude of a weight.</summary>
    internal const int LargestWeight = 64;

    /// <summary>Adds the products of each lane's four channels to its sum.</summary>
    /// <param name="sum">The sums.</param>
    /// <param name="x">The activations.</param>
    /// <param name="weights">The weights.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAdd(Vector128<int> sum, Vector128<byte> x, Vector128<sbyte> weights)
    {
        if (Ssse3.IsSupported)
        {
            return sum + Sse2.MultiplyAddAdjacent(Ssse3.MultiplyAddAdjacent(x, weights), Vector128<short>.One);
        }

        if (Dp.IsSupported)
        {
            return Dp.DotProduct(sum, x.AsSByte(), weights);
        }

        for (int shift = 0; shift < 32; shift += 8)
        {
            sum += ((x.AsInt32() >> shift) & Vector128.Create(0xFF)) * ((weights.AsInt32() << (24 - shift)) >> 24);
        }

        return sum;
    }

    /// <summary>Values that are scaled already become activations: cut off, and at 0 and 127.</summary>
    /// <param name="value">The values.</param>
    /// <returns>The activations of all lanes.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> ToBytes(Vector512<float> value)
    {
        Vector512<int> cut = Vector512.ConvertToInt32Native(
            Vector512.MinNative(Vector512.MaxNative(value, Vector512<float>.Zero), Vector512.Create((float)LargestActivation)));
        return Avx512F.IsSupported
            ? Avx512F.ConvertToVector128Byte(cut)
            : Vector128.NarrowWithSaturation(Narrow(cut.GetLower()), Narrow(cut.GetUpper())).AsByte();
    }

    /// <inheritdoc cref="ToBytes(Vector512{float})"/>
    /// <returns>The activations of all lanes, twice.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> ToBytes(Vector256<float> value)
    {
        Vector128<short> cut = Narrow(Vector256.ConvertToInt32Native(
            Vector256.MinNative(Vector256.MaxNative(value, Vector256<float>.Zero), Vector256.Create((float)LargestActivation))));
        return Vector128.NarrowWithSaturation(cut, cut).AsByte();
    }

    /// <inheritdoc cref="ToBytes(Vector512{float})"/>
    /// <returns>The activations of all lanes, four times.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> ToBytes(Vector128<float> value)
    {
        Vector128<int> cut = Vector128.ConvertToInt32Native(
            Vector128.MinNative(Vector128.MaxNative(value, Vector128<float>.Zero), Vector128.Create((float)LargestActivation)));
        Vector128<short> narrow = Vector128.NarrowWithSaturation(cut, cut);
        return Vector128.NarrowWithSaturation(narrow, narrow).AsByte();
    }

    /// <summary>Loads four words of activations.</summary>
    /// <param name="words">The words.</param>
    /// <param name="offset">The first one's offset.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load512(ref float words, nuint offset)
    {
        Vector128<byte> bytes = Vector128.LoadUnsafe(ref words, offset).AsByte();
        return Vector512.ConvertToSingle(Avx512F.IsSupported
            ? Avx512F.ConvertToVector512Int32(bytes)
            : Vector512.Create(Widen(Vector128.WidenLower(bytes)), Widen(Vector128.WidenUpper(bytes))));
    }

    /// <summary>Loads two words of activations.</summary>
    /// <param name="words">The words.</param>
    /// <param name="offset">The first one's offset.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load256(ref float words, nuint offset)
    {
        Vector128<byte> bytes = Vector64.LoadUnsafe(ref words, offset).ToVector128Unsafe().AsByte();
        return Vector256.ConvertToSingle(Avx2.IsSupported ? Avx2.ConvertToVector256Int32(bytes) : Widen(Vector128.WidenLower(bytes)));
    }

    /// <summary>Loads a word of activations.</summary>
    /// <param name="words">The words.</param>
    /// <param name="offset">Its offset.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load128(ref float words, nuint offset)
    {
        Vector128<byte> bytes = Vector128.CreateScalarUnsafe(Unsafe.Add(ref words, offset)).AsByte();
        return Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32());
    }

    private static Vector128<short> Narrow(Vector256<int> values) => Vector128.NarrowWithSaturation(values.GetLower(), values.GetUpper());

    private static Vector256<int> Widen(Vector128<ushort> values) =>
        Vector256.Create(Vector128.WidenLower(values), Vector128.WidenUpper(values)).AsInt32();
}
