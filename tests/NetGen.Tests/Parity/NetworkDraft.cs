extern alias generator;

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;

namespace NetGen.Tests.Parity;

using generator::NetGen.Generator.Diagnostics;
using generator::NetGen.Generator.Graphs;
using generator::NetGen.Generator.Parsing;
using generator::NetGen.Generator.Planning;
using EquatableArray = generator::NetGen.Generator.EquatableArray;
using Precision = generator::NetGen.Generator.Parsing.Precision;
using Shape = generator::NetGen.Generator.Graphs.Shape;
using SimdTiers = generator::NetGen.Generator.Parsing.SimdTiers;
using WeightStorage = generator::NetGen.Generator.Parsing.WeightStorage;

/// <summary>
/// A network that is not compiled yet: its graph can be asked for, so that the next layer can be drawn to fit, and its source
/// can be written. What it leaves over, it gives as outputs.
/// </summary>
/// <param name="Name">The network's name; its class and blocks stand in a namespace of that name.</param>
/// <param name="Simd">The tiers it asks for.</param>
/// <param name="Layers">The attributes, from the input on.</param>
/// <param name="Blocks">The blocks they use.</param>
internal sealed record NetworkDraft(string Name, SimdTiers Simd, ImmutableList<LayerSyntax> Layers, ImmutableList<BlockSyntax> Blocks)
{
    private const string Class = "Net";

    /// <summary>Whether it computes with integers, wherever it can.</summary>
    public bool IsInteger { get; init; }

    private static readonly Dictionary<int, string> Params = new()
    {
        [Param.A] = "Param.A",
        [Param.B] = "Param.B",
        [Param.C] = "Param.C",
        [Param.D] = "Param.D",
        [Param.E] = "Param.E",
        [Param.F] = "Param.F",
        [Param.G] = "Param.G",
        [Param.H] = "Param.H",
    };

    /// <summary>How its weights lie in memory.</summary>
    public WeightStorage Storage { get; init; }

    /// <summary>Whether Winograd's algorithm may compute its convolutions.</summary>
    public bool AllowsWinograd { get; init; } = true;

    /// <summary>The sizes from which its plans and kernels differ.</summary>
    public PlanSizes Sizes { get; init; } = PlanSizes.Default;

    /// <summary>The plan of one tier, with the network's own sizes.</summary>
    public Plan Plan(Tier tier) => Planner.Create(Graph()!, tier with { Sizes = Sizes });

    /// <summary>The namespace of the class and its blocks.</summary>
    public string Namespace => "Parity." + Name;

    /// <summary>The class's full name.</summary>
    public string FullName => $"{Namespace}.{Class}";

    /// <summary>A network of the layers given.</summary>
    public static NetworkDraft Of(string name, params IEnumerable<LayerSyntax> layers) =>
        new(name, SimdTiers.All, [.. layers], []);

    /// <summary>An attribute; its arguments are named as the constructor's parameters and the properties are.</summary>
    public static LayerSyntax Layer(string kind, params IEnumerable<(string Name, object Value)> arguments) => new(
        kind,
        EquatableArray.ToEquatableArray(arguments.Select(a => new LayerArgument(a.Name, a.Value, default))),
        default,
        IsBroken: false);

    public static LayerSyntax Image(int channels, int height, int width) =>
        Layer("Input", ("channels", channels), ("height", height), ("width", width));

    /// <summary>An input with a name.</summary>
    public static LayerSyntax Image(string name, Shape shape) => shape.IsVector
        ? Layer("Input", ("name", name), ("features", shape.Channels))
        : Layer("Input", ("name", name), ("channels", shape.Channels), ("height", shape.Height), ("width", shape.Width));

    public static LayerSyntax Vector(int features) => Layer("Input", ("features", features));

    /// <summary>The network with further layers.</summary>
    public NetworkDraft Add(params IEnumerable<LayerSyntax> layers) => this with { Layers = Layers.AddRange(layers) };

    /// <summary>The graph, or null where the layers do not fit.</summary>
    public Graph? Graph() => Build(Closed).Graph;

    /// <summary>The attributes, and as outputs the layers that no other takes.</summary>
    private ImmutableList<LayerSyntax> Closed
    {
        get
        {
            Problem[] unused = [.. Build(Layers).Problems.Where(p => p.Id == ProblemIds.UnusedResult)];
            if (unused.Length == 0)
            {
                return Layers;
            }

            // The last layer is an output as long as no other is.
            string last = Build(Layers).LayerNames.Last();
            IEnumerable<string> outputs = unused.Select(p => p.Arguments[0]);
            return Layers.AddRange((Layers.Any(l => l.Kind == "Output") ? outputs : outputs.Append(last)).Select(n => Layer("Output", ("name", n))));
        }
    }

    /// <summary>The class as the generator sees it.</summary>
    public ClassSyntax ClassSyntax => new(Namespace, default, "class", Class, Class, default, default);

    private GraphResult Build(ImmutableList<LayerSyntax> layers) => GraphBuilder.Build(new NetworkSyntax(
        ClassSyntax,
        NetworkOptions.Default with { Simd = Simd, Precision = IsInteger ? Precision.Int8 : Precision.Float32, Winograd = AllowsWinograd && !IsInteger, Storage = Storage },
        EquatableArray.ToEquatableArray(layers),
        EquatableArray.ToEquatableArray(Blocks)));

    /// <summary>The networks of its first layers, from one on.</summary>
    public IEnumerable<NetworkDraft> Prefixes() => Enumerable.Range(2, Math.Max(0, Layers.Count - 2))
        .Select(n => this with { Name = string.Create(CultureInfo.InvariantCulture, $"{Name}First{n - 1}"), Layers = Layers.GetRange(0, n) })
        .Where(n => n.Graph() is not null);

    /// <summary>
    /// The machine's dot products as a plain program, which the kernels find before the machine's own: so that they are checked on
    /// machines that have none. Null for networks that use none.
    /// </summary>
    public string? DotProducts => !IsInteger ? null : $$"""
        namespace NetGen.Generated.{{Namespace}};

        using System.Runtime.CompilerServices;
        using System.Runtime.Intrinsics;

        internal static class AvxVnni
        {
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            public static Vector256<int> MultiplyWideningAndAdd(Vector256<int> sum, Vector256<byte> x, Vector256<sbyte> w) => Vector256.Create(
                MultiplyWideningAndAdd(sum.GetLower(), x.GetLower(), w.GetLower()),
                MultiplyWideningAndAdd(sum.GetUpper(), x.GetUpper(), w.GetUpper()));

            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            public static Vector128<int> MultiplyWideningAndAdd(Vector128<int> sum, Vector128<byte> x, Vector128<sbyte> w)
            {
                for (int i = 0; i < Vector128<byte>.Count; i++)
                {
                    sum = sum.WithElement(i / 4, sum[i / 4] + (x[i] * w[i]));
                }

                return sum;
            }
        }
        """;

    /// <summary>The source.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"using NetGen;\n\nnamespace {Namespace};\n\n");
        foreach (BlockSyntax block in Blocks)
        {
            text.Append("[Block]\n").AppendJoin('\n', block.Layers.Select(Text)).Append(CultureInfo.InvariantCulture, $"\npublic sealed class {block.Name};\n\n");
        }

        string tiers = string.Join(" | ", Tier.For(NetworkOptions.Default with { Simd = Simd }).Select(t => $"SimdTiers.{t.Flag}"));
        string[] options =
        [
            .. Simd == SimdTiers.All ? (string[])[] : [$"Simd = {tiers}"],
            .. IsInteger ? (string[])["Precision = Precision.Int8"] : [],
            .. IsInteger || !AllowsWinograd ? (string[])["Winograd = false"] : [],
            .. Storage == WeightStorage.Float32 ? (string[])[] : [$"WeightStorage = WeightStorage.{Storage}"],
        ];
        return text
            .Append(Sizes == PlanSizes.Default ? "" : $"// {Sizes}\n")
            .Append(options.Length == 0 ? "[Network]\n" : $"[Network({string.Join(", ", options)})]\n")
            .AppendJoin('\n', Closed.Select(Text))
            .Append($"\npublic sealed partial class {Class};\n")
            .ToString();
    }

    private string Text(LayerSyntax layer)
    {
        string name = layer.Block is null ? layer.Kind : $"{layer.Kind}<{Blocks.First(b => b.Id == layer.Block).Name}>";
        return layer.Arguments.Count == 0 ? $"[{name}]" : $"[{name}({string.Join(", ", layer.Arguments.Select(Text))})]";
    }

    /// <summary>A constructor's parameters begin with a small letter, and are given by place; properties are given by name.</summary>
    private static string Text(LayerArgument argument)
    {
        string value = argument.Name switch
        {
            "Mode" => "(UpsampleMode)",
            "comparison" => "(Comparison)",
            "Axis" or "Axes" => "(ImageAxes)",
            "operation" => "(ElementwiseOperator)",
            "Nonlinearity" => "(RecurrentFunction)",
            _ => "",
        } + Text(argument.Value!);
        return char.IsLower(argument.Name[0]) ? value : $"{argument.Name} = {value}";
    }

    private static string Text(object value) => value switch
    {
        Block.Input => "Block.Input",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture) + "d",
        int number => Params.TryGetValue(number, out string? param) ? param : number.ToString(CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException(value.GetType().Name),
    };
}
