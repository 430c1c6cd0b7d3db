using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using NetGen.Generator.Analyzers;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Fuzz;

/// <summary>
/// What must hold whatever the user writes: neither generator nor analyzer throws, what is generated is of bounded size and has no
/// errors, and where nobody reports anything wrong with a source, everything compiles.
/// </summary>
internal static class Oracle
{
    /// <summary>Far above the code of the networks here, and far below what would stall a compiler.</summary>
    private const int MostCharacters = 1_000_000;

    /// <summary>What is wrong with the outcome for some sources, and where it can be told, for which of them.</summary>
    public static async Task<IReadOnlyList<string>> FindViolations(IReadOnlyList<string> sources)
    {
        CSharpCompilation compilation = Compilations.Create(sources);
        GeneratorDriver driver = GeneratorHarness.CreateDriver(new NetworkGenerator())
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation updated, out _);
        GeneratorRunResult result = driver.GetRunResult().Results.Single();
        if (result.Exception is { } exception)
        {
            return [$"the generator throws {exception}"];
        }

        ImmutableArray<Diagnostic> before = compilation.GetDiagnostics();
        ImmutableArray<Diagnostic> after = updated.GetDiagnostics();
        ImmutableArray<Diagnostic> own = await updated.WithAnalyzers([new NetworkAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        var users = new HashSet<SyntaxTree?>(compilation.SyntaxTrees);
        var reported = new HashSet<SyntaxTree?>(own.Concat(before).Where(IsError).Select(d => d.Location.SourceTree));
        var known = new HashSet<string>(before.Where(IsError).Select(d => d.ToString()));
        return
        [
            .. own.Where(d => !d.Id.StartsWith("NG1", StringComparison.Ordinal)).Select(d => $"the analyzer fails: {d}"),
            .. result.GeneratedSources.Where(s => s.SourceText.Length > MostCharacters)
                .Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.HintName} has {s.SourceText.Length} characters")),
            .. after.Where(d => IsError(d) && !users.Contains(d.Location.SourceTree)).Select(d => $"generated code has an error: {d}"),
            .. after.Where(d => IsError(d) && users.Contains(d.Location.SourceTree) && !known.Contains(d.ToString()))
                .Select(d => $"the source has an error only with the generated code: {d}"),
            .. compilation.SyntaxTrees.Where(t => !reported.Contains(t)).SelectMany(t => NetworksIn(updated, t)).Where(n => !IsGenerated(n))
                .Select(n => $"{n} gets no code, and nobody says why"),
        ];
    }

    private static IEnumerable<INamedTypeSymbol> NetworksIn(Compilation compilation, SyntaxTree tree)
    {
        SemanticModel model = compilation.GetSemanticModel(tree);
        return tree.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
            .Select(d => model.GetDeclaredSymbol(d)!)
            .Where(t => t.GetAttributes().Any(a => a.AttributeClass?.ToDisplayString() == "NetGen.NetworkAttribute"));
    }

    private static bool IsGenerated(INamedTypeSymbol network) => network.GetMembers("CreateWeightSpecs").Length == 1;

    private static bool IsError(Diagnostic diagnostic) => diagnostic.Severity == DiagnosticSeverity.Error;
}
