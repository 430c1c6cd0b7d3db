using System.Globalization;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes poolings over windows, vectors running over channels. Windows that reach over an edge take only what is there.</summary>
internal static class PoolEmitter
{
    /// <summary>
    /// Writes a kernel's body; <c>x</c>, <c>w</c> and <c>y</c> are its input, packed weights and output. Of rows in a ring, <c>x</c> is
    /// the first slot, and <c>y</c> where the row <c>from</c> goes to.
    /// </summary>
    public static void Emit(CodeWriter writer, PoolStep step, Tier tier)
    {
        Window window = step.Pool.Window;
        TensorView input = step.Input;
        bool inRing = step.RingRows > 0;
        bool written = window.Taps <= step.Sizes.PoolTaps;
        if (!HasEdges(step))
        {
            var from = new PixelReference("x", window.StrideHeight * input.RowStride, window.StrideWidth * input.PixelStride);
            using var pixels = new PixelLoop(writer, WorkSharing.Of(step).TakesShare, step.Output.Height, step.Output.Width, from, new("y", step.Output));
            EmitWholeWindow(writer, step, tier, pixels.Suffix);
            return;
        }

        if (WorkSharing.Of(step).TakesShare && !inRing)
        {
            writer.Line(Address.Advance("y", Address.Times("from", step.Output.RowStride)));
        }

        using (OpenRows(writer, step))
        {
            writer.Line($"int top = {Minus(OpensRows(step) ? Address.Times("row", window.StrideHeight) : "0", window.Padding.Top)};");
            writer.Line("int yFrom = top < 0 ? 0 : top;");
            writer.Line($"int yTo = top > {Literal.Int(input.Height - window.KernelHeight)} ? {Literal.Int(input.Height)} : top + {Literal.Int(window.KernelHeight)};");
            for (int dy = 0; dy < window.KernelHeight && inRing && written; dy++)
            {
                writer.Line($"int offset{Literal.Int(dy)} = {OffsetInRing(step, "top", dy)};");
            }

            writer.Line("ref float yPixel = ref y;");
            using (writer.SignedFor("column", step.Output.Width, ("yPixel", step.Output.PixelStride)))
            {
                writer.Line($"int left = {Minus(step.Output.Width > 1 ? Address.Times("column", window.StrideWidth) : "0", window.Padding.Left)};");
                writer.Line("int xFrom = left < 0 ? 0 : left;");
                writer.Line($"int xTo = left > {Literal.Int(input.Width - window.KernelWidth)} ? {Literal.Int(input.Width)} : left + {Literal.Int(window.KernelWidth)};");
                string row = inRing ? "0" : Address.Times("yFrom", input.RowStride);
                writer.Line($"ref float q = ref Unsafe.Add(ref x, {Address.Sum(row, Address.Times("xFrom", input.PixelStride))});");
                if (written)
                {
                    writer.Phase("The whole window lies within the image, or else a part of it.");
                    using (writer.If($"(yTo - yFrom) * (xTo - xFrom) == {Literal.Int(window.Taps)}"))
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
    internal static CodeWriter.Scope OpenRows(CodeWriter writer, PoolStep step) => WorkSharing.Of(step).TakesShare
        ? writer.SignedLoop("row", "(int)from", "(int)to", ("y", step.Output.RowStride))
        : writer.SignedFor("row", step.Output.Height, ("y", step.Output.RowStride));

    /// <summary>Whether there is a loop over rows.</summary>
    internal static bool OpensRows(PoolStep step) => WorkSharing.Of(step).TakesShare || step.Output.Height > 1;

    /// <summary>A difference.</summary>
    internal static string Minus(string value, int less) =>
        less == 0 ? value : value == "0" ? Literal.Int(-less) : $"{value} - {Literal.Int(less)}";

    /// <summary>Where in the ring a row is, from one ring's height above the map on.</summary>
    private static string OffsetInRing(PoolStep step, string row, int below) =>
        Address.InRing(Address.Plus(row, step.RingRows + below), step.RingRows, step.Input.RowStride);

    private static void EmitWholeWindow(CodeWriter writer, PoolStep step, Tier tier, string suffix = "")
    {
        Window window = step.Pool.Window;
        bool max = step.Pool.Kind == PoolKind.Max;
        bool inRing = step.RingRows > 0;
        (string source, string target) = HasEdges(step) ? ("q", "yPixel") : ("x" + suffix, "y" + suffix);
        for (int dy = 0; dy < window.KernelHeight && inRing; dy++)
        {
            writer.Line($"ref float q{Literal.Int(dy)} = ref Unsafe.Add(ref q, offset{Literal.Int(dy)});");
        }

        VectorLoop.OverChannels(writer, tier, step.Output.Channels, (lanes, channels, offset) =>
        {
            for (int tap = 0; tap < window.Taps; tap++)
            {
                (int dy, int dx) = (tap / window.KernelWidth, tap % window.KernelWidth);
                int pixel = (inRing ? 0 : dy * step.Input.RowStride) + (dx * step.Input.PixelStride);
                string value = Simd.Load(lanes, inRing ? "q" + Literal.Int(dy) : source, Address.Plus(offset, pixel));
                writer.Line(tap == 0 ? $"{Simd.Type(lanes)} a = {value};"
                    : max ? $"a = {Simd.Vector(lanes)}.Max(a, {value});"
                    : $"a += {value};");
            }

            if (!max)
            {
                writer.Line($"a *= {Literal.Float(1.0 / window.Taps)};");
            }

            EmitResult(writer, step, lanes, channels, offset, target);
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
                string row = step.RingRows > 0 ? OffsetInRing(step, "yFrom + dy", 0) : Address.Times("dy", step.Input.RowStride);
                string pixel = $"(nuint)({Address.Sum(row, Address.Times("dx", step.Input.PixelStride))})";
                string value = Simd.Load(lanes, "q", offset == "0" ? pixel : $"{pixel} + {offset}");
                writer.Line(max ? $"a = {Simd.Vector(lanes)}.Max(a, {value});" : $"a += {value};");
            }

            if (!max)
            {
                writer.Line("a *= scale;");
            }

            EmitResult(writer, step, lanes, channels, offset, "yPixel");
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

    private static void EmitResult(CodeWriter writer, PoolStep step, int lanes, int channels, string offset, string target) =>
        EpilogueEmitter.StoreChannels(writer, step.Epilogue, step.Output, lanes, step.Output.HasSlack ? lanes : channels, target, offset);

    /// <summary>Whether windows may reach over an edge, or rows lie in a ring.</summary>
    private static bool HasEdges(PoolStep step)
    {
        Window window = step.Pool.Window;
        return step.RingRows > 0 || !window.Padding.IsEmpty
            || ((step.Output.Height - 1) * window.StrideHeight) + window.KernelHeight > step.Input.Height
            || ((step.Output.Width - 1) * window.StrideWidth) + window.KernelWidth > step.Input.Width
            || window.Taps > step.Sizes.PoolTaps;
    }
}
