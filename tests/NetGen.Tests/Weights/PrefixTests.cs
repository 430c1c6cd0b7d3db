using System;
using System.IO;
using System.Linq;
using Xunit;

namespace NetGen.Tests.Weights;

/// <summary>Networks load files whose names have a prefix, by every way there is.</summary>
public sealed class PrefixTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("netgen-prefix-").FullName;

    private string File => Path.Combine(folder, "model.safetensors");

    private string Cache => Path.Combine(folder, "model.packed");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void LoadTakesAPrefix()
    {
        Write<Plain>("module._orig_mod.", 1);
        float[] expected = Output(Plain.Random(1));
        Assert.Equal(expected, Output(Plain.Load(File, prefix: "module._orig_mod.")));
        Assert.Equal(expected, Output(Plain.Load(Safetensors.Open(File), "module._orig_mod.")));
        using FileStream stream = System.IO.File.OpenRead(File);
        Assert.Equal(expected, Output(Plain.Load(stream, "module._orig_mod.")));
        Assert.Equal(expected, Output(Create<Plain>("module._orig_mod.")));
        Assert.Contains("load it with prefix: \"module._orig_mod.\"", Assert.Throws<WeightsException>(() => Plain.Load(File)).Message, StringComparison.Ordinal);
        Assert.Throws<WeightsException>(() => Plain.Load(File, prefix: "model."));
        Assert.Throws<ArgumentNullException>(() => Plain.Load(File, prefix: null!));
    }

    /// <summary>Of the weights of two networks in a file, a cache keeps those that it was made for.</summary>
    [Fact]
    public void CachesTellPrefixesApart()
    {
        Write<Plain>("g.", 1, "ema.", 2);
        Assert.Equal(Output(Plain.Random(1)), Output(Plain.Load(File, Cache, "g.")));
        byte[] packed = System.IO.File.ReadAllBytes(Cache);
        Assert.Equal(Output(Plain.Random(1)), Output(Plain.Load(File, Cache, "g.")));
        Assert.Equal(packed, System.IO.File.ReadAllBytes(Cache));
        Assert.Equal(Output(Plain.Random(2)), Output(Plain.Load(File, Cache, "ema.")));
    }

    /// <summary>What the class declares is taken off by itself, and what it saves, without the prefix, is loaded again.</summary>
    [Fact]
    public void AClassDeclaresItsPrefix()
    {
        Write<Declared>("module.", 1);
        Declared network = Declared.Load(File);
        Assert.Equal(Output(Declared.Random(1)), Output(network));
        network.Save(File);
        Assert.Equal(["fc1.bias", "fc1.weight"], Safetensors.Open(File).Tensors.Select(t => t.Name).Order(StringComparer.Ordinal));
        Assert.Equal(Output(network), Output(Declared.Load(File, Cache)));
    }

    [Fact]
    public void CalibrationTakesOffWhatTheClassDeclares()
    {
        Write<Integers>("module.", 1);
        float[] samples = [.. Enumerable.Range(0, 8 * Integers.InputLength).Select(i => MathF.Sin(i))];
        Integers network = Integers.Calibrate(Safetensors.Open(File), samples);
        Assert.DoesNotContain(network.Weights.Tensors, t => t.Name.StartsWith("module.", StringComparison.Ordinal));
    }

    private static TNetwork Create<TNetwork>(string file, string prefix)
        where TNetwork : INetwork<TNetwork> => TNetwork.Load(file, prefix: prefix);

    private TNetwork Create<TNetwork>(string prefix)
        where TNetwork : INetwork<TNetwork> => Create<TNetwork>(File, prefix);

    private static float[] Output<TNetwork>(TNetwork network)
        where TNetwork : INetwork<TNetwork>
    {
        float[] output = new float[TNetwork.Info.Output.Length];
        network.Forward([.. Enumerable.Range(0, TNetwork.Info.Input.Length).Select(i => i - 2.5f)], output);
        return output;
    }

    private void Write<TNetwork>(string prefix, int seed, string otherPrefix = "", int otherSeed = 0)
        where TNetwork : INetwork<TNetwork>
    {
        MemoryWeights weights = new();
        Add(prefix, seed);
        if (otherPrefix.Length > 0)
        {
            Add(otherPrefix, otherSeed);
        }

        Safetensors.Save(File, weights);

        void Add(string before, int random)
        {
            IWeightSource source = TNetwork.Random(random).Weights;
            foreach (TensorInfo tensor in source.Tensors.Where(t => !t.Name.EndsWith("range", StringComparison.Ordinal)))
            {
                weights.Add(before + tensor.Name, SafetensorsBytes.Values(source, tensor.Name), [.. tensor.Shape]);
            }
        }
    }
}

// The tests write the files.
#pragma warning disable NG1043

[Network]
[Input(6)]
[Dense(5)] [ReLU] [Dense(3)]
public sealed partial class Plain;

[Network]
[Weights("declared.safetensors", Prefix = "module.")]
[Input(6)]
[Dense(5)]
public sealed partial class Declared;

[Network(Precision = Precision.Int8)]
[Weights("integers.safetensors", Prefix = "module.")]
[Input(8)]
[Dense(8)] [ReLU] [Dense(8)]
public sealed partial class Integers;
