extern alias generator;

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using System.Threading;
using generator::NetGen.Generator;
using generator::NetGen.Generator.Emission;
using generator::NetGen.Generator.Graphs;
using generator::NetGen.Generator.Parsing;
using generator::NetGen.Generator.Planning;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetGen.Benchmarks;

/// <summary>
/// Times the generator on networks of the zoo, as a compiler runs it, and counts what it writes. Each network is alone in its
/// compilation.
/// </summary>
internal static class Generation
{
    private const int Processes = 5;
    private const int Runs = 20;
    private const int Edits = 100;

    private static readonly string[] Networks =
        [nameof(LeNet), nameof(Zoo.AlexNet), nameof(Zoo.SqueezeNet), nameof(Zoo.ResNet18), nameof(Zoo.ResNet50), nameof(Zoo.MobileNetV2), nameof(Zoo.Vgg16)];

    private static string IL => typeof(NetworkGenerator).Assembly.Location;

    /// <summary>What the package gives a compiler on this platform.</summary>
    private static string Packaged => AppContext.GetData("NetGen.Benchmarks.ReadyToRunImage") as string ?? IL;

    /// <summary>Prints both tables.</summary>
    /// <param name="filter">A part of the names of the networks to run; empty for all.</param>
    public static void Run(string filter)
    {
        string[] networks = [.. Networks.Where(n => n.Contains(filter, StringComparison.OrdinalIgnoreCase))];
        Console.WriteLine("""
            Milliseconds, minimum. cold: all steps, the first time in a process of the installed compiler, with the generator compiled
            ahead of time; jit: the same with its IL, where most of it is just-in-time compilation; parse, graph, plan, emit: the steps
            in a process that has run them before, as a compiler server or an editor has;
            driver: a new driver's run there, which is the steps, and the compiler's parsing of what they wrote; edit: the driver's next
            run after an edit elsewhere.

            """);
        Console.WriteLine($"{"time",-14} {"cold",8} {"jit",8} {"parse",8} {"graph",8} {"plan",8} {"emit",8} {"driver",8} {"edit",8}");
        var sizes = new List<(string Network, IReadOnlyDictionary<string, int> Bytes)>();
        foreach (string network in networks)
        {
            (double cold, double jit) = (double.PositiveInfinity, double.PositiveInfinity);
            for (int i = 0; i < Processes; i++)
            {
                cold = Math.Min(cold, StartChild(network, Packaged));
                jit = Math.Min(jit, StartChild(network, IL));
            }

            CSharpCompilation compilation = Compile(network);
            GeneratorDriver driver = CreateDriver().RunGenerators(compilation);
            double warm = Fastest(Runs, () => CreateDriver().RunGenerators(compilation));
            int next = 0;
            double edit = Fastest(Edits, () => driver = driver.RunGenerators(compilation.AddSyntaxTrees(Parse($"internal sealed class Unrelated{next++};"))));
            var steps = new Steps(Find(compilation, network));
            double[] times = [Fastest(Runs, steps.Parse), Fastest(Runs, steps.Build), Fastest(Runs, steps.Plan), Fastest(Runs, steps.Emit)];
            Console.WriteLine($"{network,-14} {cold,8:0} {jit,8:0} {string.Join(' ', times.Select(t => $"{t,8:0.0}"))} {warm,8:0.0} {edit,8:0.00}");
            sizes.Add((network, driver.GetRunResult().Results[0].GeneratedSources.ToDictionary(
                s => s.HintName.Split('.') is [.., string kind, "g", "cs"] && kind != network ? kind : "surface",
                s => Encoding.UTF8.GetByteCount(s.SourceText.ToString()))));
        }

        string[] kinds = [.. sizes.SelectMany(s => s.Bytes.Keys).Distinct()];
        Console.WriteLine();
        Console.WriteLine($"{"source, kB",-14} {string.Join(' ', kinds.Select(k => $"{k,9}"))} {"total",9}");
        foreach ((string network, IReadOnlyDictionary<string, int> bytes) in sizes)
        {
            Console.WriteLine(
                $"{network,-14} {string.Join(' ', kinds.Select(k => $"{(bytes.TryGetValue(k, out int count) ? count / 1e3 : 0),9:0.0}"))} {bytes.Values.Sum() / 1e3,9:0.0}");
        }
    }

    /// <summary>What a child process does: runs all steps for the first time, and prints the milliseconds.</summary>
    /// <param name="network">The network to run them on.</param>
    /// <param name="generator">The generator's assembly: IL, or compiled ahead of time.</param>
    public static void Child(string network, string generator) =>
        new InstalledCompiler(generator).LoadFromAssemblyPath(typeof(Generation).Assembly.Location)
            .GetType(typeof(Generation).FullName!, throwOnError: true)!
            .GetMethod(nameof(RunFirst), BindingFlags.NonPublic | BindingFlags.Static)!
            .Invoke(null, [network]);

    private static void RunFirst(string network)
    {
        // A compiler has read its references and bound its first attributes before it runs a generator.
        CSharpGeneratorDriver.Create(new AttributeCounter()).RunGenerators(Compile(network));
        var steps = new Steps(Find(Compile(network), network));

        // The steps clear away their own garbage alone.
        GC.Collect();
        Console.Write(Time(steps.All).ToString(CultureInfo.InvariantCulture));
    }

    private static double StartChild(string network, string generator) =>
        double.Parse(ChildProcess.Run("first-generation", network, generator), CultureInfo.InvariantCulture);

    private static INamedTypeSymbol Find(CSharpCompilation compilation, string network) =>
        (INamedTypeSymbol)compilation.GetSymbolsWithName(network, SymbolFilter.Type).Single();

    private static double Fastest(int runs, Action action) => Enumerable.Range(0, runs).Min(_ => Time(action));

    private static double Time(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalMilliseconds;
    }

    private static CSharpGeneratorDriver CreateDriver() => CSharpGeneratorDriver.Create(new NetworkGenerator());

    /// <summary>The file that declares a network, without the others that it declares.</summary>
    private static CSharpCompilation Compile(string network)
    {
        IEnumerable<SyntaxTree> trees = typeof(Generation).Assembly.GetManifestResourceNames().Select(n =>
        {
            using var reader = new StreamReader(typeof(Generation).Assembly.GetManifestResourceStream(n)!);
            return Parse(reader.ReadToEnd());
        });
        (SyntaxTree tree, ClassDeclarationSyntax[] classes) = trees
            .Select(t => (Tree: t, Classes: t.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>().ToArray()))
            .Single(t => t.Classes.Any(c => c.Identifier.Text == network));
        SyntaxNode root = tree.GetRoot().RemoveNodes(classes.Where(c => IsNetwork(c) && c.Identifier.Text != network), SyntaxRemoveOptions.KeepNoTrivia)!;
        return CSharpCompilation.Create(
            "Networks",
            [tree.WithRootAndOptions(root, tree.Options)],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location))
                .Append(typeof(NetworkAttribute).Assembly.Location)
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
    }

    private static bool IsNetwork(ClassDeclarationSyntax type) =>
        type.AttributeLists.SelectMany(l => l.Attributes).Any(a => a.Name.ToString() is "Network");

    private static SyntaxTree Parse(string source) => CSharpSyntaxTree.ParseText(source);

    /// <summary>The generator's own steps, outside the compiler's driver.</summary>
    private sealed class Steps(INamedTypeSymbol type)
    {
        private NetworkSyntax? syntax;
        private Graph? graph;
        private Plan[] tiers = [];
        private Plan? observed;

        public void Parse() => syntax = NetworkParser.Parse(type, keepSpans: false, CancellationToken.None);

        public void Build() => graph = GraphBuilder.Build(syntax!).Graph;

        public void Plan()
        {
            tiers = [.. Tier.For(graph!.Options).Select(t => Planner.Create(graph, t))];
            observed = Planner.Create(graph!, Tier.Observed, PlanMode.Observed);
        }

        public void Emit()
        {
            foreach (Plan plan in tiers)
            {
                EngineEmitter.Emit(syntax!.Class, plan);
            }

            EngineEmitter.EmitObserved(syntax!.Class, observed!);
            NetworkEmitter.Emit(syntax.Class, graph!, tiers, new NetworkFiles(null, null));
        }

        public void All()
        {
            Parse();
            Build();
            Plan();
            Emit();
        }
    }

    /// <summary>
    /// Loads the compiler that built this program. It is the one that users run, and compiled ahead of time; that of the package is
    /// not, and would be charged to the generator.
    /// </summary>
    private sealed class InstalledCompiler(string generator) : AssemblyLoadContext
    {
        private readonly string directory = (string)AppContext.GetData("NetGen.Benchmarks.Compiler")!;

        protected override Assembly? Load(AssemblyName name)
        {
            bool isCompiler = name.Name is "Microsoft.CodeAnalysis" or "Microsoft.CodeAnalysis.CSharp";

            // By its name alone: an image that this context were not the first to load would lose its code compiled ahead of time.
            bool isGenerator = name.Name is "NetGen.Generator";
            return isCompiler ? LoadFromAssemblyPath(Path.Combine(directory, name.Name + ".dll"))
                : isGenerator ? LoadFromAssemblyPath(generator)
                : null;
        }
    }

    /// <summary>A generator that does nothing but read the attributes.</summary>
    private sealed class AttributeCounter : IIncrementalGenerator
    {
        public void Initialize(IncrementalGeneratorInitializationContext context)
        {
            IncrementalValuesProvider<int> counts = context.SyntaxProvider.ForAttributeWithMetadataName(
                NetworkParser.NetworkAttribute, (_, _) => true, (c, _) => c.TargetSymbol.GetAttributes().Sum(a => a.ConstructorArguments.Length));
            context.RegisterSourceOutput(counts, (output, count) => output.AddSource("Count.g.cs", $"// {count}\n"));
        }
    }
}
