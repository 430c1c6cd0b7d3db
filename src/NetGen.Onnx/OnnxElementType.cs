namespace NetGen.Onnx;

/// <summary>What a model's tensors hold, with the numbers of ONNX.</summary>
public enum OnnxElementType
{
    /// <summary>Nothing that the model tells.</summary>
    Undefined = 0,

    /// <summary><see cref="float"/>.</summary>
    Float32 = 1,

    /// <summary><see cref="byte"/>.</summary>
    UInt8 = 2,

    /// <summary><see cref="sbyte"/>.</summary>
    Int8 = 3,

    /// <summary><see cref="ushort"/>.</summary>
    UInt16 = 4,

    /// <summary><see cref="short"/>.</summary>
    Int16 = 5,

    /// <summary><see cref="int"/>.</summary>
    Int32 = 6,

    /// <summary><see cref="long"/>.</summary>
    Int64 = 7,

    /// <summary><see cref="string"/>, which no network computes on.</summary>
    String = 8,

    /// <summary><see cref="bool"/>.</summary>
    Boolean = 9,

    /// <summary><see cref="System.Half"/>.</summary>
    Float16 = 10,

    /// <summary><see cref="double"/>.</summary>
    Float64 = 11,

    /// <summary><see cref="uint"/>.</summary>
    UInt32 = 12,

    /// <summary><see cref="ulong"/>.</summary>
    UInt64 = 13,

    /// <summary>The upper half of a <see cref="float"/>.</summary>
    BFloat16 = 16,

    /// <summary>An unsigned integer of four bits.</summary>
    UInt4 = 21,

    /// <summary>An integer of four bits.</summary>
    Int4 = 22,
}
