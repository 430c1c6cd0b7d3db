using System.Linq;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Graphs;

namespace NetGen.Generator.Parsing;

/// <summary>
/// A place in the user's source. The generator's models leave it empty, so that an edit above a network does not make its
/// model unequal; the analyzer's keep it.
/// </summary>
internal readonly record struct SourceSpan(string Path, int Start, int Length)
{
    public static SourceSpan None => default;
}

/// <summary>A class marked as a network, as written: no shape is known yet and nothing is checked but the class itself.</summary>
/// <param name="Class">The class.</param>
/// <param name="Options">What its attribute asks for.</param>
/// <param name="Layers">Its attributes that mean layers, inputs and outputs, in source order.</param>
/// <param name="Blocks">Every block that it uses, directly or within another.</param>
/// <param name="Budget">What it may cost, where it says so.</param>
/// <param name="Weights">The weight file it names, where it does.</param>
/// <param name="Golden">The file of references it names, where it does.</param>
internal sealed record NetworkSyntax(
    ClassSyntax Class,
    NetworkOptions Options,
    EquatableArray<LayerSyntax> Layers,
    EquatableArray<BlockSyntax> Blocks = default,
    LayerSyntax? Budget = null,
    LayerSyntax? Weights = null,
    LayerSyntax? Golden = null);

/// <summary>A class that a network uses as a block.</summary>
/// <param name="Id">Its full name, by which a use finds it.</param>
/// <param name="Name">Its own name.</param>
/// <param name="IsBlock">Whether it is marked as a block.</param>
/// <param name="Layers">Its layers in source order.</param>
internal sealed record BlockSyntax(string Id, string Name, bool IsBlock, EquatableArray<LayerSyntax> Layers);

/// <summary>The annotated class and where it stands.</summary>
/// <param name="Namespace">The full namespace, empty for the global one.</param>
/// <param name="Containers">The declarations of the types around the class, outermost first: <c>partial class Outer&lt;T&gt;</c>.</param>
/// <param name="Keyword"><c>class</c> or <c>record</c>.</param>
/// <param name="Name">The class's own name.</param>
/// <param name="MetadataName">Its name with those of the types around it, unique in the namespace: <c>Outer`1+LeNet</c>.</param>
/// <param name="Span">The class's name in the source.</param>
/// <param name="Problems">What keeps the class from being a network.</param>
/// <param name="IsBroken">Whether the compiler reports something that keeps it from being one.</param>
internal sealed record ClassSyntax(
    string Namespace,
    EquatableArray<string> Containers,
    string Keyword,
    string Name,
    string MetadataName,
    SourceSpan Span,
    EquatableArray<ClassProblem> Problems,
    bool IsBroken = false)
{
    /// <summary>Whether generated code can declare another part of the class without adding to what is reported.</summary>
    public bool IsExtensible => !IsBroken
        && Problems.All(p => p.Id is ProblemIds.OwnConstructor or ProblemIds.SeveralDeclarations or ProblemIds.LanguageVersion);

    /// <summary>Whether the project's version of C# is older than generated code, so that its surface has to do with less.</summary>
    public bool IsOutdated => Problems.Any(p => p.Id == ProblemIds.LanguageVersion);
}

/// <summary>Something about the class itself that is wrong.</summary>
internal readonly record struct ClassProblem(string Id, string Detail, SourceSpan Span);

/// <summary>One attribute of the network: a layer, the input, an output, the budget, or a file.</summary>
/// <param name="Kind">The attribute's name without the suffix: <c>Conv2D</c>.</param>
/// <param name="Arguments">Its arguments in source order.</param>
/// <param name="Span">The whole attribute.</param>
/// <param name="IsBroken">Whether the compiler could not read the attribute, and reports that itself.</param>
/// <param name="Block">For a use, the id of the block.</param>
internal sealed record LayerSyntax(
    string Kind, EquatableArray<LayerArgument> Arguments, SourceSpan Span, bool IsBroken, string? Block = null)
{
    // The kinds that are no layers: what the network takes, what it keeps between calls, and what it gives.
    public const string InputKind = "Input";
    public const string StateKind = "State";
    public const string OutputKind = "Output";

    /// <summary>The file that an attribute names, where it names one.</summary>
    public string? File => Find("file")?.Value as string;

    /// <summary>An argument by its name; of an array, the first element.</summary>
    public LayerArgument? Find(string name) => Arguments.FirstOrDefault(a => a.Name == name);
}

/// <summary>One argument of an attribute; of an array, one element.</summary>
/// <param name="Name">The constructor's parameter or the property it sets.</param>
/// <param name="Value">An <see cref="int"/>, <see cref="long"/>, <see cref="double"/>, <see cref="bool"/> or <see cref="string"/>.</param>
/// <param name="Span">The argument's expression.</param>
internal sealed record LayerArgument(string Name, object? Value, SourceSpan Span);

/// <summary>What <c>[Network]</c> asks for.</summary>
/// <param name="Simd">The tiers.</param>
/// <param name="SimdSpan">Where it names them.</param>
/// <param name="Winograd">Whether convolutions may be computed by Winograd's algorithm, which rounds more.</param>
/// <param name="Storage">How weights lie in memory.</param>
/// <param name="StorageSpan">Where it says so.</param>
/// <param name="Precision">What convolutions and dense layers compute with.</param>
/// <param name="PrecisionSpan">Where it says so.</param>
internal sealed record NetworkOptions(
    SimdTiers Simd = SimdTiers.All,
    SourceSpan SimdSpan = default,
    bool Winograd = true,
    WeightStorage Storage = WeightStorage.Float32,
    SourceSpan StorageSpan = default,
    Precision Precision = Precision.Float32,
    SourceSpan PrecisionSpan = default)
{
    public static readonly NetworkOptions Default = new();

    /// <summary>The same without places in the source.</summary>
    public NetworkOptions WithoutSpans() => this with { SimdSpan = default, StorageSpan = default, PrecisionSpan = default };
}

/// <summary>How weights lie in memory; the values are those of the attribute's enumeration.</summary>
internal enum WeightStorage
{
    Float32 = 0,
    BFloat16 = 1,
    Int8 = 2,
}

/// <summary>What convolutions and dense layers compute with; the values are those of the attribute's enumeration.</summary>
internal enum Precision
{
    Float32 = 0,
    Int8 = 1,
}

/// <summary>The SIMD widths a network's kernels are written for; the values are those of the attribute's enumeration.</summary>
[System.Flags]
internal enum SimdTiers
{
    None = 0,
    Vector128 = 1,
    Vector256 = 2,
    Vector512 = 4,
    All = Vector128 | Vector256 | Vector512,
}
