using System;
using System.IO;
using System.Linq;
using NetGen.Onnx;
using NetGen.Runtime;
using NetGen.Tests.Golden;
using Xunit;

namespace NetGen.Tests.Tool;

/// <summary>The commands' exit codes and texts, run in this process.</summary>
public sealed class ToolTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("netgen-tool").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void ImportWritesClassWeightsAndGoldenSample()
    {
        (int code, string text) = Run("import", LeNet(), "-o", folder, "--name", "LeNet", "--namespace", "Vision");
        Assert.True(code == 0, text);
        string source = File.ReadAllText(Path.Combine(folder, "LeNet.cs"));
        Assert.Contains("namespace Vision;", source, StringComparison.Ordinal);
        Assert.Contains("[Conv2D(6, 5, Padding = 2)] [ReLU] [MaxPool2D(2)]", source, StringComparison.Ordinal);

        // What it wrote fits the network it came from, and gives what ONNX Runtime gave.
        LeNet5 network = LeNet5.Load(Path.Combine(folder, "LeNet.safetensors"));
        IWeightSource golden = Safetensors.Open(Path.Combine(folder, "LeNet.golden.safetensors"));
        var input = new float[LeNet5.InputLength];
        var expected = new float[LeNet5.OutputLength];
        golden.Read("input", input);
        golden.Read("output", expected);
        GoldenData.AssertClose(expected, network.Forward(input));
        SelfTestResult result = GoldenTest.Run(network, golden, 1e-4);
        Assert.True(result.Passed, result.ToString());
    }

    [Fact]
    public void CheckComparesWithOnnxRuntime()
    {
        string model = LeNet();
        (int code, string text) = Run("check", model);
        Assert.True(code == 0, text);
        Assert.Contains("equal", text, StringComparison.Ordinal);
        Assert.Equal(1, Run("check", model, "--bound", "0").Code);
        Assert.Contains("part at layer 'conv1'", Run("check", model, "--bound", "0").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void ExplainShowsTheLayersOfAModelAndOfAnAssembly()
    {
        (int code, string text) = Run("explain", LeNet());
        Assert.True(code == 0, text);
        Assert.Contains("61,706 parameters", text, StringComparison.Ordinal);

        (code, text) = Run("explain", typeof(LeNet5).Assembly.Location, "--network", "LeNet5");
        Assert.True(code == 0, text);
        Assert.Contains("conv1", text, StringComparison.Ordinal);

        (code, text) = Run("explain", LeNet(), "--code");
        Assert.True(code == 0, text);
        Assert.Contains("public sealed partial class Lenet;", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ExportWritesAModelThatImports()
    {
        string path = Path.Combine(folder, "out.onnx");
        (int code, string text) = Run("export", typeof(LeNet5).Assembly.Location, "--network", "LeNet5", "-o", path);
        Assert.True(code == 0, text);
        Assert.Equal(LeNet5.Info.Input, OnnxImporter.Import(path, new OnnxImportOptions()).Input);
    }

    [Fact]
    public void MistakesEndInOneErrorAndCode2()
    {
        string notes = Path.Combine(folder, "notes.txt");
        File.WriteAllText(notes, "no model");
        string damaged = Path.Combine(folder, "damaged.onnx");
        File.WriteAllBytes(damaged, File.ReadAllBytes(LeNet())[..1000]);
        foreach ((string[] arguments, string expected) in new[]
        {
            (new[] { "import", Path.Combine(folder, "missing.onnx") }, "cannot be read"),
            (["import", damaged], "damaged"),
            (["import", LeNet(), "--name", "4"], "no name of a class"),
            (["import", LeNet(), "--input-shape", "a"], "is no shape"),
            (["import", LeNet(), "--input-shape", "1,3,28,28"], "does not fit"),
            (["import", LeNet(), "--constant", "x"], "is no constant"),
            (["import", LeNet(), "--input", "x"], "has no input 'x'"),
            (["explain", notes], "neither an assembly nor an ONNX model"),
            (["explain", typeof(LeNet5).Assembly.Location], "several networks"),
            (["explain", typeof(LeNet5).Assembly.Location, "--network", "Nobody"], "has no network 'Nobody'"),
            (["explain", Path.Combine(folder, "missing.dll")], "does not exist"),
            (["frobnicate"], "frobnicate"),
        })
        {
            (int code, string text) = Run(arguments);
            Assert.Equal((2, true), (code, text.Contains(expected, StringComparison.Ordinal)));
        }
    }

    private static (int Code, string Text) Run(params string[] arguments) => ToolRun.Run(arguments);

    private string LeNet()
    {
        string path = Path.Combine(folder, "lenet.onnx");
        OnnxExporter.Export(LeNet5.Random(5), path);
        return path;
    }
}
