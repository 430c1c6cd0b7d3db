using System.Collections.Generic;
using System.Linq;
using NetGen.Shared;

namespace NetGen.Generator.Planning.Passes;

/// <summary>
/// The last pass: walks the finished steps, and gives every buffer its lifetime and its offset in the workspace, and every step the offset
/// of its packed weights.
/// </summary>
internal static class Placement
{
    public static Plan Run(PlanContext context, PlanDraft draft)
    {
        (EquatableArray<Step> steps, int weightLength) = PlaceWeights(draft.Steps);
        (EquatableArray<WorkspaceBuffer> buffers, int length) = WorkspaceAllocator.Place(FindLifetimes(draft), context.Sizes);
        return new Plan(context.Graph, context.Tier, steps, buffers, draft.Values, draft.Completed, length, weightLength);
    }

    private static (EquatableArray<Step> Steps, int Length) PlaceWeights(IEnumerable<Step> steps)
    {
        int length = 0;
        return (steps.Select(Place).ToEquatableArray(), length);

        Step Place(Step step)
        {
            if (step is StripStep strip)
            {
                EquatableArray<Step> parts = strip.Steps.Select(Place).ToEquatableArray();
                return strip with { Steps = parts, WeightOffset = parts[0].WeightOffset };
            }

            Step placed = step with { WeightOffset = length };

            // The packed weights of a step begin at a cache line.
            length = checked((length + step.WeightLength + VectorLimits.CacheLine - 1) / VectorLimits.CacheLine * VectorLimits.CacheLine);
            return placed;
        }
    }

    /// <summary>A buffer lives from the first step that touches it to the last.</summary>
    private static WorkspaceBuffer[] FindLifetimes(PlanDraft draft)
    {
        WorkspaceBuffer[] buffers = [.. draft.Buffers.Select(b => new WorkspaceBuffer(0, b.Length, -1, -1, false, b.Bordered, b.Border, b.Purpose))];
        for (int i = 0; i < draft.Steps.Count; i++)
        {
            Step step = draft.Steps[i];
            Touch(buffers, step, i);
            if (step.ScratchBuffer is int scratch)
            {
                buffers[scratch] = buffers[scratch] with { Length = step.ScratchLength };
            }
        }

        return buffers;
    }

    /// <summary>
    /// Marks the buffers that a step touches; the parts of a strip have their scratch memory within the strip's. Loops rather than queries,
    /// whose code for numbers the runtime would compile at a compiler's first run.
    /// </summary>
    private static void Touch(WorkspaceBuffer[] buffers, Step step, int index)
    {
        Mark(step.Input.Buffer);
        Mark(step.Output.Buffer);
        Mark(step.ScratchBuffer ?? -1);
        foreach (TensorView input in step.MoreInputs)
        {
            Mark(input.Buffer);
        }

        if (step is StripStep strip)
        {
            foreach (Step part in strip.Steps)
            {
                Touch(buffers, part, index);
            }
        }

        void Mark(int buffer)
        {
            if (buffer >= 0)
            {
                int first = buffers[buffer].FirstStep;
                buffers[buffer] = buffers[buffer] with { FirstStep = first < 0 ? index : first, LastStep = index };
            }
        }
    }
}
