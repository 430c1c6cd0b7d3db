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
        if (context.Sources.Any(s => s.Shape is null) || context.IsInvalid || !AreImages(context, Name))
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
        else if (context.Sources.Count > 3)
        {
            CheckMask(context, 3, heads, q.Pixels, k.Pixels);
        }

        if (Undivided(heads, query, value) is { } source)
        {
            context.Invalid(
                ProblemIds.DoesNotDivide, "Heads", LayerContext.Text(heads), LayerContext.Text(source.Shape!.Value.Channels), source.Name);
        }

        Shape output = q with { Channels = v.Channels };
        context.Size("output", output.Channels, output.Height, output.Width);
        double scaled = scale != 0 ? scale : 1 / System.Math.Sqrt((double)q.Channels / heads);
        return new LayerRule(output, new AttentionOperation(heads, isCausal, scaled));
    }

    /// <summary>Checks what is added to the scores: an image for each head, or one for all.</summary>
    public static void CheckMask(LayerContext context, int source, int heads, int queries, int keys)
    {
        Shape mask = context.Sources[source].Shape!.Value;
        if ((mask.Channels != 1 && mask.Channels != heads) || mask.Height != queries || mask.Width != keys)
        {
            string map = $"×{LayerContext.Text(queries)}×{LayerContext.Text(keys)}";
            Refuse(context, source, $"heads × queries × keys, {LayerContext.Text(heads)}{map}{(heads > 1 ? $", or 1{map} for all heads" : "")}");
        }
    }

    /// <summary>Whether all that a layer takes has rows and columns; if not, a problem is said.</summary>
    public static bool AreImages(LayerContext context, string kind)
    {
        for (int i = 0; i < context.Sources.Count; i++)
        {
            if (context.Sources[i].Shape is { IsVector: true } vector)
            {
                context.InvalidSource(ProblemIds.ImageExpected, i, kind, context.Sources[i].Name, vector.ToString());
                return false;
            }
        }

        return true;
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
