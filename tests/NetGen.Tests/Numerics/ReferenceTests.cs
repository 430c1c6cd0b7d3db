using System;
using Xunit;

namespace NetGen.Tests.Numerics;

/// <summary>The references themselves, against values from elsewhere and against the textbook's formulas where these are accurate.</summary>
public sealed class ReferenceTests
{
    [Theory]
    [InlineData(-3, 1.9999779095030015)]
    [InlineData(-0.5, 1.5204998778130465)]
    [InlineData(0, 1)]
    [InlineData(0.5, 0.4795001221869535)]
    [InlineData(1.9, 0.0072095707647425325)]
    [InlineData(2.1, 0.002979466656332984)]
    [InlineData(5, 1.5374597944280347e-12)]
    [InlineData(9, 4.13703174651381e-37)]
    [InlineData(9.4, 2.5212336392626993e-40)]
    public void ErfcIsAccurate(double x, double expected) => Assert.InRange(Reference.Erfc(x) / expected, 1 - 1e-12, 1 + 1e-12);

    [Theory]
    [InlineData(1e-12, 1.0000000000005e-12)]
    [InlineData(-1e-3, -0.0009995001666250083)]
    [InlineData(-0.7, -0.5034146962085905)]
    [InlineData(-3, -0.950212931632136)]
    public void ExpMinusOneIsAccurate(double x, double expected) =>
        Assert.InRange(Reference.ExpMinusOne(x) / expected, 1 - 1e-14, 1 + 1e-14);

    [Theory]
    [InlineData(1e-12, 9.999999999995e-13)]
    [InlineData(0.001, 0.0009995003330835332)]
    [InlineData(1, 0.6931471805599453)]
    public void LogOnePlusIsAccurate(double w, double expected) =>
        Assert.InRange(Reference.LogOnePlus(w) / expected, 1 - 1e-14, 1 + 1e-14);

    [Fact]
    public void TheFormsThatDoNotCancelAreTheTextbooks()
    {
        for (double x = -3; x <= 8; x += 0.01)
        {
            Assert.Equal(x / (1 + Math.Exp(-x)), Reference.SiLU(x), 12);
            Assert.Equal(Math.Log(1 + Math.Exp(x)), Reference.Softplus(x), 12);
            Assert.Equal(x * Math.Tanh(Math.Log(1 + Math.Exp(x))), Reference.Mish(x), 12);
            Assert.Equal(
                x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))), Reference.GELUTanh(x), 12);
        }
    }
}
