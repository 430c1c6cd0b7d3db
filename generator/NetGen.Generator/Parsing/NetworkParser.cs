using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetGen.Generator.Graphs;

namespace NetGen.Generator.Parsing;

/// <summary>Reads a class and its attributes into a <see cref="NetworkSyntax"/>. Nothing after this step knows Roslyn.</summary>
internal static class NetworkParser
{
    public const string NetworkAttribute = "NetGen.NetworkAttribute";
    private const string BlockAttribute = "NetGen.BlockAttribute";
    private const string BudgetAttribute = "NetGen.BudgetAttribute";
    private const string WeightsAttribute = "NetGen.WeightsAttribute";
    private const string InputAttribute = "NetGen.InputAttribute";
    private const string OutputAttribute = "NetGen.OutputAttribute";
    private const string LayerAttribute = "NetGen.LayerAttribute";

    /// <summary>Reads a network.</summary>
    /// <param name="symbol">A class that carries <c>[Network]</c>.</param>
    /// <param name="keepSpans">Whether the model says where in the source everything stands.</param>
    /// <param name="cancellation">Is looked at before each attribute.</param>
    public static NetworkSyntax Parse(INamedTypeSymbol symbol, bool keepSpans, CancellationToken cancellation)
    {
        var problems = new List<ClassProblem>();
        var blocks = new Dictionary<string, BlockSyntax>();
        EquatableArray<LayerSyntax> layers = ParseLayers(symbol, problems, blocks, keepSpans, cancellation);
        return new NetworkSyntax(
            ParseClass(symbol, problems, keepSpans, cancellation),
            ParseOptions(Option(NetworkAttribute, "Network")),
            layers,
            blocks.Values.OrderBy(b => b.Id, System.StringComparer.Ordinal).ToEquatableArray(),
            Option(BudgetAttribute, "Budget"),
            Option(WeightsAttribute, "Weights"));

        LayerSyntax? Option(string name, string kind) =>
            symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass?.ToDisplayString() == name) is { } option
                ? ParseAttribute(option, kind, SyntaxOf(option, cancellation), keepSpans)
                : null;
    }

    private static NetworkOptions ParseOptions(LayerSyntax? attribute)
    {
        NetworkOptions options = NetworkOptions.Default;
        foreach (LayerArgument argument in attribute?.Arguments ?? default)
        {
            options = argument switch
            {
                { Name: "Simd", Value: int tiers } => options with { Simd = (SimdTiers)tiers, SimdSpan = argument.Span },
                { Name: "WeightStorage", Value: int storage } => options with { Storage = (WeightStorage)storage, StorageSpan = argument.Span },
                { Name: "Winograd", Value: bool allowed } => options with { Winograd = allowed },
                _ => options,
            };
        }

        return options;
    }

    private static EquatableArray<LayerSyntax> ParseLayers(
        INamedTypeSymbol symbol,
        List<ClassProblem> problems,
        Dictionary<string, BlockSyntax> blocks,
        bool keepSpans,
        CancellationToken cancellation)
    {
        var layers = new List<LayerSyntax>();
        SyntaxNode? declaration = null;
        foreach (AttributeData attribute in symbol.GetAttributes())
        {
            cancellation.ThrowIfCancellationRequested();
            if (KindOf(attribute) is not { } kind)
            {
                continue;
            }

            AttributeSyntax? syntax = SyntaxOf(attribute, cancellation);
            LayerSyntax layer = ParseAttribute(attribute, kind, syntax, keepSpans);
            if (kind == "Use" && attribute.AttributeClass!.TypeArguments.FirstOrDefault() is INamedTypeSymbol block)
            {
                layer = layer with { Block = ParseBlock(block, problems, blocks, keepSpans, cancellation) };
            }

            layers.Add(layer);
            SyntaxNode? owner = syntax?.FirstAncestorOrSelf<TypeDeclarationSyntax>();
            declaration ??= owner;
            if (owner != declaration && problems.All(p => p.Id != ProblemIds.SeveralDeclarations || p.Detail != symbol.Name))
            {
                problems.Add(new ClassProblem(ProblemIds.SeveralDeclarations, symbol.Name, Span(syntax, keepSpans)));
            }
        }

        return layers.ToEquatableArray();
    }

    /// <summary>Reads a block and all that it uses, once each: a block that uses itself is for the graph to report.</summary>
    private static string ParseBlock(
        INamedTypeSymbol symbol,
        List<ClassProblem> problems,
        Dictionary<string, BlockSyntax> blocks,
        bool keepSpans,
        CancellationToken cancellation)
    {
        string id = symbol.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        if (!blocks.ContainsKey(id))
        {
            blocks.Add(id, new BlockSyntax(id, symbol.Name, IsBlock(symbol), default));
            blocks[id] = blocks[id] with { Layers = ParseLayers(symbol, problems, blocks, keepSpans, cancellation) };
        }

        return id;
    }

    private static AttributeSyntax? SyntaxOf(AttributeData attribute, CancellationToken cancellation) =>
        attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) as AttributeSyntax;

    /// <summary>The first layer attribute of a class, where it has any.</summary>
    public static AttributeData? FirstLayer(INamedTypeSymbol symbol) =>
        symbol.GetAttributes().FirstOrDefault(a => KindOf(a) is not null);

    /// <summary>Whether a class is a block, whose layers need no network of their own.</summary>
    public static bool IsBlock(INamedTypeSymbol symbol) =>
        symbol.GetAttributes().Any(a => a.AttributeClass?.ToDisplayString() == BlockAttribute);

    /// <summary>Whether an attribute is <c>[Network]</c>.</summary>
    public static bool IsNetwork(AttributeData attribute) =>
        attribute.AttributeClass?.ToDisplayString() == NetworkAttribute;

    private static string? KindOf(AttributeData attribute)
    {
        if (attribute.AttributeClass is not { } type)
        {
            return null;
        }

        bool isLayer = type.ToDisplayString() is InputAttribute or OutputAttribute;
        for (INamedTypeSymbol? b = type.BaseType; b is not null && !isLayer; b = b.BaseType)
        {
            isLayer = b.ToDisplayString() == LayerAttribute;
        }

        return isLayer ? type.Name.Substring(0, type.Name.Length - "Attribute".Length) : null;
    }

    private static LayerSyntax ParseAttribute(AttributeData attribute, string kind, AttributeSyntax? syntax, bool keepSpans)
    {
        var arguments = new List<LayerArgument>();
        bool broken = attribute.AttributeConstructor is null;
        if (attribute.AttributeConstructor is { } constructor)
        {
            for (int i = 0; i < attribute.ConstructorArguments.Length && i < constructor.Parameters.Length; i++)
            {
                AddPositional(constructor.Parameters[i].Name, attribute.ConstructorArguments[i], i);
            }
        }

        foreach (KeyValuePair<string, TypedConstant> named in attribute.NamedArguments)
        {
            Add(named.Key, named.Value, FindNamed(syntax, named.Key));
        }

        return new LayerSyntax(kind, arguments.ToEquatableArray(), Span(syntax, keepSpans), broken);

        void AddPositional(string name, TypedConstant value, int index)
        {
            if (value.Kind != TypedConstantKind.Array)
            {
                Add(name, value, FindPositional(syntax, attribute.AttributeConstructor!, index));
                return;
            }

            // The elements of a params array are arguments of their own; those of an array that is written as one share its place.
            for (int i = 0; !value.IsNull && i < value.Values.Length; i++)
            {
                Add(name, value.Values[i], FindPositional(syntax, attribute.AttributeConstructor!, index + i) ?? FindPositional(syntax, attribute.AttributeConstructor!, index));
            }

            broken |= value.IsNull;
        }

        void Add(string name, TypedConstant value, AttributeArgumentSyntax? argument)
        {
            if (value.Kind is TypedConstantKind.Primitive or TypedConstantKind.Enum)
            {
                arguments.Add(new LayerArgument(name, value.Value, Span(argument, keepSpans)));
            }
            else
            {
                broken = true;
            }
        }
    }

    private static AttributeArgumentSyntax? FindNamed(AttributeSyntax? syntax, string name) =>
        syntax?.ArgumentList?.Arguments.FirstOrDefault(a => a.NameEquals?.Name.Identifier.ValueText == name);

    private static AttributeArgumentSyntax? FindPositional(AttributeSyntax? syntax, IMethodSymbol constructor, int index)
    {
        if (syntax?.ArgumentList is not { } list)
        {
            return null;
        }

        string? parameter = index < constructor.Parameters.Length ? constructor.Parameters[index].Name : null;
        return list.Arguments.FirstOrDefault(a => parameter is not null && a.NameColon?.Name.Identifier.ValueText == parameter)
            ?? list.Arguments.Where(a => a.NameEquals is null).Skip(index).FirstOrDefault();
    }

    private static ClassSyntax ParseClass(
        INamedTypeSymbol symbol, List<ClassProblem> problems, bool keepSpans, CancellationToken cancellation)
    {
        TypeDeclarationSyntax[] declarations = Declarations(symbol, cancellation);
        SourceSpan name = declarations.Length == 0 ? default : Span(declarations[0].Identifier, keepSpans);

        if (!declarations.All(IsPartial))
        {
            problems.Add(new(ProblemIds.NotPartial, symbol.Name, name));
        }

        if (symbol.IsGenericType && symbol.TypeParameters.Length > 0)
        {
            problems.Add(new(ProblemIds.Generic, symbol.Name, name));
        }

        if (symbol.IsStatic)
        {
            problems.Add(new(ProblemIds.Static, symbol.Name, name));
        }
        else if (symbol.IsAbstract)
        {
            problems.Add(new(ProblemIds.Abstract, symbol.Name, name));
        }

        if (symbol.IsFileLocal)
        {
            problems.Add(new(ProblemIds.FileLocal, symbol.Name, name));
        }

        var containers = new List<string>();
        for (INamedTypeSymbol? outer = symbol.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            if (!Declarations(outer, cancellation).All(IsPartial))
            {
                problems.Add(new(ProblemIds.ContainerNotPartial, outer.Name, name));
            }

            containers.Insert(0, $"partial {Keyword(outer)} {outer.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}");
        }

        return new ClassSyntax(
            symbol.ContainingNamespace is { IsGlobalNamespace: false } ns ? ns.ToDisplayString(FullNamespace) : "",
            containers.ToEquatableArray(),
            Keyword(symbol),
            Escape(symbol.Name),
            name,
            problems.ToEquatableArray());
    }

    private static readonly SymbolDisplayFormat FullNamespace = SymbolDisplayFormat.FullyQualifiedFormat
        .WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted);

    private static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    private static string Keyword(INamedTypeSymbol type) => type switch
    {
        { TypeKind: TypeKind.Interface } => "interface",
        { TypeKind: TypeKind.Struct, IsRecord: true } => "record struct",
        { TypeKind: TypeKind.Struct } => "struct",
        { IsRecord: true } => "record",
        _ => "class",
    };

    private static TypeDeclarationSyntax[] Declarations(INamedTypeSymbol type, CancellationToken cancellation) =>
        [.. type.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation)).OfType<TypeDeclarationSyntax>()];

    private static bool IsPartial(TypeDeclarationSyntax type) => type.Modifiers.Any(SyntaxKind.PartialKeyword);

    private static SourceSpan Span(SyntaxNodeOrToken? syntax, bool keep) => keep && syntax is { SyntaxTree: { } tree } s
        ? new SourceSpan(tree.FilePath, s.Span.Start, s.Span.Length)
        : default;
}
