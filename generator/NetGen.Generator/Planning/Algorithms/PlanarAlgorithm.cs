using NetGen.Generator.Graphs;
using NetGen.Generator.Planning.Lowering;
using NetGen.Generator.Planning.Passes;

namespace NetGen.Generator.Planning.Algorithms;

/// <summary>Reads the caller's image plane by plane, vectors running over columns.</summary>
internal sealed class PlanarAlgorithm : ConvolutionAlgorithm
{
    private readonly PlanarTile tile;

    private PlanarAlgorithm(ConvolutionSite site, PlanarTile tile, bool pools)
        : base(site)
    {
        this.tile = tile;
        TakesPooling = pools;
    }

    public static ConvolutionAlgorithm? Choose(ConvolutionSite site) => Choose(site, pools: false);

    /// <summary>The same together with the pooling after it.</summary>
    public static ConvolutionAlgorithm? ChoosePooled(ConvolutionSite site) =>
        site.ReadsImage && site.WritesPixels && site.Pooling is not null ? Choose(site, pools: true) : null;

    /// <summary>The tile with which a convolution of the caller's image is fastest, and its cycles; null where it cannot be computed so.</summary>
    public static (PlanarTile Tile, double Cost)? TileFor(ConvolutionSite site, bool pools) => site.ReadsImage && (site.WritesPlanes || site.WritesPixels)
        ? PlanarConvolution.Choose(site.Tier, site.Convolution, site.Input, site.Output, site.WritesPlanes, pools)
        : null;

    /// <summary>Whether so many cycles are worth it, beside direct sums.</summary>
    public static bool IsWorth(ConvolutionSite site, double cost) =>
        PlanarConvolution.IsWorth(cost, site.Tier, site.Convolution, site.Input, site.Output, site.WritesPlanes);

    public override Border Border => PlanarConvolution.Border(Convolution.Window, Site.Input, Site.Output);

    public override InputForm Input => Convolution.Window.StrideWidth > 1 ? InputForm.Columns : InputForm.Any;

    public override int ColumnPhases => Convolution.Window.StrideWidth;

    public override bool TakesPooling { get; }

    public override bool WritesPlanes => true;

    public override bool ReadsRows => false;

    public override bool StreamsRowsTo(LayerGroup reader) => false;

    public override TensorView Lower(LayerLowering lowering, LayerGroup group, TensorView input)
    {
        TensorView output = lowering.Result(group);
        return lowering.Steps.Add(new PlanarStep(
            group.Layers, input.Outside(Border), output, lowering.ParametersOf(group, Convolution.Bias, output), tile)
        {
            Filters = Convolution.Filters,
            Channels = input.Channels / Convolution.Groups,
            Groups = Convolution.Groups,
            Window = Convolution.Window,
            Computed = Site.Output,
            Pools = TakesPooling,
        }).Output;
    }

    private static PlanarAlgorithm? Choose(ConvolutionSite site, bool pools) =>
        TileFor(site, pools) is (var tile, var cost) && IsWorth(site, cost) ? new PlanarAlgorithm(site, tile, pools) : null;
}
