using System;
using System.IO;
using StbImageSharp;

namespace FashionMnist;

/// <summary>Turns a user's picture into what the network was trained on: 28×28 grey, the clothing bright on black.</summary>
public static class Photograph
{
    private const int Size = 28;

    /// <summary>Reads a PNG, JPEG, BMP, GIF or TGA file.</summary>
    public static float[] Load(string path)
    {
        ImageResult image;
        using (FileStream file = File.OpenRead(path))
        {
            image = ImageResult.FromStream(file, ColorComponents.RedGreenBlueAlpha);
        }

        var grey = new float[image.Width * image.Height];
        for (int i = 0; i < grey.Length; i++)
        {
            ReadOnlySpan<byte> pixel = image.Data.AsSpan(4 * i, 4);
            float luma = ((0.299f * pixel[0]) + (0.587f * pixel[1]) + (0.114f * pixel[2])) / 255f;

            // Transparent means background, which is black.
            grey[i] = luma * pixel[3] / 255f;
        }

        float[] small = Shrink(grey, image.Width, image.Height);

        // Photographs of clothing usually have a bright background; the training images have a black one.
        if (BorderMean(small) > 0.5f)
        {
            for (int i = 0; i < small.Length; i++)
            {
                small[i] = 1 - small[i];
            }
        }

        return small;
    }

    /// <summary>Averages the pixels that fall on each of 28×28, keeping the shape and filling up with black.</summary>
    private static float[] Shrink(float[] grey, int width, int height)
    {
        var small = new float[Size * Size];
        double scale = (double)Math.Max(width, height) / Size;
        double left = ((Size * scale) - width) / 2;
        double top = ((Size * scale) - height) / 2;
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
            for (int y = (int)Math.Floor(y0); y < y0 + size; y++)
            {
                for (int x = (int)Math.Floor(x0); x < x0 + size; x++)
                {
                    // The share of the pixel that lies within the square.
                    double share = (Math.Min(x + 1, x0 + size) - Math.Max(x, x0)) * (Math.Min(y + 1, y0 + size) - Math.Max(y, y0));
                    bool inside = x >= 0 && y >= 0 && x < width && y < height;
                    sum += inside && share > 0 ? share * grey[(y * width) + x] : 0;
                }
            }

            return (float)(sum / (size * size));
        }
    }

    private static float BorderMean(float[] image)
    {
        float sum = 0;
        for (int i = 0; i < Size - 1; i++)
        {
            sum += image[i] + image[(i * Size) + Size - 1] + image[(Size * Size) - 1 - i] + image[(i + 1) * Size];
        }

        return sum / (4 * (Size - 1));
    }
}
