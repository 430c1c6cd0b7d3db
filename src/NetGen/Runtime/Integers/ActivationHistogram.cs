using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Runtime;

/// <summary>How often an activation takes which values, from which the range follows that loses the least when it is quantized.</summary>
internal sealed class ActivationHistogram
{
    /// <summary>Enough that a step of the integers is a dozen bins wide.</summary>
    private const int Bins = 2048;

    /// <summary>The ranges that are tried: the whole, and down to a part of it in equal steps.</summary>
    private const int Trials = 40;

    private const double LeastShare = 0.2;

    private readonly long[] counts = new long[Bins];
    private readonly List<double> widths = [];
    private double least;
    private double largest;

    /// <summary>Extends the range, which holds zero at all times, by the values of a sample.</summary>
    public void Widen(ReadOnlySpan<float> values)
    {
        double low = 0;
        double high = 0;
        foreach (float value in values)
        {
            low = double.Min(low, value);
            high = double.Max(high, value);
        }

        widths.Add(high - low);
        least = double.Min(least, low);
        largest = double.Max(largest, high);
    }

    /// <summary>Counts values, all of which the range has.</summary>
    public void Count(ReadOnlySpan<float> values)
    {
        double perUnit = largest > least ? Bins / (largest - least) : 0;
        foreach (float value in values)
        {
            counts[int.Min(Bins - 1, (int)((value - least) * perUnit))]++;
        }
    }

    /// <summary>
    /// The range, cut by one factor at both ends, with the least mean squared error: what it cuts off costs, and what it keeps becomes finer.
    /// </summary>
    public float[] BestRange()
    {
        double best = double.PositiveInfinity;
        float[] range = [(float)least, (float)largest];
        for (int i = 0; i < Trials; i++)
        {
            double share = 1 - (i * (1 - LeastShare) / (Trials - 1));
            float[] trial = [(float)(least * share), (float)(largest * share)];
            double error = SquaredError(Quantization.Of(trial[0], trial[1]));
            if (error < best)
            {
                (best, range) = (error, trial);
            }
        }

        return range;
    }

    /// <summary>What became of the values, to within a bin.</summary>
    /// <param name="activation">Whose values they are.</param>
    /// <param name="range">The range that was chosen.</param>
    public CalibratedRange Describe(string activation, float[] range)
    {
        double bulk = Bulk();
        double[] ordered = [.. widths.Order()];
        return new CalibratedRange(activation)
        {
            Least = (float)least,
            Largest = (float)largest,
            From = range[0],
            To = range[1],
            BulkFrom = (float)double.Max(least, -bulk),
            BulkTo = (float)double.Min(largest, bulk),
            TypicalWidth = (float)ordered[ordered.Length / 2],
            WidestSample = widths.IndexOf(ordered[^1]),
            ValueCount = counts.Sum(),
            ClippedCount = Enumerable.Range(0, Bins).Sum(i => ValueOf(i) < range[0] || ValueOf(i) > range[1] ? counts[i] : 0),
        };
    }

    /// <summary>The magnitude that all values but one in a thousand stay within.</summary>
    private double Bulk()
    {
        double half = (largest - least) / Bins / 2;
        long left = counts.Sum() / 1000;
        foreach (int bin in Enumerable.Range(0, Bins).OrderByDescending(i => Math.Abs(ValueOf(i))))
        {
            left -= counts[bin];
            if (left < 0)
            {
                return Math.Abs(ValueOf(bin)) + half;
            }
        }

        return 0;
    }

    /// <summary>The value in the middle of a bin.</summary>
    private double ValueOf(int bin) => least + ((bin + 0.5) * (largest - least) / Bins);

    private double SquaredError(Quantization quantization)
    {
        double error = 0;
        for (int i = 0; i < Bins; i++)
        {
            double value = ValueOf(i);
            double integer = Math.Clamp(Math.Round(value / quantization.Scale) + quantization.ZeroPoint, 0, Quantized.LargestActivation);
            double difference = value - ((integer - quantization.ZeroPoint) * quantization.Scale);
            error += counts[i] * difference * difference;
        }

        return error;
    }
}
