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
    /// <summary>The kernels of a convolution.</summary>
    /// <param name="Input">The one that transforms a block's input.</param>
    /// <param name="Products">Those that multiply one plane, for each size of block.</param>
    /// <param name="Output">The one that transforms a block's products back.</param>
    public sealed record Parts(string Input, IReadOnlyList<string> Products, string Output);

    /// <summary>
    /// Writes the walk over blocks; <c>x</c>, <c>w</c>, <c>s</c> and <c>y</c> are the input, packed weights, scratch and output, and
    /// <c>x1</c> what a residual connection adds. Threads take blocks, or filters of the only one, and have scratch of their own.
    /// </summary>
    public static void EmitBlocks(CodeWriter writer, WinogradStep step, Parts parts)
    {
        writer.Line($"ref float products = ref {Code.At("s", step.Transform.Planes * step.InputPlane)};");
        string share = step.SharesFilters ? ", from, to" : "";
        string tiles = "";
        bool loops = Code.OpenUnits(writer, "block", step.Blocks, step.TakesShare && !step.SharesFilters);
        if (step.Blocks > 1)
        {
            // Larger and smaller blocks take turns.
            writer.Line($"nuint first = {FirstTile("block")};");
            writer.Line($"nuint end = {FirstTile("(block + 1)")};");
            tiles = ", first, end";
        }

        writer.Line($"{parts.Input}(ref x, ref s{tiles});");
        writer.Line($"ref float inputPlane = ref s;");
        writer.Line($"ref float weightPlane = ref {Code.At("w", step.HeadLength)};");
        writer.Line("ref float productPlane = ref products;");
        int planes = step.Transform.Planes;
        writer.Open($"for (nuint plane = 0; plane < {Code.Text(planes)}; plane++)");
        if (step.Products[0].HasPhases)
        {
            writer.Line("// At infinity, the shorter phases have no value.");
            writer.Line($"nuint phases = plane == {Code.Text(planes - 1)} ? {Code.Text(step.Transform.PhasesAtInfinity)}u : {Code.Text(step.Transform.Stride)}u;");
        }

        if (parts.Products.Count == 1)
        {
            EmitProduct(parts.Products[0]);
        }
        else
        {
            writer.Open($"if (end - first == {Code.Text(step.BlockTiles)})");
            EmitProduct(parts.Products[0]);
            writer.Close();
            writer.Open("else");
            EmitProduct(parts.Products[1]);
            writer.Close();
            writer.Line();
        }

        writer.Line(Code.Advance("inputPlane", step.InputPlane));
        writer.Line(Code.Advance("weightPlane", step.WeightPlane));
        writer.Line(Code.Advance("productPlane", step.ProductPlane));
        writer.Close();
        writer.Line($"{parts.Output}(ref products, {(step.Residual is null ? "" : "ref x1, ")}ref w, ref y{tiles}{share});");
        if (loops)
        {
            writer.Close();
        }

        void EmitProduct(string product) => writer.Line($"{product}(ref inputPlane, ref weightPlane, ref productPlane{(step.Products[0].HasPhases ? ", phases" : "")}{share});");

        string FirstTile(string block) => step.Tiles % step.Blocks == 0
            ? $"{block} * {Code.Text(step.Tiles / step.Blocks)}"
            : $"{block} * {Code.Text(step.Tiles)} / {Code.Text(step.Blocks)}";
    }

    /// <summary>Opens the loop over a block's tiles, which may begin and end within a row of them.</summary>
    private static void OpenTiles(CodeWriter writer, WinogradStep step)
    {
        string variable = step.Transform.OverRows ? "row" : "tile";
        writer.Open(step.Blocks > 1
            ? $"for (nuint {variable} = first; {variable} < end; {variable}++)"
            : $"for (nuint {variable} = 0; {variable} < {Code.Text(step.Tiles)}; {variable}++)");
        if (!step.Transform.OverRows)
        {
            writer.Line($"nuint row = tile / {Code.Text(step.TileColumns)};");
            writer.Line($"nuint column = tile - (row * {Code.Text(step.TileColumns)});");
        }
    }

    /// <summary>The reference to a tile's first value; over rows, to its value in a column.</summary>
    private static void EmitTileOf(CodeWriter writer, WinogradStep step, string map, TensorView view, int ringBands = 0)
    {
        string row = $"row{(ringBands > 0 ? " % " + Code.Text(ringBands) : "")} * {Code.Text(step.Transform.Outputs * view.RowStride)}";
        string place = step.Transform.OverRows && step.Output.Width == 1
            ? row
            : $"({row}) + (column * {Code.Text(step.Transform.OutputColumns * view.PixelStride)})";
        writer.Line($"ref float {map}Tile = ref Unsafe.Add(ref {map}, {place});");
    }

    /// <summary>Writes the transform of a block's input; <c>x</c> is the whole map and <c>y</c> the planes.</summary>
    public static void EmitInput(CodeWriter writer, WinogradStep step, Tier tier)
    {
        OpenTiles(writer, step);
        if (step.Transform.OverRows)
        {
            EmitInputBand(writer, step, tier);
        }
        else
        {
            EmitInputTile(writer, step, tier);
        }

        writer.Close();
    }

    private static void EmitInputTile(CodeWriter writer, WinogradStep step, Tier tier)
    {
        int size = step.Transform.Size;
        EmitTileOf(writer, step, "x", step.Input);
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
                    EmitLoads(writer, lanes, loads, "xTile", offset, column * step.Input.PixelStride, step.Input.RowStride);
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
        writer.Line(Code.Advance("y", Tier.PixelStride(step.Channels)));
    }

    /// <summary>
    /// A band's rows are transformed float by float, whatever pixel and channel they belong to, as far as pixels lie in the planes as in
    /// the map.
    /// </summary>
    private static void EmitInputBand(CodeWriter writer, WinogradStep step, Tier tier)
    {
        TensorView plane = step.Products[0].Input;
        WinogradTransform transform = step.Transform;
        int rowStride = transform.Stride * step.Input.RowStride;
        string place = $"row * {Code.Text(transform.Outputs * rowStride)}";
        bool loopsPhases = Code.OpenLoop(writer, "phase", transform.Stride);
        writer.Line($"ref float xRow = ref Unsafe.Add(ref x, {(loopsPhases ? $"({place}) + (phase * {Code.Text(step.Input.RowStride)})" : place)});");
        if (plane.IsChannelsLast && step.Input.PixelStride == plane.PixelStride)
        {
            Slots.ForEachFloat(writer, tier, plane.RowStride, EmitVector);
            writer.Line(Code.Advance("y", plane.RowStride));
        }
        else if (plane.IsChannelsLast)
        {
            bool loops = Code.OpenLoop(writer, "column", plane.Width);
            Slots.ForEach(writer, tier, step.Channels, (lanes, _, offset) => EmitVector(lanes, offset), mostUnrolled: 1);
            Close(loops, step.Input.PixelStride, plane.PixelStride);
        }
        else
        {
            bool loops = Code.OpenLoop(writer, "channel", plane.Channels);
            Slots.ForEachFloat(writer, tier, plane.Width, EmitVector);
            Close(loops, step.Input.ChannelStride, plane.ChannelStride);
        }

        if (loopsPhases)
        {
            writer.Close();
        }

        void EmitVector(int lanes, string offset) => EmitRows(
            writer,
            transform,
            lanes,
            "xRow",
            offset,
            rowStride,
            "y",
            step.InputPlane,
            step.Products[0].HasPhases ? $"phase < {Code.Text(transform.PhasesAtInfinity)}" : null);

        void Close(bool loops, int inputStride, int planeStride)
        {
            writer.Line(Code.Advance("xRow", inputStride));
            writer.Line(Code.Advance("y", planeStride));
            if (loops)
            {
                writer.Close();
            }
        }
    }

    /// <summary>Writes the transform of a vector of each row of a band.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="transform">The transform.</param>
    /// <param name="lanes">The vector's width.</param>
    /// <param name="x">The first row.</param>
    /// <param name="offset">The vector's place in a row, an expression.</param>
    /// <param name="rowStride">The floats from a row to the next.</param>
    /// <param name="y">Takes the first point's row.</param>
    /// <param name="pointStride">The floats from a point's row to the next's.</param>
    /// <param name="infinity">When there is a value at infinity, the last point, to which alone the last row belongs; null for always.</param>
    public static void EmitRows(
        CodeWriter writer,
        WinogradTransform transform,
        int lanes,
        string x,
        string offset,
        int rowStride,
        string y,
        int pointStride,
        string? infinity = null)
    {
        int last = transform.Size - 1;
        string[] rows = [.. Enumerable.Range(0, last + 1).Select(row => $"d{Code.Text(row)}")];
        string[] results = [.. Enumerable.Range(0, last + 1).Select(row => $"v{Code.Text(row)}")];
        EmitLoads(writer, lanes, rows.Take(last), x, offset, 0, rowStride);
        TransformAtPoints(writer, transform, lanes, rows, results);
        for (int point = 0; point < last; point++)
        {
            Code.Store(writer, results[point], lanes, lanes, y, offset, point * pointStride);
        }

        if (infinity is not null)
        {
            writer.Open($"if ({infinity})");
        }

        EmitLoads(writer, lanes, [rows[last]], x, offset, last * rowStride, rowStride);
        TransformAtInfinity(writer, transform, lanes, rows, results);
        Code.Store(writer, results[last], lanes, lanes, y, offset, last * pointStride);
        if (infinity is not null)
        {
            writer.Close();
        }
    }

    /// <summary>Loads vectors that lie some distance apart.</summary>
    private static void EmitLoads(
        CodeWriter writer, int lanes, IEnumerable<string> names, string map, string offset, int start, int stride)
    {
        foreach (string name in names)
        {
            writer.Line($"{Code.VectorType(lanes)} {name} = {Code.Load(lanes, map, Code.Plus(offset, start))};");
            start += stride;
        }
    }

    /// <summary>
    /// Writes the transform of a block's products into its output; <c>x</c> is the planes, <c>x1</c> what a residual connection adds,
    /// <c>w</c> the head of the weights and <c>y</c> the whole map.
    /// </summary>
    public static void EmitOutput(CodeWriter writer, WinogradStep step, Tier tier)
    {
        int outputs = step.Transform.Outputs;
        int lastRows = step.Output.Height - ((step.TileRows - 1) * outputs);
        int lastColumns = step.Transform.OverRows ? 1 : step.Output.Width - ((step.TileColumns - 1) * outputs);
        OpenTiles(writer, step);
        if (lastRows < outputs)
        {
            writer.Line($"nuint rows = row == {Code.Text(step.TileRows - 1)} ? {Code.Text(lastRows)}u : {Code.Text(outputs)}u;");
        }

        if (lastColumns < step.Transform.OutputColumns)
        {
            writer.Line($"nuint columns = column == {Code.Text(step.TileColumns - 1)} ? {Code.Text(lastColumns)}u : {Code.Text(outputs)}u;");
        }

        bool loopsColumns = step.Transform.OverRows && Code.OpenLoop(writer, "column", step.Output.Width);
        EmitTileOf(writer, step, "y", step.Output, step.RingBands);
        if (step.Residual is { } residual)
        {
            EmitTileOf(writer, step, "x1", residual);
        }

        EmitOutputTile(writer, step, tier, lastRows, lastColumns);
        writer.Line(Code.Advance("x", Tier.PixelStride(step.Filters)));
        if (loopsColumns)
        {
            writer.Close();
        }

        writer.Close();
    }

    /// <summary>One tile, or one column of a band; of those at the edge, what lies beyond it is not stored.</summary>
    private static void EmitOutputTile(CodeWriter writer, WinogradStep step, Tier tier, int lastRows, int lastColumns)
    {
        int size = step.Transform.Size;
        int sizeColumns = step.Transform.SizeColumns;
        int outputs = step.Transform.Outputs;
        int outputColumns = step.Transform.OutputColumns;
        Slots.ForEach(
            writer,
            tier,
            step.Filters,
            (lanes, channels, offset) =>
            {
                for (int column = 0; column < sizeColumns; column++)
                {
                    int c = column;
                    string[] loads = [.. Enumerable.Range(0, size).Select(row => $"m{Code.Text(row)}_{Code.Text(c)}")];
                    EmitLoads(writer, lanes, loads, "x", offset, c * step.ProductPlane, sizeColumns * step.ProductPlane);
                    string stem = step.Transform.OverRows ? "a" : "u";
                    TransformOutput(writer, step.Transform, lanes, loads, [.. Enumerable.Range(0, outputs).Select(row => $"{stem}{Code.Text(row)}_{Code.Text(c)}")]);
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

                    string[] results = [.. Enumerable.Range(0, outputColumns).Select(column => $"a{Code.Text(r)}_{Code.Text(column)}")];
                    if (!step.Transform.OverRows)
                    {
                        TransformOutput(writer, step.Transform, lanes, [.. Enumerable.Range(0, size).Select(column => $"u{Code.Text(r)}_{Code.Text(column)}")], results);
                    }

                    for (int column = 0; column < outputColumns; column++)
                    {
                        if (column == lastColumns)
                        {
                            writer.Open($"if (columns > {Code.Text(column)})");
                        }

                        EmitResult(writer, step, lanes, channels, offset, row, column, results[column]);
                    }

                    if (lastColumns < outputColumns)
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

    /// <summary>One dimension of the input transform.</summary>
    private static void TransformInput(CodeWriter writer, WinogradTransform transform, int lanes, string[] d, string[] r)
    {
        TransformAtPoints(writer, transform, lanes, d, r);
        TransformAtInfinity(writer, transform, lanes, d, r);
    }

    /// <summary>
    /// The values at all points but infinity. That at zero is the product of all (x² − p²); those at ±p share the product of the others:
    /// its values E at even inputs and O at odd ones give E ± p · O.
    /// </summary>
    private static void TransformAtPoints(CodeWriter writer, WinogradTransform transform, int lanes, string[] d, string[] r)
    {
        string type = Code.VectorType(lanes);
        Line(r[0], Sum(lanes, transform.EvenCoefficients(without: 0), i => d[2 * i]));
        int next = 1;
        foreach (double p in transform.Points)
        {
            double[] others = transform.EvenCoefficients(without: p);
            string even = r[next] + "e";
            string odd = r[next] + "o";
            Line(even, Sum(lanes, others, i => d[(2 * i) + 2]));
            Line(odd, Sum(lanes, others, i => d[(2 * i) + 1]));
            Line(r[next], p == 1 ? $"{even} + {odd}" : Code.MultiplyAdd(odd, Constant(lanes, p), even));
            Line(r[next + 1], p == 1 ? $"{even} - {odd}" : Code.MultiplyAdd(odd, Constant(lanes, -p), even));
            next += 2;
        }

        void Line(string name, string value) => writer.Line($"{type} {name} = {value};");
    }

    /// <summary>The value at infinity: x times the product of all (x² − p²).</summary>
    private static void TransformAtInfinity(CodeWriter writer, WinogradTransform transform, int lanes, string[] d, string[] r) => writer.Line(
        $"{Code.VectorType(lanes)} {r[r.Length - 1]} = {Sum(lanes, transform.EvenCoefficients(without: 0), i => d[(2 * i) + 1])};");

    /// <summary>One dimension of the output transform: output i is the sum over points of pⁱ times its value, and the last has infinity's too.</summary>
    private static void TransformOutput(CodeWriter writer, WinogradTransform transform, int lanes, string[] m, string[] y)
    {
        string type = Code.VectorType(lanes);
        string stem = m[0].Replace('m', 'p').Replace('u', 'q');
        for (int n = 1; n <= transform.Points.Length; n++)
        {
            Line($"{stem}s{Code.Text(n)}", $"{m[(2 * n) - 1]} + {m[2 * n]}");
            if (y.Length > 1)
            {
                Line($"{stem}d{Code.Text(n)}", $"{m[(2 * n) - 1]} - {m[2 * n]}");
            }
        }

        for (int i = 0; i < y.Length; i++)
        {
            int power = i;
            string kind = i % 2 == 0 ? "s" : "d";
            string sum = Sum(
                lanes,
                System.Array.ConvertAll(transform.Points, p => System.Math.Pow(p, power)),
                n => $"{stem}{kind}{Code.Text(n + 1)}");
            sum = i == 0 ? $"{m[0]} + {sum}" : sum;
            Line(y[i], i == transform.Outputs - 1 ? $"{sum} + {m[m.Length - 1]}" : sum);
        }

        void Line(string name, string value) => writer.Line($"{type} {name} = {value};");
    }

    /// <summary>A sum of values times numbers that a float holds, one of which is 1.</summary>
    private static string Sum(int lanes, double[] coefficients, System.Func<int, string> value)
    {
        int first = System.Array.LastIndexOf(coefficients, 1.0);
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

    private static string Constant(int lanes, double value) =>
        Code.Broadcast(lanes, value.ToString(CultureInfo.InvariantCulture) + "f");
}
