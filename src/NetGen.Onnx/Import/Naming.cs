using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace NetGen.Onnx.Import;

/// <summary>The names of layers: the model's where they can be kept, and those that NetGen gives by itself elsewhere.</summary>
internal static class Naming
{
    public const string InputName = "input";

    /// <summary>What NetGen calls an unnamed layer of a kind, before its count.</summary>
    private static readonly Dictionary<string, string> Stems = new()
    {
        ["Conv2D"] = "conv",
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

    /// <summary>Names every layer.</summary>
    public static void Assign(IReadOnlyList<ImportedLayer> layers)
    {
        var taken = new HashSet<string>();
        string?[] wanted = [.. layers.Select(l => Wanted(l) is { } name && taken.Add(name) ? name : null)];
        string?[] given = new string?[layers.Count];
        for (bool changed = true; changed;)
        {
            changed = false;
            string[] names = Complete([.. layers.Select(l => l.Kind)], given);
            for (int i = 0; i < layers.Count; i++)
            {
                layers[i].Name = names[i];
                if (wanted[i] is { } name ? names[i] != name : given[i] is null && taken.Contains(names[i]))
                {
                    given[i] = wanted[i] ?? Free(Stem(layers[i].Kind), taken);
                    changed = true;
                }
            }
        }
    }

    /// <summary>The names given, and for the others the kind's stem and its count among those.</summary>
    public static string[] Complete(IReadOnlyList<string> kinds, IReadOnlyList<string?> given)
    {
        var counts = new Dictionary<string, int>();
        return [.. kinds.Select((kind, i) => given[i] ?? Default(kind))];

        string Default(string kind)
        {
            int count = counts.GetValueOrDefault(kind) + 1;
            counts[kind] = count;
            return Stem(kind) + count.ToString(CultureInfo.InvariantCulture);
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

    /// <summary>The model's name of a layer: by its weights, as PyTorch calls them, or by its node.</summary>
    private static string? Wanted(ImportedLayer layer)
    {
        foreach ((string suffix, Tensor values) in layer.Weights)
        {
            if (values.Name is { } tensor && tensor.EndsWith("." + suffix, StringComparison.Ordinal) && Valid(tensor[..^(suffix.Length + 1)]) is { } name)
            {
                return name;
            }
        }

        string node = layer.NodeName;
        if (node.StartsWith('/'))
        {
            return layer.Weights.Count > 0 ? Valid(ModulePath(node)) : null;
        }

        return IsMadeUp(node) && layer.Weights.Count == 0 ? null : Valid(node);
    }

    /// <summary>The module that PyTorch's exporter names a node by: <c>/layer1/layer1.0/conv1/Conv</c> is <c>layer1.0.conv1</c>.</summary>
    private static string ModulePath(string node)
    {
        string path = "";
        foreach (string part in node.Split('/', StringSplitOptions.RemoveEmptyEntries)[..^1])
        {
            string last = path.Split('.')[^1];
            path = path.Length == 0 || part.StartsWith(path + ".", StringComparison.Ordinal) ? part
                : part.StartsWith(last + ".", StringComparison.Ordinal) ? path[..^last.Length] + part
                : path + "." + part;
        }

        return path;
    }

    /// <summary>Whether a name is an operator and a count, which an exporter made up.</summary>
    private static bool IsMadeUp(string name) =>
        name.Length == 0 || name.All(char.IsDigit) || (char.IsUpper(name[0]) && name.LastIndexOf('_') is var i && i > 0 && name[(i + 1)..].All(char.IsDigit));

    private static string? Valid(string name) => name != InputName && name.Length > 0
        && name.Split('.').All(part => part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        ? name
        : null;
}
