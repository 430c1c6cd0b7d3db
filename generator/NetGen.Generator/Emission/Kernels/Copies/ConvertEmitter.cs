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
            using (writer.For("row", from.Height))
            using (writer.For("column", from.Width))
            {
                EmitCopy(writer, tier, ("x", PixelOf(from)), ("y", PixelOf(to)), from.Channels);
            }
        }
        else if (step.Transposes)
        {
            EmitTranspose(writer, step);
        }
        else
        {
            using (writer.For("channel", from.Channels))
            using (writer.For("row", from.Height))
            using (writer.For("column", from.Width))
            {
                writer.Line($"{Address.At("y", ValueOf(to))} = {Address.At("x", ValueOf(from))};");
            }
        }
    }

    /// <summary>A matrix of channels by pixels changes places, in one go where rows follow each other, else row by row.</summary>
    private static void EmitTranspose(CodeWriter writer, ConvertStep step)
    {
        (TensorView from, TensorView to) = (step.Input, step.Output);
        bool isShared = WorkSharing.Of(step).TakesShare;
        using (step.IsWhole ? default : writer.ForUnits("row", from.Height, isShared, ("x", from.RowStride), ("y", to.RowStride)))
        {
            string pixels = Literal.Int(step.IsWhole ? from.Pixels : from.Width);
            if (step.IsWhole && isShared)
            {
                string most = Literal.Int(ConvertStep.PixelsAtOnce);
                writer.Phase("The share's pixels.");
                writer.Line($"nuint first = from * {most};");
                writer.Line($"nuint pixels = (to * {most} < {pixels} ? to * {most} : {pixels}) - first;");
                writer.Line(Address.Advance("x", Address.Times("first", from.PixelStride)));
                writer.Line(Address.Advance("y", Address.Times("first", to.PixelStride)));
                pixels = "pixels";
            }

            string channels = Literal.Int(from.Channels);
            string arguments = from.ChannelStride == 1
                ? $"{pixels}, {channels}, {Literal.Int(from.PixelStride)}, {Literal.Int(to.ChannelStride)}"
                : $"{channels}, {pixels}, {Literal.Int(from.ChannelStride)}, {Literal.Int(to.PixelStride)}";
            writer.Line($"Layout.Transpose(ref x, ref y, {arguments});");
        }
    }

    private static string RowOf(TensorView view) => Address.Times(view.Height > 1 ? "row" : "0", view.RowStride);

    private static string PixelOf(TensorView view) => Address.Sum(RowOf(view), Address.Times(view.Width > 1 ? "column" : "0", view.PixelStride));

    private static string PlaneOf(TensorView view) => Address.Times(view.Channels > 1 ? "channel" : "0", view.ChannelStride);

    private static string ValueOf(TensorView view) => Address.Sum(PlaneOf(view), PixelOf(view));

    private static void EmitPlanes(CodeWriter writer, ConvertStep step, Tier tier)
    {
        (TensorView from, TensorView to) = (step.Input, step.Output);
        bool isShared = WorkSharing.Of(step).TakesShare;
        bool gathers = from.PixelStride > 1;
        if (!isShared && !gathers && step.IsWhole && from.Pixels == from.ChannelStride && to.Pixels == to.ChannelStride)
        {
            EmitCopy(writer, tier, ("x", "0"), ("y", "0"), from.Length);
            return;
        }

        using (writer.For("channel", from.Channels))
        using (isShared ? writer.Loop("row", "from", "to") : writer.For("row", from.Height))
        {
            string x = Address.Sum(PlaneOf(from), RowOf(from));
            string y = Address.Sum(PlaneOf(to), RowOf(to));
            if (gathers)
            {
                writer.Line($"Layout.Gather(ref {Address.At("x", x)}, ref {Address.At("y", y)}, {Literal.Int(from.Width)}, {Literal.Int(from.PixelStride)});");
            }
            else
            {
                EmitCopy(writer, tier, ("x", x), ("y", y), from.Width);
            }
        }
    }

    /// <summary>Writes a copy of values that follow each other.</summary>
    public static void EmitCopy(CodeWriter writer, Tier tier, (string Reference, string Offset) from, (string Reference, string Offset) to, int length)
    {
        (string x, string y) = (Address.At(from.Reference, from.Offset), Address.At(to.Reference, to.Offset));
        int lanes = tier.LanesWithin(length);
        if (lanes < 4 || length > tier.Sizes.CopiedVectors * lanes)
        {
            const string memory = "global::System.Runtime.InteropServices.MemoryMarshal";
            writer.Line($"{memory}.CreateReadOnlySpan(ref {x}, {Literal.Int(length)})");
            writer.Line($"    .CopyTo({memory}.CreateSpan(ref {y}, {Literal.Int(length)}));");
            return;
        }

        // The last vector may overlap the one before.
        writer.Line($"ref float source = ref {x};");
        writer.Line($"ref float target = ref {y};");
        for (int start = 0; start < length; start += lanes)
        {
            int offset = System.Math.Min(start, length - lanes);
            Simd.Store(writer, Simd.Load(lanes, "source", offset), lanes, lanes, "target", Literal.Int(offset));
        }
    }
}
