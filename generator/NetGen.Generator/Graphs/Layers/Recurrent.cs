using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Diagnostics;

namespace NetGen.Generator.Graphs.Layers;

/// <summary><c>RNN</c>, <c>GRU</c> and <c>LSTM</c>.</summary>
internal sealed class Recurrent(RecurrentCell cell) : LayerKind
{
    /// <summary>More layers than any network has; each has tensors of its own.</summary>
    private const int MostLayers = 64;

    public override string Name => cell.ToString();

    public override string Stem => Name.ToLowerInvariant();

    public override IReadOnlyList<string> SourceArguments => ["InitialState", "InitialCell"];

    public override LayerRule? Apply(LayerContext context)
    {
        RecurrentOperation operation = Read(context);
        CheckShape(context, operation);
        if (context.Sequence(orVector: true) is not { } input || context.Sources.Any(s => s.Shape is null))
        {
            return null;
        }

        CheckStates(context, operation);
        WeightTensor[] weights = context.IsInvalid ? [] : [.. Tensors(context, operation, input.Channels)];
        int channels = context.Size("output", operation.Directions, operation.Width);
        context.Size("output", operation.Directions, operation.Width, input.Width);
        return context.IsInvalid ? null
            : new LayerRule(input.IsVector ? Shape.Vector(channels) : Shape.Image(channels, 1, input.Width), operation, weights);
    }

    private RecurrentOperation Read(LayerContext context) => new(cell, context.Positive("hidden"))
    {
        Layers = context.Positive("Layers"),
        IsBidirectional = context.Bool("Bidirectional", false),
        IsReversed = context.Bool("Reverse", false),
        Bias = context.Bool("Bias", true),
        IsReLU = cell == RecurrentCell.RNN && context.Enum<RecurrentFunction>("Nonlinearity") == RecurrentFunction.ReLU,
        ResetAfter = context.Bool("ResetAfter", true),
        GivesCell = context.Bool("CellState", false),
        HasInitialState = context.Has("InitialState"),
        HasInitialCell = context.Has("InitialCell"),
    };

    /// <summary>Checks what arguments do not go together.</summary>
    private static void CheckShape(LayerContext context, RecurrentOperation operation)
    {
        string? several = operation.Layers > 1 ? $"where Layers is {LayerContext.Text(operation.Layers)}"
            : operation.IsBidirectional ? "where Bidirectional is true"
            : null;
        if (operation.Layers > MostLayers)
        {
            OutOfRange(context, "Layers", "Layers", LayerContext.Text(operation.Layers), $"from 1 to {LayerContext.Text(MostLayers)}");
        }

        if (operation is { IsBidirectional: true, IsReversed: true })
        {
            OutOfRange(context, "Reverse", "Reverse", "true", "false " + "where Bidirectional is true");
        }

        if (operation is { GivesCell: true, Layers: > 1 })
        {
            OutOfRange(context, "CellState", "CellState", "true", "false " + several);
        }

        foreach ((string argument, bool isGiven) in new[] { ("InitialState", operation.HasInitialState), ("InitialCell", operation.HasInitialCell) })
        {
            if (isGiven && several is not null)
            {
                OutOfRange(context, argument, argument, "given", "left out " + several);
            }
        }
    }

    /// <summary>Checks the shapes of the states before the first step.</summary>
    private static void CheckStates(LayerContext context, RecurrentOperation operation)
    {
        int source = 1;
        foreach ((string argument, bool isGiven) in new[] { ("InitialState", operation.HasInitialState), ("InitialCell", operation.HasInitialCell) })
        {
            if (!isGiven)
            {
                continue;
            }

            Value state = context.Sources[source++];
            Shape shape = state.Shape!.Value;
            if (shape.Channels != operation.Hidden || shape.Pixels != 1)
            {
                string hidden = LayerContext.Text(operation.Hidden);
                OutOfRange(context, argument, argument, $"'{state.Name}', which gives {shape}", $"of {hidden} or {hidden}×1×1");
            }
        }
    }

    private static IEnumerable<WeightTensor> Tensors(LayerContext context, RecurrentOperation operation, int channels)
    {
        int hidden = operation.Hidden;
        int rows = context.Size("weights", operation.Gates, hidden);
        int features = channels;
        for (int layer = 0; layer < operation.Layers && !context.IsInvalid; layer++)
        {
            context.Size("weights", rows, features);
            context.Size("weights", rows, hidden);
            for (int direction = 0; direction < operation.Directions; direction++)
            {
                string suffix = RecurrentOperation.Suffix(layer, direction == 1);
                yield return new WeightTensor("weight_ih" + suffix, [rows, features], WeightRole.Weight, WeightInit.Uniform, hidden);
                yield return new WeightTensor("weight_hh" + suffix, [rows, hidden], WeightRole.Weight, WeightInit.Uniform, hidden);
                if (operation.Bias)
                {
                    yield return new WeightTensor("bias_ih" + suffix, [rows], WeightRole.Bias, WeightInit.Uniform, hidden);
                    yield return new WeightTensor("bias_hh" + suffix, [rows], WeightRole.Bias, WeightInit.Uniform, hidden);
                }
            }

            features = context.Size("result", operation.Directions, hidden);
        }
    }

    private static void OutOfRange(LayerContext context, string? at, string what, string value, string expected) =>
        context.Invalid(ProblemIds.OutOfRange, at, what, value, expected);
}
