using System;

namespace NetGen;

/// <summary>The checks that every source makes before it reads a tensor.</summary>
internal static class TensorReading
{
    public static TensorInfo Find(IWeightSource source, string name, ReadOnlySpan<float> destination)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!source.TryGetTensor(name, out TensorInfo? tensor))
        {
            throw new WeightsException(source.Name, $"{name}: there is no such tensor");
        }

        if (tensor.Type == TensorType.Other)
        {
            throw new WeightsException(source.Name, $"{name}: {Unreadable}");
        }

        if (tensor.Length != destination.Length)
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"The tensor {name} {ShapeText.Of(tensor.Shape)} has {tensor.Length:N0} values, and the span's length is {destination.Length:N0}."),
                nameof(destination));
        }

        return tensor;
    }

    public const string Unreadable = "its element type is not one of F16, BF16, F32 and F64";
}
