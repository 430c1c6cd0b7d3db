using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning.Algorithms;

namespace NetGen.Generator.Planning.Passes;

/// <summary>
/// The third pass, from the last layer to the first: finds out what the readers of each result need, which may depend on what the
/// readers of their own results do.
/// </summary>
internal sealed class DemandAnalysis
{
    private readonly PlanContext context;
    private readonly FusedGraph fused;
    private readonly AlgorithmChoices algorithms;
    private readonly ValueDemand[] demands;

    private DemandAnalysis(PlanContext context, FusedGraph fused, AlgorithmChoices algorithms)
    {
        this.context = context;
        this.fused = fused;
        this.algorithms = algorithms;
        demands = new ValueDemand[context.Graph.Inputs.Count + context.Graph.Layers.Count];
    }

    public static ValueDemands Run(PlanContext context, FusedGraph fused, AlgorithmChoices algorithms)
    {
        var analysis = new DemandAnalysis(context, fused, algorithms);
        int inputs = context.Graph.Inputs.Count;
        for (int layer = context.Graph.Layers.Count - 1; layer >= -inputs; layer--)
        {
            analysis.demands[layer + inputs] = new ValueDemand(
                analysis.FindBorder(layer),
                fused.Readers(layer).All(g => analysis.ReadsAnyLayout(g, layer)) && !fused.IsResidual(layer),
                context.IsInteger ? analysis.FindIntegers(layer) : null);
        }

        return new ValueDemands(analysis.demands, inputs);
    }

    private ValueDemand After(LayerGroup group) => demands[group.Last + context.Graph.Inputs.Count];

    private Border FindBorder(int layer)
    {
        Border result = default;
        foreach (LayerGroup group in fused.Readers(layer))
        {
            result = Border.Max(result, group.Main.Operation switch
            {
                ConvolutionOperation => algorithms.SumsIntegers(group) ? default : algorithms.Of(group)!.Border,
                TransposedConvolutionOperation transposed => TransposedConvolution.Border(transposed.Window, group.Main.Input, group.Main.Output),
                IdentityOperation or SliceOperation => After(group).Border,
                ConcatOperation when fused.ConcatOf(layer) == group.First => After(group).Border,
                ZeroPadOperation pad when fused.IsFreePad(group) => pad.Padding + After(group).Border,
                _ => default,
            });
        }

        return result;
    }

    /// <summary>Whether a group reads a result value by value, so that a planar image and a span without slack will do.</summary>
    private bool ReadsAnyLayout(LayerGroup group, int layer) => group.Main.Operation switch
    {
        RecurrentOperation recurrent => !group.Main.Sources.Skip(1).Contains(layer) || recurrent.Hidden == LayoutPolicy.ChannelStride(recurrent.Hidden),
        MultiheadAttentionOperation attention => attention.Mask > 0 && !group.Main.Sources.Take(attention.Mask).Contains(layer),
        AttentionOperation => !group.Main.Sources.Take(AttentionOperation.Maps).Contains(layer),
        ConvolutionOperation => algorithms.Of(group)!.Input != InputForm.Pixels,
        DenseOperation when algorithms.SumsIntegers(group) => !context.IsFlattenedMap(group.Source),
        ParameterOperation or MatMulOperation or DenseOperation or TransposedConvolutionOperation or ConcatOperation or JoinOperation or ReshapeOperation or PermuteOperation => true,
        FlattenOperation or IdentityOperation or SliceOperation => After(group).AnyLayout,
        ZeroPadOperation => fused.IsFreePad(group) && !context.IsOutput(group.Last) && After(group).AnyLayout,
        _ => false,
    };

    /// <summary>
    /// Finds out who reads a result as integers: the first such layer, whose input's range is the result's, and whether everyone
    /// does, so that the result itself may be stored as integers.
    /// </summary>
    private IntegerDemand? FindIntegers(int layer)
    {
        bool all = !context.IsOutput(layer);
        int? range = null;
        Border border = default;
        foreach (int consumer in context.Uses.ConsumersOf(layer))
        {
            (int? layerOfRange, bool takesIntegers, Border around) = fused.StartingWith(consumer) switch
            {
                { Main.Operation: IdentityOperation } alias => Through(alias, keepsBorder: true),
                { Main.Operation: FlattenOperation } alias => Through(alias, keepsBorder: false),
                { } group when algorithms.SumsIntegers(group) => (consumer, true, algorithms.Of(group)?.Border ?? default),
                { } => (null, false, default),

                // A residual connection, within a group.
                null => ((int?)null, AddsIntegers(layer, consumer), default(Border)),
            };
            range = range is null || layerOfRange < range ? layerOfRange ?? range : range;
            all &= takesIntegers;
            border = Border.Max(border, around);
        }

        return range is int first ? new IntegerDemand(border, first, all) : null;
    }

    private (int? RangeLayer, bool TakesIntegers, Border Border) Through(LayerGroup alias, bool keepsBorder) =>
        After(alias).Integers is { } integers
            ? (integers.RangeLayer, integers.IsSole, keepsBorder ? integers.Border : default)
            : (null, false, default);

    /// <summary>Whether the group that a layer lies within adds a result that is stored as integers.</summary>
    private bool AddsIntegers(int residual, int layer) => fused.Groups.Any(g =>
        g.Residual == residual && g.Layers.Contains(layer) && algorithms.Of(g)?.AddsIntegers != false);
}
