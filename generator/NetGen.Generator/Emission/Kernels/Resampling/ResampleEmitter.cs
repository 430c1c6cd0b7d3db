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
        using (writer.SignedFor("row", output.Height, ("y", step.Output.RowStride)))
        {
            writer.Line("ref float yPixel = ref y;");
            using (writer.SignedFor("column", output.Width, ("yPixel", step.Output.PixelStride)))
            {
                bool isGather = rows.IsGather && columns.IsGather;
                bool fillsPixels = rows.HasFill || columns.HasFill;
                if (isGather || fillsPixels)
                {
                    writer.Line($"int rowPlace = {Place(rows, "row", First(rows, output.Height > 1 ? "row" : "0"))};");
                    writer.Line($"int columnPlace = {Place(columns, "column", First(columns, output.Width > 1 ? "column" : "0"))};");
                }

                if (fillsPixels)
                {
                    using (writer.If("(rowPlace | columnPlace) < 0"))
                    using (writer.For("c", step.Output.Channels))
                    {
                        writer.Line($"{Address.At("yPixel", step.Output.Channels > 1 ? "c" : "0")} = {Literal.Float(step.Resample.Fill)};");
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
        ? Address.Sum(Literal.Int(map.Places[0]), Address.Times(index, step))
        : $"{axis}Places[{index}]";

    /// <summary>The first of the places of a row or column.</summary>
    private static string First(AxisMap map, string index) => Address.Times(index, map.Taps);

    private static void EmitGather(CodeWriter writer, ResampleStep step, Tier tier, AxisMap channels)
    {
        TensorView input = step.Input;
        writer.Line($"ref float xPixel = ref Unsafe.Add(ref x, {Address.Sum(Address.Times("rowPlace", input.RowStride), Address.Times("columnPlace", input.PixelStride))});");
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
            using (writer.SignedFor("c", step.Output.Channels))
            {
                string c = step.Output.Channels > 1 ? "c" : "0";
                string value = Address.At("xPixel", Address.Times(Place(channels, "channel", c), input.ChannelStride));
                string fill = channels.HasFill ? $"channelPlaces[{c}] < 0 ? {Literal.Float(step.Resample.Fill)} : " : "";
                writer.Line($"{Address.At("yPixel", c)} = {fill}{value};");
            }
        }
    }

    /// <summary>A tap of a row or column among those of all.</summary>
    private static string Tap(string index, int length, int taps, string tap) =>
        Address.Sum(Address.Times(length > 1 ? index : "0", taps), taps > 1 ? tap : "0");

    private static void EmitSum(CodeWriter writer, ResampleStep step, Tier tier, AxisMap rows, AxisMap columns)
    {
        VectorLoop.OverChannels(writer, tier, step.Output.Channels, (lanes, used, offset) =>
        {
            writer.Line($"{Simd.Type(lanes)} a = {Simd.Zero(lanes)};");
            string rowTap = Tap("row", step.Output.Height, rows.Taps, "dy");
            string columnTap = Tap("column", step.Output.Width, columns.Taps, "dx");
            using (writer.SignedFor("dy", rows.Taps))
            {
                writer.Line($"ref float xRow = ref {Address.At("x", Address.Times(Place(rows, "row", rowTap), step.Input.RowStride))};");
                writer.Line($"{Simd.Type(lanes)} sum = {Simd.Zero(lanes)};");
                using (writer.SignedFor("dx", columns.Taps))
                {
                    writer.Line($"ref float q = ref {Address.At("xRow", Address.Times(Place(columns, "column", columnTap), step.Input.PixelStride))};");
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
