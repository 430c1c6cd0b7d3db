using System;

namespace NetGen.Shared;

/// <summary>
/// How the packed weights of one group's filters lie in memory: <c>[filter tile][head][words][lanes]</c>. The generator writes kernels
/// that read them so, and the runtime packs them so; both compile this file.
/// </summary>
/// <param name="HeadRows">The rows of a tile's head, a float for each lane: the bias, the scale where there is one, and the epilogue's parameters.</param>
/// <param name="Words">The words of 32 bits that hold one filter's taps.</param>
/// <param name="GroupLanes">The lanes of all tiles: the filters of a group, rounded up to whole vectors.</param>
/// <param name="TileLanes">The lanes of a full tile; the last one may have less.</param>
internal readonly record struct FilterLayout(int HeadRows, int Words, int GroupLanes, int TileLanes)
{
    /// <summary>The floats of one lane, its head's and its words.</summary>
    public int LaneLength => HeadRows + Words;

    /// <summary>The floats of the group.</summary>
    public int GroupLength => GroupLanes * LaneLength;

    /// <summary>The tiles of the group.</summary>
    public int Tiles => (GroupLanes + TileLanes - 1) / TileLanes;

    /// <summary>The row of the head that holds the bias.</summary>
    public const int BiasRow = 0;

    /// <summary>The row of the head that holds what sums are multiplied with, where they are of small weights or of integers.</summary>
    public const int ScaleRow = 1;

    /// <summary>The first lane of a tile among the group's.</summary>
    public int FirstLane(int tile) => tile * TileLanes;

    /// <summary>The lanes of a tile.</summary>
    public int WidthOf(int tile) => Math.Min(TileLanes, GroupLanes - FirstLane(tile));

    /// <summary>The floats from the group's first to a tile's.</summary>
    public int OffsetOf(int tile) => FirstLane(tile) * LaneLength;

    /// <summary>The first row of the epilogue's parameters.</summary>
    /// <param name="isScaled">Whether the head has a row of scales.</param>
    public static int ParameterRow(bool isScaled) => isScaled ? ScaleRow + 1 : ScaleRow;

    /// <summary>The taps that share a word.</summary>
    /// <param name="bits">The bits of a weight: 32, 16 or 8.</param>
    public static int TapsPerWord(int bits) => 32 / bits;

    /// <summary>The words that hold so many taps; the last may not be full.</summary>
    /// <param name="taps">The taps of one filter.</param>
    /// <param name="bits">The bits of a weight.</param>
    public static int WordsOf(int taps, int bits) => (taps + TapsPerWord(bits) - 1) / TapsPerWord(bits);

    /// <summary>The words of four channels each that hold so many integers, all positions of one channel group next to each other's.</summary>
    /// <param name="channels">The channels.</param>
    /// <param name="positions">The kernel's positions.</param>
    public static int IntegerWords(int channels, int positions) => positions * ((channels + 3) / 4);
}
