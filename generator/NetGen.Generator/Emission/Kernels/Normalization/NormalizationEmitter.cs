using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>
/// Writes normalizations by the sample's own mean and variance: the mean first, then the mean square of what differs from it. Where each
/// channel is a group of its own, vectors run over channels, and what rounding took from the mean is found again as the mean of the
/// differences; elsewhere the sums are in double.
/// </summary>
internal static class NormalizationEmitter
{
    /// <summary>Writes a kernel's body; <c>x</c>, <c>w</c> and <c>y</c> are its input, packed weights and output.</summary>
    public static void Emit(CodeWriter writer, NormalizationStep step, Tier tier)
    {
        NormalizationOperation norm = step.Normalization;
        if (norm.Groups == step.Input.Channels && norm.Parameters != NormalizationParameters.PerValue)
        {
            EmitChannels(writer, step, tier);
        }
        else
        {
            EmitGroups(writer, step);
        }
    }

    private static void EmitChannels(CodeWriter writer, NormalizationStep step, Tier tier)
    {
        TensorView input = step.Input;
        var mean = new MeanOf(input.Pixels);
        VectorLoop.OverChannels(writer, tier, input.Channels, (lanes, channels, offset) =>
        {
            string type = Simd.Type(lanes);
            writer.Phase("The mean, row by row.");
            writer.Line($"{type} mean = {Simd.Zero(lanes)};");
            using (OpenRows(offset))
            {
                writer.Line($"{type} sum = {Simd.Zero(lanes)};");
                using (OpenColumns())
                {
                    writer.Line($"sum += {Simd.Load(lanes, "q", 0)};");
                }

                writer.Line("mean += sum;");
            }

            mean.Emit(writer, "mean");

            writer.Phase("The mean square of the differences; their mean is what rounding took from the mean.");
            writer.Line($"{type} rest = {Simd.Zero(lanes)};");
            writer.Line($"{type} variance = {Simd.Zero(lanes)};");
            using (OpenRows(offset))
            {
                writer.Line($"{type} difference = {Simd.Zero(lanes)};");
                writer.Line($"{type} sum = {Simd.Zero(lanes)};");
                using (OpenColumns())
                {
                    writer.Line($"{type} d = {Simd.Load(lanes, "q", 0)} - mean;");
                    writer.Line("difference += d;");
                    Simd.Accumulate(writer, "sum", "d", "d");
                }

                writer.Line("rest += difference;");
                writer.Line("variance += sum;");
            }

            mean.Emit(writer, "rest");
            writer.Line($"variance = {Simd.Vector(lanes)}.Max({mean.Of("variance")} - rest * rest, {Simd.Zero(lanes)}) + {Simd.Broadcast(lanes, Literal.Float(step.Normalization.Epsilon))};");
            writer.Line($"{type} scale = {Simd.Broadcast(lanes, "1f")} / {Simd.Vector(lanes)}.Sqrt(variance);");
            if (step.RowLength > 0)
            {
                writer.Line($"scale *= {Simd.Load(lanes, "w", offset)};");
                writer.Line($"{type} shift = {Simd.Load(lanes, "w", Address.Plus(offset, step.RowLength))} - rest * scale;");
            }
            else
            {
                writer.Line($"{type} shift = -(rest * scale);");
            }

            writer.Phase("Each value: what differs from the mean, scaled and shifted.");
            writer.Line($"ref float yRow = ref {Address.At("y", offset)};");
            using (OpenRows(offset, ("yRow", step.Output.RowStride)))
            {
                writer.Line("ref float p = ref yRow;");
                using (OpenColumns(("p", step.Output.PixelStride)))
                {
                    string centred = $"{Simd.Load(lanes, "q", 0)} - mean";
                    writer.Line($"{type} v = {Simd.MultiplyAdd(centred, "scale", "shift")};");
                    Simd.Store(writer, "v", lanes, step.Output.HasSlack ? lanes : channels, "p", "0");
                }
            }
        });

        // A block for each, since all have an xRow.
        CodeWriter.Scope OpenRows(string offset, params (string, long)[] others)
        {
            CodeWriter.Scope block = writer.Names();
            writer.Line($"ref float xRow = ref {Address.At("x", offset)};");
            return block.And(writer.For("row", input.Height, CodeWriter.Append(others, ("xRow", input.RowStride))));
        }

        CodeWriter.Scope OpenColumns(params (string, long)[] others)
        {
            writer.Line("ref float q = ref xRow;");
            return writer.For("column", input.Width, CodeWriter.Append(others, ("q", input.PixelStride)));
        }
    }

    private static void EmitGroups(CodeWriter writer, NormalizationStep step)
    {
        TensorView input = step.Input;
        NormalizationOperation norm = step.Normalization;
        int channels = input.Channels / norm.Groups;
        string channel = input.Channels == 1 ? "0" : channels == 1 ? "group" : "c";
        string count = Literal.Int((long)channels * input.Pixels);
        using (norm.Groups == 1 ? default : writer.StridedLoop("group", "0", Literal.Int(input.Channels), channels))
        {
            writer.Phase("The mean.");
            writer.Line("double mean = 0d;");
            EmitLoop($"mean += {Value(input, "x", channel)};");
            writer.Line($"mean /= {count};");
            writer.Phase("The mean square of the differences.");
            writer.Line("double variance = 0d;");
            EmitLoop($"double d = {Value(input, "x", channel)} - mean;\nvariance += d * d;");
            writer.Phase("Each value: what differs from the mean, scaled and shifted.");
            writer.Line($"double scale = 1d / global::System.Math.Sqrt(variance / {count} + {Literal.Double(norm.Epsilon)});");
            string weight = norm.Parameters == NormalizationParameters.PerValue
                ? Address.Sum(Address.Times(Address.Sum(Address.Times(Row(input), input.Width), Column(input)), LayoutPolicy.ChannelStride(input.Channels)), channel)
                : channel;
            string scaled = $"({Value(input, "x", channel)} - mean) * scale";
            string learned = norm.Parameters == NormalizationParameters.None
                ? scaled
                : $"{scaled} * Unsafe.Add(ref w, {weight}) + Unsafe.Add(ref w, {Address.Plus(weight, step.RowLength)})";
            EmitLoop($"{Value(step.Output, "y", channel)} = (float)({learned});");
        }

        void EmitLoop(string body)
        {
            using (writer.For("row", input.Height))
            using (writer.For("column", input.Width))
            using (norm.Groups == 1 || channels == 1 ? writer.For("c", channels) : writer.Loop("c", "group", "group + " + Literal.Int(channels)))
            {
                writer.Line(body);
            }
        }
    }

    private static string Value(TensorView view, string name, string channel) => Address.At(name, Address.Sum(
        Address.Times(Row(view), view.RowStride), Address.Times(Column(view), view.PixelStride), Address.Times(channel, view.ChannelStride)));

    private static string Row(TensorView view) => view.Height == 1 ? "0" : "row";

    private static string Column(TensorView view) => view.Width == 1 ? "0" : "column";
}
