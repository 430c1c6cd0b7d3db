using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.InteropServices;
using Google.Protobuf;
using NetGen.Onnx.Protos;

namespace NetGen.Tests.Onnx;

/// <summary>How PyTorch writes a model.</summary>
public enum TorchExporter
{
    /// <summary>By tracing, with batch normalization kept: names of a state dict, and nodes called by their modules.</summary>
    Script,

    /// <summary>By tracing, with batch normalization folded into convolutions, whose tensors lose their names.</summary>
    ScriptFolded,

    /// <summary>By torch.export, with batch normalization folded: modules are noted down beside nodes.</summary>
    Dynamo,
}

/// <summary>
/// Writes a network as <c>torch.onnx.export</c> does, from calls of its modules' operations: their nodes and names, and the state dict
/// that the modules have.
/// </summary>
internal sealed class TorchModel(TorchExporter exporter, bool zeros)
{
    private readonly GraphProto graph = new() { Name = "main_graph" };
    private readonly List<string> modules = [];
    private readonly List<string> scopes = [];
    private readonly Dictionary<string, int> counts = [];
    private readonly Dictionary<string, TensorInit> state = [];
    private int number = 190;

    private sealed record TensorInit(int[] Shape, float[] Values);

    /// <summary>The modules' tensors, with those that count batches.</summary>
    public MemoryWeights StateDict
    {
        get
        {
            var dict = new MemoryWeights("state dict");
            foreach ((string name, TensorInit tensor) in state)
            {
                dict.Add(name, tensor.Values, tensor.Shape);
                if (name.EndsWith("running_var", StringComparison.Ordinal))
                {
                    dict.Add(name.Replace("running_var", "num_batches_tracked", StringComparison.Ordinal), [1], 1);
                }
            }

            return dict;
        }
    }

    public IReadOnlyDictionary<string, int[]> Shapes => state.ToDictionary(s => s.Key, s => s.Value.Shape);

    /// <summary>What PyTorch counts as parameters: all but the statistics of batch normalization.</summary>
    public int ParameterCount => state.Where(s => !s.Key.Contains("running", StringComparison.Ordinal)).Sum(s => s.Value.Values.Length);

    public ModelProto Build(int classes, int size)
    {
        graph.Input.Add(Info("input", [1, 3, size, size]));
        graph.Node[^1].Output[0] = "output";
        graph.Output.Add(Info("output", [1, classes]));
        return new ModelProto
        {
            IrVersion = 8,
            ProducerName = "pytorch",
            Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Version = exporter == TorchExporter.Dynamo ? 18 : 17 } },
        };
    }

    /// <summary>Calls a module.</summary>
    public string In(string module, Func<string> body)
    {
        string path = Path(module);

        // The exporter looks past numbers for a module's name, and counts the calls of one that is called again.
        string[] parts = path.Split('.');
        int numbers = parts.Reverse().TakeWhile(p => p.All(char.IsAsciiDigit)).Count();
        string scope = string.Concat(scopes.Select(s => "/" + s)) + "/" + string.Join('.', parts.TakeLast(numbers + 1));
        string counted = Counted(scope);
        modules.Add(path);
        scopes.Add(string.Join('.', parts.TakeLast(numbers + 1)) + counted[scope.Length..]);
        string result = body();
        modules.RemoveAt(modules.Count - 1);
        scopes.RemoveAt(scopes.Count - 1);
        return result;
    }

    public string Conv(
        string module, string x, int channels, int filters, int kernel, int stride = 1, int padding = 0, int groups = 1, bool bias = false, string? norm = null)
    {
        TensorInit weight = Tensor(Path(module), "weight", 2.0 / Math.Sqrt(channels / groups * kernel * kernel), 0, filters, channels / groups, kernel, kernel);
        TensorInit? own = bias ? Tensor(Path(module), "bias", 0.2, 0, filters) : null;
        AttributeProto[] attributes =
        [
            Ints("dilations", 1, 1), Int("group", groups), Ints("kernel_shape", kernel, kernel), Ints("pads", padding, padding, padding, padding), Ints("strides", stride, stride),
        ];
        if (norm is null || exporter == TorchExporter.Script)
        {
            string result = In(module, () => Node(
                "Conv", "conv2d", [x, Parameter("weight", weight), .. own is null ? Array.Empty<string>() : [Parameter("bias", own)]], attributes));
            return norm is null ? result : Norm(norm, result, filters);
        }

        (float[] scale, float[] shift) = Folding(Path(norm), filters);
        int each = weight.Values.Length / filters;
        float[] folded = zeros ? weight.Values : [.. weight.Values.Select((w, i) => w * scale[i / each])];
        string[] names = exporter == TorchExporter.Dynamo
            ? [$"{Path(module)}.weight", Counted(x + "_bias")]
            : [$"onnx::Conv_{++number}", $"onnx::Conv_{++number}"];
        Initializer(names[0], folded, weight.Shape);
        Initializer(names[1], shift, filters);
        return In(module, () => Node("Conv", exporter == TorchExporter.Dynamo ? "" : "conv2d", [x, .. names], attributes));
    }

    public string Norm(string module, string x, int channels) => In(module, () => Node(
        "BatchNormalization",
        "batch_norm",
        [x, .. Statistics(modules[^1], channels).Select(t => Parameter(t.Suffix, t.Tensor))],
        Float("epsilon", 1e-5f),
        Float("momentum", 0.9f),
        Int("training_mode", 0)));

    public string Linear(string module, string x, int features, int units) => In(module, () => Node(
        "Gemm",
        "linear",
        [
            x, Parameter("weight", Tensor(modules[^1], "weight", 1 / Math.Sqrt(features), 0, units, features)), Parameter("bias", Tensor(modules[^1], "bias", 0.2, 0, units)),
        ],
        Float("alpha", 1),
        Float("beta", 1),
        Int("transB", 1)));

    public string Relu(string x) => Node("Relu", "relu", [x]);

    public string Relu6(string x)
    {
        string[] bounds = exporter == TorchExporter.Dynamo ? ["val_0", "val_1"] : [Scalar(0), Scalar(6)];
        if (exporter == TorchExporter.Dynamo && graph.Initializer.All(t => t.Name != bounds[0]))
        {
            Initializer(bounds[0], [0]);
            Initializer(bounds[1], [6]);
        }

        return Node("Clip", "hardtanh", [x, .. bounds]);
    }

    public string Sigmoid(string x) => Node("Sigmoid", "sigmoid", [x]);

    public string SiLU(string x)
    {
        string gate = Node("Sigmoid", "", [x]);
        return Node("Mul", "silu", [x, gate]);
    }

    public string Add(string a, string b) => Node("Add", "add", [a, b]);

    public string Multiply(string a, string b) => Node("Mul", "mul", [a, b]);

    public string Concat(params string[] parts) => Node("Concat", "cat", parts, Int("axis", 1));

    public string MaxPool(string x, int kernel, int stride, int padding) => Node(
        "MaxPool",
        "max_pool2d",
        [x],
        Int("ceil_mode", 0),
        Ints("kernel_shape", kernel, kernel),
        Ints("pads", padding, padding, padding, padding),
        Ints("strides", stride, stride));

    public string AveragePool(string x, int kernel) => Node(
        "AveragePool", "avg_pool2d", [x], Int("ceil_mode", 0), Ints("kernel_shape", kernel, kernel), Ints("pads", 0, 0, 0, 0), Ints("strides", kernel, kernel));

    public string GlobalPool(string x) => exporter == TorchExporter.Dynamo
        ? Node("ReduceMean", "mean", [x, Axes()], Int("keepdims", 1))
        : Node("GlobalAveragePool", "", [x]);

    public string Flatten(string x) => Node("Flatten", "flatten", [x], Int("axis", 1));

    private string Axes()
    {
        if (graph.Initializer.All(t => t.Name != "axes"))
        {
            graph.Initializer.Add(new TensorProto
            {
                Name = "axes", DataType = (int)TensorProto.Types.DataType.Int64, Dims = { 2 }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<long>([-1, -2])),
            });
        }

        return "axes";
    }

    private string Path(string module) => modules.Count == 0 ? module : $"{modules[^1]}.{module}";

    /// <summary>A name, and from its second use on with a count.</summary>
    private string Counted(string name)
    {
        int count = counts[name] = counts.GetValueOrDefault(name, -1) + 1;
        return count == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}_{count}");
    }

    /// <summary>Adds a node.</summary>
    /// <param name="type">The operator.</param>
    /// <param name="function">What torch.export calls it; nothing for a node that an optimizer of ONNX put there.</param>
    /// <param name="inputs">What it takes.</param>
    /// <param name="attributes">Its attributes.</param>
    private string Node(string type, string function, IEnumerable<string> inputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = type };
        if (exporter == TorchExporter.Dynamo)
        {
            string value = function.Length > 0 ? Counted(function) : Counted("val_" + type);
            node.Name = function.Length > 0 ? "node_" + value : $"node_{type}_{++number}";
            node.Output.Add(value);
            if (function.Length > 0)
            {
                node.MetadataProps.Add(new StringStringEntryProto
                {
                    Key = "pkg.torch.onnx.name_scopes", Value = $"[{string.Join(", ", modules.Prepend("").Append(value).Select(m => $"'{m}'"))}]",
                });
            }
        }
        else
        {
            node.Name = Counted(string.Concat(scopes.Select(s => "/" + s)) + "/" + type);
            node.Output.Add(node.Name + "_output_0");
        }

        node.Input.AddRange(inputs);
        node.Attribute.AddRange(attributes);
        graph.Node.Add(node);
        return node.Output[0];
    }

    private string Scalar(float value) => Node(
        "Constant",
        "",
        [],
        new AttributeProto
        {
            Name = "value",
            Type = AttributeProto.Types.AttributeType.Tensor,
            T = new TensorProto { DataType = (int)TensorProto.Types.DataType.Float, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>([value])) },
        });

    private IEnumerable<(string Suffix, TensorInit Tensor)> Statistics(string module, int channels) =>
    [
        ("weight", Tensor(module, "weight", 0.4, 1, channels)), ("bias", Tensor(module, "bias", 0.4, 0, channels)),
        ("running_mean", Tensor(module, "running_mean", 0.4, 0, channels)), ("running_var", Tensor(module, "running_var", 0.8, 1, channels)),
    ];

    private (float[] Scale, float[] Shift) Folding(string module, int channels)
    {
        float[][] values = [.. Statistics(module, channels).Select(s => s.Tensor.Values)];
        float[] scale = [.. values[0].Zip(values[3], (w, v) => (float)(w / Math.Sqrt(v + 1e-5)))];
        return (scale, [.. Enumerable.Range(0, channels).Select(c => values[1][c] - (values[2][c] * scale[c]))]);
    }

    /// <summary>A tensor of the state dict, its values spread evenly around a middle, by its name.</summary>
    private TensorInit Tensor(string module, string suffix, double spread, double middle, params int[] shape)
    {
        string name = $"{module}.{suffix}";
        if (!state.TryGetValue(name, out TensorInit? tensor))
        {
            var values = new float[shape.Aggregate(1, (a, b) => a * b)];
            if (!zeros)
            {
                var random = new Random(name.Aggregate(17, (h, c) => unchecked((h * 31) + c)));
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = (float)(middle + (spread * (random.NextSingle() - 0.5)));
                }
            }

            state.Add(name, tensor = new TensorInit(shape, values));
        }

        return tensor;
    }

    private string Parameter(string suffix, TensorInit tensor)
    {
        string name = $"{modules[^1]}.{suffix}";
        Initializer(name, tensor.Values, tensor.Shape);
        return name;
    }

    private void Initializer(string name, float[] values, params int[] shape)
    {
        var proto = new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Float,
            RawData = UnsafeByteOperations.UnsafeWrap(MemoryMarshal.AsBytes<float>(values).ToArray()),
        };
        proto.Dims.AddRange(shape.Select(s => (long)s));
        graph.Initializer.Add(proto);
    }

    private static ValueInfoProto Info(string name, long[] dims)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new ValueInfoProto
        {
            Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } },
        };
    }

    private static AttributeProto Ints(string name, params long[] values) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    private static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    private static AttributeProto Float(string name, float value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };
}

/// <summary>Networks of torchvision, module by module.</summary>
internal static class TorchVision
{
    public static readonly IReadOnlyDictionary<string, (Func<TorchModel, string> Write, int ParameterCount)> Networks =
        new Dictionary<string, (Func<TorchModel, string>, int)>
        {
            ["ResNet18"] = (ResNet18, 11_689_512),
            ["MobileNetV2"] = (MobileNetV2, 3_504_872),
            ["EfficientNetB0"] = (EfficientNetB0, 5_288_548),
            ["DenseNet121"] = (DenseNet121, 7_978_856),
        };

    /// <summary>A network as PyTorch writes it, and its state dict.</summary>
    public static (ModelProto Model, TorchModel Modules) Export(string network, TorchExporter exporter, int size = 224, bool zeros = true)
    {
        var modules = new TorchModel(exporter, zeros);
        Networks[network].Write(modules);
        return (modules.Build(1000, size), modules);
    }

    private static string ResNet18(TorchModel m)
    {
        string x = m.Conv("conv1", "input", 3, 64, 7, 2, 3, norm: "bn1");
        x = m.In("relu", () => m.Relu(x));
        x = m.In("maxpool", () => m.MaxPool(x, 3, 2, 1));
        int channels = 64;
        for (int layer = 0; layer < 4; layer++)
        {
            int filters = 64 << layer;
            x = m.In($"layer{layer + 1}", () =>
            {
                string y = m.In("0", () => BasicBlock(m, x, channels, filters, layer > 0 ? 2 : 1));
                return m.In("1", () => BasicBlock(m, y, filters, filters, 1));
            });
            channels = filters;
        }

        x = m.In("avgpool", () => m.GlobalPool(x));
        return m.Linear("fc", m.Flatten(x), 512, 1000);
    }

    private static string BasicBlock(TorchModel m, string x, int channels, int filters, int stride)
    {
        string y = m.Conv("conv1", x, channels, filters, 3, stride, 1, norm: "bn1");
        y = m.In("relu", () => m.Relu(y));
        y = m.Conv("conv2", y, filters, filters, 3, 1, 1, norm: "bn2");
        string identity = stride == 1 ? x : m.In("downsample", () => m.Conv("0", x, channels, filters, 1, stride, norm: "1"));
        string sum = m.Add(y, identity);
        return m.In("relu", () => m.Relu(sum));
    }

    private static string MobileNetV2(TorchModel m)
    {
        string Activated(string module, string x, int channels, int filters, int kernel, int stride = 1, int groups = 1) => m.In(module, () =>
        {
            string y = m.Conv("0", x, channels, filters, kernel, stride, (kernel - 1) / 2, groups, norm: "1");
            return m.In("2", () => m.Relu6(y));
        });
        string x = m.In("features", () =>
        {
            string y = Activated("0", "input", 3, 32, 3, 2);
            int channels = 32;
            int index = 1;
            foreach ((int t, int c, int n, int s) in new[] { (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1) })
            {
                for (int i = 0; i < n; i++, index++)
                {
                    string before = y;
                    int stride = i == 0 ? s : 1;
                    int from = channels;
                    y = m.In(index.ToString(CultureInfo.InvariantCulture), () =>
                    {
                        string z = m.In("conv", () =>
                        {
                            int at = 0;
                            string w = before;
                            if (t > 1)
                            {
                                w = Activated($"{at++}", w, from, from * t, 1);
                            }

                            w = Activated($"{at++}", w, from * t, from * t, 3, stride, from * t);
                            return m.Conv($"{at}", w, from * t, c, 1, norm: $"{at + 1}");
                        });
                        return stride == 1 && from == c ? m.Add(before, z) : z;
                    });
                    channels = c;
                }
            }

            return Activated("18", y, 320, 1280, 1);
        });
        x = m.Flatten(m.GlobalPool(x));
        return m.In("classifier", () => m.Linear("1", x, 1280, 1000));
    }

    private static string EfficientNetB0(TorchModel m)
    {
        string Activated(string module, string x, int channels, int filters, int kernel, int stride = 1, int groups = 1, bool isActivated = true) => m.In(module, () =>
        {
            string y = m.Conv("0", x, channels, filters, kernel, stride, (kernel - 1) / 2, groups, norm: "1");
            return isActivated ? m.In("2", () => m.SiLU(y)) : y;
        });
        string SqueezeExcitation(string module, string x, int channels, int squeezed) => m.In(module, () =>
        {
            string y = m.In("avgpool", () => m.GlobalPool(x));
            y = m.Conv("fc1", y, channels, squeezed, 1, bias: true);
            y = m.In("activation", () => m.SiLU(y));
            y = m.Conv("fc2", y, squeezed, channels, 1, bias: true);
            y = m.In("scale_activation", () => m.Sigmoid(y));
            return m.Multiply(y, x);
        });
        string x = m.In("features", () =>
        {
            string y = Activated("0", "input", 3, 32, 3, 2);
            int channels = 32;
            int stage = 1;
            foreach ((int t, int k, int s, int c, int n) in new[]
            {
                (1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4), (6, 3, 1, 320, 1),
            })
            {
                string into = y;
                int first = channels;
                y = m.In($"{stage++}", () =>
                {
                    string z = into;
                    for (int i = 0; i < n; i++)
                    {
                        string before = z;
                        int from = i == 0 ? first : c;
                        int stride = i == 0 ? s : 1;
                        z = m.In($"{i}", () =>
                        {
                            string w = m.In("block", () =>
                            {
                                int at = 0;
                                string v = before;
                                if (t > 1)
                                {
                                    v = Activated($"{at++}", v, from, from * t, 1);
                                }

                                v = Activated($"{at++}", v, from * t, from * t, k, stride, from * t);
                                v = SqueezeExcitation($"{at++}", v, from * t, Math.Max(1, from / 4));
                                return Activated($"{at}", v, from * t, c, 1, isActivated: false);
                            });
                            return stride == 1 && from == c ? m.Add(w, before) : w;
                        });
                    }

                    return z;
                });
                channels = c;
            }

            return Activated("8", y, 320, 1280, 1);
        });
        x = m.In("avgpool", () => m.GlobalPool(x));
        x = m.Flatten(x);
        return m.In("classifier", () => m.Linear("1", x, 1280, 1000));
    }

    private static string DenseNet121(TorchModel m)
    {
        int channels = 64;
        string x = m.In("features", () =>
        {
            string y = m.Conv("conv0", "input", 3, 64, 7, 2, 3, norm: "norm0");
            y = m.In("relu0", () => m.Relu(y));
            y = m.In("pool0", () => m.MaxPool(y, 3, 2, 1));
            int[] counts = [6, 12, 24, 16];
            for (int block = 0; block < 4; block++)
            {
                string into = y;
                y = m.In($"denseblock{block + 1}", () =>
                {
                    List<string> features = [into];
                    for (int i = 0; i < counts[block]; i++)
                    {
                        int from = channels;
                        features.Add(m.In($"denselayer{i + 1}", () =>
                        {
                            string z = m.Norm("norm1", m.Concat([.. features]), from);
                            z = m.In("relu1", () => m.Relu(z));
                            z = m.Conv("conv1", z, from, 128, 1, norm: "norm2");
                            z = m.In("relu2", () => m.Relu(z));
                            return m.Conv("conv2", z, 128, 32, 3, 1, 1);
                        }));
                        channels += 32;
                    }

                    return m.Concat([.. features]);
                });
                if (block < 3)
                {
                    string joined = y;
                    y = m.In($"transition{block + 1}", () =>
                    {
                        string z = m.Norm("norm", joined, channels);
                        z = m.In("relu", () => m.Relu(z));
                        z = m.Conv("conv", z, channels, channels / 2, 1);
                        return m.In("pool", () => m.AveragePool(z, 2));
                    });
                    channels /= 2;
                }
            }

            return m.Norm("norm5", y, channels);
        });
        x = m.Flatten(m.GlobalPool(m.Relu(x)));
        return m.Linear("classifier", x, 1024, 1000);
    }
}
