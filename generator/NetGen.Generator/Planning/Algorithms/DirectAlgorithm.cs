using NetGen.Generator.Graphs;
using NetGen.Generator.Planning.Lowering;
using NetGen.Generator.Planning.Passes;

namespace NetGen.Generator.Planning.Algorithms;

/// <summary>Sums the taps of every result as they stand, vectors running over filters; of floats or of integers.</summary>
internal sealed class DirectAlgorithm : ConvolutionAlgorithm
{
    private DirectAlgorithm(ConvolutionSite site)
        : base(site)
    {
    }

    public static ConvolutionAlgorithm Choose(ConvolutionSite site) => new DirectAlgorithm(site);

    public override InputForm Input => SumsIntegers && !Site.Context.IsBatch ? InputForm.Pixels : InputForm.Any;

    public override bool SumsIntegers => Site.Context.Fuses && IntegerLayers.Contains(Site.Group.Main);

    public override bool ReadsRows => RowWindow.Of(Convolution.Window) == RowWindow.Single;

    public override bool StreamsRowsTo(LayerGroup reader) => true;

    public override TensorView Lower(LayerLowering lowering, LayerGroup group, TensorView input)
    {
        TensorView source = SumsIntegers ? lowering.Quantized(group) : input;
        Window window = Convolution.Window;
        TensorView output = lowering.Result(group);
        TensorView origin = source.Outside(window.Padding);

        // Where every pixel is a sum of its own, the kernel need not know where a row ends.
        bool isOneRow = window is { Taps: 1, StrideHeight: 1, StrideWidth: 1 } && !lowering.IsInStrip(group)
            && origin.HasContiguousRows && output.HasContiguousRows && lowering.ResidualOf(group) is null or { HasContiguousRows: true };
        (int Rows, int Columns) taps = (window.KernelHeight, window.KernelWidth);
        return lowering.AddFilters(
            group, origin, output, Convolution.Bias, SumsOver($"Convolution{taps.Rows}x{taps.Columns}", source, output, taps, isOneRow));
    }
}
