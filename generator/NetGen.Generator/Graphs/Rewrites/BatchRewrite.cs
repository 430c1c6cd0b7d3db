using System.Linq;

namespace NetGen.Generator.Graphs;

/// <summary>
/// A batch of vectors is a row of pixels: a network of dense layers, given several samples at once, is one of 1×1 convolutions. So
/// every pass over the weights serves the whole batch.
/// </summary>
internal static class BatchRewrite
{
    /// <summary>The values of all layers of one sample above which there is no room for several.</summary>
    private const long MostValues = 1 << 24;

    /// <summary>Whether a network's samples can be computed together; not where a layer looks at more than one vector's features alone.</summary>
    public static bool IsPossible(Graph graph) => graph.Inputs is [{ Shape.IsVector: true }] && graph.States.Count == 0 && graph.Layers.All(l => OperationOf(l) is not null)
        && graph.Input.Length + graph.Layers.Sum(l => (long)l.Output.Length) <= MostValues;

    /// <summary>The network over a row of so many samples; null where that is impossible.</summary>
    public static Graph? Of(Graph graph, int samples) => IsPossible(graph)
        ? graph with
        {
            Inputs = [graph.Inputs[0] with { Shape = RowOf(graph.Input, samples) }],
            Layers = graph.Layers.Select(l => l with
            {
                Inputs = l.Inputs.Select(i => RowOf(i, samples)).ToEquatableArray(),
                Output = RowOf(l.Output, samples),
                Operation = OperationOf(l)!,
            }).ToEquatableArray(),
        }
        : null;

    private static Shape RowOf(Shape vector, int samples) => Shape.Image(vector.Channels, 1, samples);

    private static Operation? OperationOf(Layer layer) => !layer.Output.IsVector ? null : layer.Operation switch
    {
        DenseOperation dense => new ConvolutionOperation(dense.Units, new Window(1, 1, 1, 1, default), 1, dense.Bias),
        ActivationOperation or BatchNormOperation or SoftmaxOperation or IdentityOperation or SliceOperation or ConcatOperation or CombineOperation
            => layer.Operation,
        _ => null,
    };
}
