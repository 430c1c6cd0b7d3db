using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Channels dealt out like cards.</summary>
internal sealed class ChannelShuffleFamily : KernelFamily<ChannelShuffleStep>
{
    protected override string Name(ChannelShuffleStep step, KernelContext context) => "ChannelShuffle";

    protected override void Emit(CodeWriter writer, ChannelShuffleStep step, KernelContext context) => ShuffleEmitter.Emit(writer, step);
}
