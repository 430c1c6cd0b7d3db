using System;
using System.Globalization;
using System.Linq;
using NetGen.Generator.Graphs;
using Xunit;

namespace NetGen.Generator.Tests.Graphs;

/// <summary>Where values come from, by the definitions of numpy.pad and of ONNX's Resize.</summary>
public sealed class AxisMapTests
{
    [Theory]
    [InlineData((int)PaddingMode.Constant, 4, 2, 3, "-1 -1 0 1 2 3 -1 -1 -1")]
    [InlineData((int)PaddingMode.Edge, 4, 2, 3, "0 0 0 1 2 3 3 3 3")]
    [InlineData((int)PaddingMode.Reflect, 4, 3, 3, "3 2 1 0 1 2 3 2 1 0")]
    [InlineData((int)PaddingMode.Reflect, 3, 5, 6, "1 0 1 2 1 0 1 2 1 0 1 2 1 0")]
    [InlineData((int)PaddingMode.Reflect, 1, 2, 2, "0 0 0 0 0")]
    [InlineData((int)PaddingMode.Wrap, 4, 2, 3, "2 3 0 1 2 3 0 1 2")]
    [InlineData((int)PaddingMode.Wrap, 2, 5, 4, "1 0 1 0 1 0 1 0 1 0 1")]
    public void Pad_Places_AreThoseOfNumPy(int mode, int size, int before, int after, string expected)
    {
        int length = before + size + after;
        var pad = new PadOperation(new Border(before, after, before, after), before, after, (PaddingMode)mode, 2.5);
        var input = Shape.Image(size, size, size);
        var output = Shape.Image(length, length, length);
        Assert.Equal(expected, Places(pad.Channels(input, output)));
        Assert.Equal(expected, Places(pad.Rows(input, output)));
        Assert.Equal(expected, Places(pad.Columns(input, output)));
        Assert.Equal(2.5, pad.Fill);
    }

    [Fact]
    public void Pad_EachAxis_HasItsOwnBorder()
    {
        var pad = new PadOperation(new Border(1, 0, 2, 0), 3, 0, PaddingMode.Constant, 0);
        Shape input = Shape.Image(1, 2, 3), output = Shape.Image(4, 3, 5);
        Assert.Equal("-1 -1 -1 0", Places(pad.Channels(input, output)));
        Assert.Equal("-1 0 1", Places(pad.Rows(input, output)));
        Assert.Equal("-1 -1 0 1 2", Places(pad.Columns(input, output)));
    }

    [Fact]
    public void StridedSlice_EachAxis_StartsAndStepsAlone()
    {
        var slice = new StridedSliceOperation([1, 5, 0], [2, -2, 3]);
        Shape input = Shape.Image(9, 8, 7), output = Shape.Image(4, 3, 2);
        Assert.Equal("1 3 5 7", Places(slice.Channels(input, output)));
        Assert.Equal("5 3 1", Places(slice.Rows(input, output)));
        Assert.Equal("0 3", Places(slice.Columns(input, output)));
        Assert.Equal(0, slice.Fill);
    }

    [Fact]
    public void Tile_EachAxis_StartsOver()
    {
        Shape input = Shape.Image(2, 3, 1), output = Shape.Image(5, 6, 3);
        Assert.Equal("0 1 0 1 0", Places(new TileOperation().Channels(input, output)));
        Assert.Equal("0 1 2 0 1 2", Places(new TileOperation().Rows(input, output)));
        Assert.Equal("0 0 0", Places(new TileOperation().Columns(input, output)));
    }

    [Theory]
    [InlineData("0 1 2", 1)]
    [InlineData("2", 1)]
    [InlineData("4 2 0", -2)]
    [InlineData("3 3 3", 0)]
    [InlineData("0 1 3", null)]
    [InlineData("1 3 4", null)]
    [InlineData("0 -1", null)]
    [InlineData("-1", null)]
    public void Step_IsTheDistance_WhereItIsTheSameForAll(string places, int? step)
    {
        int[] numbers = [.. places.Split(' ').Select(p => int.Parse(p, CultureInfo.InvariantCulture))];
        AxisMap map = AxisMap.Gather(numbers.Length, i => numbers[i]);
        Assert.Equal(step, map.Step);
        Assert.Equal(numbers.Length, map.Count);
        Assert.Equal(numbers.Contains(-1), map.HasFill);
        Assert.True(map.IsGather);
    }

    [Fact]
    public void Map_ThatWeighsOrSums_IsNoGather()
    {
        var halves = new AxisMap(1, [0, 1], [0.5, 1]);
        var sums = new AxisMap(2, [0, 1, 1, 2], [1, 1, 1, 1]);
        Assert.False(halves.IsGather);
        Assert.False(sums.IsGather);
        Assert.Null(halves.Step);
        Assert.Null(sums.Step);
        Assert.Equal((2, 2), (halves.Count, sums.Count));
    }

    /// <summary>What linear interpolation makes of 0, 1, 2, …: the position in the input that each value of the output means.</summary>
    [Theory]
    [InlineData((int)ResizeCoordinates.HalfPixel, 4, 2, 0.5, "0.5 2.5")]
    [InlineData((int)ResizeCoordinates.HalfPixel, 2, 4, 2.0, "0 0.25 0.75 1")]
    [InlineData((int)ResizeCoordinates.HalfPixel, 4, 1, 0.25, "1.5")]
    [InlineData((int)ResizeCoordinates.HalfPixel, 4, 4, 0.5, "0.5 2.5 3 3")]
    [InlineData((int)ResizeCoordinates.PytorchHalfPixel, 4, 1, 0.25, "0")]
    [InlineData((int)ResizeCoordinates.PytorchHalfPixel, 4, 2, 0.5, "0.5 2.5")]
    [InlineData((int)ResizeCoordinates.AlignCorners, 4, 7, 1.75, "0 0.5 1 1.5 2 2.5 3")]
    [InlineData((int)ResizeCoordinates.AlignCorners, 5, 3, 0.6, "0 2 4")]
    [InlineData((int)ResizeCoordinates.AlignCorners, 5, 2, 0.4, "0 4")]
    [InlineData((int)ResizeCoordinates.AlignCorners, 4, 1, 0.25, "0")]
    [InlineData((int)ResizeCoordinates.Asymmetric, 3, 6, 2.0, "0 0.5 1 1.5 2 2")]
    [InlineData((int)ResizeCoordinates.Asymmetric, 4, 2, 0.5, "0 2")]
    [InlineData((int)ResizeCoordinates.HalfPixelSymmetric, 4, 2, 0.6, "0.6667 2.3333")]
    [InlineData((int)ResizeCoordinates.HalfPixelSymmetric, 4, 2, 0.5, "0.5 2.5")]
    public void Resize_Linear_ReadsThePositionThatItsCoordinatesMean(int coordinates, int size, int length, double scale, string expected)
    {
        ResizeOperation resize = Resize(ResizeMode.Linear, (ResizeCoordinates)coordinates) with { ScaleHeight = scale, ScaleWidth = 99 };
        AxisMap map = resize.Rows(Shape.Image(1, size, 1), Shape.Image(1, length, 1));
        Assert.Equal(expected, OfARamp(map));
        Assert.Equal(2, map.Taps);
        resize = resize with { ScaleHeight = 99, ScaleWidth = scale };
        Assert.Equal(expected, OfARamp(resize.Columns(Shape.Image(1, 1, size), Shape.Image(1, 1, length))));
    }

    /// <summary>0 is the centre of the first pixel, 1 that of the last; what lies beyond is the fill value.</summary>
    [Theory]
    [InlineData(0.0, 1.0, 5, 3, "0 2 4")]
    [InlineData(0.25, 0.75, 5, 3, "1 2 3")]
    [InlineData(0.5, 1.0, 5, 3, "2 3 4")]
    [InlineData(0.25, 0.75, 5, 5, "1 1.5 2 2.5 3")]
    [InlineData(0.0, 0.5, 5, 2, "0 2")]
    [InlineData(0.25, 0.5, 5, 1, "1.5")]
    [InlineData(-0.25, 1.25, 5, 7, "fill 0 1 2 3 4 fill")]
    [InlineData(1.0, 0.0, 5, 5, "4 3 2 1 0")]
    public void Resize_Crop_ReadsThePart(double start, double end, int size, int length, string expected)
    {
        ResizeOperation resize = Resize(ResizeMode.Linear, ResizeCoordinates.Crop) with { Part = new Crop(start, end, 9, 9), Value = 1.5 };
        AxisMap map = resize.Rows(Shape.Image(1, size, 1), Shape.Image(1, length, 1));
        Assert.Equal(expected, OfARamp(map));
        Assert.Equal(expected.Contains("fill", StringComparison.Ordinal), map.HasFill);
        Assert.Equal(1.5, resize.Fill);
        resize = resize with { Part = new Crop(9, 9, start, end) };
        Assert.Equal(expected, OfARamp(resize.Columns(Shape.Image(1, 1, size), Shape.Image(1, 1, length))));
    }

    [Fact]
    public void Resize_ToTheSameSize_MovesNothing()
    {
        Shape shape = Shape.Image(3, 4, 4);
        foreach (ResizeMode mode in new[] { ResizeMode.Nearest, ResizeMode.Linear, ResizeMode.Cubic })
        {
            Assert.Equal(AxisMap.Identity(4), Resize(mode, ResizeCoordinates.HalfPixel).Rows(shape, shape));
            Assert.Equal(AxisMap.Identity(4), (Resize(mode, ResizeCoordinates.Crop) with { ScaleHeight = 7 }).Rows(shape, shape));
        }

        AxisMap channels = Resize(ResizeMode.Linear, ResizeCoordinates.HalfPixel).Channels(shape, shape);
        Assert.Equal("0 1 2", Places(channels));

        // The crop counts, not the scale; elsewhere the scale counts, not the crop.
        Assert.NotEqual(AxisMap.Identity(4), (Resize(ResizeMode.Linear, ResizeCoordinates.Crop) with { Part = new Crop(0, 0.5, 0, 1) }).Rows(shape, shape));
        Assert.NotEqual(AxisMap.Identity(4), (Resize(ResizeMode.Linear, ResizeCoordinates.Crop) with { Part = new Crop(0.5, 1, 0, 1) }).Rows(shape, shape));
        Assert.Equal(AxisMap.Identity(4), (Resize(ResizeMode.Linear, ResizeCoordinates.Asymmetric) with { Part = new Crop(0.5, 1, 0, 1) }).Rows(shape, shape));
    }

    /// <summary>A position half way between two pixels is theirs by the rounding that is asked for.</summary>
    [Theory]
    [InlineData((int)NearestRounding.Floor, 3, 6, "0 0 1 1 2 2")]
    [InlineData((int)NearestRounding.Ceil, 3, 6, "0 1 1 2 2 2")]
    [InlineData((int)NearestRounding.RoundPreferFloor, 3, 6, "0 0 1 1 2 2")]
    [InlineData((int)NearestRounding.RoundPreferCeil, 3, 6, "0 1 1 2 2 2")]
    [InlineData((int)NearestRounding.Floor, 2, 6, "0 0 0 1 1 1")]
    [InlineData((int)NearestRounding.Ceil, 2, 6, "0 1 1 1 1 1")]
    [InlineData((int)NearestRounding.RoundPreferFloor, 2, 6, "0 0 1 1 1 1")]
    [InlineData((int)NearestRounding.RoundPreferCeil, 2, 6, "0 0 1 1 1 1")]
    public void Resize_Nearest_RoundsAsAsked(int rounding, int size, int length, string expected)
    {
        ResizeOperation resize = Resize(ResizeMode.Nearest, ResizeCoordinates.Asymmetric) with
        {
            Rounding = (NearestRounding)rounding, ScaleHeight = (double)length / size,
        };
        AxisMap map = resize.Rows(Shape.Image(1, size, 1), Shape.Image(1, length, 1));
        Assert.Equal(expected, Places(map));
        Assert.True(map.IsGather);
    }

    /// <summary>A position that rounding took off the half by up to a millionth still lies on the half, as in ONNX Runtime.</summary>
    [Theory]
    [InlineData((int)NearestRounding.RoundPreferFloor, 0.5000005, 0)]
    [InlineData((int)NearestRounding.RoundPreferFloor, 0.500002, 1)]
    [InlineData((int)NearestRounding.RoundPreferCeil, 0.4999995, 1)]
    [InlineData((int)NearestRounding.RoundPreferCeil, 0.499998, 0)]
    [InlineData((int)NearestRounding.Floor, 0.999, 0)]
    [InlineData((int)NearestRounding.Ceil, 0.001, 1)]
    [InlineData((int)NearestRounding.Ceil, 0.0, 0)]
    [InlineData((int)NearestRounding.Floor, 1.0, 1)]
    [InlineData((int)NearestRounding.Floor, -0.001, -1)]
    [InlineData((int)NearestRounding.Floor, 1.001, -1)]
    public void Resize_Nearest_AtAPosition(int rounding, double position, int expected)
    {
        ResizeOperation resize = Resize(ResizeMode.Nearest, ResizeCoordinates.Crop) with
        {
            Rounding = (NearestRounding)rounding, Part = new Crop(position, position, 0, 1),
        };
        Assert.Equal(expected, Assert.Single(resize.Rows(Shape.Image(1, 2, 1), Shape.Image(1, 1, 1)).Places));
    }

    /// <summary>Keys' cubic convolution: the weights of the four pixels around a position, those beyond the edge on the pixel at the edge.</summary>
    [Theory]
    [InlineData(-0.75, 1.5, "0 1 2 3", "-0.09375 0.59375 0.59375 -0.09375")]
    [InlineData(-0.5, 1.5, "0 1 2 3", "-0.0625 0.5625 0.5625 -0.0625")]
    [InlineData(-0.75, 1.25, "0 1 2 3", "-0.10546875 0.87890625 0.26171875 -0.03515625")]
    [InlineData(-0.75, 1.0, "0 1 2 3", "0 1 0 0")]
    [InlineData(-0.75, 0.5, "0 0 1 2", "-0.09375 0.59375 0.59375 -0.09375")]
    [InlineData(-0.75, 2.5, "1 2 3 3", "-0.09375 0.59375 0.59375 -0.09375")]
    [InlineData(-0.75, 3.5, "fill", "fill")]
    public void Resize_Cubic_WeighsFourPixels(double coefficient, double position, string places, string weights)
    {
        AxisMap map = Cubic(coefficient, position, excludeOutside: false);
        Assert.Equal(places, map.HasFill ? "fill" : Places(map));
        Assert.Equal(weights, map.HasFill ? "fill" : Weights(map));
        Assert.Equal(4, map.Taps);
        Assert.Equal(map.HasFill ? 0 : 1, map.Weights.Sum(), 12);
    }

    /// <summary>Without what lies outside, the others' weights still come to 1.</summary>
    [Theory]
    [InlineData(1.5, "-0.09375 0.59375 0.59375 -0.09375")]
    [InlineData(0.5, "0 0.5428571 0.5428571 -0.0857143")]
    [InlineData(2.5, "-0.0857143 0.5428571 0.5428571 0")]
    [InlineData(3.0, "0 1 0 0")]
    public void Resize_CubicWithoutOutside_WeighsTheRestUpToOne(double position, string weights)
    {
        AxisMap map = Cubic(-0.75, position, excludeOutside: true);
        Assert.Equal(weights, Weights(map));
        Assert.Equal(1, map.Weights.Sum(), 12);
    }

    /// <summary>Where a scale reaches beyond the image altogether, nothing has a weight, and no weight is NaN.</summary>
    [Fact]
    public void Resize_CubicWithoutOutside_AllIsOutside_WeighsNothing()
    {
        ResizeOperation resize = Resize(ResizeMode.Cubic, ResizeCoordinates.HalfPixel) with { ScaleHeight = 0.5, ExcludeOutside = true };
        AxisMap map = resize.Rows(Shape.Image(1, 4, 1), Shape.Image(1, 4, 1));
        Assert.Equal([0, 0, 0, 0], map.Weights.Skip(12));
        Assert.Equal(1, map.Weights.Take(4).Sum(), 12);
    }

    private static AxisMap Cubic(double coefficient, double position, bool excludeOutside)
    {
        ResizeOperation resize = Resize(ResizeMode.Cubic, ResizeCoordinates.Crop) with
        {
            Part = new Crop(position / 3, position / 3, 0, 1), CubicCoefficient = coefficient, ExcludeOutside = excludeOutside,
        };
        return resize.Rows(Shape.Image(1, 4, 1), Shape.Image(1, 1, 1));
    }

    private static ResizeOperation Resize(ResizeMode mode, ResizeCoordinates coordinates) =>
        new(mode, coordinates, NearestRounding.RoundPreferFloor, 1, 1, new Crop(0, 1, 0, 1), 0, -0.75, ExcludeOutside: false);

    private static string Places(AxisMap map) => string.Join(' ', map.Places);

    private static string Weights(AxisMap map) => string.Join(' ', map.Weights.Select(w => Text(w, 8)));

    private static string OfARamp(AxisMap map) => string.Join(' ', Enumerable.Range(0, map.Count).Select(i =>
    {
        int[] taps = [.. Enumerable.Range(i * map.Taps, map.Taps)];
        return taps.All(t => map.Places[t] < 0) && taps.All(t => map.Weights[t] == 0) ? "fill" : Text(taps.Sum(t => map.Places[t] * map.Weights[t]), 4);
    }));

    private static string Text(double value, int digits) =>
        (Math.Round(value, digits == 8 && Math.Abs((value * 256) - Math.Round(value * 256)) > 1e-9 ? 7 : digits) + 0.0).ToString("R", CultureInfo.InvariantCulture);
}
