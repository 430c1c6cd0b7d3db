using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Generator.Graphs;

/// <summary>
/// Where the values along one axis of a result come from: each is the sum of some places of the input, with a weight for each. At
/// place −1 stands the fill value.
/// </summary>
/// <param name="Taps">The places of each value.</param>
/// <param name="Places">The places, value by value.</param>
/// <param name="Weights">Their weights.</param>
internal sealed record AxisMap(int Taps, EquatableArray<int> Places, EquatableArray<double> Weights)
{
    public int Count => Places.Count / Taps;

    /// <summary>Whether each value is one of the input's, or the fill value.</summary>
    public bool IsGather => Taps == 1 && Weights.All(w => w == 1);

    public bool HasFill => Places.Any(p => p < 0);

    /// <summary>The distance between neighbours' places, where it is the same for all of them; null elsewhere.</summary>
    public int? Step
    {
        get
        {
            int step = Count > 1 ? Places[1] - Places[0] : 1;
            return IsGather && !HasFill && Enumerable.Range(0, Count).All(i => Places[i] == Places[0] + (i * step)) ? step : null;
        }
    }

    /// <summary>Each value is the input's at a place.</summary>
    public static AxisMap Gather(int count, Func<int, int> place) => new(
        1, Enumerable.Range(0, count).Select(place).ToEquatableArray(), Enumerable.Repeat(1.0, count).ToEquatableArray());

    public static AxisMap Identity(int count) => Gather(count, i => i);
}

/// <summary>How values beyond the edge of an image are made up; the values are those of the attribute's enumeration.</summary>
internal enum PaddingMode
{
    Constant,
    Edge,
    Reflect,
    Wrap,
}

/// <summary>How values between pixels are found; the values are those of the attribute's enumeration.</summary>
internal enum ResizeMode
{
    Nearest,
    Linear,
    Cubic,
}

/// <summary>Which place of the input a place of the output means; the values are those of the attribute's enumeration.</summary>
internal enum ResizeCoordinates
{
    HalfPixel,
    PytorchHalfPixel,
    AlignCorners,
    Asymmetric,
    HalfPixelSymmetric,
}

/// <summary>Which pixel is the nearest; the values are those of the attribute's enumeration.</summary>
internal enum NearestRounding
{
    RoundPreferFloor,
    RoundPreferCeil,
    Floor,
    Ceil,
}

/// <summary>A result whose every axis is taken from the input's of its own.</summary>
internal abstract record ResampleOperation : Operation
{
    /// <summary>What stands where the input has no place.</summary>
    public virtual double Fill => 0;

    public virtual AxisMap Channels(Shape input, Shape output) => AxisMap.Identity(output.Channels);

    public virtual AxisMap Rows(Shape input, Shape output) => AxisMap.Identity(output.Height);

    public virtual AxisMap Columns(Shape input, Shape output) => AxisMap.Identity(output.Width);
}

/// <summary>Values around the image, and before and behind its channels.</summary>
internal sealed record PadOperation(Border Padding, int Front, int Back, PaddingMode Mode, double Value) : ResampleOperation
{
    public override IEnumerable<OperationArgument> Arguments =>
        [Padding.Argument, new("Channels", Front, Back), new("Mode", (int)Mode), new("Value", Value)];

    public override double Fill => Value;

    public override AxisMap Channels(Shape input, Shape output) => Map(input.Channels, output.Channels, Front);

    public override AxisMap Rows(Shape input, Shape output) => Map(input.Height, output.Height, Padding.Top);

    public override AxisMap Columns(Shape input, Shape output) => Map(input.Width, output.Width, Padding.Left);

    private AxisMap Map(int input, int output, int before) => AxisMap.Gather(output, i => Place(i - before, input));

    private int Place(int index, int size)
    {
        if (index >= 0 && index < size)
        {
            return index;
        }

        switch (Mode)
        {
            case PaddingMode.Edge:
                return index < 0 ? 0 : size - 1;
            case PaddingMode.Reflect:
            {
                int period = Math.Max(1, 2 * (size - 1));
                int place = ((index % period) + period) % period;
                return place < size ? place : period - place;
            }

            case PaddingMode.Wrap:
                return ((index % size) + size) % size;
            default:
                return -1;
        }
    }
}

/// <summary>Some channels, rows and columns, in steps that may go backwards.</summary>
/// <param name="Starts">The first channel, row and column.</param>
/// <param name="Steps">The distance to the next ones.</param>
internal sealed record StridedSliceOperation(EquatableArray<int> Starts, EquatableArray<int> Steps) : ResampleOperation
{
    public override IEnumerable<OperationArgument> Arguments =>
        [new("Start", [.. Starts.Select(s => (double)s)]), new("Step", [.. Steps.Select(s => (double)s)])];

    public override AxisMap Channels(Shape input, Shape output) => Map(0, output.Channels);

    public override AxisMap Rows(Shape input, Shape output) => Map(1, output.Height);

    public override AxisMap Columns(Shape input, Shape output) => Map(2, output.Width);

    private AxisMap Map(int axis, int count) => AxisMap.Gather(count, i => Starts[axis] + (i * Steps[axis]));
}

/// <summary>The input, repeated along its axes.</summary>
internal sealed record TileOperation : ResampleOperation
{
    public override AxisMap Channels(Shape input, Shape output) => AxisMap.Gather(output.Channels, i => i % input.Channels);

    public override AxisMap Rows(Shape input, Shape output) => AxisMap.Gather(output.Height, i => i % input.Height);

    public override AxisMap Columns(Shape input, Shape output) => AxisMap.Gather(output.Width, i => i % input.Width);
}

/// <summary>An image brought to another height and width, by the formulas of ONNX's <c>Resize</c>.</summary>
/// <param name="ScaleHeight">The factor that rows are found by; it need not be the quotient of the heights.</param>
/// <param name="CubicCoefficient">The a of the cubic's polynomials.</param>
/// <param name="ExcludeOutside">Whether what lies beyond the edge has no weight, rather than being the pixel at the edge.</param>
internal sealed record ResizeOperation(
    ResizeMode Mode,
    ResizeCoordinates Coordinates,
    NearestRounding Rounding,
    double ScaleHeight,
    double ScaleWidth,
    double CubicCoefficient,
    bool ExcludeOutside) : ResampleOperation
{
    public override IEnumerable<OperationArgument> Arguments =>
    [
        new("Mode", (int)Mode),
        new("Coordinates", (int)Coordinates),
        new("Rounding", (int)Rounding),
        new("Scale", ScaleHeight, ScaleWidth),
        new("CubicCoefficient", CubicCoefficient),
        new("ExcludeOutside", ExcludeOutside ? 1 : 0),
    ];

    public override AxisMap Rows(Shape input, Shape output) => Map(input.Height, output.Height, ScaleHeight);

    public override AxisMap Columns(Shape input, Shape output) => Map(input.Width, output.Width, ScaleWidth);

    private AxisMap Map(int input, int output, double scale)
    {
        if (Mode == ResizeMode.Nearest)
        {
            return AxisMap.Gather(output, i => Clamp(Nearest(Position(i, input, output, scale)), input));
        }

        int taps = Mode == ResizeMode.Linear ? 2 : 4;
        var places = new List<int>();
        var weights = new List<double>();
        for (int i = 0; i < output; i++)
        {
            double position = Position(i, input, output, scale);
            int first = (int)Math.Floor(position) - (taps / 2) + 1;
            double[] shares = [.. Enumerable.Range(first, taps).Select(p => Share(position - p))];
            if (ExcludeOutside)
            {
                shares = [.. shares.Select((s, t) => first + t >= 0 && first + t < input ? s : 0)];
                double sum = shares.Sum();
                shares = [.. shares.Select(s => sum == 0 ? s : s / sum)];
            }

            places.AddRange(Enumerable.Range(first, taps).Select(p => Clamp(p, input)));
            weights.AddRange(shares);
        }

        return new AxisMap(taps, places.ToEquatableArray(), weights.ToEquatableArray());
    }

    private double Position(int index, int input, int output, double scale)
    {
        switch (Coordinates)
        {
            case ResizeCoordinates.AlignCorners:
            {
                // The length before it is rounded down, as the ONNX suite has it.
                double length = input * scale;
                return output > 1 && length > 1 ? index * (input - 1) / (length - 1) : 0;
            }

            case ResizeCoordinates.Asymmetric:
                return index / scale;
            case ResizeCoordinates.PytorchHalfPixel when output == 1:
                return 0;
            case ResizeCoordinates.HalfPixelSymmetric:
            {
                // Cut from the middle of what the factor alone would give.
                double offset = input / 2.0 * (1 - (output / (input * scale)));
                return offset + ((index + 0.5) / scale) - 0.5;
            }

            default:
                return ((index + 0.5) / scale) - 0.5;
        }
    }

    private int Nearest(double position) => (int)(Rounding switch
    {
        NearestRounding.Floor => Math.Floor(position),
        NearestRounding.Ceil => Math.Ceiling(position),
        NearestRounding.RoundPreferCeil => Math.Floor(position + 0.5),
        _ => Math.Ceiling(position - 0.5),
    });

    /// <summary>The weight of a pixel at a distance.</summary>
    private double Share(double distance)
    {
        double x = Math.Abs(distance);
        double a = CubicCoefficient;
        return Mode == ResizeMode.Linear ? Math.Max(0, 1 - x)
            : x <= 1 ? ((((a + 2) * x) - (a + 3)) * x * x) + 1
            : x < 2 ? ((((((x - 5) * x) + 8) * x) - 4) * a)
            : 0;
    }

    private static int Clamp(int place, int size) => Math.Min(Math.Max(place, 0), size - 1);
}
