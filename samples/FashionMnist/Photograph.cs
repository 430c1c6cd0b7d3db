using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using StbImageSharp;

namespace FashionMnist;

/// <summary>Turns a user's picture into what the network was trained on: 28×28 grey, the clothing bright on black.</summary>
public static class Photograph
{
    private const int Size = 28;

    /// <summary>Reads a PNG, JPEG, BMP, GIF or TGA file.</summary>
    /// <exception cref="InvalidDataException">It cannot be decoded, or nothing in it can be seen.</exception>
    public static float[] Load(string path) => Prepare(PictureFile.Decode(path));

    /// <summary>The network's input of a picture of four channels, red, green, blue and alpha.</summary>
    /// <exception cref="InvalidDataException">All of it is transparent.</exception>
    public static float[] Prepare(ImageResult image)
    {
        // Photographs of clothing usually have a bright background; the training images have a black one. Transparent pixels are
        // background, and so black too.
        bool isNegative = HasBrightBackground(image);
        return Shrink(Trim(image.Width, image.Height, Pixel), Pixel);

        float Pixel(int x, int y)
        {
            (float luma, float alpha) = At(image, x, y);
            return alpha * (isNegative ? 1 - luma : luma);
        }
    }

    /// <summary>
    /// Whether the background is bright, which the border shows. Where that is transparent mostly, the clothing decides: what can be
    /// seen of dark clothing stands out against white.
    /// </summary>
    private static bool HasBrightBackground(ImageResult image)
    {
        double borderLuma = 0, borderAlpha = 0, allLuma = 0, allAlpha = 0;
        long borderPixels = 0;
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                (float luma, float alpha) = At(image, x, y);
                allLuma += luma * alpha;
                allAlpha += alpha;
                if (IsBorder(x, y, image.Width, image.Height))
                {
                    borderLuma += luma * alpha;
                    borderAlpha += alpha;
                    borderPixels++;
                }
            }
        }

        return allAlpha == 0 ? throw new InvalidDataException("all of it is transparent")
            : borderAlpha >= 0.5 * borderPixels ? borderLuma > 0.5 * borderAlpha
            : allLuma < 0.5 * allAlpha;
    }

    /// <summary>Whether a pixel is in the outermost part of the picture itself, a line of the image that the network takes.</summary>
    private static bool IsBorder(int x, int y, int width, int height)
    {
        int border = Math.Max(1, Math.Min(width, height) / Size);
        return Math.Min(x, y) < border || x >= width - border || y >= height - border;
    }

    /// <summary>
    /// The smallest part that holds all that differs from the background, by a twentieth as for the training images; all of it where
    /// nothing does.
    /// </summary>
    private static (int Left, int Top, int Width, int Height) Trim(int width, int height, Func<int, int, float> pixel)
    {
        const double least = 0.05;
        double sum = 0;
        long count = 0;
        foreach ((int x, int y) in Pixels().Where(p => IsBorder(p.X, p.Y, width, height)))
        {
            sum += pixel(x, y);
            count++;
        }

        double background = sum / count;
        (int left, int top, int right, int bottom) = (width, height, -1, -1);
        foreach ((int x, int y) in Pixels().Where(p => Math.Abs(pixel(p.X, p.Y) - background) > least))
        {
            (left, right) = (Math.Min(left, x), Math.Max(right, x));
            (top, bottom) = (Math.Min(top, y), Math.Max(bottom, y));
        }

        return right < 0 ? (0, 0, width, height) : (left, top, right - left + 1, bottom - top + 1);

        IEnumerable<(int X, int Y)> Pixels() => Enumerable.Range(0, height).SelectMany(_ => Enumerable.Range(0, width), (y, x) => (x, y));
    }

    /// <summary>A pixel's brightness and its opacity, from 0 to 1.</summary>
    private static (float Luma, float Alpha) At(ImageResult image, int x, int y)
    {
        ReadOnlySpan<byte> pixel = image.Data.AsSpan(4 * ((y * image.Width) + x), 4);
        return (((0.299f * pixel[0]) + (0.587f * pixel[1]) + (0.114f * pixel[2])) / 255f, pixel[3] / 255f);
    }

    /// <summary>Averages the pixels of a part that fall on each of 28×28, keeping the shape and filling up with black.</summary>
    private static float[] Shrink((int Left, int Top, int Width, int Height) part, Func<int, int, float> pixel)
    {
        var small = new float[Size * Size];
        double scale = (double)Math.Max(part.Width, part.Height) / Size;
        double left = ((Size * scale) - part.Width) / 2;
        double top = ((Size * scale) - part.Height) / 2;
        for (int y = 0; y < Size; y++)
        {
            for (int x = 0; x < Size; x++)
            {
                small[(y * Size) + x] = Mean((x * scale) - left, (y * scale) - top, scale);
            }
        }

        return small;

        float Mean(double x0, double y0, double size)
        {
            double sum = 0;
            for (int y = Math.Max(0, (int)Math.Floor(y0)); y < Math.Min(part.Height, y0 + size); y++)
            {
                for (int x = Math.Max(0, (int)Math.Floor(x0)); x < Math.Min(part.Width, x0 + size); x++)
                {
                    // The share of the pixel that lies within the square.
                    double share = (Math.Min(x + 1, x0 + size) - Math.Max(x, x0)) * (Math.Min(y + 1, y0 + size) - Math.Max(y, y0));
                    sum += share > 0 ? share * pixel(part.Left + x, part.Top + y) : 0;
                }
            }

            return (float)(sum / (size * size));
        }
    }
}
