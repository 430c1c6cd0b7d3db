using NetGen.Generator.Diagnostics;

namespace NetGen.Generator.Graphs.Layers;

/// <summary><c>Conv2D</c> and <c>DepthwiseConv2D</c>: a filter spans all channels of its group; depthwise, a group is one channel.</summary>
internal sealed class Convolution(bool depthwise) : LayerKind
{
    public override string Name => depthwise ? "DepthwiseConv2D" : "Conv2D";

    public override string Stem => depthwise ? "dwconv" : "conv";

    public override LayerRule? Apply(LayerContext context)
    {
        int filters = context.Positive("filters");
        int multiplier = context.Positive("Multiplier");
        int groups = context.Positive("Groups");
        bool bias = context.Bool("Bias", true);
        Window window = Windows.Read(context, strideIsKernel: false);
        if (context.Has("InChannels"))
        {
            context.Positive("InChannels");
        }

        if (context.Image() is not { } input || context.IsInvalid)
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

        if (Windows.Slide(context, input, window, filters) is not { } output)
        {
            return null;
        }

        int channelsPerGroup = input.Channels / groups;
        int fanIn = context.Size("weights of one filter", channelsPerGroup, window.KernelHeight, window.KernelWidth);
        context.Size("weights", filters, fanIn);
        var weight = new WeightTensor(
            "weight", [filters, channelsPerGroup, window.KernelHeight, window.KernelWidth], WeightRole.Weight, WeightInit.Uniform, fanIn);
        var operation = new ConvolutionOperation(filters, window, groups, bias);
        return bias ? new(output, operation, weight, Bias(filters, fanIn)) : new(output, operation, weight);
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
