using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Diagnostics;

namespace NetGen.Generator.Graphs.Layers;

/// <summary><c>Reshape</c>: the values in the same order, as an image.</summary>
internal sealed class Reshape : LayerKind
{
    public override string Name => "Reshape";

    public override string Stem => "reshape";

    public override LayerRule? Apply(LayerContext context)
    {
        var output = Shape.Image(context.Positive("channels"), context.Positive("height"), context.Positive("width"));
        context.Size("output", output.Channels, output.Height, output.Width);
        if (context.Input is not { } input || context.IsInvalid)
        {
            return null;
        }

        if (input.Length != output.Length)
        {
            context.Invalid(
                ProblemIds.OutOfRange,
                "channels",
                "the product of channels, height and width",
                LayerContext.Text(output.Length),
                $"{LayerContext.Text(input.Length)}, the values that '{context.SourceName}' gives");
            return null;
        }

        return new LayerRule(output, new ReshapeOperation());
    }
}

/// <summary><c>Permute</c>: of an image it is an image; of axes that are given, a vector.</summary>
internal sealed class Permute : LayerKind
{
    public override string Name => "Permute";

    public override string Stem => "permute";

    public override LayerRule? Apply(LayerContext context)
    {
        IReadOnlyList<int> order = context.Ints("order");
        IReadOnlyList<int> axes = context.Ints("axes");
        bool isView = axes.Count > 0;
        int count = isView ? axes.Count : 3;
        if (!order.OrderBy(o => o).SequenceEqual(Enumerable.Range(0, count)))
        {
            string most = LayerContext.Text(count - 1);
            context.Invalid(ProblemIds.OutOfRange, "order", "the order", string.Join(", ", order.Select(o => LayerContext.Text(o))), $"each of 0 to {most}, once");
        }

        if ((isView ? context.Input : context.Image()) is not { } input || context.IsInvalid)
        {
            return null;
        }

        if (!isView)
        {
            int[] sides = [input.Channels, input.Height, input.Width];
            return new LayerRule(
                Shape.Image(sides[order[0]], sides[order[1]], sides[order[2]]),
                new PermuteOperation(sides.ToEquatableArray(), order.ToEquatableArray()));
        }

        if (axes.Any(a => a <= 0) || Shape.SaturatingProduct([.. axes.Select(a => (long)a)]) != input.Length)
        {
            context.Invalid(
                ProblemIds.OutOfRange,
                "axes",
                "the product of the axes",
                string.Join("·", axes.Select(a => LayerContext.Text(a))),
                $"{LayerContext.Text(input.Length)}, the values that '{context.SourceName}' gives");
            return null;
        }

        return new LayerRule(Shape.Vector(input.Length), new PermuteOperation(axes.ToEquatableArray(), order.ToEquatableArray()));
    }
}

/// <summary><c>Identity</c>.</summary>
internal sealed class Identity : LayerKind
{
    public override string Name => "Identity";

    public override string Stem => "identity";

    public override LayerRule? Apply(LayerContext context) =>
        context.Input is { } input ? new LayerRule(input, new IdentityOperation()) : null;
}

/// <summary><c>Pad2D</c>: in each direction, also before and after the channels.</summary>
internal sealed class Pad : LayerKind
{
    public override string Name => "Pad2D";

    public override string Stem => "pad2d";

    public override LayerRule? Apply(LayerContext context)
    {
        int all = context.Padding("padding");
        var border = new Border(
            context.Padding("top", all), context.Padding("bottom", all), context.Padding("left", all), context.Padding("right", all));
        int front = context.Padding("Front");
        int back = context.Padding("Back");
        PaddingMode mode = context.Enum<PaddingMode>("Mode");
        double value = context.Bound("Value", 0);
        if (context.Image() is not { } input || context.IsInvalid)
        {
            return null;
        }

        long channels = (long)input.Channels + front + back;
        long height = (long)input.Height + border.Top + border.Bottom;
        long width = (long)input.Width + border.Left + border.Right;
        context.Size("output", channels, height, width);
        if (mode == PaddingMode.Reflect)
        {
            Check("Front", front, input.Channels);
            Check("Back", back, input.Channels);
            Check("top", border.Top, input.Height);
            Check("bottom", border.Bottom, input.Height);
            Check("left", border.Left, input.Width);
            Check("right", border.Right, input.Width);
        }

        return new LayerRule(Shape.Image((int)channels, (int)height, (int)width), new PadOperation(border, front, back, mode, value));

        void Check(string argument, int padding, int size)
        {
            // As in PyTorch: a reflection is no longer than what is reflected.
            if (padding >= size)
            {
                context.Invalid(ProblemIds.OutOfRange, argument, argument, LayerContext.Text(padding), $"less than {LayerContext.Text(size)}, what is reflected");
            }
        }
    }
}

/// <summary><c>StridedSlice</c>.</summary>
internal sealed class StridedSlice : LayerKind
{
    private static readonly string[] Axes = ["Channel", "Row", "Column"];

    public override string Name => "StridedSlice";

    public override string Stem => "stridedslice";

    public override LayerRule? Apply(LayerContext context)
    {
        Shape output = context.Declared("output");
        bool isVector = output.IsVector;
        int[] starts = [.. Axes.Select(a => context.Padding(a + "Start"))];
        int[] steps = [.. Axes.Select(a => context.Int(a + "Step", 1))];
        if ((isVector ? context.Input : context.Image()) is not { } input || context.IsInvalid)
        {
            return null;
        }

        if (isVector && !input.IsVector)
        {
            context.Invalid(ProblemIds.DenseOnImage, null, context.SourceName, input.ToString());
            return null;
        }

        int[] sizes = [input.Channels, input.Height, input.Width];
        int[] counts = [output.Channels, output.Height, output.Width];
        for (int i = 0; i < sizes.Length; i++)
        {
            long last = starts[i] + ((counts[i] - 1L) * steps[i]);
            if (starts[i] >= sizes[i] || last < 0 || last >= sizes[i])
            {
                context.Invalid(
                    ProblemIds.OutOfRange,
                    Axes[i] + "Start",
                    $"the last {Axes[i].ToLowerInvariant()}",
                    LayerContext.Text(starts[i] >= sizes[i] ? starts[i] : last),
                    $"from 0 to {LayerContext.Text(sizes[i] - 1)}");
                return null;
            }
        }

        return new LayerRule(output, new StridedSliceOperation(starts.ToEquatableArray(), steps.ToEquatableArray()));
    }
}

/// <summary><c>Tile</c>.</summary>
internal sealed class Tile : LayerKind
{
    public override string Name => "Tile";

    public override string Stem => "tile";

    public override LayerRule? Apply(LayerContext context)
    {
        bool isVector = context.Has("features");
        int channels = context.Positive(isVector ? "features" : "channels");
        int height = context.Positive("height");
        int width = context.Positive("width");
        if ((isVector ? context.Input : context.Image()) is not { } input || context.IsInvalid)
        {
            return null;
        }

        if (isVector && !input.IsVector)
        {
            context.Invalid(ProblemIds.DenseOnImage, null, context.SourceName, input.ToString());
            return null;
        }

        context.Size("output", input.Channels, channels, input.Height, height, input.Width, width);
        return new LayerRule(
            new Shape(input.Channels * channels, input.Height * height, input.Width * width, input.IsVector), new TileOperation());
    }
}

/// <summary><c>Resize2D</c>.</summary>
internal sealed class Resize : LayerKind
{
    public override string Name => "Resize2D";

    public override string Stem => "resize";

    public override LayerRule? Apply(LayerContext context)
    {
        int height = context.Positive("height");
        int width = context.Positive("width");
        ResizeMode mode = context.Enum<ResizeMode>("Mode");
        ResizeCoordinates coordinates = context.Enum<ResizeCoordinates>("Coordinates");
        NearestRounding rounding = context.Enum<NearestRounding>("Rounding");
        double scaleHeight = context.Number("ScaleHeight", 0, least: 0);
        double scaleWidth = context.Number("ScaleWidth", 0, least: 0);
        var part = new Crop(
            context.Number("CropTop", 0), context.Number("CropBottom", 1), context.Number("CropLeft", 0), context.Number("CropRight", 1));
        double value = context.Bound("Value", 0);
        double coefficient = context.Number("CubicCoefficient", -0.75);
        bool exclude = context.Bool("ExcludeOutside", false);
        if (context.Image() is not { } input || context.IsInvalid)
        {
            return null;
        }

        context.Size("output", input.Channels, height, width);
        return new LayerRule(
            Shape.Image(input.Channels, height, width),
            new ResizeOperation(
                mode,
                coordinates,
                rounding,
                scaleHeight > 0 ? scaleHeight : (double)height / input.Height,
                scaleWidth > 0 ? scaleWidth : (double)width / input.Width,
                part,
                value,
                coefficient,
                exclude));
    }
}

/// <summary><c>Reduce</c>: the axes that become one value keep a side of 1.</summary>
internal sealed class Reduce : LayerKind
{
    public override string Name => "Reduce";

    public override string Stem => "reduce";

    public override LayerRule? Apply(LayerContext context)
    {
        ReductionKind kind = context.Enum<ReductionKind>("reduction");
        var axes = (ImageAxes)context.Int("axes", (int)ImageAxes.All);
        if ((axes & ImageAxes.All) == 0 || (axes & ~ImageAxes.All) != 0)
        {
            context.Invalid(ProblemIds.OutOfRange, "axes", "axes", LayerContext.Text((int)axes), "a combination of axes");
        }

        return context.Input is not { } input || context.IsInvalid
            ? null
            : new LayerRule(
                new Shape(
                    (axes & ImageAxes.Channels) != 0 ? 1 : input.Channels,
                    (axes & ImageAxes.Height) != 0 ? 1 : input.Height,
                    (axes & ImageAxes.Width) != 0 ? 1 : input.Width,
                    input.IsVector),
                new ReduceOperation(kind, axes));
    }
}
