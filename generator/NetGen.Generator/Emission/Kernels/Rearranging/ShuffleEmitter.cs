using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes shuffles: copies value by value, from channel to channel or from channels to pixels.</summary>
internal static class ShuffleEmitter
{
    /// <summary>Writes a channel shuffle's body; <c>x</c> and <c>y</c> are its input and output.</summary>
    public static void Emit(CodeWriter writer, ChannelShuffleStep step)
    {
        int perGroup = step.Input.Channels / step.Groups;
        using (new PixelLoop(writer, step.Input.Height, step.Input.Width, new("x", step.Input), new("y", step.Output)))
        using (writer.Loop("group", step.Groups))
        using (writer.Loop("c", perGroup))
        {
            writer.Line(
                $"Unsafe.Add(ref yPixel, (c * {Literal.Int(step.Groups)}) + group) = Unsafe.Add(ref xPixel, ((group * {Literal.Int(perGroup)}) + c) * {Literal.Int(step.Input.ChannelStride)});");
        }
    }

    /// <summary>Writes a pixel shuffle's body; <c>x</c> and <c>y</c> are its input and output.</summary>
    public static void Emit(CodeWriter writer, PixelShuffleStep step)
    {
        string factor = Literal.Int(step.Factor);
        var enlarged = new PixelReference("y", step.Output.RowStride * step.Factor, step.Output.PixelStride * step.Factor);
        using (new PixelLoop(writer, step.Input.Height, step.Input.Width, new("x", step.Input), enlarged))
        using (writer.Loop("c", step.Output.Channels))
        using (writer.Loop("dy", step.Factor))
        using (writer.Loop("dx", step.Factor))
        {
            writer.Line(
                $"Unsafe.Add(ref yPixel, (dy * {Literal.Int(step.Output.RowStride)}) + (dx * {Literal.Int(step.Output.PixelStride)}) + c) = Unsafe.Add(ref xPixel, ((((c * {factor}) + dy) * {factor}) + dx) * {Literal.Int(step.Input.ChannelStride)});");
        }
    }
}
