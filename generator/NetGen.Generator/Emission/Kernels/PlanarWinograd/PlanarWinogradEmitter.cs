using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>
/// Writes convolutions over the transformed rows of a planar image: first the transform of all bands of rows, then band by band the sums
/// over the kernel's columns for one point after the other, which are added to the band's results in registers. Results gather in
/// memory, filter by filter, and are transposed square by square.
/// </summary>
internal sealed class PlanarWinogradEmitter
{
    private readonly CodeWriter writer;
    private readonly PlanarWinogradStep step;
    private readonly Tier tier;
    private readonly PlanarWinogradTile tile;
    private readonly WinogradTransform transform;

    private PlanarWinogradEmitter(CodeWriter writer, PlanarWinogradStep step, Tier tier)
    {
        this.writer = writer;
        this.step = step;
        this.tier = tier;
        tile = step.Tile;
        transform = tile.Transform;
    }

    /// <summary>Writes a kernel's body; <c>x</c>, <c>w</c>, <c>s</c> and <c>y</c> are its input, packed weights, scratch and output.</summary>
    public static void Emit(CodeWriter writer, PlanarWinogradStep step, Tier tier)
    {
        var emitter = new PlanarWinogradEmitter(writer, step, tier);
        writer.Phase($"Rows of the image to the points {WinogradMath.PointsOf(step.Tile.Transform)}: v = Bᵀ·d.");
        emitter.EmitBands(emitter.EmitTransform);
        writer.Phase("Sums band by band, and then its results as pixels.");
        writer.Line($"ref float results = ref {Address.At("s", step.TransformedLength)};");
        emitter.EmitBands(emitter.EmitBand);
    }

    /// <summary>A loop over bands. The last one ends with the map, and may overlap the one before, whose results then stand.</summary>
    private void EmitBands(System.Action body)
    {
        using CodeWriter.Scope loop = writer.ForUnits("band", step.Bands, WorkSharing.Of(step).TakesShare);
        using CodeWriter.Scope names = loop.IsBlock ? default : writer.Names();
        if (step.Bands > 1)
        {
            Address.DeclareTileStart(writer, "row", "band", step.Bands, transform.Outputs, step.Computed.Height);
        }

        body();
    }

    /// <summary>The distance of a band's first row.</summary>
    private string RowOf(int stride) => step.Bands > 1 ? Address.Times("row", stride) : "0";

    private void DeclarePoints() => writer.Line(
        $"ref float points = ref {Address.At("s", step.Bands > 1 ? Address.Times("band", transform.Size * step.PointLength) : "0")};");

    /// <summary>The transform of a band's rows, for each plane.</summary>
    private void EmitTransform()
    {
        DeclarePoints();
        writer.Line($"ref float source = ref {Address.At("x", RowOf(step.Input.RowStride))};");
        using (writer.For("plane", step.Planes, ("source", step.Input.ChannelStride), ("points", step.Input.Width)))
        {
            VectorLoop.OverFloats(writer, tier, step.Input.Width, (lanes, offset) =>
                WinogradMath.EmitRows(
                    writer, transform, lanes, new VectorRows("source", offset, step.Input.RowStride), new VectorRows("points", offset, step.PointLength)));
        }
    }

    private void EmitBand()
    {
        DeclarePoints();
        using (CodeWriter.Scope columns = writer.For("columnTile", step.ColumnTiles))
        {
            if (columns.IsBlock)
            {
                Address.DeclareTileStart(writer, "column", "columnTile", step.ColumnTiles, tile.Width, step.Columns);
            }

            using CodeWriter.Scope filters = writer.For("filterTile", step.Filters / tile.Filters);
            string FilterTile(long length) => filters.IsBlock ? Address.Times("filterTile", length) : "0";
            writer.Line($"ref float v = ref {(columns.IsBlock ? "Unsafe.Add(ref points, column)" : "points")};");
            writer.Line($"ref float head = ref {Address.At("w", FilterTile(tile.Filters))};");
            writer.Line($"ref float k = ref {Address.At("w", Address.Sum(Literal.Int(step.HeadLength), FilterTile(step.TileWeights)))};");
            writer.Line($"ref float q = ref {Address.At("results", Address.Sum(FilterTile(tile.Filters * step.ResultLength), columns.IsBlock ? "column" : "0"))};");
            EmitTile();
        }

        EmitPixels();
    }

    /// <summary>One of the sums of a row of results.</summary>
    private sealed record Sum(int Filter, int Phase, int Vector);

    private IEnumerable<Sum> Sums =>
        from filter in Enumerable.Range(0, tile.Filters)
        from phase in Enumerable.Range(0, tile.Phases)
        from vector in Enumerable.Range(0, tile.Vectors)
        select new Sum(filter, phase, vector);

    private static string Name(string stem, Sum sum) =>
        $"{stem}_{Literal.Int(sum.Filter)}_{Literal.Int(sum.Phase)}_{Literal.Int(sum.Vector)}";

    private static string Result(int row, Sum sum) => Name("a" + Literal.Int(row), sum);

    private static string Product(int point, Sum sum) => Name("m" + Literal.Int(point), sum);

    /// <summary>All results of a tile: the points zero and infinity belong to one row each, the others to all rows.</summary>
    private void EmitTile()
    {
        string type = Simd.Type(tile.Lanes);
        int last = transform.Size - 1;
        foreach (IGrouping<int, Sum> filter in Sums.GroupBy(s => s.Filter))
        {
            string[] names = [.. Enumerable.Range(0, transform.Outputs).SelectMany(row => filter.Select(s => Result(row, s)))];
            string bias = Simd.Broadcast(tile.Lanes, Address.At("head", filter.Key));
            writer.Line($"{type} {names[0]} = {bias}{string.Concat(names.Skip(1).Select(n => $", {n} = {names[0]}"))};");
        }

        writer.Phase("The point zero, which gives the first row alone.");
        EmitPoint(0, s => Result(0, s));
        writer.Phase("Infinity, which gives the last.");
        EmitPoint(last, s => Result(transform.Outputs - 1, s));
        int point = 1;
        foreach (double p in transform.Points)
        {
            int positive = point;
            writer.Phase($"The points ±{p.ToString(CultureInfo.InvariantCulture)}, which give all rows: their sum the even ones, their difference the odd ones.");
            using (writer.Names())
            {
                writer.Line($"{type} {string.Join(", ", Sums.SelectMany(s => new[] { $"{Product(positive, s)} = {Simd.Zero(tile.Lanes)}", $"{Product(positive + 1, s)} = {Simd.Zero(tile.Lanes)}" }))};");
                EmitPoint(point, s => Product(positive, s));
                EmitPoint(point + 1, s => Product(positive + 1, s));
                foreach (Sum s in Sums)
                {
                    (string even, string odd) = (Name("s", s), Name("d", s));
                    writer.Line($"{type} {even} = {Product(point, s)} + {Product(point + 1, s)}, {odd} = {Product(point, s)} - {Product(point + 1, s)};");
                    for (int row = 0; row < transform.Outputs; row++)
                    {
                        string result = Result(row, s);
                        string value = row % 2 == 0 ? even : odd;
                        double power = System.Math.Pow(p, row);
                        writer.Line(power == 1
                            ? $"{result} += {value};"
                            : $"{result} = {Simd.MultiplyAdd(value, Simd.Broadcast(tile.Lanes, Literal.Float(power)), result)};");
                    }
                }
            }

            point += 2;
        }

        writer.Phase(step.Pools ? "The largest of four results each, filter by filter." : "Results, filter by filter.");
        foreach (Sum s in Sums.Where(s => s.Phase == 0))
        {
            for (int row = 0; row < transform.Outputs; row += tile.Phases)
            {
                int offset = (row / tile.Phases * step.Filters * step.ResultLength) + (s.Filter * step.ResultLength) + StartOf(s.Vector);
                writer.Line($"{Largest(row, s)}.StoreUnsafe(ref {Address.At("q", offset)});");
            }
        }
    }

    /// <summary>The first column of a tile's vector. A single tile's last one overlaps the one before, where there are not enough columns.</summary>
    private int StartOf(int vector) => System.Math.Max(0, System.Math.Min(vector * tile.Lanes, step.Columns - tile.Lanes));

    /// <summary>What is stored of the results in a row: what comes of them, or of all four of a pooling.</summary>
    private string Largest(int row, Sum sum)
    {
        if (!step.Pools)
        {
            return Applied(Result(row, sum));
        }

        Sum next = sum with { Phase = 1 };
        string[] four = [Result(row, sum), Result(row, next), Result(row + 1, sum), Result(row + 1, next)];

        // What never falls may be applied to the largest.
        return step.Epilogue.Operations.All(o => o is ActivationEpilogue { Function: ActivationFunction.ReLU or ActivationFunction.ReLU6 })
            ? Applied(Max(four[0], four[1], four[2], four[3]))
            : Max(Applied(four[0]), Applied(four[1]), Applied(four[2]), Applied(four[3]));

        string Applied(string value) => EpilogueEmitter.Apply(
            step.Epilogue, value, tile.Lanes, row => Simd.Broadcast(tile.Lanes, Address.At("head", ((row + 1) * step.HeadStride) + sum.Filter)));

        string Max(string a, string b, string c, string d)
        {
            string vector = Simd.Vector(tile.Lanes);
            return $"{vector}.Max({vector}.Max({a}, {b}), {vector}.Max({c}, {d}))";
        }
    }

    /// <summary>One point's sum over channels and the kernel's columns, added to some variables.</summary>
    private void EmitPoint(int point, System.Func<Sum, string> target)
    {
        bool loops = step.Channels > 1 && tile.Sums * step.KernelWidth * step.Channels * transform.Size > step.Sizes.PlanarWinogradWritten;
        int written = loops ? 1 : step.Channels;
        using (writer.Names())
        {
            (string input, string weights) = ("v", "k");
            int inputOffset = point * step.PointLength;
            int weightOffset = point * step.WeightPlane;
            if (loops)
            {
                writer.Line($"ref float channelInput = ref {Address.At("v", inputOffset)};");
                writer.Line($"ref float channelWeights = ref {Address.At("k", weightOffset)};");
                (input, weights, inputOffset, weightOffset) = ("channelInput", "channelWeights", 0, 0);
            }

            using (loops ? writer.For("channel", step.Channels, ("channelInput", step.Input.Width), ("channelWeights", tile.Filters)) : default)
            {
                for (int c = 0; c < written; c++)
                {
                    var loaded = new HashSet<string>();
                    for (int kx = 0; kx < step.KernelWidth; kx++)
                    {
                        foreach (Sum s in Sums.Where(s => s.Filter == 0))
                        {
                            string name = InputOf(c, kx, s);
                            if (loaded.Add(name))
                            {
                                (int plane, int column) = step.PlaceOf(kx, s.Phase);
                                int offset = inputOffset + (((plane * step.Channels) + c) * step.Input.Width) + column + StartOf(s.Vector);
                                writer.Line($"{Simd.Type(tile.Lanes)} {name} = {Simd.Load(tile.Lanes, input, offset)};");
                            }
                        }

                        for (int f = 0; f < tile.Filters; f++)
                        {
                            string k = $"k{Literal.Int(c)}_{Literal.Int(kx)}_{Literal.Int(f)}";
                            int offset = weightOffset + (((kx * step.Channels) + c) * tile.Filters) + f;
                            writer.Line($"{Simd.Type(tile.Lanes)} {k} = {Simd.Broadcast(tile.Lanes, Address.At(weights, offset))};");
                            foreach (Sum s in Sums.Where(s => s.Filter == f))
                            {
                                Simd.Accumulate(writer, target(s), InputOf(c, kx, s), k);
                            }
                        }
                    }
                }
            }
        }
    }

    /// <summary>The vector of the input that a tap reads; phases share those of neighbouring taps.</summary>
    private string InputOf(int channel, int kx, Sum sum) =>
        $"v{Literal.Int(channel)}_{Literal.Int((kx * step.Window.DilationWidth) + sum.Phase)}_{Literal.Int(sum.Vector)}";

    /// <summary>Turns a band's results into pixels, square by square; a last square overlaps the one before.</summary>
    private void EmitPixels()
    {
        const int square = PlanarWinograd.SquareColumns;
        writer.Phase("The band's results pixel by pixel: squares of columns × filters are transposed.");
        writer.Line($"ref float pixels = ref {Address.At("y", RowOf(step.Output.RowStride / tile.Phases))};");
        int full = step.Columns / square * square;
        if (full > square)
        {
            using (writer.StridedLoop("column", "0", Literal.Int(full), square))
            {
                EmitSquares("Unsafe.Add(ref results, column)", $"Unsafe.Add(ref pixels, {Address.Times("column", step.Output.PixelStride)})");
            }
        }
        else
        {
            using (writer.Names())
            {
                EmitSquares("results", "pixels");
            }
        }

        if (full < step.Columns)
        {
            int column = step.Columns - square;
            using (writer.Names())
            {
                EmitSquares(Address.At("results", column), Address.At("pixels", column * step.Output.PixelStride));
            }
        }
    }

    /// <summary>The squares of all filters and rows at a column.</summary>
    private void EmitSquares(string results, string pixels)
    {
        writer.Line($"ref float squares = ref {results};");
        writer.Line($"ref float square = ref {pixels};");
        int shared = ((step.Bands * transform.Outputs) - step.Computed.Height) / tile.Phases;
        for (int row = 0; row < transform.Outputs / tile.Phases; row++)
        {
            // The band before has computed the shared rows too, with other roundings, and perhaps on another thread.
            using (writer.If(row < shared && step.Bands > 1 ? $"band < {Literal.Int(step.Bands - 1)}" : null))
            {
                EmitSquareRow(row);
            }
        }
    }

    private void EmitSquareRow(int row)
    {
        for (int first = 0; first < step.Filters; first += 8)
        {
            int count = System.Math.Min(8, step.Filters - first);
            int rowStart = (row * step.Filters) + first;
            IEnumerable<string> filters = Enumerable.Range(0, count <= 4 ? 4 : 8).Select(f => f < count
                ? Simd.Load(PlanarWinograd.SquareColumns, "squares", (rowStart + f) * step.ResultLength)
                : Simd.Zero(PlanarWinograd.SquareColumns));
            writer.Line($"Layout.StorePixels({string.Join(", ", filters)}, ref {Address.At("square", (row * step.Output.RowStride) + first)}, {Literal.Int(step.Output.PixelStride)});");
        }
    }
}
