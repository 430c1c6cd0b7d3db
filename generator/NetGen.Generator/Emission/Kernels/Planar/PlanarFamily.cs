using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Convolutions whose vectors run over columns of a planar map.</summary>
internal sealed class PlanarFamily : KernelFamily<PlanarStep>
{
    protected override string Name(PlanarStep step, KernelContext context) => $"Planar{step.Window.KernelHeight}x{step.Window.KernelWidth}";

    protected override void Emit(CodeWriter writer, PlanarStep step, KernelContext context) => PlanarEmitter.Emit(writer, step);

    protected override void Pack(PackWriter packer, PlanarStep step)
    {
        packer.Filters(step.Parameters, step.Filters, step.Channels, step.Window.Taps);
        packer.Write(step, new FilterPacking
        {
            Groups = step.Groups * step.FilterTiles,
            GroupLength = step.TileLength,
            TileLanes = step.FilterLanes,
            Lanes = step.FilterLanes,
            ChannelsFirst = true,
        });
    }
}
