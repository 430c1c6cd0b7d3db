using System;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>Writes the calls of all kernels, each with what it computes.</summary>
internal sealed class CallEmitter(CodeWriter writer, Plan plan, KernelSet kernels, Offsets offsets, bool isShared)
{
    /// <summary>Whether threads share a step.</summary>
    public static bool IsShared(Step step) => WorkSharing.Of(step).Units > 1;

    /// <summary>
    /// Writes the calls. Where several threads share them, what is not shared is the first one's, and after each step all wait for each
    /// other.
    /// </summary>
    /// <param name="between">Writes what stands before the first call, between calls, and after the last: after so many steps.</param>
    public void Emit(Action<int> between)
    {
        CodeWriter.Scope alone = default;
        for (int s = 0; s < plan.Steps.Count; s++)
        {
            between(s);
            Step step = plan.Steps[s];
            if (alone.IsBlock && IsShared(step))
            {
                EndAlone(ref alone);
            }

            if (isShared && !alone.IsBlock && !IsShared(step))
            {
                writer.Phase("Too little to share.");
                alone = writer.If("part == 0");
            }

            EmitBorders(s, isPart: isShared && !alone.IsBlock);
            writer.Phase(CommentOf(step));
            writer.Line(kernels.Call(step, isShared));
            if (isShared && IsShared(step))
            {
                writer.Line("barrier?.Meet();");
            }
        }

        between(plan.Steps.Count);
        alone.Dispose();
    }

    /// <summary>Ends what one thread does alone: the others wait for it.</summary>
    private void EndAlone(ref CodeWriter.Scope alone)
    {
        alone.Dispose();
        alone = default;
        writer.Line();
        writer.Line("barrier?.Meet();");
    }

    /// <summary>Sets borders to zero. Nobody writes or reads them meanwhile, so that they need no meeting of their own.</summary>
    private void EmitBorders(int step, bool isPart)
    {
        for (int i = 0; i < plan.Buffers.Count; i++)
        {
            WorkspaceBuffer buffer = plan.Buffers[i];
            if (buffer.ClearsBorder && buffer.FirstStep == step)
            {
                writer.Phase($"{buffer.Purpose}: zeros around {Names.Shape(buffer.Bordered!.Inside(buffer.Border))}");
                writer.Line(kernels.CallClearBorder(buffer, offsets.OfBuffer(i), isShared, isPart));
            }
        }
    }

    private string CommentOf(Step step)
    {
        if (step.Purpose is { } purpose)
        {
            return $"{Names.Of(plan, step)}, {purpose}";
        }

        Layer first = plan.Graph.Layers[step.Layers[0]];
        Layer last = plan.Graph.Layers[step.Layers[step.Layers.Count - 1]];
        return $"{Names.Of(plan, step)}: {first.Input} → {last.Output}";
    }
}
