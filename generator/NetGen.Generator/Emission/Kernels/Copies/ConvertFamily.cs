using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Copies into another layout.</summary>
internal sealed class ConvertFamily : KernelFamily<ConvertStep>
{
    protected override string Name(ConvertStep step, KernelContext context) => "Copy";

    protected override void Emit(CodeWriter writer, ConvertStep step, KernelContext context) => ConvertEmitter.Emit(writer, step, context.Tier);
}
