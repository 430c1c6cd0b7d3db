using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Linq;
using Xunit;
using static NetGen.Tests.Weights.SafetensorsBytes;

namespace NetGen.Tests.Weights;

public sealed class SafetensorsSaveTests
{
    private static readonly float[] Special =
    [
        0, -0f, 1, -1.5f, 0.1f, 1 / 3f, 65504, 65520, 1e30f, -1e-30f, 1e-7f, 6e-8f, float.Epsilon, float.MaxValue, float.PositiveInfinity,
        float.NegativeInfinity, float.NaN, BitConverter.Int32BitsToSingle(0x7F800001), BitConverter.Int32BitsToSingle(-1),
        BitConverter.Int32BitsToSingle(0x3F808000), BitConverter.Int32BitsToSingle(0x3F818000), BitConverter.Int32BitsToSingle(0x3F808001),
    ];

    [Theory]
    [InlineData(TensorType.F32)]
    [InlineData(TensorType.F16)]
    [InlineData(TensorType.BF16)]
    [InlineData(TensorType.F64)]
    public void RoundTripsInEachType(TensorType type)
    {
        MemoryWeights weights = new();
        weights.Add("special", Special, Special.Length);
        weights.Add("long", [.. Enumerable.Range(0, 40_001).Select(i => (i - 20_000) / 256f)], 40_001);
        using MemoryStream stream = new();
        Safetensors.Save(stream, weights, type);
        IWeightSource read = Safetensors.Read(stream.ToArray());
        Assert.Equal(["long", "special"], read.Tensors.Select(tensor => tensor.Name));
        Assert.All(read.Tensors, tensor => Assert.Equal(type, tensor.Type));
        foreach (string name in new[] { "special", "long" })
        {
            float[] expected = Values(weights, name);
            float[] found = Values(read, name);
            Assert.Equal(expected.Length, found.Length);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal(Rounded(expected[i], type), found[i]);
                Assert.Equal(float.IsNegative(expected[i]), float.IsNegative(found[i]));
            }
        }
    }

    [Fact]
    public void WritesTheBytesOfTheReferenceImplementation()
    {
        MemoryWeights weights = new();
        weights.Add("b", [1, 2], 1, 2);
        weights.Add("a", [3]);
        using MemoryStream stream = new();
        Safetensors.Save(stream, weights);

        const string header =
            """{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]}}""";
        byte[] expected = File(
            header.PadRight((header.Length + 7) / 8 * 8), [0, 0, 0x40, 0x40, 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]);
        Assert.NotEqual(0, header.Length % 8);
        Assert.Equal(expected, stream.ToArray());
        Assert.True(stream.CanWrite);
    }

    [Fact]
    public void SavesWhatWasOpenedOverItself()
    {
        using TemporaryFolder folder = new();
        MemoryWeights weights = new();
        weights.Add("a", [1, 2, 3], 3);
        string path = folder.File("a.safetensors");
        Safetensors.Save(path, weights);
        byte[] first = System.IO.File.ReadAllBytes(path);
        IWeightSource opened = Safetensors.Open(path);
        Assert.Equal(path, opened.Name);

        // Windows replaces no mapped file; the new one then stands beside it.
        string target = OperatingSystem.IsWindows() ? folder.File("b.safetensors") : path;
        Safetensors.Save(target, opened);
        Assert.Equal(first, System.IO.File.ReadAllBytes(target));
        Assert.Equal([1f, 2f, 3f], Values(opened, "a"));
        ((IDisposable)opened).Dispose();
        Safetensors.Save(target, weights, TensorType.F64);
        using (FileStream stream = System.IO.File.OpenRead(target))
        {
            Assert.Equal(TensorType.F64, Assert.Single(Safetensors.Read(stream).Tensors).Type);
        }

        Assert.DoesNotContain(Directory.GetFiles(folder.Path), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void AFailureLeavesTheOldFileAndNothingElse()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("a.safetensors", [1, 2, 3]);
        Assert.Throws<InvalidDataException>(() => Safetensors.Save(path, new FailingWeights()));
        Assert.Equal([1, 2, 3], System.IO.File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void LeavesOutWhatCannotBeRead()
    {
        IWeightSource source = Safetensors.Read(File(
            "{" + Entry("n", "I64", "", 0, 8) + "," + Entry("a", "F16", "1", 8, 10) + "}", [1, 0, 0, 0, 0, 0, 0, 0, 0, 0x3C]));
        using MemoryStream stream = new();
        Safetensors.Save(stream, source);
        IWeightSource read = Safetensors.Read(stream.ToArray());
        Assert.Equal("a", Assert.Single(read.Tensors).Name);
        Assert.Equal([1f], Values(read, "a"));
    }

    [Fact]
    public void NamesThatCannotBeWrittenAreReportedBeforeTheFirstByte()
    {
        MemoryWeights weights = new();
        weights.Add("__metadata__", [1]);
        using MemoryStream stream = new();
        WeightsException exception = Assert.Throws<WeightsException>(() => Safetensors.Save(stream, weights));
        Assert.Equal("__metadata__: the format reserves this name", Assert.Single(exception.Problems));
        Assert.Throws<ArgumentOutOfRangeException>(() => Safetensors.Save(stream, new MemoryWeights(), TensorType.Other));
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public void AnyNameIsWrittenAndReadAgain()
    {
        string[] names = ["", "a\"b\\c", "línea\n\u0001", "层.权重", "😀", "dtype"];
        using MemoryStream stream = new();
        Safetensors.Save(stream, new NamesOnly(names));
        Assert.Equal(names.Order(StringComparer.Ordinal), Safetensors.Read(stream.ToArray()).Tensors.Select(tensor => tensor.Name));
    }

    private static float Rounded(float value, TensorType type)
    {
        switch (type)
        {
            case TensorType.F16:
                return (float)(Half)value;
            case TensorType.BF16 when float.IsFinite(value):
                // The nearer of the two neighbours of eight bits, the even one of two equally near.
                float lower = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xFFFF0000);
                float upper = BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(value) & 0xFFFF0000) + 0x10000);
                double gap = Math.Abs((double)value - lower);
                double half = float.IsInfinity(upper)
                    ? Math.ScaleB(1, 119)
                    : Math.Abs((double)upper - lower) / 2;
                bool lowerIsEven = (BitConverter.SingleToUInt32Bits(lower) & 0x10000) == 0;
                return gap < half || (gap == half && lowerIsEven) ? lower : upper;
            default:
                return value;
        }
    }

    private sealed class FailingWeights : IWeightSource
    {
        public string Name => "failing";

        public IReadOnlyCollection<TensorInfo> Tensors => [new TensorInfo("a", TensorType.F32, 3)];

        public bool TryGetTensor(string name, [NotNullWhen(true)] out TensorInfo? tensor)
        {
            tensor = Tensors.First();
            return true;
        }

        public void Read(string name, Span<float> destination) => throw new InvalidDataException();
    }

    private sealed class NamesOnly(string[] names) : IWeightSource
    {
        public string Name => "names";

        public IReadOnlyCollection<TensorInfo> Tensors => [.. names.Select(name => new TensorInfo(name, TensorType.F32, 1))];

        public bool TryGetTensor(string name, [NotNullWhen(true)] out TensorInfo? tensor) => throw new NotSupportedException();

        public void Read(string name, Span<float> destination) => destination.Clear();
    }
}
