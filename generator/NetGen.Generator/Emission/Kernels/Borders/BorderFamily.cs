using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>What stands for zero around maps of integers; and zeros around others, which no step writes.</summary>
internal sealed class BorderFamily : KernelFamily<BorderStep>
{
    protected override string Name(BorderStep step, KernelContext context) => "FillBorder";

    protected override void Emit(CodeWriter writer, BorderStep step, KernelContext context) => BorderEmitter.EmitFill(writer, step);

    protected override void Pack(PackWriter packer, BorderStep step) =>
        packer.Writer.Line($"packer.ZeroPoint({packer.OffsetOf(step)}, {Literal.String(step.Whole.Quantization!.Range)});");

    protected override BorderStep WithoutOwnOffsets(BorderStep step) => step with { Whole = WithoutOffset(step.Whole) };

    /// <summary>The kernel that sets a map's border to zero.</summary>
    /// <param name="whole">The map with its border.</param>
    /// <param name="border">The border.</param>
    /// <param name="isShared">Whether it takes some of the rows, as one of several threads does.</param>
    public static KernelPart Clearing(TensorView whole, Border border, bool isShared) => new(
        "ClearBorder_" + Names.Identifier(whole),
        "ref float y" + (isShared ? KernelSet.ShareParameters : ""),
        $"zeros around {Names.Shape(whole.Inside(border))}",
        writer => BorderEmitter.Emit(writer, whole, border, isShared));
}
