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
    private const string Generator = "NetGen.Generator.NetworkGenerator";
    private const string Reserved = "__netGen";
    private const string Samples = "global::System.ReadOnlySpan<float>";
    private const string Results = "global::System.Span<float>";
    private const string Source = "global::NetGen.IWeightSource";

    /// <summary>Constants, properties and the class of the layers' constants, which share their names with nothing.</summary>
    private static readonly HashSet<string> Others =
        ["InputLength", "OutputLength", "ParameterCount", "MultiplyAddCount", "WorkspaceLength", "Info", "Weights", "Layers"];

    /// <summary>The class of a network with state.</summary>
    private const string Session = "Session";

    /// <summary>Methods that every network has, with their parameters' types; overloads of the user's can stand beside them.</summary>
    private static readonly (string Name, string[] Parameters)[] Methods =
    [
        ("Load", ["string"]),
        ("Load", ["string", "string"]),
        ("Load", ["string", "string", "string"]),
        ("Load", ["global::System.IO.Stream"]),
        ("Load", ["global::System.IO.Stream", "string"]),
        ("Load", [Source]),
        ("Load", [Source, "string"]),
        ("Random", ["int"]),
        ("Forward", [Samples]),
        ("Forward", [Samples, Results]),
        ("Forward", [Samples, Results, "global::NetGen.LayerObserver"]),
        ("Forward", [Samples, Results, "global::NetGen.NetworkParallelism"]),
        ("ForwardBatch", [Samples, Results, "int"]),
        ("Save", ["string"]),

        // The compiler keeps these for the properties.
        ("get_Info", []),
        ("set_Info", ["global::NetGen.NetworkInfo"]),
        ("get_Weights", []),
        ("set_Weights", [Source]),
    ];

    // What only some networks have: with weights in the assembly, with references, on integers.
    private static readonly (string Name, string[] Parameters) Create = ("Create", []);
    private static readonly (string Name, string[] Parameters) SelfTest = ("SelfTest", ["double"]);
    private static readonly (string Name, string[] Parameters) Calibrate = ("Calibrate", [Source, Samples]);
    private static readonly (string Name, string[] Parameters) ReportingCalibrate = ("Calibrate", [Source, Samples, "ref global::NetGen.CalibrationReport"]);
    private static readonly (string Name, string[] Parameters) CreateSession = ("CreateSession", []);

    private readonly List<(string Name, string[] Parameters)> methods = [.. Methods];
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
            members.methods.Add(ReportingCalibrate);
        }

        switch (SpansOf(layers, blocks))
        {
            case { HasState: true }:
                members.others.Add(Session);
                members.methods.Add(CreateSession);
                break;
            case { } spans:
                members.methods.Add(("Forward", spans.Parameters));
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
        string[] inputs = [.. layers.Where(l => l.Kind == "Input").Select(SpanOf)];
        int outputs = Math.Max(1, layers.Count(l => l.Kind == "Output"));
        bool hasState = layers.Any(l => l.Kind == "State") || layers.Concat(blocks.SelectMany(b => b.Layers)).Any(l => l.Find("Streaming")?.Value is true);
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
        IMethodSymbol { Arity: 0 } method => HasOther(method.Name)
            || methods.Any(m => m.Name == method.Name && m.Parameters.SequenceEqual(method.Parameters.Select(TypeOf))),
        IMethodSymbol => HasOther(member.Name),
        INamedTypeSymbol { Arity: > 0, Name: "Layers" or Session } => false,

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

    /// <summary>A parameter's type; one by reference is another than the same by value.</summary>
    private static string TypeOf(IParameterSymbol parameter) =>
        (parameter.RefKind == RefKind.None ? "" : "ref ") + parameter.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
}
