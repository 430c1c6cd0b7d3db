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
    /// the first place, and <c>y</c> where the row <c>from</c> goes to.
    /// </summary>
    public static void Emit(CodeWriter writer, DepthwiseStep step, Tier tier)
    {
        // Every row of the input serves several rows of the output. A small map's vector of channels stays in the first-level cache
        // until it has served them all; of a large one, all channels of a few columns do, from row to row.
        if (step.RingRows == 0 && step.Input.Height * step.Input.Width * CacheLine <= step.Sizes.DepthwiseSlotBytes)
        {
            ForEachSlot(writer, step, tier, "x", "y", (lanes, stored) => EmitRows(writer, step, "xSlot", "ySlot", step.Pixels, () =>
            {
                writer.Line("ref float xPixel = ref xRow;");
                writer.Line("ref float yPixel = ref yRow;");
                EmitBlocks(writer, step, "xPixel", "yPixel", width => EmitBlock(writer, step, lanes, stored, width, "xPixel", "yPixel"));
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
        Slots.ForEach(
            writer,
            tier,
            step.Input.Channels,
            (lanes, channels, offset) =>
            {
                writer.Line($"ref float wSlot = ref {Code.At("w", offset == "c" ? $"c * {Code.Text(perLane)}" : Code.Text(long.Parse(offset) * perLane))};");
                writer.Line($"ref float xSlot = ref {Code.At(input, offset)};");
                writer.Line($"ref float ySlot = ref {Code.At(output, Code.Place(step.Output, offset))};");
                body(lanes, step.Output.HasSlack ? lanes : channels);
            },
            mostUnrolled: 1);
    }

    /// <summary>
    /// Goes through the rows; <c>xRow</c> and <c>yRow</c> are where one starts. In a ring, <c>xRow</c> stays, and <c>place0</c> and so on
    /// are the kernel rows' distances from it.
    /// </summary>
    private static void EmitRows(CodeWriter writer, DepthwiseStep step, string input, string output, int pixels, System.Action body)
    {
        bool inRing = step.RingRows > 0;
        (string Reference, long Distance) rowOut = ("yRow", step.Output.RowStride);
        (string Reference, long Distance)[] moving = inRing ? [rowOut] : [("xRow", step.Window.StrideHeight * step.Input.RowStride), rowOut];
        writer.Line($"ref float xRow = ref {input};");
        writer.Line($"ref float yRow = ref {output};");
        bool loop = true;
        if (inRing)
        {
            writer.Open("for (nuint row = from; row < to; row++)");
            for (int ky = 0; ky < step.Window.KernelHeight && IsStraight(step, pixels); ky++)
            {
                writer.Line($"nuint place{Code.Text(ky)} = {PlaceInRing(step, Code.Text(ky * step.Window.DilationHeight))};");
            }
        }
        else
        {
            loop = Code.OpenUnits(writer, "row", step.Output.Height, step.TakesShare, moving);
        }

        body();
        if (loop)
        {
            foreach ((string reference, long distance) in moving)
            {
                writer.Line(Code.Advance(reference, distance));
            }

            writer.Close();
        }
    }

    /// <summary>Where in the ring a row of the kernel is.</summary>
    private static string PlaceInRing(DepthwiseStep step, string below)
    {
        string row = step.Window.StrideHeight == 1 ? "row" : $"(row * {Code.Text(step.Window.StrideHeight)})";
        return Code.PlaceInRing(row + (below == "0" ? "" : " + " + below), step.RingRows, step.Input.RowStride);
    }

    /// <summary>Whether all kernel rows are written out, where that is short, as it is for 3×3 and 5×5.</summary>
    private static bool IsStraight(DepthwiseStep step, int pixels) => step.Window.Taps * pixels <= step.Sizes.DepthwiseWritten;

    /// <summary>Goes through the tiles of a row's pixels, and moves both references on.</summary>
    private static void EmitBlocks(CodeWriter writer, DepthwiseStep step, string input, string output, System.Action<int> body)
    {
        foreach ((int width, int count) in TilePlanner.Widths(step.Output.Width, step.Pixels))
        {
            if (!Code.OpenLoop(writer, "block", count))
            {
                writer.Open();
            }

            body(width);
            writer.Line(Code.Advance(input, width * step.Window.StrideWidth * step.Input.PixelStride));
            writer.Line(Code.Advance(output, width * step.Output.PixelStride));
            writer.Close();
        }
    }

    private static void EmitBlock(
        CodeWriter writer, DepthwiseStep step, int lanes, int stored, int pixels, string input, string output)
    {
        Window window = step.Window;
        for (int p = 0; p < pixels; p++)
        {
            writer.Line($"{Code.VectorType(lanes)} a{Code.Text(p)} = {(p == 0 ? Code.Load(lanes, "wSlot", 0) : "a0")};");
        }

        bool straight = IsStraight(step, pixels);
        bool inRing = step.RingRows > 0;
        writer.Line($"ref float k = ref {Code.At("wSlot", step.HeadRows * lanes)};");
        if (!inRing)
        {
            writer.Line($"ref float q = ref {input};");
        }

        if (straight)
        {
            for (int ky = 0; ky < window.KernelHeight; ky++)
            {
                writer.Open();
                if (inRing)
                {
                    writer.Line($"ref float q = ref Unsafe.Add(ref {input}, place{Code.Text(ky)});");
                }

                int below = inRing ? 0 : ky * window.DilationHeight * step.Input.RowStride;
                EmitKernelRow(writer, step, lanes, pixels, below, ky * window.KernelWidth * lanes);
                writer.Close();
            }
        }
        else
        {
            if (!Code.OpenLoop(writer, "tap", window.KernelHeight))
            {
                writer.Open();
            }

            if (inRing)
            {
                string below = window.DilationHeight == 1 ? "tap" : $"(tap * {Code.Text(window.DilationHeight)})";
                writer.Line($"ref float q = ref Unsafe.Add(ref {input}, {PlaceInRing(step, below)});");
            }

            if (window.KernelWidth <= step.Sizes.DepthwiseColumns)
            {
                EmitKernelRow(writer, step, lanes, pixels, 0, 0);
            }
            else
            {
                EmitLongKernelRow(writer, step, lanes, pixels);
            }

            writer.Line(Code.Advance("k", window.KernelWidth * lanes));
            if (!inRing)
            {
                writer.Line(Code.Advance("q", window.DilationHeight * step.Input.RowStride));
            }

            writer.Close();
        }

        for (int p = 0; p < pixels; p++)
        {
            string result = "a" + Code.Text(p);
            EpilogueEmitter.Store(
                writer,
                step.Epilogue,
                step.Output,
                result,
                lanes,
                stored,
                output,
                Code.Text(p * step.Output.PixelStride),
                row => Code.Load(lanes, "wSlot", (row + 1) * lanes));
        }
    }

    private static void EmitKernelRow(CodeWriter writer, DepthwiseStep step, int lanes, int pixels, int xOffset, int wOffset)
    {
        Window window = step.Window;
        bool inRegisters = window.KernelWidth <= MostRegisterTaps;
        for (int kx = 0; kx < window.KernelWidth && inRegisters; kx++)
        {
            writer.Line($"{Code.VectorType(lanes)} k{Code.Text(kx)} = {Code.Load(lanes, "k", wOffset + (kx * lanes))};");
        }

        writer.Line($"{Code.VectorType(lanes)} v;");
        IEnumerable<IGrouping<long, (int Pixel, int Tap)>> columns = Enumerable.Range(0, pixels)
            .SelectMany(_ => Enumerable.Range(0, window.KernelWidth), (pixel, tap) => (Pixel: pixel, Tap: tap))
            .GroupBy(t => ((long)t.Pixel * window.StrideWidth) + ((long)t.Tap * window.DilationWidth))
            .OrderBy(g => g.Key);
        foreach (IGrouping<long, (int Pixel, int Tap)> column in columns)
        {
            writer.Line($"v = {Code.Load(lanes, "q", xOffset + (column.Key * step.Input.PixelStride))};");
            foreach ((int pixel, int tap) in column)
            {
                string k = inRegisters ? "k" + Code.Text(tap) : Code.Load(lanes, "k", wOffset + (tap * lanes));
                Code.Accumulate(writer, "a" + Code.Text(pixel), "v", k);
            }
        }
    }

    /// <summary>A kernel row that is too long to be written out, tap by tap.</summary>
    private static void EmitLongKernelRow(CodeWriter writer, DepthwiseStep step, int lanes, int pixels)
    {
        Window window = step.Window;
        writer.Open($"for (nuint column = 0; column < {Code.Text(window.KernelWidth)}; column++)");
        writer.Line($"ref float t = ref Unsafe.Add(ref q, column * {Code.Text((long)window.DilationWidth * step.Input.PixelStride)});");
        writer.Line($"{Code.VectorType(lanes)} v = {Code.Load(lanes, "k", $"column * {Code.Text(lanes)}")};");
        for (int p = 0; p < pixels; p++)
        {
            string value = Code.Load(lanes, "t", (long)p * window.StrideWidth * step.Input.PixelStride);
            Code.Accumulate(writer, "a" + Code.Text(p), value, "v");
        }

        writer.Close();
    }
}
