using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Diagnostics.FileChecks;

/// <summary>Holds a network against its weight file.</summary>
internal static class WeightCheck
{
    private static readonly FileCheck File = new(
        ProblemIds.NoWeightFile, ProblemIds.MissingTensor, ProblemIds.TensorShape, ProblemIds.UnusedTensor, isWeights: true);

    /// <summary>Checks a network.</summary>
    /// <param name="network">The network as written.</param>
    /// <param name="graph">The network.</param>
    /// <param name="spans">Where its layers stand.</param>
    /// <param name="file">The file.</param>
    public static IEnumerable<Problem> Check(NetworkSyntax network, Graph graph, EquatableArray<SourceSpan> spans, NamedFile file) =>
        File.Check(network.Class.Name, network.Weights, file, [.. graph.Layers.SelectMany((layer, i) => layer.Weights.Select(
            tensor => new SoughtTensor(layer.TensorName(tensor.Suffix), layer.Name, spans[i], tensor.Shape, IsOptional(tensor))))]);

    /// <summary>Ranges are there once the network has been calibrated, for which it has to compile.</summary>
    private static bool IsOptional(WeightTensor tensor) => tensor.Init == WeightInit.Range;
}
