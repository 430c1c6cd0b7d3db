using System.Collections.Generic;
using System.Linq;
using NetGen.Shared;

namespace NetGen.Generator.Planning.Passes;

/// <summary>
/// The last pass: walks the finished steps, and gives every buffer its lifetime and its place in the workspace, and every step the place
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
            foreach (int buffer in BuffersOf(step))
            {
                buffers[buffer] = buffers[buffer] with { FirstStep = buffers[buffer].FirstStep < 0 ? i : buffers[buffer].FirstStep, LastStep = i };
            }

            if (step.ScratchBuffer is int scratch)
            {
                buffers[scratch] = buffers[scratch] with { Length = step.ScratchLength };
            }
        }

        return buffers;
    }

    /// <summary>The buffers that a step touches; the parts of a strip have their scratch memory within the strip's.</summary>
    private static IEnumerable<int> BuffersOf(Step step)
    {
        IEnumerable<int> own = step.MoreInputs.Append(step.Input).Append(step.Output).Select(v => v.Buffer).Where(b => b >= 0)
            .Concat(step.ScratchBuffer is int scratch ? [scratch] : []);
        return step is StripStep strip ? own.Concat(strip.Steps.SelectMany(BuffersOf)) : own;
    }
}
