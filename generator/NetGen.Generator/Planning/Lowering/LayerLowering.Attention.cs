using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning.Passes;

namespace NetGen.Generator.Planning.Lowering;

/// <summary>Attention.</summary>
internal sealed partial class LayerLowering
{
    private TensorView LowerAttention(LayerGroup group, AttentionOperation attention)
    {
        var copies = new Dictionary<TensorView, TensorView>();
        TensorView[] sources = [.. group.Main.Sources.Select((s, i) => i < AttentionOperation.Maps ? Tokens(group, Values[s], copies) : Rows(group, s))];
        TensorView result = Result(group);

        // A map within a border, or the caller's planes, take a copy of the result.
        TensorView output = AreTokens(result) ? result : Values.NewBuffer(result.Shape, default, group.Main.Name + ", token by token");
        Steps.Add(AttentionStepOf(group, attention, sources, output));
        return output == result ? result : Steps.Add(new ConvertStep([group.Last], output, result)).Output;
    }

    private AttentionStep AttentionStepOf(LayerGroup group, AttentionOperation attention, TensorView[] sources, TensorView output)
    {
        Tier tier = Context.Tier;
        (TensorView query, int keys) = (sources[0], sources[1].Pixels);
        int channels = query.Channels / attention.Heads;
        int valueChannels = output.Channels / attention.Heads;
        int stride = AttentionStep.ScoreStrideOf(keys);

        // A block is whole tiles, or all queries.
        int pixels = TilePlanner.Choose(tier, keys, query.Pixels, channels).Pixels;
        int most = Math.Min(query.Pixels, Math.Max(1, tier.Sizes.AttentionScores / stride / pixels) * pixels);
        int blocks = (query.Pixels + most - 1) / most;
        TileShare[] sizes = TilePlanner.Shares(query.Pixels, blocks);
        int scratch = Values.NewScratch(group.Main.Name + ", scores");
        return new AttentionStep(group.Layers, query, output, attention)
        {
            Blocks = blocks,
            Scores = sizes.Select(s => ProductOf("Scores", query.Part(0, channels), Scores(s.Length), keys)).ToEquatableArray(),
            Results = sizes.Select(s => ProductOf("Results", Scores(s.Length), output.Part(0, valueChannels), valueChannels)).ToEquatableArray(),
            Scratch = scratch,
            MoreInputs = sources.Skip(1).ToEquatableArray(),
        };

        TensorView Scores(int rows) => new(Storage.Workspace, scratch, 0, keys, 1, rows, rows * stride, stride, 1);

        // Blocks of both sizes share the packed keys and values, and so the tile.
        FilterSums ProductOf(string title, TensorView from, TensorView to, int filters)
        {
            int rows = title == "Scores" ? to.Width : from.Width;
            return new FilterSums(from, to, new FilterGeometry(title)
            {
                Filters = filters,
                Channels = from.Channels,
                Positions = 1,
                Loops = FilterGeometry.Collapse([new TapLoop(from.Channels, 1)]),
                Columns = rows,
                ColumnStep = from.PixelStride,
            })
            {
                Tile = TilePlanner.Choose(tier, filters, sizes[0].Length, from.Channels),
                Lanes = tier.Lanes,
                GroupLanes = tier.CoveredLanes(filters),
                Sizes = tier.Sizes,
            };
        }
    }

    /// <summary>A map whose pixels follow each other without a gap, channels last: the source as it is, or a copy.</summary>
    private TensorView Tokens(LayerGroup group, TensorView source, Dictionary<TensorView, TensorView> copies)
    {
        if (AreTokens(source))
        {
            return source;
        }

        if (!copies.TryGetValue(source, out TensorView? copy))
        {
            copy = Values.NewBuffer(source.Shape, default, group.Main.Name + ", token by token");
            Steps.Add(new ConvertStep([], source, copy));
            copies.Add(source, copy);
        }

        return copy;
    }

    /// <summary>A mask, row by row: as it is, or a copy.</summary>
    private TensorView Rows(LayerGroup group, int mask)
    {
        TensorView rows = RowMajor(group, Values[mask]);
        return TensorView.Planar(rows.Storage, Values[mask].Shape) with { Buffer = rows.Buffer, Offset = rows.Offset };
    }

    private static bool AreTokens(TensorView map) => map.IsChannelsLast && map.HasContiguousRows;
}
