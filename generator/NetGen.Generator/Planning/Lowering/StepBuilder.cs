using System.Collections.Generic;

namespace NetGen.Generator.Planning.Lowering;

/// <summary>Takes the steps of a plan, or of a strip within it, in the order in which they run.</summary>
internal sealed class StepBuilder(PlanSizes sizes)
{
    private readonly List<Step> steps = [];

    public int Count => steps.Count;

    /// <summary>Adds a step, which is then planned for the plan's sizes.</summary>
    public T Add<T>(T step)
        where T : Step
    {
        step = (T)(step with { Sizes = sizes });
        steps.Add(step);
        return step;
    }

    public EquatableArray<Step> ToSteps() => steps.ToEquatableArray();
}
