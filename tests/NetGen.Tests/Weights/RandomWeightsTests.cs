using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Runtime;
using Xunit;

namespace NetGen.Tests.Weights;

public sealed class RandomWeightsTests
{
    private static readonly WeightSpec[] Specs =
    [
        new("a.weight", [101, 100], WeightInit.Uniform, 100),
        new("b.weight", [101, 100], WeightInit.Uniform, 100),
        new("bn.weight", [5], WeightInit.One),
        new("bn.bias", [5], WeightInit.Zero),
        new("prelu.weight", [1], WeightInit.Quarter),
        new("odd", [7], WeightInit.Uniform, 4),
    ];

    [Fact]
    public void AreTheSameForASeedAndOtherForAnother()
    {
        RandomWeights one = new(1, Specs);
        float[] values = SafetensorsBytes.Values(one, "a.weight");
        Assert.Equal(values, SafetensorsBytes.Values(new RandomWeights(1, Specs.Reverse().ToArray()), "a.weight"));
        Assert.NotEqual(values, SafetensorsBytes.Values(one, "b.weight"));
        Assert.NotEqual(values, SafetensorsBytes.Values(new RandomWeights(2, Specs), "a.weight"));
        Assert.NotEqual(
            SafetensorsBytes.Values(new RandomWeights(-1, Specs), "odd"), SafetensorsBytes.Values(new RandomWeights(int.MaxValue, Specs), "odd"));
    }

    [Fact]
    public void AreTheSameOnEveryMachine()
    {
        // From the definition, in another language: golden numbers written down once.
        Assert.Equal(Golden, SafetensorsBytes.Values(new RandomWeights(42, Specs), "odd"));
    }

    [Fact]
    public void AreEvenlySpreadWithinPyTorchsBound()
    {
        float[] values = SafetensorsBytes.Values(new RandomWeights(7, Specs), "a.weight");
        Assert.All(values, value => Assert.InRange(value, -0.1f, 0.1f));

        // The deviation of 10,100 even draws from mean and variance, six sigma allowed.
        Assert.InRange(values.Average(), -0.0035, 0.0035);
        Assert.InRange(values.Average(value => (double)value * value), 0.01 / 3 * 0.94, 0.01 / 3 * 1.06);
        Assert.True(values.Max() > 0.0995f && values.Min() < -0.0995f);
        Assert.True(values.Distinct().Count() > 10_000);
    }

    [Fact]
    public void ConstantsAreAsPyTorchSetsThem()
    {
        RandomWeights weights = new(3, Specs);
        Assert.Equal([1f, 1f, 1f, 1f, 1f], SafetensorsBytes.Values(weights, "bn.weight"));
        Assert.Equal([0f, 0f, 0f, 0f, 0f], SafetensorsBytes.Values(weights, "bn.bias"));
        Assert.Equal([0.25f], SafetensorsBytes.Values(weights, "prelu.weight"));
    }

    [Fact]
    public void IsASourceLikeAnyOther()
    {
        IWeightSource weights = new RandomWeights(-5, Specs);
        Assert.Equal("random weights of seed -5", weights.Name);
        Assert.Equal(Specs.Select(spec => spec.Name), weights.Tensors.Select(tensor => tensor.Name));
        WeightLoader.Validate(weights, "Net", Specs);
        Assert.False(weights.TryGetTensor("none", out _));
        Assert.False(weights.TryGetValues("odd", out _));
        Assert.Throws<WeightsException>(() => weights.Read("none", new float[1]));
        Assert.Throws<ArgumentException>(() => weights.Read("odd", new float[6]));
    }

    private static float[] Golden => [-0.328944504f, -0.353882134f, -0.00889652967f, -0.337836683f, 0.0735749602f, -0.433020651f, -0.412151992f];
}
