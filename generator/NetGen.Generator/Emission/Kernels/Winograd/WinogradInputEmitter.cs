using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes the transform of a block's input, vectors running over channels; of a planar map, over columns.</summary>
internal static class WinogradInputEmitter
{
    /// <summary>Writes a kernel's body; <c>x</c> is the whole map and <c>y</c> the planes.</summary>
    public static void Emit(CodeWriter writer, WinogradStep step, Tier tier)
    {
        using (WinogradEmitter.OpenTiles(writer, step))
        {
            if (step.Transform.OverRows)
            {
                EmitBand(writer, step, tier);
            }
            else
            {
                EmitTile(writer, step, tier);
            }
        }
    }

    private static void EmitTile(CodeWriter writer, WinogradStep step, Tier tier)
    {
        int size = step.Transform.Size;
        WinogradEmitter.EmitTileOf(writer, step, "x", step.Input);
        VectorLoop.OverChannels(
            writer,
            tier,
            step.Channels,
            (lanes, _, offset) =>
            {
                var rows = new VectorRows("xTile", offset, step.Input.RowStride);
                for (int column = 0; column < size; column++)
                {
                    string[] loads = WinogradMath.Column("d", size, column);
                    rows.Load(writer, lanes, loads, column * step.Input.PixelStride);
                    WinogradMath.TransformInput(writer, step.Transform, lanes, loads, WinogradMath.Column("t", size, column));
                }

                for (int row = 0; row < size; row++)
                {
                    string[] results = WinogradMath.Row("v", row, size);
                    WinogradMath.TransformInput(writer, step.Transform, lanes, WinogradMath.Row("t", row, size), results);
                    for (int column = 0; column < size; column++)
                    {
                        Simd.Store(writer, results[column], lanes, lanes, "y", offset, ((row * size) + column) * step.InputPlane);
                    }
                }
            },
            mostUnrolled: 1);
        writer.Line(Address.Advance("y", LayoutPolicy.PixelStride(step.Channels)));
    }

    /// <summary>
    /// A band's rows are transformed float by float, whatever pixel and channel they belong to, as far as pixels lie in the planes as in
    /// the map.
    /// </summary>
    private static void EmitBand(CodeWriter writer, WinogradStep step, Tier tier)
    {
        TensorView plane = step.Products[0].Input;
        WinogradTransform transform = step.Transform;
        int rowStride = transform.Stride * step.Input.RowStride;
        string place = $"row * {Literal.Int(transform.Outputs * rowStride)}";
        using (CodeWriter.Scope phases = writer.For("phase", transform.Stride))
        {
            writer.Line($"ref float xRow = ref Unsafe.Add(ref x, {(phases.IsBlock ? $"({place}) + (phase * {Literal.Int(step.Input.RowStride)})" : place)});");
            if (plane.IsChannelsLast && step.Input.PixelStride == plane.PixelStride)
            {
                VectorLoop.OverFloats(writer, tier, plane.RowStride, EmitVector);
                writer.Line(Address.Advance("y", plane.RowStride));
            }
            else if (plane.IsChannelsLast)
            {
                using (writer.For("column", plane.Width))
                {
                    VectorLoop.OverChannels(writer, tier, step.Channels, (lanes, _, offset) => EmitVector(lanes, offset), mostUnrolled: 1);
                    EmitAdvance(step.Input.PixelStride, plane.PixelStride);
                }
            }
            else
            {
                using (writer.For("channel", plane.Channels))
                {
                    VectorLoop.OverFloats(writer, tier, plane.Width, EmitVector);
                    EmitAdvance(step.Input.ChannelStride, plane.ChannelStride);
                }
            }
        }

        void EmitVector(int lanes, string offset) => WinogradMath.EmitRows(
            writer,
            transform,
            lanes,
            new VectorRows("xRow", offset, rowStride),
            new VectorRows("y", offset, step.InputPlane),
            step.Products[0].HasPhases ? $"phase < {Literal.Int(transform.PhasesAtInfinity)}" : null);

        // The next band's planes follow, even where this one's are written without a loop.
        void EmitAdvance(int inputStride, int planeStride)
        {
            writer.Line(Address.Advance("xRow", inputStride));
            writer.Line(Address.Advance("y", planeStride));
        }
    }
}
