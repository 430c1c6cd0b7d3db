using System;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>Writes what happens to a vector of results before it is stored.</summary>
internal static class EpilogueEmitter
{
    /// <summary>Applies the functions to a variable.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="epilogue">The functions.</param>
    /// <param name="value">The variable.</param>
    /// <param name="lanes">Its width.</param>
    /// <param name="parameter">Gives the parameters of a row, loaded for the variable's channels.</param>
    /// <param name="residual">Gives what a residual connection adds, loaded for the variable's channels.</param>
    public static void Apply(
        CodeWriter writer, Epilogue epilogue, string value, int lanes, Func<int, string> parameter, Func<string>? residual = null)
    {
        int row = 0;
        foreach (EpilogueOperation operation in epilogue.Operations)
        {
            writer.Line(operation switch
            {
                ResidualEpilogue { Range: null } => $"{value} += {residual!()};",
                ResidualEpilogue => $"{value} += {Code.MultiplyAdd(lanes, residual!(), parameter(row), parameter(row + 1))};",
                _ => $"{value} = {Expression(operation, value, lanes, r => parameter(row + r))};",
            });
            row += operation.Rows;
        }
    }

    private static string Expression(EpilogueOperation operation, string value, int lanes, Func<int, string> parameter) => operation switch
    {
        ActivationEpilogue activation =>
            $"VectorMath.{activation.Function}({string.Join(", ", new[] { value }.Concat(activation.Constants.Select(Code.Float)))})",
        SlopeEpilogue => $"VectorMath.PReLU({value}, {parameter(0)})",
        AffineEpilogue or QuantizeEpilogue => Code.MultiplyAdd(lanes, value, parameter(0), parameter(1)),
        _ => throw new NotSupportedException(operation.ToString()),
    };
}
