using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Diagnostics;

/// <summary>The help pages, as they stand in the repository.</summary>
internal static partial class HelpPages
{
    public static string Folder { get; } = FindFolder();

    public static string Read(string id) => File.ReadAllText(Path.Combine(Folder, id + ".md")).Replace("\r\n", "\n");

    /// <summary>The examples of a page: the wrong one, then the right one.</summary>
    public static IReadOnlyList<Example> Examples(string id)
    {
        var headers = new Dictionary<string, SafetensorsHeader>();
        var examples = new List<Example>();
        foreach (Match block in Block().Matches(Read(id)))
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

    private static string FindFolder([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "..", "generator", "docs"));

    /// <summary>C# code, after which an older version may stand, or the header of a safetensors file, whose name stands after the language.</summary>
    [GeneratedRegex("^```(csharp( LangVersion=(?<version>\\S+))?|json (?<file>\\S+))\n(?<text>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    /// <summary>An example of a help page.</summary>
    /// <param name="Source">The code.</param>
    /// <param name="Headers">The headers of the project's safetensors files: those that stand above the code.</param>
    /// <param name="Version">The project's version of C#.</param>
    internal sealed record Example(string Source, ImmutableArray<SafetensorsHeader> Headers, LanguageVersion Version);
}
