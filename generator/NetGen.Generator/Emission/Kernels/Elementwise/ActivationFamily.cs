using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Element-wise functions alone.</summary>
internal sealed class ActivationFamily : KernelFamily<ActivationStep>
{
    protected override string Name(ActivationStep step, KernelContext context) => context.LayerKind;

    protected override void Emit(CodeWriter writer, ActivationStep step, KernelContext context) => ActivationEmitter.Emit(writer, step, context.Tier);

    protected override void Pack(PackWriter packer, ActivationStep step) => packer.Epilogue(step, step.Epilogue);
}
