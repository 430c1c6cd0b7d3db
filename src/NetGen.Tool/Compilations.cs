using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace NetGen.Tool;

/// <summary>What is compiled in memory: against the framework that the tool runs on, and this library.</summary>
internal static class Compilations
{
    private const int MostErrors = 5;

    private static readonly string Framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    /// <summary>How source is read.</summary>
    public static CSharpParseOptions Options { get; } = new(LanguageVersion.Latest);

    /// <summary>Makes a compilation.</summary>
    /// <param name="name">The assembly's name.</param>
    /// <param name="code">Its source; none to look at the references alone.</param>
    /// <param name="references">The assemblies that it refers to besides.</param>
    public static CSharpCompilation Create(string name, string? code, params IEnumerable<string> references)
    {
        string trusted = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        return CSharpCompilation.Create(
            name,
            code is null ? [] : [CSharpSyntaxTree.ParseText(code, Options)],
            trusted.Split(Path.PathSeparator)
                .Where(p => Path.GetDirectoryName(p) == Framework)
                .Append(typeof(NetworkAttribute).Assembly.Location)
                .Concat(references)
                .DistinctBy(Path.GetFileName)
                .Select(p => MetadataReference.CreateFromFile(p)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
    }

    /// <summary>Compiles what has been generated, and loads it.</summary>
    /// <exception cref="ToolException">It does not compile.</exception>
    public static Assembly Load(Compilation compilation)
    {
        using var stream = new MemoryStream();
        EmitResult result = compilation.Emit(stream);
        if (!result.Success)
        {
            throw new ToolException(
            [
                "What the generator wrote does not compile, which is a fault of NetGen's:",
                .. result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(MostErrors).Select(Text),
            ]);
        }

        stream.Position = 0;
        return new AssemblyLoadContext(compilation.AssemblyName).LoadFromStream(stream);
    }

    /// <summary>A diagnostic as the compiler prints it, without the place, which is in no file.</summary>
    public static string Text(Diagnostic diagnostic) => $"{diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}";
}
