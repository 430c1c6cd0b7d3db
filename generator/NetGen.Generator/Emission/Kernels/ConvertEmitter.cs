using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes copies from one layout into another: the caller's NCHW spans to the kernels' maps and back.</summary>
internal static class ConvertEmitter
{
    /// <summary>Up to this many vectors a stretch is copied by them, which a call would take longer than.</summary>
    private const int MostVectors = 8;

    /// <summary>Writes a kernel's body; <c>x</c> and <c>y</c> are its input and output.</summary>
    public static void Emit(CodeWriter writer, ConvertStep step, Tier tier)
    {
        TensorView from = step.Input;
        TensorView to = step.Output;
        bool planes = from.PixelStride == 1 && to.PixelStride == 1;
        bool pixels = from.ChannelStride == 1 && to.ChannelStride == 1;
        if (planes)
        {
            EmitCopies(writer, tier, from.Channels, from.ChannelStride, to.ChannelStride, from, to);
        }
        else if (pixels)
        {
            Outer(writer, "row", from.Height, () => Outer(
                writer,
                "column",
                from.Width,
                () => EmitCopy(writer, tier, $"(row * {Code.Text(from.RowStride)}) + (column * {Code.Text(from.PixelStride)})", $"(row * {Code.Text(to.RowStride)}) + (column * {Code.Text(to.PixelStride)})", from.Channels)));
        }
        else if (from.PixelStride == 1 && to.ChannelStride == 1)
        {
            EmitTranspose(writer, from, to, from.Channels, pixelsFirst: false);
        }
        else if (from.ChannelStride == 1 && to.PixelStride == 1)
        {
            EmitTranspose(writer, from, to, from.Channels, pixelsFirst: true);
        }
        else
        {
            Outer(writer, "channel", from.Channels, () => Outer(writer, "row", from.Height, () => Outer(
                writer,
                "column",
                from.Width,
                () => writer.Line($"Unsafe.Add(ref y, {Place(to)}) = Unsafe.Add(ref x, {Place(from)});"))));
        }
    }

    /// <summary>A matrix of channels by pixels changes places, in one go where rows follow each other, else row by row.</summary>
    private static void EmitTranspose(CodeWriter writer, TensorView from, TensorView to, int channels, bool pixelsFirst)
    {
        bool whole = from.HasContiguousRows && to.HasContiguousRows;
        int pixels = whole ? from.Pixels : from.Width;
        bool loop = !whole && Code.OpenLoop(writer, "row", from.Height);
        (int rows, int columns, int fromStride, int toStride) = pixelsFirst
            ? (pixels, channels, from.PixelStride, to.ChannelStride)
            : (channels, pixels, from.ChannelStride, to.PixelStride);
        writer.Line(
            $"Layout.Transpose(ref x, ref y, {Code.Text(rows)}, {Code.Text(columns)}, {Code.Text(fromStride)}, {Code.Text(toStride)});");
        if (loop)
        {
            writer.Line(Code.Advance("x", from.RowStride));
            writer.Line(Code.Advance("y", to.RowStride));
            writer.Close();
        }
    }

    private static string Place(TensorView view) =>
        $"(channel * {Code.Text(view.ChannelStride)}) + (row * {Code.Text(view.RowStride)}) + (column * {Code.Text(view.PixelStride)})";

    private static void EmitCopies(CodeWriter writer, Tier tier, int channels, int fromStride, int toStride, TensorView from, TensorView to)
    {
        if (from.HasContiguousRows && to.HasContiguousRows && from.Pixels == fromStride && to.Pixels == toStride)
        {
            EmitCopy(writer, tier, "0", "0", from.Length);
            return;
        }

        Outer(writer, "channel", channels, () => Outer(writer, "row", from.Height, () => EmitCopy(
            writer,
            tier,
            $"(channel * {Code.Text(fromStride)}) + (row * {Code.Text(from.RowStride)})",
            $"(channel * {Code.Text(toStride)}) + (row * {Code.Text(to.RowStride)})",
            from.Width)));
    }

    private static void EmitCopy(CodeWriter writer, Tier tier, string from, string to, int length)
    {
        int lanes = tier.Lanes;
        while (lanes > length)
        {
            lanes /= 2;
        }

        if (lanes < 4 || length > MostVectors * lanes)
        {
            const string memory = "global::System.Runtime.InteropServices.MemoryMarshal";
            writer.Line($"{memory}.CreateReadOnlySpan(ref {Code.At("x", from)}, {Code.Text(length)})");
            writer.Line($"    .CopyTo({memory}.CreateSpan(ref {Code.At("y", to)}, {Code.Text(length)}));");
            return;
        }

        // The last vector may overlap the one before.
        writer.Line($"ref float source = ref {Code.At("x", from)};");
        writer.Line($"ref float target = ref {Code.At("y", to)};");
        for (int start = 0; start < length; start += lanes)
        {
            int place = System.Math.Min(start, length - lanes);
            Code.Store(writer, Code.Load(lanes, "source", place), lanes, lanes, "target", Code.Text(place));
        }
    }

    private static void Outer(CodeWriter writer, string variable, int count, System.Action body)
    {
        writer.Open($"for (nuint {variable} = 0; {variable} < {Code.Text(count)}; {variable}++)");
        body();
        writer.Close();
    }
}
