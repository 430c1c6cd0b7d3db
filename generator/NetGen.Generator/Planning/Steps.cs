using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Planning;

/// <summary>A function applied to each vector of results before it is stored.</summary>
internal abstract record EpilogueOperation
{
    /// <summary>The vectors of parameters that it reads for each channel.</summary>
    public virtual int Rows => 0;
}

/// <summary>An element-wise function.</summary>
internal sealed record ActivationEpilogue(ActivationFunction Function, EquatableArray<double> Constants) : EpilogueOperation
{
    /// <summary>Whether it takes a handful of instructions, so that applying it to a whole tile in registers pays.</summary>
    public bool IsCheap => Function is ActivationFunction.ReLU or ActivationFunction.ReLU6 or ActivationFunction.LeakyReLU
        or ActivationFunction.HardSigmoid or ActivationFunction.HardSwish or (>= ActivationFunction.Greater and <= ActivationFunction.Not);
}

/// <summary>A PReLU; its slopes are parameters.</summary>
internal sealed record SlopeEpilogue(string Tensor, bool PerChannel) : EpilogueOperation
{
    public override int Rows => 1;
}

/// <summary>
/// A batch normalization that could not be folded: a mean, a scale and a bias of each channel. The mean is taken away first, since next to a
/// large one a sum with its product would lose what is left.
/// </summary>
internal sealed record AffineEpilogue(BatchNormFold Norm) : EpilogueOperation
{
    public override int Rows => 3;
}

/// <summary>A batch normalization of a layer's results.</summary>
internal sealed record BatchNormFold(string Layer, double Epsilon, bool Affine);

/// <summary>The sum with another layer's result of the same shape: a residual connection.</summary>
/// <param name="Range">The tensor that holds the range of that result, where it is quantized.</param>
internal sealed record ResidualEpilogue(string? Range = null) : EpilogueOperation
{
    public override int Rows => Range is null ? 0 : 2;
}

/// <summary>What turns results into integers: a scale and a shift, the last before they are stored.</summary>
/// <param name="Range">The tensor that holds the results' range.</param>
internal sealed record QuantizeEpilogue(string Range) : EpilogueOperation
{
    public override int Rows => 2;
}

/// <summary>What happens to a layer's results before they are stored.</summary>
internal sealed record Epilogue(EquatableArray<EpilogueOperation> Operations)
{
    public static readonly Epilogue None = new(default(EquatableArray<EpilogueOperation>));

    /// <summary>The vectors of parameters for each channel.</summary>
    public int Rows => Operations.Sum(o => o.Rows);
}

/// <summary>One call of a kernel.</summary>
/// <param name="Layers">The layers it computes, by index; the first names it, the others are fused.</param>
/// <param name="Input">What it reads.</param>
/// <param name="Output">What it writes.</param>
internal abstract record Step(EquatableArray<int> Layers, TensorView Input, TensorView Output)
{
    /// <summary>The place of its packed weights.</summary>
    public int WeightOffset { get; init; }

    /// <summary>The sizes from which its kernel decides otherwise.</summary>
    public PlanSizes Sizes { get; init; } = PlanSizes.Default;

    /// <summary>What it reads besides <see cref="Input"/>.</summary>
    public EquatableArray<TensorView> MoreInputs { get; init; }

    /// <summary>
    /// The equal parts that its work falls into, which several threads may share; 1 for what is too small, or cannot be split.
    /// </summary>
    public int Units => Work < Sizes.SharedWork && StripRows == 0 ? 1 : WorkUnits;

    /// <summary>Whether its kernel computes a share of its units: a thread's, or a strip's.</summary>
    public virtual bool TakesShare => StripRows > 0 || Units > 1;

    /// <summary>The rows that a part of a <see cref="StripStep"/> computes at a time, a share of its units; 0 for a step that stands for itself.</summary>
    public int StripRows { get; init; }

    /// <summary>The places for rows in the ring that its input lies in, where it does; otherwise 0.</summary>
    public int RingRows { get; init; }

    /// <summary>The multiply-adds or loads that it takes, roughly.</summary>
    protected virtual long Work => 0;

    /// <summary>The parts that its work falls into, however small.</summary>
    protected virtual int WorkUnits => 1;

    /// <summary>The workspace buffer that it uses while it runs; null for most.</summary>
    public virtual int? ScratchBuffer => null;

    /// <summary>The floats of that buffer.</summary>
    public virtual int ScratchLength => 0;

    /// <summary>The floats of its packed weights; none for most.</summary>
    public virtual int WeightLength => 0;

    /// <summary>How it computes.</summary>
    public abstract string Algorithm { get; }

    /// <summary>What the layer table says of it.</summary>
    public string Description => StripRows > 0 ? $"{Algorithm}, {StripRows} rows at a time" : Algorithm;

    /// <summary>What it does to a layer's result, where it does not compute it.</summary>
    public virtual string? Purpose => null;
}

/// <summary>What a layer's sums are made of, and what happens to them before they are stored.</summary>
/// <param name="Weight">The weight tensor.</param>
/// <param name="Bias">The bias tensor, where there is one.</param>
/// <param name="Folds">The batch normalizations that are folded into both.</param>
/// <param name="Epilogue">What happens to the sums.</param>
internal sealed record SumParameters(string Weight, string? Bias, EquatableArray<BatchNormFold> Folds, Epilogue Epilogue);

/// <summary>A step whose results are sums of inputs times weights.</summary>
internal abstract record SumStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, SumParameters Parameters) : Step(Layers, Input, Output)
{
    public Epilogue Epilogue => Parameters.Epilogue;

    /// <summary>The rows at the head of the packed weights: the bias, and the epilogue's parameters.</summary>
    public virtual int HeadRows => 1 + Epilogue.Rows;
}

/// <summary>The loop of a filter kernel that threads share.</summary>
internal enum SplitAxis
{
    None,

    /// <summary>The output rows.</summary>
    Rows,

    /// <summary>The tiles of filters.</summary>
    Tiles,

    /// <summary>The tiles of pixels of the only row.</summary>
    Blocks,
}

/// <summary>One loop of a kernel's sum: how often, and how far apart in the input.</summary>
internal sealed record TapLoop(int Count, int Stride);

/// <summary>The block of results that a kernel holds in registers.</summary>
/// <param name="Vectors">Vectors of filters.</param>
/// <param name="Pixels">The most pixels.</param>
/// <param name="Splits">Partial sums for each result, so that short tiles do not wait for the adder.</param>
internal sealed record Tile(int Vectors, int Pixels, int Splits);

/// <summary>
/// The taps of a transposed convolution's kernel that one phase of its output sums: every so many rows and columns from the first.
/// </summary>
internal sealed record FilterSource(
    int KernelHeight, int KernelWidth, int FirstRow, int RowStep, int Rows, int FirstColumn, int ColumnStep, int Columns);

/// <summary>A convolution or a dense layer: every output is the sum of its taps, vectors running over filters.</summary>
/// <param name="Filters">The filters of all groups.</param>
/// <param name="Channels">The channels of one group.</param>
/// <param name="Positions">The kernel's positions.</param>
/// <param name="Loops">The sum's loops, outermost first, in the order of the packed weights.</param>
/// <param name="ChannelsFirst">Whether the channel loop is the outermost.</param>
/// <param name="Rows">The output rows; one, where rows follow each other so closely that the kernel sees a single row.</param>
/// <param name="Columns">The output columns.</param>
/// <param name="RowStep">The input distance between output rows.</param>
/// <param name="ColumnStep">The input distance between output columns.</param>
/// <param name="GroupStep">The input distance between groups.</param>
/// <param name="Lanes">The lanes of a full vector of filters.</param>
/// <param name="GroupLanes">The lanes of all the vectors that cover one group's filters.</param>
/// <param name="Source">How the filters are taken from the weight tensor.</param>
/// <param name="Storage">How the taps lie in memory.</param>
/// <param name="ProductAxis">
/// For a product within a Winograd convolution, what its threads share. Its filter tiles have no bias and no epilogue's parameters at
/// their head, and its sums start at zero.
/// </param>
/// <param name="HasPhases">Whether the caller says how many rounds the outermost loop takes, for which a tile then has weights.</param>
internal sealed record FilterStep(
    EquatableArray<int> Layers,
    TensorView Input,
    TensorView Output,
    SumParameters Parameters,
    int Filters,
    int Channels,
    int Positions,
    int Groups,
    EquatableArray<TapLoop> Loops,
    bool ChannelsFirst,
    int Rows,
    int Columns,
    int RowStep,
    int ColumnStep,
    int GroupStep,
    int Lanes,
    int GroupLanes,
    Tile Tile,
    string Title,
    FilterSource? Source = null,
    SplitAxis? ProductAxis = null,
    bool HasPhases = false,
    WeightStorage Storage = WeightStorage.Float32) : SumStep(Layers, Input, Output, Parameters)
{
    /// <summary>The taps that share one 32-bit word of packed weights.</summary>
    public int TapsPerWord => Storage switch { WeightStorage.BFloat16 => 2, WeightStorage.Int8 => 4, _ => 1 };

    /// <summary>Whether it sums products of integers; its channels, and so its taps, are then words of four.</summary>
    public bool IsInteger => Input.IsQuantized;

    /// <summary>The words of packed weights of one filter.</summary>
    public int Words => (Taps + TapsPerWord - 1) / TapsPerWord;

    /// <summary>Whether a row of the head scales the sums, and the bias comes after them.</summary>
    public bool IsScaled => IsInteger || Storage == WeightStorage.Int8;

    /// <summary>The result that the epilogue adds, where it does.</summary>
    public TensorView? Residual => MoreInputs.Count > 0 ? MoreInputs[0] : null;

    public int FiltersPerGroup => Filters / Groups;

    /// <summary>The terms of one result's sum.</summary>
    public int Taps => Channels * Positions;

    /// <summary>Whether each filter tile begins with the bias and the epilogue's parameters; otherwise sums start at zero.</summary>
    public bool HasHead => ProductAxis is null;

    /// <summary>The vectors at the head of each filter tile: the bias and the epilogue's parameters.</summary>
    public override int HeadRows => HasHead ? ParameterRow + Epilogue.Rows : 0;

    /// <summary>The first row of the epilogue's parameters, behind the bias and the scale.</summary>
    public int ParameterRow => IsScaled ? 2 : 1;

    // A product is shared where its convolution is, whatever its own size.
    protected override long Work => ProductAxis is null ? (long)Rows * Columns * Filters * Taps : Sizes.SharedWork;

    protected override int WorkUnits => Axis switch
    {
        SplitAxis.Rows => Rows,
        SplitAxis.Tiles => Tiles,
        SplitAxis.Blocks => Blocks,
        _ => 1,
    };

    /// <summary>What the threads share: whatever falls into most parts.</summary>
    public SplitAxis Axis => ProductAxis ?? (
        StripRows > 0 ? SplitAxis.Rows
        : Rows > 1 && (Groups > 1 || Rows >= Tiles) ? SplitAxis.Rows
        : Groups > 1 ? SplitAxis.None
        : Tiles >= Blocks || Rows > 1 ? SplitAxis.Tiles
        : SplitAxis.Blocks);

    /// <summary>The tiles of one group's filters.</summary>
    public int Tiles => ((GroupLanes + Lanes - 1) / Lanes + Tile.Vectors - 1) / Tile.Vectors;

    /// <summary>
    /// The vectors of a tile whose weights follow each other in memory. Weights that are used once come faster from several places
    /// than from one, as the core's own prefetching follows each of them: from two out of the second-level cache, from four out of
    /// memory; measured.
    /// </summary>
    public int StreamVectors
    {
        get
        {
            int streams = Rows * Columns > 1 || !HasHead || IsInteger || GroupLength < Sizes.TwoStreams ? 1
                : GroupLength < Sizes.FourStreams ? 2
                : 4;

            // Packing knows one size, which only the last stream of all may fall short of.
            while (Tiles > 1 && Tile.Vectors % streams > 0)
            {
                streams--;
            }

            return (Tile.Vectors + streams - 1) / streams;
        }
    }

    /// <summary>The tiles of one row's pixels.</summary>
    private int Blocks => TilePlanner.Widths(Columns, Tile.Pixels).Sum(w => w.Count);

    /// <summary>The floats of one group's packed weights.</summary>
    public int GroupLength => GroupLanes * (HeadRows + Words);

    public override int WeightLength => Groups * GroupLength;

    public override string Algorithm => (Rows * Columns == 1
        ? $"matrix-vector product, tile of {Tile.Vectors} × {Lanes}"
        : $"direct convolution, tile of {Tile.Pixels} pixels × {Tile.Vectors} × {Lanes} filters")
        + (IsInteger ? ", integers" : Storage == WeightStorage.Float32 ? "" : $", {Storage} weights");
}

/// <summary>
/// A convolution by Winograd's minimal filtering: blocks of input tiles are transformed into planes, each plane is multiplied by its
/// plane of transformed weights, and the products are transformed back into output tiles.
/// </summary>
/// <param name="Input">The input's origin, its padding included.</param>
/// <param name="Transform">The transform.</param>
/// <param name="Blocks">How many blocks the tiles fall into.</param>
/// <param name="Products">For each size of a block, one plane's product: tiles × channels by channels × filters.</param>
/// <param name="Scratch">The buffer that holds one block's planes before and after the products.</param>
/// <param name="LayerFilters">The filters of the whole layer, of which these are one group's.</param>
/// <param name="FirstFilter">The first of the group's filters among them.</param>
internal sealed record WinogradStep(
    EquatableArray<int> Layers,
    TensorView Input,
    TensorView Output,
    SumParameters Parameters,
    WinogradTransform Transform,
    int Blocks,
    EquatableArray<FilterStep> Products,
    int Scratch,
    int LayerFilters,
    int FirstFilter) : SumStep(Layers, Input, Output, Parameters)
{
    /// <summary>The places for bands in the ring that its result goes to, where it does; otherwise 0.</summary>
    public int RingBands { get; init; }

    /// <summary>The result that the epilogue adds, where it does.</summary>
    public TensorView? Residual => MoreInputs.Count > 0 ? MoreInputs[0] : null;

    public int Channels => Products[0].Channels;

    public int Filters => Products[0].Filters;

    /// <summary>The columns of the kernel.</summary>
    public int KernelWidth => Transform.OverRows ? Products[0].Positions / Transform.Stride : Transform.Kernel;

    /// <summary>The floats of one row of the head: the bias, or one of the epilogue's parameters, for all filters.</summary>
    public int HeadStride => Tier.ChannelStride(Filters);

    public int HeadLength => HeadRows * HeadStride;

    /// <summary>The floats of one plane of transformed weights; the last may have less.</summary>
    public int WeightPlane => Products[0].GroupLength;

    public int TileColumns => Transform.TileColumns(Output.Width);

    public int TileRows => Transform.TileRows(Output.Height);

    public int Tiles => TileRows * TileColumns;

    /// <summary>What its tiles are called.</summary>
    public string TileName => Transform.OverRows ? "bands" : "tiles";

    /// <summary>The tiles of the largest block.</summary>
    public int BlockTiles => Transform.OverRows ? Products[0].Rows : Products[0].Columns;

    /// <summary>The floats from one plane of transformed input to the next.</summary>
    public int InputPlane => PlaneOf(Products[0].Input);

    /// <summary>The floats from one plane of products to the next.</summary>
    public int ProductPlane => PlaneOf(Products[0].Output);

    /// <summary>
    /// Whether threads share the filters of the only block. Each then transforms all of the input for itself, which takes less time
    /// than to fetch what another has transformed. Several blocks are shared themselves: what a thread needs of the others' results
    /// is then only what surrounds its own.
    /// </summary>
    public bool SharesFilters => IsOneBlock && Units > 1;

    /// <summary>Whether a single block is all of its work. In a strip, a block is one of the rows of tiles, even if there is no other.</summary>
    private bool IsOneBlock => Blocks == 1 && RingBands == 0;

    protected override long Work => (long)Tiles * Transform.ProductColumns(Output.Width) * Transform.Planes * Products[0].Taps * Filters;

    protected override int WorkUnits => IsOneBlock ? Products[0].Tiles : Blocks;

    public override int? ScratchBuffer => Scratch;

    public override int ScratchLength => Transform.Planes * (InputPlane + ProductPlane);

    public override int WeightLength =>
        HeadLength + ((Transform.Planes - 1) * WeightPlane) + (WeightPlane / Transform.Stride * Transform.PhasesAtInfinity);

    /// <summary>A cache line more than a plane holds, so that planes do not meet in the cache.</summary>
    private static int PlaneOf(TensorView plane) => (plane.Height * plane.RowStride) + 16;

    public override string Algorithm =>
        $"Winograd {Transform}, blocks of {BlockTiles} {TileName}, tile of {Products[0].Tile.Pixels} × {Products[0].Tile.Vectors} × {Products[0].Lanes} filters";
}

/// <summary>A depthwise convolution, vectors running over channels.</summary>
internal sealed record DepthwiseStep(
    EquatableArray<int> Layers,
    TensorView Input,
    TensorView Output,
    SumParameters Parameters,
    Window Window,
    int Lanes,
    int Pixels) : SumStep(Layers, Input, Output, Parameters)
{
    protected override long Work => (long)Output.Length * Window.Taps;

    protected override int WorkUnits => Output.Height;

    public override int WeightLength => Lanes * (HeadRows + Window.Taps);

    public override string Algorithm => $"depthwise convolution, tile of {Pixels} pixels";
}

/// <summary>A convolution whose vectors run over columns of a planar map.</summary>
/// <param name="Input">
/// The input's origin, its padding included; of a stride over columns, the planes of the columns that start with the first.
/// </param>
/// <param name="Filters">The filters of all groups.</param>
/// <param name="Channels">The channels of one group.</param>
/// <param name="Computed">The convolution's own result, before any pooling.</param>
/// <param name="Pools">Whether only the largest of each 2 × 2 results is stored.</param>
internal sealed record PlanarStep(
    EquatableArray<int> Layers,
    TensorView Input,
    TensorView Output,
    SumParameters Parameters,
    int Filters,
    int Channels,
    int Groups,
    Window Window,
    Shape Computed,
    bool Pools,
    PlanarTile Tile) : SumStep(Layers, Input, Output, Parameters)
{
    public int FiltersPerGroup => Filters / Groups;

    /// <summary>The tiles that a group's filters are split into; all of them read the same input.</summary>
    public int FilterTiles => FiltersPerGroup / Tile.Filters;

    /// <summary>The floats from one tap's weights to the next; packing knows rows of four lanes.</summary>
    public int FilterLanes => (Tile.Filters + 3) / 4 * 4;

    /// <summary>The floats of a tile's packed weights.</summary>
    public int TileLength => FilterLanes * (HeadRows + (Channels * Window.Taps));

    /// <summary>The distance from the input's origin to the column that a tap meets first.</summary>
    public int ColumnOf(int tap)
    {
        (int plane, int column) = PlanarConvolution.PlaceOf(tap * Window.DilationWidth, Window);
        return (plane * Input.Channels * Input.ChannelStride) + column;
    }

    public int RowTiles => PlanarConvolution.RowTiles(Tile, Computed);

    public int ColumnTiles => PlanarConvolution.ColumnTiles(Tile, Computed);

    protected override long Work => (long)Computed.Length * Channels * Window.Taps;

    protected override int WorkUnits => Groups > 1 ? Groups : RowTiles;

    public override int WeightLength => Groups * FilterTiles * TileLength;

    public override string Algorithm =>
        $"planar convolution, tile of {Tile.Filters} × {Tile.Rows} rows × {Tile.Vectors} × {Tile.Lanes} columns" + (Pools ? ", largest of 2×2" : "");
}

/// <summary>A convolution over the transformed rows of a planar image, vectors running over columns.</summary>
/// <param name="Input">
/// The input's origin, its padding included; where results are pooled, the planes of even columns, behind which are those of odd ones.
/// </param>
/// <param name="Computed">The convolution's own result, before any pooling.</param>
/// <param name="Scratch">The buffer that holds the transformed rows, and a band's results.</param>
internal sealed record PlanarWinogradStep(
    EquatableArray<int> Layers,
    TensorView Input,
    TensorView Output,
    SumParameters Parameters,
    int Filters,
    Window Window,
    Shape Computed,
    PlanarWinogradTile Tile,
    int Scratch) : SumStep(Layers, Input, Output, Parameters)
{
    public int Channels => Input.Channels;

    public int KernelWidth => Window.KernelWidth;

    /// <summary>Whether only the largest of each 2 × 2 results is stored.</summary>
    public bool Pools => Tile.Phases == 2;

    /// <summary>The planes of the input.</summary>
    public int Planes => Tile.Phases * Channels;

    /// <summary>The columns of the result.</summary>
    public int Columns => Computed.Width / Tile.Phases;

    /// <summary>The bands that cover the rows; where they do not divide evenly, the last two overlap.</summary>
    public int Bands => Tile.Transform.TileRows(Computed.Height);

    public int ColumnTiles => PlanarWinograd.ColumnTiles(Tile, Columns);

    /// <summary>The floats of one row of the head: the bias, or one of the epilogue's parameters, for all filters.</summary>
    public int HeadStride => Tier.ChannelStride(Filters);

    public int HeadLength => HeadRows * HeadStride;

    /// <summary>The floats of a tile's weights for one point.</summary>
    public int TileWeights => Tile.Filters * Channels * KernelWidth;

    /// <summary>The floats of one point's weights.</summary>
    public int WeightPlane => Filters * Channels * KernelWidth;

    /// <summary>The floats of a band's row of all planes for one point.</summary>
    public int PointLength => Planes * Input.Width;

    /// <summary>The floats of all transformed rows, and those beyond the last that are read in vain.</summary>
    public int TransformedLength => (Bands * Tile.Transform.Size * PointLength) + Tile.Lanes;

    /// <summary>The floats of one filter's row of results; at least those of a vector.</summary>
    public int ResultLength => System.Math.Max(Columns, Tile.Lanes);

    protected override long Work => (long)Computed.Length * Channels * Window.Taps;

    protected override int WorkUnits => Bands;

    public override int? ScratchBuffer => Scratch;

    public override int ScratchLength => TransformedLength + (Tile.Transform.Outputs / Tile.Phases * Filters * ResultLength);

    public override int WeightLength => HeadLength + (Tile.Transform.Planes * WeightPlane);

    public override string Algorithm =>
        $"planar Winograd {Tile.Transform}, tile of {Tile.Filters} × {Tile.Transform.Outputs} rows × {Tile.Phases * Tile.Vectors} × {Tile.Lanes} columns" + (Pools ? ", largest of 2×2" : "");

    /// <summary>Where a tap of a phase meets its first column: in which plane, and where, its zeros included.</summary>
    public (int Plane, int Column) PlaceOf(int tap, int phase) =>
        PlanarConvolution.PlaceOf((tap * Window.DilationWidth) + phase, Window with { StrideWidth = Tile.Phases });
}

/// <summary>The rows of an input that a row of the result is computed from.</summary>
/// <param name="Height">How many.</param>
/// <param name="Stride">How far the next row's lie below.</param>
/// <param name="Top">How many of the first row's lie above the input.</param>
internal sealed record RowWindow(int Height, int Stride, int Top)
{
    /// <summary>A row for a row.</summary>
    public static readonly RowWindow Single = new(1, 1, 0);

    /// <summary>The input rows that a number of the result's rows are computed from.</summary>
    public int Reach(int rows) => (Stride * (rows - 1)) + Height;

    /// <summary>Those of a convolution or pooling.</summary>
    public static RowWindow Of(Window window) =>
        new(checked((int)window.SpanHeight), window.StrideHeight, window.Padding.Top);
}

/// <summary>
/// The last rows of a map that one step writes and the next one reads. Unless a row is read for a row, they lie in a ring: a row takes
/// the place of the one so many rows above it, and stays there until no window reads it any more.
/// </summary>
/// <param name="Map">The whole map with the zeros around it; its place is that of the first row.</param>
/// <param name="Border">The zeros.</param>
/// <param name="Window">The rows that the next step reads.</param>
/// <param name="Rows">The rows that there is room for.</param>
internal sealed record LineBuffer(TensorView Map, Border Border, RowWindow Window, int Rows)
{
    /// <summary>The rows of the map itself.</summary>
    public int Height => Inside.Height;

    public bool IsRing => Window != RowWindow.Single;

    /// <summary>The map's values, as if they were all there.</summary>
    public TensorView Inside => Map.Inside(Border);

    public int Length => Rows * Map.RowStride;
}

/// <summary>
/// Layers that are computed together, a strip of rows after the other, so that what they hand on stays in the cache: of each map
/// between them only the rows in use are kept.
/// </summary>
/// <param name="Steps">The layers' own steps, each of which reads what the one before writes.</param>
/// <param name="Buffers">What lies between them.</param>
/// <param name="InputStep">The input distance between rows of the first one's result.</param>
/// <param name="Rows">The rows of the last one's result that are computed at a time.</param>
/// <param name="Scratch">The buffer that holds the line buffers.</param>
internal sealed record StripStep(
    EquatableArray<int> Layers,
    TensorView Input,
    TensorView Output,
    EquatableArray<Step> Steps,
    EquatableArray<LineBuffer> Buffers,
    int InputStep,
    int Rows,
    int Scratch) : Step(Layers, Input, Output)
{
    // The steps know their own work; together, they are worth sharing wherever maps are too large for a cache.
    protected override long Work => Sizes.SharedWork;

    protected override int WorkUnits => (Output.Height + Rows - 1) / Rows;

    /// <summary>Strips are a loop, even where one of them is all.</summary>
    public override bool TakesShare => true;

    public override int? ScratchBuffer => Scratch;

    /// <summary>Line buffers, and then what a step needs while it runs.</summary>
    public override int ScratchLength => BufferLength + Steps.Max(s => s.ScratchLength);

    public int BufferLength => Buffers.Sum(b => b.Length);

    public override int WeightLength => Steps[Steps.Count - 1].WeightOffset + Steps[Steps.Count - 1].WeightLength - WeightOffset;

    public override string Algorithm => $"{Rows} rows at a time";
}

/// <summary>A pooling over windows.</summary>
internal sealed record PoolStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, PoolOperation Pool, Epilogue Epilogue) : Step(Layers, Input, Output)
{
    protected override long Work => (long)Output.Length * Pool.Window.Taps;

    protected override int WorkUnits => Output.Height;

    public override int WeightLength => Epilogue.Rows * Tier.ChannelStride(Input.Channels);

    public override string Algorithm => Pool.Kind == PoolKind.Max ? "max over windows" : "mean over windows";
}

/// <summary>A pooling over the whole map.</summary>
internal sealed record GlobalPoolStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, PoolKind Kind, Epilogue Epilogue) : Step(Layers, Input, Output)
{
    public override int WeightLength => Epilogue.Rows * Tier.ChannelStride(Input.Channels);

    public override string Algorithm => Kind == PoolKind.Max ? "max over the map" : "mean over the map";
}

/// <summary>Element-wise functions alone.</summary>
internal sealed record ElementwiseStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, Epilogue Epilogue) : Step(Layers, Input, Output)
{
    public override int WeightLength => Epilogue.Rows * Tier.ChannelStride(Input.Channels);

    public override string Algorithm => Input == Output ? "element-wise, in place" : "element-wise";
}

/// <summary>Local response normalization.</summary>
/// <param name="Scratch">The buffer that holds one pixel's squares between zeros.</param>
internal sealed record LocalResponseNormStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, LocalResponseNormOperation Norm, int Scratch) : Step(Layers, Input, Output)
{
    /// <summary>The channels before a channel that its window reaches; where it reaches beyond the first, one zero is as good as more.</summary>
    public int Before => System.Math.Min(Norm.Size / 2, Input.Channels);

    /// <summary>The channels of a window, as far as there are so many.</summary>
    public int Window => Before + 1 + System.Math.Min((Norm.Size - 1) / 2, Input.Channels);

    protected override long Work => (long)Output.Length * Window;

    protected override int WorkUnits => Output.Height;

    public override int? ScratchBuffer => Scratch;

    public override int ScratchLength => Tier.ChannelStride(Input.Channels) + Window + 16;

    public override string Algorithm => "sliding sum of squares";
}

/// <summary>Softmax or its logarithm.</summary>
internal sealed record SoftmaxStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, bool Logarithm) : Step(Layers, Input, Output)
{
    public override string Algorithm => "max, sum, scale";
}

/// <summary>The sum or product of several results; one of C×1×1 stands for all pixels.</summary>
internal sealed record CombineStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, CombineKind Kind, Epilogue Epilogue) : Step(Layers, Input, Output)
{
    public override int WeightLength => Epilogue.Rows * Tier.ChannelStride(Input.Channels);

    public override string Algorithm => "element-wise";
}

/// <summary>
/// Several values become one, element by element, where a side of 1 stands for all of another's; one of them may be a parameter.
/// </summary>
/// <param name="Weight">The parameter's name, where there is one.</param>
/// <param name="Parameter">The parameter's shape.</param>
/// <param name="Reversed">Whether the parameter is the first operand rather than the last.</param>
internal sealed record BroadcastStep(
    EquatableArray<int> Layers,
    TensorView Input,
    TensorView Output,
    CombineKind Kind,
    string? Weight = null,
    Shape Parameter = default,
    bool Reversed = false) : Step(Layers, Input, Output)
{
    public override int WeightLength => Weight is null ? 0 : Parameter.Pixels * Tier.ChannelStride(Parameter.Channels);

    public override string Algorithm => "element-wise";
}

/// <summary>Axes in another order, of values in NCHW order on both sides.</summary>
internal sealed record PermuteStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, PermuteOperation Permute) : Step(Layers, Input, Output)
{
    public override string Algorithm => "copy, value by value";
}

/// <summary>A result whose every axis is taken from the input's of its own.</summary>
internal sealed record ResampleStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, ResampleOperation Resample) : Step(Layers, Input, Output)
{
    public override string Algorithm => Resample is ResizeOperation { Mode: not ResizeMode.Nearest } ? "weighted sums of pixels" : "copy by a table of places";
}

/// <summary>All values along some of the axes become one.</summary>
internal sealed record ReduceStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, ReduceOperation Reduce) : Step(Layers, Input, Output)
{
    public override string Algorithm => Reduce.Kind switch
    {
        ReductionKind.Mean => "mean over axes",
        ReductionKind.Sum => "sum over axes",
        ReductionKind.Max => "max over axes",
        ReductionKind.Min => "min over axes",
        _ => "product over axes",
    };
}

/// <summary>Normalization by the sample's own mean and variance.</summary>
/// <param name="Name">The layer's name, by which its weights are found.</param>
internal sealed record NormalizationStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, NormalizationOperation Normalization, string Name) : Step(Layers, Input, Output)
{
    /// <summary>The floats of its packed weights, and of its biases.</summary>
    public int RowLength => Normalization.Parameters switch
    {
        NormalizationParameters.PerChannel => Tier.ChannelStride(Input.Channels),
        NormalizationParameters.PerValue => Input.Pixels * Tier.ChannelStride(Input.Channels),
        _ => 0,
    };

    public override int WeightLength => 2 * RowLength;

    public override string Algorithm => "mean, variance, scale";
}

/// <summary>An enlargement by whole factors.</summary>
internal sealed record UpsampleStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, UpsampleOperation Upsample) : Step(Layers, Input, Output)
{
    public override string Algorithm => Upsample.Bilinear ? "bilinear" : "nearest pixel";
}

/// <summary>Channels dealt out like cards.</summary>
internal sealed record ChannelShuffleStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, int Groups) : Step(Layers, Input, Output)
{
    public override string Algorithm => "copy, channel by channel";
}

/// <summary>Channels turned into pixels.</summary>
internal sealed record PixelShuffleStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, int Factor) : Step(Layers, Input, Output)
{
    public override string Algorithm => "copy, channel by channel";
}

/// <summary>A copy into another layout.</summary>
internal sealed record ConvertStep(EquatableArray<int> Layers, TensorView Input, TensorView Output) : Step(Layers, Input, Output)
{
    /// <summary>The pixels that are transposed at once, a cache line of a plane.</summary>
    public const int PixelsAtOnce = 16;

    /// <summary>Whether planes are written row by row, from rows, or from values that lie some distance apart.</summary>
    public bool IsPlanar => Output.PixelStride == 1 && (Input.PixelStride == 1 || Input.ChannelStride > 1);

    /// <summary>Whether pixels become planes, or planes pixels.</summary>
    public bool Transposes => !IsPlanar && (Input.ChannelStride == 1) != (Output.ChannelStride == 1)
        && (Input.ChannelStride == 1 ? Output : Input).PixelStride == 1;

    /// <summary>Whether all rows are transposed in one go.</summary>
    public bool IsWhole => Input.HasContiguousRows && Output.HasContiguousRows;

    protected override long Work => 4L * Output.Length;

    protected override int WorkUnits => Transposes && IsWhole ? (Output.Pixels + PixelsAtOnce - 1) / PixelsAtOnce
        : IsPlanar || Transposes ? Output.Height
        : 1;

    public override string Algorithm => "copy";

    public override string? Purpose => "into another layout";
}

/// <summary>A map of floats becomes one of integers.</summary>
internal sealed record QuantizeStep(EquatableArray<int> Layers, TensorView Input, TensorView Output) : Step(Layers, Input, Output)
{
    /// <summary>The lanes that the scale, and then the shift, are repeated in.</summary>
    public const int Lanes = 16;

    protected override long Work => Input.Length;

    protected override int WorkUnits => Output.Height;

    public override int WeightLength => 2 * Lanes;

    public override string Algorithm => "scaled and rounded";

    public override string? Purpose => "as integers";
}

/// <summary>What stands for zero is written around a map of integers.</summary>
/// <param name="Whole">The map with its border.</param>
internal sealed record BorderStep(EquatableArray<int> Layers, TensorView Whole, Border Border) : Step(Layers, Whole, Whole)
{
    public override int WeightLength => 1;

    public override string Algorithm => "fill";

    public override string? Purpose => "what stands for zero around it";
}

/// <summary>What is called in which order, and where everything lives, for one tier.</summary>
/// <param name="Values">Where each layer's result lives, by layer; null for those that exist only in registers.</param>
/// <param name="Completed">The number of steps after which each layer's result is there.</param>
internal sealed record Plan(
    Graph Graph,
    Tier Tier,
    EquatableArray<Step> Steps,
    EquatableArray<WorkspaceBuffer> Buffers,
    EquatableArray<TensorView?> Values,
    EquatableArray<int> Completed,
    int WorkspaceLength,
    int WeightLength)
{
    /// <summary>The steps that compute a layer each, those within others included.</summary>
    public IEnumerable<Step> LayerSteps => Steps.SelectMany(s => s is StripStep strip ? strip.Steps : [s]);

    /// <summary>A view's first element within its memory.</summary>
    public int OffsetOf(TensorView view) => view.Offset + (view.Buffer >= 0 ? Buffers[view.Buffer].Offset : 0);

    /// <summary>How a layer is computed, for the layer table.</summary>
    public string AlgorithmOf(int layer)
    {
        foreach (Step step in LayerSteps)
        {
            if (step.Purpose is null && step.Layers.Contains(layer))
            {
                return step.Layers[0] == layer ? step.Description : "fused into " + Graph.Layers[step.Layers[0]].Name;
            }
        }

        return Graph.Layers[layer].Operation is ConcatOperation ? "joined in place" : "no work";
    }
}
