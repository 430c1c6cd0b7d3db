using NetGen.Generator.Diagnostics;

namespace NetGen.Generator.Graphs.Layers;

/// <summary>
/// <c>Conv2D</c> and <c>DepthwiseConv2D</c>, and the same over sequences: a filter spans all channels of its group; depthwise, a group
/// is one channel.
/// </summary>
internal sealed class Convolution(bool depthwise, bool isSequence = false) : LayerKind
{
    public override string Name => (depthwise ? "DepthwiseConv" : "Conv") + (isSequence ? "1D" : "2D");

    public override string Stem => depthwise ? "dwconv" : "conv";

    public override LayerRule? Apply(LayerContext context)
    {
        int filters = context.Positive("filters");
        int multiplier = context.Positive("Multiplier");
        int groups = context.Positive("Groups");
        bool bias = context.Bool("Bias", true);
        Window window = isSequence ? Windows.ReadSequence(context, strideIsKernel: false) : Windows.Read(context, strideIsKernel: false);
        bool streams = isSequence && context.Bool("Streaming", false);
        if (context.Has("InChannels"))
        {
            context.Positive("InChannels");
        }

        if ((isSequence ? context.Sequence() : context.Image()) is not { } input || context.IsInvalid)
        {
            return null;
        }

        context.Expect(ProblemIds.ChannelMismatch, "InChannels", input.Channels);
        if (depthwise)
        {
            groups = input.Channels;
            filters = context.Size("filters", input.Channels, multiplier);
        }
        else if (!CheckGroups(context, input, filters, groups))
        {
            return null;
        }

        int past = streams ? Past(context, input, window) : 0;
        Shape read = input with { Width = input.Width + past };
        if (context.IsInvalid || Windows.Slide(context, read, window, filters) is not { } output)
        {
            return null;
        }

        int channelsPerGroup = input.Channels / groups;
        int fanIn = context.Size("weights of one filter", channelsPerGroup, window.KernelHeight, window.KernelWidth);
        context.Size("weights", filters, fanIn);
        var weight = new WeightTensor(
            "weight", [filters, channelsPerGroup, .. Windows.KernelSides(window, isSequence)], WeightRole.Weight, WeightInit.Uniform, fanIn);
        var operation = new ConvolutionOperation(filters, window, groups, bias);
        WeightTensor[] weights = bias ? [weight, Bias(filters, fanIn)] : [weight];
        return new LayerRule(output, operation, weights) { Past = past };
    }

    /// <summary>The elements of the calls before that a streaming convolution reads.</summary>
    private static int Past(LayerContext context, Shape input, Window window)
    {
        if (input.Width % window.StrideWidth != 0)
        {
            context.Invalid(
                ProblemIds.OutOfRange,
                "Stride",
                "Stride",
                LayerContext.Text(window.StrideWidth),
                $"a divisor of {input.Width}, the length that '{context.SourceName}' gives, since the next call goes on where this one ends");
        }

        long past = window.SpanWidth - window.StrideWidth;
        if (past < 0)
        {
            context.Invalid(
                ProblemIds.OutOfRange, "Stride", "Stride", LayerContext.Text(window.StrideWidth), $"at most the kernel's span of {window.SpanWidth} where calls follow one another");
        }

        context.Size("sequence", input.Channels, input.Width + System.Math.Max(past, 0));
        return context.IsInvalid ? 0 : (int)past;
    }

    /// <summary>Checks that the groups divide channels and filters.</summary>
    public static bool CheckGroups(LayerContext context, Shape input, int filters, int groups)
    {
        bool channels = input.Channels % groups != 0;
        if (!channels && filters % groups == 0)
        {
            return true;
        }

        context.Invalid(
            ProblemIds.GroupsDoNotDivide,
            "Groups",
            LayerContext.Text(groups),
            LayerContext.Text(channels ? input.Channels : filters),
            channels ? $"channels that '{context.SourceName}' gives" : "filters");
        return false;
    }
}
