using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Recurrent layers, step after step.</summary>
internal sealed class RecurrentFamily : KernelFamily<RecurrentStep>
{
    protected override string Name(RecurrentStep step, KernelContext context) => step.Cell.ToString();

    protected override void Emit(CodeWriter writer, RecurrentStep step, KernelContext context) => new RecurrentEmitter(writer, step, context.Tier).Emit();

    protected override void Pack(PackWriter packer, RecurrentStep step)
    {
        string bias = step.Bias is { } name ? Literal.String(name) : "null";
        packer.Writer.Line($"""
            packer.Recurrent(
                offset: {packer.OffsetOf(step)}, {Literal.String(step.Weight)}, {bias}, gates: {step.Gates}, hidden: {step.Hidden},
                tileLanes: {step.Vectors * step.Lanes}, lanes: {step.CoveredLanes});
            """);
    }

    protected override RecurrentStep WithoutOwnOffsets(RecurrentStep step) =>
        step with { Weight = "", Bias = step.Bias is null ? null : "", Scratch = 0 };
}
