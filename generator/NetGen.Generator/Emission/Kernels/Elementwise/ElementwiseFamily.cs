using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Element-wise functions alone.</summary>
internal sealed class ElementwiseFamily : KernelFamily<ElementwiseStep>
{
    protected override string Name(ElementwiseStep step, KernelContext context) => context.LayerKind;

    protected override void Emit(CodeWriter writer, ElementwiseStep step, KernelContext context) => ElementwiseEmitter.Emit(writer, step, context.Tier);

    protected override void Pack(PackWriter packer, ElementwiseStep step) => packer.Epilogue(step, step.Epilogue);
}
