using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace NetGen;

/// <summary>Weights in memory, for networks whose weights come from elsewhere than a file.</summary>
/// <param name="name">What error messages call these weights.</param>
public sealed class MemoryWeights(string name) : IWeightSource
{
    private readonly Dictionary<string, (TensorInfo Tensor, float[] Values)> tensors = [];
    private readonly List<TensorInfo> order = [];

    /// <summary>Weights that error messages call <c>memory</c>.</summary>
    public MemoryWeights()
        : this("memory")
    {
    }

    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <summary>The tensors, in the order in which they were added.</summary>
    public IReadOnlyCollection<TensorInfo> Tensors => order.AsReadOnly();

    /// <summary>Adds a tensor. No thread may read meanwhile.</summary>
    /// <param name="name">The full name: <c>conv1.weight</c>.</param>
    /// <param name="values">The values in row-major order, which are not copied.</param>
    /// <param name="shape">The dimensions, outermost first; none for a scalar.</param>
    /// <exception cref="ArgumentException">
    /// There is a tensor of that name already, a dimension is negative, or the shape has another length than the values.
    /// </exception>
    public void Add(string name, float[] values, params ReadOnlySpan<int> shape)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(values);
        ImmutableArray<int> dimensions = [.. shape];
        Int128 length = 1;
        foreach (int dimension in dimensions)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(shape));

            // Past the length of any array it does not matter by how much.
            length = Int128.Min(length * dimension, long.MaxValue);
        }

        if (length != values.Length)
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"The shape {ShapeText.Of(dimensions)} of {name} has {length:N0} values, and the array's length is {values.Length:N0}."),
                nameof(values));
        }

        TensorInfo tensor = new(name, TensorType.F32, dimensions);
        if (!tensors.TryAdd(name, (tensor, values)))
        {
            throw new ArgumentException($"There is a tensor {name} already.", nameof(name));
        }

        order.Add(tensor);
    }

    /// <inheritdoc/>
    public bool TryGetTensor(string name, [NotNullWhen(true)] out TensorInfo? tensor)
    {
        ArgumentNullException.ThrowIfNull(name);
        tensor = tensors.GetValueOrDefault(name).Tensor;
        return tensor is not null;
    }

    /// <inheritdoc/>
    public void Read(string name, Span<float> destination)
    {
        TensorReading.Find(this, name, destination);
        tensors[name].Values.CopyTo(destination);
    }

    /// <inheritdoc/>
    public bool TryGetValues(string name, out ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(name);
        bool found = tensors.TryGetValue(name, out (TensorInfo Tensor, float[] Values) entry);
        values = entry.Values;
        return found;
    }
}
