using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes sums and products of several results, pixel by pixel; an input of one pixel stands for all.</summary>
internal static class CombineEmitter
{
    /// <summary>
    /// Writes a kernel's body; <c>x</c>, <c>x1</c>, <c>x2</c> and so on are its inputs, <c>w</c> the epilogue's parameters and
    /// <c>y</c> its output.
    /// </summary>
    public static void Emit(CodeWriter writer, CombineStep step, Tier tier)
    {
        Operand[] inputs = [new Operand(step.Input, "x"), .. step.MoreInputs.Select((view, i) => new Operand(view, "x" + Code.Text(i + 1)))];
        TensorView[] all = [.. inputs.Select(i => i.View), step.Output];
        bool runs = step.Epilogue.Rows == 0
            && all.All(v => v.HasSlack && v.HasContiguousRows && v.PixelStride == step.Input.PixelStride && v.Pixels == step.Input.Pixels);
        if (runs)
        {
            // A run of pixels has slack within it, but none behind it.
            EmitVectors(writer, step, tier, step.Input.Pixels * step.Input.PixelStride, exact: true, [.. inputs.Select(i => i.Name)], "y");
            return;
        }

        writer.Open($"for (nuint row = 0; row < {Code.Text(step.Output.Height)}; row++)");
        foreach (Operand input in inputs)
        {
            writer.Line($"ref float {input.Name}Pixel = ref {input.Name};");
        }

        writer.Line("ref float yPixel = ref y;");
        writer.Open($"for (nuint column = 0; column < {Code.Text(step.Output.Width)}; column++)");
        EmitVectors(writer, step, tier, step.Output.Channels, !step.Output.HasSlack, [.. inputs.Select(i => i.Name + "Pixel")], "yPixel");
        foreach (Operand input in inputs.Where(i => i.View.Pixels == step.Output.Pixels))
        {
            writer.Line(Code.Advance(input.Name + "Pixel", input.View.PixelStride));
        }

        writer.Line(Code.Advance("yPixel", step.Output.PixelStride));
        writer.Close();
        foreach (Operand input in inputs.Where(i => i.View.Pixels == step.Output.Pixels))
        {
            writer.Line(Code.Advance(input.Name, input.View.RowStride));
        }

        writer.Line(Code.Advance("y", step.Output.RowStride));
        writer.Close();
    }

    private static void EmitVectors(CodeWriter writer, CombineStep step, Tier tier, int channels, bool exact, string[] inputs, string output)
    {
        Slots.ForEach(writer, tier, channels, (lanes, used, offset) =>
        {
            writer.Line($"{Code.VectorType(lanes)} a = {Code.Load(lanes, inputs[0], offset)};");
            foreach (string input in inputs.Skip(1))
            {
                writer.Line($"a {(step.Kind == CombineKind.Add ? "+=" : "*=")} {Code.Load(lanes, input, offset)};");
            }

            EpilogueEmitter.StoreChannels(writer, step.Epilogue, step.Output, lanes, exact ? used : lanes, output, offset);
        });
    }

    private sealed record Operand(TensorView View, string Name);
}
