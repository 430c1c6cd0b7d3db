using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>
/// Writes results whose every axis is taken from the input's of its own: by arithmetic where the places are in a row, else by tables.
/// Vectors run over channels, unless those change their order.
/// </summary>
internal static class ResampleEmitter
{
    /// <summary>Writes a kernel's body; <c>x</c> and <c>y</c> are its input and output.</summary>
    public static void Emit(CodeWriter writer, ResampleStep step, Tier tier)
    {
        Shape input = Shape.Image(step.Input.Channels, step.Input.Height, step.Input.Width);
        Shape output = Shape.Image(step.Output.Channels, step.Output.Height, step.Output.Width);
        AxisMap channels = step.Resample.Channels(input, output);
        AxisMap rows = step.Resample.Rows(input, output);
        AxisMap columns = step.Resample.Columns(input, output);
        EmitTables(writer, "channel", channels);
        EmitTables(writer, "row", rows);
        EmitTables(writer, "column", columns);
        using (writer.SignedLoop("row", output.Height, ("y", step.Output.RowStride)))
        {
            writer.Line("ref float yPixel = ref y;");
            using (writer.SignedLoop("column", output.Width, ("yPixel", step.Output.PixelStride)))
            {
                bool isGather = rows.IsGather && columns.IsGather;
                bool fillsPixels = rows.HasFill || columns.HasFill;
                if (isGather || fillsPixels)
                {
                    writer.Line($"int rowPlace = {Place(rows, "row", First(rows, "row"))};");
                    writer.Line($"int columnPlace = {Place(columns, "column", First(columns, "column"))};");
                }

                if (fillsPixels)
                {
                    using (writer.If("(rowPlace | columnPlace) < 0"))
                    using (writer.Loop("c", step.Output.Channels))
                    {
                        writer.Line($"Unsafe.Add(ref yPixel, c) = {Literal.Float(step.Resample.Fill)};");
                    }
                }

                using (fillsPixels ? writer.Block("else") : default)
                {
                    if (isGather)
                    {
                        EmitGather(writer, step, tier, channels);
                    }
                    else
                    {
                        EmitSum(writer, step, tier, rows, columns);
                    }
                }
            }
        }
    }

    private static void EmitTables(CodeWriter writer, string axis, AxisMap map)
    {
        if (map.Step is null)
        {
            writer.Line($"global::System.ReadOnlySpan<int> {axis}Places = [{string.Join(", ", map.Places.Select(p => Literal.Int(p)))}];");
        }

        if (!map.IsGather)
        {
            writer.Line($"global::System.ReadOnlySpan<float> {axis}Weights = [{string.Join(", ", map.Weights.Select(Literal.Float))}];");
        }
    }

    private static string Place(AxisMap map, string axis, string index) => map.Step is int step
        ? $"({Literal.Int(map.Places[0])} + ({index} * {Literal.Int(step)}))"
        : $"{axis}Places[{index}]";

    /// <summary>The first of the places of a row or column.</summary>
    private static string First(AxisMap map, string index) => map.Taps == 1 ? index : $"{index} * {Literal.Int(map.Taps)}";

    private static void EmitGather(CodeWriter writer, ResampleStep step, Tier tier, AxisMap channels)
    {
        TensorView input = step.Input;
        writer.Line($"ref float xPixel = ref Unsafe.Add(ref x, (rowPlace * {Literal.Int(input.RowStride)}) + (columnPlace * {Literal.Int(input.PixelStride)}));");
        if (channels.Step == 1)
        {
            VectorLoop.OverChannels(writer, tier, step.Output.Channels, (lanes, used, offset) =>
            {
                writer.Line($"{Simd.Type(lanes)} a = {Simd.Load(lanes, "xPixel", Address.Plus(offset, channels.Places[0]))};");
                Simd.Store(writer, "a", lanes, step.Output.HasSlack ? lanes : used, "yPixel", offset);
            });
        }
        else
        {
            using (writer.SignedLoop("c", step.Output.Channels))
            {
                string value = $"Unsafe.Add(ref xPixel, {Place(channels, "channel", "c")} * {Literal.Int(input.ChannelStride)})";
                writer.Line(channels.HasFill
                    ? $"Unsafe.Add(ref yPixel, c) = channelPlaces[c] < 0 ? {Literal.Float(step.Resample.Fill)} : {value};"
                    : $"Unsafe.Add(ref yPixel, c) = {value};");
            }
        }
    }

    private static void EmitSum(CodeWriter writer, ResampleStep step, Tier tier, AxisMap rows, AxisMap columns)
    {
        VectorLoop.OverChannels(writer, tier, step.Output.Channels, (lanes, used, offset) =>
        {
            writer.Line($"{Simd.Type(lanes)} a = {Simd.Zero(lanes)};");
            string rowTap = $"(row * {Literal.Int(rows.Taps)}) + dy";
            string columnTap = $"(column * {Literal.Int(columns.Taps)}) + dx";
            using (writer.SignedLoop("dy", rows.Taps))
            {
                writer.Line($"ref float xRow = ref Unsafe.Add(ref x, {Place(rows, "row", rowTap)} * {Literal.Int(step.Input.RowStride)});");
                writer.Line($"{Simd.Type(lanes)} sum = {Simd.Zero(lanes)};");
                using (writer.SignedLoop("dx", columns.Taps))
                {
                    writer.Line($"ref float q = ref Unsafe.Add(ref xRow, {Place(columns, "column", columnTap)} * {Literal.Int(step.Input.PixelStride)});");
                    string weight = columns.IsGather ? "1f" : $"columnWeights[{columnTap}]";
                    Simd.Accumulate(writer, "sum", Simd.Load(lanes, "q", offset), Simd.Broadcast(lanes, weight));
                }

                string rowWeight = rows.IsGather ? "1f" : $"rowWeights[{rowTap}]";
                Simd.Accumulate(writer, "a", "sum", Simd.Broadcast(lanes, rowWeight));
            }

            Simd.Store(writer, "a", lanes, step.Output.HasSlack ? lanes : used, "yPixel", offset);
        });
    }
}
