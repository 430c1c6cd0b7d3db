using System.Linq;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Attention: a walk over blocks of queries, with kernels of its own for packing, products and exponentials.</summary>
internal sealed class AttentionFamily : KernelFamily<AttentionStep>
{
    protected override string Name(AttentionStep step, KernelContext context) => "Attention";

    protected override void Emit(CodeWriter writer, AttentionStep step, KernelContext context) =>
        AttentionEmitter.EmitBlocks(writer, step, PartsOf(step, context));

    protected override AttentionStep WithoutOwnOffsets(AttentionStep step) => step with
    {
        Scores = WithoutOffsets(step.Scores),
        Results = WithoutOffsets(step.Results),
        Part = null,
        Scratch = 0,
    };

    /// <summary>Finds or writes the kernels that attention consists of.</summary>
    private static AttentionEmitter.Parts PartsOf(AttentionStep step, KernelContext context)
    {
        string keys = $"{Literal.Int(step.Keys)} keys of {Literal.Int(step.Channels)} channels";
        string mask = step.Mask is null ? "" : "ref float x1, ";
        string first = step.Attention.IsCausal ? ", nuint first" : "";
        return new AttentionEmitter.Parts(
            context.Call(new KernelPart(
                $"PackKeys{Literal.Int(step.Keys)}x{Literal.Int(step.Channels)}",
                "ref float x, ref float y",
                keys + ", transposed and scaled",
                w => ProductPacking.EmitRowsOfTaps(w, step.Scores[0], context.Tier, step.Key.PixelStride, step.Attention.Scale))),
            context.Call(new KernelPart(
                $"PackValues{Literal.Int(step.Keys)}x{Literal.Int(step.ValueChannels)}",
                "ref float x, ref float y",
                $"{Literal.Int(step.Keys)} values of {Literal.Int(step.ValueChannels)} channels",
                w => ProductPacking.EmitRowsOfFilters(w, step.Results[0], context.Tier, step.Value.PixelStride))),
            [.. step.Scores.Select(context.CallProduct)],
            context.Call(new KernelPart(
                $"Exponentials{Literal.Int(step.Keys)}",
                $"ref float x, {mask}ref float y, nuint rows{first}",
                "exponentials of scores, and the reciprocals of their sums",
                w => AttentionEmitter.EmitExponentials(w, step, context.Tier))),
            [.. step.Results.Select(context.CallProduct)],
            context.Call(new KernelPart(
                $"Divide{Literal.Int(step.ValueChannels)}",
                "ref float x, ref float y, nuint rows",
                "results over sums",
                w => AttentionEmitter.EmitDivision(w, step, context.Tier))));
    }
}
