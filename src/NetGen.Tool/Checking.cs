using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using NetGen.Onnx;
using Spectre.Console;

namespace NetGen.Tool;

/// <summary>Holds a generated class against ONNX Runtime, layer by layer.</summary>
internal static class Checking
{
    /// <returns>Whether all outputs agree.</returns>
    public static bool Run(IAnsiConsole console, string path, OnnxImportOptions options, double bound)
    {
        ImportedNetwork imported = OnnxImporter.Import(path, options);
        LoadedNetwork network = LoadedNetwork.Compile(imported, Models.ClassName(Path.GetFileName(path)));
        Models.Sample sample = Models.Sample.Of(imported, path, options, imported.Values.Values);
        var output = new float[network.Info.Output.Length];
        string? parts = null;
        network.Forward(sample.Input, output, (layer, activation) =>
        {
            if (parts is null && imported.Values.TryGetValue(layer.Name, out string? name)
                && sample.Values.TryGetValue(name, out float[]? reference) && Error(reference, activation) is var error && !(error <= bound))
            {
                parts = $"They part at layer '{layer.Name}' ({layer.Kind}), which is '{name}' in the model: the error is {error:g3}.";
            }
        });

        // The observed code is unfused: what counts is the other.
        network.Forward(sample.Input, output);
        double final = Error(sample.Outputs, output);
        if (final <= bound)
        {
            console.MarkupLineInterpolated($"[green]equal[/]: the largest error of {output.Length:#,0} outputs is {final:g3} of the largest value");
            return true;
        }

        console.MarkupLineInterpolated($"[red]different[/]: the largest error of {output.Length:#,0} outputs is {final:g3} of the largest value");
        console.MarkupLineInterpolated($"{parts ?? "All layers agree when computed one by one; only the fused kernels do not."}");
        return false;
    }

    /// <summary>The largest error, relative to the largest value; NaN where values are missing or no numbers.</summary>
    private static double Error(ReadOnlySpan<float> reference, ReadOnlySpan<float> actual)
    {
        if (reference.Length != actual.Length)
        {
            return double.NaN;
        }

        double largest = 0;
        double error = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs((double)reference[i]));
            error = Math.Max(error, reference[i] == actual[i] ? 0 : Math.Abs((double)reference[i] - actual[i]));
        }

        return error == 0 ? 0 : error / largest;
    }
}
