using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Normalizations by the sample's own mean and variance.</summary>
internal sealed class NormalizationFamily : KernelFamily<NormalizationStep>
{
    protected override string Name(NormalizationStep step, KernelContext context) => context.LayerKind;

    protected override void Emit(CodeWriter writer, NormalizationStep step, KernelContext context) =>
        NormalizationEmitter.Emit(writer, step, context.Tier);

    protected override void Pack(PackWriter packer, NormalizationStep step)
    {
        int pixels = step.Normalization.Parameters == NormalizationParameters.PerValue ? step.Input.Pixels : 1;
        packer.Map(packer.OffsetOf(step), step.Name + ".weight", step.Input.Channels, pixels);
        packer.Map(Address.Plus(packer.OffsetOf(step), step.RowLength), step.Name + ".bias", step.Input.Channels, pixels);
    }

    protected override NormalizationStep WithoutOwnOffsets(NormalizationStep step) => step with { Name = "" };
}
