using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>
/// Writes the loop over strips of rows: the last step computes its next rows, and every other one those that they still need. What is
/// read again stays where it is, in a ring of rows.
/// </summary>
internal sealed class StripEmitter
{
    private const string Memory = "global::System.Runtime.InteropServices.MemoryMarshal";

    private readonly CodeWriter writer;
    private readonly StripStep strip;
    private readonly IReadOnlyList<Parts> parts;

    /// <summary>What each step's residual connection adds, and the name of the reference to it.</summary>
    private readonly List<(int Step, string Reference, TensorView View)> residuals = [];

    private StripEmitter(CodeWriter writer, StripStep strip, IReadOnlyList<Parts> parts)
    {
        this.writer = writer;
        this.strip = strip;
        this.parts = parts;
        for (int i = 0; i < strip.Steps.Count; i++)
        {
            foreach (TensorView view in strip.Steps[i].MoreInputs)
            {
                residuals.Add((i, "x" + Literal.Int(residuals.Count + 1), view));
            }
        }
    }

    /// <summary>The kernels of one step.</summary>
    /// <param name="Kernel">The step's own.</param>
    /// <param name="ClearBorder">The one that sets to zero what surrounds the rows it streams to the next, where there is such.</param>
    /// <param name="Comment">What it computes.</param>
    public sealed record Parts(string Kernel, string? ClearBorder, string Comment);

    /// <summary>
    /// Writes a kernel's body; <c>x</c>, <c>w</c>, <c>s</c> and <c>y</c> are its input, packed weights, line buffers and output,
    /// <c>x1</c> and so on what residual connections add, and <c>from</c> and <c>to</c> the strips to compute.
    /// </summary>
    public static void Emit(CodeWriter writer, StripStep strip, IReadOnlyList<Parts> parts) => new StripEmitter(writer, strip, parts).Emit();

    private int Last => strip.Steps.Count - 1;

    private void Emit()
    {
        writer.Phase("The share's first rows: step n computes those from start n on.");
        EmitFirstRows();
        for (int i = 0; i < Last; i++)
        {
            if (parts[i].ClearBorder is { } clear)
            {
                writer.Phase($"Zeros around what step {i} gives.");
                writer.Line($"{clear}(ref {Address.At("s", strip.Buffers[i].Map.Offset)});");
            }
        }

        writer.Line();
        using (writer.Loop("strip", "from", "to"))
        {
            writer.Phase("How far each step gets in this strip.");
            EmitEnds();
            for (int i = 0; i <= Last; i++)
            {
                EmitStep(i);
            }

            writer.Phase("The next strip begins where this one ends.");
            foreach (int i in Enumerable.Range(0, strip.Steps.Count).Where(DeclaresRows))
            {
                writer.Line($"{Start(i)} = {End(i)};");
            }
        }
    }

    /// <summary>Whether a step's rows are not simply those of the next one.</summary>
    private bool DeclaresRows(int step) => step == Last || strip.Buffers[step].IsRing;

    /// <summary>The rows of a step's unit: a band's, of a convolution by Winograd's algorithm.</summary>
    private int UnitOf(int step) => strip.Steps[step] is WinogradStep winograd ? winograd.Transform.Outputs : 1;

    /// <summary>Whether a kernel finds its units in the whole map.</summary>
    private bool IsAbsolute(int step) => strip.Steps[step] is WinogradStep;

    /// <summary>The first unit that a step computes in a strip.</summary>
    private string Start(int step) => DeclaresRows(step) ? "start" + Literal.Int(step) : Start(step + 1);

    /// <summary>The unit after the last one.</summary>
    private string End(int step) => DeclaresRows(step) ? "end" + Literal.Int(step) : End(step + 1);

    /// <summary>Declares where a thread's first rows are, and moves what it reads and writes there.</summary>
    private void EmitFirstRows()
    {
        foreach (int i in Enumerable.Range(0, strip.Steps.Count).Where(DeclaresRows).Reverse())
        {
            string first = Address.Times("from", strip.Rows);
            if (i < Last)
            {
                LineBuffer buffer = strip.Buffers[i];
                string reached = Address.Times(Start(i + 1), buffer.Window.Stride);
                string top = Literal.Int(buffer.Window.Top);
                first = buffer.Window.Top == 0 ? reached : $"{reached} < {top} ? 0 : {reached} - {top}";
            }

            writer.Line($"nuint {Start(i)} = {(UnitOf(i) == 1 ? first : $"{(first.Contains("?") ? $"({first})" : first)} / {Literal.Int(UnitOf(i))}")};");
        }

        if (!IsAbsolute(0))
        {
            writer.Line(Address.Advance("x", Address.Times(Start(0), strip.InputStep)));
        }

        foreach ((int step, string reference, TensorView view) in residuals.Where(r => !IsAbsolute(r.Step)))
        {
            writer.Line(Address.Advance(reference, Address.Times(Start(step), view.RowStride)));
        }

        writer.Line(Address.Advance("y", Address.Times(Start(Last), strip.Output.RowStride)));
    }

    /// <summary>Declares how far each step gets: to the last row that the next one reads, or to the map's end.</summary>
    private void EmitEnds()
    {
        foreach (int i in Enumerable.Range(0, strip.Steps.Count).Where(DeclaresRows).Reverse())
        {
            string end = $"{Start(i)} + {Literal.Int(strip.Rows)}";
            int height = strip.Output.Height;
            bool fits = height % strip.Rows == 0;
            if (i < Last)
            {
                LineBuffer buffer = strip.Buffers[i];
                int beyond = buffer.Window.Height - buffer.Window.Stride - buffer.Window.Top;
                end = Address.Times(End(i + 1), buffer.Window.Stride) + (beyond < 0 ? " - " + Literal.Int(-beyond) : beyond > 0 ? " + " + Literal.Int(beyond) : "");
                height = buffer.Height;
                fits = buffer.Window.Reach(strip.Steps[i + 1].Output.Height) - buffer.Window.Top <= height;
            }

            writer.Line($"nuint {End(i)} = {end};");
            if (!fits)
            {
                writer.Line($"{End(i)} = {End(i)} < {Literal.Int(height)} ? {End(i)} : {Literal.Int(height)};");
            }

            if (UnitOf(i) > 1)
            {
                writer.Line($"{End(i)} = ({End(i)} + {Literal.Int(UnitOf(i) - 1)}) / {Literal.Int(UnitOf(i))};");
            }
        }
    }

    private void EmitStep(int i)
    {
        Step step = strip.Steps[i];
        LineBuffer? source = i > 0 ? strip.Buffers[i - 1] : null;
        LineBuffer? ring = i < Last && strip.Buffers[i].IsRing && !IsAbsolute(i) ? strip.Buffers[i] : null;
        (string first, string end, string count) = (Start(i), End(i), $"{End(i)} - {Start(i)}");
        string output = i == Last ? "y" : Address.At("s", strip.Buffers[i].Inside.Offset);
        writer.Phase($"Step {i}: {parts[i].Comment}");
        string header = $"for (nuint row = {Start(i)}, count; row < {End(i)}; row += count)";
        using (ring is null ? default : writer.Block(header))
        {
            if (ring is not null)
            {
                // As many rows as there are slots until the ring starts over. A plain line buffer starts with the strip, not with these rows.
                (first, end, count) = ("row", "row + count", "count");
                output = $"Unsafe.Add(ref s, {Offset(ring.Map, ring.Border.Left * ring.Map.PixelStride)}{Address.Times("slot", ring.Map.RowStride)})";
                string rest = $"{End(i)} - row";
                string slots = $"{Literal.Int(ring.Rows)} - slot";
                writer.Line($"nuint slot = {Rows("row", ring.Border.Top)} % {Literal.Int(ring.Rows)};");
                writer.Line($"count = {rest} < {slots} ? {rest} : {slots};");
            }

            string added = string.Concat(residuals.Where(r => r.Step == i).Select(r => $"ref {r.Reference}, "));
            string weights = step.WeightLength > 0 ? $"ref {Address.At("w", step.WeightOffset - strip.WeightOffset)}, " : "";
            string input = source is null ? "x"
                : ring is not null && !source.IsRing ? $"Unsafe.Add(ref s, {Offset(source.Map, 0)}{Address.Times($"row - {Start(i)}", source.Map.RowStride)})"
                : Address.At("s", source.Map.Offset);
            string scratch = step.ScratchBuffer is null ? "" : $"ref {Address.At("s", strip.BufferLength)}, ";
            string share = IsAbsolute(i) || source is { IsRing: true } ? $"{first}, {end}" : $"0, {count}";
            writer.Line($"{parts[i].Kernel}(ref {input}, {added}{weights}{scratch}ref {output}, {share});");
            if (!IsAbsolute(i))
            {
                EmitAdvance(i, count);
            }
        }

        if (ring is not null)
        {
            EmitBottom(i, ring);
        }
    }

    /// <summary>Moves what a step reads and writes on by a number of rows.</summary>
    private void EmitAdvance(int i, string count)
    {
        if (i == 0)
        {
            Advance("x", strip.InputStep);
        }

        foreach ((_, string reference, TensorView view) in residuals.Where(r => r.Step == i))
        {
            Advance(reference, view.RowStride);
        }

        if (i == Last)
        {
            Advance("y", strip.Output.RowStride);
        }

        void Advance(string reference, int distance) =>
            writer.Line(Address.Advance(reference, Address.Times(count, distance)));
    }

    /// <summary>Below a map's last row are zeros.</summary>
    private void EmitBottom(int i, LineBuffer ring)
    {
        int below = ring.Border.Top + ring.Height;
        if (ring.Border.Bottom > 0 && ring.Window.Reach(strip.Steps[i + 1].Output.Height) > below)
        {
            string stride = Literal.Int(ring.Map.RowStride);
            string end = Address.Plus(Address.Times(End(i + 1), ring.Window.Stride), ring.Window.Height - ring.Window.Stride);
            using (writer.Loop("row", Literal.Int(below), end))
            {
                writer.Line($"{Memory}.CreateSpan(ref Unsafe.Add(ref s, {Offset(ring.Map, 0)}{Address.InRing("row", ring.Rows, ring.Map.RowStride)}), {stride}).Clear();");
            }
        }
    }

    /// <summary>An offset in a line buffer, to which a row's is added.</summary>
    private static string Offset(TensorView map, int column) => map.Offset + column == 0 ? "" : Literal.Int(map.Offset + column) + " + ";

    private static string Rows(string row, int more) => more == 0 ? row : $"({row} + {Literal.Int(more)})";
}
