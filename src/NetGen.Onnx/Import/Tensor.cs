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

    public Tensor Reshape(int[] to) => new(to, floats, integers) { Name = Name };

    /// <summary>The values at other places.</summary>
    /// <param name="to">The dimensions of the result.</param>
    /// <param name="place">For each place of the result, the one here.</param>
    public Tensor Gather(int[] to, Func<int, int> place)
    {
        int count = Dimensions.Length(to);
        return floats is not null
            ? new(to, [.. Enumerable.Range(0, count).Select(i => floats[place(i)])]) { Name = Name }
            : new Tensor(to, [.. Enumerable.Range(0, count).Select(i => integers![place(i)])]) { Name = Name };
    }

    public Tensor Transpose(params int[] order)
    {
        if (order.SequenceEqual(Enumerable.Range(0, order.Length)))
        {
            return this;
        }

        if (order is [1, 0] && floats is not null)
        {
            // Dense layers' weights, which are large.
            var turned = new float[floats.Length];
            for (int row = 0; row < Dims[0]; row++)
            {
                for (int column = 0; column < Dims[1]; column++)
                {
                    turned[(column * Dims[0]) + row] = floats[(row * Dims[1]) + column];
                }
            }

            return new Tensor([Dims[1], Dims[0]], turned) { Name = Name };
        }

        int[] to = [.. order.Select(o => Dims[o])];
        int[] strides = Dimensions.Strides(Dims);
        int[] toStrides = Dimensions.Strides(to);
        return Gather(to, i => order.Select((o, axis) => i / toStrides[axis] % to[axis] * strides[o]).Sum());
    }

    /// <summary>The values repeated along axes of 1, up to a shape that they broadcast to.</summary>
    public Tensor BroadcastTo(int[] to)
    {
        if (Dims.SequenceEqual(to))
        {
            return this;
        }

        int[] from = Dimensions.PadLeft(Dims, to.Length);
        int[] strides = Dimensions.Strides(from);
        int[] toStrides = Dimensions.Strides(to);
        return Gather(to, i => Enumerable.Range(0, to.Length).Sum(axis => from[axis] == 1 ? 0 : i / toStrides[axis] % to[axis] * strides[axis]));
    }

    public Tensor Map(Func<double, double> function) => floats is not null
        ? new(Dims, [.. floats.Select(f => (float)function(f))])
        : new Tensor(Dims, [.. integers!.Select(i => (long)function(i))]);

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
