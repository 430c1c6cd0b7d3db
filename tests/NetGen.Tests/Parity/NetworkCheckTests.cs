extern alias generator;

using System;
using System.Linq;
using System.Runtime.CompilerServices;
using Xunit;

namespace NetGen.Tests.Parity;

using generator::NetGen.Generator.Graphs;
using static NetworkDraft;

/// <summary>The checks themselves: each finds what it is for.</summary>
public sealed class NetworkCheckTests
{
    private static readonly Expectation Right = ExpectationOfProbe();

    [Fact]
    public void ARightNetworkPasses()
    {
        Outcome outcome = new NetworkCheck<Probe>(Right).Run();
        Assert.Empty(outcome.Failures);
        Assert.InRange(outcome.Error, 1e-10, 1e-6);
        Assert.Equal(Tiers.Widest, outcome.Tier);
    }

    /// <summary>Each output is measured by its own largest value.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void AWrongOutputIsFound(int output)
    {
        double[][] outputs = [.. Right.Outputs.Select(o => o.ToArray())];
        outputs[output][^1] += 1.1e-5 * outputs[output].Max(Math.Abs);
        CheckFinds("the error is 1.1e-5 of the largest output", Right with { Outputs = outputs });
    }

    [Fact]
    public void AWrongLayerIsFound()
    {
        double[][] layers = [.. Right.Layers.Select(l => l.ToArray())];
        layers[1][0] += 1e-4;
        CheckFinds("the error of sigmoid1", Right with { Layers = layers });
    }

    [Fact]
    public void ALayerOfTheWrongLengthIsFound() =>
        CheckFinds("the error of maxpool1 is NaN", Right with { Layers = [.. Right.Layers.Take(2), [1]] });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void AStrayNaNIsFound(int spoiling)
    {
        string[] spoiled = [.. Right.Spoiled];
        spoiled[spoiling] = (spoiled[spoiling][0] == 'f' ? 'n' : 'f') + spoiled[spoiling][1..];
        CheckFinds("1 of 180 outputs are of another kind", Right with { Spoiled = spoiled });
    }

    [Fact]
    public void AWriteOverAGuardIsFound()
    {
        var span = new GuardedSpan([1, 2, 3]);
        Assert.True(span.IsIntact);
        span.Values.Fill(float.NaN);
        Assert.True(span.IsIntact);
        Unsafe.Add(ref span.Values[0], -1) = float.NaN;
        Assert.False(span.IsIntact);
        span = new GuardedSpan([1, 2, 3]);
        Unsafe.Add(ref span.Values[0], 3) = 0;
        Assert.False(span.IsIntact);
    }

    [Theory]
    [InlineData(2, 2, 0)]
    [InlineData(2, 1, 0.25)]
    [InlineData(2, double.NaN, double.NaN)]
    [InlineData(2, double.PositiveInfinity, double.PositiveInfinity)]
    public void AnErrorIsAShareOfTheLargestValue(double expected, double actual, double error) =>
        Assert.Equal(error, Expectation.Error([-4, expected], [-4, actual]));

    [Fact]
    public void NothingIsRightWhereZeroIsExpectedOfAll()
    {
        Assert.Equal(double.NaN, Expectation.Error([0, 0], [0, 0]));
        Assert.Equal(double.PositiveInfinity, Expectation.Error([0, 0], [0, 1e-30]));
    }

    private static void CheckFinds(string failure, Expectation expectation) =>
        Assert.Contains(new NetworkCheck<Probe>(expectation).Run().Failures, f => f.Contains(failure, StringComparison.Ordinal));

    private static Expectation ExpectationOfProbe()
    {
        NetworkDraft draft = Of(
            nameof(Probe),
            Image(3, 6, 5),
            Layer("Conv2D", ("filters", 5), ("kernel", 3), ("Padding", 1)),
            Layer("Sigmoid"),
            Layer("MaxPool2D", ("kernel", 2)),
            Layer("Output", ("name", "conv1")),
            Layer("Output", ("name", "maxpool1")));
        return Expectation.Of(draft, Assert.IsType<Graph>(draft.Graph()), withLayers: true)!;
    }
}
