using System;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning.Lowering;
using NetGen.Generator.Planning.Passes;

namespace NetGen.Generator.Planning.Algorithms;

/// <summary>
/// Sums the taps of every result without those that read nothing but zeros: at a dilation about as large as the map, or on a map of one
/// row, most of a kernel lies in the padding wherever it stands. What is left is summed directly.
/// </summary>
internal sealed class TrimmedAlgorithm : ConvolutionAlgorithm
{
    private readonly Stretch rows;
    private readonly Stretch columns;

    private TrimmedAlgorithm(ConvolutionSite site, Stretch rows, Stretch columns)
        : base(site)
    {
        this.rows = rows;
        this.columns = columns;
    }

    public static ConvolutionAlgorithm? Choose(ConvolutionSite site)
    {
        if (!site.Context.Fuses || site.Context.IsInteger || site.Convolution.IsDepthwise(site.Input))
        {
            return null;
        }

        Window window = site.Convolution.Window;
        var rows = Stretch.Of(window.KernelHeight, window.DilationHeight, window.StrideHeight, window.Padding.Top, site.Input.Height, site.Output.Height);
        var columns = Stretch.Of(window.KernelWidth, window.DilationWidth, window.StrideWidth, window.Padding.Left, site.Input.Width, site.Output.Width);
        return rows.Taps > 0 && columns.Taps > 0 && rows.Taps * columns.Taps < window.Taps ? new TrimmedAlgorithm(site, rows, columns) : null;
    }

    public override Border Border => new(Math.Max(0, rows.Before), rows.After, Math.Max(0, columns.Before), columns.After);

    public override InputForm Input => InputForm.Any;

    public override bool ReadsRows => false;

    public override bool StreamsRowsTo(LayerGroup reader) => true;

    public override TensorView Lower(LayerLowering lowering, LayerGroup group, TensorView input)
    {
        Window window = Convolution.Window;
        TensorView output = lowering.Result(group);
        TensorView origin = input with { Offset = input.Offset - (rows.Before * input.RowStride) - (columns.Before * input.PixelStride) };

        // A single tap takes a row for a row; where those follow each other on both sides, the kernel need not know where one ends.
        bool isOneRow = rows.Taps * columns.Taps == 1 && window is { StrideHeight: 1, StrideWidth: 1 } && !lowering.IsInStrip(group)
            && input.RowStride == output.Width * input.PixelStride && output.HasContiguousRows
            && lowering.ResidualOf(group) is null or { HasContiguousRows: true };
        FilterGeometry sums = SumsOver($"Trimmed{rows.Taps}x{columns.Taps}", input, output, (rows.Taps, columns.Taps), isOneRow);
        return lowering.AddFilters(group, origin, output, Convolution.Bias, sums with
        {
            Part = new KernelTaps(window.KernelHeight, window.KernelWidth, rows.First, rows.Taps, columns.First, columns.Taps),
        });
    }

    /// <summary>The taps along an axis that read a value for some result.</summary>
    /// <param name="First">The first of them.</param>
    /// <param name="Taps">How many there are.</param>
    /// <param name="Before">The zeros that the first of them reads before the map; negative where it begins within.</param>
    /// <param name="After">The zeros that the last of them reads after the map.</param>
    private readonly record struct Stretch(int First, int Taps, int Before, int After)
    {
        public static Stretch Of(int kernel, int dilation, int stride, int padding, int length, int results)
        {
            long reach = (long)(results - 1) * stride;
            int first = 0;
            while (first < kernel && ((long)first * dilation) - padding + reach < 0)
            {
                first++;
            }

            int end = kernel;
            while (end > first && ((long)(end - 1) * dilation) - padding >= length)
            {
                end--;
            }

            int before = padding - (first * dilation);
            long last = ((long)(end - 1) * dilation) - padding + reach;
            return new Stretch(first, end - first, before, (int)Math.Max(0, last - (length - 1)));
        }
    }
}
