using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning.Passes;

namespace NetGen.Generator.Planning.Lowering;

/// <summary>Layers whose results are sums of taps, vectors running over filters.</summary>
internal sealed partial class LayerLowering
{
    /// <summary>Adds the step that sums taps.</summary>
    /// <param name="group">The group whose sums they are.</param>
    /// <param name="origin">What the first tap of the first result reads.</param>
    /// <param name="output">Where the results are stored.</param>
    /// <param name="bias">Whether sums begin with a bias.</param>
    /// <param name="geometry">What is summed.</param>
    /// <returns>The output.</returns>
    public TensorView AddFilters(LayerGroup group, TensorView origin, TensorView output, bool bias, FilterGeometry geometry) =>
        AddFilters(group, origin, output, ParametersOf(group, bias, output), geometry);

    /// <summary>The same with other tensors than the group's first layer's own, as a part of what computes it.</summary>
    private TensorView AddFilters(
        LayerGroup group, TensorView origin, TensorView output, SumParameters parameters, FilterGeometry geometry, string? purpose = null)
    {
        Tier tier = Context.Tier;
        int filters = geometry.Filters / geometry.Groups;
        int taps = geometry.Channels * geometry.Positions;
        WeightStorage storage = origin.IsQuantized ? WeightStorage.Float32 : StorageOf(geometry.Loops, taps);

        // Unpacked weights take registers beside the packed ones.
        Tier tileTier = storage == WeightStorage.Float32 ? tier : tier with { Registers = tier.Registers - 2 };
        return Steps.Add(new FilterStep(group.Layers, origin, output, parameters, geometry)
        {
            Part = purpose,
            Lanes = tier.Lanes,
            GroupLanes = tier.CoveredLanes(filters),
            Tile = origin.IsQuantized ? TilePlanner.ChooseForIntegers(tier, filters, geometry.Columns, taps)
                : Context.IsBatch ? TilePlanner.ChooseForBatch(tileTier, geometry.Filters, geometry.Columns, geometry.Channels)
                : TilePlanner.Choose(tileTier, filters, geometry.Columns, taps),
            Storage = storage,
            MoreInputs = ResidualOf(group) is { } residual ? [residual] : default,
        }).Output;
    }

    /// <summary>Adds the products of each pixel of a row by weights; of a vector, which may be a map by its layout, those of all of it.</summary>
    private TensorView AddPointwise(LayerGroup group, TensorView input, TensorView output, SumParameters parameters, string? purpose)
    {
        bool isVector = group.Main.Input.IsVector;
        var sums = FilterGeometry.Over(
            "Products",
            input,
            output.Channels,
            input.Channels,
            new TapLoop(isVector ? input.Height : 1, input.RowStride),
            new TapLoop(isVector ? input.Width : 1, input.PixelStride));
        return AddFilters(group, input, output, parameters, sums with { Columns = output.Width, ColumnStep = input.PixelStride }, purpose);
    }

    /// <summary>A dense layer is a convolution whose kernel is as large as the map; on a vector, of one pixel.</summary>
    private TensorView LowerDense(LayerGroup group, DenseOperation dense, TensorView input) =>
        AddFilters(group, input, Result(group), dense.Bias, FilterGeometry.Over(
            "Dense", input, dense.Units, input.Channels, new TapLoop(input.Height, input.RowStride), new TapLoop(input.Width, input.PixelStride)));

    /// <summary>A phase of the output, every n-th pixel at a stride of n, is an ordinary convolution with some of the kernel's taps.</summary>
    private TensorView LowerTransposed(LayerGroup group, TransposedConvolutionOperation operation, TensorView input)
    {
        Window window = operation.Window;
        TensorView output = Result(group);
        int channels = group.Main.Input.Channels / operation.Groups;
        foreach ((TransposedPhase rows, TransposedPhase columns) in TransposedConvolution.Phases(window, output.Height, output.Width))
        {
            TensorView origin = input with { Offset = input.Offset + (rows.FirstInput * input.RowStride) + (columns.FirstInput * input.PixelStride) };
            TensorView phase = output with
            {
                Offset = output.Offset + (rows.First * output.RowStride) + (columns.First * output.PixelStride),
                Height = rows.Count,
                Width = columns.Count,
                RowStride = output.RowStride * window.StrideHeight,
                PixelStride = output.PixelStride * window.StrideWidth,
            };
            var sums = FilterGeometry.Over(
                $"Transposed{window.KernelHeight}x{window.KernelWidth}",
                input,
                operation.Filters,
                channels,
                new TapLoop(rows.Taps, rows.InputStep * input.RowStride),
                new TapLoop(columns.Taps, columns.InputStep * input.PixelStride));
            AddFilters(group, origin, phase, operation.Bias, sums with
            {
                Groups = operation.Groups,
                Rows = rows.Count,
                Columns = columns.Count,
                RowStep = input.RowStride,
                ColumnStep = input.PixelStride,
                Source = new FilterSource(
                    window.KernelHeight, window.KernelWidth, rows.FirstTap, rows.TapStep, rows.Taps, columns.FirstTap, columns.TapStep, columns.Taps),
            });
        }

        return output;
    }

    /// <summary>
    /// How a layer's weights lie in memory: as the author asks, unless a word would hold taps of several rows of the kernel, or
    /// there are hardly any.
    /// </summary>
    private WeightStorage StorageOf(EquatableArray<TapLoop> loops, int taps)
    {
        WeightStorage storage = Graph.Options.Storage;
        int perWord = storage == WeightStorage.Int8 ? 4 : 2;
        return Context.Fuses && taps >= 8 && (loops.Count == 1 || loops[loops.Count - 1].Count % perWord == 0) ? storage : WeightStorage.Float32;
    }
}
