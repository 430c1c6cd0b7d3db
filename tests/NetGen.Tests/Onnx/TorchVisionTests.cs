using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using Google.Protobuf;
using NetGen.Onnx;
using NetGen.Onnx.Protos;
using NetGen.Tests.Golden;
using Xunit;

namespace NetGen.Tests.Onnx;

/// <summary>PyTorch's networks come back as a person would write them.</summary>
public sealed class TorchVisionTests
{
    private const int MostLines = 59;

    public static TheoryData<string, TorchExporter> All
    {
        get
        {
            var all = new TheoryData<string, TorchExporter>();
            foreach (string network in TorchVision.Networks.Keys)
            {
                foreach (TorchExporter exporter in Enum.GetValues<TorchExporter>())
                {
                    all.Add(network, exporter);
                }
            }

            return all;
        }
    }

    public static IEnumerable<object[]> Networks => TorchVision.Networks.Keys.Select(n => new object[] { n });

    /// <summary>The definitions here are torchvision's: they have as many parameters.</summary>
    [Theory]
    [MemberData(nameof(Networks))]
    public void HaveTheirParameters(string network) =>
        Assert.Equal(TorchVision.Networks[network].ParameterCount, TorchVision.Export(network, TorchExporter.Script).Modules.ParameterCount);

    /// <summary>The nodes' names are those in exports that people publish.</summary>
    [Theory]
    [InlineData("ResNet18", "/layer1/layer1.0/relu_1/Relu")]
    [InlineData("ResNet18", "/layer2/layer2.0/downsample/downsample.0/Conv")]
    [InlineData("ResNet18", "/layer1/layer1.0/Add")]
    [InlineData("ResNet18", "/avgpool/GlobalAveragePool")]
    [InlineData("MobileNetV2", "/features/features.1/conv/conv.0/conv.0.0/Conv")]
    [InlineData("MobileNetV2", "/features/features.2/conv/conv.0/conv.0.2/Clip")]
    [InlineData("MobileNetV2", "/features/features.3/conv/conv.2/Conv")]
    [InlineData("MobileNetV2", "/classifier/classifier.1/Gemm")]
    [InlineData("DenseNet121", "/features/denseblock1/denselayer2/Concat")]
    public void HaveTheirNodes(string network, string node) => Assert.Contains(
        TorchVision.Export(network, TorchExporter.ScriptFolded).Model.Graph.Node, n => n.Name == node);

    [Theory]
    [MemberData(nameof(All))]
    public void ComeBackAsBlocks(string network, TorchExporter exporter)
    {
        (ModelProto model, TorchModel modules) = TorchVision.Export(network, exporter);
        ImportedNetwork imported = Import(model);
        string code = imported.ToCode(network, "Models");
        Assert.Contains("[Block]", code, StringComparison.Ordinal);
        Assert.True(Lines(code) <= MostLines, code);

        // Without batch normalization biases come in, and nothing else.
        string[] names = [.. imported.Weights.Tensors.Select(Describe)];
        string[] expected = [.. modules.Shapes.Select(s => $"{s.Key} [{string.Join(", ", s.Value)}]")];
        string[] others = [.. names.Except(expected)];
        Assert.All(others, o => Assert.EndsWith("]", o[o.IndexOf(".bias [", StringComparison.Ordinal)..], StringComparison.Ordinal));
        if (exporter == TorchExporter.Script)
        {
            Assert.Equal(expected.Order(), names.Order());
        }
    }

    /// <summary>Where nothing is named, or nodes are counted, as older exporters did, structure is enough.</summary>
    [Theory]
    [InlineData("ResNet18", TorchExporter.ScriptFolded, 45)]
    [InlineData("MobileNetV2", TorchExporter.ScriptFolded, 59)]
    [InlineData("EfficientNetB0", TorchExporter.ScriptFolded, 65)]
    [InlineData("DenseNet121", TorchExporter.ScriptFolded, 59)]
    [InlineData("ResNet18", TorchExporter.Script, 45)]
    [InlineData("EfficientNetB0", TorchExporter.Script, 65)]
    public void ComeBackAsBlocksWithoutNames(string network, TorchExporter exporter, int mostLines)
    {
        foreach (bool isCounted in new[] { true, false })
        {
            ModelProto model = TorchVision.Export(network, exporter).Model;
            Rename(model.Graph, isCounted, tensorsToo: true);
            ImportedNetwork imported = Import(model);
            string code = imported.ToCode(network);
            Assert.True(code.Contains("[Block]", StringComparison.Ordinal) && Lines(code) <= mostLines, code);
            Assert.Distinct(imported.Values.Keys);
        }
    }

    /// <summary>Nodes are counted and only tensors have names, as PyTorch wrote it before 1.13.</summary>
    [Theory]
    [MemberData(nameof(Networks))]
    public void ComeBackAsBlocksByTheirTensors(string network)
    {
        (ModelProto model, TorchModel modules) = TorchVision.Export(network, TorchExporter.Script);
        Rename(model.Graph, isCounted: true, tensorsToo: false);
        ImportedNetwork imported = Import(model);
        string code = imported.ToCode(network);
        Assert.True(code.Contains("[Block]", StringComparison.Ordinal) && Lines(code) <= MostLines, code);
        Assert.Equal(modules.Shapes.Keys.Order(), imported.Weights.Tensors.Select(t => t.Name).Order());
    }

    [Fact]
    public void EfficientNetReadsAsWritten()
    {
        string code = Import(TorchVision.Export("EfficientNetB0", TorchExporter.ScriptFolded).Model).ToCode("EfficientNetB0");
        Assert.Equal("""
            using NetGen;

            /// <summary>Repeats in features.2.0, features.3.0, features.4.0 ….</summary>
            [Block]
            [Conv2D(Param.A, 1, Name = "block.0.0")] [SiLU]
            [DepthwiseConv2D(Param.B, Stride = Param.C, Padding = Param.D, Name = "block.1.0")] [SiLU(Name = "block.1.2")] [GlobalAvgPool2D]
            [Conv2D(Param.E, 1, Name = "block.2.fc1")] [SiLU]
            [Conv2D(Param.A, 1, Name = "block.2.fc2")] [Sigmoid]
            [Multiply("block.1.2")]
            [Conv2D(Param.F, 1, Name = "block.3.0")]
            file sealed class FeaturesBlock;

            /// <summary>Repeats in features.2.1, features.3.1, features.4.1 ….</summary>
            [Block]
            [Conv2D(Param.A, 1, Name = "block.0.0")] [SiLU]
            [DepthwiseConv2D(Param.B, Padding = Param.C, Name = "block.1.0")] [SiLU(Name = "block.1.2")] [GlobalAvgPool2D]
            [Conv2D(Param.D, 1, Name = "block.2.fc1")] [SiLU]
            [Conv2D(Param.A, 1, Name = "block.2.fc2")] [Sigmoid]
            [Multiply("block.1.2")]
            [Conv2D(Param.E, 1, Name = "block.3.0")]
            [Add(Block.Input)]
            file sealed class FeaturesBlock2;

            /// <summary>Imported from an ONNX model.</summary>
            [Network]
            [Input(3, 224, 224)]
            [Conv2D(32, 3, Stride = 2, Padding = 1, Name = "features.0.0")] [SiLU]
            [DepthwiseConv2D(3, Padding = 1, Name = "features.1.0.block.0.0")] [SiLU(Name = "features.1.0.block.0.2")] [GlobalAvgPool2D]
            [Conv2D(8, 1, Name = "features.1.0.block.1.fc1")] [SiLU]
            [Conv2D(32, 1, Name = "features.1.0.block.1.fc2")] [Sigmoid]
            [Multiply("features.1.0.block.0.2")]
            [Conv2D(16, 1, Name = "features.1.0.block.2.0")]
            [Use<FeaturesBlock>(96, 3, 2, 1, 4, 24, Name = "features.2.0")]
            [Use<FeaturesBlock2>(144, 3, 1, 6, 24, Name = "features.2.1")]
            [Use<FeaturesBlock>(144, 5, 2, 2, 6, 40, Name = "features.3.0")]
            [Use<FeaturesBlock2>(240, 5, 2, 10, 40, Name = "features.3.1")]
            [Use<FeaturesBlock>(240, 3, 2, 1, 10, 80, Name = "features.4.0")]
            [Use<FeaturesBlock2>(480, 3, 1, 20, 80, Name = "features.4.1")] [Use<FeaturesBlock2>(480, 3, 1, 20, 80, Name = "features.4.2")]
            [Use<FeaturesBlock>(480, 5, 1, 2, 20, 112, Name = "features.5.0")]
            [Use<FeaturesBlock2>(672, 5, 2, 28, 112, Name = "features.5.1")] [Use<FeaturesBlock2>(672, 5, 2, 28, 112, Name = "features.5.2")]
            [Use<FeaturesBlock>(672, 5, 2, 2, 28, 192, Name = "features.6.0")]
            [Use<FeaturesBlock2>(1152, 5, 2, 48, 192, Name = "features.6.1")]
            [Use<FeaturesBlock2>(1152, 5, 2, 48, 192, Name = "features.6.2")]
            [Use<FeaturesBlock2>(1152, 5, 2, 48, 192, Name = "features.6.3")]
            [Use<FeaturesBlock>(1152, 3, 1, 1, 48, 320, Name = "features.7.0")]
            [Conv2D(1280, 1, Name = "features.8.0")] [SiLU] [GlobalAvgPool2D] [Flatten]
            [Dense(1000, Name = "classifier.1")]
            public sealed partial class EfficientNetB0;

            """, code);
    }

    [Fact]
    public void DenseNetReadsAsWritten()
    {
        string code = Import(TorchVision.Export("DenseNet121", TorchExporter.Script).Model).ToCode("DenseNet121");
        Assert.Equal("""
            using NetGen;

            /// <summary>Repeats in features.denseblock1.denselayer1, features.denseblock1.denselayer2, features.denseblock1.denselayer3 ….</summary>
            [Block]
            [BatchNorm2D(Name = "norm1")] [ReLU]
            [Conv2D(128, 1, Bias = false)] [BatchNorm2D(Name = "norm2")] [ReLU]
            [Conv2D(32, 3, Padding = 1, Bias = false)]
            [Concat(Block.Input, "conv2")]
            file sealed class Denselayer;

            /// <summary>Repeats in features.transition1, features.transition2, features.transition3.</summary>
            [Block]
            [BatchNorm2D(Name = "norm")] [ReLU]
            [Conv2D(Param.A, 1, Bias = false, Name = "conv")] [AvgPool2D(2)]
            file sealed class Transition;

            /// <summary>Imported from an ONNX model.</summary>
            [Network]
            [Input(3, 224, 224)]
            [Conv2D(64, 7, Stride = 2, Padding = 3, Bias = false, Name = "features.conv0")] [BatchNorm2D(Name = "features.norm0")] [ReLU]
            [MaxPool2D(3, Stride = 2, Padding = 1)]
            [Use<Denselayer>(Name = "features.denseblock1.denselayer1")] [Use<Denselayer>(Name = "features.denseblock1.denselayer2")]
            [Use<Denselayer>(Name = "features.denseblock1.denselayer3")] [Use<Denselayer>(Name = "features.denseblock1.denselayer4")]
            [Use<Denselayer>(Name = "features.denseblock1.denselayer5")] [Use<Denselayer>(Name = "features.denseblock1.denselayer6")]
            [Use<Transition>(128, Name = "features.transition1")]
            [Use<Denselayer>(Name = "features.denseblock2.denselayer1")] [Use<Denselayer>(Name = "features.denseblock2.denselayer2")]
            [Use<Denselayer>(Name = "features.denseblock2.denselayer3")] [Use<Denselayer>(Name = "features.denseblock2.denselayer4")]
            [Use<Denselayer>(Name = "features.denseblock2.denselayer5")] [Use<Denselayer>(Name = "features.denseblock2.denselayer6")]
            [Use<Denselayer>(Name = "features.denseblock2.denselayer7")] [Use<Denselayer>(Name = "features.denseblock2.denselayer8")]
            [Use<Denselayer>(Name = "features.denseblock2.denselayer9")] [Use<Denselayer>(Name = "features.denseblock2.denselayer10")]
            [Use<Denselayer>(Name = "features.denseblock2.denselayer11")] [Use<Denselayer>(Name = "features.denseblock2.denselayer12")]
            [Use<Transition>(256, Name = "features.transition2")]
            [Use<Denselayer>(Name = "features.denseblock3.denselayer1")] [Use<Denselayer>(Name = "features.denseblock3.denselayer2")]
            [Use<Denselayer>(Name = "features.denseblock3.denselayer3")] [Use<Denselayer>(Name = "features.denseblock3.denselayer4")]
            [Use<Denselayer>(Name = "features.denseblock3.denselayer5")] [Use<Denselayer>(Name = "features.denseblock3.denselayer6")]
            [Use<Denselayer>(Name = "features.denseblock3.denselayer7")] [Use<Denselayer>(Name = "features.denseblock3.denselayer8")]
            [Use<Denselayer>(Name = "features.denseblock3.denselayer9")] [Use<Denselayer>(Name = "features.denseblock3.denselayer10")]
            [Use<Denselayer>(Name = "features.denseblock3.denselayer11")] [Use<Denselayer>(Name = "features.denseblock3.denselayer12")]
            [Use<Denselayer>(Name = "features.denseblock3.denselayer13")] [Use<Denselayer>(Name = "features.denseblock3.denselayer14")]
            [Use<Denselayer>(Name = "features.denseblock3.denselayer15")] [Use<Denselayer>(Name = "features.denseblock3.denselayer16")]
            [Use<Denselayer>(Name = "features.denseblock3.denselayer17")] [Use<Denselayer>(Name = "features.denseblock3.denselayer18")]
            [Use<Denselayer>(Name = "features.denseblock3.denselayer19")] [Use<Denselayer>(Name = "features.denseblock3.denselayer20")]
            [Use<Denselayer>(Name = "features.denseblock3.denselayer21")] [Use<Denselayer>(Name = "features.denseblock3.denselayer22")]
            [Use<Denselayer>(Name = "features.denseblock3.denselayer23")] [Use<Denselayer>(Name = "features.denseblock3.denselayer24")]
            [Use<Transition>(512, Name = "features.transition3")]
            [Use<Denselayer>(Name = "features.denseblock4.denselayer1")] [Use<Denselayer>(Name = "features.denseblock4.denselayer2")]
            [Use<Denselayer>(Name = "features.denseblock4.denselayer3")] [Use<Denselayer>(Name = "features.denseblock4.denselayer4")]
            [Use<Denselayer>(Name = "features.denseblock4.denselayer5")] [Use<Denselayer>(Name = "features.denseblock4.denselayer6")]
            [Use<Denselayer>(Name = "features.denseblock4.denselayer7")] [Use<Denselayer>(Name = "features.denseblock4.denselayer8")]
            [Use<Denselayer>(Name = "features.denseblock4.denselayer9")] [Use<Denselayer>(Name = "features.denseblock4.denselayer10")]
            [Use<Denselayer>(Name = "features.denseblock4.denselayer11")] [Use<Denselayer>(Name = "features.denseblock4.denselayer12")]
            [Use<Denselayer>(Name = "features.denseblock4.denselayer13")] [Use<Denselayer>(Name = "features.denseblock4.denselayer14")]
            [Use<Denselayer>(Name = "features.denseblock4.denselayer15")] [Use<Denselayer>(Name = "features.denseblock4.denselayer16")]
            [BatchNorm2D(Name = "features.norm5")] [ReLU] [GlobalAvgPool2D] [Flatten]
            [Dense(1000, Name = "classifier")]
            public sealed partial class DenseNet121;

            """, code);
    }

    /// <summary>They compute what ONNX Runtime computes, with the model's weights and with the modules' state dict.</summary>
    [Fact]
    public void ComputeWithTheirStateDicts()
    {
        const int size = 64;
        var sources = new List<string>();
        var checks = new List<Action<Assembly>>();
        float[] input = GoldenWeights.Input(3 * size * size);
        foreach (string network in TorchVision.Networks.Keys)
        {
            (ModelProto model, TorchModel modules) = TorchVision.Export(network, TorchExporter.Script, size, zeros: false);
            byte[] bytes = model.ToByteArray();
            ImportedNetwork imported = OnnxImporter.Import(bytes, new OnnxImportOptions());
            sources.Add(Narrow(imported.ToCode(network, "Torch." + network)));
            float[] theirs = ExporterTests.Run(bytes, input, [1, 3, size, size]);
            checks.Add(assembly =>
            {
                float[] ours = ImportedClasses.Run(assembly, $"Torch.{network}.{network}", imported, input)[0];
                GoldenData.AssertClose(theirs, ours, 1e-4);
                Assert.Equal(ours, ImportedClasses.Run(assembly, $"Torch.{network}.{network}", modules.StateDict, input));
            });
        }

        // Networks by structure alone, and by the newer exporter's notes.
        foreach ((string network, TorchExporter exporter) in new[] { ("ResNet18", TorchExporter.ScriptFolded), ("MobileNetV2", TorchExporter.Dynamo) })
        {
            ModelProto model = TorchVision.Export(network, exporter, size, zeros: false).Model;
            if (exporter == TorchExporter.ScriptFolded)
            {
                Rename(model.Graph, isCounted: false, tensorsToo: true);
            }

            byte[] bytes = model.ToByteArray();
            ImportedNetwork imported = OnnxImporter.Import(bytes, new OnnxImportOptions());
            string space = $"Torch.Other{network}";
            sources.Add(Narrow(imported.ToCode(network, space)));
            float[] theirs = ExporterTests.Run(bytes, input, [1, 3, size, size]);
            checks.Add(assembly => GoldenData.AssertClose(theirs, ImportedClasses.Run(assembly, $"{space}.{network}", imported, input)[0], 1e-4));
        }

        Assembly all = ImportedClasses.Compile(sources);
        checks.ForEach(check => check(all));
    }

    private static ImportedNetwork Import(ModelProto model) => OnnxImporter.Import(model.ToByteArray(), new OnnxImportOptions());

    private static int Lines(string code) => code.TrimEnd().Split('\n').Length;

    private static string Narrow(string code) => code.Replace("[Network]", "[Network(Simd = SimdTiers.Vector256)]", StringComparison.Ordinal);

    private static string Describe(TensorInfo tensor) => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]";

    /// <summary>Takes a model's names away.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="isCounted">Whether nodes are called by their operator and a count, rather than not at all.</param>
    /// <param name="tensorsToo">Whether tensors lose their names too.</param>
    private static void Rename(GraphProto graph, bool isCounted, bool tensorsToo)
    {
        var names = new Dictionary<string, string>();
        string New(string name) => names.TryGetValue(name, out string? known) ? known : names[name] = (names.Count + 100).ToString(CultureInfo.InvariantCulture);
        if (tensorsToo)
        {
            foreach (TensorProto tensor in graph.Initializer)
            {
                tensor.Name = New(tensor.Name);
            }
        }

        HashSet<string> kept = [.. graph.Input.Concat(graph.Output).Select(i => i.Name), .. graph.Initializer.Select(t => t.Name)];
        for (int i = 0; i < graph.Node.Count; i++)
        {
            NodeProto node = graph.Node[i];
            node.Name = isCounted ? string.Create(CultureInfo.InvariantCulture, $"{node.OpType}_{i}") : "";
            node.MetadataProps.Clear();
            for (int n = 0; n < node.Input.Count; n++)
            {
                node.Input[n] = kept.Contains(node.Input[n]) && !names.ContainsKey(node.Input[n]) ? node.Input[n] : New(node.Input[n]);
            }

            for (int n = 0; n < node.Output.Count; n++)
            {
                node.Output[n] = kept.Contains(node.Output[n]) ? node.Output[n] : New(node.Output[n]);
            }
        }
    }
}
