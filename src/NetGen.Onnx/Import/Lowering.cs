using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

/// <summary>
/// Turns a model's nodes into layers, one after the other: infers every shape, computes what depends on constants alone, and knows of
/// each value which form it has in the network. An image is a value [1, C, H, W]; everything else is whichever form its first layer needs.
/// </summary>
internal sealed partial class Lowering
{
    private readonly OnnxModel model;
    private readonly OnnxGraph graph;
    private readonly int batch;
    private readonly bool isBatchwise;
    private readonly ConstantFolding folding;
    private readonly Scope scope = new(null);

    /// <param name="model">The model.</param>
    /// <param name="graph">Its graph.</param>
    /// <param name="constants">Inputs that are given once and for all.</param>
    /// <param name="inputs">The network's inputs.</param>
    /// <param name="batch">
    /// The length of their first axis, where that is a batch whose samples are treated alone: then nothing may look along it. Every
    /// computed value has it as its first axis, here of length 1. It is 1 where the first axis is one as others are.
    /// </param>
    public Lowering(OnnxModel model, OnnxGraph graph, IReadOnlyDictionary<string, Tensor> constants, IReadOnlyList<NetworkInput> inputs, int batch)
    {
        this.model = model;
        this.graph = graph;
        this.batch = batch;
        isBatchwise = batch > 1;
        long own = 0;
        foreach ((string name, Tensor tensor) in graph.Constants)
        {
            scope.Set(name, Value.Of(tensor));
            own += tensor.Length;
        }

        foreach ((string name, Tensor tensor) in constants)
        {
            scope.Set(name, Value.Of(tensor));
            own += tensor.Length;
        }

        folding = new ConstantFolding((1 << 24) + (16 * own));
        foreach (NetworkInput input in inputs)
        {
            int[] dims = input.SampleDims = isBatchwise ? [1, .. input.Dims[1..]] : input.Dims;
            Shape form = dims is [1, _, _, _] ? new Shape(dims[1], dims[2], dims[3]) : new Shape(Length(dims));
            input.Layer = ImportedLayer.Input(form);
            scope.Set(input.Info.Name, new Value(dims, input.Layer, form) { Type = input.Info.Type });
        }
    }

    /// <summary>The values of a graph, which stand before those of the same names around it.</summary>
    private sealed class Scope(Scope? outer)
    {
        private readonly Dictionary<string, Value> values = [];

        public void Set(string name, Value value) => values[name] = value;

        public Value? Find(string name)
        {
            for (Scope? scope = this; scope is not null; scope = scope.Outer)
            {
                if (scope.values.TryGetValue(name, out Value? value))
                {
                    return value;
                }
            }

            return null;
        }

        private Scope? Outer { get; } = outer;
    }

    public List<ImportedLayer> Layers { get; } = [];

    /// <summary>The model's outputs, each a layer's.</summary>
    public List<(string Name, Value Value)> Outputs { get; } = [];

    /// <summary>A network of more values than this at any one place is not meant seriously.</summary>
    private static int Length(IEnumerable<int> dims)
    {
        long length = 1;
        foreach (int dim in dims)
        {
            length *= dim;
            if (dim <= 0 || length > int.MaxValue / 2)
            {
                throw new OnnxException(
                    $"A value has the shape {Dimensions.Text(dims)}, which is {(dim <= 0 ? "empty" : "too large")}.",
                    dim <= 0 ? "A network's layers give at least one value." : "Give the input a smaller shape.");
            }
        }

        return (int)length;
    }

    public void Run()
    {
        Run(graph, scope);
        foreach (string name in graph.Outputs)
        {
            Value value = scope.Find(name) ?? throw new OnnxException($"Nothing gives the output '{name}'.");
            if (value.Constant is not null)
            {
                throw new OnnxException($"The output '{name}' does not depend on an input.", "There is nothing for a network to compute.");
            }

            Outputs.Add((name, value));
        }
    }

    private void Run(OnnxGraph nodes, Scope values)
    {
        foreach (OnnxNode node in nodes.Nodes)
        {
            Value?[] inputs = [.. node.Inputs.Select(values.Find)];
            int before = Layers.Count;
            IReadOnlyList<Value> results;
            try
            {
                results = node.HasSubgraph ? Branch(node, inputs, values) : Lower(node, inputs);
            }
            catch (OnnxException e) when (e.Operator is null)
            {
                throw node.Fail(e.Problem, e.Advice);
            }
            catch (Exception e) when (e is IndexOutOfRangeException or ArgumentException or InvalidOperationException or DivideByZeroException)
            {
                // A damaged file can break an operator's rules in more ways than are worth a sentence each.
                throw node.Fail("its inputs and attributes do not fit together.", "Check the model, for example with onnx.checker, and export it again.");
            }

            foreach (ImportedLayer layer in Layers.Skip(before))
            {
                layer.Node ??= node;
            }

            for (int i = 0; i < node.Outputs.Count; i++)
            {
                string name = node.Outputs[i];
                if (name.Length == 0)
                {
                    continue;
                }

                Value result = i < results.Count ? results[i] : throw node.Fail($"its output '{name}' cannot be computed.", "Remove what takes it.");
                if (isBatchwise && result.Constant is null && (result.Rank == 0 || result.Dims[0] != 1))
                {
                    throw node.Fail("it mixes the samples of a batch.");
                }

                if (result.Layer is { IsInput: false } given)
                {
                    given.ValueName ??= model.Names(name) ? name : null;
                }

                Value named = node.Operator == "Identity" && result.Constant is { } constant
                    ? result with { Constant = constant.AlsoCalled(name) }
                    : result;
                values.Set(name, node.HasSubgraph || named.Constant is not null ? named : named with { Type = TypeOf(node, inputs) });
            }
        }
    }

    /// <summary>The branch that a constant condition chooses, in place of the choice; where it is computed, both, and the choice among their results.</summary>
    private IReadOnlyList<Value> Branch(OnnxNode node, Value?[] inputs, Scope values)
    {
        bool isIf = node.Operator == "If" && node.Domain is ("" or "ai.onnx");
        if (isIf && inputs is [{ Constant: { Length: 1 } condition, Varied: null }])
        {
            return Branch(node, condition.First != 0 ? "then_branch" : "else_branch", values);
        }

        if (!isIf || isBatchwise || inputs is not [{ Constant: null, Length: 1 } computed])
        {
            throw node.Fail(
                isIf ? "its condition is computed by the network." : "it holds a graph of its own.",
                "Control flow cannot be imported; export the branch that inference takes, or give the input that the condition depends on a value with --constant.");
        }

        IReadOnlyList<Value> taken = Branch(node, "then_branch", values);
        IReadOnlyList<Value> otherwise = Branch(node, "else_branch", values);
        if (taken.Count != otherwise.Count)
        {
            throw node.Fail("its branches give different numbers of values.");
        }

        return [.. taken.Zip(otherwise, (x, y) => x.Dims.SequenceEqual(y.Dims)
            ? Where(this, node, [computed with { Dims = [] }, x, y])[0] with { Type = x.Type }
            : throw node.Fail(
                $"its condition is computed by the network, and its branches give values of the shapes {Dimensions.Text(x.Dims)} and {Dimensions.Text(y.Dims)}.",
                "Export the branch that inference takes, or give the input that the condition depends on a value with --constant."))];
    }

    /// <summary>The results of a branch.</summary>
    private IReadOnlyList<Value> Branch(OnnxNode node, string branch, Scope values)
    {
        OnnxGraph chosen = node.Graph(branch) ?? throw node.Fail("it is missing.", "", branch);
        var own = new Scope(values);
        foreach ((string name, Tensor tensor) in chosen.Constants)
        {
            own.Set(name, Value.Of(tensor));
        }

        Run(chosen, own);
        return [.. chosen.Outputs.Select(o => own.Find(o) ?? throw node.Fail($"nothing gives the output '{o}' of the branch."))];
    }

    private IReadOnlyList<Value> Lower(OnnxNode node, Value?[] inputs)
    {
        if (node.Domain is not ("" or "ai.onnx"))
        {
            throw node.Fail($"its domain '{node.Domain}' is not ONNX's own.", "Export the model without custom or fused operators.");
        }

        // What depends on constants alone is one, and so are the lengths of axes. A random number would not be.
        if (inputs.All(i => i is null or { Constant: not null }) || (node.Operator is "Shape" or "Size" && inputs is [not null]))
        {
            return Fold(node, inputs) is { } constants
                ? constants
                : throw node.Fail("all its inputs are constants, but it is not computed while importing.", "Simplify the model first, for example with onnxsim.");
        }

        if (!Operators.TryGetValue(node.Operator, out Func<Lowering, OnnxNode, Value?[], IReadOnlyList<Value>>? lower))
        {
            throw node.Fail("this operator cannot be imported.", "Replace it with others before exporting, or open an issue that names it.");
        }

        return KeepsInteger(node, inputs) is { } kept ? [kept] : lower(this, node, isBatchwise ? OfOneSample(node, inputs) : inputs);
    }

    private Value[]? Fold(OnnxNode node, Value?[] inputs)
    {
        Tensor[]? results = folding.Evaluate(node, [.. inputs.Select(i => i is null ? null : i.Constant ?? LengthsOf(i, batch))]);
        return results is null || !isBatchwise || inputs.All(i => i is null or { Constant: not null, Varied: null })
            ? results?.Select(Value.Of).ToArray()
            : Vary(node, inputs, results);
    }

    // What operators ask for.

    private static Value Dynamic(OnnxNode node, Value?[] inputs, int index) =>
        index < inputs.Length && inputs[index] is { Constant: null } value
            ? value
            : throw node.Fail($"its input {index} must be computed by the network.");

    private static Tensor? Constant(OnnxNode node, Value?[] inputs, int index, string name)
    {
        if (index >= inputs.Length || inputs[index] is not { } value)
        {
            return null;
        }

        return value.Constant ?? throw node.Fail(
            "it is computed by the network.", "Only a constant can be imported here; fold it, or give it with --constant.", name);
    }

    private static Tensor Required(OnnxNode node, Value?[] inputs, int index, string name) =>
        Constant(node, inputs, index, name) ?? throw node.Fail("it is missing.", "", name);

    /// <summary>Integers that are an input in newer opsets, and an attribute in older ones.</summary>
    private static long[]? Integers(OnnxNode node, Value?[] inputs, int index, string name) =>
        Constant(node, inputs, index, name)?.Integers ?? node.Ints(name);

    /// <summary>An axis, counted from the front.</summary>
    private int Axis(OnnxNode node, long axis, int rank, string name = "axis")
    {
        if (axis < -rank || axis >= rank)
        {
            throw node.Fail($"{axis} is no axis of a value of rank {rank}.", "", name);
        }

        int result = (int)(axis < 0 ? axis + rank : axis);
        return isBatchwise && result == 0 ? throw node.Fail("it looks along the batch.", "", name) : result;
    }

    private int[] Axes(OnnxNode node, IEnumerable<long> axes, int rank, string name = "axes") =>
        [.. axes.Select(a => Axis(node, a, rank, name)).Distinct().Order()];

    // Layers.

    private Value Layer(string kind, Shape output, int[] dims, IEnumerable<Value> sources, params object[] positional) =>
        Add(new ImportedLayer(kind, output), dims, sources, positional);

    private Value Add(ImportedLayer layer, int[] dims, IEnumerable<Value> sources, params object[] positional)
    {
        Length(dims);
        layer.Sources.AddRange(sources.Select(s => s.Layer ?? throw new InvalidOperationException("A layer takes no constant.")));
        layer.Positional.AddRange(positional);
        Layers.Add(layer);
        return new Value(dims, layer, layer.Output);
    }

    /// <summary>A constant as a value of the network's.</summary>
    private Value Parameter(Tensor constant)
    {
        folding.Charge(constant.Length);
        Shape form = constant.Dims is [1, var channels, var height, var width] ? new Shape(channels, height, width) : new Shape(constant.Length);
        int[] sides = Rearrangement.SidesOf(form);
        Value value = Layer("Parameter", form, constant.Dims, [], [.. sides.Cast<object>()]);
        Weight(value, "", constant, sides);
        return value;
    }

    /// <summary>An element-wise function.</summary>
    private Value Function(string kind, Value x, params object[] positional) => Layer(kind, x.Form, x.Dims, [x], positional);

    /// <summary>The same values in another form. Forms that only lead to it are passed over.</summary>
    private Value As(Value x, Shape form)
    {
        Value source = x;
        while (source.Form != form && source.Layer is { Kind: "Reshape" or "Flatten" } layer)
        {
            source = new Value(x.Dims, layer.Sources[0], layer.Sources[0].Output);
        }

        if (source.Form == form)
        {
            return source with { Dims = x.Dims };
        }

        if (form.IsVector)
        {
            return Add(new ImportedLayer("Flatten", form) { IsAuxiliary = true }, x.Dims, [source]);
        }

        return Add(new ImportedLayer("Reshape", form) { IsAuxiliary = true }, x.Dims, [source], form.Channels, form.Height, form.Width);
    }

    private Value AsImage(Value x, int channels, int height, int width) => As(x, new Shape(channels, height, width));

    private Value AsVector(Value x) => As(x, new Shape(x.Length));

    /// <summary>An image's axes in another order.</summary>
    private Value PermuteImage(Value x, params int[] order)
    {
        int[] sides = [x.Form.Channels, x.Form.Height, x.Form.Width];
        var output = new Shape(sides[order[0]], sides[order[1]], sides[order[2]]);
        return Layer("Permute", output, x.Dims, [x], [.. order.Cast<object>()]);
    }

    /// <summary>The image that a value [1, C, H, W] is, or [1, C, L], of height 1.</summary>
    private Value Image(OnnxNode node, Value x)
    {
        if (x.Rank is not (3 or 4))
        {
            throw node.Fail($"its input has the shape {Dimensions.Text(x.Dims)}.", "Only one- and two-dimensional images, of rank 3 and 4, can be imported.");
        }

        if (x.Dims[0] != 1)
        {
            throw node.Fail(
                $"its input is a batch of {x.Dims[0]}, and other nodes mix its samples.", "Export the model for a single sample, or give the input's shape with --input-shape.");
        }

        return x.Rank == 4 ? AsImage(x, x.Dims[1], x.Dims[2], x.Dims[3]) : AsImage(x, x.Dims[1], 1, x.Dims[2]);
    }

    /// <summary>The dimensions that a shape has in the model, for a value of the same rank as another.</summary>
    private static int[] DimsLike(Value x, Shape shape) =>
        x.Rank == 4 ? [x.Dims[0], shape.Channels, shape.Height, shape.Width] : [x.Dims[0], shape.Channels, shape.Width];

    private static void Weight(Value layer, string suffix, Tensor values, params int[] shape) =>
        layer.Layer!.Weights.Add((suffix, values.Reshape(shape)));

    private static void Set(Value layer, string name, object value, object otherwise)
    {
        if (!value.Equals(otherwise))
        {
            layer.Layer!.Named.Add((name, value));
        }
    }

    private static double Single(double value) => double.Parse(((float)value).ToString("R", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
}
