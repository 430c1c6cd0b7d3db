using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

/// <summary>A constant of the model: numbers of any rank, either real or whole.</summary>
/// <param name="dims">The dimensions, outermost first; none for a scalar.</param>
/// <param name="floats">The values of a real tensor.</param>
/// <param name="integers">The values of a tensor of integers or truth values.</param>
internal sealed class Tensor(int[] dims, float[]? floats, long[]? integers)
{
    public Tensor(int[] dims, float[] values)
        : this(dims, values, null)
    {
    }

    public Tensor(int[] dims, long[] values)
        : this(dims, null, values)
    {
    }

    public int[] Dims { get; } = dims;

    /// <summary>The name it had in the model, by which its layer's weights may be called.</summary>
    public string? Name { get; init; }

    public bool IsReal => floats is not null;

    public int Length => floats?.Length ?? integers!.Length;

    public float[] Floats => floats ?? [.. integers!.Select(i => (float)i)];

    public long[] Integers => integers ?? [.. floats!.Select(f => (long)f)];

    /// <summary>Whether all values are the same.</summary>
    public bool IsUniform => Length > 0 && (floats is { } f ? f.AsSpan().ContainsAnyExcept(f[0]) == false : !integers!.AsSpan().ContainsAnyExcept(integers![0]));

    /// <summary>The first value.</summary>
    public double First => floats?[0] ?? integers![0];

    /// <summary>
    /// The same under another name. PyTorch's exporter keeps equal tensors once, and gives those of other modules their names by an identity.
    /// </summary>
    public Tensor AlsoCalled(string name) =>
        Name is not null && name.Contains('.') && name.Split('.')[^1] == Name.Split('.')[^1] ? new(Dims, floats, integers) { Name = name } : this;

    public Tensor Reshape(int[] to) => new(to, floats, integers) { Name = Name };

    /// <summary>The values at other offsets.</summary>
    /// <param name="to">The dimensions of the result.</param>
    /// <param name="offset">For each offset of the result, the one here; −1 where there is nothing.</param>
    /// <param name="otherwise">What stands where there is nothing.</param>
    public Tensor Gather(int[] to, Func<int, int> offset, double otherwise = 0)
    {
        int count = Dimensions.Length(to);
        return floats is not null ? new(to, Picked(floats, (float)otherwise)) { Name = Name } : new Tensor(to, Picked(integers!, (long)otherwise)) { Name = Name };

        T[] Picked<T>(T[] from, T missing)
        {
            var result = new T[count];
            for (int i = 0; i < count; i++)
            {
                result[i] = offset(i) is >= 0 and var at ? from[at] : missing;
            }

            return result;
        }
    }

    /// <summary>The values at the offsets that an index into the result gives with other strides.</summary>
    /// <param name="to">The dimensions of the result.</param>
    /// <param name="start">The offset of the first value.</param>
    /// <param name="strides">For each axis of the result, how far its values are apart here.</param>
    private Tensor Strided(int[] to, int start, int[] strides)
    {
        int count = Dimensions.Length(to);
        return floats is not null ? new(to, Picked(floats)) { Name = Name } : new Tensor(to, Picked(integers!)) { Name = Name };

        T[] Picked<T>(T[] from)
        {
            var result = new T[count];
            int i = 0;
            foreach (int offset in Dimensions.Offsets(to, strides))
            {
                result[i++] = from[start + offset];
            }

            return result;
        }
    }

    public Tensor Transpose(params int[] order) => order.SequenceEqual(Enumerable.Range(0, order.Length))
        ? this
        : Strided([.. order.Select(o => Dims[o])], 0, [.. order.Select(o => Dimensions.Strides(Dims)[o])]);

    /// <summary>The values repeated along axes of 1, up to a shape that they broadcast to.</summary>
    public Tensor BroadcastTo(int[] to) => Dims.SequenceEqual(to) ? this : Strided(to, 0, Dimensions.BroadcastStrides(Dims, to.Length));

    /// <summary>Every n-th value from a first one on, along each axis.</summary>
    public Tensor Slice(int[] starts, int[] counts, int[] steps)
    {
        int[] own = Dimensions.Strides(Dims);
        return Strided(counts, starts.Zip(own, (s, stride) => s * stride).Sum(), [.. own.Zip(steps, (stride, step) => stride * step)]);
    }

    /// <summary>A value as a number, whichever kind it is.</summary>
    public double At(int offset) => floats is not null ? floats[offset] : integers![offset];

    /// <summary>The values times a number; the tensor itself where that is 1.</summary>
    public Tensor Times(double factor) => factor == 1 ? this : new Tensor(Dims, [.. Floats.Select(f => (float)(f * factor))]) { Name = Name };
}

/// <summary>Arithmetic on shapes of any rank.</summary>
internal static class Dimensions
{
    /// <summary>The product; the caller knows that it fits.</summary>
    public static int Length(IEnumerable<int> dims) => checked(dims.Aggregate(1, (a, b) => a * b));

    public static int[] Strides(int[] dims)
    {
        var strides = new int[dims.Length];
        int stride = 1;
        for (int i = dims.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= dims[i];
        }

        return strides;
    }

    /// <summary>The strides by which a shape is read as one that it broadcasts to, of a given rank.</summary>
    public static int[] BroadcastStrides(int[] dims, int rank)
    {
        int[] padded = PadLeft(dims, rank);
        return [.. Strides(padded).Select((s, axis) => padded[axis] == 1 ? 0 : s)];
    }

    /// <summary>The offsets of all indices into a shape, in row-major order, by strides of one's own.</summary>
    public static IEnumerable<int> Offsets(int[] dims, int[] strides)
    {
        int count = Length(dims);
        int[] index = new int[dims.Length];
        int offset = 0;
        for (int i = 0; i < count; i++)
        {
            yield return offset;
            for (int axis = dims.Length - 1; axis >= 0; axis--)
            {
                offset += strides[axis];
                if (++index[axis] < dims[axis])
                {
                    break;
                }

                offset -= dims[axis] * strides[axis];
                index[axis] = 0;
            }
        }
    }

    public static int[] PadLeft(int[] dims, int rank) => [.. Enumerable.Repeat(1, Math.Max(0, rank - dims.Length)), .. dims];

    /// <summary>The shape that several broadcast to; null where they do not fit.</summary>
    public static int[]? Broadcast(params IReadOnlyCollection<int[]> all)
    {
        int rank = all.Max(d => d.Length);
        int[][] padded = [.. all.Select(d => PadLeft(d, rank))];
        var result = new int[rank];
        for (int i = 0; i < rank; i++)
        {
            int[] sizes = [.. padded.Select(d => d[i]).Where(s => s != 1).Distinct()];
            if (sizes.Length > 1)
            {
                return null;
            }

            result[i] = sizes.Length == 1 ? sizes[0] : 1;
        }

        return result;
    }

    /// <summary>
    /// The runs of neighbouring axes that are alike, joined; axes of 1 vanish. For each run: its length, and what it is.
    /// </summary>
    public static List<(int Length, T Kind)> Runs<T>(int[] dims, Func<int, T> kind)
    {
        var runs = new List<(int Length, T Kind)>();
        for (int i = 0; i < dims.Length; i++)
        {
            if (dims[i] == 1)
            {
                continue;
            }

            if (runs.Count > 0 && EqualityComparer<T>.Default.Equals(runs[^1].Kind, kind(i)))
            {
                runs[^1] = (runs[^1].Length * dims[i], runs[^1].Kind);
            }
            else
            {
                runs.Add((dims[i], kind(i)));
            }
        }

        return runs;
    }

    public static string Text(IEnumerable<int> dims) => "[" + string.Join(", ", dims) + "]";
}
