using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Convolutions and dense layers, vectors running over filters.</summary>
internal sealed class FilterFamily : KernelFamily<FilterStep>
{
    protected override string Name(FilterStep step, KernelContext context) => step.Title;

    protected override void Emit(CodeWriter writer, FilterStep step, KernelContext context) => FilterEmitter.Emit(writer, step, context.Tier);

    protected override void Pack(PackWriter packer, FilterStep step)
    {
        if (step.Source is { } s)
        {
            packer.Writer.Line($"packer.TransposedFilters({Literal.String(step.Parameters.Weight)}, filters: {step.Filters}, channels: {Channels(step)}, groups: {step.Groups}, kernelHeight: {s.KernelHeight}, kernelWidth: {s.KernelWidth}, firstRow: {s.FirstRow}, rowStep: {s.RowStep}, rows: {s.Rows}, firstColumn: {s.FirstColumn}, columnStep: {s.ColumnStep}, columns: {s.Columns})");
            packer.Head(step.Parameters);
        }
        else
        {
            packer.Filters(step.Parameters, step.Filters, Channels(step), step.Positions);
        }

        var packing = new FilterPacking
        {
            Groups = step.Groups,
            GroupLength = step.GroupLength,
            TileLanes = (step.IsInteger ? step.Tile.Vectors : step.StreamVectors) * packer.Lanes,
            Lanes = step.GroupLanes,
            ChannelsFirst = step.ChannelsFirst,
            Storage = step.Storage,
        };
        if (step.Input.Quantization is { } input)
        {
            packer.WriteIntegers(step.WeightOffset, packing, input.Range);
        }
        else
        {
            packer.Write(step.WeightOffset, packing);
        }
    }

    /// <summary>The channels of a group as the weight tensor counts them; a step that sums integers counts words of four.</summary>
    private static int Channels(FilterStep step) => step.IsInteger ? step.Input.Features / step.Groups : step.Channels;
}
