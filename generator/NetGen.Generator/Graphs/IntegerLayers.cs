using System.Linq;
using NetGen.Shared;

namespace NetGen.Generator.Graphs;

/// <summary>Which layers of a network of integer precision compute with integers: those that sum over enough channels, four of which share a word.</summary>
internal static class IntegerLayers
{
    private const int LeastChannels = 6;

    /// <summary>The tensor that such a layer loads besides its own: the least and the largest value of its input.</summary>
    public static readonly WeightTensor Range = new(TensorSuffixes.InputRange, [2], WeightRole.Statistic, WeightInit.Range);

    /// <summary>Whether a layer can be computed with integers.</summary>
    public static bool Suits(Operation operation, Shape input) => operation switch
    {
        ConvolutionOperation convolution => input.Channels / convolution.Groups >= LeastChannels
            && (convolution.Groups == 1 || input.Channels / convolution.Groups % 4 == 0),
        DenseOperation => input.Length >= LeastChannels,
        _ => false,
    };

    /// <summary>Whether a layer is to be computed with integers.</summary>
    public static bool Contains(Layer layer) => layer.Weights.Contains(Range);

    /// <summary>The full name of the tensor that holds the range of a layer's input.</summary>
    public static string RangeOf(Layer layer) => layer.TensorName(Range.Suffix);
}
