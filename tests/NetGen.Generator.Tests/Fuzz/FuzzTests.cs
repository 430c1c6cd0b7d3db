using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace NetGen.Generator.Tests.Fuzz;

/// <summary>Whatever is written above a class ends in code that compiles, or in a message that says what is wrong.</summary>
public sealed class FuzzTests
{
    private const int SourcesPerCompilation = 100;

    /// <summary>Every seed is a compilation of many sources; NETGEN_FUZZ_SEEDS=1000-2000 looks further than a test run does.</summary>
    public static TheoryData<int> Seeds
    {
        get
        {
            int[] range = [.. (Environment.GetEnvironmentVariable("NETGEN_FUZZ_SEEDS") ?? "1-20").Split('-').Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
            return [.. Enumerable.Range(range[0], range[1] - range[0] + 1)];
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task AnySource(int seed)
    {
        var fuzzer = new SourceFuzzer(seed);
        string[] sources = [.. Enumerable.Range(0, SourcesPerCompilation).Select(fuzzer.Next)];
        IReadOnlyList<string> violations = await Oracle.FindViolations(sources);
        if (violations.Count == 0)
        {
            return;
        }

        var failures = new List<string>();
        foreach (string source in sources)
        {
            failures.AddRange((await Oracle.FindViolations([source])).Take(3).Select(v => $"{v}\nin\n{source}\n"));
        }

        Assert.Fail(string.Join("\n", failures.Count > 0 ? failures : ["All sources together fail:", .. violations.Take(10)]));
    }
}
