using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning.Passes;

namespace NetGen.Generator.Planning.Lowering;

/// <summary>Products of results with each other: attention, and matrices.</summary>
internal sealed partial class LayerLowering
{
    private TensorView LowerAttention(LayerGroup group, AttentionOperation attention)
    {
        var copies = new Dictionary<TensorView, TensorView>();
        TensorView[] sources = [.. group.Main.Sources.Select((s, i) => i < AttentionOperation.Maps ? Tokens(group, Values[s], copies) : Rows(group, s))];
        return TokenByToken(group, output => Steps.Add(AttentionStepOf(group, attention, sources, output)));
    }

    /// <summary>A result that its kernel writes token by token. A map within a border, or the caller's planes, take a copy of it.</summary>
    private TensorView TokenByToken(LayerGroup group, Action<TensorView> lower)
    {
        TensorView result = Result(group);
        TensorView output = AreTokens(result) ? result : Values.NewBuffer(result.Shape, default, group.Main.Name + ", token by token");
        lower(output);
        return output == result ? result : Steps.Add(new ConvertStep([group.Last], output, result)).Output;
    }

    private AttentionStep AttentionStepOf(LayerGroup group, AttentionOperation attention, TensorView[] sources, TensorView output)
    {
        (TensorView query, int keys) = (sources[0], sources[1].Pixels);
        int channels = query.Channels / attention.Heads;
        int valueChannels = output.Channels / attention.Heads;
        int stride = AttentionStep.ScoreStrideOf(keys);
        (int blocks, TileShare[] sizes) = BlocksOf(query.Pixels, keys, channels, stride);
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

        FilterSums ProductOf(string title, TensorView from, TensorView to, int filters) => Product(
            title, from, to, new Factors(from.Channels, 1, filters, title == "Scores" ? to.Width : from.Width, from.PixelStride), sizes[0].Length);
    }

    /// <summary>The blocks of rows that a product falls into, and their sizes: whole tiles, of which the results stay in the cache, or all rows.</summary>
    private (int Blocks, TileShare[] Sizes) BlocksOf(int rows, int columns, int taps, int rowStride)
    {
        int pixels = TilePlanner.Choose(Context.Tier, columns, rows, taps).Pixels;
        int most = Math.Min(rows, Math.Max(1, Context.Sizes.AttentionScores / rowStride / pixels) * pixels);
        int blocks = (rows + most - 1) / most;
        return (blocks, TilePlanner.Shares(rows, blocks));
    }

    /// <summary>Which numbers a product has.</summary>
    /// <param name="Taps">The terms of a sum.</param>
    /// <param name="TapStride">The floats from one of the first factor's to the next.</param>
    /// <param name="Filters">The columns.</param>
    /// <param name="Rows">The rows of a block.</param>
    /// <param name="RowStride">The floats from one of the first factor's to the next.</param>
    private readonly record struct Factors(int Taps, int TapStride, int Filters, int Rows, int RowStride);

    /// <summary>A product of a block of rows. Blocks of both sizes share the packed second factor, and so the tile.</summary>
    private FilterSums Product(string title, TensorView from, TensorView to, Factors factors, int mostRows)
    {
        Tier tier = Context.Tier;
        return new FilterSums(from, to, new FilterGeometry(title)
        {
            Filters = factors.Filters,
            Channels = factors.Taps,
            Positions = 1,
            Loops = FilterGeometry.Collapse([new TapLoop(factors.Taps, factors.TapStride)]),
            Columns = factors.Rows,
            ColumnStep = factors.RowStride,
        })
        {
            Tile = TilePlanner.Choose(tier, factors.Filters, mostRows, factors.Taps),
            Lanes = tier.Lanes,
            GroupLanes = tier.CoveredLanes(factors.Filters),
            Sizes = tier.Sizes,
        };
    }

    private TensorView LowerMatMul(LayerGroup group, MatMulOperation operation)
    {
        TensorView first = Rows(group, group.Main.Sources[0]);
        TensorView second = Rows(group, group.Main.Sources[1]);
        return PlaneByPlane(group, product => MatMulStepOf(group, operation, first, second, product));
    }

    private MatMulStep MatMulStepOf(LayerGroup group, MatMulOperation operation, TensorView first, TensorView second, TensorView product)
    {
        (Shape a, Shape b, Shape output) = (group.Main.Inputs[0], group.Main.Inputs[1], group.Main.Output);
        int taps = operation.TransposeA ? a.Height : a.Width;

        // The rows of all planes are one matrix's, where the second factor is the same for all.
        bool isOne = b.Channels == 1 && !operation.TransposeA;
        int rows = isOne ? output.Channels * output.Height : output.Height;
        (int blocks, TileShare[] sizes) = BlocksOf(rows, output.Width, taps, LayoutPolicy.ChannelStride(output.Width));
        TensorView to = product with
        {
            Channels = output.Width, ChannelStride = 1, Height = 1, Width = rows, PixelStride = output.Width, RowStride = rows * output.Width, IsPart = true,
        };
        return new MatMulStep(group.Layers, first, product)
        {
            Planes = isOne ? 1 : output.Channels,
            Rows = rows,
            Blocks = blocks,
            Products = sizes.Select(s => Product(
                "Product",
                first,
                to,
                new Factors(taps, operation.TransposeA ? a.Width : 1, output.Width, s.Length, operation.TransposeA ? 1 : a.Width),
                sizes[0].Length)).ToEquatableArray(),
            TransposeB = operation.TransposeB,
            Scratch = Values.NewScratch(group.Main.Name + ", second factor"),
            FirstPlane = a.Channels == 1 ? 0 : a.Pixels,
            SecondPlane = b.Channels == 1 ? 0 : b.Pixels,
            MoreInputs = [second],
        };
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

    /// <summary>A result plane by plane, row by row: as it is, or a copy.</summary>
    private TensorView Rows(LayerGroup group, int layer)
    {
        TensorView rows = RowMajor(group, Values[layer]);
        return TensorView.Planar(rows.Storage, Values[layer].Shape) with { Buffer = rows.Buffer, Offset = rows.Offset };
    }

    private static bool AreTokens(TensorView map) => map.IsChannelsLast && map.HasContiguousRows;
}
