using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>
/// Writes reductions over some of the axes. Where channels stay, vectors run over them, and each row is summed on its own first, which
/// keeps long sums accurate; where they do not, sums are in double.
/// </summary>
internal static class ReduceEmitter
{
    /// <summary>Writes a kernel's body; <c>x</c> and <c>y</c> are its input and output.</summary>
    public static void Emit(CodeWriter writer, ReduceStep step, Tier tier)
    {
        TensorView input = step.Input;
        TensorView output = step.Output;
        ImageAxes axes = step.Reduce.Axes;
        int rows = axes.HasFlag(ImageAxes.Height) ? input.Height : 1;
        int columns = axes.HasFlag(ImageAxes.Width) ? input.Width : 1;
        writer.Open($"for (nuint row = 0; row < {Code.Text(output.Height)}; row++)");
        writer.Line("ref float xPixel = ref x;");
        writer.Line("ref float yPixel = ref y;");
        writer.Open($"for (nuint column = 0; column < {Code.Text(output.Width)}; column++)");
        if (axes.HasFlag(ImageAxes.Channels))
        {
            EmitScalars(writer, step, rows, columns);
        }
        else
        {
            EmitVectors(writer, step, tier, rows, columns);
        }

        writer.Line(Code.Advance("xPixel", input.PixelStride));
        writer.Line(Code.Advance("yPixel", output.PixelStride));
        writer.Close();
        writer.Line(Code.Advance("x", input.RowStride));
        writer.Line(Code.Advance("y", output.RowStride));
        writer.Close();
    }

    private static void EmitScalars(CodeWriter writer, ReduceStep step, int rows, int columns)
    {
        TensorView input = step.Input;
        ReductionKind kind = step.Reduce.Kind;
        writer.Line($"double a = {Code.Number(Start(kind))};");
        writer.Line("ref float xRow = ref xPixel;");
        writer.Open($"for (nuint r = 0; r < {Code.Text(rows)}; r++)");
        writer.Line("ref float q = ref xRow;");
        writer.Open($"for (nuint s = 0; s < {Code.Text(columns)}; s++)");
        writer.Open($"for (nuint c = 0; c < {Code.Text(input.Channels)}; c++)");
        string value = $"Unsafe.Add(ref q, c * {Code.Text(input.ChannelStride)})";
        writer.Line(kind switch
        {
            ReductionKind.Max => $"a = global::System.Math.Max(a, {value});",
            ReductionKind.Min => $"a = global::System.Math.Min(a, {value});",
            ReductionKind.Product => $"a *= {value};",
            _ => $"a += {value};",
        });
        writer.Close();
        writer.Line(Code.Advance("q", input.PixelStride));
        writer.Close();
        writer.Line(Code.Advance("xRow", input.RowStride));
        writer.Close();
        long count = (long)rows * columns * input.Channels;
        writer.Line(kind == ReductionKind.Mean ? $"yPixel = (float)(a / {Code.Text(count)});" : "yPixel = (float)a;");
    }

    private static void EmitVectors(CodeWriter writer, ReduceStep step, Tier tier, int rows, int columns)
    {
        ReductionKind kind = step.Reduce.Kind;
        Slots.ForEach(writer, tier, step.Output.Channels, (lanes, channels, offset) =>
        {
            string start = Code.Broadcast(lanes, Code.Float(Start(kind)));
            writer.Line($"{Code.VectorType(lanes)} a = {start};");
            writer.Line($"ref float xRow = ref {Code.At("xPixel", offset)};");
            writer.Open($"for (nuint r = 0; r < {Code.Text(rows)}; r++)");
            writer.Line($"{Code.VectorType(lanes)} b = {start};");
            writer.Line("ref float q = ref xRow;");
            writer.Open($"for (nuint s = 0; s < {Code.Text(columns)}; s++)");
            writer.Line(Combine(kind, lanes, "b", Code.Load(lanes, "q", 0)));
            writer.Line(Code.Advance("q", step.Input.PixelStride));
            writer.Close();
            writer.Line(Combine(kind, lanes, "a", "b"));
            writer.Line(Code.Advance("xRow", step.Input.RowStride));
            writer.Close();
            if (kind == ReductionKind.Mean)
            {
                writer.Line($"a *= {Code.Float(1.0 / ((long)rows * columns))};");
            }

            Code.Store(writer, "a", lanes, step.Output.HasSlack ? lanes : channels, "yPixel", offset);
        });
    }

    private static double Start(ReductionKind kind) => kind switch
    {
        ReductionKind.Max => double.NegativeInfinity,
        ReductionKind.Min => double.PositiveInfinity,
        ReductionKind.Product => 1,
        _ => 0,
    };

    private static string Combine(ReductionKind kind, int lanes, string a, string b) => kind switch
    {
        ReductionKind.Max => $"{a} = {Code.Vector(lanes)}.Max({a}, {b});",
        ReductionKind.Min => $"{a} = {Code.Vector(lanes)}.Min({a}, {b});",
        ReductionKind.Product => $"{a} *= {b};",
        _ => $"{a} += {b};",
    };
}
