using System;
using System.IO;
using System.Linq;
using Google.Protobuf;
using NetGen.Onnx.Protos;
using Xunit;
using ElementType = NetGen.Onnx.Protos.TensorProto.Types.DataType;

namespace NetGen.Tests.Tool;

/// <summary>Models of all kinds get a golden sample, and are checked: of other types, without a batch, with weights in files of their own.</summary>
public sealed class ModelKindTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("netgen-tool").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
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
        IWeightSource golden = Safetensors.Open(Path.Combine(folder, "Model.golden.safetensors"));
        Assert.True(golden.TryGetTensor("output", out TensorInfo? output) && output.Length > 0);
        Assert.Contains("equal", ToolRun.Succeed("check", model), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData((int)ElementType.Double, -1, 1)]
    public void InputsAndOutputsOfOtherTypesAreConverted(int typeCode, int low, int high)
    {
        var type = (ElementType)typeCode;
        // Twice the input, in the type in which it came.
        string path = Path.Combine(folder, "typed.onnx");
        ElementType result = type == ElementType.Bool ? ElementType.Int64 : type == ElementType.Uint8 ? ElementType.Int32 : type;
        File.WriteAllBytes(path, Twice(type, result).ToByteArray());
        ToolRun.Succeed("import", path, "-o", folder);
        IWeightSource golden = Safetensors.Open(Path.Combine(folder, "Typed.golden.safetensors"));
        var input = new float[24];
        var output = new float[24];
        golden.Read("input", input);
        golden.Read("output", output);
        Assert.Equal(input.Select(v => 2 * v), output);
        Assert.All(input, v => Assert.InRange(v, low, high));
        Assert.Equal(type == ElementType.Double, input.Any(v => v != MathF.Round(v)));
        Assert.Contains("equal", ToolRun.Succeed("check", path), StringComparison.Ordinal);
    }

    private static ModelProto Twice(ElementType input, ElementType output)
    {
        var model = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = "test" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        model.Graph.Input.Add(Info("x", input));
        model.Graph.Output.Add(Info("y", output));
        model.Graph.Node.Add(Cast("x", "a", ElementType.Float));
        var two = new TensorProto { Name = "two", DataType = (int)ElementType.Float };
        two.FloatData.Add(2);
        model.Graph.Initializer.Add(two);
        var multiply = new NodeProto { OpType = "Mul" };
        multiply.Input.AddRange(["a", "two"]);
        multiply.Output.Add("b");
        model.Graph.Node.Add(multiply);
        model.Graph.Node.Add(Cast("b", "y", output));
        return model;
    }

    private static NodeProto Cast(string from, string to, ElementType type)
    {
        var node = new NodeProto { OpType = "Cast" };
        node.Input.Add(from);
        node.Output.Add(to);
        node.Attribute.Add(new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = (int)type });
        return node;
    }

    private static ValueInfoProto Info(string name, ElementType type)
    {
        var shape = new TensorShapeProto();
        foreach (long dim in new[] { 1, 2, 3, 4 })
        {
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = dim });
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } } };
    }
}
