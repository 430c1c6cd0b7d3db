using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using CsCheck;
using NetGen.Generator.Diagnostics.FileChecks;
using NetGen.Tests;
using Xunit;

namespace NetGen.Generator.Tests.Fuzz;

/// <summary>Whatever is written above a class ends in code that compiles, or in a message that says what is wrong.</summary>
public sealed class FuzzTests
{
    private const int SourcesPerCompilation = 100;

    private const int UsualSources = 2_000;

    /// <summary>
    /// Every seed is a compilation of many sources; NETGEN_FUZZ_SEEDS=1000-2000 takes others than a test run does, and
    /// NETGEN_DAMAGED_INPUTS so many that there are as many sources.
    /// </summary>
    public static TheoryData<int> Seeds
    {
        get
        {
            string usual = string.Create(CultureInfo.InvariantCulture, $"1-{DamagedInputs.Count(UsualSources) / SourcesPerCompilation}");
            int[] range = [.. (Environment.GetEnvironmentVariable("NETGEN_FUZZ_SEEDS") ?? usual).Split('-').Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
            return [.. Enumerable.Range(range[0], range[1] - range[0] + 1)];
        }
    }

    /// <summary>The headers of weight and golden files, which the compiler reads while the user types.</summary>
    [Fact]
    [Trait("Category", "Damaged")]
    public void AnyHeader()
    {
        Gen<string> fragment = Gen.OneOfConst(
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"dtype\"", "\"F32\"", "\"shape\"", "\"data_offsets\"", "\"__metadata__\"", "0", "-1", "1e400", "1e-400", "-",
            "2147483648", "99999999999999999999", ".", "null", "true", "nul", "\"\\ud800\"", "\"\\u00", "\\", "\"", "!", "\0", "é", " ", "\n", "[[[[", "{\"a\":",
            "\"b\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}", "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}");
        DamagedInputs.Run(fragment.Array[0, 16], usual: 20_000, mostBytes: 1_000_000, fragments =>
        {
            foreach (string text in new[] { string.Concat(fragments), "{" + string.Concat(fragments) + "}" })
            {
                IReadOnlyDictionary<string, (string Type, EquatableArray<double> Shape)>? tensors = TensorHeader.Read(text, out string error);
                Assert.True(tensors is not null || error.Length > 0 || text.StartsWith('!'), text);
            }
        });
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    public void ADeepHeaderIsRefused(string open) => Assert.Null(TensorHeader.Read(string.Concat(Enumerable.Repeat(open, 100_000)), out _));

    [Theory]
    [Trait("Category", "Damaged")]
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
