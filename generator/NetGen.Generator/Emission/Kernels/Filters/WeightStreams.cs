using System;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Where a tile's weights lie: its vectors fall into streams, of which each has a head and taps of its own.</summary>
internal sealed class WeightStreams(FilterSums sums, Slot[] slots)
{
    /// <summary>The number of streams; a tile with fewer vectors than the others may have fewer.</summary>
    public int Count => ((slots.Length - 1) / sums.StreamVectors) + 1;

    /// <summary>The reference to a stream's next taps.</summary>
    public string Reference(int stream) => Count == 1 ? "k" : "k_" + Literal.Int(stream);

    public int StreamOf(int vector) => vector / sums.StreamVectors;

    /// <summary>The lanes of a stream's vectors.</summary>
    public int Lanes(int stream) => slots[Math.Min((stream + 1) * sums.StreamVectors, slots.Length) - 1].End - First(stream);

    /// <summary>The offset of a vector among those of its stream.</summary>
    public int OffsetOf(int vector) => slots[vector].Start - First(StreamOf(vector));

    /// <summary>The offset of a row of the head, seen from the tile's first weight.</summary>
    public int HeadOffset(int vector, int row) => Start(StreamOf(vector)) + (row * Lanes(StreamOf(vector))) + OffsetOf(vector);

    /// <summary>The offset of a stream's first tap, seen from the tile's first weight.</summary>
    public int TapsOffset(int stream) => Start(stream) + (sums.HeadRows * Lanes(stream));

    private int First(int stream) => slots[stream * sums.StreamVectors].Start;

    private int Start(int stream) => (First(stream) - slots[0].Start) * (sums.HeadRows + sums.Words);
}
