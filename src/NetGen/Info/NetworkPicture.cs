using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace NetGen;

/// <summary>
/// Draws a network from top to bottom: a box for each layer, as dark as its share of the parameters, with a bar for its share of the
/// multiply-adds. Layers that do not follow one another stand side by side; an edge that skips some goes around them.
/// </summary>
internal static class NetworkPicture
{
    private const int BoxWidth = 260;
    private const int BoxHeight = 40;
    private const int ColumnGap = 40;
    private const int RowGap = 22;
    private const int Margin = 20;

    /// <summary>The picture as a stand-alone SVG document.</summary>
    public static string ToSvg(NetworkInfo info)
    {
        List<Box> boxes = Arrange(info);
        int columns = boxes.Max(b => b.Column) + 1;
        int bulge = boxes.SelectMany(b => b.Sources).Count() > boxes.Count ? 3 * ColumnGap : 0;
        int width = (2 * Margin) + (columns * BoxWidth) + ((columns - 1) * ColumnGap) + bulge;
        int height = (2 * Margin) + ((boxes.Max(b => b.Row) + 1) * (BoxHeight + RowGap)) + BoxHeight;

        var svg = new StringBuilder();
        Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" font-family=\"system-ui, sans-serif\" font-size=\"12\">");
        Line($"<title>{Escape(info.Name)}</title>");
        Line($"<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>");
        Line($"<text x=\"{Margin}\" y=\"{Margin + 8}\" font-size=\"15\" font-weight=\"bold\" fill=\"#222\">{Escape(info.Name)}</text>");
        Line($"<text x=\"{Margin}\" y=\"{Margin + 26}\" fill=\"#555\">{info.ParameterCount:#,0} parameters (shade), {info.MultiplyAddCount:#,0} multiply-adds (bar)</text>");
        var byName = boxes.ToDictionary(b => b.Name);
        foreach (Box box in boxes)
        {
            foreach (string source in box.Sources)
            {
                Line(Edge(byName[source], box, boxes));
            }
        }

        foreach (Box box in boxes)
        {
            Line($"<g><title>{Escape(box.Tooltip)}</title>");
            Line($"<rect x=\"{box.X}\" y=\"{box.Y}\" width=\"{BoxWidth}\" height=\"{BoxHeight}\" rx=\"5\" fill=\"{box.Fill}\" stroke=\"#888\"/>");
            if (box.WorkShare > 0)
            {
                Line($"<rect x=\"{box.X + 1}\" y=\"{box.Y + BoxHeight - 5}\" width=\"{Math.Max(1, (BoxWidth - 2) * box.WorkShare):0.#}\" height=\"4\" fill=\"#3b6fb6\"/>");
            }

            Line($"<text x=\"{box.X + 8}\" y=\"{box.Y + 16}\" font-weight=\"bold\" fill=\"#222\">{Escape(box.Label)}</text>");
            Line($"<text x=\"{box.X + 8}\" y=\"{box.Y + 31}\" fill=\"#444\">{Escape(box.Detail)}</text></g>");
        }

        Line($"</svg>");
        return svg.ToString();

        void Line(FormattableString line) => svg.Append(FormattableString.Invariant(line)).Append('\n');
    }

    /// <summary>The picture as the text of a Mermaid flow chart.</summary>
    public static string ToMermaid(NetworkInfo info)
    {
        var text = new StringBuilder("flowchart TD\n");
        var ids = new Dictionary<string, string>();
        for (int i = 0; i < info.Inputs.Length; i++)
        {
            InputInfo input = info.Inputs[i];
            ids[input.Name] = i == 0 ? "in" : string.Create(CultureInfo.InvariantCulture, $"in{i + 1}");
            text.Append(CultureInfo.InvariantCulture, $"    {ids[input.Name]}([\"{input.Name} {input.Shape}\"])\n");
        }

        for (int i = 0; i < info.Layers.Length; i++)
        {
            LayerInfo layer = info.Layers[i];
            ids[layer.Name] = string.Create(CultureInfo.InvariantCulture, $"n{i}");
            string parameters = layer.ParameterCount > 0 ? string.Create(CultureInfo.InvariantCulture, $"<br/>{layer.ParameterCount:#,0} parameters") : "";
            text.Append(CultureInfo.InvariantCulture, $"    n{i}[\"{layer.Name}: {layer.Kind}<br/>{layer.Output}{parameters}\"]\n");
        }

        foreach (LayerInfo layer in info.Layers)
        {
            foreach (string source in layer.Sources)
            {
                text.Append(CultureInfo.InvariantCulture, $"    {ids[source]} --> {ids[layer.Name]}\n");
            }
        }

        foreach (InputInfo state in info.Inputs.Where(i => i.Next is not null))
        {
            text.Append(CultureInfo.InvariantCulture, $"    {ids[state.Next!]} -.-> {ids[state.Name]}\n");
        }

        long most = Math.Max(1, info.Layers.Max(l => l.ParameterCount));
        foreach (LayerInfo layer in info.Layers.Where(l => l.ParameterCount > 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"    style {ids[layer.Name]} fill:{Shade(layer.ParameterCount, most)},color:#222\n");
        }

        return text.ToString();
    }

    private sealed record Box(string Name, string Label, string Detail, string Tooltip, IReadOnlyList<string> Sources, string Fill, double WorkShare, int Row, int Column)
    {
        public int X => Margin + (Column * (BoxWidth + ColumnGap));

        public int Y => Margin + BoxHeight + (Row * (BoxHeight + RowGap));
    }

    /// <summary>A layer stands one row below the lowest of its sources, in that one's column where it is free.</summary>
    private static List<Box> Arrange(NetworkInfo info)
    {
        long mostParameters = Math.Max(1, info.Layers.Max(l => l.ParameterCount));
        double mostWork = Math.Max(1, info.Layers.Max(l => l.MultiplyAddCount));
        var boxes = new List<Box>();
        var places = new Dictionary<string, (int Row, int Column)>();
        var occupied = new HashSet<(int Row, int Column)>();
        foreach (InputInfo input in info.Inputs)
        {
            string detail = input.Shape + (input.Next is { } next ? $", then {next}" : "");
            places[input.Name] = (0, boxes.Count);
            occupied.Add((0, boxes.Count));
            boxes.Add(new Box(input.Name, input.Name, detail, input.Name, [], "#e8f0e8", 0, 0, boxes.Count));
        }

        foreach (LayerInfo layer in info.Layers)
        {
            (int Row, int Column) above = layer.Sources.Select(s => places[s]).OrderBy(p => -p.Row).ThenBy(p => p.Column).First();
            (int Row, int Column) place = (above.Row + 1, layer.Sources.Min(s => places[s].Column));
            while (!occupied.Add(place))
            {
                place.Column++;
            }

            places[layer.Name] = place;
            string parameters = layer.ParameterCount > 0 ? string.Create(CultureInfo.InvariantCulture, $", {layer.ParameterCount:#,0}") : "";
            boxes.Add(new Box(
                layer.Name,
                $"{layer.Name}  {layer.Kind}",
                $"{layer.Output}{parameters}",
                string.Create(CultureInfo.InvariantCulture, $"{layer.Name}: {layer.Input} to {layer.Output}; {layer.ParameterFormula}; {layer.MultiplyAddCount:#,0} multiply-adds; {layer.Algorithm}"),
                layer.Sources,
                layer.ParameterCount > 0 ? Shade(layer.ParameterCount, mostParameters) : "#f6f6f6",
                layer.MultiplyAddCount / mostWork,
                place.Row,
                place.Column));
        }

        return boxes;
    }

    /// <summary>From white to orange with the square root of the share, so that small layers still differ.</summary>
    private static string Shade(long value, long most)
    {
        double share = Math.Sqrt((double)value / most);
        return string.Create(
            CultureInfo.InvariantCulture, $"#ff{(int)Math.Round(250 - (90 * share)):x2}{(int)Math.Round(240 - (180 * share)):x2}");
    }

    private static FormattableString Edge(Box from, Box to, List<Box> boxes)
    {
        int x1 = from.X + (BoxWidth / 2);
        int y1 = from.Y + BoxHeight;
        int x2 = to.X + (BoxWidth / 2);
        int y2 = to.Y;
        bool passes = boxes.Any(b => b.Column == to.Column && b.Row > from.Row && b.Row < to.Row);
        if (!passes || from.Column != to.Column)
        {
            int middle = (y1 + y2) / 2;
            return $"<path d=\"M{x1} {y1} C{x1} {middle} {x2} {middle} {x2} {y2}\" fill=\"none\" stroke=\"#888\" stroke-width=\"1.5\"/>";
        }

        // Around the boxes between, on the right of all columns that stand there.
        int right = boxes.Where(b => b.Row > from.Row && b.Row < to.Row).Max(b => b.X) + BoxWidth;
        int bulge = right + (ColumnGap / 2) + Math.Min(2 * ColumnGap, 6 * (to.Row - from.Row));
        int side1 = from.Y + (BoxHeight / 2);
        int side2 = to.Y + (BoxHeight / 2);
        return $"<path d=\"M{from.X + BoxWidth} {side1} C{bulge} {side1} {bulge} {side2} {to.X + BoxWidth} {side2}\" fill=\"none\" stroke=\"#c0504d\" stroke-width=\"1.5\"/>";
    }

    private static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
