using System;
using System.ComponentModel;
using System.Runtime.Intrinsics;

namespace NetGen.Runtime;

/// <summary>Takes inputs of other types into the single precision that networks compute with. Used by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class InputConversion
{
    /// <summary>Converts integers; those beyond 16,777,216 are rounded.</summary>
    /// <param name="input">The integers.</param>
    /// <param name="values">Takes as many numbers.</param>
    public static void Copy(ReadOnlySpan<int> input, Span<float> values)
    {
        int i = 0;
        for (; i <= input.Length - Vector128<int>.Count; i += Vector128<int>.Count)
        {
            Vector128.ConvertToSingle(Vector128.Create(input[i..])).CopyTo(values[i..]);
        }

        for (; i < input.Length; i++)
        {
            values[i] = input[i];
        }
    }

    /// <summary>Converts bytes to numbers from 0 to 255.</summary>
    /// <param name="input">The bytes.</param>
    /// <param name="values">Takes as many numbers.</param>
    public static void Copy(ReadOnlySpan<byte> input, Span<float> values)
    {
        int i = 0;
        for (; i <= input.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.Create(input[i..]));
            Convert(low, values[i..]);
            Convert(high, values[(i + 8)..]);
        }

        for (; i < input.Length; i++)
        {
            values[i] = input[i];
        }

        static void Convert(Vector128<ushort> bytes, Span<float> to)
        {
            (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(bytes);
            Vector128.ConvertToSingle(low.AsInt32()).CopyTo(to);
            Vector128.ConvertToSingle(high.AsInt32()).CopyTo(to[4..]);
        }
    }

    /// <summary>Copies numbers that are in single precision already.</summary>
    /// <param name="input">The numbers.</param>
    /// <param name="values">Takes as many.</param>
    public static void Copy(ReadOnlySpan<float> input, Span<float> values) => input.CopyTo(values);
}
