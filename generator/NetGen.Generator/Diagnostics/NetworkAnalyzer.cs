using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Diagnostics.FileChecks;

namespace NetGen.Generator.Diagnostics;

/// <summary>Runs the first two steps of the pipeline while the user types, and reports what they find.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NetworkAnalyzer : DiagnosticAnalyzer
{
    /// <summary>The property of a mismatch's diagnostic that holds the number that really arrives, for the code fix.</summary>
    public const string ActualProperty = "Actual";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Descriptors.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Class)
        {
            return;
        }

        if (!type.GetAttributes().Any(NetworkParser.IsNetwork))
        {
            if (!NetworkParser.IsBlock(type) && NetworkParser.FirstLayer(type) is { } layer)
            {
                Location location = layer.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken).GetLocation() ?? type.Locations[0];
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.Find(ProblemIds.NoNetwork), location, type.Name));
            }

            return;
        }

        NetworkSyntax network = NetworkParser.Parse(type, keepSpans: true, context.CancellationToken);
        GraphResult result = GraphBuilder.Build(network);
        foreach (Problem problem in Problems(context, network, result))
        {
            object[] arguments = [.. problem.Arguments];
            ImmutableDictionary<string, string?>? properties = problem.Id is ProblemIds.ChannelMismatch or ProblemIds.FeatureMismatch
                ? ImmutableDictionary<string, string?>.Empty.Add(ActualProperty, problem.Arguments[problem.Arguments.Count - 1])
                : null;
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptors.Find(problem.Id), Locate(context.Compilation, type, problem.Span), properties, arguments));
        }
    }

    private static IEnumerable<Problem> Problems(SymbolAnalysisContext context, NetworkSyntax network, GraphResult result) => result.Graph is { } graph
        ?
        [
            .. result.Problems,
            .. Budget.Check(network, graph),
            .. WeightCheck.Check(network, graph, result.LayerSpans, File(context, network.Weights)),
            .. GoldenCheck.Check(network, graph, result.LayerSpans, File(context, network.Golden)),
        ]
        : result.Problems;

    /// <summary>The file that an attribute names. The build puts its header into a file of its own.</summary>
    private static NamedFile File(SymbolAnalysisContext context, LayerSyntax? attribute)
    {
        if (attribute?.File is not { } name)
        {
            return default;
        }

        EquatableArray<string> paths = ProjectFiles.Find(
            name, context.Options.AdditionalFiles.Select(f => ProjectFiles.PathOf(f.Path)).OfType<string>());
        AdditionalText? header = paths.Count == 1 ? context.Options.AdditionalFiles.First(f => ProjectFiles.PathOf(f.Path) == paths[0]) : null;
        return new NamedFile(paths, header?.GetText(context.CancellationToken)?.ToString());
    }

    /// <summary>The models hold no syntax trees, so a span finds its tree again by its path; a block may stand in another file.</summary>
    private static Location Locate(Compilation compilation, INamedTypeSymbol type, SourceSpan span)
    {
        if (span == default)
        {
            return type.Locations[0];
        }

        SyntaxTree? tree = type.DeclaringSyntaxReferences.Select(r => r.SyntaxTree).Concat(compilation.SyntaxTrees)
            .FirstOrDefault(t => t.FilePath == span.Path && span.Start + span.Length <= t.Length);
        return tree is null ? type.Locations[0] : Location.Create(tree, new TextSpan(span.Start, span.Length));
    }
}
