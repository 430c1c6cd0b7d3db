extern alias netgen;

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.CodeAnalysis.Emit;
using NetGen.Generator.Emission;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Tests.Graphs;
using NetGen.Generator.Tests.Harness;
using Xunit;
using AlignedMemory = netgen::NetGen.Runtime.AlignedMemory;
using IWeightSource = netgen::NetGen.IWeightSource;
using TensorInfo = netgen::NetGen.TensorInfo;

namespace NetGen.Generator.Tests.Emission.Kernels;

/// <summary>
/// Packing as it is generated, done step by step into memory that holds no number: what it writes is what the step says it takes.
/// Wherever channels fill vectors, that is every float.
/// </summary>
public sealed class PackingTests
{
    /// <summary>What no weight is: one of the many bit patterns that are not a number.</summary>
    private const int Untouched = 0x7FFBCDEF;

    private static readonly Tier[] Tiers = [Tier.Vector512, Tier.Vector256 with { HasDotProducts = true }, Tier.Vector256, Tier.Vector128];

    /// <summary>The types of steps that may have weights.</summary>
    internal static IEnumerable<Type> StepsWithWeights => typeof(Step).Assembly.GetTypes().Where(
        t => t.IsSubclassOf(typeof(Step)) && !t.IsAbstract && t.GetProperty(nameof(Step.WeightLength))!.DeclaringType != typeof(Step));

    [Fact]
    public void Pack_OfAnyStep_WritesWhatItTakes()
    {
        (Plan Plan, Step Step)[] cases =
        [
            .. from graph in Graphs()
               from tier in Tiers
               where graph.Options.Precision == Precision.Int8 || !tier.HasDotProducts
               let plan = Planner.Create(graph, tier)
               from step in plan.Steps.Concat(plan.LayerSteps).Distinct()
               where step.WeightLength > 0
               select (plan, step),
        ];
        Assert.Equal(StepsWithWeights.Select(t => t.Name).Order(), cases.Select(c => c.Step.GetType().Name).Distinct().Order());
        MethodInfo[] packs = Compile([.. cases.Select(c => Pack(c.Plan with { Steps = [c.Step] }))]);
        string[] failures = [.. cases.Zip(packs, (c, pack) => Check(c.Plan, c.Step, pack)).OfType<string>()];
        Assert.True(failures.Length == 0, string.Join('\n', failures));
    }

    /// <summary>What is wrong with a step's packing; null for nothing.</summary>
    private static string? Check(Plan plan, Step step, MethodInfo pack)
    {
        var memory = (AlignedMemory)pack.Invoke(null, [new AnyWeights()])!;
        ReadOnlySpan<int> bits = MemoryMarshal.Cast<float, int>(memory.Span);
        var written = new List<int>();
        for (int i = 0; i < bits.Length; i++)
        {
            if (bits[i] != Untouched)
            {
                written.Add(i);
            }
        }

        string layer = step.Layers.Count > 0 ? plan.Graph.Layers[step.Layers[0]].Name : "input";
        return written.SequenceEqual(Enumerable.Range(step.WeightOffset, step.WeightLength)) ? null
            : $"{step.GetType().Name} of {layer}, {plan.Tier.Name}, takes {step.WeightLength} floats from {step.WeightOffset}; "
                + (written.Count == 0 ? "none are written" : $"{written.Count} are written, from {written[0]} to {written[^1]}");
    }

    [Fact]
    public void Pack_OfAStepWithoutWeights_WritesNothing()
    {
        Plan plan = Planner.Create(Networks.Graph([Networks.Image(16, 8, 8), Networks.MaxPool(2), Networks.ReLU]), Tier.Vector512);
        Assert.NotEmpty(plan.Steps);
        Assert.Equal(
            "WeightPacker packer = new(source, 16);\n\nreturn packer.Memory;\n",
            PackEmitter.Emit(plan, new Offsets(plan, "Engine", []), depth: 0));
    }

    /// <summary>How weights are packed, and the constants that this uses.</summary>
    private static (string Constants, string Body) Pack(Plan plan)
    {
        var offsets = new Offsets(plan, "Engine", []);
        using var writer = new CodeWriter(depth: 2);
        offsets.Emit(writer);
        return (writer.ToString(), PackEmitter.Emit(plan, offsets, depth: 3));
    }

    /// <summary>Networks that have every step with weights between them, and channels by the sixteen.</summary>
    private static IEnumerable<Graph> Graphs()
    {
        LayerSyntax pool = Networks.Layer("MaxPool2D", ("kernel", 3), ("Stride", 2), ("Padding", 1));
        LayerSyntax slopes = Networks.Layer("PReLU");
        LayerSyntax norm = Networks.Layer("BatchNorm2D");

        // Direct, grouped, folded and depthwise convolutions, and functions with parameters after all that has none of its own.
        LayerSyntax[] small =
        [
            Networks.Image(16, 16, 16),
            pool,
            slopes,
            Networks.Conv(32, 1, ("Name", "a")),
            norm,
            slopes,
            Networks.Conv(32, 1, ("Groups", 2), ("Name", "b")),
            Networks.Layer("Multiply", ("names", "a"), ("names", "b")),
            slopes,
            Networks.Layer("DepthwiseConv2D", ("kernel", 3), ("Padding", 1)),
            norm,
            Networks.Layer("GroupNorm", ("groups", 32)),
            slopes,
            Networks.Layer("LayerNorm"),
            Networks.Layer("LayerNorm", ("Axes", 1)),
            norm,
            Networks.Layer("Elementwise", ("operation", 0), ("channels", 32), ("height", 8), ("width", 8)),
            Networks.Layer("ConvTranspose2D", ("filters", 16), ("kernel", 3), ("Stride", 2)),
            Networks.Layer("GlobalAvgPool2D"),
            slopes,
            Networks.Flatten,
            Networks.Dense(64),
        ];
        yield return Networks.Graph(small);
        yield return With(o => o with { Storage = WeightStorage.BFloat16 }, small);
        yield return With(o => o with { Storage = WeightStorage.Int8 }, small);
        yield return With(
            o => o with { Precision = Precision.Int8 },
            Networks.Image(32, 16, 16),
            Networks.Conv(64, 3, ("Padding", 1), ("Name", "a")),
            Networks.ReLU,
            Networks.Conv(64, 3, ("Padding", 1), ("Name", "b")),
            Networks.Layer("Add", ("names", "a"), ("names", "b")),
            Networks.Conv(32, 1));

        // Winograd's algorithm over tiles, groups of channels, rows, and every other row; in strips and not.
        yield return Networks.Graph(
            Networks.Image(64, 14, 14), Networks.Conv(64, 1), Networks.Conv(64, 3, ("Padding", 1)), slopes, Networks.Conv(128, 5, ("Padding", 2), ("Groups", 2)));
        yield return Networks.Graph(
            Networks.Image(16, 28, 28), Networks.Conv(16, 1), Networks.Conv(16, 5, ("Padding", 2)), Networks.Conv(16, 1));
        yield return Networks.Graph(Networks.Image(3, 224, 224), Networks.Conv(64, 7, ("Stride", 2), ("Padding", 3)), pool);

        // Vectors over columns.
        yield return Networks.Graph(Networks.Image(3, 224, 224), Networks.Conv(8, 7, ("Stride", 2), ("Padding", 3)));
        yield return Networks.Graph(
            Networks.Image(4, 9, 102), Networks.Layer("Conv2D", ("filters", 8), ("kernelHeight", 3), ("kernelWidth", 7)), Networks.ReLU, Networks.Conv(16, 1));

        // Weights in one stream, two and four.
        yield return Networks.Graph(Networks.Vector(784), Networks.Dense(128), Networks.ReLU, Networks.Dense(64), Networks.ReLU, Networks.Dense(16));

        // Attention whose products are parts of one tensor, and a tensor as it is.
        yield return Networks.Graph(
            Networks.Image(64, 4, 4),
            Networks.Conv(64, 1, ("Name", "k")),
            Networks.Layer("MultiheadAttention", ("heads", 4), ("From", "input"), ("Key", "k"), ("Name", "a")),
            Networks.Layer("Parameter", ("channels", 64), ("height", 4), ("width", 4)),
            Networks.Layer("Add", ("names", "a")));

        // Recurrent layers of one direction and of both, with biases and without.
        yield return Networks.Graph(
            Networks.Image(16, 1, 5),
            Networks.Layer("GRU", ("hidden", 16)),
            Networks.Layer("LSTM", ("hidden", 48), ("Bidirectional", true)),
            Networks.Layer("RNN", ("hidden", 80), ("Bias", false)));

        static Graph With(Func<NetworkOptions, NetworkOptions> change, params IEnumerable<LayerSyntax> layers)
        {
            NetworkSyntax network = Networks.Network(layers);
            return GraphBuilder.Build(network with { Options = change(network.Options) }).Graph!;
        }
    }

    /// <summary>Methods that pack into memory that nothing has been written to.</summary>
    private static MethodInfo[] Compile(IReadOnlyList<(string Constants, string Body)> packs)
    {
        var source = new StringBuilder("using NetGen.Runtime;\npublic static class Packing\n{\n");
        for (int i = 0; i < packs.Count; i++)
        {
            (string constants, string body) = packs[i];
            int start = body.IndexOf('\n') + 1;
            source.Append(CultureInfo.InvariantCulture, $"    private static class Engine{i}\n    {{\n{constants}\n");
            source.Append(CultureInfo.InvariantCulture, $"        public static AlignedMemory Pack(global::NetGen.IWeightSource source)\n        {{\n{body[..start]}");
            source.Append("            global::System.Runtime.InteropServices.MemoryMarshal.Cast<float, int>(packer.Memory.Span).Fill(");
            source.Append(Untouched).Append(CultureInfo.InvariantCulture, $");\n{body[start..]}        }}\n    }}\n");
        }

        using var stream = new MemoryStream();
        EmitResult result = Compilations.Create(source.Append("}\n").ToString()).Emit(stream);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        Type type = Assembly.Load(stream.ToArray()).GetType("Packing")!;
        return [.. packs.Select((_, i) => type.GetNestedType($"Engine{i}", BindingFlags.NonPublic)!.GetMethod("Pack")!)];
    }

    /// <summary>Weights of any name: positive and negative in turn, as the least and the largest of a range are. Variances are positive.</summary>
    private sealed class AnyWeights : IWeightSource
    {
        public string Name => "any weights";

        public IReadOnlyCollection<TensorInfo> Tensors => throw new NotSupportedException();

        public bool TryGetTensor(string name, [NotNullWhen(true)] out TensorInfo? tensor) => throw new NotSupportedException();

        public void Read(string name, Span<float> destination)
        {
            bool isVariance = name.EndsWith(".running_var", StringComparison.Ordinal);
            for (int i = 0; i < destination.Length; i++)
            {
                float value = 1 + (i % 7 * 0.125f);
                destination[i] = i % 2 == 0 && !isVariance ? -value : value;
            }
        }
    }
}
