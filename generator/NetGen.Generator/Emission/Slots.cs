using System;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>Writes what a kernel does for each vector of channels: a loop over many full ones, and the rest one by one.</summary>
internal static class Slots
{
    /// <summary>What is done for one vector.</summary>
    /// <param name="lanes">The vector's width.</param>
    /// <param name="channels">How many of its lanes are channels.</param>
    /// <param name="offset">The first channel, an expression.</param>
    public delegate void Body(int lanes, int channels, string offset);

    /// <summary>Writes the work on all channels, or on a share of them.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="tier">The tier.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="body">Writes the work on one vector of them.</param>
    /// <param name="mostUnrolled">The most full vectors that need no loop; null for the tier's.</param>
    /// <param name="unit">
    /// The channels of a unit, a multiple of the lanes, where the kernel takes those <c>from</c> one unit <c>to</c> another; null where
    /// it takes all.
    /// </param>
    public static void ForEach(CodeWriter writer, Tier tier, int channels, Body body, int? mostUnrolled = null, int? unit = null)
    {
        int full = channels / tier.Lanes;
        int unrolledFrom = 0;
        if (full > 0 && (full > (mostUnrolled ?? tier.Sizes.UnrolledSlots) || unit is not null))
        {
            string first = "0";
            string end = Code.Text(full * tier.Lanes);
            if (unit is int size)
            {
                first = $"from * {Code.Text(size)}";
                string shareEnd = $"to * {Code.Text(size)}";

                // The last unit may end before it is full.
                end = full * tier.Lanes % size == 0 && full == tier.SlotCount(channels) ? shareEnd : $"({shareEnd} < {end} ? {shareEnd} : {end})";
            }

            writer.Open($"for (nuint c = {first}; c < {end}; c += {Code.Text(tier.Lanes)})");
            body(tier.Lanes, tier.Lanes, "c");
            writer.Close();
            unrolledFrom = full;
        }

        for (int i = unrolledFrom; i < tier.SlotCount(channels); i++)
        {
            Slot slot = tier.SlotAt(channels, i);
            writer.Open(unit is int each ? $"if (from <= {Code.Text(slot.Start / each)} && to > {Code.Text(slot.Start / each)})" : "");
            body(slot.Width, slot.Channels, Code.Text(slot.Start));
            writer.Close();
        }
    }

    /// <summary>
    /// Writes the work on all of some neighbouring floats: a loop over vectors, and one more for the rest, which may overlap the last.
    /// </summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="tier">The tier.</param>
    /// <param name="floats">The floats, at least four.</param>
    /// <param name="body">Writes the work on a vector of so many lanes, at an offset; the same twice does no harm.</param>
    public static void ForEachFloat(CodeWriter writer, Tier tier, int floats, Action<int, string> body)
    {
        int lanes = tier.LanesWithin(floats);
        int full = floats / lanes * lanes;
        writer.Open($"for (nuint c = 0; c < {Code.Text(full)}; c += {Code.Text(lanes)})");
        body(lanes, "c");
        writer.Close();
        if (full < floats)
        {
            while (lanes > 4 && lanes / 2 >= floats - full)
            {
                lanes /= 2;
            }

            writer.Open();
            body(lanes, Code.Text(floats - lanes));
            writer.Close();
        }
    }
}
