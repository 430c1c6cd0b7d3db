extern alias netgen;

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace NetGen.Generator.Tests.Harness;

/// <summary>Compilations of a user's source against the running framework and the NetGen runtime.</summary>
internal static class Compilations
{
    public static readonly CSharpParseOptions ParseOptions =
        new(LanguageVersion.Latest, documentationMode: DocumentationMode.Diagnose);

    /// <summary>The framework's assemblies that this process runs on, without what the tests bring along.</summary>
    public static readonly ImmutableArray<MetadataReference> Framework = FindFramework();

    public static readonly MetadataReference Runtime =
        MetadataReference.CreateFromFile(typeof(netgen::NetGen.NetworkAttribute).Assembly.Location);

    public static CSharpCompilation Create(params IEnumerable<string> sources) => Create(LanguageVersion.Latest, sources);

    /// <summary>The same in an older version of C#, which may not know nullable references.</summary>
    public static CSharpCompilation Create(LanguageVersion version, IEnumerable<string> sources) => CSharpCompilation.Create(
        "UserCode",
        sources.Select((source, i) => CSharpSyntaxTree.ParseText(source, ParseOptions.WithLanguageVersion(version), $"Source{i}.cs")),
        Framework.Add(Runtime),
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            optimizationLevel: OptimizationLevel.Release,
            nullableContextOptions: version < LanguageVersion.CSharp8 ? NullableContextOptions.Disable : NullableContextOptions.Enable,
            warningLevel: int.MaxValue));

    public static SyntaxTree Parse(string source, string path) => CSharpSyntaxTree.ParseText(source, ParseOptions, path);

    private static ImmutableArray<MetadataReference> FindFramework()
    {
        string folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string trusted = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        return [.. trusted.Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == folder)
            .Select(path => MetadataReference.CreateFromFile(path))];
    }
}
