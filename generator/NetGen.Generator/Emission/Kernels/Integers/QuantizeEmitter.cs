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
        writer.Line($"{Code.VectorType(tier.Lanes)} scale = {Code.Load(tier.Lanes, "w", 0)};");
        writer.Line($"{Code.VectorType(tier.Lanes)} shift = {Code.Load(tier.Lanes, "w", QuantizeStep.Lanes)};");
        bool rows = Code.OpenUnits(
            writer, "row", input.Height, step.TakesShare, ("x", input.RowStride), ("y", output.RowStride));
        if (!rows)
        {
            writer.Open();
        }

        writer.Line("ref float xPixel = ref x;");
        writer.Line("ref float yPixel = ref y;");
        bool columns = Code.OpenLoop(writer, "column", input.Width);
        Slots.ForEach(writer, tier, input.Channels, (lanes, channels, offset) =>
        {
            string place = Code.Place(output, offset);
            if (channels == lanes || input.HasSlack)
            {
                writer.Line($"{Code.VectorType(lanes)} v = {Code.Load(lanes, "xPixel", offset)};");
                EmitStore(writer, tier, output, lanes, place);
                return;
            }

            // What lies behind the last channel is not to be read.
            for (int c = 0; c < channels; c += 4)
            {
                int start = int.Parse(offset, System.Globalization.CultureInfo.InvariantCulture) + c;
                string values = string.Join(
                    ", ", Enumerable.Range(0, 4).Select(i => c + i < channels ? Code.At("xPixel", start + i) : "0f"));
                writer.Open();
                writer.Line($"{Code.VectorType(4)} v = {Code.Vector(4)}.Create({values});");
                EmitStore(writer, tier, output, 4, Code.Text(start / 4));
                writer.Close();
            }
        });
        if (columns)
        {
            writer.Line(Code.Advance("xPixel", input.PixelStride));
            writer.Line(Code.Advance("yPixel", output.PixelStride));
            writer.Close();
        }

        if (rows)
        {
            writer.Line(Code.Advance("x", input.RowStride));
            writer.Line(Code.Advance("y", output.RowStride));
        }

        writer.Close();
    }

    private static void EmitStore(CodeWriter writer, Tier tier, TensorView output, int lanes, string place)
    {
        writer.Line(
            $"v = {Code.MultiplyAdd("v", Code.Narrow("scale", tier.Lanes, lanes), Code.Narrow("shift", tier.Lanes, lanes))};");
        Code.Store(writer, output, "v", lanes, lanes, "yPixel", place);
    }
}
