using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes poolings over whole maps. A mean sums each row on its own first, which keeps long sums accurate.</summary>
internal static class GlobalPoolEmitter
{
    /// <summary>Writes a kernel's body; <c>x</c>, <c>w</c> and <c>y</c> are its input, packed weights and output.</summary>
    public static void Emit(CodeWriter writer, GlobalPoolStep step, Tier tier)
    {
        bool max = step.Kind == PoolKind.Max;
        VectorLoop.OverChannels(writer, tier, step.Input.Channels, (lanes, channels, offset) =>
        {
            writer.Line($"{Simd.Type(lanes)} a = {(max ? Simd.Broadcast(lanes, "float.NegativeInfinity") : Simd.Zero(lanes))};");
            writer.Line($"ref float xRow = ref {Address.At("x", offset)};");
            using (writer.For("row", step.Input.Height, ("xRow", step.Input.RowStride)))
            {
                writer.Line($"{Simd.Type(lanes)} sum = {(max ? "a" : Simd.Zero(lanes))};");
                writer.Line("ref float q = ref xRow;");
                using (writer.For("column", step.Input.Width, ("q", step.Input.PixelStride)))
                {
                    string value = Simd.Load(lanes, "q", 0);
                    writer.Line(max ? $"sum = {Simd.Vector(lanes)}.Max(sum, {value});" : $"sum += {value};");
                }

                writer.Line(max ? "a = sum;" : "a += sum;");
            }

            writer.Phase(max ? "The largest value to memory." : "The mean to memory.");
            if (!max)
            {
                writer.Line($"a *= {Literal.Float(1.0 / step.Input.Pixels)};");
            }

            EpilogueEmitter.StoreChannels(writer, step.Epilogue, step.Output, lanes, step.Output.HasSlack ? lanes : channels, "y", offset);
        });
    }
}
