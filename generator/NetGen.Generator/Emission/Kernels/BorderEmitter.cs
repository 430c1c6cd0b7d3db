using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes zeros, or what stands for zero, around a map, in memory that other activations use too.</summary>
internal static class BorderEmitter
{
    /// <summary>Writes a kernel's body; <c>y</c> is the map with its border.</summary>
    public static void Emit(CodeWriter writer, TensorView whole, Border border) => Emit(writer, whole, border, "Clear()");

    /// <summary>The same for a map of integers; <c>w</c> is the word that stands for zeros.</summary>
    public static void EmitFill(CodeWriter writer, BorderStep step) => Emit(writer, step.Whole, step.Border, "Fill(w)");

    private static void Emit(CodeWriter writer, TensorView whole, Border border, string call)
    {
        bool planar = !whole.IsChannelsLast;
        int pixel = planar ? 1 : whole.PixelStride;
        int planes = planar ? whole.Channels : 1;
        writer.Open($"for (nuint plane = 0; plane < {Code.Text(planes)}; plane++)");
        int top = border.Top * whole.RowStride;
        int bottom = border.Bottom * whole.RowStride;
        Write(writer, "y", 0, top, call);
        Write(writer, "y", (whole.Height * whole.RowStride) - bottom, bottom, call);
        if (border.Left + border.Right > 0)
        {
            writer.Line($"ref float yRow = ref {Code.At("y", top)};");
            writer.Open($"for (nuint row = 0; row < {Code.Text(whole.Height - border.Top - border.Bottom)}; row++)");
            Write(writer, "yRow", 0, border.Left * pixel, call);
            Write(writer, "yRow", whole.RowStride - (border.Right * pixel), border.Right * pixel, call);
            writer.Line(Code.Advance("yRow", whole.RowStride));
            writer.Close();
        }

        writer.Line(Code.Advance("y", whole.Height * whole.RowStride));
        writer.Close();
    }

    private static void Write(CodeWriter writer, string reference, int offset, int length, string call)
    {
        if (length > 0)
        {
            writer.Line($"global::System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref {Code.At(reference, offset)}, {Code.Text(length)}).{call};");
        }
    }
}
