using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>Writes a plan as a comment: what is called, how, and where the results live.</summary>
internal static class PlanTable
{
    public static void Write(CodeWriter writer, ClassSyntax network, Plan plan, string variant)
    {
        var rows = new List<string[]> { new[] { "layers", "shape", "algorithm", "result at", "floats" } };
        foreach (Step step in plan.LayerSteps)
        {
            string layers = Names.Of(plan, step);
            bool inWorkspace = step.Output.Buffer >= 0;
            rows.Add([
                step.Purpose is null ? layers : $"{layers} ({step.Algorithm})",
                Names.Shape(step.Output),
                step.Description,
                inWorkspace ? Number(plan.OffsetOf(step.Output)) : "output",
                Number(inWorkspace ? plan.Buffers[step.Output.Buffer].Length : step.Output.Length),
            ]);
        }

        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length))];
        writer.Line($"// {network.Name}, {variant}: workspace {Number(plan.WorkspaceLength)} floats, packed weights {Number(plan.WeightLength)} floats");
        writer.Line("//");
        foreach (string[] row in rows)
        {
            writer.Line(("// " + string.Join("  ", row.Select((cell, c) => c < 3 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c])))).TrimEnd());
        }

        writer.Line("//");
        writer.Line("""
            // Run calls a kernel for each row. Its name says what it computes, what it reads and what it gives: Convolution3x3_6x16x16_12x14x14
            // takes 6 channels of 16 × 16 pixels, zeros around them counted, to 12 of 14 × 14. Layers that come to the same code share a kernel.
            // x is what a kernel reads, x1, x2 … what it reads besides, w its packed weights, s its scratch memory, and y what it writes; from and
            // to are its first unit of work, a tile or row, and the one after its last. Of parts threads, part is the one that runs.
            // Within, d and v are values of the input, k weights, a sums on their way to results, and q is where taps read.
            // Offsets are floats: row · row stride + column · pixel stride + channel, channels padded to vectors of four.
            """);
        if (variant.StartsWith("observed", System.StringComparison.Ordinal))
        {
            writer.Line("// Show takes a layer's number, its result, and six numbers: channels, height, width, and the strides of rows, pixels and channels.");
        }

        writer.Line();
    }

    private static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
