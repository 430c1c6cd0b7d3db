using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Microsoft.ML.OnnxRuntime;

namespace NetGen.Benchmarks;

/// <summary>Times networks against ONNX Runtime, round by round in turn, in one process on one thread.</summary>
internal static class Compare
{
    /// <summary>Runs the comparison and prints its table.</summary>
    public static void Run()
    {
        Console.WriteLine($"{Environment.ProcessorCount} cores, widest tier {WidestTier()}, .NET {Environment.Version}, ONNX Runtime {OrtEnv.Instance().GetVersionString()}");
        double peak = Peak.Measure();
        Console.WriteLine($"multiply-add peak of one core: {peak:0.0} G/s");
        Console.WriteLine();
        Console.WriteLine($"{"network",-16} {"ours µs",10} {"median",10} {"ONNX µs",10} {"median",10} {"speed-up",9} {"of peak",8} {"bytes",6} {"error",8}");
        Network<LeNet>(w => new OnnxModel(w, 1, 1, 28, 28)
            .Conv("conv1", 5, padding: 2).Plain("Relu").MaxPool(2, 2).Conv("conv2", 5).Plain("Relu").MaxPool(2, 2)
            .Plain("Flatten").Dense("fc1").Plain("Relu").Dense("fc2").Plain("Relu").Dense("fc3"), [1, 1, 28, 28], peak);
        Network<SmallMlp>(w => new OnnxModel(w, 1, 28).Dense("fc1").Plain("Relu").Dense("fc2").Plain("Relu").Dense("fc3"), [1, 28], peak);
        Network<Mlp>(w => new OnnxModel(w, 1, 784).Dense("fc1").Plain("Relu").Dense("fc2"), [1, 784], peak);
        Network<OneConvolution>(w => new OnnxModel(w, 1, 1, 28, 28)
            .Conv("conv1", 3).Plain("Relu").MaxPool(2, 2).Plain("Flatten").Dense("fc1"), [1, 1, 28, 28], peak);
        Network<AlexNet>(w => new OnnxModel(w, 1, 3, 224, 224)
            .Conv("conv1", 11, 4, 2).Plain("Relu").MaxPool(3, 2).Conv("conv2", 5, 1, 2).Plain("Relu").MaxPool(3, 2)
            .Conv("conv3", 3, 1, 1).Plain("Relu").Conv("conv4", 3, 1, 1).Plain("Relu").Conv("conv5", 3, 1, 1).Plain("Relu").MaxPool(3, 2)
            .Plain("Flatten").Dense("fc1").Plain("Relu").Dense("fc2").Plain("Relu").Dense("fc3"), [1, 3, 224, 224], peak);
    }

    private static void Network<TNetwork>(Func<IWeightSource, OnnxModel> build, long[] shape, double peak)
        where TNetwork : INetwork<TNetwork>
    {
        TNetwork network = TNetwork.Random(1);
        var input = new float[TNetwork.Info.Input.Length];
        var output = new float[TNetwork.Info.Output.Length];
        var theirs = new float[output.Length];
        var random = new Random(1);
        for (int i = 0; i < input.Length; i++)
        {
            input[i] = (2 * random.NextSingle()) - 1;
        }

        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        using var session = new InferenceSession(build(network.Weights).ToArray(output.Length), options);
        using var inputValue = OrtValue.CreateTensorValueFromMemory(input, shape);
        using var outputValue = OrtValue.CreateTensorValueFromMemory(theirs, [1, output.Length]);
        using OrtIoBinding binding = session.CreateIoBinding();
        binding.BindInput("input", inputValue);
        binding.BindOutput(session.OutputNames[0], outputValue);
        using var run = new RunOptions();

        Action ours = () => network.Forward(input, output);
        Action onnx = () => session.RunWithBinding(run, binding);
        ours();
        onnx();
        double error = output.Zip(theirs, (a, b) => Math.Abs((double)a - b)).Max() / theirs.Max(Math.Abs);
        (Times our, Times their) = Interleave(ours, onnx);
        long before = GC.GetAllocatedBytesForCurrentThread();
        network.Forward(input, output);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        double share = TNetwork.Info.MultiplyAddCount / our.Minimum / 1e3 / peak;
        Console.WriteLine(
            $"{TNetwork.Info.Name,-16} {our.Minimum,10:0.000} {our.Median,10:0.000} {their.Minimum,10:0.000} {their.Median,10:0.000} {their.Minimum / our.Minimum,8:0.00}× {share,8:0 %} {bytes,6} {error,8:0.0e0}");
    }

    /// <summary>Rounds of both in turn, for some seconds; each round long enough for the clock.</summary>
    private static (Times Ours, Times Theirs) Interleave(Action ours, Action theirs)
    {
        int ourCalls = CallsFor(ours);
        int theirCalls = CallsFor(theirs);
        var ourTimes = new List<double>();
        var theirTimes = new List<double>();
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < 6 || ourTimes.Count < 20)
        {
            ourTimes.Add(Round(ours, ourCalls));
            theirTimes.Add(Round(theirs, theirCalls));
        }

        return (new Times(ourTimes), new Times(theirTimes));
    }

    private static int CallsFor(Action action)
    {
        Round(action, 3);
        return Math.Max(1, (int)(2000 / Round(action, 5)));
    }

    private static double Round(Action action, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
        {
            action();
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / calls;
    }

    private static string WidestTier() =>
        System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated ? "Vector512"
        : System.Runtime.Intrinsics.Vector256.IsHardwareAccelerated ? "Vector256" : "Vector128";

    private sealed record Times(List<double> All)
    {
        public double Minimum { get; } = All.Min();

        public double Median { get; } = All.Order().ElementAt(All.Count / 2);
    }
}
