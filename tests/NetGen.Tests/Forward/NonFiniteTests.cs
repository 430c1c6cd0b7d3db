using System;
using System.Linq;
using NetGen.Tests.Golden;
using NetGen.Tests.Runtime;
using Xunit;

namespace NetGen.Tests.Forward;

/// <summary>NaN and infinity go through a network as IEEE arithmetic says; the parity tests compare many more cases with the interpreter.</summary>
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

    /// <summary>
    /// Winograd's algorithm computes tiles of outputs from one transformed patch of the input. Of a tile's patch the first value goes into
    /// the first output alone, the last into the last, and each one between into all of the tile's.
    /// </summary>
    [Fact]
    public void WinogradSpreadsNaNOverTiles()
    {
        CheckSpread<SquareTiles>("F(4×4, 3×3)", kernel: 3, padding: 1, tileHeight: 4, tileWidth: 4);
        CheckSpread<LargeSquareTiles>("F(4×4, 5×5)", kernel: 5, padding: 2, tileHeight: 4, tileWidth: 4);
        CheckSpread<RowTiles>("F(4, 5) over rows", kernel: 5, padding: 0, tileHeight: 4, tileWidth: 1);
    }

    [Fact]
    public void DirectSumsKeepNaNToTheReceptiveField() =>
        CheckSpread<NoTiles>("direct", kernel: 3, padding: 1, tileHeight: 1, tileWidth: 1);

    /// <summary>Where the numbers of the page on performance come from.</summary>
    [Fact]
    public void WinogradSpreadsTheCornerOfATileTheMost()
    {
        SquareTiles network = SquareTiles.Random(1);
        var input = new float[SquareTiles.InputLength];
        input[(4 * 21) + 4] = float.NaN;
        Assert.Equal(25 * 64, network.Forward(input).Count(float.IsNaN));
        input[(4 * 21) + 4] = 0;
        input[(5 * 21) + 5] = float.NaN;
        Assert.Equal(16 * 64, network.Forward(input).Count(float.IsNaN));
    }

    /// <summary>Integers have no NaN: it becomes the least of them, as all that is below the range does; infinity becomes the largest.</summary>
    [Fact]
    public void IntegersClipWhatIsNoNumber()
    {
        IntegerChain network = IntegerChain.Random(1);
        foreach ((float value, float same) in new[] { (float.NaN, -1e30f), (-Infinity, -1e30f), (Infinity, 1e30f) })
        {
            for (int i = 0; i < IntegerChain.InputLength; i += 97)
            {
                float[] input = GoldenWeights.Input(IntegerChain.InputLength);
                input[i] = same;
                float[] expected = network.Forward(input);
                input[i] = value;
                Assert.All(expected, v => Assert.True(float.IsFinite(v)));
                Assert.Equal(expected, network.Forward(input));
            }
        }
    }

    /// <summary>Compares where one value that is no number goes, from any pixel, with what the transform's zeros say.</summary>
    private static void CheckSpread<TNet>(string algorithm, int kernel, int padding, int tileHeight, int tileWidth)
        where TNet : INetwork<TNet>
    {
        LayerInfo layer = TNet.Info.Layers[0];
        Assert.Contains(algorithm, layer.Algorithm, StringComparison.Ordinal);
        TNet network = TNet.Random(1);
        (int height, int width) = (layer.Output.Height, layer.Output.Width);
        int inputWidth = layer.Input.Width;
        int pixels = layer.Input.Height * inputWidth;
        var output = new float[layer.Output.Length];
        float[] input = GoldenWeights.Input(layer.Input.Length);
        int channel = (layer.Input.Channels - 1) * pixels;
        foreach (float value in new[] { float.NaN, Infinity })
        {
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                (int row, int column) = (pixel / inputWidth, pixel % inputWidth);
                float before = input[channel + pixel];
                input[channel + pixel] = value;
                network.Forward(input, output);
                input[channel + pixel] = before;
                for (int i = 0; i < output.Length; i++)
                {
                    int y = i / width % height;
                    int x = i % width;
                    bool isReached = Reaches(row, y, kernel, padding, tileHeight) && Reaches(column, x, kernel, padding, tileWidth);
                    if (isReached == float.IsFinite(output[i]))
                    {
                        Assert.Fail($"{value} at {row}, {column} gives {output[i]} at {y}, {x}");
                    }
                }
            }
        }
    }

    /// <summary>Along one axis: whether an output depends on an input, or shares a tile with one that the transform cannot tell from it.</summary>
    private static bool Reaches(int input, int output, int kernel, int padding, int tile)
    {
        int position = input + padding - (output / tile * tile);
        int last = tile + kernel - 2;
        return position == 0 ? output % tile == 0
            : position == last ? output % tile == tile - 1
            : position > 0 && position < last;
    }

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

/// <summary>A convolution that Winograd's algorithm transforms on both axes, on a map of no whole number of tiles.</summary>
[Network(Simd = SimdTiers.Vector256)]
[Input(64, 23, 21)]
[Conv2D(64, 3, Padding = 1)]
public sealed partial class SquareTiles;

/// <summary>The same with a larger kernel.</summary>
[Network(Simd = SimdTiers.Vector256)]
[Input(48, 23, 21)]
[Conv2D(48, 5, Padding = 2)]
public sealed partial class LargeSquareTiles;

/// <summary>A convolution of which only the rows are transformed.</summary>
[Network(Simd = SimdTiers.Vector256)]
[Input(6, 15, 13)]
[Conv2D(16, 5)]
public sealed partial class RowTiles;

/// <summary>A convolution that is summed directly.</summary>
[Network(Simd = SimdTiers.Vector256, Winograd = false)]
[Input(64, 23, 21)]
[Conv2D(16, 3, Padding = 1)]
public sealed partial class NoTiles;

/// <summary>One activation after the other.</summary>
[Network]
[Input(5)]
[ReLU] [ReLU6] [LeakyReLU] [ELU] [SELU] [Sigmoid] [Tanh] [SiLU] [HardSigmoid] [HardSwish] [GELU] [Mish] [Softplus]
public sealed partial class Activations;
