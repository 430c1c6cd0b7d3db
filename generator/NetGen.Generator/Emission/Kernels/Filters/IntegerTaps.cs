using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>
/// Writes the taps of a tile that sums integers. A tap is a word of four channels. Where one instruction sums its products, it is
/// used; elsewhere the products of two words are added in 16 bits, which they fit, and then in 32: three multiplications for eight
/// products of each lane.
/// </summary>
internal sealed class IntegerTaps(CodeWriter writer, FilterSums sums, Tier tier, Slot[] slots, int pixels)
{
    /// <summary>The taps that are taken together.</summary>
    public int TapsAtOnce => tier.HasDotProducts || tier.Lanes == 4 ? 1 : 2;

    /// <summary>A single pixel's weights are operands in memory.</summary>
    private bool HoldsWeights => pixels > 1;

    private bool HasPairs => TapsAtOnce == 2 && slots[0].Width > 4;

    /// <summary>Declares what the taps use.</summary>
    public void Declare()
    {
        for (int t = 0; t < TapsAtOnce; t++)
        {
            for (int v = 0; v < slots.Length && HoldsWeights; v++)
            {
                writer.Line($"{Simd.Vector(slots[v].Width)}<sbyte> {Weight(t, v)};");
            }

            writer.Line($"{Simd.Vector(slots[0].Width)}<byte> b{Literal.Int(t)};");
        }

        if (HasPairs)
        {
            writer.Line($"{Simd.Vector(slots[0].Width)}<short> ones = {Simd.Vector(slots[0].Width)}<short>.One;");
        }
    }

    /// <summary>Writes taps that are taken together.</summary>
    /// <param name="input">The reference that they are relative to.</param>
    /// <param name="offsets">Their offsets.</param>
    /// <param name="weight">The offset of the first one's weights.</param>
    /// <param name="lanes">The floats from one tap's weights to the next.</param>
    public void Emit(string input, IReadOnlyList<int> offsets, int weight, int lanes)
    {
        for (int v = 0; v < slots.Length && HoldsWeights; v++)
        {
            for (int t = 0; t < offsets.Count; t++)
            {
                writer.Line($"{Weight(t, v)} = {Load(v, weight + (t * lanes))};");
            }
        }

        int widest = slots[0].Width;
        for (int p = 0; p < pixels; p++)
        {
            for (int t = 0; t < offsets.Count; t++)
            {
                writer.Line($"b{Literal.Int(t)} = {Simd.Broadcast(widest, Address.At(input, offsets[t] + (p * sums.ColumnStep)))}.AsByte();");
            }

            for (int v = 0; v < slots.Length; v++)
            {
                int vector = v;
                string sum = FilterTile.Accumulator(p, v);
                (string X, string W)[] factors =
                [
                    .. Enumerable.Range(0, offsets.Count).Select(t => (
                        Simd.Narrow("b" + Literal.Int(t), widest, slots[vector].Width),
                        HoldsWeights ? Weight(t, vector) : Load(vector, weight + (t * lanes)))),
                ];
                EmitSum(sum, slots[v].Width, factors);
            }
        }
    }

    private void EmitSum(string sum, int width, (string X, string W)[] factors)
    {
        if (tier.HasDotProducts || width == 4)
        {
            string call = tier.HasDotProducts ? "AvxVnni.MultiplyWideningAndAdd" : "Quantized.MultiplyAdd";
            foreach ((string x, string w) in factors)
            {
                writer.Line($"{sum} = {call}({sum}, {x}, {w});");
            }

            return;
        }

        string isa = width == 16 ? "Avx512BW" : "Avx2";
        string products = string.Join(" + ", factors.Select(f => $"{isa}.MultiplyAddAdjacent({f.X}, {f.W})"));
        writer.Line($"{sum} += {isa}.MultiplyAddAdjacent({products}, {Simd.Narrow("ones", slots[0].Width, width)});");
    }

    private static string Weight(int tap, int vector) => $"k{Literal.Int(tap)}_{Literal.Int(vector)}";

    private string Load(int vector, int offset) =>
        Simd.Load(slots[vector].Width, "k", offset + slots[vector].Start - slots[0].Start) + ".AsSByte()";
}
