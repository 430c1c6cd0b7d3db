using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Xml.Linq;

namespace NetGen.Tests.Parity;

/// <summary>
/// Reads what coverlet wrote of <see cref="PlanCoverageTests"/>, a report for each tier, and names the branches of the planner and the
/// emitters that no network of the parity tests takes on that tier.
/// </summary>
internal static class PlanCoverage
{
    public const string Command = "coverage";

    /// <summary>Prints the lines with a branch that is not taken, and the share of all that are.</summary>
    /// <param name="reports">The reports, in Cobertura's format.</param>
    /// <returns>The exit code: 0, or 2 where a report cannot be read.</returns>
    public static int Print(string[] reports)
    {
        if (reports.Length == 0 || !reports.All(File.Exists))
        {
            Console.Error.WriteLine("Give the paths of reports in Cobertura's format.");
            return 2;
        }

        foreach (string report in reports)
        {
            Line[] lines = [.. Read(report)];
            int all = lines.Sum(l => l.Branches);
            int taken = lines.Sum(l => l.Taken);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report}: {taken} of {all} branches taken"));
            foreach (Line line in lines.Where(l => l.Taken < l.Branches))
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {line.File}({line.Number}): {line.Taken} of {line.Branches}"));
            }
        }

        return 0;
    }

    private static IEnumerable<Line> Read(string report)
    {
        // A line may stand in several classes, a lambda's own among them; the most complete count is the line's.
        return XDocument.Load(report).Descendants("class")
            .SelectMany(c => c.Descendants("line").Select(l => (File: (string)c.Attribute("filename")!, Line: l)))
            .Where(l => (bool?)l.Line.Attribute("branch") == true)
            .Select(l => (l.File, Number: (int)l.Line.Attribute("number")!, Counts: ((string)l.Line.Attribute("condition-coverage")!).Split('(', '/', ')')))
            .GroupBy(l => (l.File, l.Number))
            .Select(g => new Line(g.Key.File, g.Key.Number, g.Max(l => Number(l.Counts[1])), g.Max(l => Number(l.Counts[2]))))
            .OrderBy(l => l.File, StringComparer.Ordinal)
            .ThenBy(l => l.Number);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>A line with branches.</summary>
    private sealed record Line(string File, int Number, int Taken, int Branches);
}
