using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using CsCheck;
using NetGen.Runtime;
using NetGen.Tests.Weights;
using Xunit;

namespace NetGen.Tests.Golden;

/// <summary>A self-test passes with the right references, and says where it departs from others.</summary>
public sealed class SelfTestTests
{
    private const double Bound = 1e-4;

    private static readonly float[] Sample = GoldenWeights.Input(SelfTested.InputLength);

    private readonly SelfTested network = SelfTested.Random(1);

    [Fact]
    public void PassesWithItsOwnOutput()
    {
        SelfTestResult result = GoldenTest.Run(network, References(), Bound);
        Assert.True(result.Passed);
        Assert.Equal(0, result.Error);
        Assert.Empty(result.Layers);
        Assert.Null(result.FirstDeparture);
        Assert.Equal("SelfTested: passed, the output's error is 0.0e+0, at most 1.0e-4 is allowed", result.ToString());
    }

    [Fact]
    public void PassesLayerByLayer()
    {
        SelfTestResult result = GoldenTest.Run(network, References(layers: true), Bound);
        Assert.True(result.Passed, result.ToString());
        Assert.Equal(SelfTested.Info.Layers, result.Layers.Select(l => l.Layer));
        Assert.All(result.Layers, l => Assert.InRange(l.Error, 0, 1e-6));
    }

    [Fact]
    public void NamesTheFirstLayerThatDeparts()
    {
        SelfTestResult result = GoldenTest.Run(network, References(layers: true, ("conv2", 1.25f), ("fc1", 2f), ("output", 2f)), Bound);
        Assert.False(result.Passed);
        Assert.Equal("conv2", result.FirstDeparture?.Layer.Name);
        Assert.Equal(0.2, result.FirstDeparture!.Error, 5);
        Assert.Equal(0.5, result.Error, 5);
        Assert.Equal(
            "SelfTested: failed, the output's error is 5.0e-1, at most 1.0e-4 is allowed; the first layer to depart is 'conv2', Conv2D, by 2.0e-1",
            result.ToString());
    }

    [Fact]
    public void FailsWithoutNamingALayerWhereThereAreNoReferences()
    {
        SelfTestResult result = GoldenTest.Run(network, References(layers: false, ("output", 1.001f)), Bound);
        Assert.False(result.Passed);
        Assert.Null(result.FirstDeparture);
        Assert.Equal(0.000999, result.Error, 6);
    }

    [Fact]
    public void FailsWhereOnlyALayerDeparts()
    {
        SelfTestResult result = GoldenTest.Run(network, References(layers: true, ("relu1", 1.001f)), Bound);
        Assert.False(result.Passed);
        Assert.Equal("relu1", result.FirstDeparture?.Layer.Name);
    }

    [Theory]
    [InlineData(2e-3, true)]
    [InlineData(5e-4, false)]
    [InlineData(double.NaN, false)]
    public void TheBoundDecides(double bound, bool passes) =>
        Assert.Equal(passes, GoldenTest.Run(network, References(layers: true, ("output", 1.001f)), bound).Passed);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void WhatIsNotANumberIsAnErrorWhereANumberIsComputed(float value) =>
        Assert.Equal(double.PositiveInfinity, GoldenTest.Run(network, References(layers: false, ("output", value)), Bound).Error);

    [Fact]
    public void WhatIsNotANumberInBothIsNone()
    {
        float[] sample = [.. Sample.Select(_ => float.NaN)];
        SelfTestResult result = GoldenTest.Run(network, References(sample, layers: true), Bound);
        Assert.True(result.Passed, result.ToString());
    }

    [Fact]
    public void TensorsThatDoNotFitAreAllNamed()
    {
        var references = new MemoryWeights("references");
        references.Add("input", new float[2 * Sample.Length], 2, 2, 6, 7);
        references.Add("conv1", new float[3], 3);
        WeightsException exception = Assert.Throws<WeightsException>(() => GoldenTest.Run(network, references, Bound));
        Assert.Equal("references", exception.SourceName);
        Assert.Equal(
            [
                "input: expected the shape [2, 6, 7], found [2, 2, 6, 7]", "conv1: expected the shape [5, 4, 5], found [3]",
                "output: missing, expected with the shape [3]",
            ],
            exception.Problems);
    }

    /// <summary>A damaged file of references passes, fails, or is refused.</summary>
    [Fact]
    [Trait("Category", "Damaged")]
    public void DamagedReferencesNeverDoWorseThanAnException()
    {
        using var folder = new TemporaryFolder();
        Safetensors.Save(folder.File("a.safetensors"), References(layers: true));
        byte[] valid = File.ReadAllBytes(folder.File("a.safetensors"));
        int header = 8 + BinaryPrimitives.ReadInt32LittleEndian(valid);
        DamagedInputs.Run(
            Gen.Select(Gen.Select(Gen.OneOf(Gen.Int[0, header - 1], Gen.Int[0, valid.Length - 1]), Gen.Byte).Array[1, 4], Gen.OneOf(Gen.Const(0), Gen.Int[0, valid.Length])),
            usual: 3000,
            mostBytes: 2_000_000,
            damage =>
            {
                byte[] file = [.. valid];
                foreach ((int index, byte value) in damage.Item1)
                {
                    file[index] = value;
                }

                try
                {
                    SelfTestResult result = GoldenTest.Run(network, Safetensors.Read(file[..^damage.Item2]), Bound);
                    Assert.Equal(result.Passed, result.Error <= Bound && result.FirstDeparture is null);
                }
                catch (WeightsException e)
                {
                    Assert.NotEmpty(e.Problems);
                }
            });
    }

    /// <summary>What the network itself computes, as tensors with a batch dimension; some multiplied by a factor.</summary>
    private MemoryWeights References(bool layers = false, params (string Name, float Factor)[] changes) => References(Sample, layers, changes);

    private MemoryWeights References(float[] sample, bool layers, params (string Name, float Factor)[] changes)
    {
        var references = new MemoryWeights();
        Dictionary<string, float> factors = changes.ToDictionary(c => c.Name, c => c.Factor);
        var output = new float[SelfTested.OutputLength];
        network.Forward(sample, output, (layer, activation) =>
        {
            if (layers)
            {
                Add(layer.Name, layer.Output, activation.ToArray());
            }
        });
        network.Forward(sample, output);
        Add("input", SelfTested.Info.Input, sample);
        Add("output", SelfTested.Info.Output, output);
        return references;

        void Add(string name, Shape shape, float[] values)
        {
            float[] changed = factors.TryGetValue(name, out float factor) ? [.. values.Select(v => v * factor)] : values;
            int[] dimensions = shape.IsVector ? [1, shape.Channels] : [1, shape.Channels, shape.Height, shape.Width];
            references.Add(name, changed, dimensions);
        }
    }
}

[Network]
[Input(2, 6, 7)]
[Conv2D(5, 3)] [ReLU]
[Conv2D(4, 3, Padding = 1)] [BatchNorm2D] [SiLU]
[Flatten]
[Dense(3)]
internal sealed partial class SelfTested;
