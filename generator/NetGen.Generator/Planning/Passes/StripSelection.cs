using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning.Algorithms;
using NetGen.Generator.Planning.Lowering;

namespace NetGen.Generator.Planning.Passes;

/// <summary>The fourth pass: finds the groups that stream large maps to each other, and decides how many rows at a time.</summary>
internal static class StripSelection
{
    public static StripChains Run(PlanContext context, FusedGraph fused, AlgorithmChoices algorithms, ValueDemands demands)
    {
        if (context.Mode != PlanMode.Sample || context.IsInteger)
        {
            return new StripChains([]);
        }

        // A group's source stands before it, so that whether that one takes rows itself is known by then.
        var sources = new Dictionary<int, LayerGroup>();
        var streaming = new HashSet<int>();
        foreach (LayerGroup group in fused.Groups)
        {
            if (SourceOf(group) is { } above)
            {
                sources.Add(group.First, above);
                streaming.Add(above.First);
            }
        }

        return new StripChains([.. fused.Groups
            .Where(g => sources.ContainsKey(g.First) && !streaming.Contains(g.First))
            .Select(g => Chain(context, algorithms, demands, GroupsUpTo(g)))]);

        LayerGroup? SourceOf(LayerGroup group) =>
            WindowOf(group) is { } window && StripPlanner.IsWorth(group.Main.Input, window, context.Sizes) && ReadsRows(algorithms, group)
            && group.Source >= 0 && context.SoleConsumer(group.Source) is not null && fused.EndingWith(group.Source) is { } above
            && StreamsRows(above, group) ? above : null;

        bool StreamsRows(LayerGroup group, LayerGroup reader) =>
            algorithms.Of(group)?.StreamsRowsTo(reader) ?? (group.Main.Operation is PoolOperation && sources.ContainsKey(group.First));

        LayerGroup[] GroupsUpTo(LayerGroup last)
        {
            var groups = new List<LayerGroup> { last };
            while (sources.TryGetValue(groups[0].First, out LayerGroup? above))
            {
                groups.Insert(0, above);
            }

            return [.. groups];
        }
    }

    /// <summary>The window of a convolution or pooling.</summary>
    public static Window? WindowOf(LayerGroup group) => group.Main.Operation switch
    {
        ConvolutionOperation convolution => convolution.Window,
        PoolOperation pool => pool.Window,
        _ => null,
    };

    /// <summary>Whether a group's kernel finds its rows in a ring, or reads row for row.</summary>
    private static bool ReadsRows(AlgorithmChoices algorithms, LayerGroup group) =>
        algorithms.Of(group)?.ReadsRows ?? group.Main.Operation is PoolOperation { Window: { DilationHeight: 1, DilationWidth: 1 } };

    private static StripChain Chain(PlanContext context, AlgorithmChoices algorithms, ValueDemands demands, LayerGroup[] groups)
    {
        LayerGroup last = groups[groups.Length - 1];
        (TensorView Map, RowWindow Window, int Unit)[] maps = [.. groups.Skip(1).Select((reader, i) => (
            ValueLayout.Bordered(reader.Main.Input, demands.Of(reader.Source).Border, buffer: -1),
            RowWindow.Of(WindowOf(reader)!),
            algorithms.Of(groups[i])?.RowsAtOnce ?? 1))];
        int rows = StripPlanner.ChooseRows(maps, last.Main.Output.Height, context.Sizes.StripBuffers);
        int[] held = StripPlanner.HeldRows(maps, rows);
        var buffers = new List<LineBuffer>();
        int length = 0;
        for (int i = 0; i < maps.Length; i++)
        {
            var buffer = new LineBuffer(maps[i].Map with { Offset = length }, demands.Of(groups[i].Last).Border, maps[i].Window, held[i]);
            buffers.Add(buffer);
            length = checked(length + buffer.Length);
        }

        return new StripChain(groups.ToEquatableArray(), buffers.ToEquatableArray(), RowsAtOnce(maps, rows));
    }

    /// <summary>The rows that each group computes at a time, given those of the last one.</summary>
    private static EquatableArray<int> RowsAtOnce((TensorView Map, RowWindow Window, int Unit)[] maps, int rows)
    {
        var all = new int[maps.Length + 1];
        for (int i = maps.Length; i >= 0; i--)
        {
            all[i] = i < maps.Length ? Math.Max(rows, maps[i].Unit) : rows;
            rows *= i > 0 ? maps[i - 1].Window.Stride : 1;
        }

        return new(all);
    }
}
