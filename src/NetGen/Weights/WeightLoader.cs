using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Globalization;
using System.Linq;

namespace NetGen.Runtime;

/// <summary>Checks weights against a network before any of them is used. Used by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class WeightLoader
{
    private const int MaxUnusedListed = 50;
    private const int MaxNamesCompared = 5000;

    /// <summary>
    /// Takes a prefix off the names of the tensors, where any have it: a file of names without it, as <c>Save</c> writes, is taken as
    /// it is.
    /// </summary>
    /// <param name="source">The weights.</param>
    /// <param name="prefix">The prefix that the network's class declares.</param>
    public static IWeightSource WithoutDeclaredPrefix(IWeightSource source, string prefix)
    {
        ArgumentNullException.ThrowIfNull(source);
        PrefixedWeights named = new(source, prefix);
        return named.Tensors.Count > 0 ? named : source;
    }

    /// <summary>
    /// Throws unless the source has every tensor, in the right shape, of which a kernel's sides of 1 may be missing, and a readable type.
    /// Further tensors are no error.
    /// </summary>
    /// <param name="source">The weights.</param>
    /// <param name="network">The network's name, for the message.</param>
    /// <param name="specs">The tensors that the network needs.</param>
    /// <exception cref="WeightsException">Lists everything that is missing or does not fit.</exception>
    public static void Validate(IWeightSource source, string network, ReadOnlySpan<WeightSpec> specs)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(network);
        List<string> problems = [];
        List<WeightSpec> missing = [];
        foreach (WeightSpec spec in specs)
        {
            if (!source.TryGetTensor(spec.Name, out TensorInfo? tensor))
            {
                missing.Add(spec);
            }
            else if (!HasShape(tensor, spec))
            {
                problems.Add($"{spec.Name}: expected the shape {ShapeText.Of(spec.Shape)}, found {ShapeText.Of(tensor.Shape)}");
            }
            else if (tensor.Type == TensorType.Other)
            {
                problems.Add($"{spec.Name}: {TensorReading.Unreadable}");
            }
        }

        if (problems.Count == 0 && missing.Count == 0)
        {
            return;
        }

        string[] needed = [.. specs.ToArray().Where(s => s.Init != WeightInit.Range).Select(s => s.Name)];
        if (WeightFit.OtherPrefix(needed, [.. source.Tensors.Select(t => t.Name)], "") is { } prefix)
        {
            throw new WeightsException(
                source.Name,
                $"these weights do not fit the network {network}",
                [$"the names of its tensors have the prefix '{prefix}', which the network's have not; load it with prefix: \"{prefix}\""]);
        }

        // Names that the network does not know often are the missing ones, spelled otherwise.
        HashSet<string> known = [];
        foreach (WeightSpec spec in specs)
        {
            known.Add(spec.Name);
        }

        List<TensorInfo> unused = [.. source.Tensors.Where(tensor =>
            !known.Contains(tensor.Name) && !tensor.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal))];
        problems.AddRange(missing.Select(spec => Missing(spec, unused)));
        if (unused.Count > 0)
        {
            string more = unused.Count <= MaxUnusedListed
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $" and {unused.Count - MaxUnusedListed:N0} more");
            string names = string.Join(", ", unused.Take(MaxUnusedListed).Select(tensor => $"{tensor.Name} {ShapeText.Of(tensor.Shape)}"));
            problems.Add($"not used by {network}: {names}{more}");
        }

        throw new WeightsException(source.Name, $"these weights do not fit the network {network}", problems);
    }

    private static bool HasShape(TensorInfo tensor, WeightSpec spec) => tensor.Shape.AsSpan().SequenceEqual(spec.Shape.AsSpan())
        || WeightFit.HasShape([.. spec.Shape.Select(d => (long)d)], [.. tensor.Shape.Select(d => (long)d)]);

    private static string Missing(WeightSpec spec, List<TensorInfo> unused)
    {
        string hint = spec.Init == WeightInit.Range ? "; the network's Calibrate finds it, and Save keeps it"
            : NearName(spec, unused) is { } near ? $"; did you mean {near}?"
            : "";
        return $"{spec.Name}: missing, expected with the shape {ShapeText.Of(spec.Shape)}{hint}";
    }

    /// <summary>
    /// Finds the tensor that a missing one most likely is: of the same shape, and with a name that is the same but for a prefix
    /// or a few letters, or else the only one of that shape with the same last part.
    /// </summary>
    private static string? NearName(WeightSpec spec, List<TensorInfo> unused)
    {
        string? best = null;
        int bestDistance = Math.Max(2, spec.Name.Length / 4) + 1;
        string? sameShape = null;
        int sameShapeCount = 0;
        foreach (TensorInfo tensor in unused.Take(MaxNamesCompared))
        {
            if (!HasShape(tensor, spec))
            {
                continue;
            }

            // The last part says what the tensor is, so that only a slip of the pen is forgiven there.
            int limit = Math.Min(bestDistance, 3);
            if (LastPart(tensor.Name) == LastPart(spec.Name))
            {
                limit = bestDistance;
                sameShape = tensor.Name;
                sameShapeCount++;
            }

            int distance = IsSuffix(tensor.Name, spec.Name) || IsSuffix(spec.Name, tensor.Name)
                ? 0
                : Distance(tensor.Name, spec.Name, limit);
            if (distance < limit)
            {
                (best, bestDistance) = (tensor.Name, distance);
            }
        }

        return best ?? (sameShapeCount == 1 ? sameShape : null);
    }

    private static bool IsSuffix(string name, string suffix) => name.EndsWith("." + suffix, StringComparison.Ordinal);

    private static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];

    /// <summary>The edits that turn one name into the other, capital letters disregarded; the limit where there are more.</summary>
    private static int Distance(string left, string right, int limit)
    {
        if (Math.Abs(left.Length - right.Length) >= limit)
        {
            return limit;
        }

        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                bool equal = char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]);
                int edits = Math.Min(diagonal + (equal ? 0 : 1), Math.Min(row[j], row[j - 1]) + 1);
                (diagonal, row[j]) = (row[j], edits);
            }
        }

        return Math.Min(row[^1], limit);
    }
}
