using System;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace NetGen.Tests.Parity;

/// <summary>The JIT optimises every kernel: those of the random networks and of the golden ones, on every tier.</summary>
[Collection(ParityCollection.Name)]
public sealed class JitGateTests(ParityRun run)
{
    /// <summary>A method that is past what the JIT optimises, so that every run shows what it says of such a one.</summary>
    internal static string TooLong { get; } = new StringBuilder()
        .Append("namespace NetGen.Generated; public static class Planted {")
        .Append("[System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]")
        .Append("public static int TooLong(int a) {")
        .AppendJoin("", Enumerable.Repeat("a = a * 3 + 1;", 8_000))
        .Append("return a; } }")
        .ToString();

    [Theory]
    [MemberData(nameof(ParityTests.Settings), MemberType = typeof(ParityTests))]
    public async Task EveryKernelIsOptimised(string variable)
    {
        string[] summary = (await run.CheckAsync(variable)).JitSummary;
        Assert.InRange(JitSummary.Kernels(summary).Count(), 5 * run.Prepared.Count, int.MaxValue);
        string[] unoptimised = [.. JitSummary.Unoptimised(summary)];
        Assert.Contains(unoptimised, IsPlanted);
        Assert.DoesNotContain(unoptimised, k => !IsPlanted(k));
    }

    private static bool IsPlanted(string kernel) => kernel.StartsWith("NetGen.Generated.Planted:TooLong", StringComparison.Ordinal);
}
