using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

// Recurrent layers, whose sequences are [length, samples, features] in the model, and images of height 1 in the network, one for each sample.
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
        if (x.Rank != 3)
        {
            throw node.Fail($"its input has the shape {Dimensions.Text(x.Dims)}.", "A sequence [length, samples, features] can be imported.");
        }

        // From here on the steps come before the samples, as with layout 0.
        bool samplesFirst = node.Int("layout", 0) != 0;
        Value steps = samplesFirst ? l.SwapFirst(node, x) : x;
        Cell cell = ReadCell(node, Required(node, inputs, 2, "R"), inputs);
        Value?[] states =
        [
            l.State(cell, x, inputs, 5, "initial_h"),
            node.Operator == "LSTM" ? l.State(cell, x, inputs, 6, "initial_c") : null,
        ];
        int[] lengths = Lengths(node, inputs, steps);
        int samples = lengths.Length;
        if (samples > 1 && steps.Dims[0] == 1 && states.All(s => s is null))
        {
            return l.InLayout(node, samplesFirst, l.OneStep(cell, inputs, steps));
        }

        // Each sample has layers of its own, with the same weights.
        l.folding.Charge((samples - 1) * inputs.OfType<Value>().Sum(i => i.Constant is { } constant ? (long)constant.Length : 0));
        Value[][] parts = [.. lengths.Select((length, sample) =>
            l.OneSample(cell, inputs, l.Slice(steps, 1, sample, 1, 1), [.. states.Select(s => s is null ? null : l.Slice(s, 1, sample, 1, 1))], length))];
        return l.InLayout(node, samplesFirst, [.. Enumerable.Range(0, 3).Select(output =>
            IsRead(node, output) ? l.Concat(node, [.. parts.Select(p => p[output])], output == 0 ? 2 : 1) : parts[0][output])]);
    }

    private static bool IsRead(OnnxNode node, int output) => output < node.Outputs.Count && node.Outputs[output].Length > 0;

    /// <summary>The value with its first two axes in the other order. A batch, which is of one sample here, may be one of them.</summary>
    private Value SwapFirst(OnnxNode node, Value x) => x.Dims[0] == 1 || x.Dims[1] == 1
        ? WithDims(x, [x.Dims[1], x.Dims[0], .. x.Dims[2..]])
        : Transpose(node, x, [1, 0, .. Enumerable.Range(2, x.Rank - 2)]);

    /// <summary>The node's outputs [length, directions, samples, hidden] and [directions, samples, hidden], as it is to give them.</summary>
    private IReadOnlyList<Value> InLayout(OnnxNode node, bool samplesFirst, Value[] results) => !samplesFirst ? results :
    [
        .. results.Select((r, output) => !IsRead(node, output) ? r
            : output > 0 ? SwapFirst(node, r)
            : r.Dims[2] == 1 ? WithDims(r, [1, r.Dims[0], r.Dims[1], r.Dims[3]])
            : Transpose(node, r, [2, 0, 1, 3])),
    ];

    /// <summary>The outputs of one sample, whose steps after its length are left out.</summary>
    /// <param name="cell">The node.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="steps">The sample, [steps, 1, features].</param>
    /// <param name="states">Its states before the first step, [directions, 1, hidden]; null for zeros.</param>
    /// <param name="length">Its length.</param>
    private Value[] OneSample(Cell cell, Value?[] inputs, Value steps, Value?[] states, int length)
    {
        Value given = Slice(steps, 0, 0, length, 1);
        int features = given.Dims[2];
        Value sequence = AsImage(Swap(given, length, features, [1, features, length]), features, 1, length);
        string[] names = ["InitialState", "InitialCell"];

        // A layer of both directions starts from zeros; where states are given, there is a layer for each direction.
        bool isOne = cell.Directions.Length == 1 || states.All(s => s is null);
        int[][] groups = isOne ? [[.. Enumerable.Range(0, cell.Directions.Length)]] : [[0], [1]];
        var parts = new List<Value>();
        foreach (int[] directions in groups)
        {
            Value[] sources = [sequence, .. states.OfType<Value>().Select(s => AsVector(Slice(s, 0, directions[0], 1, 1)))];
            int width = directions.Length * cell.Width;
            Value part = Layer(cell.Node.Operator, new Shape(width, 1, length), [1, width, length], sources, cell.Hidden);
            part.Layer!.SourceArguments.AddRange(names.Where((_, i) => states[i] is not null));
            SetCell(part, cell, directions, inputs);
            parts.Add(part);
        }

        return Results(cell, Concat(cell.Node, [.. parts], 1), steps.Dims[0]);
    }

    /// <summary>The node's outputs of what the layers give, as far as something reads them. Steps after the last are zeros.</summary>
    private Value[] Results(Cell cell, Value given, int steps)
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
        return
        [
            IsRead(node, 0)
                ? PadAxes(Swap(Part(0, isLast: false), directions * cell.Hidden, length, [length, directions, 1, cell.Hidden]), [0, 0, 0, 0], [steps - length, 0, 0, 0], "Constant", 0)
                : given,
            IsRead(node, 1) ? Last(0) : given,
            IsRead(node, 2) ? Last(cell.Hidden) : given,
        ];
    }

    /// <summary>The values of a matrix, turned.</summary>
    private Value Swap(Value x, int rows, int columns, int[] dims) =>
        rows == 1 || columns == 1 ? WithDims(x, dims) : PermuteImage(AsImage(x, rows, 1, columns), 2, 1, 0) with { Dims = dims };

    /// <summary>
    /// The outputs of a single step from zeros: nothing of the state is left, and all samples are pixels of one image. That is what a model
    /// computes, too, whose sequence lies where samples are expected.
    /// </summary>
    private Value[] OneStep(Cell cell, Value?[] inputs, Value steps)
    {
        int samples = steps.Dims[1];
        int features = steps.Dims[2];
        CheckWeights(cell, inputs, features);
        Value image = AsImage(Swap(steps, samples, features, [1, features, samples]), features, 1, samples);
        (Value Hidden, Value State)[] directions = [.. Enumerable.Range(0, cell.Directions.Length).Select(d => OneStep(cell, inputs, image, d))];
        Value Joined(Func<(Value Hidden, Value State), Value> part) => Concat(
            cell.Node, [.. directions.Select(d => Swap(part(d), cell.Hidden, samples, [1, samples, cell.Hidden]))], 0);
        Value hidden = Joined(d => d.Hidden);
        return [hidden with { Dims = [1, .. hidden.Dims] }, hidden, IsRead(cell.Node, 2) ? Joined(d => d.State) : hidden];
    }

    /// <summary>The hidden state of one direction, and for an LSTM its cell state, as images of hidden × 1 × samples.</summary>
    private (Value Hidden, Value State) OneStep(Cell cell, Value?[] inputs, Value image, int direction)
    {
        int hidden = cell.Hidden;
        int rows = cell.Gates.Length * hidden;
        Tensor weights = Gates(cell, Required(cell.Node, inputs, 1, "W"), direction, image.Form.Channels).Reshape([rows, image.Form.Channels]);
        Tensor? biases = Constant(cell.Node, inputs, 3, "B");
        float[] own = biases is null ? new float[rows] : Gates(cell, biases, 2 * direction, 1).Floats;
        float[] recurrent = biases is null ? new float[rows] : Gates(cell, biases, (2 * direction) + 1, 1).Floats;

        // In place of its product with the state, r scales that product's bias.
        bool scalesBias = cell.Node.Operator == "GRU" && cell.Node.Int("linear_before_reset", 0) != 0 && recurrent.AsSpan(2 * hidden).ContainsAnyExcept(0f);
        float[] sums = [.. own.Select((b, i) => scalesBias && i >= 2 * hidden ? b : b + recurrent[i])];
        int[] dims = [1, rows, image.Form.Width];
        Value gates = Pointwise(image, weights, sums.Any(s => s != 0) ? new Tensor([rows], sums) : null, 1, dims);
        Value Gate(int index) => Slice(gates, 1, index * hidden, hidden, 1);
        switch (cell.Node.Operator)
        {
            case "RNN":
                Value result = Function(cell.IsReLU ? "ReLU" : "Tanh", gates);
                return (result, result);
            case "GRU":
                Value candidate = scalesBias
                    ? Join("Add", Gate(2), WithConstant(cell.Node, "Multiply", Function("Sigmoid", Gate(0)), new Tensor([1, hidden, 1], recurrent[(2 * hidden)..]), false))
                    : Gate(2);
                Value kept = Join("Multiply", Function("Sigmoid", Rescale(Gate(1), -1, 0)), Function("Tanh", candidate));
                return (kept, kept);
            default:
                Value state = Join("Multiply", Function("Sigmoid", Gate(0)), Function("Tanh", Gate(2)));
                return (Join("Multiply", Function("Sigmoid", Gate(3)), Function("Tanh", state)), state);
        }
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

        if (Constant(node, inputs, Peepholes, "P") is { } peepholes && peepholes.Floats.Any(p => p != 0))
        {
            throw node.Fail("peepholes cannot be imported.", "Export the model without them.", "P");
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

    /// <summary>The length of each sample.</summary>
    private static int[] Lengths(OnnxNode node, Value?[] inputs, Value steps)
    {
        (int length, int samples) = (steps.Dims[0], steps.Dims[1]);
        if (Constant(node, inputs, SequenceLengths, "sequence_lens") is not { } given)
        {
            return [.. Enumerable.Repeat(length, samples)];
        }

        return given.Length == samples && given.Integers.All(i => i > 0 && i <= length)
            ? [.. given.Integers.Select(i => (int)i)]
            : throw node.Fail(
                $"it is {string.Join(", ", given.Integers)}, but the input has {samples} samples of {length} steps.", "Give each sample a length between 1 and that.", "sequence_lens");
    }

    /// <summary>A state before the first step, [directions, samples, hidden]; null for one of zeros.</summary>
    private Value? State(Cell cell, Value x, Value?[] inputs, int index, string name)
    {
        Value? state = index < inputs.Length ? inputs[index] : null;
        if (state is null || state.Constant?.Floats.All(f => f == 0) == true)
        {
            return null;
        }

        bool samplesFirst = cell.Node.Int("layout", 0) != 0;
        int[] dims = samplesFirst ? [x.Dims[0], cell.Directions.Length, cell.Hidden] : [cell.Directions.Length, x.Dims[1], cell.Hidden];
        if (!state.Dims.SequenceEqual(dims))
        {
            throw cell.Node.Fail($"it has the shape {Dimensions.Text(state.Dims)} in place of {Dimensions.Text(dims)}.", "", name);
        }

        // A layer takes it from another one, also where it is the same every time.
        Value computed = state.Constant is { } constant ? Parameter(constant) : state;
        return samplesFirst ? SwapFirst(cell.Node, computed) : computed;
    }

    /// <summary>Sees to it that the weights have the lengths that they should.</summary>
    private static void CheckWeights(Cell cell, Value?[] inputs, int features)
    {
        Tensor weights = Required(cell.Node, inputs, 1, "W");
        int rows = cell.Directions.Length * cell.Gates.Length * cell.Hidden;
        if (weights.Length != rows * features || Required(cell.Node, inputs, 2, "R").Length != rows * cell.Hidden
            || (Constant(cell.Node, inputs, 3, "B") is { } biases && biases.Length != 2 * rows))
        {
            throw cell.Node.Fail($"its weights {Dimensions.Text(weights.Dims)} do not fit its input of {features} features and its state of {cell.Hidden}.", "", "W");
        }
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
        int features = layer.Layer!.Sources[0].Output.Channels;
        CheckWeights(cell, inputs, features);
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
