using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NetGen.Runtime;

// Where an operand may be NaN, it is the second of MinNative and MaxNative, which x86 then returns.
public static partial class VectorMath
{
    /// <summary>eˣ.</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        // Beyond these bounds the power of two is zero or infinite.
        x = Vector256.MinNative(Vector256.Create(89f), Vector256.MaxNative(Vector256.Create(-88f), x));
        return ExpClamped(x, Biased);
    }

    /// <summary>ln x: −∞ at 0, and NaN below.</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Log(Vector256<float> x)
    {
        Vector256<float> exponent = SplitExponent(x, out Vector256<float> fraction);
        Vector256<float> log = Vector256.MultiplyAddEstimate(exponent, Vector256.Create(Ln2Lower), LogOnePlus(fraction));
        log = Vector256.MultiplyAddEstimate(exponent, Vector256.Create(Ln2Upper), log);
        Vector256<float> beyond = Vector256.ConditionalSelect(
            Vector256.LessThan(x, Vector256<float>.Zero), Vector256.Create(float.NaN), x);
        beyond = Vector256.ConditionalSelect(
            Vector256.Equals(x, Vector256<float>.Zero), Vector256.Create(float.NegativeInfinity), beyond);
        return Vector256.ConditionalSelect(IsPositiveFinite(x), log, beyond);
    }

    /// <summary>x to a power.</summary>
    /// <param name="x">The base, which is not negative.</param>
    /// <param name="exponent">The exponent.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Pow(Vector256<float> x, float exponent)
    {
        if (exponent == 0)
        {
            return Vector256.Create(1f);
        }

        // x = 2^e · (1 + f), and so the power is 2^(y·e) · e^(y · ln(1 + f)). Of y·e, the integer part goes into the result's
        // exponent unrounded.
        Vector256<float> y = Vector256.Create(exponent);
        Vector256<float> e = SplitExponent(x, out Vector256<float> f);
        Vector256<float> whole = Vector256.MultiplyAddEstimate(e, y, Vector256.Create(Rounder)) - Vector256.Create(Rounder);
        Vector256<float> rest = Vector256.MultiplyAddEstimate(e, y, -whole);
        Vector256<float> power = Exp(Vector256.MultiplyAddEstimate(rest, Vector256.Create(Ln2), y * LogOnePlus(f)));

        // The power of two itself may be out of range where the result is not: it is multiplied with in two halves.
        whole = Vector256.MinNative(Vector256.Create(252f), Vector256.MaxNative(Vector256.Create(-252f), whole));
        Vector256<int> bits = Vector256.ConvertToInt32Native(whole);
        Vector256<int> half = bits >> 1;
        power *= ((half + Vector256.Create(127)) << 23).AsSingle();
        power *= ((bits - half + Vector256.Create(127)) << 23).AsSingle();
        return Vector256.ConditionalSelect(IsPositiveFinite(x), power, exponent > 0 ? x : Vector256.Create(1f) / x);
    }

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sigmoid(Vector256<float> x) => Vector256.Create(1f) / (Vector256.Create(1f) + Exp(-x));

    /// <summary>The hyperbolic tangent.</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Tanh(Vector256<float> x)
    {
        // tanh |x| = −(e^(−2|x|) − 1) / (e^(−2|x|) + 1), without cancellation near 0.
        Vector256<float> e = ExpMinusOne(Vector256.MaxNative(Vector256.Create(-20f), Vector256.Abs(x) * Vector256.Create(-2f)));
        return Vector256.CopySign(e / (Vector256.Create(2f) + e), x);
    }

    /// <summary>x · sigmoid(x). As in PyTorch, −∞ gives NaN.</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> SiLU(Vector256<float> x) => TimesSigmoid(x, ExpClamped(ClampForSigmoid(-x), SigmoidRounder));

    /// <summary>x where x &gt; 0, α · (eˣ − 1) elsewhere.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="alpha">The α.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ELU(Vector256<float> x, float alpha) =>
        Vector256.MultiplyAddEstimate(Vector256.Create(alpha), ExpMinusOneOfNegative(x), Vector256.MaxNative(Vector256<float>.Zero, x));

    /// <summary>scale · ELU(x, α) with the constants of Klambauer et al., 2017.</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> SELU(Vector256<float> x) => Vector256.MultiplyAddEstimate(
        Vector256.Create(SeluScaleAlpha),
        ExpMinusOneOfNegative(x),
        Vector256.Create(SeluScale) * Vector256.MaxNative(Vector256<float>.Zero, x));

    /// <summary>min(max(x + 3, 0), 6) / 6.</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> HardSigmoid(Vector256<float> x) => ReLU6(x + Vector256.Create(3f)) * Vector256.Create(1 / 6f);

    /// <summary>x · HardSigmoid(x). As in PyTorch, −∞ gives NaN.</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> HardSwish(Vector256<float> x) => x * HardSigmoid(x);

    /// <summary>x · Φ(x) with the Gauss distribution Φ. As in PyTorch, −∞ gives NaN.</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> GELU(Vector256<float> x)
    {
        // Past the bound, e^(−x²/2) is zero.
        Vector256<float> a = Vector256.MinNative(Vector256.Create(13.26f), Vector256.Abs(x));

        // A rounding error of x² would be multiplied by up to 88 in the result. The square of the upper 12 bits is exact.
        Vector256<float> upper = UpperBits(a);
        Vector256<float> exp = ExpClamped(
            upper * upper * Vector256.Create(-0.5f), (upper - a) * (upper + a) * Vector256.Create(0.5f), Biased);

        Vector256<float> p = Vector256.MultiplyAddEstimate(Vector256.Create(TailNumerator3), a, Vector256.Create(TailNumerator2));
        p = Vector256.MultiplyAddEstimate(p, a, Vector256.Create(TailNumerator1));
        p = Vector256.MultiplyAddEstimate(p, a, Vector256.Create(TailNumerator0));
        Vector256<float> q = Vector256.MultiplyAddEstimate(Vector256.Create(TailDenominator4), a, Vector256.Create(TailDenominator3));
        q = Vector256.MultiplyAddEstimate(q, a, Vector256.Create(TailDenominator2));
        q = Vector256.MultiplyAddEstimate(q, a, Vector256.Create(TailDenominator1));
        q = Vector256.MultiplyAddEstimate(q, a, Vector256.Create(1f));
        Vector256<float> tail = p / q;

        // x first: the tail's probability alone would become subnormal before the result does.
        return Vector256.ConditionalSelect(
            Vector256.LessThan(x, Vector256<float>.Zero), x * exp * tail, x * (Vector256.Create(1f) - (exp * tail)));
    }

    /// <summary>x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))). As in PyTorch, −∞ gives NaN.</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> GELUTanh(Vector256<float> x)
    {
        // It is x · sigmoid(2 √(2/π) · (x + 0.044715 x³)). That argument's rounding error would be multiplied by up to 90 in
        // the result, and so it is computed in double.
        Vector256<float> clamped = Vector256.MinNative(Vector256.Create(11f), Vector256.MaxNative(Vector256.Create(-11f), x));
        (Vector256<double> first, Vector256<double> second) = Vector256.Widen(clamped);
        first *= Vector256.MultiplyAddEstimate(first * first, Vector256.Create(-0.07135481627159836), Vector256.Create(-1.5957691216057308));
        second *= Vector256.MultiplyAddEstimate(second * second, Vector256.Create(-0.07135481627159836), Vector256.Create(-1.5957691216057308));
        Vector256<float> argument = Vector256.Narrow(first, second);
        (Vector256<double> firstRounded, Vector256<double> secondRounded) = Vector256.Widen(argument);
        Vector256<float> low = Vector256.Narrow(first - firstRounded, second - secondRounded);
        return TimesSigmoid(x, ExpClamped(ClampForSigmoid(argument), low, SigmoidRounder));
    }

    /// <summary>x · tanh(softplus(x)). As in PyTorch, −∞ gives NaN.</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Mish(Vector256<float> x)
    {
        // tanh(ln(1 + e)) = n / (n + 2) with n = e · (e + 2). The factor 2⁸ keeps e normal as long as the result is; e is
        // meaningless, and not used, from 20 on, where the result is x.
        Vector256<float> scaled = ExpClamped(Vector256.MaxNative(Vector256.Create(-93.5f), x), Biased + 8);
        Vector256<float> n = scaled * Vector256.MultiplyAddEstimate(scaled, Vector256.Create(1 / 256f), Vector256.Create(2f));
        return Vector256.ConditionalSelect(
            Vector256.GreaterThan(x, Vector256.Create(20f)), x, x * n / (n + Vector256.Create(512f)));
    }

    /// <summary>ln(1 + e^(β·x)) / β, and x itself where β·x exceeds the threshold.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="beta">The β.</param>
    /// <param name="threshold">Where the function turns into x.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Softplus(Vector256<float> x, float beta, float threshold)
    {
        // ln(1 + e^z) = max(z, 0) + ln(1 + w) with w = e^−|z|, and ln(1 + w) = 2 artanh(w / (2 + w)). The factor 2²⁴ keeps w
        // normal as long as w / β is.
        const float scale = 1 << 24;
        Vector256<float> z = x;
        Vector256<float> scaled;
        if (beta == 1)
        {
            scaled = ExpClamped(ClampForSoftplus(x), Biased + 24);
        }
        else
        {
            // What the product loses by rounding would be multiplied by up to 104 in the result.
            Vector256<float> factor = Vector256.Create(beta);
            Vector256<float> upper = UpperBits(x);
            Vector256<float> factorUpper = UpperBits(factor);
            z = x * factor;
            Vector256<float> low = Vector256.MultiplyAddEstimate(upper, factor - factorUpper, (upper * factorUpper) - z);
            low = Vector256.MultiplyAddEstimate(x - upper, factor, low);
            low = Vector256.ConditionalSelect(
                Vector256.LessThan(Vector256.Abs(z), Vector256.Create(128f)), low, Vector256<float>.Zero);
            scaled = ExpClamped(ClampForSoftplus(z), low, Biased + 24);
        }

        Vector256<float> s = scaled / Vector256.MultiplyAddEstimate(scaled, Vector256.Create(1 / scale), Vector256.Create(2f));
        Vector256<float> log = s * Artanh(s * Vector256.Create(1 / scale));
        Vector256<float> positive = Vector256.MaxNative(Vector256<float>.Zero, z);
        positive = beta == 1 ? positive : positive * Vector256.Create(1 / beta);
        return Vector256.ConditionalSelect(
            Vector256.GreaterThan(z, Vector256.Create(threshold)),
            x,
            Vector256.MultiplyAddEstimate(log, Vector256.Create(1 / scale / beta), positive));
    }

    /// <summary>max(0, x).</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ReLU(Vector256<float> x) => Vector256.MaxNative(Vector256<float>.Zero, x);

    /// <summary>min(max(0, x), 6).</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ReLU6(Vector256<float> x) => Vector256.MinNative(Vector256.Create(6f), ReLU(x));

    /// <summary>x where x &gt; 0, slope · x elsewhere.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="slope">The slope for negative x.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LeakyReLU(Vector256<float> x, float slope) => slope is > 0 and <= 1
        ? Vector256.MaxNative(x * Vector256.Create(slope), x)
        : PReLU(x, Vector256.Create(slope));

    /// <summary>x where x &gt; 0, slope · x elsewhere.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="slope">The slopes for negative x.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> PReLU(Vector256<float> x, Vector256<float> slope) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(x, Vector256<float>.Zero), x, x * slope);

    /// <summary>max(0, x) + min(0, α · (e^(x/α) − 1)).</summary>
    /// <param name="x">The argument.</param>
    /// <param name="alpha">The α.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> CELU(Vector256<float> x, float alpha) =>
        Vector256.MultiplyAddEstimate(
            Vector256.Create(alpha), ExpMinusOneOfNegative(x * Vector256.Create(1 / alpha)), Vector256.MaxNative(Vector256<float>.Zero, x));

    /// <summary>x / (1 + |x|).</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Softsign(Vector256<float> x) =>
        x / (Vector256.Create(1f) + Vector256.Abs(x));

    /// <summary>x where x &gt; threshold, a value elsewhere.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="threshold">The threshold.</param>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Threshold(Vector256<float> x, float threshold, float value) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(x, Vector256.Create(threshold)), x, Vector256.Create(value));

    /// <summary>min(max(x, min), max).</summary>
    /// <param name="x">The argument.</param>
    /// <param name="min">The least result.</param>
    /// <param name="max">The largest result.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Clip(Vector256<float> x, float min, float max) =>
        Vector256.MinNative(Vector256.Create(max), Vector256.MaxNative(Vector256.Create(min), x));

    /// <summary>1 where x &gt; y, 0 elsewhere.</summary>
    /// <param name="x">The first argument.</param>
    /// <param name="y">The second argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Greater(Vector256<float> x, Vector256<float> y) =>
        Vector256.GreaterThan(x, y) & Vector256.Create(1f);

    /// <summary>1 where x &gt; value, 0 elsewhere.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="value">What it is compared with.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Greater(Vector256<float> x, float value) => Greater(x, Vector256.Create(value));

    /// <summary>1 where x &lt; y, 0 elsewhere.</summary>
    /// <param name="x">The first argument.</param>
    /// <param name="y">The second argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Less(Vector256<float> x, Vector256<float> y) =>
        Vector256.LessThan(x, y) & Vector256.Create(1f);

    /// <summary>1 where x &lt; value, 0 elsewhere.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="value">What it is compared with.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Less(Vector256<float> x, float value) => Less(x, Vector256.Create(value));

    /// <summary>1 where x ≥ y, 0 elsewhere.</summary>
    /// <param name="x">The first argument.</param>
    /// <param name="y">The second argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> GreaterOrEqual(Vector256<float> x, Vector256<float> y) =>
        Vector256.GreaterThanOrEqual(x, y) & Vector256.Create(1f);

    /// <summary>1 where x ≥ value, 0 elsewhere.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="value">What it is compared with.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> GreaterOrEqual(Vector256<float> x, float value) => GreaterOrEqual(x, Vector256.Create(value));

    /// <summary>1 where x ≤ y, 0 elsewhere.</summary>
    /// <param name="x">The first argument.</param>
    /// <param name="y">The second argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LessOrEqual(Vector256<float> x, Vector256<float> y) =>
        Vector256.LessThanOrEqual(x, y) & Vector256.Create(1f);

    /// <summary>1 where x ≤ value, 0 elsewhere.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="value">What it is compared with.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LessOrEqual(Vector256<float> x, float value) => LessOrEqual(x, Vector256.Create(value));

    /// <summary>1 where x = y, 0 elsewhere.</summary>
    /// <param name="x">The first argument.</param>
    /// <param name="y">The second argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Equal(Vector256<float> x, Vector256<float> y) =>
        Vector256.Equals(x, y) & Vector256.Create(1f);

    /// <summary>1 where x = value, 0 elsewhere.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="value">What it is compared with.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Equal(Vector256<float> x, float value) => Equal(x, Vector256.Create(value));

    /// <summary>1 where x ≠ y, 0 elsewhere.</summary>
    /// <param name="x">The first argument.</param>
    /// <param name="y">The second argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> NotEqual(Vector256<float> x, Vector256<float> y) =>
        Vector256.AndNot(Vector256.Create(1f), Vector256.Equals(x, y));

    /// <summary>1 where x ≠ value, 0 elsewhere.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="value">What it is compared with.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> NotEqual(Vector256<float> x, float value) => NotEqual(x, Vector256.Create(value));

    /// <summary>1 where neither is 0, 0 elsewhere.</summary>
    /// <param name="x">The first argument.</param>
    /// <param name="y">The second argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> And(Vector256<float> x, Vector256<float> y) =>
        Vector256.AndNot(Vector256.Create(1f), IsZero(x) | IsZero(y));

    /// <summary>1 where one or both are not 0, 0 elsewhere.</summary>
    /// <param name="x">The first argument.</param>
    /// <param name="y">The second argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Or(Vector256<float> x, Vector256<float> y) =>
        Vector256.AndNot(Vector256.Create(1f), IsZero(x) & IsZero(y));

    /// <summary>1 where exactly one is not 0, 0 elsewhere.</summary>
    /// <param name="x">The first argument.</param>
    /// <param name="y">The second argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Xor(Vector256<float> x, Vector256<float> y) =>
        (IsZero(x) ^ IsZero(y)) & Vector256.Create(1f);

    /// <summary>1 where x is 0, 0 elsewhere.</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Not(Vector256<float> x) => IsZero(x) & Vector256.Create(1f);

    /// <summary>x where the condition is not 0, y elsewhere.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="x">The value where it is not 0.</param>
    /// <param name="y">The value where it is 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Where(Vector256<float> condition, Vector256<float> x, Vector256<float> y) =>
        Vector256.ConditionalSelect(IsZero(condition), y, x);

    /// <summary>scale · x + offset.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="scale">The factor.</param>
    /// <param name="offset">The term.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Rescaling(Vector256<float> x, float scale, float offset) =>
        Vector256.MultiplyAddEstimate(x, Vector256.Create(scale), Vector256.Create(offset));

    /// <summary>|x|.</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Abs(Vector256<float> x) =>
        Vector256.Abs(x);

    /// <summary>−1, 0 or 1, as x is negative, zero or positive.</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sign(Vector256<float> x) =>
        Vector256.ConditionalSelect(
            Vector256.Equals(x, Vector256<float>.Zero) | ~Vector256.Equals(x, x), x, Vector256.CopySign(Vector256.Create(1f), x));

    /// <summary>x².</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Square(Vector256<float> x) =>
        x * x;

    /// <summary>√x.</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sqrt(Vector256<float> x) =>
        Vector256.Sqrt(x);

    /// <summary>1 / x.</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Reciprocal(Vector256<float> x) =>
        Vector256.Create(1f) / x;

    /// <summary>x rounded down.</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Floor(Vector256<float> x) =>
        Vector256.Floor(x);

    /// <summary>x rounded up.</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Ceiling(Vector256<float> x) =>
        Vector256.Ceiling(x);

    /// <summary>x rounded to the nearest integer; halves go to the even one.</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Round(Vector256<float> x) =>
        Vector256.Round(x);

    /// <summary>x to a power. A negative x has one only where the exponent is an integer; elsewhere the result is NaN.</summary>
    /// <param name="x">The base.</param>
    /// <param name="exponent">The exponent.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Power(Vector256<float> x, float exponent)
    {
        Vector256<float> power = Pow(Vector256.Abs(x), exponent);
        Vector256<float> ofNegative = exponent % 2 == 0 ? power
            : exponent % 1 == 0 ? -power
            : Vector256.Create(float.NaN);
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), ofNegative, power);
    }

    /// <summary>The error function.</summary>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Erf(Vector256<float> x)
    {
        // Near 0 by its series; further on as 1 less the tail that GELU is made of: erf(x) = 2Φ(√2 x) − 1.
        Vector256<float> square = x * x;
        Vector256<float> series = Vector256.MultiplyAddEstimate(Vector256.Create(-8.54832702e-4f), square, Vector256.Create(5.22397762e-3f));
        series = Vector256.MultiplyAddEstimate(series, square, Vector256.Create(-2.68661706e-2f));
        series = Vector256.MultiplyAddEstimate(series, square, Vector256.Create(0.112837917f));
        series = Vector256.MultiplyAddEstimate(series, square, Vector256.Create(-0.376126389f));
        series = Vector256.MultiplyAddEstimate(series, square, Vector256.Create(1.12837917f)) * x;
        Vector256<float> a = Vector256.Abs(x) * Vector256.Create(1.41421356f);
        Vector256<float> upper = Vector256.MaxNative(Vector256.Create(1e-30f), a);
        Vector256<float> far = Vector256.MultiplyAddEstimate(GELU(upper) / upper, Vector256.Create(2f), Vector256.Create(-1f));
        far = Vector256.ConditionalSelect(Vector256.GreaterThan(a, Vector256.Create(8f)), Vector256.Create(1f), far);
        Vector256<float> result = Vector256.ConditionalSelect(
            Vector256.LessThan(square, Vector256.Create(0.25f)), series, Vector256.CopySign(far, x));
        return Vector256.ConditionalSelect(Vector256.Equals(x, x), result, x);
    }

    /// <summary>eˣ times the power of two that the rounder's deviation from <see cref="Biased"/> gives.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ExpClamped(Vector256<float> x, float rounder)
    {
        Vector256<float> n = ExpInteger(x, rounder, out Vector256<float> power);
        return ExpFraction(ExpRest(x, n)) * power;
    }

    /// <summary>e^(x + low) for a low of less than 0.1, likewise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ExpClamped(Vector256<float> x, Vector256<float> low, float rounder)
    {
        Vector256<float> n = ExpInteger(x + low, rounder, out Vector256<float> power);
        return ExpFraction(ExpRest(x, n) + low) * power;
    }

    /// <summary>Gives n = ⌊x / ln 2⌋ and, scaled by the rounder, 2ⁿ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ExpInteger(Vector256<float> x, float rounder, out Vector256<float> power)
    {
        Vector256<float> rounded = Vector256.MultiplyAddEstimate(x, Vector256.Create(Log2E), Vector256.Create(-JustUnderHalf));
        rounded += Vector256.Create(rounder);
        power = (rounded.AsInt32() << 23).AsSingle();
        return rounded - Vector256.Create(rounder);
    }

    /// <summary>x − n · ln 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ExpRest(Vector256<float> x, Vector256<float> n) => Vector256.MultiplyAddEstimate(
        n, Vector256.Create(-Ln2Lower), Vector256.MultiplyAddEstimate(n, Vector256.Create(-Ln2Upper), x));

    /// <summary>eʳ for r from 0 to ln 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ExpFraction(Vector256<float> r)
    {
        Vector256<float> p = Vector256.MultiplyAddEstimate(Vector256.Create(Exp4), r, Vector256.Create(Exp3));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Exp2));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Exp1));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Exp0));
        return Vector256.MultiplyAddEstimate(p, r, Vector256.Create(1f));
    }

    /// <summary>eˣ − 1 where x &lt; 0, and 0 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ExpMinusOneOfNegative(Vector256<float> x) => ExpMinusOne(
        Vector256.MaxNative(Vector256.Create(-20f), Vector256.MinNative(Vector256<float>.Zero, x)));

    /// <summary>eˣ − 1 for x from −20 to 0, without cancellation near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ExpMinusOne(Vector256<float> x)
    {
        // Here n is x / ln 2 rounded to nearest, so that it is 0 where cancellation would hurt.
        Vector256<float> rounded = Vector256.MultiplyAddEstimate(x, Vector256.Create(Log2E), Vector256.Create(Biased));
        Vector256<float> r = ExpRest(x, rounded - Vector256.Create(Biased));
        Vector256<float> power = (rounded.AsInt32() << 23).AsSingle();
        Vector256<float> p = Vector256.MultiplyAddEstimate(Vector256.Create(ExpM4), r, Vector256.Create(ExpM3));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(ExpM2));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(ExpM1));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(ExpM0));
        p = Vector256.MultiplyAddEstimate(r * r, p, r);
        return Vector256.MultiplyAddEstimate(power, p, power - Vector256.Create(1f));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> IsZero(Vector256<float> x) => Vector256.Equals(x, Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ClampForSoftplus(Vector256<float> z) =>
        Vector256.MaxNative(Vector256.Create(-104.5f), -Vector256.Abs(z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ClampForSigmoid(Vector256<float> x) =>
        Vector256.MinNative(Vector256.Create(92.5f), Vector256.MaxNative(Vector256.Create(-84.5f), x));

    /// <summary>x / (1 + e) for an e that is scaled as <see cref="SigmoidRounder"/> says.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> TimesSigmoid(Vector256<float> x, Vector256<float> scaledExp)
    {
        Vector256<float> scale = Vector256.Create(1 / 32f);
        return x * scale / (scale + scaledExp);
    }

    /// <summary>Splits x = 2ⁿ · (1 + fraction), with the fraction from √½ − 1 to √2 − 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> SplitExponent(Vector256<float> x, out Vector256<float> fraction)
    {
        Vector256<float> subnormal = Vector256.LessThan(x, Vector256.Create(SmallestNormal));
        x = Vector256.ConditionalSelect(subnormal, x * Vector256.Create(16777216f), x);
        Vector256<int> bits = x.AsInt32() - Vector256.Create(BitsOfRootOfHalf);
        fraction = ((bits & Vector256.Create(0x7FFFFF)) + Vector256.Create(BitsOfRootOfHalf)).AsSingle() - Vector256.Create(1f);
        return Vector256.ConvertToSingle(bits >> 23) - (subnormal & Vector256.Create(24f));
    }

    /// <summary>ln(1 + f) for f from √½ − 1 to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> LogOnePlus(Vector256<float> f)
    {
        Vector256<float> s = f / (Vector256.Create(2f) + f);
        return s * Artanh(s);
    }

    /// <summary>2 artanh(s) / s for s from −1/3 to 1/3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Artanh(Vector256<float> s)
    {
        Vector256<float> t = s * s;
        Vector256<float> p = Vector256.MultiplyAddEstimate(Vector256.Create(Artanh3), t, Vector256.Create(Artanh2));
        p = Vector256.MultiplyAddEstimate(p, t, Vector256.Create(Artanh1));
        p = Vector256.MultiplyAddEstimate(p, t, Vector256.Create(Artanh0));
        return Vector256.MultiplyAddEstimate(p, t, Vector256.Create(2f));
    }

    /// <summary>x without the lower 12 of its 24 bits, so that the product of two such numbers is exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> UpperBits(Vector256<float> x) => (x.AsInt32() & Vector256.Create(unchecked((int)0xFFFFF000))).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> IsPositiveFinite(Vector256<float> x) =>
        Vector256.GreaterThan(x, Vector256<float>.Zero) & Vector256.LessThan(x, Vector256.Create(float.PositiveInfinity));
}
