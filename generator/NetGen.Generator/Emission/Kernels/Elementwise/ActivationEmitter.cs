using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>
/// Writes element-wise functions: over whole runs of memory, slack lanes included, or pixel by pixel where channels have
/// parameters of their own.
/// </summary>
internal static class ActivationEmitter
{
    /// <summary>Writes a kernel's body; <c>x</c>, <c>w</c> and <c>y</c> are its input, packed weights and output.</summary>
    public static void Emit(CodeWriter writer, ActivationStep step, Tier tier)
    {
        TensorView input = step.Input;
        TensorView output = step.Output;

        // A run of pixels has slack within it, but none after it.
        bool runs = step.Epilogue.Rows == 0 && input.HasSlack && output.HasSlack && input.PixelStride == output.PixelStride;
        if (runs && input.HasContiguousRows && output.HasContiguousRows)
        {
            EmitRun(writer, step, tier, input.Pixels * input.PixelStride, exact: true);
            return;
        }

        if (runs)
        {
            using (writer.For("row", input.Height, ("x", input.RowStride), ("y", output.RowStride)))
            {
                EmitRun(writer, step, tier, input.Width * input.PixelStride, exact: true);
            }
        }
        else
        {
            using (var pixels = new PixelLoop(writer, input.Height, input.Width, new("x", input), new("y", output)))
            {
                EmitRun(writer, step, tier, input.Channels, exact: !output.HasSlack, pixels.Suffix);
            }
        }
    }

    private static void EmitRun(
        CodeWriter writer, ActivationStep step, Tier tier, int length, bool exact, string suffix = "")
    {
        VectorLoop.OverChannels(writer, tier, length, (lanes, channels, offset) =>
        {
            writer.Line($"{Simd.Type(lanes)} a = {Simd.Load(lanes, "x" + suffix, offset)};");
            EpilogueEmitter.StoreChannels(writer, step.Epilogue, step.Output, lanes, exact ? channels : lanes, "y" + suffix, offset);
        });
    }
}
