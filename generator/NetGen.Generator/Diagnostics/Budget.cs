using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Diagnostics;

/// <summary>Holds a network against what its author allows it to cost.</summary>
internal static class Budget
{
    public static IEnumerable<Problem> Check(NetworkSyntax network, Graph graph)
    {
        if (network.Budget is not { } budget)
        {
            yield break;
        }

        foreach (LayerArgument argument in budget.Arguments)
        {
            if (argument.Value is not long most)
            {
                continue;
            }

            (string what, long cost, string heaviest) = argument.Name switch
            {
                "MaxParameters" => ("parameters", graph.ParameterCount, Heaviest(graph, l => l.ParameterCount)),
                "MaxMultiplyAdds" => ("multiply-adds", graph.MultiplyAddCount, Heaviest(graph, l => l.MultiplyAddCount)),
                "MaxWeightBytes" => ("bytes of weights", graph.Layers.Sum(WeightBytes), Heaviest(graph, WeightBytes)),
                "MaxWorkspaceBytes" => Workspace(graph),
                _ => ("", 0L, ""),
            };
            if (cost > most)
            {
                yield return new Problem(ProblemIds.OverBudget, argument.Span, [network.Class.Name, Number(cost), what, Number(most), heaviest]);
            }
        }
    }

    private static long WeightBytes(Layer layer) => sizeof(float) * layer.Weights.Sum(w => w.Length);

    /// <summary>What the tier that takes most takes; layers that share memory, or live in registers, are no burden.</summary>
    private static (string What, long Cost, string Heaviest) Workspace(Graph graph)
    {
        Plan plan = Tier.For(graph.Options)
            .Select(t => Planner.Create(graph, t))
            .OrderByDescending(p => p.WorkspaceLength)
            .First();
        (string name, long length) = plan.Buffers.OrderByDescending(b => b.Length)
            .Select(b => (b.Purpose, (long)b.Length))
            .DefaultIfEmpty((graph.Layers[0].Name, 0))
            .First();
        return ("bytes of activations", sizeof(float) * (long)plan.WorkspaceLength, Part(name, sizeof(float) * length));
    }

    private static string Heaviest(Graph graph, Func<Layer, long> cost)
    {
        Layer layer = graph.Layers.OrderByDescending(cost).First();
        return Part(layer.Name, cost(layer));
    }

    private static string Part(string name, long cost) => $"'{name}' with {Number(cost)}";

    private static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
