using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

/// <summary>A value of an enumeration, as it is written: <c>ResizeMode.Cubic</c>.</summary>
internal sealed record EnumText(string Text);

/// <summary>Integers that are written as one array.</summary>
internal sealed record IntArray(params int[] Values);

/// <summary>A layer on its way into a class: its attribute's arguments, what it takes, and the tensors that its weights are.</summary>
internal sealed class ImportedLayer(string kind, Shape output)
{
    private const string InputKind = "Input";

    /// <summary>An input of the network, as what layers take. It stands in no list of layers.</summary>
    public static ImportedLayer Input(Shape form) => new(InputKind, form);

    public string Kind { get; set; } = kind;

    public bool IsInput => Kind == InputKind;

    public Shape Output { get; set; } = output;

    /// <summary>What it takes: layers, and inputs of the network.</summary>
    public List<ImportedLayer> Sources { get; } = [];

    /// <summary>The arguments that name what it takes after the first; none where the constructor takes the names, or there is no more.</summary>
    public List<string> SourceArguments { get; } = [];

    /// <summary>The constructor's arguments.</summary>
    public List<object> Positional { get; } = [];

    /// <summary>The properties that differ from their defaults.</summary>
    public List<(string Name, object Value)> Named { get; } = [];

    public List<(string Suffix, Tensor Values)> Weights { get; } = [];

    /// <summary>The model's node that it comes from; null where it comes from none.</summary>
    public OnnxNode? Node { get; set; }

    /// <summary>The model's value that it gives, where it gives one.</summary>
    public string? ValueName { get; set; }

    /// <summary>The layer's name in the network.</summary>
    public string Name { get; set; } = "";

    /// <summary>Whether the model's operator is one over a sequence, of rank 3.</summary>
    public bool IsSequence { get; set; }

    /// <summary>Whether it stands only to give a value another form.</summary>
    public bool IsAuxiliary { get; init; }

    /// <summary>Whether it is a convolution, over images or sequences.</summary>
    public bool IsConvolution => Kind is "Conv2D" or "DepthwiseConv2D" or "ConvTranspose2D" or "Conv1D" or "DepthwiseConv1D" or "ConvTranspose1D";

    public bool Is(string kind, params object[] positional) => Kind == kind && Positional.SequenceEqual(positional);
}

/// <summary>
/// A value of the model: a constant, or what a layer gives. The logical dimensions are the model's; the form is what the network
/// calls it, whose values stand in the same order.
/// </summary>
/// <param name="Dims">The model's dimensions.</param>
/// <param name="Layer">The layer that gives it, or the network's input that it is; null for constants.</param>
/// <param name="Form">Its shape in the network.</param>
/// <param name="Constant">The values of a constant.</param>
internal sealed record Value(int[] Dims, ImportedLayer? Layer, Shape Form, Tensor? Constant = null)
{
    /// <summary>What the model takes its values for.</summary>
    public OnnxElementType Type { get; init; }

    /// <summary>
    /// Where a constant depends on the length of a batch, what it would be for another length; of other dimensions where it would be
    /// nothing at all.
    /// </summary>
    public Tensor? Varied { get; init; }

    public int Rank => Dims.Length;

    public int Length => Dimensions.Length(Dims);

    public static Value Of(Tensor constant) =>
        new(constant.Dims, null, default, constant) { Type = constant.IsReal ? OnnxElementType.Float32 : OnnxElementType.Int64 };
}
