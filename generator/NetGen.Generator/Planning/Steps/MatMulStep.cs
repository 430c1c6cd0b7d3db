namespace NetGen.Generator.Planning;

/// <summary>
/// A product of computed matrices, one for each channel. All three maps lie plane by plane, without a gap. A plane of the second factor is packed
/// as filters are, and multiplied with one block of the first's rows after the other.
/// </summary>
internal sealed record MatMulStep(EquatableArray<int> Layers, TensorView Input, TensorView Output) : Step(Layers, Input, Output)
{
    /// <summary>The matrices; one, where all of the first factor's are multiplied with the same.</summary>
    public required int Planes { get; init; }

    /// <summary>The rows of one.</summary>
    public required int Rows { get; init; }

    /// <summary>The blocks that they fall into.</summary>
    public required int Blocks { get; init; }

    /// <summary>For each size of a block, its product.</summary>
    public required EquatableArray<FilterSums> Products { get; init; }

    /// <summary>Whether the second factor's rows are the product's columns.</summary>
    public required bool TransposeB { get; init; }

    /// <summary>The buffer that holds a packed plane of the second factor.</summary>
    public required int Scratch { get; init; }

    /// <summary>The floats from a plane of the first factor to the next; 0 where there is one for all.</summary>
    public required int FirstPlane { get; init; }

    /// <summary>The floats from a plane of the second factor to the next; 0 where there is one for all.</summary>
    public required int SecondPlane { get; init; }

    public override int? ScratchBuffer => Scratch;

    public override int ScratchLength => Products[0].GroupLength;

    public override string Algorithm =>
        $"matrix product, blocks of {Products[0].Columns} rows, tiles of {Products[0].Tile.Pixels} × {Products[0].Tile.Vectors} × {Products[0].Lanes}";
}
