using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Compression;

namespace FashionMnist;

/// <summary>The public test images of Fashion-MNIST, from files in the IDX format.</summary>
public sealed class TestSet
{
    /// <summary>The names of the ten classes, by label.</summary>
    public static readonly string[] Classes =
        ["T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    private TestSet(float[] images, byte[] labels)
    {
        Images = images;
        Labels = labels;
    }

    /// <summary>All images one after the other, each pixel from 0 to 1.</summary>
    public float[] Images { get; }

    /// <summary>The label of each image.</summary>
    public byte[] Labels { get; }

    /// <summary>One image.</summary>
    public ReadOnlySpan<float> Image(int index) => Images.AsSpan(index * LeNet.InputLength, LeNet.InputLength);

    /// <summary>Reads the two files.</summary>
    public static TestSet Load(string folder)
    {
        byte[] pixels = ReadIdx(Path.Combine(folder, "t10k-images-idx3-ubyte.gz"), 0x00000803);
        byte[] labels = ReadIdx(Path.Combine(folder, "t10k-labels-idx1-ubyte.gz"), 0x00000801);
        if (pixels.Length != (long)labels.Length * LeNet.InputLength)
        {
            throw new InvalidDataException($"{labels.Length} labels do not fit {pixels.Length} pixels.");
        }

        return new TestSet(Array.ConvertAll(pixels, p => p / 255f), labels);
    }

    /// <summary>An IDX file: a magic number that tells the dimensions, their sizes in big-endian order, and the bytes.</summary>
    private static byte[] ReadIdx(string path, uint magic)
    {
        using var content = new MemoryStream();
        using (var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress))
        {
            file.CopyTo(content);
        }

        ReadOnlySpan<byte> bytes = content.ToArray();
        int dimensions = (int)(magic & 0xFF);
        int header = 4 + (4 * dimensions);
        if (bytes.Length < header || BinaryPrimitives.ReadUInt32BigEndian(bytes) != magic)
        {
            throw new InvalidDataException($"'{path}' is not an IDX file of bytes with {dimensions} dimensions.");
        }

        long length = 1;
        for (int d = 0; d < dimensions; d++)
        {
            length *= BinaryPrimitives.ReadUInt32BigEndian(bytes[(4 + (4 * d))..]);
        }

        return bytes.Length == header + length
            ? bytes[header..].ToArray()
            : throw new InvalidDataException($"'{path}' should hold {length} bytes of data, but holds {bytes.Length - header}.");
    }
}
