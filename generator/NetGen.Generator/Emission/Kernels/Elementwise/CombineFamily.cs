using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Sums and products of several results.</summary>
internal sealed class CombineFamily : KernelFamily<CombineStep>
{
    protected override string Name(CombineStep step, KernelContext context) => step.Kind.ToString();

    protected override void Emit(CodeWriter writer, CombineStep step, KernelContext context) => CombineEmitter.Emit(writer, step, context.Tier);

    protected override void Pack(PackWriter packer, CombineStep step) => packer.Epilogue(step, step.Epilogue);
}
