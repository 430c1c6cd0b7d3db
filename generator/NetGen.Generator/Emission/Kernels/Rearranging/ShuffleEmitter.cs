using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes shuffles: copies value by value, from channel to channel or from channels to pixels.</summary>
internal static class ShuffleEmitter
{
    /// <summary>Writes a channel shuffle's body; <c>x</c> and <c>y</c> are its input and output.</summary>
    public static void Emit(CodeWriter writer, ChannelShuffleStep step)
    {
        int perGroup = step.Input.Channels / step.Groups;
        OpenPixels(writer, step.Input);
        writer.Open($"for (nuint group = 0; group < {Code.Text(step.Groups)}; group++)");
        writer.Open($"for (nuint c = 0; c < {Code.Text(perGroup)}; c++)");
        writer.Line(
            $"Unsafe.Add(ref yPixel, (c * {Code.Text(step.Groups)}) + group) = Unsafe.Add(ref xPixel, ((group * {Code.Text(perGroup)}) + c) * {Code.Text(step.Input.ChannelStride)});");
        writer.Close();
        writer.Close();
        ClosePixels(writer, step.Input, step.Output.RowStride, step.Output.PixelStride);
    }

    /// <summary>Writes a pixel shuffle's body; <c>x</c> and <c>y</c> are its input and output.</summary>
    public static void Emit(CodeWriter writer, PixelShuffleStep step)
    {
        string factor = Code.Text(step.Factor);
        OpenPixels(writer, step.Input);
        writer.Open($"for (nuint c = 0; c < {Code.Text(step.Output.Channels)}; c++)");
        writer.Open($"for (nuint dy = 0; dy < {factor}; dy++)");
        writer.Open($"for (nuint dx = 0; dx < {factor}; dx++)");
        writer.Line(
            $"Unsafe.Add(ref yPixel, (dy * {Code.Text(step.Output.RowStride)}) + (dx * {Code.Text(step.Output.PixelStride)}) + c) = Unsafe.Add(ref xPixel, ((((c * {factor}) + dy) * {factor}) + dx) * {Code.Text(step.Input.ChannelStride)});");
        writer.Close();
        writer.Close();
        writer.Close();
        ClosePixels(writer, step.Input, step.Output.RowStride * step.Factor, step.Output.PixelStride * step.Factor);
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
