using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Compression;
using System.Linq;
using Xunit;

namespace NetGen.Tests.Golden;

/// <summary>A trained network on real images.</summary>
public sealed class FashionMnistTests
{
    private const int Classes = 10;

    [Fact]
    public void TrainedLeNetMatchesPyTorch()
    {
        LeNet5 network = LeNet5.Load(GoldenData.Path("lenet-fashion-mnist.safetensors"));
        float[] logits = Classify(network, out _);
        float[] expected = GoldenData.Floats("lenet-fashion-mnist.logits-first256.f32");
        Assert.Equal(256 * Classes, expected.Length);
        for (int i = 0; i < 256; i++)
        {
            GoldenData.AssertClose(expected.AsSpan(i * Classes, Classes), logits.AsSpan(i * Classes, Classes));
        }

        Assert.Equal(9_129, Correct(network));
    }

    /// <summary>How many of the 10,000 images a network classifies correctly.</summary>
    internal static int Correct<TNetwork>(TNetwork network)
        where TNetwork : INetwork<TNetwork>
    {
        float[] logits = Classify(network, out byte[] labels);
        return labels.Where((label, i) => logits.AsSpan(i * Classes, Classes).IndexOf(logits.Skip(i * Classes).Take(Classes).Max()) == label).Count();
    }

    /// <summary>The test images, one after the other.</summary>
    internal static float[] Images() => Array.ConvertAll(ReadIdx("t10k-images-idx3-ubyte.gz"), p => p / 255f);

    private static float[] Classify<TNetwork>(TNetwork network, out byte[] labels)
        where TNetwork : INetwork<TNetwork>
    {
        float[] images = Images();
        labels = ReadIdx("t10k-labels-idx1-ubyte.gz");
        Assert.Equal(10_000, labels.Length);
        Assert.Equal(labels.Length * TNetwork.Info.Input.Length, images.Length);
        var logits = new float[labels.Length * Classes];
        network.ForwardBatch(images, logits, maxDegreeOfParallelism: 2);
        return logits;
    }

    /// <summary>An IDX file of bytes: a magic number whose last byte is the number of dimensions, their sizes, and the data.</summary>
    private static byte[] ReadIdx(string file)
    {
        using var content = new MemoryStream();
        using (var stream = new GZipStream(File.OpenRead(GoldenData.Path(file)), CompressionMode.Decompress))
        {
            stream.CopyTo(content);
        }

        byte[] bytes = content.ToArray();
        return bytes[(4 + (4 * (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes) & 0xFF)))..];
    }
}
