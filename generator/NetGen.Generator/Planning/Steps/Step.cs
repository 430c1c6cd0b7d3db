namespace NetGen.Generator.Planning;

/// <summary>One call of a kernel.</summary>
/// <param name="Layers">The layers it computes, by index; the first names it, the others are fused.</param>
/// <param name="Input">What it reads.</param>
/// <param name="Output">What it writes.</param>
internal abstract record Step(EquatableArray<int> Layers, TensorView Input, TensorView Output)
{
    /// <summary>The offset of its packed weights.</summary>
    public int WeightOffset { get; init; }

    /// <summary>The sizes from which its kernel decides otherwise.</summary>
    public PlanSizes Sizes { get; init; } = PlanSizes.Default;

    /// <summary>What it reads besides <see cref="Input"/>.</summary>
    public EquatableArray<TensorView> MoreInputs { get; init; }

    /// <summary>The rows that a part of a <see cref="StripStep"/> computes at a time, a share of its units; 0 for a step that stands for itself.</summary>
    public int StripRows { get; init; }

    /// <summary>The slots for rows in the ring that its input lies in, where it does; otherwise 0.</summary>
    public int RingRows { get; init; }

    /// <summary>The workspace buffer that it uses while it runs; null for most.</summary>
    public virtual int? ScratchBuffer => null;

    /// <summary>The floats of that buffer.</summary>
    public virtual int ScratchLength => 0;

    /// <summary>The floats of its packed weights; none for most.</summary>
    public virtual int WeightLength => 0;

    /// <summary>How it computes.</summary>
    public abstract string Algorithm { get; }

    /// <summary>What the layer table says of it.</summary>
    public string Description => StripRows > 0 ? $"{Algorithm}, {StripRows} rows at a time" : Algorithm;

    /// <summary>What it does to a layer's result, where it does not compute it.</summary>
    public virtual string? Purpose => null;
}
