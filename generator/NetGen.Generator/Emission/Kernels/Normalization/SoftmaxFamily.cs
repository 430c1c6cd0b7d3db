using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Softmax and its logarithm.</summary>
internal sealed class SoftmaxFamily : KernelFamily<SoftmaxStep>
{
    protected override string Name(SoftmaxStep step, KernelContext context) => step.Logarithm ? "LogSoftmax" : "Softmax";

    protected override void Emit(CodeWriter writer, SoftmaxStep step, KernelContext context) => SoftmaxEmitter.Emit(writer, step, context.Tier);
}
