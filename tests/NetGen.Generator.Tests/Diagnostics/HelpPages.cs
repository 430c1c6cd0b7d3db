using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Diagnostics;

/// <summary>The help pages, as they stand in the repository.</summary>
internal static partial class HelpPages
{
    public const string Folder = "generator/docs/diagnostics";

    public static string Read(string id) => Repository.Read($"{Folder}/{id}.md");

    /// <summary>The examples of a page: the wrong one, then the right one.</summary>
    public static IReadOnlyList<Example> Examples(string id) => ExamplesIn(Read(id));

    /// <summary>The blocks of C# in a text.</summary>
    public static IReadOnlyList<Example> ExamplesIn(string page)
    {
        var headers = new Dictionary<string, SafetensorsHeader>();
        var examples = new List<Example>();
        foreach (Match block in Block().Matches(page))
        {
            string text = block.Groups["text"].Value;
            if (block.Groups["file"] is { Success: true, Value: var file })
            {
                headers[file] = new SafetensorsHeader(file, text.TrimEnd('\n'));
            }
            else
            {
                LanguageVersion version = block.Groups["version"] is { Success: true, Value: var number }
                    && LanguageVersionFacts.TryParse(number, out LanguageVersion older) ? older : LanguageVersion.Latest;
                examples.Add(new Example(text, [.. headers.Values], version));
            }
        }

        return examples;
    }

    /// <summary>What compiler and analyzer say of an example, from warnings on.</summary>
    /// <param name="example">The example.</param>
    /// <param name="others">What its project compiles besides.</param>
    public static async Task<ImmutableArray<Diagnostic>> ReportAsync(Example example, params IEnumerable<Example> others)
    {
        Compilation compilation = GeneratorHarness.Compile(example.Version, [.. new[] { example }.Concat(others).Select(e => e.Code)]);
        bool isProgram = compilation.SyntaxTrees.Any(t => t.GetCompilationUnitRoot().Members.Any(m => m is GlobalStatementSyntax));
        ImmutableArray<Diagnostic> diagnostics = await compilation
            .WithOptions(compilation.Options.WithOutputKind(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary))
            .WithAnalyzers([new NetworkAnalyzer()], new AnalyzerOptions([.. example.Headers]))
            .GetAllDiagnosticsAsync();
        return [.. diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning && d.Id != "CS1591")];
    }

    /// <summary>C# code, after which an older version may stand, or the header of a safetensors file, whose name stands after the language.</summary>
    [GeneratedRegex("^```(csharp( LangVersion=(?<version>\\S+))?|json (?<file>\\S+))\n(?<text>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    /// <summary>An example of a help page.</summary>
    /// <param name="Source">The code.</param>
    /// <param name="Headers">The headers of the project's safetensors files: those that stand above the code.</param>
    /// <param name="Version">The project's version of C#.</param>
    internal sealed record Example(string Source, ImmutableArray<SafetensorsHeader> Headers, LanguageVersion Version)
    {
        private const string Using = "using NetGen;\n";

        /// <summary>The code as a file of its own.</summary>
        public string Code => Source.StartsWith(Using, StringComparison.Ordinal) ? Source : Using + Source;
    }
}
