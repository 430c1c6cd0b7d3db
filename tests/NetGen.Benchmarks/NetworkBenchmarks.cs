using BenchmarkDotNet.Attributes;
using Zoo;

namespace NetGen.Benchmarks;

/// <summary>Whole networks and single layers under BenchmarkDotNet, for its statistics, disassembly and memory diagnosis.</summary>
/// <typeparam name="TNetwork">The network.</typeparam>
[MemoryDiagnoser]
[GenericTypeArguments(typeof(LeNet))]
[GenericTypeArguments(typeof(SmallMlp))]
[GenericTypeArguments(typeof(Mlp))]
[GenericTypeArguments(typeof(Conv3x3))]
[GenericTypeArguments(typeof(Conv3x3Direct))]
[GenericTypeArguments(typeof(Conv1x1))]
[GenericTypeArguments(typeof(Depthwise3x3))]
[GenericTypeArguments(typeof(SqueezeNet))]
[GenericTypeArguments(typeof(MobileNetV2))]
[GenericTypeArguments(typeof(ResNet18))]
public class NetworkBenchmarks<TNetwork>
    where TNetwork : INetwork<TNetwork>
{
    private readonly TNetwork network = TNetwork.Random(1);
    private readonly float[] input = Compare.Noise(TNetwork.Info.Input.Length);
    private readonly float[] output = new float[TNetwork.Info.Output.Length];

    /// <summary>One sample.</summary>
    [Benchmark]
    public void Forward() => network.Forward(input, output);
}
