using NetGen.Generator.Diagnostics;

namespace NetGen.Generator.Graphs.Layers;

/// <summary><c>MaxPool2D</c> and <c>AvgPool2D</c>, and the same over sequences.</summary>
internal sealed class Pooling(PoolKind kind, bool isSequence = false) : LayerKind
{
    public override string Name => (kind == PoolKind.Max ? "MaxPool" : "AvgPool") + (isSequence ? "1D" : "2D");

    public override string Stem => kind == PoolKind.Max ? "maxpool" : "avgpool";

    public override LayerRule? Apply(LayerContext context)
    {
        Window window = isSequence ? Windows.ReadSequence(context, strideIsKernel: true) : Windows.Read(context, strideIsKernel: true);
        bool ceil = context.Bool("CeilMode", false);
        bool countIncludePad = context.Bool("CountIncludePad", true);
        if (context.Has("InChannels"))
        {
            context.Positive("InChannels");
        }

        if (context.IsInvalid)
        {
            return null;
        }

        Check(context, window.Padding.Top, window.KernelHeight, "PaddingTop", "height");
        Check(context, window.Padding.Bottom, window.KernelHeight, "PaddingBottom", "height");
        Check(context, window.Padding.Left, window.KernelWidth, "PaddingLeft", isSequence ? "length" : "width");
        Check(context, window.Padding.Right, window.KernelWidth, "PaddingRight", isSequence ? "length" : "width");
        if ((isSequence ? context.Sequence() : context.Image()) is not { } input || context.IsInvalid)
        {
            return null;
        }

        context.Expect(ProblemIds.ChannelMismatch, "InChannels", input.Channels);
        return Windows.Slide(context, input, window, input.Channels, ceil) is { } output
            ? new LayerRule(output, new PoolOperation(kind, window, countIncludePad))
            : null;
    }

    /// <summary>Padding over half the window would leave windows with nothing of the image in them.</summary>
    private static void Check(LayerContext context, int padding, int kernel, string argument, string side)
    {
        if (padding > kernel / 2 && !context.IsInvalid)
        {
            context.Invalid(
                ProblemIds.PoolPaddingTooLarge,
                context.Given(argument, "Padding"),
                LayerContext.Text(padding),
                LayerContext.Text(kernel / 2),
                side,
                LayerContext.Text(kernel));
        }
    }
}

/// <summary><c>GlobalMaxPool2D</c> and <c>GlobalAvgPool2D</c>: C×H×W becomes C×1×1.</summary>
internal sealed class GlobalPooling(PoolKind kind) : LayerKind
{
    public override string Name => kind == PoolKind.Max ? "GlobalMaxPool2D" : "GlobalAvgPool2D";

    public override string Stem => kind == PoolKind.Max ? "globalmaxpool" : "globalavgpool";

    public override LayerRule? Apply(LayerContext context) => context.Image() is { } input
        ? new LayerRule(Shape.Image(input.Channels, 1, 1), new GlobalPoolOperation(kind))
        : null;
}
