extern alias generator;

using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace NetGen.Tests.Parity;

using generator::NetGen.Generator.Planning;
using static NetworkDraft;

/// <summary>
/// Attention at sizes at which vectors, tiles and blocks do not come out even, with and without masks, on every tier, by one thread and by
/// several, against float64.
/// </summary>
public sealed class AttentionTests(ITestOutputHelper log)
{
    private static readonly int[] Channels = [1, 3, 8, 9, 16, 31, 33, 64];
    private static readonly int[] Tokens = [1, 2, 7, 8, 9, 49];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Attention_AtAwkwardSizes_MatchesTheInterpreter(int heads)
    {
        // Each number of channels meets each number of tokens, and each kind of mask, with some number of heads.
        var networks = new List<NetworkDraft>();
        for (int i = 0; i < Channels.Length; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                int draw = (i * 3) + j + (5 * heads);
                networks.Add(Network(
                    heads, Channels[i], Channels[i] + (draw % 4 == 0 ? 1 : 0), Tokens[draw % Tokens.Length], Tokens[((draw / 2) + (3 * j)) % Tokens.Length],
                    isCausal: draw % 3 == 1, mask: draw % 5 == 1 ? 1 : draw % 5 == 2 ? heads : 0, fewScores: draw % 7 < 3));
            }
        }

        networks.Add(Network(heads, 16, 17, 197, 49, isCausal: false, mask: 0, fewScores: false));
        networks.Add(Network(heads, 9, 8, 49, 197, isCausal: true, mask: heads, fewScores: true));
        (IReadOnlyList<string> failures, IReadOnlyList<string> report) = LayerByLayer.Compare(networks);
        foreach (string line in report)
        {
            log.WriteLine(line);
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    /// <summary>The rows of an image are queries, its columns keys and values, and itself is the mask.</summary>
    private static NetworkDraft Network(int heads, int channels, int valueChannels, int queries, int keys, bool isCausal, int mask, bool fewScores)
    {
        (string, object)[] names = [("names", "q"), ("names", "k"), ("names", "v"), .. mask > 0 ? [("names", (object)"mask")] : ((string, object)[])[]];
        (string, object)[] causal = isCausal ? [("IsCausal", true)] : [];
        return Of(
            $"Attention{heads}x{channels}x{valueChannels}of{queries}x{keys}{(isCausal ? "Causal" : "")}{(mask > 0 ? $"Mask{mask}" : "")}{(fewScores ? "Few" : "")}",
            [
                Image(3, queries, keys),
                Layer("AvgPool2D", ("kernelHeight", 1), ("kernelWidth", keys), ("Name", "rows"), ("From", "input")),
                Layer("AvgPool2D", ("kernelHeight", queries), ("kernelWidth", 1), ("Name", "columns"), ("From", "input")),
                Layer("Conv2D", ("filters", heads * channels), ("kernel", 1), ("Name", "q"), ("From", "rows")),
                Layer("Conv2D", ("filters", heads * channels), ("kernel", 1), ("Name", "k"), ("From", "columns")),
                Layer("Conv2D", ("filters", heads * valueChannels), ("kernel", 1), ("Name", "v"), ("From", "columns")),
                .. mask > 0 ? [Layer("Conv2D", ("filters", mask), ("kernel", 1), ("Name", "mask"), ("From", "input"))] : Enumerable.Empty<generator::NetGen.Generator.Parsing.LayerSyntax>(),
                Layer("ScaledDotProductAttention", [.. names, ("Heads", heads), .. causal]),
            ]) with
        {
            Sizes = PlanSizes.Default with { SharedWork = 1, AttentionScores = fewScores ? 1 : PlanSizes.Default.AttentionScores },
        };
    }
}
