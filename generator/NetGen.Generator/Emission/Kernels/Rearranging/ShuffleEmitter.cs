using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes shuffles: copies value by value, from channel to channel or from channels to pixels.</summary>
internal static class ShuffleEmitter
{
    /// <summary>Writes a channel shuffle's body; <c>x</c> and <c>y</c> are its input and output.</summary>
    public static void Emit(CodeWriter writer, ChannelShuffleStep step)
    {
        int perGroup = step.Input.Channels / step.Groups;
        (string group, string channel) = (step.Groups > 1 ? "group" : "0", perGroup > 1 ? "c" : "0");
        using (var pixels = new PixelLoop(writer, step.Input.Height, step.Input.Width, new("x", step.Input), new("y", step.Output)))
        using (writer.For("group", step.Groups))
        using (writer.For("c", perGroup))
        {
            string to = Address.Sum(Address.Times(channel, step.Groups), group);
            string from = Address.Times(Address.Sum(Address.Times(group, perGroup), channel), step.Input.ChannelStride);
            writer.Line($"{Address.At("y" + pixels.Suffix, to)} = {Address.At("x" + pixels.Suffix, from)};");
        }
    }

    /// <summary>Writes a pixel shuffle's body; <c>x</c> and <c>y</c> are its input and output.</summary>
    public static void Emit(CodeWriter writer, PixelShuffleStep step)
    {
        var enlarged = new PixelReference("y", step.Output.RowStride * step.Factor, step.Output.PixelStride * step.Factor);
        (string channel, string dy, string dx) = (step.Output.Channels > 1 ? "c" : "0", step.Factor > 1 ? "dy" : "0", step.Factor > 1 ? "dx" : "0");
        using (var pixels = new PixelLoop(writer, step.Input.Height, step.Input.Width, new("x", step.Input), enlarged))
        using (writer.For("c", step.Output.Channels))
        using (writer.For("dy", step.Factor))
        using (writer.For("dx", step.Factor))
        {
            string to = Address.Sum(Address.Times(dy, step.Output.RowStride), Address.Times(dx, step.Output.PixelStride), channel);
            string row = Address.Sum(Address.Times(channel, step.Factor), dy);
            string from = Address.Times(Address.Sum(Address.Times(row, step.Factor), dx), step.Input.ChannelStride);
            writer.Line($"{Address.At("y" + pixels.Suffix, to)} = {Address.At("x" + pixels.Suffix, from)};");
        }
    }
}
