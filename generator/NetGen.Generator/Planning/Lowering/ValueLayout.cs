using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning.Passes;

namespace NetGen.Generator.Planning.Lowering;

/// <summary>
/// Where values lie: in the caller's spans, in buffers of their own, or in a part of another's, with how much around them. Buffers have
/// no offsets yet.
/// </summary>
internal sealed class ValueLayout
{
    private readonly PlanDecisions decisions;
    private readonly TensorView?[] values;
    private readonly Dictionary<int, TensorView> concats = [];
    private readonly List<VirtualBuffer> buffers = [];

    public ValueLayout(PlanDecisions decisions)
    {
        this.decisions = decisions;
        values = new TensorView?[Graph.Inputs.Count + Graph.Layers.Count];
    }

    private Graph Graph => decisions.Context.Graph;

    private FusedGraph Fused => decisions.Fused;

    /// <summary>The next buffer's index.</summary>
    public int NextBuffer => buffers.Count;

    /// <summary>Where a layer's result lies; −1 is the network's first input.</summary>
    public TensorView this[int layer]
    {
        get => values[layer + Graph.Inputs.Count]!;
        set => values[layer + Graph.Inputs.Count] = value;
    }

    /// <summary>The results of all layers; null for those that have no memory of their own.</summary>
    public EquatableArray<TensorView?> ToValues() => values.Skip(Graph.Inputs.Count).ToEquatableArray();

    public EquatableArray<VirtualBuffer> ToBuffers() => buffers.ToEquatableArray();

    /// <summary>Whether the caller takes a map as kernels write it: one pixel, or a row of samples.</summary>
    public bool IsDirect(int pixels) => pixels == 1 || decisions.Context.IsBatch;

    /// <summary>Where the caller takes an output; several lie one after the other.</summary>
    public TensorView OutputView(int layer, Shape physical)
    {
        IEnumerable<int> before = Graph.Outputs.TakeWhile(o => o != layer);
        return decisions.Context.IsBatch
            ? TensorView.Row(Storage.Output, physical, before.Sum(o => Graph.Layers[o].Output.Channels), Graph.Outputs.Sum(o => Graph.Layers[o].Output.Channels))
            : TensorView.Planar(Storage.Output, physical) with { Offset = before.Sum(o => Graph.Layers[o].Output.Length) };
    }

    /// <summary>Memory for a group's result: the caller's span for the network's, a part of a concatenation, or a buffer.</summary>
    public TensorView Result(LayerGroup group)
    {
        Shape shape = Graph.Layers[group.Last].Output;
        return Fused.IsOutput(group) && (IsDirect(shape.Pixels) || decisions.Algorithms.Of(group)?.WritesPlanes == true)
            ? OutputView(group.Last, shape)
            : PartView(group.Last) ?? NewBuffer(shape, decisions.Demands.Of(group.Last).Border, Graph.Layers[group.Last].Name);
    }

    /// <summary>Memory for a result of its operand's layout: the operand's own, where nobody else needs that.</summary>
    public TensorView ResultLike(LayerGroup group, TensorView operand)
    {
        if (Fused.IsOutput(group) && IsDirect(operand.Pixels))
        {
            return OutputView(group.Last, operand.Shape);
        }

        if (!decisions.Context.IsFlattenedMap(group.Last) && PartView(group.Last) is { } part)
        {
            return part;
        }

        // In place is out of the question where the operand's zeros have to last.
        Border border = decisions.Demands.Of(group.Last).Border;
        return operand.HasSlack && buffers[operand.Buffer].Bordered is null && Fused.HasSoleReader(group.Source) && border.IsEmpty
            ? operand
            : NewBuffer(operand.Shape, border, Graph.Layers[group.Last].Name);
    }

    /// <summary>The map that a concatenation's parts are written into, which may itself be a part of another.</summary>
    public TensorView ConcatView(int concat)
    {
        // Outermost first: it is the whole that the others are parts of.
        var missing = new Stack<int>();
        for (int? c = concat; c is int outer && !concats.ContainsKey(outer); c = Fused.ConcatOf(Fused.StartingWith(outer)!.Last))
        {
            missing.Push(outer);
        }

        foreach (int next in missing)
        {
            LayerGroup group = Fused.StartingWith(next)!;
            concats.Add(next, PartView(group.Last) ?? NewBuffer(group.Main.Output, BorderAround(group), Graph.Layers[group.Last].Name));
        }

        return concats[concat];
    }

    /// <summary>A buffer for a map with its channels last, and a border of zeros around it.</summary>
    public TensorView NewBuffer(Shape shape, Border border, string purpose)
    {
        TensorView whole = Bordered(shape, border, NextBuffer);
        return NewBuffer(whole, checked(whole.Height * whole.RowStride), border, purpose);
    }

    /// <summary>The same for a map whose planes follow each other.</summary>
    public TensorView NewPlanar(Shape shape, Border border, string purpose)
    {
        int height = shape.Height + border.Top + border.Bottom;
        int width = shape.Width + border.Left + border.Right;
        return NewBuffer(
            new TensorView(Storage.Workspace, NextBuffer, 0, shape.Channels, height, width, width, 1, height * width),
            checked(shape.Channels * height * width),
            border,
            purpose);
    }

    /// <summary>The next buffer, which a view of it already names.</summary>
    /// <returns>The map within its border.</returns>
    public TensorView NewBuffer(TensorView whole, int length, Border border, string purpose)
    {
        buffers.Add(new VirtualBuffer(length, border.IsEmpty ? null : whole, border, purpose));
        return whole.Inside(border);
    }

    /// <summary>A buffer for one step alone, which knows its length.</summary>
    public int NewScratch(string purpose)
    {
        buffers.Add(new VirtualBuffer(0, null, default, purpose));
        return buffers.Count - 1;
    }

    /// <summary>A map with its channels last and a border of zeros around it.</summary>
    public static TensorView Bordered(Shape shape, Border border, int buffer)
    {
        int pixel = LayoutPolicy.PixelStride(shape.Channels);
        int width = shape.Width + border.Left + border.Right;
        return new TensorView(
            Storage.Workspace, buffer, 0, shape.Channels, shape.Height + border.Top + border.Bottom, width, width * pixel, pixel, 1);
    }

    /// <summary>A layer's part of a concatenation, where its kernel writes one.</summary>
    private TensorView? PartView(int layer)
    {
        if (Fused.ConcatOf(layer) is not int concat)
        {
            return null;
        }

        int index = Graph.Layers[concat].Sources.ToList().IndexOf(layer);
        return ConcatView(concat).Part(Graph.Layers[concat].Inputs.Take(index).Sum(s => s.Channels), Graph.Layers[layer].Output.Channels);
    }

    /// <summary>The zeros that are needed around a concatenation or any of its parts, which may be concatenations themselves.</summary>
    private Border BorderAround(LayerGroup concat)
    {
        Border border = default;
        var pending = new Stack<LayerGroup>([concat]);
        while (pending.Count > 0)
        {
            LayerGroup next = pending.Pop();
            border = Border.Max(border, decisions.Demands.Of(next.Last).Border);
            foreach (int part in Fused.PartsOf(next))
            {
                if (Fused.EndingWith(part) is { Main.Operation: ConcatOperation } inner)
                {
                    pending.Push(inner);
                }
                else
                {
                    border = Border.Max(border, decisions.Demands.Of(part).Border);
                }
            }
        }

        return border;
    }
}
