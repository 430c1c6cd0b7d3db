using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using NetGen.Onnx;
using Spectre.Console;

namespace NetGen.Tool;

/// <summary>Compares a generated class with ONNX Runtime, layer by layer where the outputs differ.</summary>
internal static class Checking
{
    /// <summary>How often a network with states is run: once with states at random, and then with those that it left.</summary>
    private const int Calls = 4;

    /// <param name="console">Where it writes.</param>
    /// <param name="path">The model.</param>
    /// <param name="options">How it is imported.</param>
    /// <param name="source">Where the sample's input comes from.</param>
    /// <param name="largest">The largest error that passes; null leaves it to the types that the model computes in.</param>
    /// <returns>Whether all outputs agree.</returns>
    public static bool Run(IAnsiConsole console, string path, OnnxImportOptions options, SampleOptions source, double? largest)
    {
        ImportedNetwork imported = OnnxImporter.Import(path, options);
        LoadedNetwork network = LoadedNetwork.Compile(imported, Path.GetFileName(path));
        bool hasState = imported.Inputs.Any(i => i.Next is not null);
        IReadOnlyList<Sample> samples = Sample.Series(imported, path, options, source, hasState ? Calls : 1, imported.Values.Values);
        double bound = largest ?? samples.Max(s => Elements.Bound(s.Coarsest));
        var output = new float[network.Info.Output.Length];
        double error = 0;
        int special = 0;
        Sample sample = samples[0];
        for (int call = 0; call < samples.Count && error <= bound; call++)
        {
            sample = samples[call];
            network.Forward(call == 0 ? sample.Input : WithStates(imported, sample.Input, output), output);
            (double here, int specialHere) = Compare(sample.Outputs, output);
            error = Math.Max(error, here);
            special += specialHere;
        }

        bool isEqual = error <= bound;
        string calls = hasState ? $" in {Calls} calls" : "";
        string specials = special == 0 ? "" : $"; {special:#,0} are NaN or infinite on both sides";
        console.MarkupLineInterpolated(
            $"[{(isEqual ? "green" : "red")}]{(isEqual ? "equal" : "different")}[/]: the largest error of {output.Length:#,0} outputs{calls} is {error:g3} of the largest value{specials}");
        if (!isEqual)
        {
            console.WriteLine(FirstDifference(network, imported.Values, sample, bound));
        }

        return isEqual;
    }

    /// <summary>An input with the states that the network itself left in the call before.</summary>
    private static float[] WithStates(ImportedNetwork network, float[] input, float[] output)
    {
        float[] result = [.. input];
        int start = 0;
        foreach (ImportedInput value in network.Inputs)
        {
            if (value.Next is { } next)
            {
                int from = network.Outputs.TakeWhile(o => o.Name != next).Sum(o => o.Dimensions.Aggregate(1, (product, d) => product * d));
                output.AsSpan(from, value.Shape.Length).CopyTo(result.AsSpan(start));
            }

            start += value.Shape.Length;
        }

        return result;
    }

    /// <summary>Says which layer is the first to differ when all are computed one by one.</summary>
    public static string FirstDifference(LoadedNetwork network, IReadOnlyDictionary<string, string> values, Sample sample, double bound)
    {
        string? parts = null;
        int compared = 0;
        var output = new float[network.Info.Output.Length];
        network.Forward(sample.Input, output, (layer, activation) =>
        {
            if (parts is not null || !values.TryGetValue(layer.Name, out string? name) || !sample.Values.TryGetValue(name, out float[]? reference))
            {
                return;
            }

            compared++;
            double error = Compare(reference, activation).Error;
            if (!(error <= bound))
            {
                parts = $"They part at layer '{layer.Name}' ({layer.Kind}), which is '{name}' in the model: the error is {error:g3}.";
            }
        });
        return parts
            ?? (compared == 0 ? "No layer could be compared, as none of the class's is a value of the model."
            : Compare(sample.Outputs, output).Error <= bound ? $"All {compared} layers that could be compared agree when computed one by one; only the fused kernels do not."
            : $"The {compared} layers that could be compared, of {network.Info.Layers.Length}, agree when computed one by one; the others are not values of the model.");
    }

    /// <summary>Compares values.</summary>
    /// <returns>
    /// The largest error, relative to the largest finite value, infinite where only one of two is a number; and how many are not
    /// finite and the same.
    /// </returns>
    private static (double Error, int Special) Compare(ReadOnlySpan<float> reference, ReadOnlySpan<float> actual)
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
}
