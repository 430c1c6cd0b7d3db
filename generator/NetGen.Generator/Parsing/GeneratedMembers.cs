using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using NetGen.Generator.Graphs;

namespace NetGen.Generator.Parsing;

/// <summary>
/// What generated code declares in a network's class, and which members of the user's cannot stand beside it. What is private has
/// names that begin with <c>__netGen</c>, since C# reserves two underscores for such use; what is public is listed here.
/// </summary>
internal sealed class GeneratedMembers
{
    /// <summary>What private names begin with, in any case.</summary>
    public const string Reserved = "__netGen";

    // Constants, properties and the class of the layers' constants, which share their names with nothing.
    public const string InputLength = "InputLength";
    public const string OutputLength = "OutputLength";
    public const string ParameterCount = "ParameterCount";
    public const string MultiplyAddCount = "MultiplyAddCount";
    public const string WorkspaceLength = "WorkspaceLength";
    public const string Info = "Info";
    public const string Weights = "Weights";
    public const string Layers = "Layers";

    /// <summary>The class of a network with state.</summary>
    public const string Session = "Session";

    /// <summary>The type of an input, and of several samples.</summary>
    public const string Samples = "global::System.ReadOnlySpan<float>";

    /// <summary>The type of an output.</summary>
    public const string Results = "global::System.Span<float>";

    /// <summary>The type of weights.</summary>
    public const string Source = "global::NetGen.IWeightSource";

    private const string Generator = "NetGen.Generator.NetworkGenerator";
    private const string Stream = "global::System.IO.Stream";

    // Methods that every network has; overloads of the user's can stand beside them.
    public static readonly GeneratedMethod LoadPath = new("Load", new GeneratedParameter("string", "path"));
    public static readonly GeneratedMethod LoadCached = new("Load", new("string", "path"), new("string", "cachePath"));
    public static readonly GeneratedMethod LoadPrefixed = new("Load", new("string", "path"), new("string", "cachePath", "null"), new("string", "prefix", "\"\""));
    public static readonly GeneratedMethod LoadStream = new("Load", new GeneratedParameter(Stream, "stream"));
    public static readonly GeneratedMethod LoadPrefixedStream = new("Load", new(Stream, "stream"), new("string", "prefix"));
    public static readonly GeneratedMethod LoadWeights = new("Load", new GeneratedParameter(Source, "weights"));
    public static readonly GeneratedMethod LoadPrefixedWeights = new("Load", new(Source, "weights"), new("string", "prefix"));
    public static readonly GeneratedMethod Random = new("Random", new GeneratedParameter("int", "seed"));
    public static readonly GeneratedMethod ForwardToArray = new("Forward", new GeneratedParameter(Samples, "input"));
    public static readonly GeneratedMethod Forward = new("Forward", new(Samples, "input"), new(Results, "output"));
    public static readonly GeneratedMethod ForwardObserved =
        new("Forward", [.. Forward.Parameters, new("global::NetGen.LayerObserver", "observer")]);
    public static readonly GeneratedMethod ForwardParallel =
        new("Forward", [.. Forward.Parameters, new("global::NetGen.NetworkParallelism", "parallelism")]);
    public static readonly GeneratedMethod ForwardBatch =
        new("ForwardBatch", new(Samples, "inputs"), new(Results, "outputs"), new("int", "maxDegreeOfParallelism", "-1"));
    public static readonly GeneratedMethod Save = new("Save", new GeneratedParameter("string", "path"));

    // What only some networks have: with weights in the assembly, with references, on integers, with state.
    public static readonly GeneratedMethod Create = new("Create");
    public static readonly GeneratedMethod SelfTest = new("SelfTest", new GeneratedParameter("double", "bound", "1e-4"));
    public static readonly GeneratedMethod Calibrate = new("Calibrate", new(Source, "weights"), new(Samples, "samples"));
    public static readonly GeneratedMethod CalibrateReporting =
        new("Calibrate", [.. Calibrate.Parameters, new("out global::NetGen.CalibrationReport", "report")]);
    public static readonly GeneratedMethod CreateSession = new("CreateSession");

    private static readonly string[] Others =
        [InputLength, OutputLength, ParameterCount, MultiplyAddCount, WorkspaceLength, Info, Weights, Layers];

    private static readonly GeneratedMethod[] Methods =
    [
        LoadPath, LoadCached, LoadPrefixed, LoadStream, LoadPrefixedStream, LoadWeights, LoadPrefixedWeights, Random,
        ForwardToArray, Forward, ForwardObserved, ForwardParallel, ForwardBatch, Save,

        // The compiler keeps these for the properties.
        new("get_Info"),
        new("set_Info", new GeneratedParameter("global::NetGen.NetworkInfo", "value")),
        new("get_Weights"),
        new("set_Weights", new GeneratedParameter(Source, "value")),
    ];

    private readonly List<GeneratedMethod> methods = [.. Methods];
    private readonly HashSet<string> others = [.. Others];

    private GeneratedMembers()
    {
    }

    /// <summary>The names that the class itself cannot have, since C# has no members called as their class.</summary>
    public static bool IsNameOfOne(string name) =>
        Others.Contains(name) || IsReserved(name) || name == Session
        || Methods.Append(Create).Append(SelfTest).Append(Calibrate).Append(CreateSession).Any(m => m.Name == name);

    /// <summary>The members that a network has.</summary>
    /// <param name="layers">What it consists of, inputs and outputs included.</param>
    /// <param name="blocks">The blocks that it uses.</param>
    /// <param name="hasWeights">Whether it names a weight file, which may be part of the assembly.</param>
    /// <param name="hasGolden">Whether it names a file of references.</param>
    /// <param name="isInteger">Whether it computes with integers.</param>
    public static GeneratedMembers Of(EquatableArray<LayerSyntax> layers, EquatableArray<BlockSyntax> blocks, bool hasWeights, bool hasGolden, bool isInteger)
    {
        var members = new GeneratedMembers();
        if (hasWeights)
        {
            members.methods.Add(Create);
        }

        if (hasGolden)
        {
            members.methods.Add(SelfTest);
        }

        if (isInteger)
        {
            members.methods.Add(Calibrate);
            members.methods.Add(CalibrateReporting);
        }

        switch (SpansOf(layers, blocks))
        {
            case { HasState: true }:
                members.others.Add(Session);
                members.methods.Add(CreateSession);
                break;
            case { } spans:
                members.methods.Add(new("Forward", [.. spans.Parameters.Select(type => new GeneratedParameter(type, ""))]));
                break;
        }

        return members;
    }

    /// <summary>
    /// The spans that the inputs and outputs of a network take, if there is a <c>Forward</c> for them beside that of all in one; where
    /// there is state, it is the session's.
    /// </summary>
    /// <param name="layers">What the network consists of, inputs and outputs included.</param>
    /// <param name="blocks">The blocks that it uses.</param>
    public static (string[] Parameters, bool HasState)? SpansOf(EquatableArray<LayerSyntax> layers, EquatableArray<BlockSyntax> blocks)
    {
        string[] inputs = [.. layers.Where(l => l.Kind == LayerSyntax.InputKind).Select(SpanOf)];
        int outputs = Math.Max(1, layers.Count(l => l.Kind == LayerSyntax.OutputKind));
        bool hasState = layers.Any(l => l.Kind == LayerSyntax.StateKind) || layers.Concat(blocks.SelectMany(b => b.Layers)).Any(l => l.Find("Streaming")?.Value is true);
        return hasState || inputs.Length > 1 || outputs > 1 || inputs.Any(i => i != Samples)
            ? ([.. inputs, .. Enumerable.Repeat(Results, outputs)], hasState)
            : null;
    }

    private static string SpanOf(LayerSyntax input) => SpanOf((InputType)(input.Find("Type")?.Value as int? ?? 0));

    /// <summary>The type of the span that an input of a type takes.</summary>
    public static string SpanOf(InputType type) => type switch
    {
        InputType.Int32 => "global::System.ReadOnlySpan<int>",
        InputType.Byte => "global::System.ReadOnlySpan<byte>",
        _ => Samples,
    };

    /// <summary>Whether a member, of the network's class or of one of its base classes, cannot stand beside the generated ones.</summary>
    public bool ClashWith(INamedTypeSymbol network, ISymbol member) => member switch
    {
        { IsImplicitlyDeclared: true } or { CanBeReferencedByName: false } => false,
        IMethodSymbol { MethodKind: not MethodKind.Ordinary } => false,
        IMethodSymbol { Arity: 0 } method => HasOther(method.Name) || methods.Any(m => m.HasSignatureOf(method)),
        IMethodSymbol => HasOther(member.Name),
        INamedTypeSymbol { Arity: > 0, Name: Layers or Session } => false,

        // Generated code calls the network by its name, which within the class would be this one's.
        INamedTypeSymbol type when type.Name == network.Name && type.Arity == network.Arity => true,
        _ => HasOther(member.Name) || methods.Any(m => m.Name == member.Name),
    };

    private bool HasOther(string name) => others.Contains(name) || IsReserved(name);

    private static bool IsReserved(string name) => name.StartsWith(Reserved, StringComparison.OrdinalIgnoreCase);

    /// <summary>A member as messages call it.</summary>
    public static string Describe(ISymbol member) => member is IMethodSymbol method
        ? $"{method.Name}({string.Join(", ", method.Parameters.Select(p => p.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)))})"
        : member.Name;

    /// <summary>Whether a declaration is the generator's own, which the analyzer sees beside the user's.</summary>
    public static bool IsGenerated(SyntaxReference declaration) => IsGenerated(declaration.SyntaxTree);

    /// <summary>Whether a place is in the generator's own files.</summary>
    public static bool IsGenerated(Location? location) => location?.SourceTree is { } tree && IsGenerated(tree);

    private static bool IsGenerated(SyntaxTree tree) =>
        tree.FilePath.Split('/', '\\') is { Length: > 1 } parts && parts[parts.Length - 2] == Generator;
}
