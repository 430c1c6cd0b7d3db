extern alias generator;

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Security;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using NetGen.Onnx;

namespace NetGen.Tool;

using generator::NetGen.Generator;
using generator::NetGen.Generator.Diagnostics;

/// <summary>A model's class: its source, which the analyzer has nothing against, and how it is compiled.</summary>
internal sealed class ModelClass
{
    /// <summary>What is added to a file's name that no class can have.</summary>
    private const string Suffix = "Network";

    private readonly CSharpCompilation compilation;

    private ModelClass(string name, string? space, string code, CSharpCompilation compilation)
    {
        this.compilation = compilation;
        FullName = string.IsNullOrEmpty(space) ? name : $"{space}.{name}";
        Name = name;
        Code = code;
    }

    /// <summary>The class's name.</summary>
    public string Name { get; }

    /// <summary>The class's name with its namespace.</summary>
    public string FullName { get; }

    /// <summary>The class's source.</summary>
    public string Code { get; }

    /// <summary>The class as a symbol.</summary>
    public INamedTypeSymbol Symbol => compilation.GetTypeByMetadataName(FullName)!;

    /// <summary>Names a model's class after its file, unless it is given a name, and checks it as the compiler would.</summary>
    /// <param name="network">The model.</param>
    /// <param name="file">Its file's name.</param>
    /// <param name="name">The class's name; by default the file's, <c>Resnet18V1</c> for <c>resnet18-v1.onnx</c>.</param>
    /// <param name="space">The class's namespace; none for the global one.</param>
    /// <exception cref="ToolException">The class cannot be a network; says what the compiler would.</exception>
    public static ModelClass Create(ImportedNetwork network, string file, string? name = null, string? space = null)
    {
        // A file may be called like what is generated for every class, or like what its own class uses.
        IReadOnlyList<string> names = name is not null ? [name] : [NameOf(file), NameOf(file) + Suffix];
        IReadOnlyList<string>? fewest = null;
        foreach (string candidate in names)
        {
            string code = network.ToCode(candidate, space, $"Imported from {SecurityElement.Escape(new string([.. file.Where(c => !char.IsControl(c))]))}.");
            CSharpCompilation compilation = Compilations.Create(candidate, code);
            IReadOnlyList<string> problems = [.. NameProblems(compilation, candidate, name is null ? space : null), .. Problems(compilation)];
            if (problems.Count == 0)
            {
                return new ModelClass(candidate, space, code, compilation);
            }

            fewest = fewest is null || problems.Count < fewest.Count ? problems : fewest;
        }

        throw new ToolException(fewest!);
    }

    /// <summary>Compiles the class with what the generator writes for it, and gives its type.</summary>
    public Type Compile()
    {
        CSharpGeneratorDriver.Create([new NetworkGenerator().AsSourceGenerator()], parseOptions: Compilations.Options)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation generated, out _);
        return Compilations.Load(generated).GetType(FullName, throwOnError: true)!;
    }

    private static string NameOf(string file)
    {
        IEnumerable<string> words = new string([.. Path.GetFileNameWithoutExtension(file).Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')])
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string name = string.Concat(words.Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
        return name.Length == 0 || char.IsDigit(name[0]) ? Suffix + name : name;
    }

    /// <summary>Names that the class may have, and that code around it could not live with.</summary>
    private static IEnumerable<string> NameProblems(CSharpCompilation compilation, string name, string? space)
    {
        if (compilation.GlobalNamespace.GetNamespaceMembers().FirstOrDefault(n => n.Name == name) is { } found
            && found.ConstituentNamespaces.Any(n => n.ContainingAssembly.Name != compilation.AssemblyName))
        {
            yield return $"'{name}' is a namespace that every program uses. Give the class another name with --name.";
        }
        else if (space?.Split('.').Contains(name) == true)
        {
            yield return $"'{name}' is a part of the namespace {space}. Give the class another name with --name.";
        }
    }

    /// <summary>What the compiler and the analyzer have against a class.</summary>
    private static IEnumerable<string> Problems(CSharpCompilation compilation)
    {
        Diagnostic[] compiler = [.. compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error)];
        ImmutableArray<Diagnostic> analyzer = compiler.Length > 0
            ? []
            : compilation.WithAnalyzers([new NetworkAnalyzer()]).GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult();
        return compiler.Concat(analyzer.Where(d => d.Severity == DiagnosticSeverity.Error)).Select(Compilations.Text);
    }
}
