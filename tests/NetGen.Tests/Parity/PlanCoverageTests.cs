extern alias generator;

using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace NetGen.Tests.Parity;

using generator::NetGen.Generator.Emission;
using generator::NetGen.Generator.Planning;

/// <summary>
/// Plans and writes the networks that the parity tests compare, for one tier alone. A coverage report of such a run names the branches
/// of the planner and of the emitters that no parity test takes on that tier; <see cref="PlanCoverage"/> prints it.
/// </summary>
public sealed class PlanCoverageTests
{
    private const int Chains = 200;

    private static readonly Tier[] Tiers = [Tier.Vector512, Tier.Vector256 with { HasDotProducts = true }, Tier.Vector256, Tier.Vector128];

    public static TheoryData<string> Names => [.. Tiers.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void ParityNetworks_OfOneTier_ArePlannedAndWritten(string name)
    {
        Tier tier = Tiers.Single(t => t.Name == name);
        IEnumerable<NetworkDraft> networks = ParityRun.Draw().Concat(Enumerable.Range(0, Chains).Select(i => RandomNetworks.Maps(i, ParityRun.Seed)));
        int written = 0;
        foreach (NetworkDraft network in networks.Where(n => (n.Simd & tier.Flag) != 0 && (n.IsInteger || !tier.HasDotProducts)))
        {
            var graph = network.Graph()!;
            Tier own = tier with { Sizes = network.Sizes };
            Plan plan = Planner.Create(graph, own);
            written += EngineEmitter.Emit(network.ClassSyntax, plan).Length > 0 ? 1 : 0;
            if (Planner.CreateBatch(graph, own) is { } batch)
            {
                EngineEmitter.EmitBatch(network.ClassSyntax, batch);
            }
        }

        Assert.InRange(written, tier.HasDotProducts ? 100 : 900, int.MaxValue);
    }
}
