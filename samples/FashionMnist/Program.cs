using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using FashionMnist;
using NetGen;
using Spectre.Console;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string data = Path.Combine(AppContext.BaseDirectory, "data");
string weights = Path.Combine(data, "lenet-fashion-mnist.safetensors");
const int calibrationImages = 200;

switch (args)
{
    case []:
        return Classify(LeNet.Load(weights), TestSet.Load(data));
    case ["--integers"]:
        TestSet set = TestSet.Load(data);
        return Classify(LeNetIntegers.Calibrate(Safetensors.Open(weights), set.Images.AsSpan(0, calibrationImages * LeNet.InputLength)), set);
    case ["--image", string path]:
        return ClassifyImage(LeNet.Load(weights), path);
    default:
        AnsiConsole.WriteLine("Usage: FashionMnist                    classifies the 10,000 test images");
        AnsiConsole.WriteLine("       FashionMnist --integers         does so on integers");
        AnsiConsole.WriteLine("       FashionMnist --image file.png   classifies a picture");
        return 2;
}

static int Classify<TNetwork>(TNetwork network, TestSet set)
    where TNetwork : INetwork<TNetwork>
{
    AnsiConsole.MarkupLine($"[bold]LeNet-5[/] on Fashion-MNIST: {TNetwork.Info.ParameterCount:#,0} parameters, {TNetwork.Info.MultiplyAddCount:#,0} multiply-adds an image");
    AnsiConsole.WriteLine();
    Console.WriteLine(TNetwork.Info);

    var predictions = new int[set.Labels.Length];
    TimeSpan elapsed = TimeSpan.Zero;
    AnsiConsole.Progress().AutoClear(true).Start(progress =>
    {
        ProgressTask task = progress.AddTask("classifying", maxValue: set.Labels.Length);
        Span<float> scores = stackalloc float[TestSet.Classes.Length];
        network.Forward(set.Image(0), scores);
        const int step = 500;
        for (int from = 0; from < set.Labels.Length; from += step)
        {
            int to = Math.Min(from + step, set.Labels.Length);
            long start = Stopwatch.GetTimestamp();
            for (int i = from; i < to; i++)
            {
                network.Forward(set.Image(i), scores);
                predictions[i] = IndexOfMax(scores);
            }

            elapsed += Stopwatch.GetElapsedTime(start);
            task.Increment(to - from);
        }
    });

    int correct = predictions.Where((p, i) => p == set.Labels[i]).Count();
    AnsiConsole.Write(ConfusionMatrix(set.Labels, predictions));
    AnsiConsole.MarkupLine(
        $"[bold green]{correct} correct[/] of {set.Labels.Length}: {100.0 * correct / set.Labels.Length:0.00} % (PyTorch: 9129)");
    double microseconds = elapsed.TotalMicroseconds / set.Labels.Length;
    AnsiConsole.MarkupLine($"{microseconds:0.0} µs an image, [bold]{1e6 / microseconds:#,0}[/] images a second, on one thread");
    AnsiConsole.WriteLine();

    AnsiConsole.MarkupLine("[bold]Some images, and what the network takes them for[/] (the first right ones, and the first wrong one)");
    int wrong = Enumerable.Range(0, predictions.Length).FirstOrDefault(i => predictions[i] != set.Labels[i], -1);
    var shown = new List<int> { 0, 1, 2 };
    if (wrong >= 0)
    {
        shown.Add(wrong);
    }

    foreach (int i in shown)
    {
        Draw(set.Image(i));
        string verdict = predictions[i] == set.Labels[i] ? "[green]right[/]" : $"[red]wrong, it is: {TestSet.Classes[set.Labels[i]]}[/]";
        AnsiConsole.MarkupLine($"image {i}: {TestSet.Classes[predictions[i]]}, {verdict}");
        AnsiConsole.WriteLine();
    }

    return 0;
}

static int ClassifyImage(LeNet network, string path)
{
    float[] image;
    try
    {
        image = Photograph.Load(path);
    }
    catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
    {
        AnsiConsole.MarkupLine($"[red]'{Markup.Escape(path)}' cannot be read as a picture:[/] {Markup.Escape(e.Message)}");
        return 1;
    }

    float[] scores = network.Forward(image);
    Draw(image);

    // Softmax turns scores into probabilities.
    double sum = scores.Sum(s => Math.Exp(s - scores.Max()));
    var chart = new BarChart().Width(60).Label("probability in %");
    foreach ((string name, float score) in TestSet.Classes.Zip(scores).OrderByDescending(p => p.Second).Take(5))
    {
        chart.AddItem(name, Math.Round(100 * Math.Exp(score - scores.Max()) / sum, 1), Color.Blue);
    }

    AnsiConsole.Write(chart);
    AnsiConsole.MarkupLine($"This looks like: [bold]{TestSet.Classes[IndexOfMax(scores)]}[/]");
    return 0;
}

static int IndexOfMax(ReadOnlySpan<float> scores)
{
    int best = 0;
    for (int i = 1; i < scores.Length; i++)
    {
        best = scores[i] > scores[best] ? i : best;
    }

    return best;
}

static Table ConfusionMatrix(byte[] labels, int[] predictions)
{
    var counts = new int[10, 10];
    for (int i = 0; i < labels.Length; i++)
    {
        counts[labels[i], predictions[i]]++;
    }

    var table = new Table().Border(TableBorder.Simple).Title("Confusion matrix: rows are what an image is, columns what it is taken for");
    table.AddColumn(new TableColumn("").NoWrap());
    for (int c = 0; c < 10; c++)
    {
        table.AddColumn(new TableColumn($"{c}").RightAligned().NoWrap());
    }

    for (int r = 0; r < 10; r++)
    {
        table.AddRow([$"{r} {TestSet.Classes[r]}", .. Enumerable.Range(0, 10).Select(c => Cell(counts[r, c], r == c))]);
    }

    return table;

    static string Cell(int count, bool right) =>
        count == 0 ? "[grey]·[/]" : right ? $"[green]{count}[/]" : count >= 50 ? $"[red]{count}[/]" : $"{count}";
}

static void Draw(ReadOnlySpan<float> image)
{
    if (!AnsiConsole.Profile.Capabilities.Ansi || AnsiConsole.Profile.Capabilities.ColorSystem == ColorSystem.NoColors)
    {
        DrawAsText(image);
        return;
    }

    var canvas = new Canvas(28, 28);
    for (int y = 0; y < 28; y++)
    {
        for (int x = 0; x < 28; x++)
        {
            byte grey = (byte)Math.Round(255 * Math.Clamp(image[(y * 28) + x], 0f, 1f));
            canvas.SetPixel(x, y, new Color(grey, grey, grey));
        }
    }

    AnsiConsole.Write(canvas);
}

// Without colours, as in a file: two characters to a pixel, denser where it is brighter.
static void DrawAsText(ReadOnlySpan<float> image)
{
    const string shades = " .:-=+*#%@";
    for (int y = 0; y < 28; y++)
    {
        var line = new StringBuilder();
        for (int x = 0; x < 28; x++)
        {
            char shade = shades[(int)(Math.Clamp(image[(y * 28) + x], 0f, 1f) * (shades.Length - 1))];
            line.Append(shade).Append(shade);
        }

        Console.WriteLine(line);
    }
}
