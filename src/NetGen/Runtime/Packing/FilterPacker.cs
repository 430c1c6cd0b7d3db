using System;
using System.Buffers;
using System.Collections.Generic;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NetGen.Shared;

namespace NetGen.Runtime;

/// <summary>The filters of one layer on their way into packed memory. Used by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class FilterPacker
{
    /// <summary>The taps that are transposed at a time.</summary>
    private const int TapBlock = 64;

    private readonly WeightPacker packer;
    private readonly string weight;
    private readonly int filters;
    private readonly int channels;
    private int taps;
    private readonly double[] scale;
    private readonly double[] bias;
    private float[]? values;
    private readonly List<float[]> head = [];
    private bool isScaled;

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

    /// <summary>Keeps some of the kernel's taps: those of a stretch of its rows and of its columns.</summary>
    /// <param name="kernelWidth">The kernel's columns.</param>
    /// <param name="firstRow">The first row.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="firstColumn">The first column.</param>
    /// <param name="columns">The number of columns.</param>
    public FilterPacker Taps(int kernelWidth, int firstRow, int rows, int firstColumn, int columns)
    {
        ReadOnlySpan<float> all = packer.Read(weight, filters * channels * taps);
        var kept = new float[filters * channels * rows * columns];
        int next = 0;
        for (int kernel = 0; kernel < filters * channels; kernel++)
        {
            for (int row = firstRow; row < firstRow + rows; row++)
            {
                all.Slice((kernel * taps) + (row * kernelWidth) + firstColumn, columns).CopyTo(kept.AsSpan(next));
                next += columns;
            }
        }

        values = kept;
        taps = rows * columns;
        return this;
    }

    /// <summary>Takes the filters from a tensor of more.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="all">How many the tensor has.</param>
    public FilterPacker Part(int first, int all)
    {
        int each = channels * taps;
        values = packer.Read(weight, all * each).AsSpan(first * each, filters * each).ToArray();
        return this;
    }

    /// <summary>Adds the layer's bias.</summary>
    /// <param name="tensor">The tensor's name.</param>
    public FilterPacker Bias(string tensor) => Bias(tensor, 0, filters);

    /// <summary>Adds the layer's bias, from a tensor of more values.</summary>
    /// <param name="tensor">The tensor's name.</param>
    /// <param name="first">The first filter's.</param>
    /// <param name="all">How many the tensor has.</param>
    public FilterPacker Bias(string tensor, int first, int all)
    {
        float[] values = packer.Read(tensor, all);
        for (int f = 0; f < filters; f++)
        {
            bias[f] += values[first + f];
        }

        return this;
    }

    /// <summary>Folds a batch normalization of the filters' outputs into their weights and biases.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="epsilon">The ε of the variance.</param>
    /// <param name="affine">Whether the layer has a weight and a bias.</param>
    public FilterPacker Fold(string name, double epsilon, bool affine)
    {
        isScaled = true;
        (float[] mean, double[] gain, float[] shift) = packer.ReadBatchNorm(name, filters, epsilon, affine);
        for (int f = 0; f < filters; f++)
        {
            scale[f] *= gain[f];
            bias[f] = ((bias[f] - mean[f]) * gain[f]) + shift[f];
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

    /// <summary>Adds the means, scales and biases of a batch normalization to the head, where it cannot be folded.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="epsilon">The ε of the variance.</param>
    /// <param name="affine">Whether the layer has a weight and a bias.</param>
    public FilterPacker BatchNorm(string name, double epsilon, bool affine)
    {
        (float[] mean, double[] gain, float[] shift) = packer.ReadBatchNorm(name, filters, epsilon, affine);
        head.AddRange([mean, Array.ConvertAll(gain, v => (float)v), shift]);
        return this;
    }

    /// <summary>Adds what turns the results into integers to the head: what they are multiplied with, and what is added.</summary>
    /// <param name="range">The tensor that holds the results' range.</param>
    public FilterPacker Quantize(string range)
    {
        Quantization quantization = packer.ReadQuantization(range);
        AddRow(quantization.Inverse);
        AddRow(quantization.Shift);
        return this;
    }

    /// <summary>Adds what turns a residual connection's integers into values to the head: what they are multiplied with, and what is added.</summary>
    /// <param name="range">The tensor that holds the values' range.</param>
    public FilterPacker Dequantize(string range)
    {
        Quantization quantization = packer.ReadQuantization(range);
        AddRow((float)quantization.Scale);
        AddRow((float)(-quantization.Scale * quantization.ZeroPoint));
        return this;
    }

    private void AddRow(float value)
    {
        var row = new float[filters];
        Array.Fill(row, value);
        head.Add(row);
    }

    /// <summary>Writes the filters.</summary>
    /// <param name="offset">Where to write.</param>
    /// <param name="groups">The groups that the filters are split into.</param>
    /// <param name="groupLength">The floats from a group to the next.</param>
    /// <param name="tileLanes">The lanes of a full tile of filters.</param>
    /// <param name="lanes">The lanes of all tiles of a group: its filters, rounded up to whole vectors.</param>
    /// <param name="channelsFirst">Whether a kernel runs over channels before positions, as it does on a planar image.</param>
    /// <param name="storage">How the weights lie in memory.</param>
    public void Write(
        int offset, int groups, int groupLength, int tileLanes, int lanes, bool channelsFirst, WeightStorage storage = WeightStorage.Float32)
    {
        int bits = storage switch { WeightStorage.Int8 => 8, WeightStorage.BFloat16 => 16, _ => 32 };
        FilterLayout layout = LayoutOf(FilterLayout.WordsOf(channels * taps, bits), lanes, tileLanes, groupLength, isScaled: storage == WeightStorage.Int8);
        WriteTiles(offset, groups, layout, (tile, taps, rows) =>
        {
            if (storage == WeightStorage.Float32)
            {
                WriteTaps(taps, rows, tile.Width, tile.Filter, tile.Count, channelsFirst);
                return;
            }

            float[] rented = RentTaps(tile, rows, channelsFirst, out Span<float> values);
            Span<uint> words = MemoryMarshal.Cast<float, uint>(taps);
            if (storage == WeightStorage.BFloat16)
            {
                SmallWeights.ToBFloat16(values, words, tile.Width);
            }
            else
            {
                SmallWeights.ToInt8(values, words, tile.Width, tile.Row(FilterLayout.ScaleRow));
            }

            ArrayPool<float>.Shared.Return(rented);
        });
    }

    /// <summary>Writes the filters as integers: words of four channels, the head's bias corrected for the zero point of what they are multiplied with.</summary>
    /// <param name="offset">Where to write.</param>
    /// <param name="groups">The groups that the filters are split into.</param>
    /// <param name="groupLength">The floats from a group to the next.</param>
    /// <param name="tileLanes">The lanes of a full tile of filters.</param>
    /// <param name="lanes">The lanes of all tiles of a group: its filters, rounded up to whole vectors.</param>
    /// <param name="range">The tensor that holds the range of the layer's input.</param>
    public void WriteIntegers(int offset, int groups, int groupLength, int tileLanes, int lanes, string range)
    {
        Quantization quantization = packer.ReadQuantization(range);
        FilterLayout layout = LayoutOf(FilterLayout.IntegerWords(channels, taps), lanes, tileLanes, groupLength, isScaled: true);
        WriteTiles(offset, groups, layout, (tile, words, rows) =>
        {
            float[] rented = RentTaps(tile, rows, channelsFirst: false, out Span<float> values);
            SmallWeights.ToIntegers(
                values,
                MemoryMarshal.Cast<float, uint>(words),
                tile.Width,
                channels,
                quantization,
                tile.Row(FilterLayout.BiasRow),
                tile.Row(FilterLayout.ScaleRow));
            ArrayPool<float>.Shared.Return(rented);
        });
    }

    /// <summary>A tile's taps in full precision, in memory to be given back.</summary>
    private float[] RentTaps(FilterTile tile, ReadOnlySpan<float> rows, bool channelsFirst, out Span<float> values)
    {
        int length = channels * taps * tile.Width;
        float[] rented = ArrayPool<float>.Shared.Rent(length);
        values = rented.AsSpan(0, length);
        values.Clear();
        WriteTaps(values, rows, tile.Width, tile.Filter, tile.Count, channelsFirst);
        return rented;
    }

    /// <summary>A tile of filters on its way.</summary>
    /// <param name="head">The bias, the scale where there is one, and the epilogue's parameters.</param>
    /// <param name="width">The tile's lanes.</param>
    /// <param name="filter">Its first filter.</param>
    /// <param name="count">The lanes that are filters.</param>
    private readonly ref struct FilterTile(Span<float> head, int width, int filter, int count)
    {
        private readonly Span<float> head = head;

        public int Width { get; } = width;

        public int Filter { get; } = filter;

        public int Count { get; } = count;

        /// <summary>A row of the head.</summary>
        public Span<float> Row(int row) => head.Slice(row * Width, Width);
    }

    private delegate void WriteTile(FilterTile tile, Span<float> taps, ReadOnlySpan<float> rows);

    /// <summary>The layout that the filters are written in, which has to be the one that the kernels were generated for.</summary>
    private FilterLayout LayoutOf(int words, int lanes, int tileLanes, int groupLength, bool isScaled)
    {
        var layout = new FilterLayout(FilterLayout.ParameterRow(isScaled) + head.Count, words, lanes, tileLanes);
        return layout.GroupLength == groupLength
            ? layout
            : throw new InvalidOperationException(
                $"The kernels of '{weight}' read {groupLength} floats for each group of filters, but {layout.GroupLength} are packed. Rebuild the project with one version of NetGen.");
    }

    private void WriteTiles(int offset, int groups, FilterLayout layout, WriteTile write)
    {
        int filtersPerGroup = filters / groups;
        int tiles = layout.Tiles;
        int inputs = channels * taps;
        int parameterRow = layout.HeadRows - head.Count;

        // Below a quarter of a million weights the threads cost more than they save.
        bool parallel = (long)filters * inputs > 1 << 18;
        TensorParts parts = values is null ? packer.Parts(weight, filters * inputs) : new TensorParts(values);
        if (parallel)
        {
            SharedWork.Run(groups * tiles, Environment.ProcessorCount, Write);
        }
        else
        {
            for (int i = 0; i < groups * tiles; i++)
            {
                Write(i);
            }
        }

        void Write(int index)
        {
            int group = index / tiles;
            int tile = index % tiles;
            int first = layout.FirstLane(tile);
            int width = layout.WidthOf(tile);
            int count = Math.Min(width, filtersPerGroup - first);
            int filter = (group * filtersPerGroup) + first;
            Span<float> target = packer.Memory.Span.Slice(offset + (group * layout.GroupLength) + layout.OffsetOf(tile), width * layout.LaneLength);
            WriteHead(target, width, filter, count, parameterRow);
            using TensorParts.Part rows = parts.Take(filter * inputs, count * inputs);
            write(new FilterTile(target[..(layout.HeadRows * width)], width, filter, count), target[(layout.HeadRows * width)..], rows.Values);
        }
    }

    /// <summary>Writes one tile's taps, lanes next to each other. PyTorch runs over channels before positions; most kernels do the reverse.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteTaps(Span<float> target, ReadOnlySpan<float> rows, int width, int filter, int count, bool channelsFirst)
    {
        int inputs = channels * taps;
        bool keepsOrder = channelsFirst || channels == 1 || taps == 1;
        Span<float> gain = stackalloc float[width];
        FillGain(gain, filter, count);

        // A block of taps at a time, so that it is still in the first-level cache when its rows go to where they belong.
        Span<float> block = stackalloc float[TapBlock * width];
        for (int from = 0; from < inputs; from += TapBlock)
        {
            int length = Math.Min(TapBlock, inputs - from);
            if (keepsOrder && !isScaled)
            {
                Transpose(rows[from..], target[(from * width)..], count, length, inputs, width);
                continue;
            }

            Transpose(rows[from..], block, count, length, inputs, width);
            for (int i = 0; i < length; i++)
            {
                (int channel, int tap) = Math.DivRem(from + i, taps);
                int row = keepsOrder ? from + i : (tap * channels) + channel;
                LaneMath.Multiply(block.Slice(i * width, width), gain, target.Slice(row * width, width));
            }
        }
    }

    private void FillGain(Span<float> gain, int filter, int count)
    {
        for (int l = 0; l < count; l++)
        {
            gain[l] = (float)scale[filter + l];
        }
    }

    private static void Transpose(ReadOnlySpan<float> x, Span<float> y, int rows, int columns, int xStride, int yStride)
    {
        if (rows == 0 || columns == 0)
        {
            return;
        }

        // The checks that the method itself leaves to its callers.
        _ = x[((rows - 1) * xStride) + columns - 1];
        _ = y[((columns - 1) * yStride) + rows - 1];
        Layout.Transpose(
            ref MemoryMarshal.GetReference(x), ref MemoryMarshal.GetReference(y), (nuint)rows, (nuint)columns, (nuint)xStride, (nuint)yStride);
    }

    /// <summary>
    /// Writes the head, and the filters transformed for Winograd's algorithm: <c>[plane][filter tile][channel][lanes]</c>, or over rows
    /// <c>[plane][filter tile][phase][kernel column][channel][lanes]</c>, where the last plane may lack some phases, and channels may come
    /// before columns.
    /// </summary>
    /// <param name="offset">Where to write.</param>
    /// <param name="firstFilter">The first filter to write.</param>
    /// <param name="count">The number of filters to write.</param>
    /// <param name="outputs">The outputs of a tile in each direction that is transformed.</param>
    /// <param name="kernelHeight">The kernel's height.</param>
    /// <param name="kernelWidth">The kernel's width.</param>
    /// <param name="overRows">Whether only the kernel's rows are transformed, and its columns remain.</param>
    /// <param name="stride">The phases that the kernel's rows fall into, over rows; otherwise 1.</param>
    /// <param name="headStride">The floats from a row of the head to the next.</param>
    /// <param name="tileLanes">The lanes of a full tile of filters.</param>
    /// <param name="lanes">The lanes of all tiles: the filters, rounded up to whole vectors.</param>
    /// <param name="planeLength">The floats from a plane to the next.</param>
    /// <param name="channelsFirst">Whether the columns of one channel lie next to each other, rather than the channels of one column.</param>
    public void WriteWinograd(
        int offset,
        int firstFilter,
        int count,
        int outputs,
        int kernelHeight,
        int kernelWidth,
        bool overRows,
        int stride,
        int headStride,
        int tileLanes,
        int lanes,
        int planeLength,
        bool channelsFirst)
    {
        WriteHead(packer.Memory.Span.Slice(offset, (head.Count + 1) * headStride), headStride, firstFilter, count, parameterRow: 1);
        var transform = new WinogradFilters(outputs, kernelHeight, kernelWidth, overRows, stride);
        int planes = offset + ((head.Count + 1) * headStride);
        TensorParts parts = packer.Parts(weight, filters * channels * taps);

        SharedWork.Run((lanes + tileLanes - 1) / tileLanes, Environment.ProcessorCount, tile =>
        {
            int lane = tile * tileLanes;
            int width = Math.Min(tileLanes, lanes - lane);
            int first = firstFilter + lane;
            int tileFilters = Math.Min(width, count - lane);
            using TensorParts.Part kernels = parts.Take(first * channels * taps, tileFilters * channels * taps);
            WriteWinogradTile(transform, packer.Memory.Span[planes..], kernels.Values, lane, width, first, tileFilters, planeLength, channelsFirst);
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteWinogradTile(
        WinogradFilters transform,
        Span<float> target,
        ReadOnlySpan<float> kernels,
        int lane,
        int width,
        int first,
        int count,
        int planeLength,
        bool channelsFirst)
    {
        Span<float> gain = stackalloc float[width];
        FillGain(gain, first, count);
        Span<float> scratch = stackalloc float[transform.ScratchLength * width];

        // Some channels at a time: their kernels come to lie lane by lane, and are transformed for all lanes at once.
        int channelBlock = Math.Max(1, TapBlock / taps);
        Span<float> block = stackalloc float[channelBlock * taps * width];
        for (int from = 0; from < channels; from += channelBlock)
        {
            int length = Math.Min(channelBlock, channels - from);
            Transpose(kernels[(from * taps)..], block, count, length * taps, channels * taps, width);
            for (int c = 0; c < length; c++)
            {
                int offset = (from + c) * width;
                transform.Write(
                    block.Slice(c * taps * width, taps * width),
                    gain,
                    target,
                    planeLength,
                    lane * channels,
                    channelsFirst ? offset * transform.Columns : offset,
                    channels * transform.Columns * width,
                    channelsFirst ? width : channels * width,
                    scratch);
            }
        }
    }

    /// <param name="target">Where to write.</param>
    /// <param name="stride">The floats from a row to the next.</param>
    /// <param name="filter">The first filter.</param>
    /// <param name="count">The number of filters.</param>
    /// <param name="parameterRow">The row after the bias, and the scale where there is one.</param>
    private void WriteHead(Span<float> target, int stride, int filter, int count, int parameterRow)
    {
        for (int l = 0; l < count; l++)
        {
            target[l] = (float)bias[filter + l];
            for (int h = 0; h < head.Count; h++)
            {
                target[((h + parameterRow) * stride) + l] = head[h][filter + l];
            }
        }
    }
}
