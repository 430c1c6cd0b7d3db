using System.Linq;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using LayerKind = NetGen.Generator.Graphs.Layers.LayerKind;

namespace NetGen.Generator.Tests.Graphs;

/// <summary>What layers are called, and sizes past what an <see cref="int"/> holds.</summary>
public sealed class NameTests
{
    [Fact]
    public void UnnamedLayersAreCountedByKind()
    {
        Graph graph = Graph(
            Image(1, 16, 16),
            Conv(2, 3),
            Layer("BatchNorm2D"),
            ReLU,
            Conv(2, 3),
            ReLU,
            MaxPool(2),
            Layer("DepthwiseConv2D", ("kernel", 3)),
            Layer("LocalResponseNorm", ("size", 3)),
            Flatten,
            Dense(3),
            Layer("GELU"),
            Dense(2),
            Layer("LogSoftmax"));
        Assert.Equal(
            ["conv1", "bn1", "relu1", "conv2", "relu2", "maxpool1", "dwconv1", "lrn1", "flatten1", "fc1", "gelu1", "fc2", "logsoftmax1"],
            graph.Layers.Select(l => l.Name));
    }

    [Fact]
    public void GivenNamesAreNotCounted()
    {
        Graph graph = Graph(Vector(3), Dense(3), Dense(3, ("Name", "head")), Dense(3, ("Name", "fc9")), Dense(3), Dense(3));
        Assert.Equal(["fc1", "head", "fc9", "fc2", "fc3"], graph.Layers.Select(l => l.Name));
    }

    /// <summary>A name that is written changes no other's, so that no state dict loads into other layers.</summary>
    [Theory]
    [InlineData(null, "fc1")]
    [InlineData("fc1", null)]
    [InlineData(null, "fc2", null)]
    [InlineData("fc2", null, null)]
    [InlineData(null, null, "fc2")]
    [InlineData("fc1", "fc1", null)]
    public void AGivenNameThatIsAlsoTheCountOfAnUnnamedLayerIsAnError(params string?[] given)
    {
        GraphResult result = Build([Vector(3), .. given.Select(name => name is null ? Dense(3) : Dense(3, ("Name", name)))]);
        Assert.All(result.Problems, p => Assert.Equal(ProblemIds.DuplicateName, p.Id));
        Assert.NotEmpty(result.Problems);
        int unnamed = 0;
        Assert.Equal(given.Select(name => name ?? $"fc{++unnamed}"), result.LayerNames);
    }

    /// <summary>A layer over sequences is called as the same over images is.</summary>
    [Fact]
    public void KindsHaveStemsOfTheirOwn()
    {
        string[] names = [.. LayerKind.All.Select(k => k.Name.Replace("1D", "2D", System.StringComparison.Ordinal)).Distinct()];
        Assert.Equal(names.Length, LayerKind.All.Select(k => k.Stem).Distinct().Count());
    }

    [Theory]
    [InlineData("features.0")]
    [InlineData("a-b_c")]
    [InlineData("Größe")]
    public void PathsAreNames(string name) => Assert.Equal(name, Graph(Vector(3), Dense(3, ("Name", name))).Layers[0].Name);

    [Theory]
    [InlineData("")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("a..b")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("input")]
    public void OthersAreNot(string name) =>
        Assert.Equal(ProblemIds.BadName, Assert.Single(Build(Vector(3), Dense(3, ("Name", name))).Problems).Id);

    [Fact]
    public void LayersOfAnInvalidNetworkHaveTheirNames() => Assert.Equal(
        ["conv1", "fc1", "relu1", "out"],
        Build(Image(3, 8, 8), Conv(2, 3), Dense(3), ReLU, Dense(2, ("Name", "out"))).LayerNames);

    [Theory]
    [InlineData(new long[] { 3, 4 }, 12)]
    [InlineData(new long[] { int.MaxValue, int.MaxValue }, 4611686014132420609)]
    [InlineData(new long[] { int.MaxValue, int.MaxValue, 3 }, long.MaxValue)]
    [InlineData(new long[] { int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue }, long.MaxValue)]
    [InlineData(new long[] { long.MaxValue, long.MaxValue }, long.MaxValue)]
    [InlineData(new long[] { long.MaxValue / 3, 3 }, long.MaxValue - 1)]
    public void ProductsSaturate(long[] factors, long expected) => Assert.Equal(expected, Shape.SaturatingProduct(factors));

    [Fact]
    public void AnImageTooLargeIsSaidSoOnce() => Assert.Equal(
        ProblemIds.TooLarge,
        Assert.Single(Build(Image(int.MaxValue, int.MaxValue, int.MaxValue), Conv(int.MaxValue, int.MaxValue), Flatten, Dense(1)).Problems).Id);

    [Fact]
    public void WeightsTooLargeAreSaidSoOnce() => Assert.Equal(
        ProblemIds.TooLarge, Assert.Single(Build(Vector(100_000), Dense(100_000), ReLU, Dense(10)).Problems).Id);
}
