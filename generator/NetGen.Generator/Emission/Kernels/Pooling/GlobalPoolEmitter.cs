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
        Slots.ForEach(writer, tier, step.Input.Channels, (lanes, channels, offset) =>
        {
            writer.Line($"{Code.VectorType(lanes)} a = {(max ? Code.Broadcast(lanes, "float.NegativeInfinity") : Code.Zero(lanes))};");
            writer.Line($"ref float xRow = ref {Code.At("x", offset)};");
            writer.Open($"for (nuint row = 0; row < {Code.Text(step.Input.Height)}; row++)");
            writer.Line($"{Code.VectorType(lanes)} sum = {(max ? "a" : Code.Zero(lanes))};");
            writer.Line("ref float q = ref xRow;");
            writer.Open($"for (nuint column = 0; column < {Code.Text(step.Input.Width)}; column++)");
            string value = Code.Load(lanes, "q", 0);
            writer.Line(max ? $"sum = {Code.Vector(lanes)}.Max(sum, {value});" : $"sum += {value};");
            writer.Line(Code.Advance("q", step.Input.PixelStride));
            writer.Close();
            writer.Line(max ? "a = sum;" : "a += sum;");
            writer.Line(Code.Advance("xRow", step.Input.RowStride));
            writer.Close();
            if (!max)
            {
                writer.Line($"a *= {Code.Float(1.0 / step.Input.Pixels)};");
            }

            EpilogueEmitter.StoreChannels(writer, step.Epilogue, step.Output, lanes, step.Output.HasSlack ? lanes : channels, "y", offset);
        });
    }
}
