using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

// Recurrent layers, whose sequences are [length, 1, features] in the model and images of height 1 in the network.
internal sealed partial class Lowering
{
    private const int SequenceLengths = 4;
    private const int Peepholes = 7;

    /// <summary>What the operators' functions are where the model does not say, for one direction.</summary>
    private static readonly Dictionary<string, string[]> CellFunctions = new()
    {
        ["RNN"] = ["Tanh"],
        ["GRU"] = ["Sigmoid", "Tanh"],
        ["LSTM"] = ["Sigmoid", "Tanh", "Tanh"],
    };

    /// <summary>For each of PyTorch's gates, the place of ONNX's: r, z, n in z, r, h, and i, f, g, o in i, o, f, c.</summary>
    private static readonly Dictionary<string, int[]> CellGates = new() { ["RNN"] = [0], ["GRU"] = [1, 0, 2], ["LSTM"] = [0, 2, 3, 1] };

    /// <summary>What a recurrent node is, apart from its weights.</summary>
    private sealed record Cell(OnnxNode Node, int Hidden, string[] Directions, bool IsReLU, bool GivesCell)
    {
        public int Width => GivesCell ? 2 * Hidden : Hidden;

        public int[] Gates => CellGates[Node.Operator];
    }

    private static IReadOnlyList<Value> Recurrent(Lowering l, OnnxNode node, Value?[] inputs)
    {
        Value x = Dynamic(node, inputs, 0);
        if (node.Int("layout", 0) != 0)
        {
            throw node.Fail("the samples come before the steps.", "Export the model with the steps first, layout 0.", "layout");
        }

        if (x.Rank != 3 || x.Dims[1] != 1)
        {
            throw node.Fail($"its input has the shape {Dimensions.Text(x.Dims)}.", "A sequence of one sample, [length, 1, features], can be imported.");
        }

        Cell cell = ReadCell(node, Required(node, inputs, 2, "R"), inputs);
        CheckInputs(node, inputs, x.Dims[0]);
        Value sequence = l.Image(node, l.Transpose(node, x, [1, 2, 0]));
        Value?[] states = [State(node, inputs, 5, "initial_h"), State(node, inputs, 6, "initial_c")];
        string[] names = ["InitialState", "InitialCell"];

        // A layer of both directions starts from zeros; where states are given, there is a layer for each direction.
        bool isOne = cell.Directions.Length == 1 || states.All(s => s is null);
        int[][] groups = isOne ? [[.. Enumerable.Range(0, cell.Directions.Length)]] : [[0], [1]];
        var parts = new List<Value>();
        foreach (int[] directions in groups)
        {
            Value[] sources = [sequence, .. states.OfType<Value>().Select(s => l.AsVector(l.Slice(s, 0, directions[0], 1, 1)))];
            int width = directions.Length * cell.Width;
            Value part = l.Layer(node.Operator, new Shape(width, 1, x.Dims[0]), [1, width, x.Dims[0]], sources, cell.Hidden);
            part.Layer!.SourceArguments.AddRange(names.Where((_, i) => states[i] is not null));
            SetCell(part, cell, directions, inputs);
            parts.Add(part);
        }

        return l.Results(cell, l.Concat(node, [.. parts], 1));
    }

    /// <summary>The node's outputs of what the layers give, as far as something reads them.</summary>
    private IReadOnlyList<Value> Results(Cell cell, Value given)
    {
        OnnxNode node = cell.Node;
        int length = given.Dims[2];
        int directions = cell.Directions.Length;

        // Of each direction some of the channels, all steps or its last one.
        Value Part(int first, bool isLast) => Concat(
            node,
            [.. Enumerable.Range(0, directions).Select(d =>
            {
                Value part = cell.GivesCell || (isLast && directions > 1) ? Slice(given, 1, (d * cell.Width) + first, cell.Hidden, 1) : given;
                return isLast && length > 1 ? Slice(part, 2, cell.Directions[d] == "reverse" ? 0 : length - 1, 1, 1) : part;
            }).Take(cell.GivesCell || isLast ? directions : 1)],
            1);
        Value Last(int first) => WithDims(Part(first, isLast: true), [directions, 1, cell.Hidden]);
        bool IsRead(int output) => output < node.Outputs.Count && node.Outputs[output].Length > 0;
        return
        [
            IsRead(0) ? Transpose(node, Part(0, isLast: false) with { Dims = [1, directions, cell.Hidden, length] }, [3, 1, 0, 2]) : given,
            IsRead(1) ? Last(0) : given,
            IsRead(2) ? Last(cell.Hidden) : given,
        ];
    }

    private static Cell ReadCell(OnnxNode node, Tensor recurrence, Value?[] inputs)
    {
        string[]? directions = node.Text("direction", "forward") switch
        {
            "forward" => ["forward"],
            "reverse" => ["reverse"],
            "bidirectional" => ["forward", "reverse"],
            _ => null,
        };
        if (directions is null)
        {
            throw node.Fail("it is none of forward, reverse and bidirectional.", "", "direction");
        }

        if (recurrence.Dims is not [_, _, > 0] || recurrence.Dims[0] != directions.Length
            || recurrence.Dims[1] != CellGates[node.Operator].Length * recurrence.Dims[2])
        {
            throw node.Fail($"its weights {Dimensions.Text(recurrence.Dims)} are none of {directions.Length} directions.", "", "R");
        }

        foreach (string attribute in new[] { "clip", "input_forget" })
        {
            if (node.Has(attribute) && (attribute == "clip" || node.Int(attribute, 0) != 0))
            {
                throw node.Fail("it cannot be imported.", "Export the model without it.", attribute);
            }
        }

        string[] usual = CellFunctions[node.Operator];
        string[] functions = node.Texts("activations") is { Length: > 0 } given ? given : [.. directions.SelectMany(_ => usual)];
        bool isReLU = node.Operator == "RNN" && functions.All(f => f.Equals("Relu", StringComparison.OrdinalIgnoreCase));
        bool isUsual = functions.Length == usual.Length * directions.Length
            && functions.Zip(directions.SelectMany(_ => usual)).All(f => f.First.Equals(f.Second, StringComparison.OrdinalIgnoreCase));
        if (!isUsual && !isReLU)
        {
            throw node.Fail(
                $"its functions are {string.Join(", ", functions)}.",
                $"Those that can be imported are {string.Join(", ", usual)}{(node.Operator == "RNN" ? ", or Relu" : "")}.",
                "activations");
        }

        // The network's layer gives the cell state of every step where the model takes that of the last.
        bool givesCell = node.Operator == "LSTM" && node.Outputs.Count > 2 && node.Outputs[2].Length > 0;
        return new Cell(node, recurrence.Dims[2], directions, isReLU, givesCell);
    }

    private static void CheckInputs(OnnxNode node, Value?[] inputs, int length)
    {
        if (Constant(node, inputs, SequenceLengths, "sequence_lens") is { } lengths && lengths.Integers.Any(i => i != length))
        {
            throw node.Fail($"it is {string.Join(", ", lengths.Integers)}, but the sequence has {length} steps.", "Cut the sequence before.", "sequence_lens");
        }

        if (Constant(node, inputs, Peepholes, "P") is { } peepholes && peepholes.Floats.Any(p => p != 0))
        {
            throw node.Fail("peepholes cannot be imported.", "Export the model without them.", "P");
        }
    }

    /// <summary>A state before the first step that is computed; null for one of zeros.</summary>
    private static Value? State(OnnxNode node, Value?[] inputs, int index, string name)
    {
        if (node.Operator != "LSTM" && index > 5)
        {
            return null;
        }

        Value? state = index < inputs.Length ? inputs[index] : null;
        return state?.Constant is not { } constant ? state
            : constant.Floats.All(f => f == 0) ? null
            : throw node.Fail("it is a constant other than zero.", "Make it an input of the model, or zero.", name);
    }

    /// <summary>The arguments and weights of a layer for some of the node's directions.</summary>
    private static void SetCell(Value layer, Cell cell, int[] directions, Value?[] inputs)
    {
        OnnxNode node = cell.Node;
        Tensor weights = Required(node, inputs, 1, "W");
        Tensor recurrence = Required(node, inputs, 2, "R");
        Tensor? biases = Constant(node, inputs, 3, "B");
        Set(layer, "Bidirectional", directions.Length > 1, false);
        Set(layer, "Reverse", directions.Length == 1 && cell.Directions[directions[0]] == "reverse", false);
        Set(layer, "Bias", biases is not null, true);
        Set(layer, "Nonlinearity", new EnumText(cell.IsReLU ? "RecurrentFunction.ReLU" : "RecurrentFunction.Tanh"), new EnumText("RecurrentFunction.Tanh"));
        Set(layer, "CellState", cell.GivesCell, false);
        if (node.Operator == "GRU")
        {
            Set(layer, "ResetAfter", node.Int("linear_before_reset", 0) != 0, true);
        }

        int rows = cell.Gates.Length * cell.Hidden;
        int features = weights.Dims is [_, _, > 0] ? weights.Dims[2] : 0;
        int count = cell.Directions.Length;
        if (features == 0 || weights.Length != count * rows * features || features != layer.Layer!.Sources[0]?.Output.Channels
            || recurrence.Length != count * rows * cell.Hidden || (biases is not null && biases.Length != 2 * count * rows))
        {
            throw node.Fail($"its weights {Dimensions.Text(weights.Dims)} do not fit its input and its state of {cell.Hidden}.", "", "W");
        }

        for (int i = 0; i < directions.Length; i++)
        {
            string suffix = i == 0 ? "_l0" : "_l0_reverse";
            Weight(layer, "weight_ih" + suffix, Gates(cell, weights, directions[i], features), rows, features);
            Weight(layer, "weight_hh" + suffix, Gates(cell, recurrence, directions[i], cell.Hidden), rows, cell.Hidden);
            if (biases is not null)
            {
                Weight(layer, "bias_ih" + suffix, Gates(cell, biases, 2 * directions[i], 1), rows);
                Weight(layer, "bias_hh" + suffix, Gates(cell, biases, (2 * directions[i]) + 1, 1), rows);
            }
        }
    }

    /// <summary>One direction's rows of a tensor, with the gates in PyTorch's order.</summary>
    private static Tensor Gates(Cell cell, Tensor all, int direction, int columns)
    {
        int gateLength = cell.Hidden * columns;
        int first = direction * cell.Gates.Length * gateLength;
        return all.Gather([cell.Gates.Length * gateLength], i => first + (cell.Gates[i / gateLength] * gateLength) + (i % gateLength));
    }
}
