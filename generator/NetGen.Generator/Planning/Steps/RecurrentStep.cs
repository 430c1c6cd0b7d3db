using NetGen.Generator.Graphs;
using NetGen.Shared;

namespace NetGen.Generator.Planning;

/// <summary>
/// One direction of a recurrent layer, step after step. Its input holds, for each step, the products of all gates' weights with the layer's
/// input, gate by gate; what it reads besides are the hidden state before the first step and then the cell state, as far as they are given.
/// </summary>
/// <param name="Cell">The cell.</param>
internal sealed record RecurrentStep(EquatableArray<int> Layers, TensorView Input, TensorView Output, RecurrentCell Cell) : Step(Layers, Input, Output)
{
    /// <summary>The tensor that the state is multiplied with.</summary>
    public required string Weight { get; init; }

    /// <summary>The tensor of its biases; null where there are none.</summary>
    public string? Bias { get; init; }

    /// <summary>The vectors of units in a tile, of each of which all gates are held in registers.</summary>
    public required int Vectors { get; init; }

    /// <summary>The lanes of a full vector.</summary>
    public required int Lanes { get; init; }

    /// <summary>The lanes of all vectors.</summary>
    public required int CoveredLanes { get; init; }

    /// <summary>Whether it runs from the last step to the first.</summary>
    public bool IsReversed { get; init; }

    /// <summary>Whether an RNN's function is ReLU.</summary>
    public bool IsReLU { get; init; }

    /// <summary>Whether a GRU's reset gate is multiplied before the product with the state.</summary>
    public bool ResetsBefore { get; init; }

    /// <summary>Whether the cell state of each step is stored after its hidden state.</summary>
    public bool GivesCell { get; init; }

    /// <summary>Whether the hidden state before the first step is given; otherwise it is zero, and not multiplied.</summary>
    public bool HasInitialState { get; init; }

    /// <summary>Whether the cell state before the first step is given.</summary>
    public bool HasInitialCell { get; init; }

    /// <summary>The buffer of what is handed on within a step, or from one to the next, besides the result; where it needs one.</summary>
    public required int Scratch { get; init; }

    /// <summary>The units of the hidden state.</summary>
    public int Hidden => Output.Channels;

    public int Gates => RecurrentOperation.GatesOf(Cell);

    /// <summary>The steps in time.</summary>
    public int Length => Output.Width;

    /// <summary>How the weights lie in memory.</summary>
    public RecurrentLayout Layout => new(Bias is not null, Gates, Hidden);

    public override int WeightLength => Layout.OffsetOf(CoveredLanes);

    public override int? ScratchBuffer => ScratchLength > 0 ? Scratch : null;

    public override int ScratchLength => Cell switch
    {
        RecurrentCell.LSTM when !GivesCell && Length > 1 => CoveredLanes,
        RecurrentCell.GRU when ResetsBefore && (HasInitialState || Length > 1) => 2 * CoveredLanes,
        _ => 0,
    };

    public override string Algorithm => $"{Length} steps, tile of {Gates} gates × {Vectors} × {Lanes} units";
}
