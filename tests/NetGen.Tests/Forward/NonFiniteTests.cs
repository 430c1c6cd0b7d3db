using System.Linq;
using Xunit;

namespace NetGen.Tests.Forward;

/// <summary>NaN and infinity go through a network as IEEE arithmetic says; the parity tests hold many more cases against the interpreter.</summary>
public sealed class NonFiniteTests
{
    private const float Infinity = float.PositiveInfinity;

    /// <summary>A window with a NaN in it gives NaN, wherever it stands in it and whatever else does.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void MaxPoolingPropagatesNaN(int place)
    {
        float[] input = [Infinity, 1, 2, 3];
        input[place] = float.NaN;
        Assert.Equal([float.NaN], MaxOfFour.Random(1).Forward(input));
    }

    [Fact]
    public void MaxPoolingOfMinusInfinityIsThat() =>
        Assert.Equal([-Infinity], MaxOfFour.Random(1).Forward([-Infinity, -Infinity, -Infinity, -Infinity]));

    /// <summary>The window slides over 1, ∞, 0, −∞, 2 with the weights 1, 0 and 1.</summary>
    [Fact]
    public void ConvolutionTimesInfinity()
    {
        float[] output = Load<ThreeTaps>([1, 0, 1], 1, 1, 1, 3).Forward([1, Infinity, 0, -Infinity, 2]);
        Assert.Equal([float.NaN, float.NaN, float.NaN], output);
        output = Load<ThreeTaps>([1, 2, 1], 1, 1, 1, 3).Forward([1, Infinity, 0, 5, -Infinity]);
        Assert.Equal([Infinity, Infinity, -Infinity], output);
    }

    [Fact]
    public void ConvolutionKeepsNaNToItsWindows()
    {
        float[] output = Load<ThreeTaps>([1, 2, 1], 1, 1, 1, 3).Forward([float.NaN, 1, 1, 1, 1]);
        Assert.Equal([float.NaN, 4, 4], output);
    }

    [Fact]
    public void ActivationsPropagateNaN() =>
        Assert.Equal(Enumerable.Repeat(float.NaN, 5), Activations.Random(1).Forward([float.NaN, float.NaN, float.NaN, float.NaN, float.NaN]));

    private static TNet Load<TNet>(float[] weight, params int[] shape)
        where TNet : INetwork<TNet>
    {
        var weights = new MemoryWeights();
        weights.Add("conv1.weight", weight, shape);
        return TNet.Load(weights);
    }
}

/// <summary>The largest of four values.</summary>
[Network]
[Input(1, 2, 2)]
[MaxPool2D(2)]
public sealed partial class MaxOfFour;

/// <summary>A window of three weights over five values.</summary>
[Network]
[Input(1, 1, 5)]
[Conv2D(1, 1, 3, Bias = false)]
public sealed partial class ThreeTaps;

/// <summary>One activation after the other.</summary>
[Network]
[Input(5)]
[ReLU] [ReLU6] [LeakyReLU] [ELU] [SELU] [Sigmoid] [Tanh] [SiLU] [HardSigmoid] [HardSwish] [GELU] [Mish] [Softplus]
public sealed partial class Activations;
