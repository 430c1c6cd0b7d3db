using System;
using System.Linq;
using Xunit;

namespace NetGen.Tests.Kernels;

/// <summary>Windows too long to be written out tap by tap, on each tier, against the formulas.</summary>
public sealed class LongWindowTests
{
    private const double Bound = 1e-5;

    [Fact]
    public void NormalizationOverManyChannels()
    {
        Check(WideNorm128.Random(1), WideNorm128.Info.Input, input => Normalize(input, WideNorm128.Info.Input, 35));
        Check(WideNorm256.Random(1), WideNorm256.Info.Input, input => Normalize(input, WideNorm256.Info.Input, 35));
        Check(WideNorm512.Random(1), WideNorm512.Info.Input, input => Normalize(input, WideNorm512.Info.Input, 35));
    }

    [Fact]
    public void NormalizationOverMoreChannelsThanThereAre()
    {
        Check(WholeNorm128.Random(1), WholeNorm128.Info.Input, input => Normalize(input, WholeNorm128.Info.Input, 101));
        Check(WholeNorm256.Random(1), WholeNorm256.Info.Input, input => Normalize(input, WholeNorm256.Info.Input, 101));
        Check(WholeNorm512.Random(1), WholeNorm512.Info.Input, input => Normalize(input, WholeNorm512.Info.Input, 101));
    }

    [Fact]
    public void DepthwiseConvolutionWithLongRows()
    {
        Depthwise(LongRow128.Random(1), LongRow128.Info);
        Depthwise(LongRow256.Random(1), LongRow256.Info);
        Depthwise(LongRow512.Random(1), LongRow512.Info);

        static void Depthwise<TNet>(TNet net, NetworkInfo info)
            where TNet : INetwork<TNet>
        {
            var weight = new float[5 * 3 * 70];
            var bias = new float[5];
            net.Weights.Read("dwconv1.weight", weight);
            net.Weights.Read("dwconv1.bias", bias);
            Check(net, info.Input, input => Convolve(input, info.Input, info.Output, weight, bias));
        }
    }

    private static void Check<TNet>(TNet net, Shape shape, Func<float[], double[]> reference)
        where TNet : INetwork<TNet>
    {
        var random = new Random(7);
        float[] input = [.. Enumerable.Range(0, shape.Length).Select(_ => (random.NextSingle() * 2) - 1)];
        double[] expected = reference(input);
        var actual = new float[expected.Length];
        net.Forward(input, actual);
        double error = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
        Assert.InRange(error, 0, Bound * expected.Max(Math.Abs));
    }

    private static double[] Normalize(float[] input, Shape shape, int size)
    {
        int pixels = shape.Height * shape.Width;
        return [.. Enumerable.Range(0, input.Length).Select(i =>
        {
            long channel = i / pixels;
            double sum = Enumerable.Range(0, shape.Channels)
                .Where(c => c >= channel - (size / 2) && c <= channel + ((size - 1) / 2))
                .Sum(c => (double)input[(c * pixels) + (i % pixels)] * input[(c * pixels) + (i % pixels)]);
            return input[i] / Math.Pow(1 + (0.5 / size * sum), 0.75);
        })];
    }

    /// <summary>A kernel of 3×70, its rows two apart, that steps by 3 along the row.</summary>
    private static double[] Convolve(float[] input, Shape shape, Shape output, float[] weight, float[] bias) =>
        [.. from channel in Enumerable.Range(0, output.Channels)
            from row in Enumerable.Range(0, output.Height)
            from column in Enumerable.Range(0, output.Width)
            select bias[channel] + (
                from y in Enumerable.Range(0, 3)
                from x in Enumerable.Range(0, 70)
                let inputRow = row + (2 * y)
                let inputColumn = (3 * column) + x
                select (double)weight[(((channel * 3) + y) * 70) + x] * input[(((channel * shape.Height) + inputRow) * shape.Width) + inputColumn]).Sum()];
}

[Network(Simd = SimdTiers.Vector128)] [Input(20, 2, 3)] [LocalResponseNorm(35, Alpha = 0.5)]
internal sealed partial class WideNorm128;

[Network(Simd = SimdTiers.Vector256)] [Input(20, 2, 3)] [LocalResponseNorm(35, Alpha = 0.5)]
internal sealed partial class WideNorm256;

[Network(Simd = SimdTiers.Vector512)] [Input(20, 2, 3)] [LocalResponseNorm(35, Alpha = 0.5)]
internal sealed partial class WideNorm512;

[Network(Simd = SimdTiers.Vector128)] [Input(9, 2, 3)] [LocalResponseNorm(101, Alpha = 0.5)]
internal sealed partial class WholeNorm128;

[Network(Simd = SimdTiers.Vector256)] [Input(9, 2, 3)] [LocalResponseNorm(101, Alpha = 0.5)]
internal sealed partial class WholeNorm256;

[Network(Simd = SimdTiers.Vector512)] [Input(9, 2, 3)] [LocalResponseNorm(101, Alpha = 0.5)]
internal sealed partial class WholeNorm512;

[Network(Simd = SimdTiers.Vector128)] [Input(5, 8, 120)] [DepthwiseConv2D(3, 70, StrideWidth = 3, DilationHeight = 2)]
internal sealed partial class LongRow128;

[Network(Simd = SimdTiers.Vector256)] [Input(5, 8, 120)] [DepthwiseConv2D(3, 70, StrideWidth = 3, DilationHeight = 2)]
internal sealed partial class LongRow256;

[Network(Simd = SimdTiers.Vector512)] [Input(5, 8, 120)] [DepthwiseConv2D(3, 70, StrideWidth = 3, DilationHeight = 2)]
internal sealed partial class LongRow512;
