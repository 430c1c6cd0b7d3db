namespace NetGen.Shared;

/// <summary>The last parts of tensors' names, after the layer's, as PyTorch has them in state dicts.</summary>
internal static class TensorSuffixes
{
    /// <summary>A tensor that is called as its layer is, as PyTorch's parameters of a module are.</summary>
    public const string None = "";

    public const string Weight = "weight";

    public const string Bias = "bias";

    /// <summary>The means of a batch normalization.</summary>
    public const string RunningMean = "running_mean";

    /// <summary>The variances of a batch normalization.</summary>
    public const string RunningVariance = "running_var";

    /// <summary>The least and the largest value of a layer's input, for layers that are computed with integers.</summary>
    public const string InputRange = "input_range";
}
