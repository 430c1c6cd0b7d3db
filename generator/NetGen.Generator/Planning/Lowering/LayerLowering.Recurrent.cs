using System;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning.Passes;

namespace NetGen.Generator.Planning.Lowering;

/// <summary>
/// Recurrent layers: the products of all weights with the input are sums of taps over the pixels, all steps at once; what is left to do step
/// after step are the products with the state.
/// </summary>
internal sealed partial class LayerLowering
{
    /// <summary>The gates of which two vectors each keep the core's multipliers busy.</summary>
    private const int ManyGates = 3;

    private TensorView LowerRecurrent(LayerGroup group, RecurrentOperation operation, TensorView source)
    {
        TensorView result = Result(group);
        TensorView input = source;
        for (int layer = 0; layer < operation.Layers; layer++)
        {
            TensorView output = layer == operation.Layers - 1
                ? result
                : Values.NewBuffer(Shape.Image(operation.Directions * operation.Hidden, 1, result.Width), default, $"{group.Main.Name}, layer {layer + 1}");
            for (int direction = 0; direction < operation.Directions; direction++)
            {
                bool isWhole = operation is { IsBidirectional: false, GivesCell: false };
                TensorView part = isWhole ? output : output.Part(direction * operation.Width, operation.Hidden);
                string suffix = RecurrentOperation.Suffix(layer, direction == 1);
                TensorView products = LowerProducts(group, operation, input, result.Width, suffix);
                AddRecurrent(group, operation, products, part, suffix, operation.IsReversed || direction == 1);
            }

            input = output;
        }

        return result;
    }

    /// <summary>The products of all gates' weights with the input of every step.</summary>
    private TensorView LowerProducts(LayerGroup group, RecurrentOperation operation, TensorView input, int length, string suffix)
    {
        int filters = operation.Gates * operation.Hidden;
        TensorView products = Values.NewBuffer(Shape.Image(filters, 1, length), default, group.Main.Name + ", products with the input");
        string? bias = operation.Bias ? group.Main.TensorName("bias_ih" + suffix) : null;
        var parameters = new SumParameters(group.Main.TensorName("weight_ih" + suffix), bias, default, Epilogue.None);
        return AddPointwise(group, input, products, parameters, "products with the input");
    }

    private void AddRecurrent(LayerGroup group, RecurrentOperation operation, TensorView products, TensorView output, string suffix, bool isReversed)
    {
        int source = 1;
        TensorView? state = operation.HasInitialState ? InitialState(group, source++) : null;
        TensorView? cell = operation.HasInitialCell ? InitialState(group, source) : null;
        Tier tier = Context.Tier;
        var step = new RecurrentStep(group.Layers, products, output, operation.Cell)
        {
            Weight = group.Main.TensorName("weight_hh" + suffix),
            Bias = operation.Bias ? group.Main.TensorName("bias_hh" + suffix) : null,
            Vectors = Math.Min(tier.SlotCount(operation.Hidden), operation.Gates >= ManyGates ? 2 : 4),
            Lanes = tier.Lanes,
            CoveredLanes = tier.CoveredLanes(operation.Hidden),
            IsReversed = isReversed,
            IsReLU = operation.IsReLU,
            ResetsBefore = operation.Cell == RecurrentCell.GRU && !operation.ResetAfter,
            GivesCell = operation.GivesCell,
            HasInitialState = state is not null,
            HasInitialCell = cell is not null,
            MoreInputs = new[] { state, cell }.OfType<TensorView>().ToEquatableArray(),
            Scratch = -1,
        };
        Steps.Add(step.ScratchLength > 0 ? step with { Scratch = Values.NewScratch(group.Main.Name + ", between steps") } : step);
    }

    /// <summary>A state before the first step: a vector whose features follow each other.</summary>
    private TensorView InitialState(LayerGroup group, int source)
    {
        TensorView state = Values[group.Main.Sources[source]];
        return state is { Pixels: 1, IsChannelsLast: true } ? state : RowMajor(group, state);
    }
}
