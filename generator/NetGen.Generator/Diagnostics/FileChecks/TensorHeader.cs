using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Generator.Diagnostics.FileChecks;

/// <summary>What the header of a safetensors file says of its tensors.</summary>
internal static class TensorHeader
{
    /// <summary>Reads a header.</summary>
    /// <param name="header">The header, or, after an exclamation mark, why there is none.</param>
    /// <param name="error">What is wrong with it, where something is.</param>
    /// <returns>The type and shape of each tensor by its name; null where the header is damaged.</returns>
    public static Dictionary<string, (string Type, EquatableArray<double> Shape)>? Read(string header, out string error)
    {
        bool isReason = header.StartsWith("!", StringComparison.Ordinal);
        error = isReason ? header.Substring(1).Trim() : "its header is not JSON";
        if (isReason || !JsonReader.TryRead(header, out object? value) || value is not Dictionary<string, object?> members)
        {
            return null;
        }

        var tensors = new Dictionary<string, (string, EquatableArray<double>)>();
        foreach (KeyValuePair<string, object?> member in members.Where(m => m.Key != "__metadata__"))
        {
            if (member.Value is not Dictionary<string, object?> tensor
                || !tensor.TryGetValue("dtype", out object? type) || type is not string typeName
                || !tensor.TryGetValue("shape", out object? shape) || shape is not List<object?> dimensions || dimensions.Any(d => d is not double))
            {
                error = $"tensor '{member.Key}' has no type or shape";
                return null;
            }

            tensors.Add(member.Key, (typeName, dimensions.Cast<double>().ToEquatableArray()));
        }

        return tensors;
    }
}
