using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>How filters lie in packed memory.</summary>
internal sealed record FilterPacking
{
    public int Groups { get; init; } = 1;

    /// <summary>The floats from a group to the next.</summary>
    public required int GroupLength { get; init; }

    /// <summary>The lanes of a full tile, or of the part of one whose weights follow each other.</summary>
    public required int TileLanes { get; init; }

    /// <summary>The lanes of all tiles of a group.</summary>
    public required int Lanes { get; init; }

    public bool ChannelsFirst { get; init; }

    public WeightStorage Storage { get; init; } = WeightStorage.Float32;
}

/// <summary>How transformed filters lie in packed memory.</summary>
internal sealed record WinogradPacking
{
    public required WinogradTransform Transform { get; init; }

    public required int KernelWidth { get; init; }

    /// <summary>The first of the layer's filters to write.</summary>
    public int FirstFilter { get; init; }

    /// <summary>The filters to write.</summary>
    public required int Filters { get; init; }

    /// <summary>The floats from a row of the head to the next.</summary>
    public required int HeadStride { get; init; }

    /// <summary>The lanes of a full tile.</summary>
    public required int TileLanes { get; init; }

    /// <summary>The lanes of all tiles.</summary>
    public required int Lanes { get; init; }

    /// <summary>The floats from a plane to the next.</summary>
    public required int PlaneLength { get; init; }

    public bool ChannelsFirst { get; init; }
}

/// <summary>Writes calls of the runtime's packer.</summary>
internal sealed class PackWriter(CodeWriter writer, Plan plan, Offsets offsets)
{
    /// <summary>The most columns that a call takes from its indentation on.</summary>
    private const int MostColumns = 110;

    /// <summary>The lanes of the tier's vectors.</summary>
    public int Lanes => plan.Tier.Lanes;

    /// <summary>Takes lines.</summary>
    public CodeWriter Writer => writer;

    /// <summary>Writes how a step's weights are packed, where it has any.</summary>
    public void Pack(Step step)
    {
        if (step.WeightLength == 0)
        {
            return;
        }

        if (step is not StripStep)
        {
            string purpose = step.Purpose is { } copy ? ", " + copy : "";
            writer.Phase($"{Names.Of(plan, step)}{purpose}: {Literal.Int(step.WeightLength)} floats");
        }

        KernelFamilies.Of(step).Pack(this, step);
    }

    /// <summary>The name of the offset of a step's packed weights.</summary>
    public string OffsetOf(Step step) => offsets.WeightName(step);

    /// <summary>Begins with the filters of a convolution or dense layer: their tensor, their bias, and what an epilogue needs.</summary>
    /// <param name="parameters">The tensors.</param>
    /// <param name="filters">The filters of all groups.</param>
    /// <param name="channels">The channels of one group.</param>
    /// <param name="positions">The kernel's positions, as far as they are summed.</param>
    /// <param name="part">The part of the kernel that they are; null for all of it.</param>
    public void Filters(SumParameters parameters, int filters, int channels, int positions, KernelTaps? part = null)
    {
        int taps = part is null ? positions : part.KernelHeight * part.KernelWidth;
        writer.Line($"packer.Filters({Literal.String(parameters.Weight)}, filters: {filters}, channels: {channels}, taps: {taps})");
        if (part is not null)
        {
            writer.Line(
                $"    .Taps(kernelWidth: {part.KernelWidth}, firstRow: {part.FirstRow}, rows: {part.Rows}, firstColumn: {part.FirstColumn}, columns: {part.Columns})");
        }

        if (parameters.WeightRange is { } range)
        {
            writer.Line($"    .Part(first: {range.First}, all: {range.All})");
        }

        Head(parameters);
    }

    /// <summary>The bias of filters, and what their epilogue needs.</summary>
    public void Head(SumParameters parameters)
    {
        if (parameters.Bias is { } bias)
        {
            string range = parameters.BiasRange is { } r ? $", first: {r.First}, all: {r.All}" : "";
            writer.Line($"    .Bias({Literal.String(bias)}{range})");
        }

        foreach (BatchNormFold fold in parameters.Folds)
        {
            writer.Line($"    .Fold({Norm(fold)})");
        }

        foreach (EpilogueOperation operation in parameters.Epilogue.Operations)
        {
            switch (operation)
            {
                case SlopeEpilogue slope:
                    writer.Line($"    .Slope({Literal.String(slope.Tensor)}, perChannel: {Bool(slope.PerChannel)})");
                    break;
                case AffineEpilogue affine:
                    writer.Line($"    .BatchNorm({Norm(affine.Norm)})");
                    break;
                case ResidualEpilogue { Range: { } range }:
                    writer.Line($"    .Dequantize({Literal.String(range)})");
                    break;
                case QuantizeEpilogue quantize:
                    writer.Line($"    .Quantize({Literal.String(quantize.Range)})");
                    break;
            }
        }
    }

    /// <summary>Ends with where filters are written.</summary>
    public void Write(Step step, FilterPacking packing)
    {
        string storage = packing.Storage == WeightStorage.Float32 ? "" : $", storage: global::NetGen.WeightStorage.{packing.Storage}";
        End("Write", step, Groups(packing), Tiles(packing), $"channelsFirst: {Bool(packing.ChannelsFirst)}{storage}");
    }

    /// <summary>Ends with where integer filters are written.</summary>
    public void WriteIntegers(Step step, FilterPacking packing, string range) =>
        End("WriteIntegers", step, Groups(packing), Tiles(packing), $"range: {Literal.String(range)}");

    /// <summary>Ends with where transformed filters are written.</summary>
    public void WriteWinograd(Step step, WinogradPacking packing)
    {
        WinogradTransform transform = packing.Transform;
        End(
            "WriteWinograd",
            step,
            $"firstFilter: {packing.FirstFilter}, count: {packing.Filters}",
            $"outputs: {transform.Outputs}, kernelHeight: {transform.Kernel}, kernelWidth: {packing.KernelWidth}, overRows: {Bool(transform.OverRows)}, stride: {transform.Stride}",
            $"headStride: {packing.HeadStride}, tileLanes: {packing.TileLanes}, lanes: {packing.Lanes}, planeLength: {packing.PlaneLength}, channelsFirst: {Bool(packing.ChannelsFirst)}");
    }

    private static string Groups(FilterPacking packing) => $"groups: {packing.Groups}, groupLength: {packing.GroupLength}";

    private static string Tiles(FilterPacking packing) => $"tileLanes: {packing.TileLanes}, lanes: {packing.Lanes}";

    /// <summary>Ends a chain of calls, with all groups of arguments in a line where there is room, else each in one of its own.</summary>
    private void End(string method, Step step, params string[] groups)
    {
        string[] all = [$"offset: {OffsetOf(step)}", .. groups];
        string line = $"    .{method}({string.Join(", ", all)});";
        writer.Line(line.Length <= MostColumns ? line : $"    .{method}(\n        {string.Join(",\n        ", all)});");
    }

    /// <summary>The parameters of an epilogue after a step that has no weights of its own: a row of all channels after the other.</summary>
    public void Epilogue(Step step, Epilogue epilogue)
    {
        int channels = step.Input.Channels;
        int stride = LayoutPolicy.ChannelStride(channels);
        int row = 0;
        foreach (EpilogueOperation operation in epilogue.Operations)
        {
            string offset = Address.Plus(OffsetOf(step), row * stride);
            switch (operation)
            {
                case SlopeEpilogue slope:
                    writer.Line($"packer.Channels({offset}, {Literal.String(slope.Tensor)}, {channels}, perChannel: {Bool(slope.PerChannel)});");
                    break;
                case AffineEpilogue { Norm: var norm }:
                    writer.Line($"packer.BatchNorm({offset}, {stride}, {Literal.String(norm.Layer)}, {channels}, {Literal.Double(norm.Epsilon)}, affine: {Bool(norm.Affine)});");
                    break;
            }

            row += operation.Rows;
        }
    }

    /// <summary>A tensor of a value for each channel and pixel.</summary>
    public void Map(string offset, string tensor, int channels, int pixels) => writer.Line(
        $"packer.Map({offset}, {Literal.String(tensor)}, channels: {channels}, pixels: {pixels}, stride: {LayoutPolicy.ChannelStride(channels)});");

    /// <summary>A tensor's values in their order.</summary>
    public void Values(string offset, string tensor, int count) =>
        writer.Line($"packer.Map({offset}, {Literal.String(tensor)}, channels: {count}, pixels: 1, stride: {count});");

    private static string Norm(BatchNormFold fold) =>
        $"{Literal.String(fold.Layer)}, {Literal.Double(fold.Epsilon)}, affine: {Bool(fold.Affine)}";

    private static string Bool(bool value) => value ? "true" : "false";
}
