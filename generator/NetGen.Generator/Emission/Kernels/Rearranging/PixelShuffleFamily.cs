using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Channels turned into pixels.</summary>
internal sealed class PixelShuffleFamily : KernelFamily<PixelShuffleStep>
{
    protected override string Name(PixelShuffleStep step, KernelContext context) => "PixelShuffle";

    protected override void Emit(CodeWriter writer, PixelShuffleStep step, KernelContext context) => ShuffleEmitter.Emit(writer, step);
}
