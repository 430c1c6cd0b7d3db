using System.Linq;
using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning;

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
/// the slot of the one a ring above it, and stays there until no window reads it any more.
/// </summary>
/// <param name="Map">The whole map with the zeros around it; its offset is that of the first row.</param>
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
/// Layers that are computed together, a strip of rows after the other, so that what they stream to each other stays in the cache: of each map
/// between them only the rows in use are kept.
/// </summary>
/// <param name="Steps">The layers' own steps, each of which reads what the one before writes.</param>
/// <param name="Buffers">What lies between them.</param>
internal sealed record StripStep(
    EquatableArray<int> Layers, TensorView Input, TensorView Output, EquatableArray<Step> Steps, EquatableArray<LineBuffer> Buffers) : Step(Layers, Input, Output)
{
    /// <summary>The input distance between rows of the first one's result.</summary>
    public required int InputStep { get; init; }

    /// <summary>The rows of the last one's result that are computed at a time.</summary>
    public required int Rows { get; init; }

    /// <summary>The buffer that holds the line buffers.</summary>
    public required int Scratch { get; init; }

    public override int? ScratchBuffer => Scratch;

    /// <summary>Line buffers, and then what a step needs while it runs.</summary>
    public override int ScratchLength => BufferLength + Steps.Max(s => s.ScratchLength);

    public int BufferLength => Buffers.Sum(b => b.Length);

    public override int WeightLength => Steps[Steps.Count - 1].WeightOffset + Steps[Steps.Count - 1].WeightLength - WeightOffset;

    public override string Algorithm => $"{Rows} rows at a time";
}
