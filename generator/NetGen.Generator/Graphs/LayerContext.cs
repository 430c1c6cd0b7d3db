using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Graphs.Layers;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Graphs;

/// <summary>What a layer takes: another's result, or the network's input.</summary>
/// <param name="Name">The layer's full name, <c>input</c> for the network's.</param>
/// <param name="Layer">Its index, −1 for the network's input.</param>
/// <param name="Shape">Its shape; null where something above is already wrong.</param>
internal sealed record Value(string Name, int Layer, Shape? Shape);

/// <summary>
/// What a layer's rule sees: its arguments, what arrives, and a way to report. Reading an argument checks it, so that a rule
/// reads as the list of its arguments followed by its arithmetic.
/// </summary>
/// <param name="syntax">The layer as written, its parameters bound.</param>
/// <param name="name">The layer's full name.</param>
/// <param name="sources">What it takes.</param>
/// <param name="useSpan">The use that placed it, for a block whose own source is not at hand.</param>
/// <param name="problems">Takes what is wrong.</param>
internal sealed class LayerContext(
    LayerSyntax syntax, string name, IReadOnlyList<Value> sources, SourceSpan useSpan, List<Problem> problems)
{
    /// <summary>The layer's full name.</summary>
    public string Name { get; } = name;

    /// <summary>What the layer takes.</summary>
    public IReadOnlyList<Value> Sources { get; } = sources;

    /// <summary>The name of the layer it takes, or the first of several.</summary>
    public string SourceName => Sources[0].Name;

    /// <summary>What arrives; null where a layer above is already wrong, and then only the arguments are checked.</summary>
    public Shape? Input => Sources[0].Shape;

    /// <summary>Whether this layer has a problem that leaves its output unknown.</summary>
    public bool IsInvalid { get; private set; }

    public static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    public bool Has(string argument) => Find(argument) is not null;

    public int Int(string argument, int otherwise) => Find(argument)?.Value is int value ? value : otherwise;

    /// <summary>The elements of an array.</summary>
    public IReadOnlyList<int> Ints(string argument) =>
        [.. syntax.Arguments.Where(a => a.Name == argument).Select(a => a.Value is int value ? value : 0)];

    /// <summary>One of an enumeration's values, which count up from 0.</summary>
    public T Enum<T>(string argument)
        where T : struct, System.Enum
    {
        int value = Int(argument, 0);
        if (System.Enum.IsDefined(typeof(T), value))
        {
            return (T)(object)value;
        }

        Invalid(ProblemIds.OutOfRange, argument, argument, Text(value), "one of its enumeration's values");
        return default;
    }

    public bool Bool(string argument, bool otherwise) => Find(argument)?.Value is bool value ? value : otherwise;

    /// <summary>A size, stride or count: at least one.</summary>
    public int Positive(string argument, int otherwise = 1)
    {
        int value = Int(argument, otherwise);
        if (value > 0)
        {
            return value;
        }

        Invalid(ProblemIds.NotPositive, argument, argument, Text(value));
        return 1;
    }

    /// <summary>A number of rows or columns of zeros: at least none.</summary>
    public int Padding(string argument, int otherwise = 0)
    {
        int value = Int(argument, otherwise);
        if (value >= 0)
        {
            return value;
        }

        Invalid(ProblemIds.NegativePadding, argument, argument, Text(value));
        return 0;
    }

    /// <summary>A real number in a closed range.</summary>
    public double Number(string argument, double otherwise, double least = double.MinValue, double most = double.MaxValue)
    {
        double value = Find(argument)?.Value is double given ? given : otherwise;
        if (value >= least && value <= most)
        {
            return value;
        }

        string range = least == double.MinValue && most == double.MaxValue ? "a finite number"
            : most == double.MaxValue ? "at least " + least.ToString("R", CultureInfo.InvariantCulture)
            : string.Format(CultureInfo.InvariantCulture, "from {0:R} to {1:R}", least, most);
        Report(ProblemIds.OutOfRange, argument, argument, value.ToString("R", CultureInfo.InvariantCulture), range);
        return otherwise;
    }

    /// <summary>The image that arrives; reports where a vector does.</summary>
    public Shape? Image()
    {
        if (Input is { IsVector: true } vector)
        {
            Invalid(ProblemIds.ImageExpected, null, syntax.Kind, SourceName, vector.ToString());
            return null;
        }

        return Input;
    }

    /// <summary>Whether all that arrives has rows and columns; reports the first that has not.</summary>
    public bool AreImages()
    {
        for (int i = 0; i < Sources.Count; i++)
        {
            if (Sources[i].Shape is { IsVector: true } vector)
            {
                InvalidSource(ProblemIds.ImageExpected, i, syntax.Kind, Sources[i].Name, vector.ToString());
                return false;
            }
        }

        return true;
    }

    /// <summary>The shape that the arguments give: a vector of features, or an image.</summary>
    /// <param name="what">What it is the shape of, for what is too large.</param>
    public Shape Declared(string what)
    {
        Shape shape = Has("features")
            ? Shape.Vector(Positive("features"))
            : Shape.Image(Positive("channels"), Positive("height"), Positive("width"));
        Size(what, shape.Channels, shape.Height, shape.Width);
        return shape;
    }

    /// <summary>The sequence that arrives, an image of one row; reports where anything else does.</summary>
    /// <param name="orVector">Whether a vector will do, as a sequence of one step.</param>
    public Shape? Sequence(bool orVector = false)
    {
        if (Input is { Height: > 1 } || (Input is { IsVector: true } && !orVector))
        {
            Invalid(ProblemIds.SequenceExpected, null, syntax.Kind, SourceName, Input.Value.ToString());
            return null;
        }

        return Input;
    }

    /// <summary>A real number, or infinity.</summary>
    public double Bound(string argument, double otherwise) =>
        Number(argument, otherwise, least: double.NegativeInfinity, most: double.PositiveInfinity);

    /// <summary>Checks what the author believes arrives.</summary>
    public void Expect(string id, string argument, int actual)
    {
        if (Has(argument) && Int(argument, actual) != actual)
        {
            Report(id, argument, Text(Int(argument, actual)), SourceName, Text(actual));
        }
    }

    /// <summary>A size computed from others, which must fit an <see cref="int"/>.</summary>
    public int Size(string what, params long[] factors)
    {
        long size = Shape.SaturatingProduct(factors);
        if (size <= int.MaxValue)
        {
            return (int)size;
        }

        Invalid(ProblemIds.TooLarge, null, what, string.Join("·", factors.Select(Text)));
        return 1;
    }

    /// <summary>Reports a problem that leaves the layer's output known.</summary>
    /// <param name="id">The id.</param>
    /// <param name="argument">The argument that causes it; null, or one that is not given, for the whole attribute.</param>
    /// <param name="arguments">What the message says after the layer's name.</param>
    public void Report(string id, string? argument, params string[] arguments)
    {
        ReportAt(id, argument is null ? syntax.Span : Find(argument)?.Span ?? syntax.Span, arguments);
    }

    /// <summary>Reports a problem with one of the sources, at the argument that names it.</summary>
    public void InvalidSource(string id, int source, params string[] arguments)
    {
        // The first source has no argument of its own where it is the layer above.
        IReadOnlyList<string> further = LayerKind.Find(syntax.Kind)?.SourceArguments ?? [];
        LayerArgument[] names = [.. syntax.Arguments.Where(a => a.Name == "names"), .. further.Select(Find).OfType<LayerArgument>()];
        int index = source - (Sources.Count - names.Length);
        IsInvalid = true;
        ReportAt(id, index >= 0 ? names[index].Span : syntax.Span, arguments);
    }

    private void ReportAt(string id, SourceSpan span, string[] arguments) =>
        problems.Add(new Problem(id, span == default ? useSpan : span, new EquatableArray<string>([Name, .. arguments])));

    /// <summary>Reports a problem that leaves the layer's output unknown.</summary>
    public void Invalid(string id, string? argument, params string[] arguments)
    {
        IsInvalid = true;
        Report(id, argument, arguments);
    }

    /// <summary>The first of several arguments that is given, for a problem that any of them may cause.</summary>
    public string? Given(params string[] arguments) => arguments.FirstOrDefault(Has);

    private LayerArgument? Find(string argument) => syntax.Find(argument);
}
