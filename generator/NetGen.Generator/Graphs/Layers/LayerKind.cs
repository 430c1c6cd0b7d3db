using System.Collections.Generic;
using System.Linq;

namespace NetGen.Generator.Graphs.Layers;

/// <summary>What a layer's rule gives: its output, what it computes, and the tensors it loads.</summary>
internal sealed record LayerRule(Shape Output, Operation Operation, params WeightTensor[] Weights)
{
    /// <summary>How many elements of the sequences of the calls before stand before the input, as a state of the layer's own; 0 for most.</summary>
    public int Past { get; init; }
}

/// <summary>How many layers a kind that takes several takes.</summary>
/// <param name="Least">The fewest.</param>
/// <param name="Most">The most.</param>
/// <param name="Text">How many names that are, as messages say it.</param>
internal sealed record OperandCount(int Least, int Most, string Text)
{
    /// <summary>Any number.</summary>
    public static readonly OperandCount Any = new(1, int.MaxValue, "at least one");

    /// <summary>Two, of which one may be the layer above.</summary>
    public static readonly OperandCount Two = new(2, 2, "one or two");

    /// <summary>Three.</summary>
    public static readonly OperandCount Three = new(3, 3, "three");
}

/// <summary>A kind of layer: everything that is particular to its attribute up to the graph.</summary>
internal abstract class LayerKind
{
    private static readonly Dictionary<string, LayerKind> Table = new LayerKind[]
    {
        new Convolution(depthwise: false),
        new Convolution(depthwise: true),
        new TransposedConvolution(),
        new Convolution(depthwise: false, isSequence: true),
        new Convolution(depthwise: true, isSequence: true),
        new TransposedConvolution(isSequence: true),
        new Pooling(PoolKind.Max),
        new Pooling(PoolKind.Average),
        new Pooling(PoolKind.Max, isSequence: true),
        new Pooling(PoolKind.Average, isSequence: true),
        new GlobalPooling(PoolKind.Max),
        new GlobalPooling(PoolKind.Average),
        new Dense(),
        new BatchNorm(),
        new BatchNorm(isSequence: true),
        new LocalResponseNorm(),
        new Recurrent(RecurrentCell.RNN),
        new Recurrent(RecurrentCell.GRU),
        new Recurrent(RecurrentCell.LSTM),
        new Flatten(),
        new Dropout(),
        new ZeroPad(),
        new Combine(CombineKind.Add),
        new Combine(CombineKind.Multiply),
        new Combine(CombineKind.Subtract),
        new Combine(CombineKind.Divide),
        new Combine(CombineKind.Maximum),
        new Combine(CombineKind.Minimum),
        new Combine(CombineKind.Greater),
        new Combine(CombineKind.Less),
        new Combine(CombineKind.GreaterOrEqual),
        new Combine(CombineKind.LessOrEqual),
        new Combine(CombineKind.Equal),
        new Combine(CombineKind.NotEqual),
        new Combine(CombineKind.And),
        new Combine(CombineKind.Or),
        new Combine(CombineKind.Xor),
        new Combine(CombineKind.Where),
        new Elementwise(),
        new Parameter(),
        new Reshape(),
        new Permute(),
        new Identity(),
        new Pad(),
        new StridedSlice(),
        new Tile(),
        new Resize(),
        new Reduce(),
        new GroupNorm(),
        new InstanceNorm(),
        new LayerNorm(),
        new Concat(),
        new Slice(),
        new ScaledDotProductAttention(),
        new MultiheadAttention(),
        new MatMul(),
        new Upsample(),
        new ChannelShuffle(),
        new PixelShuffle(),
        new Softmax(logarithm: false),
        new Softmax(logarithm: true),
        new Activation("ReLU", _ => new(ActivationFunction.ReLU, [])),
        new Activation("ReLU6", _ => new(ActivationFunction.ReLU6, [])),
        new Activation("LeakyReLU", c => new(ActivationFunction.LeakyReLU, [c.Number("slope", 0.01)])),
        new PReLU(),
        new Activation("ELU", c => new(ActivationFunction.ELU, [c.Number("alpha", 1)])),
        new Activation("SELU", _ => new(ActivationFunction.SELU, [])),
        new Activation("Sigmoid", _ => new(ActivationFunction.Sigmoid, [])),
        new Activation("Tanh", _ => new(ActivationFunction.Tanh, [])),
        new Activation("SiLU", _ => new(ActivationFunction.SiLU, [])),
        new Activation("HardSigmoid", _ => new(ActivationFunction.HardSigmoid, [])),
        new Activation("HardSwish", _ => new(ActivationFunction.HardSwish, [])),
        new Activation("GELU", c => new(c.Bool("Approximate", false) ? ActivationFunction.GELUTanh : ActivationFunction.GELU, [])),
        new Activation("Mish", _ => new(ActivationFunction.Mish, [])),
        new Activation("Softplus", c => new(
            ActivationFunction.Softplus, [c.Number("Beta", 1, least: 1e-6), c.Number("Threshold", 20)])),
        new Activation("CELU", c => new(ActivationFunction.CELU, [c.Number("alpha", 1, least: 1e-6)])),
        new Activation("Softsign", _ => new(ActivationFunction.Softsign, [])),
        new Activation("Threshold", c => new(ActivationFunction.Threshold, [c.Number("threshold", 0), c.Number("value", 0)])),
        new Activation("Clip", c => new(ActivationFunction.Clip, [c.Bound("min", double.NegativeInfinity), c.Bound("max", double.PositiveInfinity)])),
        new Activation("Rescaling", c => new(ActivationFunction.Rescaling, [c.Number("scale", 1), c.Number("offset", 0)])),
        new Activation("Abs", _ => new(ActivationFunction.Abs, [])),
        new Activation("Sign", _ => new(ActivationFunction.Sign, [])),
        new Activation("Square", _ => new(ActivationFunction.Square, [])),
        new Activation("Sqrt", _ => new(ActivationFunction.Sqrt, [])),
        new Activation("Reciprocal", _ => new(ActivationFunction.Reciprocal, [])),
        new Activation("Power", c => new(ActivationFunction.Power, [c.Number("exponent", 1)])),
        new Activation("Exp", _ => new(ActivationFunction.Exp, [])),
        new Activation("Log", _ => new(ActivationFunction.Log, [])),
        new Activation("Erf", _ => new(ActivationFunction.Erf, [])),
        new Activation("Floor", _ => new(ActivationFunction.Floor, [])),
        new Activation("Ceiling", _ => new(ActivationFunction.Ceiling, [])),
        new Activation("Round", _ => new(ActivationFunction.Round, [])),
        new Activation("Compare", c => new(ActivationFunction.Greater + (int)c.Enum<ComparisonKind>("comparison"), [c.Bound("value", 0)])),
        new Activation("Not", _ => new(ActivationFunction.Not, [])),
    }.ToDictionary(k => k.Name);

    /// <summary>The attribute's name without its suffix: <c>Conv2D</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What an unnamed layer is called before its count: <c>conv</c>.</summary>
    public abstract string Stem { get; }

    /// <summary>Whether it takes several layers, by their names.</summary>
    public virtual bool TakesNames => false;

    /// <summary>Whether it takes no layer. In the graph its source is the network's input, which it does not read.</summary>
    public virtual bool TakesNothing => false;

    /// <summary>How many layers it takes, where it takes several.</summary>
    public virtual OperandCount Operands => OperandCount.Any;

    /// <summary>The arguments that name a further layer that it takes, in the order in which it takes them.</summary>
    public virtual IReadOnlyList<string> SourceArguments => [];

    /// <summary>Every kind of layer, in the order of the table.</summary>
    public static IEnumerable<LayerKind> All => Table.Values;

    /// <summary>The kind of an attribute, null for one that is not in the table.</summary>
    public static LayerKind? Find(string name) => Table.TryGetValue(name, out LayerKind? kind) ? kind : null;

    /// <summary>
    /// The layer's rule: reads and checks its arguments, then gives its output, operation and tensors. Null where the input is
    /// unknown, or the layer is so wrong that its output is; once it has reported such a problem, what it gives is not looked at.
    /// </summary>
    public abstract LayerRule? Apply(LayerContext context);

    protected static WeightTensor Bias(int length, int fanIn) =>
        new("bias", [length], WeightRole.Bias, WeightInit.Uniform, fanIn);
}
