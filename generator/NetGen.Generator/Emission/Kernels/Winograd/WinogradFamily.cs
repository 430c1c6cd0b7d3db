using System.Linq;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Convolutions by Winograd's algorithm: a walk over blocks of tiles, with kernels of its own for transforms and products.</summary>
internal sealed class WinogradFamily : KernelFamily<WinogradStep>
{
    protected override string Name(WinogradStep step, KernelContext context) => $"{step.Transform.Name}{step.Transform.Outputs}x{step.Transform.Kernel}";

    protected override void Emit(CodeWriter writer, WinogradStep step, KernelContext context) =>
        WinogradEmitter.EmitBlocks(writer, step, PartsOf(step, context));

    protected override void Pack(PackWriter packer, WinogradStep step)
    {
        FilterSums product = step.Products[0];
        packer.Filters(step.Parameters, step.LayerFilters, step.Channels, step.Transform.Kernel * step.KernelWidth);
        packer.WriteWinograd(step, new WinogradPacking
        {
            Transform = step.Transform,
            KernelWidth = step.KernelWidth,
            FirstFilter = step.FirstFilter,
            Filters = step.Filters,
            HeadStride = step.HeadStride,
            TileLanes = product.Tile.Vectors * packer.Lanes,
            Lanes = product.GroupLanes,
            PlaneLength = step.WeightPlane,
            ChannelsFirst = product.ChannelsFirst,
        });
    }

    protected override WinogradStep WithoutOwnOffsets(WinogradStep step) => step with
    {
        Products = WithoutOffsets(step.Products),
        Scratch = 0,
        LayerFilters = 0,
        FirstFilter = 0,
    };

    /// <summary>Finds or writes the kernels that a convolution consists of.</summary>
    private static WinogradEmitter.Parts PartsOf(WinogradStep step, KernelContext context)
    {
        string stem = $"{Literal.Int(step.Transform.Outputs)}x{Literal.Int(step.Transform.Kernel)}_{Literal.Int(step.BlockTiles)}";
        string tiles = $"{(step.Blocks > 1 ? "blocks of " : "")}{Literal.Int(step.BlockTiles)} {step.TileName} of {step.Transform}";
        string kind = step.Transform.Name;
        string block = step.Blocks > 1 ? ", nuint first, nuint end" : "";
        string share = WorkSharing.SharesFilters(step) ? KernelSet.ShareParameters : "";
        string residual = step.Residual is null ? "" : "ref float x1, ";
        return new WinogradEmitter.Parts(
            context.Call(new KernelPart(
                $"{kind}Input{stem}x{Literal.Int(step.Channels)}",
                "ref float x, ref float y" + block,
                tiles,
                w => WinogradInputEmitter.Emit(w, step, context.Tier))),
            [.. step.Products.Select(p => context.Call(new KernelPart(
                $"Product{Literal.Int(p.Rows * p.Columns)}x{Literal.Int(p.Taps)}x{Literal.Int(step.Filters)}",
                $"ref float x, ref float w, ref float y{(p.HasPhases ? ", nuint phases" : "")}{share}",
                $"{Literal.Int(p.Rows * p.Columns)}×{Literal.Int(p.Taps)} by {Literal.Int(p.Taps)}×{Literal.Int(step.Filters)}",
                w => FilterEmitter.Emit(w, p, context.Tier))))],
            context.Call(new KernelPart(
                $"{kind}Output{stem}x{Literal.Int(step.Filters)}",
                $"ref float x, {residual}ref float w, ref float y{block}{share}",
                tiles,
                w => WinogradOutputEmitter.Emit(w, step, context.Tier))));
    }
}
