using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.Json;
using Xunit;
using Zoo;

namespace NetGen.Tests.Golden;

/// <summary>Known networks give what PyTorch gives.</summary>
public sealed class GoldenTests
{
    /// <summary>The networks that are small enough to be run on every tier.</summary>
    internal static readonly (string Name, Action Check)[] Small =
    [
        ("lenet5", new GoldenTests().LeNet5MatchesPyTorch),
        ("convstack", new GoldenTests().ConvStackMatchesPyTorch),
        ("squeezenet1_1", new GoldenTests().SqueezeNetMatchesPyTorch),
        ("mobilenet_v2", new GoldenTests().MobileNetV2MatchesPyTorch),
    ];

    [Fact]
    public void LeNet5MatchesPyTorch() => Check<LeNet5>("lenet5", LeNet5.ParameterCount, LeNet5.MultiplyAddCount);

    [Fact]
    public void AlexNetInTwoTowersMatchesPyTorch() =>
        Check<AlexNetTwoTower>("alexnet-two-tower", AlexNetTwoTower.ParameterCount, AlexNetTwoTower.MultiplyAddCount);

    [Fact]
    public void AlexNetMatchesPyTorch() =>
        Check<AlexNet>("alexnet", AlexNet.ParameterCount, AlexNet.MultiplyAddCount);

    [Fact]
    public void ConvStackMatchesPyTorch() => Check<ConvStack>("convstack", ConvStack.ParameterCount, ConvStack.MultiplyAddCount);

    [Fact]
    public void SqueezeNetMatchesPyTorch() => Check<SqueezeNet>("squeezenet1_1", SqueezeNet.ParameterCount, SqueezeNet.MultiplyAddCount);

    [Fact]
    public void MobileNetV2MatchesPyTorch() => Check<MobileNetV2>("mobilenet_v2", MobileNetV2.ParameterCount, MobileNetV2.MultiplyAddCount);

    [Fact]
    public void ResNet18MatchesPyTorch() => Check<ResNet18>("resnet18", ResNet18.ParameterCount, ResNet18.MultiplyAddCount);

    [Fact]
    public void ResNet50MatchesPyTorch() => Check<ResNet50>("resnet50", ResNet50.ParameterCount, ResNet50.MultiplyAddCount);

    [Fact]
    [Trait("Category", "Large")]
    public void Vgg16MatchesPyTorch()
    {
        LargeTests.SkipUnlessAsked();
        Check<Vgg16>("vgg16", Vgg16.ParameterCount, Vgg16.MultiplyAddCount);
    }

    private static void Check<TNet>(string name, long parameters, long multiplyAdds)
        where TNet : INetwork<TNet>
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(GoldenData.Path(name + ".json")));
        JsonElement golden = document.RootElement;
        Assert.Equal(golden.GetProperty("parameters").GetInt64(), parameters);
        Assert.Equal(golden.GetProperty("multiplyAdds").GetInt64(), multiplyAdds);
        Assert.Equal(parameters, TNet.Info.ParameterCount);
        Assert.Equal(multiplyAdds, TNet.Info.MultiplyAddCount);
        int[] input = Numbers(golden.GetProperty("input"));
        Assert.Equal(new Shape(input[0], input[1], input[2]), TNet.Info.Input);
        Assert.Equal(golden.GetProperty("output").GetInt32(), TNet.Info.Output.Length);

        // Every tensor of the state dict is asked for, under its name and in its shape, and no other.
        TensorInfo[] tensors = [.. golden.GetProperty("tensors").EnumerateObject()
            .Select(t => new TensorInfo(t.Name, TensorType.F32, [.. Numbers(t.Value)]))];
        Assert.Equal(tensors.Select(Describe).Order(), TNet.Random(1).Weights.Tensors.Select(Describe).Order());

        TNet network = TNet.Load(new GoldenWeights(tensors));
        var output = new float[TNet.Info.Output.Length];
        network.Forward(GoldenWeights.Input(TNet.Info.Input.Length), output);
        GoldenData.AssertClose(GoldenData.Floats(name + ".expected.f32"), output, GoldenData.BoundOf(TNet.Info));
    }

    private static int[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(d => d.GetInt32())];

    private static string Describe(TensorInfo tensor) => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]";
}

/// <summary>Tests that take long or much memory.</summary>
internal static class LargeTests
{
    /// <summary>Skips the test that calls it, unless <c>NETGEN_LARGE_TESTS=1</c> asks for it.</summary>
    public static void SkipUnlessAsked() => Assert.SkipUnless(
        Environment.GetEnvironmentVariable("NETGEN_LARGE_TESTS") == "1", "Set NETGEN_LARGE_TESTS=1 to run the large networks.");
}

/// <summary>The stored outputs, and how they are compared.</summary>
internal static class GoldenData
{
    /// <summary>What the numerical contract allows of direct kernels, as a share of the largest output.</summary>
    public const double DirectBound = 1e-5;

    /// <summary>What it allows of Winograd's algorithm.</summary>
    public const double WinogradBound = 1e-4;

    public static double BoundOf(NetworkInfo network) =>
        network.Layers.Any(l => l.Algorithm.Contains("Winograd", StringComparison.Ordinal)) ? WinogradBound : DirectBound;

    public static string Path(string file) => System.IO.Path.Combine(AppContext.BaseDirectory, "Golden", "data", file);

    public static float[] Floats(string file) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path(file))).ToArray();

    public static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double bound = DirectBound)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 0;
        double error = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs((double)expected[i]));

            // Written so that a NaN is an error.
            double difference = Math.Abs((double)expected[i] - actual[i]);
            error = difference <= error ? error : difference;
        }

        Assert.True(error <= bound * largest, $"The error is {error / largest:0.0e+0} of the largest output, not at most {bound:0.0e+0}.");
    }
}
