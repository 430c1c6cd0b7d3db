extern alias generator;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using NetGen.Tests.Golden;
using NetGen.Tests.Onnx;
using Xunit;

namespace NetGen.Tests.Parity;

using generator::NetGen.Generator.Graphs.Layers;

/// <summary>Random networks, generated and compiled, give on every tier what the interpreter gives.</summary>
[Collection(ParityCollection.Name)]
public sealed class ParityTests(ParityRun run, ITestOutputHelper log)
{
    private const int MostDescribed = 3;

    /// <summary>The settings of the runtime, each by the variable that makes it.</summary>
    public static TheoryData<string> Settings => ["", "DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic"];

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task NetworksMatchTheInterpreter(string variable)
    {
        Report report = (await run.CheckAsync(variable)).Report;
        log.WriteLine($"{(variable.Length > 0 ? variable + "=0" : "As it is")}: accelerated are {string.Join(", ", report.Accelerated)}.");
        foreach (IGrouping<string, Outcome> tier in report.Outcomes.GroupBy(o => o.Tier))
        {
            log.WriteLine($"{tier.Key}: {tier.Count()} networks, the largest error {tier.Max(o => o.Error):0.0e+0}");
        }

        // The switch did what it is for, and the kernels that it is for ran; the widest ones run everywhere.
        int switchedOff = variable switch
        {
            "DOTNET_EnableAVX512" => 1,
            "DOTNET_EnableAVX2" => 2,
            "DOTNET_EnableHWIntrinsic" => 3,
            _ => 0,
        };
        Assert.Equal(Tiers.Accelerated.Intersect(Tiers.All.Skip(switchedOff)), report.Accelerated);
        string expected = report.Accelerated.FirstOrDefault() ?? Tiers.All[^1];
        Assert.InRange(report.Outcomes.Count(o => o.Tier == expected), run.Prepared.Count / 2, run.Prepared.Count);
        Assert.InRange(report.Outcomes.Count(o => o.Tier == Tiers.All[0]), run.Prepared.Count / 8, run.Prepared.Count);

        // Where no value lies next to a border between two integers, integers are exact through any number of layers.
        Outcome[] integers = [.. report.Outcomes.Where(o => o.Network.Contains("IntegerGraph", StringComparison.Ordinal))];
        Assert.InRange(integers.Count(o => o.Error <= GoldenData.DirectBound), integers.Length / 2, integers.Length);

        Outcome[] failed = [.. report.Outcomes.Where(o => o.Failures.Length > 0)];
        if (failed.Length > 0)
        {
            var descriptions = new List<string>();
            foreach (Outcome outcome in failed.Take(MostDescribed))
            {
                descriptions.Add(await run.DescribeAsync(outcome, variable));
            }

            string names = string.Join(", ", failed.Select(o => o.Network));
            Assert.Fail($"{failed.Length} of {report.Outcomes.Count} networks fail: {names}.\n\n{string.Join("\n\n", descriptions)}");
        }
    }

    /// <summary>A run is as large as it is meant to be, and hardly any network was left out for its numbers.</summary>
    [Fact]
    public void EnoughNetworksAreCompared()
    {
        int graphs = Count("Graph");
        int integers = Count("Integer");
        int planar = Count("Planar");
        int winograd = Count("Winograd");
        int strips = Count("Strips");
        int stored = Count("Stored");
        int inputs = Count("Inputs");
        Assert.InRange(run.Prepared.Count - graphs - integers - planar - winograd - strips - stored - inputs, 300, int.MaxValue);
        Assert.InRange(graphs, 500, int.MaxValue);
        Assert.InRange(integers, 180, int.MaxValue);
        Assert.InRange(planar, 140, int.MaxValue);
        Assert.InRange(winograd, 90, int.MaxValue);
        Assert.InRange(strips, 20, int.MaxValue);
        Assert.InRange(stored, 35, int.MaxValue);
        Assert.InRange(inputs, 50, int.MaxValue);
        Assert.InRange(run.Prepared.Count, run.Networks.Count * 0.95, run.Networks.Count);

        int Count(string kind) => run.Prepared.Count(n => n.Network.Name.StartsWith(kind, StringComparison.Ordinal));
    }

    [Fact]
    public void EveryKindOfLayerIsCompared()
    {
        string[] kinds = [.. run.Prepared.SelectMany(n => n.Graph.Layers).Select(l => l.Kind)];

        // The layers that imported models need are checked against ONNX Runtime instead, layer by layer.
        HashSet<string> elsewhere = [.. new[] { EveryGeneralLayer.Info, EveryFunction.Info, EveryComparison.Info }.SelectMany(n => n.Layers).Select(l => l.Kind)];
        Assert.All(LayerKind.All, kind => Assert.True(kinds.Count(k => k == kind.Name) >= 5 || elsewhere.Contains(kind.Name), kind.Name));
    }
}
