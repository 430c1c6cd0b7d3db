using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Convolutions and dense layers, vectors running over filters.</summary>
internal sealed class FilterFamily : KernelFamily<FilterStep>
{
    protected override string Name(FilterStep step, KernelContext context) => step.Geometry.Title;

    protected override void Emit(CodeWriter writer, FilterStep step, KernelContext context) => FilterEmitter.Emit(writer, WorkSharing.SumsOf(step), context.Tier);

    protected override void Pack(PackWriter packer, FilterStep step)
    {
        FilterSums sums = step.Sums;
        if (step.Geometry.Source is { } s)
        {
            packer.Writer.Line($"""
                packer.TransposedFilters(
                        {Literal.String(step.Parameters.Weight)}, filters: {sums.Filters}, channels: {Channels(step)}, groups: {sums.Groups},
                        kernelHeight: {s.KernelHeight}, kernelWidth: {s.KernelWidth},
                        firstRow: {s.FirstRow}, rowStep: {s.RowStep}, rows: {s.Rows},
                        firstColumn: {s.FirstColumn}, columnStep: {s.ColumnStep}, columns: {s.Columns})
                """);
            packer.Head(step.Parameters);
        }
        else
        {
            packer.Filters(step.Parameters, sums.Filters, Channels(step), sums.Positions, step.Geometry.Part);
        }

        var packing = new FilterPacking
        {
            Groups = sums.Groups,
            GroupLength = sums.GroupLength,
            TileLanes = (step.IsInteger ? step.Tile.Vectors : sums.StreamVectors) * packer.Lanes,
            Lanes = step.GroupLanes,
            ChannelsFirst = sums.ChannelsFirst,
            Storage = step.Storage,
        };
        if (step.Input.Quantization is { } input)
        {
            packer.WriteIntegers(step, packing, input.Range);
        }
        else
        {
            packer.Write(step, packing);
        }
    }

    /// <summary>The channels of a group as the weight tensor counts them; a step that sums integers counts words of four.</summary>
    private static int Channels(FilterStep step) => step.IsInteger ? step.Input.Features / step.Geometry.Groups : step.Geometry.Channels;
}
