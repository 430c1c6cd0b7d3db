extern alias generator;

using System;
using System.Linq;
using System.Numerics;
using System.Threading.Tasks;
using NetGen.Tests.Numerics;

namespace NetGen.Tests.Parity;

using generator::NetGen.Generator.Graphs;
using Shape = generator::NetGen.Generator.Graphs.Shape;

/// <summary>
/// Computes a graph in double, layer by layer and each by its definition: what generated code is checked against. It knows nothing of
/// plans, fusion and layouts.
/// </summary>
/// <param name="weights">The weights of the network.</param>
/// <param name="inFloat">
/// Rounds every sum and every result to <see cref="float"/>: what a plain program in that precision gives, which tells how well a
/// network is conditioned.
/// </param>
internal sealed partial class Interpreter(IWeightSource weights, bool inFloat = false)
{
    private const double SeluScale = 1.0507009873554804934193349852946;
    private const double SeluAlpha = 1.6732632423543772848170429916717;

    /// <summary>The result of every layer, in the graph's order.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">The sample in NCHW order; of several inputs, one after the other.</param>
    public Map[] Run(Graph graph, float[] input)
    {
        Map[] inputs = InputsOf(graph, input);
        var results = new Map[graph.Layers.Count];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = Run(graph.Layers[i], [.. graph.Layers[i].Sources.Select(s => s < 0 ? inputs[Graph.InputOf(s)] : results[s])]);
        }

        return results;
    }

    /// <summary>The inputs that a sample holds, one after the other.</summary>
    public static Map[] InputsOf(Graph graph, float[] sample) => [.. graph.Inputs.Select((input, i) =>
        new Map(input.Shape, [.. sample.Skip(graph.InputOffset(i)).Take(input.Shape.Length).Select(v => (double)v)]))];

    /// <summary>The result of one layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="sources">What it takes.</param>
    public Map Run(Layer layer, Map[] sources)
    {
        Map result = Compute(layer, HasRange(layer) ? [ToIntegers(layer, sources[0])] : sources);
        for (int v = 0; v < result.Values.Length && inFloat; v++)
        {
            result.Values[v] = Round(result.Values[v]);
        }

        return result;
    }

    private double Round(double value) => inFloat ? (float)value : value;

    /// <summary>Whether a layer computes with integers; as long as no range is known it does not.</summary>
    private bool HasRange(Layer layer) => IntegerLayers.Contains(layer) && Read(layer, IntegerLayers.Range.Suffix) is [< 0, _] or [_, > 0];

    /// <summary>The values that the 128 integers can stand for, next to those of a map.</summary>
    private Map ToIntegers(Layer layer, Map x)
    {
        double[] range = Read(layer, IntegerLayers.Range.Suffix);
        double scale = (Math.Max(range[1], 0) - Math.Min(range[0], 0)) / 127;
        double zero = Math.Round(-Math.Min(range[0], 0) / scale);
        return new Map(x.Shape, [.. x.Values.Select(v =>
            scale * (Math.Clamp(Math.Floor(Round(Round(v * Round(1 / scale)) + zero + 0.5)), 0, 127) - zero))]);
    }

    /// <summary>The weights, rounded to 64ths of each filter's largest.</summary>
    private static double[] RoundWeights(double[] weights, int filters)
    {
        int length = weights.Length / filters;
        double[] largest = [.. Enumerable.Range(0, filters).Select(f => weights.AsSpan(f * length, length).ToArray().Max(Math.Abs))];
        return [.. weights.Select((w, i) => (float)w is var value && largest[i / length] > 0
            ? MathF.Round(value * (64 / (float)largest[i / length])) * largest[i / length] / 64
            : 0)];
    }

    private double[] Tensor(Layer layer, string suffix) => suffix == "weight" && HasRange(layer)
        ? RoundWeights(Read(layer, suffix), layer.Output.Channels)
        : Read(layer, suffix);

    private double[] Read(Layer layer, string suffix)
    {
        string name = layer.TensorName(suffix);
        Assume(weights.TryGetTensor(name, out TensorInfo? tensor), name);
        var values = new float[tensor!.Length];
        weights.Read(name, values);
        return [.. values.Select(v => (double)v)];
    }

    private Map Compute(Layer layer, Map[] sources)
    {
        Map x = sources[0];
        Map y = layer.Operation switch
        {
            ConvolutionOperation o => Convolution(layer, o, x),
            TransposedConvolutionOperation o => TransposedConvolution(layer, o, x),
            DenseOperation o => Dense(layer, o, x),
            RecurrentOperation o => Recurrent(layer, o, sources),
            PoolOperation o => Pool(layer.Output, o, x),
            GlobalPoolOperation o => GlobalPool(layer.Output, o, x),
            BatchNormOperation o => BatchNorm(layer, o, x),
            LocalResponseNormOperation o => LocalResponseNorm(o, x),
            ActivationOperation o => Activation(layer, o, x),
            SoftmaxOperation o => Softmax(o, x),
            FlattenOperation or IdentityOperation => new Map(layer.Output, [.. x.Values]),
            ZeroPadOperation o => Map.Of(layer.Output, (c, y, x0) => x.Padded(c, y - o.Padding.Top, x0 - o.Padding.Left)),
            CombineOperation o => Combine(layer.Output, o.Kind, sources),
            ElementwiseOperation o => Elementwise(layer, o, x),
            ParameterOperation => new Map(layer.Output, Tensor(layer, "")),
            MatMulOperation o => MatMul(layer.Output, o, sources[0], sources[1]),
            AttentionOperation o => Attention(layer.Output, o, sources),
            MultiheadAttentionOperation o => MultiheadAttention(layer, o, sources),
            ConcatOperation => new Map(layer.Output, [.. sources.SelectMany(s => s.Values)]),
            PixelNormalizationOperation o => PixelNormalization(layer, o, x),
            JoinOperation o => Join(layer.Output, o.Axis, sources),
            StridedSliceOperation o => Map.Of(layer.Output, (c, y, x0) => x[
                o.Starts[0] + (c * o.Steps[0]), o.Starts[1] + (y * o.Steps[1]), o.Starts[2] + (x0 * o.Steps[2])]),
            SliceOperation o => Map.Of(layer.Output, (c, y, x0) => x[o.Start + c, y, x0]),
            UpsampleOperation { Bilinear: false } o => Map.Of(layer.Output, (c, y, x0) => x[c, y / o.ScaleHeight, x0 / o.ScaleWidth]),
            UpsampleOperation o => Bilinear(layer.Output, o, x),
            ChannelShuffleOperation o => ChannelShuffle(o, x),
            PixelShuffleOperation o => PixelShuffle(layer.Output, o, x),
            ReshapeOperation => new Map(layer.Output, [.. x.Values]),
            PermuteOperation o => Permute(layer.Output, o, x),
            ReduceOperation o => Reduce(layer.Output, o, x),
            ResampleOperation o => Resample(layer.Output, o, x),
            _ => throw new NotSupportedException(layer.Kind),
        };
        Assume(y.Values.Length == layer.Output.Length, layer.Name);
        return y;
    }

    /// <summary>Each pixel less the mean of its channels, over their deviation.</summary>
    private Map PixelNormalization(Layer layer, PixelNormalizationOperation operation, Map x)
    {
        double[]? weight = operation.Affine ? Tensor(layer, "weight") : null;
        double[]? bias = operation.Affine ? Tensor(layer, "bias") : null;
        var y = new Map(layer.Output);
        for (int pixel = 0; pixel < x.Shape.Pixels; pixel++)
        {
            (int row, int column) = (pixel / x.Width, pixel % x.Width);
            double[] values = [.. Enumerable.Range(0, x.Channels).Select(c => x[c, row, column])];
            double mean = Round(values.Average());
            double variance = Round(values.Average(v => Round(Round(v - mean) * Round(v - mean))));
            double deviation = Round(Math.Sqrt(Round(variance + operation.Epsilon)));
            for (int c = 0; c < x.Channels; c++)
            {
                double normal = Round(Round(values[c] - mean) / deviation);
                y[c, row, column] = weight is null ? normal : Round(normal * weight[c]) + bias![c];
            }
        }

        return y;
    }

    /// <summary>Values one after the other, along the height or the width.</summary>
    private static Map Join(Shape shape, ImageAxes axis, Map[] sources)
    {
        var y = new Map(shape);
        int start = 0;
        foreach (Map source in sources)
        {
            (int top, int left) = axis == ImageAxes.Height ? (start, 0) : (0, start);
            for (int i = 0; i < source.Values.Length; i++)
            {
                (int c, int row, int column) = (i / source.Shape.Pixels, i % source.Shape.Pixels / source.Width, i % source.Width);
                y[c, top + row, left + column] = source.Values[i];
            }

            start += axis == ImageAxes.Height ? source.Height : source.Width;
        }

        return y;
    }

    private static void Assume(bool condition, string what)
    {
        if (!condition)
        {
            throw new InvalidOperationException($"The interpreter and the graph do not agree about {what}.");
        }
    }

    private Map Convolution(Layer layer, ConvolutionOperation convolution, Map x)
    {
        Window window = convolution.Window;
        int channels = x.Channels / convolution.Groups;
        int filtersPerGroup = convolution.Filters / convolution.Groups;
        double[] weight = Tensor(layer, "weight");
        double[]? bias = convolution.Bias ? Tensor(layer, "bias") : null;
        var y = new Map(layer.Output);
        Parallel.For(0, y.Channels * y.Height, index =>
        {
            (int filter, int row) = (index / y.Height, index % y.Height);
            Span<double> sums = y.Values.AsSpan(index * y.Width, y.Width);
            sums.Fill(bias?[filter] ?? 0);
            for (int c = 0; c < channels; c++)
            {
                for (int ky = 0; ky < window.KernelHeight; ky++)
                {
                    int inputRow = (row * window.StrideHeight) - window.Padding.Top + (ky * window.DilationHeight);
                    for (int kx = 0; kx < window.KernelWidth && inputRow >= 0 && inputRow < x.Height; kx++)
                    {
                        double k = weight[(((((filter * channels) + c) * window.KernelHeight) + ky) * window.KernelWidth) + kx];
                        int firstColumn = (kx * window.DilationWidth) - window.Padding.Left;
                        AddProducts(sums, x.Row((filter / filtersPerGroup * channels) + c, inputRow), k, firstColumn, window.StrideWidth);
                    }
                }
            }
        });
        return y;
    }

    /// <summary>Adds one tap's products to a row of sums, in the order in which a plain loop over taps would.</summary>
    /// <param name="sums">The sums.</param>
    /// <param name="x">A row of the input; there are zeros around it.</param>
    /// <param name="k">The tap's weight.</param>
    /// <param name="first">The column that the first sum takes.</param>
    /// <param name="stride">The columns from one sum's to the next's.</param>
    private void AddProducts(Span<double> sums, ReadOnlySpan<double> x, double k, int first, int stride)
    {
        int from = first >= 0 ? 0 : (stride - 1 - first) / stride;
        int to = Math.Min(sums.Length, (x.Length - first + stride - 1) / stride);
        int column = from;
        if (stride == 1 && !inFloat)
        {
            for (; column + Vector<double>.Count <= to; column += Vector<double>.Count)
            {
                Span<double> some = sums[column..];
                (new Vector<double>(some) + (k * new Vector<double>(x[(column + first)..]))).CopyTo(some);
            }
        }

        for (; column < to; column++)
        {
            sums[column] = Round(sums[column] + (k * x[(column * stride) + first]));
        }
    }

    /// <summary>Every input pixel adds a kernel's worth of values to the output.</summary>
    private Map TransposedConvolution(Layer layer, TransposedConvolutionOperation convolution, Map x)
    {
        Window window = convolution.Window;
        int channels = x.Channels / convolution.Groups;
        int filters = convolution.Filters / convolution.Groups;
        double[] weight = Tensor(layer, "weight");
        double[]? bias = convolution.Bias ? Tensor(layer, "bias") : null;
        Map y = Map.Of(layer.Output, (filter, _, _) => bias?[filter] ?? 0);
        for (int c = 0; c < x.Channels; c++)
        {
            for (int row = 0; row < x.Height; row++)
            {
                for (int column = 0; column < x.Width; column++)
                {
                    for (int f = 0; f < filters; f++)
                    {
                        for (int ky = 0; ky < window.KernelHeight; ky++)
                        {
                            for (int kx = 0; kx < window.KernelWidth; kx++)
                            {
                                double k = weight[(((((c * filters) + f) * window.KernelHeight) + ky) * window.KernelWidth) + kx];
                                int filter = (c / channels * filters) + f;
                                int outputRow = (row * window.StrideHeight) - window.Padding.Top + (ky * window.DilationHeight);
                                int outputColumn = (column * window.StrideWidth) - window.Padding.Left + (kx * window.DilationWidth);
                                if (y.Contains(outputRow, outputColumn))
                                {
                                    y[filter, outputRow, outputColumn] = Round(y[filter, outputRow, outputColumn] + (k * x[c, row, column]));
                                }
                            }
                        }
                    }
                }
            }
        }

        return y;
    }

    private Map Dense(Layer layer, DenseOperation dense, Map x)
    {
        double[] weight = Tensor(layer, "weight");
        double[]? bias = dense.Bias ? Tensor(layer, "bias") : null;
        return Map.Of(layer.Output, (unit, _, _) =>
        {
            double sum = bias?[unit] ?? 0;
            for (int i = 0; i < x.Values.Length; i++)
            {
                sum = Round(sum + (weight[(unit * x.Values.Length) + i] * x.Values[i]));
            }

            return sum;
        });
    }

    /// <summary>As PyTorch: a window takes what of it lies in the map; a mean with the padding counted divides by what lies in the padded map.</summary>
    private Map Pool(Shape output, PoolOperation pool, Map x)
    {
        Window window = pool.Window;
        return Map.Of(output, (c, row, column) =>
        {
            (double max, double sum, int padded, int taken) = (double.NegativeInfinity, 0, 0, 0);
            for (int ky = 0; ky < window.KernelHeight; ky++)
            {
                int y = (row * window.StrideHeight) - window.Padding.Top + (ky * window.DilationHeight);
                for (int kx = 0; kx < window.KernelWidth; kx++)
                {
                    int x0 = (column * window.StrideWidth) - window.Padding.Left + (kx * window.DilationWidth);
                    padded += y < x.Height + window.Padding.Bottom && x0 < x.Width + window.Padding.Right ? 1 : 0;
                    if (x.Contains(y, x0))
                    {
                        max = Math.Max(max, x[c, y, x0]);
                        sum = Round(sum + x[c, y, x0]);
                        taken++;
                    }
                }
            }

            return pool.Kind == PoolKind.Max ? max : sum / (pool.CountIncludePad ? padded : taken);
        });
    }

    private Map GlobalPool(Shape output, GlobalPoolOperation pool, Map x) => Map.Of(output, (c, _, _) =>
    {
        double max = double.NegativeInfinity;
        double sum = 0;
        for (int y = 0; y < x.Height; y++)
        {
            for (int x0 = 0; x0 < x.Width; x0++)
            {
                max = Math.Max(max, x[c, y, x0]);
                sum = Round(sum + x[c, y, x0]);
            }
        }

        return pool.Kind == PoolKind.Max ? max : sum / (x.Height * x.Width);
    });

    private Map BatchNorm(Layer layer, BatchNormOperation norm, Map x)
    {
        double[] mean = Tensor(layer, "running_mean");
        double[] variance = Tensor(layer, "running_var");
        double[]? weight = norm.Affine ? Tensor(layer, "weight") : null;
        double[]? bias = norm.Affine ? Tensor(layer, "bias") : null;
        return Map.Of(x.Shape, (c, y, x0) =>
            ((x[c, y, x0] - mean[c]) / Math.Sqrt(variance[c] + norm.Epsilon) * (weight?[c] ?? 1)) + (bias?[c] ?? 0));
    }

    /// <summary>The window of an even size reaches one channel further down than up, as in PyTorch.</summary>
    private Map LocalResponseNorm(LocalResponseNormOperation norm, Map x) => Map.Of(x.Shape, (c, y, x0) =>
    {
        double sum = 0;
        for (int i = 0; i < norm.Size; i++)
        {
            int channel = c - (norm.Size / 2) + i;
            double value = channel >= 0 && channel < x.Channels ? x[channel, y, x0] : 0;
            sum = Round(sum + (value * value));
        }

        return x[c, y, x0] / Math.Pow(norm.K + (norm.Alpha * sum / norm.Size), norm.Beta);
    });

    private Map Activation(Layer layer, ActivationOperation activation, Map x)
    {
        double[]? slopes = activation.Function == ActivationFunction.PReLU ? Tensor(layer, "weight") : null;
        return Map.Of(x.Shape, (c, y, x0) =>
        {
            double v = x[c, y, x0];
            return activation.Function switch
            {
                ActivationFunction.ReLU => Math.Max(v, 0),
                ActivationFunction.ReLU6 => Math.Min(Math.Max(v, 0), 6),
                ActivationFunction.LeakyReLU => v >= 0 ? v : activation.Constants[0] * v,
                ActivationFunction.PReLU => v >= 0 ? v : slopes![activation.PerChannel ? c : 0] * v,
                ActivationFunction.ELU => ELU(v, activation.Constants[0]),
                ActivationFunction.SELU => SeluScale * ELU(v, SeluAlpha),
                ActivationFunction.Sigmoid => Reference.Sigmoid(v),
                ActivationFunction.Tanh => Math.Tanh(v),
                ActivationFunction.SiLU => Reference.SiLU(v),
                ActivationFunction.HardSigmoid => HardSigmoid(v),
                ActivationFunction.HardSwish => v * HardSigmoid(v),
                ActivationFunction.GELU => Reference.GELU(v),
                ActivationFunction.GELUTanh => Reference.GELUTanh(v),
                ActivationFunction.Mish => Reference.Mish(v),
                ActivationFunction.Softplus => Softplus(v, activation.Constants[0], activation.Constants[1]),
                >= ActivationFunction.Greater and <= ActivationFunction.NotEqual =>
                    Combine(CombineKind.Greater + (activation.Function - ActivationFunction.Greater), v, (float)activation.Constants[0]),
                ActivationFunction.Not => v == 0 ? 1 : 0,
                _ => Function(activation, v),
            };
        });
    }

    private static double ELU(double x, double alpha) => x > 0 ? x : alpha * Reference.ExpMinusOne(x);

    private static double HardSigmoid(double x) => Math.Min(Math.Max((x / 6) + 0.5, 0), 1);

    private static double Softplus(double x, double beta, double threshold) =>
        beta * x > threshold ? x : Reference.Softplus(beta * x) / beta;

    private Map Softmax(SoftmaxOperation softmax, Map x) => Map.Of(x.Shape, (c, y, x0) =>
    {
        double max = double.NegativeInfinity;
        for (int i = 0; i < x.Channels; i++)
        {
            max = Math.Max(max, x[i, y, x0]);
        }

        double sum = 0;
        for (int i = 0; i < x.Channels; i++)
        {
            sum = Round(sum + Math.Exp(x[i, y, x0] - max));
        }

        return softmax.Logarithm ? x[c, y, x0] - max - Math.Log(sum) : Math.Exp(x[c, y, x0] - max) / sum;
    });

    /// <summary>A side of 1 stands for all of another's.</summary>
    private Map Combine(Shape output, CombineKind kind, Map[] sources) => Map.Of(output, (c, y, x) =>
    {
        double[] values = [.. sources.Select(s => s[Math.Min(c, s.Channels - 1), Math.Min(y, s.Height - 1), Math.Min(x, s.Width - 1)])];
        return kind == CombineKind.Where
            ? values[0] != 0 ? values[1] : values[2]
            : values.Skip(1).Aggregate(values[0], (a, b) => Round(Combine(kind, a, b)));
    });

    private Map Elementwise(Layer layer, ElementwiseOperation elementwise, Map x)
    {
        var weight = new Map(elementwise.Parameter, Tensor(layer, "weight"));
        return Combine(layer.Output, elementwise.Kind, elementwise.Reversed ? [weight, x] : [x, weight]);
    }

    private static double Combine(CombineKind kind, double a, double b)
    {
        return kind switch
        {
            CombineKind.Add => a + b,
            CombineKind.Multiply => a * b,
            CombineKind.Subtract => a - b,
            CombineKind.Divide => a / b,
            CombineKind.Maximum => Math.Max(a, b),
            CombineKind.Minimum => Math.Min(a, b),
            CombineKind.Greater => Truth(a > b),
            CombineKind.Less => Truth(a < b),
            CombineKind.GreaterOrEqual => Truth(a >= b),
            CombineKind.LessOrEqual => Truth(a <= b),
            CombineKind.Equal => Truth(a == b),
            CombineKind.NotEqual => Truth(a != b),
            CombineKind.And => Truth(a != 0 && b != 0),
            CombineKind.Or => Truth(a != 0 || b != 0),
            CombineKind.Xor => Truth(a != 0 ^ b != 0),
            _ => throw new NotSupportedException(kind.ToString()),
        };

        static double Truth(bool value) => value ? 1 : 0;
    }

    private static Map Bilinear(Shape output, UpsampleOperation upsample, Map x) => Map.Of(output, (c, row, column) =>
    {
        (int top, int bottom, double down) = Between(row, x.Height, output.Height, upsample.ScaleHeight, upsample.AlignCorners);
        (int left, int right, double across) = Between(column, x.Width, output.Width, upsample.ScaleWidth, upsample.AlignCorners);
        double upper = ((1 - across) * x[c, top, left]) + (across * x[c, top, right]);
        double lower = ((1 - across) * x[c, bottom, left]) + (across * x[c, bottom, right]);
        return ((1 - down) * upper) + (down * lower);
    });

    /// <summary>The two rows or columns that an output lies between, and how far it is on its way to the second.</summary>
    private static (int Before, int After, double Share) Between(int index, int input, int output, int scale, bool alignCorners)
    {
        double position = alignCorners
            ? index * (output > 1 ? (input - 1.0) / (output - 1) : 0)
            : Math.Max(0, ((index + 0.5) / scale) - 0.5);
        int before = (int)position;
        return (before, Math.Min(before + 1, input - 1), position - before);
    }

    private static Map ChannelShuffle(ChannelShuffleOperation shuffle, Map x)
    {
        int perGroup = x.Channels / shuffle.Groups;
        return Map.Of(x.Shape, (c, y, x0) => x[(c % shuffle.Groups * perGroup) + (c / shuffle.Groups), y, x0]);
    }

    private static Map PixelShuffle(Shape output, PixelShuffleOperation shuffle, Map x)
    {
        int r = shuffle.Factor;
        return Map.Of(output, (c, y, x0) => x[(((c * r) + (y % r)) * r) + (x0 % r), y / r, x0 / r]);
    }
}
