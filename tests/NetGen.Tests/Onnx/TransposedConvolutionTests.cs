using System;
using System.Linq;
using NetGen.Onnx.Export;
using NetGen.Onnx.Protos;
using Xunit;

namespace NetGen.Tests.Onnx;

/// <summary>Transposed convolutions whose padding follows from something else come out as ONNX Runtime's.</summary>
public sealed class TransposedConvolutionTests
{
    [Theory]
    [InlineData("SAME_UPPER")]
    [InlineData("SAME_LOWER")]
    [InlineData("VALID")]
    [InlineData("NOTSET")]
    public void Padding(string autoPad)
    {
        var random = new Random(autoPad.Length);
        var comparison = new RuntimeComparison();
        for (int i = 0; i < 30; i++)
        {
            int groups = random.Next(1, 3);
            int[] dims = [1, 2 * groups, random.Next(1, 7), random.Next(1, 7)];
            int[] kernel = [random.Next(1, 6), random.Next(1, 6)];
            int[] stride = [random.Next(1, 4), random.Next(1, 4)];
            int[] dilation = [random.Next(1, 3), random.Next(1, 3)];
            int[] extra = [.. stride.Select(s => random.Next(0, s))];
            int[] full = [.. Enumerable.Range(0, 2).Select(a => ((dims[a + 2] - 1) * stride[a]) + (dilation[a] * (kernel[a] - 1)) + 1)];
            AttributeProto[] attributes =
            [
                ModelBuilder.Text("auto_pad", autoPad),
                ModelBuilder.Ints("strides", stride[0], stride[1]),
                ModelBuilder.Ints("dilations", dilation[0], dilation[1]),
                ModelBuilder.Ints("output_padding", extra[0], extra[1]),
                ModelBuilder.Int("group", groups),
                .. i % 3 == 1 ? [ModelBuilder.Ints("output_shape", full.Zip(stride, (f, s) => (long)random.Next(Math.Max(1, f - 3), f + s)))] : Array.Empty<AttributeProto>(),
            ];
            var model = new TestModel(11, dims);
            int filters = 3 * groups;
            string weights = model.Constant(Values(random, dims[1] * 3 * kernel[0] * kernel[1]), dims[1], 3, kernel[0], kernel[1]);
            string bias = model.Constant(Values(random, filters), filters);
            model.Output(model.Node("ConvTranspose", i % 2 == 0 ? ["x", weights, bias] : ["x", weights], attributes));
            comparison.Add(
                $"{autoPad} [{string.Join(", ", dims)}] kernel {kernel[0]}×{kernel[1]}, stride {stride[0]}×{stride[1]}, dilation {dilation[0]}×{dilation[1]}, output padding {extra[0]}×{extra[1]}",
                model,
                Values(random, dims.Aggregate(1, (a, b) => a * b)),
                1e-5);
        }

        comparison.Check();
    }

    private static float[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
}
