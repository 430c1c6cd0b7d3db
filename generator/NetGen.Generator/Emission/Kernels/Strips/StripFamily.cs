using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Layers that are computed together, a strip of rows after the other; each has a kernel of its own family.</summary>
internal sealed class StripFamily : KernelFamily<StripStep>
{
    protected override string Name(StripStep step, KernelContext context) => "Strips";

    protected override void Emit(CodeWriter writer, StripStep step, KernelContext context) => StripEmitter.Emit(writer, step, PartsOf(step, context));

    protected override void Pack(PackWriter packer, StripStep step)
    {
        foreach (Step part in step.Steps)
        {
            packer.Pack(part);
        }
    }

    protected override StripStep WithoutOwnOffsets(StripStep step) => step with
    {
        Steps = step.Steps.Select(s => KernelFamilies.Of(s).WithoutOffsets(s)).ToEquatableArray(),
        Buffers = step.Buffers.Select(b => b with { Map = b.Map with { Buffer = 0 } }).ToEquatableArray(),
        Scratch = 0,
    };

    /// <summary>Finds or writes the kernels of the layers, and those that surround what they stream to the next with zeros.</summary>
    private static IReadOnlyList<StripEmitter.Parts> PartsOf(StripStep strip, KernelContext context)
    {
        return
        [
            .. strip.Steps.Select((step, i) => new StripEmitter.Parts(
                context.Call(step),
                i < strip.Buffers.Count ? ClearBorder(strip.Buffers[i], step) : null,
                $"{Names.Shape(step.Input)} → {Names.Shape(step.Output)}")),
        ];

        // Zeros above the first row are overwritten where a strip starts further down; those below the last have no slot of their own.
        string? ClearBorder(LineBuffer buffer, Step writtenBy)
        {
            Border border = buffer.Border with { Bottom = 0 };
            return border.IsEmpty
                ? null
                : context.Call(BorderFamily.Clearing(buffer.Map with { Height = buffer.Rows }, border, isShared: false), writtenBy);
        }
    }
}
