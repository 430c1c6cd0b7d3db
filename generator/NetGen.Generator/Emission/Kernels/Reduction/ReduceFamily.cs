using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Reductions over some of the axes.</summary>
internal sealed class ReduceFamily : KernelFamily<ReduceStep>
{
    protected override string Name(ReduceStep step, KernelContext context) => step.Reduce.Kind.ToString();

    protected override void Emit(CodeWriter writer, ReduceStep step, KernelContext context) => ReduceEmitter.Emit(writer, step, context.Tier);
}
