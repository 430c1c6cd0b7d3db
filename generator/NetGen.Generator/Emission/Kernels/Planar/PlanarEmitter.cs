using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>
/// Writes convolutions whose vectors run over columns of a planar map: a tile of filters × rows × columns stays in registers, each
/// tap takes one load for each vector of the input and one broadcast for each filter. Where the result is to have its channels
/// last, squares of filters × columns are transposed on their way to memory.
/// </summary>
internal sealed class PlanarEmitter
{
    /// <summary>The columns of a square that is transposed.</summary>
    private const int SquareColumns = 8;

    private readonly CodeWriter writer;
    private readonly PlanarStep step;
    private readonly int lanes;

    /// <summary>The columns at which a tile's vectors start. A single tile's last one overlaps the one before, where there are not enough columns.</summary>
    private readonly int[] starts;

    private PlanarEmitter(CodeWriter writer, PlanarStep step)
    {
        this.writer = writer;
        this.step = step;
        lanes = step.Tile.Lanes;
        starts = [.. Enumerable.Range(0, step.Tile.Vectors).Select(v => System.Math.Min(v * lanes, step.Computed.Width - lanes))];
    }

    /// <summary>Writes a kernel's body; <c>x</c>, <c>w</c> and <c>y</c> are its input, packed weights and output.</summary>
    public static void Emit(CodeWriter writer, PlanarStep step) => new PlanarEmitter(writer, step).Emit();

    private void Emit()
    {
        (string Reference, long Distance)[] moved =
        [
            ("x", step.Channels * step.Input.ChannelStride),
            ("w", step.FilterTiles * step.TileLength),
            ("y", step.FiltersPerGroup * step.Output.ChannelStride),
        ];
        bool groups = step.Groups > 1 && Code.OpenUnits(writer, "group", step.Groups, step.TakesShare, moved);
        bool rows = OpenTiles("row", step.RowTiles, step.Tile.Rows, step.Computed.Height, isShared: !groups && step.TakesShare);
        string xRow = rows ? Moved("xRow", "x", "row", step.Window.StrideHeight * step.Input.RowStride) : "x";
        string yRow = rows ? Moved("yRow", "y", "row", Pooled(step.Output.RowStride)) : "y";
        bool columns = OpenTiles("column", step.ColumnTiles, step.Tile.Vectors * lanes, step.Computed.Width, isShared: false);
        string xTile = columns ? Moved("xTile", xRow, "column", 1) : xRow;
        string yTile = columns ? Moved("yTile", yRow, "column", Pooled(step.Output.PixelStride)) : yRow;
        bool filters = Code.OpenLoop(writer, "filterTile", step.FilterTiles);
        EmitTile(
            xTile,
            filters ? Moved("wTile", "w", "filterTile", step.TileLength) : "w",
            filters ? Moved("yFilters", yTile, "filterTile", step.Tile.Filters * step.Output.ChannelStride) : yTile);
        foreach (bool loop in new[] { filters, columns, rows })
        {
            if (loop)
            {
                writer.Close();
            }
        }

        if (groups)
        {
            foreach ((string reference, long distance) in moved)
            {
                writer.Line(Code.Advance(reference, distance));
            }

            writer.Close();
        }
    }

    /// <summary>The distance in the output for one row or column that is computed. All strides of maps with their channels last are even.</summary>
    private int Pooled(int stride) => step.Pools ? stride / 2 : stride;

    /// <summary>Opens a loop over tiles of rows or columns. The last one ends with the map, and may overlap the one before.</summary>
    private bool OpenTiles(string variable, int count, int size, int length, bool isShared)
    {
        string tile = variable + "Tile";
        if (!Code.OpenUnits(writer, tile, count, isShared))
        {
            return false;
        }

        Code.DeclareStart(writer, variable, tile, count, size, length);
        return true;
    }

    /// <summary>Declares a reference some rows, filters or columns further on.</summary>
    private string Moved(string name, string from, string count, int distance)
    {
        writer.Line($"ref float {name} = ref Unsafe.Add(ref {from}, {count}{(distance == 1 ? "" : " * " + Code.Text(distance))});");
        return name;
    }

    private void EmitTile(string input, string weights, string output)
    {
        for (int f = 0; f < step.Tile.Filters; f++)
        {
            int filter = f;
            string first = Accumulator(f, 0, 0);
            IEnumerable<string> others = Results().Skip(1).Select(r => $", {Accumulator(filter, r.Row, r.Vector)} = {first}");
            writer.Line($"{Code.VectorType(lanes)} {first} = {Code.Broadcast(lanes, Code.At(weights, f))}{string.Concat(others)};");
        }

        EmitTaps(input, weights);
        for (int f = 0; f < step.Tile.Filters; f++)
        {
            int filter = f;
            string Parameter(int row) => Code.Broadcast(lanes, Code.At(weights, ((row + 1) * step.FilterLanes) + filter));
            foreach ((int row, int vector) in Results())
            {
                string result = Accumulator(f, row, vector);
                if (!step.Output.IsChannelsLast)
                {
                    string place = Code.Text((f * step.Output.ChannelStride) + (row * step.Output.RowStride) + starts[vector]);
                    EpilogueEmitter.Store(writer, step.Epilogue, step.Output, result, lanes, lanes, output, place, Parameter);
                }
                else if (step.Epilogue.Operations.Count > 0)
                {
                    writer.Line($"{result} = {EpilogueEmitter.Apply(step.Epilogue, result, lanes, Parameter)};");
                }
            }
        }

        if (step.Output.IsChannelsLast)
        {
            EmitPixels(output);
        }
    }

    private IEnumerable<(int Row, int Vector)> Results() =>
        Enumerable.Range(0, step.Tile.Rows).SelectMany(_ => Enumerable.Range(0, step.Tile.Vectors), (row, vector) => (row, vector));

    private static string Accumulator(int filter, int row, int vector) => $"a{Code.Text(filter)}_{Code.Text(row)}_{Code.Text(vector)}";

    /// <summary>The sum over channels and positions: written out as far as it is short.</summary>
    private void EmitTaps(string input, string weights)
    {
        int perTap = step.Tile.Filters * step.Tile.Rows * step.Tile.Vectors;
        bool writesRows = perTap * step.Window.Taps <= step.Sizes.PlanarWritten;
        bool writesColumns = perTap * step.Window.KernelWidth <= step.Sizes.PlanarWritten;
        int writtenRows = writesRows ? step.Window.KernelHeight : 1;
        int writtenColumns = writesColumns ? step.Window.KernelWidth : 1;
        int rowStep = step.Window.DilationHeight * step.Input.RowStride;

        writer.Line($"ref float k = ref {Code.At(weights, step.HeadRows * step.FilterLanes)};");
        string channel = OpenTapLoop("channel", input, step.Channels);
        string row = OpenTapLoop("tapRow", channel, writesRows ? 1 : step.Window.KernelHeight);
        string column = OpenTapLoop("tapColumn", row, writesColumns ? 1 : step.Window.KernelWidth);
        if (step.Tile.ReusesRows)
        {
            EmitInputRows(column);
        }
        else
        {
            for (int ky = 0; ky < writtenRows; ky++)
            {
                for (int kx = 0; kx < writtenColumns; kx++)
                {
                    EmitTap(column, (ky * rowStep) + step.ColumnOf(kx), ((ky * step.Window.KernelWidth) + kx) * step.FilterLanes);
                }
            }
        }

        if (channel != input || row != channel || column != row)
        {
            writer.Line(Code.Advance("k", writtenRows * writtenColumns * step.FilterLanes));
        }

        CloseTapLoop(column, row, step.Window.DilationWidth);
        CloseTapLoop(row, channel, rowStep);
        CloseTapLoop(channel, input, step.Input.ChannelStride);
    }

    /// <summary>Opens a loop over taps, unless it would run once.</summary>
    /// <returns>The reference that moves on with it.</returns>
    private string OpenTapLoop(string variable, string input, int count)
    {
        if (count == 1)
        {
            return input;
        }

        string reference = variable + "Input";
        writer.Line($"ref float {reference} = ref {input};");
        Code.OpenLoop(writer, variable, count);
        return reference;
    }

    private void CloseTapLoop(string reference, string input, int distance)
    {
        if (reference != input)
        {
            writer.Line(Code.Advance(reference, distance));
            writer.Close();
        }
    }

    /// <summary>One tap: whichever are fewer, the filters' weights or the vectors of the input, stay in registers.</summary>
    private void EmitTap(string input, int offset, int weight)
    {
        string Weight(int filter) => Code.Broadcast(lanes, Code.At("k", weight + filter));
        string Input((int Row, int Vector) place) => Code.Load(
            lanes, input, offset + (place.Row * step.Window.StrideHeight * step.Input.RowStride) + starts[place.Vector]);
        (int Row, int Vector)[] results = [.. Results()];
        int[] filters = [.. Enumerable.Range(0, step.Tile.Filters)];
        writer.Open();
        if (filters.Length <= results.Length)
        {
            foreach (int f in filters)
            {
                writer.Line($"{Code.VectorType(lanes)} k{Code.Text(f)} = {Weight(f)};");
            }

            writer.Line($"{Code.VectorType(lanes)} v;");
            foreach ((int Row, int Vector) place in results)
            {
                writer.Line($"v = {Input(place)};");
                foreach (int f in filters)
                {
                    Add(f, place, "v", $"k{Code.Text(f)}");
                }
            }
        }
        else
        {
            for (int i = 0; i < results.Length; i++)
            {
                writer.Line($"{Code.VectorType(lanes)} v{Code.Text(i)} = {Input(results[i])};");
            }

            writer.Line($"{Code.VectorType(lanes)} k0;");
            foreach (int f in filters)
            {
                writer.Line($"k0 = {Weight(f)};");
                for (int i = 0; i < results.Length; i++)
                {
                    Add(f, results[i], "v" + Code.Text(i), "k0");
                }
            }
        }

        writer.Close();

        void Add(int filter, (int Row, int Vector) place, string value, string k)
        {
            string sum = Accumulator(filter, place.Row, place.Vector);
            Code.Accumulate(writer, sum, value, k);
        }
    }

    /// <summary>All positions of a single filter's kernel, every vector of the input loaded once for all rows that use it.</summary>
    private void EmitInputRows(string input)
    {
        Window window = step.Window;
        string Weight(int ky, int kx) => Code.Broadcast(lanes, Code.At("k", ((ky * window.KernelWidth) + kx) * step.FilterLanes));
        writer.Open();
        for (int ky = 0; ky < window.KernelHeight && step.Tile.HoldsWeights; ky++)
        {
            for (int kx = 0; kx < window.KernelWidth; kx++)
            {
                writer.Line($"{Code.VectorType(lanes)} k{Code.Text(ky)}_{Code.Text(kx)} = {Weight(ky, kx)};");
            }
        }

        int[] vectors = [.. Enumerable.Range(0, step.Tile.Vectors)];
        writer.Line($"{Code.VectorType(lanes)} {string.Join(", ", vectors.Select(v => "v" + Code.Text(v)))};");
        if (!step.Tile.HoldsWeights)
        {
            writer.Line($"{Code.VectorType(lanes)} k0;");
        }

        IEnumerable<IGrouping<int, (int Row, int Ky)>> inputRows = Enumerable.Range(0, step.Tile.Rows)
            .SelectMany(_ => Enumerable.Range(0, window.KernelHeight), (row, ky) => (Row: row, Ky: ky))
            .GroupBy(use => (use.Row * window.StrideHeight) + (use.Ky * window.DilationHeight))
            .OrderBy(row => row.Key);
        foreach (IGrouping<int, (int Row, int Ky)> inputRow in inputRows)
        {
            for (int kx = 0; kx < window.KernelWidth; kx++)
            {
                foreach (int v in vectors)
                {
                    long place = ((long)inputRow.Key * step.Input.RowStride) + step.ColumnOf(kx) + starts[v];
                    writer.Line($"v{Code.Text(v)} = {Code.Load(lanes, input, place)};");
                }

                foreach ((int row, int ky) in inputRow)
                {
                    string k = step.Tile.HoldsWeights ? $"k{Code.Text(ky)}_{Code.Text(kx)}" : "k0";
                    if (!step.Tile.HoldsWeights)
                    {
                        writer.Line($"k0 = {Weight(ky, kx)};");
                    }

                    foreach (int v in vectors)
                    {
                        string sum = Accumulator(0, row, v);
                        Code.Accumulate(writer, sum, "v" + Code.Text(v), k);
                    }
                }
            }
        }

        writer.Close();
    }

    /// <summary>Stores a tile with its channels last, square by square.</summary>
    private void EmitPixels(string output)
    {
        for (int row = 0; row < step.Tile.Rows; row += step.Pools ? 2 : 1)
        {
            for (int v = 0; v < step.Tile.Vectors; v++)
            {
                int columns = step.Pools ? lanes / 2 : lanes;
                for (int first = 0; first < columns; first += SquareColumns)
                {
                    int start = (step.Pools ? starts[v] / 2 : starts[v]) + first;
                    int place = ((step.Pools ? row / 2 : row) * step.Output.RowStride) + (start * step.Output.PixelStride);
                    IEnumerable<string> filters = Enumerable.Range(0, step.FilterLanes).Select(f =>
                        f < step.Tile.Filters ? Square(f, row, v, first) : Code.Zero(SquareColumns));
                    writer.Line($"Layout.StorePixels({string.Join(", ", filters)}, ref {Code.At(output, place)}, {Code.Text(step.Output.PixelStride)});");
                }
            }
        }
    }

    /// <summary>Eight columns of one filter.</summary>
    private string Square(int filter, int row, int vector, int first)
    {
        string result = Accumulator(filter, row, vector);
        return step.Pools ? $"Layout.MaxOfPairs({Code.Vector(lanes)}.Max({result}, {Accumulator(filter, row + 1, vector)}))"
            : lanes == SquareColumns ? result
            : first == 0 ? result + ".GetLower()"
            : result + ".GetUpper()";
    }
}
