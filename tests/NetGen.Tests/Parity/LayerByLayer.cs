extern alias generator;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using NetGen.Runtime;
using NetGen.Tests.Golden;

namespace NetGen.Tests.Parity;

using generator::NetGen.Generator.Emission;
using generator::NetGen.Generator.Graphs;
using generator::NetGen.Generator.Planning;

/// <summary>
/// Compares whole networks with the interpreter, layer by layer: what each step of the fused form writes, what observers see of the
/// layered form, and the results by one thread and by several, on every tier that a network is written for.
/// </summary>
internal static class LayerByLayer
{
    /// <summary>
    /// How many times the error of a plain program in float a layer's may be, beside the numerical contract's bound of one kernel: dozens
    /// of layers feed it, and each adds its own rounding.
    /// </summary>
    private const double PlainErrors = 5;

    /// <summary>Compares networks.</summary>
    /// <returns>What is wrong, a line each; and a line for each network and tier with the largest error and its layer.</returns>
    public static (IReadOnlyList<string> Failures, IReadOnlyList<string> Report) Compare(IReadOnlyList<NetworkDraft> networks)
    {
        string folder = Directory.CreateTempSubdirectory("netgen-layers-").FullName;
        var context = new AssemblyLoadContext("layers", isCollectible: true);
        try
        {
            string path = Path.Combine(folder, "Networks.dll");
            IEnumerable<string> traced = networks.SelectMany(n => TiersOf(n).Select(t => EngineEmitter.EmitTraced(n.ClassSyntax, n.Plan(t))));
            IReadOnlyList<Graph> graphs = NetworkCompiler.Compile(networks, path, traced);
            using var stream = new MemoryStream(File.ReadAllBytes(path));
            Assembly assembly = context.LoadFromStream(stream);
            var failures = new List<string>();
            var report = new List<string>();
            for (int i = 0; i < networks.Count; i++)
            {
                var comparison = new Comparison(networks[i], graphs[i], assembly);
                comparison.Run();
                failures.AddRange(comparison.Failures);
                report.AddRange(comparison.Report);
            }

            return (failures, report);
        }
        finally
        {
            context.Unload();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<Tier> TiersOf(NetworkDraft network) =>
        Tier.For(generator::NetGen.Generator.Parsing.NetworkOptions.Default with { Simd = network.Simd });

    /// <summary>One network's comparison.</summary>
    private sealed class Comparison(NetworkDraft network, Graph graph, Assembly assembly)
    {
        private readonly Type type = assembly.GetType(network.FullName, throwOnError: true)!;
        private readonly Dictionary<string, int> indices = graph.Layers.Select((l, i) => (l.Name, i)).ToDictionary(l => l.Name, l => l.i);

        public List<string> Failures { get; } = [];

        public List<string> Report { get; } = [];

        public void Run()
        {
            float[] input = GoldenWeights.Input(graph.Input.Length, network.Name);
            (LivingWeights weights, Map[] expected) = LivingWeights.Of(graph, input);
            if (graph.Outputs.Any(o => expected[o].Values.All(v => v == 0)))
            {
                Failures.Add($"{network.Name}: an output is zero everywhere, which says nothing");
            }

            Map[] plain = new Interpreter(weights, inFloat: true).Run(graph, input);
            double[] rounding = [.. expected.Zip(plain).Select(r => r.First.Values.All(v => v == 0) ? 0 : PlainErrors * Expectation.Error(r.First.Values, r.Second.Values))];
            var info = (NetworkInfo)type.GetProperty("Info", BindingFlags.Static | BindingFlags.Public)!.GetValue(null)!;
            ObservedEngine layered = Create<ObservedEngine>("Observed", info, weights);
            Watch(layered, "Observed", input, expected, l => GoldenData.DirectBound + rounding[l]);
            foreach (Tier tier in TiersOf(network))
            {
                Plan plan = network.Plan(tier);
                bool[] transformed = Transformed(plan);
                float[] traced = Watch(
                    Create<ObservedEngine>(EngineEmitter.TracedVariant(tier), info, weights), tier.Name, input, expected, l => (transformed[l] ? GoldenData.WinogradBound : GoldenData.DirectBound) + rounding[l]);
                NetworkEngine engine = Create<NetworkEngine>(tier.Name, weights, null);
                float[] alone = new float[traced.Length];
                engine.Forward(input, alone);
                Expect(SameBits(traced, alone), tier, "the traced form gives other bits");
                foreach (int degree in new[] { 2, 3 })
                {
                    using var parallelism = new NetworkParallelism(degree);
                    var shared = new float[traced.Length];
                    engine.Forward(input, shared, parallelism);
                    Expect(SameBits(shared, alone), tier, $"{degree} threads give other bits");
                }
            }
        }

        /// <summary>The layers whose results depend on Winograd's algorithm.</summary>
        private bool[] Transformed(Plan plan)
        {
            var own = new HashSet<int>(plan.LayerSteps.Where(s => s is WinogradStep or PlanarWinogradStep).SelectMany(s => s.Layers));
            var result = new bool[graph.Layers.Count];
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = own.Contains(i) || graph.Layers[i].Sources.Any(s => s >= 0 && result[s]);
            }

            return result;
        }

        private TEngine Create<TEngine>(string variant, params object?[] arguments) => (TEngine)Activator.CreateInstance(
            assembly.GetType($"NetGen.Generated.{network.FullName}_{variant}", throwOnError: true)!,
            BindingFlags.Instance | BindingFlags.NonPublic,
            null,
            arguments,
            CultureInfo.InvariantCulture)!;

        /// <summary>Runs an engine, and compares all that it shows.</summary>
        /// <returns>The result.</returns>
        private float[] Watch(ObservedEngine engine, string form, float[] input, Map[] expected, Func<int, double> bound)
        {
            (double worst, string where) = (0, "");
            int seen = 0;
            var output = new float[graph.Output.Length];
            engine.Forward(input, output, (layer, values) =>
            {
                int index = indices[layer.Name];
                Check(layer.Name, values.ToArray(), expected[index].Values, bound(index));
                seen++;
            });
            int start = 0;
            foreach (int o in graph.Outputs)
            {
                Check($"output {graph.Layers[o].Name}", output[start..(start + expected[o].Values.Length)], expected[o].Values, bound(o));
                start += expected[o].Values.Length;
            }

            Report.Add(string.Create(CultureInfo.InvariantCulture, $"{network.Name} {form}: {seen} of {graph.Layers.Count} layers, largest error {worst:0.0e+0} at {where}"));
            return output;

            void Check(string name, float[] actual, double[] right, double most)
            {
                // A layer of zeros has no scale of its own.
                double error = right.All(v => v == 0) ? (actual.All(v => v == 0) ? 0 : double.NaN) : Expectation.Error(right, [.. actual.Select(v => (double)v)]);
                if (!(error <= most) && Failures.Count < 20)
                {
                    Failures.Add(string.Create(CultureInfo.InvariantCulture, $"{network.Name} {form}: the error of {name} is {error:0.0e+0} of its largest value, not at most {most:0.0e+0}"));
                }

                if (!(error <= worst))
                {
                    (worst, where) = (error, name);
                }
            }
        }

        private void Expect(bool condition, Tier tier, string failure)
        {
            if (!condition)
            {
                Failures.Add($"{network.Name} {tier.Name}: {failure}");
            }
        }

        private static bool SameBits(float[] left, float[] right) => MemoryMarshal.AsBytes(left.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(right.AsSpan()));
    }
}
