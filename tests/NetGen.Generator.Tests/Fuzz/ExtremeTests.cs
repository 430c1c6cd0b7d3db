using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using NetGen.Generator.Tests.Harness;
using Xunit;

namespace NetGen.Generator.Tests.Fuzz;

/// <summary>Numbers and depths that no network has, yet are allowed, cost no more than others.</summary>
public sealed class ExtremeTests
{
    /// <summary>About what an ordinary layer takes.</summary>
    private const int MostCharacters = 25_000;

    /// <summary>A half of what the smallest of the threads have that compilers run on.</summary>
    private const int StackBytes = 512 * 1024;

    [Theory]
    [InlineData("[Input(1_000_000_000)] [ReLU]")]
    [InlineData("[Input(1)] [Dense(100_000_000)]")]
    [InlineData("[Input(100_000_000)] [Dense(1)] [Softmax]")]
    [InlineData("[Input(100_000_000)] [LogSoftmax]")]
    [InlineData("[Input(100_000_000, 1, 1)] [BatchNorm2D] [PReLU(PerChannel = true)]")]
    [InlineData("[Input(1_000_000, 3, 3)] [Conv2D(1, 3)]")]
    [InlineData("[Input(1, 3, 3)] [Conv2D(5_000_000, 3)]")]
    [InlineData("[Input(1_000_000, 3, 3)] [Conv2D(2_000_000, 3, Groups = 1_000_000)]")]
    [InlineData("[Input(1, 10000, 10000)] [Conv2D(1, 10000)]")]
    [InlineData("[Input(2, 3000, 3000)] [DepthwiseConv2D(3000)]")]
    [InlineData("[Input(2, 1, 50_000_000)] [DepthwiseConv2D(1, 3, DilationWidth = 20_000_000)]")]
    [InlineData("[Input(2, 1, 50_000_000)] [DepthwiseConv2D(1, 3, StrideWidth = 10_000_000)]")]
    [InlineData("[Input(1, 40000, 3000)] [MaxPool2D(3000)]")]
    [InlineData("[Input(8, 1, 50_000_000)] [AvgPool2D(1, 50)]")]
    [InlineData("[Input(3, 1, 1)] [LocalResponseNorm(int.MaxValue)]")]
    [InlineData("[Input(1000, 5, 5)] [LocalResponseNorm(5000)]")]
    [InlineData("[Input(1, 1, 1)] [Upsample2D(5000)]")]
    [InlineData("[Input(1, 1, 1)] [Upsample2D(5000, Mode = UpsampleMode.Bilinear)]")]
    [InlineData("[Input(1_000_000, 3, 3)] [ChannelShuffle(1_000)]")]
    [InlineData("[Input(1_000_000, 1, 1)] [PixelShuffle(1_000)]")]
    [InlineData("[Input(8, 1000, 1000)] [ZeroPad2D(3000)]")]
    public async Task TheCodeDoesNotGrowWithTheNumbers(string layers)
    {
        string source = $"using NetGen;\n[Network] {layers}\nsealed partial class Net;";
        Assert.Empty(await Oracle.FindViolations([source]));
        string[] files = [.. GeneratorHarness.Compile(source).SyntaxTrees.Skip(1).Select(t => t.ToString())];
        Assert.Contains(files.Length, new[] { 5, 8 });
        Assert.All(files, f => Assert.InRange(f.Length, 1, MostCharacters));
    }

    [Theory]
    [InlineData("[Slice(0, 4)]")]
    [InlineData("[Dropout]")]
    [InlineData("[Flatten]")]
    [InlineData("[ZeroPad2D(0)]")]
    [InlineData("[ReLU]")]
    [InlineData("[Softmax]")]
    [InlineData("[Concat(Block.Input)] [Slice(0, 4)]")]
    [InlineData("[Add(Block.Input)]")]
    [InlineData("[Conv2D(4, 1)]")]
    public void LayersInARowTakeNoStack(string layers)
    {
        string source = $"using NetGen;\n[Network(Simd = SimdTiers.Vector128)] [Input(4, 3, 3)] [Tanh] [Use<B>(Repeat = 1300)] sealed partial class Net;\n[Block] {layers} class B;";
        Compilation compilation = Compilations.Create(source);
        IReadOnlyList<GeneratedSourceResult> files = [];
        var thread = new Thread(
            () => files = GeneratorHarness.CreateDriver(new NetworkGenerator()).RunGenerators(compilation).GetRunResult().Results.Single().GeneratedSources,
            StackBytes);
        thread.Start();
        thread.Join();
        Assert.Equal(3, files.Count);
    }
}
