using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

/// <summary>
/// Tidies lowered layers, without changing a result: puts activations that exporters take apart together again, joins what is two
/// layers of one kind, and drops what nothing takes.
/// </summary>
internal sealed partial class Cleanup
{
    private readonly List<ImportedLayer> layers;
    private readonly List<ImportedLayer> outputs;

    private Cleanup(List<ImportedLayer> layers, List<ImportedLayer> outputs)
    {
        this.layers = layers;
        this.outputs = outputs;
    }

    /// <param name="layers">The layers, each after what it takes; the result has those that are left.</param>
    /// <param name="outputs">
    /// The layers, or inputs, that are the network's results, and after them the states' next values. Replaced where their layer is.
    /// </param>
    /// <param name="inputs">The network's inputs, which get the forms that their first layers need.</param>
    public static void Run(List<ImportedLayer> layers, List<ImportedLayer> outputs, IReadOnlyList<NetworkInput> inputs)
    {
        var cleanup = new Cleanup(layers, outputs);
        cleanup.RemoveUnused();
        do
        {
            while (cleanup.Each(cleanup.Simplify) || cleanup.Each(cleanup.Rearrange))
            {
            }
        }
        while (cleanup.Each(cleanup.Attend) || cleanup.Each(cleanup.TakeScale) || cleanup.Each(cleanup.FoldScalars));

        cleanup.Each(cleanup.TransposeFactors);
        cleanup.Each(DropTrivialWeights);
        cleanup.DropLastForms();
        Sequences.Run(layers);
        foreach (NetworkInput input in inputs)
        {
            cleanup.ChooseForm(input.Layer);
        }

        NetworkInput[] states = [.. inputs.Where(i => i.Next is not null)];
        int results = outputs.Count - states.Length;
        cleanup.NameResults(results);
        for (int i = 0; i < states.Length; i++)
        {
            states[i].NextLayer = outputs[results + i] = cleanup.NameNext(outputs[results + i], states[i].Layer.Output);
        }
    }

    /// <summary>Tidies every layer that is still there.</summary>
    /// <returns>Whether any changed.</returns>
    private bool Each(Func<ImportedLayer, bool> tidy)
    {
        bool changed = false;
        foreach (ImportedLayer layer in layers.ToArray())
        {
            changed |= layers.Contains(layer) && tidy(layer);
        }

        RemoveUnused();
        return changed;
    }

    private IEnumerable<ImportedLayer> Consumers(ImportedLayer layer) => layers.Where(l => l.Sources.Contains(layer));

    /// <summary>Whether a layer's result goes to one place only.</summary>
    private bool IsSole(ImportedLayer layer) => !outputs.Contains(layer) && layers.Sum(l => l.Sources.Count(s => s == layer)) == 1;

    private void RemoveUnused()
    {
        var used = new HashSet<ImportedLayer>(outputs);
        for (int i = layers.Count - 1; i >= 0; i--)
        {
            if (used.Contains(layers[i]))
            {
                used.UnionWith(layers[i].Sources);
            }
        }

        layers.RemoveAll(l => !used.Contains(l));
    }

    private void Replace(ImportedLayer layer, ImportedLayer by)
    {
        foreach (ImportedLayer consumer in layers)
        {
            for (int i = 0; i < consumer.Sources.Count; i++)
            {
                consumer.Sources[i] = consumer.Sources[i] == layer ? by : consumer.Sources[i];
            }
        }

        for (int i = 0; i < outputs.Count; i++)
        {
            outputs[i] = outputs[i] == layer ? by : outputs[i];
        }

        layers.Remove(layer);
    }

    /// <summary>Makes a layer another, of one source.</summary>
    private static bool Become(ImportedLayer layer, string kind, ImportedLayer source, params object[] positional)
    {
        layer.Kind = kind;
        layer.Sources.Clear();
        layer.Sources.Add(source);
        layer.Positional.Clear();
        layer.Positional.AddRange(positional);
        layer.Named.Clear();
        return true;
    }

    private bool Simplify(ImportedLayer layer)
    {
        switch (layer)
        {
            // x · sigmoid(x), x · tanh(softplus(x)), x · HardSigmoid(x)
            case { Kind: "Multiply", Sources: [var a, var b] }:
                return Gate(layer, a, b) || Gate(layer, b, a) || Normalize(layer);

            // clip(x + 3, 0, 6) / 6
            case { Kind: "Rescaling", Positional: [double scale, 0.0], Sources: [{ Kind: "ReLU6" } clip] }
                when IsSixth(scale) && IsSole(clip) && clip.Sources[0] is var shift && shift.Is("Rescaling", 1.0, 3.0) && IsSole(shift):
                return Become(layer, "HardSigmoid", shift.Sources[0]);

            // x · clip(x + 3, 0, 6) / 6, divided last
            case { Kind: "Rescaling", Positional: [double scale, 0.0], Sources: [{ Kind: "Multiply", Sources: [var a, var b] } product] }
                when IsSixth(scale) && IsSole(product):
                return HardSwish(layer, a, b) || HardSwish(layer, b, a);

            // x/2 · (1 + erf(x / √2)), in the order in which exporters write it
            case { Kind: "Rescaling", Positional: [0.5, 0.0], Sources: [{ Kind: "Multiply", Sources: [var a, var b] } product] } when IsSole(product):
                return Gelu(layer, a, b) || Gelu(layer, b, a);

            case { Kind: "Rescaling", Positional: [double scale, double offset], Sources: [{ Kind: "Rescaling", Positional: [double first, double before] } inner] }
                when IsSole(inner):
                return Become(layer, "Rescaling", inner.Sources[0], scale * first, (scale * before) + offset);

            // The same place at which a value is clipped twice
            case { Kind: "ReLU" or "Identity", Sources: [{ Kind: "ReLU" or "ReLU6" } inner] }:
                Replace(layer, inner);
                return true;

            case { Kind: "ChannelShuffle", Positional: [1] }:
                Replace(layer, layer.Sources[0]);
                return true;

            case { Kind: "Concat" } when JoinedBefore(layer) is { } joined:
                layer.Sources.RemoveRange(0, joined.Sources.Count);
                layer.Sources.Insert(0, joined);
                return true;

            // Channels dealt out like cards: [G, C/G, H·W] with the first two changed
            case { Kind: "Reshape", Output: var output, Sources: [{ Kind: "Permute", Positional: [1, 0, 2] } permute] }
                when IsSole(permute) && permute.Sources[0] is { Kind: "Reshape" } split && IsSole(split) && split.Sources[0].Output == output
                    && split.Output.Channels * split.Output.Height == output.Channels:
                return Become(layer, "ChannelShuffle", split.Sources[0], split.Output.Channels);

            default:
                return Normalize(layer);
        }
    }

    /// <summary>
    /// The first of what a layer joins, where another layer joins it already. So each of DenseNet's layers takes what the one before it
    /// took and gave, not all that came before.
    /// </summary>
    private ImportedLayer? JoinedBefore(ImportedLayer layer) => layers.TakeWhile(l => l != layer)
        .Where(l => l.Kind == "Concat" && l.Sources.Count > 1 && l.Sources.Count < layer.Sources.Count && layer.Sources.Take(l.Sources.Count).SequenceEqual(l.Sources))
        .MaxBy(l => l.Sources.Count);

    /// <summary>Folds what is done to each channel into the weights before it, or else into those after it.</summary>
    private bool FoldScalars(ImportedLayer layer)
    {
        if (ScalarFolding.Of(layer) is not { } folding || layer.Sources is not [var source] || source.Output != layer.Output)
        {
            return false;
        }

        if (IsSole(source) && folding.IntoResultOf(source))
        {
            source.ValueName = layer.ValueName;
            Replace(layer, source);
            return true;
        }

        if (IsSole(layer) && Consumers(layer).Single() is { } consumer && folding.IntoSourceOf(consumer))
        {
            Replace(layer, source);
            return true;
        }

        return false;
    }

    private static bool IsSixth(double scale) => Math.Abs((scale * 6) - 1) < 1e-6;

    private bool Gate(ImportedLayer layer, ImportedLayer x, ImportedLayer gate)
    {
        if (!IsSole(gate) || gate.Output != layer.Output)
        {
            return false;
        }

        return gate switch
        {
            { Kind: "Sigmoid" } when gate.Sources[0] == x => Become(layer, "SiLU", x),
            { Kind: "HardSigmoid" } when gate.Sources[0] == x => Become(layer, "HardSwish", x),
            { Kind: "Tanh", Sources: [{ Kind: "Softplus", Named: [] } soft] } when IsSole(soft) && soft.Sources[0] == x => Become(layer, "Mish", x),
            _ => false,
        };
    }

    private bool HardSwish(ImportedLayer layer, ImportedLayer x, ImportedLayer clip) =>
        clip is { Kind: "ReLU6", Sources: [var shift] } && shift.Is("Rescaling", 1.0, 3.0) && IsSole(clip) && IsSole(shift) && shift.Sources[0] == x
        && Become(layer, "HardSwish", x);

    private bool Gelu(ImportedLayer layer, ImportedLayer x, ImportedLayer gate) =>
        gate is { Kind: "Rescaling", Positional: [1.0, 1.0], Sources: [{ Kind: "Erf", Sources: [{ Kind: "Rescaling", Positional: [double scale, 0.0] } inner] } erf] }
        && Math.Abs(scale - 0.70710678) < 1e-5 && inner.Sources[0] == x && IsSole(gate) && IsSole(erf) && IsSole(inner)
        && Become(layer, "GELU", x);

    /// <summary>What the network gives stands in the model's order in either form.</summary>
    private void DropLastForms()
    {
        for (int i = 0; i < outputs.Count; i++)
        {
            while (outputs[i] is { IsAuxiliary: true } layer && !Consumers(layer).Any() && layer.Sources[0] is { IsInput: false } source && !outputs.Contains(source))
            {
                source.ValueName = layer.ValueName ?? source.ValueName;
                Replace(layer, source);
            }
        }
    }

    /// <summary>Where all consumers of an input need it in one form, that is its form.</summary>
    private void ChooseForm(ImportedLayer input)
    {
        ImportedLayer[] consumers = [.. Consumers(input)];
        if (consumers.Length == 0 || consumers.Length == layers.Count || consumers.Any(t => t is not { Kind: "Reshape" or "Flatten", IsAuxiliary: true })
            || consumers.Select(t => t.Output).Distinct().Count() > 1 || consumers.Any(outputs.Contains))
        {
            return;
        }

        input.Output = consumers[0].Output;
        foreach (ImportedLayer consumer in consumers)
        {
            Replace(consumer, input);
        }
    }

    /// <summary>What a state is in the next call is a layer of the state's form.</summary>
    private ImportedLayer NameNext(ImportedLayer layer, Shape form)
    {
        if (!layer.IsInput && layer.Output == form)
        {
            return layer;
        }

        var same = new ImportedLayer(layer.Output == form ? "Identity" : form.IsVector ? "Flatten" : "Reshape", form);
        same.Sources.Add(layer);
        if (same.Kind == "Reshape")
        {
            same.Positional.AddRange([form.Channels, form.Height, form.Width]);
        }

        layers.Add(same);
        return same;
    }

    /// <summary>A result is a layer of its own, also where it is an input, or another result again.</summary>
    private void NameResults(int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (outputs[i].IsInput || outputs.IndexOf(outputs[i]) < i)
            {
                var identity = new ImportedLayer("Identity", outputs[i].Output);
                identity.Sources.Add(outputs[i]);
                layers.Add(identity);
                outputs[i] = identity;
            }
        }
    }
}
