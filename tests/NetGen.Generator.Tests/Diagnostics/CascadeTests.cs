using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Tests.Harness;
using Xunit;

namespace NetGen.Generator.Tests.Diagnostics;

/// <summary>
/// One mistake gives one message: of the compiler, generator and analyzer together, in a program that uses all of a network's members.
/// </summary>
public sealed class CascadeTests
{
    private const string User = """
        internal static class User
        {
            internal static float[] Run(NetGen.IWeightSource weights)
            {
                Net net = Net.Load(weights);
                var scores = new float[Net.OutputLength];
                net.Forward(new float[Net.InputLength], scores);
                net.Forward(new float[Net.InputLength], scores, (layer, values) => { });
                net.ForwardBatch(new float[Net.InputLength * 2], new float[Net.OutputLength * 2], 1);
                net.Save(Net.Info.Name + Net.Layers.Conv1.Name + Net.Layers.Conv2.Channels + Net.Layers.Fc1.Width);
                _ = Net.ParameterCount + Net.MultiplyAddCount + Net.WorkspaceLength + Net.Layers.Fc1.MultiplyAddCount;
                return Count(Net.Random(1)) + Count(Net.Load("file", "cache")) + Net.Load("file").Forward(scores).Length > 0 ? scores : [];
            }

            private static int Count<T>(T network)
                where T : NetGen.INetwork<T> => T.Info.Layers.Length + network.Weights.Tensors.Count;
        }
        """;

    private const string Input = "[Input(3, 32, 32)] ";
    private const string First = "[Conv2D(16, 3)] [ReLU] ";
    private const string Second = "[Conv2D(8, 3)] ";
    private const string Last = "[Flatten] [Dense(10)]";

    [Fact]
    public Task NoMistake() => Reports(Input + First + Second + Last);

    [Theory]
    [InlineData("NG1005", First + Second + Last)]
    [InlineData("NG1006", Input + Input + First + Second + Last)]
    [InlineData("NG1008", Input + First + "[Conv2D(8, 3, InChannels = 4)] [BatchNorm2D(InChannels = 8)] " + Last)]
    [InlineData("NG1010", Input + First + "[Conv2D(8, 3, Groups = 3)] [BatchNorm2D(InChannels = 7)] " + Last)]
    [InlineData("NG1011", "[Input(3, 0, 32)] " + First + Second + Last)]
    [InlineData("NG1011", Input + "[Conv2D(16, 0)] [MaxPool2D(99)] " + Second + Last)]
    [InlineData("NG1011", Input + "[Conv2D(16, 3, Stride = 0, Groups = 5)] " + Second + Last)]
    [InlineData("NG1012", Input + "[Conv2D(16, 3, Padding = -1)] " + Second + Last)]
    [InlineData("NG1013", Input + First + "[Conv2D(8, 33)] [MaxPool2D(2)] [MaxPool2D(2)] " + Last)]
    [InlineData("NG1014", Input + First + "[MaxPool2D(2, Padding = 2)] " + Second + Last)]
    [InlineData("NG1015", Input + First + Second + "[Dense(10)] [ReLU] [Dense(10)]")]
    [InlineData("NG1016", "[Input(3, 32768, 32768)] " + First + Second + Last)]
    [InlineData("NG1017", Input + First + Second + "[Flatten] [BatchNorm2D] [MaxPool2D(2)] [Dense(10)]")]
    [InlineData("NG1018", Input + First + Second + "[Flatten] [Dense(10)] [Dense(4, Name = \"conv1.b\")] [Dense(4, Name = \"conv1.b\")]")]
    [InlineData("NG1019", Input + First + Second + Last + " [Dense(4, Name = \"<\")]")]
    [InlineData("NG1020", Input + First + Second + Last + " [Dropout(2)]")]
    [InlineData("NG1021", Input + First + "[Conv2D(8, 3, SamePadding = true, Stride = 2)] " + Last)]
    [InlineData("NG1022", First + Input + Second + Last)]
    public Task OneMistake(string id, string layers) => Reports(layers, id);

    [Theory]
    [InlineData("CS1503", Input + First + "[Conv2D(\"8\", 3)] " + Last)]
    [InlineData("CS0246", Input + First + "[Conv2D(8, 3, Strid = 2)] " + Last)]
    [InlineData("CS1729", Input + First + "[Conv2D(8, 3, 3, 3)] " + Last)]
    [InlineData("CS0103", Input + First + "[Conv2D(filterCount, 3)] " + Last)]
    [InlineData("CS0246", Input + First + "[Use<Missing>] " + Second + Last)]
    [InlineData("CS0452", Input + First + "[Use<int>] " + Second + Last)]
    [InlineData("CS0579", "[Network] " + Input + First + Second + Last)]
    [InlineData("CS0579", Input + First + Second + Last + "sealed partial class Net;\n[Network]")]
    public Task WhatTheCompilerReportsIsNotReportedAgain(string id, string layers) => Reports(layers, id);

    [Fact]
    public Task LayersOfTheUsersOwnAreTheCompilersToReport() => AssertReported(
        ["CS0122"], "using NetGen;\n[Network] " + Input + "[Foo] " + First + Last + "\nsealed partial class Net;\nsealed class Foo : LayerAttribute;");

    [Theory]
    [InlineData("struct Net;")]
    [InlineData("interface Net;")]
    [InlineData("record struct Net;")]
    public async Task OnlyClassesAreNetworks(string declaration)
    {
        string[] reported = await Report("using NetGen;\n[Network] " + Input + First + Last + "\npartial " + declaration);
        Assert.Equal(["CS0592"], reported.Distinct());
    }

    [Theory]
    [InlineData("partial class")]
    [InlineData("partial class { } class Next { }")]
    [InlineData("namespace ; partial class Net;")]
    public async Task WhatHasNoNameYetIsTheCompilersToReport(string declaration) => Assert.All(
        await Report("using NetGen;\n" + declaration.Replace("partial", "[Network] " + Input + First + Last + "\npartial", System.StringComparison.Ordinal)),
        id => Assert.StartsWith("CS", id, System.StringComparison.Ordinal));

    [Fact]
    public async Task ATypeParameterWithoutANameYetIsTheCompilersToReport() => Assert.All(
        await Report("using NetGen;\npartial class Outer<T, > {\n[Network] " + Input + First + Last + "\npartial class Net; }"),
        id => Assert.StartsWith("CS", id, System.StringComparison.Ordinal));

    [Theory]
    [InlineData("NG1001", "sealed class Net;")]
    [InlineData("NG1002", "sealed partial class Net<T>;")]
    [InlineData("NG1003", "static partial class Net { }")]
    [InlineData("NG1004", "abstract partial class Net;")]
    [InlineData("NG1025", "file sealed partial class Net;")]
    [InlineData("NG1049", "sealed partial class Forward;")]
    [InlineData("NG1050", "sealed partial class Net(int x) { public int X => x; }")]
    [InlineData("NG1050", "sealed partial class Net { public required int X { get; init; } }")]
    [InlineData("CS1729", "sealed partial class Net : System.IO.FileStream;")]
    [InlineData("CS1729", "sealed partial class Net : B; [Network] [Input(8)] [ReLU] partial class B;")]
    [InlineData("CS0122", "sealed partial class Net : B; class B { private B() { } }")]
    public Task OneMistakeOfTheClass(string id, string declaration) => AssertReported(
        [id], "using NetGen;\n[Network] " + Input + First + Second + Last + "\n" + declaration);

    [Fact]
    public Task OneMistakeWithASelfTest() => AssertReported(
        ["NG1011"],
        "using NetGen;\n[Network] [Golden(\"a.safetensors\")] [Input(0)] [Dense(2)] sealed partial class Net;",
        "internal static class User { internal static bool Test(Net net) => net.SelfTest().Passed; }");

    [Fact]
    public Task OneMistakeOfTheContainer() => AssertReported(
        ["NG1024"], "using NetGen;\nclass Outer { [Network] " + Input + First + Second + Last + "\nsealed partial class Net; }");

    [Fact]
    public Task NoLayers() => AssertReported(["NG1007"], "using NetGen;\n[Network] [Input(4)] sealed partial class Net;");

    [Fact]
    public Task NoNetwork() => AssertReported(["NG1026"], "using NetGen;\n[Input(4)] [Dense(2)] [ReLU] sealed partial class Net;");

    private static Task Reports(string layers, params string[] ids) =>
        AssertReported(ids, "using NetGen;\n[Network] " + layers + "\ninternal sealed partial class Net;", User);

    private static async Task AssertReported(string[] expected, params string[] sources) => Assert.Equal(expected, await Report(sources));

    private static async Task<string[]> Report(params string[] sources)
    {
        ImmutableArray<Diagnostic> diagnostics = await GeneratorHarness.Compile(sources)
            .WithAnalyzers([new NetworkAnalyzer()])
            .GetAllDiagnosticsAsync();
        return [.. diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning && d.Id != "CS1591").Select(d => d.Id)];
    }
}
