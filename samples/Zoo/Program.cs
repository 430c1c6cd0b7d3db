using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using NetGen;
using Spectre.Console;
using Zoo;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

switch (args)
{
    case []:
        break;
    case ["--picture", string path]:
        File.WriteAllText(path, path.EndsWith(".md", StringComparison.OrdinalIgnoreCase)
            ? $"```mermaid\n{SqueezeNet.Info.ToMermaid()}```\n"
            : SqueezeNet.Info.ToSvg());
        Console.WriteLine($"SqueezeNet is drawn in {path}");
        return 0;
    default:
        Console.WriteLine("Usage: Zoo                      runs seven networks");
        Console.WriteLine("       Zoo --picture file.svg   draws SqueezeNet; as Mermaid text with file.md");
        return 2;
}

var table = new Table().Border(TableBorder.Simple).Title("The zoo, with random weights, on one thread");
table.AddColumn(new TableColumn("network").NoWrap());
foreach (string column in new[] { "layers", "params", "mult-adds", "memory", "load", "first", "best", "GFLOP/s" })
{
    table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
}

AnsiConsole.Status().Start("running", status =>
{
    Run<SqueezeNet>();
    Run<MobileNetV2>();
    Run<ResNet18>();
    Run<ResNet50>();
    Run<AlexNet>();
    Run<Vgg16>();
    Run<VisionTransformer>();

    void Run<TNetwork>()
        where TNetwork : INetwork<TNetwork>
    {
        NetworkInfo info = TNetwork.Info;
        status.Status(info.Name);
        long start = Stopwatch.GetTimestamp();
        TNetwork network = TNetwork.Random(seed: 1);
        TimeSpan load = Stopwatch.GetElapsedTime(start);

        var input = new float[info.Input.Length];
        var output = new float[info.Output.Length];
        var random = new Random(1);
        for (int i = 0; i < input.Length; i++)
        {
            input[i] = (2 * random.NextSingle()) - 1;
        }

        start = Stopwatch.GetTimestamp();
        network.Forward(input, output);
        TimeSpan first = Stopwatch.GetElapsedTime(start);
        TimeSpan best = first;
        for (long end = start + (2 * Stopwatch.Frequency); Stopwatch.GetTimestamp() < end;)
        {
            start = Stopwatch.GetTimestamp();
            network.Forward(input, output);
            TimeSpan time = Stopwatch.GetElapsedTime(start);
            best = time < best ? time : best;
        }

        table.AddRow(
            info.Name,
            $"{info.Layers.Length}",
            $"{info.ParameterCount / 1e6:0.0} M",
            $"{info.MultiplyAddCount / 1e6:#,0} M",
            $"{info.WorkspaceLength * sizeof(float) / 1048576.0:0.0} MB",
            $"{load.TotalMilliseconds:0} ms",
            $"{first.TotalMilliseconds:0.0} ms",
            $"{best.TotalMilliseconds:0.00} ms",
            $"{2e-9 * info.MultiplyAddCount / best.TotalSeconds:0.0}");
    }
});

AnsiConsole.Write(table);
return 0;
