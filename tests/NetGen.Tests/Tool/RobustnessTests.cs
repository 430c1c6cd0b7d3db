extern alias generator;

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using NetGen.Onnx;
using Xunit;

namespace NetGen.Tests.Tool;

using generator::NetGen.Generator;

/// <summary>Whatever the tool is given, it ends in a result or in errors that say what is wrong.</summary>
public sealed class RobustnessTests : IDisposable
{
    private const string Network = "[NetGen.Network] [NetGen.Input(5)] [NetGen.Dense(3)]";

    private readonly string folder = Directory.CreateTempSubdirectory("netgen-tool").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("weights", "Weights")]
    [InlineData("layers", "Layers")]
    [InlineData("info", "Info")]
    [InlineData("forward", "Forward")]
    [InlineData("system", "System")]
    [InlineData("netGen", "NetGen")]
    [InlineData("class", null)]
    public void FilesMayHaveAnyName(string file, string? taken)
    {
        string path = Path.Combine(folder, file + ".onnx");
        File.Copy(ToolRun.Case("System.onnx"), path);
        Assert.Contains("equal", ToolRun.Succeed("check", path), StringComparison.Ordinal);
        Assert.Contains($"partial class {(taken is null ? "Class" : taken + "Network")};", ToolRun.Succeed("explain", "--code", path), StringComparison.Ordinal);
        if (taken is not null)
        {
            Assert.Contains($"'{taken}'", ToolRun.Fail("import", path, "-o", folder, "--name", taken), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("class")]
    [InlineData("record")]
    [InlineData("1st")]
    [InlineData("a b")]
    public void NamesThatAreNoneWriteNothing(string name)
    {
        Assert.Contains("is no name of a class", ToolRun.Fail("import", ToolRun.Case("System.onnx"), "-o", folder, "--name", name), StringComparison.Ordinal);
        Assert.Contains("is no namespace", ToolRun.Fail("import", ToolRun.Case("System.onnx"), "-o", folder, "--namespace", "A." + name), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Theory]
    [InlineData("lrn_big")]
    [InlineData("reflect_too_big")]
    [InlineData("add_inf")]
    [InlineData("div_zero")]
    public void LayersThatTheGraphRefusesAreReportedAsTheCompilerWould(string name)
    {
        string model = ToolRun.Case(name + ".onnx");
        foreach (string[] arguments in new[] { ["check", model], ["explain", model], ["profile", model], new[] { "import", model, "-o", folder } })
        {
            Assert.Matches("^error: NG1[0-9]{3}: ", ToolRun.Fail(arguments));
        }

        Assert.Empty(Directory.GetFiles(folder));
    }

    /// <summary>More rows than a stride are added after the last: no layer has that, which the importer says itself.</summary>
    [Fact]
    public void WhatNoLayerHasIsReportedByTheImporter()
    {
        string model = ToolRun.Case("convt_outpad_ge_stride.onnx");
        foreach (string[] arguments in new[] { ["check", model], ["explain", model], ["profile", model], new[] { "import", model, "-o", folder } })
        {
            Assert.Matches("^error: ConvTranspose .*output_padding", ToolRun.Fail(arguments));
        }

        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public void TypesWhoseBaseIsMissingHideNoNetwork()
    {
        // A class library is built without the packages that it derives from beside it.
        MetadataReference elsewhere = MetadataReference.CreateFromImage(Compile("elsewhere", "public class Elsewhere;").ToArray());
        string library = Write("library", $"{Network} public sealed partial class Small; public class Other : Elsewhere;", elsewhere);
        Assert.Contains("fc1", ToolRun.Succeed("explain", library), StringComparison.Ordinal);
        Assert.Contains("fc1", ToolRun.Succeed("profile", library, "--runs", "1"), StringComparison.Ordinal);

        string none = Write("none", $"{Network} public partial class Small : Elsewhere;", elsewhere);
        Assert.Contains("cannot be loaded", ToolRun.Fail("explain", none), StringComparison.Ordinal);
    }

    [Fact]
    public void SharedFrameworksOfAProgramAreFound()
    {
        string shared = Path.GetFullPath(Path.Combine(typeof(object).Assembly.Location, "..", "..", "..", "Microsoft.AspNetCore.App"));
        if (!Directory.Exists(shared))
        {
            return;
        }

        string components = Path.Combine(Directory.GetDirectories(shared).Order(StringComparer.Ordinal).Last(), "Microsoft.AspNetCore.Components.dll");
        string app = Write("app", $"{Network} public partial class Small : Microsoft.AspNetCore.Components.ComponentBase;", MetadataReference.CreateFromFile(components));
        string configuration = Path.Combine(folder, "app.runtimeconfig.json");
        File.WriteAllText(configuration, """{"runtimeOptions":{"frameworks":[{"name":"Microsoft.NETCore.App","version":"10.0.0"},{"name":"Microsoft.AspNetCore.App","version":"10.0.0"}]}}""");
        Assert.Contains("fc1", ToolRun.Succeed("explain", app), StringComparison.Ordinal);

        File.WriteAllText(configuration, "{");
        Assert.Contains("does not say which frameworks", ToolRun.Fail("explain", app), StringComparison.Ordinal);
    }

    [Fact]
    public void OddInputEndsInErrors()
    {
        string model = ToolRun.Case("System.onnx");
        string empty = Touch("empty.onnx");
        string emptyAssembly = Touch("empty.dll");
        string text = Touch("text.onnx", "no model");
        string assembly = typeof(RobustnessTests).Assembly.Location;
        string missing = Path.Combine(folder, "missing");
        string damaged = Touch("damaged.safetensors", "no weights");
        foreach (string command in new[] { "import", "check", "explain", "profile", "export" })
        {
            string[] more = command == "import" ? ["-o", Path.Combine(folder, "out")] : command == "export" ? ["-o", Path.Combine(folder, "out.onnx")] : [];
            foreach (string file in new[] { missing + ".onnx", missing + ".dll", folder, empty, emptyAssembly, text })
            {
                ToolRun.Fail([command, file, .. more]);
            }

            Assert.Equal(2, ToolRun.Run([command]).Code);
            Assert.Equal(2, ToolRun.Run([command, ""]).Code);
            Assert.Equal(2, ToolRun.Run([command, model, model, .. more]).Code);
            Assert.Equal(2, ToolRun.Run([command, model, "--unknown", .. more]).Code);
            Assert.Equal(2, ToolRun.Run([command, "@" + missing]).Code);
        }

        Assert.Equal(2, ToolRun.Run([]).Code);
        Assert.Equal(2, ToolRun.Run(["check", model, "--bound", "x"]).Code);
        foreach (string[] arguments in new string[][]
        {
            ["check", model, "--bound", "-1"],
            ["check", model, "--bound", "NaN"],
            ["check", model, "--input-shape", ""],
            ["check", model, "--input-shape", "1,3,99999999999,8"],
            ["check", model, "--input-shape", "1,3,0,8"],
            ["check", model, "--input-shape", "1,3,60000,60000"],
            ["check", model, "--constant", "x=" + missing],
            ["check", model, "--constant", "x=" + folder],
            ["check", model, "--constant", "x="],
            ["check", model, "--sample", missing + ".npy"],
            ["check", model, "--sample", folder],
            ["check", model, "--sample", text],
            ["check", model, "--sample", Touch("a.npy", "x")],
            ["check", model, "--sample", Touch("a.pb", "x")],
            ["check", model, "--sample", Touch("a.png", "x")],
            ["check", model, "--sample", damaged],
            ["check", model, "--range", "1"],
            ["check", model, "--range", "2,1"],
            ["check", model, "--range", "0,NaN"],
            ["check", model, "--range", "0,1", "--sample", damaged],
            ["profile", model, "--runs", "0"],
            ["profile", model, "--weights", missing],
            ["profile", model, "--weights", folder],
            ["profile", model, "--weights", damaged],
            ["explain", assembly, "--network", ""],
            ["export", assembly, "--network", "LeNet5", "--batch", "-1"],
            ["export", assembly, "--network", "LeNet5", "-o", folder],
            ["export", assembly, "--network", "LeNet5", "-o", Path.Combine(missing, "a.onnx")],
            ["import", model, "-o", text],
            ["import", model, "-o", Path.Combine(text, "a")],
            ["import", model, "-o", OperatingSystem.IsLinux() ? "/proc/none" : text],
            ["import", model, "-o", folder, "--name", ""],
        })
        {
            ToolRun.Fail(arguments);
        }
    }

    [Fact]
    public void TheUserSeesTheCauseOfWhatNobodyExpected()
    {
        string program = Write("program", $$"""
            {{Network}} public partial class Small { private static readonly int one = Fail(); static int Fail() => throw new System.NotSupportedException("not on this day"); }
            """);
        Assert.Contains("NotSupportedException: not on this day", ToolRun.Fail("explain", program), StringComparison.Ordinal);
    }

    private string Touch(string name, string content = "")
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    private string Write(string name, string code, params IEnumerable<MetadataReference> references)
    {
        string path = Path.Combine(folder, name + ".dll");
        File.WriteAllBytes(path, Compile(name, code, references).ToArray());
        return path;
    }

    private static MemoryStream Compile(string name, string code, params IEnumerable<MetadataReference> references)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        string trusted = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        CSharpCompilation compilation = CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText(code, options)],
            trusted.Split(Path.PathSeparator).Where(p => Path.GetDirectoryName(p) == framework).Append(typeof(NetworkAttribute).Assembly.Location)
                .Select(p => MetadataReference.CreateFromFile(p)).Concat(references),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        CSharpGeneratorDriver.Create([new NetworkGenerator().AsSourceGenerator()], parseOptions: options)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation generated, out _);
        var stream = new MemoryStream();
        EmitResult result = generated.Emit(stream);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return stream;
    }
}
