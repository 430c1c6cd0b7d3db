using System.ComponentModel;
using System.Runtime.Intrinsics;

namespace NetGen.Runtime;

/// <summary>
/// The functions that activations are made of, for vectors of each width. They are free of branches and accurate to 2e-6
/// wherever the result is a normal number; smaller results may be flushed to zero. NaN gives NaN. Used by generated code.
/// </summary>
/// <remarks>
/// VectorMath.Vector256.cs holds the functions; the build derives the other two widths from it (VectorMath.targets). Generic
/// functions over the width would need a call for every operation, and a kernel that applies an activation to a dozen
/// accumulators would then run into the number of calls past which the JIT stops inlining.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class VectorMath
{
    private const float Log2E = 1.44269504f;

    // ln 2 in two parts (Cody and Waite): the upper one times a small integer is exact, also without fused multiply-add.
    private const float Ln2 = 0.693147181f;
    private const float Ln2Upper = 0.693359375f;
    private const float Ln2Lower = -2.12194440e-4f;

    // Added to a small number, 1.5 · 2²³ rounds it to an integer, which then stands in the lowest bits. With the exponent's
    // bias in it too, a shift by 23 bits turns them into a power of two.
    private const float Rounder = 12582912;
    private const float Biased = Rounder + 127;

    // In x / (1 + e⁻ˣ), the exponential may overflow where the quotient is still normal. The factor 2⁻⁵ prevents it; a smaller
    // one would cost a tiny x its last bits.
    private const float SigmoidRounder = Biased - 5;

    // Turns rounding into rounding down, but leaves 0 at 0, so that e⁰ is 1.
    private const float JustUnderHalf = 0.49999997f;

    // eʳ − 1 over r for r from 0 to ln 2.
    private const float Exp0 = 1.00000596f;
    private const float Exp1 = 0.499870837f;
    private const float Exp2 = 0.1675549f;
    private const float Exp3 = 0.039062649f;
    private const float Exp4 = 0.0116693657f;

    // (eʳ − 1 − r) over r² for r from −ln 2 / 2 to ln 2 / 2.
    private const float ExpM0 = 0.499998212f;
    private const float ExpM1 = 0.166665763f;
    private const float ExpM2 = 0.0417265743f;
    private const float ExpM3 = 0.00836320687f;
    private const float ExpM4 = 0.000992504298f;

    // (2 artanh(s) / s − 2) over s² for s from 0 to 1/3.
    private const float Artanh0 = 0.666664183f;
    private const float Artanh1 = 0.400215328f;
    private const float Artanh2 = 0.280017048f;
    private const float Artanh3 = 0.28012529f;

    // (1 − Φ(x)) · e^(x²/2), with the Gauss distribution Φ, as a quotient of polynomials for x from 0 to 13.4.
    private const float TailNumerator0 = 0.499999821f;
    private const float TailNumerator1 = 0.360815227f;
    private const float TailNumerator2 = 0.118868545f;
    private const float TailNumerator3 = 0.0168907028f;
    private const float TailDenominator1 = 1.51949728f;
    private const float TailDenominator2 = 0.95026201f;
    private const float TailDenominator3 = 0.297746211f;
    private const float TailDenominator4 = 0.0423440896f;

    private const float SmallestNormal = 1.17549435e-38f;
    private const int BitsOfRootOfHalf = 0x3F3504F3;

    private const float SeluScale = 1.05070098f;
    private const float SeluScaleAlpha = 1.75809934f;
}
