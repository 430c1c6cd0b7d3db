using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes softmax and its logarithm across the channels of each pixel. The largest value is subtracted first, so that nothing overflows.</summary>
internal static class SoftmaxEmitter
{
    /// <summary>Writes a kernel's body; <c>x</c> and <c>y</c> are its input and output.</summary>
    public static void Emit(CodeWriter writer, SoftmaxStep step, Tier tier)
    {
        int channels = step.Input.Channels;
        using (var pixels = new PixelLoop(writer, step.Input.Height, step.Input.Width, new("x", step.Input), new("y", step.Output)))
        {
            (string x, string y) = ("x" + pixels.Suffix, "y" + pixels.Suffix);
            writer.Phase("The largest value.");
            writer.Line("float max = float.NegativeInfinity;");
            VectorLoop.OverChannels(writer, tier, channels, (lanes, used, offset) =>
            {
                writer.Line($"{Simd.Type(lanes)} v = {Value(lanes, used, x, offset)};");
                TakeMax(writer, lanes);
            });

            writer.Phase("The sum of exponentials.");
            writer.Line("float sum = 0f;");
            VectorLoop.OverChannels(writer, tier, channels, (lanes, used, offset) =>
            {
                writer.Line($"{Simd.Type(lanes)} v = VectorMath.Exp({Value(lanes, used, x, offset)} - {Simd.Broadcast(lanes, "max")});");
                if (!step.Logarithm)
                {
                    Simd.Store(writer, "v", lanes, step.Output.HasSlack ? lanes : used, y, offset);
                }

                writer.Line($"sum += {Simd.Vector(lanes)}.Sum(v);");
            });

            writer.Phase(step.Logarithm ? "Values less the sum's logarithm." : "Exponentials over their sum.");
            if (step.Logarithm)
            {
                // Not added to the largest value, which may be so much larger that its digits would be lost.
                writer.Line("float shift = global::System.MathF.Log(sum);");
            }
            else
            {
                writer.Line("float scale = 1f / sum;");
            }

            VectorLoop.OverChannels(writer, tier, channels, (lanes, used, offset) =>
            {
                bool exact = !step.Output.HasSlack;
                if (step.Logarithm)
                {
                    writer.Line($"{Simd.Type(lanes)} v = {Simd.Load(lanes, x, offset)} - {Simd.Broadcast(lanes, "max")} - {Simd.Broadcast(lanes, "shift")};");
                    Simd.Store(writer, "v", lanes, exact ? used : lanes, y, offset);
                }
                else if (exact && used < lanes)
                {
                    // The caller's span may end within this vector.
                    using (used > 1 ? writer.Loop("i", offset, Address.Plus(offset, used)) : default)
                    {
                        writer.Line($"{Address.At(y, used > 1 ? "i" : offset)} *= scale;");
                    }
                }
                else
                {
                    writer.Line($"{Simd.Type(lanes)} v = {Simd.Load(lanes, y, offset)} * scale;");
                    Simd.Store(writer, "v", lanes, lanes, y, offset);
                }
            });
        }
    }

    /// <summary>A vector of values, −∞ in the lanes that are no channels, which neither max nor sum then sees.</summary>
    private static string Value(int lanes, int used, string x, string offset) =>
        Simd.FirstLanes(lanes, used, Simd.Load(lanes, x, offset), Simd.Broadcast(lanes, "float.NegativeInfinity"));

    /// <summary>Halves a vector until four lanes are left, and takes those one by one.</summary>
    private static void TakeMax(CodeWriter writer, int lanes)
    {
        string value = "v";
        for (int width = lanes; width > 4; width /= 2)
        {
            string half = "v" + Literal.Int(width / 2);
            writer.Line($"{Simd.Type(width / 2)} {half} = {Simd.Vector(width / 2)}.Max({value}.GetLower(), {value}.GetUpper());");
            value = half;
        }

        for (int i = 0; i < 4; i++)
        {
            writer.Line($"max = global::System.MathF.Max(max, {value}.GetElement({Literal.Int(i)}));");
        }
    }
}
