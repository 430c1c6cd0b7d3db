using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using NetGen.Onnx;
using NetGen.Tests.Golden;
using Xunit;
using Zoo;

namespace NetGen.Tests.Onnx;

/// <summary>Networks that are written as ONNX models and read back are the same networks.</summary>
public sealed class RoundTripTests
{
    private readonly List<string> sources = [];
    private readonly List<Action<Assembly>> checks = [];

    [Fact]
    public void TheZoo()
    {
        Add<SqueezeNet>();
        Add<MobileNetV2>();
        Add<ResNet18>();
        Add<ResNet50>();
        Add<AlexNet>();
        Run();
    }

    [Fact]
    [Trait("Category", "Large")]
    public void Vgg()
    {
        LargeTests.SkipUnlessAsked();
        Add<Vgg16>();
        Add<VisionTransformer>(sameStructure: false);
        Run();
    }

    [Fact]
    public void EveryKindOfLayer()
    {
        Add<LeNet5>();

        // ONNX has no normalization without scale and shift: it comes back with ones and zeros, as an untrained one has them.
        Add<NormalizedVectors>(sameStructure: false);
        Add<EveryLayer>(sameStructure: false);
        Add<EveryActivation>(sameStructure: false);
        Add<EveryGeneralLayer>(sameStructure: false);
        Add<EveryFunction>(sameStructure: false);
        Add<EveryComparison>(sameStructure: false);
        Add<EveryProduct>(sameStructure: false);
        Add<EveryAttention>(sameStructure: false);
        Add<EveryParameter>(sameStructure: false);
        Add<EveryMultiheadAttention>(sameStructure: false);
        Add<SmallVisionTransformer>(sameStructure: false);
        Run();
    }

    /// <summary>Repeated layers come back as blocks.</summary>
    [Fact]
    public void ResNetIsWrittenWithBlocks()
    {
        string code = Import(ResNet18.Info, ResNet18.Random(1).Weights, out _).ToCode("ResNet18", "Models");
        Assert.Equal("""
            using NetGen;

            namespace Models;

            /// <summary>Repeats in layer1.0, layer1.1, layer2.1 ….</summary>
            [Block]
            [Conv2D(Param.A, 3, Padding = 1, Bias = false)] [BatchNorm2D] [ReLU]
            [Conv2D(Param.A, 3, Padding = 1, Bias = false)] [BatchNorm2D]
            [Add(Block.Input)] [ReLU]
            file sealed class LayerBlock;

            /// <summary>Repeats in layer2.0, layer3.0, layer4.0.</summary>
            [Block]
            [Conv2D(Param.A, 3, Stride = 2, Padding = 1, Bias = false)] [BatchNorm2D] [ReLU]
            [Conv2D(Param.A, 3, Padding = 1, Bias = false)] [BatchNorm2D]
            [Conv2D(Param.A, 1, Stride = 2, Bias = false, From = Block.Input, Name = "downsample.0")] [BatchNorm2D(Name = "downsample.1")]
            [Add("bn2", "downsample.1")] [ReLU]
            file sealed class LayerBlock2;

            /// <summary>Imported from an ONNX model.</summary>
            [Network]
            [Input(3, 224, 224)]
            [Conv2D(64, 7, Stride = 2, Padding = 3, Bias = false)] [BatchNorm2D] [ReLU] [MaxPool2D(3, Stride = 2, Padding = 1)]
            [Use<LayerBlock>(64, Name = "layer1", Repeat = 2)]
            [Use<LayerBlock2>(128, Name = "layer2.0")]
            [Use<LayerBlock>(128, Name = "layer2.1")]
            [Use<LayerBlock2>(256, Name = "layer3.0")]
            [Use<LayerBlock>(256, Name = "layer3.1")]
            [Use<LayerBlock2>(512, Name = "layer4.0")]
            [Use<LayerBlock>(512, Name = "layer4.1")] [GlobalAvgPool2D] [Flatten]
            [Dense(1000, Name = "fc")]
            public sealed partial class ResNet18;

            """, code);
    }

    [Fact]
    public void Blocks_OfTwoModelsInOneNamespace_AreTheirFilesOwn()
    {
        ImportedNetwork imported = Import(ResNet18.Info, ResNet18.Random(1).Weights, out _);
        string[] classes = [.. new[] { "First", "Second", "LayerBlock" }.Select(name => imported.ToCode(name, "Models"))];
        Assert.All(classes, code => Assert.Contains("Use<LayerBlock", code, StringComparison.Ordinal));
        Assembly assembly = ImportedClasses.Compile(classes.Select(code => code.Replace("[Network]", "[Network(Simd = SimdTiers.Vector256)]", StringComparison.Ordinal)));
        Assert.All(["First", "Second", "LayerBlock"], name => Assert.NotNull(assembly.GetType("Models." + name)));
    }

    private static ImportedNetwork Import(NetworkInfo info, IWeightSource weights, out byte[] model)
    {
        using var stream = new MemoryStream();
        OnnxExporter.Export(info, weights, stream, batch: 1);
        model = stream.ToArray();
        return OnnxImporter.Import(model, new OnnxImportOptions());
    }

    private void Add<TNetwork>(bool sameStructure = true)
        where TNetwork : INetwork<TNetwork>
    {
        NetworkInfo info = TNetwork.Info;
        ImportedNetwork imported = Import(info, TNetwork.Random(7).Weights, out byte[] model);
        string space = "RoundTrip" + info.Name;
        sources.Add(imported.ToCode(info.Name, space).Replace("[Network]", "[Network(Simd = SimdTiers.Vector256)]", StringComparison.Ordinal));
        float[] input = GoldenWeights.Input(info.Input.Length);
        long[] shape = [.. imported.InputDimensions.Select(d => (long)d)];
        float[] theirs = ExporterTests.Run(model, input, shape);
        checks.Add(assembly =>
        {
            float[] ours = ImportedClasses.Run(assembly, $"{space}.{info.Name}", imported, input).SelectMany(o => o).ToArray();
            GoldenData.AssertClose(theirs, ours, GoldenData.BoundOf(info));
            if (sameStructure)
            {
                var own = (NetworkInfo)assembly.GetType($"{space}.{info.Name}")!.GetProperty("Info")!.GetValue(null)!;
                Assert.Equal(Structure(info), Structure(own));
            }
        });
    }

    private void Run()
    {
        Assembly assembly = ImportedClasses.Compile(sources);
        foreach (Action<Assembly> check in checks)
        {
            check(assembly);
        }
    }

    /// <summary>Every layer with its name, sources, shapes and arguments, but for dropout, which a model at inference has not.</summary>
    private static string Structure(NetworkInfo info)
    {
        Dictionary<string, string> dropped = info.Layers.Where(l => l.Kind == "Dropout").ToDictionary(l => l.Name, l => l.Sources[0]);
        string Source(string name) => dropped.TryGetValue(name, out string? before) ? Source(before) : name;
        return string.Join('\n', info.Layers.Where(l => l.Kind != "Dropout").Select(l =>
        {
            string arguments = string.Join(", ", l.Arguments.Select(a => $"{a.Name} [{string.Join(' ', a.Values)}]"));
            return $"{l.Name}: {l.Kind}({arguments}) of {string.Join(", ", l.Sources.Select(Source))}: {l.Input} → {l.Output}, {l.ParameterFormula}";
        }));
    }
}
