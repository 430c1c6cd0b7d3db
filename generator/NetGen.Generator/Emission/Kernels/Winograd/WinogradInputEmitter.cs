using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes the transform of a block's input, vectors running over channels; of a planar map, over columns.</summary>
internal static class WinogradInputEmitter
{
    /// <summary>Writes a kernel's body; <c>x</c> is the whole map and <c>y</c> the planes.</summary>
    public static void Emit(CodeWriter writer, WinogradStep step, Tier tier)
    {
        using CodeWriter.Scope tiles = WinogradEmitter.OpenTiles(writer, step);
        if (step.Transform.OverRows)
        {
            EmitBand(writer, step, tier, repeats: tiles.IsBlock);
        }
        else
        {
            EmitTile(writer, step, tier);
            if (tiles.IsBlock)
            {
                writer.Line(Address.Advance("y", LayoutPolicy.PixelStride(step.Channels)));
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
                writer.Phase($"Columns of the tile to the points {WinogradMath.PointsOf(step.Transform)}: t = Bᵀ·d.");
                var rows = new VectorRows("xTile", offset, step.Input.RowStride);
                for (int column = 0; column < size; column++)
                {
                    string[] loads = WinogradMath.Column("d", size, column);
                    rows.Load(writer, lanes, loads, column * step.Input.PixelStride);
                    WinogradMath.TransformInput(writer, step.Transform, lanes, loads, WinogradMath.Column("t", size, column));
                }

                writer.Phase("And its rows: v = t·B.");
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
    }

    /// <summary>
    /// A band's rows are transformed float by float, whatever pixel and channel they belong to, as far as pixels lie in the planes as in
    /// the map.
    /// </summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="step">The convolution.</param>
    /// <param name="tier">The tier.</param>
    /// <param name="repeats">Whether other bands follow.</param>
    private static void EmitBand(CodeWriter writer, WinogradStep step, Tier tier, bool repeats)
    {
        TensorView plane = step.Products[0].Input;
        WinogradTransform transform = step.Transform;
        int rowStride = transform.Stride * step.Input.RowStride;
        writer.Phase($"Rows of the image to the points {WinogradMath.PointsOf(transform)}: v = Bᵀ·d.");
        using (CodeWriter.Scope phases = writer.For("phase", transform.Stride))
        {
            writer.Line($"ref float xRow = ref {Address.At("x", Address.Sum(WinogradEmitter.RowOf(step, rowStride), phases.IsBlock ? Address.Times("phase", step.Input.RowStride) : "0"))};");
            if (plane.IsChannelsLast && step.Input.PixelStride == plane.PixelStride)
            {
                VectorLoop.OverFloats(writer, tier, plane.RowStride, EmitVector);
                if (repeats || phases.IsBlock)
                {
                    writer.Line(Address.Advance("y", plane.RowStride));
                }
            }
            else if (plane.IsChannelsLast)
            {
                using CodeWriter.Scope columns = writer.For("column", plane.Width);
                VectorLoop.OverChannels(writer, tier, step.Channels, (lanes, _, offset) => EmitVector(lanes, offset), mostUnrolled: 1);
                EmitAdvance(columns.IsBlock, step.Input.PixelStride, plane.PixelStride);
            }
            else
            {
                using CodeWriter.Scope channels = writer.For("channel", plane.Channels);
                VectorLoop.OverFloats(writer, tier, plane.Width, EmitVector);
                EmitAdvance(channels.IsBlock, step.Input.ChannelStride, plane.ChannelStride);
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
        void EmitAdvance(bool isLoop, int inputStride, int planeStride)
        {
            if (isLoop)
            {
                writer.Line(Address.Advance("xRow", inputStride));
            }

            writer.Line(Address.Advance("y", planeStride));
        }
    }
}
