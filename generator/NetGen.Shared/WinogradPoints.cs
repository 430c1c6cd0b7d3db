using System.Linq;

namespace NetGen.Shared;

/// <summary>
/// The points at which Winograd's algorithm multiplies polynomials, in one dimension: m outputs of a kernel of r taps need m + r − 1 of
/// them (Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2015; points 0, ±1, ±2, ±½ and infinity). The generator writes
/// the transforms of input and output, and the runtime transforms the filters; both compile this file.
/// </summary>
/// <param name="Outputs">m, the outputs of a tile.</param>
/// <param name="Kernel">The kernel's rows.</param>
/// <param name="Stride">
/// The phases that the kernel's rows fall into, each every n-th of them at a stride of n. The first has r taps, the others as many or
/// one less.
/// </param>
internal readonly record struct WinogradPoints(int Outputs, int Kernel, int Stride)
{
    /// <summary>The points of a tile, infinity among them; always even.</summary>
    public int Size => Outputs + TapsOf(0) - 1;

    /// <summary>
    /// The points ±p besides zero and infinity. With ±3 for the last pair, F(6×6, 3×3) would have 370 times a direct sum's error.
    /// </summary>
    public double[] Pairs => Size switch
    {
        4 => [1],
        6 => [1, 2],
        _ => [1, 2, 0.5],
    };

    /// <summary>All points but infinity, which is the last one: 0, 1, −1, 2, −2, ½, −½.</summary>
    public double[] Finite => [0, .. Pairs.SelectMany(p => new[] { p, -p })];

    /// <summary>The phases that infinity has a value of: those with as many taps as the first.</summary>
    public int PhasesAtInfinity => Kernel - ((TapsOf(0) - 1) * Stride);

    /// <summary>The phases that have a value at a point.</summary>
    public int PhasesAt(int point) => point < Size - 1 ? Stride : PhasesAtInfinity;

    /// <summary>The rows of the kernel that a phase takes.</summary>
    public int TapsOf(int phase) => TapsOf(Kernel, phase, Stride);

    /// <summary>The rows of a kernel that a phase of a stride takes.</summary>
    public static int TapsOf(int kernel, int phase, int stride) => (kernel - phase + stride - 1) / stride;
}
