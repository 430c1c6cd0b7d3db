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
        ImportedLayer first = new("ReLU", new Shape(3));
        ImportedLayer second = new("ReLU", new Shape(3)) { NodeName = "relu1" };
        ImportedLayer third = new("ReLU", new Shape(3)) { NodeName = "relu_1" };
        Naming.Assign([first, second, third]);
        Assert.Equal(["relu_2", "relu1", "relu_1"], [first.Name, second.Name, third.Name]);
    }

    [Fact]
    public void NamesThatTheGeneratorGivesAreThoseOfTheModelWhereTheyAgree()
    {
        ImportedLayer[] layers = [.. new[] { "conv1", "", "conv2", "x" }.Select(n => new ImportedLayer("Conv2D", new Shape(3)) { NodeName = n })];
        Naming.Assign(layers);
        string?[] given = [.. layers.Select((l, i) => i == 1 || i == 3 ? l.Name : null)];
        Assert.Equal(layers.Select(l => l.Name), Naming.Complete([.. layers.Select(l => l.Kind)], given));
        Assert.Equal(layers.Length, layers.Select(l => l.Name).Distinct().Count());
        Assert.Equal(["conv1", "conv2", "x"], [layers[0].Name, layers[2].Name, layers[3].Name]);
    }
}
