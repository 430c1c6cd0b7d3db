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
        var enlarged = new PixelReference(
            "y", step.Output.RowStride * upsample.ScaleHeight, step.Output.PixelStride * upsample.ScaleWidth);
        using (var pixels = new PixelLoop(writer, step.Input.Height, step.Input.Width, new("x", step.Input), enlarged))
        {
            (string x, string y) = ("x" + pixels.Suffix, "y" + pixels.Suffix);
            VectorLoop.OverChannels(writer, tier, step.Output.Channels, (lanes, channels, offset) =>
            {
                writer.Line($"{Simd.Type(lanes)} v = {Simd.Load(lanes, x, offset)};");
                writer.Line($"ref float yBlock = ref {Address.At(y, offset)};");
                using (writer.For("dy", upsample.ScaleHeight))
                using (writer.For("dx", upsample.ScaleWidth))
                {
                    writer.Line($"ref float target = ref {Address.At("yBlock", Address.Sum(Address.Times(upsample.ScaleHeight > 1 ? "dy" : "0", step.Output.RowStride), Address.Times(upsample.ScaleWidth > 1 ? "dx" : "0", step.Output.PixelStride)))};");
                    Simd.Store(writer, "v", lanes, step.Output.HasSlack ? lanes : channels, "target", "0");
                }
            });
        }
    }

    private static void EmitBilinear(CodeWriter writer, UpsampleStep step, Tier tier)
    {
        UpsampleOperation upsample = step.Upsample;
        using (writer.SignedFor("row", step.Output.Height, ("y", step.Output.RowStride)))
        {
            writer.Phase("The rows around this one, and how far it lies between them.");
            EmitPosition(writer, ("row", "top", "bottom"), step.Input.Height, step.Output.Height, upsample.ScaleHeight, upsample.AlignCorners);
            writer.Line("ref float yPixel = ref y;");
            using (writer.SignedFor("column", step.Output.Width, ("yPixel", step.Output.PixelStride)))
            {
                writer.Phase("The same for columns.");
                EmitPosition(writer, ("column", "left", "right"), step.Input.Width, step.Output.Width, upsample.ScaleWidth, upsample.AlignCorners);
                writer.Phase("The four pixels around this one.");
                foreach ((string name, string y, string x) in new[] { ("p00", "top", "left"), ("p01", "top", "right"), ("p10", "bottom", "left"), ("p11", "bottom", "right") })
                {
                    writer.Line($"ref float {name} = ref Unsafe.Add(ref x, {Address.Sum(Address.Times(y, step.Input.RowStride), Address.Times(x, step.Input.PixelStride))});");
                }

                VectorLoop.OverChannels(writer, tier, step.Output.Channels, (lanes, channels, offset) =>
                {
                    string type = Simd.Type(lanes);
                    writer.Line($"{type} a = {Mix("column", Simd.Load(lanes, "p00", offset), Simd.Load(lanes, "p01", offset))};");
                    writer.Line($"{type} b = {Mix("column", Simd.Load(lanes, "p10", offset), Simd.Load(lanes, "p11", offset))};");
                    writer.Line($"a = {Mix("row", "a", "b")};");

                    // Not a + share · (b − a), which makes NaN of infinities.
                    string Mix(string index, string before, string after) => Simd.MultiplyAdd(
                        after, Simd.Broadcast(lanes, index + "Share"), $"{before} * {Simd.Broadcast(lanes, $"1f - {index}Share")}");

                    Simd.Store(writer, "a", lanes, step.Output.HasSlack ? lanes : channels, "yPixel", offset);
                });
            }
        }
    }

    /// <summary>Where an output row or column lies between two of the input; PyTorch's two conventions.</summary>
    private static void EmitPosition(
        CodeWriter writer, (string Index, string Before, string After) names, int input, int output, int scale, bool alignCorners)
    {
        (string index, string before, string after) = names;
        double step = alignCorners ? (output > 1 ? (input - 1.0) / (output - 1) : 0) : 1.0 / scale;
        writer.Line(output == 1 ? $"double {index}Position = 0d;"
            : step == 1 ? $"double {index}Position = {index};"
            : alignCorners ? $"double {index}Position = {index} * {Literal.Double(step)};"
            : $"double {index}Position = global::System.Math.Max(0d, ({index} + 0.5d) * {Literal.Double(step)} - 0.5d);");
        writer.Line($"int {before} = (int){index}Position;");
        writer.Line($"int {after} = {before} < {Literal.Int(input - 1)} ? {before} + 1 : {before};");
        writer.Line($"float {index}Share = (float)({index}Position - {before});");
    }
}
