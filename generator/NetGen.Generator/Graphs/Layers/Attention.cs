using System.Linq;
using NetGen.Generator.Diagnostics;

namespace NetGen.Generator.Graphs.Layers;

/// <summary><c>ScaledDotProductAttention</c>: query, key and value, and a mask if there is one.</summary>
internal sealed class ScaledDotProductAttention : LayerKind
{
    public override string Name => "ScaledDotProductAttention";

    public override string Stem => "attention";

    public override bool TakesNames => true;

    public override OperandCount Operands => new(3, 4, "three or four");

    public override LayerRule? Apply(LayerContext context)
    {
        int heads = context.Positive("Heads");
        bool isCausal = context.Bool("IsCausal", false);
        double scale = context.Number("Scale", 0);
        if (context.Sources.Any(s => s.Shape is null) || context.IsInvalid || !context.AreImages())
        {
            return null;
        }

        (Value query, Value key, Value value) = (context.Sources[0], context.Sources[1], context.Sources[2]);
        (Shape q, Shape k, Shape v) = (query.Shape!.Value, key.Shape!.Value, value.Shape!.Value);
        if (k.Channels != q.Channels)
        {
            Refuse(context, 1, $"as many channels as the query '{query.Name}' has, {LayerContext.Text(q.Channels)}");
        }
        else if ((v.Height, v.Width) != (k.Height, k.Width))
        {
            Refuse(context, 2, $"as many rows and columns as the key '{key.Name}' has, {LayerContext.Text(k.Height)}×{LayerContext.Text(k.Width)}");
        }
        else if (context.Sources.Count > 3 && NeededMask(context.Sources[3], heads, q, k) is { } needed)
        {
            Refuse(context, 3, needed);
        }
        else if (Undivided(heads, query, value) is { } source)
        {
            context.Invalid(
                ProblemIds.DoesNotDivide, "Heads", LayerContext.Text(heads), LayerContext.Text(source.Shape!.Value.Channels), source.Name);
        }

        Shape output = q with { Channels = v.Channels };
        context.Size("output", output.Channels, output.Height, output.Width);
        double scaled = scale != 0 ? scale : AttentionOperation.DefaultScale(q.Channels, heads);
        return new LayerRule(output, new AttentionOperation(heads, isCausal, scaled));
    }

    /// <summary>What a mask needs to be, which is added to the scores: an image for each head, or one for all; null where it is that.</summary>
    public static string? NeededMask(Value source, int heads, Shape query, Shape key)
    {
        Shape mask = source.Shape!.Value;
        string map = $"×{LayerContext.Text(query.Pixels)}×{LayerContext.Text(key.Pixels)}";
        return (mask.Channels == 1 || mask.Channels == heads) && mask.Height == query.Pixels && mask.Width == key.Pixels ? null
            : $"heads × queries × keys, {LayerContext.Text(heads)}{map}{(heads > 1 ? $", or 1{map} for all heads" : "")}";
    }

    private static Value? Undivided(int heads, Value query, Value value) =>
        query.Shape!.Value.Channels % heads != 0 ? query
        : value.Shape!.Value.Channels % heads != 0 ? value
        : null;

    /// <summary>Says that a source does not fit.</summary>
    public static void Refuse(LayerContext context, int source, string needed)
    {
        Value value = context.Sources[source];
        context.InvalidSource(ProblemIds.FactorsDoNotFit, source, value.Name, value.Shape!.Value.ToString(), needed);
    }
}
