namespace NetGen.Generator.Planning;

/// <summary>
/// A convolution by Winograd's minimal filtering: blocks of input tiles are transformed into planes, each plane is multiplied by its
/// plane of transformed weights, and the products are transformed back into output tiles.
/// </summary>
/// <param name="Input">The input's origin, its padding included.</param>
/// <param name="Transform">The transform.</param>
internal sealed record WinogradStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, SumParameters Parameters, WinogradTransform Transform) : SumStep(Layers, Input, Output, Parameters)
{
    /// <summary>How many blocks the tiles fall into.</summary>
    public required int Blocks { get; init; }

    /// <summary>For each size of a block, one plane's product: tiles × channels by channels × filters.</summary>
    public required EquatableArray<FilterSums> Products { get; init; }

    /// <summary>The buffer that holds one block's planes before and after the products.</summary>
    public required int Scratch { get; init; }

    /// <summary>The filters of the whole layer, of which these are one group's.</summary>
    public required int LayerFilters { get; init; }

    /// <summary>The first of the group's filters among them.</summary>
    public required int FirstFilter { get; init; }

    /// <summary>The slots for bands in the ring that its result goes to, where it does; otherwise 0.</summary>
    public int RingBands { get; init; }

    /// <summary>The result that the epilogue adds, where it does.</summary>
    public TensorView? Residual => MoreInputs.Count > 0 ? MoreInputs[0] : null;

    public int Channels => Products[0].Channels;

    public int Filters => Products[0].Filters;

    /// <summary>The columns of the kernel.</summary>
    public int KernelWidth => Transform.OverRows ? Products[0].Positions / Transform.Stride : Transform.Kernel;

    /// <summary>The floats of one row of the head: the bias, or one of the epilogue's parameters, for all filters.</summary>
    public int HeadStride => LayoutPolicy.ChannelStride(Filters);

    public int HeadLength => HeadRows * HeadStride;

    /// <summary>The floats of one plane of transformed weights; the last may have less.</summary>
    public int WeightPlane => Products[0].GroupLength;

    public int TileColumns => Transform.TileColumns(Output.Width);

    public int TileRows => Transform.TileRows(Output.Height);

    public int Tiles => TileRows * TileColumns;

    /// <summary>What its tiles are called.</summary>
    public string TileName => Transform.OverRows ? "bands" : "tiles";

    /// <summary>The tiles of the largest block.</summary>
    public int BlockTiles => Transform.OverRows ? Products[0].Rows : Products[0].Columns;

    /// <summary>The floats from one plane of transformed input to the next.</summary>
    public int InputPlane => PlaneOf(Products[0].Input);

    /// <summary>The floats from one plane of products to the next.</summary>
    public int ProductPlane => PlaneOf(Products[0].Output);

    /// <summary>Whether a single block is all of its work. In a strip, a block is one of the rows of tiles, even if there is no other.</summary>
    public bool IsOneBlock => Blocks == 1 && RingBands == 0;

    public override int? ScratchBuffer => Scratch;

    public override int ScratchLength => Transform.Planes * (InputPlane + ProductPlane);

    public override int WeightLength =>
        HeadLength + ((Transform.Planes - 1) * WeightPlane) + (WeightPlane / Transform.Stride * Transform.PhasesAtInfinity);

    /// <summary>A cache line more than a plane holds, so that planes do not alias in the cache.</summary>
    private static int PlaneOf(TensorView plane) => (plane.Height * plane.RowStride) + 16;

    public override string Algorithm =>
        $"Winograd {Transform}, blocks of {BlockTiles} {TileName}, tile of {Products[0].Tile.Pixels} × {Products[0].Tile.Vectors} × {Products[0].Lanes} filters";
}
