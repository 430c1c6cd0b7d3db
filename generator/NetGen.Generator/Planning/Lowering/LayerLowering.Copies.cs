using NetGen.Generator.Graphs;
using NetGen.Generator.Planning.Passes;

namespace NetGen.Generator.Planning.Lowering;

/// <summary>Values in another layout, for kernels that cannot read them as they are.</summary>
internal sealed partial class LayerLowering
{
    /// <summary>
    /// What a group that computes with integers takes: its source's result as it is, or a copy, which all others of its kind share.
    /// </summary>
    public TensorView Quantized(LayerGroup group)
    {
        int layer = group.Source;
        while (Fused.EndingWith(layer) is { Main.Operation: IdentityOperation or FlattenOperation } alias)
        {
            layer = alias.Source;
        }

        TensorView source = Values[layer];
        if (source.IsQuantized)
        {
            return source;
        }

        // To a dense layer a map whose channels do not come last is as good as a vector; a convolution reads pixels.
        bool isVector = !source.IsChannelsLast && group.Main.Input.IsVector;
        if (quantized.TryGetValue((layer, isVector), out TensorView? known))
        {
            return known;
        }

        EquatableArray<int> layers = layer < 0 ? [] : [layer];
        if (isVector)
        {
            TensorView rows = RowMajor(group, source);
            source = rows with { Channels = rows.Length, Height = 1, Width = 1, RowStride = rows.Length, PixelStride = rows.Length, ChannelStride = 1 };
        }
        else if (!source.IsChannelsLast)
        {
            TensorView pixels = Values.NewBuffer(source.Shape, default, group.Main.Name + ", pixel by pixel");
            source = Steps.Add(new ConvertStep(layers, source, pixels)).Output;
        }

        TensorView copy = NewQuantized(source.Shape, layer, group.Main.Name + ", integers");
        quantized.Add((layer, isVector), copy);
        return Steps.Add(new QuantizeStep(layers, source, copy)).Output;
    }

    /// <summary>A buffer for a map of integers, and the filling of its border.</summary>
    private TensorView NewQuantized(Shape shape, int layer, string purpose)
    {
        IntegerDemand demand = decisions.Demands.Of(layer).Integers!;
        Border border = demand.Border;
        int pixel = LayoutPolicy.Padded(LayoutPolicy.ChannelStride(shape.Channels) / 4);
        int height = shape.Height + border.Top + border.Bottom;
        int width = shape.Width + border.Left + border.Right;
        var whole = new TensorView(Storage.Workspace, Values.NextBuffer, 0, (shape.Channels + 3) / 4, height, width, width * pixel, pixel, 1)
        {
            Quantization = new Quantization(IntegerLayers.RangeOf(Graph.Layers[demand.RangeLayer]), shape.Channels),
        };
        Values.NewBuffer(whole, checked(height * width * pixel), default, purpose);
        return border.IsEmpty ? whole : Steps.Add(new BorderStep(layer < 0 ? [] : [layer], whole, border)).Output.Inside(border);
    }

    /// <summary>Whether a group's kernel stores integers.</summary>
    private bool StoresIntegers(LayerGroup group) => decisions.Demands.Of(group.Last).Integers is { IsSole: true }
        && (decisions.Algorithms.Of(group)?.StoresIntegers ?? group.Main.Operation is DenseOperation);

    /// <summary>A vector that is still a map in memory becomes one in NCHW order, for layers to which the features' order matters.</summary>
    private TensorView Unflattened(LayerGroup group, TensorView source)
    {
        if (!group.Main.Input.IsVector || source.Pixels == 1)
        {
            return source;
        }

        TensorView vector = Values.NewBuffer(group.Main.Input, default, group.Main.Name + ", flattened");
        Steps.Add(new ConvertStep([], source, TensorView.Planar(Storage.Workspace, source.Shape) with { Buffer = vector.Buffer }));
        return vector;
    }

    /// <summary>A value in NCHW order without a gap: as it is, or a copy.</summary>
    private TensorView RowMajor(LayerGroup group, TensorView source)
    {
        bool isRowMajor = source.Pixels == 1
            ? source.ChannelStride == 1
            : source.PixelStride == 1 && source.HasContiguousRows && source.ChannelStride == source.Pixels;
        if (isRowMajor)
        {
            return source;
        }

        TensorView vector = Values.NewBuffer(Shape.Vector(source.Length), default, group.Main.Name + ", row by row");
        Steps.Add(new ConvertStep([], source, TensorView.Planar(Storage.Workspace, source.Shape) with { Buffer = vector.Buffer }));
        return vector;
    }
}
