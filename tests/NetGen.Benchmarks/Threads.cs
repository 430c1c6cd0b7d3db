using System;
using System.Linq;
using Zoo;

namespace NetGen.Benchmarks;

/// <summary>Times two threads against one: layers shared within one sample, and a batch of samples.</summary>
internal static class Threads
{
    private const int Degree = 2;

    /// <summary>Prints the table.</summary>
    /// <param name="filter">A part of the names of the networks to run; empty for all.</param>
    public static void Run(string filter)
    {
        Console.WriteLine();
        Console.WriteLine($"{"two threads",-22} {"one µs",10} {"shared µs",10} {"speed-up",9} {"bits",6} {"batch µs",10} {"speed-up",9}");
        using var parallelism = new NetworkParallelism(Degree);
        Network<MobileNetV2>(filter, parallelism);
        Network<ResNet18>(filter, parallelism);
        Network<ResNet50>(filter, parallelism);
        Network<Vgg16>(filter, parallelism);
    }

    private static void Network<TNetwork>(string filter, NetworkParallelism parallelism)
        where TNetwork : INetwork<TNetwork>
    {
        NetworkInfo info = TNetwork.Info;
        if (!info.Name.Contains(filter, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        TNetwork network = TNetwork.Random(1);
        float[] input = Compare.Noise(info.Input.Length);
        var one = new float[info.Output.Length];
        var two = new float[info.Output.Length];
        float[] inputs = [.. Enumerable.Repeat(input, Degree).SelectMany(i => i)];
        var outputs = new float[Degree * info.Output.Length];
        network.Forward(input, one);
        network.Forward(input, two, parallelism);
        (Times single, Times shared) = Times.Interleave(() => network.Forward(input, one), () => network.Forward(input, two, parallelism));
        (Times again, Times batch) = Times.Interleave(
            () => network.Forward(input, one), () => network.ForwardBatch(inputs, outputs, maxDegreeOfParallelism: Degree));
        Console.WriteLine(
            $"{info.Name,-22} {single.Minimum,10:0} {shared.Minimum,10:0} {single.Minimum / shared.Minimum,8:0.00}× {(one.SequenceEqual(two) ? "same" : "DIFFER"),6} {batch.Minimum / Degree,10:0} {again.Minimum * Degree / batch.Minimum,8:0.00}×");
    }
}
