using System;
using System.IO;
using System.Linq;
using Microsoft.ML.OnnxRuntime;
using NetGen.Onnx;
using NetGen.Tests.Golden;
using Xunit;
using Zoo;

namespace NetGen.Tests.Onnx;

/// <summary>ONNX Runtime computes from our models what we compute ourselves.</summary>
public sealed class ExporterTests
{
    [Fact]
    public void SmallNetworks()
    {
        Check<LeNet5>();
        Check<ConvStack>();
    }

    [Fact]
    public void Layers() => CheckLayerByLayer<EveryLayer>();

    [Fact]
    public void VectorsThatAreNormalized() => CheckLayerByLayer<NormalizedVectors>();

    /// <summary>The weights of Conv1d, of three axes, are loaded, and exported as their layers need them.</summary>
    [Fact]
    public void KernelsThatLackSidesOfOne()
    {
        IWeightSource full = FlatKernels.Random(1).Weights;
        var flat = new MemoryWeights();
        foreach (TensorInfo tensor in full.Tensors)
        {
            var values = new float[tensor.Length];
            full.Read(tensor.Name, values);
            int[] shape = [.. tensor.Shape.Where((side, axis) => axis < 2 || side != 1)];
            flat.Add(tensor.Name, values, tensor.Name == "fc1.weight" ? [.. shape, 1, 1] : shape);
        }

        float[] input = GoldenWeights.Input(FlatKernels.InputLength);
        float[] expected = FlatKernels.Random(1).Forward(input);
        FlatKernels network = FlatKernels.Load(flat);
        Assert.Equal(expected, network.Forward(input));
        using var model = new MemoryStream();
        OnnxExporter.Export(FlatKernels.Info, network.Weights, model, batch: 1);
        GoldenData.AssertClose(Run(model.ToArray(), input, [1, 2, 1, 12]), expected);
    }

    [Fact]
    public void Sequences() => CheckLayerByLayer<EverySequenceLayer>();

    [Fact]
    public void Activations() => CheckLayerByLayer<EveryActivation>();

    [Fact]
    public void GeneralLayers() => CheckLayerByLayer<EveryGeneralLayer>();

    [Fact]
    public void Attention() => CheckLayerByLayer<EveryAttention>();

    [Fact]
    public void Products() => CheckLayerByLayer<EveryProduct>();

    [Fact]
    public void Parameters() => CheckLayerByLayer<EveryParameter>();

    [Fact]
    public void VisionTransformer() => CheckLayerByLayer<SmallVisionTransformer>();

    [Fact]
    public void MultiheadAttentions() => CheckLayerByLayer<EveryMultiheadAttention>();

    [Fact]
    public void Functions() => CheckLayerByLayer<EveryFunction>();

    [Fact]
    public void Comparisons() => CheckLayerByLayer<EveryComparison>();

    [Fact]
    public void RecurrentLayers() => CheckLayerByLayer<EveryRecurrentLayer>();

    [Fact]
    public void RecurrentLayersOfOneStep()
    {
        Check<RecurrentStates>();
        CellsOfSeveralSteps cells = CellsOfSeveralSteps.Random(1);
        var error = Assert.Throws<NotSupportedException>(() => OnnxExporter.Export(CellsOfSeveralSteps.Info, cells.Weights, Stream.Null, 1));
        Assert.Equal("Layer 'lstm1': ONNX gives the cell state of the last of 3 steps alone; leave out CellState.", error.Message);
    }

    [Fact]
    public void RecurrentLayers_SeveralSamplesAtOnce() => CheckSeveralSamples<EveryRecurrentLayer>();

    [Fact]
    public void TheZoo()
    {
        Check<SqueezeNet>();
        Check<MobileNetV2>();
        Check<ResNet18>();
        Check<ResNet50>();
        Check<AlexNet>();
    }

    [Fact]
    [Trait("Category", "Large")]
    public void Vgg()
    {
        LargeTests.SkipUnlessAsked();
        Check<Vgg16>();
    }

    [Fact]
    public void SeveralSamplesAtOnce() => CheckSeveralSamples<LeNet5>();

    [Fact]
    public void ALayerThatOnnxDoesNotHaveIsAnError()
    {
        var info = new NetworkInfo
        {
            Name = "Net",
            Input = new Shape(3),
            Output = new Shape(3),
            Outputs = ["odd"],
            Layers = [new LayerInfo { Name = "odd", Kind = "Oddity", Input = new Shape(3), Output = new Shape(3), Sources = ["input"] }],
        };
        var error = Assert.Throws<NotSupportedException>(() => OnnxExporter.Export(info, new MemoryWeights(), Stream.Null, 1));
        Assert.Contains("Oddity", error.Message, StringComparison.Ordinal);
    }

    private static void Check<TNetwork>()
        where TNetwork : INetwork<TNetwork>
    {
        using var model = new MemoryStream();
        TNetwork network = TNetwork.Random(7);
        OnnxExporter.Export(TNetwork.Info, network.Weights, model, batch: 1);
        float[] input = GoldenWeights.Input(TNetwork.Info.Input.Length);
        var actual = new float[TNetwork.Info.Output.Length];
        network.Forward(input, actual);
        Shape shape = TNetwork.Info.Input;
        float[] theirs = Run(model.ToArray(), input, shape.IsVector ? [1, shape.Channels] : [1, shape.Channels, shape.Height, shape.Width]);
        GoldenData.AssertClose(theirs, actual, GoldenData.BoundOf(TNetwork.Info));
    }

    /// <summary>Compares every layer's activation, so that a failure names the first that departs.</summary>
    private static void CheckLayerByLayer<TNetwork>()
        where TNetwork : INetwork<TNetwork>
    {
        NetworkInfo info = TNetwork.Info;
        var all = new NetworkInfo
        {
            Name = info.Name,
            Input = info.Input,
            Output = new Shape(info.Layers.Sum(l => l.Output.Length)),
            Layers = info.Layers,
            Outputs = [.. info.Layers.Select(l => l.Name)],
        };
        using var model = new MemoryStream();
        TNetwork network = TNetwork.Random(7);
        OnnxExporter.Export(all, network.Weights, model, batch: 1);
        float[] input = GoldenWeights.Input(info.Input.Length);
        float[] theirs = Run(model.ToArray(), input, [1, info.Input.Channels, info.Input.Height, info.Input.Width]);
        int start = 0;
        network.Forward(input, new float[info.Output.Length], (layer, values) =>
        {
            try
            {
                // Both sides round: each may be as far from the truth as the contract allows.
                GoldenData.AssertClose(theirs.AsSpan(start, values.Length), values, 2 * GoldenData.DirectBound);
            }
            catch (Xunit.Sdk.XunitException error)
            {
                Assert.Fail($"{layer.Name} ({layer.Kind}): {error.Message}");
            }

            start += values.Length;
        });
        Check<TNetwork>();
    }

    private static void CheckSeveralSamples<TNetwork>()
        where TNetwork : INetwork<TNetwork>
    {
        NetworkInfo info = TNetwork.Info;
        using var model = new MemoryStream();
        TNetwork network = TNetwork.Random(1);
        OnnxExporter.Export(info, network.Weights, model, batch: 0);
        float[] input = GoldenWeights.Input(3 * info.Input.Length);
        var expected = new float[3 * info.Output.Length];
        network.ForwardBatch(input, expected);
        GoldenData.AssertClose(Run(model.ToArray(), input, [3, info.Input.Channels, info.Input.Height, info.Input.Width]), expected);
    }

    internal static float[] Run(byte[] model, float[] input, long[] shape)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 2, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(model, options);
        using var value = OrtValue.CreateTensorValueFromMemory(input, shape);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, session.InputNames, [value], session.OutputNames);
        return [.. results.SelectMany(r => r.GetTensorDataAsSpan<float>().ToArray())];
    }
}
