namespace NetGen;

/// <summary>
/// What the recurrent layers share. They take a sequence, an image of channels × 1 × length, step by step, and give the hidden state after
/// each step: hidden × 1 × length, or 2 · hidden × 1 × length of both directions. A vector is one step, and gives a vector. The state before
/// the first step is zero unless <see cref="InitialState"/> names another. Where the state after the last step is all that is needed, a
/// <see cref="StridedSliceAttribute"/> takes it.
/// </summary>
/// <remarks>
/// The tensors are PyTorch's, for each layer <c>k</c> from 0 on, and once more with <c>_reverse</c> after their names for the second
/// direction: <c>weight_ih_lk</c> [gates · hidden, features], <c>weight_hh_lk</c> [gates · hidden, hidden], <c>bias_ih_lk</c> and
/// <c>bias_hh_lk</c> [gates · hidden]. The features are the channels that arrive, and those of the layer before in all layers but the first.
/// </remarks>
public abstract class RecurrentAttribute : LayerAttribute
{
    private protected RecurrentAttribute(int hidden) => Hidden = hidden;

    /// <summary>The features of the hidden state.</summary>
    public int Hidden { get; }

    /// <summary>The layers, each of which takes the hidden states of the one before; 1 by default.</summary>
    public int Layers { get; set; } = 1;

    /// <summary>
    /// Whether a second state runs from the last step to the first. The result has both for each step, that of the first direction before
    /// the other; the next layer takes both.
    /// </summary>
    public bool Bidirectional { get; set; }

    /// <summary>Whether the only direction runs from the last step to the first. The result of a step still lies at that step.</summary>
    public bool Reverse { get; set; }

    /// <summary>Whether there are biases; true by default.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>
    /// The name of the input, state or layer that is the hidden state before the first step: a vector of hidden features, or an image of
    /// hidden × 1 × 1. Zeros by default. For one layer of one direction.
    /// </summary>
    public string? InitialState { get; set; }
}

/// <summary>What <see cref="RNNAttribute"/> makes of its sums.</summary>
public enum RecurrentFunction
{
    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>max(0, x).</summary>
    ReLU,
}

/// <summary>
/// Elman's recurrent network (Elman 1990, Finding structure in time), as PyTorch's <c>RNN</c>:
/// h(t) = tanh(W_ih · x(t) + b_ih + W_hh · h(t − 1) + b_hh), where <see cref="Nonlinearity"/> may ask for ReLU in place of tanh. One gate.
/// </summary>
/// <param name="hidden">The features of the hidden state.</param>
public sealed class RNNAttribute(int hidden) : RecurrentAttribute(hidden)
{
    /// <summary>What becomes of the sums; the hyperbolic tangent by default.</summary>
    public RecurrentFunction Nonlinearity { get; set; }
}

/// <summary>
/// Gated recurrent units (Cho et al. 2014, Learning phrase representations using RNN encoder–decoder), as PyTorch's <c>GRU</c>. Three gates,
/// in the order r, z, n:
/// r = σ(W_ir · x + b_ir + W_hr · h + b_hr), z = σ(W_iz · x + b_iz + W_hz · h + b_hz),
/// n = tanh(W_in · x + b_in + r ⊙ (W_hn · h + b_hn)), and h(t) = (1 − z) ⊙ n + z ⊙ h, where h is h(t − 1).
/// </summary>
/// <param name="hidden">The features of the hidden state.</param>
public sealed class GRUAttribute(int hidden) : RecurrentAttribute(hidden)
{
    /// <summary>
    /// Whether r is multiplied after the product with the hidden state, as in PyTorch and with ONNX's <c>linear_before_reset</c> of 1; the
    /// default. Otherwise it is before, as in the paper: n = tanh(W_in · x + b_in + W_hn · (r ⊙ h) + b_hn).
    /// </summary>
    public bool ResetAfter { get; set; } = true;
}

/// <summary>
/// Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000), as PyTorch's <c>LSTM</c>. Four gates,
/// in the order i, f, g, o:
/// i = σ(W_ii · x + b_ii + W_hi · h + b_hi), f = σ(W_if · x + b_if + W_hf · h + b_hf), g = tanh(W_ig · x + b_ig + W_hg · h + b_hg),
/// o = σ(W_io · x + b_io + W_ho · h + b_ho), c(t) = f ⊙ c(t − 1) + i ⊙ g, and h(t) = o ⊙ tanh(c(t)), where h is h(t − 1).
/// </summary>
/// <param name="hidden">The features of the hidden state, and of the cell state.</param>
public sealed class LSTMAttribute(int hidden) : RecurrentAttribute(hidden)
{
    /// <summary>
    /// Whether the result has the cell state of each step after the hidden state of its direction, 2 · hidden channels for each: a
    /// <see cref="SliceAttribute"/> takes either. For one layer.
    /// </summary>
    public bool CellState { get; set; }

    /// <summary>
    /// The name of the input, state or layer that is the cell state before the first step, of the shape of
    /// <see cref="RecurrentAttribute.InitialState"/>. Zeros by default.
    /// </summary>
    public string? InitialCell { get; set; }
}
