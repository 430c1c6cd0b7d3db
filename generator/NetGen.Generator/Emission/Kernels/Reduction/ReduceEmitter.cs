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
        using (var pixels = new PixelLoop(writer, output.Height, output.Width, new("x", input), new("y", output)))
        {
            if (axes.HasFlag(ImageAxes.Channels))
            {
                EmitScalars(writer, step, rows, columns, pixels.Suffix);
            }
            else
            {
                EmitVectors(writer, step, tier, (rows, columns), pixels.Suffix);
            }
        }
    }

    private static void EmitScalars(CodeWriter writer, ReduceStep step, int rows, int columns, string suffix)
    {
        TensorView input = step.Input;
        ReductionKind kind = step.Reduce.Kind;
        writer.Line($"double a = {Literal.Number(Start(kind))};");
        writer.Line($"ref float xRow = ref x{suffix};");
        using (writer.For("r", rows, ("xRow", input.RowStride)))
        {
            writer.Line("ref float q = ref xRow;");
            using (writer.For("s", columns, ("q", input.PixelStride)))
            using (writer.For("c", input.Channels))
            {
                string value = Address.At("q", Address.Times(input.Channels > 1 ? "c" : "0", input.ChannelStride));
                writer.Line(kind switch
                {
                    ReductionKind.Max => $"a = global::System.Math.Max(a, {value});",
                    ReductionKind.Min => $"a = global::System.Math.Min(a, {value});",
                    ReductionKind.Product => $"a *= {value};",
                    _ => $"a += {value};",
                });
            }
        }

        long count = (long)rows * columns * input.Channels;
        writer.Line(kind == ReductionKind.Mean ? $"y{suffix} = (float)(a / {Literal.Int(count)});" : $"y{suffix} = (float)a;");
    }

    private static void EmitVectors(CodeWriter writer, ReduceStep step, Tier tier, (int Rows, int Columns) window, string suffix)
    {
        ReductionKind kind = step.Reduce.Kind;
        (int rows, int columns) = window;
        VectorLoop.OverChannels(writer, tier, step.Output.Channels, (lanes, channels, offset) =>
        {
            string start = Simd.Broadcast(lanes, Literal.Float(Start(kind)));
            writer.Line($"{Simd.Type(lanes)} a = {start};");
            writer.Line($"ref float xRow = ref {Address.At("x" + suffix, offset)};");
            using (writer.For("r", rows, ("xRow", step.Input.RowStride)))
            {
                writer.Line($"{Simd.Type(lanes)} b = {start};");
                writer.Line("ref float q = ref xRow;");
                using (writer.For("s", columns, ("q", step.Input.PixelStride)))
                {
                    writer.Line(Combine(kind, lanes, "b", Simd.Load(lanes, "q", 0)));
                }

                writer.Line(Combine(kind, lanes, "a", "b"));
            }

            if (kind == ReductionKind.Mean)
            {
                writer.Line($"a *= {Literal.Float(1.0 / ((long)rows * columns))};");
            }

            Simd.Store(writer, "a", lanes, step.Output.HasSlack ? lanes : channels, "y" + suffix, offset);
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
        ReductionKind.Max => $"{a} = {Simd.Vector(lanes)}.Max({a}, {b});",
        ReductionKind.Min => $"{a} = {Simd.Vector(lanes)}.Min({a}, {b});",
        ReductionKind.Product => $"{a} *= {b};",
        _ => $"{a} += {b};",
    };
}
