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

        // Squares are stored exactly, so that the zeros last.
        writer.Phase("Zeros stand before the first channel and after the last.");
        EmitZeros(writer, 0, before);
        EmitZeros(writer, before + channels, covered + step.Window);
        using (var pixels = new PixelLoop(writer, WorkSharing.Of(step).TakesShare, step.Input.Height, step.Input.Width, new("x", step.Input), new("y", step.Output)))
        {
            (string x, string y) = ("x" + pixels.Suffix, "y" + pixels.Suffix);
            writer.Phase("The squares of a pixel's values, between the zeros.");
            VectorLoop.OverChannels(writer, tier, channels, (lanes, used, offset) =>
            {
                writer.Line($"{Simd.Type(lanes)} v = {Simd.Load(lanes, x, offset)};");
                writer.Line("v *= v;");
                Simd.Store(writer, "v", lanes, used, "s", offset, before);
            });
            writer.Phase("Their sums over each value's neighbours, and the quotient.");
            VectorLoop.OverChannels(writer, tier, channels, (lanes, used, offset) =>
            {
                writer.Line($"{Simd.Type(lanes)} d = {Simd.Load(lanes, "s", offset)};");
                bool loops = step.Window > System.Math.Max(2, step.Sizes.ResponseWindow);
                for (int i = 1; i < step.Window && !loops; i++)
                {
                    writer.Line($"d += {Simd.Load(lanes, "s", Address.Plus(offset, i))};");
                }

                if (loops)
                {
                    using (writer.Loop("i", "1", Literal.Int(step.Window)))
                    {
                        writer.Line($"d += {Simd.Load(lanes, "s", Address.Sum("i", offset))};");
                    }
                }

                string alpha = Simd.Broadcast(lanes, Literal.Float(norm.Alpha / norm.Size));
                writer.Line($"d = {Simd.MultiplyAdd("d", alpha, Simd.Broadcast(lanes, Literal.Float(norm.K)))};");
                writer.Line($"{Simd.Type(lanes)} v = {Simd.Load(lanes, x, offset)};");
                writer.Line($"v = {Quotient(norm.Beta, lanes)};");
                Simd.Store(writer, "v", lanes, step.Output.HasSlack ? lanes : used, y, offset);
            });
        }
    }

    private static void EmitZeros(CodeWriter writer, int from, int to)
    {
        if (to - from == 1)
        {
            writer.Line($"{Address.At("s", from)} = 0f;");
        }
        else if (to > from)
        {
            using (writer.Loop("i", Literal.Int(from), Literal.Int(to)))
            {
                writer.Line("Unsafe.Add(ref s, i) = 0f;");
            }
        }
    }

    /// <summary>v / d^β; the exponents that networks use are square roots.</summary>
    private static string Quotient(double beta, int lanes)
    {
        string root = Simd.Vector(lanes) + ".Sqrt";
        return beta switch
        {
            0.5 => $"v / {root}(d)",
            0.75 => $"v / ({root}(d) * {root}({root}(d)))",
            1 => "v / d",
            _ => $"v * VectorMath.Pow(d, {Literal.Float(-beta)})",
        };
    }
}
