using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes zeros, or what stands for zero, around a map, in memory that other activations use too.</summary>
internal static class BorderEmitter
{
    /// <summary>
    /// Writes a kernel's body; <c>y</c> is the map with its border. One of several threads takes the rows within the border from
    /// <c>from</c> to <c>to</c>, and what lies above the first of them and below the last.
    /// </summary>
    public static void Emit(CodeWriter writer, TensorView whole, Border border, bool isShared) => Emit(writer, whole, border, isShared, "Clear()");

    /// <summary>The same for a map of integers; <c>w</c> is the word that stands for zeros.</summary>
    public static void EmitFill(CodeWriter writer, BorderStep step) => Emit(writer, step.Whole, step.Border, isShared: false, "Fill(w)");

    private static void Emit(CodeWriter writer, TensorView whole, Border border, bool isShared, string call)
    {
        bool planar = !whole.IsChannelsLast;
        int pixel = planar ? 1 : whole.PixelStride;
        int planes = planar ? whole.Channels : 1;
        using (writer.For("plane", planes, ("y", whole.Height * whole.RowStride)))
        {
            int top = border.Top * whole.RowStride;
            int bottom = border.Bottom * whole.RowStride;
            int rows = whole.Height - border.Top - border.Bottom;
            if (top + bottom > 0)
            {
                writer.Phase("Above and below.");
            }

            Write(writer, "y", 0, top, call, isShared ? "from == 0" : null);
            Write(writer, "y", (whole.Height * whole.RowStride) - bottom, bottom, call, isShared ? $"to == {Literal.Int(rows)}" : null);
            if (border.Left + border.Right > 0)
            {
                writer.Phase("Left and right.");
                writer.Line($"ref float yRow = ref {Address.At("y", top)};");
                using (writer.ForUnits("row", rows, isShared, ("yRow", whole.RowStride)))
                {
                    Write(writer, "yRow", 0, border.Left * pixel, call);
                    Write(writer, "yRow", whole.RowStride - (border.Right * pixel), border.Right * pixel, call);
                }
            }
        }
    }

    private static void Write(CodeWriter writer, string reference, int offset, int length, string call, string? condition = null)
    {
        if (length == 0)
        {
            return;
        }

        using (writer.If(condition))
        {
            writer.Line($"global::System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref {Address.At(reference, offset)}, {Literal.Int(length)}).{call};");
        }
    }
}
