using System;
using System.Buffers;

namespace NetGen.Runtime;

/// <summary>
/// A tensor of which several threads take parts: of what the source holds in memory already, of the file, or else of a copy. So a
/// tensor of a file is never in memory as a whole.
/// </summary>
internal sealed class TensorParts
{
    private readonly IWeightSource? source;
    private readonly string name = "";
    private readonly float[]? copy;

    /// <summary>Takes values.</summary>
    /// <param name="values">All of them.</param>
    public TensorParts(float[] values) => copy = values;

    /// <summary>Takes a tensor of a source.</summary>
    /// <param name="source">The source, already checked against the network.</param>
    /// <param name="name">The tensor's name.</param>
    /// <param name="length">Its values.</param>
    public TensorParts(IWeightSource source, string name, int length)
    {
        this.source = source;
        this.name = name;
        if (source is not FileSafetensors && !source.TryGetValues(name, out _))
        {
            copy = new float[length];
            source.Read(name, copy);
        }
    }

    /// <summary>Takes a part. Any number of threads may do so at once.</summary>
    /// <param name="from">The first value.</param>
    /// <param name="count">How many.</param>
    public Part Take(int from, int count)
    {
        if (copy is not null)
        {
            return new Part(copy.AsSpan(from, count), null);
        }

        if (source is not FileSafetensors file)
        {
            _ = source!.TryGetValues(name, out ReadOnlySpan<float> values);
            return new Part(values.Slice(from, count), null);
        }

        float[] buffer = ArrayPool<float>.Shared.Rent(count);
        file.Read(name, from, buffer.AsSpan(0, count));
        return new Part(buffer.AsSpan(0, count), buffer);
    }

    /// <summary>Some values, until they are given back.</summary>
    public readonly ref struct Part(ReadOnlySpan<float> values, float[]? buffer)
    {
        /// <summary>The values.</summary>
        public ReadOnlySpan<float> Values { get; } = values;

        /// <summary>Gives the memory back.</summary>
        public void Dispose()
        {
            if (buffer is not null)
            {
                ArrayPool<float>.Shared.Return(buffer);
            }
        }
    }
}
