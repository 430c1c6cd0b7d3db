using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;

namespace NetGen.Generator.Tests.Graphs;

/// <summary>Parameters and multiply-adds of networks whose numbers are known.</summary>
public sealed class CountTests
{
    [Fact]
    public void LeNet()
    {
        Graph graph = Graph(
            Image(1, 28, 28),
            Conv(6, 5, ("Padding", 2)),
            ReLU,
            MaxPool(2),
            Conv(16, 5),
            ReLU,
            MaxPool(2),
            Flatten,
            Dense(120),
            ReLU,
            Dense(84),
            ReLU,
            Dense(10));
        Assert.Equal(61_706, graph.ParameterCount);
        Assert.Equal(416_520, graph.MultiplyAddCount);
        Assert.Equal(["5·5·1·6 + 6", "5·5·6·16 + 16", "400·120 + 120", "120·84 + 84", "84·10 + 10"], Formulas(graph));
    }

    [Fact]
    public void AlexNetOfTwoTowers()
    {
        Graph graph = Graph([.. TwoTowers(), MaxPool(3, ("Stride", 2)), Flatten, Dense(4096), ReLU, Dense(4096), ReLU, Dense(1000)]);
        Assert.Equal(60_965_224, graph.ParameterCount);
        Assert.Equal(724_406_816, graph.MultiplyAddCount);
        Assert.Equal(
            [34_848, 307_200, 884_736, 663_552, 442_368, 37_748_736, 16_777_216, 4_096_000],
            graph.Layers.Where(l => l.WeightCount > 0).Select(l => l.WeightCount));
        Assert.Equal("5·5·48·128·2 + 256", graph.Layers.Single(l => l.Name == "conv2").ParameterFormula);
    }

    [Fact]
    public void AlexNetBeforeItsLastPooling()
    {
        Graph graph = Graph([.. TwoTowers(), Flatten, Dense(4096)]);
        Assert.Equal(Shape.Vector(13 * 13 * 256), graph.Layers.Single(l => l.Kind == "Flatten").Output);
        Assert.Equal(177_209_344, graph.Layers.Single(l => l.Kind == "Dense").WeightCount);
    }

    [Fact]
    public void Vgg16()
    {
        int?[] filters = [64, 64, null, 128, 128, null, 256, 256, 256, null, 512, 512, 512, null, 512, 512, 512, null];
        Graph graph = Graph(
        [
            Image(3, 224, 224),
            .. filters.SelectMany(f => f is { } n ? new[] { Conv(n, 3, ("Padding", 1)), ReLU } : [MaxPool(2)]),
            Flatten,
            Dense(4096),
            ReLU,
            Dense(4096),
            ReLU,
            Dense(1000),
        ]);
        Assert.Equal(138_357_544, graph.ParameterCount);
        Assert.Equal(15_470_264_320, graph.MultiplyAddCount);
    }

    [Fact]
    public void BatchNormLearnsTwoNumbersAChannel()
    {
        Layer layer = Graph(Image(7, 5, 5), Layer("BatchNorm2D")).Layers[0];
        Assert.Equal(14, layer.ParameterCount);
        Assert.Equal(7, layer.WeightCount);
        Assert.Equal(["weight", "bias", "running_mean", "running_var"], layer.Weights.Select(w => w.Suffix));
    }

    [Fact]
    public void BatchNormOfAVectorLearnsTwoNumbersAFeature()
    {
        Layer layer = Graph(Vector(7), Layer("BatchNorm2D", ("InChannels", 7))).Layers[0];
        Assert.Equal(Shape.Vector(7), layer.Output);
        Assert.All(layer.Weights, w => Assert.Equal([7], w.Shape));
        Assert.Equal(14, layer.ParameterCount);
    }

    [Fact]
    public void BatchNormWithoutAffineLearnsNothing()
    {
        Layer layer = Graph(Image(7, 5, 5), Layer("BatchNorm2D", ("Affine", false))).Layers[0];
        Assert.Equal(0, layer.ParameterCount);
        Assert.Equal(["running_mean", "running_var"], layer.Weights.Select(w => w.Suffix));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 7)]
    public void PReLULearnsItsSlope(bool perChannel, int expected) =>
        Assert.Equal(expected, Graph(Image(7, 5, 5), Layer("PReLU", ("PerChannel", perChannel))).ParameterCount);

    [Fact]
    public void WithoutBias()
    {
        Graph graph = Graph(Image(3, 8, 8), Conv(4, 3, ("Bias", false)), Flatten, Dense(5, ("Bias", false)));
        Assert.Equal(["3·3·3·4", "144·5"], Formulas(graph));
        Assert.Equal((3 * 3 * 3 * 4) + (144 * 5), graph.ParameterCount);
        Assert.Equal((6 * 6 * 3 * 3 * 3 * 4) + (144 * 5), graph.MultiplyAddCount);
        Assert.All(graph.Layers, l => Assert.DoesNotContain(l.Weights, w => w.Suffix == "bias"));
    }

    [Fact]
    public void DepthwiseConvolutionsCountOneChannelAFilter()
    {
        Layer layer = Graph(Image(32, 10, 10), Layer("DepthwiseConv2D", ("kernel", 3), ("Padding", 1))).Layers[0];
        Assert.Equal(320, layer.ParameterCount);
        Assert.Equal(28_800, layer.MultiplyAddCount);
    }

    private static string[] Formulas(Graph graph) => [.. graph.Layers.Select(l => l.ParameterFormula).Where(f => f.Length > 0)];

    private static LayerSyntax[] TwoTowers() =>
    [
        Image(3, 227, 227),
        Conv(96, 11, ("Stride", 4)),
        ReLU,
        Layer("LocalResponseNorm", ("size", 5), ("K", 2.0)),
        MaxPool(3, ("Stride", 2)),
        Conv(256, 5, ("Padding", 2), ("Groups", 2)),
        ReLU,
        Layer("LocalResponseNorm", ("size", 5), ("K", 2.0)),
        MaxPool(3, ("Stride", 2)),
        Conv(384, 3, ("Padding", 1)),
        ReLU,
        Conv(384, 3, ("Padding", 1), ("Groups", 2)),
        ReLU,
        Conv(256, 3, ("Padding", 1), ("Groups", 2)),
        ReLU,
    ];
}
