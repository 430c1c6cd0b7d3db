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
        writer.Line($"{Simd.Type(tier.Lanes)} scale = {Simd.Load(tier.Lanes, "w", 0)};");
        writer.Line($"{Simd.Type(tier.Lanes)} shift = {Simd.Load(tier.Lanes, "w", QuantizeStep.Lanes)};");
        using (CodeWriter.Scope rows = writer.ForUnits("row", input.Height, step.TakesShare, ("x", input.RowStride), ("y", output.RowStride)))
        using (rows.IsBlock ? default : writer.Block())
        {
            writer.Line("ref float xPixel = ref x;");
            writer.Line("ref float yPixel = ref y;");
            using (writer.For("column", input.Width, ("xPixel", input.PixelStride), ("yPixel", output.PixelStride)))
            {
                VectorLoop.OverChannels(writer, tier, input.Channels, (lanes, channels, offset) =>
                {
                    string place = Address.OfChannel(output, offset);
                    if (channels == lanes || input.HasSlack)
                    {
                        writer.Line($"{Simd.Type(lanes)} v = {Simd.Load(lanes, "xPixel", offset)};");
                        EmitStore(writer, tier, output, lanes, place);
                        return;
                    }

                    // What lies behind the last channel is not to be read.
                    for (int c = 0; c < channels; c += 4)
                    {
                        int start = int.Parse(offset, System.Globalization.CultureInfo.InvariantCulture) + c;
                        string values = string.Join(
                            ", ", Enumerable.Range(0, 4).Select(i => c + i < channels ? Address.At("xPixel", start + i) : "0f"));
                        using (writer.Block())
                        {
                            writer.Line($"{Simd.Type(4)} v = {Simd.Vector(4)}.Create({values});");
                            EmitStore(writer, tier, output, 4, Literal.Int(start / 4));
                        }
                    }
                });
            }
        }
    }

    private static void EmitStore(CodeWriter writer, Tier tier, TensorView output, int lanes, string place)
    {
        writer.Line(
            $"v = {Simd.MultiplyAdd("v", Simd.Narrow("scale", tier.Lanes, lanes), Simd.Narrow("shift", tier.Lanes, lanes))};");
        Simd.Store(writer, output, new StoredVector("v", lanes, lanes), new StoreTarget("yPixel", place));
    }
}
