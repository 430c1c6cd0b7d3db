extern alias generator;

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Xunit;

namespace NetGen.Tests.Parity;

using generator::NetGen.Generator;
using generator::NetGen.Generator.Graphs;
using generator::NetGen.Generator.Parsing;

/// <summary>Compiles networks from their source, with the generator, into one assembly.</summary>
internal static class NetworkCompiler
{
    /// <summary>Compiles networks, and gives the graphs that the generator saw.</summary>
    /// <param name="networks">The networks.</param>
    /// <param name="path">Where the assembly goes.</param>
    /// <param name="more">Further source files.</param>
    public static IReadOnlyList<Graph> Compile(IReadOnlyList<NetworkDraft> networks, string path, params IEnumerable<string> more)
    {
        // Other tests look at documentation and nullability; here they would only cost time.
        CSharpParseOptions options = new CSharpParseOptions(LanguageVersion.Latest, DocumentationMode.None)
            .WithFeatures([new("run-nullable-analysis", "never")]);
        CSharpCompilation compilation = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(path),
            more.Concat(networks.Select(n => n.ToString())).Concat(networks.Select(n => n.DotProducts).OfType<string>()).Select(s => CSharpSyntaxTree.ParseText(s, options)),
            References(),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable));

        var sizes = networks.ToDictionary(n => n.Namespace, n => n.Sizes);
        var generator = new NetworkGenerator(network => sizes[network.Namespace]);
        GeneratorDriver driver = CSharpGeneratorDriver.Create([generator.AsSourceGenerator()], parseOptions: options);
        driver.RunGeneratorsAndUpdateCompilation(compilation, out Compilation generated, out _);
        using FileStream stream = File.Create(path);
        EmitResult result = generated.Emit(stream, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.Embedded));
        string[] complaints = [.. result.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning).Take(20).Select(d => d.ToString())];
        Assert.True(complaints.Length == 0, string.Join('\n', complaints));
        return [.. networks.Select(n => GraphOf(compilation, n))];
    }

    private static Graph GraphOf(Compilation compilation, NetworkDraft network)
    {
        INamedTypeSymbol symbol = compilation.GetTypeByMetadataName(network.FullName)!;
        GraphResult result = GraphBuilder.Build(NetworkParser.Parse(symbol, keepSpans: false, default));
        Assert.True(result.Graph is not null, $"{string.Join('\n', result.Problems)}\n{network}");
        return result.Graph;
    }

    /// <summary>The framework that this process runs on, and the library.</summary>
    public static ImmutableArray<MetadataReference> References()
    {
        string folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string trusted = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        return
        [
            .. trusted.Split(Path.PathSeparator)
                .Where(path => Path.GetDirectoryName(path) == folder)
                .Append(typeof(NetworkAttribute).Assembly.Location)
                .Select(path => MetadataReference.CreateFromFile(path)),
        ];
    }
}
