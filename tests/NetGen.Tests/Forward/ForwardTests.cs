using System;
using Xunit;

namespace NetGen.Tests.Forward;

/// <summary>What a network's calls say of spans that do not fit.</summary>
public sealed class ForwardTests
{
    private readonly Small network = Small.Random(1);
    private readonly float[] input = new float[12];
    private readonly float[] output = new float[5];

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(13)]
    public void AnInputOfTheWrongLengthIsAnArgumentException(int length)
    {
        string message = $"The input has {length} values, but the network takes 12.";
        CheckThrows("input", message, () => network.Forward(new float[length], output));
        CheckThrows("input", message, () => network.Forward(new float[length]));
        CheckThrows("input", message, () => network.Forward(new float[length], output, (_, _) => { }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(6)]
    public void AnOutputOfTheWrongLengthIsAnArgumentException(int length)
    {
        string message = $"The output has {length} values, but the network gives 5.";
        CheckThrows("output", message, () => network.Forward(input, new float[length]));
        CheckThrows("output", message, () => network.Forward(input, new float[length], (_, _) => { }));
    }

    [Theory]
    [InlineData(24, 5)]
    [InlineData(25, 10)]
    [InlineData(0, 5)]
    public void ABatchOfUnevenSpansIsAnArgumentException(int inputs, int outputs)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => network.ForwardBatch(new float[inputs], new float[outputs]));
        Assert.Contains($"needs 12·n inputs and 5·n outputs, but the spans have {inputs} and {outputs}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SpansThatOverlapAreAnArgumentException()
    {
        var memory = new float[16];
        CheckThrows("output", "The input and output overlap.", () => network.Forward(memory.AsSpan(0, 12), memory.AsSpan(11, 5)));
        CheckThrows("outputs", "The inputs and outputs overlap.", () => network.ForwardBatch(memory.AsSpan(0, 12), memory.AsSpan(11, 5)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    public void AnImpossibleNumberOfThreadsIsAnArgumentException(int threads) =>
        Assert.Throws<ArgumentOutOfRangeException>("maxDegreeOfParallelism", () => network.ForwardBatch(input, output, threads));

    [Fact]
    public void SeveralOutputsAreCheckedByName()
    {
        TwoOutputs two = TwoOutputs.Random(1);
        CheckThrows("fc1Output", "The output has 3 values, but the network gives 2.", () => two.Forward(new float[4], new float[3], new float[4]));
        CheckThrows("tanh1Output", "The output has 3 values, but the network gives 4.", () => two.Forward(new float[4], new float[2], new float[3]));
        CheckThrows("input", "The input has 5 values, but the network takes 4.", () => two.Forward(new float[5], new float[2], new float[4]));
    }

    [Fact]
    public void AnEmptyBatchIsNothing() => network.ForwardBatch([], []);

    private static void CheckThrows(string parameter, string message, Action call)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(parameter, call);
        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }
}

/// <summary>Twelve values in, five out.</summary>
[Network]
[Input(3, 2, 2)]
[Flatten]
[Dense(5)]
public sealed partial class Small;

/// <summary>Two values out, and four.</summary>
[Network]
[Input(4)]
[Tanh]
[Dense(2)]
[Output("fc1")]
[Output("tanh1")]
public sealed partial class TwoOutputs;
