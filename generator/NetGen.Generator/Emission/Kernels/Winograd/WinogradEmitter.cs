using System.Collections.Generic;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>
/// Writes convolutions by Winograd's algorithm: the walk over blocks of tiles. Their transforms are kernels of their own, and the
/// products between them ordinary filter kernels.
/// </summary>
internal static class WinogradEmitter
{
    /// <summary>The kernels of a convolution.</summary>
    /// <param name="Input">The one that transforms a block's input.</param>
    /// <param name="Products">Those that multiply one plane, for each size of block.</param>
    /// <param name="Output">The one that transforms a block's products back.</param>
    public sealed record Parts(string Input, IReadOnlyList<string> Products, string Output);

    /// <summary>
    /// Writes the walk over blocks; <c>x</c>, <c>w</c>, <c>s</c> and <c>y</c> are the input, packed weights, scratch and output, and
    /// <c>x1</c> what a residual connection adds. Threads take blocks, or filters of the only one, and have scratch of their own.
    /// </summary>
    public static void EmitBlocks(CodeWriter writer, WinogradStep step, Parts parts)
    {
        writer.Phase("In s, a plane of input for each point, and then a plane of products.");
        writer.Line($"ref float products = ref {Address.At("s", step.Transform.Planes * step.InputPlane)};");
        bool sharesFilters = WorkSharing.SharesFilters(step);
        string share = sharesFilters ? ", from, to" : "";
        string tiles = "";
        using (writer.ForUnits("block", step.Blocks, WorkSharing.Of(step).TakesShare && !sharesFilters))
        {
            if (step.Blocks > 1)
            {
                // Larger and smaller blocks take turns.
                writer.Line($"nuint first = {FirstTile("block")};");
                writer.Line($"nuint end = {FirstTile("(block + 1)")};");
                tiles = ", first, end";
            }

            writer.Phase($"{(step.Transform.OverRows ? "Rows" : "Tiles")} of the input to the points {WinogradMath.PointsOf(step.Transform)}: v = {(step.Transform.OverRows ? "Bᵀ·d" : "Bᵀ·d·B")}.");
            writer.Line($"{parts.Input}(ref x, ref s{tiles});");
            writer.Phase("A product for each point: sums over channels.");
            writer.Line("ref float inputPlane = ref s;");
            writer.Line($"ref float weightPlane = ref {Address.At("w", step.HeadLength)};");
            writer.Line("ref float productPlane = ref products;");
            int planes = step.Transform.Planes;
            using (writer.For("plane", planes, ("inputPlane", step.InputPlane), ("weightPlane", step.WeightPlane), ("productPlane", step.ProductPlane)))
            {
                if (step.Products[0].HasPhases)
                {
                    writer.Line("// At infinity, the shorter phases have no value.");
                    writer.Line($"nuint phases = plane == {Literal.Int(planes - 1)} ? {Literal.Int(step.Transform.PhasesAtInfinity)}u : {Literal.Int(step.Transform.Stride)}u;");
                }

                if (parts.Products.Count == 1)
                {
                    EmitProduct(parts.Products[0]);
                }
                else
                {
                    using (writer.Block($"if (end - first == {Literal.Int(step.BlockTiles)})"))
                    {
                        EmitProduct(parts.Products[0]);
                    }

                    using (writer.Block("else"))
                    {
                        EmitProduct(parts.Products[1]);
                    }
                }
            }

            writer.Phase($"Back to {(step.Transform.OverRows ? "rows" : "tiles")} of results: y = {(step.Transform.OverRows ? "Aᵀ·m" : "Aᵀ·m·A")}.");
            writer.Line($"{parts.Output}(ref products, {(step.Residual is null ? "" : "ref x1, ")}ref w, ref y{tiles}{share});");
        }

        void EmitProduct(string product) => writer.Line($"{product}(ref inputPlane, ref weightPlane, ref productPlane{(step.Products[0].HasPhases ? ", phases" : "")}{share});");

        string FirstTile(string block) => step.Tiles % step.Blocks == 0
            ? Address.Times(block.Trim('(', ')'), step.Tiles / step.Blocks)
            : $"{block} * {Literal.Int(step.Tiles)} / {Literal.Int(step.Blocks)}";
    }

    /// <summary>Opens the loop over a block's tiles, which may begin and end within a row of them.</summary>
    internal static CodeWriter.Scope OpenTiles(CodeWriter writer, WinogradStep step)
    {
        string variable = step.TileColumns == 1 ? "row" : step.TileRows == 1 ? "column" : "tile";
        CodeWriter.Scope loop = step.Blocks > 1 ? writer.Loop(variable, "first", "end") : writer.For(variable, step.Tiles);
        if (variable == "tile")
        {
            writer.Line($"nuint row = tile / {Literal.Int(step.TileColumns)};");
            writer.Line($"nuint column = tile - row * {Literal.Int(step.TileColumns)};");
        }

        return loop;
    }

    /// <summary>The distance of a tile's row from the first one's.</summary>
    internal static string RowOf(WinogradStep step, int stride, int ringBands = 0) => step.TileRows == 1 || ringBands == 1
        ? "0"
        : (ringBands > 0 ? $"row % {Literal.Int(ringBands)} * " : "row * ") + Literal.Int(step.Transform.Outputs * stride);

    /// <summary>The reference to a tile's first value; over rows, to its value in a column.</summary>
    internal static void EmitTileOf(CodeWriter writer, WinogradStep step, string map, TensorView view, int ringBands = 0)
    {
        bool isSoleColumn = step.Transform.OverRows ? step.Output.Width == 1 : step.TileColumns == 1;
        string column = isSoleColumn ? "0" : Address.Times("column", step.Transform.OutputColumns * view.PixelStride);
        writer.Line($"ref float {map}Tile = ref {Address.At(map, Address.Sum(RowOf(step, view.RowStride, ringBands), column))};");
    }
}
