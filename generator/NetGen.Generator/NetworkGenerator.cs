using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using NetGen.Generator.Emission;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Diagnostics.FileChecks;

namespace NetGen.Generator;

/// <summary>
/// Writes the code of every class marked <c>[Network]</c>: parse → graph → plan → emit. It reports nothing; the analyzer, which
/// runs the first two steps too, does.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class NetworkGenerator : IIncrementalGenerator
{
    /// <summary>The tracking name of the step that reads attributes.</summary>
    public const string ParseStep = "Parse";

    /// <summary>The tracking name of the step that infers shapes.</summary>
    public const string GraphStep = "Graph";

    /// <summary>The tracking name of the step that asks the project which weights it embeds.</summary>
    public const string EmbeddedStep = "Embedded";

    /// <summary>The tracking name of the step that lists the project's safetensors files.</summary>
    public const string FilesStep = "Files";

    /// <summary>The tracking name of the step that finds file names that differ in case alone.</summary>
    public const string ClashStep = "Clashes";

    private readonly Func<ClassSyntax, PlanSizes> sizesOf;

    /// <summary>Creates the generator.</summary>
    public NetworkGenerator()
        : this(static _ => PlanSizes.Default)
    {
    }

    /// <summary>Creates a generator that plans as if other sizes were large, for tests.</summary>
    /// <param name="sizesOf">The sizes for each network.</param>
    internal NetworkGenerator(Func<ClassSyntax, PlanSizes> sizesOf) => this.sizesOf = sizesOf;

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<NetworkSyntax> networks = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                NetworkParser.NetworkAttribute,
                static (node, _) => node is TypeDeclarationSyntax,
                static (c, cancellation) => NetworkParser.IsNetworkDeclaration((INamedTypeSymbol)c.TargetSymbol, c.TargetNode, cancellation)
                    ? NetworkParser.Parse((INamedTypeSymbol)c.TargetSymbol, keepSpans: false, cancellation)
                    : null)
            .Where(static network => network is not null)
            .Select(static (network, _) => network!)
            .WithTrackingName(ParseStep);

        // Two types of one name, which the compiler reports, would give two files of one name.
        IncrementalValuesProvider<(NetworkSyntax Syntax, GraphResult Result)> graphs = networks
            .Collect()
            .SelectMany(static (all, _) => all.GroupBy(n => Names.FileStem(n.Class)).Select(g => g.First()))
            .Select(static (network, _) => (network, GraphBuilder.Build(network)))
            .WithTrackingName(GraphStep);
        IncrementalValueProvider<string> embedded = context.AnalyzerConfigOptionsProvider
            .Select(static (options, _) => options.GlobalOptions.TryGetValue("build_property.NetGenEmbeddedWeights", out string? files) ? files : "")
            .WithTrackingName(EmbeddedStep);
        IncrementalValueProvider<EquatableArray<string>> files = context.AdditionalTextsProvider
            .Select(static (file, _) => ProjectFiles.PathOf(file.Path))
            .Where(static path => path is not null)
            .Collect()
            .Select(static (paths, _) => paths.Select(p => p!).ToEquatableArray())
            .WithTrackingName(FilesStep);
        IncrementalValueProvider<EquatableArray<string>> clashes = networks
            .Select(static (network, _) => Names.FileStem(network.Class))
            .Collect()
            .Select(static (stems, _) => Names.FindClashes(stems))
            .WithTrackingName(ClashStep);
        context.RegisterSourceOutput(
            graphs.Combine(embedded.Combine(files)).Combine(clashes),
            (output, all) => Emit(
                output, all.Left.Left.Syntax, all.Left.Left.Result, FilesOf(all.Left.Left.Syntax, all.Left.Right.Left, all.Left.Right.Right), all.Right));
    }

    /// <summary>The files that a network names, by their paths in the project: so resources are called, and so copies lie beside the program.</summary>
    private static NetworkFiles FilesOf(NetworkSyntax network, string embedded, EquatableArray<string> paths)
    {
        string[] resources = embedded.Split('|');
        string[] all = [.. paths, .. resources];
        string? weights = network.Weights?.File is { Length: > 0 } file ? ProjectFiles.Resolve(file, all) : null;
        return new NetworkFiles(
            resources.Contains(weights) ? weights : null,
            network.Golden?.File is { } golden ? ProjectFiles.Resolve(golden, all) : null,
            network.Weights?.Find("Prefix")?.Value as string ?? "");
    }

    private void Emit(
        SourceProductionContext output, NetworkSyntax network, GraphResult result, NetworkFiles files, EquatableArray<string> clashes)
    {
        string stem = Names.FileStem(network.Class, clashes);
        if (result.Graph is not { } graph)
        {
            // A class that cannot have another part gets none: the compiler's complaint would hide the analyzer's.
            if (network.Class.IsExtensible)
            {
                output.AddSource(stem + ".g.cs", Text(NetworkEmitter.EmitStub(network, [.. result.LayerNames], files)));
            }

            return;
        }

        PlanSizes sizes = sizesOf(network.Class);
        var plans = new List<Plan>();
        foreach (Tier tier in Tier.For(graph.Options).Select(t => t with { Sizes = sizes }))
        {
            output.CancellationToken.ThrowIfCancellationRequested();
            plans.Add(Planner.Create(graph, tier));
            output.AddSource($"{stem}.{tier.Name}.g.cs", Text(EngineEmitter.Emit(network.Class, plans[plans.Count - 1])));
            if (Planner.CreateBatch(graph, tier) is { } batch)
            {
                output.AddSource($"{stem}.{EngineEmitter.BatchVariant(tier)}.g.cs", Text(EngineEmitter.EmitBatch(network.Class, batch)));
            }
        }

        Plan observed = Planner.Create(graph, Tier.Observed with { Sizes = sizes }, PlanMode.Observed);
        output.AddSource($"{stem}.Observed.g.cs", Text(EngineEmitter.EmitObserved(network.Class, observed)));
        output.AddSource(stem + ".g.cs", Text(NetworkEmitter.Emit(network.Class, graph, plans, files)));
    }

    private static SourceText Text(string code) => SourceText.From(code, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
}
