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
        if (WorkSharing.Of(step).TakesShare)
        {
            writer.Line(Address.Advance("y", Address.Times("from", step.Output.RowStride)));
        }

        using (PoolEmitter.OpenRows(writer, step))
        {
            writer.Line("ref float yPixel = ref y;");
            using (writer.SignedFor("column", step.Output.Width, ("yPixel", step.Output.PixelStride)))
            {
                VectorLoop.OverChannels(writer, tier, step.Output.Channels, (lanes, channels, offset) =>
                {
                    writer.Line($"{Simd.Type(lanes)} a = {(max ? Simd.Broadcast(lanes, "float.NegativeInfinity") : Simd.Zero(lanes))};");
                    if (!max)
                    {
                        writer.Line("int count = 0;");
                    }

                    using (writer.SignedFor("dy", window.KernelHeight))
                    {
                        writer.Line($"int top = {Place(PoolEmitter.OpensRows(step) ? "row" : "0", window.StrideHeight, window.KernelHeight > 1 ? "dy" : "0", window.DilationHeight, window.Padding.Top)};");
                        using (writer.SignedFor("dx", window.KernelWidth))
                        {
                            writer.Line($"int left = {Place(step.Output.Width > 1 ? "column" : "0", window.StrideWidth, window.KernelWidth > 1 ? "dx" : "0", window.DilationWidth, window.Padding.Left)};");
                            if (!max && step.Pool.CountIncludePad)
                            {
                                writer.Line($"count += top < {Literal.Int(input.Height + window.Padding.Bottom)} && left < {Literal.Int(input.Width + window.Padding.Right)} ? 1 : 0;");
                            }

                            using (writer.Block($"if ((uint)top < {Literal.Int(input.Height)} && (uint)left < {Literal.Int(input.Width)})"))
                            {
                                writer.Line($"ref float q = ref Unsafe.Add(ref x, {Address.Sum(Address.Times("top", input.RowStride), Address.Times("left", input.PixelStride))});");
                                string value = Simd.Load(lanes, "q", offset);
                                writer.Line(max ? $"a = {Simd.Vector(lanes)}.Max(a, {value});" : $"a += {value};");
                                if (!max && !step.Pool.CountIncludePad)
                                {
                                    writer.Line("count++;");
                                }
                            }
                        }
                    }

                    if (!max)
                    {
                        writer.Line("a *= 1f / count;");
                    }

                    EpilogueEmitter.StoreChannels(writer, step.Epilogue, step.Output, lanes, step.Output.HasSlack ? lanes : channels, "yPixel", offset);
                });
            }
        }
    }

    private static string Place(string index, int stride, string tap, int dilation, int padding) =>
        PoolEmitter.Minus(Address.Sum(Address.Times(index, stride), Address.Times(tap, dilation)), padding);
}
