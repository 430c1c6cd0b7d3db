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

    /// <summary>What its kernel sums.</summary>
    public FilterSums Sums => new(Input, Output, Geometry)
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

    /// <summary>Whether it sums products of integers.</summary>
    public bool IsInteger => Input.IsQuantized;

    /// <summary>The result that the epilogue adds, where it does.</summary>
    public TensorView? Residual => MoreInputs.Count > 0 ? MoreInputs[0] : null;

    /// <summary>What it is, where it does not compute a layer's result, but something on the way to it.</summary>
    public string? Part { get; init; }

    public override string? Purpose => Part;

    public override int HeadRows => FilterLayout.ParameterRow(IsInteger || Storage == WeightStorage.Int8) + Epilogue.Rows;

    public override int WeightLength => Geometry.Groups * Sums.GroupLength;

    public override string Algorithm => (Geometry.Rows * Geometry.Columns == 1
        ? $"matrix-vector product, tile of {Tile.Vectors} × {Lanes}"
        : $"direct convolution, tile of {Tile.Pixels} pixels × {Tile.Vectors} × {Lanes} filters")
        + (IsInteger ? ", integers" : Storage == WeightStorage.Float32 ? "" : $", {Storage} weights");
}
