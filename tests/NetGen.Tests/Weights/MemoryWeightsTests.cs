using System;
using System.Linq;
using Xunit;

namespace NetGen.Tests.Weights;

public sealed class MemoryWeightsTests
{
    [Fact]
    public void GivesBackWhatWasAdded()
    {
        float[] values = [1, 2, 3, 4, 5, 6];
        MemoryWeights weights = new("mine");
        weights.Add("b", values, 3, 2);
        weights.Add("a", [7]);
        Assert.Equal("mine", weights.Name);
        Assert.Equal(["b", "a"], weights.Tensors.Select(tensor => tensor.Name));
        Assert.True(weights.TryGetTensor("b", out TensorInfo? tensor));
        Assert.Equal("3, 2", string.Join(", ", tensor.Shape));
        Assert.Equal(TensorType.F32, tensor.Type);
        Assert.Equal(values, SafetensorsBytes.Values(weights, "b"));
        Assert.True(weights.TryGetValues("b", out ReadOnlySpan<float> span));
        Assert.True(span == values);
        Assert.False(weights.TryGetTensor("c", out _));
        Assert.False(weights.TryGetValues("c", out _));
        Assert.Throws<WeightsException>(() => weights.Read("c", new float[1]));
        Assert.Throws<ArgumentException>(() => weights.Read("b", new float[5]));
    }

    [Fact]
    public void RefusesShapesThatDoNotFitAndNamesThatAreTaken()
    {
        MemoryWeights weights = new();
        weights.Add("a", [1]);
        Assert.StartsWith(
            "The shape [2, 3] of b has 6 values, and the array's length is 5.",
            Assert.Throws<ArgumentException>(() => weights.Add("b", new float[5], 2, 3)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => weights.Add("a", [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => weights.Add("b", new float[1], -1, -1));

        // 2^64 + 4, which unchecked arithmetic would take for 4.
        Assert.Throws<ArgumentException>(() => weights.Add("b", new float[4], 5, 5581, 8681, 49477, 384773, 4));
        Assert.Equal("a", Assert.Single(weights.Tensors).Name);
    }
}
