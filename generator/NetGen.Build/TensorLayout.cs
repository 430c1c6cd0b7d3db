using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using NetGen.Generator.Diagnostics.FileChecks;

namespace NetGen.Build;

/// <summary>Whether a safetensors file holds the data that its header speaks of, which the header alone cannot tell.</summary>
internal static class TensorLayout
{
    /// <summary>Compares the header with the length of the data.</summary>
    /// <param name="header">The header, of whose tensors the compiler looks at type and shape.</param>
    /// <param name="dataLength">The bytes that follow it.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Check(string header, long dataLength)
    {
        if (!JsonReader.TryRead(header, out object? value) || value is not Dictionary<string, object?> members)
        {
            return null;
        }

        double end = 0;
        foreach ((string name, double from, double to) in members.Where(m => m.Key != "__metadata__").Select(Range).OrderBy(r => r.From).ThenBy(r => r.To))
        {
            if (!(from <= to))
            {
                return $"tensor '{name}' has no data_offsets of a begin and an end";
            }

            if (from != end)
            {
                return $"the data of tensor '{name}' begins at {Text(from)}, not at {Text(end)}, where the tensor before it ends";
            }

            end = to;
        }

        return end > dataLength ? $"the file is truncated: expected {Text(end)} bytes of data after the header, found {Text(dataLength)}"
            : end < dataLength ? $"the tensors take {Text(end)} bytes of data, and {Text(dataLength - end)} more follow them"
            : null;
    }

    /// <summary>Where a tensor's data lie; not a number where the header does not say it.</summary>
    private static (string Name, double From, double To) Range(KeyValuePair<string, object?> member) =>
        member.Value is Dictionary<string, object?> tensor && tensor.TryGetValue("data_offsets", out object? offsets)
            && offsets is List<object?> { Count: 2 } range && range[0] is double from && range[1] is double to && from >= 0
            ? (member.Key, from, to)
            : (member.Key, double.NaN, double.NaN);

    private static string Text(double number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
