namespace NetGen.Generator.Planning;

/// <summary>What a layer's sums are made of, and what happens to them before they are stored.</summary>
/// <param name="Weight">The weight tensor.</param>
/// <param name="Bias">The bias tensor, where there is one.</param>
/// <param name="Folds">The batch normalizations that are folded into both.</param>
/// <param name="Epilogue">What happens to the sums.</param>
internal sealed record SumParameters(string Weight, string? Bias, EquatableArray<BatchNormFold> Folds, Epilogue Epilogue)
{
    /// <summary>Which of the weight tensor's filters they are; null for all.</summary>
    public FilterRange? WeightRange { get; init; }

    /// <summary>Which of the bias tensor's values are theirs; null for all.</summary>
    public FilterRange? BiasRange { get; init; }
}

/// <summary>Some of a tensor's filters.</summary>
/// <param name="First">The first of them.</param>
/// <param name="All">How many the tensor has.</param>
internal sealed record FilterRange(int First, int All);

/// <summary>A step whose results are sums of inputs times weights.</summary>
internal abstract record SumStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, SumParameters Parameters) : Step(Layers, Input, Output)
{
    public Epilogue Epilogue => Parameters.Epilogue;

    /// <summary>The rows at the head of the packed weights: the bias, and the epilogue's parameters.</summary>
    public virtual int HeadRows => 1 + Epilogue.Rows;
}
