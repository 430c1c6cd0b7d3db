using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

/// <summary>
/// Finds layers that repeat, and writes them as blocks: runs of layers whose names share a prefix, which take one value from outside and
/// give one, and are alike but for some numbers.
/// </summary>
internal static class Blocks
{
    private const int FewestLayers = 3;
    private const int MostParams = 8;

    public static BlockPlan Plan(IReadOnlyList<ImportedLayer> layers, IReadOnlyList<ImportedLayer> outputs)
    {
        List<Group> groups = Choose(layers, outputs);
        var places = groups.SelectMany(g => g.Runs.Select(r => (Run: r, Group: g))).ToDictionary(p => p.Run.First, p => p);
        var blocks = new List<PlannedBlock>();
        var names = new Dictionary<Group, string>();
        foreach (Group group in groups.OrderBy(g => g.Runs[0].First))
        {
            names.Add(group, BlockName(group, [.. names.Values]));
            blocks.Add(new PlannedBlock(
                names[group], $"Repeats in {string.Join(", ", group.Runs.Take(3).Select(r => r.Prefix))}{(group.Runs.Count > 3 ? " …" : "")}.", Items(group, layers)));
        }

        // What the network's class names: a block by its place, and every other layer as NetGen does.
        var members = new Dictionary<ImportedLayer, Run>();
        foreach (Run run in groups.SelectMany(g => g.Runs))
        {
            for (int i = run.First; i <= run.Last; i++)
            {
                members.Add(layers[i], run);
            }
        }

        ImportedLayer[] own = [.. layers.Where(l => !members.ContainsKey(l))];
        string?[] given = Given([.. own.Select(l => l.Kind)], [.. own.Select(l => l.Name)]);
        Dictionary<ImportedLayer, string?> ownNames = own.Zip(given).ToDictionary(p => p.First, p => p.Second);
        string Reference(ImportedLayer? layer) => layer is null ? Naming.InputName : members.TryGetValue(layer, out Run? run) ? run.Prefix : layer.Name;

        var items = new List<ClassItem>();
        ImportedLayer? above = null;
        for (int i = 0; i < layers.Count;)
        {
            if (places.TryGetValue(i, out (Run Run, Group Group) place))
            {
                var named = new List<(string, object)>();
                ImportedLayer? input = place.Run.Input;
                if (input != above)
                {
                    named.Add(("From", Reference(input)));
                }

                named.Add(("Name", place.Run.Prefix));
                items.Add(new ClassItem($"Use<{names[place.Group]}>", [.. place.Group.Arguments(place.Run, layers)], named, StartsLine: true));
                i = place.Run.Last + 1;
            }
            else
            {
                items.Add(ClassWriter.Item(layers[i], ownNames[layers[i]], above, Reference));
                i++;
            }

            above = layers[i - 1];
        }

        return new BlockPlan(blocks, items);
    }

    /// <summary>The names that have to be written, since NetGen would give others.</summary>
    private static string?[] Given(string[] kinds, string[] names)
    {
        var given = new string?[names.Length];
        for (bool changed = true; changed;)
        {
            changed = false;
            string[] complete = Naming.Complete(kinds, given);
            for (int i = 0; i < names.Length; i++)
            {
                if (complete[i] != names[i])
                {
                    given[i] = names[i];
                    changed = true;
                }
            }
        }

        return given;
    }

    /// <summary>Neighbouring layers whose names begin alike.</summary>
    /// <param name="Prefix">What their names begin with, without the dot.</param>
    /// <param name="First">The first one's index.</param>
    /// <param name="Last">The last one's index.</param>
    /// <param name="Input">What they take from outside; null is the network's input.</param>
    private sealed record Run(string Prefix, int First, int Last, ImportedLayer? Input)
    {
        public int Count => Last - First + 1;
    }

    /// <summary>Runs that are one block.</summary>
    private sealed class Group(List<Run> runs)
    {
        public List<Run> Runs { get; } = runs;

        /// <summary>The numbers that differ between runs, each by its layer and its place among that layer's arguments.</summary>
        public List<(int Layer, int Argument)> Params { get; } = [];

        /// <summary>Which of the numbers are the same in every run, and so one parameter.</summary>
        public List<int> ParamOf { get; } = [];

        /// <summary>Whether the places are numbered, as the elements of a list of modules are: there people look for blocks.</summary>
        public bool IsListed => Runs.All(r => r.Prefix.Split('.')[^1].All(char.IsDigit));

        public int Saved => (Runs.Count - 1) * Runs[0].Count;

        public IEnumerable<object> Arguments(Run run, IReadOnlyList<ImportedLayer> layers) => ParamOf.Distinct().Order().Select(p =>
        {
            (int layer, int argument) = Params[ParamOf.IndexOf(p)];
            return Numbers(layers[run.First + layer])[argument];
        });
    }

    /// <summary>A layer's arguments, of the constructor and of properties alike.</summary>
    private static object[] Numbers(ImportedLayer layer) => [.. layer.Positional, .. layer.Named.Select(n => n.Value)];

    private static List<Group> Choose(IReadOnlyList<ImportedLayer> layers, IReadOnlyList<ImportedLayer> outputs)
    {
        var chosen = new List<Group>();
        var covered = new bool[layers.Count];
        IEnumerable<Group> candidates = Runs(layers, outputs)
            .GroupBy(r => Skeleton(r, layers))
            .SelectMany(g => Parameterize([.. g], layers))
            .Where(g => g.Runs.Count > 1 && g.Runs[0].Count >= FewestLayers)
            .OrderBy(g => g.IsListed ? 0 : 1)
            .ThenByDescending(g => g.Saved)
            .ThenBy(g => g.Runs[0].First);
        foreach (Group candidate in candidates)
        {
            Run[] free = [.. candidate.Runs.Where(r => !Enumerable.Range(r.First, r.Count).Any(i => covered[i]))];
            if (free.Length < 2)
            {
                continue;
            }

            Group group = Parameterize(free, layers).Single();
            chosen.Add(group);
            foreach (Run run in free)
            {
                Array.Fill(covered, true, run.First, run.Count);
            }
        }

        return chosen;
    }

    private static IEnumerable<Run> Runs(IReadOnlyList<ImportedLayer> layers, IReadOnlyList<ImportedLayer> outputs)
    {
        var index = layers.Select((l, i) => (l, i)).ToDictionary(p => p.l, p => p.i);
        HashSet<string> prefixes = [.. layers.SelectMany(l => Prefixes(l.Name))];
        foreach (string prefix in prefixes.Order(StringComparer.Ordinal))
        {
            int[] members = [.. Enumerable.Range(0, layers.Count).Where(i => layers[i].Name.StartsWith(prefix + ".", StringComparison.Ordinal))];
            (int first, int last) = (members[0], members[^1]);
            if (members.Length != last - first + 1 || layers.Any(l => l.Name == prefix))
            {
                continue;
            }

            bool Inside(ImportedLayer? layer) => layer is not null && index[layer] >= first && index[layer] <= last;
            ImportedLayer?[] taken = [.. members.SelectMany(i => layers[i].Sources).Where(s => !Inside(s)).Distinct()];
            bool givesOne = Enumerable.Range(0, layers.Count).Where(i => i < first || i > last)
                .All(i => layers[i].Sources.All(s => !Inside(s) || index[s!] == last));
            if (taken.Length == 1 && givesOne && outputs.All(o => !Inside(o)))
            {
                yield return new Run(prefix, first, last, taken[0]);
            }
        }
    }

    private static IEnumerable<string> Prefixes(string name)
    {
        for (int i = name.IndexOf('.', StringComparison.Ordinal); i >= 0; i = name.IndexOf('.', i + 1))
        {
            yield return name[..i];
        }
    }

    /// <summary>All of a run but its numbers.</summary>
    private static string Skeleton(Run run, IReadOnlyList<ImportedLayer> layers)
    {
        var index = Enumerable.Range(run.First, run.Count).ToDictionary(i => layers[i], i => i - run.First);
        return string.Join('\n', Enumerable.Range(run.First, run.Count).Select(i =>
        {
            ImportedLayer layer = layers[i];
            string sources = string.Join(',', layer.Sources.Select(s => s is not null && index.TryGetValue(s, out int at) ? at : -1));
            string arguments = string.Join(',', layer.Positional.Select(p => p is int ? "#" : p.ToString()));
            string named = string.Join(',', layer.Named.Select(n => $"{n.Name}={(n.Value is int ? "#" : n.Value)}"));
            return $"{layer.Name[run.Prefix.Length..]} {layer.Kind}({arguments};{named}) {sources} {layer.Output.IsVector}";
        }));
    }

    /// <summary>One block of runs that differ in no more numbers than a block has parameters; nothing where they do.</summary>
    private static IEnumerable<Group> Parameterize(Run[] runs, IReadOnlyList<ImportedLayer> layers)
    {
        var group = new Group([.. runs]);
        var columns = new List<int[]>();
        for (int layer = 0; layer < runs[0].Count; layer++)
        {
            for (int argument = 0; argument < Numbers(layers[runs[0].First + layer]).Length; argument++)
            {
                object[] values = [.. runs.Select(r => Numbers(layers[r.First + layer])[argument])];
                if (values[0] is not int || values.Distinct().Count() == 1)
                {
                    continue;
                }

                int[] column = [.. values.Cast<int>()];
                int known = columns.FindIndex(c => c.SequenceEqual(column));
                if (known < 0)
                {
                    known = columns.Count;
                    columns.Add(column);
                }

                group.Params.Add((layer, argument));
                group.ParamOf.Add(known);
            }
        }

        return columns.Count <= MostParams ? [group] : [];
    }

    private static List<ClassItem> Items(Group group, IReadOnlyList<ImportedLayer> layers)
    {
        Run run = group.Runs[0];
        ImportedLayer[] own = [.. Enumerable.Range(run.First, run.Count).Select(i => layers[i])];
        string[] names = [.. own.Select(l => l.Name[(run.Prefix.Length + 1)..])];
        string?[] given = Given([.. own.Select(l => l.Kind)], names);
        string Reference(ImportedLayer? layer) => Array.IndexOf(own, layer) is var at && at >= 0 ? names[at] : "@input";
        var items = new List<ClassItem>();
        ImportedLayer? above = run.Input;
        for (int i = 0; i < own.Length; i++)
        {
            var layer = new ImportedLayer(own[i].Kind, own[i].Output);
            layer.Sources.AddRange(own[i].Sources);
            layer.Positional.AddRange(own[i].Positional.Select((p, a) => Bound(i, a) ?? p));
            layer.Named.AddRange(own[i].Named.Select((n, a) => (n.Name, Bound(i, own[i].Positional.Count + a) ?? n.Value)));
            items.Add(ClassWriter.Item(layer, given[i], above, Reference));
            above = own[i];
        }

        return items;

        object? Bound(int layer, int argument) => group.Params.IndexOf((layer, argument)) is var at && at >= 0 ? new BlockParam(group.ParamOf[at]) : null;
    }

    /// <summary>A class's name from the places of a block: <c>layer1.0</c> and <c>layer2.1</c> give <c>LayerBlock</c>.</summary>
    private static string BlockName(Group group, string[] taken)
    {
        string stem = new([.. group.Runs[0].Prefix.Split('.').Last(p => p.Any(char.IsLetter)).Where(char.IsAsciiLetter)]);
        stem = stem.Length == 0 ? "Block" : char.ToUpperInvariant(stem[0]) + stem[1..] + "Block";
        string name = stem;
        for (int i = 2; taken.Contains(name); i++)
        {
            name = stem + i.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return name;
    }
}
