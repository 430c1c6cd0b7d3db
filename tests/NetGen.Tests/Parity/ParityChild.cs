using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Tasks;
using NetGen.Tests.Golden;

namespace NetGen.Tests.Parity;

/// <summary>
/// What the parity tests start in a process of its own, since the runtime's switches for SIMD hold for a whole process: checks every
/// network of a folder, and the small golden ones.
/// </summary>
internal static class ParityChild
{
    public const string Command = "parity";
    public const string NetworksFile = "Networks.dll";
    public const string ExpectationsFile = "expectations.json";

    /// <summary>Checks the networks, and leaves a <see cref="Report"/>.</summary>
    /// <param name="folder">Where <see cref="NetworksFile"/> and <see cref="ExpectationsFile"/> are.</param>
    /// <param name="report">The report's path.</param>
    public static void Run(string folder, string report)
    {
        Assembly networks = Assembly.LoadFrom(Path.Combine(folder, NetworksFile));
        Func<Outcome>[] checks =
        [
            .. Expectation.Read(Path.Combine(folder, ExpectationsFile)).Select<Expectation, Func<Outcome>>(e => () => Check(networks, e)),
            .. GoldenTests.Small.Select<(string Name, Action Check), Func<Outcome>>(g => () => Check(g.Name, g.Check)),
        ];
        var outcomes = new Outcome[checks.Length];
        Parallel.For(0, checks.Length, i => outcomes[i] = checks[i]());
        Type[] golden = [.. typeof(ParityChild).Assembly.GetTypes(), .. typeof(Zoo.AlexNet).Assembly.GetTypes()];
        PrepareKernels(golden.Where(t => IsEngine(t, Tiers.Widest)).Concat(networks.GetTypes().Where(t => t.Namespace == JitSummary.Namespace)));
        File.WriteAllText(report, JsonSerializer.Serialize(new Report(Tiers.Accelerated, outcomes), Report.Json));
    }

    private static Outcome Check(Assembly networks, Expectation expectation)
    {
        try
        {
            Type check = typeof(NetworkCheck<>).MakeGenericType(networks.GetType(expectation.Network, throwOnError: true)!);
            return ((INetworkCheck)Activator.CreateInstance(check, expectation)!).Run();
        }
        catch (Exception exception)
        {
            return new Outcome(expectation.Network, "", double.NaN, [exception.ToString()]);
        }
    }

    private static Outcome Check(string name, Action check)
    {
        try
        {
            check();
            return new Outcome(name, "", 0, []);
        }
        catch (Exception exception)
        {
            return new Outcome(name, "", double.NaN, [exception.ToString()]);
        }
    }

    private static bool IsEngine(Type type, string tier) =>
        type.Namespace?.StartsWith(JitSummary.Namespace, StringComparison.Ordinal) == true && type.Name.EndsWith(tier, StringComparison.Ordinal);

    /// <summary>Has kernels compiled that no check runs.</summary>
    private static void PrepareKernels(IEnumerable<Type> types)
    {
        const BindingFlags all = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        foreach (MethodInfo kernel in types.SelectMany(t => t.GetMethods(all)).Where(m => m.MethodImplementationFlags.HasFlag(MethodImplAttributes.AggressiveOptimization)))
        {
            RuntimeHelpers.PrepareMethod(kernel.MethodHandle);
        }
    }
}

/// <summary>What a child process found.</summary>
/// <param name="Accelerated">The tiers that its machine accelerates, widest first.</param>
/// <param name="Outcomes">How each network did.</param>
internal sealed record Report(string[] Accelerated, IReadOnlyList<Outcome> Outcomes)
{
    /// <summary>How it is written down: errors may be infinite, or no number.</summary>
    public static JsonSerializerOptions Json { get; } = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
}
