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
    Crop,
}

/// <summary>The part of an image that is resized: for rows and for columns, from which place to which. 0 is the first one's centre, 1 the last one's.</summary>
internal readonly record struct Crop(double Top, double Bottom, double Left, double Right)
{
    public OperationArgument Argument => new("Crop", Top, Bottom, Left, Right);
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

/// <summary>Values around the image, and before and after its channels.</summary>
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
/// <param name="ScaleHeight">The factor that rows are found by, in single precision; it need not be the quotient of the heights.</param>
/// <param name="Part">The part that is resized, where the coordinates are those of a crop.</param>
/// <param name="Value">What stands where that reaches beyond the image.</param>
/// <param name="CubicCoefficient">The a of the cubic's polynomials.</param>
/// <param name="ExcludeOutside">Whether what lies beyond the edge has no weight, rather than being the pixel at the edge.</param>
internal sealed record ResizeOperation(
    ResizeMode Mode,
    ResizeCoordinates Coordinates,
    NearestRounding Rounding,
    double ScaleHeight,
    double ScaleWidth,
    Crop Part,
    double Value,
    double CubicCoefficient,
    bool ExcludeOutside) : ResampleOperation
{
    /// <summary>What ONNX Runtime allows a position that lies half way between two pixels to have lost by rounding.</summary>
    private const double HalfWay = 1e-6;

    public override IEnumerable<OperationArgument> Arguments =>
    [
        new("Mode", (int)Mode),
        new("Coordinates", (int)Coordinates),
        new("Rounding", (int)Rounding),
        new("Scale", ScaleHeight, ScaleWidth),
        Part.Argument,
        new("Value", Value),
        new("CubicCoefficient", CubicCoefficient),
        new("ExcludeOutside", ExcludeOutside ? 1 : 0),
    ];

    public override double Fill => Value;

    public override AxisMap Rows(Shape input, Shape output) => Map(input.Height, output.Height, ScaleHeight, Part.Top, Part.Bottom);

    public override AxisMap Columns(Shape input, Shape output) => Map(input.Width, output.Width, ScaleWidth, Part.Left, Part.Right);

    private AxisMap Map(int input, int output, double factor, double start, double end)
    {
        float scale = (float)factor;
        bool isCrop = Coordinates == ResizeCoordinates.Crop;
        if (input == output && (isCrop ? start == 0 && end == 1 : scale == 1))
        {
            return AxisMap.Identity(output);
        }

        float At(int index) => isCrop ? InCrop(index, input, output, (float)start, (float)end) : Position(index, input, output, scale);
        bool IsOutside(float place) => isCrop && !(place >= 0 && place <= input - 1);
        if (Mode == ResizeMode.Nearest)
        {
            return AxisMap.Gather(output, i => IsOutside(At(i)) ? -1 : Clamp(Nearest(At(i)), input));
        }

        int taps = Mode == ResizeMode.Linear ? 2 : 4;
        var places = new List<int>();
        var weights = new List<double>();
        for (int i = 0; i < output; i++)
        {
            float place = At(i);
            if (IsOutside(place))
            {
                places.AddRange(Enumerable.Repeat(-1, taps));
                weights.AddRange(Enumerable.Repeat(0.0, taps));
                continue;
            }

            double position = place;
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

    /// <summary>
    /// The place of the input that a place of the output means, in single precision and step by step as ONNX Runtime computes it: near
    /// the edge of a pixel, the last bit decides which one is the nearest.
    /// </summary>
    private float Position(int index, int input, int output, float scale)
    {
        switch (Coordinates)
        {
            case ResizeCoordinates.AlignCorners:
                return output == 1 ? 0 : (float)index * (input - 1) / (output - 1);
            case ResizeCoordinates.Asymmetric:
                return index / scale;
            case ResizeCoordinates.PytorchHalfPixel when output == 1:
                return 0;
            case ResizeCoordinates.HalfPixelSymmetric:
            {
                // Cut from the middle of what the factor alone would give.
                float offset = input / 2f * (1 - (output / (scale * input)));
                return (float)(offset + ((index + 0.5) / scale) - 0.5);
            }

            default:
                return ((index + 0.5f) / scale) - 0.5f;
        }
    }

    /// <summary>The same where a part of the input is resized.</summary>
    private static float InCrop(int index, int input, int output, float start, float end) => output > 1
        ? (start * (input - 1)) + ((index * (end - start) * (input - 1)) / (output - 1))
        : (float)(0.5 * (start + end) * (input - 1));

    private int Nearest(double position)
    {
        double pixel = Math.Floor(position);
        double rest = position - pixel;
        return (int)pixel + (Rounding switch
        {
            NearestRounding.Floor => 0,
            NearestRounding.Ceil => rest > 0 ? 1 : 0,
            NearestRounding.RoundPreferCeil => rest >= 0.5 - HalfWay ? 1 : 0,
            _ => rest > 0.5 + HalfWay ? 1 : 0,
        });
    }

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
