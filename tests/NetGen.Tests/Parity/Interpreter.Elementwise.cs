extern alias generator;

using System;
using NetGen.Tests.Numerics;

namespace NetGen.Tests.Parity;

using generator::NetGen.Generator.Graphs;

// The functions of one value that imported models have.
internal sealed partial class Interpreter
{
    /// <param name="activation">The function and its constants, which generated code has in single precision.</param>
    /// <param name="x">Its argument.</param>
    private static double Function(ActivationOperation activation, double x)
    {
        float At(int index) => (float)activation.Constants[index];
        return activation.Function switch
        {
            ActivationFunction.CELU => Math.Max(0, x) + Math.Min(0, At(0) * Reference.ExpMinusOne(x / At(0))),
            ActivationFunction.Softsign => x / (1 + Math.Abs(x)),
            ActivationFunction.Threshold => x > At(0) ? x : At(1),
            ActivationFunction.Clip => Math.Min(Math.Max(x, At(0)), At(1)),
            ActivationFunction.Rescaling => (x * At(0)) + At(1),
            ActivationFunction.Abs => Math.Abs(x),
            ActivationFunction.Sign => x == 0 || double.IsNaN(x) ? x : Math.Sign(x),
            ActivationFunction.Square => x * x,
            ActivationFunction.Sqrt => Math.Sqrt(x),
            ActivationFunction.Reciprocal => 1 / x,
            ActivationFunction.Power => Math.Pow(x, At(0)),
            ActivationFunction.Exp => Math.Exp(x),
            ActivationFunction.Log => Math.Log(x),
            ActivationFunction.Erf => Reference.Erf(x),
            ActivationFunction.Floor => Math.Floor(x),
            ActivationFunction.Ceiling => Math.Ceiling(x),
            ActivationFunction.Round => Math.Round(x, MidpointRounding.ToEven),
            _ => throw new NotSupportedException(activation.Function.ToString()),
        };
    }
}
