namespace NetGen.Shared;

/// <summary>
/// How the weights that a recurrent layer's hidden state is multiplied with lie in packed memory: <c>[tile of units][head][unit of the
/// state][gate][lanes]</c>. The head holds a bias for each gate, where there are biases. The generator writes kernels that read them so, and
/// the runtime packs them so; both compile this file.
/// </summary>
/// <param name="HasBias">Whether there are biases.</param>
/// <param name="Gates">The gates.</param>
/// <param name="Hidden">The units of the state.</param>
internal readonly record struct RecurrentLayout(bool HasBias, int Gates, int Hidden)
{
    /// <summary>The rows at the head of a tile.</summary>
    public int HeadRows => HasBias ? Gates : 0;

    /// <summary>The floats of one lane: its biases and its weights.</summary>
    public int LaneLength => HeadRows + (Gates * Hidden);

    /// <summary>The floats from the first tile to the one that begins with a lane.</summary>
    public int OffsetOf(int firstLane) => firstLane * LaneLength;

    /// <summary>The first row of the weights that a unit of the state is multiplied with.</summary>
    public int RowOf(int unit) => HeadRows + (Gates * unit);
}
