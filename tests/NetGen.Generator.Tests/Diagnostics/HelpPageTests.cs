using System;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Tests.Harness;
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
        Diagnostic diagnostic = (await Report(HelpPages.Examples(id)[0])).Single();
        string quote = $"> {diagnostic.GetMessage(CultureInfo.InvariantCulture)}\n";
        Assert.True(HelpPages.Read(id).Contains(quote, StringComparison.Ordinal), $"{id}.md lacks the line {quote}");
    }

    private static async Task<string[]> Diagnose(HelpPages.Example example) => [.. (await Report(example)).Select(d => d.Id)];

    private static async Task<ImmutableArray<Diagnostic>> Report(HelpPages.Example example)
    {
        ImmutableArray<Diagnostic> diagnostics = await GeneratorHarness.Compile(example.Version, "using NetGen;\n" + example.Source)
            .WithAnalyzers([new NetworkAnalyzer()], new AnalyzerOptions([.. example.Headers]))
            .GetAllDiagnosticsAsync();
        return [.. diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning && d.Id != "CS1591")];
    }
}
