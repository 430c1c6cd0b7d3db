using System;
using System.Linq;
using System.Threading.Tasks;
using NetGen.Tests.Golden;
using Xunit;
using Zoo;

namespace NetGen.Tests.Runtime;

/// <summary>Several threads compute what one does, to the bit.</summary>
public sealed class ParallelismTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void AnyNumberOfThreadsGivesTheSameBits(int degree)
    {
        using var parallelism = new NetworkParallelism(degree);
        Assert.Equal(degree, parallelism.Degree);
        Compare<SharedLayers>(parallelism);
        Compare<ManyBlocks>(parallelism);
        Compare<Perceptron>(parallelism);
    }

    /// <summary>Rows that two threads compute, with other roundings each, come from the first whoever is last.</summary>
    [Fact]
    public void RowsOfTwoBandsGiveTheSameBits()
    {
        using var parallelism = new NetworkParallelism(2);
        for (int i = 0; i < 200; i++)
        {
            Compare<OverlappingBands>(parallelism);
        }
    }

    [Fact]
    public void KnownNetworksGiveTheSameBits()
    {
        using var parallelism = new NetworkParallelism(2);
        Compare<SqueezeNet>(parallelism);
        Compare<MobileNetV2>(parallelism);
        Compare<ResNet18>(parallelism);
        Compare<AlexNetTwoTower>(parallelism);
    }

    [Fact]
    public void SharedLayersAreReallyShared()
    {
        // What is compared here would be trivially the same if the engine had no parts.
        var engine = (NetGen.Runtime.NetworkEngine)typeof(SharedLayers)
            .GetField("__netGenEngine", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!
            .GetValue(SharedLayers.Random(1))!;
        Assert.Equal(true, engine.GetType().GetProperty("IsShared", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!.GetValue(engine));
    }

    [Fact]
    public async Task CallersTakeTurns()
    {
        using var parallelism = new NetworkParallelism(2);
        SharedLayers network = SharedLayers.Random(3);
        ManyBlocks other = ManyBlocks.Random(3);
        float[] input = GoldenWeights.Input(SharedLayers.InputLength);
        float[] otherInput = GoldenWeights.Input(ManyBlocks.InputLength);
        float[] expected = network.Forward(input);
        float[] otherExpected = other.Forward(otherInput);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(caller => Task.Run(() =>
        {
            for (int i = 0; i < 8; i++)
            {
                float[] actual = new float[caller % 2 == 0 ? expected.Length : otherExpected.Length];
                if (caller % 2 == 0)
                {
                    network.Forward(input, actual, parallelism);
                }
                else
                {
                    other.Forward(otherInput, actual, parallelism);
                }

                Assert.Equal(caller % 2 == 0 ? expected : otherExpected, actual);
            }
        })));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        using var parallelism = new NetworkParallelism(2);
        SharedLayers network = SharedLayers.Random(1);
        var input = new float[SharedLayers.InputLength];
        var output = new float[SharedLayers.OutputLength];
        network.Forward(input, output, parallelism);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        long own = GC.GetAllocatedBytesForCurrentThread();
        network.Forward(input, output, parallelism);
        Assert.Equal(own, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(GC.GetTotalAllocatedBytes(precise: true) >= before);
    }

    [Fact]
    public void ThreadsThatSleepWakeUp()
    {
        using var parallelism = new NetworkParallelism(3);
        for (int i = 0; i < 3; i++)
        {
            Compare<SharedLayers>(parallelism);
            System.Threading.Thread.Sleep(100);
        }
    }

    [Fact]
    public void AfterDisposalNothingRuns()
    {
        var parallelism = new NetworkParallelism(2);
        SharedLayers network = SharedLayers.Random(1);
        parallelism.Dispose();
        parallelism.Dispose();
        Assert.Throws<ObjectDisposedException>(
            () => network.Forward(new float[SharedLayers.InputLength], new float[SharedLayers.OutputLength], parallelism));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    public void ADegreeIsPositive(int degree) => Assert.Throws<ArgumentOutOfRangeException>(() => new NetworkParallelism(degree));

    [Theory]
    [InlineData(NetworkParallelism.MaxDegree + 1)]
    [InlineData(100_000)]
    [InlineData(int.MaxValue)]
    public void ADegreeIsBounded(int degree)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new NetworkParallelism(degree));
        Assert.Contains("from 1 to 1,024", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A browser has one thread, whatever is asked for.</summary>
    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(4)]
    public void WithoutThreadsTheCallersComputesAlone(int degree)
    {
        using var parallelism = new NetworkParallelism(degree, hasThreads: false);
        Assert.Equal(1, parallelism.Degree);
        Compare<SharedLayers>(parallelism);
        Assert.Throws<ArgumentOutOfRangeException>(() => new NetworkParallelism(0, hasThreads: false));
    }

    [Fact]
    public async Task APoolWithoutAThreadToSpareIsNotWaitedFor()
    {
        using var folder = new Weights.TemporaryFolder();
        Assert.Equal(["right", "right"], await RuntimeChild.StartAsync("pool", folder.Path));
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(100, 1)]
    [InlineData(100, 3)]
    public void EachPieceOfWorkIsDoneOnce(int pieces, int degree)
    {
        int[] done = new int[pieces];
        NetGen.Runtime.SharedWork.Run(pieces, degree, i => System.Threading.Interlocked.Increment(ref done[i]));
        Assert.All(done, count => Assert.Equal(1, count));
    }

    [Fact]
    public void WorkThatFailsIsReported()
    {
        for (int i = 0; i < 100; i++)
        {
            var error = Assert.Throws<InvalidOperationException>(
                () => NetGen.Runtime.SharedWork.Run(20, 3, piece => throw new InvalidOperationException("no")));
            Assert.Equal("no", error.Message);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ThreadsThatHaveEndedAreAnErrorForAnyDegree(int degree)
    {
        var parallelism = new NetworkParallelism(degree);
        parallelism.Dispose();
        Assert.Throws<ObjectDisposedException>(
            () => SharedLayers.Random(1).Forward(new float[SharedLayers.InputLength], new float[SharedLayers.OutputLength], parallelism));
    }

    [Fact]
    public void WrongLengthsAreErrors()
    {
        using var parallelism = new NetworkParallelism(2);
        SharedLayers network = SharedLayers.Random(1);
        var error = Assert.Throws<ArgumentException>(() => network.Forward(new float[5], new float[SharedLayers.OutputLength], parallelism));
        Assert.Contains("5", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(
            () => network.Forward(new float[SharedLayers.InputLength], new float[SharedLayers.OutputLength], (NetworkParallelism)null!));
    }

    private static void Compare<TNetwork>(NetworkParallelism parallelism)
        where TNetwork : INetwork<TNetwork>
    {
        TNetwork network = TNetwork.Random(5);
        float[] input = GoldenWeights.Input(TNetwork.Info.Input.Length);
        var expected = new float[TNetwork.Info.Output.Length];
        var actual = new float[expected.Length];
        network.Forward(input, expected);
        Assert.Contains(expected, v => v != expected[0]);
        network.Forward(input, actual, parallelism);
        Assert.Equal(expected, actual);
    }
}
