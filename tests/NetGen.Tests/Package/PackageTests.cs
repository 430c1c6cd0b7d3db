using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace NetGen.Tests.Package;

/// <summary>Packs the package, and uses it as a stranger does: a fresh project, a reference, a build, a run.</summary>
public sealed class PackageTests : IDisposable
{
    private const string Version = "0.0.1-test";

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private readonly string folder = Directory.CreateTempSubdirectory("netgen-package-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_fresh_project_restores_builds_and_runs()
    {
        await PackAsync();
        WriteProject("""
            using System;
            using NetGen;

            TwoLayers network = TwoLayers.Random(1);
            float[] scores = network.Forward(new float[TwoLayers.InputLength]);
            const long count = TwoLayers.ParameterCount;
            Console.WriteLine($"{scores.Length} {count} {TwoLayers.Layers.Fc1.ParameterCount}");

            [Network]
            [Input(3, 8, 8)]
            [Conv2D(4, 3)] [ReLU]
            [Flatten]
            [Dense(5)]
            public sealed partial class TwoLayers;
            """);

        (int code, string output) = await DotnetAsync("run");

        Assert.True(code == 0, output);
        Assert.Equal("5 837 725", output.Trim().Split('\n').Last().Trim());
    }

    [Fact]
    public async Task A_wrong_stride_is_an_error_at_its_argument()
    {
        await PackAsync();
        WriteProject("""
            using NetGen;

            System.Console.WriteLine(TwoLayers.ParameterCount);

            [Network]
            [Input(3, 8, 8)]
            [Conv2D(4, 3, Stride = 0)]
            public sealed partial class TwoLayers;
            """);

        (int code, string output) = await DotnetAsync("build");

        Assert.NotEqual(0, code);
        Assert.Contains("Program.cs(7,15): error NG1011: Layer 'conv1': Stride is 0, but must be at least 1", output, StringComparison.Ordinal);
        Assert.DoesNotContain("error CS", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embedded_weights_are_created_without_arguments()
    {
        await PackAsync();
        WriteWeights(units: 2);
        WriteProject(WeightedProgram, "<NetworkWeights Include=\"model.safetensors\" Embed=\"true\" />");

        (int code, string output) = await DotnetAsync("run");

        Assert.True(code == 0, output);
        Assert.Equal("7 8", output.Trim().Split('\n').Last().Trim());
    }

    [Fact]
    public async Task A_network_tests_itself_with_the_file_beside_the_program()
    {
        await PackAsync();
        WriteWeights(units: 2);
        var references = new MemoryWeights();
        references.Add("input", [1, 2, 3], 1, 3);
        references.Add("output", [7, 10], 1, 2);
        references.Add("fc1", [7, 8], 1, 2);
        Safetensors.Save(Path.Combine(folder, "one.golden.safetensors"), references);
        WriteProject(
            WeightedProgram
                .Replace("[Weights(", "[Golden(\"one.golden.safetensors\")]\n[Weights(", StringComparison.Ordinal)
                .Replace("string.Join(' ', OneLayer.Create().Forward([1, 2, 3]))", "OneLayer.Create().SelfTest()", StringComparison.Ordinal),
            "<NetworkWeights Include=\"model.safetensors\" Embed=\"true\" /> <NetworkGolden Include=\"one.golden.safetensors\" />");

        (int code, string output) = await DotnetAsync("run");

        Assert.True(code == 0, output);
        Assert.Equal("OneLayer: failed, the output's error is 2.0e-1, at most 1.0e-4 is allowed", output.Trim().Split('\n').Last().Trim());
    }

    [Fact]
    public async Task Weights_that_do_not_fit_are_an_error_at_their_layer()
    {
        await PackAsync();
        WriteWeights(units: 3);
        WriteProject(WeightedProgram, "<NetworkWeights Include=\"model.safetensors\" Embed=\"true\" />");

        (int code, string output) = await DotnetAsync("build");

        Assert.NotEqual(0, code);
        Assert.Contains(
            "Program.cs(8,2): error NG1046: Layer 'fc1': tensor 'fc1.weight' should be [2, 3], but in 'model.safetensors' it is [3, 3]",
            output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compiler_that_the_SDK_starts_runs_the_generator_compiled_ahead_of_time()
    {
        const string IL = "analyzers/dotnet/cs/NetGen.Generator.dll";
        await PackAsync("Release");
        using ZipArchive package = ZipFile.OpenRead(Path.Combine(folder, "packages", $"NetGen.{Version}.nupkg"));
        string[] platforms = [.. package.Entries
            .Where(e => e.FullName.StartsWith("tools/generator/", StringComparison.Ordinal))
            .Select(e => e.FullName.Split('/')[2])];
        WriteProject("""
            using NetGen;

            System.Console.WriteLine(OneLayer.ParameterCount);

            [Network]
            [Input(3)]
            [Dense(2)]
            public sealed partial class OneLayer;
            """);
        string jitted = Path.Combine(folder, "jitted.txt");

        (string platform, string built) = await GetGeneratorAsync(
            "-p:UseSharedCompilation=false", ("DOTNET_JitStdOutFile", jitted), ("DOTNET_JitDisasmSummary", "1"));
        (_, string optedOut) = await GetGeneratorAsync("-p:NetGenReadyToRun=false");
        (_, string designed) = await GetGeneratorAsync("-p:DesignTimeBuild=true -p:SkipCompilerExecution=true");

        Assert.Equal(["linux-arm64", "linux-x64", "osx-arm64", "win-arm64", "win-x64"], platforms.Order(StringComparer.Ordinal));
        bool hasImage = platforms.Contains(platform);
        Assert.EndsWith(hasImage ? $"tools/generator/{platform}/NetGen.Generator.dll" : IL, built, StringComparison.Ordinal);
        Assert.Equal(!hasImage, File.ReadAllText(jitted).Contains("NetGen.Generator.NetworkGenerator:Initialize", StringComparison.Ordinal));
        Assert.EndsWith(IL, optedOut, StringComparison.Ordinal);
        Assert.EndsWith(IL, designed, StringComparison.Ordinal);
    }

    private const string WeightedProgram = """
        using NetGen;

        System.Console.WriteLine(string.Join(' ', OneLayer.Create().Forward([1, 2, 3])));

        [Network]
        [Weights("model.safetensors")]
        [Input(3)]
        [Dense(2)]
        public sealed partial class OneLayer;
        """;

    /// <summary>Each unit sums its inputs, and adds its own number.</summary>
    private void WriteWeights(int units)
    {
        var weights = new MemoryWeights();
        weights.Add("fc1.weight", [.. Enumerable.Repeat(1f, 3 * units)], units, 3);
        weights.Add("fc1.bias", [.. Enumerable.Range(1, units).Select(i => (float)i)], units);
        Safetensors.Save(Path.Combine(folder, "model.safetensors"), weights);
    }

    private async Task PackAsync(string configuration = Configuration)
    {
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../.."));
        (int code, string output) = await RunAsync(
            root, $"pack src/NetGen -c {configuration} -o \"{folder}/packages\" -p:PackageVersion={Version}");
        Assert.True(code == 0, output);
    }

    /// <summary>Compiles the project.</summary>
    /// <returns>The SDK's platform, and the generator that the compiler was given.</returns>
    private async Task<(string Platform, string Path)> GetGeneratorAsync(string options, params (string Name, string Value)[] variables)
    {
        (int code, string output) = await RunAsync(
            folder, $"build -c Release -t:Compile -getProperty:NETCoreSdkPortableRuntimeIdentifier -getItem:Analyzer {options}", variables);
        Assert.True(code == 0, output);
        using var result = JsonDocument.Parse(output);
        string path = result.RootElement.GetProperty("Items").GetProperty("Analyzer").EnumerateArray()
            .Select(a => a.GetProperty("FullPath").GetString()!)
            .Single(p => Path.GetFileName(p) == "NetGen.Generator.dll");
        return (
            result.RootElement.GetProperty("Properties").GetProperty("NETCoreSdkPortableRuntimeIdentifier").GetString()!,
            path.Replace('\\', '/'));
    }

    private void WriteProject(string program, string items = "")
    {
        File.WriteAllText(Path.Combine(folder, "Program.cs"), program);
        File.WriteAllText(Path.Combine(folder, "Stranger.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <GenerateDocumentationFile>true</GenerateDocumentationFile>
                <NoWarn>CS1591</NoWarn>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="NetGen" Version="{Version}" />
                {items}
              </ItemGroup>
            </Project>
            """);

        // Only the local folder: whatever else the package needed would be missing. The cache is the project's own, so that no
        // earlier package of this version is found in it.
        File.WriteAllText(Path.Combine(folder, "nuget.config"), """
            <configuration>
              <config><add key="globalPackagesFolder" value="cache" /></config>
              <packageSources><clear /><add key="local" value="packages" /></packageSources>
            </configuration>
            """);
    }

    private Task<(int Code, string Output)> DotnetAsync(string command) => RunAsync(folder, command + " -c Release");

    private static Task<(int Code, string Output)> RunAsync(string directory, string arguments, params (string Name, string Value)[] variables) =>
        DotnetProcess.RunAsync(
            directory, arguments, [("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), ("DOTNET_NOLOGO", "1"), ("MSBUILDDISABLENODEREUSE", "1"), .. variables]);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
