using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Normalizations of each pixel by its channels' mean and variance.</summary>
internal sealed class PixelNormalizationFamily : KernelFamily<PixelNormalizationStep>
{
    protected override string Name(PixelNormalizationStep step, KernelContext context) => "PixelNorm";

    protected override void Emit(CodeWriter writer, PixelNormalizationStep step, KernelContext context) =>
        PixelNormalizationEmitter.Emit(writer, step, context.Tier);

    protected override void Pack(PackWriter packer, PixelNormalizationStep step)
    {
        packer.Map(packer.OffsetOf(step), step.Name + ".weight", step.Input.Channels, 1);
        packer.Map(Address.Plus(packer.OffsetOf(step), step.RowLength), step.Name + ".bias", step.Input.Channels, 1);
    }

    protected override PixelNormalizationStep WithoutOwnOffsets(PixelNormalizationStep step) => step with { Name = "" };
}
