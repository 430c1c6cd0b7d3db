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
        bool hasGroups = step.Groups > 1;
        using (hasGroups ? writer.ForUnits("group", step.Groups, WorkSharing.Of(step).TakesShare, moved) : default)
        using (CodeWriter.Scope rows = OpenTiles("row", step.RowTiles, step.Tile.Rows, step.Computed.Height, isShared: !hasGroups && WorkSharing.Of(step).TakesShare))
        {
            string xRow = rows.IsBlock ? Moved("xRow", "x", "row", step.Window.StrideHeight * step.Input.RowStride) : "x";
            string yRow = rows.IsBlock ? Moved("yRow", "y", "row", Pooled(step.Output.RowStride)) : "y";
            using CodeWriter.Scope columns = OpenTiles("column", step.ColumnTiles, step.Tile.Vectors * lanes, step.Computed.Width, isShared: false);
            string xTile = columns.IsBlock ? Moved("xTile", xRow, "column", 1) : xRow;
            string yTile = columns.IsBlock ? Moved("yTile", yRow, "column", Pooled(step.Output.PixelStride)) : yRow;
            using CodeWriter.Scope filters = writer.For("filterTile", step.FilterTiles);
            EmitTile(
                xTile,
                filters.IsBlock ? Moved("wTile", "w", "filterTile", step.TileLength) : "w",
                filters.IsBlock ? Moved("yFilters", yTile, "filterTile", step.Tile.Filters * step.Output.ChannelStride) : yTile);
        }
    }

    /// <summary>The distance in the output for one row or column that is computed. All strides of maps with their channels last are even.</summary>
    private int Pooled(int stride) => step.Pools ? stride / 2 : stride;

    /// <summary>Opens a loop over tiles of rows or columns. The last one ends with the map, and may overlap the one before.</summary>
    private CodeWriter.Scope OpenTiles(string variable, int count, int size, int length, bool isShared)
    {
        string tile = variable + "Tile";
        CodeWriter.Scope loop = writer.ForUnits(tile, count, isShared);
        if (loop.IsBlock)
        {
            Address.DeclareTileStart(writer, variable, tile, count, size, length);
        }

        return loop;
    }

    /// <summary>Declares a reference some rows, filters or columns further on.</summary>
    private string Moved(string name, string from, string count, int distance)
    {
        writer.Line($"ref float {name} = ref Unsafe.Add(ref {from}, {Address.Times(count, distance)});");
        return name;
    }

    private void EmitTile(string input, string weights, string output)
    {
        writer.Phase($"{step.Tile.Filters} × {step.Tile.Rows} rows × {step.Tile.Vectors} vectors of columns: sums start at the bias.");
        for (int f = 0; f < step.Tile.Filters; f++)
        {
            int filter = f;
            string first = Accumulator(f, 0, 0);
            IEnumerable<string> others = Results().Skip(1).Select(r => $", {Accumulator(filter, r.Row, r.Vector)} = {first}");
            writer.Line($"{Simd.Type(lanes)} {first} = {Simd.Broadcast(lanes, Address.At(weights, f))}{string.Concat(others)};");
        }

        writer.Phase("Taps: a vector of the input times a filter's weight.");
        EmitTaps(input, weights);
        if (!step.Output.IsChannelsLast || step.Epilogue.Operations.Count > 0)
        {
            writer.Phase(step.Output.IsChannelsLast ? "What becomes of the sums." : "Results to memory.");
        }

        for (int f = 0; f < step.Tile.Filters; f++)
        {
            int filter = f;
            string Parameter(int row) => Simd.Broadcast(lanes, Address.At(weights, ((row + 1) * step.FilterLanes) + filter));
            foreach ((int row, int vector) in Results())
            {
                string result = Accumulator(f, row, vector);
                if (!step.Output.IsChannelsLast)
                {
                    string offset = Literal.Int((f * step.Output.ChannelStride) + (row * step.Output.RowStride) + starts[vector]);
                    EpilogueEmitter.Store(
                        writer, step.Epilogue, step.Output, new StoredVector(result, lanes, lanes), new StoreTarget(output, offset), Parameter);
                }
                else if (step.Epilogue.Operations.Count > 0)
                {
                    writer.Line($"{result} = {EpilogueEmitter.Apply(step.Epilogue, result, lanes, Parameter)};");
                }
            }
        }

        if (step.Output.IsChannelsLast)
        {
            writer.Phase($"Results pixel by pixel{(step.Pools ? ", the largest of four each" : "")}: squares of columns × filters are transposed.");
            EmitPixels(output);
        }
    }

    private IEnumerable<(int Row, int Vector)> Results() =>
        Enumerable.Range(0, step.Tile.Rows).SelectMany(_ => Enumerable.Range(0, step.Tile.Vectors), (row, vector) => (row, vector));

    private static string Accumulator(int filter, int row, int vector) => $"a{Literal.Int(filter)}_{Literal.Int(row)}_{Literal.Int(vector)}";

    /// <summary>The sum over channels and positions: written out as far as it is short.</summary>
    private void EmitTaps(string input, string weights)
    {
        int perTap = step.Tile.Filters * step.Tile.Rows * step.Tile.Vectors;
        bool writesRows = perTap * step.Window.Taps <= step.Sizes.PlanarWritten;
        bool writesColumns = perTap * step.Window.KernelWidth <= step.Sizes.PlanarWritten;
        int writtenRows = writesRows ? step.Window.KernelHeight : 1;
        int writtenColumns = writesColumns ? step.Window.KernelWidth : 1;
        int rowStep = step.Window.DilationHeight * step.Input.RowStride;

        writer.Line($"ref float k = ref {Address.At(weights, step.HeadRows * step.FilterLanes)};");
        using CodeWriter.Scope channels = OpenTapLoop("channel", ref input, step.Channels, step.Input.ChannelStride);
        using CodeWriter.Scope rows = OpenTapLoop("tapRow", ref input, writesRows ? 1 : step.Window.KernelHeight, rowStep);
        using CodeWriter.Scope columns = OpenTapLoop("tapColumn", ref input, writesColumns ? 1 : step.Window.KernelWidth, step.Window.DilationWidth);
        if (step.Tile.ReusesRows)
        {
            EmitInputRows(input);
        }
        else
        {
            for (int ky = 0; ky < writtenRows; ky++)
            {
                for (int kx = 0; kx < writtenColumns; kx++)
                {
                    EmitTap(input, (ky * rowStep) + step.ColumnOf(kx), ((ky * step.Window.KernelWidth) + kx) * step.FilterLanes);
                }
            }
        }

        if (channels.IsBlock || rows.IsBlock || columns.IsBlock)
        {
            writer.Line(Address.Advance("k", writtenRows * writtenColumns * step.FilterLanes));
        }
    }

    /// <summary>Opens a loop over taps, unless it would run once, with a reference of its own to the input.</summary>
    private CodeWriter.Scope OpenTapLoop(string variable, ref string input, int count, int distance)
    {
        if (count == 1)
        {
            return default;
        }

        string reference = variable + "Input";
        writer.Line($"ref float {reference} = ref {input};");
        input = reference;
        return writer.For(variable, count, (reference, distance));
    }

    /// <summary>One tap: whichever are fewer, the filters' weights or the vectors of the input, stay in registers.</summary>
    private void EmitTap(string input, int offset, int weight)
    {
        string Weight(int filter) => Simd.Broadcast(lanes, Address.At("k", weight + filter));
        string Input((int Row, int Vector) result) => Simd.Load(
            lanes, input, offset + (result.Row * step.Window.StrideHeight * step.Input.RowStride) + starts[result.Vector]);
        (int Row, int Vector)[] results = [.. Results()];
        int[] filters = [.. Enumerable.Range(0, step.Tile.Filters)];
        using (writer.Names())
        {
            if (filters.Length <= results.Length)
            {
                foreach (int f in filters)
                {
                    writer.Line($"{Simd.Type(lanes)} k{Literal.Int(f)} = {Weight(f)};");
                }

                writer.Line($"{Simd.Type(lanes)} v;");
                foreach ((int Row, int Vector) result in results)
                {
                    writer.Line($"v = {Input(result)};");
                    foreach (int f in filters)
                    {
                        Add(f, result, "v", $"k{Literal.Int(f)}");
                    }
                }
            }
            else
            {
                for (int i = 0; i < results.Length; i++)
                {
                    writer.Line($"{Simd.Type(lanes)} v{Literal.Int(i)} = {Input(results[i])};");
                }

                writer.Line($"{Simd.Type(lanes)} k0;");
                foreach (int f in filters)
                {
                    writer.Line($"k0 = {Weight(f)};");
                    for (int i = 0; i < results.Length; i++)
                    {
                        Add(f, results[i], "v" + Literal.Int(i), "k0");
                    }
                }
            }
        }

        void Add(int filter, (int Row, int Vector) result, string value, string k)
        {
            string sum = Accumulator(filter, result.Row, result.Vector);
            Simd.Accumulate(writer, sum, value, k);
        }
    }

    /// <summary>All positions of a single filter's kernel, every vector of the input loaded once for all rows that use it.</summary>
    private void EmitInputRows(string input)
    {
        Window window = step.Window;
        string Weight(int ky, int kx) => Simd.Broadcast(lanes, Address.At("k", ((ky * window.KernelWidth) + kx) * step.FilterLanes));
        using (writer.Names())
        {
            for (int ky = 0; ky < window.KernelHeight && step.Tile.HoldsWeights; ky++)
            {
                for (int kx = 0; kx < window.KernelWidth; kx++)
                {
                    writer.Line($"{Simd.Type(lanes)} k{Literal.Int(ky)}_{Literal.Int(kx)} = {Weight(ky, kx)};");
                }
            }

            int[] vectors = [.. Enumerable.Range(0, step.Tile.Vectors)];
            writer.Line($"{Simd.Type(lanes)} {string.Join(", ", vectors.Select(v => "v" + Literal.Int(v)))};");
            if (!step.Tile.HoldsWeights)
            {
                writer.Line($"{Simd.Type(lanes)} k0;");
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
                        long column = ((long)inputRow.Key * step.Input.RowStride) + step.ColumnOf(kx) + starts[v];
                        writer.Line($"v{Literal.Int(v)} = {Simd.Load(lanes, input, column)};");
                    }

                    foreach ((int row, int ky) in inputRow)
                    {
                        string k = step.Tile.HoldsWeights ? $"k{Literal.Int(ky)}_{Literal.Int(kx)}" : "k0";
                        if (!step.Tile.HoldsWeights)
                        {
                            writer.Line($"k0 = {Weight(ky, kx)};");
                        }

                        foreach (int v in vectors)
                        {
                            string sum = Accumulator(0, row, v);
                            Simd.Accumulate(writer, sum, "v" + Literal.Int(v), k);
                        }
                    }
                }
            }
        }
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
                    int pixel = ((step.Pools ? row / 2 : row) * step.Output.RowStride) + (start * step.Output.PixelStride);
                    IEnumerable<string> filters = Enumerable.Range(0, step.FilterLanes).Select(f =>
                        f < step.Tile.Filters ? Square(f, row, v, first) : Simd.Zero(SquareColumns));
                    writer.Line($"Layout.StorePixels({string.Join(", ", filters)}, ref {Address.At(output, pixel)}, {Literal.Int(step.Output.PixelStride)});");
                }
            }
        }
    }

    /// <summary>Eight columns of one filter.</summary>
    private string Square(int filter, int row, int vector, int first)
    {
        string result = Accumulator(filter, row, vector);
        return step.Pools ? $"Layout.MaxOfPairs({Simd.Vector(lanes)}.Max({result}, {Accumulator(filter, row + 1, vector)}))"
            : lanes == SquareColumns ? result
            : first == 0 ? result + ".GetLower()"
            : result + ".GetUpper()";
    }
}
