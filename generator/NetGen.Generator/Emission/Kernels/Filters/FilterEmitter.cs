using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>
/// Writes convolutions and dense layers: a tile of pixels × filters stays in registers while the kernel runs through its taps, one
/// load for each vector of weights and one broadcast for each pixel. Here are the loops over tiles.
/// </summary>
internal sealed class FilterEmitter
{
    private const string Residual = "x1";

    private readonly FilterKernel kernel;
    private readonly CodeWriter writer;
    private readonly FilterSums sums;
    private readonly Tier tier;

    private FilterEmitter(FilterKernel kernel)
    {
        this.kernel = kernel;
        writer = kernel.Writer;
        sums = kernel.Sums;
        tier = kernel.Tier;
    }

    /// <summary>
    /// Writes a kernel's body; <c>x</c>, <c>w</c> and <c>y</c> are its input, packed weights and output, and <c>x1</c> what a
    /// residual connection adds.
    /// </summary>
    public static void Emit(CodeWriter writer, FilterSums sums, Tier tier) => new FilterEmitter(new FilterKernel(writer, sums, tier)).EmitGroups();

    private void EmitGroups()
    {
        (string, long)[] moved = [("x", sums.GroupStep), ("w", sums.GroupLength), ("y", sums.Output.OffsetOf(sums.FiltersPerGroup))];
        using (writer.For("group", sums.Groups, WithResidual(moved, "", ResidualOffset(sums.FiltersPerGroup))))
        {
            EmitFilterTiles();
        }
    }

    /// <summary>The filters of a group: full tiles, or a thread's share of them, and the vectors that are left.</summary>
    private void EmitFilterTiles()
    {
        bool isShared = sums.SharedLoop == SplitAxis.Tiles;
        int filters = sums.FiltersPerGroup;
        int slots = tier.SlotCount(filters);
        int vectors = sums.Tile.Vectors;
        Slot last = tier.SlotAt(filters, slots - 1);
        bool lastIsFull = last.Width == tier.Lanes && (last.Channels == tier.Lanes || !kernel.StoresExactly);
        int full = (lastIsFull ? slots : slots - 1) / vectors;
        bool hasTail = full * vectors < slots;
        string suffix = full > 1 || hasTail ? "Tile" : "";
        if (full > 0)
        {
            if (suffix.Length > 0)
            {
                writer.Line("ref float wTile = ref w;");
                writer.Line("ref float yTile = ref y;");
                DeclareResidual("Tile", Residual);
            }

            using (CodeWriter.Scope tiles = isShared ? OpenShare(full, hasTail) : writer.For("tile", full))
            {
                EmitRows(tier.Slots(filters, 0, vectors), suffix, isTail: false);
                if (tiles.IsBlock || hasTail)
                {
                    int tileLanes = vectors * tier.Lanes;
                    writer.Line(Address.Advance("wTile", kernel.TileDistance));
                    writer.Line(Address.Advance("yTile", sums.Output.OffsetOf(tileLanes)));
                    AdvanceResidual("Tile", ResidualOffset(tileLanes));
                }
            }
        }

        if (hasTail)
        {
            if (full > 0)
            {
                writer.Phase("The last, narrower tile of filters.");
            }

            using (writer.If(isShared ? $"to > {Literal.Int(full)}" : null))
            {
                Slot[] tail = tier.Slots(filters, full * vectors, slots - (full * vectors));
                EmitRows(tail, full > 0 ? "Tile" : "", isTail: true);
            }
        }
    }

    /// <summary>Opens the loop over a thread's tiles.</summary>
    private CodeWriter.Scope OpenShare(int full, bool hasTail)
    {
        if (kernel.LeapsPlanes)
        {
            // After a thread's last filters come the first ones that it has of the next plane.
            writer.Line($"nuint jump = {Literal.Int(sums.GroupLength)} - (to - from - 1) * {kernel.TileDistance};");
        }

        int tileLanes = sums.Tile.Vectors * tier.Lanes;
        writer.Line(Address.Advance("wTile", $"from * {kernel.TileDistance}"));
        writer.Line(Advance("yTile", "from", sums.Output.OffsetOf(tileLanes)));
        AdvanceResidual("Tile", "from", ResidualOffset(tileLanes));
        if (hasTail)
        {
            writer.Line($"nuint end = to < {Literal.Int(full)} ? to : {Literal.Int(full)};");
        }

        return writer.Loop("tile", "from", hasTail ? "end" : "to");
    }

    /// <summary>One filter tile over the whole map.</summary>
    /// <param name="slots">The tile's vectors.</param>
    /// <param name="suffix">What follows the names of the references to the tile's weights and results.</param>
    /// <param name="isTail">Whether it is the last, which is smaller.</param>
    private void EmitRows(Slot[] slots, string suffix, bool isTail)
    {
        var references = new FilterReferences("w" + suffix, "x", "y" + suffix, Residual + suffix);
        using (writer.Names())
        {
            if (kernel.Prefetches)
            {
                writer.Line(kernel.LeapsPlanes
                    ? $"ref float ahead = ref Unsafe.Add(ref {references.Weights}, {(isTail ? "" : $"tile + 1 < to ? {kernel.TileDistance} : ")}jump);"
                    : $"ref float ahead = ref {Address.At(references.Weights, kernel.TileDistance)};");
            }

            if (sums.Rows == 1)
            {
                EmitPixels(slots, references);
                return;
            }

            writer.Line("ref float xRow = ref x;");
            writer.Line($"ref float yRow = ref {references.Output};");
            DeclareResidual("Row", references.Residual);
            (string, long)[] moved = WithResidual(
                [("xRow", sums.RowStep), ("yRow", sums.Output.RowStride)], "Row", sums.Residual?.RowStride ?? 0);
            using (writer.ForUnits("row", sums.Rows, sums.SharedLoop == SplitAxis.Rows, moved))
            {
                EmitPixels(slots, references with { Input = "xRow", Output = "yRow", Residual = Residual + "Row" });
            }
        }
    }

    /// <summary>One filter tile over a row, in tiles of pixels.</summary>
    private void EmitPixels(Slot[] slots, FilterReferences references)
    {
        TileShare[] widths = TilePlanner.Widths(sums.Columns, sums.Tile.Pixels);
        bool moves = sums.Columns > widths[0].Length;
        if (moves)
        {
            writer.Line($"ref float xPixel = ref {references.Input};");
            writer.Line($"ref float yPixel = ref {references.Output};");
            DeclareResidual("Pixel", references.Residual);
            references = references with { Input = "xPixel", Output = "yPixel", Residual = Residual + "Pixel" };
        }

        bool isShared = sums.SharedLoop == SplitAxis.Blocks;
        if (isShared)
        {
            EmitFirstPixel(widths);
        }

        for (int i = 0; i < widths.Length; i++)
        {
            (int width, int count) = widths[i];
            if (i > 0)
            {
                writer.Phase("The pixels that are left, in narrower tiles.");
            }

            bool isLast = !isShared && count == 1 && i == widths.Length - 1;
            using (isShared ? OpenBlocks(i < widths.Length - 1 ? count : null) : writer.ForOrNames("block", count))
            {
                new FilterTile(kernel, slots, width, references).Emit();
                if (moves && !isLast)
                {
                    writer.Line(Address.Advance("xPixel", width * sums.ColumnStep));
                    writer.Line(Address.Advance("yPixel", width * sums.Output.PixelStride));
                    AdvanceResidual("Pixel", width * (sums.Residual?.PixelStride ?? 0));
                }
            }
        }
    }

    /// <summary>Opens the loop over those of a thread's blocks that have one width: the first ones up to a number, or all that are left.</summary>
    private CodeWriter.Scope OpenBlocks(int? count)
    {
        string end = count is int most ? $"(to < {Literal.Int(most)} ? to : {Literal.Int(most)})" : "to";
        return writer.Block($"for (; block < {end}; block++)");
    }

    /// <summary>Moves to the first pixel of a thread's tiles. The first tiles are wider by a pixel than the others.</summary>
    private void EmitFirstPixel(TileShare[] widths)
    {
        int narrow = widths[widths.Length - 1].Length;
        string wider = Literal.Int(widths[0].Count);
        writer.Line(widths.Length > 1
            ? $"nuint first = {Address.Times("from", narrow)} + (from < {wider} ? from : {wider});"
            : $"nuint first = {Address.Times("from", narrow)};");
        writer.Line(Advance("xPixel", "first", sums.ColumnStep));
        writer.Line(Advance("yPixel", "first", sums.Output.PixelStride));
        AdvanceResidual("Pixel", "first", sums.Residual?.PixelStride ?? 0);
        writer.Line("nuint block = from;");
    }

    private int ResidualOffset(int channels) => sums.Residual?.OffsetOf(channels) ?? 0;

    private void DeclareResidual(string suffix, string from)
    {
        if (sums.Residual is not null)
        {
            writer.Line($"ref float {Residual}{suffix} = ref {from};");
        }
    }

    /// <summary>References that move on, and the one to what a residual connection adds, where there is such.</summary>
    private (string Reference, long Distance)[] WithResidual((string Reference, long Distance)[] moved, string suffix, long distance) =>
        sums.Residual is null ? moved : CodeWriter.Append(moved, (Residual + suffix, distance));

    private void AdvanceResidual(string suffix, long distance)
    {
        if (sums.Residual is not null)
        {
            writer.Line(Address.Advance(Residual + suffix, distance));
        }
    }

    private void AdvanceResidual(string suffix, string count, long distance)
    {
        if (sums.Residual is not null)
        {
            writer.Line(Advance(Residual + suffix, count, distance));
        }
    }

    /// <summary>Moves a reference on by a number of units.</summary>
    private static string Advance(string reference, string count, long distance) =>
        Address.Advance(reference, Address.Times(count, distance));
}
