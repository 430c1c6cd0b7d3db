using System;

namespace NetGen.Generator.Planning.Algorithms;

/// <summary>
/// The algorithms for convolutions, in the order in which they are asked: the first that is worth it computes the convolution, as
/// oneDNN's lists of implementations have it. To add one, add its class and a line here.
/// </summary>
internal static class ConvolutionAlgorithms
{
    private static readonly Func<ConvolutionSite, ConvolutionAlgorithm?>[] All =
    [
        TrimmedAlgorithm.Choose,
        WinogradAlgorithm.Choose,
        PlanarWinogradAlgorithm.ChoosePooled,
        PlanarAlgorithm.ChoosePooled,
        PlanarWinogradAlgorithm.Choose,
        PlanarAlgorithm.Choose,
        DepthwiseAlgorithm.Choose,
        DirectAlgorithm.Choose,
    ];

    /// <summary>The algorithm for a convolution.</summary>
    public static ConvolutionAlgorithm Choose(ConvolutionSite site)
    {
        foreach (Func<ConvolutionSite, ConvolutionAlgorithm?> choose in All)
        {
            if (choose(site) is { } algorithm)
            {
                return algorithm;
            }
        }

        throw new InvalidOperationException("Direct sums compute every convolution.");
    }
}
