using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes the transform of a block's products into its output, vectors running over filters.</summary>
internal sealed class WinogradOutputEmitter
{
    private readonly CodeWriter writer;
    private readonly WinogradStep step;
    private readonly Tier tier;

    /// <summary>The rows of the last tiles, which may have less than the others.</summary>
    private readonly int lastRows;

    /// <summary>The columns of the last tiles.</summary>
    private readonly int lastColumns;

    private WinogradOutputEmitter(CodeWriter writer, WinogradStep step, Tier tier)
    {
        this.writer = writer;
        this.step = step;
        this.tier = tier;
        int outputs = step.Transform.Outputs;
        lastRows = step.Output.Height - ((step.TileRows - 1) * outputs);
        lastColumns = step.Transform.OverRows ? 1 : step.Output.Width - ((step.TileColumns - 1) * outputs);
    }

    /// <summary>
    /// Writes a kernel's body; <c>x</c> is the planes, <c>x1</c> what a residual connection adds, <c>w</c> the head of the weights and
    /// <c>y</c> the whole map.
    /// </summary>
    public static void Emit(CodeWriter writer, WinogradStep step, Tier tier) => new WinogradOutputEmitter(writer, step, tier).Emit();

    private void Emit()
    {
        string outputs = Literal.Int(step.Transform.Outputs);
        using (CodeWriter.Scope tiles = WinogradEmitter.OpenTiles(writer, step))
        {
            if (lastRows < step.Transform.Outputs && step.TileRows > 1)
            {
                writer.Line($"nuint rows = row == {Literal.Int(step.TileRows - 1)} ? {Literal.Int(lastRows)}u : {outputs}u;");
            }

            if (lastColumns < step.Transform.OutputColumns && step.TileColumns > 1)
            {
                writer.Line($"nuint columns = column == {Literal.Int(step.TileColumns - 1)} ? {Literal.Int(lastColumns)}u : {outputs}u;");
            }

            using (CodeWriter.Scope band = step.Transform.OverRows ? writer.For("column", step.Output.Width) : default)
            {
                WinogradEmitter.EmitTileOf(writer, step, "y", step.Output, step.RingBands);
                if (step.Residual is { } residual)
                {
                    WinogradEmitter.EmitTileOf(writer, step, "x1", residual);
                }

                VectorLoop.OverChannels(
                    writer,
                    tier,
                    step.Filters,
                    EmitTile,
                    mostUnrolled: 1,
                    unit: WorkSharing.SharesFilters(step) ? step.Products[0].Tile.Vectors * tier.Lanes : null);
                if (tiles.IsBlock || band.IsBlock)
                {
                    writer.Line(Address.Advance("x", LayoutPolicy.PixelStride(step.Filters)));
                }
            }
        }
    }

    /// <summary>One tile, or one column of a band; of those at the edge, what lies beyond it is not stored.</summary>
    private void EmitTile(int lanes, int channels, string offset)
    {
        WinogradTransform transform = step.Transform;
        int columns = step.TileColumns == 1 ? lastColumns : transform.OutputColumns;
        int rows = step.TileRows == 1 ? lastRows : transform.Outputs;
        writer.Phase(transform.OverRows ? "Back to rows of results: y = Aᵀ·m." : "Columns of products back to results: u = Aᵀ·m.");
        var products = new VectorRows("x", offset, transform.SizeColumns * step.ProductPlane);
        for (int column = 0; column < transform.SizeColumns; column++)
        {
            string[] loads = WinogradMath.Column("m", transform.Size, column);
            products.Load(writer, lanes, loads, column * step.ProductPlane);
            WinogradMath.TransformOutput(
                writer, transform, lanes, loads, WinogradMath.Column(transform.OverRows ? "a" : "u", rows, column));
        }

        writer.Phase(transform.OverRows ? "The bias, and results to memory." : "And rows: y = u·A. The bias, and results to memory.");
        writer.Line($"{Simd.Type(lanes)} bias = {Simd.Load(lanes, "w", offset)};");
        for (int row = 0; row < rows; row++)
        {
            using (writer.If(row >= lastRows ? $"rows > {Literal.Int(row)}" : null))
            {
                string[] results = WinogradMath.Row("a", row, columns);
                if (!transform.OverRows)
                {
                    WinogradMath.TransformOutput(writer, transform, lanes, WinogradMath.Row("u", row, transform.Size), results);
                }

                int stored = step.Output.HasSlack ? lanes : channels;
                EmitResults(results, lanes, stored, offset, row, 0, lastColumns);
                using (writer.If(lastColumns < columns ? $"columns > {Literal.Int(lastColumns)}" : null))
                {
                    EmitResults(results, lanes, stored, offset, row, lastColumns, columns);
                }
            }
        }
    }

    private void EmitResults(string[] results, int lanes, int channels, string offset, int row, int from, int to)
    {
        for (int c = from; c < to; c++)
        {
            int column = c;
            writer.Line($"{results[column]} += bias;");
            EpilogueEmitter.Store(
                writer,
                step.Epilogue,
                step.Output,
                new StoredVector(results[column], lanes, channels),
                new StoreTarget("yTile", Address.OfChannel(step.Output, offset), (row * step.Output.RowStride) + (column * step.Output.PixelStride)),
                parameter => Simd.Load(lanes, "w", Address.Plus(offset, (parameter + 1) * step.HeadStride)),
                () => Simd.Load(lanes, "x1Tile", Address.Plus(offset, (row * step.Residual!.RowStride) + (column * step.Residual.PixelStride))));
        }
    }
}
