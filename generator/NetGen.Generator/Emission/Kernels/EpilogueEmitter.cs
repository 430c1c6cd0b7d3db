using System;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>Writes what happens to a vector of results before it is stored.</summary>
internal static class EpilogueEmitter
{
    /// <summary>Applies the functions to a variable, and stores its channels.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="epilogue">The functions.</param>
    /// <param name="output">The map to store into.</param>
    /// <param name="vector">The variable.</param>
    /// <param name="target">Where to store it.</param>
    /// <param name="parameter">Gives the parameters of a row, loaded for the variable's channels.</param>
    /// <param name="residual">Gives what a residual connection adds, loaded for the variable's channels.</param>
    public static void Store(
        CodeWriter writer,
        Epilogue epilogue,
        TensorView output,
        StoredVector vector,
        StoreTarget target,
        Func<int, string> parameter,
        Func<string>? residual = null)
    {
        string result = Apply(epilogue, vector.Value, vector.Lanes, parameter, residual);
        if (vector.Channels < vector.Lanes && epilogue.Operations.Count > 0)
        {
            // It is stored in pieces.
            writer.Line($"{vector.Value} = {result};");
            result = vector.Value;
        }
        else if (epilogue.Operations.Count > 0 && epilogue.Operations[epilogue.Operations.Count - 1] is ResidualEpilogue)
        {
            result = $"({result})";
        }

        Simd.Store(writer, output, vector with { Value = result }, target);
    }

    /// <summary>The functions' value for a variable, an expression.</summary>
    /// <param name="epilogue">The functions.</param>
    /// <param name="value">The variable.</param>
    /// <param name="lanes">Its width.</param>
    /// <param name="parameter">Gives the parameters of a row, loaded for the variable's channels.</param>
    /// <param name="residual">Gives what a residual connection adds, loaded for the variable's channels.</param>
    public static string Apply(Epilogue epilogue, string value, int lanes, Func<int, string> parameter, Func<string>? residual = null)
    {
        string result = value;
        int row = 0;
        foreach (EpilogueOperation operation in epilogue.Operations)
        {
            int first = row;
            result = Expression(operation, result, lanes, r => parameter(first + r), residual);
            row += operation.Rows;
        }

        return result;
    }

    /// <summary>The same for the variable <c>a</c>, where the parameters lie in <c>w</c>, a row of all channels after the other.</summary>
    public static void StoreChannels(
        CodeWriter writer, Epilogue epilogue, TensorView output, int lanes, int channels, string target, string offset)
    {
        int stride = LayoutPolicy.ChannelStride(output.Channels);
        Store(
            writer,
            epilogue,
            output,
            new StoredVector("a", lanes, channels),
            new StoreTarget(target, offset),
            row => Simd.Load(lanes, "w", Address.Plus(offset, row * stride)));
    }

    private static string Expression(
        EpilogueOperation operation, string value, int lanes, Func<int, string> parameter, Func<string>? residual) => operation switch
    {
        ResidualEpilogue { Range: null } => $"{value} + {residual!()}",
        ResidualEpilogue => $"{value} + {Simd.MultiplyAdd(residual!(), parameter(0), parameter(1))}",
        ActivationEpilogue activation =>
            $"VectorMath.{activation.Function}({string.Join(", ", new[] { value }.Concat(activation.Constants.Select(Literal.Float)))})",
        SlopeEpilogue => $"VectorMath.PReLU({value}, {parameter(0)})",
        AffineEpilogue => Simd.MultiplyAdd($"{value} - {parameter(0)}", parameter(1), parameter(2)),
        QuantizeEpilogue => Simd.MultiplyAdd(value, parameter(0), parameter(1)),
        _ => throw new NotSupportedException(operation.ToString()),
    };
}
