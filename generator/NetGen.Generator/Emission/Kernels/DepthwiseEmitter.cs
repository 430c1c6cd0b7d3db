using System;
using System.Collections.Generic;
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

    /// <summary>What a map's vector of channels may take of the first-level cache.</summary>
    private const int MostSlotBytes = 16 * 1024;

    /// <summary>Writes a kernel's body; <c>x</c>, <c>w</c> and <c>y</c> are its input, packed weights and output.</summary>
    public static void Emit(CodeWriter writer, DepthwiseStep step, Tier tier)
    {
        // Every row of the input serves several rows of the output. A small map's vector of channels stays in the first-level cache
        // until it has served them all; of a large one, all channels of a few pixels do.
        if (step.Input.Height * step.Input.Width * CacheLine <= MostSlotBytes)
        {
            ForEachSlot(writer, step, tier, "x", "y", (lanes, stored) =>
                EmitRows(writer, step, "xSlot", "ySlot", width => EmitBlock(writer, step, lanes, stored, width)));
        }
        else
        {
            EmitRows(writer, step, "x", "y", width =>
                ForEachSlot(writer, step, tier, "xPixel", "yPixel", (lanes, stored) => EmitBlock(writer, step, lanes, stored, width, "xSlot", "ySlot")));
        }
    }

    private static void ForEachSlot(
        CodeWriter writer, DepthwiseStep step, Tier tier, string input, string output, System.Action<int, int> body)
    {
        int perLane = step.HeadRows + step.Window.Taps;
        Slots.ForEach(
            writer,
            tier,
            step.Output.Channels,
            (lanes, channels, offset) =>
            {
                writer.Line($"ref float wSlot = ref {Code.At("w", offset == "c" ? $"c * {Code.Text(perLane)}" : Code.Text(long.Parse(offset) * perLane))};");
                writer.Line($"ref float xSlot = ref {Code.At(input, offset)};");
                writer.Line($"ref float ySlot = ref {Code.At(output, offset)};");
                body(lanes, step.Output.HasSlack ? lanes : channels);
            },
            mostUnrolled: 1);
    }

    private static void EmitRows(CodeWriter writer, DepthwiseStep step, string input, string output, System.Action<int> block)
    {
        writer.Line($"ref float xRow = ref {input};");
        writer.Line($"ref float yRow = ref {output};");
        bool rows = Code.OpenUnits(
            writer,
            "row",
            step.Output.Height,
            step.Units > 1,
            ("xRow", step.Window.StrideHeight * step.Input.RowStride),
            ("yRow", step.Output.RowStride));
        writer.Line("ref float xPixel = ref xRow;");
        writer.Line("ref float yPixel = ref yRow;");
        foreach ((int width, int count) in TilePlanner.Widths(step.Output.Width, step.Pixels))
        {
            if (!Code.OpenLoop(writer, "block", count))
            {
                writer.Open();
            }

            block(width);
            writer.Line(Code.Advance("xPixel", width * step.Window.StrideWidth * step.Input.PixelStride));
            writer.Line(Code.Advance("yPixel", width * step.Output.PixelStride));
            writer.Close();
        }

        if (rows)
        {
            writer.Line(Code.Advance("xRow", step.Window.StrideHeight * step.Input.RowStride));
            writer.Line(Code.Advance("yRow", step.Output.RowStride));
            writer.Close();
        }
    }

    private static void EmitBlock(
        CodeWriter writer, DepthwiseStep step, int lanes, int stored, int pixels, string input = "xPixel", string output = "yPixel")
    {
        Window window = step.Window;
        for (int p = 0; p < pixels; p++)
        {
            writer.Line($"{Code.VectorType(lanes)} a{Code.Text(p)} = {(p == 0 ? Code.Load(lanes, "wSlot", 0) : "a0")};");
        }

        // Straight code for all kernel rows where that is short, as it is for 3×3 and 5×5.
        bool straight = window.Taps * pixels <= 150;
        writer.Line($"ref float k = ref {Code.At("wSlot", step.HeadRows * lanes)};");
        writer.Line($"ref float q = ref {input};");
        int rows = straight ? window.KernelHeight : 1;
        bool loop = !straight && Code.OpenLoop(writer, "tap", window.KernelHeight);
        for (int ky = 0; ky < rows; ky++)
        {
            writer.Open();
            EmitKernelRow(
                writer, step, lanes, pixels, ky * window.DilationHeight * step.Input.RowStride, ky * window.KernelWidth * lanes);
            writer.Close();
        }

        if (!straight)
        {
            writer.Line(Code.Advance("q", window.DilationHeight * step.Input.RowStride));
            writer.Line(Code.Advance("k", window.KernelWidth * lanes));
            if (loop)
            {
                writer.Close();
            }
        }

        for (int p = 0; p < pixels; p++)
        {
            string result = "a" + Code.Text(p);
            EpilogueEmitter.Apply(writer, step.Epilogue, result, lanes, row => Code.Load(lanes, "wSlot", (row + 1) * lanes));
            Code.Store(writer, result, lanes, stored, output, Code.Text(p * step.Output.PixelStride));
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
        int columns = ((pixels - 1) * window.StrideWidth) + ((window.KernelWidth - 1) * window.DilationWidth) + 1;
        for (int column = 0; column < columns; column++)
        {
            bool loaded = false;
            for (int p = 0; p < pixels; p++)
            {
                int distance = column - (p * window.StrideWidth);
                if (distance < 0 || distance % window.DilationWidth != 0 || distance / window.DilationWidth >= window.KernelWidth)
                {
                    continue;
                }

                if (!loaded)
                {
                    writer.Line($"v = {Code.Load(lanes, "q", xOffset + (column * step.Input.PixelStride))};");
                    loaded = true;
                }

                int kx = distance / window.DilationWidth;
                string k = inRegisters ? "k" + Code.Text(kx) : Code.Load(lanes, "k", wOffset + (kx * lanes));
                writer.Line($"a{Code.Text(p)} = {Code.MultiplyAdd(lanes, "v", k, "a" + Code.Text(p))};");
            }
        }
    }
}
