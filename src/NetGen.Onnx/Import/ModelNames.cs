using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace NetGen.Onnx.Import;

/// <summary>How far a layer's name in the model binds.</summary>
internal enum NameUse
{
    /// <summary>It has to be kept: others find the layer's weights by it.</summary>
    Fixed,

    /// <summary>It is kept where nothing better comes up: the model calls the layer so, but its weights are not known by it.</summary>
    Suggested,

    /// <summary>It is of use only where another layer refers to this one, since the layer has no weights.</summary>
    Referenced,
}

/// <summary>What the model says about a layer's name and place.</summary>
/// <param name="Module">The path of the module that computes it; empty for the model itself, null where the model does not say.</param>
/// <param name="Name">What it may be called; null where the model has no name for it.</param>
/// <param name="Use">How far the name binds.</param>
internal sealed record ModelName(string? Module, string? Name, NameUse Use)
{
    /// <summary>Whether a path is a module or lies in it.</summary>
    public static bool IsUnder(string path, string module) =>
        path.StartsWith(module, StringComparison.Ordinal) && (path.Length == module.Length || path[module.Length] == '.');

    /// <summary>Whether one path is another, or lies in it.</summary>
    public static bool Clash(string a, string b) => IsUnder(a, b) || IsUnder(b, a);

    /// <summary>The path without its last part; empty where that is all.</summary>
    public static string Parent(string path) => path.LastIndexOf('.') is var dot && dot > 0 ? path[..dot] : "";
}

/// <summary>
/// Reads the names that exporters leave: of PyTorch's modules, in nodes (<c>/layer1/layer1.0/conv1/Conv</c>), in what they note down
/// beside nodes, and in tensors (<c>layer1.0.conv1.weight</c>); of TensorFlow's and Paddle's layers. No two layers get one name.
/// </summary>
internal sealed class ModelNames
{
    private const string NameScopes = "pkg.torch.onnx.name_scopes";

    /// <summary>Operations of TensorFlow that are not written with a capital, as the last part of a node's name.</summary>
    private static readonly HashSet<string> LowerCaseOperations = ["add", "concat", "convolution", "depthwise", "mul", "sub"];

    private readonly IReadOnlyList<ImportedLayer> layers;
    private readonly string?[] modules;
    private readonly string[][] tensors;
    private readonly bool callsNodesByLayers;
    private readonly int commonScope;
    private readonly HashSet<string> taken = [];

    private ModelNames(IReadOnlyList<ImportedLayer> layers)
    {
        this.layers = layers;
        modules = [.. layers.Select(l => l.Node is { } node ? Scope(node) ?? Path(node.GivenName) : null)];
        tensors = [.. layers.Select(l => l.Weights.Select(w => OwnerOf(w.Values.Name, w.Suffix)).OfType<string>().Distinct().ToArray())];

        // NetGen's own exporter names a node, and the tensors it takes, by the layer.
        int[] named = [.. Enumerable.Range(0, layers.Count).Where(i => tensors[i].Length > 0)];
        callsNodesByLayers = 2 * named.Count(i => tensors[i].Contains(layers[i].Node?.GivenName)) > named.Length;
        commonScope = CommonScope();
    }

    public static ModelName[] Read(IReadOnlyList<ImportedLayer> layers) => new ModelNames(layers).Read();

    private ModelName[] Read()
    {
        var names = new ModelName[layers.Count];
        for (int i = 0; i < layers.Count; i++)
        {
            if (layers[i].Weights.Count > 0)
            {
                names[i] = OfWeights(i);
            }
        }

        // How many layers a module has, to tell one that is a layer from one that holds some.
        Dictionary<string, int> members = modules.Select((m, i) => names[i]?.Module ?? m).OfType<string>()
            .SelectMany(Outward).GroupBy(m => m).ToDictionary(g => g.Key, g => g.Count());
        for (int i = 0; i < layers.Count; i++)
        {
            names[i] ??= OfOperation(i, members);
        }

        return names;
    }

    /// <summary>A module and all that it lies in.</summary>
    private static IEnumerable<string> Outward(string module)
    {
        for (; module.Length > 0; module = ModelName.Parent(module))
        {
            yield return module;
        }
    }

    private ModelName OfWeights(int layer)
    {
        string? module = modules[layer];
        string[] owners = tensors[layer];

        // The node's module, if it has one and the tensors do not name another that no node is in. Equal tensors of two modules are one
        // tensor in some models, and bear the name of either.
        IEnumerable<string> known = string.IsNullOrEmpty(module) ? owners
            : owners is [var owner] && owner != module && !modules.Contains(owner) ? [owner, module]
            : [module];
        if (Claim(known) is { } name)
        {
            return new ModelName(name, name, NameUse.Fixed);
        }

        string? suggested = Claim(Suggested(layers[layer]));
        return new ModelName(module, suggested, NameUse.Suggested);
    }

    private ModelName OfOperation(int i, Dictionary<string, int> members)
    {
        ImportedLayer layer = layers[i];
        string? module = modules[i];
        if (layer.Node is not { } node || layer.ValueName is null)
        {
            return new ModelName(module, null, NameUse.Referenced);
        }

        if (callsNodesByLayers)
        {
            bool isName = Clean(node.GivenName) == node.GivenName && taken.Add(node.GivenName);
            return new ModelName(isName ? node.GivenName : null, isName ? node.GivenName : null, isName ? NameUse.Fixed : NameUse.Referenced);
        }

        if (module is null)
        {
            return new ModelName(null, Claim(Suggested(layer)), NameUse.Referenced);
        }

        if (module.Length == 0)
        {
            return new ModelName(module, null, NameUse.Referenced);
        }

        string own = members[module] == 1 ? module : $"{module}.{Naming.Stem(layer.Kind)}";
        return new ModelName(module, Claim(Enumerable.Range(0, layers.Count).Select(n => n == 0 ? own : Invariant($"{own}_{n}"))), NameUse.Referenced);
    }

    private string? Claim(IEnumerable<string> names) => names.Select(Clean).OfType<string>().FirstOrDefault(taken.Add);

    /// <summary>The module whose tensor this is: <c>layer1.0.conv1.weight</c> is that of <c>layer1.0.conv1</c>.</summary>
    private static string? OwnerOf(string? tensor, string suffix) => suffix.Length == 0 ? Clean(tensor ?? "")
        : tensor?.EndsWith("." + suffix, StringComparison.Ordinal) == true ? Clean(tensor[..^(suffix.Length + 1)]) : null;

    /// <summary>
    /// The module that PyTorch's newer exporter notes down: the last but one of <c>['', 'layer1', 'layer1.0', 'layer1.0.relu', 'relu_1']</c>,
    /// whose last is the node itself.
    /// </summary>
    private static string? Scope(OnnxNode node)
    {
        if (node.Metadata(NameScopes) is not { } scopes)
        {
            return null;
        }

        string[] path = [.. scopes.Trim('[', ']', ' ').Split(',').Select(s => s.Trim().Trim('\'', '"'))];
        return path.Length < 2 || path[^2].Length == 0 ? "" : Clean(path[^2]);
    }

    /// <summary>
    /// The module that PyTorch's older exporter names a node by: each of those that it lies in from its last part on that is no number,
    /// so that <c>/features/features.1/conv/conv.0/conv.0.0/Conv</c> is <c>features.1.conv.0.0</c>.
    /// </summary>
    private static string? Path(string node)
    {
        if (!node.StartsWith('/'))
        {
            return null;
        }

        string path = "";
        foreach (string part in node.Split('/', StringSplitOptions.RemoveEmptyEntries).SkipLast(1))
        {
            string[] parts = path.Split('.');
            int numbers = parts.Reverse().TakeWhile(p => p.Length > 0 && p.All(char.IsAsciiDigit)).Count();
            string last = string.Join('.', parts.TakeLast(numbers + 1));
            path = path.Length == 0 ? part
                : part.StartsWith(last + ".", StringComparison.Ordinal) ? path[..^last.Length] + part
                : path + "." + part;
        }

        return path.Length == 0 ? "" : Clean(path);
    }

    /// <summary>What a model without modules calls a layer: Paddle by its tensors, TensorFlow by its nodes' scopes, others by the node.</summary>
    private IEnumerable<string> Suggested(ImportedLayer layer)
    {
        foreach ((_, Tensor values) in layer.Weights)
        {
            // conv2d_0.w_0
            if (values.Name is { } tensor && tensor.LastIndexOf('.') is var dot && dot > 0 && tensor[(dot + 1)..] is ['w' or 'b', '_', .. var count]
                && count.All(char.IsAsciiDigit))
            {
                yield return tensor[..dot];
            }
        }

        if (layer.Node?.GivenName is not { } node || IsMadeUp(node))
        {
            yield break;
        }

        string[] scope = ScopeOf(node);
        if (scope.Length > 0)
        {
            yield return string.Join('.', scope.Skip(Math.Min(commonScope, scope.Length - 1)));
        }
    }

    /// <summary>The scopes of TensorFlow's node <c>model/conv2d/Conv2D</c>, without the operation.</summary>
    private static string[] ScopeOf(string node)
    {
        string[] parts = node.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length > 1 && (char.IsAsciiLetterUpper(parts[^1][0]) || LowerCaseOperations.Contains(parts[^1])) ? parts[..^1] : parts;
    }

    /// <summary>How many scopes all layers lie in, which are the model's own name.</summary>
    private int CommonScope()
    {
        string[][] scopes = [.. layers.Where(l => l.Weights.Count > 0 && l.Node is not null).Select(l => ScopeOf(l.Node!.GivenName))];
        int common = 0;
        while (scopes.Length > 0 && scopes.All(s => s.Length > common + 1 && s[common] == scopes[0][common]))
        {
            common++;
        }

        return common;
    }

    /// <summary>Whether a name is an operator and a count, which an exporter made up.</summary>
    private static bool IsMadeUp(string name)
    {
        string stem = name.TrimEnd("0123456789".ToCharArray());
        return stem.Length == 0 || stem.StartsWith('/') || stem.Contains("::", StringComparison.Ordinal)
            || stem.StartsWith("node_", StringComparison.Ordinal) || stem.StartsWith("p2o.", StringComparison.Ordinal)
            || (char.IsAsciiLetterUpper(stem[0]) && (stem.Length == name.Length ? name.All(char.IsAsciiLetter) : stem.EndsWith('_') && !stem.Contains('/')));
    }

    /// <summary>A value's name without the number of the result that it is: TensorFlow's x:0 is the first result of x.</summary>
    public static string WithoutResult(string name) => name.EndsWith(":0", StringComparison.Ordinal) ? name[..^2] : name;

    /// <summary>A name as layers may have it: letters, digits, underscores and hyphens, in parts between dots. Null where nothing is left of it.</summary>
    public static string? Clean(string name)
    {
        string clean = string.Join('.', name.Split('.', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => new string([.. part.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_')])));
        return clean.Length == 0 || clean == Naming.InputName ? null : clean;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
