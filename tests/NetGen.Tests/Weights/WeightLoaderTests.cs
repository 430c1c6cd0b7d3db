using System.Linq;
using NetGen.Runtime;
using Xunit;

namespace NetGen.Tests.Weights;

public sealed class WeightLoaderTests
{
    private static readonly WeightSpec[] Specs =
    [
        new("conv1.weight", [2, 1, 3, 3], WeightInit.Uniform, 9),
        new("conv1.bias", [2], WeightInit.Uniform, 9),
        new("fc1.weight", [3, 8], WeightInit.Uniform, 8),
    ];

    [Fact]
    public void AcceptsWhatFitsAndIgnoresWhatIsExtra()
    {
        MemoryWeights weights = Weights(("conv1.weight", [2, 1, 3, 3]), ("conv1.bias", [2]), ("fc1.weight", [3, 8]), ("extra", [1]));
        WeightLoader.Validate(weights, "Tiny", Specs);
    }

    [Fact]
    public void ListsAllMismatchesAtOnce()
    {
        MemoryWeights weights = Weights(
            ("module.conv1.weight", [2, 1, 3, 3]), ("conv1.bias", [2, 1]), ("head.weight", [3, 9]), ("bn1.num_batches_tracked", []));
        WeightsException exception = Assert.Throws<WeightsException>(() => WeightLoader.Validate(weights, "Tiny", Specs));
        Assert.Equal(
            """
            mine: these weights do not fit the network Tiny:
              conv1.bias: expected the shape [2], found [2, 1]
              conv1.weight: missing, expected with the shape [2, 1, 3, 3]; did you mean module.conv1.weight?
              fc1.weight: missing, expected with the shape [3, 8]
              not used by Tiny: module.conv1.weight [2, 1, 3, 3], head.weight [3, 9]
            """.ReplaceLineEndings("\n"),
            exception.Message);
        Assert.Equal("mine", exception.SourceName);
        Assert.Equal(4, exception.Problems.Count);
    }

    [Fact]
    public void SameShapeElsewhereIsEnoughForWrongShapesToBeSeen()
    {
        // As many values, in another order of dimensions.
        MemoryWeights weights = Weights(("conv1.weight", [1, 2, 3, 3]), ("conv1.bias", [2]), ("fc1.weight", [8, 3]));
        WeightsException exception = Assert.Throws<WeightsException>(() => WeightLoader.Validate(weights, "Tiny", Specs));
        Assert.Equal(
            [
                "conv1.weight: expected the shape [2, 1, 3, 3], found [1, 2, 3, 3]",
                "fc1.weight: expected the shape [3, 8], found [8, 3]",
            ],
            exception.Problems);
    }

    /// <summary>The weights of Conv1d, and those of a dense layer and a 1×1 convolution in place of each other.</summary>
    [Theory]
    [InlineData(new[] { 4, 2, 1, 3 }, new[] { 4, 2, 3 }, true)]
    [InlineData(new[] { 4, 2, 3, 1 }, new[] { 4, 2, 3 }, true)]
    [InlineData(new[] { 4, 1, 1, 3 }, new[] { 4, 1, 3 }, true)]
    [InlineData(new[] { 4, 2, 1, 1 }, new[] { 4, 2 }, true)]
    [InlineData(new[] { 4, 2 }, new[] { 4, 2, 1, 1 }, true)]
    [InlineData(new[] { 4, 2 }, new[] { 4, 2, 1 }, true)]
    [InlineData(new[] { 4, 2, 1, 3 }, new[] { 4, 2, 3, 1 }, false)]
    [InlineData(new[] { 4, 2, 1, 3 }, new[] { 4, 3, 2 }, false)]
    [InlineData(new[] { 4, 1, 3, 1 }, new[] { 1, 4, 3 }, false)]
    [InlineData(new[] { 4, 1 }, new[] { 1, 4, 1, 1 }, false)]
    [InlineData(new[] { 4, 2, 2, 3 }, new[] { 4, 2, 6 }, false)]
    [InlineData(new[] { 4, 2, 2, 3 }, new[] { 4, 2, 3 }, false)]
    [InlineData(new[] { 4 }, new[] { 4, 1 }, false)]
    public void TakesKernelsThatLackSidesOfOne(int[] expected, int[] found, bool fits)
    {
        WeightsException? exception = Record.Exception(() => WeightLoader.Validate(
            Weights(("conv1.weight", found)), "Tiny", [new WeightSpec("conv1.weight", [.. expected], WeightInit.Uniform, 9)])) as WeightsException;
        Assert.Equal(fits, exception is null);
    }

    [Theory]
    [InlineData("module.")]
    [InlineData("_orig_mod.")]
    [InlineData("model.")]
    [InlineData("module._orig_mod.")]
    public void APrefixIsOneProblem(string prefix)
    {
        MemoryWeights weights = Weights(
            (prefix + "conv1.weight", [2, 1, 3, 3]), (prefix + "conv1.bias", [2]), (prefix + "fc1.weight", [3, 8]), ("loss.weight", [1]));
        Assert.Equal(
            [$"the names of its tensors have the prefix '{prefix}', which the network's have not; load it with prefix: \"{prefix}\""],
            Assert.Throws<WeightsException>(() => WeightLoader.Validate(weights, "Tiny", Specs)).Problems);
        IWeightSource named = weights.WithoutPrefix(prefix);
        WeightLoader.Validate(named, "Tiny", Specs);
        Assert.Equal(["conv1.weight", "conv1.bias", "fc1.weight"], named.Tensors.Select(t => t.Name));
        Assert.Equal("mine", named.Name);
    }

    /// <summary>Of two networks in a file, each is loaded by its prefix, to its own values, with and without a copy.</summary>
    [Fact]
    public void APrefixChoosesAmongNetworks()
    {
        MemoryWeights weights = new();
        weights.Add("g.fc1.weight", [1, 2], 1, 2);
        weights.Add("ema.g.fc1.weight", [3, 4], 1, 2);
        IWeightSource named = weights.WithoutPrefix("ema.g.");
        Assert.Equal([3, 4], SafetensorsBytes.Values(named, "fc1.weight"));
        Assert.True(named.TryGetValues("fc1.weight", out System.ReadOnlySpan<float> values));
        Assert.Equal([3, 4], values);
        Assert.False(named.TryGetTensor("g.fc1.weight", out _));
        Assert.Same(weights, weights.WithoutPrefix(""));
        Assert.Equal(
            ["no tensor's name begins with the prefix 'h.'; the first is 'g.fc1.weight'"],
            Assert.Throws<WeightsException>(() => weights.WithoutPrefix("h.")).Problems);
    }

    [Fact]
    public void ReportsUnreadableTypes()
    {
        string entries = SafetensorsBytes.Entry("fc1.weight", "I8", "3,8", 0, 24);
        IWeightSource weights = Safetensors.Read(SafetensorsBytes.File("{" + entries + "}", new byte[24]));
        WeightsException exception = Assert.Throws<WeightsException>(() => WeightLoader.Validate(weights, "Tiny", Specs[2..]));
        Assert.Equal(["fc1.weight: its element type is not one of F16, BF16, F32 and F64"], exception.Problems);
    }

    [Theory]
    [InlineData("fc1.weights", "fc1.weight")]
    [InlineData("FC1.weight", "fc1.weight")]
    [InlineData("model.backbone.fc1.weight", "fc1.weight")]
    [InlineData("fc1.weight", "features.fc1.weight")]
    [InlineData("classifier.0.weight", "fc1.weight")]
    public void SuggestsTheLikelyName(string inFile, string needed)
    {
        MemoryWeights weights = Weights((inFile, [3, 8]), ("fc1.bias", [3]), ("other.weight", [8, 3]));
        WeightsException exception = Assert.Throws<WeightsException>(
            () => WeightLoader.Validate(weights, "Tiny", [new WeightSpec(needed, [3, 8], WeightInit.Uniform, 8)]));
        Assert.EndsWith($"; did you mean {inFile}?", exception.Problems[0], System.StringComparison.Ordinal);
    }

    [Fact]
    public void SuggestsNothingWhereItCannotKnow()
    {
        // Two equal candidates with unlike names, and a name that is near but of another shape.
        MemoryWeights weights = Weights(("left.weight", [3, 8]), ("right.weight", [3, 8]), ("fc2.weight", [3, 9]), ("fc1.bias", [3]));
        WeightsException exception = Assert.Throws<WeightsException>(() => WeightLoader.Validate(weights, "Tiny", Specs[2..]));
        Assert.Equal("fc1.weight: missing, expected with the shape [3, 8]", exception.Problems[0]);
    }

    [Fact]
    public void TheListOfUnusedTensorsIsBounded()
    {
        MemoryWeights weights = new();
        for (int i = 0; i < 1234; i++)
        {
            weights.Add($"t{i}", [1]);
        }

        WeightsException exception = Assert.Throws<WeightsException>(() => WeightLoader.Validate(weights, "Tiny", Specs));
        Assert.EndsWith(", t49 [] and 1,184 more", exception.Problems[^1], System.StringComparison.Ordinal);
    }

    private static MemoryWeights Weights(params (string Name, int[] Shape)[] tensors)
    {
        MemoryWeights weights = new("mine");
        foreach ((string name, int[] shape) in tensors)
        {
            weights.Add(name, new float[shape.Aggregate(1, (product, dimension) => product * dimension)], shape);
        }

        return weights;
    }
}
