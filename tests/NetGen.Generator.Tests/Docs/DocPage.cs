using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Docs;

/// <summary>A page of the documentation.</summary>
/// <param name="Path">Its path in the repository.</param>
internal sealed partial record DocPage(string Path)
{
    private static readonly string[] Folders = ["", ".github", ".github/ISSUE_TEMPLATE", "generator/docs", "generator/docs/diagnostics", "samples/FashionMnist/data"];

    /// <summary>The pages that are written by hand.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Folders.SelectMany(f => Directory.EnumerateFiles(Repository.Full(f), "*.md").Select(p => (f.Length == 0 ? "" : f + "/") + System.IO.Path.GetFileName(p))).Order(StringComparer.Ordinal)];

    public string Text { get; } = Repository.Read(Path);

    /// <summary>The blocks between fences.</summary>
    public ImmutableArray<Fence> Fences => [.. FencePattern().Matches(Text).Select(m => new Fence(m.Groups["info"].Value, m.Groups["text"].Value))];

    /// <summary>The commands, in blocks and in the text.</summary>
    public IEnumerable<string> Commands =>
        [.. Fences.Where(f => f.Language == "sh").Select(f => f.Text), .. CodeSpan().Matches(FencePattern().Replace(Text, "")).Select(m => m.Value.Trim('`')).Where(c => c.StartsWith("dotnet ", StringComparison.Ordinal))];

    /// <summary>The text without its code.</summary>
    public string Prose => CodeSpan().Replace(FencePattern().Replace(Text, ""), "`");

    /// <summary>The targets of all links.</summary>
    public IEnumerable<string> Links => Link().Matches(Prose).Select(m => m.Groups["to"].Value);

    /// <summary>What the headings are linked to by, as GitHub derives it.</summary>
    public IEnumerable<string> Anchors => Heading().Matches(FencePattern().Replace(Text, "")).Select(m => AnchorOf(m.Groups["text"].Value));

    /// <summary>The path in the repository that a relative link means.</summary>
    public string Resolve(string link) =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, link).Replace('\\', '/');

    private static string AnchorOf(string heading)
    {
        var anchor = new StringBuilder();
        foreach (char c in heading.ToLowerInvariant())
        {
            anchor.Append(c == ' ' ? "-" : char.IsLetterOrDigit(c) || c is '-' or '_' ? c.ToString() : "");
        }

        return anchor.ToString();
    }

    [GeneratedRegex("^```(?<info>[^\n`]*)\n(?<text>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex FencePattern();

    [GeneratedRegex("`[^`\n]+`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (?<text>[^\n]+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    /// <summary>A block between fences.</summary>
    /// <param name="Info">What stands after the opening fence: a language, and what else there is to say.</param>
    /// <param name="Text">What stands between.</param>
    internal sealed record Fence(string Info, string Text)
    {
        public string Language => Info.Split(' ')[0];
    }
}
