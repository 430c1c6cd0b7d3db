using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning;

/// <summary>
/// Attention, head by head and block by block of queries: a block's scores are a product of queries and keys, and its results one of scores
/// and values. Keys and values are packed for each head, as filters are; of all scores only a block's are in memory.
/// </summary>
/// <param name="Input">The query. Its pixels follow each other without a gap, as those of key and value do.</param>
internal sealed record AttentionStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, AttentionOperation Attention) : Step(Layers, Input, Output)
{
    /// <summary>The blocks that the queries fall into, of at most two sizes; the larger come first, or both take turns.</summary>
    public required int Blocks { get; init; }

    /// <summary>For each size of a block, its scores: queries × channels by channels × keys.</summary>
    public required EquatableArray<FilterSums> Scores { get; init; }

    /// <summary>For each size of a block, its results, but for the division by sums: queries × keys by keys × channels.</summary>
    public required EquatableArray<FilterSums> Results { get; init; }

    /// <summary>The buffer that holds a head's packed keys and values, and a block's scores.</summary>
    public required int Scratch { get; init; }

    /// <summary>What part of its layer it computes; null for all of it.</summary>
    public string? Part { get; init; }

    public override string? Purpose => Part;

    public TensorView Key => MoreInputs[0];

    public TensorView Value => MoreInputs[1];

    /// <summary>What is added to the scores, queries × keys for each head or for all, row by row; null where there is no mask.</summary>
    public TensorView? Mask => MoreInputs.Count > 2 ? MoreInputs[2] : null;

    public int Heads => Attention.Heads;

    public int Queries => Input.Pixels;

    public int Keys => Key.Pixels;

    /// <summary>The channels of one head of query and key.</summary>
    public int Channels => Input.Channels / Heads;

    /// <summary>The channels of one head of the value.</summary>
    public int ValueChannels => Value.Channels / Heads;

    /// <summary>The queries of the largest block.</summary>
    public int BlockQueries => Scores[0].Columns;

    /// <summary>The floats from a query's scores to the next one's: whole vectors on every tier.</summary>
    public int ScoreStride => Scores[0].Output.PixelStride;

    /// <summary>Where packed values begin, after the keys.</summary>
    public int ValuesOffset => Lines(Scores[0].GroupLength);

    /// <summary>Where a block's scores begin.</summary>
    public int ScoresOffset => ValuesOffset + Lines(Results[0].GroupLength);

    /// <summary>Where the reciprocals of a block's sums begin.</summary>
    public int SumsOffset => ScoresOffset + (BlockQueries * ScoreStride);

    public override int? ScratchBuffer => Scratch;

    public override int ScratchLength => SumsOffset + Lines(BlockQueries);

    public override string Algorithm => $"attention, {Heads} head{(Heads > 1 ? "s" : "")} of {Channels}, blocks of {BlockQueries} queries, "
        + $"tiles of {Scores[0].Tile.Pixels} × {Scores[0].Tile.Vectors} × {Scores[0].Lanes} keys";

    /// <summary>The floats between the scores of two queries.</summary>
    public static int ScoreStrideOf(int keys) => LayoutPolicy.Padded(Lines(keys));

    private static int Lines(int floats) => (floats + 15) / 16 * 16;
}
