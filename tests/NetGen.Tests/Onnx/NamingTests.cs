extern alias generator;

using System.Linq;
using NetGen.Onnx.Import;
using Xunit;

namespace NetGen.Tests.Onnx;

using generator::NetGen.Generator.Graphs.Layers;

/// <summary>The importer leaves a name out where the generator gives the same one.</summary>
public sealed class NamingTests
{
    [Fact]
    public void UnnamedLayersAreCalledAsTheGeneratorCallsThem()
    {
        foreach (LayerKind kind in LayerKind.All)
        {
            Assert.Equal(kind.Stem, Naming.Stem(kind.Name));
        }
    }

    /// <summary>A layer that nobody named gets a name of its own where its count would be another's.</summary>
    [Fact]
    public void AnUnnamedLayerGivesWayToANameOfTheModel()
    {
        string[] given = [.. Naming.Given(["ReLU", "ReLU", "ReLU"], [null, "relu1", "relu_1"]).OfType<string>()];
        Assert.Equal(["relu_2", "relu1", "relu_1"], given);
    }

    [Fact]
    public void NamesThatTheGeneratorGivesAreThoseOfTheModelWhereTheyAgree()
    {
        string[] kinds = ["Conv2D", "Conv2D", "Conv2D", "Conv2D"];
        string?[] intended = ["conv1", null, "conv2", "x"];
        string[] names = Naming.Complete(kinds, Naming.Given(kinds, intended));
        Assert.Equal(intended.OfType<string>(), [names[0], names[2], names[3]]);
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Null(Naming.Given(kinds, intended)[0]);
    }
}
