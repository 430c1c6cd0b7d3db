using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Spectre.Console;

namespace NetGen.Tool;

/// <summary>Times a network's layers, each computed alone; the least time of several runs counts.</summary>
internal static class Profiling
{
    public static void Run(IAnsiConsole console, LoadedNetwork network, int runs)
    {
        var random = new Random(1);
        float[] input = [.. Enumerable.Range(0, network.Info.Input.Length).Select(_ => (2 * random.NextSingle()) - 1)];
        var output = new float[network.Info.Output.Length];
        Dictionary<string, TimeSpan> least = network.Info.Layers.ToDictionary(l => l.Name, _ => TimeSpan.MaxValue);
        TimeSpan whole = TimeSpan.MaxValue;
        console.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn()).Start(progress =>
        {
            ProgressTask task = progress.AddTask(network.Info.Name, maxValue: runs);
            for (int run = 0; run < runs; run++)
            {
                long last = Stopwatch.GetTimestamp();
                network.Forward(input, output, (layer, _) =>
                {
                    TimeSpan time = Stopwatch.GetElapsedTime(last);
                    least[layer.Name] = time < least[layer.Name] ? time : least[layer.Name];
                    last = Stopwatch.GetTimestamp();
                });
                long start = Stopwatch.GetTimestamp();
                network.Forward(input, output);
                TimeSpan forward = Stopwatch.GetElapsedTime(start);
                whole = forward < whole ? forward : whole;
                task.Increment(1);
            }
        });

        double sum = least.Values.Sum(t => t.TotalMicroseconds);
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns("layer", "kind", "output");
        foreach (string column in new[] { "µs", "share", "multiply-adds" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (LayerInfo layer in network.Info.Layers)
        {
            double time = least[layer.Name].TotalMicroseconds;
            table.AddRow(
                Markup.Escape(layer.Name), layer.Kind, layer.Output.ToString(), $"{time:0.0}", $"{time / sum:0.0%}", layer.MultiplyAddCount > 0 ? $"{layer.MultiplyAddCount:#,0}" : "");
        }

        console.Write(table);
        console.MarkupLineInterpolated($"Layer by layer {sum:#,0.0} µs, unfused, on the narrowest kernels; Forward, fused, {whole.TotalMicroseconds:#,0.0} µs.");
    }
}
