using System.Collections.Generic;
using NetGen.Generator.Planning;
using NetGen.Shared;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes how a computed matrix is laid out for products, as packed filters are: tile by tile, tap by tap.</summary>
internal static class ProductPacking
{
    /// <summary>Writes a kernel's body; <c>x</c> is a matrix with a row for each filter, and <c>y</c> takes it.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="sums">The product.</param>
    /// <param name="tier">The tier.</param>
    /// <param name="stride">The floats from a row to the next.</param>
    /// <param name="scale">What all of it is multiplied with.</param>
    public static void EmitRowsOfTaps(CodeWriter writer, FilterSums sums, Tier tier, int stride, double scale)
    {
        foreach ((int tiles, int filters, int lanes, bool isLast) in TilesOf(sums))
        {
            int length = lanes * sums.Taps;
            writer.Phase(tiles > 1 ? $"A tile of {Literal.Int(filters)} rows, transposed." : $"{Literal.Int(filters)} rows, transposed.");
            using (OpenTiles(writer, tiles, isLast, ("x", (long)filters * stride), ("y", length)))
            {
                writer.Line($"Layout.Transpose(ref x, ref y, {filters}, {sums.Taps}, {stride}, {lanes});");
                if (scale != 1)
                {
                    VectorLoop.OverChannels(writer, tier, length, (width, _, offset) =>
                        Simd.Store(writer, $"({Simd.Load(width, "y", offset)} * {Literal.Float(scale)})", width, width, "y", offset));
                }
            }
        }
    }

    /// <summary>Writes a kernel's body; <c>x</c> is a matrix with a row for each tap, and <c>y</c> takes it.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="sums">The product.</param>
    /// <param name="tier">The tier.</param>
    /// <param name="stride">The floats from a row to the next.</param>
    public static void EmitRowsOfFilters(CodeWriter writer, FilterSums sums, Tier tier, int stride)
    {
        foreach ((int tiles, int filters, int lanes, bool isLast) in TilesOf(sums))
        {
            writer.Phase(tiles > 1 ? $"A tile of {Literal.Int(filters)} columns." : $"{Literal.Int(filters)} columns.");
            using (OpenTiles(writer, tiles, isLast, ("x", filters), ("y", (long)lanes * sums.Taps)))
            {
                writer.Line("ref float v = ref x;");
                writer.Line("ref float p = ref y;");
                using (writer.For("tap", sums.Taps, ("v", stride), ("p", lanes)))
                {
                    EmitCopy(writer, tier, filters);
                }
            }
        }
    }

    /// <summary>Copies some values; after the last row's there may be nothing to read.</summary>
    private static void EmitCopy(CodeWriter writer, Tier tier, int count)
    {
        for (int start = 0; start < count;)
        {
            int width = tier.LanesWithin(count - start);
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
