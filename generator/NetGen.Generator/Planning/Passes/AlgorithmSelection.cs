using NetGen.Generator.Graphs;
using NetGen.Generator.Planning.Algorithms;

namespace NetGen.Generator.Planning.Passes;

/// <summary>
/// The second pass: decides how each convolution is computed. An algorithm may compute the pooling after its convolution too, which
/// then belongs to the group.
/// </summary>
internal static class AlgorithmSelection
{
    public static (FusedGraph Fused, AlgorithmChoices Algorithms) Run(PlanContext context, FusedGraph fused)
    {
        var chosen = new ConvolutionAlgorithm?[context.Graph.Layers.Count];
        foreach (LayerGroup group in fused.Groups)
        {
            if (group.Main.Operation is not ConvolutionOperation convolution)
            {
                continue;
            }

            var site = new ConvolutionSite(context, fused, group, convolution);
            chosen[group.First] = ConvolutionAlgorithms.Choose(site);
            if (chosen[group.First]!.TakesPooling)
            {
                fused = fused.Absorb(group, site.Pooling!);
            }
        }

        return (fused, new AlgorithmChoices(context, chosen));
    }
}
