using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Diagnostics;

/// <summary>Runs the analyzer as an IDE does; the place of a diagnostic is marked <c>{|#0:…|}</c> in the source.</summary>
internal static class AnalyzerVerifier
{
    /// <summary>The references that tests add themselves, so that none is downloaded.</summary>
    public static readonly ReferenceAssemblies NoPackages = new("net10.0");

    /// <summary>Asserts that exactly one diagnostic is reported, at the mark, with these arguments.</summary>
    public static Task Fires(string id, string source, params object[] arguments) => Fires(id, source, [], arguments);

    /// <summary>The same for a project that names safetensors files.</summary>
    public static Task Fires(string id, string source, SafetensorsHeader[] headers, params object[] arguments) => Run(
        source, headers, new DiagnosticResult(Descriptors.Find(id)).WithLocation(0).WithArguments(arguments));

    /// <summary>The same in an older version of C#.</summary>
    public static Task FiresIn(LanguageVersion version, string id, string source, params object[] arguments) => Run(
        source, [], version, new DiagnosticResult(Descriptors.Find(id)).WithLocation(0).WithArguments(arguments));

    /// <summary>Asserts that nothing is reported in some version of C#.</summary>
    public static Task IsCleanIn(LanguageVersion version, string source) => Run(source, [], version);

    /// <summary>Asserts that nothing is reported.</summary>
    public static Task IsClean(string source, params SafetensorsHeader[] headers) => Run(source, headers);

    private static Task Run(string source, SafetensorsHeader[] headers, params DiagnosticResult[] expected) =>
        Run(source, headers, LanguageVersion.Latest, expected);

    private static Task Run(string source, SafetensorsHeader[] headers, LanguageVersion version, params DiagnosticResult[] expected)
    {
        var test = new NetworkAnalyzerTest(version) { TestCode = "using NetGen;\n" + source };
        test.TestState.AdditionalFiles.AddRange(headers.Select(h => (h.Path, h.GetText())));
        test.ExpectedDiagnostics.AddRange(expected);
        return test.RunAsync();
    }

    private sealed class NetworkAnalyzerTest : CSharpAnalyzerTest<NetworkAnalyzer, DefaultVerifier>
    {
        private readonly LanguageVersion version;

        public NetworkAnalyzerTest(LanguageVersion version)
        {
            this.version = version;
            ReferenceAssemblies = NoPackages;
            TestState.AdditionalReferences.AddRange(Compilations.Framework);
            TestState.AdditionalReferences.Add(Compilations.Runtime);
        }

        protected override ParseOptions CreateParseOptions() => 
            Compilations.ParseOptions.WithDocumentationMode(DocumentationMode.Parse).WithLanguageVersion(version);
    }
}
