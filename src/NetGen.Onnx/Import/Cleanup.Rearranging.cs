using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

// Rearranging: exporters turn tokens about before and after each layer, and each layer's form does so again. What is element-wise moves before
// that, so that the turns meet, and what turns to and fro vanishes.
internal sealed partial class Cleanup
{
    private static readonly int[][] Orders = [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

    private static readonly HashSet<string> ElementwiseKinds =
    [
        "Abs", "CELU", "Ceiling", "Clip", "Compare", "ELU", "Erf", "Exp", "Floor", "GELU", "HardSigmoid", "HardSwish", "Identity", "LeakyReLU", "Log", "Mish",
        "Not", "Power", "ReLU", "ReLU6", "Reciprocal", "Rescaling", "Round", "SELU", "SiLU", "Sigmoid", "Sign", "Softplus", "Softsign", "Sqrt", "Square",
        "Tanh", "Threshold", "Elementwise",
        "Add", "Subtract", "Multiply", "Divide", "Maximum", "Minimum", "And", "Or", "Xor",
        "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Equal", "NotEqual", "Where",
    ];

    /// <summary>
    /// Layers that take a rearranged source so that another need not be. They stay so: where both orders of a value are there, turning the
    /// layer would otherwise never end.
    /// </summary>
    private readonly HashSet<ImportedLayer> turned = [];

    /// <summary>How a rearrangement is written: a form of the source, whose axes are permuted.</summary>
    private readonly record struct Turn(Shape From, int[] Order)
    {
        public Shape To => new(Sides[Order[0]], Sides[Order[1]], Sides[Order[2]]);

        private int[] Sides => Rearrangement.SidesOf(From);
    }

    private bool Rearrange(ImportedLayer layer) => Shorten(layer) || MoveBeforeRearranging(layer) || SliceBeforeRearranging(layer);

    /// <summary>A chain that does what fewer layers can is those, and one that another does already is that.</summary>
    private bool Shorten(ImportedLayer layer)
    {
        if (!Rearrangement.Is(layer))
        {
            return false;
        }

        Rearrangement rearrangement = Rearrangement.Of(layer);
        if (layers.TakeWhile(l => l != layer).FirstOrDefault(l => Gives(l, rearrangement, layer.Output)) is { } same)
        {
            Replace(layer, same);
            return true;
        }

        int cost = 0;
        for (ImportedLayer step = layer; step != rearrangement.Source; step = step.Sources[0])
        {
            cost += step.Kind == "Permute" ? CostOfTurn : 1;
        }

        if (CostOf(rearrangement, layer.Output) >= cost)
        {
            return false;
        }

        ImportedLayer shorter = Rearranged(rearrangement, layer.Output, layer);
        if (!shorter.IsInput)
        {
            shorter.ValueName ??= layer.ValueName;
        }

        Replace(layer, shorter);
        return true;
    }

    /// <summary>A permutation moves all values; another form of the same values mostly is a name for them.</summary>
    private const int CostOfTurn = 4;

    private static int CostOf(Rearrangement rearrangement, Shape output) => rearrangement.IsIdentity
        ? Other(rearrangement.Source.Output, output)
        : TurnOf(rearrangement, output) is { } turn
            ? CostOfTurn + Other(rearrangement.Source.Output, turn.From) + Other(turn.To, output)
            : CostOfTurn + Other(new Shape(output.Length), output);

    private static int Other(Shape form, Shape other) => form == other ? 0 : 1;

    /// <summary>The permutation of an image's axes that needs the fewest other forms; null where an image has too few.</summary>
    private static Turn? TurnOf(Rearrangement rearrangement, Shape output)
    {
        Shape form = rearrangement.Source.Output;
        var forms = new List<Shape>();
        if (!form.IsVector)
        {
            forms.Add(form);
        }

        if (!output.IsVector)
        {
            foreach (int[] order in Orders)
            {
                int[] sides = new int[3];
                for (int i = 0; i < 3; i++)
                {
                    sides[order[i]] = Rearrangement.SidesOf(output)[i];
                }

                forms.Add(new Shape(sides[0], sides[1], sides[2]));
            }
        }

        switch (rearrangement.Sides)
        {
            case [var first, var last]:
                forms.Add(new Shape(first, 1, last));
                break;
            case [var first, var middle, var last]:
                forms.Add(new Shape(first, middle, last));
                break;
        }

        Turn[] turns =
        [
            .. from f in forms
               from order in Orders
               let turn = new Turn(f, order)
               where Rearrangement.Over(rearrangement.Source, Rearrangement.SidesOf(f), order) is { } turned && turned.IsLike(rearrangement)
               orderby Other(form, f) + Other(turn.To, output)
               select turn,
        ];
        return turns.Length == 0 ? null : turns[0];
    }

    /// <summary>The layer that gives a rearrangement; before another, where it is not there yet.</summary>
    private ImportedLayer Rearranged(Rearrangement rearrangement, Shape output, ImportedLayer? before)
    {
        if (rearrangement.IsIdentity)
        {
            return InForm(rearrangement.Source, output, before);
        }

        if (TurnOf(rearrangement, output) is { } turn)
        {
            ImportedLayer from = InForm(rearrangement.Source, turn.From, before);
            return InForm(FindOrAdd("Permute", turn.To, from, before, [.. turn.Order.Cast<object>()]), output, before);
        }

        var sides = new IntArray(rearrangement.Sides);
        return InForm(FindOrAdd("Permute", new Shape(output.Length), rearrangement.Source, before, sides, new IntArray(rearrangement.Order)), output, before);
    }

    private ImportedLayer InForm(ImportedLayer layer, Shape form, ImportedLayer? before) =>
        layer.Output == form ? layer
        : form.IsVector ? FindOrAdd("Flatten", form, layer, before)
        : FindOrAdd("Reshape", form, layer, before, form.Channels, form.Height, form.Width);

    /// <summary>A layer that rearranges another: the one that is there, or a new one.</summary>
    private ImportedLayer FindOrAdd(string kind, Shape output, ImportedLayer source, ImportedLayer? before, params object[] positional)
    {
        int at = before is null ? layers.Count : layers.IndexOf(before);
        ImportedLayer? layer = layers.Find(l => l.Kind == kind && l.Output == output && l.Sources is [var s] && s == source && l.Positional.Count == positional.Length
            && l.Positional.Zip(positional, (a, b) => a is IntArray x && b is IntArray y ? x.Values.SequenceEqual(y.Values) : a.Equals(b)).All(same => same));
        if (layer is null)
        {
            layer = new ImportedLayer(kind, output) { IsAuxiliary = kind != "Permute", Node = before?.Node };
            layer.Sources.Add(source);
            layer.Positional.AddRange(positional);
        }
        else if (layers.IndexOf(layer) < at)
        {
            return layer;
        }
        else
        {
            // One that stands below moves up to where it is needed first.
            layers.Remove(layer);
        }

        layers.Insert(at, layer);
        return layer;
    }

    /// <summary>What is element-wise is computed before its sources are rearranged, if all come rearranged alike.</summary>
    private bool MoveBeforeRearranging(ImportedLayer layer)
    {
        if (!ElementwiseKinds.Contains(layer.Kind) || layer.Sources.Any(s => s.Output != layer.Output))
        {
            return false;
        }

        Rearrangement[] sources = [.. layer.Sources.Select(Rearrangement.Of)];
        if (Array.Find(sources, s => !s.IsIdentity) is not { } rearrangement)
        {
            return false;
        }

        Shape form = rearrangement.Source.Output;
        var inner = new ImportedLayer(layer.Kind, form) { Node = layer.Node, ValueName = layer.ValueName };
        inner.Positional.AddRange(layer.Positional);
        inner.Named.AddRange(layer.Named);
        inner.SourceArguments.AddRange(layer.SourceArguments);
        foreach ((string suffix, Tensor values) in layer.Weights)
        {
            int[] dims = [.. layer.Positional.OfType<int>()];
            if (rearrangement.ConstantBefore(values.Reshape(dims), layer.Output) is not { } turned)
            {
                return false;
            }

            inner.Weights.Add((suffix, turned));
            inner.Positional.RemoveAll(p => p is int);
            inner.Positional.AddRange(turned.Dims.Cast<object>());
        }

        bool areAlike = sources.All(s => s.IsLike(rearrangement));
        if (!areAlike && turned.Contains(layer))
        {
            return false;
        }

        for (int i = 0; i < sources.Length; i++)
        {
            if (SourceBefore(rearrangement, sources[i], layer.Sources[i], layer) is not { } source)
            {
                return false;
            }

            inner.Sources.Add(source);
        }

        if (!areAlike || turned.Contains(layer))
        {
            turned.Add(inner);
        }

        layers.Insert(layers.IndexOf(layer), inner);
        Replace(layer, Rearranged(rearrangement.Of(inner), layer.Output, layer));
        return true;
    }

    /// <summary>What gives a source's values in the order that they have before a rearrangement; null where that were one more.</summary>
    private ImportedLayer? SourceBefore(Rearrangement rearrangement, Rearrangement own, ImportedLayer source, ImportedLayer before)
    {
        Shape form = rearrangement.Source.Output;
        if (own.IsLike(rearrangement))
        {
            return InForm(own.Source, form, before);
        }

        Rearrangement needed = rearrangement.InverseOf(source);
        return needed.IsIdentity || layers.Exists(l => Gives(l, needed, form)) ? Rearranged(needed, form, before) : null;
    }

    private static bool Gives(ImportedLayer layer, Rearrangement needed, Shape form) =>
        layer.Output == form && Rearrangement.Is(layer) && Rearrangement.Of(layer) is var own && own.Source == needed.Source && own.IsLike(needed);

    /// <summary>Some of the channels of a rearranged map are some of the channels of the map.</summary>
    private bool SliceBeforeRearranging(ImportedLayer layer)
    {
        if (layer is not { Kind: "Slice", Positional: [int start, int count], Sources: [var sliced] } || Rearrangement.Of(sliced) is not { IsIdentity: false } rearrangement)
        {
            return false;
        }

        int length = sliced.Output.Channels;
        Shape form = rearrangement.Source.Output;
        if (form.Channels % length != 0 || rearrangement.Part(length, count) is not { } sides)
        {
            return false;
        }

        int inner = form.Channels / length;
        var output = form.IsVector ? new Shape(count * inner) : new Shape(count * inner, form.Height, form.Width);
        ImportedLayer part = FindOrAdd("Slice", output, rearrangement.Source, layer, start * inner, count * inner);
        part.Node ??= layer.Node;
        Replace(layer, Rearranged(rearrangement.Of(part, sides), layer.Output, layer));
        return true;
    }

    /// <summary>A factor whose rows and columns are exchanged is read so.</summary>
    private bool TransposeFactors(ImportedLayer layer)
    {
        if (layer.Kind != "MatMul")
        {
            return false;
        }

        bool changed = false;
        foreach ((int i, string argument) in new[] { (0, "TransposeA"), (1, "TransposeB") })
        {
            if (layer.Sources[i].Is("Permute", 0, 2, 1))
            {
                layer.Sources[i] = layer.Sources[i].Sources[0];
                layer.Named.Add((argument, true));
                changed = true;
            }
        }

        return changed;
    }
}
