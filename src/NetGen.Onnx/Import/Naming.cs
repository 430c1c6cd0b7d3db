using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace NetGen.Onnx.Import;

/// <summary>The names that NetGen gives to layers without one.</summary>
internal static class Naming
{
    public const string InputName = "input";

    /// <summary>What NetGen calls an unnamed layer of a kind, before its count.</summary>
    private static readonly Dictionary<string, string> Stems = new()
    {
        ["Conv2D"] = "conv",
        ["Conv1D"] = "conv",
        ["ScaledDotProductAttention"] = "attention",
        ["MultiheadAttention"] = "multihead",
        ["DepthwiseConv1D"] = "dwconv",
        ["ConvTranspose1D"] = "convtranspose",
        ["MaxPool1D"] = "maxpool",
        ["AvgPool1D"] = "avgpool",
        ["BatchNorm1D"] = "bn",
        ["DepthwiseConv2D"] = "dwconv",
        ["ConvTranspose2D"] = "convtranspose",
        ["MaxPool2D"] = "maxpool",
        ["AvgPool2D"] = "avgpool",
        ["GlobalMaxPool2D"] = "globalmaxpool",
        ["GlobalAvgPool2D"] = "globalavgpool",
        ["Dense"] = "fc",
        ["BatchNorm2D"] = "bn",
        ["LocalResponseNorm"] = "lrn",
        ["ZeroPad2D"] = "pad",
        ["Multiply"] = "mul",
        ["Subtract"] = "sub",
        ["Divide"] = "div",
        ["Maximum"] = "max",
        ["Minimum"] = "min",
        ["Upsample2D"] = "upsample",
        ["ChannelShuffle"] = "shuffle",
        ["Resize2D"] = "resize",
        ["GroupNorm"] = "gn",
        ["InstanceNorm2D"] = "instancenorm",
        ["LayerNorm"] = "ln",
    };

    public static string Stem(string kind) => Stems.GetValueOrDefault(kind) ?? kind.ToLowerInvariant();

    /// <summary>The names that have to be written, so that layers get those that they should have: where NetGen would give others.</summary>
    /// <param name="kinds">The layers' kinds, in order.</param>
    /// <param name="intended">Their names; null for those that may have any.</param>
    public static string?[] Given(IReadOnlyList<string> kinds, IReadOnlyList<string?> intended)
    {
        var given = new string?[kinds.Count];
        var taken = new HashSet<string>(intended.OfType<string>());
        for (bool changed = true; changed;)
        {
            changed = false;
            string[] complete = Complete(kinds, given);
            for (int i = 0; i < given.Length; i++)
            {
                if (intended[i] is { } name ? complete[i] != name : given[i] is null && taken.Contains(complete[i]))
                {
                    given[i] = intended[i] ?? Free(Stem(kinds[i]), taken);
                    changed = true;
                }
            }
        }

        return given;
    }

    /// <summary>The names given, and for the others the kind's stem and its count among those.</summary>
    public static string[] Complete(IReadOnlyList<string> kinds, IReadOnlyList<string?> given)
    {
        var counts = new Dictionary<string, int>();
        return [.. kinds.Select((kind, i) => given[i] ?? Default(kind))];

        string Default(string kind)
        {
            string stem = Stem(kind);
            int count = counts.GetValueOrDefault(stem) + 1;
            counts[stem] = count;
            return stem + count.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>A name that no other layer has, for one whose own would be that of another.</summary>
    private static string Free(string stem, HashSet<string> taken)
    {
        for (int i = 1; ; i++)
        {
            string name = $"{stem}_{i.ToString(CultureInfo.InvariantCulture)}";
            if (taken.Add(name))
            {
                return name;
            }
        }
    }
}
