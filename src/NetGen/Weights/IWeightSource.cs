using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace NetGen;

/// <summary>
/// Named tensors that a network loads its weights from. Names and layouts are those of a PyTorch state dict: <c>conv1.weight</c>
/// in the order filters, channels, height, width. Any number of threads may read at once.
/// </summary>
public interface IWeightSource
{
    /// <summary>What error messages call this source: a file's path, for example.</summary>
    string Name { get; }

    /// <summary>Every tensor of the source.</summary>
    IReadOnlyCollection<TensorInfo> Tensors { get; }

    /// <summary>Looks a tensor up by its name.</summary>
    /// <param name="name">The tensor's full name.</param>
    /// <param name="tensor">Its shape and element type.</param>
    /// <returns>Whether the source has it.</returns>
    bool TryGetTensor(string name, [NotNullWhen(true)] out TensorInfo? tensor);

    /// <summary>Reads a whole tensor in row-major order, converted to <see cref="float"/>.</summary>
    /// <param name="name">The tensor's full name.</param>
    /// <param name="destination">Takes the values; its length is the tensor's.</param>
    /// <exception cref="WeightsException">The tensor is missing, or its type cannot be read as <see cref="float"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has the wrong length.</exception>
    void Read(string name, Span<float> destination);

    /// <summary>
    /// Gives a tensor's values without a copy, where the source holds them as aligned <see cref="float"/>; a source that does
    /// not, answers false. The span is valid as long as the source is reachable.
    /// </summary>
    /// <param name="name">The tensor's full name.</param>
    /// <param name="values">The values in row-major order.</param>
    bool TryGetValues(string name, out ReadOnlySpan<float> values)
    {
        values = default;
        return false;
    }
}
