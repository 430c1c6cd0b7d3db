using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>The references that a tile is computed from, and stored to.</summary>
/// <param name="Weights">Its first weight.</param>
/// <param name="Input">The first tap of its first pixel.</param>
/// <param name="Output">Its first result.</param>
/// <param name="Residual">What a residual connection adds to that.</param>
internal readonly record struct FilterReferences(string Weights, string Input, string Output, string Residual);

/// <summary>Writes one tile of pixels × filters: its accumulators start at the bias, take all taps, and go through the epilogue to memory.</summary>
internal sealed class FilterTile
{
    private readonly FilterKernel kernel;
    private readonly CodeWriter writer;
    private readonly FilterSums sums;
    private readonly FilterReferences references;

    public FilterTile(FilterKernel kernel, Slot[] slots, int pixels, FilterReferences references)
    {
        this.kernel = kernel;
        this.references = references;
        writer = kernel.Writer;
        sums = kernel.Sums;
        Slots = slots;
        Pixels = pixels;
        Splits = Math.Max(1, Math.Min(sums.Tile.Splits, sums.Taps));
        Streams = new WeightStreams(sums, slots);
        Paired = PairedPixels();
    }

    /// <summary>The vectors of filters.</summary>
    public Slot[] Slots { get; }

    public int Pixels { get; }

    /// <summary>The partial sums for each result.</summary>
    public int Splits { get; }

    /// <summary>Where the weights lie.</summary>
    public WeightStreams Streams { get; }

    /// <summary>
    /// The pixels that share vectors with their neighbours. Of a last vector half as wide as the others, two pixels' sums take one
    /// multiply-add rather than two, for one shuffle of what they are multiplied with.
    /// </summary>
    public int Paired { get; }

    public static string Accumulator(int pixel, int vector, int split = 0) =>
        "a" + Literal.Int(pixel) + "_" + Literal.Int(vector) + (split > 0 ? "_" + Literal.Int(split) : "");

    /// <summary>The sums of a pixel and the next one in the last vector.</summary>
    public static string Pair(int pixel) => "s" + Literal.Int(pixel);

    /// <summary>Whether the head has a bias that need not be scaled.</summary>
    private bool StartsAtBias => sums.HeadRows > 0 && !sums.IsScaled;

    /// <summary>Half a vector, twice.</summary>
    public static string Twice(int lanes, string half) => $"{half}.To{Simd.Vector(2 * lanes)}Unsafe().WithUpper({half})";

    public void Emit()
    {
        writer.Phase($"{Number(Pixels, "pixel")} × {Number(Slots.Length, "vector")} of filters: sums start at {(StartsAtBias ? "the bias" : "zero")}.");
        for (int v = 0; v < Slots.Length; v++)
        {
            EmitAccumulators(v);
        }

        if (sums.Taps > 0)
        {
            writer.Phase("Taps: an input's value times a vector of weights.");
            for (int s = 0; s < Streams.Count; s++)
            {
                writer.Line($"ref float {Streams.Reference(s)} = ref {Address.At(references.Weights, Streams.TapsOffset(s))};");
            }

            new FilterTaps(kernel, this).Emit(references.Input);
        }

        writer.Phase(sums.IsScaled || sums.Epilogue.Operations.Count > 0 ? "What becomes of the sums, to memory." : "The sums to memory.");
        for (int p = 0; p < Paired; p += 2)
        {
            int last = Slots.Length - 1;
            writer.Line($"{Simd.Type(Slots[last].Width)} {Accumulator(p, last)} = {Pair(p)}.GetLower(), {Accumulator(p + 1, last)} = {Pair(p)}.GetUpper();");
        }

        for (int p = 0; p < Pixels; p++)
        {
            for (int v = 0; v < Slots.Length; v++)
            {
                EmitResult(p, v);
            }
        }
    }

    /// <summary>Declares a vector's sums: at the bias, where the head has one that need not be scaled; else at zero.</summary>
    private void EmitAccumulators(int vector)
    {
        Slot slot = Slots[vector];
        string type = sums.IsInteger ? Simd.Vector(slot.Width) + "<int>" : Simd.Type(slot.Width);
        string bias = StartsAtBias ? Head(vector, 0) : type + ".Zero";
        int first = vector == Slots.Length - 1 ? Paired : 0;
        if (first > 0)
        {
            IEnumerable<string> pairs = Enumerable.Range(1, (first / 2) - 1).Select(pair => $", {Pair(2 * pair)} = {Pair(0)}");
            writer.Line($"{Simd.Type(2 * slot.Width)} {Pair(0)} = {Twice(slot.Width, bias)}{string.Concat(pairs)};");
        }

        if (first < Pixels)
        {
            IEnumerable<string> others = Enumerable.Range(first + 1, Pixels - first - 1).Select(p => $", {Accumulator(p, vector)} = {Accumulator(first, vector)}");
            writer.Line($"{type} {Accumulator(first, vector)} = {bias}{string.Concat(others)};");
        }

        for (int s = 1; s < Splits; s++)
        {
            int split = s;
            IEnumerable<string> sums = Enumerable.Range(0, Pixels).Select(p => $"{Accumulator(p, vector, split)} = {Simd.Zero(slot.Width)}");
            writer.Line($"{Simd.Type(slot.Width)} {string.Join(", ", sums)};");
        }
    }

    /// <summary>Joins a result's partial sums, scales them, and stores what the epilogue makes of them.</summary>
    private void EmitResult(int pixel, int vector)
    {
        Slot slot = Slots[vector];
        string result = Accumulator(pixel, vector);
        for (int s = 1; s < Splits; s++)
        {
            writer.Line($"{result} += {Accumulator(pixel, vector, s)};");
        }

        int start = slot.Start - Slots[0].Start;
        if (sums.IsScaled)
        {
            string sum = sums.IsInteger ? $"ConvertToSingle({result})" : result;
            string scaled = Simd.MultiplyAdd(sum, Head(vector, 1), Head(vector, 0));
            string type = sums.IsInteger ? Simd.Type(slot.Width) + " " : "";
            result = sums.IsInteger ? result.Replace('a', 'r') : result;
            writer.Line($"{type}{result} = {scaled};");
        }

        EpilogueEmitter.Store(
            writer,
            sums.Epilogue,
            sums.Output,
            new StoredVector(result, slot.Width, kernel.StoresExactly ? slot.Channels : slot.Width),
            new StoreTarget(references.Output, Literal.Int((pixel * sums.Output.PixelStride) + sums.Output.OffsetOf(start))),
            row => Head(vector, row + sums.ParameterRow),
            () => Simd.Load(
                sums.Residual!, slot.Width, references.Residual, Literal.Int((pixel * sums.Residual!.PixelStride) + sums.Residual.OffsetOf(start))));
    }

    /// <summary>A vector of a row of the head.</summary>
    private string Head(int vector, int row) => Simd.Load(Slots[vector].Width, references.Weights, Streams.HeadOffset(vector, row));

    private static string Number(int count, string unit) => $"{Literal.Int(count)} {unit}{(count == 1 ? "" : "s")}";

    private int PairedPixels()
    {
        // Fewer would not free the registers that it takes.
        const int fewestPixels = 4;
        bool isHalf = Slots.Length > 1 && 2 * Slots[Slots.Length - 1].Width == kernel.Tier.Lanes;
        return isHalf && Pixels >= fewestPixels && Splits == 1 && sums.TapsPerWord == 1 && !sums.IsInteger ? Pixels / 2 * 2 : 0;
    }
}
