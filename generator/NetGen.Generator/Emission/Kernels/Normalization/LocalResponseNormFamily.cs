using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Local response normalization.</summary>
internal sealed class LocalResponseNormFamily : KernelFamily<LocalResponseNormStep>
{
    protected override string Name(LocalResponseNormStep step, KernelContext context) => "LocalResponseNorm";

    protected override void Emit(CodeWriter writer, LocalResponseNormStep step, KernelContext context) =>
        LocalResponseNormEmitter.Emit(writer, step, context.Tier);

    protected override LocalResponseNormStep WithoutOwnOffsets(LocalResponseNormStep step) => step with { Scratch = 0 };
}
