using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Copies of learned tensors.</summary>
internal sealed class ParameterFamily : KernelFamily<ParameterStep>
{
    protected override string Name(ParameterStep step, KernelContext context) => "Parameter";

    protected override void Emit(CodeWriter writer, ParameterStep step, KernelContext context) =>
        ConvertEmitter.EmitCopy(writer, context.Tier, ("w", "0"), ("y", "0"), step.Output.Length);

    protected override void Pack(PackWriter packer, ParameterStep step) => packer.Values(packer.OffsetOf(step), step.Weight, step.WeightLength);

    protected override ParameterStep WithoutOwnOffsets(ParameterStep step) => step with { Weight = "" };
}
