namespace NetGen.Generator.Graphs.Layers;

/// <summary><c>Flatten</c>; of a vector it is the vector.</summary>
internal sealed class Flatten : LayerKind
{
    public override string Name => "Flatten";

    public override string Stem => "flatten";

    public override LayerRule? Apply(LayerContext context) => context.Input is { } input
        ? new LayerRule(Shape.Vector(input.Length), input.IsVector ? new IdentityOperation() : new FlattenOperation())
        : null;
}

/// <summary><c>Dropout</c>.</summary>
internal sealed class Dropout : LayerKind
{
    public override string Name => "Dropout";

    public override string Stem => "dropout";

    public override LayerRule? Apply(LayerContext context)
    {
        context.Number("probability", 0.5, least: 0, most: 1);
        return context.Input is { } input ? new LayerRule(input, new IdentityOperation()) : null;
    }
}

/// <summary><c>ZeroPad2D</c>.</summary>
internal sealed class ZeroPad : LayerKind
{
    public override string Name => "ZeroPad2D";

    public override string Stem => "pad";

    public override LayerRule? Apply(LayerContext context)
    {
        int all = context.Padding("padding");
        var border = new Border(
            context.Padding("top", all), context.Padding("bottom", all), context.Padding("left", all), context.Padding("right", all));
        if (context.Image() is not { } input || context.IsInvalid)
        {
            return null;
        }

        long height = (long)input.Height + border.Top + border.Bottom;
        long width = (long)input.Width + border.Left + border.Right;
        context.Size("output", input.Channels, height, width);
        return new LayerRule(Shape.Image(input.Channels, (int)height, (int)width), new ZeroPadOperation(border));
    }
}
