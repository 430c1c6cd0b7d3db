using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Diagnostics.FileChecks;

/// <summary>Holds a network against its file of references; the names in it are those that the runtime's self-test reads.</summary>
internal static class GoldenCheck
{
    private const string Input = "input";
    private const string Output = "output";

    private static readonly FileCheck File = new(
        ProblemIds.NoGoldenFile, ProblemIds.MissingReference, ProblemIds.ReferenceShape, ProblemIds.UnknownReference, isWeights: false);

    /// <summary>Checks a network.</summary>
    /// <param name="network">The network as written.</param>
    /// <param name="graph">The network.</param>
    /// <param name="spans">Where its layers stand.</param>
    /// <param name="file">The file.</param>
    public static IEnumerable<Problem> Check(NetworkSyntax network, Graph graph, EquatableArray<SourceSpan> spans, NamedFile file)
    {
        SourceSpan place = network.Golden?.Find("file")?.Span ?? default;
        return File.Check(network.Class.Name, network.Golden, file,
        [
            new SoughtTensor(Input, Input, place, Dimensions(graph.Input)),
            new SoughtTensor(Output, Output, place, Dimensions(graph.Output)),
            .. graph.Layers.Select((layer, i) => new SoughtTensor(layer.Name, layer.Name, spans[i], Dimensions(layer.Output), IsOptional: true))
                .Where(t => t.Name != Output),
        ]);
    }

    private static EquatableArray<int> Dimensions(Shape shape) =>
        shape.IsVector ? [shape.Channels] : [shape.Channels, shape.Height, shape.Width];
}
