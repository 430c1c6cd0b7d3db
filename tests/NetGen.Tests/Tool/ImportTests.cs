using System;
using System.IO;
using NetGen.Onnx;
using Spectre.Console;
using Spectre.Console.Rendering;
using Xunit;

namespace NetGen.Tests.Tool;

/// <summary>What <c>import</c> writes, where, and over what; and that text that goes to a file is not broken.</summary>
public sealed class ImportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("netgen-tool").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void CodeIsNotWrapped()
    {
        string model = ToolRun.Case("longpt.onnx");
        Assert.Equal(OnnxImporter.Import(model, new OnnxImportOptions()).ToCode("Longpt", null, "Imported from longpt.onnx."), ToolRun.Succeed("explain", "--code", model));
        string deep = Directory.CreateDirectory(Path.Combine(folder, new string('a', 100), new string('b', 100))).FullName;
        Assert.StartsWith(Path.Combine(deep, "Longpt.cs"), ToolRun.Succeed("import", model, "-o", deep), StringComparison.Ordinal);
    }

    [Fact]
    public void HelpCallsTheCommandByItsName()
    {
        foreach (string[] arguments in new[] { ["--help"], new[] { "import", "--help" } })
        {
            string text = ToolRun.Succeed(arguments);
            Assert.Contains("  netgen " + (arguments.Length > 1 ? "import <file>" : "[command]"), text, StringComparison.Ordinal);
            Assert.DoesNotContain("NetGen.Tests", text, StringComparison.Ordinal);
            Assert.DoesNotContain("NetGen.Tool", text, StringComparison.Ordinal);
        }

        Assert.Matches("^[0-9]+\\.[0-9]+", ToolRun.Succeed("--version"));
    }

    [Fact]
    public void AnEditedClassIsNotWrittenOver()
    {
        string model = ToolRun.Case("System.onnx");
        string path = Path.Combine(folder, "Model.cs");
        string[] import = ["import", model, "-o", folder, "--name", "Model"];
        ToolRun.Succeed(import);
        string code = File.ReadAllText(path);

        // The same class again, with the line ends of another machine.
        File.WriteAllText(path, code.ReplaceLineEndings("\r\n"));
        ToolRun.Succeed(import);

        string weights = Path.Combine(folder, "Model.safetensors");
        File.WriteAllText(path, code + "// mine");
        File.Delete(weights);
        Assert.Contains("--force", ToolRun.Fail(import), StringComparison.Ordinal);
        Assert.Equal((code + "// mine", false), (File.ReadAllText(path), File.Exists(weights)));

        Assert.Equal(2, ToolRun.Run(c => new AnsweringConsole(c, "n"), import).Code);
        Assert.Equal(code + "// mine", File.ReadAllText(path));
        Assert.Equal(0, ToolRun.Run(c => new AnsweringConsole(c, "y"), import).Code);
        Assert.Equal(code, File.ReadAllText(path));

        File.WriteAllText(path, code + "// mine");
        ToolRun.Succeed([.. import, "--force"]);
        Assert.Equal(code, File.ReadAllText(path));
    }

    [Theory]
    [InlineData("My.App-1.csproj", "<Project />", "My.App_1")]
    [InlineData("App.csproj", "<Project><PropertyGroup><RootNamespace>Vision.Nets</RootNamespace></PropertyGroup></Project>", "Vision.Nets")]
    [InlineData("2 Apps.csproj", "<Project><PropertyGroup><RootNamespace>$(MSBuildProjectName)</RootNamespace></PropertyGroup></Project>", "_2_Apps")]
    [InlineData("Broken.csproj", "<Project", "Broken")]
    public void TheClassIsOfItsProject(string project, string content, string space)
    {
        File.WriteAllText(Path.Combine(folder, project), content);
        string models = Path.Combine(folder, "Models");
        string text = ToolRun.Succeed("import", ToolRun.Case("System.onnx"), "-o", models, "--name", "Model");
        Assert.Contains($"namespace {space};", File.ReadAllText(Path.Combine(models, "Model.cs")), StringComparison.Ordinal);
        Assert.Contains($"Add to {project}", text, StringComparison.Ordinal);
        Assert.Contains("    <NetworkWeights Include=\"Models/Model.safetensors\" />\n", text, StringComparison.Ordinal);
        Assert.Contains("    <NetworkGolden Include=\"Models/Model.golden.safetensors\" />\n", text, StringComparison.Ordinal);
        ToolRun.Succeed("import", ToolRun.Case("System.onnx"), "-o", models, "--name", "Model", "--namespace", "Other", "--force");
        Assert.Contains("namespace Other;", File.ReadAllText(Path.Combine(models, "Model.cs")), StringComparison.Ordinal);
        ToolRun.Succeed("import", ToolRun.Case("System.onnx"), "-o", models, "--name", "Model", "--namespace", "", "--force");
        Assert.DoesNotContain("namespace", File.ReadAllText(Path.Combine(models, "Model.cs")), StringComparison.Ordinal);
    }

    [Fact]
    public void LinesThatTheProjectHasAreNotAskedFor()
    {
        File.WriteAllText(
            Path.Combine(folder, "App.csproj"),
            "<Project><ItemGroup><NetworkWeights Include=\"Model.safetensors\" /><NetworkGolden Include=\"other;Model.golden.safetensors\" /></ItemGroup></Project>");
        Assert.DoesNotContain("Add to", ToolRun.Succeed("import", ToolRun.Case("System.onnx"), "-o", folder, "--name", "Model"), StringComparison.Ordinal);
    }

    [Fact]
    public void AClassIsNotCalledLikeItsNamespace()
    {
        File.WriteAllText(Path.Combine(folder, "Longpt.csproj"), "<Project />");
        ToolRun.Succeed("import", ToolRun.Case("longpt.onnx"), "-o", folder);
        Assert.Contains("partial class LongptNetwork;", File.ReadAllText(Path.Combine(folder, "LongptNetwork.cs")), StringComparison.Ordinal);
    }

    /// <summary>A console at which someone answers every question in the same way.</summary>
    private sealed class AnsweringConsole : IAnsiConsole, IAnsiConsoleInput
    {
        private readonly IAnsiConsole console;
        private readonly string keys;
        private int next;

        public AnsweringConsole(IAnsiConsole console, string answer)
        {
            this.console = console;
            keys = answer + "\r";
            console.Profile.Capabilities.Interactive = true;
        }

        public Profile Profile => console.Profile;

        public IAnsiConsoleCursor Cursor => console.Cursor;

        public IAnsiConsoleInput Input => this;

        public IExclusivityMode ExclusivityMode => console.ExclusivityMode;

        public RenderPipeline Pipeline => console.Pipeline;

        public void Clear(bool home) => console.Clear(home);

        public void Write(IRenderable renderable) => console.Write(renderable);

        public void WriteAnsi(Action<AnsiWriter> action) => console.WriteAnsi(action);

        public bool IsKeyAvailable() => true;

        public ConsoleKeyInfo? ReadKey(bool intercept)
        {
            char key = keys[next++ % keys.Length];
            return new ConsoleKeyInfo(key, key == '\r' ? ConsoleKey.Enter : ConsoleKey.Y, false, false, false);
        }

        public System.Threading.Tasks.Task<ConsoleKeyInfo?> ReadKeyAsync(bool intercept, System.Threading.CancellationToken cancellationToken) =>
            System.Threading.Tasks.Task.FromResult(ReadKey(intercept));
    }
}
