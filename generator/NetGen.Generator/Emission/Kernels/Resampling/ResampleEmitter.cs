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
        writer.Open($"for (int row = 0; row < {Code.Text(output.Height)}; row++)");
        writer.Line("ref float yPixel = ref y;");
        writer.Open($"for (int column = 0; column < {Code.Text(output.Width)}; column++)");
        bool isGather = rows.IsGather && columns.IsGather;
        bool fillsPixels = rows.HasFill || columns.HasFill;
        if (isGather || fillsPixels)
        {
            writer.Line($"int rowPlace = {Place(rows, "row", First(rows, "row"))};");
            writer.Line($"int columnPlace = {Place(columns, "column", First(columns, "column"))};");
        }

        if (fillsPixels)
        {
            writer.Open("if ((rowPlace | columnPlace) < 0)");
            writer.Open($"for (nuint c = 0; c < {Code.Text(step.Output.Channels)}; c++)");
            writer.Line($"Unsafe.Add(ref yPixel, c) = {Code.Float(step.Resample.Fill)};");
            writer.Close();
            writer.Close();
            writer.Open("else");
        }

        if (isGather)
        {
            EmitGather(writer, step, tier, channels);
        }
        else
        {
            EmitSum(writer, step, tier, rows, columns);
        }

        if (fillsPixels)
        {
            writer.Close();
        }

        writer.Line(Code.Advance("yPixel", step.Output.PixelStride));
        writer.Close();
        writer.Line(Code.Advance("y", step.Output.RowStride));
        writer.Close();
    }

    private static void EmitTables(CodeWriter writer, string axis, AxisMap map)
    {
        if (map.Step is null)
        {
            writer.Line($"global::System.ReadOnlySpan<int> {axis}Places = [{string.Join(", ", map.Places.Select(p => Code.Text(p)))}];");
        }

        if (!map.IsGather)
        {
            writer.Line($"global::System.ReadOnlySpan<float> {axis}Weights = [{string.Join(", ", map.Weights.Select(Code.Float))}];");
        }
    }

    private static string Place(AxisMap map, string axis, string index) => map.Step is int step
        ? $"({Code.Text(map.Places[0])} + ({index} * {Code.Text(step)}))"
        : $"{axis}Places[{index}]";

    /// <summary>The first of the places of a row or column.</summary>
    private static string First(AxisMap map, string index) => map.Taps == 1 ? index : $"{index} * {Code.Text(map.Taps)}";

    private static void EmitGather(CodeWriter writer, ResampleStep step, Tier tier, AxisMap channels)
    {
        TensorView input = step.Input;
        writer.Line($"ref float xPixel = ref Unsafe.Add(ref x, (rowPlace * {Code.Text(input.RowStride)}) + (columnPlace * {Code.Text(input.PixelStride)}));");
        if (channels.Step == 1)
        {
            Slots.ForEach(writer, tier, step.Output.Channels, (lanes, used, offset) =>
            {
                writer.Line($"{Code.VectorType(lanes)} a = {Code.Load(lanes, "xPixel", Code.Plus(offset, channels.Places[0]))};");
                Code.Store(writer, "a", lanes, step.Output.HasSlack ? lanes : used, "yPixel", offset);
            });
        }
        else
        {
            writer.Open($"for (int c = 0; c < {Code.Text(step.Output.Channels)}; c++)");
            string value = $"Unsafe.Add(ref xPixel, {Place(channels, "channel", "c")} * {Code.Text(input.ChannelStride)})";
            writer.Line(channels.HasFill
                ? $"Unsafe.Add(ref yPixel, c) = channelPlaces[c] < 0 ? {Code.Float(step.Resample.Fill)} : {value};"
                : $"Unsafe.Add(ref yPixel, c) = {value};");
            writer.Close();
        }
    }

    private static void EmitSum(CodeWriter writer, ResampleStep step, Tier tier, AxisMap rows, AxisMap columns)
    {
        Slots.ForEach(writer, tier, step.Output.Channels, (lanes, used, offset) =>
        {
            writer.Line($"{Code.VectorType(lanes)} a = {Code.Zero(lanes)};");
            string rowTap = $"(row * {Code.Text(rows.Taps)}) + dy";
            string columnTap = $"(column * {Code.Text(columns.Taps)}) + dx";
            writer.Open($"for (int dy = 0; dy < {Code.Text(rows.Taps)}; dy++)");
            writer.Line($"ref float xRow = ref Unsafe.Add(ref x, {Place(rows, "row", rowTap)} * {Code.Text(step.Input.RowStride)});");
            writer.Line($"{Code.VectorType(lanes)} sum = {Code.Zero(lanes)};");
            writer.Open($"for (int dx = 0; dx < {Code.Text(columns.Taps)}; dx++)");
            writer.Line($"ref float q = ref Unsafe.Add(ref xRow, {Place(columns, "column", columnTap)} * {Code.Text(step.Input.PixelStride)});");
            string weight = columns.IsGather ? "1f" : $"columnWeights[{columnTap}]";
            Code.Accumulate(writer, "sum", Code.Load(lanes, "q", offset), Code.Broadcast(lanes, weight));
            writer.Close();
            string rowWeight = rows.IsGather ? "1f" : $"rowWeights[{rowTap}]";
            Code.Accumulate(writer, "a", "sum", Code.Broadcast(lanes, rowWeight));
            writer.Close();
            Code.Store(writer, "a", lanes, step.Output.HasSlack ? lanes : used, "yPixel", offset);
        });
    }
}
