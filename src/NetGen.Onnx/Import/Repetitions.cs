using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

/// <summary>Neighbouring layers that take one value from outside and give one.</summary>
/// <param name="First">The first one's index.</param>
/// <param name="Last">The last one's index, which gives the value.</param>
/// <param name="Input">What they take: a layer's result, or an input of the network.</param>
/// <param name="Prefix">The module whose layers they are, where their names are fixed.</param>
/// <param name="IsWhole">Whether they are all of the module, and nothing else, as far as the model says.</param>
internal sealed record Run(int First, int Last, ImportedLayer Input, string? Prefix, bool IsWhole)
{
    public int Count => Last - First + 1;

    public IEnumerable<int> Indices => Enumerable.Range(First, Count);
}

/// <summary>Runs that are alike but for some numbers.</summary>
internal sealed class Repetition
{
    private const int MostParams = 8;

    /// <summary>Arguments that are left out where they are nothing special, and so may stand in one run and not in another.</summary>
    private static readonly string[] Defaulted = ["Stride", "Padding", "Dilation", "Groups", "Multiplier"];

    private readonly IReadOnlyList<ImportedLayer> layers;
    private readonly string[][] named;

    /// <summary>Which parameter a layer's argument is.</summary>
    private readonly Dictionary<(int Layer, int Argument), int> parameters = [];

    private Repetition(IReadOnlyList<ImportedLayer> layers, IReadOnlyList<Run> runs)
    {
        this.layers = layers;
        Runs = runs;
        named = [.. Enumerable.Range(0, runs[0].Count).Select(Named)];
    }

    public IReadOnlyList<Run> Runs { get; }

    /// <summary>How many numbers each run gives the block.</summary>
    public int ParameterCount => parameters.Values.Distinct().Count();

    /// <summary>Joins runs of one structure; null where they differ in more numbers than a block has parameters.</summary>
    public static Repetition? Of(IReadOnlyList<ImportedLayer> layers, IReadOnlyList<Run> runs)
    {
        var result = new Repetition(layers, runs);
        var columns = new List<int[]>();
        for (int layer = 0; layer < runs[0].Count; layer++)
        {
            object[][] arguments = [.. runs.Select(r => result.Arguments(r, layer))];
            for (int argument = 0; argument < arguments[0].Length; argument++)
            {
                object[] values = [.. arguments.Select(a => a[argument])];
                if (values[0] is not int || values.Distinct().Count() == 1)
                {
                    continue;
                }

                // Numbers that are the same in every run are one parameter.
                int[] column = [.. values.Cast<int>()];
                int known = columns.FindIndex(c => c.SequenceEqual(column));
                if (known < 0)
                {
                    known = columns.Count;
                    columns.Add(column);
                }

                result.parameters.Add((layer, argument), known);
            }
        }

        return columns.Count <= MostParams ? result : null;
    }

    /// <summary>All of a layer but its name, its sources and the numbers that may differ.</summary>
    public static string Skeleton(ImportedLayer layer)
    {
        IEnumerable<string> positional = layer.Positional.Select(p => p is int ? "#" : p.ToString()!);
        IEnumerable<string> others = layer.Named.Where(n => Default(layer, n.Name) is null).Select(n => $"{n.Name}={(n.Value is int ? "#" : n.Value)}");
        return $"{layer.Kind}({string.Join(',', positional)};{string.Join(',', others)}){layer.Output.IsVector}";
    }

    /// <summary>The numbers that a run gives the block.</summary>
    public object[] ArgumentsOf(Run run) =>
        [.. parameters.GroupBy(p => p.Value).OrderBy(g => g.Key).Select(g => Arguments(run, g.First().Key.Layer)[g.First().Key.Argument])];

    /// <summary>A layer as it stands in the block.</summary>
    public ImportedLayer InBlock(int layer)
    {
        ImportedLayer own = layers[Runs[0].First + layer];
        object[] arguments = [.. Arguments(Runs[0], layer).Select((a, i) => parameters.TryGetValue((layer, i), out int index) ? new BlockParam(index) : a)];
        var result = new ImportedLayer(own.Kind, own.Output);
        result.Sources.AddRange(own.Sources);
        result.Positional.AddRange(arguments.Take(own.Positional.Count));
        result.Named.AddRange(named[layer].Zip(arguments.Skip(own.Positional.Count)));
        return result;
    }

    /// <summary>The value of an argument that is left out; null where that is another's affair.</summary>
    private static int? Default(ImportedLayer layer, string name) => name switch
    {
        // A pooling steps by its kernel.
        "Stride" => layer.Kind is "MaxPool2D" or "AvgPool2D" or "MaxPool1D" or "AvgPool1D" ? null : 1,
        "Padding" => 0,
        "Dilation" or "Groups" or "Multiplier" => 1,
        _ => null,
    };

    private object[] Arguments(Run run, int layer)
    {
        ImportedLayer own = layers[run.First + layer];
        return [.. own.Positional, .. named[layer].Select(name => own.Named.Find(n => n.Name == name).Value ?? Default(own, name)!)];
    }

    /// <summary>The properties that a layer's place sets in any run.</summary>
    private string[] Named(int layer)
    {
        ImportedLayer own = layers[Runs[0].First + layer];
        IEnumerable<string> any = Defaulted.Where(d => Default(own, d) is not null && Runs.Any(r => layers[r.First + layer].Named.Any(n => n.Name == d)));
        return [.. any, .. own.Named.Select(n => n.Name).Where(n => Default(own, n) is null)];
    }
}

/// <summary>
/// Finds layers that repeat: by the modules that the model names, and by their structure where it names none. Of all ways to write them
/// as blocks it takes the one that leaves the least to be written, as far as it looks.
/// </summary>
internal sealed class RepetitionFinder
{
    private const int FewestLayers = 3;
    private const int MostLayers = 128;

    /// <summary>What a block's class costs besides its layers, counted in layers.</summary>
    private const int BlockCost = 3;

    private const int ArgumentsPerLayer = 4;
    private const int MostCandidates = 200;
    private const int MostBeginnings = 16;

    private readonly IReadOnlyList<ImportedLayer> layers;
    private readonly ModelName[] names;

    /// <summary>The inputs that layers take. Among sources, they count down from −1.</summary>
    private readonly ImportedLayer[] inputs;
    private readonly int[][] sources;
    private readonly int[][] consumers;
    private readonly HashSet<int> outputs;

    /// <summary>How many layers with a fixed name, and how many of any kind, lie in each module.</summary>
    private readonly Dictionary<string, int> fixedIn;
    private readonly Dictionary<string, int> allIn;

    private RepetitionFinder(IReadOnlyList<ImportedLayer> layers, IReadOnlyList<ImportedLayer> outputs, ModelName[] names)
    {
        this.layers = layers;
        this.names = names;
        var index = layers.Select((l, i) => (l, i)).ToDictionary(p => p.l, p => p.i);
        inputs = [.. layers.SelectMany(l => l.Sources).Where(s => s.IsInput).Distinct()];
        sources = [.. layers.Select(l => l.Sources.Select(s => s.IsInput ? -1 - Array.IndexOf(inputs, s) : index[s]).ToArray())];
        ILookup<int, int> readers = sources.SelectMany((s, i) => s.Select(from => (From: from, To: i))).ToLookup(p => p.From, p => p.To);
        consumers = [.. layers.Select((_, i) => readers[i].Distinct().ToArray())];
        this.outputs = [.. outputs.Select(o => index[o])];
        fixedIn = Count(names.Where(n => n.Use == NameUse.Fixed).Select(n => n.Name));
        allIn = Count(names.Select(n => n.Module));
    }

    /// <param name="Runs">All runs of one structure and one set of names, which may overlap.</param>
    private sealed record Candidate(IReadOnlyList<Run> Runs);

    /// <summary>Repetitions that do not overlap, in the order in which they begin.</summary>
    public static IReadOnlyList<Repetition> Find(IReadOnlyList<ImportedLayer> layers, IReadOnlyList<ImportedLayer> outputs, ModelName[] names) =>
        new RepetitionFinder(layers, outputs, names).Choose();

    private static Dictionary<string, int> Count(IEnumerable<string?> paths)
    {
        var counts = new Dictionary<string, int>();
        foreach (string? path in paths)
        {
            for (string part = path ?? ""; part.Length > 0; part = ModelName.Parent(part))
            {
                counts[part] = counts.GetValueOrDefault(part) + 1;
            }
        }

        return counts;
    }

    private List<Repetition> Choose()
    {
        var none = new bool[layers.Count];
        Candidate[] candidates = [.. Candidates()
            .Select(c => (Candidate: c, Runs: Free(c, none)))
            .Where(c => MostSaved(c.Runs) > 0)
            .OrderByDescending(c => MostSaved(c.Runs))
            .ThenBy(c => c.Runs[0].Prefix?.Length ?? 0)
            .ThenBy(c => layers[c.Runs[0].First].Weights.Count > 0 ? 0 : 1)
            .ThenBy(c => c.Runs[0].First)
            .Where(c => Saved(c.Runs) > 0)
            .Take(MostCandidates)
            .Select(c => c.Candidate)];
        List<Repetition> best = [];
        int most = 0;
        for (int i = 0; i < Math.Min(MostBeginnings, candidates.Length); i++)
        {
            (List<Repetition> chosen, int saved) = Choose(candidates, i);
            if (saved > most)
            {
                (best, most) = (chosen, saved);
            }
        }

        return [.. best.OrderBy(r => r.Runs[0].First)];
    }

    /// <summary>Takes one candidate, and then always the one that saves most of those that are left.</summary>
    private (List<Repetition> Chosen, int Saved) Choose(Candidate[] candidates, int beginning)
    {
        var chosen = new List<Repetition>();
        var covered = new bool[layers.Count];
        int saved = 0;
        for (int next = beginning; next >= 0;)
        {
            Run[] runs = Free(candidates[next], covered);
            saved += Saved(runs);
            chosen.Add(Repetition.Of(layers, runs)!);
            foreach (Run run in runs)
            {
                Array.Fill(covered, true, run.First, run.Count);
            }

            next = -1;
            int most = 0;
            for (int i = 0; i < candidates.Length; i++)
            {
                Run[] free = Free(candidates[i], covered);
                if (MostSaved(free) > most && Saved(free) is var here && here > most)
                {
                    (next, most) = (i, here);
                }
            }
        }

        return (chosen, saved);
    }

    /// <summary>A candidate's runs that overlap neither each other nor what is covered.</summary>
    private static Run[] Free(Candidate candidate, bool[] covered)
    {
        var free = new List<Run>();
        foreach (Run run in candidate.Runs)
        {
            if ((free.Count == 0 || run.First > free[^1].Last) && !covered.AsSpan(run.First, run.Count).Contains(true))
            {
                free.Add(run);
            }
        }

        return [.. free];
    }

    /// <summary>How many layers less have to be written with these runs as a block, if they differ in nothing.</summary>
    private static int MostSaved(Run[] runs) =>
        runs.Length < 2 ? 0 : ((runs.Length - 1) * runs[0].Count) - runs.Length - BlockCost - runs.Count(r => !r.IsWhole);

    /// <summary>The same, less what the numbers cost that they differ in: each use writes them, and they are hard to read.</summary>
    private int Saved(Run[] runs) => MostSaved(runs) is > 0 and var most && Repetition.Of(layers, runs) is { } repetition
        ? most - (repetition.ParameterCount * runs.Length / ArgumentsPerLayer)
        : 0;

    private IEnumerable<Candidate> Candidates()
    {
        // Runs of one structure end at one node of a tree, whose edges are layers.
        var skeletons = new Dictionary<string, int>();
        int[] skeleton = [.. layers.Select(l => Intern(skeletons, Repetition.Skeleton(l)))];
        var edges = new Dictionary<(int Node, string Layer), int>();
        var ends = new Dictionary<(int First, int Last), int>();
        var found = new Dictionary<(int Node, string Locals), List<Run>>();
        for (int first = 0; first < layers.Count; first++)
        {
            int node = 0;
            int? input = null;
            int lastUse = -1;
            string? common = null;
            int weights = 0;
            int reads = 0;
            for (int last = first; last < Math.Min(layers.Count, first + MostLayers); last++)
            {
                int[] outside = [.. sources[last].Where(s => s < first).Append(input ?? int.MinValue).Where(s => s != int.MinValue).Distinct()];
                if (outside.Length > 1)
                {
                    break;
                }

                input = outside.Length == 1 ? outside[0] : input;
                string layer = $"{skeleton[last]} {string.Join(',', sources[last].Select(s => s < first ? 0 : last - s))}";
                node = Intern(edges, (node, layer));
                weights += layers[last].Weights.Count;
                reads += sources[last].Count(s => s < first);
                if (names[last].Use == NameUse.Fixed)
                {
                    string module = ModelName.Parent(names[last].Name!);
                    common = common is null ? module : Common(common, module);
                    if (common.Length == 0)
                    {
                        break;
                    }
                }

                bool givesOne = lastUse <= last;
                if (!givesOne && lastUse == int.MaxValue)
                {
                    break;
                }

                lastUse = Math.Max(lastUse, outputs.Contains(last) ? int.MaxValue : consumers[last].DefaultIfEmpty(-1).Max());
                if (givesOne && weights > 0 && last - first + 1 >= FewestLayers && input is { } from
                    && !IsJoinedWithInput(last, from) && (reads > 1 || !IsEnd(first)))
                {
                    ends.Add((first, last), node);
                    foreach (Run run in Named(first, last, from, common))
                    {
                        string locals = run.Prefix is { } prefix
                            ? string.Join(' ', run.Indices.Select(i => names[i].Use == NameUse.Fixed ? names[i].Name![prefix.Length..] : ""))
                            : "";
                        (int, string) key = (node, locals);
                        if (!found.TryGetValue(key, out List<Run>? runs))
                        {
                            found.Add(key, runs = []);
                        }

                        runs.Add(run);
                    }
                }
            }
        }

        return found.Where(f => f.Value.Count > 1 && !IsRepetition(f.Value[0])).Select(f => new Candidate(f.Value));

        // A block that is one block several times is no unit.
        bool IsRepetition(Run run) => Enumerable.Range(2, run.Count / FewestLayers).Any(parts => run.Count % parts == 0
            && Enumerable.Range(0, parts)
                .Select(part => ends.GetValueOrDefault((run.First + (part * run.Count / parts), run.First + ((part + 1) * run.Count / parts) - 1)))
                .Distinct().ToArray() is [not 0]);
    }

    /// <summary>
    /// A layer without weights ends what is before it, as the normalization of a convolution does, unless the model says otherwise: a block
    /// that begins with it would have to go around it.
    /// </summary>
    private bool IsEnd(int layer) => names[layer].Use != NameUse.Fixed && names[layer].Module is null && (layers[layer].Weights.Count == 0
        || (layers[layer] is { Kind: "BatchNorm2D" or "BatchNorm1D", Sources: [{ } source] } && (source.Kind == "Dense" || source.IsConvolution)));

    /// <summary>A residual connection's sum belongs to the block that it goes around.</summary>
    private bool IsJoinedWithInput(int last, int input) =>
        !outputs.Contains(last) && consumers[last] is [var reader] && sources[reader] is [var a, var b] && (a == input || b == input);

    /// <summary>Layers by each of the modules that they may be called by: no other layer's fixed name may lie in it.</summary>
    private IEnumerable<Run> Named(int first, int last, int from, string? common)
    {
        ImportedLayer input = from < 0 ? inputs[-1 - from] : layers[from];
        if (common is null)
        {
            yield return new Run(first, last, input, null, true);
            yield break;
        }

        int count = Enumerable.Range(first, last - first + 1).Count(i => names[i].Use == NameUse.Fixed);
        for (string prefix = common; prefix.Length > 0 && fixedIn[prefix] == count; prefix = ModelName.Parent(prefix))
        {
            string?[] modules = [.. Enumerable.Range(first, last - first + 1).Select(i => names[i].Module)];
            int inside = modules.Count(m => m is not null && ModelName.IsUnder(m, prefix));
            bool isWhole = inside == modules.Count(m => m is not null) && inside == allIn[prefix];
            yield return new Run(first, last, input, prefix, isWhole);
        }
    }

    private static string Common(string a, string b)
    {
        while (a.Length > 0 && !ModelName.IsUnder(b, a))
        {
            a = ModelName.Parent(a);
        }

        return a;
    }

    private static int Intern<T>(Dictionary<T, int> known, T key)
        where T : notnull
    {
        if (!known.TryGetValue(key, out int id))
        {
            known.Add(key, id = known.Count + 1);
        }

        return id;
    }
}
