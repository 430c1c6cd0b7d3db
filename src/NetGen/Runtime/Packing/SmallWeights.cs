using System;
using System.Runtime.CompilerServices;

namespace NetGen.Runtime;

/// <summary>Packs the weights of one tile into words: the same lane of two or four taps in a row, the first in the lowest bits.</summary>
internal static class SmallWeights
{
    private const int Largest = 127;

    /// <summary>Rounds to the upper halves of float32, to even where two are as near.</summary>
    /// <param name="taps">The weights, lanes next to each other.</param>
    /// <param name="words">Takes two taps a word; after an odd number of taps stands a zero.</param>
    /// <param name="width">The lanes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToBFloat16(ReadOnlySpan<float> taps, Span<uint> words, int width)
    {
        for (int from = 0; from < taps.Length; from += 2 * width)
        {
            ReadOnlySpan<float> first = taps.Slice(from, width);
            ReadOnlySpan<float> second = from + width < taps.Length ? taps.Slice(from + width, width) : default;
            Span<uint> target = words.Slice(from / 2, width);
            for (int l = 0; l < width; l++)
            {
                target[l] = (Round(first[l]) >> 16) | (second.IsEmpty ? 0 : Round(second[l]) & 0xFFFF0000);
            }
        }
    }

    /// <summary>Rounds to multiples of a scale for each lane, from −127 to 127.</summary>
    /// <param name="taps">The weights, lanes next to each other.</param>
    /// <param name="words">Takes four taps a word; zeros stand after the last.</param>
    /// <param name="width">The lanes.</param>
    /// <param name="scales">Takes what each lane's integers are to be multiplied with.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToInt8(ReadOnlySpan<float> taps, Span<uint> words, int width, Span<float> scales)
    {
        int count = taps.Length / width;
        for (int l = 0; l < width; l++)
        {
            float largest = LargestOf(taps, width, l);
            scales[l] = largest / Largest;
            float inverse = largest > 0 ? Largest / largest : 0;
            for (int t = 0; t < count; t += 4)
            {
                uint word = 0;
                for (int i = 0; i < 4 && t + i < count; i++)
                {
                    int value = (int)MathF.Round(taps[((t + i) * width) + l] * inverse);
                    word |= (uint)(byte)(sbyte)Math.Clamp(value, -Largest, Largest) << (8 * i);
                }

                words[(t / 4 * width) + l] = word;
            }
        }
    }

    /// <summary>
    /// Rounds to multiples of a scale for each lane, from −64 to 64, for products with integers. Of w · x = s · q · t · (i − z) for
    /// all taps, s · t becomes the scale, and −s · t · z · Σ q is added to the bias.
    /// </summary>
    /// <param name="taps">The weights in the order positions, channels, lanes.</param>
    /// <param name="words">Takes four channels a word; zeros stand after a position's last.</param>
    /// <param name="width">The lanes.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="input">How the weights' input is quantized.</param>
    /// <param name="bias">The bias of each lane, which is corrected.</param>
    /// <param name="scales">Takes what each lane's sum of products is to be multiplied with.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToIntegers(
        ReadOnlySpan<float> taps, Span<uint> words, int width, int channels, Quantization input, Span<float> bias, Span<float> scales)
    {
        int count = taps.Length / width;
        int positions = count / channels;
        int wordsPerPosition = (channels + 3) / 4;
        words.Clear();
        for (int l = 0; l < width; l++)
        {
            float largest = LargestOf(taps, width, l);
            float inverse = largest > 0 ? Quantized.LargestWeight / largest : 0;
            long sum = 0;
            for (int p = 0; p < positions; p++)
            {
                for (int c = 0; c < channels; c++)
                {
                    int value = (int)Math.Clamp(
                        MathF.Round(taps[(((p * channels) + c) * width) + l] * inverse), -Quantized.LargestWeight, Quantized.LargestWeight);
                    sum += value;
                    words[(((p * wordsPerPosition) + (c / 4)) * width) + l] |= (uint)(byte)(sbyte)value << (8 * (c % 4));
                }
            }

            double scale = (double)largest / Quantized.LargestWeight * input.Scale;
            scales[l] = (float)scale;
            bias[l] = (float)(bias[l] - (scale * input.ZeroPoint * sum));
        }
    }

    /// <summary>The largest magnitude of a lane's weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float LargestOf(ReadOnlySpan<float> taps, int width, int lane)
    {
        float largest = 0;
        for (int i = lane; i < taps.Length; i += width)
        {
            largest = MathF.Max(largest, MathF.Abs(taps[i]));
        }

        return largest;
    }

    private static uint Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);

        // Rounding could turn the bits of a NaN into infinity's.
        return float.IsNaN(value) ? bits | 0x00400000 : bits + 0x7FFF + ((bits >> 16) & 1);
    }
}
