using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Tests.Harness;
using Xunit;

namespace NetGen.Generator.Tests.Emission;

/// <summary>In a version of C# that is too old, the one thing that is reported is the version, once for each network.</summary>
public sealed class LanguageVersionTests
{
    private const string Source = """
        using NetGen;

        namespace Company
        {
            public static partial class Outer
            {
                [Network(Precision = Precision.Int8)]
                [Weights("model.safetensors", Prefix = "module.")]
                [Golden("model.golden.safetensors")]
                [Input(1, 8, 8)]
                [Conv2D(6, 3)] [ReLU]
                [Flatten] [Dense(10)]
                public sealed partial class Net { }
            }

            public static class Program
            {
                public static float[] Main(float[] input)
                {
                    var output = new float[Outer.Net.OutputLength + Outer.Net.Layers.Fc1.Channels];
                    var net = Outer.Net.Load("file", prefix: "module.");
                    Outer.Net.Load("file", "cache").Forward(input, output);
                    Outer.Net.Calibrate(net.Weights, input).ForwardBatch(input, output);
                    net.SelfTest();
                    return Outer.Net.Random(1).Forward(input);
                }
            }
        }
        """;

    [Theory]
    [InlineData(LanguageVersion.CSharp11)]
    [InlineData(LanguageVersion.CSharp10)]
    [InlineData(LanguageVersion.CSharp9)]
    [InlineData(LanguageVersion.CSharp8)]
    [InlineData(LanguageVersion.CSharp7_3)]
    public async Task OldVersionsGetOneMessage(LanguageVersion version) => Assert.Equal(["NG1057"], await DiagnoseAsync(version));

    [Fact]
    public async Task VersionTwelveWillDo() => Assert.Equal(["NG1043", "NG1051"], await DiagnoseAsync(LanguageVersion.CSharp12));

    private static async Task<string[]> DiagnoseAsync(LanguageVersion version) =>
    [
        .. (await GeneratorHarness.Compile(version, Source).WithAnalyzers([new NetworkAnalyzer()]).GetAllDiagnosticsAsync())
            .Where(d => d.Severity >= DiagnosticSeverity.Warning && d.Id != "CS1591").Select(d => d.Id).Order(System.StringComparer.Ordinal),
    ];
}
