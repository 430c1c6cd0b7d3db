namespace NetGen;

/// <summary>
/// The product of two results, matrix by matrix: their channels are matrices of rows × columns. Of C×M×K and C×K×N comes C×M×N; a single channel
/// of either stands for all of the other's.
/// </summary>
/// <param name="names">The two factors. A single name is the second, after the layer right above.</param>
public sealed class MatMulAttribute(params string[] names) : CombiningAttribute(names)
{
    /// <summary>Whether the first factor's rows and columns change places: it is C×K×M.</summary>
    public bool TransposeA { get; set; }

    /// <summary>Whether the second factor's rows and columns change places: it is C×N×K.</summary>
    public bool TransposeB { get; set; }
}
