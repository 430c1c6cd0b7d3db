using System.Globalization;
using System.Linq;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Graphs;

/// <summary>What flows between two layers: an image of channels × height × width, or a vector of features.</summary>
internal readonly record struct Shape(int Channels, int Height, int Width, bool IsVector)
{
    public static Shape Image(int channels, int height, int width) => new(channels, height, width, false);

    public static Shape Vector(int features) => new(features, 1, 1, true);

    public int Pixels => Height * Width;

    public int Length => Channels * Height * Width;

    /// <summary>The lengths of its axes, as a tensor of this shape has them.</summary>
    public EquatableArray<int> Sides => IsVector ? [Channels] : [Channels, Height, Width];

    /// <summary>The product of two sizes, and <see cref="long.MaxValue"/> where even that is too small.</summary>
    public static long SaturatingProduct(params long[] factors)
    {
        long product = 1;
        foreach (long factor in factors)
        {
            if (factor > 0 && product > long.MaxValue / factor)
            {
                return long.MaxValue;
            }

            product *= factor;
        }

        return product;
    }

    public override string ToString() => IsVector
        ? Channels.ToString(CultureInfo.InvariantCulture)
        : string.Format(CultureInfo.InvariantCulture, "{0}×{1}×{2}", Channels, Height, Width);
}

/// <summary>What the elements of an input are where the caller has them; the values are those of the attribute's enumeration.</summary>
internal enum InputType
{
    Single,
    Int32,
    Byte,
}

/// <summary>One of what a network takes.</summary>
/// <param name="Name">Its name, <c>input</c> unless the author gives one.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Type">What its elements are where the caller has them.</param>
internal sealed record GraphInput(string Name, Shape Shape, InputType Type = InputType.Single);

/// <summary>An input that takes, in each call of a session, what an output gave in the one before.</summary>
/// <param name="Input">The index of the input.</param>
/// <param name="Output">The index of the output, among all outputs.</param>
internal sealed record GraphState(int Input, int Output);

/// <summary>A network whose every shape is known: the layers in order, each after all that it takes.</summary>
/// <param name="Inputs">What the network takes; the caller gives all of it in one span, one after the other.</param>
/// <param name="Layers">The layers.</param>
/// <param name="Outputs">The layers whose results the network gives, by index; those that are states alone come last.</param>
/// <param name="Options">How the author asks for it to be computed.</param>
internal sealed record Graph(EquatableArray<GraphInput> Inputs, EquatableArray<Layer> Layers, EquatableArray<int> Outputs, NetworkOptions Options)
{
    /// <summary>The inputs that are states.</summary>
    public EquatableArray<GraphState> States { get; init; }

    /// <summary>How many of the outputs are the network's results; the others are states alone.</summary>
    public int ResultCount { get; init; } = Outputs.Count;

    /// <summary>What the network takes: the input's shape, or, of several, a vector that holds all of them in order.</summary>
    public Shape Input => Inputs.Count == 1 ? Inputs[0].Shape : Shape.Vector(Inputs.Sum(i => i.Shape.Length));

    /// <summary>The number by which a layer takes an input: −1 for the first, −2 for the second.</summary>
    public static int SourceOf(int input) => -1 - input;

    /// <summary>The input that a layer takes by a number below 0.</summary>
    public static int InputOf(int source) => -1 - source;

    /// <summary>The name of a layer, or of an input.</summary>
    public string NameOf(int source) => source < 0 ? Inputs[InputOf(source)].Name : Layers[source].Name;

    /// <summary>Where an input begins in the span that holds all of them.</summary>
    public int InputOffset(int input) => Inputs.Take(input).Sum(i => i.Shape.Length);

    /// <summary>Where an output begins in the span that holds all of them.</summary>
    public int OutputOffset(int output) => Outputs.Take(output).Sum(o => Layers[o].Output.Length);

    /// <summary>What the network gives: the output's shape, or, of several, a vector that holds all of them in order.</summary>
    public Shape Output => Outputs.Count == 1
        ? Layers[Outputs[0]].Output
        : Shape.Vector(Outputs.Sum(o => Layers[o].Output.Length));

    /// <summary>The input that an offset into the span that holds all of them lies in.</summary>
    public int InputAt(int offset) => At(offset, Inputs.Count, InputOffset);

    /// <summary>The output that an offset into the span that holds all of them lies in.</summary>
    public int OutputAt(int offset) => At(offset, Outputs.Count, OutputOffset);

    private static int At(int offset, int count, System.Func<int, int> start)
    {
        int index = 0;
        while (index + 1 < count && start(index + 1) <= offset)
        {
            index++;
        }

        return index;
    }

    public long ParameterCount => Layers.Sum(l => l.ParameterCount);

    public long MultiplyAddCount => Layers.Sum(l => l.MultiplyAddCount);
}

/// <summary>One layer of a graph.</summary>
/// <param name="Name">The name its weights are looked up by.</param>
/// <param name="Kind">The attribute's name.</param>
/// <param name="Sources">The indices of the layers it takes, −1 for the network's first input, −2 for its second.</param>
/// <param name="Inputs">What they give.</param>
/// <param name="Output">What it gives.</param>
/// <param name="Operation">What it computes.</param>
/// <param name="Weights">The tensors it loads.</param>
internal sealed record Layer(
    string Name,
    string Kind,
    EquatableArray<int> Sources,
    EquatableArray<Shape> Inputs,
    Shape Output,
    Operation Operation,
    EquatableArray<WeightTensor> Weights)
{
    /// <summary>The layer it takes, or the first of several.</summary>
    public int Source => Sources[0];

    /// <summary>What it takes, or the first of several.</summary>
    public Shape Input => Inputs[0];

    /// <summary>The learned parameters; running statistics are not learned.</summary>
    public long ParameterCount => Weights.Where(w => w.Role != WeightRole.Statistic).Sum(w => w.Length);

    /// <summary>The learned parameters without the biases.</summary>
    public long WeightCount => Weights.Where(w => w.Role == WeightRole.Weight).Sum(w => w.Length);

    /// <summary>The product that gives <see cref="ParameterCount"/>: <c>5·5·3·64 + 64</c>.</summary>
    public string ParameterFormula => Operation.ParameterFormula(this);

    public long MultiplyAddCount => Operation.MultiplyAddCount(this);

    /// <summary>The full name of one of its tensors: <c>conv1.weight</c>; without a suffix the layer's.</summary>
    public string TensorName(string suffix) => suffix.Length == 0 ? Name : Name + "." + suffix;
}

/// <summary>What a tensor counts as.</summary>
internal enum WeightRole
{
    Weight,
    Bias,
    Statistic,
}

/// <summary>How a tensor of a randomly initialised network is filled; the names are those of the runtime's enumeration.</summary>
internal enum WeightInit
{
    /// <summary>Uniform in ±1/√fan-in, as PyTorch initialises convolutions and dense layers.</summary>
    Uniform,
    One,
    Zero,
    Quarter,

    /// <summary>Not at all: the least and the largest value that calibration found.</summary>
    Range,
}

/// <summary>A tensor that a layer loads.</summary>
/// <param name="Suffix">The last part of its name: <c>weight</c>.</param>
/// <param name="FanIn">The inputs that each output of the layer sums over.</param>
internal sealed record WeightTensor(string Suffix, EquatableArray<int> Shape, WeightRole Role, WeightInit Init, int FanIn = 1)
{
    public long Length
    {
        get
        {
            long length = 1;
            foreach (int dimension in Shape)
            {
                length = Graphs.Shape.SaturatingProduct(length, dimension);
            }

            return length;
        }
    }
}

/// <summary>Something wrong with a network: the id, the place, and what the message says.</summary>
internal sealed record Problem(string Id, SourceSpan Span, EquatableArray<string> Arguments);

/// <summary>What a network's attributes came to: a graph, or the problems that keep it from being one.</summary>
/// <param name="Graph">Null where the network is invalid.</param>
/// <param name="Problems">Everything to report; may be empty for an invalid network that the compiler itself complains about.</param>
/// <param name="LayerNames">The names of all layers, also those whose shapes are unknown; none where there are too many.</param>
/// <param name="LayerSpans">Where the graph's layers stand in the source.</param>
internal sealed record GraphResult(
    Graph? Graph, EquatableArray<Problem> Problems, EquatableArray<string> LayerNames, EquatableArray<SourceSpan> LayerSpans);
