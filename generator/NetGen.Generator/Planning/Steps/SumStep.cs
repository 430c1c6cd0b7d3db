namespace NetGen.Generator.Planning;

/// <summary>What a layer's sums are made of, and what happens to them before they are stored.</summary>
/// <param name="Weight">The weight tensor.</param>
/// <param name="Bias">The bias tensor, where there is one.</param>
/// <param name="Folds">The batch normalizations that are folded into both.</param>
/// <param name="Epilogue">What happens to the sums.</param>
internal sealed record SumParameters(string Weight, string? Bias, EquatableArray<BatchNormFold> Folds, Epilogue Epilogue);

/// <summary>A step whose results are sums of inputs times weights.</summary>
internal abstract record SumStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, SumParameters Parameters) : Step(Layers, Input, Output)
{
    public Epilogue Epilogue => Parameters.Epilogue;

    /// <summary>The rows at the head of the packed weights: the bias, and the epilogue's parameters.</summary>
    public virtual int HeadRows => 1 + Epilogue.Rows;
}
