extern alias generator;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace NetGen.Tests.Parity;

using LayerSyntax = generator::NetGen.Generator.Parsing.LayerSyntax;
using Shape = generator::NetGen.Generator.Graphs.Shape;

/// <summary>Networks as they are published, at any size of the image, with a classifier of a hundred classes.</summary>
internal sealed class WholeNetworks
{
    private const int Classes = 100;

    private readonly List<LayerSyntax> layers = [];
    private readonly string name;
    private string last = "input";

    private WholeNetworks(string name, int height, int width)
    {
        this.name = string.Create(CultureInfo.InvariantCulture, $"{name}At{height}x{width}");
        layers.Add(NetworkDraft.Image(3, height, width));
    }

    /// <summary>The networks, by their names.</summary>
    public static IReadOnlyList<(string Name, Func<int, int, NetworkDraft> At)> All { get; } =
    [
        (nameof(MobileNetV1), MobileNetV1),
        (nameof(MobileNetV2), MobileNetV2),
        (nameof(MobileNetV3Large), MobileNetV3Large),
        (nameof(EfficientNetB0), EfficientNetB0),
        (nameof(ShuffleNetV2), ShuffleNetV2),
        (nameof(RegNetY400), RegNetY400),
        (nameof(SqueezeNet), SqueezeNet),
        (nameof(ResNet18), ResNet18),
        (nameof(UNet), UNet),
        (nameof(Fpn), Fpn),
    ];

    /// <summary>Howard and others, 2017.</summary>
    private static NetworkDraft MobileNetV1(int height, int width)
    {
        WholeNetworks net = new WholeNetworks(nameof(MobileNetV1), height, width).Conv(32, 3, 2, "ReLU");
        foreach ((int filters, int stride) in new[]
        {
            (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
        })
        {
            net.Depthwise(3, stride, "ReLU").Conv(filters, 1, 1, "ReLU");
        }

        return net.Classify();
    }

    /// <summary>Sandler and others, 2018.</summary>
    private static NetworkDraft MobileNetV2(int height, int width)
    {
        WholeNetworks net = new WholeNetworks(nameof(MobileNetV2), height, width).Conv(32, 3, 2, "ReLU6");
        foreach ((int expansion, int filters, int repeats, int stride) in new[]
        {
            (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
        })
        {
            for (int i = 0; i < repeats; i++)
            {
                net.InvertedResidual(expansion * net.Channels, filters, 3, i == 0 ? stride : 1, "ReLU6");
            }
        }

        return net.Conv(1280, 1, 1, "ReLU6").Classify();
    }

    /// <summary>Howard and others, 2019.</summary>
    private static NetworkDraft MobileNetV3Large(int height, int width)
    {
        WholeNetworks net = new WholeNetworks(nameof(MobileNetV3Large), height, width).Conv(16, 3, 2, "HardSwish");
        foreach ((int kernel, int expanded, int filters, bool squeezes, string activation, int stride) in new[]
        {
            (3, 16, 16, false, "ReLU", 1), (3, 64, 24, false, "ReLU", 2), (3, 72, 24, false, "ReLU", 1), (5, 72, 40, true, "ReLU", 2),
            (5, 120, 40, true, "ReLU", 1), (5, 120, 40, true, "ReLU", 1), (3, 240, 80, false, "HardSwish", 2), (3, 200, 80, false, "HardSwish", 1),
            (3, 184, 80, false, "HardSwish", 1), (3, 184, 80, false, "HardSwish", 1), (3, 480, 112, true, "HardSwish", 1),
            (3, 672, 112, true, "HardSwish", 1), (5, 672, 160, true, "HardSwish", 2), (5, 960, 160, true, "HardSwish", 1), (5, 960, 160, true, "HardSwish", 1),
        })
        {
            net.InvertedResidual(expanded, filters, kernel, stride, activation, squeezes ? expanded / 4 / 8 * 8 : 0, "ReLU", "HardSigmoid");
        }

        return net.Conv(960, 1, 1, "HardSwish").Classify();
    }

    /// <summary>Tan and Le, 2019.</summary>
    private static NetworkDraft EfficientNetB0(int height, int width)
    {
        WholeNetworks net = new WholeNetworks(nameof(EfficientNetB0), height, width).Conv(32, 3, 2, "SiLU");
        foreach ((int expansion, int kernel, int filters, int repeats, int stride) in new[]
        {
            (1, 3, 16, 1, 1), (6, 3, 24, 2, 2), (6, 5, 40, 2, 2), (6, 3, 80, 3, 2), (6, 5, 112, 3, 1), (6, 5, 192, 4, 2), (6, 3, 320, 1, 1),
        })
        {
            for (int i = 0; i < repeats; i++)
            {
                int channels = net.Channels;
                net.InvertedResidual(expansion * channels, filters, kernel, i == 0 ? stride : 1, "SiLU", channels / 4, "SiLU", "Sigmoid");
            }
        }

        return net.Conv(1280, 1, 1, "SiLU").Classify();
    }

    /// <summary>Ma and others, 2018; width 1.</summary>
    private static NetworkDraft ShuffleNetV2(int height, int width)
    {
        WholeNetworks net = new WholeNetworks(nameof(ShuffleNetV2), height, width).Conv(24, 3, 2, "ReLU").Add("MaxPool2D", ("kernel", 3), ("Stride", 2), ("Padding", 1));
        foreach ((int filters, int repeats) in new[] { (116, 4), (232, 8), (464, 4) })
        {
            int half = filters / 2;
            string source = net.last;
            string left = net.Depthwise(3, 2, "").Conv(half, 1, 1, "ReLU").last;
            string right = net.From(source).Conv(half, 1, 1, "ReLU").Depthwise(3, 2, "").Conv(half, 1, 1, "ReLU").last;
            net.Add("Concat", ("names", left), ("names", right)).Add("ChannelShuffle", ("groups", 2));
            for (int i = 1; i < repeats; i++)
            {
                source = net.last;
                left = net.Add("Slice", ("start", 0), ("count", half)).last;
                right = net.From(source).Add("Slice", ("start", half), ("count", half)).Conv(half, 1, 1, "ReLU").Depthwise(3, 1, "").Conv(half, 1, 1, "ReLU").last;
                net.Add("Concat", ("names", left), ("names", right)).Add("ChannelShuffle", ("groups", 2));
            }
        }

        return net.Conv(1024, 1, 1, "ReLU").Classify();
    }

    /// <summary>Radosavovic and others, 2020; 400 MF.</summary>
    private static NetworkDraft RegNetY400(int height, int width)
    {
        WholeNetworks net = new WholeNetworks(nameof(RegNetY400), height, width).Conv(32, 3, 2, "ReLU");
        foreach ((int filters, int repeats) in new[] { (48, 1), (104, 3), (208, 6), (440, 6) })
        {
            for (int i = 0; i < repeats; i++)
            {
                int squeezed = net.Channels / 4;
                string source = net.last;
                string shortcut = i == 0 ? net.Conv(filters, 1, 2, "").last : source;
                net.From(source).Conv(filters, 1, 1, "ReLU").Conv(filters, 3, i == 0 ? 2 : 1, "ReLU", filters / 8)
                    .SqueezeAndExcite(squeezed, "ReLU", "Sigmoid").Conv(filters, 1, 1, "").Add("Add", ("names", shortcut)).Add("ReLU");
            }
        }

        return net.Classify();
    }

    /// <summary>Iandola and others, 2016; 1.1.</summary>
    private static NetworkDraft SqueezeNet(int height, int width)
    {
        WholeNetworks net = new WholeNetworks(nameof(SqueezeNet), height, width).Plain(64, 3, 0, 2).Pool();
        foreach ((int squeezed, int filters, bool pools) in new[]
        {
            (16, 64, false), (16, 64, true), (32, 128, false), (32, 128, true), (48, 192, false), (48, 192, false), (64, 256, false), (64, 256, false),
        })
        {
            string squeeze = net.Plain(squeezed, 1, 0).last;
            string narrow = net.Plain(filters, 1, 0).last;
            string wide = net.From(squeeze).Plain(filters, 3, 1).last;
            net.Add("Concat", ("names", narrow), ("names", wide));
            _ = pools ? net.Pool() : net;
        }

        return net.Plain(Classes, 1, 0).Add("GlobalAvgPool2D").Add("Flatten").Draft;
    }

    /// <summary>He and others, 2015.</summary>
    private static NetworkDraft ResNet18(int height, int width)
    {
        WholeNetworks net = new WholeNetworks(nameof(ResNet18), height, width);
        _ = net.ResNetStages();
        return net.Classify();
    }

    /// <summary>Ronneberger and others, 2015, a quarter as wide and with padding; where a size is odd, what comes up is padded.</summary>
    private static NetworkDraft UNet(int height, int width)
    {
        var net = new WholeNetworks(nameof(UNet), height, width);
        var skips = new Stack<(string Name, Shape Shape, int Filters)>();
        foreach (int filters in new[] { 16, 32, 64, 128 })
        {
            net.Plain(filters, 3, 1).Plain(filters, 3, 1);
            skips.Push((net.last, net.Shape, filters));
            net.Add("MaxPool2D", ("kernel", 2));
        }

        net.Plain(256, 3, 1).Plain(256, 3, 1);
        while (skips.TryPop(out (string Name, Shape Shape, int Filters) skip))
        {
            net.Add("ConvTranspose2D", ("filters", skip.Filters), ("kernel", 2), ("Stride", 2));
            (int bottom, int right) = (skip.Shape.Height - net.Shape.Height, skip.Shape.Width - net.Shape.Width);
            _ = bottom + right > 0 ? net.Add("ZeroPad2D", ("left", 0), ("right", right), ("top", 0), ("bottom", bottom)) : net;
            net.Add("Concat", ("names", skip.Name), ("names", net.last)).Plain(skip.Filters, 3, 1).Plain(skip.Filters, 3, 1);
        }

        return net.Add("Conv2D", ("filters", 2), ("kernel", 1)).Add("Sigmoid").Draft;
    }

    /// <summary>Lin and others, 2017, on ResNet-18; 64 filters, and four outputs. Of an odd size, what comes up is a row or column less.</summary>
    private static NetworkDraft Fpn(int height, int width)
    {
        var net = new WholeNetworks(nameof(Fpn), height, width);
        string[] stages = [.. net.ResNetStages()];
        string top = net.Add("Conv2D", ("filters", 64), ("kernel", 1)).last;
        var maps = new List<string> { top };
        foreach (string stage in stages.Reverse().Skip(1))
        {
            Shape shape = net.From(stage).Shape;
            net.From(top).Add("Upsample2D", ("scale", 2));
            (int rows, int columns) = (net.Shape.Height - shape.Height, net.Shape.Width - shape.Width);
            string up = rows + columns > 0
                ? net.Add("AvgPool2D", ("kernelHeight", rows + 1), ("kernelWidth", columns + 1), ("Stride", 1)).last
                : net.last;
            top = net.From(stage).Add("Conv2D", ("filters", 64), ("kernel", 1)).Add("Add", ("names", up)).last;
            maps.Add(top);
        }

        foreach (string map in maps)
        {
            net.From(map).Add("Conv2D", ("filters", 64), ("kernel", 3), ("Padding", 1));
        }

        return net.Draft;
    }

    private NetworkDraft Draft => NetworkDraft.Of(name, layers);

    /// <summary>The shape of the value that the next layer takes.</summary>
    private Shape Shape
    {
        get
        {
            var graph = Draft.Graph() ?? throw new InvalidOperationException($"The layers of {name} do not fit.");
            return graph.Layers.First(l => l.Name == last).Output;
        }
    }

    private int Channels => Shape.Channels;

    /// <summary>Lets the next layer take an earlier value.</summary>
    private WholeNetworks From(string source)
    {
        last = source;
        return this;
    }

    private WholeNetworks Add(string kind, params IEnumerable<(string Name, object Value)> arguments)
    {
        string own = string.Create(CultureInfo.InvariantCulture, $"l{layers.Count}");
        layers.Add(NetworkDraft.Layer(kind, [.. arguments, .. kind == "Concat" || layers.Count == 1 ? [] : (IEnumerable<(string, object)>)[("From", last)], ("Name", own)]));
        last = own;
        return this;
    }

    /// <summary>A convolution with a bias and a rectifier.</summary>
    private WholeNetworks Plain(int filters, int kernel, int padding, int stride = 1) =>
        Add("Conv2D", ("filters", filters), ("kernel", kernel), ("Padding", padding), ("Stride", stride)).Add("ReLU");

    private WholeNetworks Pool() => Add("MaxPool2D", ("kernel", 3), ("Stride", 2), ("CeilMode", true));

    /// <summary>A convolution, its normalization, and an activation where one is named.</summary>
    private WholeNetworks Conv(int filters, int kernel, int stride, string activation, int groups = 1) =>
        Add("Conv2D", ("filters", filters), ("kernel", kernel), ("Stride", stride), ("Padding", kernel / 2), ("Groups", groups), ("Bias", false)).Normalize(activation);

    private WholeNetworks Depthwise(int kernel, int stride, string activation) =>
        Add("DepthwiseConv2D", ("kernel", kernel), ("Stride", stride), ("Padding", kernel / 2), ("Bias", false)).Normalize(activation);

    private WholeNetworks Normalize(string activation) => activation.Length > 0 ? Add("BatchNorm2D").Add(activation) : Add("BatchNorm2D");

    /// <summary>Up by 1×1, each channel filtered on its own, down by 1×1, and what came in added where it fits.</summary>
    private WholeNetworks InvertedResidual(
        int expanded, int filters, int kernel, int stride, string activation, int squeezed = 0, string squeezing = "", string gate = "")
    {
        string source = last;
        int channels = Channels;
        _ = expanded > channels ? Conv(expanded, 1, 1, activation) : this;
        Depthwise(kernel, stride, activation);
        _ = squeezed > 0 ? SqueezeAndExcite(squeezed, squeezing, gate) : this;
        Conv(filters, 1, 1, "");
        return stride == 1 && channels == filters ? Add("Add", ("names", source)) : this;
    }

    private WholeNetworks SqueezeAndExcite(int squeezed, string activation, string gate)
    {
        string source = last;
        int channels = Channels;
        return Add("GlobalAvgPool2D")
            .Add("Conv2D", ("filters", squeezed), ("kernel", 1)).Add(activation)
            .Add("Conv2D", ("filters", channels), ("kernel", 1)).Add(gate)
            .Add("Multiply", ("names", source));
    }

    /// <summary>ResNet-18 without its classifier.</summary>
    /// <returns>The result of each stage.</returns>
    private List<string> ResNetStages()
    {
        var stages = new List<string>();
        Conv(64, 7, 2, "ReLU").Add("MaxPool2D", ("kernel", 3), ("Stride", 2), ("Padding", 1));
        foreach (int filters in new[] { 64, 128, 256, 512 })
        {
            for (int i = 0; i < 2; i++)
            {
                bool shrinks = i == 0 && filters > 64;
                string source = last;
                string shortcut = shrinks ? Conv(filters, 1, 2, "").last : source;
                From(source).Conv(filters, 3, shrinks ? 2 : 1, "ReLU").Conv(filters, 3, 1, "").Add("Add", ("names", shortcut)).Add("ReLU");
            }

            stages.Add(last);
        }

        return stages;
    }

    private NetworkDraft Classify() => Add("GlobalAvgPool2D").Add("Flatten").Add("Dense", ("units", Classes)).Draft;
}
