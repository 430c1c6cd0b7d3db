using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Poolings over the whole map.</summary>
internal sealed class GlobalPoolFamily : KernelFamily<GlobalPoolStep>
{
    protected override string Name(GlobalPoolStep step, KernelContext context) => $"Global{step.Kind}Pool";

    protected override void Emit(CodeWriter writer, GlobalPoolStep step, KernelContext context) => GlobalPoolEmitter.Emit(writer, step, context.Tier);

    protected override void Pack(PackWriter packer, GlobalPoolStep step) => packer.Epilogue(step, step.Epilogue);
}
