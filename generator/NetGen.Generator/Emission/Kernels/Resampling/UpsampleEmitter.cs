using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes enlargements by whole factors.</summary>
internal static class UpsampleEmitter
{
    /// <summary>Writes an enlargement's body; <c>x</c> and <c>y</c> are its input and output.</summary>
    public static void Emit(CodeWriter writer, UpsampleStep step, Tier tier)
    {
        if (step.Upsample.Bilinear)
        {
            EmitBilinear(writer, step, tier);
        }
        else
        {
            EmitNearest(writer, step, tier);
        }
    }

    private static void EmitNearest(CodeWriter writer, UpsampleStep step, Tier tier)
    {
        UpsampleOperation upsample = step.Upsample;
        OpenPixels(writer, step.Input);
        Slots.ForEach(writer, tier, step.Output.Channels, (lanes, channels, offset) =>
        {
            writer.Line($"{Code.VectorType(lanes)} v = {Code.Load(lanes, "xPixel", offset)};");
            writer.Line($"ref float yBlock = ref {Code.At("yPixel", offset)};");
            writer.Open($"for (nuint dy = 0; dy < {Code.Text(upsample.ScaleHeight)}; dy++)");
            writer.Open($"for (nuint dx = 0; dx < {Code.Text(upsample.ScaleWidth)}; dx++)");
            writer.Line($"ref float target = ref Unsafe.Add(ref yBlock, (dy * {Code.Text(step.Output.RowStride)}) + (dx * {Code.Text(step.Output.PixelStride)}));");
            Code.Store(writer, "v", lanes, step.Output.HasSlack ? lanes : channels, "target", "0");
            writer.Close();
            writer.Close();
        });
        ClosePixels(
            writer, step.Input, step.Output.RowStride * upsample.ScaleHeight, step.Output.PixelStride * upsample.ScaleWidth);
    }

    private static void EmitBilinear(CodeWriter writer, UpsampleStep step, Tier tier)
    {
        UpsampleOperation upsample = step.Upsample;
        writer.Open($"for (int row = 0; row < {Code.Text(step.Output.Height)}; row++)");
        EmitPosition(writer, "row", "top", "bottom", step.Input.Height, step.Output.Height, upsample.ScaleHeight, upsample.AlignCorners);
        writer.Line("ref float yPixel = ref y;");
        writer.Open($"for (int column = 0; column < {Code.Text(step.Output.Width)}; column++)");
        EmitPosition(writer, "column", "left", "right", step.Input.Width, step.Output.Width, upsample.ScaleWidth, upsample.AlignCorners);
        foreach ((string name, string y, string x) in new[] { ("p00", "top", "left"), ("p01", "top", "right"), ("p10", "bottom", "left"), ("p11", "bottom", "right") })
        {
            writer.Line($"ref float {name} = ref Unsafe.Add(ref x, ({y} * {Code.Text(step.Input.RowStride)}) + ({x} * {Code.Text(step.Input.PixelStride)}));");
        }

        Slots.ForEach(writer, tier, step.Output.Channels, (lanes, channels, offset) =>
        {
            string type = Code.VectorType(lanes);
            writer.Line($"{type} a = {Mix("column", Code.Load(lanes, "p00", offset), Code.Load(lanes, "p01", offset))};");
            writer.Line($"{type} b = {Mix("column", Code.Load(lanes, "p10", offset), Code.Load(lanes, "p11", offset))};");
            writer.Line($"a = {Mix("row", "a", "b")};");

            // Not a + share · (b − a), which makes NaN of infinities.
            string Mix(string index, string before, string after) => Code.MultiplyAdd(
                after, Code.Broadcast(lanes, index + "Share"), $"{before} * {Code.Broadcast(lanes, $"1f - {index}Share")}");

            Code.Store(writer, "a", lanes, step.Output.HasSlack ? lanes : channels, "yPixel", offset);
        });
        writer.Line(Code.Advance("yPixel", step.Output.PixelStride));
        writer.Close();
        writer.Line(Code.Advance("y", step.Output.RowStride));
        writer.Close();
    }

    /// <summary>Where an output row or column lies between two of the input; PyTorch's two conventions.</summary>
    private static void EmitPosition(
        CodeWriter writer, string index, string before, string after, int input, int output, int scale, bool alignCorners)
    {
        writer.Line(alignCorners
            ? $"double {index}Position = {index} * {Code.Double(output > 1 ? (input - 1.0) / (output - 1) : 0)};"
            : $"double {index}Position = global::System.Math.Max(0d, (({index} + 0.5d) * {Code.Double(1.0 / scale)}) - 0.5d);");
        writer.Line($"int {before} = (int){index}Position;");
        writer.Line($"int {after} = {before} < {Code.Text(input - 1)} ? {before} + 1 : {before};");
        writer.Line($"float {index}Share = (float)({index}Position - {before});");
    }

    private static void OpenPixels(CodeWriter writer, TensorView input)
    {
        writer.Open($"for (nuint row = 0; row < {Code.Text(input.Height)}; row++)");
        writer.Line("ref float xPixel = ref x;");
        writer.Line("ref float yPixel = ref y;");
        writer.Open($"for (nuint column = 0; column < {Code.Text(input.Width)}; column++)");
    }

    private static void ClosePixels(CodeWriter writer, TensorView input, int rowStride, int pixelStride)
    {
        writer.Line(Code.Advance("xPixel", input.PixelStride));
        writer.Line(Code.Advance("yPixel", pixelStride));
        writer.Close();
        writer.Line(Code.Advance("x", input.RowStride));
        writer.Line(Code.Advance("y", rowStride));
        writer.Close();
    }
}
