extern alias generator;

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
}
