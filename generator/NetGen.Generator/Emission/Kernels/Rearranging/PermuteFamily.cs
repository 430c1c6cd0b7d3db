using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Copies with the axes in another order.</summary>
internal sealed class PermuteFamily : KernelFamily<PermuteStep>
{
    protected override string Name(PermuteStep step, KernelContext context) => "Permute";

    protected override void Emit(CodeWriter writer, PermuteStep step, KernelContext context) => PermuteEmitter.Emit(writer, step);
}
