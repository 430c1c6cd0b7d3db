using System;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>Writes what a kernel does for each vector of channels: a loop over many full ones, and the rest one by one.</summary>
internal static class VectorLoop
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
    public static void OverChannels(CodeWriter writer, Tier tier, int channels, Body body, int? mostUnrolled = null, int? unit = null)
    {
        int full = channels / tier.Lanes;
        int unrolledFrom = 0;
        if (full > 0 && (full > (mostUnrolled ?? tier.Sizes.UnrolledSlots) || unit is not null))
        {
            string first = "0";
            string end = Literal.Int(full * tier.Lanes);
            if (unit is int size)
            {
                first = Address.Times("from", size);
                string shareEnd = Address.Times("to", size);

                // The last unit may end before it is full.
                end = full * tier.Lanes % size == 0 && full == tier.SlotCount(channels) ? shareEnd : $"({shareEnd} < {end} ? {shareEnd} : {end})";
            }

            using (writer.StridedLoop("c", first, end, tier.Lanes))
            {
                body(tier.Lanes, tier.Lanes, "c");
            }

            unrolledFrom = full;
        }

        for (int i = unrolledFrom; i < tier.SlotCount(channels); i++)
        {
            Slot slot = tier.SlotAt(channels, i);
            using (unit is int each ? writer.If($"from <= {Literal.Int(slot.Start / each)} && to > {Literal.Int(slot.Start / each)}") : writer.Names())
            {
                body(slot.Width, slot.Channels, Literal.Int(slot.Start));
            }
        }
    }

    /// <summary>
    /// Writes the work on all of some neighbouring floats: a loop over vectors, and one more for the rest, which may overlap the last.
    /// </summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="tier">The tier.</param>
    /// <param name="floats">The floats, at least four.</param>
    /// <param name="body">Writes the work on a vector of so many lanes, at an offset; the same twice does no harm.</param>
    public static void OverFloats(CodeWriter writer, Tier tier, int floats, Action<int, string> body)
    {
        int lanes = tier.LanesWithin(floats);
        int full = floats / lanes * lanes;
        using (full == lanes ? writer.Names() : writer.StridedLoop("c", "0", Literal.Int(full), lanes))
        {
            body(lanes, full == lanes ? "0" : "c");
        }

        if (full < floats)
        {
            while (lanes > 4 && lanes / 2 >= floats - full)
            {
                lanes /= 2;
            }

            using (writer.Names())
            {
                body(lanes, Literal.Int(floats - lanes));
            }
        }
    }
}
