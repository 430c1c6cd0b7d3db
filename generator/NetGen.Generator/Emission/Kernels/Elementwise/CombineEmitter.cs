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
        Operand[] inputs = [new Operand(step.Input, "x"), .. step.MoreInputs.Select((view, i) => new Operand(view, "x" + Literal.Int(i + 1)))];
        TensorView[] all = [.. inputs.Select(i => i.View), step.Output];
        bool runs = step.Epilogue.Rows == 0
            && all.All(v => v.HasSlack && v.HasContiguousRows && v.PixelStride == step.Input.PixelStride && v.Pixels == step.Input.Pixels);
        if (runs)
        {
            // A run of pixels has slack within it, but none after it.
            EmitVectors(writer, step, tier, (step.Input.Pixels * step.Input.PixelStride, Exact: true), [.. inputs.Select(i => i.Name)], "y");
            return;
        }

        PixelReference[] references =
        [
            .. inputs.Select(i => i.View.Pixels == step.Output.Pixels ? new PixelReference(i.Name, i.View) : new PixelReference(i.Name, 0, 0)),
            new("y", step.Output),
        ];
        using (var pixels = new PixelLoop(writer, step.Output.Height, step.Output.Width, references))
        {
            string suffix = pixels.Suffix;
            EmitVectors(writer, step, tier, (step.Output.Channels, !step.Output.HasSlack), [.. inputs.Select(i => i.Name + suffix)], "y" + suffix);
        }
    }

    private static void EmitVectors(
        CodeWriter writer, CombineStep step, Tier tier, (int Channels, bool Exact) run, string[] inputs, string output)
    {
        VectorLoop.OverChannels(writer, tier, run.Channels, (lanes, used, offset) =>
        {
            writer.Line($"{Simd.Type(lanes)} a = {Simd.Load(lanes, inputs[0], offset)};");
            foreach (string input in inputs.Skip(1))
            {
                writer.Line($"a {(step.Kind == CombineKind.Add ? "+=" : "*=")} {Simd.Load(lanes, input, offset)};");
            }

            EpilogueEmitter.StoreChannels(writer, step.Epilogue, step.Output, lanes, run.Exact ? used : lanes, output, offset);
        });
    }

    private sealed record Operand(TensorView View, string Name);
}
