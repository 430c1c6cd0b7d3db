using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>
/// Writes the normalization of each pixel by its channels: the mean first, then the mean square of what differs from it. What rounding took
/// from the mean is found again as the mean of the differences.
/// </summary>
internal static class PixelNormalizationEmitter
{
    /// <summary>Writes a kernel's body; <c>x</c>, <c>w</c> and <c>y</c> are its input, packed weights and output.</summary>
    public static void Emit(CodeWriter writer, PixelNormalizationStep step, Tier tier)
    {
        int channels = step.Input.Channels;
        var mean = new MeanOf(channels);
        using (var pixels = new PixelLoop(writer, step.Input.Height, step.Input.Width, new("x", step.Input), new("y", step.Output)))
        {
            (string x, string y) = ("x" + pixels.Suffix, "y" + pixels.Suffix);
            writer.Phase("The mean.");
            writer.Line("float mean = 0f;");
            VectorLoop.OverChannels(writer, tier, channels, (lanes, used, offset) =>
                writer.Line($"mean += {Simd.Vector(lanes)}.Sum({Used(lanes, used, Simd.Load(lanes, x, offset))});"));
            mean.Emit(writer, "mean");

            writer.Phase("The mean square of the differences; their mean is what rounding took from the mean.");
            writer.Line("float rest = 0f;");
            writer.Line("float variance = 0f;");
            VectorLoop.OverChannels(writer, tier, channels, (lanes, used, offset) =>
            {
                writer.Line($"{Simd.Type(lanes)} d = {Used(lanes, used, $"{Simd.Load(lanes, x, offset)} - {Simd.Broadcast(lanes, "mean")}")};");
                writer.Line($"rest += {Simd.Vector(lanes)}.Sum(d);");
                writer.Line($"variance += {Simd.Vector(lanes)}.Sum(d * d);");
            });
            mean.Emit(writer, "rest");
            writer.Line(
                $"float scale = 1f / global::System.MathF.Sqrt(global::System.MathF.Max({mean.Of("variance")} - rest * rest, 0f) + {Literal.Float(step.Normalization.Epsilon)});");
            writer.Line("mean += rest;");

            writer.Phase("Each value: what differs from the mean, scaled and shifted.");
            VectorLoop.OverChannels(writer, tier, channels, (lanes, used, offset) =>
            {
                string scaled = $"({Simd.Load(lanes, x, offset)} - {Simd.Broadcast(lanes, "mean")}) * {Simd.Broadcast(lanes, "scale")}";
                writer.Line(step.RowLength == 0
                    ? $"{Simd.Type(lanes)} v = {scaled};"
                    : $"{Simd.Type(lanes)} v = {Simd.MultiplyAdd(scaled, Simd.Load(lanes, "w", offset), Simd.Load(lanes, "w", Address.Plus(offset, step.RowLength)))};");
                Simd.Store(writer, "v", lanes, step.Output.HasSlack ? lanes : used, y, offset);
            });
        }
    }

    /// <summary>A vector of values, 0 in the lanes that are no channels.</summary>
    private static string Used(int lanes, int used, string value) => Simd.FirstLanes(lanes, used, value, Simd.Zero(lanes));
}
