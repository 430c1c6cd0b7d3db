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
        IReadOnlyList<float[]> outputs = OutputComparison.Run(imported, samples, network.Forward);
        (double Error, int Special)[] differences = [.. samples.Zip(outputs, (s, o) => OutputComparison.Of(s, o))];
        double error = differences.Max(d => d.Error);
        int special = differences.Sum(d => d.Special);
        bool isEqual = error <= bound;
        string calls = hasState ? $" in {Calls} calls" : "";
        string specials = special == 0 ? "" : $"; {special:#,0} are NaN or infinite on both sides";
        console.MarkupLineInterpolated(
            $"[{(isEqual ? "green" : "red")}]{(isEqual ? "equal" : "different")}[/]: the largest error of {outputs[0].Length:#,0} outputs{calls} is {error:g3} of the largest value{specials}");
        if (!isEqual)
        {
            console.WriteLine(FirstDifference(network, imported.Values, samples[Array.FindIndex(differences, d => !(d.Error <= bound))], bound));
        }

        return isEqual;
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
            double error = OutputComparison.Of(reference, activation).Error;
            if (!(error <= bound))
            {
                parts = $"They part at layer '{layer.Name}' ({layer.Kind}), which is '{name}' in the model: the error is {error:g3}.";
            }
        });
        return parts
            ?? (compared == 0 ? "No layer could be compared, as none of the class's is a value of the model."
            : OutputComparison.Of(sample, output).Error <= bound ? $"All {compared} layers that could be compared agree when computed one by one; only the fused kernels do not."
            : $"The {compared} layers that could be compared, of {network.Info.Layers.Length}, agree when computed one by one; the others are not values of the model.");
    }
}
