extern alias generator;

using System;
using System.Linq;

namespace NetGen.Tests.Parity;

using generator::NetGen.Generator.Graphs;
using Shape = generator::NetGen.Generator.Graphs.Shape;

// What moves values about, and makes one of many.
internal sealed partial class Interpreter
{
    private static Map Permute(Shape shape, PermuteOperation operation, Map x)
    {
        int[] axes = [.. operation.Axes];
        int[] order = [.. operation.Order];
        int[] strides = [.. order.Select(o => axes.Skip(o + 1).Aggregate(1, (a, b) => a * b))];
        var y = new Map(shape);
        for (int i = 0; i < y.Values.Length; i++)
        {
            int from = 0;
            for (int axis = order.Length - 1, rest = i; axis >= 0; axis--)
            {
                from += rest % axes[order[axis]] * strides[axis];
                rest /= axes[order[axis]];
            }

            y.Values[i] = x.Values[from];
        }

        return y;
    }

    private Map Reduce(Shape shape, ReduceOperation operation, Map x)
    {
        double start = operation.Kind switch
        {
            ReductionKind.Max => double.NegativeInfinity,
            ReductionKind.Min => double.PositiveInfinity,
            ReductionKind.Product => 1,
            _ => 0,
        };
        Map y = Map.Of(shape, (_, _, _) => start);
        for (int i = 0; i < x.Values.Length; i++)
        {
            // Along an axis that is reduced, the result has one place.
            (int c, int row, int column) = (i / x.Shape.Pixels % y.Channels, i % x.Shape.Pixels / x.Width % y.Height, i % x.Width % y.Width);
            double value = y[c, row, column];
            y[c, row, column] = Round(operation.Kind switch
            {
                ReductionKind.Max => Math.Max(value, x.Values[i]),
                ReductionKind.Min => Math.Min(value, x.Values[i]),
                ReductionKind.Product => value * x.Values[i],
                _ => value + x.Values[i],
            });
        }

        double count = operation.Kind == ReductionKind.Mean ? (double)x.Values.Length / y.Values.Length : 1;
        return new Map(shape, [.. y.Values.Select(v => v / count)]);
    }

    /// <summary>Each axis by its map: the sum of some places of the input, each with a weight.</summary>
    private static Map Resample(Shape shape, ResampleOperation operation, Map x)
    {
        AxisMap channels = operation.Channels(x.Shape, shape);
        AxisMap rows = operation.Rows(x.Shape, shape);
        AxisMap columns = operation.Columns(x.Shape, shape);
        return Map.Of(shape, (c, row, column) => Sum(channels, c, p => Sum(rows, row, q => Sum(columns, column, r => x[p, q, r]))));

        double Sum(AxisMap map, int index, Func<int, double> value)
        {
            double sum = 0;
            for (int tap = index * map.Taps; tap < (index + 1) * map.Taps; tap++)
            {
                sum += map.Places[tap] is >= 0 and var place ? map.Weights[tap] * value(place) : map.Weights[tap] * operation.Fill;
            }

            return sum;
        }
    }
}
