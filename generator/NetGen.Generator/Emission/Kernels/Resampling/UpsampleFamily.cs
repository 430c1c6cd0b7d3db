using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Enlargements by whole factors.</summary>
internal sealed class UpsampleFamily : KernelFamily<UpsampleStep>
{
    protected override string Name(UpsampleStep step, KernelContext context) => "Upsample";

    protected override void Emit(CodeWriter writer, UpsampleStep step, KernelContext context) => UpsampleEmitter.Emit(writer, step, context.Tier);
}
