using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Fuzz;

/// <summary>
/// What must hold whatever the user writes: neither generator nor analyzer throws, what is generated is of bounded size and has no
/// errors, and where nobody reports anything wrong with a source, everything compiles.
/// </summary>
internal static class Oracle
{
    /// <summary>A transposed convolution with the largest stride takes three quarters of this, and nothing else a tenth.</summary>
    private const int MostCharacters = 1_000_000;

    /// <summary>What the generator may allocate for a source, the compiler's binding of it included.</summary>
    private const long MostBytes = 100_000_000;

    /// <summary>What it may take for one, also on a machine that is busy otherwise.</summary>
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(10);

    /// <summary>What is wrong with the outcome for some sources, and where it can be told, for which of them.</summary>
    public static async Task<IReadOnlyList<string>> FindViolations(IReadOnlyList<string> sources)
    {
        CSharpCompilation compilation = Compilations.Create(sources);
        long start = Stopwatch.GetTimestamp();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        GeneratorDriver driver = GeneratorHarness.CreateDriver(new NetworkGenerator())
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation updated, out _);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        GeneratorRunResult result = driver.GetRunResult().Results.Single();
        if (result.Exception is { } exception)
        {
            return [$"the generator throws {exception}"];
        }

        ImmutableArray<Diagnostic> before = compilation.GetDiagnostics();
        ImmutableArray<Diagnostic> after = updated.GetDiagnostics();
        ImmutableArray<Diagnostic> own = await updated.WithAnalyzers([new NetworkAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        var users = new HashSet<SyntaxTree?>(compilation.SyntaxTrees);
        var wrong = new HashSet<SyntaxTree?>(before.Where(IsError).Select(d => d.Location.SourceTree));
        var reported = new HashSet<SyntaxTree?>([.. wrong, .. own.Where(IsError).Select(d => d.Location.SourceTree)]);
        return
        [
            .. bytes > sources.Count * MostBytes ? [string.Create(CultureInfo.InvariantCulture, $"the generator allocates {bytes:N0} bytes for {sources.Count} sources")] : (string[])[],
            .. time > sources.Count * MostTime ? [$"the generator takes {time} for {sources.Count} sources"] : (string[])[],
            .. own.Where(d => !d.Id.StartsWith("NG1", StringComparison.Ordinal)).Select(d => $"the analyzer fails: {d}"),
            .. result.GeneratedSources.Where(s => s.SourceText.Length > MostCharacters)
                .Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.HintName} has {s.SourceText.Length} characters")),
            .. after.Where(d => IsError(d) && !users.Contains(d.Location.SourceTree)).Select(d => $"generated code has an error: {d}"),
            .. after.Where(d => IsError(d) && users.Contains(d.Location.SourceTree) && !wrong.Contains(d.Location.SourceTree))
                .Select(d => $"the source has an error only with the generated code: {d}"),
            .. compilation.SyntaxTrees.SelectMany(t => NetworksIn(updated, t)).Where(n => !IsGenerated(n) && !WithBlocks(n).Any(IsReported))
                .Select(n => $"{n} gets no code, and nobody says why"),
        ];

        bool IsReported(ITypeSymbol type) => type.DeclaringSyntaxReferences.Any(r => reported.Contains(r.SyntaxTree));
    }

    private static IEnumerable<INamedTypeSymbol> NetworksIn(Compilation compilation, SyntaxTree tree)
    {
        SemanticModel model = compilation.GetSemanticModel(tree);
        return tree.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
            .Select(d => model.GetDeclaredSymbol(d)!)
            .Where(t => t.GetAttributes().Any(a => a.AttributeClass?.ToDisplayString() == "NetGen.NetworkAttribute"));
    }

    /// <summary>A network and every block that it uses: damaged text may put a block where the networks of other sources find it.</summary>
    private static HashSet<ITypeSymbol> WithBlocks(INamedTypeSymbol network)
    {
        var all = new HashSet<ITypeSymbol>([network], SymbolEqualityComparer.Default);
        for (int known = 0; known < all.Count;)
        {
            known = all.Count;
            all.UnionWith([.. all.SelectMany(t => t.GetAttributes()).SelectMany(a => a.AttributeClass?.TypeArguments ?? [])]);
        }

        return all;
    }

    private static bool IsGenerated(INamedTypeSymbol network) => network.GetMembers("__NetGenCreateWeightSpecs").Length == 1;

    private static bool IsError(Diagnostic diagnostic) => diagnostic.Severity == DiagnosticSeverity.Error;
}
