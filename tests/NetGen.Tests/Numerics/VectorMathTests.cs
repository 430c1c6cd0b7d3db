using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.Intrinsics;
using NetGen.Runtime;
using Xunit;

namespace NetGen.Tests.Numerics;

public sealed class VectorMathTests
{
    private const double Tolerance = 2e-6;
    private const double SmallestNormal = 1.1754943508222875e-38;

    // A different slope in each lane, to see that lanes are kept apart.
    private static readonly float[] Slopes = [.. Enumerable.Range(0, 16).Select(i => (i - 5) * 0.125f)];

    private static readonly float[] Special =
    [
        0, -0f, 1, -1, 3, -3, 6, 20, -20, float.Epsilon, -float.Epsilon, 1.17549421e-38f, 1.17549435e-38f, -1.17549435e-38f,
        2.4e-38f, -2.4e-38f, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
        BitConverter.Int32BitsToSingle(0x7F800001), BitConverter.Int32BitsToSingle(-1), 88.7228394f, 88.722847f, -87.3365402f, -87.33655f,
        -88.7f, -91.8f, -92.5f, -13.05f, -13.2f, -10.2f, -103.9f, 0.99999994f, 1.0000001f, 0.70710677f, 0.7071068f, 1.4142135f,
    ];

    private static readonly Dictionary<string, Function> Functions = new Function[]
    {
        new("Exp", VectorMath.Exp, VectorMath.Exp, VectorMath.Exp, Math.Exp),
        new("Log", VectorMath.Log, VectorMath.Log, VectorMath.Log, Math.Log),
        new("Sigmoid", VectorMath.Sigmoid, VectorMath.Sigmoid, VectorMath.Sigmoid, Reference.Sigmoid),
        new("Tanh", VectorMath.Tanh, VectorMath.Tanh, VectorMath.Tanh, Math.Tanh),
        new("SiLU", VectorMath.SiLU, VectorMath.SiLU, VectorMath.SiLU, Reference.SiLU),
        new("SELU", VectorMath.SELU, VectorMath.SELU, VectorMath.SELU,
            x => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Reference.ExpMinusOne(x))),
        new("HardSigmoid", VectorMath.HardSigmoid, VectorMath.HardSigmoid, VectorMath.HardSigmoid, x => Math.Clamp(x + 3, 0, 6) / 6),
        new("HardSwish", VectorMath.HardSwish, VectorMath.HardSwish, VectorMath.HardSwish, x => x * Math.Clamp(x + 3, 0, 6) / 6),
        new("GELU", VectorMath.GELU, VectorMath.GELU, VectorMath.GELU, Reference.GELU),
        new("GELUTanh", VectorMath.GELUTanh, VectorMath.GELUTanh, VectorMath.GELUTanh, Reference.GELUTanh),
        new("Mish", VectorMath.Mish, VectorMath.Mish, VectorMath.Mish, Reference.Mish),
        new("ReLU", VectorMath.ReLU, VectorMath.ReLU, VectorMath.ReLU, x => Math.Max(x, 0)),
        new("ReLU6", VectorMath.ReLU6, VectorMath.ReLU6, VectorMath.ReLU6, x => Math.Clamp(x, 0, 6)),
        new("Softsign", VectorMath.Softsign, VectorMath.Softsign, VectorMath.Softsign, x => x / (1 + Math.Abs(x))),
        new("Abs", VectorMath.Abs, VectorMath.Abs, VectorMath.Abs, Math.Abs),
        new("Sign", VectorMath.Sign, VectorMath.Sign, VectorMath.Sign, x => x == 0 || double.IsNaN(x) ? x : Math.Sign(x)),
        new("Square", VectorMath.Square, VectorMath.Square, VectorMath.Square, x => x * x),
        new("Sqrt", VectorMath.Sqrt, VectorMath.Sqrt, VectorMath.Sqrt, Math.Sqrt),
        new("Reciprocal", VectorMath.Reciprocal, VectorMath.Reciprocal, VectorMath.Reciprocal, x => 1 / x),
        new("Floor", VectorMath.Floor, VectorMath.Floor, VectorMath.Floor, Math.Floor),
        new("Ceiling", VectorMath.Ceiling, VectorMath.Ceiling, VectorMath.Ceiling, Math.Ceiling),
        new("Round", VectorMath.Round, VectorMath.Round, VectorMath.Round, x => Math.Round(x, MidpointRounding.ToEven)),
        new("Erf", VectorMath.Erf, VectorMath.Erf, VectorMath.Erf, Reference.Erf),
        Celu(1), Celu(0.3f), Celu(4), Clip(-2, 3.5f), Clip(0, float.PositiveInfinity), Rescaling(0.5f, 1), Rescaling(-2, 0.25f),
        Elu(1), Elu(0.3f), Elu(-2), LeakyReLU(0.01f), LeakyReLU(0), LeakyReLU(1), LeakyReLU(1.5f), LeakyReLU(-0.25f),
        Softplus(1, 20), Softplus(2, 20), Softplus(0.7f, 20), Softplus(1.3f, 5), Softplus(1e-6f, 20), Softplus(100, 30), Softplus(1, 1000),
    }.ToDictionary(function => function.Name);

    public static TheoryData<string, int> All
    {
        get
        {
            TheoryData<string, int> all = [];
            foreach (string name in Functions.Keys)
            {
                all.Add(name, 128);
                all.Add(name, 256);
                all.Add(name, 512);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void IsAccurateOverTheWholeRange(string name, int width)
    {
        CheckAll(Functions[name], width, Arguments());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void NaNGivesNaN(string name, int width)
    {
        float[] results = new float[16];
        float[] arguments = new float[16];
        Array.Fill(arguments, 1);
        arguments[5] = float.NaN;
        Run(Functions[name], width, arguments, results);
        Assert.All(results, (value, i) => Assert.Equal(i == 5, float.IsNaN(value)));
    }

    [Theory]
    [InlineData("Exp", 0, float.PositiveInfinity)]
    [InlineData("Log", float.NaN, float.PositiveInfinity)]
    [InlineData("Sigmoid", 0, 1)]
    [InlineData("Tanh", -1, 1)]
    [InlineData("SiLU", float.NaN, float.PositiveInfinity)]
    [InlineData("SELU", -1.7580993f, float.PositiveInfinity)]
    [InlineData("ELU(0.3)", -0.3f, float.PositiveInfinity)]
    [InlineData("HardSigmoid", 0, 1)]
    [InlineData("HardSwish", float.NaN, float.PositiveInfinity)]
    [InlineData("GELU", float.NaN, float.PositiveInfinity)]
    [InlineData("GELUTanh", float.NaN, float.PositiveInfinity)]
    [InlineData("Mish", float.NaN, float.PositiveInfinity)]
    [InlineData("Softplus(1, 20)", 0, float.PositiveInfinity)]
    [InlineData("Softplus(0.7, 20)", 0, float.PositiveInfinity)]
    [InlineData("ReLU", 0, float.PositiveInfinity)]
    [InlineData("ReLU6", 0, 6)]
    [InlineData("LeakyReLU(0.01)", float.NegativeInfinity, float.PositiveInfinity)]
    [InlineData("LeakyReLU(0)", float.NaN, float.PositiveInfinity)]
    public void InfinitiesGiveWhatPyTorchGives(string name, float atNegative, float atPositive)
    {
        foreach (int width in new[] { 128, 256, 512 })
        {
            float[] results = new float[16];
            Run(Functions[name], width, [.. Enumerable.Repeat(new[] { float.NegativeInfinity, float.PositiveInfinity }, 8).SelectMany(x => x)], results);
            Assert.Equal(atNegative, results[0]);
            Assert.Equal(atPositive, results[1]);
        }
    }

    [Theory]
    [InlineData("Exp", 0, 1)]
    [InlineData("Log", 1, 0)]
    [InlineData("Sigmoid", 0, 0.5f)]
    [InlineData("Tanh", 0, 0)]
    [InlineData("Tanh", 100, 1)]
    [InlineData("Tanh", -100, -1)]
    [InlineData("HardSigmoid", 3, 1)]
    [InlineData("HardSwish", -3, 0)]
    [InlineData("ELU(1)", -100, -1)]
    [InlineData("GELU", 0, 0)]
    public void RoundValuesAreExact(string name, float x, float expected)
    {
        foreach (int width in new[] { 128, 256, 512 })
        {
            float[] arguments = new float[16];
            float[] results = new float[16];
            Array.Fill(arguments, x);
            Run(Functions[name], width, arguments, results);
            Assert.All(results, result => Assert.Equal(expected, result));
        }
    }

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void PReLUTakesASlopeForEachLane(int width)
    {
        Function function = new(
            "PReLU",
            x => VectorMath.PReLU(x, Vector128.Create(Slopes.AsSpan())),
            x => VectorMath.PReLU(x, Vector256.Create(Slopes.AsSpan())),
            x => VectorMath.PReLU(x, Vector512.Create(Slopes.AsSpan())),
            x => throw new NotSupportedException());
        float[] arguments = Arguments();
        float[] results = new float[arguments.Length];
        Run(function, width, arguments, results);
        for (int i = 0; i < arguments.Length; i++)
        {
            Check(arguments[i], arguments[i] > 0 ? arguments[i] : (double)arguments[i] * Slopes[i % (width / 32)], results[i]);
        }
    }

    [Theory]
    [InlineData(0.75f)]
    [InlineData(-0.75f)]
    [InlineData(0.5f)]
    [InlineData(-0.6f)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(2)]
    [InlineData(-0.1f)]
    [InlineData(0)]
    public void PowIsAccurateForModerateArguments(float exponent)
    {
        float[] arguments = [.. Enumerable.Range(0, 160_000).Select(i => (float)Math.Exp((i - 80_000) / 6000.0))];
        Assert.True(arguments.Min() < 2e-6 && arguments.Max() > 6e5);
        Function function = new(
            "Pow",
            x => VectorMath.Pow(x, exponent),
            x => VectorMath.Pow(x, exponent),
            x => VectorMath.Pow(x, exponent),
            x => Math.Pow(x, exponent));
        foreach (int width in new[] { 128, 256, 512 })
        {
            CheckAll(function, width, arguments);
            float[] limits = [0, float.PositiveInfinity, float.NaN, 1, .. new float[12]];
            float[] found = new float[16];
            Run(function, width, limits, found);
            Assert.Equal(limits[..4].Select(x => MathF.Pow(x, exponent)), found[..4]);
        }
    }

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void ThresholdGivesItsValueWhereTheArgumentIsNotAbove(int width)
    {
        Function function = new(
            "Threshold",
            x => VectorMath.Threshold(x, 0.5f, -3),
            x => VectorMath.Threshold(x, 0.5f, -3),
            x => VectorMath.Threshold(x, 0.5f, -3),
            x => throw new NotSupportedException());
        float[] arguments = Arguments();
        float[] results = new float[arguments.Length];
        Run(function, width, arguments, results);
        Assert.Equal(arguments.Select(x => x > 0.5f ? x : -3), results);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    [InlineData(3)]
    [InlineData(-1)]
    [InlineData(0.5f)]
    [InlineData(0)]
    public void PowerTakesNegativeBasesToIntegers(float exponent)
    {
        Function function = new(
            "Power",
            x => VectorMath.Power(x, exponent),
            x => VectorMath.Power(x, exponent),
            x => VectorMath.Power(x, exponent),
            x => Math.Pow(x, exponent));
        float[] arguments = [.. Enumerable.Range(-4000, 8000).Select(i => (i + 0.5f) / 400)];
        foreach (int width in new[] { 128, 256, 512 })
        {
            CheckAll(function, width, arguments);
        }
    }

    private static Function Celu(float alpha) => new(
        FormattableString.Invariant($"CELU({alpha})"),
        x => VectorMath.CELU(x, alpha),
        x => VectorMath.CELU(x, alpha),
        x => VectorMath.CELU(x, alpha),
        x => x > 0 ? x : alpha * Reference.ExpMinusOne(x / alpha));

    private static Function Clip(float min, float max) => new(
        FormattableString.Invariant($"Clip({min}, {max})"),
        x => VectorMath.Clip(x, min, max),
        x => VectorMath.Clip(x, min, max),
        x => VectorMath.Clip(x, min, max),
        x => Math.Clamp(x, min, max));

    private static Function Rescaling(float scale, float offset) => new(
        FormattableString.Invariant($"Rescaling({scale}, {offset})"),
        x => VectorMath.Rescaling(x, scale, offset),
        x => VectorMath.Rescaling(x, scale, offset),
        x => VectorMath.Rescaling(x, scale, offset),
        x => (scale * x) + offset);

    private static Function Elu(float alpha) => new(
        FormattableString.Invariant($"ELU({alpha})"),
        x => VectorMath.ELU(x, alpha),
        x => VectorMath.ELU(x, alpha),
        x => VectorMath.ELU(x, alpha),
        x => x > 0 ? x : alpha * Reference.ExpMinusOne(x));

    private static Function LeakyReLU(float slope) => new(
        FormattableString.Invariant($"LeakyReLU({slope})"),
        x => VectorMath.LeakyReLU(x, slope),
        x => VectorMath.LeakyReLU(x, slope),
        x => VectorMath.LeakyReLU(x, slope),
        x => x > 0 ? x : slope * x);

    private static Function Softplus(float beta, float threshold) => new(
        FormattableString.Invariant($"Softplus({beta}, {threshold})"),
        x => VectorMath.Softplus(x, beta, threshold),
        x => VectorMath.Softplus(x, beta, threshold),
        x => VectorMath.Softplus(x, beta, threshold),
        x => (float)x * beta > threshold ? x : Reference.Softplus(x * beta) / beta);

    /// <summary>Bit patterns all over the range, the range where the functions bend more densely, and the special values.</summary>
    private static float[] Arguments()
    {
        List<float> arguments = [.. Special];
        for (long bits = 0; bits <= uint.MaxValue; bits += 24_989)
        {
            arguments.Add(BitConverter.UInt32BitsToSingle((uint)bits));
        }

        for (int i = -110_000; i <= 110_000; i++)
        {
            arguments.Add(i * 0.00100003f);
        }

        while (arguments.Count % 16 != 0)
        {
            arguments.Add(1);
        }

        return [.. arguments];
    }

    private static void Run(Function function, int width, ReadOnlySpan<float> arguments, Span<float> results)
    {
        for (int i = 0; i < arguments.Length; i += width / 32)
        {
            switch (width)
            {
                case 128:
                    function.Narrow(Vector128.Create(arguments[i..])).CopyTo(results[i..]);
                    break;
                case 256:
                    function.Middle(Vector256.Create(arguments[i..])).CopyTo(results[i..]);
                    break;
                default:
                    function.Wide(Vector512.Create(arguments[i..])).CopyTo(results[i..]);
                    break;
            }
        }
    }

    private static void CheckAll(Function function, int width, float[] arguments)
    {
        float[] results = new float[arguments.Length];
        Run(function, width, arguments, results);
        for (int i = 0; i < arguments.Length; i++)
        {
            Check(arguments[i], function.Exact(arguments[i]), results[i]);
        }
    }

    private static void Check(float x, double exact, float result)
    {
        bool correct;
        if (double.IsNaN(exact))
        {
            correct = float.IsNaN(result);
        }
        else if (Math.Abs(exact) > float.MaxValue * (1 - Tolerance))
        {
            // Within the tolerance of the largest float, both it and infinity are right.
            correct = result == (float)exact || (Math.Abs(exact) <= float.MaxValue * (1 + Tolerance)
                && Math.Abs(result) >= float.MaxValue * (1 - (2 * Tolerance)) && float.IsNegative(result) == (exact < 0));
        }
        else if (Math.Abs(exact) < SmallestNormal * (1 + Tolerance))
        {
            correct = Math.Abs(result - exact) <= SmallestNormal * (1 + Tolerance);
        }
        else
        {
            correct = Math.Abs(result - exact) <= Tolerance * Math.Abs(exact);
        }

        if (!correct)
        {
            Assert.Fail(FormattableString.Invariant($"x = {x:R}: expected {exact:R}, found {result:R}"));
        }
    }

    private sealed record Function(
        string Name,
        Func<Vector128<float>, Vector128<float>> Narrow,
        Func<Vector256<float>, Vector256<float>> Middle,
        Func<Vector512<float>, Vector512<float>> Wide,
        Func<double, double> Exact);
}
