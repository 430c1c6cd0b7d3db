using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace NetGen.Tests.Parity;

/// <summary>
/// The list of compiled methods that the JIT writes under <c>DOTNET_JitDisasmSummary</c>. Past some sizes it leaves a method
/// unoptimised without a word, whatever the method's attributes say; here it shows.
/// </summary>
internal static partial class JitSummary
{
    /// <summary>The namespace that the generator writes engines into.</summary>
    public const string Namespace = "NetGen.Generated";

    private const string Optimised = "FullOpts";

    /// <summary>What an engine has besides kernels: what runs once, when the weights are packed, and what only names a constant.</summary>
    private static readonly string[] NoKernels = [".ctor", "Pack", "get_Algorithms", "get_IsShared"];

    /// <summary>The kernels among the listed methods.</summary>
    public static IEnumerable<(string Method, string Level)> Kernels(IEnumerable<string> summary) => summary
        .Select(line => Line().Match(line))
        .Where(m => m.Success && !NoKernels.Contains(m.Groups["name"].Value))
        .Select(m => (m.Groups["type"].Value + ":" + m.Groups["name"].Value, m.Groups["level"].Value));

    /// <summary>The kernels that were not fully optimised.</summary>
    public static IEnumerable<string> Unoptimised(IEnumerable<string> summary) =>
        Kernels(summary).Where(k => k.Level != Optimised).Select(k => $"{k.Method} [{k.Level}]");

    // 4: JIT compiled NetGen.Generated.LeNet_Vector256:Run(byref,byref,byref,byref):this [FullOpts, IL size=57, code size=201]
    [GeneratedRegex(@"^ *\d+: JIT compiled (?<type>NetGen\.Generated\.[^:]+):(?<name>[^(\[ ]+).* \[(?<level>[^,\]]+)")]
    private static partial Regex Line();
}
