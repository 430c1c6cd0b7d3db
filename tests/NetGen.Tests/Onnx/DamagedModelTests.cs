using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using CsCheck;
using Google.Protobuf;
using NetGen.Onnx;
using NetGen.Onnx.Protos;
using NetGen.Tests.Golden;
using Xunit;

namespace NetGen.Tests.Onnx;

/// <summary>Whatever a file holds, the importer reads a network from it or throws one <see cref="OnnxException"/> that says what to do.</summary>
public sealed class DamagedModelTests
{
    /// <summary>Some ten times what the whole model takes.</summary>
    private const long MostBytes = 50_000_000;

    private static readonly byte[] Model = ExportLeNet();

    [Fact]
    public void TruncatedFilesAreErrors()
    {
        foreach (int length in Enumerable.Range(0, 200).Concat([Model.Length / 2, Model.Length - 1]))
        {
            Assert.Throws<OnnxException>(() => OnnxImporter.Import(Model[..length], new OnnxImportOptions()));
        }
    }

    [Fact]
    [Trait("Category", "Damaged")]
    public void RandomDamageNeverCrashes() => DamagedInputs.Run(
        Gen.Select(Gen.Int[0, 4000], Gen.Byte, Gen.Int[0, 4000], Gen.Byte),
        usual: 3000,
        MostBytes,
        damage =>
        {
            // The nodes stand before the tensors, and so most of the damage hits them.
            (int first, byte a, int second, byte b) = damage;
            byte[] damaged = [.. Model];
            damaged[first] = a;
            damaged[second] = b;
            Imports(damaged);
        });

    [Fact]
    [Trait("Category", "Damaged")]
    public void DamagedMessagesNeverCrash() => DamagedInputs.Run(
        Gen.Select(Gen.Int[0, 11], Gen.Int[0, 6], Gen.Long),
        usual: 2000,
        MostBytes,
        damage =>
        {
            (int node, int change, long value) = damage;
            ModelProto model = ModelProto.Parser.ParseFrom(Model);
            NodeProto changed = model.Graph.Node[node % model.Graph.Node.Count];
            TensorProto tensor = model.Graph.Initializer[node % model.Graph.Initializer.Count];
            switch (change)
            {
                case 0:
                    foreach (AttributeProto attribute in changed.Attribute)
                    {
                        attribute.I = value;
                        for (int i = 0; i < attribute.Ints.Count; i++)
                        {
                            attribute.Ints[i] = value;
                        }
                    }

                    break;
                case 1:
                    tensor.Dims[0] = value;
                    break;
                case 2:
                    tensor.DataType = (int)value;
                    break;
                case 3:
                    changed.Input.RemoveAt(changed.Input.Count - 1);
                    break;
                case 4:
                    model.Graph.Input[0].Type.TensorType.Shape.Dim[1].DimValue = value;
                    break;
                case 5:
                    changed.OpType = OnnxImporter.Operators[(int)((ulong)value % (ulong)OnnxImporter.Operators.Count)];
                    break;
                default:
                    model.OpsetImport[0].Version = (value & 31) + 1;
                    break;
            }

            Imports(model.ToByteArray());
        });

    [Fact]
    public void ACycleIsAnError() => Fails("cycle", model => model.Graph.Node[1].Input[0] = model.Graph.Node[3].Output[0]);

    [Fact]
    public void AnUnknownOperatorSaysWhereAndWhatToDo()
    {
        OnnxException error = Fails("cannot be imported", model => model.Graph.Node[1].OpType = "Frobnicate");
        Assert.Equal("Frobnicate", error.Operator);
        Assert.Equal("relu1", error.Node);
        Assert.Equal(20, error.Opset);
        Assert.Equal("Frobnicate 'relu1' (opset 20): this operator cannot be imported. Replace it with others before exporting, or open an issue that names it.", error.Message);
    }

    [Fact]
    public void AWrongAttributeIsNamed()
    {
        OnnxException error = Fails("no strides of 2 axes", model => model.Graph.Node[0].Attribute.Single(a => a.Name == "strides").Ints[0] = -1);
        Assert.Equal("strides", error.Attribute);
    }

    [Fact]
    public void AGiganticShapeIsAnError() => Fails("impossible shape", model => model.Graph.Initializer[0].Dims.Add(1L << 40));

    [Fact]
    public void AShortTensorIsAnError() => Fails("bytes", model =>
        model.Graph.Initializer[0].RawData = ByteString.CopyFrom(model.Graph.Initializer[0].RawData.Span[4..]));

    [Fact]
    public void AnUnknownOpsetIsAnError() => Fails("opset 99", model => model.OpsetImport[0].Version = 99);

    [Fact]
    public void ASecondInputIsOfNumbers() => Fails("'second' is no tensor of numbers", model =>
    {
        ValueInfoProto second = model.Graph.Input[0].Clone();
        second.Name = "second";
        second.Type.TensorType.ElemType = (int)TensorProto.Types.DataType.String;
        model.Graph.Input.Add(second);
        model.Graph.Node.Add(GraphBuilder.MakeNode("Relu", "second", "other"));
        model.Graph.Output.Add(new ValueInfoProto { Name = "other" });
    });

    [Fact]
    public void OpenDimensionsNeedAShape()
    {
        ModelProto model = ModelProto.Parser.ParseFrom(Model);
        model.Graph.Input[0].Type.TensorType.Shape.Dim[2].DimParam = "height";
        Assert.Contains("--input-shape", Assert.Throws<OnnxException>(() => OnnxImporter.Import(model.ToByteArray(), new OnnxImportOptions())).Message, StringComparison.Ordinal);
        ImportedNetwork network = OnnxImporter.Import(model.ToByteArray(), new OnnxImportOptions { InputShape = [1, 1, 28, 28] });
        Assert.Equal(new Shape(1, 28, 28), network.Input);
    }

    [Theory]
    [InlineData("../secret.bin")]
    [InlineData("/etc/passwd")]
    [InlineData("data/../../secret.bin")]
    [InlineData("link.bin")]
    public void ExternalDataOutsideTheFolderIsNotRead(string location)
    {
        string root = Directory.CreateTempSubdirectory("netgen-external").FullName;
        try
        {
            string folder = Directory.CreateDirectory(Path.Combine(root, "model")).FullName;
            ModelProto model = WithExternalData(location, out byte[] values);
            File.WriteAllBytes(Path.Combine(root, "secret.bin"), values);
            File.CreateSymbolicLink(Path.Combine(folder, "link.bin"), Path.Combine(root, "secret.bin"));
            string path = Path.Combine(folder, "model.onnx");
            File.WriteAllBytes(path, model.ToByteArray());
            var error = Assert.Throws<OnnxException>(() => OnnxImporter.Import(path, new OnnxImportOptions()));
            Assert.Matches("outside the model's folder|which is a link", error.Message);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public void ExternalDataInTheFolderIsRead()
    {
        string folder = Directory.CreateTempSubdirectory("netgen-external").FullName;
        try
        {
            ModelProto model = WithExternalData("weights.bin", out byte[] values);
            File.WriteAllBytes(Path.Combine(folder, "weights.bin"), values);
            string path = Path.Combine(folder, "model.onnx");
            File.WriteAllBytes(path, model.ToByteArray());
            var expected = new float[values.Length / sizeof(float)];
            Buffer.BlockCopy(values, 0, expected, 0, values.Length);
            var actual = new float[expected.Length];
            OnnxImporter.Import(path, new OnnxImportOptions()).Weights.Read("conv1.weight", actual);
            Assert.Equal(expected, actual);

            File.WriteAllBytes(Path.Combine(folder, "weights.bin"), values[..^4]);
            Assert.Throws<OnnxException>(() => OnnxImporter.Import(path, new OnnxImportOptions()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Few bytes that ask for much: each ends in a message, and soon.</summary>
    [Fact]
    public void SmallFilesCannotAskForMuch()
    {
        GraphBuilder X() => new GraphBuilder().Input("x", 1, 3, 6, 6).Output("y").Floats("c", [1, 1], 1).Integers("t", TensorProto.Types.DataType.Bool, [], 1);

        // Branches in branches.
        GraphProto inner = GraphBuilder.Graph("y", GraphBuilder.MakeNode("Relu", "x", "y"));
        for (int i = 0; i < 500; i++)
        {
            inner = GraphBuilder.Graph("y", GraphBuilder.MakeNode("If", "t", "y", ("then_branch", inner), ("else_branch", GraphBuilder.Graph("y"))));
        }

        GraphBuilder branches = X();
        branches.Model.Graph.Node.AddRange(inner.Node);
        Ends(branches, "");

        // Functions that call themselves, each other, or ever more of each other.
        Ends(X().Function("F", "a", "b", GraphBuilder.MakeNode("local:F", "a", "b")).Node("local:F", "x", "y"), "calls itself");
        Ends(X().Function("F", "a", "b", GraphBuilder.MakeNode("local:G", "a", "b")).Function("G", "a", "b", GraphBuilder.MakeNode("local:F", "a", "b"))
            .Node("local:F", "x", "y"), "calls itself");
        Ends(X().Function("F", "a", "b", GraphBuilder.MakeNode("If", "t", "b", ("then_branch", GraphBuilder.Graph("c", GraphBuilder.MakeNode("local:F", "a", "c"))))).Node("local:F", "x", "y"), "calls itself");
        GraphBuilder chain = X().Node("local:F0", "x", "y");
        GraphBuilder doubling = X().Node("local:F0", "x", "y");
        for (int i = 0; i < 3000; i++)
        {
            chain.Function($"F{i}", "a", "b", GraphBuilder.MakeNode($"local:F{i + 1}", "a", "b"));
        }

        for (int i = 0; i < 40; i++)
        {
            doubling.Function($"F{i}", "a", "b", GraphBuilder.MakeNode($"local:F{i + 1}", "a", "c"), GraphBuilder.MakeNode($"local:F{i + 1}", "c", "b"));
        }

        Ends(chain, "too deep");
        Ends(doubling, "100,000 nodes");

        // Constants without end, in one step and in many.
        Ends(X().List("r", 1 << 20, 1 << 20).Node("Tile", "c r", "z").Node("Add", "x z", "y"), "");
        Ends(X().List("r", 1 << 20, 1 << 20).Node("Expand", "c r", "z").Node("Add", "x z", "y"), "");
        Ends(X().List("r", long.MaxValue, 2).Node("ConstantOfShape", "r", "z").Node("Add", "x z", "y"), "");
        Ends(X().List("r", 1 << 14, 1 << 14).List("i", 0).Node("ConstantOfShape", "r", "z").Node("ScatterND", "z i z", "u").Node("Add", "x u", "y"), "values");
        Ends(X().Longs("a", [], 0).Longs("b", [], long.MaxValue).Longs("d", [], 1).Node("Range", "a b d", "z").Node("Add", "x z", "y"), "");
        Ends(X().Longs("a", [], 1 << 30).Floats("v", [2], 0, 1).Longs("i", [1], 0).Node("OneHot", "i a v", "z").Node("Add", "x z", "y"), "values");
        Ends(X().List("r", 1 << 11, 1 << 11).Node("ConstantOfShape", "r", "z").Node("MatMul", "z z", "u").Node("Add", "x u", "y"), "values");
        Ends(X().List("p", 0, 0, 1 << 30, 1 << 30).Node("Pad", "c p", "z").Node("Add", "x z", "y"), "");
        Ends(X().List("r", 1, 1 << 20, 6, 6).Node("ConstantOfShape", "r", "z").Node("Concat", "x z", "y", ("axis", 1)), "values");
        GraphBuilder many = X().List("r", 1 << 20);
        for (int i = 0; i < 1000; i++)
        {
            many.Node("ConstantOfShape", "r", $"z{i}").Node("Add", i == 0 ? "z0 z0" : $"s{i - 1} z{i}", $"s{i}");
        }

        Ends(many.Node("Add", "x s999", "y"), "values");

        static void Ends(GraphBuilder graph, string text)
        {
            byte[] model = graph.Bytes;
            long before = GC.GetAllocatedBytesForCurrentThread();
            OnnxException error = Assert.Throws<OnnxException>(() => OnnxImporter.Import(model, new OnnxImportOptions()));
            Assert.Contains(text, error.Message, StringComparison.Ordinal);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1L << 30);
        }
    }

    private static ModelProto WithExternalData(string location, out byte[] values)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(Model);
        TensorProto tensor = model.Graph.Initializer.Single(t => t.Name == "conv1.weight");
        values = tensor.RawData.ToByteArray();
        tensor.RawData = ByteString.Empty;
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        return model;
    }

    private static OnnxException Fails(string text, Action<ModelProto> damage)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(Model);
        damage(model);
        var error = Assert.Throws<OnnxException>(() => OnnxImporter.Import(model.ToByteArray(), new OnnxImportOptions()));
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        return error;
    }

    private static void Imports(byte[] model)
    {
        try
        {
            ImportedNetwork network = OnnxImporter.Import(model, new OnnxImportOptions());
            Assert.NotEmpty(network.ToCode("Damaged"));
        }
        catch (OnnxException e)
        {
            Assert.NotEmpty(e.Message);
        }
    }

    private static byte[] ExportLeNet()
    {
        using var stream = new MemoryStream();
        OnnxExporter.Export(LeNet5.Info, LeNet5.Random(3).Weights, stream, batch: 1);
        return stream.ToArray();
    }
}
