using System;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Xunit;

namespace NetGen.Generator.Tests.Diagnostics;

/// <summary>The examples of the help pages do what the pages say.</summary>
public sealed class HelpPageTests
{
    public static TheoryData<string> Ids => CoverageTests.Ids;

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task TheFirstExampleIsWrong(string id) => Assert.Equal([id], await Diagnose(HelpPages.Examples(id)[0]));

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task TheSecondExampleIsRight(string id) => Assert.Empty(await Diagnose(HelpPages.Examples(id)[1]));

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task TheQuotedMessageIsTheRealOne(string id)
    {
        Diagnostic diagnostic = (await HelpPages.ReportAsync(HelpPages.Examples(id)[0])).Single();
        string quote = $"> {diagnostic.GetMessage(CultureInfo.InvariantCulture)}\n";
        Assert.True(HelpPages.Read(id).Contains(quote, StringComparison.Ordinal), $"{id}.md lacks the line {quote}");
    }

    private static async Task<string[]> Diagnose(HelpPages.Example example) => [.. (await HelpPages.ReportAsync(example)).Select(d => d.Id)];
}
