using System.Linq;

namespace NetGen.Generator.Graphs.Layers;

/// <summary><c>Add</c> and <c>Multiply</c>.</summary>
internal sealed class Combine(CombineKind kind) : LayerKind
{
    public override string Name => kind.ToString();

    public override string Stem => kind == CombineKind.Add ? "add" : "mul";

    public override bool TakesNames => true;

    public override LayerRule? Apply(LayerContext context)
    {
        if (context.Sources.Any(s => s.Shape is null))
        {
            return null;
        }

        Value largest = context.Sources.First(s => s.Shape!.Value.Pixels == context.Sources.Max(o => o.Shape!.Value.Pixels));
        Shape shape = largest.Shape!.Value;
        for (int i = 0; i < context.Sources.Count; i++)
        {
            Shape other = context.Sources[i].Shape!.Value;
            bool stretches = kind == CombineKind.Multiply && !shape.IsVector && other == Shape.Image(shape.Channels, 1, 1);
            if (other != shape && !stretches)
            {
                // The first source is what the others are held against, unless it is the one that differs.
                context.InvalidSource(
                    ProblemIds.ShapesDoNotCombine, i, context.Sources[i].Name, other.ToString(), largest.Name, shape.ToString());
                return null;
            }
        }

        return new LayerRule(shape, new CombineOperation(kind));
    }
}

/// <summary><c>Concat</c>: images join along their channels, vectors along their features.</summary>
internal sealed class Concat : LayerKind
{
    public override string Name => "Concat";

    public override string Stem => "concat";

    public override bool TakesNames => true;

    public override LayerRule? Apply(LayerContext context)
    {
        if (context.Sources.Any(s => s.Shape is null))
        {
            return null;
        }

        Value first = context.Sources[0];
        Shape shape = first.Shape!.Value;
        for (int i = 1; i < context.Sources.Count; i++)
        {
            Shape other = context.Sources[i].Shape!.Value;
            if (other.IsVector != shape.IsVector || other.Height != shape.Height || other.Width != shape.Width)
            {
                context.InvalidSource(
                    ProblemIds.ShapesDoNotConcat, i, context.Sources[i].Name, other.ToString(), first.Name, shape.ToString());
                return null;
            }
        }

        long channels = context.Sources.Sum(s => (long)s.Shape!.Value.Channels);
        context.Size("output", channels, shape.Height, shape.Width);
        return context.IsInvalid ? null : new LayerRule(shape with { Channels = (int)channels }, new ConcatOperation());
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
