using System;
using System.Linq;

namespace NetGen.Tests.Parity;

/// <summary>A span between guards: NaNs of an unusual pattern, which spoil a result that takes them and show a write over them.</summary>
internal sealed class GuardedSpan
{
    /// <summary>An odd number, so that the span stands at no multiple of a vector.</summary>
    private const int Guards = 67;

    private static readonly float Guard = BitConverter.Int32BitsToSingle(0x7FC0DEAD);

    private readonly float[] memory;

    public GuardedSpan(float[] values)
    {
        float[] guards = [.. Enumerable.Repeat(Guard, Guards)];
        memory = [.. guards, .. values, .. guards];
    }

    public Span<float> Values => memory.AsSpan(Guards..^Guards);

    public bool IsIntact => memory.Take(Guards).Concat(memory.TakeLast(Guards))
        .All(v => BitConverter.SingleToInt32Bits(v) == BitConverter.SingleToInt32Bits(Guard));
}
