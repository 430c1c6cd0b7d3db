using NetGen.Generator.Planning.Lowering;
using NetGen.Generator.Planning.Passes;

namespace NetGen.Generator.Planning.Algorithms;

/// <summary>A filter for each channel, vectors running over channels.</summary>
internal sealed class DepthwiseAlgorithm : ConvolutionAlgorithm
{
    private DepthwiseAlgorithm(ConvolutionSite site)
        : base(site)
    {
    }

    public static ConvolutionAlgorithm? Choose(ConvolutionSite site) =>
        site.Convolution.IsDepthwise(site.Input) ? new DepthwiseAlgorithm(site) : null;

    public override InputForm Input => InputForm.Pixels;

    public override bool StoresIntegers => true;

    public override bool ReadsRows => true;

    public override bool StreamsRowsTo(LayerGroup reader) => true;

    public override TensorView Lower(LayerLowering lowering, LayerGroup group, TensorView input)
    {
        TensorView output = lowering.Result(group);
        return lowering.Steps.Add(new DepthwiseStep(
            group.Layers,
            input.Outside(Convolution.Window.Padding),
            output,
            lowering.ParametersOf(group, Convolution.Bias, output),
            Convolution.Window)
        {
            Lanes = Site.Tier.CoveredLanes(input.Channels),
            Pixels = TilePlanner.ChoosePixels(Site.Tier, output.Width, Convolution.Window.KernelWidth),
            RingRows = lowering.RingRowsOf(group),
        }).Output;
    }
}
