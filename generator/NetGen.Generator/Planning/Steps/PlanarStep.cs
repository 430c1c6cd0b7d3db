using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning;

/// <summary>A convolution whose vectors run over columns of a planar map.</summary>
/// <param name="Input">
/// The input's origin, its padding included; of a stride over columns, the planes of the columns that start with the first.
/// </param>
/// <param name="Tile">The block of results that is held in registers.</param>
internal sealed record PlanarStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, SumParameters Parameters, PlanarTile Tile) : SumStep(Layers, Input, Output, Parameters)
{
    /// <summary>The filters of all groups.</summary>
    public required int Filters { get; init; }

    /// <summary>The channels of one group.</summary>
    public required int Channels { get; init; }

    /// <summary>The groups of channels.</summary>
    public required int Groups { get; init; }

    public required Window Window { get; init; }

    /// <summary>The convolution's own result, before any pooling.</summary>
    public required Shape Computed { get; init; }

    /// <summary>Whether only the largest of each 2 × 2 results is stored.</summary>
    public required bool Pools { get; init; }

    public int FiltersPerGroup => Filters / Groups;

    /// <summary>The tiles that a group's filters are split into; all of them read the same input.</summary>
    public int FilterTiles => FiltersPerGroup / Tile.Filters;

    /// <summary>The floats from one tap's weights to the next; packing knows rows of four lanes.</summary>
    public int FilterLanes => (Tile.Filters + 3) / 4 * 4;

    /// <summary>The floats of a tile's packed weights.</summary>
    public int TileLength => FilterLanes * (HeadRows + (Channels * Window.Taps));

    /// <summary>The distance from the input's origin to the column that a tap reads first.</summary>
    public int ColumnOf(int tap)
    {
        (int plane, int column) = PlanarConvolution.PlaceOf(tap * Window.DilationWidth, Window);
        return (plane * Input.Channels * Input.ChannelStride) + column;
    }

    public int RowTiles => PlanarConvolution.RowTiles(Tile, Computed);

    public int ColumnTiles => PlanarConvolution.ColumnTiles(Tile, Computed);

    public override int WeightLength => Groups * FilterTiles * TileLength;

    public override string Algorithm =>
        $"planar convolution, tile of {Tile.Filters} × {Tile.Rows} rows × {Tile.Vectors} × {Tile.Lanes} columns" + (Pools ? ", largest of 2×2" : "");
}
