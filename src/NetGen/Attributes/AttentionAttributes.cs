namespace NetGen;

/// <summary>
/// Attention: softmax(scale · q·kᵀ + mask) · v, in each head by itself. A token is a pixel, in the order of rows, and its features are the
/// pixel's channels; a head takes an equal part of them. It takes the names of query E×H×W, key E×Hk×Wk and value Ev×Hk×Wk, and where there
/// is one, of a mask that is added to the scores: heads × queries × keys as an image, or 1 × queries × keys for all heads. It gives Ev×H×W.
/// As in PyTorch, a query all of whose keys are masked by −∞ gives NaN.
/// </summary>
/// <param name="names">Query, key and value, and a mask if there is one.</param>
public sealed class ScaledDotProductAttentionAttribute(params string[] names) : CombiningAttribute(names)
{
    /// <summary>The heads, which divide the channels of query and value; 1 by default.</summary>
    public int Heads { get; set; } = 1;

    /// <summary>Whether a query sees only the keys up to its own place, counted from the first; false by default.</summary>
    public bool IsCausal { get; set; }

    /// <summary>What scores are multiplied with; 0, the default, stands for 1 / √(channels of a head of the query).</summary>
    public double Scale { get; set; }
}
