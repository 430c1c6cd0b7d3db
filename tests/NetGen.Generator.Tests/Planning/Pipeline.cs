using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Planning.Algorithms;
using NetGen.Generator.Planning.Lowering;
using NetGen.Generator.Planning.Passes;
using NetGen.Generator.Tests.Graphs;
using Xunit;

namespace NetGen.Generator.Tests.Planning;

/// <summary>
/// A network, and what each pass makes of it: every pass is run when its result is first asked for, on the results of those before it.
/// </summary>
internal sealed class Pipeline(params IEnumerable<LayerSyntax> layers)
{
    private PlanContext? context;
    private FusedGraph? grouped;
    private (FusedGraph Fused, AlgorithmChoices Algorithms)? selection;
    private ValueDemands? demands;
    private StripChains? strips;
    private PlanDraft? draft;
    private Plan? plan;

    public Tier Tier { get; init; } = Tier.Vector512;

    public PlanMode Mode { get; init; }

    public PlanSizes Sizes { get; init; } = PlanSizes.Default;

    public NetworkOptions Options { get; init; } = NetworkOptions.Default;

    /// <summary>Options of a network that is computed with integers.</summary>
    public static NetworkOptions Integers { get; } = NetworkOptions.Default with { Precision = Precision.Int8 };

    /// <summary>Sizes at which maps of any size are computed in strips.</summary>
    public static PlanSizes AnyStrip { get; } = PlanSizes.Default with { StripMap = 0 };

    public static LayerSyntax Output(string name) => Networks.Layer("Output", ("name", name));

    public static LayerSyntax Add(params string[] names) => Networks.Layer("Add", [.. names.Select(n => ("names", (object)n))]);

    public static LayerSyntax Concat(params string[] names) => Networks.Layer("Concat", [.. names.Select(n => ("names", (object)n))]);

    public static LayerSyntax Slice(int start, int count, params (string Name, object Value)[] more) =>
        Networks.Layer("Slice", [("start", start), ("count", count), .. more]);

    public static LayerSyntax Pad(int padding) => Networks.Layer("ZeroPad2D", ("padding", padding));

    public static LayerSyntax Depthwise(int kernel, params (string Name, object Value)[] more) =>
        Networks.Layer("DepthwiseConv2D", [("kernel", kernel), .. more]);

    public PlanContext Context
    {
        get
        {
            if (context is null)
            {
                GraphResult result = GraphBuilder.Build(Networks.Network(layers) with { Options = Options });
                Assert.Empty(result.Problems);
                Graph graph = Assert.IsType<Graph>(result.Graph);
                graph = Mode == PlanMode.Batch ? Assert.IsType<Graph>(BatchRewrite.Of(graph, Sizes.BatchSamples)) : graph;
                context = new PlanContext(graph, Tier with { Sizes = Sizes }, Mode, LayerUses.Of(graph));
            }

            return context;
        }
    }

    /// <summary>The groups, before algorithms are selected.</summary>
    public FusedGraph Grouped => grouped ??= Fusion.Run(Context);

    /// <summary>The groups, poolings that an algorithm absorbed included.</summary>
    public FusedGraph Fused => (selection ??= AlgorithmSelection.Run(Context, Grouped)).Fused;

    public AlgorithmChoices Algorithms => (selection ??= AlgorithmSelection.Run(Context, Grouped)).Algorithms;

    public ValueDemands Demands => demands ??= DemandAnalysis.Run(Context, Fused, Algorithms);

    public StripChains Strips => strips ??= StripSelection.Run(Context, Fused, Algorithms, Demands);

    public PlanDraft Draft => draft ??= LayerLowering.Run(new PlanDecisions(Context, Fused, Algorithms, Demands, Strips));

    public Plan Plan => plan ??= Placement.Run(Context, Draft);

    /// <summary>A layer's index; −1 for the network's input.</summary>
    public int IndexOf(string layer) => layer == "input" ? -1 : Context.Graph.Layers.Select(l => l.Name).ToList().IndexOf(layer);

    /// <summary>The group that a layer starts, algorithms selected.</summary>
    public LayerGroup Group(string first) => Assert.IsType<LayerGroup>(Fused.StartingWith(IndexOf(first)));

    /// <summary>The algorithm of the convolution of such a name.</summary>
    public ConvolutionAlgorithm AlgorithmOf(string convolution) => Assert.IsAssignableFrom<ConvolutionAlgorithm>(Algorithms.Of(Group(convolution)));

    /// <summary>Where an algorithm for a convolution is looked for.</summary>
    public static ConvolutionSite SiteOf(Pipeline network, string convolution)
    {
        LayerGroup group = Assert.IsType<LayerGroup>(network.Grouped.StartingWith(network.IndexOf(convolution)));
        return new ConvolutionSite(network.Context, network.Grouped, group, Assert.IsType<ConvolutionOperation>(group.Main.Operation));
    }

    /// <summary>The names of a group's layers.</summary>
    public string NamesOf(LayerGroup group) => string.Join(" ", group.Layers.Select(l => Context.Graph.Layers[l].Name));

    /// <summary>The names of all groups' layers.</summary>
    public IEnumerable<string> NamesOf(FusedGraph fused) => fused.Groups.Select(NamesOf);

    /// <summary>What is demanded of a layer's result, or of the network's input.</summary>
    public ValueDemand DemandOn(string layer) => Demands.Of(IndexOf(layer));

    /// <summary>Where a layer's result lies.</summary>
    public TensorView ViewOf(string layer) => Assert.IsType<TensorView>(Draft.Values[IndexOf(layer)]);

    /// <summary>The only step of its kind, those within strips included.</summary>
    public T Step<T>()
        where T : Step => Assert.Single(Plan.LayerSteps.OfType<T>());

    /// <summary>The kinds of the steps, in order.</summary>
    public IEnumerable<string> StepNames => Draft.Steps.Select(s => s.GetType().Name);
}
