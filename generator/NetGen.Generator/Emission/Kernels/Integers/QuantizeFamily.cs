using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Maps of floats become maps of integers.</summary>
internal sealed class QuantizeFamily : KernelFamily<QuantizeStep>
{
    protected override string Name(QuantizeStep step, KernelContext context) => "Quantize";

    protected override void Emit(CodeWriter writer, QuantizeStep step, KernelContext context) => QuantizeEmitter.Emit(writer, step, context.Tier);

    protected override void Pack(PackWriter packer, QuantizeStep step) =>
        packer.Writer.Line($"packer.Quantization({packer.OffsetOf(step)}, {Literal.String(step.Output.Quantization!.Range)});");
}
