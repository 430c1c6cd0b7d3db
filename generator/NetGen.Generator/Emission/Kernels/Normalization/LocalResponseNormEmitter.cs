using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>
/// Writes local response normalization: a pixel's squares go between zeros into scratch memory, and each vector of channels sums
/// as many shifted loads of them as the window is wide.
/// </summary>
internal static class LocalResponseNormEmitter
{
    /// <summary>Writes a kernel's body; <c>x</c>, <c>s</c> and <c>y</c> are its input, scratch memory and output.</summary>
    public static void Emit(CodeWriter writer, LocalResponseNormStep step, Tier tier)
    {
        LocalResponseNormOperation norm = step.Norm;
        int channels = step.Input.Channels;
        int before = step.Before;
        int covered = tier.CoveredLanes(channels);

        // Zeros stand before the first channel and behind the last. Squares are stored exactly, so that they last.
        writer.Open($"for (nuint i = 0; i < {Code.Text(before)}; i++)");
        writer.Line("Unsafe.Add(ref s, i) = 0f;");
        writer.Close();
        writer.Open($"for (nuint i = {Code.Text(before + channels)}; i < {Code.Text(covered + step.Window)}; i++)");
        writer.Line("Unsafe.Add(ref s, i) = 0f;");
        writer.Close();

        if (!Code.OpenUnits(
            writer, "row", step.Input.Height, step.TakesShare, ("x", step.Input.RowStride), ("y", step.Output.RowStride)))
        {
            writer.Open();
        }

        writer.Line("ref float xPixel = ref x;");
        writer.Line("ref float yPixel = ref y;");
        writer.Open($"for (nuint column = 0; column < {Code.Text(step.Input.Width)}; column++)");
        Slots.ForEach(writer, tier, channels, (lanes, used, offset) =>
        {
            writer.Line($"{Code.VectorType(lanes)} v = {Code.Load(lanes, "xPixel", offset)};");
            writer.Line("v *= v;");
            Code.Store(writer, "v", lanes, used, "s", offset, before);
        });
        Slots.ForEach(writer, tier, channels, (lanes, used, offset) =>
        {
            writer.Line($"{Code.VectorType(lanes)} d = {Code.Load(lanes, "s", offset)};");
            for (int i = 1; i < step.Window && step.Window <= step.Sizes.ResponseWindow; i++)
            {
                writer.Line($"d += {Code.Load(lanes, "s", Code.Plus(offset, i))};");
            }

            if (step.Window > step.Sizes.ResponseWindow)
            {
                writer.Open($"for (nuint i = 1; i < {Code.Text(step.Window)}; i++)");
                writer.Line($"d += {Code.Load(lanes, "s", $"i + {offset}")};");
                writer.Close();
            }

            string alpha = Code.Broadcast(lanes, Code.Float(norm.Alpha / norm.Size));
            writer.Line($"d = {Code.MultiplyAdd("d", alpha, Code.Broadcast(lanes, Code.Float(norm.K)))};");
            writer.Line($"{Code.VectorType(lanes)} v = {Code.Load(lanes, "xPixel", offset)};");
            writer.Line($"v = {Quotient(norm.Beta, lanes)};");
            Code.Store(writer, "v", lanes, step.Output.HasSlack ? lanes : used, "yPixel", offset);
        });
        writer.Line(Code.Advance("xPixel", step.Input.PixelStride));
        writer.Line(Code.Advance("yPixel", step.Output.PixelStride));
        writer.Close();
        writer.Line(Code.Advance("x", step.Input.RowStride));
        writer.Line(Code.Advance("y", step.Output.RowStride));
        writer.Close();
    }

    /// <summary>v / d^β; the exponents that networks use are square roots.</summary>
    private static string Quotient(double beta, int lanes)
    {
        string root = Code.Vector(lanes) + ".Sqrt";
        return beta switch
        {
            0.5 => $"v / {root}(d)",
            0.75 => $"v / ({root}(d) * {root}({root}(d)))",
            1 => "v / d",
            _ => $"v * VectorMath.Pow(d, {Code.Float(-beta)})",
        };
    }
}
