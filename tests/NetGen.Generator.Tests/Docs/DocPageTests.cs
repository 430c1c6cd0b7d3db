using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetGen.Generator.Tests.Diagnostics;
using NetGen.Generator.Tests.Harness;
using Xunit;

namespace NetGen.Generator.Tests.Docs;

/// <summary>What the documentation says is so: its code compiles, its paths and links lead somewhere.</summary>
public sealed class DocPageTests
{
    private const string Readme = "README.md";
    private const string Generated = "csharp generated";
    private static readonly string[] Languages = ["csharp", "json", "xml", "sh", "python", "text"];
    private static readonly string[] Roots = ["src", "tests", "samples", "generator"];

    public static TheoryData<string> Pages => [.. DocPage.All];

    /// <summary>The pages whose code is right; those of diagnostics have wrong examples too, and tests of their own.</summary>
    public static TheoryData<string> PagesWithCode => [.. DocPage.All.Where(p => !p.StartsWith(HelpPages.Folder, StringComparison.Ordinal) && new DocPage(p).Fences.Any(f => f.Info == "csharp"))];

    [Fact]
    public void Pages_AreFound()
    {
        Assert.Superset(
            new HashSet<string> { Readme, "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "generator/docs/architecture.md", "generator/docs/layers.md", $"{HelpPages.Folder}/NG1001.md" },
            DocPage.All.ToHashSet());
        Assert.True(PagesWithCode.Count >= 4);
    }

    [Fact]
    public void Readme_IsShort()
    {
        int lines = new DocPage(Readme).Text.TrimEnd('\n').Split('\n').Length;
        Assert.True(lines <= 150, $"README.md has {lines} lines, and may have 150: details belong on the pages of generator/docs.");
    }

    /// <summary>A package's page shows README with its links made absolute, by a step of the build that turns backslashes around.</summary>
    [Fact]
    public void Readme_HasNoBackslash() => Assert.DoesNotContain('\\', new DocPage(Readme).Text);

    /// <summary>Each block compiles together with the classes of the page's other blocks, in a project that has the page's files.</summary>
    [Theory]
    [MemberData(nameof(PagesWithCode))]
    public async Task Code_Compiles(string path)
    {
        IReadOnlyList<HelpPages.Example> examples = HelpPages.ExamplesIn(new DocPage(path).Text);
        foreach (HelpPages.Example example in examples)
        {
            IEnumerable<HelpPages.Example> others = examples.Where(e => e != example && !IsProgram(e));
            string[] said = [.. (await HelpPages.ReportAsync(example with { Headers = examples[^1].Headers }, others)).Select(d => d.ToString())];
            Assert.True(said.Length == 0, $"{path}: {string.Join('\n', said)}\nin\n{example.Source}");
        }
    }

    /// <summary>What is quoted of generated code is generated from the page's first network; a line of "…" stands for what is left out.</summary>
    [Fact]
    public void GeneratedCode_IsWhatIsGenerated()
    {
        var page = new DocPage(Readme);
        DocPage.Fence quote = Assert.Single(page.Fences, f => f.Info == Generated);
        Compilation compilation = GeneratorHarness.Compile(HelpPages.ExamplesIn(page.Text)[0].Code);
        string code = WithoutIndents(string.Join('\n', compilation.SyntaxTrees.Select(t => t.ToString())));
        Assert.All(WithoutIndents(quote.Text).Split("…\n"), part => Assert.True(
            code.Contains(part, StringComparison.Ordinal), $"README.md quotes as generated what is not:\n{part}"));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Fences_HaveAKnownLanguage(string path) => Assert.All(new DocPage(path).Fences, fence => Assert.Contains(fence.Language, Languages));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Xml_IsWellFormed(string path) => Assert.All(
        new DocPage(path).Fences.Where(f => f.Language == "xml"), fence => XDocument.Parse($"<Project>{fence.Text}</Project>"));

    /// <summary>Files and projects that a command names are there.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void Commands_NamePathsThatExist(string path)
    {
        IEnumerable<string> words = new DocPage(path).Commands
            .SelectMany(c => c.Split([' ', '\n', '"', '='], StringSplitOptions.RemoveEmptyEntries))
            .Where(w => Roots.Contains(w.Split('/')[0]) || w.EndsWith(".sln", StringComparison.Ordinal) || w.EndsWith(".csproj", StringComparison.Ordinal));
        Assert.All(words, word =>
        {
            // What is built is not there yet.
            string source = word.Split("/bin/")[0];
            Assert.True(Path.Exists(Repository.Full(source)), $"{path}: {word} does not exist.");
        });
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_LeadSomewhere(string path)
    {
        var page = new DocPage(path);
        string published = Repository.Url + "/blob/main/";
        Assert.All(page.Links, link =>
        {
            if (link.StartsWith("https://", StringComparison.Ordinal) && !link.StartsWith(published, StringComparison.Ordinal))
            {
                return;
            }

            string[] parts = link.Split('#');
            string target = link.StartsWith(published, StringComparison.Ordinal) ? parts[0][published.Length..]
                : parts[0].Length == 0 ? path : page.Resolve(parts[0]);
            Assert.True(Path.Exists(Repository.Full(target)), $"{path} links to {link}, which does not exist.");
            if (parts.Length > 1)
            {
                Assert.True(new DocPage(target).Anchors.Contains(parts[1]), $"{path} links to {link}, which has no such heading.");
            }
        });
    }

    /// <summary>A blank line within a table ends it: what follows would be text with bars in it.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void Tables_HaveTheirHeads(string path)
    {
        string[] lines = new DocPage(path).Text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith('|') && (i == 0 || !lines[i - 1].StartsWith('|')))
            {
                Assert.True(lines[i + 1].StartsWith("|---", StringComparison.Ordinal), $"{path}({i + 1}): this row belongs to no table.");
            }
        }
    }

    private static string WithoutIndents(string code) => string.Join('\n', code.Split('\n').Select(l => l.Trim()));

    private static bool IsProgram(HelpPages.Example example) => CSharpSyntaxTree.ParseText(example.Source).GetCompilationUnitRoot()
        .Members.Any(m => m is GlobalStatementSyntax);
}
