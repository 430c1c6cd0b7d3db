extern alias generator;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Xunit;

namespace NetGen.Tests.Parity;

using SimdTiers = generator::NetGen.Generator.Parsing.SimdTiers;

/// <summary>
/// Whole networks at many sizes, and random chains of layers on maps up to 300 × 300, fused and layered, against float64. The counts of
/// a test run are small; <c>NETGEN_WHOLE_NETWORKS=all</c> and <c>NETGEN_CHAINS=2000</c> run all.
/// </summary>
public sealed class LayerByLayerTests(ITestOutputHelper log)
{
    private const int Together = 40;

    private static readonly (int Height, int Width)[] Sizes = [(96, 96), (160, 160), (224, 224), (320, 320), (257, 383), (480, 640)];

    private static readonly SimdTiers[] Tiers = [SimdTiers.Vector512, SimdTiers.Vector256, SimdTiers.Vector128];

    private static bool RunsAll => Environment.GetEnvironmentVariable("NETGEN_WHOLE_NETWORKS") == "all";

    private static int Chains => int.TryParse(
        Environment.GetEnvironmentVariable("NETGEN_CHAINS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 200;

    /// <summary>Every network at every size on every tier where all are asked for; otherwise each at one, in turn.</summary>
    public static TheoryData<string> Networks => [.. WholeNetworks.All.Select(n => n.Name)];

    [Theory]
    [MemberData(nameof(Networks))]
    public void WholeNetworks_AtAnySize_MatchTheInterpreterInEveryLayer(string name)
    {
        int index = WholeNetworks.All.ToList().FindIndex(n => n.Name == name);
        Func<int, int, NetworkDraft> at = WholeNetworks.All[index].At;
        NetworkDraft[] networks = RunsAll
            ? [.. Sizes.Select(s => at(s.Height, s.Width))]
            : [at(Sizes[(index % 3) + 2].Height, Sizes[(index % 3) + 2].Width) with { Simd = Tiers[index / 3 % 3] }];
        foreach (NetworkDraft network in networks)
        {
            Compare([network]);
        }
    }

    [Fact]
    public void RandomChains_OnMapsOfAnySize_MatchTheInterpreterInEveryLayer()
    {
        foreach (int[] some in Enumerable.Range(0, Chains).Chunk(Together))
        {
            Compare([.. some.Select(i => RandomNetworks.Maps(i, ParityRun.Seed) with { Simd = Tiers[i % 3] })]);
        }
    }

    private void Compare(IReadOnlyList<NetworkDraft> networks)
    {
        (IReadOnlyList<string> failures, IReadOnlyList<string> report) = LayerByLayer.Compare(networks);
        foreach (string line in report)
        {
            log.WriteLine(line);
        }

        string[] failed = [.. failures.Select(f => f[..f.IndexOf(' ', StringComparison.Ordinal)]).Distinct()];
        string sources = string.Join('\n', networks.Where(n => failed.Contains(n.Name)).Take(2));
        Assert.True(failures.Count == 0, $"{string.Join('\n', failures)}\n\n{sources}");
    }
}
