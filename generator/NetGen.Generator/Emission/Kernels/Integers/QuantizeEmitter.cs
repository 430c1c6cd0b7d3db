using System.Linq;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes the rounding of a map of floats to integers, four of which share a word.</summary>
internal static class QuantizeEmitter
{
    /// <summary>Writes a kernel's body; <c>x</c>, <c>w</c> and <c>y</c> are its input, its scale and shift, and its output.</summary>
    public static void Emit(CodeWriter writer, QuantizeStep step, Tier tier)
    {
        TensorView input = step.Input;
        TensorView output = step.Output;
        writer.Phase("Each value scaled and shifted, and rounded.");
        writer.Line($"{Simd.Type(tier.Lanes)} scale = {Simd.Load(tier.Lanes, "w", 0)};");
        writer.Line($"{Simd.Type(tier.Lanes)} shift = {Simd.Load(tier.Lanes, "w", QuantizeStep.Lanes)};");
        using (var pixels = new PixelLoop(writer, WorkSharing.Of(step).TakesShare, input.Height, input.Width, new("x", input), new("y", output)))
        {
            (string x, string y) = ("x" + pixels.Suffix, "y" + pixels.Suffix);
            VectorLoop.OverChannels(writer, tier, input.Channels, (lanes, channels, offset) =>
            {
                string word = Address.OfChannel(output, offset);
                if (channels == lanes || input.HasSlack)
                {
                    writer.Line($"{Simd.Type(lanes)} v = {Simd.Load(lanes, x, offset)};");
                    EmitStore(writer, tier, output, lanes, new StoreTarget(y, word));
                    return;
                }

                // What lies after the last channel is not to be read.
                for (int c = 0; c < channels; c += 4)
                {
                    int start = int.Parse(offset, System.Globalization.CultureInfo.InvariantCulture) + c;
                    string values = string.Join(
                        ", ", Enumerable.Range(0, 4).Select(i => c + i < channels ? Address.At(x, start + i) : "0f"));
                    using (writer.Names())
                    {
                        writer.Line($"{Simd.Type(4)} v = {Simd.Vector(4)}.Create({values});");
                        EmitStore(writer, tier, output, 4, new StoreTarget(y, Literal.Int(start / 4)));
                    }
                }
            });
        }
    }

    private static void EmitStore(CodeWriter writer, Tier tier, TensorView output, int lanes, StoreTarget target)
    {
        writer.Line(
            $"v = {Simd.MultiplyAdd("v", Simd.Narrow("scale", tier.Lanes, lanes), Simd.Narrow("shift", tier.Lanes, lanes))};");
        Simd.Store(writer, output, new StoredVector("v", lanes, lanes), target);
    }
}
