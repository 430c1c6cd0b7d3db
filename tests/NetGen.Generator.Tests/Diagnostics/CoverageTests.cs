using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using Microsoft.CodeAnalysis;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Graphs;
using NetGen.Generator.Tests.Harness;
using Xunit;

namespace NetGen.Generator.Tests.Diagnostics;

/// <summary>Every id has a descriptor, a help page, a release note and a pair of tests.</summary>
public sealed class CoverageTests
{
    private static readonly string[] AllIds = [.. typeof(ProblemIds).GetFields().Select(f => (string)f.GetRawConstantValue()!)];

    public static TheoryData<string> Ids => [.. AllIds];

    [Fact]
    public void IdsAreInOrder()
    {
        Assert.Equal(AllIds.Distinct().Order(StringComparer.Ordinal), AllIds);
        Assert.All(AllIds, id => Assert.Matches("^NG1[0-9]{3}$", id));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void HasADescriptor(string id)
    {
        DiagnosticDescriptor descriptor = Assert.Single(new NetworkAnalyzer().SupportedDiagnostics, d => d.Id == id);
        Assert.True(descriptor.IsEnabledByDefault);
        Assert.Equal($"{Repository.Url}/blob/main/generator/docs/diagnostics/{id}.md", descriptor.HelpLinkUri);
        Assert.NotEmpty(descriptor.Title.ToString(null));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void HasAReleaseNote(string id)
    {
        string notes = Repository.Read("generator/NetGen.Generator/AnalyzerReleases.Unshipped.md") + Repository.Read("generator/NetGen.Generator/AnalyzerReleases.Shipped.md");
        DiagnosticDescriptor descriptor = Descriptors.Find(id);
        Assert.Contains(
            $"\n{id} | {descriptor.Category} | {descriptor.DefaultSeverity} | [Documentation]({descriptor.HelpLinkUri})\n", notes, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void HasAPairOfTests(string id)
    {
        IEnumerable<string> tests = typeof(DiagnosticTests).GetMethods().Where(m => m.GetCustomAttribute<FactAttribute>() is not null).Select(m => m.Name);
        Assert.Contains(id + "_Fires", tests);
        Assert.Contains(id + "_DoesNotFire", tests);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void HasAHelpPage(string id)
    {
        string page = HelpPages.Read(id);
        DiagnosticDescriptor descriptor = Descriptors.Find(id);
        Assert.StartsWith($"# {id}: {descriptor.Title.ToString(null)}\n", page, StringComparison.Ordinal);
        Assert.Equal(2, HelpPages.Examples(id).Count);
    }

    [Fact]
    public void NoHelpPageIsOrphaned() => Assert.Equal(
        AllIds.Select(id => id + ".md").Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Repository.Full(HelpPages.Folder)).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
}
