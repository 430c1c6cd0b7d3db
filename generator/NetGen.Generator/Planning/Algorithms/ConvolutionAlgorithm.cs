using NetGen.Generator.Graphs;
using NetGen.Generator.Planning.Lowering;
using NetGen.Generator.Planning.Passes;

namespace NetGen.Generator.Planning.Algorithms;

/// <summary>In which form a convolution's kernel reads its input.</summary>
internal enum InputForm
{
    /// <summary>Vectors of channels, which lie next to each other; a vector may reach beyond a pixel's last.</summary>
    Pixels,

    /// <summary>Value by value, or along rows: any layout will do, and a span that ends with its last value.</summary>
    Any,

    /// <summary>The planes of every n-th column, one after the other.</summary>
    Columns,
}

/// <summary>
/// How one convolution is computed. An algorithm is a class of its own, chosen by <see cref="ConvolutionAlgorithms"/>; the passes ask it
/// what it needs around it, and lower it, without knowing which one it is.
/// </summary>
/// <param name="site">The convolution.</param>
internal abstract class ConvolutionAlgorithm(ConvolutionSite site)
{
    protected ConvolutionSite Site { get; } = site;

    protected ConvolutionOperation Convolution => Site.Convolution;

    /// <summary>The zeros that the kernel reads around its input.</summary>
    public virtual Border Border => Convolution.Window.Padding;

    /// <summary>In which form it reads its input.</summary>
    public abstract InputForm Input { get; }

    /// <summary>n, where the kernel reads the planes of every n-th column.</summary>
    public virtual int ColumnPhases => 1;

    /// <summary>Whether it sums products of integers.</summary>
    public virtual bool SumsIntegers => false;

    /// <summary>Whether its kernel can add a result that is stored as integers.</summary>
    public virtual bool AddsIntegers => true;

    /// <summary>Whether its kernel can store integers: the filters of a group are to end with a word.</summary>
    public virtual bool StoresIntegers => Convolution.Groups == 1
        || LayoutPolicy.ChannelStride(Convolution.Filters / Convolution.Groups) == Convolution.Filters / Convolution.Groups;

    /// <summary>Whether the group's last layer is a maximum over 2 × 2 pixels that the kernel takes before it stores.</summary>
    public virtual bool TakesPooling => false;

    /// <summary>Whether its kernel writes planes where the caller takes the result.</summary>
    public virtual bool WritesPlanes => false;

    /// <summary>Whether its kernel finds its rows in a ring, or reads row for row, so that another may stream them to it.</summary>
    public abstract bool ReadsRows { get; }

    /// <summary>The rows that its kernel writes at a time.</summary>
    public virtual int RowsAtOnce => 1;

    /// <summary>Whether its kernel can stream its rows to a reader.</summary>
    /// <param name="reader">The group that alone reads the result.</param>
    public abstract bool StreamsRowsTo(LayerGroup reader);

    /// <summary>Adds the steps that compute the convolution's group.</summary>
    /// <param name="lowering">What takes the steps, and knows where values lie.</param>
    /// <param name="group">The convolution's group.</param>
    /// <param name="input">Where the input lies, without the zeros around it.</param>
    /// <returns>Where the group's result lies.</returns>
    public abstract TensorView Lower(LayerLowering lowering, LayerGroup group, TensorView input);

    /// <summary>The sums of a direct convolution, or of some rows and columns of its kernel.</summary>
    /// <param name="title">What the kernel is called.</param>
    /// <param name="input">The map that the taps read.</param>
    /// <param name="output">The result.</param>
    /// <param name="taps">The rows and columns of taps.</param>
    /// <param name="isOneRow">Whether the kernel takes all pixels for one row.</param>
    protected FilterGeometry SumsOver(string title, TensorView input, TensorView output, (int Rows, int Columns) taps, bool isOneRow)
    {
        Window window = Convolution.Window;
        return FilterGeometry.Over(
            title,
            input,
            Convolution.Filters,
            input.Channels / Convolution.Groups,
            new TapLoop(taps.Rows, window.DilationHeight * input.RowStride),
            new TapLoop(taps.Columns, window.DilationWidth * input.PixelStride)) with
        {
            Groups = Convolution.Groups,
            Rows = isOneRow ? 1 : output.Height,
            Columns = isOneRow ? output.Pixels : output.Width,
            RowStep = window.StrideHeight * input.RowStride,
            ColumnStep = window.StrideWidth * input.PixelStride,
        };
    }
}
