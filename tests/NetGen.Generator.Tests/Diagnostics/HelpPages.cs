using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace NetGen.Generator.Tests.Diagnostics;

/// <summary>The help pages, as they stand in the repository.</summary>
internal static partial class HelpPages
{
    public static string Folder { get; } = FindFolder();

    public static string Read(string id) => File.ReadAllText(Path.Combine(Folder, id + ".md")).Replace("\r\n", "\n");

    /// <summary>The C# examples of a page: the wrong one, then the right one.</summary>
    public static IReadOnlyList<string> Examples(string id) => [.. CodeBlock().Matches(Read(id)).Select(m => m.Groups[1].Value)];

    private static string FindFolder([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "..", "generator", "docs"));

    [GeneratedRegex("^```csharp\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CodeBlock();
}
