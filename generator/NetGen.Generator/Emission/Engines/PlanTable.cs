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
            string layers = step.Layers.Count == 0 ? "input" : Names.Join([.. step.Layers.Select(l => plan.Graph.Layers[l].Name)]);
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

        writer.Line();
    }

    private static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
