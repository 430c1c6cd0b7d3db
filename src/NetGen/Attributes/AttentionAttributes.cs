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

/// <summary>
/// Attention with learned products around it, as PyTorch's <c>MultiheadAttention</c> (Vaswani et al. 2017, Attention is all you need): queries,
/// keys and values are products of what comes in, each head attends with an equal part of them, and what all heads give is multiplied once more.
/// A token is a pixel, in the order of rows. It takes a map of E×H×W, and gives one; it attends to itself unless <see cref="Key"/> names another.
/// </summary>
/// <remarks>
/// The tensors are PyTorch's: <c>in_proj_weight</c> [3 · E, E], <c>in_proj_bias</c> [3 · E], <c>out_proj.weight</c> [E, E] and <c>out_proj.bias</c>
/// [E]. Where key or value have other channels than the query, <c>q_proj_weight</c> [E, E], <c>k_proj_weight</c> [E, channels of the key] and
/// <c>v_proj_weight</c> [E, channels of the value] stand for <c>in_proj_weight</c>.
/// </remarks>
/// <param name="heads">The heads, which divide the channels.</param>
public sealed class MultiheadAttentionAttribute(int heads) : LayerAttribute
{
    /// <summary>The heads, which divide the channels.</summary>
    public int Heads { get; } = heads;

    /// <summary>The name of the map whose tokens are attended to: an encoder's result in a decoder, for example. By default the layer's own input.</summary>
    public string? Key { get; set; }

    /// <summary>The name of the map that the values are products of, of as many rows and columns as the key's; by default that of the keys.</summary>
    public string? Value { get; set; }

    /// <summary>
    /// The name of what is added to the scores: an image of heads × queries × keys, or 1 × queries × keys for all heads. It may be computed,
    /// or a <see cref="ParameterAttribute"/>.
    /// </summary>
    public string? Mask { get; set; }

    /// <summary>Whether a query sees only the keys up to its own place, counted from the first; false by default.</summary>
    public bool IsCausal { get; set; }

    /// <summary>Whether there are biases; true by default.</summary>
    public bool Bias { get; set; } = true;
}
