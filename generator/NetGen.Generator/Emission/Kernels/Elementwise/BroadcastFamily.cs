using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Several values become one, where a side of 1 stands for all of another's.</summary>
internal sealed class BroadcastFamily : KernelFamily<BroadcastStep>
{
    protected override string Name(BroadcastStep step, KernelContext context) => step.Kind.ToString();

    protected override void Emit(CodeWriter writer, BroadcastStep step, KernelContext context) => BroadcastEmitter.Emit(writer, step, context.Tier);

    protected override void Pack(PackWriter packer, BroadcastStep step) =>
        packer.Map(packer.OffsetOf(step), step.Weight!, step.Parameter.Channels, step.Parameter.Pixels);
}
