using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Convolutions over the transformed rows of a planar image, vectors running over columns.</summary>
internal sealed class PlanarWinogradFamily : KernelFamily<PlanarWinogradStep>
{
    protected override string Name(PlanarWinogradStep step, KernelContext context) => $"PlanarWinograd{step.Tile.Transform.Outputs}x{step.Tile.Transform.Kernel}";

    protected override void Emit(CodeWriter writer, PlanarWinogradStep step, KernelContext context) =>
        PlanarWinogradEmitter.Emit(writer, step, context.Tier);

    protected override void Pack(PackWriter packer, PlanarWinogradStep step)
    {
        packer.Filters(step.Parameters, step.Filters, step.Channels, step.Window.Taps);
        packer.WriteWinograd(step, new WinogradPacking
        {
            Transform = step.Tile.Transform,
            KernelWidth = step.KernelWidth,
            Filters = step.Filters,
            HeadStride = step.HeadStride,
            TileLanes = step.Tile.Filters,
            Lanes = step.Filters,
            PlaneLength = step.WeightPlane,
        });
    }

    protected override PlanarWinogradStep WithoutOwnOffsets(PlanarWinogradStep step) => step with { Scratch = 0 };
}
