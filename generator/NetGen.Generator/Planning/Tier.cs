using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Planning;

/// <summary>A vector's worth of channels: where it starts, the width of the vector that holds it, and how many lanes are channels.</summary>
internal readonly record struct Slot(int Start, int Width, int Channels)
{
    public int End => Start + Width;
}

/// <summary>A SIMD width that kernels are written for.</summary>
/// <param name="Lanes">The floats of a full vector.</param>
/// <param name="Registers">The vector registers a kernel may use before the JIT spills; measured, below what the machine has.</param>
/// <param name="UnrolledMultiplyAdds">The multiply-adds in the body of an innermost loop, above which no further tap is written out.</param>
/// <param name="StraightMultiplyAdds">The same for a sum that needs no loop at all.</param>
/// <param name="PrefersShortCode">Whether a tile that leaves no remainder is better than a faster one.</param>
/// <param name="HasDotProducts">Whether one instruction sums the products of a word's four integers (AVX-VNNI).</param>
internal sealed record Tier(
    SimdTiers Flag,
    int Lanes,
    int Registers,
    int UnrolledMultiplyAdds = 64,
    int StraightMultiplyAdds = 160,
    bool PrefersShortCode = false,
    bool HasDotProducts = false)
{
    /// <summary>The sizes from which plans for it and their kernels differ.</summary>
    public PlanSizes Sizes { get; init; } = PlanSizes.Default;

    public static readonly Tier Vector128 = new(SimdTiers.Vector128, 4, 15, UnrolledMultiplyAdds: 24);
    public static readonly Tier Vector256 = new(SimdTiers.Vector256, 8, 16, UnrolledMultiplyAdds: 48);
    public static readonly Tier Vector512 = new(SimdTiers.Vector512, 16, 31);

    /// <summary>The tier of observed networks, whose code is to be short rather than fast.</summary>
    public static readonly Tier Observed = Vector128 with { UnrolledMultiplyAdds = 12, StraightMultiplyAdds = 12, PrefersShortCode = true };

    private static readonly EquatableArray<Tier> All = [Vector512, Vector256, Vector128];

    /// <summary>
    /// The tiers that a network is written for, in the order in which a machine is asked. Where there are no 512 bits, integers go to
    /// the dot products of 256, which do three quarters of what 512 bits do without them; and last to the one tier whose kernels for
    /// integers run anywhere.
    /// </summary>
    public static IEnumerable<Tier> For(NetworkOptions options)
    {
        bool isInteger = options.Precision == Precision.Int8;
        EquatableArray<Tier> tiers = isInteger ? [Vector512, Vector256 with { HasDotProducts = true }, Vector256, Vector128] : All;
        return tiers.Where(t => (options.Simd & t.Flag) != 0 || (isInteger && t == Vector128));
    }

    /// <summary>The vector type's name, <c>Vector256</c>, and what else the tier needs.</summary>
    public string Name => NameOf(Lanes) + (HasDotProducts ? "DotProducts" : "");

    public static string NameOf(int lanes) => "Vector" + (lanes * 32).ToString(CultureInfo.InvariantCulture);

    /// <summary>The lanes of the widest vector that such a length fills; below four, of none.</summary>
    public int LanesWithin(int length)
    {
        int lanes = Lanes;
        while (lanes > length)
        {
            lanes /= 2;
        }

        return lanes;
    }

    /// <summary>The number of vectors that cover a number of channels.</summary>
    public int SlotCount(int channels) => ((channels - 1) / Lanes) + 1;

    /// <summary>One of the vectors that cover a number of channels: full ones, and a last one as narrow as its channels allow.</summary>
    public Slot SlotAt(int channels, int index)
    {
        int start = index * Lanes;
        int rest = Math.Min(Lanes, channels - start);
        int width = Lanes;
        while (width / 2 >= rest && width > 4)
        {
            width /= 2;
        }

        return new Slot(start, width, rest);
    }

    /// <summary>Some of the vectors that cover a number of channels.</summary>
    public Slot[] Slots(int channels, int first, int count) =>
        [.. Enumerable.Range(first, count).Select(i => SlotAt(channels, i))];

    /// <summary>The lanes of all vectors that cover a number of channels.</summary>
    public int CoveredLanes(int channels) => SlotAt(channels, SlotCount(channels) - 1).End;
}
