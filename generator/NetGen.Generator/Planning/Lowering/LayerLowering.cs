using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning.Algorithms;
using NetGen.Generator.Planning.Passes;

namespace NetGen.Generator.Planning.Lowering;

/// <summary>
/// The fifth pass: turns groups into steps, and gives every value a layout. A strip's groups are lowered by a lowering of their own, whose
/// steps become the parts of one.
/// </summary>
internal sealed partial class LayerLowering
{
    private readonly PlanDecisions decisions;

    /// <summary>The integers that a result was turned into, by layer, and whether as a vector; all readers of its kind share them.</summary>
    private readonly Dictionary<(int Layer, bool IsVector), TensorView> quantized;

    private readonly Strip? strip;

    private LayerLowering(PlanDecisions decisions)
    {
        this.decisions = decisions;
        quantized = [];
        Values = new ValueLayout(decisions);
        Steps = new StepBuilder(decisions.Context.Sizes);
    }

    /// <summary>A lowering for the groups of a strip.</summary>
    private LayerLowering(LayerLowering whole, Strip strip)
    {
        decisions = whole.decisions;
        quantized = whole.quantized;
        Values = whole.Values;
        Steps = new StepBuilder(decisions.Context.Sizes);
        this.strip = strip;
    }

    /// <summary>The strip that is being lowered.</summary>
    /// <param name="Chain">Its groups.</param>
    /// <param name="Buffers">What lies between them.</param>
    private sealed record Strip(StripChain Chain, EquatableArray<LineBuffer> Buffers);

    /// <summary>Where values lie.</summary>
    public ValueLayout Values { get; }

    /// <summary>The steps so far.</summary>
    public StepBuilder Steps { get; }

    private PlanContext Context => decisions.Context;

    private Graph Graph => decisions.Context.Graph;

    private FusedGraph Fused => decisions.Fused;

    public static PlanDraft Run(PlanDecisions decisions) => new LayerLowering(decisions).Run();

    private PlanDraft Run()
    {
        var completed = new int[Graph.Layers.Count];
        for (int input = 0; input < Graph.Inputs.Count; input++)
        {
            Values[Graph.SourceOf(input)] = LowerInput(input);
        }

        foreach (LayerGroup group in Fused.Groups.Where(g => !decisions.Strips.Streams(g)))
        {
            Values[group.Last] = decisions.Strips.EndingWith(group) is { } chain ? LowerStrip(chain) : Lower(group);
            completed[group.Last] = Steps.Count;
        }

        foreach (int output in Graph.Outputs.Where(o => Values[o].Storage != Storage.Output))
        {
            Steps.Add(new ConvertStep([output], Values[output], Values.OutputView(output, Values[output].Shape)));
        }

        return new PlanDraft(Steps.ToSteps(), Values.ToBuffers(), Values.ToValues(), completed.ToEquatableArray());
    }

    /// <summary>
    /// The caller's input where the first kernel can read it as it is; otherwise a copy with a border, or with its channels last.
    /// </summary>
    private TensorView LowerInput(int index)
    {
        int source = Graph.SourceOf(index);
        (string name, Shape shape, _) = Graph.Inputs[index];
        ConvolutionAlgorithm? reader = Fused.Readers(source).Select(decisions.Algorithms.Of).FirstOrDefault(a => a?.Input == InputForm.Columns);
        if (reader is not null)
        {
            return LowerColumns(index, reader.ColumnPhases, reader.Border);
        }

        TensorView span = Context.IsBatch
            ? TensorView.Row(Storage.Input, shape, 0, shape.Channels)
            : TensorView.Planar(Storage.Input, shape) with { Offset = Graph.InputOffset(index) };
        ValueDemand demand = decisions.Demands.Of(source);
        if (demand.AnyLayout && demand.Border.IsEmpty)
        {
            return span;
        }

        TensorView copy = demand.AnyLayout
            ? Values.NewPlanar(shape, demand.Border, name)
            : Values.NewBuffer(shape, demand.Border, name);
        Steps.Add(new ConvertStep([], span, copy));
        return copy;
    }

    /// <summary>Planes of every n-th column of the caller's image.</summary>
    /// <returns>The planes that start with the first column; those of the others follow.</returns>
    private TensorView LowerColumns(int index, int phases, Border border)
    {
        (string name, Shape image, _) = Graph.Inputs[index];
        int offset = Graph.InputOffset(index);
        TensorView span = TensorView.Planar(Storage.Input, image) with { Width = image.Width / phases, PixelStride = phases };
        TensorView planes = Values.NewPlanar(Shape.Image(phases * image.Channels, image.Height, image.Width / phases), border, name);
        for (int first = 0; first < phases; first++)
        {
            Steps.Add(new ConvertStep([], span with { Offset = offset + first }, planes.Part(first * image.Channels, image.Channels)));
        }

        return planes.Part(0, image.Channels);
    }

    /// <summary>Lowers the groups of a chain, as one step.</summary>
    private TensorView LowerStrip(StripChain chain)
    {
        int scratch = Values.NewScratch(chain.Last.Main.Name + ", rows handed on");
        EquatableArray<LineBuffer> buffers = chain.Buffers.Select(b => b with { Map = b.Map with { Buffer = scratch } }).ToEquatableArray();
        var inner = new LayerLowering(this, new Strip(chain, buffers));
        TensorView value = Values[chain.Groups[0].Source];
        foreach (LayerGroup group in chain.Groups)
        {
            value = inner.Lower(group, value);
        }

        EquatableArray<Step> parts = inner.Steps.ToSteps().Select((part, i) => part with { StripRows = chain.Rows[i] }).ToEquatableArray();
        return Steps.Add(new StripStep(
            chain.Groups.SelectMany(g => g.Layers).ToEquatableArray(), parts[0].Input, parts[parts.Count - 1].Output, parts, buffers)
        {
            InputStep = StripSelection.WindowOf(chain.Groups[0])!.StrideHeight * parts[0].Input.RowStride,
            Rows = chain.Rows[chain.Rows.Count - 1],
            Scratch = scratch,
            MoreInputs = parts.SelectMany(p => p.MoreInputs).ToEquatableArray(),
        }).Output;
    }

    /// <summary>Whether a group is computed in a strip.</summary>
    public bool IsInStrip(LayerGroup group) => strip?.Chain.IndexOf(group) >= 0;

    /// <summary>The rows of the ring that a group reads; 0 where it reads none.</summary>
    public int RingRowsOf(LayerGroup group) =>
        strip?.Chain.IndexOf(group) is int index and > 0 && strip.Buffers[index - 1] is { IsRing: true, Rows: var rows } ? rows : 0;

    /// <summary>The rows that there is room for where a group streams its result to the next; null where it does not.</summary>
    public int? StreamedRowsOf(LayerGroup group) => LineBufferOf(group)?.Rows;

    private LineBuffer? LineBufferOf(LayerGroup group) =>
        strip?.Chain.IndexOf(group) is int index and >= 0 && index < strip.Buffers.Count ? strip.Buffers[index] : null;

    /// <summary>Memory for a group's result.</summary>
    public TensorView Result(LayerGroup group) => LineBufferOf(group) is { } buffer ? buffer.Inside
        : StoresIntegers(group) ? NewQuantized(Graph.Layers[group.Last].Output, group.Last, Graph.Layers[group.Last].Name)
        : Values.Result(group);

    /// <summary>The result that a group's epilogue adds; null where it adds none.</summary>
    public TensorView? ResidualOf(LayerGroup group) => group.Residual is int residual ? Values[residual] : null;

    /// <summary>What a group's sums are made of, and what happens to them, given where they are stored.</summary>
    public SumParameters ParametersOf(LayerGroup group, bool bias, TensorView output)
    {
        IEnumerable<EpilogueOperation> operations = ResidualOf(group)?.Quantization is { } quantization
            ? group.Epilogue.Operations.Select(e => e is ResidualEpilogue ? new ResidualEpilogue(quantization.Range) : e)
            : group.Epilogue.Operations;
        if (output.Quantization is { } results)
        {
            operations = operations.Append(new QuantizeEpilogue(results.Range));
        }

        return new(
            group.Main.TensorName("weight"), bias ? group.Main.TensorName("bias") : null, group.Folds, new Epilogue(operations.ToEquatableArray()));
    }
}
