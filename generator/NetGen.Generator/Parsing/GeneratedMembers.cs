using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace NetGen.Generator.Parsing;

/// <summary>
/// What generated code declares in a network's class, and which members of the user's cannot stand beside it. What is private has
/// names that begin with <c>__netGen</c>, since C# reserves two underscores for such use; what is public is listed here.
/// </summary>
internal static class GeneratedMembers
{
    private const string Generator = "NetGen.Generator.NetworkGenerator";
    private const string Reserved = "__netGen";
    private const string Samples = "global::System.ReadOnlySpan<float>";
    private const string Results = "global::System.Span<float>";
    private const string Source = "global::NetGen.IWeightSource";

    /// <summary>Constants, properties and the class of the layers' constants, which share their names with nothing.</summary>
    private static readonly HashSet<string> Others =
        ["InputLength", "OutputLength", "ParameterCount", "MultiplyAddCount", "WorkspaceLength", "Info", "Weights", "Layers"];

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

    /// <summary>The names that the class itself cannot have, since C# has no members called as their class.</summary>
    public static bool IsNameOfOne(string name) =>
        IsOther(name) || Methods.Append(Create).Append(SelfTest).Append(Calibrate).Any(m => m.Name == name);

    /// <summary>The members that a network has besides those that all have.</summary>
    /// <param name="hasWeights">Whether it names a weight file, which may be part of the assembly.</param>
    /// <param name="hasGolden">Whether it names a file of references.</param>
    /// <param name="isInteger">Whether it computes with integers.</param>
    /// <param name="outputs">The number of outputs it names.</param>
    public static IReadOnlyList<(string Name, string[] Parameters)> MethodsOf(bool hasWeights, bool hasGolden, bool isInteger, int outputs)
    {
        var methods = new List<(string Name, string[] Parameters)>(Methods);
        if (hasWeights)
        {
            methods.Add(Create);
        }

        if (hasGolden)
        {
            methods.Add(SelfTest);
        }

        if (isInteger)
        {
            methods.Add(Calibrate);
            methods.Add(ReportingCalibrate);
        }

        if (outputs > 1)
        {
            methods.Add(("Forward", [Samples, .. Enumerable.Repeat(Results, outputs)]));
        }

        return methods;
    }

    /// <summary>Whether a member, of the class or of one of its base classes, cannot stand beside the generated ones.</summary>
    public static bool ClashWith(ISymbol member, IReadOnlyList<(string Name, string[] Parameters)> methods) => member switch
    {
        { IsImplicitlyDeclared: true } or { CanBeReferencedByName: false } => false,
        IMethodSymbol { MethodKind: not MethodKind.Ordinary } => false,
        IMethodSymbol { Arity: 0 } method => IsOther(method.Name)
            || methods.Any(m => m.Name == method.Name && m.Parameters.SequenceEqual(method.Parameters.Select(TypeOf))),
        IMethodSymbol => IsOther(member.Name),
        INamedTypeSymbol { Arity: > 0, Name: "Layers" } => false,
        _ => IsOther(member.Name) || methods.Any(m => m.Name == member.Name),
    };

    private static bool IsOther(string name) => Others.Contains(name) || name.StartsWith(Reserved, StringComparison.OrdinalIgnoreCase);

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
