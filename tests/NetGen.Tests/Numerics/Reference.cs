using System;

namespace NetGen.Tests.Numerics;

/// <summary>The activations in double, each in a form that is accurate everywhere, also where the textbook's form cancels.</summary>
internal static class Reference
{
    public static double ExpMinusOne(double x)
    {
        double t = Math.Tanh(x / 2);
        return Math.Abs(x) < 1 ? 2 * t / (1 - t) : Math.Exp(x) - 1;
    }

    /// <summary>ln(1 + w), after Kahan.</summary>
    public static double LogOnePlus(double w)
    {
        double u = 1 + w;
        return u == 1 ? w : Math.Log(u) * w / (u - 1);
    }

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    public static double SiLU(double x) => x / (1 + Math.Exp(-x));

    public static double Softplus(double x) => Math.Max(x, 0) + LogOnePlus(Math.Exp(-Math.Abs(x)));

    public static double Mish(double x) => x * Math.Tanh(Softplus(x));

    public static double GELU(double x) => 0.5 * x * Erfc(-x / Math.Sqrt(2));

    /// <summary>By x/2 · (1 + tanh(u)) = x · sigmoid(2u), which does not cancel for negative x.</summary>
    public static double GELUTanh(double x) => SiLU(2 * Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)), x);

    public static double Erf(double x) => Math.Abs(x) < 2 ? ErfNearZero(x) : Math.CopySign(1 - Erfc(Math.Abs(x)), x);

    public static double Erfc(double x)
    {
        if (x < 0)
        {
            return 2 - Erfc(-x);
        }

        if (x < 2)
        {
            return 1 - ErfNearZero(x);
        }

        // Laplace's continued fraction, from its far end.
        double fraction = x;
        for (int n = 200; n >= 1; n--)
        {
            fraction = x + (n / 2.0 / fraction);
        }

        return Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * fraction);
    }

    /// <summary>2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!!.</summary>
    private static double ErfNearZero(double x)
    {
        double term = x;
        double sum = x;
        for (int n = 1; n < 100; n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static double SiLU(double u, double x) => x / (1 + Math.Exp(-u));
}
