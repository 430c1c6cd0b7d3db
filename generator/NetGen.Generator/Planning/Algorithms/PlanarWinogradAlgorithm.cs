using NetGen.Generator.Graphs;
using NetGen.Generator.Planning.Lowering;
using NetGen.Generator.Planning.Passes;

namespace NetGen.Generator.Planning.Algorithms;

/// <summary>Transforms the rows of the caller's image by Winograd's algorithm, vectors running over columns.</summary>
internal sealed class PlanarWinogradAlgorithm : ConvolutionAlgorithm
{
    private readonly PlanarWinogradTile tile;

    private PlanarWinogradAlgorithm(ConvolutionSite site, PlanarWinogradTile tile)
        : base(site) => this.tile = tile;

    public static ConvolutionAlgorithm? Choose(ConvolutionSite site) => Choose(site, pools: false);

    /// <summary>The same together with the pooling after it, for which even columns and odd ones take turns.</summary>
    public static ConvolutionAlgorithm? ChoosePooled(ConvolutionSite site) => site.ReadsImage && site.Pooling is not null ? Choose(site, pools: true) : null;

    public override Border Border => PlanarWinograd.Border(Site.Group.Main, tile.Phases);

    public override InputForm Input => InputForm.Columns;

    public override int ColumnPhases => tile.Phases;

    public override bool TakesPooling => tile.Phases == 2;

    public override bool ReadsRows => false;

    public override bool StreamsRowsTo(LayerGroup reader) => false;

    public override TensorView Lower(LayerLowering lowering, LayerGroup group, TensorView input)
    {
        TensorView output = lowering.Result(group);
        return lowering.Steps.Add(new PlanarWinogradStep(
            group.Layers, input.Outside(Border), output, lowering.ParametersOf(group, Convolution.Bias, output), tile)
        {
            Filters = Convolution.Filters,
            Window = Convolution.Window,
            Computed = Site.Output,
            Scratch = lowering.Values.NewScratch(group.Main.Name + ", transformed"),
        }).Output;
    }

    /// <summary>The tile, where it costs less than direct sums over columns do and is worth it beside those over filters.</summary>
    private static PlanarWinogradAlgorithm? Choose(ConvolutionSite site, bool pools)
    {
        if (!site.ReadsImage || !site.WritesPixels || !site.Context.AllowsWinograd
            || PlanarWinograd.Choose(site.Tier, site.Convolution, site.Input, site.Output, pools) is not (var tile, var cost))
        {
            return null;
        }

        bool isCheapest = !(PlanarAlgorithm.TileFor(site, pools)?.Cost < cost);
        return isCheapest && PlanarAlgorithm.IsWorth(site, cost) ? new PlanarWinogradAlgorithm(site, tile) : null;
    }
}
