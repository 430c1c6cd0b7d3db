using System;
using System.Collections.Immutable;

namespace NetGen;

/// <summary>The element types of the safetensors format. A network reads the four floating-point types of 16 to 64 bits.</summary>
public enum TensorType
{
    /// <summary>IEEE 754 binary16.</summary>
    F16,

    /// <summary>bfloat16: the upper half of a <see cref="float"/>.</summary>
    BF16,

    /// <summary>IEEE 754 binary32, <see cref="float"/>.</summary>
    F32,

    /// <summary>IEEE 754 binary64, <see cref="double"/>.</summary>
    F64,

    /// <summary>Any other type: its tensor is listed, and cannot be read as weights.</summary>
    Other,
}

/// <summary>A tensor of a weight source: its name, element type and shape.</summary>
public sealed record TensorInfo
{
    /// <summary>Describes a tensor.</summary>
    /// <param name="name">The full name: <c>conv1.weight</c>.</param>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The dimensions, outermost first; none for a scalar.</param>
    public TensorInfo(string name, TensorType type, params ImmutableArray<int> shape)
    {
        Name = name;
        Type = type;
        Shape = shape;
    }

    /// <summary>The full name: <c>conv1.weight</c>.</summary>
    public string Name { get; }

    /// <summary>The element type.</summary>
    public TensorType Type { get; }

    /// <summary>The dimensions, outermost first; none for a scalar.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>The number of elements: the product of the dimensions.</summary>
    public long Length
    {
        get
        {
            long length = 1;
            foreach (int dimension in Shape)
            {
                length *= dimension;
            }

            return length;
        }
    }
}
