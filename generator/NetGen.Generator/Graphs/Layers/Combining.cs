using System.Linq;
using NetGen.Generator.Diagnostics;

namespace NetGen.Generator.Graphs.Layers;

/// <summary><c>Add</c>, <c>Multiply</c> and the like, comparisons, <c>And</c>, <c>Or</c>, <c>Xor</c> and <c>Where</c>.</summary>
internal sealed class Combine(CombineKind kind) : LayerKind
{
    public override string Name => kind.ToString();

    public override string Stem => kind switch
    {
        CombineKind.Multiply => "mul",
        CombineKind.Subtract => "sub",
        CombineKind.Divide => "div",
        CombineKind.Maximum => "max",
        CombineKind.Minimum => "min",
        _ => kind.ToString().ToLowerInvariant(),
    };

    public override bool TakesNames => true;

    public override OperandCount Operands => kind switch
    {
        >= CombineKind.Greater and <= CombineKind.NotEqual => OperandCount.Two,
        CombineKind.Where => OperandCount.Three,
        _ => OperandCount.Any,
    };

    public override LayerRule? Apply(LayerContext context)
    {
        if (context.Sources.Any(s => s.Shape is null))
        {
            return null;
        }

        // The largest is what the others are checked against; a side of 1 stands for all of another's.
        Value largest = context.Sources.OrderByDescending(s => s.Shape!.Value.Length).First();
        Shape shape = largest.Shape!.Value;
        foreach (Value source in context.Sources)
        {
            shape = Broadcast(shape, source.Shape!.Value) ?? shape;
        }

        for (int i = 0; i < context.Sources.Count; i++)
        {
            Shape other = context.Sources[i].Shape!.Value;
            if (Broadcast(shape, other) != shape)
            {
                context.InvalidSource(
                    ProblemIds.ShapesDoNotCombine, i, context.Sources[i].Name, other.ToString(), largest.Name, largest.Shape!.Value.ToString());
                return null;
            }
        }

        context.Size("output", shape.Channels, shape.Height, shape.Width);
        return new LayerRule(shape, new CombineOperation(kind));
    }

    /// <summary>The shape of two together; null where they do not fit.</summary>
    public static Shape? Broadcast(Shape a, Shape b)
    {
        return a.IsVector == b.IsVector && Fits(a.Channels, b.Channels) && Fits(a.Height, b.Height) && Fits(a.Width, b.Width)
            ? new Shape(
                System.Math.Max(a.Channels, b.Channels), System.Math.Max(a.Height, b.Height), System.Math.Max(a.Width, b.Width), a.IsVector)
            : null;

        static bool Fits(int x, int y) => x == y || x == 1 || y == 1;
    }
}

/// <summary><c>Elementwise</c>: the same with a learned tensor.</summary>
internal sealed class Elementwise : LayerKind
{
    public override string Name => "Elementwise";

    public override string Stem => "elementwise";

    public override LayerRule? Apply(LayerContext context)
    {
        CombineKind kind = context.Enum<CombineKind>("operation");
        if (kind == CombineKind.Where)
        {
            context.Invalid(ProblemIds.OutOfRange, "operation", "operation", LayerContext.Text((int)kind), "one of its enumeration's values");
        }

        bool reversed = context.Bool("Reversed", false);
        Shape parameter = context.Declared("weights");
        if (context.Input is not { } input || context.IsInvalid)
        {
            return null;
        }

        if (Combine.Broadcast(input, parameter) is not { } output)
        {
            context.Invalid(ProblemIds.ShapesDoNotCombine, null, context.SourceName, input.ToString(), Name, parameter.ToString());
            return null;
        }

        context.Size("output", output.Channels, output.Height, output.Width);
        return new LayerRule(
            output,
            new ElementwiseOperation(kind, parameter, reversed),
            new WeightTensor("weight", parameter.Sides, WeightRole.Weight, WeightInit.Uniform));
    }
}

/// <summary><c>Concat</c>: images join along their channels, rows or columns, vectors along their features.</summary>
internal sealed class Concat : LayerKind
{
    public override string Name => "Concat";

    public override string Stem => "concat";

    public override bool TakesNames => true;

    public override LayerRule? Apply(LayerContext context)
    {
        var axis = (ImageAxes)context.Int("Axis", (int)ImageAxes.Channels);
        if (axis is not (ImageAxes.Channels or ImageAxes.Height or ImageAxes.Width))
        {
            context.Invalid(ProblemIds.OutOfRange, "Axis", "Axis", LayerContext.Text((int)axis), "one of Channels, Height and Width");
        }

        if (context.Sources.Any(s => s.Shape is null) || (axis != ImageAxes.Channels && context.Image() is null) || context.IsInvalid)
        {
            return null;
        }

        Value first = context.Sources[0];
        Shape shape = first.Shape!.Value;
        for (int i = 1; i < context.Sources.Count; i++)
        {
            Shape other = context.Sources[i].Shape!.Value;
            if (Joined(other, 0) != Joined(shape, 0))
            {
                context.InvalidSource(
                    ProblemIds.ShapesDoNotConcat, i, context.Sources[i].Name, other.ToString(), first.Name, shape.ToString());
                return null;
            }
        }

        long side = context.Sources.Sum(s => (long)SideOf(s.Shape!.Value));
        context.Size(
            "output",
            axis == ImageAxes.Channels ? side : shape.Channels,
            axis == ImageAxes.Height ? side : shape.Height,
            axis == ImageAxes.Width ? side : shape.Width);
        return new LayerRule(Joined(shape, (int)side), axis == ImageAxes.Channels ? new ConcatOperation() : new JoinOperation(axis));

        int SideOf(Shape s) => axis switch
        {
            ImageAxes.Height => s.Height,
            ImageAxes.Width => s.Width,
            _ => s.Channels,
        };

        Shape Joined(Shape s, int length) => axis switch
        {
            ImageAxes.Height => s with { Height = length },
            ImageAxes.Width => s with { Width = length },
            _ => s with { Channels = length },
        };
    }
}

/// <summary><c>Slice</c>.</summary>
internal sealed class Slice : LayerKind
{
    public override string Name => "Slice";

    public override string Stem => "slice";

    public override LayerRule? Apply(LayerContext context)
    {
        int start = context.Padding("start");
        int count = context.Positive("count");
        if (context.Input is not { } input || context.IsInvalid)
        {
            return null;
        }

        if ((long)start + count > input.Channels)
        {
            context.Invalid(
                ProblemIds.SliceOutside,
                start >= input.Channels ? "start" : "count",
                LayerContext.Text(start),
                LayerContext.Text((long)start + count - 1),
                context.SourceName,
                LayerContext.Text(input.Channels));
            return null;
        }

        return new LayerRule(input with { Channels = count }, new SliceOperation(start));
    }
}
