using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes the sum over the taps of one tile: loops outside, straight code inside.</summary>
internal sealed class FilterTaps(FilterKernel kernel, FilterTile tile)
{
    /// <summary>The floats of a cache line.</summary>
    private const int LineFloats = 16;

    private readonly CodeWriter writer = kernel.Writer;
    private readonly FilterSums sums = kernel.Sums;
    private readonly Slot[] slots = tile.Slots;
    private readonly WeightStreams streams = tile.Streams;
    private readonly int pixels = tile.Pixels;
    private readonly IntegerTaps integers = new(kernel.Writer, kernel.Sums, kernel.Tier, tile.Slots, tile.Pixels);
    private readonly int lanes = tile.Slots[tile.Slots.Length - 1].End - tile.Slots[0].Start;
    private int split;

    public void Emit(string input)
    {
        if (sums.IsInteger)
        {
            integers.Declare();
            EmitLoop(0, input);
            return;
        }

        for (int v = 0; v < slots.Length && HoldsWeights; v++)
        {
            if (sums.TapsPerWord > 1)
            {
                writer.Line($"{Simd.Vector(slots[v].Width)}<uint> u{Literal.Int(v)};");
            }

            writer.Line($"{Simd.Type(IsPaired(v) ? 2 * slots[v].Width : slots[v].Width)} k{Literal.Int(v)};");
        }

        writer.Line($"{Simd.Type(slots[0].Width)} b;");
        if (tile.Paired > 0)
        {
            writer.Line($"{Simd.Type(slots[0].Width)} c;");
        }

        EmitLoop(0, input);
    }

    /// <summary>Whether a vector's weights are there twice, for a pixel and the next one.</summary>
    private bool IsPaired(int vector) => tile.Paired > 0 && vector == slots.Length - 1;

    /// <summary>Whether weights are loaded into registers before they are multiplied; a single pixel's are operands in memory.</summary>
    private bool HoldsWeights => pixels > 1 || sums.TapsPerWord > 1;

    /// <summary>The taps of the loops from one on, where straight code for all of them is short enough; otherwise null.</summary>
    private List<int>? StraightTaps(int loop)
    {
        var offsets = new List<int> { 0 };
        for (int i = sums.Loops.Count - 1; i >= loop; i--)
        {
            TapLoop l = sums.Loops[i];
            if ((long)offsets.Count * l.Count * pixels * slots.Length > kernel.Tier.StraightMultiplyAdds)
            {
                return null;
            }

            offsets = Repeat(l, offsets, l.Count);
        }

        return Overlaps(offsets) ? null : offsets;
    }

    /// <summary>
    /// Whether two taps of one stretch of code read the same value of the input for different pixels. The JIT would then keep
    /// every such value for its second use, in memory once the registers are full.
    /// </summary>
    private bool Overlaps(List<int> offsets)
    {
        if (pixels == 1)
        {
            return false;
        }

        var known = new HashSet<int>(offsets);
        return offsets.Any(o => Enumerable.Range(1, pixels - 1).Any(p => known.Contains(o + (p * sums.ColumnStep))));
    }

    private void EmitLoop(int index, string input)
    {
        bool isPhase = sums.HasPhases && index == 0;
        if (!isPhase && StraightTaps(index) is { } straight)
        {
            EmitTaps(input, straight, moveOn: index > 0);
            return;
        }

        TapLoop loop = sums.Loops[index];
        string pointer = "q" + Literal.Int(index);
        writer.Line($"ref float {pointer} = ref {input};");
        if (!isPhase && StraightTaps(index + 1) is { } inner)
        {
            EmitUnrolled(index, pointer, inner);
            return;
        }

        using (isPhase
            ? writer.Loop("phase", "0", "phases", (pointer, loop.Stride))
            : writer.For("tap" + Literal.Int(index), loop.Count, (pointer, loop.Stride)))
        {
            EmitLoop(index + 1, pointer);
        }
    }

    /// <summary>A loop of which some rounds at a time are written out, and the rest after it.</summary>
    private void EmitUnrolled(int index, string pointer, List<int> inner)
    {
        TapLoop loop = sums.Loops[index];
        int unroll = Unroll(loop, inner);
        int rest = loop.Count % unroll;
        List<int> body = Repeat(loop, inner, unroll);
        using (CodeWriter.Scope repeats = writer.For("tap" + Literal.Int(index), loop.Count / unroll))
        {
            EmitTaps(pointer, body, moveOn: repeats.IsBlock || rest > 0 || index > 0);
            if (repeats.IsBlock || rest > 0)
            {
                writer.Line(Address.Advance(pointer, unroll * loop.Stride));
            }
        }

        if (rest > 0)
        {
            EmitTaps(pointer, body.GetRange(0, rest * inner.Count), moveOn: index > 0);
        }
    }

    private static List<int> Repeat(TapLoop loop, List<int> inner, int rounds)
    {
        var offsets = new List<int>(rounds * inner.Count);
        for (int n = 0; n < rounds; n++)
        {
            foreach (int offset in inner)
            {
                offsets.Add((n * loop.Stride) + offset);
            }
        }

        return offsets;
    }

    /// <summary>How many rounds of a loop to write out: as many as the budget allows, rather fewer than with a remainder.</summary>
    private int Unroll(TapLoop loop, List<int> inner)
    {
        // The core's own prefetching follows the load instructions of a stream, of which there should be few with a small stride.
        int budget = streams.Count > 1 ? tile.Splits * inner.Count : kernel.Tier.UnrolledMultiplyAdds / (pixels * slots.Length);
        int most = Math.Max(1, Math.Min(loop.Count, budget / inner.Count));
        while (most > 1 && Overlaps(Repeat(loop, inner, most)))
        {
            most--;
        }

        // Partial sums take turns from tap to tap; rounds of whole turns give each the same share.
        int even = most;
        while (even > 1 && (loop.Count % even != 0 || even % tile.Splits != 0))
        {
            even--;
        }

        int unroll = even * 2 > most ? even : tile.Splits > 1 && most > tile.Splits ? most / tile.Splits * tile.Splits : most;

        // A word of packed weights is unpacked in one go, and words of integers are summed in pairs.
        int together = sums.IsInteger ? Math.Min(loop.Count, integers.TapsAtOnce) : sums.TapsPerWord;
        return inner.Count % together == 0 ? unroll : Math.Max(1, unroll / together) * together;
    }

    private void EmitTaps(string input, List<int> offsets, bool moveOn)
    {
        if (sums.IsInteger)
        {
            EmitIntegerTaps(input, offsets);
        }
        else
        {
            for (int t = 0; t < offsets.Count; t++)
            {
                EmitPrefetch(t, offsets.Count);
                EmitTap(input, offsets[t], t % sums.TapsPerWord, t / sums.TapsPerWord);
            }
        }

        if (moveOn)
        {
            for (int s = 0; s < streams.Count; s++)
            {
                writer.Line(Address.Advance(streams.Reference(s), (offsets.Count + sums.TapsPerWord - 1) / sums.TapsPerWord * streams.Lanes(s)));
            }
        }

        if (PrefetchedLines(offsets.Count) is int lines and > 0)
        {
            writer.Line(Address.Advance("ahead", lines * LineFloats));
        }
    }

    private void EmitIntegerTaps(string input, List<int> offsets)
    {
        for (int t = 0; t < offsets.Count; t += integers.TapsAtOnce)
        {
            List<int> together = offsets.GetRange(t, Math.Min(integers.TapsAtOnce, offsets.Count - t));
            for (int i = 0; i < together.Count; i++)
            {
                EmitPrefetch(t + i, offsets.Count);
            }

            integers.Emit(input, together, t * lanes, lanes);
        }
    }

    /// <summary>
    /// Asks for the next tile's weights before they are needed, where tiles are run through again and again: every pass over a tile
    /// brings a part of the next, and every tap its share of that.
    /// </summary>
    /// <param name="tap">The tap's offset in a stretch of code.</param>
    /// <param name="taps">The taps of that stretch.</param>
    private void EmitPrefetch(int tap, int taps)
    {
        int lines = PrefetchedLines(taps);
        for (int line = 0; line < lines; line++)
        {
            if (line * taps / lines == tap)
            {
                writer.Line($"Layout.Prefetch(ref {Address.At("ahead", line * LineFloats)});");
            }
        }
    }

    /// <summary>The cache lines that a stretch of code asks for, so that the passes over a tile ask for all of the next.</summary>
    private int PrefetchedLines(int taps)
    {
        // Of two threads that share the pixels, each makes half the passes, and needs all weights.
        int own = sums.SharedLoop is SplitAxis.Rows or SplitAxis.Blocks ? (kernel.Passes + 1) / 2 : kernel.Passes;
        int divisor = LineFloats * sums.TapsPerWord * own;
        return kernel.Prefetches ? ((taps * lanes) + divisor - 1) / divisor : 0;
    }

    /// <param name="input">The reference that taps are relative to.</param>
    /// <param name="offset">The tap's offset.</param>
    /// <param name="part">The tap's place in its word of packed weights.</param>
    /// <param name="word">The word's offset among those that references have not moved beyond.</param>
    private void EmitTap(string input, int offset, int part, int word)
    {
        for (int v = 0; v < slots.Length && sums.TapsPerWord > 1 && part == 0; v++)
        {
            writer.Line($"u{Literal.Int(v)} = {Weight(v, word)}.AsUInt32();");
        }

        for (int v = 0; v < slots.Length && HoldsWeights; v++)
        {
            string k = sums.TapsPerWord > 1 ? Unpack(v, part) : Weight(v, word);
            writer.Line($"k{Literal.Int(v)} = {(IsPaired(v) ? FilterTile.Twice(slots[v].Width, k) : k)};");
        }

        for (int p = 0; p < pixels; p++)
        {
            bool isSecond = p < tile.Paired && p % 2 == 1;
            string b = isSecond ? "c" : "b";
            writer.Line($"{b} = {Simd.Broadcast(slots[0].Width, Address.At(input, offset + (p * sums.ColumnStep)))};");
            for (int v = 0; v < slots.Length; v++)
            {
                string k = HoldsWeights ? "k" + Literal.Int(v) : Weight(v, word);
                if (!IsPaired(v))
                {
                    Simd.Accumulate(writer, FilterTile.Accumulator(p, v, split), Simd.Narrow(b, slots[0].Width, slots[v].Width), k);
                }
                else if (p >= tile.Paired)
                {
                    Simd.Accumulate(writer, FilterTile.Accumulator(p, v), Simd.Narrow(b, slots[0].Width, slots[v].Width), k + ".GetLower()");
                }
                else if (isSecond)
                {
                    Simd.Accumulate(writer, FilterTile.Pair(p - 1), "b.WithUpper(c.GetLower())", k);
                }
            }
        }

        split = (split + 1) % tile.Splits;
    }

    /// <summary>One tap's weights out of a vector of words: half a word is the upper half of a float, a quarter a small integer.</summary>
    private string Unpack(int vector, int part)
    {
        string word = "u" + Literal.Int(vector);
        return sums.Storage == WeightStorage.BFloat16
            ? part == 0 ? $"({word} << 16).AsSingle()" : $"({word} & {Simd.Vector(slots[vector].Width)}.Create(0xFFFF0000u)).AsSingle()"
            : $"{Simd.Vector(slots[vector].Width)}.ConvertToSingle({(part == 3 ? $"{word}.AsInt32()" : $"({word} << {Literal.Int(24 - (8 * part))}).AsInt32()")} >> 24)";
    }

    private string Weight(int vector, int word)
    {
        int stream = streams.StreamOf(vector);
        return Simd.Load(slots[vector].Width, streams.Reference(stream), (word * streams.Lanes(stream)) + streams.OffsetOf(vector));
    }
}
