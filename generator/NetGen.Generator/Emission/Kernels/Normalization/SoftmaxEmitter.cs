using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes softmax and its logarithm across the channels of each pixel. The largest value is subtracted first, so that nothing overflows.</summary>
internal static class SoftmaxEmitter
{
    /// <summary>Writes a kernel's body; <c>x</c> and <c>y</c> are its input and output.</summary>
    public static void Emit(CodeWriter writer, SoftmaxStep step, Tier tier)
    {
        int channels = step.Input.Channels;
        writer.Open($"for (nuint row = 0; row < {Code.Text(step.Input.Height)}; row++)");
        writer.Line("ref float xPixel = ref x;");
        writer.Line("ref float yPixel = ref y;");
        writer.Open($"for (nuint column = 0; column < {Code.Text(step.Input.Width)}; column++)");

        writer.Line("float max = float.NegativeInfinity;");
        Slots.ForEach(writer, tier, channels, (lanes, used, offset) =>
        {
            writer.Line($"{Code.VectorType(lanes)} v = {Value(lanes, used, offset)};");
            TakeMax(writer, lanes);
        });

        writer.Line("float sum = 0f;");
        Slots.ForEach(writer, tier, channels, (lanes, used, offset) =>
        {
            writer.Line($"{Code.VectorType(lanes)} v = VectorMath.Exp({Value(lanes, used, offset)} - {Code.Broadcast(lanes, "max")});");
            if (!step.Logarithm)
            {
                Code.Store(writer, "v", lanes, step.Output.HasSlack ? lanes : used, "yPixel", offset);
            }

            writer.Line($"sum += {Code.Vector(lanes)}.Sum(v);");
        });

        if (step.Logarithm)
        {
            // Not added to the largest value, which may be so much larger that its digits would be lost.
            writer.Line("float shift = global::System.MathF.Log(sum);");
        }
        else
        {
            writer.Line("float scale = 1f / sum;");
        }

        Slots.ForEach(writer, tier, channels, (lanes, used, offset) =>
        {
            bool exact = !step.Output.HasSlack;
            if (step.Logarithm)
            {
                writer.Line($"{Code.VectorType(lanes)} v = {Code.Load(lanes, "xPixel", offset)} - {Code.Broadcast(lanes, "max")} - {Code.Broadcast(lanes, "shift")};");
                Code.Store(writer, "v", lanes, exact ? used : lanes, "yPixel", offset);
            }
            else if (exact && used < lanes)
            {
                // The caller's span may end within this vector.
                writer.Open($"for (nuint i = {offset}; i < {Code.Plus(offset, used)}; i++)");
                writer.Line("Unsafe.Add(ref yPixel, i) *= scale;");
                writer.Close();
            }
            else
            {
                writer.Line($"{Code.VectorType(lanes)} v = {Code.Load(lanes, "yPixel", offset)} * scale;");
                Code.Store(writer, "v", lanes, lanes, "yPixel", offset);
            }
        });
        writer.Line(Code.Advance("xPixel", step.Input.PixelStride));
        writer.Line(Code.Advance("yPixel", step.Output.PixelStride));
        writer.Close();
        writer.Line(Code.Advance("x", step.Input.RowStride));
        writer.Line(Code.Advance("y", step.Output.RowStride));
        writer.Close();
    }

    /// <summary>A vector of values, −∞ in the lanes that are no channels, which neither max nor sum then sees.</summary>
    private static string Value(int lanes, int used, string offset)
    {
        string value = Code.Load(lanes, "xPixel", offset);
        return used == lanes
            ? value
            : $"{Code.Vector(lanes)}.ConditionalSelect({Code.Vector(lanes)}.LessThan({Code.VectorType(lanes)}.Indices, {Code.Broadcast(lanes, Code.Float(used))}), {value}, {Code.Broadcast(lanes, "float.NegativeInfinity")})";
    }

    /// <summary>Halves a vector until four lanes are left, and takes those one by one.</summary>
    private static void TakeMax(CodeWriter writer, int lanes)
    {
        string value = "v";
        for (int width = lanes; width > 4; width /= 2)
        {
            string half = "v" + Code.Text(width / 2);
            writer.Line($"{Code.VectorType(width / 2)} {half} = {Code.Vector(width / 2)}.Max({value}.GetLower(), {value}.GetUpper());");
            value = half;
        }

        for (int i = 0; i < 4; i++)
        {
            writer.Line($"max = global::System.MathF.Max(max, {value}.GetElement({Code.Text(i)}));");
        }
    }
}
