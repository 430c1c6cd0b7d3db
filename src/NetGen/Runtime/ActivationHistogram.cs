using System;

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
    private double least;
    private double largest;

    /// <summary>Extends the range, which holds zero at all times.</summary>
    public void Widen(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            least = double.Min(least, value);
            largest = double.Max(largest, value);
        }
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

    private double SquaredError(Quantization quantization)
    {
        double error = 0;
        for (int i = 0; i < Bins; i++)
        {
            double value = least + ((i + 0.5) * (largest - least) / Bins);
            double integer = Math.Clamp(Math.Round(value / quantization.Scale) + quantization.ZeroPoint, 0, Quantized.LargestActivation);
            double difference = value - ((integer - quantization.ZeroPoint) * quantization.Scale);
            error += counts[i] * difference * difference;
        }

        return error;
    }
}
