extern alias generator;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Reflection;
using NetGen.Runtime;
using Spectre.Console;

namespace NetGen.Tool;

using generator::NetGen.Generator.Emission;
using generator::NetGen.Generator.Graphs;
using generator::NetGen.Generator.Parsing;
using generator::NetGen.Generator.Planning;

/// <summary>
/// Times the steps of <c>Forward</c>: the engine that it runs is written once more, with a time stamp between the calls of its kernels.
/// Of several runs the fastest counts, as a whole.
/// </summary>
internal static class Profiling
{
    /// <summary>Calls in a row, so that each finds its own weights in the caches, as it would without the other.</summary>
    private const int Repeats = 4;

    private static readonly TimeSpan LeastTime = TimeSpan.FromMilliseconds(200);

    public static void Run(IAnsiConsole console, LoadedNetwork network, int runs)
    {
        (ClassSyntax type, Graph graph) = network.Parse();
        Tier tier = Tier.For(graph.Options).FirstOrDefault(t => EngineEmitter.FullName(type, t.Name) == "global::" + network.Engine.GetType().FullName)
            ?? throw new ToolException($"{network.Info.Name} runs kernels that this version of NetGen does not write. Build the assembly again with it.");
        Plan plan = Planner.Create(graph, tier);
        NetworkEngine engine = Compile(type, plan, network.Weights, out long[] times);

        var random = new Random(1);
        float[] input = [.. Enumerable.Range(0, network.Info.Input.Length).Select(_ => (2 * random.NextSingle()) - 1)];
        var output = new float[network.Info.Output.Length];
        var measured = new float[output.Length];
        long stamp = StampTicks();
        long[] steps = new long[plan.Steps.Count];
        long least = long.MaxValue;
        long sum = long.MaxValue;
        network.Forward(input, output);
        engine.Forward(input, measured);
        bool isSame = output.AsSpan().SequenceEqual(measured);
        int count = 0;
        for (long start = Stopwatch.GetTimestamp(); count < runs || Stopwatch.GetElapsedTime(start) < LeastTime; count += Repeats)
        {
            for (int i = 0; i < Repeats; i++)
            {
                long begin = Stopwatch.GetTimestamp();
                network.Forward(input, output);
                least = Math.Min(least, Stopwatch.GetTimestamp() - begin - stamp);
            }

            for (int i = 0; i < Repeats; i++)
            {
                engine.Forward(input, measured);
                long[] spent = [.. times.Skip(1).Zip(times, (end, begin) => Math.Max(0, end - begin - stamp))];
                if (spent.Sum() < sum)
                {
                    (steps, sum) = (spent, spent.Sum());
                }
            }
        }

        Show(console, plan, steps);
        string[] idle = [.. graph.Layers.Where((_, i) => !plan.Steps.Any(s => s.Layers.Contains(i))).Select(l => l.Name)];
        if (idle.Length > 0)
        {
            console.WriteLine($"Without a kernel: {string.Join(", ", idle)}.");
        }

        console.WriteLine(
            $"{plan.Steps.Count} steps on {tier.Name}, the fastest of {count:#,0} runs: {Microseconds(sum):#,0.00} µs; Forward: {Microseconds(least):#,0.00} µs, a difference of {(double)(sum - least) / least:+0.0%;-0.0%;0.0%}. The {Microseconds(stamp) * 1000:0} ns that a time stamp takes are taken off.");
        if (!isSame)
        {
            console.WriteLine("The assembly computes other bits than these kernels, which are those that this version of NetGen writes for its attributes.");
        }
    }

    /// <summary>Compiles the engine that measures itself.</summary>
    private static NetworkEngine Compile(ClassSyntax type, Plan plan, IWeightSource weights, out long[] times)
    {
        Type engine = Compilations.Load(Compilations.Create("Profiled", EngineEmitter.EmitProfiled(type, plan)))
            .GetType(EngineEmitter.FullName(type, EngineEmitter.ProfiledVariant(plan.Tier))["global::".Length..], throwOnError: true)!;
        const BindingFlags members = BindingFlags.Instance | BindingFlags.NonPublic;
        object made = Activator.CreateInstance(engine, members | BindingFlags.DoNotWrapExceptions, null, [weights], null)!;
        times = (long[])engine.GetField(EngineEmitter.TimesField, members)!.GetValue(made)!;
        return (NetworkEngine)made;
    }

    private static void Show(IAnsiConsole console, Plan plan, long[] steps)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns("layers", "output");
        foreach (string column in new[] { "µs", "share", "multiply-adds", "G/s" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        table.AddColumn("algorithm");
        double sum = Math.Max(1, steps.Sum());
        foreach ((Step step, long ticks) in plan.Steps.Zip(steps))
        {
            string layers = step.Layers.Count == 0 ? "input" : Names.Join([.. step.Layers.Select(l => plan.Graph.Layers[l].Name)]);
            long multiplyAdds = MultiplyAdds(plan, step);
            table.AddRow(new[]
            {
                step.Purpose is null ? layers : $"{layers} ({step.Purpose})",
                step.Output.Pixels == 1 ? $"{step.Output.Features}" : $"{step.Output.Features}×{step.Output.Height}×{step.Output.Width}",
                $"{Microseconds(ticks):#,0.00}",
                $"{ticks / sum:0.0%}",
                multiplyAdds > 0 ? $"{multiplyAdds:#,0}" : "",
                multiplyAdds > 0 && ticks > 0 ? $"{multiplyAdds / Microseconds(ticks) / 1000:0.0}" : "",
                step is StripStep strip ? $"{strip.Algorithm}: {string.Join("; ", strip.Steps.Select(s => s.Algorithm))}" : step.Algorithm,
            }.Select(Markup.Escape).ToArray());
        }

        console.Write(table);
    }

    /// <summary>A step's share of its layers' multiply-adds, which groups share equally.</summary>
    private static long MultiplyAdds(Plan plan, Step step) => step.Purpose is not null ? 0
        : step.Layers.Sum(l => plan.Graph.Layers[l].MultiplyAddCount / plan.Steps.Count(s => s.Purpose is null && s.Layers.Contains(l)));

    /// <summary>What it takes to ask for the time.</summary>
    private static long StampTicks()
    {
        long least = long.MaxValue;
        for (int i = 0; i < 10_000; i++)
        {
            long start = Stopwatch.GetTimestamp();
            least = Math.Min(least, Stopwatch.GetTimestamp() - start);
        }

        return least;
    }

    private static double Microseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;
}
