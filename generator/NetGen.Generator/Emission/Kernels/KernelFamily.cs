using System;
using System.Linq;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>All that the emission knows of one type of step: how its kernel is written and named, and how its weights are packed.</summary>
internal abstract class KernelFamily
{
    /// <summary>The type of its steps.</summary>
    public abstract Type StepType { get; }

    /// <summary>The stem of a kernel's name, which shapes follow.</summary>
    public abstract string Name(Step step, KernelContext context);

    /// <summary>
    /// Writes a kernel's body. <c>x</c>, <c>w</c>, <c>s</c> and <c>y</c> are the step's input, packed weights, scratch and output, as
    /// far as it has them, and <c>x1</c>, <c>x2</c> and so on its other inputs.
    /// </summary>
    public abstract void Emit(CodeWriter writer, Step step, KernelContext context);

    /// <summary>Writes how the weights of a step that has any are packed.</summary>
    public abstract void Pack(PackWriter packer, Step step);

    /// <summary>A step without names and offsets, which its caller knows and its kernel does not: equal ones have equal kernels.</summary>
    public abstract Step WithoutOffsets(Step step);
}

/// <summary>The same, of one type of step.</summary>
internal abstract class KernelFamily<TStep> : KernelFamily
    where TStep : Step
{
    public sealed override Type StepType => typeof(TStep);

    public sealed override string Name(Step step, KernelContext context) => Name((TStep)step, context);

    public sealed override void Emit(CodeWriter writer, Step step, KernelContext context) => Emit(writer, (TStep)step, context);

    public sealed override void Pack(PackWriter packer, Step step) => Pack(packer, (TStep)step);

    public sealed override Step WithoutOffsets(Step step)
    {
        var anonymous = (TStep)(step with
        {
            Layers = default,
            WeightOffset = 0,
            Input = WithoutOffset(step.Input),
            Output = WithoutOffset(step.Output),
            MoreInputs = step.MoreInputs.Select(WithoutOffset).ToEquatableArray(),
        });
        return WithoutOwnOffsets(anonymous is SumStep sum
            ? (TStep)(Step)(sum with { Parameters = new SumParameters("", null, default, WithoutNames(sum.Epilogue)) })
            : anonymous);
    }

    /// <inheritdoc cref="KernelFamily.Name(Step, KernelContext)"/>
    protected abstract string Name(TStep step, KernelContext context);

    /// <inheritdoc cref="KernelFamily.Emit(CodeWriter, Step, KernelContext)"/>
    protected abstract void Emit(CodeWriter writer, TStep step, KernelContext context);

    /// <inheritdoc cref="KernelFamily.Pack(PackWriter, Step)"/>
    protected virtual void Pack(PackWriter packer, TStep step) =>
        throw new NotSupportedException($"Nothing packs the weights of a {typeof(TStep).Name}.");

    /// <summary>A step without the offsets and names that only its own type has.</summary>
    protected virtual TStep WithoutOwnOffsets(TStep step) => step;

    protected static TensorView WithoutOffset(TensorView view) => view with
    {
        Buffer = 0,
        Offset = 0,
        Quantization = view.Quantization is { } quantization ? quantization with { Range = "" } : null,
    };

    /// <summary>Products of a step that consists of several, without the offsets of what they read and write.</summary>
    protected static EquatableArray<FilterSums> WithoutOffsets(EquatableArray<FilterSums> products) =>
        products.Select(p => p with { Input = WithoutOffset(p.Input), Output = WithoutOffset(p.Output) }).ToEquatableArray();

    private static Epilogue WithoutNames(Epilogue epilogue) => new(epilogue.Operations.Select(o => o switch
    {
        SlopeEpilogue slope => slope with { Tensor = "" },
        ResidualEpilogue { Range: not null } residual => residual with { Range = "" },
        QuantizeEpilogue quantize => quantize with { Range = "" },
        _ => o,
    }).ToEquatableArray());
}
