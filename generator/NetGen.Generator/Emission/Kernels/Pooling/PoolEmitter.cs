using System.Globalization;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes poolings over windows, vectors running over channels. Windows that reach over an edge take only what is there.</summary>
internal static class PoolEmitter
{
    /// <summary>
    /// Writes a kernel's body; <c>x</c>, <c>w</c> and <c>y</c> are its input, packed weights and output. Of rows in a ring, <c>x</c> is
    /// the first place, and <c>y</c> where the row <c>from</c> goes to.
    /// </summary>
    public static void Emit(CodeWriter writer, PoolStep step, Tier tier)
    {
        Window window = step.Pool.Window;
        TensorView input = step.Input;
        bool inRing = step.RingRows > 0;
        bool hasEdges = inRing || !window.Padding.IsEmpty
            || ((step.Output.Height - 1) * window.StrideHeight) + window.KernelHeight > input.Height
            || ((step.Output.Width - 1) * window.StrideWidth) + window.KernelWidth > input.Width;
        bool written = window.Taps <= step.Sizes.PoolTaps;
        if (!hasEdges && written)
        {
            using (writer.ForUnits(
                "row", step.Output.Height, step.TakesShare, ("x", window.StrideHeight * input.RowStride), ("y", step.Output.RowStride)))
            {
                writer.Line("ref float q = ref x;");
                writer.Line("ref float yPixel = ref y;");
                using (writer.For("column", step.Output.Width, ("q", window.StrideWidth * input.PixelStride), ("yPixel", step.Output.PixelStride)))
                {
                    EmitWholeWindow(writer, step, tier);
                }
            }

            return;
        }

        if (step.TakesShare && !inRing)
        {
            writer.Line($"y = ref Unsafe.Add(ref y, from * {Literal.Int(step.Output.RowStride)});");
        }

        using (OpenRows(writer, step))
        {
            writer.Line($"int top = (row * {Literal.Int(window.StrideHeight)}) - {Literal.Int(window.Padding.Top)};");
            writer.Line($"int yFrom = top < 0 ? 0 : top;");
            writer.Line($"int yTo = top > {Literal.Int(input.Height - window.KernelHeight)} ? {Literal.Int(input.Height)} : top + {Literal.Int(window.KernelHeight)};");
            for (int dy = 0; dy < window.KernelHeight && inRing && written; dy++)
            {
                writer.Line($"int place{Literal.Int(dy)} = {PlaceInRing(step, $"top + {Literal.Int(dy)}")};");
            }

            writer.Line("ref float yPixel = ref y;");
            using (writer.SignedLoop("column", step.Output.Width, ("yPixel", step.Output.PixelStride)))
            {
                writer.Line($"int left = (column * {Literal.Int(window.StrideWidth)}) - {Literal.Int(window.Padding.Left)};");
                writer.Line($"int xFrom = left < 0 ? 0 : left;");
                writer.Line($"int xTo = left > {Literal.Int(input.Width - window.KernelWidth)} ? {Literal.Int(input.Width)} : left + {Literal.Int(window.KernelWidth)};");
                string first = inRing ? "" : $"(yFrom * {Literal.Int(input.RowStride)}) + ";
                writer.Line($"ref float q = ref Unsafe.Add(ref x, {first}(xFrom * {Literal.Int(input.PixelStride)}));");
                if (written)
                {
                    using (writer.Block($"if (((yTo - yFrom) * (xTo - xFrom)) == {Literal.Int(window.Taps)})"))
                    {
                        EmitWholeWindow(writer, step, tier);
                    }

                    using (writer.Block("else"))
                    {
                        EmitPartialWindow(writer, step, tier);
                    }
                }
                else
                {
                    EmitPartialWindow(writer, step, tier);
                }
            }
        }
    }

    /// <summary>Opens the loop over rows, whose windows may begin above the image.</summary>
    internal static CodeWriter.Scope OpenRows(CodeWriter writer, PoolStep step) => step.TakesShare
        ? writer.SignedLoop("row", "(int)from", "(int)to", ("y", step.Output.RowStride))
        : writer.SignedLoop("row", step.Output.Height, ("y", step.Output.RowStride));

    /// <summary>Where in the ring a row is, from one ring's height above the map on.</summary>
    private static string PlaceInRing(PoolStep step, string row) =>
        Address.InRing($"{row} + {Literal.Int(step.RingRows)}", step.RingRows, step.Input.RowStride);

    private static void EmitWholeWindow(CodeWriter writer, PoolStep step, Tier tier)
    {
        Window window = step.Pool.Window;
        bool max = step.Pool.Kind == PoolKind.Max;
        bool inRing = step.RingRows > 0;
        for (int dy = 0; dy < window.KernelHeight && inRing; dy++)
        {
            writer.Line($"ref float q{Literal.Int(dy)} = ref Unsafe.Add(ref q, place{Literal.Int(dy)});");
        }

        VectorLoop.OverChannels(writer, tier, step.Output.Channels, (lanes, channels, offset) =>
        {
            for (int tap = 0; tap < window.Taps; tap++)
            {
                (int dy, int dx) = (tap / window.KernelWidth, tap % window.KernelWidth);
                int place = (inRing ? 0 : dy * step.Input.RowStride) + (dx * step.Input.PixelStride);
                string value = Simd.Load(lanes, inRing ? "q" + Literal.Int(dy) : "q", Address.Plus(offset, place));
                writer.Line(tap == 0 ? $"{Simd.Type(lanes)} a = {value};"
                    : max ? $"a = {Simd.Vector(lanes)}.Max(a, {value});"
                    : $"a += {value};");
            }

            if (!max)
            {
                writer.Line($"a *= {Literal.Float(1.0 / window.Taps)};");
            }

            EmitResult(writer, step, lanes, channels, offset);
        });
    }

    private static void EmitPartialWindow(CodeWriter writer, PoolStep step, Tier tier)
    {
        bool max = step.Pool.Kind == PoolKind.Max;
        if (!max)
        {
            EmitDivisor(writer, step);
        }

        VectorLoop.OverChannels(writer, tier, step.Output.Channels, (lanes, channels, offset) =>
        {
            writer.Line($"{Simd.Type(lanes)} a = {(max ? Simd.Broadcast(lanes, "float.NegativeInfinity") : Simd.Zero(lanes))};");
            using (writer.SignedLoop("dy", "0", "yTo - yFrom"))
            using (writer.SignedLoop("dx", "0", "xTo - xFrom"))
            {
                string row = step.RingRows > 0 ? PlaceInRing(step, "yFrom + dy") : $"dy * {Literal.Int(step.Input.RowStride)}";
                string place = $"(nuint)(({row}) + (dx * {Literal.Int(step.Input.PixelStride)}))";
                string value = Simd.Load(lanes, "q", offset == "0" ? place : $"{place} + {offset}");
                writer.Line(max ? $"a = {Simd.Vector(lanes)}.Max(a, {value});" : $"a += {value};");
            }

            if (!max)
            {
                writer.Line("a *= scale;");
            }

            EmitResult(writer, step, lanes, channels, offset);
        });
    }

    /// <summary>PyTorch's divisor: with padding counted, what of the window lies within the padded image; else within the image.</summary>
    private static void EmitDivisor(CodeWriter writer, PoolStep step)
    {
        Window window = step.Pool.Window;
        if (!step.Pool.CountIncludePad)
        {
            writer.Line("float scale = 1f / ((yTo - yFrom) * (xTo - xFrom));");
            return;
        }

        string bottom = Literal.Int(step.Input.Height + window.Padding.Bottom);
        string right = Literal.Int(step.Input.Width + window.Padding.Right);
        writer.Line(string.Format(
            CultureInfo.InvariantCulture, "int rows = global::System.Math.Min(top + {0}, {1}) - top;", window.KernelHeight, bottom));
        writer.Line(string.Format(
            CultureInfo.InvariantCulture, "int columns = global::System.Math.Min(left + {0}, {1}) - left;", window.KernelWidth, right));
        writer.Line("float scale = 1f / (rows * columns);");
    }

    private static void EmitResult(CodeWriter writer, PoolStep step, int lanes, int channels, string offset)
    {
        EpilogueEmitter.StoreChannels(writer, step.Epilogue, step.Output, lanes, step.Output.HasSlack ? lanes : channels, "yPixel", offset);
    }
}
