using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Xunit;
using static NetGen.Tests.Weights.SafetensorsBytes;

namespace NetGen.Tests.Weights;

public sealed class SafetensorsReadTests
{
    public static TheoryData<string> Ways => ["open", "stream", "dribble", "memory"];

    [Theory]
    [MemberData(nameof(Ways))]
    public void ReadsNamesShapesAndValues(string way)
    {
        using TemporaryFolder folder = new();
        byte[] data = new byte[28];
        for (int i = 0; i < 7; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(4 * i), i + 0.5f);
        }

        IWeightSource source = Read(way, folder, File(
            "{" + Entry("scalar", "F32", "", 24, 28) + ",\"__metadata__\":{\"format\":\"pt\"},"
                + Entry("fc.weight", "F32", "2,3", 0, 24) + "}   ",
            data));

        Assert.Equal(["fc.weight", "scalar"], source.Tensors.Select(tensor => tensor.Name));
        Assert.True(source.TryGetTensor("fc.weight", out TensorInfo? tensor));
        Assert.Equal("2, 3", string.Join(", ", tensor.Shape));
        Assert.Equal(TensorType.F32, tensor.Type);
        Assert.Equal([0.5f, 1.5f, 2.5f, 3.5f, 4.5f, 5.5f], Values(source, "fc.weight"));
        Assert.Equal([6.5f], Values(source, "scalar"));
        Assert.False(source.TryGetTensor("fc.bias", out _));
        (source as IDisposable)?.Dispose();
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void ReadsAnEmptyFileAndEmptyTensors(string way)
    {
        using TemporaryFolder folder = new();
        Assert.Empty(Read(way, folder, File("{}")).Tensors);
        IWeightSource source = Read(way, folder, File("{" + Entry("a", "F32", "0,4", 0, 0) + "," + Entry("b", "F16", "3,0", 0, 0) + "}"));
        Assert.Empty(Values(source, "a"));
        Assert.Empty(Values(source, "b"));
        Assert.True(!source.TryGetValues("a", out ReadOnlySpan<float> values) || values.IsEmpty);
        (source as IDisposable)?.Dispose();
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void GivesAlignedValuesOfMemoryWithoutACopy(string way)
    {
        using TemporaryFolder folder = new();
        bool isFile = way == "open";

        // The header's length decides the alignment of all that follows.
        string entries = "{" + Entry("a", "F32", "1", 0, 4) + "}";
        byte[] data = [0, 0, 0x80, 0x3F];
        IWeightSource aligned = Read(way, folder, File(entries.PadRight((entries.Length + 7) / 8 * 8), data));
        Assert.Equal(!isFile, aligned.TryGetValues("a", out ReadOnlySpan<float> values));
        Assert.Equal(isFile ? [] : [1f], values.ToArray());
        Assert.Equal([1f], Values(aligned, "a"));
        (aligned as IDisposable)?.Dispose();

        IWeightSource unaligned = Read(way, folder, File(entries.PadRight(((entries.Length + 7) / 8 * 8) + 1), data));
        Assert.Equal([1f], Values(unaligned, "a"));
        Assert.Equal(way is "stream" or "dribble", unaligned.TryGetValues("a", out _));
        (unaligned as IDisposable)?.Dispose();
    }

    [Fact]
    public void ConvertsEveryHalf()
    {
        byte[] data = new byte[2 * 65536];
        for (int i = 0; i < 65536; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(2 * i), (ushort)i);
        }

        IWeightSource half = Safetensors.Read(File("{" + Entry("a", "F16", "65536", 0, 131072) + "}", data));
        IWeightSource brain = Safetensors.Read(File("{" + Entry("a", "BF16", "65536", 0, 131072) + "}", data));
        Assert.False(half.TryGetValues("a", out _));
        float[] halves = Values(half, "a");
        float[] brains = Values(brain, "a");
        for (int i = 0; i < 65536; i++)
        {
            float expected = (float)BitConverter.UInt16BitsToHalf((ushort)i);
            if (float.IsNaN(expected))
            {
                Assert.True(float.IsNaN(halves[i]));
            }
            else
            {
                Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(halves[i]));
            }

            Assert.Equal(i << 16, BitConverter.SingleToInt32Bits(brains[i]));
        }
    }

    [Fact]
    public void ConvertsTailsAndDoublesAtAnyLengthAndAlignment()
    {
        string[] types = ["F16", "BF16", "F64", "F32"];
        int[] sizes = [2, 2, 8, 4];
        for (int type = 0; type < types.Length; type++)
        {
            for (int length = 1; length <= 40; length++)
            {
                byte[] data = new byte[length * sizes[type]];
                float[] expected = new float[length];
                for (int i = 0; i < length; i++)
                {
                    expected[i] = (i * 0.25f) - 3;
                    Span<byte> target = data.AsSpan(i * sizes[type]);
                    switch (type)
                    {
                        case 0:
                            BinaryPrimitives.WriteHalfLittleEndian(target, (Half)expected[i]);
                            break;
                        case 1:
                            BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)(BitConverter.SingleToUInt32Bits(expected[i]) >> 16));
                            break;
                        case 2:
                            BinaryPrimitives.WriteDoubleLittleEndian(target, expected[i]);
                            break;
                        default:
                            BinaryPrimitives.WriteSingleLittleEndian(target, expected[i]);
                            break;
                    }
                }

                string header = "{" + Entry("a", types[type], FormattableString.Invariant($"{length}"), 0, data.Length) + "}";
                header += new string(' ', length % 8);
                Assert.Equal(expected, Values(Safetensors.Read(File(header, data)), "a"));
            }
        }
    }

    [Fact]
    public void ToleratesOtherTypesWithoutReadingThem()
    {
        using TemporaryFolder folder = new();
        byte[] file = File(
            "{" + Entry("n", "I64", "1", 0, 8) + "," + Entry("q", "F4", "3", 8, 10) + "," + Entry("a", "F32", "1", 10, 14) + "}",
            [1, 0, 0, 0, 0, 0, 0, 0, 9, 9, 0, 0, 0x80, 0x3F]);
        foreach (string way in Ways)
        {
            IWeightSource source = Read(way, folder, file);
            Assert.True(source.TryGetTensor("n", out TensorInfo? tensor));
            Assert.Equal(TensorType.Other, tensor.Type);
            Assert.False(source.TryGetValues("n", out _));
            WeightsException exception = Assert.Throws<WeightsException>(() => source.Read("n", new float[1]));
            Assert.Equal("n: its element type is not one of F16, BF16, F32 and F64", Assert.Single(exception.Problems));
            Assert.Equal([1f], Values(source, "a"));
            (source as IDisposable)?.Dispose();
        }
    }

    [Fact]
    public void ReadSaysWhatIsWrongWithItsArguments()
    {
        IWeightSource source = Safetensors.Read(File("{" + Entry("a", "F32", "2,1", 0, 8) + "}", new byte[8]));
        ArgumentException length = Assert.Throws<ArgumentException>(() => source.Read("a", new float[3]));
        Assert.StartsWith("The tensor a [2, 1] has 2 values, and the span's length is 3.", length.Message, StringComparison.Ordinal);
        WeightsException missing = Assert.Throws<WeightsException>(() => source.Read("b", new float[3]));
        Assert.Equal("memory", missing.SourceName);
        Assert.Equal("memory: these weights cannot be used:\n  b: there is no such tensor", missing.Message);
    }

    [Fact]
    public void MissingFileIsAnOrdinaryIOError()
    {
        using TemporaryFolder folder = new();
        Assert.Throws<FileNotFoundException>(() => Safetensors.Open(folder.File("none.safetensors")));
    }

    [Fact]
    public void ADisposedFileIsNotReadAnyMore()
    {
        using TemporaryFolder folder = new();
        IWeightSource source = Safetensors.Open(folder.File("a", File("{" + Entry("a", "F32", "1", 0, 4) + "}", new byte[4])));
        ((IDisposable)source).Dispose();
        Assert.Throws<ObjectDisposedException>(() => source.Read("a", new float[1]));
        Assert.Throws<ObjectDisposedException>(() => source.TryGetValues("a", out _));
    }

    /// <summary>What has been read once is read again, or else it is an error that says so.</summary>
    [Theory]
    [InlineData("F32", 1)]
    [InlineData("F32", 700_000)]
    [InlineData("F16", 1_200_000)]
    [InlineData("F64", 300_000)]
    public void AFileThatChangesIsNoticed(string type, int length)
    {
        using TemporaryFolder folder = new();
        int size = type switch { "F16" => 2, "F32" => 4, _ => 8 };
        byte[] data = new byte[2 * size * length];
        new Random(1).NextBytes(data);
        byte[] content = File(
            "{" + Entry("a", type, $"{length}", 0, size * length) + "," + Entry("b", type, $"{length}", size * length, 2 * size * length) + "}", data);
        string path = folder.File("a", content);
        IWeightSource source = Safetensors.Open(path);
        float[] a = Values(source, "a");
        Assert.Equal(Values(Safetensors.Read(content), "a"), a);

        // To write the same once more, or to set the time, changes nothing of what has been read.
        WriteInto(path, content);
        System.IO.File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(1));
        Assert.Equal(a, Values(source, "a"));
        Assert.Contains("b: the file was written to before its values were read", Error("b"), StringComparison.Ordinal);

        content[content.Length - (size * length) - 1] ^= 1;
        WriteInto(path, content);
        Assert.Contains("a: its values are not those that were read before", Error("a"), StringComparison.Ordinal);
        WriteInto(path, content[..^((size * length) + 1)]);
        Assert.Contains("a: the file ends before its last value", Error("a"), StringComparison.Ordinal);
        Assert.Contains(path, Error("a"), StringComparison.Ordinal);
        (source as IDisposable)?.Dispose();

        string Error(string tensor) => Assert.Throws<WeightsException>(() => Values(source, tensor)).Message;
    }

    [Fact]
    public void AFileThatIsReplacedStaysReadable()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("a", File("{" + Entry("a", "F32", "1", 0, 4) + "}", 0, 0, 0x80, 0x3F));
        IWeightSource source = Safetensors.Open(path);
        System.IO.File.Move(folder.File("b", [1]), path, overwrite: true);
        Assert.Equal([1f], Values(source, "a"));
        (source as IDisposable)?.Dispose();
    }

    [Fact]
    public void TheStreamIsLeftOpenAndReadToItsEnd()
    {
        using MemoryStream stream = new([1, 2, 3, .. File("{" + Entry("a", "F32", "1", 0, 4) + "}", new byte[4])]);
        stream.Position = 3;
        Assert.Single(Safetensors.Read(stream).Tensors);
        Assert.Equal(stream.Length, stream.Position);
        Assert.True(stream.CanRead);
    }

    [Fact]
    public void EscapedNamesAreDecoded()
    {
        byte[] file = File("{\"caf\\u00e9\\ud83d\\ude00\":{\"data_offsets\":[0,4],\"extra\":[{}],\"shape\":[],\"d\\u0074ype\":\"F32\"}}", new byte[4]);
        Assert.Equal("café😀", Assert.Single(Safetensors.Read(file).Tensors).Name);
    }

    internal static IWeightSource Read(string way, TemporaryFolder folder, byte[] file)
    {
        switch (way)
        {
            case "open":
                return Safetensors.Open(folder.File("weights.safetensors", file));
            case "stream":
                using (MemoryStream stream = new(file))
                {
                    return Safetensors.Read(stream);
                }

            case "dribble":
                using (DribblingStream stream = new(file))
                {
                    return Safetensors.Read(stream);
                }

            default:
                return Safetensors.Read(file);
        }
    }

    /// <summary>Writes a file anew in its place, as copying tools do.</summary>
    private static void WriteInto(string path, byte[] content)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(content.Length);
        file.Write(content);
    }
}
