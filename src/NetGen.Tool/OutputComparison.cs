using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Onnx;

namespace NetGen.Tool;

/// <summary>Runs a network on the samples that ONNX Runtime was run on, and says how far apart the two are.</summary>
internal static class OutputComparison
{
    /// <summary>Runs a network on a row of samples, in each of which its states are what it left itself in the one before.</summary>
    /// <param name="network">The model, as it was imported.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="forward">Computes the outputs, one after the other, of an input.</param>
    /// <returns>The outputs of each sample.</returns>
    public static IReadOnlyList<float[]> Run(ImportedNetwork network, IReadOnlyList<Sample> samples, Action<float[], float[]> forward)
    {
        var results = new List<float[]>();
        foreach (Sample sample in samples)
        {
            var output = new float[sample.Outputs.Sum(o => o.Length)];
            forward(results.Count == 0 ? sample.Input : WithStates(network, sample, results[^1]), output);
            results.Add(output);
        }

        return results;
    }

    /// <summary>Compares outputs, each with the largest of its own values.</summary>
    /// <param name="sample">What ONNX Runtime gives.</param>
    /// <param name="outputs">The outputs, one after the other.</param>
    /// <returns>The largest error, and how many values are not finite and the same.</returns>
    public static (double Error, int Special) Of(Sample sample, ReadOnlySpan<float> outputs)
    {
        double error = 0;
        int special = 0;
        int start = 0;
        foreach (float[] reference in sample.Outputs)
        {
            (double here, int specialHere) = Of(reference, outputs.Slice(start, reference.Length));
            error = Math.Max(error, here);
            special += specialHere;
            start += reference.Length;
        }

        return (error, special);
    }

    /// <summary>Compares values.</summary>
    /// <returns>
    /// The largest error, relative to the largest finite value, infinite where only one of two is a number; and how many are not
    /// finite and the same.
    /// </returns>
    public static (double Error, int Special) Of(ReadOnlySpan<float> reference, ReadOnlySpan<float> actual)
    {
        if (reference.Length != actual.Length)
        {
            return (double.PositiveInfinity, 0);
        }

        double largest = 0;
        double error = 0;
        int special = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            if (float.IsFinite(reference[i]))
            {
                largest = Math.Max(largest, Math.Abs((double)reference[i]));
            }

            // NaN equals NaN here, and an infinity the same one.
            if (!reference[i].Equals(actual[i]))
            {
                double here = Math.Abs((double)reference[i] - actual[i]);
                error = Math.Max(error, double.IsNaN(here) ? double.PositiveInfinity : here);
            }
            else if (!float.IsFinite(reference[i]))
            {
                special++;
            }
        }

        return (error == 0 ? 0 : error / largest, special);
    }

    /// <summary>A sample's input with the states that the network itself left in the call before.</summary>
    private static float[] WithStates(ImportedNetwork network, Sample sample, float[] before)
    {
        float[] result = [.. sample.Input];
        int start = 0;
        foreach (ImportedInput input in network.Inputs)
        {
            if (input.Next is { } next)
            {
                int from = network.Outputs.Zip(sample.Outputs).TakeWhile(o => o.First.Name != next).Sum(o => o.Second.Length);
                before.AsSpan(from, input.Shape.Length).CopyTo(result.AsSpan(start));
            }

            start += input.Shape.Length;
        }

        return result;
    }
}
