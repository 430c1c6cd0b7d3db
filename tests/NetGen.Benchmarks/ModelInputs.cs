using System;
using System.Linq;
using NetGen.Onnx;

namespace NetGen.Benchmarks;

/// <summary>Makes inputs like those that models see in use: pictures of text and of a face, speech, and what is computed from it.</summary>
internal static class ModelInputs
{
    private const double SampleRate = 16000;

    /// <summary>The columns of digits, the upper dot in the lowest bit.</summary>
    private static readonly byte[][] Digits =
    [
        [0x3e, 0x51, 0x49, 0x45, 0x3e], [0x00, 0x42, 0x7f, 0x40, 0x00], [0x42, 0x61, 0x51, 0x49, 0x46], [0x21, 0x41, 0x45, 0x4b, 0x31], [0x18, 0x14, 0x12, 0x7f, 0x10],
        [0x27, 0x45, 0x45, 0x45, 0x39], [0x3c, 0x4a, 0x49, 0x49, 0x30], [0x01, 0x71, 0x09, 0x05, 0x03], [0x36, 0x49, 0x49, 0x49, 0x36], [0x06, 0x49, 0x49, 0x29, 0x1e],
    ];

    /// <summary>Lines of digits, dark on bright paper, as a scan shows them.</summary>
    /// <param name="lineHeight">The height of a line in pixels.</param>
    /// <param name="means">What is taken from a channel between 0 and 1, which is then divided by the deviation.</param>
    /// <param name="deviations">The deviation of each channel.</param>
    public static Func<ImportedInput, float[]> Text(int lineHeight, float[] means, float[] deviations) => input =>
        Picture(input, (x, y) => Digit(x, y, lineHeight), (value, channel) => channel < means.Length ? ((value / 255) - means[channel]) / deviations[channel] : 1);

    /// <summary>A bright face before a dark wall with a window.</summary>
    /// <param name="low">What black becomes.</param>
    /// <param name="high">What white becomes; a fourth channel is 1.</param>
    public static Func<ImportedInput, float[]> Face(float low, float high) => input =>
    {
        (int height, int width) = Size(input);
        return Picture(input, (x, y) => Portrait(x / width, y / height), (value, channel) => channel < 3 ? low + ((high - low) * value / 255) : 1);
    };

    /// <summary>Speech: a voice of changing pitch between pauses, and noise, call after call; states are zeros in the first.</summary>
    /// <param name="scale">The loudest value.</param>
    public static Func<ImportedInput, float[]> Speech(float scale)
    {
        var random = new Random(1);
        int time = 0;
        double phase = 0;
        return input => input.Next is not null ? new float[input.Shape.Length] : [.. Enumerable.Range(0, input.Shape.Length).Select(_ =>
        {
            double t = time++ / SampleRate;
            phase += 2 * Math.PI * (130 + (30 * Math.Sin(5 * t))) / SampleRate;
            double loudness = Math.Max(0, Math.Sin((9 * t) + 0.5));
            double voice = Enumerable.Range(1, 20).Sum(k => Math.Sin(k * phase) / (1 + Math.Abs(k - 5)) / 4);
            return (float)(scale * ((0.5 * loudness * voice) + (0.02 * ((2 * random.NextSingle()) - 1))));
        })];
    }

    /// <summary>Values that change slowly along the first axis that is longer than 1, with noise, between two bounds.</summary>
    public static Func<ImportedInput, float[]> Features(float low, float high)
    {
        var random = new Random(1);
        return input =>
        {
            int rows = input.Dimensions.First(d => d > 1);
            int row = input.Shape.Length / rows;
            double[] phases = [.. Enumerable.Range(0, row).Select(_ => 6.3 * random.NextDouble())];
            return [.. Enumerable.Range(0, input.Shape.Length).Select(i =>
                (float)(low + ((high - low) * (0.5 + (0.4 * Math.Sin(phases[i % row] + (0.3 * (i / row)))) + (0.1 * ((2 * random.NextDouble()) - 1))))))];
        };
    }

    private static float[] Picture(ImportedInput input, Func<double, double, (double R, double G, double B)> paint, Func<float, int, float> normalize)
    {
        (int height, int width) = Size(input);
        bool isPlanar = IsPlanar(input);
        int channels = input.Dimensions[isPlanar ? 1 : 3];
        var random = new Random(1);
        var result = new float[channels * height * width];
        for (int i = 0; i < height * width; i++)
        {
            (double R, double G, double B) sum = default;
            foreach ((double dx, double dy) in new[] { (0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75) })
            {
                (double r, double g, double b) = paint((i % width) + dx, (i / width) + dy);
                sum = (sum.R + (r / 4), sum.G + (g / 4), sum.B + (b / 4));
            }

            double noise = 6 * (random.NextDouble() - 0.5);
            double[] pixel = [sum.R, sum.G, sum.B, 0];
            for (int c = 0; c < channels; c++)
            {
                result[isPlanar ? (c * height * width) + i : (i * channels) + c] = normalize((float)Math.Clamp(Math.Round(pixel[c] + noise), 0, 255), c);
            }
        }

        return result;
    }

    private static bool IsPlanar(ImportedInput input) => input.Dimensions[1] is 3 or 4;

    private static (int Height, int Width) Size(ImportedInput input) =>
        IsPlanar(input) ? (input.Dimensions[2], input.Dimensions[3]) : (input.Dimensions[1], input.Dimensions[2]);

    /// <summary>A place of a page: a line has 9 dots, of which a digit takes 7, and a digit 5 of 6 columns.</summary>
    private static (double R, double G, double B) Digit(double x, double y, int lineHeight)
    {
        double dot = lineHeight / 9.0;
        (int column, int row) = ((int)(x / dot) - 1, (int)(y / dot));
        int line = row / 9;
        int digit = ((7 * (column / 6)) + (3 * line)) % 10;
        bool isGap = column < 0 || column % 6 == 5 || row % 9 is 0 or 8 || (column / 6) % 7 == 6;
        double shade = 1 - (0.1 * Math.Sin(x / 200) * Math.Cos(y / 150));
        return isGap || (Digits[digit][column % 6] >> ((row % 9) - 1) & 1) == 0 ? (235 * shade, 230 * shade, 215 * shade) : (35, 30, 45);
    }

    private static (double R, double G, double B) Portrait(double x, double y)
    {
        double Ellipse(double cx, double cy, double rx, double ry) => Math.Pow((x - cx) / rx, 2) + Math.Pow((y - cy) / ry, 2);
        double light = 1.1 - (0.4 * x);
        return
            Ellipse(0.42, 0.45, 0.035, 0.02) < 1 || Ellipse(0.58, 0.45, 0.035, 0.02) < 1 ? (40, 30, 25)
            : Ellipse(0.5, 0.68, 0.07, 0.02) < 1 ? (150, 60, 60)
            : Ellipse(0.5, 0.56, 0.02, 0.05) < 1 ? (200 * light, 150 * light, 120 * light)
            : Ellipse(0.5, 0.53, 0.19, 0.26) < 1 ? (225 * light, 175 * light, 145 * light)
            : Ellipse(0.5, 0.45, 0.23, 0.3) < 1 ? (50, 35, 25)
            : Ellipse(0.5, 1.05, 0.4, 0.28) < 1 ? (60, 80, 140 * light)
            : x > 0.78 && y < 0.5 ? (x is > 0.88 and < 0.9 || y is > 0.24 and < 0.26 ? (70, 60, 50) : (230, 240, 250))
            : (95 * light, 110 * light, 105 * light);
    }
}
