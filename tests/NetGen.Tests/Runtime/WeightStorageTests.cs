using System;
using System.Linq;
using NetGen.Tests.Golden;
using Xunit;

namespace NetGen.Tests.Runtime;

/// <summary>Small weights cost what their rounding costs, and no more.</summary>
public sealed class WeightStorageTests
{
    [Fact]
    public void SixteenBitsAreTheRoundedWeightsExactly() =>
        GoldenData.AssertClose(Forward(FullWeights.Load(new Rounded(RoundToBFloat16))), Forward(HalfWeights.Load(new Rounded(v => v))));

    [Fact]
    public void EightBitsAreTheRoundedWeightsExactly() =>
        GoldenData.AssertClose(Forward(FullWeights.Load(new Rounded(RoundToInt8))), Forward(QuarterWeights.Load(new Rounded(v => v))));

    [Fact]
    public void TheLayerTableSaysSo()
    {
        Assert.All(HalfWeights.Info.Layers.Where(l => l.Kind == "Dense"), l => Assert.Contains("BFloat16", l.Algorithm, StringComparison.Ordinal));
        Assert.All(QuarterWeights.Info.Layers.Where(l => l.Kind == "Dense"), l => Assert.Contains("Int8", l.Algorithm, StringComparison.Ordinal));
    }

    /// <summary>What the page on performance says of the accuracy on Fashion-MNIST.</summary>
    [Fact]
    public void FashionMnistLosesLittle()
    {
        Assert.Equal(9_129, Correct<LeNet5>());
        Assert.InRange(Correct<LeNetHalfWeights>(), 9_115, 9_145);
        Assert.InRange(Correct<LeNetQuarterWeights>(), 9_105, 9_150);
    }

    private static int Correct<TNetwork>()
        where TNetwork : INetwork<TNetwork> =>
        FashionMnistTests.Correct(TNetwork.Load(GoldenData.Path("lenet-fashion-mnist.safetensors")));

    private static float[] Forward<TNetwork>(TNetwork network)
        where TNetwork : INetwork<TNetwork>
    {
        var output = new float[TNetwork.Info.Output.Length];
        network.Forward(GoldenWeights.Input(TNetwork.Info.Input.Length), output);
        return output;
    }

    private static float[] RoundToBFloat16(float[] values) =>
        Array.ConvertAll(values, v => (float)BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(v) + 0x7FFF + ((BitConverter.SingleToUInt32Bits(v) >> 16) & 1)) & 0xFFFF0000));

    private static float[] RoundToInt8(float[] values)
    {
        float scale = values.Max(Math.Abs) / 127;
        return Array.ConvertAll(values, v => MathF.Round(v / scale) * scale);
    }

    /// <summary>The golden weights, those of each filter or unit rounded.</summary>
    private sealed class Rounded(Func<float[], float[]> round) : IWeightSource
    {
        private readonly GoldenWeights weights = new(FullWeights.Random(1).Weights.Tensors);

        public string Name => weights.Name;

        public System.Collections.Generic.IReadOnlyCollection<TensorInfo> Tensors => weights.Tensors;

        public bool TryGetTensor(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TensorInfo? tensor) =>
            weights.TryGetTensor(name, out tensor);

        /// <summary>Whether a layer's weights are stored small at all: those of an image's few channels are not.</summary>
        private static bool IsSmall(string layer) => HalfWeights.Info[layer].Algorithm.Contains("weights", StringComparison.Ordinal);

        public void Read(string name, Span<float> destination)
        {
            weights.Read(name, destination);
            _ = weights.TryGetTensor(name, out TensorInfo? tensor);
            if (IsSmall(name[..name.LastIndexOf('.')]) && tensor!.Shape.Length > 1)
            {
                int length = destination.Length / tensor.Shape[0];
                for (int f = 0; f < tensor.Shape[0]; f++)
                {
                    round(destination.Slice(f * length, length).ToArray()).CopyTo(destination[(f * length)..]);
                }
            }
        }
    }
}
