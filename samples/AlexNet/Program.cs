using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using AlexNetSample;
using NetGen;
using Spectre.Console;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (Console.IsOutputRedirected)
{
    // A file has no width; the table should not break in it.
    AnsiConsole.Profile.Width = 120;
}

AnsiConsole.MarkupLine("[bold]AlexNet, 2012[/], on two GPUs: 3×227×227 → 1000 classes");
AnsiConsole.WriteLine();
AnsiConsole.Write(LayerTable(AlexNet.Info));
AnsiConsole.WriteLine();

// The counts are constants: the compiler checked them before this program ran.
long convolutions = AlexNet.Info.Layers.Where(l => l.Kind == "Conv2D").Sum(l => l.WeightCount);
long dense = AlexNet.Info.Layers.Where(l => l.Kind == "Dense").Sum(l => l.WeightCount);
long convolutionWork = AlexNet.Info.Layers.Where(l => l.Kind == "Conv2D").Sum(l => l.MultiplyAddCount);
AnsiConsole.Write(new BreakdownChart().Width(72).ShowPercentage()
    .AddItem("parameters in dense layers", Percent(dense, dense + convolutions), Color.Orange1)
    .AddItem("in convolutions", Percent(convolutions, dense + convolutions), Color.Blue));
AnsiConsole.Write(new BreakdownChart().Width(72).ShowPercentage()
    .AddItem("multiply-adds in dense layers", Percent(AlexNet.MultiplyAddCount - convolutionWork, AlexNet.MultiplyAddCount), Color.Orange1)
    .AddItem("in convolutions", Percent(convolutionWork, AlexNet.MultiplyAddCount), Color.Blue));
AnsiConsole.WriteLine();

AnsiConsole.MarkupLine("The first dense layer, with and without the pooling before it:");
AnsiConsole.MarkupLine($"  from the pooled 6×6 map     6·6·256·4096 = [bold]{AlexNet.Layers.Dense1.WeightCount,11:#,0}[/] weights");
AnsiConsole.MarkupLine(
    $"  from the 13×13 map before   13·13·256·4096 = [bold]{AlexNetWithoutLastPooling.Layers.Dense1.WeightCount,11:#,0}[/] weights");
AnsiConsole.WriteLine();

var clock = Stopwatch.StartNew();
AlexNet network = AlexNet.Random(seed: 2012);
AnsiConsole.MarkupLine($"{AlexNet.ParameterCount:#,0} random weights drawn and packed in {clock.Elapsed.TotalSeconds:0.00} s");

var image = new float[AlexNet.InputLength];
var scores = new float[AlexNet.OutputLength];
var random = new Random(2012);
for (int i = 0; i < image.Length; i++)
{
    image[i] = (2 * random.NextSingle()) - 1;
}

network.Forward(image, scores);
clock.Restart();
network.Forward(image, scores);
TimeSpan elapsed = clock.Elapsed;
AnsiConsole.MarkupLine(
    $"one Forward: [bold]{elapsed.TotalMilliseconds:0.0} ms[/], {2e-9 * AlexNet.MultiplyAddCount / elapsed.TotalSeconds:0.0} GFLOP/s on one thread");
return 0;

static double Percent(long part, long whole) => Math.Round(100.0 * part / whole, 1);

// What the lecture counts: weights without biases, as kernel height · kernel width · channels · filters · groups.
static Table LayerTable(NetworkInfo info)
{
    var table = new Table().Border(TableBorder.Simple).AddColumns("layer", "kind", "output");
    table.AddColumn(new TableColumn("weights").RightAligned());
    table.AddColumn("product");
    table.AddColumn(new TableColumn("share").RightAligned());
    table.AddColumn(new TableColumn("multiply-adds").RightAligned());
    table.AddColumn(new TableColumn("share").RightAligned());
    foreach (LayerInfo layer in info.Layers)
    {
        bool weighted = layer.WeightCount > 0;
        table.AddRow(
            layer.Name,
            layer.Kind,
            layer.Output.ToString(),
            weighted ? layer.WeightCount.ToString("#,0", CultureInfo.InvariantCulture) : "",
            weighted ? layer.ParameterFormula.Split(" + ")[0] : "",
            weighted ? $"{100.0 * layer.WeightCount / info.WeightCount:0.0} %" : "",
            weighted ? layer.MultiplyAddCount.ToString("#,0", CultureInfo.InvariantCulture) : "",
            weighted ? $"{100.0 * layer.MultiplyAddCount / info.MultiplyAddCount:0.0} %" : "");
    }

    table.AddEmptyRow();
    table.AddRow(
        "total", "", info.Output.ToString(), $"{info.WeightCount:#,0}", "", "", $"{info.MultiplyAddCount:#,0}", "");
    return table;
}
