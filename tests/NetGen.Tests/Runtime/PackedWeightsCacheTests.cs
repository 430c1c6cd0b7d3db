using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using NetGen.Runtime;
using NetGen.Tests.Golden;
using NetGen.Tests.Weights;
using Xunit;

namespace NetGen.Tests.Runtime;

/// <summary>A cache of packed weights changes when a network is ready, and nothing else, whatever the file holds.</summary>
public sealed class PackedWeightsCacheTests : IDisposable
{
    private const int HeaderLength = 4096;
    private const int Length = 20;

    private readonly TemporaryFolder folder = new();

    private string Weights => folder.File("weights.safetensors");

    private string Cache => folder.File("weights.packed");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void EveryResultHasTheSameBits()
    {
        Compare<LeNet5>();
        Compare<FullWeights>();
        Compare<HalfWeights>();
        Compare<QuarterWeights>();
        Compare<Perceptron>();
        Compare<TwoHeads>();
        Compare<SharedLayers>();

        void Compare<TNetwork>()
            where TNetwork : INetwork<TNetwork>
        {
            SaveWeights<TNetwork>(seed: 3);
            float[] expected = Everything(TNetwork.Load(Weights));
            Assert.Equal(expected, Everything(TNetwork.Load(Weights, Cache)));
            byte[] written = File.ReadAllBytes(Cache);
            TNetwork mapped = TNetwork.Load(Weights, Cache);
            Assert.Equal(expected, Everything(mapped));
            Assert.Equal(written, File.ReadAllBytes(Cache));
            Safetensors.Save(folder.File("again.safetensors"), mapped.Weights);
            Assert.Equal(File.ReadAllBytes(Weights), File.ReadAllBytes(folder.File("again.safetensors")));
        }
    }

    [Fact]
    public unsafe void TheFileIsWhatIsComputedWith()
    {
        SaveWeights<Perceptron>(seed: 3);
        IWeightSource weights = Safetensors.Open(Weights);
        AlignedMemory packed = Counted(weights, "layout", out int packings);
        AlignedMemory read = new PackedWeightsCache(Cache).GetOrPack(weights, "layout", Length, _ => throw new InvalidOperationException());
        Assert.Equal((false, true), (packed.IsIncomplete, read.IsIncomplete));
        read.Complete();
        Assert.False(read.IsIncomplete);
        Assert.Equal(1, packings);
        Assert.Equal(0, (nint)Unsafe.AsPointer(ref read.First) % 64);
        Assert.Equal(packed.Span.ToArray(), read.Span.ToArray());
        Assert.StartsWith("NetGen packed weights\nlayout layout, 20 floats\n", Encoding.UTF8.GetString(File.ReadAllBytes(Cache)), StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherLayoutIsPackedAnew()
    {
        SaveWeights<Perceptron>(seed: 3);
        IWeightSource weights = Safetensors.Open(Weights);
        Counted(weights, "Vector256 1", out int first);
        Counted(weights, "Vector512 1", out int otherTier);
        Counted(weights, "Vector512 2", out int otherLayout);
        Counted(weights, "Vector512 2", out int same);
        Assert.Equal((1, 1, 1, 0), (first, otherTier, otherLayout, same));
    }

    [Fact]
    public void AnotherNetworkOfTheSameWeightsIsPackedAnew()
    {
        SaveWeights<FullWeights>(seed: 3);
        float[] expected = Everything(HalfWeights.Load(Weights));
        FullWeights.Load(Weights, Cache);
        Assert.Equal(expected, Everything(HalfWeights.Load(Weights, Cache)));
        Assert.Equal(expected, Everything(HalfWeights.Load(Weights, Cache)));
    }

    [Fact]
    public void WeightsThatAreNoFileAreNotKept()
    {
        var memory = new MemoryWeights();
        Counted(memory, "layout", out int packings);
        Assert.Equal(1, packings);
        Assert.False(File.Exists(Cache));
    }

    public static TheoryData<string> Damages => [.. DamageKinds.Keys];

    private static readonly Dictionary<string, Func<byte[], byte[]>> DamageKinds = new()
    {
        ["nothing in it"] = _ => [],
        ["one byte"] = c => c[..1],
        ["a header cut off"] = c => c[..100],
        ["the header alone"] = c => c[..HeaderLength],
        ["the last byte missing"] = c => c[..^1],
        ["the last float missing"] = c => c[..^4],
        ["a byte too many"] = c => [.. c, 0],
        ["a float too many"] = c => [.. c, 0, 0, 0, 0],
        ["a huge file"] = c => [.. c, .. new byte[1 << 20]],
        ["zeros"] = c => new byte[c.Length],
        ["ones"] = c => [.. Enumerable.Repeat((byte)255, c.Length)],
        ["noise"] = c => Noise(c.Length),
        ["noise for a header"] = c => [.. Noise(HeaderLength), .. c[HeaderLength..]],
        ["a byte after the header's text"] = c => [.. c[..(HeaderLength - 1)], 1, .. c[HeaderLength..]],
        ["zeros for a header"] = c => [.. new byte[HeaderLength], .. c[HeaderLength..]],
        ["zeros for weights"] = c => [.. c[..HeaderLength], .. new byte[c.Length - HeaderLength]],
        ["the first page of weights zeroed"] = c => Zeroed(c, HeaderLength),
        ["a page of weights zeroed"] = c => Zeroed(c, 5 * HeaderLength),
        ["the last page zeroed"] = c => Zeroed(c, c.Length / HeaderLength * HeaderLength),
        ["two pages swapped"] = c => [.. c[..HeaderLength], .. c[(2 * HeaderLength)..(3 * HeaderLength)], .. c[HeaderLength..(2 * HeaderLength)], .. c[(3 * HeaderLength)..]],
        ["two floats swapped"] = c => [.. c[..HeaderLength], .. c[(HeaderLength + 4)..(HeaderLength + 8)], .. c[HeaderLength..(HeaderLength + 4)], .. c[(HeaderLength + 8)..]],
        ["all signs changed"] = c => [.. c.Select((b, i) => i > HeaderLength && i % 4 == 3 ? (byte)(b ^ 0x80) : b)],
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void ADamagedFileIsWrittenAnew(string damage)
    {
        SaveWeights<LeNet5>(seed: 3);
        float[] expected = Everything(LeNet5.Load(Weights, Cache));
        byte[] content = File.ReadAllBytes(Cache);
        byte[] damaged = DamageKinds[damage](content);
        Assert.NotEqual(content, damaged);
        File.WriteAllBytes(Cache, damaged);
        Assert.Equal(expected, Everything(LeNet5.Load(Weights, Cache)));
        Assert.Equal(content, File.ReadAllBytes(Cache));
    }

    /// <summary>Whatever happened to the file, the scores are those of the weights, and so they are from what replaces it.</summary>
    [Fact]
    [Trait("Category", "Damaged")]
    public void DamagedFilesGiveTheRightScores()
    {
        SaveWeights<Perceptron>(seed: 3);
        float[] expected = Everything(Perceptron.Load(Weights, Cache));
        byte[] content = File.ReadAllBytes(Cache);
        int number = 0;
        Gen<int> index = Gen.OneOf(Gen.Int[0, 300], Gen.Int[0, content.Length - 1]);
        Gen<(int Index, byte Value)[]> bytes = Gen.Select(index, Gen.Byte).Array[0, 4];
        Gen<(int First, int Length, byte Value)> block = Gen.Select(index, Gen.OneOf(Gen.Const(0), Gen.Int[1, 8192]), Gen.OneOf(Gen.Const((byte)0), Gen.Byte));
        Gen<int> missing = Gen.OneOf(Gen.Const(0), Gen.Int[-100, content.Length]);
        DamagedInputs.Run(Gen.Select(bytes, block, missing), usual: 300, mostBytes: 4_000_000, damage =>
        {
            byte[] damaged = [.. content];
            foreach ((int at, byte value) in damage.Item1)
            {
                damaged[at] = value;
            }

            damaged.AsSpan(damage.Item2.First, Math.Min(damage.Item2.Length, damaged.Length - damage.Item2.First)).Fill(damage.Item2.Value);
            Array.Resize(ref damaged, damaged.Length - damage.Item3);
            string path = folder.File(FormattableString.Invariant($"{Interlocked.Increment(ref number)}.packed"));
            File.WriteAllBytes(path, damaged);
            Assert.Equal(expected, Everything(Perceptron.Load(Weights, path)));
            Assert.Equal(expected, Everything(Perceptron.Load(Weights, path)));
            File.Delete(path);
        });
    }

    [Fact]
    public void EveryByteMatters()
    {
        SaveWeights<LeNet5>(seed: 3);
        float[] input = GoldenWeights.Input(LeNet5.InputLength);
        float[] expected = LeNet5.Load(Weights, Cache).Forward(input);
        byte[] content = File.ReadAllBytes(Cache);
        var random = new Random(7);
        for (int i = 0; i < 200; i++)
        {
            byte[] damaged = [.. content];
            damaged[random.Next(HeaderLength, content.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(Cache, damaged);
            Assert.Equal(expected, LeNet5.Load(Weights, Cache).Forward(input));
            Assert.Equal(content, File.ReadAllBytes(Cache));
        }
    }

    [Fact]
    public void EveryBlockIsItsOwn()
    {
        const int floats = 700_000;
        const int block = 1 << 20;
        SaveWeights<Perceptron>(seed: 3);
        IWeightSource weights = Safetensors.Open(Weights);
        Counted(weights, "layout", out _, floats);
        byte[] content = File.ReadAllBytes(Cache);
        byte[] swapped = [.. content];
        content.AsSpan(HeaderLength, block).CopyTo(swapped.AsSpan(HeaderLength + block));
        content.AsSpan(HeaderLength + block, block).CopyTo(swapped.AsSpan(HeaderLength));
        foreach (byte[] damaged in (byte[][])[swapped, Zeroed(content, HeaderLength + block), Zeroed(content, HeaderLength + (2 * block))])
        {
            File.WriteAllBytes(Cache, damaged);
            Counted(weights, "layout", out int packings, floats);
            Assert.Equal(1, packings);
            Counted(weights, "layout", out packings, floats);
            Assert.Equal(0, packings);
        }
    }

    /// <summary>A header and hashes that are right, before floats that belong to others.</summary>
    [Fact]
    public void AHeaderThatLiesIsNotBelieved()
    {
        SaveWeights<LeNet5>(seed: 4);
        LeNet5.Load(Weights, Cache);
        byte[] other = File.ReadAllBytes(Cache);
        SaveWeights<LeNet5>(seed: 3);
        float[] expected = Everything(LeNet5.Load(Weights, Cache));
        byte[] content = File.ReadAllBytes(Cache);
        int tail = HeaderLength + ((other.Length - HeaderLength) / 2);
        File.WriteAllBytes(Cache, [.. content[..HeaderLength], .. other[HeaderLength..tail], .. content[tail..]]);
        Assert.Equal(expected, Everything(LeNet5.Load(Weights, Cache)));
        File.WriteAllBytes(Cache, [.. content[..HeaderLength], .. other[HeaderLength..]]);
        Assert.Equal(expected, Everything(LeNet5.Load(Weights, Cache)));
        Assert.Equal(content, File.ReadAllBytes(Cache));
    }

    /// <summary>Length, time, header and the samples that are looked at first stay as they were.</summary>
    [Fact]
    public void AFewChangedValuesAreNoticed()
    {
        SaveWeights<LeNet5>(seed: 3);
        LeNet5.Load(Weights, Cache);
        DateTime time = File.GetLastWriteTimeUtc(Weights);
        byte[] content = File.ReadAllBytes(Weights);
        var random = new Random(1);
        float[] input = GoldenWeights.Input(LeNet5.InputLength);
        for (int i = 0; i < 20; i++)
        {
            byte[] changed = [.. content];
            BitConverter.TryWriteBytes(changed.AsSpan(content.Length - (4 * random.Next(1, 40_000))), 3f + i);
            File.WriteAllBytes(Weights, changed);
            File.SetLastWriteTimeUtc(Weights, time);
            float[] expected = LeNet5.Load(Weights).Forward(input);
            Assert.Equal(expected, LeNet5.Load(Weights, Cache).Forward(input));
            Assert.Equal(expected, LeNet5.Load(Weights, Cache).Forward(input));
        }
    }

    [Fact]
    public void EveryLetterOfTheHeaderMatters()
    {
        SaveWeights<Perceptron>(seed: 3);
        IWeightSource weights = Safetensors.Open(Weights);
        Counted(weights, "layout", out _);
        byte[] content = File.ReadAllBytes(Cache);
        int text = Array.IndexOf(content, (byte)0);
        Assert.InRange(text, 200, HeaderLength);
        for (int i = 0; i < text; i++)
        {
            byte[] damaged = [.. content];
            damaged[i] ^= 1;
            File.WriteAllBytes(Cache, damaged);
            Counted(weights, "layout", out int packings);
            Assert.Equal(1, packings);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ChangedWeightsAreNoticed(bool keepsTime)
    {
        SaveWeights<LeNet5>(seed: 3);
        DateTime time = File.GetLastWriteTimeUtc(Weights);
        LeNet5 before = LeNet5.Load(Weights, Cache);
        LeNet5 mapped = LeNet5.Load(Weights, Cache);
        float[] old = Everything(before);
        SaveWeights<LeNet5>(seed: 4);
        File.SetLastWriteTimeUtc(Weights, keepsTime ? time : time.AddSeconds(1));
        float[] expected = Everything(LeNet5.Load(Weights));
        Assert.NotEqual(old, expected);
        Assert.Equal(expected, Everything(LeNet5.Load(Weights, Cache)));
        Assert.Equal(expected, Everything(LeNet5.Load(Weights, Cache)));

        // What is loaded stays what it was, in spite of the file's having been replaced.
        Assert.Equal(old, Everything(mapped));
    }

    [Fact]
    public void ATouchedOrConvertedFileOfWeightsIsAnother()
    {
        SaveWeights<Perceptron>(seed: 3);
        Counted(Safetensors.Open(Weights), "layout", out _);
        File.SetLastWriteTimeUtc(Weights, File.GetLastWriteTimeUtc(Weights).AddSeconds(1));
        Counted(Safetensors.Open(Weights), "layout", out int touched);
        Safetensors.Save(Weights, Perceptron.Random(3).Weights, TensorType.F64);
        Counted(Safetensors.Open(Weights), "layout", out int converted);
        Assert.Equal((1, 1), (touched, converted));
    }

    [Fact]
    public void WeightsThatDoNotFitAreReportedAsEver()
    {
        SaveWeights<LeNet5>(seed: 3);
        LeNet5.Load(Weights, Cache);
        byte[] content = File.ReadAllBytes(Cache);
        Assert.Throws<FileNotFoundException>(() => LeNet5.Load(folder.File("missing.safetensors"), Cache));
        SaveWeights<Perceptron>(seed: 3);
        Assert.Equal(
            Assert.Throws<WeightsException>(() => LeNet5.Load(Weights)).Message,
            Assert.Throws<WeightsException>(() => LeNet5.Load(Weights, Cache)).Message);
        Assert.Equal(content, File.ReadAllBytes(Cache));
    }

    [Fact]
    public void AFileOfWeightsIsNotReplaced()
    {
        SaveWeights<LeNet5>(seed: 3);
        byte[] content = File.ReadAllBytes(Weights);
        File.Copy(Weights, Cache);
        foreach (string path in new[] { Weights, Cache })
        {
            ArgumentException exception = Assert.Throws<ArgumentException>(() => LeNet5.Load(Weights, path));
            Assert.Contains(path, exception.Message, StringComparison.Ordinal);
            Assert.Equal(content, File.ReadAllBytes(path));
        }
    }

    [Fact]
    public void APathThatIsNoneIsAnError()
    {
        SaveWeights<LeNet5>(seed: 3);
        Assert.Throws<ArgumentException>(() => LeNet5.Load(Weights, ""));
        Assert.Throws<ArgumentNullException>(() => LeNet5.Load(Weights, null!));
    }

    [Fact]
    public void WhatCannotBeWrittenIsLoadedWithoutIt()
    {
        SaveWeights<LeNet5>(seed: 3);
        float[] expected = Everything(LeNet5.Load(Weights));
        Directory.CreateDirectory(Cache);
        string[] files = Directory.GetFileSystemEntries(folder.Path);
        foreach (string path in new[] { Cache, Cache + Path.DirectorySeparatorChar, Path.Combine(Weights, "a.packed"), Path.Combine(Weights, "b", "a.packed") })
        {
            Assert.Equal(expected, Everything(LeNet5.Load(Weights, path)));
        }

        Assert.Equal(files.Order(), Directory.GetFileSystemEntries(folder.Path).Order());
        Assert.Empty(Directory.GetFileSystemEntries(Cache));
    }

    [Fact]
    public void TheFolderIsMade()
    {
        SaveWeights<LeNet5>(seed: 3);
        string path = Path.Combine(folder.Path, "a", "b", "lenet.packed");
        LeNet5.Load(Weights, path);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void WhatInterruptedProcessesLeftIsDeleted()
    {
        SaveWeights<LeNet5>(seed: 3);
        string abandoned = File($"weights.packed.{Guid.NewGuid():N}.tmp", age: 2);
        string running = File($"weights.packed.{Guid.NewGuid():N}.tmp", age: 0);
        string[] others =
        [
            File($"other.packed.{Guid.NewGuid():N}.tmp", age: 2), File("weights.packed.tmp", age: 2), File("weights.packed.backup.tmp", age: 2),
        ];
        LeNet5.Load(Weights, Cache);
        Assert.False(System.IO.File.Exists(abandoned));
        Assert.All([running, .. others], path => Assert.True(System.IO.File.Exists(path)));

        string File(string name, int age)
        {
            string path = folder.File(name, [1]);
            System.IO.File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-age));
            return path;
        }
    }

    [Fact]
    public void ManyMayLoadAtOnce()
    {
        SaveWeights<LeNet5>(seed: 3);
        float[] input = GoldenWeights.Input(LeNet5.InputLength);
        float[] expected = LeNet5.Load(Weights).Forward(input);
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            if (i % 8 == 0)
            {
                File.WriteAllBytes(folder.File($"{i}"), Noise(5000));
                File.Move(folder.File($"{i}"), Cache, overwrite: true);
            }

            Assert.Equal(expected, LeNet5.Load(Weights, Cache).Forward(input));
        });
        Assert.Equal([Cache, Weights], Directory.GetFiles(folder.Path).Order());
    }

    private void SaveWeights<TNetwork>(int seed)
        where TNetwork : INetwork<TNetwork> => Safetensors.Save(Weights, TNetwork.Random(seed).Weights);

    private AlignedMemory Counted(IWeightSource weights, string packing, out int packings, int length = Length)
    {
        int count = 0;
        AlignedMemory memory = new PackedWeightsCache(Cache).GetOrPack(weights, packing, length, _ =>
        {
            count++;
            var packed = new AlignedMemory(length);
            for (int i = 0; i < length; i++)
            {
                packed.Span[i] = i;
            }

            return packed;
        });
        memory.Complete();
        packings = count;
        return memory;
    }

    private static byte[] Zeroed(byte[] content, int from)
    {
        byte[] zeroed = [.. content];
        zeroed.AsSpan(from, Math.Min(HeaderLength, content.Length - from)).Clear();
        return zeroed;
    }

    /// <summary>What a network computes in all of its ways.</summary>
    private static float[] Everything<TNetwork>(TNetwork network)
        where TNetwork : INetwork<TNetwork>
    {
        const int samples = 17;
        int length = TNetwork.Info.Output.Length;
        float[] inputs = GoldenWeights.Input(samples * TNetwork.Info.Input.Length);
        ReadOnlySpan<float> input = inputs.AsSpan(0, TNetwork.Info.Input.Length);
        var outputs = new float[samples * length];
        List<float> all = [];
        network.ForwardBatch(inputs, outputs);
        all.AddRange(outputs);
        network.Forward(input, outputs.AsSpan(0, length));
        all.AddRange(outputs[..length]);
        using var threads = new NetworkParallelism(2);
        network.Forward(input, outputs.AsSpan(0, length), threads);
        all.AddRange(outputs[..length]);
        network.Forward(input, outputs.AsSpan(0, length), (_, activation) => all.AddRange(activation));
        return [.. all];
    }

    private static byte[] Noise(int length)
    {
        byte[] noise = new byte[length];
        new Random(1).NextBytes(noise);
        return noise;
    }
}
