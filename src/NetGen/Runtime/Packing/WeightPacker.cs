using System;
using System.ComponentModel;
using NetGen.Shared;

namespace NetGen.Runtime;

/// <summary>
/// Lays weights out as a tier's kernels read them: <c>[group][filter tile][head][taps][lanes]</c>, where the head is the bias and
/// what an epilogue needs for each filter. Used by generated code.
/// </summary>
/// <param name="source">The weights, already checked against the network.</param>
/// <param name="length">The floats that all layers take together.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class WeightPacker(IWeightSource source, int length)
{
    /// <summary>The packed weights.</summary>
    public AlignedMemory Memory { get; } = new(length);

    /// <summary>Starts on the filters of a convolution or dense layer.</summary>
    /// <param name="weight">The tensor's name; its shape is [filters, channels, taps], with the channels of one group.</param>
    /// <param name="filters">The filters of all groups.</param>
    /// <param name="channels">The channels of one group.</param>
    /// <param name="taps">The positions of the kernel.</param>
    public FilterPacker Filters(string weight, int filters, int channels, int taps) =>
        new(this, weight, filters, channels, taps, null);

    /// <summary>Starts on the filters of one phase of a transposed convolution.</summary>
    /// <param name="weight">The tensor's name; its shape is [channels of all groups, filters of one, kernelHeight, kernelWidth].</param>
    /// <param name="filters">The filters of all groups.</param>
    /// <param name="channels">The channels of one group.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="kernelHeight">The kernel's height.</param>
    /// <param name="kernelWidth">The kernel's width.</param>
    /// <param name="firstRow">The first row of the kernel that the phase uses.</param>
    /// <param name="rowStep">The distance to the next.</param>
    /// <param name="rows">The number of rows that it uses.</param>
    /// <param name="firstColumn">The first column of the kernel that the phase uses.</param>
    /// <param name="columnStep">The distance to the next.</param>
    /// <param name="columns">The number of columns that it uses.</param>
    public FilterPacker TransposedFilters(
        string weight,
        int filters,
        int channels,
        int groups,
        int kernelHeight,
        int kernelWidth,
        int firstRow,
        int rowStep,
        int rows,
        int firstColumn,
        int columnStep,
        int columns)
    {
        int filtersPerGroup = filters / groups;
        float[] all = Read(weight, channels * groups * filtersPerGroup * kernelHeight * kernelWidth);
        var used = new float[filters * channels * rows * columns];
        int next = 0;
        for (int f = 0; f < filters; f++)
        {
            for (int c = 0; c < channels; c++)
            {
                int channel = (f / filtersPerGroup * channels) + c;
                int kernel = ((channel * filtersPerGroup) + (f % filtersPerGroup)) * kernelHeight * kernelWidth;
                for (int y = 0; y < rows; y++)
                {
                    for (int x = 0; x < columns; x++)
                    {
                        used[next++] = all[kernel + ((firstRow + (y * rowStep)) * kernelWidth) + firstColumn + (x * columnStep)];
                    }
                }
            }
        }

        return new FilterPacker(this, weight, filters, channels, rows * columns, used);
    }

    /// <summary>Writes one value for each channel, and zero for the channels that only fill a vector up.</summary>
    /// <param name="offset">Where to write.</param>
    /// <param name="tensor">The tensor's name; a single value stands for all channels.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="perChannel">Whether the tensor has a value for each channel.</param>
    public void Channels(int offset, string tensor, int channels, bool perChannel)
    {
        float[] values = Read(tensor, perChannel ? channels : 1);
        for (int c = 0; c < channels; c++)
        {
            Memory.Span[offset + c] = values[perChannel ? c : 0];
        }
    }

    /// <summary>Writes a map of channels × pixels, pixel by pixel.</summary>
    /// <param name="offset">Where to write.</param>
    /// <param name="tensor">The tensor's name.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="pixels">The pixels.</param>
    /// <param name="stride">The floats from a pixel to the next.</param>
    public void Map(int offset, string tensor, int channels, int pixels, int stride)
    {
        float[] values = Read(tensor, channels * pixels);
        for (int p = 0; p < pixels; p++)
        {
            for (int c = 0; c < channels; c++)
            {
                Memory.Span[offset + (p * stride) + c] = values[(c * pixels) + p];
            }
        }
    }

    /// <summary>Writes what a recurrent layer's hidden state is multiplied with, as <see cref="RecurrentLayout"/> says.</summary>
    /// <param name="offset">Where to write.</param>
    /// <param name="weight">The tensor's name; its shape is [gates · hidden, hidden].</param>
    /// <param name="bias">The name of the tensor of the biases, [gates · hidden]; null where there are none.</param>
    /// <param name="gates">The gates.</param>
    /// <param name="hidden">The units of the state.</param>
    /// <param name="tileLanes">The lanes of a full tile; the last one may have less.</param>
    /// <param name="lanes">The lanes of all tiles.</param>
    public void Recurrent(int offset, string weight, string? bias, int gates, int hidden, int tileLanes, int lanes)
    {
        var layout = new RecurrentLayout(bias is not null, gates, hidden);
        float[] weights = Read(weight, gates * hidden * hidden);
        float[] biases = bias is null ? [] : Read(bias, gates * hidden);
        for (int unit = 0; unit < hidden; unit++)
        {
            int first = unit / tileLanes * tileLanes;
            int width = Math.Min(tileLanes, lanes - first);
            Span<float> tile = Memory.Span[(offset + layout.OffsetOf(first))..];
            for (int gate = 0; gate < gates; gate++)
            {
                int row = (gate * hidden) + unit;
                if (bias is not null)
                {
                    tile[(gate * width) + unit - first] = biases[row];
                }

                for (int j = 0; j < hidden; j++)
                {
                    tile[((layout.RowOf(j) + gate) * width) + unit - first] = weights[(row * hidden) + j];
                }
            }
        }
    }

    /// <summary>Writes the mean of each channel that a batch normalization takes away, and, after them, the scale and the bias.</summary>
    /// <param name="offset">Where to write.</param>
    /// <param name="stride">The floats from the means to the scales, and from those to the biases.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="epsilon">The ε of the variance.</param>
    /// <param name="affine">Whether the layer has a weight and a bias.</param>
    public void BatchNorm(int offset, int stride, string name, int channels, double epsilon, bool affine)
    {
        (float[] mean, double[] scale, float[] bias) = ReadBatchNorm(name, channels, epsilon, affine);
        for (int c = 0; c < channels; c++)
        {
            Memory.Span[offset + c] = mean[c];
            Memory.Span[offset + stride + c] = (float)scale[c];
            Memory.Span[offset + (2 * stride) + c] = bias[c];
        }
    }

    /// <summary>Writes what turns values into integers, each number in all lanes of a vector: what they are multiplied with, and what is added.</summary>
    /// <param name="offset">Where to write.</param>
    /// <param name="range">The tensor that holds the values' range.</param>
    public void Quantization(int offset, string range)
    {
        Quantization quantization = ReadQuantization(range);
        Memory.Span.Slice(offset, VectorLimits.MostLanes).Fill(quantization.Inverse);
        Memory.Span.Slice(offset + VectorLimits.MostLanes, VectorLimits.MostLanes).Fill(quantization.Shift);
    }

    /// <summary>Writes the word of four integers that stand for zero.</summary>
    /// <param name="offset">Where to write.</param>
    /// <param name="range">The tensor that holds the values' range.</param>
    public void ZeroPoint(int offset, string range) =>
        Memory.Span[offset] = BitConverter.Int32BitsToSingle(ReadQuantization(range).ZeroPoint * 0x01010101);

    internal Quantization ReadQuantization(string range)
    {
        float[] values = Read(range, 2);
        return Runtime.Quantization.Of(values[0], values[1]);
    }

    internal float[] Read(string tensor, int count)
    {
        var values = new float[count];
        source.Read(tensor, values);
        return values;
    }

    /// <summary>A tensor of which several threads take parts.</summary>
    /// <param name="tensor">The tensor's name.</param>
    /// <param name="count">Its values.</param>
    internal TensorParts Parts(string tensor, int count) => new(source, tensor, count);

    internal (float[] Mean, double[] Scale, float[] Bias) ReadBatchNorm(string name, int channels, double epsilon, bool affine)
    {
        float[] mean = Read($"{name}.{TensorSuffixes.RunningMean}", channels);
        float[] variance = Read($"{name}.{TensorSuffixes.RunningVariance}", channels);
        float[]? weight = affine ? Read($"{name}.{TensorSuffixes.Weight}", channels) : null;
        float[] bias = affine ? Read($"{name}.{TensorSuffixes.Bias}", channels) : new float[channels];
        var scale = new double[channels];
        for (int c = 0; c < channels; c++)
        {
            scale[c] = (weight?[c] ?? 1.0) / Math.Sqrt(variance[c] + epsilon);
        }

        return (mean, scale, bias);
    }
}
