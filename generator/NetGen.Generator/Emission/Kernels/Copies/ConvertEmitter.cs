using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes copies from one layout into another: the caller's NCHW spans to the kernels' maps and back.</summary>
internal static class ConvertEmitter
{
    /// <summary>Writes a kernel's body; <c>x</c> and <c>y</c> are its input and output.</summary>
    public static void Emit(CodeWriter writer, ConvertStep step, Tier tier)
    {
        TensorView from = step.Input;
        TensorView to = step.Output;
        if (step.IsPlanar)
        {
            EmitPlanes(writer, step, tier);
        }
        else if (from.ChannelStride == 1 && to.ChannelStride == 1)
        {
            Outer(writer, "row", from.Height, () => Outer(
                writer,
                "column",
                from.Width,
                () => EmitCopy(writer, tier, $"(row * {Code.Text(from.RowStride)}) + (column * {Code.Text(from.PixelStride)})", $"(row * {Code.Text(to.RowStride)}) + (column * {Code.Text(to.PixelStride)})", from.Channels)));
        }
        else if (step.Transposes)
        {
            EmitTranspose(writer, step);
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
    private static void EmitTranspose(CodeWriter writer, ConvertStep step)
    {
        (TensorView from, TensorView to) = (step.Input, step.Output);
        bool isShared = step.TakesShare;
        bool loop = !step.IsWhole
            && Code.OpenUnits(writer, "row", from.Height, isShared, ("x", from.RowStride), ("y", to.RowStride));
        string pixels = Code.Text(step.IsWhole ? from.Pixels : from.Width);
        if (step.IsWhole && isShared)
        {
            string most = Code.Text(ConvertStep.PixelsAtOnce);
            writer.Line($"nuint first = from * {most};");
            writer.Line($"nuint pixels = (to * {most} < {pixels} ? to * {most} : {pixels}) - first;");
            writer.Line($"x = ref Unsafe.Add(ref x, first * {Code.Text(from.PixelStride)});");
            writer.Line($"y = ref Unsafe.Add(ref y, first * {Code.Text(to.PixelStride)});");
            pixels = "pixels";
        }

        string channels = Code.Text(from.Channels);
        string arguments = from.ChannelStride == 1
            ? $"{pixels}, {channels}, {Code.Text(from.PixelStride)}, {Code.Text(to.ChannelStride)}"
            : $"{channels}, {pixels}, {Code.Text(from.ChannelStride)}, {Code.Text(to.PixelStride)}";
        writer.Line($"Layout.Transpose(ref x, ref y, {arguments});");
        if (loop)
        {
            writer.Line(Code.Advance("x", from.RowStride));
            writer.Line(Code.Advance("y", to.RowStride));
            writer.Close();
        }
    }

    private static string Place(TensorView view) =>
        $"(channel * {Code.Text(view.ChannelStride)}) + (row * {Code.Text(view.RowStride)}) + (column * {Code.Text(view.PixelStride)})";

    private static void EmitPlanes(CodeWriter writer, ConvertStep step, Tier tier)
    {
        (TensorView from, TensorView to) = (step.Input, step.Output);
        bool isShared = step.TakesShare;
        bool gathers = from.PixelStride > 1;
        if (!isShared && !gathers && step.IsWhole && from.Pixels == from.ChannelStride && to.Pixels == to.ChannelStride)
        {
            EmitCopy(writer, tier, "0", "0", from.Length);
            return;
        }

        Outer(writer, "channel", from.Channels, () => Outer(
            writer,
            "row",
            from.Height,
            () =>
            {
                string x = $"(channel * {Code.Text(from.ChannelStride)}) + (row * {Code.Text(from.RowStride)})";
                string y = $"(channel * {Code.Text(to.ChannelStride)}) + (row * {Code.Text(to.RowStride)})";
                if (gathers)
                {
                    writer.Line($"Layout.Gather(ref {Code.At("x", x)}, ref {Code.At("y", y)}, {Code.Text(from.Width)}, {Code.Text(from.PixelStride)});");
                }
                else
                {
                    EmitCopy(writer, tier, x, y, from.Width);
                }
            },
            isShared));
    }

    private static void EmitCopy(CodeWriter writer, Tier tier, string from, string to, int length)
    {
        int lanes = tier.LanesWithin(length);
        if (lanes < 4 || length > tier.Sizes.CopiedVectors * lanes)
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

    private static void Outer(CodeWriter writer, string variable, int count, System.Action body, bool isShared = false)
    {
        (string first, string end) = isShared ? ("from", "to") : ("0", Code.Text(count));
        writer.Open($"for (nuint {variable} = {first}; {variable} < {end}; {variable}++)");
        body();
        writer.Close();
    }
}
