using NetGen.Generator.Graphs;
using NetGen.Generator.Planning.Passes;

namespace NetGen.Generator.Planning.Algorithms;

/// <summary>How each group of a graph is computed, as far as there is a choice.</summary>
/// <param name="context">The graph.</param>
/// <param name="convolutions">The algorithm of each layer that starts a convolution's group.</param>
internal sealed class AlgorithmChoices(PlanContext context, ConvolutionAlgorithm?[] convolutions)
{
    /// <summary>The algorithm of a convolution's group; null for any other.</summary>
    public ConvolutionAlgorithm? Of(LayerGroup group) => convolutions[group.First];

    /// <summary>Whether a group sums products of integers.</summary>
    public bool SumsIntegers(LayerGroup group) => Of(group) is { } algorithm
        ? algorithm.SumsIntegers
        : context.Fuses && group.Main.Operation is DenseOperation && IntegerLayers.Contains(group.Main);
}
