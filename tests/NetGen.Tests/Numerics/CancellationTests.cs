using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace NetGen.Tests.Numerics;

/// <summary>Where nearly equal numbers are subtracted, they are subtracted before they are rounded.</summary>
public sealed class CancellationTests
{
    /// <summary>The largest value is so large that the logarithm of the sum would be lost in its last digits.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1e3f)]
    [InlineData(-3e5f)]
    [InlineData(1e7f)]
    public void LogSoftmaxOfLargeValues(float offset)
    {
        float[] input = Values(LogSoftmaxOfPixels.InputLength, offset, scale: 4);
        float[] output = LogSoftmaxOfPixels.Random(1).Forward(input);
        int pixels = input.Length / 19;
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            double[] x = [.. Enumerable.Range(0, 19).Select(c => (double)input[(c * pixels) + pixel])];
            double max = x.Max();
            double log = Math.Log(x.Sum(v => Math.Exp(v - max)));
            AssertClose([.. x.Select(v => v - max - log)], Enumerable.Range(0, 19).Select(c => output[(c * pixels) + pixel]));
        }
    }

    /// <summary>The mean is so much larger than the deviations from it that its own rounding is as large as they are.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1e3f)]
    [InlineData(-3e5f)]
    [InlineData(1e7f)]
    public void NormalizationOfALargeMean(float offset)
    {
        float[] input = Values(NormalizedChannels.InputLength, offset, scale: 3);
        AssertClose(Normalized(input, groups: 11), NormalizedChannels.Random(1).Forward(input));
        AssertClose(Normalized(input, groups: 1), NormalizedGroup.Random(1).Forward(input));
        AssertClose(Normalized(input, groups: 1), NormalizedWhole.Random(1).Forward(input));
    }

    /// <summary>Nothing but the epsilon is left of a variance of zero.</summary>
    [Theory]
    [InlineData(1e3f)]
    [InlineData(-16777215)]
    public void NormalizationOfAConstant(float value)
    {
        float[] output = NormalizedChannels.Random(1).Forward([.. Enumerable.Repeat(value, NormalizedChannels.InputLength)]);
        Assert.Equal(0, output.Max(Math.Abs), 1e-3f);
    }

    /// <summary>The same with a mean from the weights, in a kernel of its own and after an activation that is part of a convolution.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1e3f)]
    [InlineData(3e5f)]
    public void BatchNormalizationOfALargeMean(float offset)
    {
        const int Channels = 5;
        float[] input = Values(NormalizedByWeights.InputLength, offset + 3, scale: 3);
        float[] mean = Values(Channels, offset, scale: 1);
        float[] variance = Values(Channels, 2, scale: 1);
        float[] weight = Values(Channels, 0, scale: 1);
        float[] bias = Values(Channels, 0.5f, scale: 1);
        int pixels = input.Length / Channels;
        double[] expected = [.. input.Select((x, i) => i / pixels).Zip(input, (c, x) =>
            ((x - (double)mean[c]) / Math.Sqrt(variance[c] + 1e-5) * weight[c]) + bias[c])];

        var weights = new MemoryWeights();
        weights.Add("bn1.running_mean", mean, Channels);
        weights.Add("bn1.running_var", variance, Channels);
        weights.Add("bn1.weight", weight, Channels);
        weights.Add("bn1.bias", bias, Channels);
        AssertClose(expected, NormalizedByWeights.Load(weights).Forward(input));
        weights.Add("conv1.weight", [.. Enumerable.Range(0, Channels * Channels).Select(i => i % (Channels + 1) == 0 ? 1f : 0)], Channels, Channels, 1, 1);
        AssertClose(expected, NormalizedAfterActivation.Load(weights).Forward(input));
    }

    private static double[] Normalized(float[] input, int groups)
    {
        int length = input.Length / groups;
        return [.. Enumerable.Range(0, groups).SelectMany(g =>
        {
            double[] x = [.. input.AsSpan(g * length, length).ToArray().Select(v => (double)v)];
            double mean = x.Average();
            double variance = x.Average(v => (v - mean) * (v - mean));
            return x.Select(v => (v - mean) / Math.Sqrt(variance + 1e-5));
        })];
    }

    private static float[] Values(int length, float offset, float scale)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, length).Select(_ => offset + (scale * ((2 * random.NextSingle()) - 1)))];
    }

    private static void AssertClose(IReadOnlyList<double> expected, IEnumerable<float> actual)
    {
        double largest = expected.Max(Math.Abs);
        foreach ((double reference, float value) in expected.Zip(actual))
        {
            Assert.Equal(reference, value, 1e-6 * largest);
        }
    }
}

/// <summary>The logarithm of softmax across channels.</summary>
[Network]
[Input(19, 3, 5)]
[LogSoftmax]
public sealed partial class LogSoftmaxOfPixels;

/// <summary>A normalization of each channel.</summary>
[Network]
[Input(11, 13, 7)]
[InstanceNorm2D]
public sealed partial class NormalizedChannels;

/// <summary>A normalization of all channels together.</summary>
[Network]
[Input(11, 13, 7)]
[GroupNorm(1, Affine = false)]
public sealed partial class NormalizedGroup;

/// <summary>A normalization of everything.</summary>
[Network]
[Input(11, 13, 7)]
[LayerNorm(Affine = false)]
public sealed partial class NormalizedWhole;

/// <summary>A normalization that nothing takes into its weights.</summary>
[Network]
[Input(5, 6, 7)]
[BatchNorm2D]
public sealed partial class NormalizedByWeights;

/// <summary>A convolution that copies, and a normalization that its activation keeps apart from its weights.</summary>
[Network]
[Input(5, 6, 7)]
[Conv2D(5, 1, Bias = false)] [ReLU] [BatchNorm2D]
public sealed partial class NormalizedAfterActivation;
