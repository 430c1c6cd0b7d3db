using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>
/// Writes element-wise functions: over whole runs of memory, slack lanes included, or pixel by pixel where channels have
/// parameters of their own.
/// </summary>
internal static class ElementwiseEmitter
{
    /// <summary>Writes a kernel's body; <c>x</c>, <c>w</c> and <c>y</c> are its input, packed weights and output.</summary>
    public static void Emit(CodeWriter writer, ElementwiseStep step, Tier tier)
    {
        TensorView input = step.Input;
        TensorView output = step.Output;
        bool exact = !output.HasSlack;

        // A run of pixels has slack within it, but none behind it.
        bool runs = step.Epilogue.Rows == 0 && input.HasSlack && output.HasSlack && input.PixelStride == output.PixelStride;
        if (runs && input.HasContiguousRows && output.HasContiguousRows)
        {
            EmitRun(writer, step, tier, input.Pixels * input.PixelStride, exact: true);
            return;
        }

        writer.Open($"for (nuint row = 0; row < {Code.Text(input.Height)}; row++)");
        if (runs)
        {
            EmitRun(writer, step, tier, input.Width * input.PixelStride, exact: true);
        }
        else
        {
            writer.Line("ref float xPixel = ref x;");
            writer.Line("ref float yPixel = ref y;");
            writer.Open($"for (nuint column = 0; column < {Code.Text(input.Width)}; column++)");
            EmitRun(writer, step, tier, input.Channels, exact, "xPixel", "yPixel");
            writer.Line(Code.Advance("xPixel", input.PixelStride));
            writer.Line(Code.Advance("yPixel", output.PixelStride));
            writer.Close();
        }

        writer.Line(Code.Advance("x", input.RowStride));
        writer.Line(Code.Advance("y", output.RowStride));
        writer.Close();
    }

    private static void EmitRun(
        CodeWriter writer, ElementwiseStep step, Tier tier, int length, bool exact, string x = "x", string y = "y")
    {
        Slots.ForEach(writer, tier, length, (lanes, channels, offset) =>
        {
            writer.Line($"{Code.VectorType(lanes)} a = {Code.Load(lanes, x, offset)};");
            EpilogueEmitter.StoreChannels(writer, step.Epilogue, step.Output, lanes, exact ? channels : lanes, y, offset);
        });
    }
}
