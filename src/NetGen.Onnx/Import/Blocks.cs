using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace NetGen.Onnx.Import;

/// <summary>
/// Plans a class: which layers are written as blocks, and what every layer is called, which follows from where it is written.
/// </summary>
internal sealed class Blocks
{
    private readonly IReadOnlyList<NetworkInput> inputs;
    private readonly IReadOnlyList<ImportedLayer> layers;
    private readonly IReadOnlyList<ImportedLayer> outputs;
    private readonly ModelName[] names;
    private readonly IReadOnlyList<Repetition> repetitions;

    /// <summary>What each run is called.</summary>
    private readonly Dictionary<Run, string> prefixes = [];
    private readonly Dictionary<Repetition, PlannedBlock> blocks = [];

    private Blocks(IReadOnlyList<NetworkInput> inputs, IReadOnlyList<ImportedLayer> layers, IReadOnlyList<ImportedLayer> outputs)
    {
        this.inputs = inputs;
        this.layers = layers;
        this.outputs = outputs;
        names = ModelNames.Read(layers);
        repetitions = RepetitionFinder.Find(layers, outputs, names);
    }

    /// <summary>Plans the class, and names all inputs and layers.</summary>
    public static BlockPlan Plan(IReadOnlyList<NetworkInput> inputs, IReadOnlyList<ImportedLayer> layers, IReadOnlyList<ImportedLayer> outputs) =>
        new Blocks(inputs, layers, outputs).Plan();

    private BlockPlan Plan()
    {
        InputNames.Give(inputs, names);
        NameRuns();
        foreach (Repetition repetition in repetitions)
        {
            blocks.Add(repetition, Block(repetition));
        }

        return new BlockPlan([.. blocks.Values], Items());
    }

    /// <summary>
    /// Calls runs whose layers' names are fixed by their module, and others by what their names have in common, or by their count where
    /// that is nothing, those in a row as elements of one list.
    /// </summary>
    private void NameRuns()
    {
        var taken = new List<string>([.. names.Where(n => n.Use != NameUse.Referenced).Select(n => n.Name).OfType<string>(), .. inputs.Select(i => i.Layer.Name)]);
        var unnamed = new Dictionary<Run, Repetition>();
        foreach (Repetition repetition in repetitions)
        {
            string[]? common = repetition.Runs[0].Prefix is null ? Common(repetition, taken) : null;
            for (int i = 0; i < repetition.Runs.Count; i++)
            {
                Run run = repetition.Runs[i];
                if ((run.Prefix ?? common?[i]) is { } prefix)
                {
                    prefixes.Add(run, prefix);
                    taken.Add(prefix);
                }
                else
                {
                    unnamed.Add(run, repetition);
                }
            }
        }

        int count = 0;
        Run[] open = [.. unnamed.Keys.OrderBy(r => r.First)];
        for (int i = 0; i < open.Length;)
        {
            int end = i + 1;
            while (end < open.Length && unnamed[open[end]] == unnamed[open[i]] && open[end].First == open[end - 1].Last + 1
                && open[end].Input == layers[open[end - 1].Last] && SameArguments(unnamed[open[i]], open[end], open[i]))
            {
                end++;
            }

            string name;
            do
            {
                name = "block" + Text(++count);
            }
            while (taken.Any(t => ModelName.Clash(t, name)));
            for (int n = i; n < end; n++)
            {
                prefixes.Add(open[n], end - i > 1 ? $"{name}.{Text(n - i)}" : name);
            }

            i = end;
        }
    }

    private static bool SameArguments(Repetition repetition, Run a, Run b) => repetition.ArgumentsOf(a).SequenceEqual(repetition.ArgumentsOf(b));

    /// <summary>What the suggested names of each run's layers begin with; null where any of them begins with nothing of its own.</summary>
    private string[]? Common(Repetition repetition, IReadOnlyCollection<string> taken)
    {
        string[] common = [.. repetition.Runs.Select(r => Common(r.Indices.Select(i => names[i]).Where(n => n.Use == NameUse.Suggested).Select(n => n.Name).OfType<string>()))];
        HashSet<string> own = [.. repetition.Runs.SelectMany(r => r.Indices.Select(i => names[i].Name)).OfType<string>()];
        return common.All(c => c.Length > 0) && !common.Where((c, i) => common.Skip(i + 1).Any(other => ModelName.Clash(c, other))).Any()
            && !taken.Any(t => !own.Contains(t) && common.Any(c => ModelName.Clash(t, c)))
            ? common
            : null;
    }

    /// <summary>What several names begin with, up to the end of a word.</summary>
    private static string Common(IEnumerable<string> names)
    {
        string[] all = [.. names];
        if (all.Length < 2)
        {
            return "";
        }

        int length = 0;
        while (all.All(n => n.Length > length && n[length] == all[0][length]))
        {
            length++;
        }

        int end = all[0].AsSpan(0, length).LastIndexOfAny('_', '.', '-');
        return end < 0 ? "" : all[0][..end].TrimEnd('_', '.', '-');
    }

    private PlannedBlock Block(Repetition repetition)
    {
        Run run = repetition.Runs[0];
        ImportedLayer[] written = [.. Enumerable.Range(0, run.Count).Select(repetition.InBlock)];
        HashSet<ImportedLayer> referenced = Referenced(run.Indices.Select(i => layers[i]), run.Input);
        string?[] intended = [.. Enumerable.Range(0, run.Count).Select(layer => LocalName(repetition, layer, referenced))];
        intended = [.. intended.Select((w, i) => Array.IndexOf(intended, w) < i ? null : w)];
        string[] kinds = [.. written.Select(l => l.Kind)];
        string?[] given = Naming.Given(kinds, intended);
        string[] locals = Naming.Complete(kinds, given);
        foreach (Run place in repetition.Runs)
        {
            for (int i = 0; i < place.Count; i++)
            {
                layers[place.First + i].Name = $"{prefixes[place]}.{locals[i]}";
            }
        }

        var items = new List<ClassItem>();
        ImportedLayer above = run.Input;
        for (int i = 0; i < written.Length; i++)
        {
            items.Add(ClassWriter.Item(written[i], given[i], above, Reference));
            above = layers[run.First + i];
        }

        string places = string.Join(", ", repetition.Runs.Take(3).Select(r => prefixes[r])) + (repetition.Runs.Count > 3 ? " …" : "");
        return new PlannedBlock(BlockName(repetition), $"Repeats in {places}.", items);

        string Reference(ImportedLayer layer) =>
            run.Indices.FirstOrDefault(i => layers[i] == layer, -1) is var at && at >= 0 ? locals[at - run.First] : "@input";
    }

    /// <summary>What a layer has to be called within its block: the same wherever that is placed.</summary>
    private string? LocalName(Repetition repetition, int layer, HashSet<ImportedLayer> referenced)
    {
        ModelName[] all = [.. repetition.Runs.Select(r => names[r.First + layer])];
        if (all[0].Use == NameUse.Referenced && !referenced.Contains(layers[repetition.Runs[0].First + layer]))
        {
            return null;
        }

        string?[] locals = [.. repetition.Runs.Zip(all).Select(p =>
            p.Second.Name is { } name && name.StartsWith(prefixes[p.First] + ".", StringComparison.Ordinal) ? name[(prefixes[p.First].Length + 1)..] : null)];
        return locals.Distinct().Count() == 1 ? locals[0] : null;
    }

    /// <summary>The layers that others call by name.</summary>
    private static HashSet<ImportedLayer> Referenced(IEnumerable<ImportedLayer> layers, ImportedLayer above)
    {
        var result = new HashSet<ImportedLayer>();
        foreach (ImportedLayer layer in layers)
        {
            result.UnionWith(ClassWriter.CalledByName(layer, above));
            above = layer;
        }

        return result;
    }

    /// <summary>What the network's class lists: blocks by their uses, and the other layers.</summary>
    private List<ClassItem> Items()
    {
        Dictionary<int, (Repetition Repetition, Run Run)> places = repetitions.SelectMany(r => r.Runs.Select(run => (r, run))).ToDictionary(p => p.run.First);
        Dictionary<ImportedLayer, Run> ends = places.Values.ToDictionary(p => layers[p.Run.Last], p => p.Run);
        var inBlocks = new HashSet<ImportedLayer>(places.Values.SelectMany(p => p.Run.Indices.Select(i => layers[i])));
        ImportedLayer[] own = [.. layers.Where(l => !inBlocks.Contains(l))];

        // A layer without weights is named where others call it, and where the network gives what it gives.
        HashSet<ImportedLayer> referenced = [];
        ImportedLayer first = inputs.Last(i => i.Next is null).Layer;
        ImportedLayer above = first;
        for (int i = 0; i < layers.Count; i++)
        {
            if (!inBlocks.Contains(layers[i]))
            {
                referenced.UnionWith(ClassWriter.CalledByName(layers[i], above));
            }
            else if (places.TryGetValue(i, out (Repetition Repetition, Run Run) place) && place.Run.Input is var input && input != above)
            {
                referenced.Add(input);
            }

            above = layers[i];
        }

        ImportedLayer[] nexts = [.. inputs.Select(i => i.NextLayer).OfType<ImportedLayer>()];
        referenced.UnionWith([.. ClassWriter.NamedOutputs(layers, [.. outputs.SkipLast(nexts.Length)]), .. nexts]);
        HashSet<string> taken = [.. inBlocks.Select(l => l.Name), .. inputs.Select(i => i.Layer.Name)];
        Dictionary<ImportedLayer, ModelName> known = layers.Zip(names).ToDictionary(p => p.First, p => p.Second);
        string?[] intended = [.. own.Select(l => known[l] is { Name: { } name } n && (n.Use != NameUse.Referenced || referenced.Contains(l)) && taken.Add(name) ? name : null)];

        // The names of uses and inputs are such that no layer may have.
        string[] kinds = [.. own.Select(l => l.Kind), .. prefixes.Values.Select(_ => "Use"), .. inputs.Select(_ => "Input")];
        string?[] given = Naming.Given(kinds, [.. intended, .. prefixes.Values, .. inputs.Select(i => i.Layer.Name)]);
        string[] complete = Naming.Complete(kinds, given);
        var written = new Dictionary<ImportedLayer, string?>();
        for (int i = 0; i < own.Length; i++)
        {
            own[i].Name = complete[i];
            written.Add(own[i], given[i]);
        }

        string Reference(ImportedLayer layer) => ends.TryGetValue(layer, out Run? run) ? prefixes[run] : layer.Name;
        var items = new List<ClassItem>();
        above = first;
        for (int i = 0; i < layers.Count;)
        {
            if (places.TryGetValue(i, out (Repetition Repetition, Run Run) place))
            {
                (ClassItem item, i) = Use(place.Repetition, place.Run, places, items.LastOrDefault(), place.Run.Input == above ? null : Reference(place.Run.Input));
                items.Add(item);
            }
            else
            {
                items.Add(ClassWriter.Item(layers[i], written[layers[i]], above, Reference));
                i++;
            }

            above = layers[i - 1];
        }

        return items;
    }

    /// <summary>A use of a block; of several in a row that are elements of one list, a single one.</summary>
    private (ClassItem Item, int Next) Use(
        Repetition repetition, Run run, Dictionary<int, (Repetition Repetition, Run Run)> places, ClassItem? before, string? from)
    {
        object[] arguments = repetition.ArgumentsOf(run);
        string name = prefixes[run];
        int last = run.Last;
        int count = 1;
        string list = ModelName.Parent(name);
        while (list.Length > 0 && name == list + ".0" && places.TryGetValue(last + 1, out (Repetition Repetition, Run Run) next)
            && next.Repetition == repetition && next.Run.Input == layers[last] && prefixes[next.Run] == $"{list}.{Text(count)}" && SameArguments(repetition, next.Run, run))
        {
            last = next.Run.Last;
            count++;
        }

        var named = new List<(string, object)>();
        if (from is not null)
        {
            named.Add(("From", from));
        }

        named.Add(("Name", count > 1 ? list : name));
        if (count > 1)
        {
            named.Add(("Repeat", count));
        }

        // Uses that differ in nothing but their names share lines.
        PlannedBlock block = blocks[repetition];
        bool continues = before?.Block == block && before.Positional.SequenceEqual(arguments) && from is null;
        return (new ClassItem("Use", arguments, named, !continues, block), last + 1);
    }

    /// <summary>
    /// A class's name from the places of a block: <c>layer1.0</c> and <c>layer2.1</c>, elements of lists, give <c>LayerBlock</c>, and modules
    /// with names of their own, <c>denselayer1</c> and <c>denselayer2</c>, <c>Denselayer</c>.
    /// </summary>
    private string BlockName(Repetition repetition)
    {
        string[] last = [.. repetition.Runs.Select(r => prefixes[r].Split('.').Last(p => p.Any(char.IsAsciiLetter)))];
        bool isListed = repetition.Runs.Any(r => !prefixes[r].Split('.')[^1].Any(char.IsAsciiLetter)) || repetition.Runs.Any(r => r.Prefix is null);
        int length = 0;
        while (last.All(l => l.Length > length && l[length] == last[0][length]))
        {
            length++;
        }

        string stem = repetition.Runs.All(r => r.Prefix is null) && last.Any(l => l.StartsWith("block", StringComparison.Ordinal)) ? KindOf(repetition) : last[0][..length];
        IEnumerable<string> words = stem.Split('_', '-').Select(w => w.Trim("0123456789".ToCharArray())).Where(w => w.Length > 0);
        stem = string.Concat(words.Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
        bool needsBlock = (isListed && !stem.EndsWith("Block", StringComparison.Ordinal)) || IsTaken(stem);
        string name = stem.Length == 0 ? "LayerBlock" : needsBlock ? stem + "Block" : stem;
        string unique = name;
        for (int i = 2; blocks.Values.Any(b => b.Name == unique); i++)
        {
            unique = name + Text(i);
        }

        return unique;
    }

    /// <summary>Whether a layer's attribute, or another type that a class of layers may name, is called so.</summary>
    private static bool IsTaken(string name) =>
        Array.Exists(typeof(NetworkAttribute).Assembly.GetExportedTypes(), t => t.Name == name || t.Name == name + "Attribute");

    /// <summary>What a block is whose places have no names.</summary>
    private string KindOf(Repetition repetition)
    {
        Run run = repetition.Runs[0];
        ImportedLayer[] own = [.. run.Indices.Select(i => layers[i])];
        return Array.Exists(own, l => l.Kind == "Add") ? "Residual"
            : Array.Exists(own, l => l.IsConvolution) ? "Conv"
            : "Layer";
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
