using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>Writes how the weights of each step are packed.</summary>
internal static class PackEmitter
{
    /// <summary>The floats that all packed weights take. An empty allocation has no first element to refer to.</summary>
    public static int Length(Plan plan) => System.Math.Max(16, plan.WeightLength);

    /// <summary>The body of the method that packs all weights.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="depth">The indentation of its lines.</param>
    public static string Emit(Plan plan, int depth)
    {
        using var writer = new CodeWriter(depth);
        writer.Line($"WeightPacker packer = new(source, {Code.Text(Length(plan))});");
        foreach (Step step in plan.LayerSteps)
        {
            switch (step)
            {
                case FilterStep f:
                    int channels = f.IsInteger ? f.Input.Features / f.Groups : f.Channels;
                    EmitFilters(writer, f, f.Filters, channels, f.Positions);
                    if (f.Input.Quantization is { } input)
                    {
                        writer.Line(
                            $"    .WriteIntegers(offset: {f.WeightOffset}, groups: {f.Groups}, groupLength: {f.GroupLength}, tileLanes: {f.Tile.Vectors * plan.Tier.Lanes}, lanes: {f.GroupLanes}, range: {Code.Literal(input.Range)});");
                    }
                    else
                    {
                        EmitWrite(writer, f, f.Groups, f.GroupLength, f.StreamVectors * plan.Tier.Lanes, f.GroupLanes, f.ChannelsFirst, f.Storage);
                    }

                    break;
                case WinogradStep n:
                    EmitFilters(writer, n, n.LayerFilters, n.Channels, n.Transform.Kernel * n.KernelWidth);
                    EmitWinograd(writer, n, n.FirstFilter, n.Filters, n.Transform, n.KernelWidth, n.HeadStride, n.Products[0].Tile.Vectors * plan.Tier.Lanes, n.Products[0].GroupLanes, n.WeightPlane, n.Products[0].ChannelsFirst);
                    break;
                case DepthwiseStep d:
                    EmitFilters(writer, d, d.Input.Channels, 1, d.Window.Taps);
                    EmitWrite(writer, d, 1, d.WeightLength, plan.Tier.Lanes, d.Lanes, channelsFirst: false);
                    break;
                case PlanarStep p:
                    EmitFilters(writer, p, p.Filters, p.Channels, p.Window.Taps);
                    EmitWrite(writer, p, p.Groups * p.FilterTiles, p.TileLength, p.FilterLanes, p.FilterLanes, channelsFirst: true);
                    break;
                case PlanarWinogradStep p:
                    EmitFilters(writer, p, p.Filters, p.Channels, p.Window.Taps);
                    EmitWinograd(writer, p, 0, p.Filters, p.Tile.Transform, p.KernelWidth, p.HeadStride, p.Tile.Filters, p.Filters, p.WeightPlane, channelsFirst: false);
                    break;
                case QuantizeStep q:
                    writer.Line($"packer.Quantization({q.WeightOffset}, {Code.Literal(q.Output.Quantization!.Range)});");
                    break;
                case BorderStep b:
                    writer.Line($"packer.ZeroPoint({b.WeightOffset}, {Code.Literal(b.Whole.Quantization!.Range)});");
                    break;
                case PoolStep p:
                    EmitRows(writer, p, p.Epilogue);
                    break;
                case GlobalPoolStep p:
                    EmitRows(writer, p, p.Epilogue);
                    break;
                case ElementwiseStep e:
                    EmitRows(writer, e, e.Epilogue);
                    break;
                case CombineStep c:
                    EmitRows(writer, c, c.Epilogue);
                    break;
                case BroadcastStep { Weight: { } weight } b:
                    EmitMap(writer, b.WeightOffset, weight, b.Parameter.Channels, b.Parameter.Height, b.Parameter.Width);
                    break;
                case NormalizationStep { RowLength: > 0 } n:
                {
                    bool perValue = n.Normalization.Parameters == NormalizationParameters.PerValue;
                    int height = perValue ? n.Input.Height : 1;
                    int width = perValue ? n.Input.Width : 1;
                    EmitMap(writer, n.WeightOffset, n.Name + ".weight", n.Input.Channels, height, width);
                    EmitMap(writer, n.WeightOffset + n.RowLength, n.Name + ".bias", n.Input.Channels, height, width);
                    break;
                }
            }
        }

        writer.Line("return packer.Memory;");
        return writer.ToString();
    }

    private static void EmitFilters(CodeWriter writer, SumStep step, int filters, int channels, int positions)
    {
        (string weight, string? bias, EquatableArray<BatchNormFold> folds, Epilogue epilogue) = step.Parameters;
        writer.Line(step is FilterStep { Source: { } s, Groups: var groups }
            ? $"packer.TransposedFilters({Code.Literal(weight)}, filters: {filters}, channels: {channels}, groups: {groups}, kernelHeight: {s.KernelHeight}, kernelWidth: {s.KernelWidth}, firstRow: {s.FirstRow}, rowStep: {s.RowStep}, rows: {s.Rows}, firstColumn: {s.FirstColumn}, columnStep: {s.ColumnStep}, columns: {s.Columns})"
            : $"packer.Filters({Code.Literal(weight)}, filters: {filters}, channels: {channels}, taps: {positions})");
        if (bias is not null)
        {
            writer.Line($"    .Bias({Code.Literal(bias)})");
        }

        foreach (BatchNormFold fold in folds)
        {
            writer.Line($"    .Fold({Norm(fold)})");
        }

        foreach (EpilogueOperation operation in epilogue.Operations)
        {
            switch (operation)
            {
                case SlopeEpilogue slope:
                    writer.Line($"    .Slope({Code.Literal(slope.Tensor)}, perChannel: {Bool(slope.PerChannel)})");
                    break;
                case AffineEpilogue affine:
                    writer.Line($"    .BatchNorm({Norm(affine.Norm)})");
                    break;
                case ResidualEpilogue { Range: { } range }:
                    writer.Line($"    .Dequantize({Code.Literal(range)})");
                    break;
                case QuantizeEpilogue quantize:
                    writer.Line($"    .Quantize({Code.Literal(quantize.Range)})");
                    break;
            }
        }
    }

    private static void EmitMap(CodeWriter writer, int offset, string tensor, int channels, int height, int width) => writer.Line(
        $"packer.Map({offset}, {Code.Literal(tensor)}, channels: {channels}, pixels: {height * width}, stride: {Tier.ChannelStride(channels)});");

    private static void EmitWinograd(
        CodeWriter writer,
        Step step,
        int firstFilter,
        int filters,
        WinogradTransform transform,
        int kernelWidth,
        int headStride,
        int tileLanes,
        int lanes,
        int planeLength,
        bool channelsFirst) =>
        writer.Line(
            $"    .WriteWinograd(offset: {step.WeightOffset}, firstFilter: {firstFilter}, count: {filters}, outputs: {transform.Outputs}, kernelHeight: {transform.Kernel}, kernelWidth: {kernelWidth}, overRows: {Bool(transform.OverRows)}, stride: {transform.Stride}, headStride: {headStride}, tileLanes: {tileLanes}, lanes: {lanes}, planeLength: {planeLength}, channelsFirst: {Bool(channelsFirst)});");

    private static void EmitWrite(
        CodeWriter writer,
        Step step,
        int groups,
        int groupLength,
        int tileLanes,
        int lanes,
        bool channelsFirst,
        WeightStorage storage = WeightStorage.Float32)
    {
        string packed = storage == WeightStorage.Float32 ? "" : $", storage: global::NetGen.WeightStorage.{storage}";
        writer.Line(
            $"    .Write(offset: {step.WeightOffset}, groups: {groups}, groupLength: {groupLength}, tileLanes: {tileLanes}, lanes: {lanes}, channelsFirst: {Bool(channelsFirst)}{packed});");
    }

    private static void EmitRows(CodeWriter writer, Step step, Epilogue epilogue)
    {
        int stride = Tier.ChannelStride(step.Input.Channels);
        int offset = step.WeightOffset;
        foreach (EpilogueOperation operation in epilogue.Operations)
        {
            switch (operation)
            {
                case SlopeEpilogue slope:
                    writer.Line($"packer.Channels({offset}, {Code.Literal(slope.Tensor)}, {step.Input.Channels}, perChannel: {Bool(slope.PerChannel)});");
                    break;
                case AffineEpilogue { Norm: var norm }:
                    writer.Line(
                        $"packer.BatchNorm({offset}, {stride}, {Code.Literal(norm.Layer)}, {step.Input.Channels}, {Code.Double(norm.Epsilon)}, affine: {Bool(norm.Affine)});");
                    break;
            }

            offset += operation.Rows * stride;
        }
    }

    private static string Norm(BatchNormFold fold) =>
        $"{Code.Literal(fold.Layer)}, {Code.Double(fold.Epsilon)}, affine: {Bool(fold.Affine)}";

    private static string Bool(bool value) => value ? "true" : "false";
}
