using System;
using System.IO;
using System.Linq;
using Google.Protobuf;
using NetGen.Onnx.Protos;
using NetGen.Tests.Onnx;
using Xunit;
using ElementType = NetGen.Onnx.Protos.TensorProto.Types.DataType;

namespace NetGen.Tests.Tool;

/// <summary>Models of all kinds get a golden sample, and are checked: of other types, without a batch, with weights in files of their own.</summary>
public sealed class ModelKindTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("netgen-tool").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("rank1_input")]
    [InlineData("gemm_transA")]
    [InlineData("matmul_left")]
    [InlineData("b4_addconst")]
    [InlineData("fp16_all")]
    [InlineData("fp16_casts")]
    [InlineData("ext_ok")]
    [InlineData("se_block_ext")]
    [InlineData("resmini_folded_th0")]
    public void ModelsAreImportedWithAGoldenSampleAndChecked(string name)
    {
        string model = ToolRun.Case(name + ".onnx");
        string text = ToolRun.Succeed("import", model, "-o", folder, "--name", "Model");
        Assert.Equal(name.StartsWith("fp16", StringComparison.Ordinal), text.Contains("give SelfTest a bound of 0.01", StringComparison.Ordinal));
        Assert.NotEmpty(Golden("output"));
        Assert.Contains("equal", ToolRun.Succeed("check", model), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData((int)ElementType.Bool, 0, 1)]
    [InlineData((int)ElementType.Uint8, 0, 255)]
    [InlineData((int)ElementType.Int8, -128, 127)]
    [InlineData((int)ElementType.Int32, -128, 127)]
    [InlineData((int)ElementType.Int64, -128, 127)]
    [InlineData((int)ElementType.Double, -1, 1)]
    public void InputsAndOutputsOfOtherTypesAreConverted(int typeCode, int low, int high)
    {
        // The input in another order, as it came, and twice the input.
        var type = (ElementType)typeCode;
        string path = Write("typed", new GraphBuilder()
            .Input("x", type, 1, 2, 3, 4)
            .Node("Transpose", "x", "y", ("perm", new long[] { 0, 1, 3, 2 }))
            .Node("Cast", "x", "a", ("to", (int)ElementType.Float))
            .Floats("two", [], 2)
            .Node("Mul", "a two", "z")
            .Output("y", type)
            .Output("z"));
        ToolRun.Succeed("import", path, "-o", folder, "--name", "Model");
        float[] input = Golden("input");
        float[] output = Golden("output");
        Assert.Equal(input.Select(v => 2 * v), output[24..]);
        Assert.Equal(input.Order(), output[..24].Order());
        Assert.All(input, v => Assert.InRange(v, low, high));
        Assert.Equal(type == ElementType.Double, input.Any(v => v != MathF.Round(v)));
        Assert.Contains("equal", ToolRun.Succeed("check", path), StringComparison.Ordinal);
    }

    [Fact]
    public void ModelsAreCutAtTheirTensors()
    {
        string path = Write("cut", new GraphBuilder()
            .Input("x", 1, 2, 3, 4)
            .Floats("two", [], 2)
            .Node("Mul", "x two", "a")
            .Node("Relu", "a", "b")
            .Node("ArgMax", "b", "y", ("axis", 1))
            .Output("y", ElementType.Int64));
        Assert.Contains("--output b", ToolRun.Fail("import", path, "-o", folder), StringComparison.Ordinal);
        ToolRun.Succeed("import", path, "-o", folder, "--name", "Model", "--output", "b");
        Assert.Equal(Golden("input").Select(v => Math.Max(0, 2 * v)), Golden("output"));

        string[] both = ["--output", "b", "--output", "a"];
        ToolRun.Succeed(["import", path, "-o", folder, "--name", "Model", "--force", .. both]);
        Assert.Equal(Golden("input").Select(v => 2 * v), Golden("output")[24..]);
        Assert.Contains("equal", ToolRun.Succeed(["check", path, .. both]), StringComparison.Ordinal);
        Assert.Contains("relu1", ToolRun.Succeed(["explain", path, .. both]), StringComparison.Ordinal);
        Assert.Contains("relu1", ToolRun.Succeed(["profile", path, "--runs", "1", .. both]), StringComparison.Ordinal);
        Assert.Contains("'c'", ToolRun.Fail("check", path, "--output", "c"), StringComparison.Ordinal);
    }

    [Fact]
    public void OtherInputsAreGivenAsNumbersOrFiles()
    {
        string path = Write("rate", new GraphBuilder()
            .Input("x", 1, 2, 3, 4)
            .Input("sr", ElementType.Int64)
            .Input("scale", 2, 1, 1)
            .Node("Cast", "sr", "rate", ("to", (int)ElementType.Float))
            .Node("Div", "x rate", "a")
            .Node("Mul", "a scale", "y")
            .Output("y"));
        var file = new TensorProto { DataType = (int)ElementType.Float };
        file.Dims.AddRange([2, 1, 1]);
        file.FloatData.AddRange([3, -1]);
        string scale = Path.Combine(folder, "scale.pb");
        File.WriteAllBytes(scale, file.ToByteArray());
        foreach (string given in new[] { "scale=3,-1", "scale=" + scale })
        {
            string[] constants = ["--constant", "sr=16", "--constant", given];
            ToolRun.Succeed(["import", path, "-o", folder, "--name", "Model", .. constants]);
            Assert.Equal(Golden("input").Select((v, i) => v / 16 * (i < 12 ? 3 : -1)), Golden("output"));
            Assert.Contains("equal", ToolRun.Succeed(["check", path, .. constants]), StringComparison.Ordinal);
        }

        Assert.Contains("'sr'", ToolRun.Fail("check", path, "--constant", "sr=many", "--constant", "scale=1"), StringComparison.Ordinal);

        // What is not given is an input.
        Assert.Contains("equal: the largest error of 24 outputs", ToolRun.Succeed("check", path, "--constant", "sr=16"), StringComparison.Ordinal);
    }

    private string Write(string name, GraphBuilder model)
    {
        string path = Path.Combine(folder, name + ".onnx");
        File.WriteAllBytes(path, model.Bytes);
        return path;
    }

    private float[] Golden(string name)
    {
        IWeightSource golden = Safetensors.Open(Path.Combine(folder, "Model.golden.safetensors"));
        Assert.True(golden.TryGetTensor(name, out TensorInfo? tensor));
        var values = new float[tensor.Length];
        golden.Read(name, values);
        return values;
    }
}
