using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Microsoft.ML.OnnxRuntime;
using NetGen.Onnx;
using Zoo;

namespace NetGen.Benchmarks;

/// <summary>Times what comes before the first result, each in processes of its own: loading, the first call, and all of it.</summary>
internal static class StartUp
{
    private const int Rounds = 3;
    private const string Packing = "ours";
    private const string Cached = "cached";
    private const string Onnx = "ONNX";

    /// <summary>Prints the table.</summary>
    /// <param name="filter">A part of the names of the networks to run; empty for all.</param>
    public static void Run(string filter)
    {
        Console.WriteLine();
        Console.WriteLine($"{"start-up, ms",-14} {"",-6} {"load",10} {"speed-up",9} {"first call",10} {"process",10} {"speed-up",9}");
        Network<LeNet>(filter);
        Network<ResNet18>(filter);
        Network<Vgg16>(filter);
    }

    /// <summary>What a child process does: loads a network, computes once, and prints both times in milliseconds.</summary>
    public static void Child(string name, string runtime, string file)
    {
        switch (name)
        {
            case nameof(LeNet):
                Child<LeNet>(runtime, file);
                break;
            case nameof(ResNet18):
                Child<ResNet18>(runtime, file);
                break;
            case nameof(Vgg16):
                Child<Vgg16>(runtime, file);
                break;
        }
    }

    private static void Network<TNetwork>(string filter)
        where TNetwork : INetwork<TNetwork>
    {
        string name = TNetwork.Info.Name;
        if (!name.Contains(filter, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("netgen-benchmarks-");
        try
        {
            TNetwork network = TNetwork.Random(1);
            string weights = Path.Combine(folder.FullName, "weights.safetensors");
            string model = Path.Combine(folder.FullName, "model.onnx");
            Safetensors.Save(weights, network.Weights);
            OnnxExporter.Export(network, model);
            double[] theirs = Best(name, Onnx, model);
            Row(Packing, Best(name, Packing, weights));
            Row(Cached, Best(name, Cached, weights));
            Row(Onnx, theirs);

            void Row(string runtime, double[] times) => Console.WriteLine(
                $"{name,-14} {runtime,-6} {times[0],10:0.0} {theirs[0] / times[0],8:0.0}× {times[1],10:0.0} {times[2],10:0} {theirs[2] / times[2],8:0.0}×");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The least time of each kind. The first process to load from a cache writes it.</summary>
    private static double[] Best(string name, string runtime, string file)
    {
        double[][] times = [.. Enumerable.Range(0, Rounds).Select(_ => Start(name, runtime, file))];
        return [.. Enumerable.Range(0, times[0].Length).Select(column => times.Min(t => t[column]))];
    }

    private static double[] Start(string name, string runtime, string file)
    {
        var clock = Stopwatch.StartNew();
        string output = ChildProcess.Run("first-result", name, runtime, file);
        return [.. output.Split(' ').Select(double.Parse), clock.Elapsed.TotalMilliseconds];
    }

    private static void Child<TNetwork>(string runtime, string file)
        where TNetwork : INetwork<TNetwork>
    {
        var input = new float[TNetwork.Info.Input.Length];
        var output = new float[TNetwork.Info.Output.Length];
        var clock = Stopwatch.StartNew();
        if (runtime != Onnx)
        {
            TNetwork network = runtime == Cached ? TNetwork.Load(file, file + ".packed") : TNetwork.Load(file);
            double load = clock.Elapsed.TotalMilliseconds;
            network.Forward(input, output);
            Console.Write($"{load} {clock.Elapsed.TotalMilliseconds - load}");
        }
        else
        {
            using SessionOptions options = OnnxPeer.Options(threads: 1);
            using var session = new InferenceSession(file, options);
            double load = clock.Elapsed.TotalMilliseconds;
            Shape shape = TNetwork.Info.Input;
            using var value = OrtValue.CreateTensorValueFromMemory(input, [1, shape.Channels, shape.Height, shape.Width]);
            using var run = new RunOptions();
            session.Run(run, session.InputNames, [value], session.OutputNames).Dispose();
            Console.Write($"{load} {clock.Elapsed.TotalMilliseconds - load}");
        }
    }
}
