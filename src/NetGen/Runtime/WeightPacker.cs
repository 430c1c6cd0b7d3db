using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Threading.Tasks;

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

    /// <summary>Writes the scale of each channel that a batch normalization comes to, and, behind it, the shift.</summary>
    /// <param name="offset">Where to write.</param>
    /// <param name="stride">The floats from the scales to the shifts.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="epsilon">The ε of the variance.</param>
    /// <param name="affine">Whether the layer has a weight and a bias.</param>
    public void BatchNorm(int offset, int stride, string name, int channels, double epsilon, bool affine)
    {
        (double[] scale, double[] shift) = ReadBatchNorm(name, channels, epsilon, affine);
        for (int c = 0; c < channels; c++)
        {
            Memory.Span[offset + c] = (float)scale[c];
            Memory.Span[offset + stride + c] = (float)shift[c];
        }
    }

    internal float[] Read(string tensor, int count)
    {
        var values = new float[count];
        source.Read(tensor, values);
        return values;
    }

    /// <summary>Whether the source gives a tensor's values without a copy.</summary>
    internal bool HoldsValues(string tensor) => source.TryGetValues(tensor, out _);

    /// <summary>The values of such a tensor.</summary>
    internal ReadOnlySpan<float> Values(string tensor)
    {
        _ = source.TryGetValues(tensor, out ReadOnlySpan<float> values);
        return values;
    }

    internal (double[] Scale, double[] Shift) ReadBatchNorm(string name, int channels, double epsilon, bool affine)
    {
        float[] mean = Read(name + ".running_mean", channels);
        float[] variance = Read(name + ".running_var", channels);
        float[]? weight = affine ? Read(name + ".weight", channels) : null;
        float[]? bias = affine ? Read(name + ".bias", channels) : null;
        var scale = new double[channels];
        var shift = new double[channels];
        for (int c = 0; c < channels; c++)
        {
            scale[c] = (weight?[c] ?? 1.0) / Math.Sqrt(variance[c] + epsilon);
            shift[c] = (bias?[c] ?? 0.0) - (mean[c] * scale[c]);
        }

        return (scale, shift);
    }
}

/// <summary>The filters of one layer on their way into packed memory. Used by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class FilterPacker
{
    private readonly WeightPacker packer;
    private readonly string weight;
    private readonly int filters;
    private readonly int channels;
    private readonly int taps;
    private readonly double[] scale;
    private readonly double[] bias;
    private readonly float[]? values;
    private readonly List<float[]> head = [];

    internal FilterPacker(WeightPacker packer, string weight, int filters, int channels, int taps, float[]? values)
    {
        this.packer = packer;
        this.values = values;
        this.weight = weight;
        this.filters = filters;
        this.channels = channels;
        this.taps = taps;
        scale = new double[filters];
        Array.Fill(scale, 1.0);
        bias = new double[filters];
    }

    /// <summary>Adds the layer's bias.</summary>
    /// <param name="tensor">The tensor's name.</param>
    public FilterPacker Bias(string tensor)
    {
        float[] values = packer.Read(tensor, filters);
        for (int f = 0; f < filters; f++)
        {
            bias[f] += values[f];
        }

        return this;
    }

    /// <summary>Folds a batch normalization of the filters' outputs into their weights and biases.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="epsilon">The ε of the variance.</param>
    /// <param name="affine">Whether the layer has a weight and a bias.</param>
    public FilterPacker Fold(string name, double epsilon, bool affine)
    {
        (double[] gain, double[] shift) = packer.ReadBatchNorm(name, filters, epsilon, affine);
        for (int f = 0; f < filters; f++)
        {
            scale[f] *= gain[f];
            bias[f] = (bias[f] * gain[f]) + shift[f];
        }

        return this;
    }

    /// <summary>Adds the slopes of a PReLU to the head.</summary>
    /// <param name="tensor">The tensor's name.</param>
    /// <param name="perChannel">Whether it has a value for each filter.</param>
    public FilterPacker Slope(string tensor, bool perChannel)
    {
        float[] values = packer.Read(tensor, perChannel ? filters : 1);
        if (!perChannel)
        {
            float slope = values[0];
            values = new float[filters];
            Array.Fill(values, slope);
        }

        head.Add(values);
        return this;
    }

    /// <summary>Adds the scales and shifts of a batch normalization to the head, where it cannot be folded.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="epsilon">The ε of the variance.</param>
    /// <param name="affine">Whether the layer has a weight and a bias.</param>
    public FilterPacker ScaleAndShift(string name, double epsilon, bool affine)
    {
        (double[] gain, double[] shift) = packer.ReadBatchNorm(name, filters, epsilon, affine);
        head.Add(Array.ConvertAll(gain, v => (float)v));
        head.Add(Array.ConvertAll(shift, v => (float)v));
        return this;
    }

    /// <summary>Writes the filters.</summary>
    /// <param name="offset">Where to write.</param>
    /// <param name="groups">The groups that the filters are split into.</param>
    /// <param name="groupLength">The floats from a group to the next.</param>
    /// <param name="tileLanes">The lanes of a full tile of filters.</param>
    /// <param name="lanes">The lanes of all tiles of a group: its filters, rounded up to whole vectors.</param>
    /// <param name="channelsFirst">Whether a kernel runs over channels before positions, as it does on a planar image.</param>
    public void Write(int offset, int groups, int groupLength, int tileLanes, int lanes, bool channelsFirst)
    {
        int filtersPerGroup = filters / groups;
        int tiles = (lanes + tileLanes - 1) / tileLanes;
        int inputs = channels * taps;
        int filterLength = head.Count + 1 + inputs;

        // PyTorch runs over channels before positions; null where that is the kernel's order too.
        int[]? order = null;
        if (!channelsFirst && channels > 1 && taps > 1)
        {
            order = new int[inputs];
            for (int i = 0; i < inputs; i++)
            {
                order[i] = (i % channels * taps) + (i / channels);
            }
        }

        // Below a million weights the threads cost more than they save.
        bool parallel = (long)filters * inputs > 1 << 20;
        float[]? copy = values is not null ? values : packer.HoldsValues(weight) ? null : packer.Read(weight, filters * inputs);
        if (parallel)
        {
            Parallel.For(0, groups * tiles, WriteTile);
        }
        else
        {
            for (int i = 0; i < groups * tiles; i++)
            {
                WriteTile(i);
            }
        }

        void WriteTile(int index)
        {
            int group = index / tiles;
            int first = index % tiles * tileLanes;
            int width = Math.Min(tileLanes, lanes - first);
            int count = Math.Min(width, filtersPerGroup - first);
            int filter = (group * filtersPerGroup) + first;
            Span<float> target = packer.Memory.Span.Slice(offset + (group * groupLength) + (first * filterLength), width * filterLength);
            WriteHead(target, width, filter, count);

            ReadOnlySpan<float> rows = (copy is null ? packer.Values(weight) : copy).Slice(filter * inputs, count * inputs);
            WriteTaps(target[((head.Count + 1) * width)..], rows, width, count, filter);
        }

        void WriteTaps(Span<float> target, ReadOnlySpan<float> rows, int width, int count, int filter)
        {
            // In blocks of taps, so that the lanes of a block are written while it is in the first-level cache.
            const int block = 64;
            for (int from = 0; from < inputs; from += block)
            {
                int to = Math.Min(from + block, inputs);
                for (int l = 0; l < count; l++)
                {
                    double gain = scale[filter + l];
                    ReadOnlySpan<float> row = rows.Slice(l * inputs, inputs);
                    for (int i = from; i < to; i++)
                    {
                        target[(i * width) + l] = (float)(row[order is null ? i : order[i]] * gain);
                    }
                }
            }
        }
    }

    /// <summary>Writes the head, and the filters transformed for Winograd's algorithm: <c>[plane][filter tile][channel][lanes]</c>.</summary>
    /// <param name="offset">Where to write.</param>
    /// <param name="outputs">The outputs of a tile in each direction.</param>
    /// <param name="kernel">The kernel's height and width.</param>
    /// <param name="headStride">The floats from a row of the head to the next.</param>
    /// <param name="tileLanes">The lanes of a full tile of filters.</param>
    /// <param name="lanes">The lanes of all tiles: the filters, rounded up to whole vectors.</param>
    /// <param name="planeLength">The floats from a plane to the next.</param>
    public void WriteWinograd(int offset, int outputs, int kernel, int headStride, int tileLanes, int lanes, int planeLength)
    {
        WriteHead(packer.Memory.Span.Slice(offset, (head.Count + 1) * headStride), headStride, 0, filters);
        var transform = new WinogradFilters(outputs, kernel);
        int planes = offset + ((head.Count + 1) * headStride);
        float[]? copy = packer.HoldsValues(weight) ? null : packer.Read(weight, filters * channels * taps);

        // Filters of one tile lie next to each other; a thread takes some of them, so that no two write the same cache line often.
        Parallel.For(0, (lanes + tileLanes - 1) / tileLanes, tile =>
        {
            int first = tile * tileLanes;
            int width = Math.Min(tileLanes, lanes - first);
            int count = Math.Min(width, filters - first);
            ReadOnlySpan<float> kernels = copy is null ? packer.Values(weight) : copy;
            Span<float> target = packer.Memory.Span[(planes + (first * channels))..];
            for (int c = 0; c < channels; c++)
            {
                for (int l = 0; l < count; l++)
                {
                    int filter = first + l;
                    transform.Write(
                        kernels.Slice(((filter * channels) + c) * taps, taps), scale[filter], target[((c * width) + l)..], planeLength);
                }
            }
        });
    }

    private void WriteHead(Span<float> target, int stride, int filter, int count)
    {
        for (int l = 0; l < count; l++)
        {
            target[l] = (float)bias[filter + l];
            for (int h = 0; h < head.Count; h++)
            {
                target[((h + 1) * stride) + l] = head[h][filter + l];
            }
        }
    }
}
