namespace NetGen;

/// <summary>
/// A fully connected layer: every output is a weighted sum of all inputs, plus a bias.
/// Weights: <c>weight</c> [units, features], <c>bias</c> [units].
/// </summary>
public sealed class DenseAttribute : LayerAttribute
{
    /// <summary>A fully connected layer.</summary>
    /// <param name="units">The number of outputs.</param>
    public DenseAttribute(int units) => Units = units;

    /// <summary>The number of outputs.</summary>
    public int Units { get; }

    /// <summary>Whether a bias is added to each output; true by default.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>The features the author believes arrive here; another number arriving is a compile error at this argument.</summary>
    public int InFeatures { get; set; }
}
