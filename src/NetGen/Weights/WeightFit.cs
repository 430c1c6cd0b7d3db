using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen;

/// <summary>
/// The rules of what tensors fit a network's. The generator compiles this file too, so that the check while typing and <c>Load</c>
/// agree.
/// </summary>
internal static class WeightFit
{
    // A hostile file can hold millions of names, and names of millions of parts.
    private const int MostNames = 100_000;
    private const int MostParts = 32;

    /// <summary>The axes of a weight before those of its kernel.</summary>
    private const int BeforeKernel = 2;

    /// <summary>
    /// Whether a shape holds the values that another does, in the same order: the two are equal, or a kernel's lacks sides of 1 that the
    /// other has, as the weights of <c>Conv1d</c>, [filters, channels, kernel], and of a dense layer, [units, features], do. Filters and
    /// channels have to agree.
    /// </summary>
    /// <param name="expected">The shape that is needed.</param>
    /// <param name="found">The tensor's shape.</param>
    public static bool HasShape(IReadOnlyList<long> expected, IReadOnlyList<long> found) => expected.Count == found.Count
        ? expected.SequenceEqual(found)
        : Math.Min(expected.Count, found.Count) >= BeforeKernel
            && expected.Take(BeforeKernel).SequenceEqual(found.Take(BeforeKernel))
            && Sides(expected).SequenceEqual(Sides(found));

    /// <summary>
    /// Finds what stands before the tensors' names where another prefix than the one that is taken off names more of the network's
    /// tensors, and at least half of them: <c>module.</c>, as wrappers of models leave. One tensor alone proves nothing, unless all in
    /// the file have the prefix.
    /// </summary>
    /// <param name="needed">The names of the network's tensors, without a prefix.</param>
    /// <param name="found">The names in the file.</param>
    /// <param name="prefix">The prefix that is taken off, which may be empty.</param>
    /// <returns>The prefix that fits, empty where the names have none; null where <paramref name="prefix"/> fits as well as any.</returns>
    public static string? OtherPrefix(IReadOnlyCollection<string> needed, IReadOnlyCollection<string> found, string prefix)
    {
        var names = new HashSet<string>(needed);
        int longest = names.Count == 0 ? 0 : names.Max(n => n.Length);
        var counts = new Dictionary<string, int> { [prefix] = 0 };
        foreach (string name in found.Take(MostNames))
        {
            // A name's parts, from the last one on: the ends that are names of the network's say what stands before them.
            for ((int part, int end) = (0, name.Length); part < MostParts; part++)
            {
                int dot = end > 0 ? name.LastIndexOf('.', end - 1) : -1;
                int start = dot + 1;
                if (name.Length - start > longest)
                {
                    break;
                }

                if (names.Contains(name.Substring(start)))
                {
                    string before = name.Substring(0, start);
                    counts[before] = (counts.TryGetValue(before, out int count) ? count : 0) + 1;
                }

                if (dot < 0)
                {
                    break;
                }

                end = dot;
            }
        }

        KeyValuePair<string, int> best = counts
            .OrderByDescending(c => c.Value).ThenBy(c => c.Key.Length).ThenBy(c => c.Key, StringComparer.Ordinal).First();
        bool isProof = best.Value > 1 || found.All(n => n.StartsWith(best.Key, StringComparison.Ordinal));
        return best.Value > counts[prefix] && 2 * best.Value >= names.Count && isProof ? best.Key : null;
    }

    private static IEnumerable<long> Sides(IReadOnlyList<long> shape) => shape.Skip(BeforeKernel).Where(d => d != 1);
}
