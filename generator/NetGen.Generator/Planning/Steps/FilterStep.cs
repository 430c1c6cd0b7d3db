using NetGen.Generator.Parsing;
using NetGen.Shared;

namespace NetGen.Generator.Planning;

/// <summary>A convolution or a dense layer: every output is the sum of its taps, vectors running over filters.</summary>
/// <param name="Geometry">What is summed.</param>
internal sealed record FilterStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, SumParameters Parameters, FilterGeometry Geometry) : SumStep(Layers, Input, Output, Parameters)
{
    /// <summary>The block of results that is held in registers.</summary>
    public required Tile Tile { get; init; }

    /// <summary>The lanes of a full vector of filters.</summary>
    public required int Lanes { get; init; }

    /// <summary>The lanes of all the vectors that cover one group's filters.</summary>
    public required int GroupLanes { get; init; }

    /// <summary>How the taps lie in memory.</summary>
    public WeightStorage Storage { get; init; } = WeightStorage.Float32;

    /// <summary>What its kernel sums, by one thread or by a share of several.</summary>
    public FilterSums Sums => Unshared with { Axis = Axis, TakesShare = TakesShare };

    /// <summary>Whether it sums products of integers.</summary>
    public bool IsInteger => Input.IsQuantized;

    /// <summary>The result that the epilogue adds, where it does.</summary>
    public TensorView? Residual => MoreInputs.Count > 0 ? MoreInputs[0] : null;

    /// <summary>What it is, where it does not compute a layer's result, but something on the way to it.</summary>
    public string? Part { get; init; }

    public override string? Purpose => Part;

    public override int HeadRows => FilterLayout.ParameterRow(IsInteger || Storage == WeightStorage.Int8) + Epilogue.Rows;

    protected override long Work => (long)Geometry.Rows * Geometry.Columns * Geometry.Filters * Geometry.Channels * Geometry.Positions;

    protected override int WorkUnits => Axis switch
    {
        SplitAxis.Rows => Geometry.Rows,
        SplitAxis.Tiles => Unshared.Tiles,
        SplitAxis.Blocks => Unshared.Blocks,
        _ => 1,
    };

    /// <summary>What the threads share: whatever falls into most parts.</summary>
    private SplitAxis Axis
    {
        get
        {
            FilterSums sums = Unshared;
            bool hasRows = sums.Rows > 1;
            return StripRows > 0 || (hasRows && (sums.Groups > 1 || sums.Rows >= sums.Tiles)) ? SplitAxis.Rows
                : sums.Groups > 1 ? SplitAxis.None
                : hasRows || sums.Tiles >= sums.Blocks ? SplitAxis.Tiles
                : SplitAxis.Blocks;
        }
    }

    public override int WeightLength => Geometry.Groups * Unshared.GroupLength;

    public override string Algorithm => (Geometry.Rows * Geometry.Columns == 1
        ? $"matrix-vector product, tile of {Tile.Vectors} × {Lanes}"
        : $"direct convolution, tile of {Tile.Pixels} pixels × {Tile.Vectors} × {Lanes} filters")
        + (IsInteger ? ", integers" : Storage == WeightStorage.Float32 ? "" : $", {Storage} weights");

    private FilterSums Unshared => new(Input, Output, Geometry)
    {
        Tile = Tile,
        Lanes = Lanes,
        GroupLanes = GroupLanes,
        Storage = Storage,
        HeadRows = HeadRows,
        Epilogue = Epilogue,
        Residual = Residual,
        Sizes = Sizes,
    };
}
