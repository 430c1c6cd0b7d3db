using System;

namespace NetGen.Onnx.Import;

/// <summary>What the element types can hold.</summary>
internal static class ElementTypes
{
    public static bool IsReal(this OnnxElementType type) =>
        type is OnnxElementType.Float32 or OnnxElementType.Float16 or OnnxElementType.Float64 or OnnxElementType.BFloat16;

    /// <summary>Whether it is an integer, or a truth value, which is 0 or 1.</summary>
    public static bool IsWhole(this OnnxElementType type) => Range(type) is not null;

    /// <summary>Whether every value of a type is one of another, too.</summary>
    public static bool Holds(this OnnxElementType type, OnnxElementType other) =>
        Range(type) is { } own && Range(other) is { } theirs && own.Least <= theirs.Least && own.Most >= theirs.Most;

    /// <summary>A real number as a type holds it.</summary>
    public static float Round(this OnnxElementType type, float value) => type switch
    {
        OnnxElementType.Float16 => (float)(Half)value,
        OnnxElementType.BFloat16 => RoundToUpperHalf(value),
        _ => value,
    };

    /// <summary>An integer as a type holds it: its lowest bits, or for a truth value whether it is not zero.</summary>
    public static long Wrap(this OnnxElementType type, long value) => type switch
    {
        OnnxElementType.Boolean => value != 0 ? 1 : 0,
        OnnxElementType.UInt8 => (byte)value,
        OnnxElementType.Int8 => (sbyte)value,
        OnnxElementType.UInt16 => (ushort)value,
        OnnxElementType.Int16 => (short)value,
        OnnxElementType.Int32 => (int)value,
        OnnxElementType.UInt32 => (uint)value,
        OnnxElementType.UInt4 => value & 15,
        OnnxElementType.Int4 => ((value & 15) ^ 8) - 8,
        _ => value,
    };

    /// <summary>The least and the largest value of a type that is not real.</summary>
    public static (decimal Least, decimal Most)? Range(OnnxElementType type) => type switch
    {
        OnnxElementType.Boolean => (0, 1),
        OnnxElementType.UInt4 => (0, 15),
        OnnxElementType.Int4 => (-8, 7),
        OnnxElementType.UInt8 => (0, byte.MaxValue),
        OnnxElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        OnnxElementType.UInt16 => (0, ushort.MaxValue),
        OnnxElementType.Int16 => (short.MinValue, short.MaxValue),
        OnnxElementType.UInt32 => (0, uint.MaxValue),
        OnnxElementType.Int32 => (int.MinValue, int.MaxValue),
        OnnxElementType.UInt64 => (0, ulong.MaxValue),
        OnnxElementType.Int64 => (long.MinValue, long.MaxValue),
        _ => null,
    };

    private static float RoundToUpperHalf(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? value : BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }
}
