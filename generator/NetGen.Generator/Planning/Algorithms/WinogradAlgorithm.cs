using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning.Lowering;
using NetGen.Generator.Planning.Passes;

namespace NetGen.Generator.Planning.Algorithms;

/// <summary>Winograd's minimal filtering; each group of channels is a convolution of its own.</summary>
internal sealed class WinogradAlgorithm : ConvolutionAlgorithm
{
    private readonly WinogradTransform transform;

    private WinogradAlgorithm(ConvolutionSite site, WinogradTransform transform)
        : base(site) => this.transform = transform;

    public static ConvolutionAlgorithm? Choose(ConvolutionSite site)
    {
        if (!site.Context.AllowsWinograd || (site.Convolution.Groups > 1 && site.Context.IsInteger))
        {
            return null;
        }

        bool competesWithIntegers = IntegerLayers.Contains(site.Group.Main);
        return WinogradPlanner.Choose(site.Convolution, site.Input, site.Output, site.Tier, competesWithIntegers) is { } transform
            ? new WinogradAlgorithm(site, transform)
            : null;
    }

    public override Border Border => transform.Border(Convolution.Window.Padding, Site.Input, Site.Output);

    public override InputForm Input => transform.ReadsPlanes(Convolution.Window, Site.Input) ? InputForm.Any : InputForm.Pixels;

    public override bool AddsIntegers => false;

    public override bool ReadsRows => false;

    public override int RowsAtOnce => transform.Outputs;

    // A band of rows needs a ring, and no zeros around it. A pooling finds the edges of a map by its rows' numbers, which it has where
    // it takes rows from a ring itself.
    public override bool StreamsRowsTo(LayerGroup reader) =>
        WinogradPlanner.ComputesRows(transform, Convolution, Site.Input, Site.Output, Site.Tier.Sizes)
        && reader.Main.Operation is PoolOperation { Window: var window } && RowWindow.Of(window) != RowWindow.Single;

    public override TensorView Lower(LayerLowering lowering, LayerGroup group, TensorView input)
    {
        TensorView output = lowering.Result(group);
        for (int i = 0; i < Convolution.Groups; i++)
        {
            lowering.Steps.Add(StepOf(lowering, group, input, output, i));
        }

        return output;
    }

    private WinogradStep StepOf(LayerLowering lowering, LayerGroup group, TensorView wholeInput, TensorView wholeOutput, int index)
    {
        int channels = wholeInput.Channels / Convolution.Groups;
        int filters = Convolution.Filters / Convolution.Groups;
        TensorView source = PartOf(wholeInput, channels).Outside(Convolution.Window.Padding);
        TensorView output = PartOf(wholeOutput, filters);
        var planes = new Planes(lowering.Values.NewScratch(group.Main.Name + ", transformed"), transform, source, channels, filters);

        // Over rows, a tile keeps its columns, and the products sum over the kernel's and over phases.
        int columns = transform.ProductColumns(output.Width);
        int taps = transform.ProductTaps(Convolution.Window);
        int? ringRows = lowering.StreamedRowsOf(group);
        int blocks = ringRows is null
            ? WinogradPlanner.Blocks(transform, planes.TileFloats(columns), (long)channels * filters * taps, Site.Output, Site.Tier.Sizes)
            : transform.TileRows(Site.Output.Height);
        TileShare[] sizes = TilePlanner.Shares(transform.Tiles(Site.Output), blocks);

        // Both sizes share one layout of packed weights, and so the tile.
        Tile tile = TilePlanner.Choose(Site.Tier, filters, transform.OverRows ? columns : sizes[0].Length, channels * taps);
        var step = new WinogradStep(group.Layers, source, output, lowering.ParametersOf(group, Convolution.Bias, wholeOutput), transform)
        {
            Blocks = blocks,
            Products = sizes.Select(s => ProductOf(planes, s.Length, columns, tile)).ToEquatableArray(),
            Scratch = planes.Buffer,
            LayerFilters = Convolution.Filters,
            FirstFilter = index * filters,
            MoreInputs = lowering.ResidualOf(group) is { } residual ? [PartOf(residual, filters)] : default,
            Sizes = Site.Tier.Sizes,
            RingBands = (ringRows ?? 0) / transform.Outputs,
        };
        return WorkSharing.SharesFilters(step)
            ? step with { Products = step.Products.Select(p => p with { SharedLoop = SplitAxis.Tiles }).ToEquatableArray() }
            : step;

        TensorView PartOf(TensorView view, int count) => Convolution.Groups == 1 ? view : view.Part(index * count, count);
    }

    /// <summary>The product of one plane of a block of so many tiles.</summary>
    private FilterSums ProductOf(Planes planes, int tiles, int columns, Tile tile)
    {
        Window window = Convolution.Window;
        int taps = transform.ProductTaps(window);
        TensorView from = planes.Inputs(tiles);
        TensorView to = planes.Products(tiles, columns);
        bool hasPhases = transform.PhasesAtInfinity < transform.Stride;
        var phaseLoop = new TapLoop(transform.Stride, from.RowStride);
        var channelLoop = new TapLoop(planes.Channels, from.ChannelStride);
        var columnLoop = new TapLoop(taps / transform.Stride, window.DilationWidth * from.PixelStride);
        TapLoop[] innerLoops = from.IsChannelsLast ? [columnLoop, channelLoop] : [channelLoop, columnLoop];
        var geometry = new FilterGeometry("Product")
        {
            Filters = planes.Filters,
            Channels = planes.Channels,
            Positions = taps,
            Loops = hasPhases ? [phaseLoop, .. FilterGeometry.Collapse(innerLoops)] : FilterGeometry.Collapse([phaseLoop, .. innerLoops]),
            ChannelsFirst = !from.IsChannelsLast,
            Rows = to.Height,
            Columns = to.Width,
            RowStep = transform.Stride * from.RowStride,
            ColumnStep = (transform.OverRows ? window.StrideWidth : 1) * from.PixelStride,
        };
        return new FilterSums(from, to, geometry)
        {
            Tile = tile,
            Lanes = Site.Tier.Lanes,
            GroupLanes = Site.Tier.CoveredLanes(planes.Filters),
            HasPhases = hasPhases,
            Sizes = Site.Tier.Sizes,
        };
    }

    /// <summary>Where the planes of a block lie before and after the products.</summary>
    /// <param name="Buffer">The buffer that holds them.</param>
    /// <param name="Transform">The transform.</param>
    /// <param name="Source">What is transformed.</param>
    /// <param name="Channels">The channels of the source.</param>
    /// <param name="Filters">The filters of a product.</param>
    private sealed record Planes(int Buffer, WinogradTransform Transform, TensorView Source, int Channels, int Filters)
    {
        /// <summary>The floats of a tile in one plane before and after the products.</summary>
        public int TileFloats(int columns) =>
            (Transform.Stride * Plane(1, Channels, Source.Width).RowStride) + Plane(1, Filters, columns).RowStride;

        /// <summary>One plane of transformed input; of a planar image the rows of all channels, one after the other.</summary>
        public TensorView Inputs(int tiles)
        {
            int rows = tiles * Transform.Stride;
            return Source.IsChannelsLast
                ? Plane(rows, Channels, Source.Width)
                : new(Storage.Workspace, Buffer, 0, Channels, rows, Source.Width, Channels * Source.Width, 1, Source.Width);
        }

        /// <summary>One plane of products.</summary>
        public TensorView Products(int tiles, int columns) => Plane(tiles, Filters, columns);

        // A row for each band, or phase of it, over rows; otherwise one of all tiles.
        private TensorView Plane(int tiles, int depth, int width)
        {
            int pixel = LayoutPolicy.PixelStride(depth);
            (int rows, int pixels) = Transform.OverRows ? (tiles, width) : (1, tiles);
            return new TensorView(Storage.Workspace, Buffer, 0, depth, rows, pixels, pixels * pixel, pixel, 1);
        }
    }
}
