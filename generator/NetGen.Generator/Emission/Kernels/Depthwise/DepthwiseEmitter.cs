using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>
/// Writes depthwise convolutions: vectors run over channels, a row of pixels stays in registers, and every value of an input row
/// is loaded once for all the pixels and taps that use it.
/// </summary>
internal static class DepthwiseEmitter
{
    /// <summary>Up to this many columns a kernel row's weights stay in registers; wider ones are operands in memory.</summary>
    private const int MostRegisterTaps = 7;

    private const int CacheLine = 64;

    /// <summary>
    /// Writes a kernel's body; <c>x</c>, <c>w</c> and <c>y</c> are its input, packed weights and output. Of rows in a ring, <c>x</c> is
    /// the first slot, and <c>y</c> where the row <c>from</c> goes to.
    /// </summary>
    public static void Emit(CodeWriter writer, DepthwiseStep step, Tier tier)
    {
        // Every row of the input serves several rows of the output. A small map's vector of channels stays in the first-level cache
        // until it has served them all; of a large one, all channels of a few columns do, from row to row.
        if (step.RingRows == 0 && step.Input.Height * step.Input.Width * CacheLine <= step.Sizes.DepthwiseSlotBytes)
        {
            ForEachSlot(writer, step, tier, "x", "y", (lanes, stored) => EmitRows(writer, step, "xSlot", "ySlot", step.Pixels, () =>
            {
                (string x, string y) = ("xRow", "yRow");
                if (step.Output.Width > step.Pixels)
                {
                    writer.Line("ref float xPixel = ref xRow;");
                    writer.Line("ref float yPixel = ref yRow;");
                    (x, y) = ("xPixel", "yPixel");
                }

                EmitBlocks(writer, step, x, y, width => EmitBlock(writer, step, lanes, stored, width, x, y));
            }));
        }
        else
        {
            EmitBlocks(writer, step, "x", "y", width => EmitRows(writer, step, "x", "y", width, () =>
                ForEachSlot(writer, step, tier, "xRow", "yRow", (lanes, stored) => EmitBlock(writer, step, lanes, stored, width, "xSlot", "ySlot"))));
        }
    }

    private static void ForEachSlot(
        CodeWriter writer, DepthwiseStep step, Tier tier, string input, string output, System.Action<int, int> body)
    {
        int perLane = step.HeadRows + step.Window.Taps;
        VectorLoop.OverChannels(
            writer,
            tier,
            step.Input.Channels,
            (lanes, channels, offset) =>
            {
                writer.Line($"ref float wSlot = ref {Address.At("w", Address.Times(offset, perLane))};");
                writer.Line($"ref float xSlot = ref {Address.At(input, offset)};");
                writer.Line($"ref float ySlot = ref {Address.At(output, Address.OfChannel(step.Output, offset))};");
                body(lanes, step.Output.HasSlack ? lanes : channels);
            },
            mostUnrolled: 1);
    }

    /// <summary>
    /// Goes through the rows; <c>xRow</c> and <c>yRow</c> are where one starts. In a ring, <c>xRow</c> stays, and <c>offset0</c> and so on
    /// are the kernel rows' distances from it.
    /// </summary>
    private static void EmitRows(CodeWriter writer, DepthwiseStep step, string input, string output, int pixels, System.Action body)
    {
        bool inRing = step.RingRows > 0;
        (string Reference, long Distance) rowOut = ("yRow", step.Output.RowStride);
        (string Reference, long Distance)[] moving = inRing ? [rowOut] : [("xRow", step.Window.StrideHeight * step.Input.RowStride), rowOut];
        writer.Line($"ref float xRow = ref {input};");
        writer.Line($"ref float yRow = ref {output};");
        using (inRing
            ? writer.Loop("row", "from", "to", moving)
            : writer.ForUnits("row", step.Output.Height, WorkSharing.Of(step).TakesShare, moving))
        {
            for (int ky = 0; ky < step.Window.KernelHeight && inRing && IsStraight(step, pixels); ky++)
            {
                writer.Line($"nuint offset{Literal.Int(ky)} = {OffsetInRing(step, Literal.Int(ky * step.Window.DilationHeight))};");
            }

            body();
        }
    }

    /// <summary>Where in the ring a row of the kernel is.</summary>
    private static string OffsetInRing(DepthwiseStep step, string below)
    {
        return Address.InRing(Address.Sum(Address.Times("row", step.Window.StrideHeight), below), step.RingRows, step.Input.RowStride);
    }

    /// <summary>Whether all kernel rows are written out, where that is short, as it is for 3×3 and 5×5.</summary>
    private static bool IsStraight(DepthwiseStep step, int pixels) => step.Window.Taps * pixels <= step.Sizes.DepthwiseWritten;

    /// <summary>Goes through the tiles of a row's pixels, and moves both references on.</summary>
    private static void EmitBlocks(CodeWriter writer, DepthwiseStep step, string input, string output, System.Action<int> body)
    {
        TileShare[] widths = TilePlanner.Widths(step.Output.Width, step.Pixels);
        for (int i = 0; i < widths.Length; i++)
        {
            (int width, int count) = widths[i];
            if (i > 0)
            {
                writer.Phase("The pixels that are left, in narrower tiles.");
            }

            (string, long)[] moved = [(input, width * step.Window.StrideWidth * step.Input.PixelStride), (output, width * step.Output.PixelStride)];
            using (writer.ForOrNames("block", count, count == 1 && i == widths.Length - 1 ? [] : moved))
            {
                body(width);
            }
        }
    }

    private static void EmitBlock(
        CodeWriter writer, DepthwiseStep step, int lanes, int stored, int pixels, string input, string output)
    {
        Window window = step.Window;
        writer.Phase($"{pixels} pixel{(pixels == 1 ? "" : "s")}: sums start at the bias.");
        for (int p = 0; p < pixels; p++)
        {
            writer.Line($"{Simd.Type(lanes)} a{Literal.Int(p)} = {(p == 0 ? Simd.Load(lanes, "wSlot", 0) : "a0")};");
        }

        bool straight = IsStraight(step, pixels);
        bool inRing = step.RingRows > 0;
        writer.Line($"ref float k = ref {Address.At("wSlot", step.HeadRows * lanes)};");
        if (straight)
        {
            for (int ky = 0; ky < window.KernelHeight; ky++)
            {
                writer.Phase($"Row {ky} of the kernel.");
                using (writer.Names())
                {
                    if (inRing)
                    {
                        writer.Line($"ref float q = ref Unsafe.Add(ref {input}, offset{Literal.Int(ky)});");
                    }

                    int below = inRing ? 0 : ky * window.DilationHeight * step.Input.RowStride;
                    EmitKernelRow(writer, step, lanes, pixels, inRing ? "q" : input, (below, ky * window.KernelWidth * lanes));
                }
            }
        }
        else
        {
            (string, long) weights = ("k", window.KernelWidth * lanes);
            (string, long)[] moving = inRing ? [weights] : [weights, ("q", window.DilationHeight * step.Input.RowStride)];
            writer.Phase("The kernel, row by row.");
            if (!inRing)
            {
                writer.Line($"ref float q = ref {input};");
            }

            bool isLoop = window.KernelHeight > 1;
            using (writer.ForOrNames("tap", window.KernelHeight, isLoop ? moving : []))
            {
                if (inRing)
                {
                    string below = isLoop ? Address.Times("tap", window.DilationHeight) : "0";
                    writer.Line($"ref float q = ref Unsafe.Add(ref {input}, {OffsetInRing(step, below)});");
                }

                if (window.KernelWidth <= step.Sizes.DepthwiseColumns)
                {
                    EmitKernelRow(writer, step, lanes, pixels, "q", (0, 0));
                }
                else
                {
                    EmitLongKernelRow(writer, step, lanes, pixels);
                }
            }
        }

        writer.Phase("Results to memory.");
        for (int p = 0; p < pixels; p++)
        {
            string result = "a" + Literal.Int(p);
            EpilogueEmitter.Store(
                writer,
                step.Epilogue,
                step.Output,
                new StoredVector(result, lanes, stored),
                new StoreTarget(output, Literal.Int(p * step.Output.PixelStride)),
                row => Simd.Load(lanes, "wSlot", (row + 1) * lanes));
        }
    }

    private static void EmitKernelRow(
        CodeWriter writer, DepthwiseStep step, int lanes, int pixels, string source, (int Input, int Weights) offsets)
    {
        (int xOffset, int wOffset) = offsets;
        Window window = step.Window;
        bool inRegisters = window.KernelWidth <= MostRegisterTaps;
        for (int kx = 0; kx < window.KernelWidth && inRegisters; kx++)
        {
            writer.Line($"{Simd.Type(lanes)} k{Literal.Int(kx)} = {Simd.Load(lanes, "k", wOffset + (kx * lanes))};");
        }

        writer.Line($"{Simd.Type(lanes)} v;");
        IEnumerable<IGrouping<long, (int Pixel, int Tap)>> columns = Enumerable.Range(0, pixels)
            .SelectMany(_ => Enumerable.Range(0, window.KernelWidth), (pixel, tap) => (Pixel: pixel, Tap: tap))
            .GroupBy(t => ((long)t.Pixel * window.StrideWidth) + ((long)t.Tap * window.DilationWidth))
            .OrderBy(g => g.Key);
        foreach (IGrouping<long, (int Pixel, int Tap)> column in columns)
        {
            writer.Line($"v = {Simd.Load(lanes, source, xOffset + (column.Key * step.Input.PixelStride))};");
            foreach ((int pixel, int tap) in column)
            {
                string k = inRegisters ? "k" + Literal.Int(tap) : Simd.Load(lanes, "k", wOffset + (tap * lanes));
                Simd.Accumulate(writer, "a" + Literal.Int(pixel), "v", k);
            }
        }
    }

    /// <summary>A kernel row that is too long to be written out, tap by tap.</summary>
    private static void EmitLongKernelRow(CodeWriter writer, DepthwiseStep step, int lanes, int pixels)
    {
        Window window = step.Window;
        using (writer.Loop("column", "0", Literal.Int(window.KernelWidth)))
        {
            writer.Line($"ref float t = ref Unsafe.Add(ref q, {Address.Times("column", (long)window.DilationWidth * step.Input.PixelStride)});");
            writer.Line($"{Simd.Type(lanes)} v = {Simd.Load(lanes, "k", $"column * {Literal.Int(lanes)}")};");
            for (int p = 0; p < pixels; p++)
            {
                string value = Simd.Load(lanes, "t", (long)p * window.StrideWidth * step.Input.PixelStride);
                Simd.Accumulate(writer, "a" + Literal.Int(p), value, "v");
            }
        }
    }
}
