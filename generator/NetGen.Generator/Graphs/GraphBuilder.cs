using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Graphs.Layers;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Graphs;

/// <summary>
/// Turns a network as written into a graph: expands blocks, resolves names, infers every shape and checks everything. Total: any
/// input gives a graph or says what is wrong, and never throws.
/// </summary>
internal sealed partial class GraphBuilder
{
    private const string InputKind = LayerSyntax.InputKind;
    private const string StateKind = LayerSyntax.StateKind;
    private const string OutputKind = LayerSyntax.OutputKind;
    private const string UseKind = "Use";
    private const string InputName = "input";
    private const string BlockInput = "@input";

    /// <summary>Far above any network, and low enough for nested repetitions to end in a message.</summary>
    private const int MostLayers = 4096;

    /// <summary>Low enough for the stack, on which nested blocks are expanded.</summary>
    private const int MostNested = 64;

    private readonly NetworkSyntax network;
    private readonly Dictionary<string, BlockSyntax> blocks;
    private readonly List<Problem> problems = [];
    private readonly List<Layer> layers = [];
    private readonly List<SourceSpan> spans = [];
    private readonly List<string> names = [];
    private readonly Dictionary<string, Naming> taken = [];
    private readonly MemoryBound memory = new();

    /// <summary>The tensors, by name, and the layers whose they are.</summary>
    private readonly Dictionary<string, string> tensors = [];
    private int expanded;
    private bool broken;

    private GraphBuilder(NetworkSyntax network)
    {
        this.network = network;
        blocks = network.Blocks.ToDictionary(b => b.Id);
    }

    public static GraphResult Build(NetworkSyntax network) => new GraphBuilder(network).Build();

    /// <summary>The layers of the network itself, or of one placed block, and what their names mean.</summary>
    private sealed class Scope(string prefix, Value input, Use? use)
    {
        public string Prefix { get; } = prefix;

        /// <summary>The result of the layer above the next one.</summary>
        public Value Last { get; set; } = input;

        public Value Input { get; } = input;

        public Use? Use { get; } = use;

        /// <summary>Results by the names they have here.</summary>
        public Dictionary<string, Value> Values { get; } = [];

        /// <summary>Names that stand further down.</summary>
        public HashSet<string> Later { get; } = [];
    }

    /// <summary>One placing of a block.</summary>
    private sealed record Use(string Name, SourceSpan Span, BlockSyntax Block, IReadOnlyList<int> Arguments, HashSet<int> Used, Use? Outer);

    /// <summary>What has a name.</summary>
    /// <param name="Syntax">The layer, or the use of a block.</param>
    /// <param name="Written">Where its class writes the name; null where it is the kind and its count.</param>
    private readonly record struct Naming(LayerSyntax Syntax, SourceSpan? Written);

    private GraphResult Build()
    {
        foreach (ClassProblem problem in network.Class.Problems)
        {
            problems.Add(new Problem(problem.Id, problem.Span, [network.Class.Name, problem.Detail]));
        }

        broken = network.Class.IsBroken;
        SimdTiers simd = network.Options.Simd;
        if ((simd & SimdTiers.All) == 0 || (simd & ~SimdTiers.All) != 0)
        {
            problems.Add(new Problem(
                ProblemIds.OutOfRange, network.Options.SimdSpan, [network.Class.Name, "Simd", LayerContext.Text((int)simd), "a combination of tiers"]));
        }

        if (network.Options.Storage is < WeightStorage.Float32 or > WeightStorage.Int8)
        {
            problems.Add(new Problem(
                ProblemIds.OutOfRange,
                network.Options.StorageSpan,
                [network.Class.Name, "WeightStorage", LayerContext.Text((int)network.Options.Storage), "Float32, BFloat16 or Int8"]));
        }

        if (network.Options.Precision is < Precision.Float32 or > Precision.Int8)
        {
            problems.Add(new Problem(
                ProblemIds.OutOfRange,
                network.Options.PrecisionSpan,
                [network.Class.Name, "Precision", LayerContext.Text((int)network.Options.Precision), "Float32 or Int8"]));
        }

        Scope scope = BuildInputs();
        Expand([.. network.Layers.Where(l => l.Kind is not (InputKind or StateKind or OutputKind))], scope);
        int[] results = IsFull ? [] : FindOutputs(scope);
        (int[] outputs, GraphState[] states) = IsFull ? ([], []) : FindStates(scope, results);
        if (problems.Count == 0 && !broken)
        {
            FindUnused(outputs);
        }

        Graph? graph = broken || problems.Count > 0 ? null
            : new Graph([.. inputs.Select(i => i.Input)], layers.ToEquatableArray(), outputs.ToEquatableArray(), network.Options.WithoutSpans())
            {
                States = states.ToEquatableArray(),
                ResultCount = results.Length,
            };
        return new GraphResult(
            graph,
            problems.Count > 0 ? Distinct(problems) : [],
            IsFull ? [] : names.ToEquatableArray(),
            spans.ToEquatableArray());
    }

    /// <summary>A block that is placed ten times has its mistakes once.</summary>
    private static EquatableArray<Problem> Distinct(IEnumerable<Problem> problems) =>
        problems.GroupBy(p => (p.Id, p.Span == default ? p.Arguments[0] : "", p.Span)).Select(g => g.First()).ToEquatableArray();

    /// <summary>Whether the network has come to more layers and uses than it may.</summary>
    private bool IsFull => expanded > MostLayers;

    private void Expand(IReadOnlyList<LayerSyntax> syntaxes, Scope scope)
    {
        string[] local = LocalNames(syntaxes);
        scope.Later.UnionWith(local);
        for (int i = 0; i < syntaxes.Count; i++)
        {
            LayerSyntax syntax = Bind(syntaxes[i], scope.Prefix + local[i], scope.Use);
            broken |= syntax.IsBroken;
            CheckName(syntax, local[i], scope);
            if (syntax.Kind == UseKind)
            {
                Place(syntax, local[i], scope);
            }
            else if (LayerKind.Find(syntax.Kind) is { } kind)
            {
                AddLayer(syntax, kind, local[i], scope);
            }
            else if (syntax.Kind is InputKind or StateKind or OutputKind)
            {
                problems.Add(new Problem(ProblemIds.NotInBlock, At(syntax.Span, scope), [scope.Use!.Block.Name, syntax.Kind]));
            }
            else
            {
                broken = true;
            }

            scope.Later.Remove(local[i]);
            if (IsFull)
            {
                // Where blocks repeat within blocks, it is the network's own line that has to change.
                if (scope.Use is null)
                {
                    SourceSpan span = syntax.Find("Repeat")?.Span ?? syntax.Span;
                    problems.Add(new Problem(
                        ProblemIds.TooManyLayers, span, [local[i], $"{LayerContext.Text(MostLayers)} layers and uses of blocks"]));
                }

                return;
            }
        }
    }

    private void AddLayer(LayerSyntax syntax, LayerKind kind, string localName, Scope scope)
    {
        expanded++;
        string name = scope.Prefix + localName;
        names.Add(name);
        IReadOnlyList<Value>? sources = FindSources(syntax, kind, name, scope);
        var context = new LayerContext(
            syntax, name, sources ?? [new Value("", -1, null)], scope.Use?.Span ?? default, problems);
        LayerRule? rule = syntax.IsBroken ? null : kind.Apply(context);
        if (rule is null || sources is null || context.IsInvalid)
        {
            scope.Last = new Value(name, -1, null);
        }
        else
        {
            sources = rule.Past > 0 ? [Precede(sources[0], rule.Past, syntax, context, scope)] : sources;
            var layer = new Layer(
                name,
                kind.Name,
                sources.Select(s => s.Layer).ToEquatableArray(),
                sources.Select(s => s.Shape!.Value).ToEquatableArray(),
                rule.Output,
                rule.Operation,
                network.Options.Precision == Precision.Int8 && IntegerLayers.Suits(rule.Operation, sources[0].Shape!.Value)
                    ? [.. rule.Weights, IntegerLayers.Range]
                    : rule.Weights.ToEquatableArray());
            CheckTensors(layer, syntax, scope);
            scope.Last = new Value(name, layers.Count, rule.Output);
            layers.Add(layer);
            spans.Add(At(syntax.Span, scope));
            memory.Add(layer, context);
        }

        scope.Values[localName] = scope.Last;
    }

    /// <summary>The results that a layer takes; null where a name leads nowhere.</summary>
    private List<Value>? FindSources(LayerSyntax syntax, LayerKind kind, string name, Scope scope)
    {
        LayerArgument? from = syntax.Find("From");
        if (kind.TakesNothing && from is null)
        {
            return [new Value(InputName, Graph.SourceOf(0), inputs.Count > 0 ? inputs[0].Input.Shape : null)];
        }

        LayerArgument[] given = [.. syntax.Arguments.Where(a => a.Name == "names")];
        int count = given.Length + (from is not null || given.Length < 2 ? 1 : 0);
        if (kind.TakesNames && (given.Length == 0 || count < kind.Operands.Least || count > kind.Operands.Most))
        {
            if (!syntax.IsBroken)
            {
                problems.Add(new Problem(ProblemIds.NamesToCombine, At(syntax.Span, scope), [name, syntax.Kind, kind.Operands.Text]));
            }

            return null;
        }

        var sources = new List<Value>();
        bool found = true;
        if (from is not null)
        {
            Add(from);
        }
        else if (given.Length < 2)
        {
            sources.Add(scope.Last);
        }

        foreach (LayerArgument argument in given)
        {
            Add(argument);
        }

        foreach (LayerArgument argument in kind.SourceArguments.Select(syntax.Find).OfType<LayerArgument>())
        {
            Add(argument);
        }

        return found ? sources : null;

        void Add(LayerArgument argument)
        {
            Value? value = Resolve(argument, name, scope);
            found &= value is not null;
            sources.Add(value ?? scope.Last);
        }
    }

    private Value? Resolve(LayerArgument argument, string layer, Scope scope)
    {
        string name = argument.Value as string ?? "";
        if (name == BlockInput && scope.Use is not null)
        {
            return scope.Input;
        }

        if (scope.Values.TryGetValue(name, out Value? value))
        {
            return value;
        }

        bool later = Enumerable.Range(0, name.Length + 1)
            .Any(length => (length == name.Length || name[length] == '.') && scope.Later.Contains(name.Substring(0, length)));
        problems.Add(new Problem(later ? ProblemIds.ForwardName : ProblemIds.UnknownName, At(argument.Span, scope), [layer, name]));
        return null;
    }

    private void Place(LayerSyntax syntax, string localName, Scope scope)
    {
        expanded++;
        string name = scope.Prefix + localName;
        Value? input = syntax.Find("From") is { } from ? Resolve(from, name, scope) : scope.Last;
        input ??= new Value("", -1, null);
        Value result = input with { Shape = null };
        if (syntax.Block is null || !blocks.TryGetValue(syntax.Block, out BlockSyntax? block) || syntax.IsBroken)
        {
            broken = true;
        }
        else if (!block.IsBlock || block.Layers.Count == 0)
        {
            problems.Add(new Problem(ProblemIds.NotABlock, At(syntax.Span, scope), [name, block.Name]));
        }
        else if (Outward(scope.Use).Any(u => u.Block == block))
        {
            problems.Add(new Problem(ProblemIds.BlockRecursion, At(syntax.Span, scope), [name, block.Name]));
        }
        else if (Outward(scope.Use).Count() == MostNested)
        {
            problems.Add(new Problem(
                ProblemIds.TooManyLayers, At(syntax.Span, scope), [name, $"{LayerContext.Text(MostNested)} blocks within one another"]));
        }
        else
        {
            result = PlaceBlock(syntax, block, localName, input, scope);
        }

        scope.Last = result;
        scope.Values[localName] = result;
    }

    private Value PlaceBlock(LayerSyntax syntax, BlockSyntax block, string localName, Value input, Scope scope)
    {
        LayerArgument[] arguments = [.. syntax.Arguments.Where(a => a.Name == "arguments")];
        var context = new LayerContext(syntax, scope.Prefix + localName, [input], scope.Use?.Span ?? default, problems);
        bool repeats = context.Has("Repeat");
        int count = context.Positive("Repeat");
        var used = new HashSet<int>();
        for (int i = 0; i < count && !IsFull; i++)
        {
            string local = repeats ? $"{localName}.{LayerContext.Text(i)}" : localName;
            string name = scope.Prefix + local;
            if (repeats)
            {
                Take(syntax, name, scope);
            }

            var use = new Use(
                name, At(syntax.Span, scope), block, [.. arguments.Select(a => a.Value is int value ? value : 0)], used, scope.Use);
            var inner = new Scope(name + ".", input, use);
            Expand(block.Layers, inner);
            foreach (KeyValuePair<string, Value> value in inner.Values)
            {
                scope.Values[local + "." + value.Key] = value.Value;
            }

            input = inner.Last;
            scope.Values[local] = input;
        }

        for (int i = 0; i < arguments.Length && !IsFull; i++)
        {
            if (!used.Contains(i) && !broken)
            {
                problems.Add(new Problem(
                    ProblemIds.UnusedParam, At(arguments[i].Span, scope), [context.Name, block.Name, ParamName(i)]));
            }
        }

        return input;
    }

    private static IEnumerable<Use> Outward(Use? use)
    {
        for (; use is not null; use = use.Outer)
        {
            yield return use;
        }
    }

    /// <summary>Puts the use's numbers in place of a block's parameters.</summary>
    private LayerSyntax Bind(LayerSyntax syntax, string name, Use? use)
    {
        if (!syntax.Arguments.Any(a => ParamIndex(a.Value) >= 0))
        {
            return syntax;
        }

        bool unbound = false;
        var arguments = new List<LayerArgument>();
        foreach (LayerArgument argument in syntax.Arguments)
        {
            int index = ParamIndex(argument.Value);
            if (index < 0)
            {
                arguments.Add(argument);
            }
            else if (use is not null && index < use.Arguments.Count)
            {
                use.Used.Add(index);
                arguments.Add(argument with { Value = use.Arguments[index] });
            }
            else
            {
                unbound = true;
                string given = use is null ? "none: only a block has parameters"
                    : use.Arguments.Count == 0 ? "no numbers"
                    : $"only {ParamName(0)}{(use.Arguments.Count > 1 ? " to " + ParamName(use.Arguments.Count - 1) : "")}";
                SourceSpan span = argument.Span == default && use is not null ? use.Span : argument.Span;
                problems.Add(new Problem(ProblemIds.UnboundParam, span, [name, ParamName(index), use?.Name ?? "", given]));
            }
        }

        return syntax with { Arguments = arguments.ToEquatableArray(), IsBroken = syntax.IsBroken || unbound };
    }

    /// <summary>The number of <c>Param.A</c> to <c>Param.H</c>; −1 for an ordinary value. The numbers are those of the runtime's class.</summary>
    private static int ParamIndex(object? value)
    {
        if (value is not int number || number >= 0)
        {
            return -1;
        }

        long distance = (long)number - int.MinValue - 1;
        return distance % 1_000_000 == 0 && distance / 1_000_000 is >= 1 and <= 8 ? (int)(distance / 1_000_000) - 1 : -1;
    }

    private static string ParamName(int index) => "Param." + (char)('A' + index);

    private static SourceSpan At(SourceSpan span, Scope scope) => span == default ? scope.Use?.Span ?? default : span;
}
