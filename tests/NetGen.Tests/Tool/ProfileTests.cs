using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using NetGen.Onnx;
using NetGen.Tests.Golden;
using NetGen.Tests.Runtime;
using Xunit;

namespace NetGen.Tests.Tool;

/// <summary>Two results of a sample, of which each takes some microseconds.</summary>
[Network]
[Input(300)]
[Dense(500, Name = "trunk")] [ReLU(Name = "features")]
[Dense(400, Name = "left")]
[Dense(300, From = "features", Name = "right")]
[Output("left")] [Output("right")]
public sealed partial class WideHeads;

/// <summary>What <c>profile</c> lists: the steps of <c>Forward</c>, whatever time they took.</summary>
public sealed partial class ProfileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("netgen-tool").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void StepsOfAModelAreListedInOrderWithTheLayersTheyFuse()
    {
        string model = Path.Combine(folder, "lenet.onnx");
        OnnxExporter.Export(LeNet5.Random(5), model);
        AssertProfile(LeNet5.Info, ToolRun.Succeed("profile", model, "--runs", "1"));
    }

    [Fact]
    public void StepsOfAnAssemblysNetworksAreThoseThatItRuns()
    {
        string assembly = typeof(ProfileTests).Assembly.Location;
        AssertProfile(SharedLayers.Info, ToolRun.Succeed("profile", assembly, "--network", nameof(SharedLayers), "--runs", "1"));
        AssertProfile(WideHeads.Info, ToolRun.Succeed("profile", assembly, "--network", nameof(WideHeads), "--runs", "1"));
    }

    private static void AssertProfile(NetworkInfo info, string text)
    {
        string[] lines = text.Split('\n');
        string[][] rows = [.. lines.Where(l => l.Contains('%', StringComparison.Ordinal) && !l.Contains("Forward", StringComparison.Ordinal)).Select(l => Columns().Split(l.Trim()))];

        // Each layer is in one step, but for those of groups, with the layers that the table says are fused into it.
        string[] idle = IdleLayers().Match(text) is { Success: true } match ? match.Groups[1].Value.Split(", ") : [];
        string[][] steps = [.. rows.Select(r => r[0]).Where(l => l != "input" && !l.Contains('(', StringComparison.Ordinal)).Distinct().Select(l => l.Split(", "))];
        Assert.Equal(info.Layers.Select(l => l.Name).Order(StringComparer.Ordinal), steps.SelectMany(s => s).Concat(idle).Order(StringComparer.Ordinal));
        foreach (LayerInfo layer in info.Layers.Where(l => l.Algorithm.StartsWith("fused into ", StringComparison.Ordinal)))
        {
            Assert.Contains(steps, s => s.Contains(layer.Name) && s.Contains(layer.Algorithm["fused into ".Length..]));
        }

        Assert.All(idle, l => Assert.Contains(info[l].Algorithm, new[] { "no work", "joined in place" }));
        List<string> names = [.. info.Layers.Select(l => l.Name)];
        int[] order = [.. steps.Select(s => names.IndexOf(s[0]))];
        Assert.Equal(order.Order(), order);

        // Times are any, but their sum is what the last line says, and so is that of the multiply-adds.
        double sum = rows.Sum(r => double.Parse(r[2], CultureInfo.InvariantCulture));
        Match summary = Summary().Match(text);
        Assert.True(summary.Success, text);
        Assert.Equal(rows.Length, int.Parse(summary.Groups[1].Value, CultureInfo.InvariantCulture));
        Assert.True(sum > 0);
        Assert.Equal(sum, double.Parse(summary.Groups[2].Value, CultureInfo.InvariantCulture), 0.006 * rows.Length);
        Assert.True(double.Parse(summary.Groups[3].Value, CultureInfo.InvariantCulture) > 0);
        Assert.Equal(
            info.MultiplyAddCount,
            rows.Sum(r => r.Length > 4 && long.TryParse(r[4], NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out long count) ? count : 0));
        Assert.DoesNotContain("other bits", text, StringComparison.Ordinal);
    }

    [GeneratedRegex(" {2,}")]
    private static partial Regex Columns();

    [GeneratedRegex(@"^Without a kernel: (.*)\.$", RegexOptions.Multiline)]
    private static partial Regex IdleLayers();

    [GeneratedRegex(@"^([0-9]+) steps on Vector.*: ([0-9.,]+) µs; Forward: ([0-9.,]+) µs, a difference of [+-]?[0-9.]+%", RegexOptions.Multiline)]
    private static partial Regex Summary();
}
