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
            bool rows = Code.OpenUnits(
                writer, "row", step.Output.Height, step.TakesShare, ("x", window.StrideHeight * input.RowStride), ("y", step.Output.RowStride));
            writer.Line("ref float q = ref x;");
            writer.Line("ref float yPixel = ref y;");
            bool columns = Code.OpenLoop(writer, "column", step.Output.Width);
            EmitWholeWindow(writer, step, tier);
            if (columns)
            {
                writer.Line(Code.Advance("q", window.StrideWidth * input.PixelStride));
                writer.Line(Code.Advance("yPixel", step.Output.PixelStride));
                writer.Close();
            }

            if (rows)
            {
                writer.Line(Code.Advance("x", window.StrideHeight * input.RowStride));
                writer.Line(Code.Advance("y", step.Output.RowStride));
                writer.Close();
            }

            return;
        }

        if (step.TakesShare && !inRing)
        {
            writer.Line($"y = ref Unsafe.Add(ref y, from * {Code.Text(step.Output.RowStride)});");
        }

        writer.Open(step.TakesShare ? "for (int row = (int)from; row < (int)to; row++)" : $"for (int row = 0; row < {Code.Text(step.Output.Height)}; row++)");
        writer.Line($"int top = (row * {Code.Text(window.StrideHeight)}) - {Code.Text(window.Padding.Top)};");
        writer.Line($"int yFrom = top < 0 ? 0 : top;");
        writer.Line($"int yTo = top > {Code.Text(input.Height - window.KernelHeight)} ? {Code.Text(input.Height)} : top + {Code.Text(window.KernelHeight)};");
        for (int dy = 0; dy < window.KernelHeight && inRing && written; dy++)
        {
            writer.Line($"int place{Code.Text(dy)} = {PlaceInRing(step, $"top + {Code.Text(dy)}")};");
        }

        writer.Line("ref float yPixel = ref y;");
        writer.Open($"for (int column = 0; column < {Code.Text(step.Output.Width)}; column++)");
        writer.Line($"int left = (column * {Code.Text(window.StrideWidth)}) - {Code.Text(window.Padding.Left)};");
        writer.Line($"int xFrom = left < 0 ? 0 : left;");
        writer.Line($"int xTo = left > {Code.Text(input.Width - window.KernelWidth)} ? {Code.Text(input.Width)} : left + {Code.Text(window.KernelWidth)};");
        string first = inRing ? "" : $"(yFrom * {Code.Text(input.RowStride)}) + ";
        writer.Line($"ref float q = ref Unsafe.Add(ref x, {first}(xFrom * {Code.Text(input.PixelStride)}));");
        if (written)
        {
            writer.Open($"if (((yTo - yFrom) * (xTo - xFrom)) == {Code.Text(window.Taps)})");
            EmitWholeWindow(writer, step, tier);
            writer.Close();
            writer.Open("else");
            EmitPartialWindow(writer, step, tier);
            writer.Close();
        }
        else
        {
            EmitPartialWindow(writer, step, tier);
        }

        writer.Line(Code.Advance("yPixel", step.Output.PixelStride));
        writer.Close();
        writer.Line(Code.Advance("y", step.Output.RowStride));
        writer.Close();
    }

    /// <summary>Where in the ring a row is, from one ring's height above the map on.</summary>
    private static string PlaceInRing(PoolStep step, string row) =>
        Code.PlaceInRing($"{row} + {Code.Text(step.RingRows)}", step.RingRows, step.Input.RowStride);

    private static void EmitWholeWindow(CodeWriter writer, PoolStep step, Tier tier)
    {
        Window window = step.Pool.Window;
        bool max = step.Pool.Kind == PoolKind.Max;
        bool inRing = step.RingRows > 0;
        for (int dy = 0; dy < window.KernelHeight && inRing; dy++)
        {
            writer.Line($"ref float q{Code.Text(dy)} = ref Unsafe.Add(ref q, place{Code.Text(dy)});");
        }

        Slots.ForEach(writer, tier, step.Output.Channels, (lanes, channels, offset) =>
        {
            for (int tap = 0; tap < window.Taps; tap++)
            {
                (int dy, int dx) = (tap / window.KernelWidth, tap % window.KernelWidth);
                int place = (inRing ? 0 : dy * step.Input.RowStride) + (dx * step.Input.PixelStride);
                string value = Code.Load(lanes, inRing ? "q" + Code.Text(dy) : "q", Code.Plus(offset, place));
                writer.Line(tap == 0 ? $"{Code.VectorType(lanes)} a = {value};"
                    : max ? $"a = {Code.Vector(lanes)}.Max(a, {value});"
                    : $"a += {value};");
            }

            if (!max)
            {
                writer.Line($"a *= {Code.Float(1.0 / window.Taps)};");
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

        Slots.ForEach(writer, tier, step.Output.Channels, (lanes, channels, offset) =>
        {
            writer.Line($"{Code.VectorType(lanes)} a = {(max ? Code.Broadcast(lanes, "float.NegativeInfinity") : Code.Zero(lanes))};");
            writer.Open("for (int dy = 0; dy < yTo - yFrom; dy++)");
            writer.Open("for (int dx = 0; dx < xTo - xFrom; dx++)");
            string row = step.RingRows > 0 ? PlaceInRing(step, "yFrom + dy") : $"dy * {Code.Text(step.Input.RowStride)}";
            string place = $"(nuint)(({row}) + (dx * {Code.Text(step.Input.PixelStride)}))";
            string value = Code.Load(lanes, "q", offset == "0" ? place : $"{place} + {offset}");
            writer.Line(max ? $"a = {Code.Vector(lanes)}.Max(a, {value});" : $"a += {value};");
            writer.Close();
            writer.Close();
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

        string bottom = Code.Text(step.Input.Height + window.Padding.Bottom);
        string right = Code.Text(step.Input.Width + window.Padding.Right);
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
