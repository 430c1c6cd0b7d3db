using System;
using System.Linq;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace NetGen.Tool;

/// <summary>The element types of a model's inputs and outputs, which a network knows as <see cref="float"/> all of them.</summary>
internal static class Elements
{
    /// <summary>Whether a type holds whole numbers alone.</summary>
    public static bool IsWhole(TensorElementType type) => type is not (TensorElementType.Float or TensorElementType.Double
        or TensorElementType.Float16 or TensorElementType.BFloat16);

    /// <summary>The largest error that is none, as a share of the largest value, where a model computes in a type.</summary>
    public static double Bound(TensorElementType type) => type switch
    {
        TensorElementType.Float16 => 1e-2,
        TensorElementType.BFloat16 => 5e-2,
        _ => 1e-4,
    };

    /// <summary>The least and the largest value that a sample takes from a type by default.</summary>
    public static (float Low, float High) DefaultRange(TensorElementType type) => type switch
    {
        TensorElementType.Bool => (0, 1),
        TensorElementType.UInt8 or TensorElementType.UInt16 or TensorElementType.UInt32 or TensorElementType.UInt64 => (0, byte.MaxValue),
        TensorElementType.Int8 or TensorElementType.Int16 or TensorElementType.Int32 or TensorElementType.Int64 => (sbyte.MinValue, sbyte.MaxValue),
        _ => (-1, 1),
    };

    /// <summary>A tensor of a type; whole numbers are cut to what the type holds.</summary>
    /// <exception cref="ToolException">The type is none of numbers.</exception>
    public static OrtValue ToTensor(float[] values, TensorElementType type, long[] dims)
    {
        return type switch
        {
            TensorElementType.Float => Of(v => v),
            TensorElementType.Double => Of(v => (double)v),
            TensorElementType.Float16 => Of(v => (Float16)v),
            TensorElementType.BFloat16 => Of(v => (BFloat16)v),
            TensorElementType.Bool => Of(v => v != 0),
            TensorElementType.UInt8 => Of(v => byte.CreateSaturating(v)),
            TensorElementType.UInt16 => Of(v => ushort.CreateSaturating(v)),
            TensorElementType.UInt32 => Of(v => uint.CreateSaturating(v)),
            TensorElementType.UInt64 => Of(v => ulong.CreateSaturating(v)),
            TensorElementType.Int8 => Of(v => sbyte.CreateSaturating(v)),
            TensorElementType.Int16 => Of(v => short.CreateSaturating(v)),
            TensorElementType.Int32 => Of(v => int.CreateSaturating(v)),
            TensorElementType.Int64 => Of(v => long.CreateSaturating(v)),
            _ => throw new ToolException($"The model takes {type}, of which no sample can be made."),
        };

        OrtValue Of<T>(Func<float, T> convert)
            where T : unmanaged => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, v => convert(v)), dims);
    }

    /// <summary>A tensor's values.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="type">Its type.</param>
    /// <exception cref="ToolException">It is none of numbers.</exception>
    public static float[] Read(OrtValue tensor, out TensorElementType type)
    {
        type = tensor.OnnxType == OnnxValueType.ONNX_TYPE_TENSOR
            ? tensor.GetTensorTypeAndShape().ElementDataType
            : throw new ToolException("The model gives a value that is no tensor, which cannot be compared with a network's numbers.");
        return type switch
        {
            TensorElementType.Float => Of<float>(v => v),
            TensorElementType.Double => Of<double>(v => (float)v),
            TensorElementType.Float16 => Of<Float16>(v => (float)v),
            TensorElementType.BFloat16 => Of<BFloat16>(v => (float)v),
            TensorElementType.Bool => Of<bool>(v => v ? 1 : 0),
            TensorElementType.UInt8 => Of<byte>(v => v),
            TensorElementType.UInt16 => Of<ushort>(v => v),
            TensorElementType.UInt32 => Of<uint>(v => v),
            TensorElementType.UInt64 => Of<ulong>(v => v),
            TensorElementType.Int8 => Of<sbyte>(v => v),
            TensorElementType.Int16 => Of<short>(v => v),
            TensorElementType.Int32 => Of<int>(v => v),
            TensorElementType.Int64 => Of<long>(v => v),
            _ => throw new ToolException($"The model gives {type}, which cannot be compared with a network's numbers."),
        };

        float[] Of<T>(Converter<T, float> convert)
            where T : unmanaged => Array.ConvertAll(tensor.GetTensorDataAsSpan<T>().ToArray(), convert);
    }
}
