using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace NetGen;

/// <summary>Prints a network's layer table.</summary>
internal static class NetworkTable
{
    private static readonly (string Title, bool Right)[] Columns =
    [
        ("Layer", false), ("Kind", false), ("Output", false), ("Parameters", true), ("Product", false), ("Share", true),
        ("Multiply-adds", true), ("Share", true),
    ];

    public static string ToText(NetworkInfo network)
    {
        List<string[]> rows = Rows(network);
        int[] widths = [.. Columns.Select((column, i) => Math.Max(column.Title.Length, rows.Max(row => row[i].Length)))];
        StringBuilder text = new();
        text.Append(Title(network)).Append('\n');
        Append([.. Columns.Select(column => column.Title)]);
        Append([.. widths.Select(width => new string('-', width))]);
        for (int i = 0; i < rows.Count; i++)
        {
            if (i == rows.Count - 1)
            {
                Append([.. widths.Select(width => new string('-', width))]);
            }

            Append(rows[i]);
        }

        return text.ToString();

        void Append(string[] cells)
        {
            IEnumerable<string> padded = cells.Select((cell, i) =>
                Columns[i].Right ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            text.Append(string.Join("  ", padded).TrimEnd()).Append('\n');
        }
    }

    public static string ToMarkdown(NetworkInfo network)
    {
        StringBuilder text = new();
        text.Append("**").Append(Title(network)).Append("**\n\n");
        Append(Columns.Select(column => column.Title));
        Append(Columns.Select(column => column.Right ? "---:" : "---"));
        List<string[]> rows = Rows(network);
        foreach (string[] row in rows.SkipLast(1))
        {
            Append(row.Select(Escape));
        }

        Append(rows[^1].Select(cell => cell.Length == 0 ? "" : $"**{cell}**"));
        return text.ToString();

        void Append(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }

    private static string Title(NetworkInfo network) => $"{network.Name}: {network.Input} to {network.Output}";

    private static string Escape(string cell) => cell.Replace("|", "\\|", StringComparison.Ordinal);

    /// <summary>A row for each layer and one for the totals.</summary>
    private static List<string[]> Rows(NetworkInfo network)
    {
        long parameters = network.ParameterCount;
        long multiplyAdds = network.MultiplyAddCount;
        List<string[]> rows = [.. network.Layers.Select(layer => new[]
        {
            layer.Name, layer.Kind, layer.Output.ToString(), Number(layer.ParameterCount), layer.ParameterFormula,
            Share(layer.ParameterCount, parameters), Number(layer.MultiplyAddCount), Share(layer.MultiplyAddCount, multiplyAdds),
        })];
        rows.Add(["Total", "", network.Output.ToString(), Number(parameters), "", "", Number(multiplyAdds), ""]);
        return rows;
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Share(long part, long whole) => part == 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:0.0} %");
}
