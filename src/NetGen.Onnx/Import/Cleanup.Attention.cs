using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

// Attention and normalization of tokens, which exporters write as the operators that they consist of.
internal sealed partial class Cleanup
{
    /// <summary>What is added to a score to leave a key out: −∞, or so much that nothing is left of the exponential.</summary>
    private const float Never = -1e30f;

    /// <summary>softmax(scale · q·kᵀ + mask) · v becomes a layer, whose tokens are pixels, and whose heads are groups of channels.</summary>
    private bool Attend(ImportedLayer layer)
    {
        if (layer is not { Kind: "MatMul", Named: [], Sources: [var shares, var value] } || layer.Output is not { IsVector: false, Channels: var heads, Height: var queries }
            || !IsSole(shares) || shares.Output is not { IsVector: false, Width: var keys } || ScoresOf(shares, heads * queries, keys) is not { } scores)
        {
            return false;
        }

        var all = new Shape(heads, queries, keys);
        if (Terms.Of(this, scores, all) is not { Product.Sources: [var query, var key] } terms
            || shares.Output != all || query.Output.Channels != heads || key.Output.Channels != heads || value.Output.Channels != heads)
        {
            return false;
        }

        int channels = query.Output.Width;
        int valueChannels = value.Output.Width;
        Rearrangement q = TokensOf(query, [heads, queries, channels]);
        Rearrangement v = TokensOf(value, [heads, keys, valueChannels]);
        Rearrangement k = Rearrangement.Of(key);
        (Shape ofQuery, Shape ofKey, Shape ofValue) = (FormOf(q, heads * channels), FormOf(k, heads * channels), FormOf(v, heads * valueChannels));
        if ((ofKey.Height, ofKey.Width) != (ofValue.Height, ofValue.Width))
        {
            (ofKey, ofValue) = (new Shape(ofKey.Channels, 1, keys), new Shape(ofValue.Channels, 1, keys));
        }

        var attention = new ImportedLayer("ScaledDotProductAttention", new Shape(heads * valueChannels, ofQuery.Height, ofQuery.Width)) { Node = layer.Node };
        attention.Sources.AddRange([Rearranged(q, ofQuery, layer), Rearranged(k, ofKey, layer), Rearranged(v, ofValue, layer)]);
        attention.Named.Add(("Heads", heads));
        AddMask(attention, terms, all, layer);
        SetScale(attention, terms.Scale);
        layers.Insert(layers.IndexOf(layer), attention);
        Replace(layer, Rearranged(Rearrangement.Over(attention, [heads, valueChannels, queries], [0, 2, 1])!, layer.Output, layer));
        return true;
    }

    /// <summary>Queries or keys that are scaled are scores that are, so that weights stay what they are in the model.</summary>
    private bool TakeScale(ImportedLayer layer)
    {
        if (layer.Kind != "ScaledDotProductAttention"
            || layer.Sources.Take(2).FirstOrDefault(s => s is { Kind: "Rescaling", Positional: [double, 0.0] } && IsSole(s)) is not { } scaled)
        {
            return false;
        }

        SetScale(layer, ScaleOf(layer) * (double)scaled.Positional[0]);
        layer.Sources[layer.Sources.IndexOf(scaled)] = scaled.Sources[0];
        return true;
    }

    private static double ScaleOf(ImportedLayer attention) => attention.Named.Find(n => n.Name == "Scale").Value as double? ?? DefaultScale(attention);

    private static double DefaultScale(ImportedLayer attention) =>
        1 / Math.Sqrt((double)attention.Sources[0].Output.Channels / (int)attention.Named.Find(n => n.Name == "Heads").Value);

    /// <summary>Sets what scores are multiplied with, where it is not what it is anyway.</summary>
    private static void SetScale(ImportedLayer attention, double scale)
    {
        attention.Named.RemoveAll(n => n.Name == "Scale");
        if (Math.Abs((scale / DefaultScale(attention)) - 1) > 1e-6)
        {
            attention.Named.Add(("Scale", scale));
        }
    }

    /// <summary>The layer whose rows a softmax turns into shares; null where these are not that.</summary>
    private ImportedLayer? ScoresOf(ImportedLayer shares, int rows, int keys)
    {
        Rearrangement after = Rearrangement.Of(shares);
        ImportedLayer softmax = after.Source;
        if (softmax.Kind != "Softmax" || softmax.Output.Channels != keys || keys == 1 || !IsSole(softmax))
        {
            return null;
        }

        Rearrangement before = Rearrangement.Of(softmax.Sources[0]);
        bool areRows = rows == 1 ? before.IsIdentity && after.IsIdentity : before.Turns(rows, keys) && after.Turns(keys, rows);
        return areRows ? before.Source : null;
    }

    /// <summary>A factor, head by head and token by token, as a map of tokens: each head's channels one after the other.</summary>
    private static Rearrangement TokensOf(ImportedLayer factor, int[] sides) =>
        Rearrangement.Of(factor).Then(sides, [0, 2, 1]) ?? Rearrangement.Over(factor, sides, [0, 2, 1])!;

    /// <summary>The form that a map of tokens has already, or a row of them.</summary>
    private static Shape FormOf(Rearrangement tokens, int channels)
    {
        Shape form = tokens.Source.Output;
        return tokens.IsIdentity && !form.IsVector && form.Channels == channels ? form : new Shape(channels, 1, form.Length / channels);
    }

    private void AddMask(ImportedLayer attention, Terms terms, Shape all, ImportedLayer before)
    {
        if (terms.Mask is { } computed)
        {
            Shape form = computed.Output;
            var full = new Shape(form.Channels, all.Height, all.Width);
            if (form != full)
            {
                // One row for all queries.
                computed = FindOrAdd("Tile", full, computed, before, 1, all.Height / form.Height, all.Width / form.Width);
            }

            attention.Sources.Add(computed);
        }
        else if (terms.Summands is { } mask)
        {
            int each = all.Height * all.Width;
            bool isOne = Enumerable.Range(0, mask.Length).All(i => mask[i] == mask[i % each]);
            if (isOne && Enumerable.Range(0, each).All(i => i % all.Width > i / all.Width ? mask[i] <= Never : mask[i] == 0))
            {
                attention.Named.Add(("IsCausal", true));
                return;
            }

            var form = new Shape(isOne ? 1 : all.Channels, all.Height, all.Width);
            var parameter = new ImportedLayer("Parameter", form) { Node = attention.Node };
            parameter.Positional.AddRange([form.Channels, form.Height, form.Width]);
            parameter.Weights.Add(("", new Tensor([form.Channels, form.Height, form.Width], mask[..(form.Channels * each)]) { Name = terms.Name }));
            layers.Insert(layers.IndexOf(before), parameter);
            attention.Sources.Add(parameter);
        }
    }

    /// <summary>What scores consist of: a product, scaled, and what is added to it.</summary>
    private sealed class Terms
    {
        private readonly Cleanup cleanup;
        private readonly Shape all;

        private Terms(Cleanup cleanup, Shape all)
        {
            this.cleanup = cleanup;
            this.all = all;
        }

        /// <summary>queries × channels by channels × keys, for each head.</summary>
        public ImportedLayer? Product { get; private set; }

        public double Scale { get; private set; } = 1;

        /// <summary>Constants that are added, for all heads.</summary>
        public float[]? Summands { get; private set; }

        /// <summary>The model's name of the summands, where they are nothing else than a tensor of it.</summary>
        public string? Name { get; private set; }

        /// <summary>A computed mask.</summary>
        public ImportedLayer? Mask { get; private set; }

        public static Terms? Of(Cleanup cleanup, ImportedLayer scores, Shape all)
        {
            var terms = new Terms(cleanup, all);
            return terms.Follow(scores) && terms.Product!.Output == all ? terms : null;
        }

        private bool Follow(ImportedLayer layer)
        {
            if (!cleanup.IsSole(layer))
            {
                return false;
            }

            switch (layer)
            {
                case { Kind: "MatMul", Named: [] }:
                    Product = layer;
                    return true;
                case { Kind: "Reshape" or "Flatten" }:
                    return Follow(layer.Sources[0]);

                // What is added to all scores changes no share.
                case { Kind: "Rescaling", Positional: [double scale, double] } when scale != 0:
                    Scale *= scale;
                    return Follow(layer.Sources[0]);
                case { Kind: "Elementwise", Positional: [EnumText { Text: "ElementwiseOperator.Add" }, ..], Weights: [(_, var constant)] }
                    when Mask is null && layer.Output == layer.Sources[0].Output:
                    Sum(constant, Rearrangement.SidesOf(layer.Output));
                    return Follow(layer.Sources[0]);
                case { Kind: "Add", Sources: [var a, var b] } when Mask is null && Summands is null && Scale == 1:
                    return FollowOne(a, b) || FollowOne(b, a);
                default:
                    return false;
            }
        }

        private bool FollowOne(ImportedLayer scores, ImportedLayer mask)
        {
            Shape form = mask.Output;
            Mask = mask;
            if (!form.IsVector && (form.Channels == 1 || form.Channels == all.Channels) && (form.Height == 1 || form.Height == all.Height) && form.Width == all.Width
                && scores.Output == all && Follow(scores))
            {
                return true;
            }

            Mask = null;
            Product = null;
            Scale = 1;
            return false;
        }

        private void Sum(Tensor constant, int[] sides)
        {
            Name = Summands is null && Scale == 1 ? constant.Name : null;
            Summands ??= new float[all.Length];
            int[] dims = Dimensions.PadLeft(constant.Dims, sides.Length);
            int i = 0;
            foreach (int offset in Dimensions.Offsets(sides, Dimensions.BroadcastStrides(dims, sides.Length)))
            {
                Summands[i++] += (float)(constant.Floats[offset] * Scale);
            }
        }
    }

    /// <summary>(x − mean) / √(mean of the squares + ε), along the channels or along each row, becomes a layer.</summary>
    private bool Normalize(ImportedLayer layer)
    {
        (ImportedLayer? centred, ImportedLayer? deviation) = layer switch
        {
            { Kind: "Divide", Sources: [var c, var d] } => (c, d),
            { Kind: "Multiply", Sources: [var c, { Kind: "Reciprocal", Sources: [var d] }] } => (c, d),
            { Kind: "Multiply", Sources: [{ Kind: "Reciprocal", Sources: [var d] }, var c] } => (c, d),
            _ => default,
        };
        if (centred is not { Kind: "Subtract", Sources: [var x, var mean] } || layer.Output != x.Output
            || Straight(deviation) is not { Kind: "Sqrt", Sources: [var sum] } || Straight(sum) is not { Kind: "Rescaling", Positional: [1.0, double epsilon], Sources: [var variance] }
            || MeanOf(mean) is not { } averaged || Straight(averaged.Of) != Straight(x) || epsilon < 0
            || MeanOf(variance) is not { } squares || Straight(squares.Of) is not { Kind: "Square", Sources: [var squared] } || Straight(squared) != centred
            || squares.Rows != averaged.Rows)
        {
            return false;
        }

        int rows = averaged.Rows;
        int count = rows > 0 ? x.Output.Length / rows : averaged.Of.Output.Channels;
        Rearrangement? pixels = rows > 0 ? Rearrangement.Over(x, [rows, count], [1, 0]) : null;
        if (rows > 0 && pixels is null)
        {
            return false;
        }

        ImportedLayer source = pixels is null ? averaged.Of : Rearranged(pixels, new Shape(count, 1, rows), layer);
        var norm = new ImportedLayer("LayerNorm", source.Output) { Node = layer.Node };
        norm.Sources.Add(source);
        norm.Named.Add(("Axes", new EnumText("ImageAxes.Channels")));
        if (epsilon != 1e-5)
        {
            norm.Named.Add(("Epsilon", epsilon));
        }

        norm.Weights.Add(("weight", new Tensor([count], [.. Enumerable.Repeat(1f, count)])));
        norm.Weights.Add(("bias", new Tensor([count], new float[count])));
        layers.Insert(layers.IndexOf(layer), norm);
        Replace(layer, rows > 0 ? Rearranged(Rearrangement.Over(norm, [count, rows], [1, 0])!, layer.Output, layer) : InForm(norm, layer.Output, layer));
        return true;
    }

    /// <summary>What is averaged, and of how many rows each by itself; none where it is an image's channels, pixel by pixel.</summary>
    private static (ImportedLayer Of, int Rows)? MeanOf(ImportedLayer layer) => Straight(layer) switch
    {
        { Kind: "GlobalAvgPool2D", Sources: [var x] } => (x, x.Output.Channels),
        { Kind: "Reduce", Positional: [EnumText { Text: "Reduction.Mean" }, EnumText { Text: "ImageAxes.Channels" }], Sources: [var x] } => (x, 0),
        { Kind: "Reduce", Positional: [EnumText { Text: "Reduction.Mean" }], Sources: [var x] } => (x, 1),
        _ => null,
    };

    /// <summary>A layer, or what it gives another form.</summary>
    private static ImportedLayer Straight(ImportedLayer? layer)
    {
        while (layer is { Kind: "Reshape" or "Flatten" })
        {
            layer = layer.Sources[0];
        }

        return layer!;
    }

    /// <summary>A normalization that exporters took apart, and that nothing scales, has no weights.</summary>
    private static bool DropTrivialWeights(ImportedLayer layer)
    {
        if (layer is not { Kind: "LayerNorm", Weights: [(_, { Name: null } weight), (_, { Name: null } bias)] } || weight.Floats.Any(w => w != 1) || bias.Floats.Any(b => b != 0))
        {
            return false;
        }

        layer.Weights.Clear();
        layer.Named.Add(("Affine", false));
        return true;
    }
}
