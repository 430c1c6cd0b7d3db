using System;
using NetGen.Tests.Golden;
using Xunit;

namespace NetGen.Tests.Runtime;

/// <summary>A batch gives what its samples give alone, to the bit, also where they share each pass over the weights.</summary>
public sealed class BatchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(64)]
    [InlineData(71)]
    public void VectorsGiveTheSameBits(int count)
    {
        Compare<Perceptron>(count);
        Compare<TwoHeads>(count);
    }

    [Fact]
    public void ImagesGiveTheSameBits() => Compare<SharedLayers>(3);

    private static void Compare<TNetwork>(int count)
        where TNetwork : INetwork<TNetwork>
    {
        TNetwork network = TNetwork.Random(5);
        int inputLength = TNetwork.Info.Input.Length;
        int outputLength = TNetwork.Info.Output.Length;
        float[] inputs = GoldenWeights.Input(count * inputLength);
        var expected = new float[count * outputLength];
        for (int i = 0; i < count; i++)
        {
            network.Forward(inputs.AsSpan(i * inputLength, inputLength), expected.AsSpan(i * outputLength, outputLength));
        }

        foreach (int threads in new[] { 1, 2, -1 })
        {
            var actual = new float[expected.Length];
            network.ForwardBatch(inputs, actual, threads);
            Assert.Equal(expected, actual);
        }
    }
}
