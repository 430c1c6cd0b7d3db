extern alias generator;

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;
using NetGen.Onnx;
using Xunit;

namespace NetGen.Tests.Onnx;

using generator::NetGen.Generator;
using generator::NetGen.Generator.Diagnostics;

/// <summary>Compiles imported classes in memory, all of them in one go, and runs them.</summary>
internal static class ImportedClasses
{
    /// <summary>Compiles classes into one assembly, which must give no warning.</summary>
    public static Assembly Compile(params IEnumerable<string> sources) => Compile(sources, null);

    /// <summary>The same, with what the analyzer says, beside further files of the project.</summary>
    public static Assembly CompileChecked(IEnumerable<string> sources, IEnumerable<(string Path, string Text)> files) => Compile(sources, files);

    private static Assembly Compile(IEnumerable<string> sources, IEnumerable<(string Path, string Text)>? files)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        string folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string trusted = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Imported" + Guid.NewGuid().ToString("N"),
            sources.Select((s, i) => CSharpSyntaxTree.ParseText(s, options, FormattableString.Invariant($"Source{i}.cs"))),
            trusted.Split(Path.PathSeparator)
                .Where(path => Path.GetDirectoryName(path) == folder)
                .Append(typeof(NetworkAttribute).Assembly.Location)
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new NetworkGenerator().AsSourceGenerator()], parseOptions: options);
        driver.RunGeneratorsAndUpdateCompilation(compilation, out Compilation generated, out _);
        using var stream = new MemoryStream();
        EmitResult result = generated.Emit(stream);
        IEnumerable<Diagnostic> found = result.Diagnostics;
        if (files is not null)
        {
            var analyzers = new AnalyzerOptions([.. files.Select(f => new ProjectFile(f.Path, f.Text))]);
            found = found.Concat(compilation.WithAnalyzers([new NetworkAnalyzer()], analyzers).GetAnalyzerDiagnosticsAsync().Result);
        }

        string[] complaints = [.. found.Where(d => d.Severity >= DiagnosticSeverity.Warning).Take(20).Select(d => d.ToString())];
        Assert.True(complaints.Length == 0, string.Join('\n', complaints));
        stream.Position = 0;
        return new AssemblyLoadContext("imported", isCollectible: false).LoadFromStream(stream);
    }

    private sealed class ProjectFile(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }

    /// <summary>What a class gives for all samples of its model's batch: each of its outputs.</summary>
    public static float[][] Run(Assembly assembly, string className, ImportedNetwork network, float[] input) =>
        (float[][])typeof(ImportedClasses).GetMethod(nameof(RunNetwork), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(assembly.GetType(className, throwOnError: true)!)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [network, input], null)!;

    /// <summary>What a class with one output gives for one sample.</summary>
    public static float[] Run(Assembly assembly, string className, IWeightSource weights, float[] input) =>
        (float[])typeof(ImportedClasses).GetMethod(nameof(RunOnce), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(assembly.GetType(className, throwOnError: true)!)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [weights, input], null)!;

    private static float[] RunOnce<TNetwork>(IWeightSource weights, float[] input)
        where TNetwork : INetwork<TNetwork>
    {
        var output = new float[TNetwork.Info.Output.Length];
        TNetwork.Load(weights).Forward(input, output);
        return output;
    }

    private static float[][] RunNetwork<TNetwork>(ImportedNetwork network, float[] input)
        where TNetwork : INetwork<TNetwork>
    {
        TNetwork instance = TNetwork.Load(network.Weights);
        int length = TNetwork.Info.Output.Length;
        Assert.Equal(input.Length, TNetwork.Info.Input.Length * network.BatchSize);
        var all = new float[length * network.BatchSize];
        instance.ForwardBatch(input, all, 1);

        var results = new List<float[]>();
        int start = 0;
        foreach (string output in TNetwork.Info.Outputs)
        {
            int count = TNetwork.Info[output].Output.Length;
            results.Add([.. Enumerable.Range(0, network.BatchSize).SelectMany(s => all.Skip((s * length) + start).Take(count))]);
            start += count;
        }

        return [.. results];
    }
}
