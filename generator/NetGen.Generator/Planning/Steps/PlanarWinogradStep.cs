using System.Linq;
using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning;

/// <summary>A convolution over the transformed rows of a planar image, vectors running over columns.</summary>
/// <param name="Input">
/// The input's origin, its padding included; where results are pooled, the planes of even columns, after which come those of odd ones.
/// </param>
/// <param name="Tile">The block of results that is held in registers.</param>
internal sealed record PlanarWinogradStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, SumParameters Parameters, PlanarWinogradTile Tile) : SumStep(Layers, Input, Output, Parameters)
{
    public required int Filters { get; init; }

    public required Window Window { get; init; }

    /// <summary>The convolution's own result, before any pooling.</summary>
    public required Shape Computed { get; init; }

    /// <summary>The buffer that holds the transformed rows, and a band's results.</summary>
    public required int Scratch { get; init; }

    public int Channels => Input.Channels;

    public int KernelWidth => Window.KernelWidth;

    /// <summary>Whether only the largest of each 2 × 2 results is stored.</summary>
    public bool Pools => Tile.Phases == 2;

    /// <summary>The planes of the input.</summary>
    public int Planes => Tile.Phases * Channels;

    /// <summary>The columns of the result.</summary>
    public int Columns => Computed.Width / Tile.Phases;

    /// <summary>The bands that cover the rows; where they do not divide evenly, the last two overlap.</summary>
    public int Bands => Tile.Transform.TileRows(Computed.Height);

    public int ColumnTiles => PlanarWinograd.ColumnTiles(Tile, Columns);

    /// <summary>The floats of one row of the head: the bias, or one of the epilogue's parameters, for all filters.</summary>
    public int HeadStride => LayoutPolicy.ChannelStride(Filters);

    public int HeadLength => HeadRows * HeadStride;

    /// <summary>The floats of a tile's weights for one point.</summary>
    public int TileWeights => Tile.Filters * Channels * KernelWidth;

    /// <summary>The floats of one point's weights.</summary>
    public int WeightPlane => Filters * Channels * KernelWidth;

    /// <summary>The floats of a band's row of all planes for one point.</summary>
    public int PointLength => Planes * Input.Width;

    /// <summary>The floats of all transformed rows, and those beyond the last that are read in vain.</summary>
    public int TransformedLength => (Bands * Tile.Transform.Size * PointLength) + Tile.Lanes;

    /// <summary>The floats of one filter's row of results; at least those of a vector.</summary>
    public int ResultLength => System.Math.Max(Columns, Tile.Lanes);

    public override int? ScratchBuffer => Scratch;

    public override int ScratchLength => TransformedLength + (Tile.Transform.Outputs / Tile.Phases * Filters * ResultLength);

    public override int WeightLength => HeadLength + (Tile.Transform.Planes * WeightPlane);

    public override string Algorithm =>
        $"planar Winograd {Tile.Transform}, tile of {Tile.Filters} × {Tile.Transform.Outputs} rows × {Tile.Phases * Tile.Vectors} × {Tile.Lanes} columns" + (Pools ? ", largest of 2×2" : "");

    /// <summary>Where a tap of a phase reads its first column: in which plane, and where, its zeros included.</summary>
    public (int Plane, int Column) PlaceOf(int tap, int phase) =>
        PlanarConvolution.PlaceOf((tap * Window.DilationWidth) + phase, Window with { StrideWidth = Tile.Phases });
}
