using System;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NetGen;

/// <summary>Converts between the little-endian element types of a file and <see cref="float"/>.</summary>
internal static class TensorConversion
{
    public static int SizeOf(TensorType type) => type switch
    {
        TensorType.F16 or TensorType.BF16 => 2,
        TensorType.F32 => 4,
        TensorType.F64 => 8,
        _ => throw new UnreachableException(),
    };

    /// <summary>Converts as many values as the destination takes. The source need not be aligned.</summary>
    /// <param name="type">The source's element type.</param>
    /// <param name="source">The first byte of the source, which the caller has checked to be long enough.</param>
    /// <param name="destination">Takes the values.</param>
    public static void ToSingle(TensorType type, ref readonly byte source, Span<float> destination)
    {
        ref byte bytes = ref Unsafe.AsRef(in source);
        int done = !BitConverter.IsLittleEndian ? 0 : type switch
        {
            TensorType.F32 => FromSingle(ref bytes, destination),
            TensorType.F16 => FromHalf(ref bytes, destination),
            TensorType.BF16 => FromBFloat16(ref bytes, destination),
            _ => FromDouble(ref bytes, destination),
        };

        // What is left over, and everything on a big-endian machine.
        int size = SizeOf(type);
        for (int i = done; i < destination.Length; i++)
        {
            ReadOnlySpan<byte> element = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref bytes, (nint)i * size), size);
            destination[i] = type switch
            {
                TensorType.F32 => BinaryPrimitives.ReadSingleLittleEndian(element),
                TensorType.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(element),
                TensorType.BF16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(element) << 16),
                _ => (float)BinaryPrimitives.ReadDoubleLittleEndian(element),
            };
        }
    }

    /// <summary>Converts values to the element type of a file, rounding to nearest, ties to even.</summary>
    /// <param name="type">The destination's element type.</param>
    /// <param name="source">The values.</param>
    /// <param name="destination">Takes the bytes.</param>
    public static void FromSingle(TensorType type, ReadOnlySpan<float> source, Span<byte> destination)
    {
        int size = SizeOf(type);
        for (int i = 0; i < source.Length; i++)
        {
            Span<byte> element = destination.Slice(i * size, size);
            switch (type)
            {
                case TensorType.F32:
                    BinaryPrimitives.WriteSingleLittleEndian(element, source[i]);
                    break;
                case TensorType.F16:
                    BinaryPrimitives.WriteHalfLittleEndian(element, (Half)source[i]);
                    break;
                case TensorType.BF16:
                    BinaryPrimitives.WriteUInt16LittleEndian(element, ToBFloat16(source[i]));
                    break;
                default:
                    BinaryPrimitives.WriteDoubleLittleEndian(element, source[i]);
                    break;
            }
        }
    }

    private static ushort ToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);

        // Rounding could carry a NaN over into infinity or zero; the set bit keeps it a NaN.
        return float.IsNaN(value)
            ? (ushort)((bits >> 16) | 0x40)
            : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static int FromSingle(ref byte source, Span<float> destination)
    {
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, float>(ref source), destination.Length).CopyTo(destination);
        return destination.Length;
    }

    private static int FromBFloat16(ref byte source, Span<float> destination)
    {
        ref ushort halves = ref Unsafe.As<byte, ushort>(ref source);
        ref float target = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        for (; i <= destination.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            (Vector256<uint> lower, Vector256<uint> upper) = Vector256.Widen(Vector256.LoadUnsafe(ref halves, (nuint)i));
            (lower << 16).AsSingle().StoreUnsafe(ref target, (nuint)i);
            (upper << 16).AsSingle().StoreUnsafe(ref target, (nuint)i + (nuint)Vector256<uint>.Count);
        }

        return i;
    }

    private static int FromHalf(ref byte source, Span<float> destination)
    {
        ref ushort halves = ref Unsafe.As<byte, ushort>(ref source);
        ref float target = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        for (; i <= destination.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            (Vector256<uint> lower, Vector256<uint> upper) = Vector256.Widen(Vector256.LoadUnsafe(ref halves, (nuint)i));
            HalfToSingle(lower).StoreUnsafe(ref target, (nuint)i);
            HalfToSingle(upper).StoreUnsafe(ref target, (nuint)i + (nuint)Vector256<uint>.Count);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> HalfToSingle(Vector256<uint> half)
    {
        Vector256<uint> magnitude = half & Vector256.Create(0x7FFFu);
        Vector256<uint> sign = (half ^ magnitude) << 16;
        Vector256<uint> special = Vector256.GreaterThan(magnitude.AsInt32(), Vector256.Create(0x7BFF)).AsUInt32();

        // With the exponent moved into its place, the value is too small by 2^(127 - 15); the product is exact, also where the
        // half is subnormal. Infinity and NaN then get their exponent back.
        Vector256<float> value = (magnitude << 13).AsSingle() * Vector256.Create(5.192296858534828e33f);
        return (value.AsUInt32() | (special & Vector256.Create(0x7F800000u)) | sign).AsSingle();
    }

    private static int FromDouble(ref byte source, Span<float> destination)
    {
        ref double values = ref Unsafe.As<byte, double>(ref source);
        ref float target = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        for (; i <= destination.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256.Narrow(
                Vector256.LoadUnsafe(ref values, (nuint)i),
                Vector256.LoadUnsafe(ref values, (nuint)i + (nuint)Vector256<double>.Count)).StoreUnsafe(ref target, (nuint)i);
        }

        return i;
    }
}
