using System.Collections.Generic;
using System.Linq;

namespace NetGen.Generator.Graphs;

/// <summary>The recurrent cells.</summary>
internal enum RecurrentCell
{
    RNN,
    GRU,
    LSTM,
}

/// <summary>What an RNN makes of its sums; the values are those of the attribute's enumeration.</summary>
internal enum RecurrentFunction
{
    Tanh,
    ReLU,
}

/// <summary>A recurrent network over a sequence, or over the only step that a vector is.</summary>
internal sealed record RecurrentOperation(RecurrentCell Cell, int Hidden) : Operation
{
    /// <summary>The layers, one on the other.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Whether each layer has a second direction.</summary>
    public bool IsBidirectional { get; init; }

    /// <summary>Whether the only direction runs from the last step to the first.</summary>
    public bool IsReversed { get; init; }

    public bool Bias { get; init; } = true;

    /// <summary>Whether an RNN's function is ReLU.</summary>
    public bool IsReLU { get; init; }

    /// <summary>Whether a GRU's reset gate is multiplied after the product with the state.</summary>
    public bool ResetAfter { get; init; } = true;

    /// <summary>Whether the result has an LSTM's cell state after its hidden state.</summary>
    public bool GivesCell { get; init; }

    /// <summary>Whether a source after the first is the hidden state before the first step.</summary>
    public bool HasInitialState { get; init; }

    /// <summary>Whether the last source is the cell state before the first step.</summary>
    public bool HasInitialCell { get; init; }

    public int Gates => GatesOf(Cell);

    public int Directions => IsBidirectional ? 2 : 1;

    /// <summary>The channels of one direction's result.</summary>
    public int Width => GivesCell ? 2 * Hidden : Hidden;

    public override IEnumerable<OperationArgument> Arguments =>
    [
        new("Hidden", Hidden),
        new("Layers", Layers),
        new("Bidirectional", Number(IsBidirectional)),
        new("Reverse", Number(IsReversed)),
        new("Bias", Number(Bias)),
        .. Cell switch
        {
            RecurrentCell.RNN => [new OperationArgument("Nonlinearity", Number(IsReLU))],
            RecurrentCell.GRU => [new OperationArgument("ResetAfter", Number(ResetAfter))],
            _ => new[] { new OperationArgument("CellState", Number(GivesCell)) },
        },
        new("InitialState", Number(HasInitialState)),
        new("InitialCell", Number(HasInitialCell)),
    ];

    public static int GatesOf(RecurrentCell cell) => cell switch { RecurrentCell.RNN => 1, RecurrentCell.GRU => 3, _ => 4 };

    /// <summary>What the names of a layer's tensors end in.</summary>
    /// <param name="layer">The layer, from 0 on.</param>
    /// <param name="isSecond">Whether they are the second direction's.</param>
    public static string Suffix(int layer, bool isSecond) => $"_l{Text(layer)}{(isSecond ? "_reverse" : "")}";

    /// <summary>Each step multiplies every gate's weights with the input and with the state.</summary>
    public override long MultiplyAddCount(Layer layer) => Shape.SaturatingProduct(
        layer.Output.Pixels, layer.Weights.Where(w => w.Role == WeightRole.Weight).Sum(w => w.Length));

    private static double Number(bool value) => value ? 1 : 0;
}
