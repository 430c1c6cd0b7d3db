using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Google.Protobuf;
using NetGen.Onnx.Import;
using NetGen.Onnx.Protos;

namespace NetGen.Onnx;

/// <summary>What a model leaves open.</summary>
public sealed class OnnxImportOptions
{
    private readonly Dictionary<string, Tensor> tensors = [];
    private readonly Dictionary<string, string> texts = [];
    private readonly Dictionary<string, int[]> shapes = [];
    private readonly Dictionary<string, string> states = [];

    /// <summary>The input that the network takes, where it is one of several; by default it takes all that the outputs depend on.</summary>
    public string? Input { get; set; }

    /// <summary>The inputs that the network takes, where they are not all that the outputs depend on.</summary>
    public IReadOnlyList<string>? Inputs { get; set; }

    /// <summary>The only input's whole shape, where the model leaves some of it open.</summary>
    public IReadOnlyList<int>? InputShape { get; set; }

    /// <summary>
    /// The values of the model that the network gives, its outputs or others; by default all outputs. What they do not depend on is left
    /// out, so that a model can be cut before what a network cannot compute.
    /// </summary>
    public IReadOnlyList<string>? Outputs { get; set; }

    /// <summary>
    /// Whether an input and an output become a state where their names leave no doubt, as those of <c>h</c> and <c>hn</c>, and their shapes
    /// and types are the same.
    /// </summary>
    public bool FindsStates { get; set; } = true;

    /// <summary>Makes an input a state: what it is in a call is what the model gave in the one before.</summary>
    /// <param name="name">The input's name.</param>
    /// <param name="next">The value of the model that it is in the next call, mostly an output.</param>
    /// <exception cref="OnnxException">The input was given another value.</exception>
    public void AddState(string name, string next)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(next);
        if (!states.TryAdd(name, next) && states[name] != next)
        {
            throw new OnnxException($"The state '{name}' is said to be '{states[name]}' in the next call, and '{next}'.", "Give it one.");
        }
    }

    /// <summary>Gives one input's whole shape, where the model leaves some of it open.</summary>
    /// <param name="name">The input's name.</param>
    /// <param name="shape">The dimensions, outermost first.</param>
    /// <exception cref="OnnxException">The input was given another shape.</exception>
    public void AddInputShape(string name, params ReadOnlySpan<int> shape)
    {
        ArgumentNullException.ThrowIfNull(name);
        int[] dims = shape.ToArray();
        if (!shapes.TryAdd(name, dims) && !shapes[name].SequenceEqual(dims))
        {
            throw new OnnxException($"The input '{name}' is given two shapes, {Dimensions.Text(shapes[name])} and {Dimensions.Text(dims)}.", "Give it one.");
        }
    }

    /// <summary>Gives one of the model's inputs a value, once and for all.</summary>
    /// <param name="name">The input's name.</param>
    /// <param name="values">The values in row-major order.</param>
    /// <param name="shape">The dimensions, outermost first; none for a scalar.</param>
    public void AddConstant(string name, float[] values, params ReadOnlySpan<int> shape) => Add(name, new Tensor(shape.ToArray(), values) { Name = name });

    /// <summary>Gives one of the model's inputs a value, once and for all.</summary>
    /// <param name="name">The input's name.</param>
    /// <param name="tensor">A message of type <c>TensorProto</c>, as ONNX's tests store them.</param>
    /// <exception cref="OnnxException">The message is damaged.</exception>
    public void AddConstant(string name, byte[] tensor) => Add(name, ReadTensor(name, tensor));

    /// <summary>
    /// Gives one of the model's inputs a value, once and for all, as text: numbers with commas between them, in row-major order, or one
    /// number for all places. Type and shape are those that the model declares; an axis that it leaves open is as long as the numbers make it.
    /// </summary>
    /// <param name="assignment">The input's name and its value: <c>sr=16000</c>, <c>scales=1,1,2,2</c>, <c>training=false</c>.</param>
    /// <exception cref="OnnxException">It is no such text. A value that does not fit the model is an error of the import.</exception>
    public void AddConstant(string assignment)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        int sign = assignment.LastIndexOf('=');
        if (sign <= 0 || string.IsNullOrWhiteSpace(assignment[(sign + 1)..]))
        {
            throw new OnnxException($"'{assignment}' is no constant.", "Write it as name=16000 or name=1,2,3.");
        }

        string name = assignment[..sign].Trim();
        tensors.Remove(name);
        texts[name] = assignment[(sign + 1)..];
    }

    internal static Tensor ReadTensor(string name, byte[] tensor)
    {
        try
        {
            TensorProto proto = TensorProto.Parser.ParseFrom(tensor);
            proto.Name = name;
            return OnnxModelReader.ReadTensor(proto, null);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new OnnxException($"The value of '{name}' is no tensor, or damaged: {e.Message}");
        }
    }

    /// <summary>The inputs that the network shall take; null where that is left to the model.</summary>
    internal IReadOnlyList<string>? Chosen => Input is null ? (Inputs is { Count: > 0 } ? Inputs : null) : [Input, .. Inputs ?? []];

    /// <summary>The values that states are in the next call, by the states' names.</summary>
    internal IReadOnlyDictionary<string, string> States => states;

    /// <summary>The whole shapes of inputs, by their names.</summary>
    internal IReadOnlyDictionary<string, int[]> InputShapes => shapes;

    /// <summary>Sees to it that what is said is about the model's inputs, and does not contradict itself.</summary>
    internal void Check(OnnxModel model)
    {
        foreach (string name in (Chosen ?? []).Concat(shapes.Keys).Concat(states.Keys).Where(n => model.Inputs.All(i => i.Name != n)))
        {
            throw new OnnxException($"The model has no input '{name}'.", $"Its inputs are {string.Join(", ", model.Inputs.Select(i => $"'{i.Name}'"))}.");
        }

        if (Chosen?.FirstOrDefault(i => tensors.ContainsKey(i) || texts.ContainsKey(i)) is { } both)
        {
            throw new OnnxException($"'{both}' is chosen as an input, and given a value.", "Leave out --input or --constant.");
        }

        if (states.Keys.FirstOrDefault(i => tensors.ContainsKey(i) || texts.ContainsKey(i)) is { } kept)
        {
            throw new OnnxException($"'{kept}' is to be a state, and given a value once and for all.", "Leave out --state or --constant.");
        }

        if (shapes.Keys.FirstOrDefault(i => tensors.ContainsKey(i) || texts.ContainsKey(i)) is { } known)
        {
            throw new OnnxException($"The input '{known}' is given a shape, and a value, which has one.", "Leave out --input-shape or --constant.");
        }

        if (tensors.Keys.Concat(texts.Keys).FirstOrDefault(c => !model.HasConstant(c) && model.Inputs.All(i => i.Name != c)) is { } unknown)
        {
            throw new OnnxException(
                $"The model has no input '{unknown}' that could be given a value.", $"Its inputs are {string.Join(", ", model.Inputs.Select(i => $"'{i.Name}'"))}.");
        }
    }

    /// <summary>The constants, of which those that are given as text have the types and shapes of a model's inputs.</summary>
    internal IReadOnlyDictionary<string, Tensor> Resolve(IReadOnlyList<OnnxValueInfo> inputs)
    {
        var result = new Dictionary<string, Tensor>(tensors);
        foreach ((string name, string text) in texts)
        {
            OnnxValueInfo info = inputs.FirstOrDefault(i => i.Name == name)
                ?? throw new OnnxException($"The model gives '{name}' a value itself.", "A value as text can be given only to an input without one.");
            result[name] = Parse(info, text);
        }

        return result;
    }

    private static Tensor Parse(OnnxValueInfo info, string text)
    {
        OnnxException Fail(string problem) => new($"The value '{text}' does not fit the input '{info.Name}': {problem}");
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        int[] dims = info.Dims ?? (parts.Length == 1 ? [] : [parts.Length]);
        long known = dims.Where(d => d > 0).Aggregate(1L, (a, d) => Math.Min(a * d, int.MaxValue));
        int[] open = [.. Enumerable.Range(0, dims.Length).Where(i => dims[i] < 0)];
        if (parts.Length % known != 0 && parts.Length != 1)
        {
            throw Fail($"it has {parts.Length} numbers, and {Dimensions.Text(dims)} places.");
        }

        // The first open axis takes what there is; the others are of one.
        foreach (int axis in open)
        {
            dims = [.. dims];
            dims[axis] = axis == open[0] ? (int)Math.Max(1, parts.Length / known) : 1;
        }

        int count = Dimensions.Length(dims);
        if (parts.Length != count && parts.Length != 1)
        {
            throw Fail($"it has {parts.Length} numbers, and the shape {Dimensions.Text(dims)}.");
        }

        const NumberStyles Style = NumberStyles.Float;
        if (info.Type.IsReal())
        {
            float[] values = [.. parts.Select(p => float.TryParse(p, Style, CultureInfo.InvariantCulture, out float v) ? v : throw Fail($"'{p}' is no number."))];
            return new Tensor(dims, values.Length == count ? values : [.. Enumerable.Repeat(values[0], count)]) { Name = info.Name };
        }

        (decimal least, decimal most) = ElementTypes.Range(info.Type) ?? throw Fail($"numbers cannot be given as {info.Type}.");
        long[] integers = [.. parts.Select(p =>
            info.Type == OnnxElementType.Boolean && bool.TryParse(p, out bool truth) ? (truth ? 1 : 0)
            : decimal.TryParse(p, NumberStyles.AllowLeadingSign | NumberStyles.AllowExponent | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal v)
                && v == decimal.Truncate(v) && v >= least && v <= Math.Min(most, long.MaxValue) ? (long)v
            : throw Fail($"'{p}' is no value of {info.Type}."))];
        return new Tensor(dims, integers.Length == count ? integers : [.. Enumerable.Repeat(integers[0], count)]) { Name = info.Name };
    }

    private void Add(string name, Tensor tensor)
    {
        texts.Remove(name);
        tensors[name] = tensor;
    }
}
