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
        string share = Code.Float(1.0 / input.Pixels);
        Slots.ForEach(writer, tier, input.Channels, (lanes, channels, offset) =>
        {
            string type = Code.VectorType(lanes);
            writer.Line($"{type} mean = {Code.Zero(lanes)};");
            OpenRows(input, offset);
            writer.Line($"{type} sum = {Code.Zero(lanes)};");
            OpenColumns(input);
            writer.Line($"sum += {Code.Load(lanes, "q", 0)};");
            CloseColumns(input);
            writer.Line("mean += sum;");
            CloseRows(input);
            writer.Line($"mean *= {share};");

            writer.Line($"{type} rest = {Code.Zero(lanes)};");
            writer.Line($"{type} variance = {Code.Zero(lanes)};");
            OpenRows(input, offset);
            writer.Line($"{type} difference = {Code.Zero(lanes)};");
            writer.Line($"{type} sum = {Code.Zero(lanes)};");
            OpenColumns(input);
            writer.Line($"{type} d = {Code.Load(lanes, "q", 0)} - mean;");
            writer.Line("difference += d;");
            Code.Accumulate(writer, "sum", "d", "d");
            CloseColumns(input);
            writer.Line("rest += difference;");
            writer.Line("variance += sum;");
            CloseRows(input);
            writer.Line($"rest *= {share};");
            writer.Line($"variance = {Code.Vector(lanes)}.Max((variance * {share}) - (rest * rest), {Code.Zero(lanes)}) + {Code.Broadcast(lanes, Code.Float(step.Normalization.Epsilon))};");
            writer.Line($"{type} scale = {Code.Broadcast(lanes, "1f")} / {Code.Vector(lanes)}.Sqrt(variance);");
            if (step.RowLength > 0)
            {
                writer.Line($"scale *= {Code.Load(lanes, "w", offset)};");
                writer.Line($"{type} shift = {Code.Load(lanes, "w", Code.Plus(offset, step.RowLength))} - (rest * scale);");
            }
            else
            {
                writer.Line($"{type} shift = -(rest * scale);");
            }

            writer.Line($"ref float yRow = ref {Code.At("y", offset)};");
            OpenRows(input, offset);
            writer.Line("ref float p = ref yRow;");
            OpenColumns(input);
            string centred = $"{Code.Load(lanes, "q", 0)} - mean";
            writer.Line($"{type} v = {Code.MultiplyAdd(centred, "scale", "shift")};");
            Code.Store(writer, "v", lanes, step.Output.HasSlack ? lanes : channels, "p", "0");
            writer.Line(Code.Advance("p", step.Output.PixelStride));
            CloseColumns(input);
            writer.Line(Code.Advance("yRow", step.Output.RowStride));
            CloseRows(input);
        });

        void OpenRows(TensorView view, string offset)
        {
            writer.Open();
            writer.Line($"ref float xRow = ref {Code.At("x", offset)};");
            writer.Open($"for (nuint row = 0; row < {Code.Text(view.Height)}; row++)");
        }

        void OpenColumns(TensorView view)
        {
            writer.Line("ref float q = ref xRow;");
            writer.Open($"for (nuint column = 0; column < {Code.Text(view.Width)}; column++)");
        }

        void CloseColumns(TensorView view)
        {
            writer.Line(Code.Advance("q", view.PixelStride));
            writer.Close();
        }

        void CloseRows(TensorView view)
        {
            writer.Line(Code.Advance("xRow", view.RowStride));
            writer.Close();
            writer.Close();
        }
    }

    private static void EmitGroups(CodeWriter writer, NormalizationStep step)
    {
        TensorView input = step.Input;
        NormalizationOperation norm = step.Normalization;
        int channels = input.Channels / norm.Groups;
        string count = Code.Text((long)channels * input.Pixels);
        writer.Open($"for (nuint group = 0; group < {Code.Text(input.Channels)}; group += {Code.Text(channels)})");
        writer.Line("double mean = 0d;");
        EmitLoop($"mean += {Value(input, "x")};");
        writer.Line($"mean /= {count};");
        writer.Line("double variance = 0d;");
        EmitLoop($"double d = {Value(input, "x")} - mean;\nvariance += d * d;");
        writer.Line($"double scale = 1d / global::System.Math.Sqrt((variance / {count}) + {Code.Double(norm.Epsilon)});");
        string weight = norm.Parameters == NormalizationParameters.PerValue
            ? $"(((row * {Code.Text(input.Width)}) + column) * {Code.Text(Tier.ChannelStride(input.Channels))}) + c"
            : "c";
        string scaled = $"({Value(input, "x")} - mean) * scale";
        string learned = norm.Parameters == NormalizationParameters.None
            ? scaled
            : $"(({scaled}) * Unsafe.Add(ref w, {weight})) + Unsafe.Add(ref w, {Code.Plus(weight, step.RowLength)})";
        EmitLoop($"{Value(step.Output, "y")} = (float)({learned});");
        writer.Close();

        void EmitLoop(string body)
        {
            writer.Open($"for (nuint row = 0; row < {Code.Text(input.Height)}; row++)");
            writer.Open($"for (nuint column = 0; column < {Code.Text(input.Width)}; column++)");
            writer.Open($"for (nuint c = group; c < group + {Code.Text(channels)}; c++)");
            writer.Line(body);
            writer.Close();
            writer.Close();
            writer.Close();
        }
    }

    private static string Value(TensorView view, string name) =>
        $"Unsafe.Add(ref {name}, (row * {Code.Text(view.RowStride)}) + (column * {Code.Text(view.PixelStride)}) + (c * {Code.Text(view.ChannelStride)}))";
}
