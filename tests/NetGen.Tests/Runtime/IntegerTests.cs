using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using NetGen.Runtime;
using NetGen.Tests.Golden;
using Xunit;

namespace NetGen.Tests.Runtime;

/// <summary>Networks that compute with integers: their calibration, and what it costs. Their numbers are compared by the parity tests.</summary>
public sealed class IntegerTests
{
    private static readonly string LeNetFile = GoldenData.Path("lenet-fashion-mnist.safetensors");

    /// <summary>What the page on integers says of the accuracy on Fashion-MNIST, of which half a percent, 50 images, may be lost.</summary>
    [Fact]
    public void FashionMnistLosesLittle()
    {
        LeNetIntegers network = LeNetIntegers.Calibrate(Safetensors.Open(LeNetFile), FashionMnistTests.Images().AsSpan()[..(200 * LeNetIntegers.InputLength)]);
        Assert.Equal(4, LeNetIntegers.Info.Layers.Count(l => l.Algorithm.Contains("integers", StringComparison.Ordinal)));
        Assert.InRange(FashionMnistTests.Correct(network), 9_129 - 25, 9_129 + 25);
    }

    [Fact]
    public void RangesAreSavedWithTheWeights()
    {
        IntegerChain network = Calibrated();
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            network.Save(path);
            Assert.Equal(Forward(network), Forward(IntegerChain.Load(path)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void TheRangeIsThatOfTheLayersInput()
    {
        float[] samples = GoldenWeights.Input(2 * IntegerChain.InputLength);
        IWeightSource weights = Calibrated(samples).Weights;
        var range = new float[2];
        weights.Read("first.input_range", range);

        // Evenly spread values are not worth cutting off.
        Assert.Equal([samples.Min(), samples.Max()], range);
        weights.Read("conv1.input_range", range);
        Assert.InRange(range[0], -1, -0.3f);
        Assert.InRange(range[1], 0.3f, 1);
        Assert.Equal(5, weights.Tensors.Count(t => t.Name.EndsWith(".input_range", StringComparison.Ordinal)));
        Assert.True(weights.TryGetTensor("fc1.input_range", out TensorInfo? tensor));
        Assert.Equal(2, Assert.Single(tensor.Shape));
    }

    [Fact]
    public void CalibrationReplacesTheRangesOfAnEarlierOne()
    {
        IntegerChain first = Calibrated(GoldenWeights.Input(IntegerChain.InputLength));
        IntegerChain second = IntegerChain.Calibrate(first.Weights, Array.ConvertAll(GoldenWeights.Input(IntegerChain.InputLength), v => 2 * v));
        var range = new float[2];
        second.Weights.Read("first.input_range", range);
        Assert.InRange(range[1], 1.9f, 2);
        Assert.Single(second.Weights.Tensors, t => t.Name == "first.input_range");
    }

    [Fact]
    public void WithoutRangesNothingIsLoaded()
    {
        var exception = Assert.Throws<WeightsException>(() => LeNetIntegers.Load(LeNetFile));
        Assert.Contains("fc1.input_range: missing, expected with the shape [2]; the network's Calibrate finds it", exception.Message, StringComparison.Ordinal);
        Assert.Contains("conv2.input_range", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("conv1.input_range", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData((16 * 9 * 9) + 1)]
    public void SamplesAreWhole(int length)
    {
        var exception = Assert.Throws<ArgumentException>(() => Calibrated(new float[length]));
        Assert.Contains("1296", exception.Message, StringComparison.Ordinal);
        Assert.Equal("samples", exception.ParamName);
    }

    [Fact]
    public void ActivationsAreFinite()
    {
        float[] samples = GoldenWeights.Input(2 * IntegerChain.InputLength);
        samples[IntegerChain.InputLength] = float.NaN;
        var exception = Assert.Throws<InvalidOperationException>(() => Calibrated(samples));
        Assert.Contains("input for sample 1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RandomWeightsAreCalibratedOnNoise() => Assert.Equal(Forward(IntegerChain.Random(3)), Forward(IntegerChain.Random(3)));

    [Fact]
    public void RangesAreNoParameters() => Assert.Equal(LeNet5.ParameterCount, LeNetIntegers.ParameterCount);

    /// <summary>The observed form computes in single precision; the other comes close.</summary>
    [Fact]
    public void IntegersComeCloseToFloats()
    {
        IntegerChain network = Calibrated();
        float[] input = GoldenWeights.Input(IntegerChain.InputLength);
        var exact = new float[IntegerChain.OutputLength];
        network.Forward(input, exact, (_, _) => { });
        Assert.InRange(exact.Zip(Forward(network), (e, a) => Math.Abs(e - a)).Max() / exact.Max(Math.Abs), 1e-5, 0.05);
    }

    [Fact]
    public void OutliersAreCutOffWhereThatPays()
    {
        var histogram = new ActivationHistogram();
        float[] values = [.. Enumerable.Range(0, 100_000).Select(i => i / 100_000f), 10];
        histogram.Widen(values);
        histogram.Count(values);
        // One square of 10 − h weighs as much as 100,001 of h / 127 / √12 at h = 6.6.
        Assert.InRange(histogram.BestRange()[1], 6, 7.2f);

        var zeros = new ActivationHistogram();
        zeros.Widen([0, 0]);
        zeros.Count([0, 0]);
        Assert.Equal([0, 0], zeros.BestRange());
    }

    [Fact]
    public void CalibrationReportsItsRanges()
    {
        float[] samples = GoldenWeights.Input(4 * IntegerChain.InputLength);
        IntegerChain network = IntegerChain.Calibrate(Uncalibrated(), samples, out CalibrationReport report);
        Assert.Equal(("IntegerChain", 4), (report.Network, report.SampleCount));
        Assert.Empty(report.Warnings);
        CalibratedRange input = Assert.Single(report.Ranges, r => r.Activation == "input");
        Assert.Equal((samples.Min(), samples.Max(), (long)samples.Length), (input.Least, input.Largest, input.ValueCount));
        var range = new float[2];
        network.Weights.Read("first.input_range", range);
        Assert.Equal((range[0], range[1]), (input.From, input.To));
        Assert.Equal(0, input.ClippedCount);
        Assert.False(input.IsSuspicious);
        Assert.Equal(network.Weights.Tensors.Count(t => t.Name.EndsWith(".input_range", StringComparison.Ordinal)), report.Ranges.Count);
        string[] lines = report.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2 + report.Ranges.Count, lines.Length);
        Assert.Equal("IntegerChain: ranges found on 4 samples", lines[0]);
        Assert.Contains(lines, l => l.StartsWith("input ", StringComparison.Ordinal) && l.EndsWith("0%", StringComparison.Ordinal));
    }

    /// <summary>One defective value makes the range a thousand times as wide.</summary>
    [Fact]
    public void AWildValueIsReported()
    {
        float[] samples = GoldenWeights.Input(4 * IntegerChain.InputLength);
        samples[(2 * IntegerChain.InputLength) + 5] = 1000;
        IntegerChain.Calibrate(Uncalibrated(), samples, out CalibrationReport report);
        CalibratedRange input = Assert.Single(report.Ranges, r => r.Activation == "input");
        Assert.True(input.IsSuspicious);
        Assert.Equal((1000f, 2), (input.Largest, input.WidestSample));
        Assert.InRange(input.BulkTo, 0.4f, 2);
        string warning = report.Warnings[0];
        Assert.Contains("'input'", warning, StringComparison.Ordinal);
        Assert.Contains("sample 2", warning, StringComparison.Ordinal);
        Assert.Contains("1000", warning, StringComparison.Ordinal);
        Assert.Contains("warning: " + warning, report.ToString(), StringComparison.Ordinal);
    }

    /// <summary>One sample of another scale, more than one value in a thousand.</summary>
    [Fact]
    public void AWildSampleIsReported()
    {
        float[] samples = GoldenWeights.Input(5 * IntegerChain.InputLength);
        foreach (ref float value in samples.AsSpan(IntegerChain.InputLength, IntegerChain.InputLength))
        {
            value *= 255;
        }

        IntegerChain.Calibrate(Uncalibrated(), samples, out CalibrationReport report);
        Assert.Contains(report.Warnings, w => w.Contains("'input'", StringComparison.Ordinal) && w.Contains("sample 1", StringComparison.Ordinal));
    }

    /// <summary>Who asks for no report finds the warnings in the program's trace.</summary>
    [Fact]
    public void WithoutAReportTheTraceIsTold()
    {
        using var written = new StringWriter();
        using var listener = new System.Diagnostics.TextWriterTraceListener(written);
        System.Diagnostics.Trace.Listeners.Add(listener);
        try
        {
            float[] samples = GoldenWeights.Input(4 * IntegerChain.InputLength);
            Calibrated(samples);
            Assert.DoesNotContain("IntegerChain", written.ToString(), StringComparison.Ordinal);
            samples[0] = -1000;
            Calibrated(samples);
            Assert.Contains("IntegerChain: the values of 'input' run from -1000", written.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            System.Diagnostics.Trace.Listeners.Remove(listener);
        }
    }

    [Fact]
    public void WhatIsCutOffIsCounted()
    {
        var histogram = new ActivationHistogram();
        float[] values = [.. Enumerable.Range(0, 100_000).Select(i => i / 100_000f), 10];
        histogram.Widen(values);
        histogram.Count(values);
        CalibratedRange range = histogram.Describe("x", histogram.BestRange());
        Assert.Equal((1L, 100_001L), (range.ClippedCount, range.ValueCount));
        Assert.Equal(1 / 100_001.0, range.ClippedShare, 1e-12);
        Assert.InRange(range.BulkTo, 0.995f, 1.01f);
        Assert.False(range.IsSuspicious);
    }

    [Theory]
    [InlineData(0f, 0f, 1.0, 0)]
    [InlineData(0f, 127f, 1.0, 0)]
    [InlineData(-127f, 0f, 1.0, 127)]
    [InlineData(1f, 254f, 2.0, 0)]
    [InlineData(-64f, 63f, 1.0, 64)]
    [InlineData(float.NaN, 1f, 1.0, 0)]
    public void ZeroIsAmongTheIntegers(float least, float largest, double scale, int zeroPoint)
    {
        Quantization quantization = Quantization.Of(least, largest);
        Assert.Equal(scale, quantization.Scale);
        Assert.Equal(zeroPoint, quantization.ZeroPoint);
    }

    [Fact]
    public void SumsOfProductsAreExact()
    {
        var random = new Random(1);
        for (int round = 0; round < 200; round++)
        {
            // The extremes are where 16 bits might not do.
            byte[] x = [.. Enumerable.Range(0, 16).Select(_ => round < 4 ? (byte)127 : (byte)random.Next(128))];
            sbyte[] w = [.. Enumerable.Range(0, 16).Select(_ => (sbyte)(round < 2 ? 64 : round < 4 ? -64 : random.Next(-64, 65)))];
            Vector128<int> sum = Quantized.MultiplyAdd(Vector128.Create(1, 2, 3, 4), Vector128.Create(x), Vector128.Create(w));
            for (int lane = 0; lane < 4; lane++)
            {
                Assert.Equal(lane + 1 + Enumerable.Range(4 * lane, 4).Sum(i => x[i] * w[i]), sum[lane]);
            }
        }
    }

    [Fact]
    public void BytesAreCutOffOnEveryWidth()
    {
        float[] values =
            [-1, -0.1f, 0, 0.4f, 0.99f, 1, 63.5f, 126.9f, 127, 127.9f, 128, 1e9f, float.MaxValue, float.PositiveInfinity, float.NegativeInfinity, float.MinValue];
        byte[] expected = [0, 0, 0, 0, 0, 1, 63, 126, 127, 127, 127, 127, 127, 127, 0, 0];
        Assert.Equal(expected, Bytes(Quantized.ToBytes(Vector512.Create(values))));
        for (int i = 0; i < 16; i += 8)
        {
            Assert.Equal(expected[i..(i + 8)], Bytes(Quantized.ToBytes(Vector256.Create(values, i)))[..8]);
        }

        for (int i = 0; i < 16; i += 4)
        {
            Assert.Equal(expected[i..(i + 4)], Bytes(Quantized.ToBytes(Vector128.Create(values, i)))[..4]);
        }
    }

    [Fact]
    public void WordsAreLoadedOnEveryWidth()
    {
        byte[] bytes = [.. Enumerable.Range(0, 24).Select(i => (byte)(i * 5))];
        Span<float> words = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
        Assert.Equal(bytes[4..20].Select(b => (float)b), Values(Quantized.Load512(ref words[0], 1)));
        Assert.Equal(bytes[16..24].Select(b => (float)b), Values(Quantized.Load256(ref words[0], 4)));
        Assert.Equal(bytes[20..24].Select(b => (float)b), Values(Quantized.Load128(ref words[0], 5)));
    }

    private static byte[] Bytes(Vector128<byte> vector) => [.. Enumerable.Range(0, 16).Select(i => vector[i])];

    private static IEnumerable<float> Values(Vector512<float> vector) => Enumerable.Range(0, 16).Select(i => vector[i]);

    private static IEnumerable<float> Values(Vector256<float> vector) => Enumerable.Range(0, 8).Select(i => vector[i]);

    private static IEnumerable<float> Values(Vector128<float> vector) => Enumerable.Range(0, 4).Select(i => vector[i]);

    private static GoldenWeights Uncalibrated() =>
        new(IntegerChain.Random(1).Weights.Tensors.Where(t => !t.Name.EndsWith(".input_range", StringComparison.Ordinal)));

    private static IntegerChain Calibrated(float[]? samples = null) => IntegerChain.Calibrate(
        Uncalibrated(),
        samples ?? GoldenWeights.Input(4 * IntegerChain.InputLength));

    private static float[] Forward(IntegerChain network) => network.Forward(GoldenWeights.Input(IntegerChain.InputLength));
}
