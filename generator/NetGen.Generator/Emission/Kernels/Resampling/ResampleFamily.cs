using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Results whose every axis is taken from the input's of its own.</summary>
internal sealed class ResampleFamily : KernelFamily<ResampleStep>
{
    protected override string Name(ResampleStep step, KernelContext context) => context.LayerKind;

    protected override void Emit(CodeWriter writer, ResampleStep step, KernelContext context) => ResampleEmitter.Emit(writer, step, context.Tier);
}
