extern alias generator;

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;

namespace NetGen.Tests.Parity;

using generator::NetGen.Generator.Graphs;
using generator::NetGen.Generator.Parsing;
using generator::NetGen.Generator.Planning;
using EquatableArray = generator::NetGen.Generator.EquatableArray;
using Shape = generator::NetGen.Generator.Graphs.Shape;
using SimdTiers = generator::NetGen.Generator.Parsing.SimdTiers;
using WeightStorage = generator::NetGen.Generator.Parsing.WeightStorage;

/// <summary>Draws networks: single layers, chains of them, and graphs with branches, blocks and several outputs.</summary>
internal sealed class RandomNetworks
{
    private const int Attempts = 1000;

    private readonly Draw draw;
    private readonly Limits limits;
    private NetworkDraft network;
    private readonly List<LayerSyntax> uses = [];
    private Graph? graph;

    private RandomNetworks(Draw draw, NetworkDraft network, Limits limits)
    {
        this.draw = draw;
        this.network = network;
        this.limits = limits;
    }

    /// <summary>What keeps a network small: a test runs hundreds.</summary>
    private sealed record Limits(int Size, int MultiplyAdds, int Activations);

    /// <summary>A value that a next layer can take.</summary>
    private sealed record Value(string Name, Shape Shape);

    /// <summary>A layer alone; the kinds take turns.</summary>
    public static NetworkDraft Layer(int index, ulong seed)
    {
        string[] kinds =
        [
            .. Enumerable.Repeat("Conv2D", 30), .. Enumerable.Repeat("DepthwiseConv2D", 12), .. Enumerable.Repeat("ConvTranspose2D", 12),
            .. Enumerable.Repeat("MaxPool2D", 6), .. Enumerable.Repeat("AvgPool2D", 6), .. Enumerable.Repeat("Dense", 8), .. Enumerable.Repeat("Conv1D", 8), .. RandomLayers.Kinds,
        ];
        string kind = kinds[index % kinds.Length];
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            RandomNetworks random = Start("Layer", index, new Draw((index * Attempts) + attempt, seed), new Limits(23, 1_000_000, 20_000));
            if (random.TryAdd(RandomLayers.OfKind(random.draw, random.Last.Shape, kind)))
            {
                return random.network;
            }
        }

        throw new InvalidOperationException($"No layer {kind} fits its input.");
    }

    /// <summary>A convolution or dense layer whose weights have 16 or 8 bits, and now and then an activation.</summary>
    public static NetworkDraft Stored(int index, ulong seed)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            RandomNetworks random = Start("Stored", index, new Draw((10 << 20) + (index * Attempts) + attempt, seed), new Limits(23, 1_000_000, 20_000));
            random.network = random.network with
            {
                Storage = index % 2 == 0 ? WeightStorage.BFloat16 : WeightStorage.Int8,
                AllowsWinograd = random.draw.Chance(30),
            };
            if (random.TryAdd(RandomLayers.OfKind(random.draw, random.Last.Shape, random.Last.Shape.IsVector ? "Dense" : "Conv2D"))
                && random.network.Plan(Tier.Vector512).LayerSteps.Any(s => s is FilterStep { Storage: not WeightStorage.Float32 }))
            {
                _ = random.draw.Chance(50) && random.TryAdd(NetworkDraft.Layer("ReLU"));
                return random.network;
            }
        }

        throw new InvalidOperationException("No layer has weights of fewer bits.");
    }

    /// <summary>A convolution or dense layer that computes with integers, and now and then an activation.</summary>
    public static NetworkDraft IntegerLayer(int index, ulong seed)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            RandomNetworks random = Start(
                "IntegerLayer", index, new Draw((3 << 20) + (index * Attempts) + attempt, seed), new Limits(23, 1_000_000, 20_000));
            random.network = random.network with { IsInteger = true };
            bool fits = random.TryAdd(RandomLayers.OfKind(random.draw, random.Last.Shape, random.Last.Shape.IsVector ? "Dense" : "Conv2D"));
            if (fits && random.graph!.Layers.Any(IntegerLayers.Contains))
            {
                _ = random.draw.Chance(50) && random.TryAdd(NetworkDraft.Layer("ReLU"));
                return random.network;
            }
        }

        throw new InvalidOperationException("No layer can be computed with integers.");
    }

    /// <summary>Layers that compute with integers among others, one after the other and side by side.</summary>
    public static NetworkDraft IntegerGraph(int index, ulong seed)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            RandomNetworks random = Start(
                "IntegerGraph", index, new Draw((4 << 20) + (index * Attempts) + attempt, seed), new Limits(11, 300_000, 12_000));
            random.network = random.network with { IsInteger = true };
            random.Grow(random.draw.Between(3, 8), () => random.draw.Chance(60)
                ? random.TryAdd(RandomLayers.OfKind(random.draw, random.Last.Shape, random.Last.Shape.IsVector ? "Dense" : "Conv2D"))
                : random.TryBranch());
            if (random.graph is { } graph && graph.Layers.Count(IntegerLayers.Contains) > 1)
            {
                return random.network;
            }
        }

        throw new InvalidOperationException("No two layers can be computed with integers.");
    }

    /// <summary>
    /// A convolution that the widest tier computes plane by plane, among what may be fused into it. Every other one transforms its rows, a
    /// half of those ahead of a pooling; of the rest, a third has a stride of several columns, and a third has more filters than a tile.
    /// </summary>
    public static NetworkDraft Planar(int index, ulong seed)
    {
        (bool strides, bool splits) = (index % 6 == 1, index % 6 == 3);
        (bool transforms, bool pools) = (index % 2 == 0, index % 4 == 0);
        Func<Step, bool> isWanted = transforms
            ? s => s is PlanarWinogradStep transformed && (!pools || transformed.Pools)
            : s => s is PlanarStep planar && (!strides || planar.Window.StrideWidth > 1) && (!splits || planar.FilterTiles > 1);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            var draw = new Draw((5 << 20) + (index * Attempts) + attempt, seed);
            RandomNetworks random = Start("Planar", index, draw, new Limits(40, 1_000_000, 40_000));
            int channels = draw.Chance(transforms ? 90 : 60) ? draw.Between(1, 3) : draw.Between(4, 20);
            int width = strides ? 12 * draw.Between(1, 6) : pools ? 2 * draw.Between(8, 35) : draw.Between(4, 70);
            int height = pools ? 2 * draw.Between(2, 20) : draw.Between(1, 40);
            random.network = random.network with { Layers = [NetworkDraft.Image(channels, height, width)] };
            if (!random.TryAdd(transforms
                ? RandomLayers.RowByRow(draw)
                : RandomLayers.OfKind(draw, random.Last.Shape, draw.Chance(60) ? "Conv2D" : "DepthwiseConv2D")))
            {
                continue;
            }

            _ = draw.Chance(30) && random.TryAdd(NetworkDraft.Layer("BatchNorm2D"));
            _ = draw.Chance(60) && random.TryAdd(RandomLayers.OfKind(draw, random.Last.Shape, draw.OneOf("ReLU", "PReLU", "LeakyReLU")));
            _ = !splits && draw.Chance(pools ? 100 : 60) && random.TryAdd(NetworkDraft.Layer("MaxPool2D", ("kernel", 2)));
            _ = !splits && draw.Chance(transforms ? 100 : 20) && random.TryAdd(RandomLayers.Any(draw, random.Last.Shape));
            if (random.network.Plan(Tier.Vector512).Steps.Any(isWanted))
            {
                return random.network;
            }
        }

        throw new InvalidOperationException($"No convolution of network {index} is computed plane by plane.");
    }

    /// <summary>
    /// A convolution that the widest tier computes by Winograd's algorithm, every other one over rows, and a half of those over every few
    /// rows, among what may be fused into it; every fifth one has groups. It reads a planar image, or pixels, or some of their channels.
    /// </summary>
    public static NetworkDraft Winograd(int index, ulong seed)
    {
        (bool overRows, bool strides, bool hasGroups) = (index % 2 == 1, index % 4 == 1, index % 5 == 4);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            var draw = new Draw((6 << 20) + (index * Attempts) + attempt, seed);
            RandomNetworks random = Start("Winograd", index, draw, new Limits(40, 4_000_000, 40_000));
            int groups = hasGroups ? draw.Between(2, 4) : 1;
            int channels = hasGroups ? groups * draw.Between(6, 16) : draw.Between(3, 40);
            random.network = random.network with { Layers = [NetworkDraft.Image(channels, draw.Between(1, 40), draw.Between(1, 40))] };
            _ = draw.Chance(40) && random.TryAdd(NetworkDraft.Layer("Conv2D", ("filters", channels), ("kernel", 1), ("Name", "pixels")));
            _ = !hasGroups && draw.Chance(30) && random.TryAdd(
                NetworkDraft.Layer("Conv2D", ("filters", draw.Between(6, 20)), ("kernel", 1), ("Name", "part")),
                NetworkDraft.Layer("ReLU", ("Name", "source")),
                NetworkDraft.Layer("Concat", ("names", "source"), ("names", "input"), ("Name", "all")));
            Value source = hasGroups ? random.Last : draw.OneOf(random.Values.ToArray());
            LayerSyntax convolution = hasGroups || strides
                ? RandomLayers.RowByRow(draw, groups, strides ? draw.Between(2, 4) : 1)
                : RandomLayers.OfKind(draw, source.Shape, "Conv2D");
            if (!random.TryAdd(random.From(convolution, source)))
            {
                continue;
            }

            _ = draw.Chance(30) && random.TryAdd(NetworkDraft.Layer("BatchNorm2D"));
            _ = draw.Chance(40) && random.TrySum();
            _ = draw.Chance(60) && random.TryAdd(RandomLayers.OfKind(draw, random.Last.Shape, draw.OneOf("ReLU", "PReLU", "LeakyReLU")));
            if (random.network.Plan(Tier.Vector512).Steps.OfType<WinogradStep>().Any(
                s => s.Transform.OverRows == overRows && s.Transform.Stride > 1 == strides && (!hasGroups || s.FirstFilter > 0)))
            {
                return random.network;
            }
        }

        throw new InvalidOperationException($"No convolution of network {index} is computed by Winograd's algorithm.");
    }

    /// <summary>
    /// Layers that hand large maps on a strip of rows at a time, of all the numbers of rows, channels and threads that do not divide
    /// evenly. Of six, one is three layers or more, one adds another result, and two end with a pooling, one of them after bands of
    /// rows, or now and then rows of tiles, that Winograd's algorithm computes.
    /// </summary>
    public static NetworkDraft Strips(int index, ulong seed)
    {
        (bool isLong, bool adds, bool pools, bool hasBands) = (index % 6 == 0, index % 6 == 1, index % 6 is 2 or 3, index % 6 == 3);
        bool hasTiles = index % 12 == 9;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            var draw = new Draw((7 << 20) + (index * Attempts) + attempt, seed);
            RandomNetworks random = Start("Strips", index, draw, new Limits(40, hasTiles ? 120_000_000 : 40_000_000, 4_000_000));
            int channels = hasTiles ? draw.Between(24, 33) : draw.Between(24, 70);
            int height = draw.Between(14, 40);
            int width = (PlanSizes.Default.StripMap / (channels * height)) + draw.Between(1, 40);
            int inputs = draw.Between(1, 3);
            int stride = hasBands && !hasTiles ? draw.Between(1, 2) : 1;
            random.network = random.network with { Layers = [NetworkDraft.Image(inputs, stride * height, width)] };
            int kernel = hasTiles ? 3 : hasBands ? draw.Between(stride + 2, 5) : draw.Between(1, 3);
            _ = hasTiles && random.TryAdd(NetworkDraft.Layer("Conv2D", ("filters", channels), ("kernel", 1)));
            _ = random.TryAdd(NetworkDraft.Layer(
                "Conv2D",
                ("filters", channels),
                ("kernelHeight", kernel),
                ("kernelWidth", hasBands ? 3 : kernel),
                ("StrideHeight", stride),
                adds ? ("SamePadding", true) : ("Padding", draw.Between(0, hasBands ? 1 : kernel - 1))));
            _ = draw.Chance(30) && random.TryAdd(NetworkDraft.Layer("BatchNorm2D"));
            _ = draw.Chance(60) && random.TryAdd(RandomLayers.OfKind(draw, random.Last.Shape, draw.OneOf("ReLU", "PReLU", "LeakyReLU")));
            for (int i = draw.Chance(20) ? 2 : 1; i > 0; i--)
            {
                _ = random.TryAdd(adds
                    ? NetworkDraft.Layer("DepthwiseConv2D", ("kernel", draw.Between(1, 5)), ("SamePadding", true))
                    : RandomLayers.OfKind(draw, random.Last.Shape, pools ? draw.OneOf("MaxPool2D", "AvgPool2D") : "DepthwiseConv2D"));
                _ = draw.Chance(50) && random.TryAdd(NetworkDraft.Layer("ReLU"));
            }

            _ = draw.Chance(isLong || adds ? 100 : pools ? 20 : 60) && random.TryAdd(
                NetworkDraft.Layer("Conv2D", ("filters", adds ? inputs : draw.Between(1, 4)), ("kernel", 1)));
            _ = adds && random.TryAdd(NetworkDraft.Layer("Add", ("names", "input")));
            _ = random.Last.Shape.Length > 40_000 && random.TryAdd(NetworkDraft.Layer("AvgPool2D", ("kernel", 5)));
            if (random.graph is not null && random.network.Plan(Tier.Vector512).Steps.OfType<StripStep>().Any(s =>
                (!isLong || s.Steps.Count > 2) && (!adds || s.MoreInputs.Count > 0)
                && pools == s.Steps.Any(p => p is PoolStep) && hasBands == s.Steps[0] is WinogradStep
                && hasTiles == s.Steps[0] is WinogradStep { Transform.OverRows: false }))
            {
                return random.network;
            }
        }

        throw new InvalidOperationException($"No layers of network {index} are computed in strips.");
    }

    /// <summary>
    /// Convolutions, depthwise layers, poolings and residual blocks in a row, on maps up to 300 × 300; most with the sizes that a user's
    /// network is planned with.
    /// </summary>
    public static NetworkDraft Maps(int index, ulong seed)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            var draw = new Draw((9 << 20) + (index * Attempts) + attempt, seed);
            RandomNetworks random = Start("Maps", index, draw, new Limits(40, 60_000_000, 8_000_000));
            int[] sides = [draw.Between(3, 300), draw.Between(3, 300)];
            random.network = random.network with
            {
                Layers = [NetworkDraft.Image(draw.OneOf(1, 3, 3, 8, 16, 24, 33), sides[0], sides[1])],
                Sizes = draw.Chance(70) ? PlanSizes.Default : random.network.Sizes,
            };
            random.Grow(draw.Between(3, 9), () => random.TryMapLayer());
            if (random.graph is { Layers.Count: > 2 })
            {
                return random.network;
            }
        }

        throw new InvalidOperationException($"No chain {index} fits its limits.");
    }

    private bool TryMapLayer()
    {
        Shape shape = Last.Shape;
        bool same = draw.Chance(70);
        return draw.Weighted<Func<bool>>(
        [
            (25, () => TryAdd(NetworkDraft.Layer("Conv2D", ("filters", draw.Between(1, 48)), ("kernel", 1)))),
            (15, () => TryAdd(NetworkDraft.Layer("Conv2D", ("filters", draw.Between(1, 48)), ("kernel", draw.OneOf(2, 3, 3, 5)), same ? ("SamePadding", true) : ("Stride", draw.Between(1, 3))))),
            (25, () => TryAdd(NetworkDraft.Layer("DepthwiseConv2D", ("kernel", draw.OneOf(2, 3, 3, 5)), same ? ("SamePadding", true) : ("Stride", draw.Between(1, 2))))),
            (15, () => TryAdd(RandomLayers.OfKind(draw, shape, draw.OneOf("MaxPool2D", "AvgPool2D")))),
            (5, () => TryAdd(RandomLayers.OfKind(draw, shape, draw.OneOf("Conv2D", "DepthwiseConv2D")))),
            (10, TryResidual),
            (15, () => TryAdd(RandomLayers.OfKind(draw, shape, draw.OneOf("ReLU", "ReLU6", "PReLU", "BatchNorm2D", "SiLU")))),
        ])();
    }

    /// <summary>Some layers in a row.</summary>
    public static NetworkDraft Chain(int index, ulong seed)
    {
        RandomNetworks random = Start("Chain", index, new Draw((1 << 20) + index, seed), new Limits(15, 400_000, 12_000));
        random.Grow(random.draw.Between(2, 7), () => random.TryAdd(random.Named(RandomLayers.Any(random.draw, random.Last.Shape))));
        return random.network;
    }

    /// <summary>Layers that take any layer above them, in any pattern.</summary>
    public static NetworkDraft Graph(int index, ulong seed)
    {
        RandomNetworks random = Start("Graph", index, new Draw((2 << 20) + index, seed), new Limits(11, 300_000, 12_000));
        random.Grow(random.draw.Between(3, 10), random.TryBranch);
        if (random.draw.Chance(15))
        {
            random.TryAdd(NetworkDraft.Layer("Output", ("name", random.draw.OneOf(random.Values.Skip(1).ToArray()).Name)));
        }

        return random.network;
    }

    private static RandomNetworks Start(string name, int index, Draw draw, Limits limits)
    {
        // The widest kernels are to run on every machine, also where they are not what it would choose.
        SimdTiers simd = draw.Weighted<SimdTiers>(
        [
            (70, SimdTiers.All), (20, SimdTiers.Vector512), (4, SimdTiers.Vector256), (3, SimdTiers.Vector128),
            (3, SimdTiers.Vector256 | SimdTiers.Vector128),
        ]);
        name = string.Create(CultureInfo.InvariantCulture, $"{name}{index:000}");
        return new RandomNetworks(draw, new NetworkDraft(name, simd, [RandomLayers.Input(draw, limits.Size)], []) { Sizes = RandomSizes.Of(draw) }, limits);
    }

    /// <summary>
    /// Two or three inputs of one height and width, or vectors, which meet in one layer, as they are or after layers of their own. Any
    /// layer after that may take any of them.
    /// </summary>
    public static NetworkDraft Inputs(int index, ulong seed)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            var draw = new Draw((11 << 20) + (index * Attempts) + attempt, seed);
            RandomNetworks random = Start("Inputs", index, draw, new Limits(11, 400_000, 12_000));
            Shape first = random.InputShape;
            bool adds = draw.Chance(30);
            string[] names = draw.Chance(30) ? ["left", "middle", "right"] : ["left", "right"];
            random.network = random.network with
            {
                Layers = [.. names.Select((n, i) => NetworkDraft.Image(n, adds || i == 0 ? first : first with { Channels = draw.Between(1, 20) }))],
            };
            var layers = new List<LayerSyntax>();
            var meeting = new List<(string, object)>();
            foreach (string name in names)
            {
                string source = name;
                if (draw.Chance(40))
                {
                    source = name + "Layer";
                    layers.Add(first.IsVector || adds || draw.Chance(30)
                        ? NetworkDraft.Layer("Sigmoid", ("From", name), ("Name", source))
                        : NetworkDraft.Layer("Conv2D", ("filters", draw.Between(1, 20)), ("kernel", draw.OneOf(1, 3)), ("SamePadding", true), ("From", name), ("Name", source)));
                }

                meeting.Add(("names", source));
            }

            if (!adds && !first.IsVector && draw.Chance(40))
            {
                // Rows or columns are joined where the channels are the same.
                random.network = random.network with { Layers = [.. names.Select(n => NetworkDraft.Image(n, first with { Width = draw.Between(1, 9) }))] };
                meeting = [.. names.Select(n => ("names", (object)n)), ("Axis", (int)ImageAxes.Width)];
                layers.Clear();
            }

            if (random.TryAdd([.. layers, NetworkDraft.Layer(adds ? "Add" : "Concat", meeting)]))
            {
                int most = layers.Count + draw.Between(2, 6);
                random.Grow(most, random.TryBranch);
                return random.network;
            }
        }

        throw new InvalidOperationException($"No inputs of network {index} fit together.");
    }

    /// <summary>The network's inputs and the result of every layer.</summary>
    private IEnumerable<Value> Values => graph is null
        ? [new Value("input", InputShape)]
        : graph.Inputs.Select(i => new Value(i.Name, i.Shape)).Concat(graph.Layers.Select(l => new Value(l.Name, l.Output)));

    private Shape InputShape
    {
        get
        {
            int[] sizes = [.. network.Layers[0].Arguments.Select(a => (int)a.Value!)];
            return sizes.Length == 1 ? Shape.Vector(sizes[0]) : Shape.Image(sizes[0], sizes[1], sizes[2]);
        }
    }

    private Value Last => Values.Last();

    private void Grow(int layers, Func<bool> add)
    {
        int attempts = 0;
        while ((graph is null || graph.Layers.Count < layers) && attempts++ < Attempts)
        {
            add();
        }
    }

    private bool TryAdd(params IReadOnlyList<LayerSyntax> layers) => TryGrow(network.Add(layers));

    /// <summary>Takes a larger network in place of the present one, if it is one and keeps within the limits.</summary>
    private bool TryGrow(NetworkDraft larger)
    {
        Graph? candidate = larger.Graph();
        if (candidate is null
            || candidate.MultiplyAddCount > limits.MultiplyAdds
            || candidate.Layers.Sum(l => (long)l.Output.Length) > limits.Activations)
        {
            return false;
        }

        network = larger;
        graph = candidate;
        return true;
    }

    /// <summary>Now and then a name of its own, with a path or without.</summary>
    private LayerSyntax Named(LayerSyntax layer) => draw.Chance(80)
        ? layer
        : With(layer, "Name", draw.OneOf($"own{network.Layers.Count}", $"path.{network.Layers.Count}", $"a-{network.Layers.Count}.b_c"));

    private static LayerSyntax With(LayerSyntax layer, string name, object value) => layer with
    {
        Arguments = EquatableArray.ToEquatableArray(layer.Arguments.Append(new LayerArgument(name, value, default))),
    };

    private Value[] Images => [.. Values.Where(v => !v.Shape.IsVector)];

    private bool TryBranch() => draw.Weighted<Func<bool>>(
    [
        (45, TryUnary), (15, TrySum), (15, TryConcat), (5, TryResidual), (5, TrySqueezeAndExcite), (5, TrySplitAndShuffle), (10, TryBlock), (5, TryAttention), (5, TryMatMul), (4, TryParameter), (5, TryMultiheadAttention),
    ])();

    private bool TryUnary()
    {
        Value source = Source();
        return TryAdd(Named(From(RandomLayers.Any(draw, source.Shape), source)));
    }

    /// <summary>A layer that takes a certain value: by its name, unless it is the last.</summary>
    private LayerSyntax From(LayerSyntax layer, Value source) => source == Last ? layer : With(layer, "From", source.Name);

    /// <summary>Any value; the last more often than the others.</summary>
    private Value Source() => draw.Chance(40) ? Last : draw.OneOf(Values.ToArray());

    /// <summary>
    /// Attention among the pixels of one value, or from those of one to another's: of values as they are, or of products that stand next to
    /// each other in one map; with a mask where pixels are rows and columns of a map that is there.
    /// </summary>
    private bool TryAttention()
    {
        Value[] images = Images;
        if (images.Length == 0)
        {
            return false;
        }

        (Value from, Value to) = (draw.OneOf(images), draw.OneOf(images));
        int heads = draw.OneOf(1, 1, 2, 3, 5);
        int width = heads * draw.OneOf(1, 2, 3, 4, 5, 8, 9, 16, 17);
        int valueWidth = draw.Chance(60) ? width : heads * draw.Between(1, 19);
        string prefix = $"attention.{network.Layers.Count}.";
        List<LayerSyntax> layers = [];
        (string query, string key, string value) = (prefix + "q", prefix + "k", prefix + "v");
        string? mask = null;
        switch (draw.Between(1, 4))
        {
            case 1 when from.Shape.Channels % heads == 0:
                (query, key, value) = (from.Name, from.Name, from.Name);
                break;
            case 2:
                layers.Add(NetworkDraft.Layer("Conv2D", ("filters", (2 * width) + valueWidth), ("kernel", 1), ("Name", prefix + "qkv"), ("From", from.Name)));
                layers.Add(Part(query, 0, width));
                layers.Add(Part(key, width, width));
                layers.Add(Part(value, 2 * width, valueWidth));
                break;
            case 3 when from.Shape.Height * from.Shape.Width > 1:
                // Rows look at columns.
                mask = prefix + "mask";
                layers.Add(NetworkDraft.Layer("Conv2D", ("filters", draw.OneOf(1, heads)), ("kernel", 1), ("Name", mask), ("From", from.Name)));
                layers.Add(NetworkDraft.Layer("AvgPool2D", ("kernelHeight", 1), ("kernelWidth", from.Shape.Width), ("Name", prefix + "rows"), ("From", from.Name)));
                layers.Add(NetworkDraft.Layer("AvgPool2D", ("kernelHeight", from.Shape.Height), ("kernelWidth", 1), ("Name", prefix + "columns"), ("From", from.Name)));
                layers.AddRange(Products(prefix + "rows", prefix + "columns"));
                break;
            default:
                layers.AddRange(Products(from.Name, to.Name));
                break;
        }

        string[] names = mask is null ? [query, key, value] : [query, key, value, mask];
        return TryAdd([.. layers, Attention(draw, heads, names)]);

        LayerSyntax Part(string name, int start, int count) =>
            NetworkDraft.Layer("Slice", ("start", start), ("count", count), ("Name", name), ("From", prefix + "qkv"));

        IEnumerable<LayerSyntax> Products(string queries, string keys) =>
        [
            NetworkDraft.Layer("Conv2D", ("filters", width), ("kernel", 1), ("Name", query), ("From", queries)),
            NetworkDraft.Layer("Conv2D", ("filters", width), ("kernel", 1), ("Name", key), ("From", keys)),
            NetworkDraft.Layer("Conv2D", ("filters", valueWidth), ("kernel", 1), ("Name", value), ("From", keys)),
        ];
    }

    /// <summary>Attention with its products, of a value to itself, to another's tokens, or with values of a third.</summary>
    private bool TryMultiheadAttention()
    {
        Value[] images = Images;
        if (images.Length == 0)
        {
            return false;
        }

        (Value query, Value key) = (draw.OneOf(images), draw.OneOf(images));
        Value[] fitting = [.. images.Where(v => (v.Shape.Height, v.Shape.Width) == (key.Shape.Height, key.Shape.Width))];
        List<(string, object)> arguments = [("heads", draw.DivisorOf(query.Shape.Channels)), ("From", query.Name)];
        bool isCross = draw.Chance(50);
        if (isCross)
        {
            arguments.Add(("Key", key.Name));
            if (draw.Chance(40))
            {
                arguments.Add(("Value", draw.OneOf(fitting).Name));
            }
        }

        List<LayerSyntax> layers = [];
        long scores = (long)query.Shape.Pixels * (isCross ? key : query).Shape.Pixels;
        if (scores <= 10_000 && draw.Chance(30))
        {
            string mask = $"mask.{network.Layers.Count}";
            layers.Add(NetworkDraft.Layer(
                "Parameter", ("channels", draw.OneOf(1, (int)arguments[0].Item2)), ("height", query.Shape.Pixels), ("width", (isCross ? key : query).Shape.Pixels), ("Name", mask)));
            arguments.Add(("Mask", mask));
        }

        foreach ((string flag, bool value) in new[] { ("IsCausal", true), ("Bias", false) })
        {
            if (draw.Chance(20))
            {
                arguments.Add((flag, value));
            }
        }

        return TryAdd([.. layers, NetworkDraft.Layer("MultiheadAttention", arguments)]);
    }

    /// <summary>A learned tensor, added to a value of its shape, or joined with it, or as a mask of attention.</summary>
    private bool TryParameter()
    {
        Value value = Source();
        Shape shape = value.Shape;
        string name = $"learned.{network.Layers.Count}";
        if (!shape.IsVector && shape.Pixels * shape.Pixels <= 10_000 && draw.Chance(40))
        {
            int heads = draw.OneOf([.. Enumerable.Range(1, shape.Channels).Where(h => shape.Channels % h == 0)]);
            int pixels = shape.Pixels;
            return TryAdd(
            [
                NetworkDraft.Layer("Parameter", ("channels", draw.OneOf(1, heads)), ("height", pixels), ("width", pixels), ("Name", name)),
                Attention(draw, heads, [value.Name, value.Name, value.Name, name]),
            ]);
        }

        bool joins = draw.Chance(50);
        int channels = joins ? draw.Between(1, 19) : shape.Channels;
        LayerSyntax parameter = shape.IsVector
            ? NetworkDraft.Layer("Parameter", ("features", channels), ("Name", name))
            : NetworkDraft.Layer("Parameter", ("channels", channels), ("height", shape.Height), ("width", shape.Width), ("Name", name));
        return TryAdd([parameter, NetworkDraft.Layer(joins ? "Concat" : "Add", ("names", value.Name), ("names", name))]);
    }

    /// <summary>A product of two images whose rows or columns fit, or of one of them with itself, or with some of its channels.</summary>
    private bool TryMatMul()
    {
        Value[] images = Images;
        if (images.Length == 0)
        {
            return false;
        }

        Value first = draw.OneOf(images);
        (bool transposeA, bool transposeB) = (draw.Chance(50), draw.Chance(50));
        int terms = transposeA ? first.Shape.Height : first.Shape.Width;
        Value[] fitting = [.. images.Where(v => (transposeB ? v.Shape.Width : v.Shape.Height) == terms)];
        if (fitting.Length == 0)
        {
            return false;
        }

        Value second = draw.OneOf(fitting);
        List<LayerSyntax> layers = [];
        string[] names = [first.Name, second.Name];
        if (second.Shape.Channels != first.Shape.Channels || draw.Chance(30))
        {
            string one = $"one.{network.Layers.Count}";
            int which = draw.Between(0, 1);
            layers.Add(NetworkDraft.Layer(
                "Slice", ("start", draw.Between(0, (which == 0 ? first : second).Shape.Channels - 1)), ("count", 1), ("Name", one), ("From", names[which])));
            names[which] = one;
        }

        List<(string, object)> arguments = [.. names.Select(n => ("names", (object)n))];
        if (transposeA)
        {
            arguments.Add(("TransposeA", true));
        }

        if (transposeB)
        {
            arguments.Add(("TransposeB", true));
        }

        return TryAdd([.. layers, NetworkDraft.Layer("MatMul", arguments)]);
    }

    private static LayerSyntax Attention(Draw draw, int heads, string[] names)
    {
        List<(string, object)> arguments = [.. names.Select(n => ("names", (object)n))];
        if (heads > 1 || draw.Chance(20))
        {
            arguments.Add(("Heads", heads));
        }

        if (draw.Chance(30))
        {
            arguments.Add(("IsCausal", true));
        }

        if (draw.Chance(30))
        {
            arguments.Add(("Scale", draw.OneOf(0.5, 1.0, -0.75)));
        }

        return NetworkDraft.Layer("ScaledDotProductAttention", arguments);
    }

    private bool TrySum()
    {
        Value first = Source();
        string kind = draw.OneOf("Add", "Add", "Multiply");
        return TryCombine(kind, first, [.. Values.Where(v => v.Shape == first.Shape || (kind == "Multiply" && StandsForAll(v.Shape, first.Shape)))]);
    }

    private static bool StandsForAll(Shape one, Shape many) => !many.IsVector && one == Shape.Image(many.Channels, 1, 1);

    private bool TryConcat()
    {
        Value first = Source();
        return TryCombine("Concat", first, [.. Values.Where(v => v.Shape with { Channels = 0 } == first.Shape with { Channels = 0 })]);
    }

    /// <summary>Any of the others, in any order, and some of them twice.</summary>
    private bool TryCombine(string kind, Value first, Value[] others)
    {
        List<Value> values = [first, .. Enumerable.Range(0, draw.Between(1, 3)).Select(_ => draw.OneOf(others))];
        if (draw.Chance(50))
        {
            values.Reverse();
        }

        // A single name is combined with the layer above.
        bool single = values.Count == 2 && values[0] == Last && draw.Chance(50);
        return TryAdd(Named(NetworkDraft.Layer(kind, values.Skip(single ? 1 : 0).Select(v => ("names", (object)v.Name)))));
    }

    private bool TryResidual()
    {
        Value source = Last;
        return !source.Shape.IsVector && TryAdd(
        [
            NetworkDraft.Layer("Conv2D", ("filters", draw.Between(1, 20)), ("kernel", draw.OneOf(1, 3)), ("SamePadding", true)),
            NetworkDraft.Layer(draw.OneOf("BatchNorm2D", "ReLU", "Sigmoid")),
            NetworkDraft.Layer("Conv2D", ("filters", source.Shape.Channels), ("kernel", draw.OneOf(1, 3)), ("SamePadding", true)),
            .. draw.Chance(50) ? [NetworkDraft.Layer("BatchNorm2D")] : (LayerSyntax[])[],
            NetworkDraft.Layer("Add", ("names", source.Name)),
            .. draw.Chance(50) ? [NetworkDraft.Layer("ReLU")] : (LayerSyntax[])[],
        ]);
    }

    private bool TrySqueezeAndExcite()
    {
        Value source = Last;
        return !source.Shape.IsVector && TryAdd(
            NetworkDraft.Layer("GlobalAvgPool2D"),
            NetworkDraft.Layer("Conv2D", ("filters", draw.Between(1, 8)), ("kernel", 1)),
            NetworkDraft.Layer("ReLU"),
            NetworkDraft.Layer("Conv2D", ("filters", source.Shape.Channels), ("kernel", 1)),
            NetworkDraft.Layer(draw.OneOf("Sigmoid", "HardSigmoid")),
            NetworkDraft.Layer("Multiply", ("names", source.Name)));
    }

    private bool TrySplitAndShuffle()
    {
        Value source = Last;
        int half = source.Shape.Channels / 2;
        string left = $"left{network.Layers.Count}";
        string right = $"right{network.Layers.Count}";
        return !source.Shape.IsVector && half > 0 && TryAdd(
            NetworkDraft.Layer("Slice", ("start", 0), ("count", half), ("Name", left)),
            NetworkDraft.Layer("Slice", ("start", half), ("count", half), ("From", source.Name)),
            NetworkDraft.Layer("Conv2D", ("filters", half), ("kernel", draw.OneOf(1, 3)), ("SamePadding", true), ("Name", right)),
            NetworkDraft.Layer("Concat", ("names", left), ("names", right)),
            NetworkDraft.Layer("ChannelShuffle", ("groups", 2)));
    }

    private bool TryBlock() => uses.Count > 0 && draw.Chance(30) ? TryUseAgain() : TryNewBlock();

    /// <summary>An earlier block once more, with the same numbers.</summary>
    private bool TryUseAgain()
    {
        Value source = Source();
        return TryAdd(Named(From(draw.OneOf(uses), source)));
    }

    /// <summary>
    /// A block of some layers that fit, with parameters in place of some of their numbers. Inside, what came in may be taken up once
    /// more, and an earlier block may be used.
    /// </summary>
    private bool TryNewBlock()
    {
        Value source = Source();
        var body = new RandomNetworks(draw, network with { Layers = [InputOf(source.Shape)] }, limits);
        body.Grow(draw.Between(1, 4), () => uses.Count > 0 && draw.Chance(25)
            ? body.TryAdd(draw.OneOf(uses))
            : body.TryAdd(RandomLayers.Any(draw, body.Last.Shape)));
        if (body.Last.Shape == source.Shape)
        {
            body.TryAdd(NetworkDraft.Layer("Add", ("names", "input")));
        }

        var arguments = new List<int>();
        LayerSyntax[] layers = [.. body.network.Layers.Skip(1).Select(l => WithParams(l, arguments))];
        string name = string.Create(CultureInfo.InvariantCulture, $"Block{network.Blocks.Count}");
        var block = new BlockSyntax($"global::{network.Namespace}.{name}", name, IsBlock: true, EquatableArray.ToEquatableArray(layers));
        LayerSyntax use = NetworkDraft.Layer("Use", arguments.Select(a => ("arguments", (object)a))) with { Block = block.Id };
        LayerSyntax placed = Named(From(use, source));
        NetworkDraft larger = network with { Blocks = network.Blocks.Add(block) };
        bool fits = (draw.Chance(50) && TryGrow(larger.Add(With(placed, "Repeat", draw.Between(1, 3))))) || TryGrow(larger.Add(placed));
        if (fits)
        {
            uses.Add(use);
        }

        return fits;
    }

    private static LayerSyntax InputOf(Shape shape) => shape.IsVector
        ? NetworkDraft.Vector(shape.Channels)
        : NetworkDraft.Image(shape.Channels, shape.Height, shape.Width);

    private LayerSyntax WithParams(LayerSyntax layer, List<int> arguments) => layer with
    {
        Arguments = EquatableArray.ToEquatableArray(layer.Arguments.Select(a => a switch
        {
            { Name: not "Mode", Value: int value } when arguments.Count < 8 && draw.Chance(40) => a with { Value = Abstract(value, arguments) },
            { Name: "names", Value: "input" } => a with { Value = Block.Input },
            _ => a,
        })),
    };

    /// <summary>The parameter that stands for a number, which the use is to give.</summary>
    private static int Abstract(int value, List<int> arguments)
    {
        arguments.Add(value);
        return Param.A + (1_000_000 * (arguments.Count - 1));
    }
}
