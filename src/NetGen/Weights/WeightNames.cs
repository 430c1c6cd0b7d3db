using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;

namespace NetGen;

/// <summary>Weights under other names.</summary>
public static class WeightNames
{
    /// <summary>
    /// Takes off a prefix that wrappers of models leave before the names of a state dict: <c>module.</c>, <c>_orig_mod.</c>,
    /// <c>model.</c>, or several of them.
    /// </summary>
    /// <param name="weights">The weights.</param>
    /// <param name="prefix">The prefix with its dot; if it is empty, the weights are given as they are.</param>
    /// <returns>The tensors whose names begin with the prefix, without it; the others are left out.</returns>
    /// <exception cref="WeightsException">No tensor's name begins with the prefix.</exception>
    public static IWeightSource WithoutPrefix(this IWeightSource weights, string prefix)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length == 0)
        {
            return weights;
        }

        PrefixedWeights named = new(weights, prefix);
        return named.Tensors.Count > 0
            ? named
            : throw new WeightsException(
                weights.Name,
                weights.Tensors.FirstOrDefault() is { } first
                    ? $"no tensor's name begins with the prefix '{prefix}'; the first is '{first.Name}'"
                    : $"no tensor's name begins with the prefix '{prefix}', since there is none");
    }
}

/// <summary>The tensors of a source whose names begin with a prefix, under their names without it.</summary>
/// <param name="source">The source.</param>
/// <param name="prefix">The prefix.</param>
internal sealed class PrefixedWeights(IWeightSource source, string prefix) : IWeightSource, IDisposable
{
    public IWeightSource Source { get; } = source;

    public string Prefix { get; } = prefix;

    public string Name => Source.Name;

    public IReadOnlyCollection<TensorInfo> Tensors { get; } =
    [
        .. source.Tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(t => Renamed(t, t.Name[prefix.Length..])),
    ];

    public bool TryGetTensor(string name, [NotNullWhen(true)] out TensorInfo? tensor)
    {
        ArgumentNullException.ThrowIfNull(name);
        tensor = Source.TryGetTensor(Prefix + name, out TensorInfo? found) ? Renamed(found, name) : null;
        return tensor is not null;
    }

    public void Read(string name, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(name);
        Source.Read(Prefix + name, destination);
    }

    public bool TryGetValues(string name, out ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Source.TryGetValues(Prefix + name, out values);
    }

    public void Dispose() => (Source as IDisposable)?.Dispose();

    private static TensorInfo Renamed(TensorInfo tensor, string name) => new(name, tensor.Type, tensor.Shape);
}
