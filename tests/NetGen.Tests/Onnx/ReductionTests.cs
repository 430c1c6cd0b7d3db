using System.Globalization;
using System.Linq;
using Xunit;

namespace NetGen.Tests.Onnx;

/// <summary>Reductions give what ONNX Runtime gives, also of what is no number.</summary>
public sealed class ReductionTests
{
    /// <summary>The logarithm of a sum in which a value is infinite is infinite, and no difference of infinities.</summary>
    [Fact]
    public void LogSumExp_OfValuesWithoutBound_IsWhatOnnxRuntimeGives()
    {
        var comparison = new RuntimeComparison();
        float[][] inputs =
        [
            [float.PositiveInfinity, 1, 2], [float.NegativeInfinity, 1, 2], [float.NegativeInfinity, float.NegativeInfinity], [float.NegativeInfinity, float.PositiveInfinity],
            [float.NaN, 1], [float.MaxValue, 1], [-float.MaxValue, -float.MaxValue], [100, 99],
        ];
        foreach (float[] numbers in inputs)
        {
            var model = new TestModel(18, 1, 2, 3, 4);
            foreach (long[] axes in new long[][] { [1], [2, 3], [1, 2, 3], [3] })
            {
                model.Output(model.Node("ReduceLogSumExp", ["x", model.Constant(axes, axes.Length)]));
            }

            float[] input = [.. Enumerable.Range(0, 24).Select(i => numbers[i % numbers.Length])];
            comparison.Add(string.Join(' ', numbers.Select(n => n.ToString(CultureInfo.InvariantCulture))), model, input, 1e-6);
        }

        comparison.Check();
    }
}
