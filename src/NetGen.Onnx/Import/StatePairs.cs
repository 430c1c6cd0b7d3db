using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace NetGen.Onnx.Import;

/// <summary>Finds the inputs that are, in the next call, what the model gives in this one.</summary>
internal static partial class StatePairs
{
    /// <summary>Words that name what is kept, one of which has to be in a name.</summary>
    private static readonly HashSet<string> Kept =
        ["h", "c", "hx", "cx", "hid", "hidden", "cell", "state", "states", "cache", "caches", "mem", "memory", "memories", "rnn", "lstm", "gru", "past"];

    private static readonly HashSet<string> Before = ["in", "input", "past", "prev", "previous", "last", "old", "init", "initial"];
    private static readonly HashSet<string> After = ["out", "output", "new", "next", "present", "updated", "n"];

    /// <summary>Marks inputs as states: those that were said to be, and those that names, shapes and types leave no doubt of.</summary>
    /// <param name="inputs">The network's inputs.</param>
    /// <param name="layers">What reads them.</param>
    /// <param name="values">What the model gives, an input's next value among it.</param>
    /// <param name="types">What the model says about the types of its outputs.</param>
    /// <param name="options">What was said.</param>
    /// <exception cref="OnnxException">What was said does not fit the model.</exception>
    public static void Find(
        IReadOnlyList<NetworkInput> inputs,
        IReadOnlyList<ImportedLayer> layers,
        IReadOnlyList<(string Name, Value Value)> values,
        IReadOnlyDictionary<string, OnnxElementType> types,
        OnnxImportOptions options)
    {
        foreach ((string name, string next) in options.States)
        {
            NetworkInput input = inputs.FirstOrDefault(i => i.Info.Name == name) ?? throw new OnnxException(
                $"The network takes no input '{name}' that could be a state.", $"Choose among {string.Join(", ", inputs.Select(i => $"'{i.Info.Name}'"))} with --state.");
            Value value = values.First(v => v.Name == next).Value;
            if (value.Length != input.Layer.Output.Length)
            {
                throw new OnnxException(
                    $"The state '{name}' has the shape {Dimensions.Text(input.Dims)}, and '{next}', which it is in the next call, {Dimensions.Text(value.Dims)}.",
                    "Name another value with --state, or leave it out.");
            }

            input.Next = layers.Any(l => l.Sources.Contains(input.Layer)) ? next : throw new OnnxException(
                $"Of the state '{name}' the network takes nothing but the shape.", "Leave out --state for it.");
        }

        if (inputs.All(i => i.Next is not null))
        {
            throw new OnnxException("All inputs of the network are states.", "Leave out --state for one of them: a network takes something in each call.");
        }

        if (!options.FindsStates)
        {
            return;
        }

        NetworkInput[] open = [.. inputs.Where(i => i.Next is null)];
        (string Name, Value Value)[] results = [.. values.Where(v => types.ContainsKey(v.Name) && inputs.All(i => i.Next != v.Name))];
        (NetworkInput Input, string Next)[] pairs =
        [
            .. from input in open
               from result in results
               where AreOne(input.Info.Name, result.Name) && layers.Any(l => l.Sources.Contains(input.Layer)) && input.Info.Type == types[result.Name] && input.SampleDims.SequenceEqual(result.Value.Dims)
               select (input, result.Name),
        ];
        pairs = [.. pairs.Where(p => pairs.Count(o => o.Input == p.Input || o.Next == p.Next) == 1)];
        if (pairs.Length < open.Length)
        {
            foreach ((NetworkInput input, string next) in pairs)
            {
                input.Next = next;
            }
        }
    }

    /// <summary>Whether an input's and an output's names are the usual ones of a state: h and hn, state and stateN, cache_in and cache_out.</summary>
    internal static bool AreOne(string input, string output)
    {
        string?[] next = [.. Stems(output, After, "n").Skip(1)];
        return Stems(input, Before, "0").Any(s => s is not null && next.Contains(s));
    }

    /// <summary>A name without regard to case and separators; and the same without one mark that says which of two it is.</summary>
    /// <param name="name">The name.</param>
    /// <param name="marks">The marks, at the beginning or the end.</param>
    /// <param name="last">A mark at the end alone, which may lack a separator.</param>
    private static IEnumerable<string?> Stems(string name, HashSet<string> marks, string last)
    {
        string[] words = [.. Words().Matches(ModelNames.WithoutResult(name)).Select(m => m.Value.ToLowerInvariant()).SelectMany(w => Split(w, last))];
        yield return Text(words);
        if (words is ["past" or "present", ..] && marks.Contains(words[0]))
        {
            yield return "past " + string.Join(' ', words[1..]).Replace("key values ", "", StringComparison.Ordinal);
        }
        else if (words.Length > 1 && marks.Contains(words[0]) && words[0] != last)
        {
            yield return Text(words[1..]);
        }

        if (words.Length > 1 && (marks.Contains(words[^1]) || words[^1] == last))
        {
            yield return Text(words[..^1]);
        }
    }

    /// <summary>A name that is the same for both of a pair; null where it names nothing that is kept.</summary>
    private static string? Text(string[] words) =>
        words.Any(w => Kept.Contains(w.TrimEnd("0123456789".ToCharArray()))) ? string.Join(' ', words) : null;

    /// <summary>The words hn and h0 are two.</summary>
    private static string[] Split(string word, string last) =>
        word.EndsWith(last, StringComparison.Ordinal) && Kept.Contains(word[..^last.Length]) ? [word[..^last.Length], last] : [word];

    [GeneratedRegex("[A-Z]*[a-z]+[0-9]*|[A-Z]+[0-9]*|[0-9]+")]
    private static partial Regex Words();
}
