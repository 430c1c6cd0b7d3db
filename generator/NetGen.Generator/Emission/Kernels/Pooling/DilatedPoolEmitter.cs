using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes poolings whose windows have gaps, vectors running over channels. Each tap is looked at whether it lies within the image.</summary>
internal static class DilatedPoolEmitter
{
    /// <summary>Writes a kernel's body; <c>x</c>, <c>w</c> and <c>y</c> are its input, packed weights and output.</summary>
    public static void Emit(CodeWriter writer, PoolStep step, Tier tier)
    {
        Window window = step.Pool.Window;
        TensorView input = step.Input;
        bool max = step.Pool.Kind == PoolKind.Max;
        if (step.TakesShare)
        {
            writer.Line($"y = ref Unsafe.Add(ref y, from * {Code.Text(step.Output.RowStride)});");
        }

        writer.Open(step.TakesShare ? "for (int row = (int)from; row < (int)to; row++)" : $"for (int row = 0; row < {Code.Text(step.Output.Height)}; row++)");
        writer.Line("ref float yPixel = ref y;");
        writer.Open($"for (int column = 0; column < {Code.Text(step.Output.Width)}; column++)");
        Slots.ForEach(writer, tier, step.Output.Channels, (lanes, channels, offset) =>
        {
            writer.Line($"{Code.VectorType(lanes)} a = {(max ? Code.Broadcast(lanes, "float.NegativeInfinity") : Code.Zero(lanes))};");
            if (!max)
            {
                writer.Line("int count = 0;");
            }

            writer.Open($"for (int dy = 0; dy < {Code.Text(window.KernelHeight)}; dy++)");
            writer.Line($"int top = (row * {Code.Text(window.StrideHeight)}) + (dy * {Code.Text(window.DilationHeight)}) - {Code.Text(window.Padding.Top)};");
            writer.Open($"for (int dx = 0; dx < {Code.Text(window.KernelWidth)}; dx++)");
            writer.Line($"int left = (column * {Code.Text(window.StrideWidth)}) + (dx * {Code.Text(window.DilationWidth)}) - {Code.Text(window.Padding.Left)};");
            if (!max && step.Pool.CountIncludePad)
            {
                writer.Line($"count += top < {Code.Text(input.Height + window.Padding.Bottom)} && left < {Code.Text(input.Width + window.Padding.Right)} ? 1 : 0;");
            }

            writer.Open($"if ((uint)top < {Code.Text(input.Height)} && (uint)left < {Code.Text(input.Width)})");
            writer.Line($"ref float q = ref Unsafe.Add(ref x, (top * {Code.Text(input.RowStride)}) + (left * {Code.Text(input.PixelStride)}));");
            string value = Code.Load(lanes, "q", offset);
            writer.Line(max ? $"a = {Code.Vector(lanes)}.Max(a, {value});" : $"a += {value};");
            if (!max && !step.Pool.CountIncludePad)
            {
                writer.Line("count++;");
            }

            writer.Close();
            writer.Close();
            writer.Close();
            if (!max)
            {
                writer.Line("a *= 1f / count;");
            }

            EpilogueEmitter.StoreChannels(writer, step.Epilogue, step.Output, lanes, step.Output.HasSlack ? lanes : channels, "yPixel", offset);
        });
        writer.Line(Code.Advance("yPixel", step.Output.PixelStride));
        writer.Close();
        writer.Line(Code.Advance("y", step.Output.RowStride));
        writer.Close();
    }
}
