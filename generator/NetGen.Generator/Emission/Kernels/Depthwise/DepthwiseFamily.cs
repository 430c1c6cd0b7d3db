using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Depthwise convolutions, vectors running over channels.</summary>
internal sealed class DepthwiseFamily : KernelFamily<DepthwiseStep>
{
    protected override string Name(DepthwiseStep step, KernelContext context) => $"Depthwise{step.Window.KernelHeight}x{step.Window.KernelWidth}";

    protected override void Emit(CodeWriter writer, DepthwiseStep step, KernelContext context) => DepthwiseEmitter.Emit(writer, step, context.Tier);

    protected override void Pack(PackWriter packer, DepthwiseStep step)
    {
        packer.Filters(step.Parameters, step.Input.Channels, 1, step.Window.Taps);
        packer.Write(step, new FilterPacking { GroupLength = step.WeightLength, TileLanes = packer.Lanes, Lanes = step.Lanes });
    }
}
