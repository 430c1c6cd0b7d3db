extern alias generator;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace NetGen.Tests.Parity;

using generator::NetGen.Generator.Graphs;

/// <summary>
/// The random networks of one run: drawn and compiled once, computed by the interpreter once, and then checked in one process for
/// each setting of the runtime.
/// </summary>
public sealed class ParityRun : IDisposable
{
    private const int LayerCount = 230;
    private const int ChainCount = 140;
    private const int GraphCount = 520;
    private const int IntegerLayerCount = 120;
    private const int IntegerGraphCount = 80;
    private const int PlanarCount = 150;
    private const int WinogradCount = 100;
    private const int StripCount = 24;
    private const int StoredCount = 40;
    private const int InputsCount = 60;
    private const string SeedVariable = "NETGEN_PARITY_SEED";

    /// <summary>The layers of every n-th network are compared one by one.</summary>
    private const int ObservedEvery = 4;

    /// <summary>Networks of more values than this are not among them: all are written down.</summary>
    private const int MostObserved = 1_000_000;

    private readonly string folder = Directory.CreateTempSubdirectory("netgen-parity-").FullName;
    private readonly ConcurrentDictionary<string, Lazy<Task<Child>>> children = [];

    public ParityRun()
    {
        Networks = Draw();
        Prepared = Prepare(folder, Networks, JitGateTests.TooLong);
    }

    /// <summary>Draws the networks of a run.</summary>
    internal static IReadOnlyList<NetworkDraft> Draw() =>
    [
        .. KnownNetworks.All,
        .. Enumerable.Range(0, LayerCount).Select(i => RandomNetworks.Layer(i, Seed)),
        .. Enumerable.Range(0, ChainCount).Select(i => RandomNetworks.Chain(i, Seed)),
        .. Enumerable.Range(0, GraphCount).Select(i => RandomNetworks.Graph(i, Seed)),
        .. Enumerable.Range(0, IntegerLayerCount).Select(i => RandomNetworks.IntegerLayer(i, Seed)),
        .. Enumerable.Range(0, IntegerGraphCount).Select(i => RandomNetworks.IntegerGraph(i, Seed)),
        .. Enumerable.Range(0, PlanarCount).Select(i => RandomNetworks.Planar(i, Seed)),
        .. Enumerable.Range(0, WinogradCount).Select(i => RandomNetworks.Winograd(i, Seed)),
        .. Enumerable.Range(0, StripCount).Select(i => RandomNetworks.Strips(i, Seed)),
        .. Enumerable.Range(0, StoredCount).Select(i => RandomNetworks.Stored(i, Seed)),
        .. Enumerable.Range(0, InputsCount).Select(i => RandomNetworks.Inputs(i, Seed)),
    ];

    /// <summary>The seed of all random choices.</summary>
    public static ulong Seed { get; } = ulong.TryParse(
        Environment.GetEnvironmentVariable(SeedVariable), NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed) ? seed : 1;

    /// <summary>The networks that were drawn.</summary>
    internal IReadOnlyList<NetworkDraft> Networks { get; }

    /// <summary>Those of them that can be compared, and their graphs.</summary>
    internal IReadOnlyList<(NetworkDraft Network, Graph Graph)> Prepared { get; }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Checks all networks under a setting of the runtime; once, however often it is asked for.</summary>
    /// <param name="variable">The variable that switches instructions off; empty for the runtime as it is.</param>
    internal Task<Child> CheckAsync(string variable) =>
        children.GetOrAdd(variable, v => new Lazy<Task<Child>>(() => CheckAsync(folder, v))).Value;

    /// <summary>The source of a network that failed, and of the shortest row of its first layers that fails too.</summary>
    internal async Task<string> DescribeAsync(Outcome outcome, string variable)
    {
        string failures = string.Join('\n', outcome.Failures);
        NetworkDraft? network = Networks.FirstOrDefault(n => n.FullName == outcome.Network);
        if (network is null)
        {
            return $"{outcome.Network}: {failures}";
        }

        string text = $"{network.Name} of {SeedVariable}={Seed} on {outcome.Tier}: {failures}\n{network}";
        string prefixes = Directory.CreateDirectory(Path.Combine(folder, network.Name)).FullName;
        IReadOnlyList<(NetworkDraft Network, Graph Graph)> prepared = Prepare(prefixes, [.. network.Prefixes()]);
        Child child = await CheckAsync(prefixes, variable);
        Outcome? smallest = child.Report.Outcomes.FirstOrDefault(o => o.Failures.Length > 0);
        return smallest is null
            ? $"{text}\nIts first layers alone do not fail."
            : $"{text}\nThe first layers alone fail: {string.Join('\n', smallest.Failures)}\n{prepared.First(p => p.Network.FullName == smallest.Network).Network}";
    }

    /// <summary>Compiles networks, and writes down what is expected of them.</summary>
    private static IReadOnlyList<(NetworkDraft Network, Graph Graph)> Prepare(
        string folder, IReadOnlyList<NetworkDraft> networks, params IEnumerable<string> more)
    {
        IReadOnlyList<Graph> graphs = NetworkCompiler.Compile(networks, Path.Combine(folder, ParityChild.NetworksFile), more);
        var expectations = new Expectation?[networks.Count];
        Parallel.For(0, networks.Count, i => expectations[i] = Expectation.Of(networks[i], graphs[i], withLayers: i % ObservedEvery == 0 && graphs[i].Layers.Sum(l => l.Output.Length) <= MostObserved));
        Expectation.Write(Path.Combine(folder, ParityChild.ExpectationsFile), expectations.OfType<Expectation>());
        return [.. networks.Zip(graphs).Where((_, i) => expectations[i] is not null)];
    }

    private static async Task<Child> CheckAsync(string folder, string variable)
    {
        string report = Path.Combine(folder, $"report-{variable}.json");
        string summary = Path.Combine(folder, $"jit-{variable}.txt");
        List<(string, string)> variables = [("DOTNET_JitStdOutFile", summary), ("DOTNET_JitDisasmSummary", "1")];
        if (variable.Length > 0)
        {
            variables.Add((variable, "0"));
        }

        (int code, string output) = await DotnetProcess.RunAsync(
            folder, $"\"{typeof(ParityRun).Assembly.Location}\" {ParityChild.Command} \"{folder}\" \"{report}\"", [.. variables]);
        Assert.True(code == 0, $"The process that checks networks ended with {code}:\n{output}");
        return new Child(JsonSerializer.Deserialize<Report>(await File.ReadAllTextAsync(report), Report.Json)!, await File.ReadAllLinesAsync(summary));
    }

    /// <summary>What one process left.</summary>
    /// <param name="Report">How the networks did.</param>
    /// <param name="JitSummary">What the JIT compiled.</param>
    internal sealed record Child(Report Report, string[] JitSummary);
}

/// <summary>The tests that share one <see cref="ParityRun"/>.</summary>
[CollectionDefinition(Name)]
public sealed class ParityCollection : ICollectionFixture<ParityRun>
{
    public const string Name = "Parity";
}
