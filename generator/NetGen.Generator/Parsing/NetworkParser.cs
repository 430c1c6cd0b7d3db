using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Graphs;

namespace NetGen.Generator.Parsing;

/// <summary>Reads a class and its attributes into a <see cref="NetworkSyntax"/>. Nothing after this step knows Roslyn.</summary>
internal static class NetworkParser
{
    public const string NetworkAttribute = "NetGen.NetworkAttribute";
    private const string BlockAttribute = "NetGen.BlockAttribute";
    private const string BudgetAttribute = "NetGen.BudgetAttribute";
    private const string WeightsAttribute = "NetGen.WeightsAttribute";
    private const string GoldenAttribute = "NetGen.GoldenAttribute";
    private const string InputAttribute = "NetGen.InputAttribute";
    private const string StateAttribute = "NetGen.StateAttribute";
    private const string OutputAttribute = "NetGen.OutputAttribute";
    private const string LayerAttribute = "NetGen.LayerAttribute";
    private const string Suffix = "Attribute";

    /// <summary>The version that generated code is written in.</summary>
    private const LanguageVersion LeastVersion = LanguageVersion.CSharp12;

    /// <summary>
    /// Whether a declaration is where its class becomes a network, so that a class of several parts becomes one only once; not one
    /// that is still being typed, whose name, or that of a type parameter around it, is missing.
    /// </summary>
    public static bool IsNetworkDeclaration(INamedTypeSymbol symbol, SyntaxNode declaration, CancellationToken cancellation)
    {
        for (ISymbol named = symbol; named is not INamespaceSymbol { IsGlobalNamespace: true }; named = named.ContainingSymbol)
        {
            if (named.Name.Length == 0 || (named is INamedTypeSymbol type && type.TypeParameters.Any(p => p.Name.Length == 0)))
            {
                return false;
            }
        }

        return symbol.TypeKind == TypeKind.Class
            && symbol.GetAttributes().FirstOrDefault(IsNetwork)?.ApplicationSyntaxReference?.GetSyntax(cancellation)
                .FirstAncestorOrSelf<TypeDeclarationSyntax>() == declaration;
    }

    /// <summary>Reads a network.</summary>
    /// <param name="symbol">A class that carries <c>[Network]</c>.</param>
    /// <param name="keepSpans">Whether the model says where in the source everything stands.</param>
    /// <param name="cancellation">Is looked at before each attribute.</param>
    public static NetworkSyntax Parse(INamedTypeSymbol symbol, bool keepSpans, CancellationToken cancellation)
    {
        var problems = new List<ClassProblem>();
        var used = new Dictionary<string, ITypeSymbol>();
        EquatableArray<LayerSyntax> layers = ParseLayers(symbol, problems, used, keepSpans, cancellation);
        EquatableArray<BlockSyntax> blocks = ParseBlocks(used, problems, keepSpans, cancellation);
        NetworkOptions options = ParseOptions(Option(NetworkAttribute, "Network"));
        LayerSyntax? weights = Option(WeightsAttribute, "Weights");
        LayerSyntax? golden = Option(GoldenAttribute, "Golden");
        CheckMembers(
            symbol,
            GeneratedMembers.Of(layers, blocks, weights is not null, golden is not null, options.Precision == Precision.Int8),
            problems,
            keepSpans,
            cancellation);
        return new NetworkSyntax(
            ParseClass(symbol, problems, keepSpans, cancellation), options, layers, blocks, Option(BudgetAttribute, "Budget"), weights, golden);

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
                { Name: "Precision", Value: int precision } => options with { Precision = (Precision)precision, PrecisionSpan = argument.Span },
                { Name: "Winograd", Value: bool allowed } => options with { Winograd = allowed },
                _ => options,
            };
        }

        return options;
    }

    private static EquatableArray<LayerSyntax> ParseLayers(
        ITypeSymbol symbol,
        List<ClassProblem> problems,
        Dictionary<string, ITypeSymbol> used,
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
            if (kind == "Use" && attribute.AttributeClass!.TypeArguments.FirstOrDefault() is { IsReferenceType: true, TypeKind: not TypeKind.Error } block)
            {
                layer = layer with { Block = block.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat) };
                used[layer.Block] = block;
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

    /// <summary>Reads the blocks that a network uses and all that those use, once each: one that uses itself is for the graph to report.</summary>
    private static EquatableArray<BlockSyntax> ParseBlocks(
        Dictionary<string, ITypeSymbol> used, List<ClassProblem> problems, bool keepSpans, CancellationToken cancellation)
    {
        var blocks = new Dictionary<string, BlockSyntax>();
        while (used.Count > 0)
        {
            (string id, ITypeSymbol symbol) = (used.First().Key, used.First().Value);
            used.Remove(id);
            if (!blocks.ContainsKey(id))
            {
                blocks.Add(id, new BlockSyntax(id, NameOf(symbol), IsBlock(symbol), ParseLayers(symbol, problems, used, keepSpans, cancellation)));
            }
        }

        return blocks.Values.OrderBy(b => b.Id, System.StringComparer.Ordinal).ToEquatableArray();
    }

    private static string NameOf(ITypeSymbol symbol) =>
        symbol is INamedTypeSymbol ? symbol.Name : symbol.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    private static AttributeSyntax? SyntaxOf(AttributeData attribute, CancellationToken cancellation) =>
        attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) as AttributeSyntax;

    /// <summary>The first layer attribute of a class, where it has any.</summary>
    public static AttributeData? FirstLayer(INamedTypeSymbol symbol) =>
        symbol.GetAttributes().FirstOrDefault(a => KindOf(a) is not null);

    /// <summary>Whether a class is a block, whose layers need no network of their own.</summary>
    public static bool IsBlock(ITypeSymbol symbol) =>
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

        bool isLayer = type.ToDisplayString() is InputAttribute or StateAttribute or OutputAttribute;
        for (INamedTypeSymbol? b = type.BaseType; b is not null && !isLayer; b = b.BaseType)
        {
            isLayer = b.ToDisplayString() == LayerAttribute;
        }

        // A class that derives from a layer is an error of its own, and may be called anything.
        return !isLayer ? null
            : type.Name.EndsWith(Suffix, System.StringComparison.Ordinal) ? type.Name.Substring(0, type.Name.Length - Suffix.Length)
            : type.Name;
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
            // For null the compiler has a warning at most, and it gives as many arguments as an empty array.
            for (int i = 0; !value.IsNull && i < value.Values.Length; i++)
            {
                Add(name, value.Values[i], FindPositional(syntax, attribute.AttributeConstructor!, index + i) ?? FindPositional(syntax, attribute.AttributeConstructor!, index));
            }
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

        if (declarations.FirstOrDefault()?.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: < LeastVersion and var version })
        {
            problems.Add(new(ProblemIds.LanguageVersion, version.ToDisplayString(), name));
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

        if (GeneratedMembers.IsNameOfOne(symbol.Name))
        {
            problems.Add(new(ProblemIds.MemberName, symbol.Name, name));
        }

        if (ConstructorProblem(symbol, declarations, out bool isBroken, cancellation) is (var constructor, var at))
        {
            problems.Add(new(ProblemIds.OwnConstructor, constructor, at is { } own ? Span(own, keepSpans) : name));
        }

        IAssemblySymbol? runtime = symbol.GetAttributes().FirstOrDefault(IsNetwork)?.AttributeClass?.ContainingAssembly;
        if (HiddenNames.FindIn(symbol.ContainingAssembly, runtime) is { } hiding)
        {
            problems.Add(new(ProblemIds.HiddenName, hiding.ToDisplayString(), name));
        }

        bool isFileLocal = symbol.IsFileLocal;
        string metadataName = symbol.MetadataName;
        var containers = new List<string>();
        for (INamedTypeSymbol? outer = symbol.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            if (!Declarations(outer, cancellation).All(IsPartial))
            {
                problems.Add(new(ProblemIds.ContainerNotPartial, outer.Name, name));
            }

            isFileLocal |= outer.IsFileLocal;
            metadataName = outer.MetadataName + "+" + metadataName;
            containers.Insert(0, $"partial {Keyword(outer)} {Escape(outer.Name)}{TypeParameters(outer)}");
        }

        if (isFileLocal)
        {
            problems.Add(new(ProblemIds.FileLocal, symbol.Name, name));
        }

        return new ClassSyntax(
            symbol.ContainingNamespace is { IsGlobalNamespace: false } ns ? ns.ToDisplayString(FullNamespace) : "",
            containers.ToEquatableArray(),
            Keyword(symbol),
            Escape(symbol.Name),
            metadataName,
            name,
            problems.ToEquatableArray(),
            isBroken);
    }

    /// <summary>What keeps the generated constructor, which takes weights, from being one.</summary>
    /// <param name="symbol">The class.</param>
    /// <param name="declarations">Its parts.</param>
    /// <param name="isBroken">Whether the compiler reports it, since the class could not be created without weights either.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>The reason, and where it is written if not at the class's name.</returns>
    private static (string Reason, SyntaxToken? At)? ConstructorProblem(
        INamedTypeSymbol symbol, TypeDeclarationSyntax[] declarations, out bool isBroken, CancellationToken cancellation)
    {
        isBroken = false;
        if (declarations.Any(d => d.ParameterList is not null))
        {
            return ("it cannot have parameters of its own", null);
        }

        // The generator does not see yet what it gives a base class that is a network too.
        if (symbol.BaseType is { TypeKind: TypeKind.Class } b && (b.GetAttributes().Any(IsNetwork) || !b.InstanceConstructors.Any(IsCallable)))
        {
            isBroken = !OwnConstructors().Any();
            return isBroken ? null : ($"its base class '{b.Name}' has none without parameters", null);
        }

        // An instance that another constructor makes has no weights.
        if (OwnConstructors().FirstOrDefault() is { } own)
        {
            return ("it cannot have one of its own, whose instances would have no weights; Load and Random make them", own.Identifier);
        }

        for (INamedTypeSymbol? type = symbol; type is not null; type = type.BaseType)
        {
            if (type.GetMembers().FirstOrDefault(m => m is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true }) is { } member)
            {
                return ($"its member '{member.Name}' cannot be required", null);
            }
        }

        return null;

        IEnumerable<ConstructorDeclarationSyntax> OwnConstructors() => symbol.InstanceConstructors
            .SelectMany(c => c.DeclaringSyntaxReferences)
            .Where(r => !GeneratedMembers.IsGenerated(r))
            .Select(r => r.GetSyntax(cancellation))
            .OfType<ConstructorDeclarationSyntax>();

        bool IsCallable(IMethodSymbol constructor) =>
            constructor.Parameters.All(p => p.IsOptional || p.IsParams) && IsAccessible(constructor, symbol);
    }

    /// <summary>Whether a class sees a member of its base class.</summary>
    private static bool IsAccessible(ISymbol member, INamedTypeSymbol derived) => member.DeclaredAccessibility switch
    {
        Accessibility.Private => false,
        Accessibility.Internal or Accessibility.ProtectedAndInternal => member.ContainingAssembly.GivesAccessTo(derived.ContainingAssembly),
        _ => true,
    };

    /// <summary>Finds the class's own members that cannot stand beside the generated ones, and inherited ones that those would hide.</summary>
    private static void CheckMembers(
        INamedTypeSymbol symbol,
        GeneratedMembers members,
        List<ClassProblem> problems,
        bool keepSpans,
        CancellationToken cancellation)
    {
        foreach (ISymbol member in symbol.GetMembers().Where(m => members.ClashWith(symbol, m)))
        {
            if (member.DeclaringSyntaxReferences.FirstOrDefault(r => !GeneratedMembers.IsGenerated(r)) is not null)
            {
                problems.Add(new(ProblemIds.OwnMember, GeneratedMembers.Describe(member), SpanOf(member, keepSpans) ?? default));
            }
        }

        // A base class that is a network has a problem of its own.
        if (BaseTypes(symbol).Any(b => b.GetAttributes().Any(IsNetwork)))
        {
            return;
        }

        ISymbol? hidden = BaseTypes(symbol)
            .Where(b => b.SpecialType != SpecialType.System_Object)
            .SelectMany(b => b.GetMembers())
            .FirstOrDefault(m => IsAccessible(m, symbol) && members.ClashWith(symbol, m));
        if (hidden is not null)
        {
            TypeDeclarationSyntax? deriving = Declarations(symbol, cancellation).FirstOrDefault(d => d.BaseList is not null && !GeneratedMembers.IsGenerated(d.GetReference()));
            problems.Add(new(
                ProblemIds.InheritedMember,
                $"its base class '{hidden.ContainingType.Name}' has a member '{GeneratedMembers.Describe(hidden)}'",
                Span(deriving?.BaseList!.Types[0], keepSpans)));
        }
    }

    private static IEnumerable<INamedTypeSymbol> BaseTypes(INamedTypeSymbol symbol)
    {
        for (INamedTypeSymbol? type = symbol.BaseType; type is not null; type = type.BaseType)
        {
            yield return type;
        }
    }

    /// <summary>The name of a type or member where the user declares it.</summary>
    private static SourceSpan? SpanOf(ISymbol symbol, bool keep)
    {
        Location? location = symbol.Locations.FirstOrDefault(l => l.IsInSource && !GeneratedMembers.IsGenerated(l));
        return location?.SourceTree is { } tree && keep ? new SourceSpan(tree.FilePath, location.SourceSpan.Start, location.SourceSpan.Length) : null;
    }

    private static string TypeParameters(INamedTypeSymbol type) => type.TypeParameters.Length == 0 ? "" : "<" + string.Join(", ", type.TypeParameters.Select(
        p => (p.Variance switch { VarianceKind.In => "in ", VarianceKind.Out => "out ", _ => "" }) + Escape(p.Name))) + ">";

    private static readonly SymbolDisplayFormat FullNamespace = SymbolDisplayFormat.FullyQualifiedFormat
        .WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted);

    /// <summary>A name as it is declared; of a type in lower-case letters alone, the compiler warns that it may become a keyword.</summary>
    private static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None && SyntaxFacts.GetContextualKeywordKind(name) == SyntaxKind.None && !name.All(c => c is >= 'a' and <= 'z')
            ? name
            : "@" + name;

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
