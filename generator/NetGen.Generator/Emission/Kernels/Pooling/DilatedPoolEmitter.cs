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
            writer.Line($"y = ref Unsafe.Add(ref y, from * {Literal.Int(step.Output.RowStride)});");
        }

        using (PoolEmitter.OpenRows(writer, step))
        {
            writer.Line("ref float yPixel = ref y;");
            using (writer.SignedLoop("column", step.Output.Width, ("yPixel", step.Output.PixelStride)))
            {
                VectorLoop.OverChannels(writer, tier, step.Output.Channels, (lanes, channels, offset) =>
                {
                    writer.Line($"{Simd.Type(lanes)} a = {(max ? Simd.Broadcast(lanes, "float.NegativeInfinity") : Simd.Zero(lanes))};");
                    if (!max)
                    {
                        writer.Line("int count = 0;");
                    }

                    using (writer.SignedLoop("dy", window.KernelHeight))
                    {
                        writer.Line($"int top = (row * {Literal.Int(window.StrideHeight)}) + (dy * {Literal.Int(window.DilationHeight)}) - {Literal.Int(window.Padding.Top)};");
                        using (writer.SignedLoop("dx", window.KernelWidth))
                        {
                            writer.Line($"int left = (column * {Literal.Int(window.StrideWidth)}) + (dx * {Literal.Int(window.DilationWidth)}) - {Literal.Int(window.Padding.Left)};");
                            if (!max && step.Pool.CountIncludePad)
                            {
                                writer.Line($"count += top < {Literal.Int(input.Height + window.Padding.Bottom)} && left < {Literal.Int(input.Width + window.Padding.Right)} ? 1 : 0;");
                            }

                            using (writer.Block($"if ((uint)top < {Literal.Int(input.Height)} && (uint)left < {Literal.Int(input.Width)})"))
                            {
                                writer.Line($"ref float q = ref Unsafe.Add(ref x, (top * {Literal.Int(input.RowStride)}) + (left * {Literal.Int(input.PixelStride)}));");
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
}
