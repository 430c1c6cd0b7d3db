using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.Intrinsics;
using Microsoft.ML.OnnxRuntime;
using NetGen.Onnx;
using Zoo;

namespace NetGen.Benchmarks;

/// <summary>Times networks against ONNX Runtime, round by round in turn, in one process on one thread.</summary>
internal sealed class Compare
{
    private readonly string filter;
    private readonly double peak;
    private readonly double bandwidth;

    private Compare(string filter)
    {
        this.filter = filter;
        peak = Peak.MultiplyAdds();
        bandwidth = Peak.Bandwidth();
    }

    /// <summary>Runs the comparison and prints its tables.</summary>
    /// <param name="filter">A part of the names of the networks to run; empty for all.</param>
    public static void Run(string filter)
    {
        string tier = Vector512.IsHardwareAccelerated ? "Vector512" : Vector256.IsHardwareAccelerated ? "Vector256" : "Vector128";
        Console.WriteLine($"{Environment.ProcessorCount} cores, widest tier {tier}, .NET {Environment.Version}, ONNX Runtime {OrtEnv.Instance().GetVersionString()}");
        var compare = new Compare(filter);
        Console.WriteLine($"one core: {compare.peak:0.0} G multiply-adds/s, {compare.bandwidth:0.0} GB/s from memory");
        compare.Networks();
        compare.Batches();
        Threads.Run(filter);
        StartUp.Run(filter);
    }

    private void Networks()
    {
        Header("network");
        Network<LeNet>();
        Network<SmallMlp>();
        Network<Mlp>();
        Network<OneConvolution>();
        Network<OneConvolutionMean>();
        Network<DilatedLayer>();
        Network<SqueezeNet>();
        Network<MobileNetV2>();
        Network<AlexNet>();
        Network<AlexNetBFloat16>();
        Network<AlexNetInt8>();
        Network<ResNet18>();
        Network<ResNet18Integers>();
        Network<ResNet50>();
        Network<ResNet50Integers>();
        Network<Vgg16>();
        Network<VisionTransformer>();
        Header("layer");
        Network<Conv3x3>();
        Network<Conv3x3Direct>();
        Network<Conv1x1>();
        Network<Conv1x1Integers>();
        Network<Conv3x3Stride2>();
        Network<Conv3x3Stride2Direct>();
        Network<Conv3x3Stride2Integers>();
        Network<Conv7x7Stride2>();
        Network<Conv7x7Stride2Direct>();
        Network<Conv11x11Stride4>();
        Network<Conv11x11Stride4Direct>();
        Network<Depthwise3x3>();
        Network<DenseLayer>();
    }

    private void Batches()
    {
        Header("batch of 64, a sample");
        Network<SmallMlp>(batch: 64);
        Network<Mlp>(batch: 64);
    }

    /// <summary>Times the layers for which the plan weighs two algorithms, and says where it chose the slower one.</summary>
    public static void RunPlan()
    {
        Console.WriteLine($"{"layer",-14} {"chosen µs",10} {"direct µs",10} {"ratio",7}  algorithm");
        Plan<Conv3x3, Conv3x3Direct>();
        Plan<Wide28Chosen, Wide28Direct>();
        Plan<Wide14Chosen, Wide14Direct>();
        Plan<Wide7Chosen, Wide7Direct>();
        Plan<Narrow55Chosen, Narrow55Direct>();
        Plan<Narrow13Chosen, Narrow13Direct>();
        Plan<Five27Chosen, Five27Direct>();
        Plan<Conv3x3Stride2, Conv3x3Stride2Direct>();
        Plan<Conv7x7Stride2, Conv7x7Stride2Direct>();
        Plan<Conv11x11Stride4, Conv11x11Stride4Direct>();
    }

    private static void Plan<TChosen, TDirect>()
        where TChosen : INetwork<TChosen>
        where TDirect : INetwork<TDirect>
    {
        TChosen chosen = TChosen.Random(1);
        TDirect direct = TDirect.Random(1);
        float[] input = Noise(TChosen.Info.Input.Length);
        var output = new float[TChosen.Info.Output.Length];
        (Times ours, Times other) = Times.Interleave(() => chosen.Forward(input, output), () => direct.Forward(input, output));
        double ratio = other.Minimum / ours.Minimum;
        Console.WriteLine(
            $"{TChosen.Info.Name,-14} {ours.Minimum,10:0.0} {other.Minimum,10:0.0} {ratio,6:0.00}×  {TChosen.Info.Layers[0].Algorithm}{(ratio < 0.98 ? "  SLOWER" : "")}");
    }

    private static void Header(string title)
    {
        Console.WriteLine();
        Console.WriteLine($"{title,-22} {"ours µs",10} {"median",10} {"ONNX µs",10} {"median",10} {"speed-up",9} {"of peak",8} {"GB/s",6} {"bytes",6} {"error",8}");
    }

    private void Network<TNetwork>(int batch = 1)
        where TNetwork : INetwork<TNetwork>
    {
        NetworkInfo info = TNetwork.Info;
        if (!info.Name.Contains(filter, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        TNetwork network = TNetwork.Random(1);
        float[] input = Noise(batch * info.Input.Length);
        var output = new float[batch * info.Output.Length];
        using var model = new MemoryStream();
        OnnxExporter.Export(info, network.Weights, model, batch);
        using var peer = new OnnxPeer(model.ToArray(), input, [batch, .. Dimensions(info.Input)], output.Length, [batch, .. Dimensions(info.Output)]);
        Action ours = batch == 1 ? () => network.Forward(input, output) : () => network.ForwardBatch(input, output, maxDegreeOfParallelism: 1);
        ours();
        peer.Run();
        double error = output.Zip(peer.Output, (a, b) => Math.Abs((double)a - b)).Max() / peer.Output.Max(Math.Abs);
        (Times our, Times their) = Times.Interleave(ours, peer.Run);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ours();
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        double share = (double)batch * info.MultiplyAddCount / our.Minimum / 1e3 / peak;
        double rate = sizeof(float) * info.ParameterCount / our.Minimum / 1e3;
        Console.WriteLine(
            $"{info.Name,-22} {our.Minimum / batch,10:0.000} {our.Median / batch,10:0.000} {their.Minimum / batch,10:0.000} {their.Median / batch,10:0.000} {their.Minimum / our.Minimum,8:0.00}× {share,8:0 %} {rate,6:0.0} {bytes,6} {error,8:0.0e0}");
    }

    private static long[] Dimensions(Shape shape) => shape.IsVector ? [shape.Channels] : [shape.Channels, shape.Height, shape.Width];

    internal static float[] Noise(int length)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, length).Select(_ => (2 * random.NextSingle()) - 1)];
    }
}
