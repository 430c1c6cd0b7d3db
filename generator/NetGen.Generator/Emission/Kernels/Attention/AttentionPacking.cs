using System.Collections.Generic;
using NetGen.Generator.Planning;
using NetGen.Shared;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes how a head's keys and values are laid out for products, as packed filters are: tile by tile, tap by tap.</summary>
internal static class AttentionPacking
{
    /// <summary>Writes a kernel's body; <c>x</c> are a head's keys, <c>y</c> takes them: a filter for each key, a tap for each channel.</summary>
    public static void EmitKeys(CodeWriter writer, AttentionStep step, Tier tier)
    {
        FilterSums sums = step.Scores[0];
        foreach ((int tiles, int keys, int lanes, bool isLast) in TilesOf(sums))
        {
            int length = lanes * sums.Taps;
            writer.Phase(tiles > 1 ? $"A tile of {Literal.Int(keys)} keys, transposed." : $"{Literal.Int(keys)} keys, transposed.");
            using (OpenTiles(writer, tiles, isLast, ("x", (long)keys * step.Key.PixelStride), ("y", length)))
            {
                string sizes = $"{Literal.Int(keys)}, {Literal.Int(step.Channels)}, {Literal.Int(step.Key.PixelStride)}, {Literal.Int(lanes)}";
                writer.Line($"Layout.Transpose(ref x, ref y, {sizes});");
                if (step.Attention.Scale != 1)
                {
                    VectorLoop.OverChannels(writer, tier, length, (width, _, offset) =>
                        Simd.Store(writer, $"({Simd.Load(width, "y", offset)} * {Literal.Float(step.Attention.Scale)})", width, width, "y", offset));
                }
            }
        }
    }

    /// <summary>Writes a kernel's body; <c>x</c> are a head's values, <c>y</c> takes them: a filter for each channel, a tap for each key.</summary>
    public static void EmitValues(CodeWriter writer, AttentionStep step, Tier tier)
    {
        FilterSums sums = step.Results[0];
        foreach ((int tiles, int channels, int lanes, bool isLast) in TilesOf(sums))
        {
            writer.Phase(tiles > 1 ? $"A tile of {Literal.Int(channels)} channels." : $"{Literal.Int(channels)} channels.");
            using (OpenTiles(writer, tiles, isLast, ("x", channels), ("y", (long)lanes * sums.Taps)))
            {
                writer.Line("ref float v = ref x;");
                writer.Line("ref float p = ref y;");
                using (writer.For("key", step.Keys, ("v", step.Value.PixelStride), ("p", lanes)))
                {
                    EmitCopy(writer, tier, channels);
                }
            }
        }
    }

    /// <summary>Copies some channels; after the last pixel's there may be nothing to read.</summary>
    private static void EmitCopy(CodeWriter writer, Tier tier, int channels)
    {
        for (int start = 0; start < channels;)
        {
            int width = tier.LanesWithin(channels - start);
            string offset = Literal.Int(start);
            if (width >= 4)
            {
                Simd.Store(writer, Simd.Load(width, "v", offset), width, width, "p", offset);
            }
            else
            {
                width = 1;
                writer.Line($"{Address.At("p", offset)} = {Address.At("v", offset)};");
            }

            start += width;
        }
    }

    /// <summary>Opens a loop over tiles; after a single one that is the last, there is nothing to move on to.</summary>
    private static CodeWriter.Scope OpenTiles(CodeWriter writer, int tiles, bool isLast, params (string Reference, long Distance)[] moved) =>
        writer.ForOrNames("tile", tiles, tiles == 1 && isLast ? [] : moved);

    /// <summary>The tiles of a product's filters: how many there are of a size, the filters and the lanes of one.</summary>
    private static IEnumerable<(int Tiles, int Filters, int Lanes, bool IsLast)> TilesOf(FilterSums sums)
    {
        FilterLayout layout = sums.Layout;
        int full = sums.Filters / layout.TileLanes;
        if (full > 0)
        {
            yield return (full, layout.TileLanes, layout.TileLanes, full == layout.Tiles);
        }

        if (full < layout.Tiles)
        {
            yield return (1, sums.Filters - layout.FirstLane(full), layout.WidthOf(full), true);
        }
    }
}
