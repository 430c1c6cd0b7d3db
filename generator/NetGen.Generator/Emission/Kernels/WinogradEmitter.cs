using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>
/// Writes convolutions by Winograd's algorithm: the transforms of a block of tiles, vectors running over channels, and the walk over
/// blocks. The products between them are ordinary filter kernels.
/// </summary>
internal static class WinogradEmitter
{
    /// <summary>The kernels of one kind of block.</summary>
    /// <param name="Rows">Its tile rows.</param>
    /// <param name="IsLast">Whether it is the last block only, whose last tiles reach over the edge.</param>
    /// <param name="Input">The kernel that transforms its input.</param>
    /// <param name="Product">The kernel that multiplies one plane.</param>
    /// <param name="Output">The kernel that transforms its products back.</param>
    public sealed record Block(int Rows, bool IsLast, string Input, string Product, string Output);

    /// <summary>
    /// Writes the walk over blocks; <c>x</c>, <c>w</c>, <c>s</c> and <c>y</c> are the input, packed weights, scratch and output, and
    /// <c>x1</c> what a residual connection adds. Threads take blocks, or filters of every block, and have scratch of their own.
    /// </summary>
    public static void EmitBlocks(CodeWriter writer, WinogradStep step, IReadOnlyList<Block> kinds)
    {
        writer.Line($"ref float products = ref {Code.At("s", step.Transform.Planes * step.InputPlane)};");
        (string Reference, long Distance)[] moved = [("x", step.Input.RowStride), ("y", step.Output.RowStride)];
        if (step.Residual is { } residual)
        {
            moved = [.. moved, ("x1", residual.RowStride)];
        }

        if (step.Units > 1 && !step.SharesFilters)
        {
            writer.Line($"nuint firstRow = {FirstRow("from")} * {Code.Text(step.Transform.Outputs)};");
            foreach ((string reference, long distance) in moved)
            {
                writer.Line($"{reference} = ref Unsafe.Add(ref {reference}, firstRow * {Code.Text(distance)});");
            }

            writer.Open("for (nuint block = from; block < to; block++)");
        }
        else if (!Code.OpenLoop(writer, "block", step.Blocks))
        {
            writer.Open();
        }

        for (int i = 0; i < kinds.Count; i++)
        {
            Block kind = kinds[i];
            if (kinds.Count > 1)
            {
                string condition = kind.IsLast ? $"block == {Code.Text(step.Blocks - 1)}"
                    : $"{FirstRow("(block + 1)")} - {FirstRow("block")} == {Code.Text(kind.Rows)}";
                writer.Open(i == kinds.Count - 1 ? "else" : $"{(i > 0 ? "else " : "")}if ({condition})");
            }

            EmitBlock(writer, step, kind);
            foreach ((string reference, long distance) in moved)
            {
                writer.Line(Code.Advance(reference, kind.Rows * step.Transform.Outputs * distance));
            }

            if (kinds.Count > 1)
            {
                writer.Close();
            }
        }

        writer.Close();

        // Higher and lower blocks take turns.
        string FirstRow(string block) => step.TileRows % step.Blocks == 0
            ? $"{block} * {Code.Text(step.TileRows / step.Blocks)}"
            : $"({block} * {Code.Text(step.TileRows)} / {Code.Text(step.Blocks)})";
    }

    private static void EmitBlock(CodeWriter writer, WinogradStep step, Block block)
    {
        string share = step.SharesFilters ? ", from, to" : "";
        string rows = step.Heights.Length > 1 ? ", " + Code.Text(block.Rows) : "";
        writer.Line($"{block.Input}(ref x, ref s{rows});");
        writer.Line($"ref float inputPlane = ref s;");
        writer.Line($"ref float weightPlane = ref {Code.At("w", step.HeadLength)};");
        writer.Line("ref float productPlane = ref products;");
        writer.Open($"for (nuint plane = 0; plane < {Code.Text(step.Transform.Planes)}; plane++)");
        writer.Line($"{block.Product}(ref inputPlane, ref weightPlane, ref productPlane{share});");
        writer.Line(Code.Advance("inputPlane", step.InputPlane));
        writer.Line(Code.Advance("weightPlane", step.WeightPlane));
        writer.Line(Code.Advance("productPlane", step.ProductPlane));
        writer.Close();
        writer.Line($"{block.Output}(ref products, {(step.Residual is null ? "" : "ref x1, ")}ref w, ref y{rows}{share});");
    }

    /// <summary>Opens the loop over a block's tile rows, unless there is one in every block. Blocks of two heights share their kernels.</summary>
    private static bool OpenRows(CodeWriter writer, WinogradStep step)
    {
        if (step.Heights.Length == 1)
        {
            return Code.OpenLoop(writer, "row", step.Heights[0]);
        }

        writer.Open("for (nuint row = 0; row < tileRows; row++)");
        return true;
    }

    /// <summary>Writes the transform of a block's input; <c>x</c> is its first tile and <c>y</c> the planes.</summary>
    public static void EmitInput(CodeWriter writer, WinogradStep step, Tier tier)
    {
        int size = step.Transform.Size;
        int pixel = Tier.PixelStride(step.Channels);
        bool loop = OpenRows(writer, step);
        writer.Line("ref float xTile = ref x;");
        writer.Open($"for (nuint column = 0; column < {Code.Text(step.TileColumns)}; column++)");
        Slots.ForEach(
            writer,
            tier,
            step.Channels,
            (lanes, _, offset) =>
            {
                for (int column = 0; column < size; column++)
                {
                    int c = column;
                    string[] loads = [.. Enumerable.Range(0, size).Select(row => $"d{Code.Text(row)}_{Code.Text(c)}")];
                    for (int row = 0; row < size; row++)
                    {
                        string value = Code.Load(
                            lanes, "xTile", Code.Plus(offset, (row * step.Input.RowStride) + (c * step.Input.PixelStride)));
                        writer.Line($"{Code.VectorType(lanes)} {loads[row]} = {value};");
                    }

                    TransformInput(writer, step.Transform, lanes, loads, [.. Enumerable.Range(0, size).Select(row => $"t{Code.Text(row)}_{Code.Text(c)}")]);
                }

                for (int row = 0; row < size; row++)
                {
                    int r = row;
                    string[] results = [.. Enumerable.Range(0, size).Select(column => $"v{Code.Text(r)}_{Code.Text(column)}")];
                    TransformInput(writer, step.Transform, lanes, [.. Enumerable.Range(0, size).Select(column => $"t{Code.Text(r)}_{Code.Text(column)}")], results);
                    for (int column = 0; column < size; column++)
                    {
                        Code.Store(writer, results[column], lanes, lanes, "y", offset, ((r * size) + column) * step.InputPlane);
                    }
                }
            },
            mostUnrolled: 1);
        writer.Line(Code.Advance("xTile", step.Transform.Outputs * step.Input.PixelStride));
        writer.Line(Code.Advance("y", pixel));
        writer.Close();
        if (loop)
        {
            writer.Line(Code.Advance("x", step.Transform.Outputs * step.Input.RowStride));
            writer.Close();
        }
    }

    /// <summary>
    /// Writes the transform of a block's products into its output; <c>x</c> is the planes, <c>x1</c> what a residual connection adds,
    /// <c>w</c> the head of the weights and <c>y</c> the block's first output.
    /// </summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="step">The step.</param>
    /// <param name="tier">The tier.</param>
    /// <param name="lastRows">The outputs of the last tile row, which may reach over the edge.</param>
    public static void EmitOutput(CodeWriter writer, WinogradStep step, Tier tier, int lastRows)
    {
        int outputs = step.Transform.Outputs;
        int lastColumns = step.Output.Width - ((step.TileColumns - 1) * outputs);
        (string Reference, long Distance)[] moved = [("y", outputs * step.Output.RowStride)];
        if (step.Residual is { } residual)
        {
            moved = [.. moved, ("x1", outputs * residual.RowStride)];
        }

        bool loop = OpenRows(writer, step);
        if (lastRows < outputs)
        {
            writer.Line($"nuint rows = {(loop ? $"row == {Code.Text(step.Heights[0] - 1)} ? {Code.Text(lastRows)}u : {Code.Text(outputs)}u" : Code.Text(lastRows) + "u")};");
        }

        writer.Line("ref float yTile = ref y;");
        if (step.Residual is not null)
        {
            writer.Line("ref float x1Tile = ref x1;");
        }

        writer.Open($"for (nuint column = 0; column < {Code.Text(step.TileColumns)}; column++)");
        if (lastColumns < outputs)
        {
            writer.Line($"nuint columns = column == {Code.Text(step.TileColumns - 1)} ? {Code.Text(lastColumns)}u : {Code.Text(outputs)}u;");
        }

        EmitOutputTile(writer, step, tier, lastRows, lastColumns);
        writer.Line(Code.Advance("x", Tier.PixelStride(step.Filters)));
        writer.Line(Code.Advance("yTile", outputs * step.Output.PixelStride));
        if (step.Residual is not null)
        {
            writer.Line(Code.Advance("x1Tile", outputs * step.Residual.PixelStride));
        }

        writer.Close();
        if (loop)
        {
            foreach ((string reference, long distance) in moved)
            {
                writer.Line(Code.Advance(reference, distance));
            }

            writer.Close();
        }
    }

    /// <summary>One tile; of those at the edge, what lies beyond it is neither computed nor stored.</summary>
    private static void EmitOutputTile(CodeWriter writer, WinogradStep step, Tier tier, int lastRows, int lastColumns)
    {
        int size = step.Transform.Size;
        int outputs = step.Transform.Outputs;
        Slots.ForEach(
            writer,
            tier,
            step.Filters,
            (lanes, channels, offset) =>
            {
                for (int column = 0; column < size; column++)
                {
                    int c = column;
                    string[] loads = [.. Enumerable.Range(0, size).Select(row => $"m{Code.Text(row)}_{Code.Text(c)}")];
                    for (int row = 0; row < size; row++)
                    {
                        string value = Code.Load(lanes, "x", Code.Plus(offset, ((row * size) + c) * step.ProductPlane));
                        writer.Line($"{Code.VectorType(lanes)} {loads[row]} = {value};");
                    }

                    TransformOutput(writer, step.Transform, lanes, loads, [.. Enumerable.Range(0, outputs).Select(row => $"u{Code.Text(row)}_{Code.Text(c)}")]);
                }

                writer.Line($"{Code.VectorType(lanes)} bias = {Code.Load(lanes, "w", offset)};");
                for (int row = 0; row < outputs; row++)
                {
                    int r = row;
                    bool mayLieBeyond = row >= lastRows;
                    if (mayLieBeyond)
                    {
                        writer.Open($"if (rows > {Code.Text(row)})");
                    }

                    string[] results = [.. Enumerable.Range(0, outputs).Select(column => $"a{Code.Text(r)}_{Code.Text(column)}")];
                    TransformOutput(writer, step.Transform, lanes, [.. Enumerable.Range(0, size).Select(column => $"u{Code.Text(r)}_{Code.Text(column)}")], results);
                    for (int column = 0; column < outputs; column++)
                    {
                        if (column == lastColumns)
                        {
                            writer.Open($"if (columns > {Code.Text(column)})");
                        }

                        EmitResult(writer, step, lanes, channels, offset, row, column, results[column]);
                    }

                    if (lastColumns < outputs)
                    {
                        writer.Close();
                    }

                    if (mayLieBeyond)
                    {
                        writer.Close();
                    }
                }
            },
            mostUnrolled: 1,
            unit: step.SharesFilters ? step.Products[0].Tile.Vectors * tier.Lanes : null);
    }

    private static void EmitResult(
        CodeWriter writer, WinogradStep step, int lanes, int channels, string offset, int row, int column, string result)
    {
        writer.Line($"{result} += bias;");
        EpilogueEmitter.Store(
            writer,
            step.Epilogue,
            step.Output,
            result,
            lanes,
            step.Output.HasSlack ? lanes : channels,
            "yTile",
            Code.Place(step.Output, offset),
            parameter => Code.Load(lanes, "w", Code.Plus(offset, (parameter + 1) * step.HeadStride)),
            () => Code.Load(lanes, "x1Tile", Code.Plus(offset, (row * step.Residual!.RowStride) + (column * step.Residual.PixelStride))),
            (row * step.Output.RowStride) + (column * step.Output.PixelStride));
    }

    /// <summary>
    /// One dimension of the input transform. Row 0 and the last are the product of all (x² − p²), and x times that; the rows of ±p
    /// share the product of the others: its values E at even inputs and O at odd ones give E ± p · O.
    /// </summary>
    private static void TransformInput(CodeWriter writer, WinogradTransform transform, int lanes, string[] d, string[] r)
    {
        string type = Code.VectorType(lanes);
        int[] all = transform.EvenCoefficients(without: 0);
        Line(r[0], Sum(lanes, all, i => d[2 * i]));
        int next = 1;
        foreach (int p in transform.Points)
        {
            int[] others = transform.EvenCoefficients(without: p);
            string even = r[next] + "e";
            string odd = r[next] + "o";
            Line(even, Sum(lanes, others, i => d[(2 * i) + 2]));
            Line(odd, Sum(lanes, others, i => d[(2 * i) + 1]));
            Line(r[next], p == 1 ? $"{even} + {odd}" : Code.MultiplyAdd(odd, Constant(lanes, p), even));
            Line(r[next + 1], p == 1 ? $"{even} - {odd}" : Code.MultiplyAdd(odd, Constant(lanes, -p), even));
            next += 2;
        }

        Line(r[next], Sum(lanes, all, i => d[(2 * i) + 1]));

        void Line(string name, string value) => writer.Line($"{type} {name} = {value};");
    }

    /// <summary>One dimension of the output transform: output i is the sum over points of pⁱ times its value, and the last has infinity's too.</summary>
    private static void TransformOutput(CodeWriter writer, WinogradTransform transform, int lanes, string[] m, string[] y)
    {
        string type = Code.VectorType(lanes);
        string stem = m[0].Replace('m', 'p').Replace('u', 'q');
        int next = 1;
        foreach (int p in transform.Points)
        {
            Line($"{stem}s{Code.Text(p)}", $"{m[next]} + {m[next + 1]}");
            if (y.Length > 1)
            {
                Line($"{stem}d{Code.Text(p)}", $"{m[next]} - {m[next + 1]}");
            }

            next += 2;
        }

        for (int i = 0; i < y.Length; i++)
        {
            int power = i;
            string kind = i % 2 == 0 ? "s" : "d";
            string sum = Sum(
                lanes,
                [.. transform.Points.Select(p => (int)System.Math.Pow(p, power))],
                n => $"{stem}{kind}{Code.Text(n + 1)}");
            sum = i == 0 ? $"{m[0]} + {sum}" : sum;
            Line(y[i], i == transform.Outputs - 1 ? $"{sum} + {m[next]}" : sum);
        }

        void Line(string name, string value) => writer.Line($"{type} {name} = {value};");
    }

    /// <summary>A sum of values times small integers, one of which is 1.</summary>
    private static string Sum(int lanes, int[] coefficients, System.Func<int, string> value)
    {
        int first = System.Array.LastIndexOf(coefficients, 1);
        string sum = value(first);
        for (int i = coefficients.Length - 1; i >= 0; i--)
        {
            sum = i == first ? sum
                : coefficients[i] == 1 ? $"{sum} + {value(i)}"
                : coefficients[i] == -1 ? $"({sum} - {value(i)})"
                : Code.MultiplyAdd(value(i), Constant(lanes, coefficients[i]), sum);
        }

        return sum;
    }

    private static string Constant(int lanes, int value) =>
        Code.Broadcast(lanes, value.ToString(CultureInfo.InvariantCulture) + "f");
}
