using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>Writes what a kernel does for each vector of channels: a loop over many full ones, and the rest one by one.</summary>
internal static class Slots
{
    private const int MostUnrolled = 4;

    /// <summary>What is done for one vector.</summary>
    /// <param name="lanes">The vector's width.</param>
    /// <param name="channels">How many of its lanes are channels.</param>
    /// <param name="offset">The first channel, an expression.</param>
    public delegate void Body(int lanes, int channels, string offset);

    public static void ForEach(CodeWriter writer, Tier tier, int channels, Body body, int mostUnrolled = MostUnrolled)
    {
        int full = channels / tier.Lanes;
        int unrolledFrom = 0;
        if (full > mostUnrolled)
        {
            writer.Open($"for (nuint c = 0; c < {Code.Text(full * tier.Lanes)}; c += {Code.Text(tier.Lanes)})");
            body(tier.Lanes, tier.Lanes, "c");
            writer.Close();
            unrolledFrom = full;
        }

        for (int i = unrolledFrom; i < tier.SlotCount(channels); i++)
        {
            Slot slot = tier.SlotAt(channels, i);
            writer.Open();
            body(slot.Width, slot.Channels, Code.Text(slot.Start));
            writer.Close();
        }
    }
}
