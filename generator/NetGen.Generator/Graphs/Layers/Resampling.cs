using NetGen.Generator.Diagnostics;

namespace NetGen.Generator.Graphs.Layers;

/// <summary><c>Upsample2D</c>.</summary>
internal sealed class Upsample : LayerKind
{
    public override string Name => "Upsample2D";

    public override string Stem => "upsample";

    public override LayerRule? Apply(LayerContext context)
    {
        int both = context.Positive("scale");
        int scaleHeight = context.Positive("scaleHeight", both);
        int scaleWidth = context.Positive("scaleWidth", both);
        bool bilinear = context.Enum<UpsampleMode>("Mode") == UpsampleMode.Bilinear;
        bool alignCorners = context.Bool("AlignCorners", false);
        if (context.Image() is not { } input || context.IsInvalid)
        {
            return null;
        }

        context.Size("output", input.Channels, input.Height, scaleHeight, input.Width, scaleWidth);
        return new LayerRule(
            Shape.Image(input.Channels, input.Height * scaleHeight, input.Width * scaleWidth),
            new UpsampleOperation(scaleHeight, scaleWidth, bilinear, bilinear && alignCorners));
    }
}

/// <summary><c>ChannelShuffle</c>.</summary>
internal sealed class ChannelShuffle : LayerKind
{
    public override string Name => "ChannelShuffle";

    public override string Stem => "shuffle";

    public override LayerRule? Apply(LayerContext context)
    {
        int groups = context.Positive("groups");
        if (context.Image() is not { } input || context.IsInvalid)
        {
            return null;
        }

        if (input.Channels % groups != 0)
        {
            context.Invalid(
                ProblemIds.DoesNotDivide, "groups", LayerContext.Text(groups), LayerContext.Text(input.Channels), context.SourceName);
            return null;
        }

        return new LayerRule(input, new ChannelShuffleOperation(groups));
    }
}

/// <summary><c>PixelShuffle</c>.</summary>
internal sealed class PixelShuffle : LayerKind
{
    public override string Name => "PixelShuffle";

    public override string Stem => "pixelshuffle";

    public override LayerRule? Apply(LayerContext context)
    {
        int factor = context.Positive("factor");
        if (context.Image() is not { } input || context.IsInvalid)
        {
            return null;
        }

        long square = (long)factor * factor;
        if (input.Channels % square != 0)
        {
            context.Invalid(
                ProblemIds.DoesNotDivide,
                "factor",
                $"{LayerContext.Text(factor)}·{LayerContext.Text(factor)}",
                LayerContext.Text(input.Channels),
                context.SourceName);
            return null;
        }

        return new LayerRule(
            Shape.Image(input.Channels / (int)square, input.Height * factor, input.Width * factor), new PixelShuffleOperation(factor));
    }
}

/// <summary>
/// <c>ConvTranspose2D</c>: (size − 1) · stride − padding + dilation · (kernel − 1) + output padding + 1, as in PyTorch.
/// </summary>
internal sealed class TransposedConvolution(bool isSequence = false) : LayerKind
{
    /// <summary>
    /// Outputs that the stride sets apart sum different taps, each kind in a call of its own. A stride of 32 in both directions is
    /// the most that networks use.
    /// </summary>
    private const int MostPhases = 32 * 32;

    public override string Name => isSequence ? "ConvTranspose1D" : "ConvTranspose2D";

    public override string Stem => "convtranspose";

    public override LayerRule? Apply(LayerContext context)
    {
        int filters = context.Positive("filters");
        int groups = context.Positive("Groups");
        bool bias = context.Bool("Bias", true);
        Window window = isSequence ? Windows.ReadSequence(context, strideIsKernel: false) : Windows.Read(context, strideIsKernel: false);
        int outputPadding = context.Padding("OutputPadding");
        int outputPaddingHeight = isSequence ? 0 : context.Padding("OutputPaddingHeight", outputPadding);
        int outputPaddingWidth = context.Padding("OutputPaddingWidth", outputPadding);
        if (context.Has("InChannels"))
        {
            context.Positive("InChannels");
        }

        if (!context.IsInvalid)
        {
            CheckPhases(context, window);
            CheckOutputPadding(context, outputPaddingHeight, window.StrideHeight, window.DilationHeight, "OutputPaddingHeight", "height");
            CheckOutputPadding(context, outputPaddingWidth, window.StrideWidth, window.DilationWidth, "OutputPaddingWidth", "width");
        }

        if ((isSequence ? context.Sequence() : context.Image()) is not { } input || context.IsInvalid)
        {
            return null;
        }

        context.Expect(ProblemIds.ChannelMismatch, "InChannels", input.Channels);
        if (!Convolution.CheckGroups(context, input, filters, groups))
        {
            return null;
        }

        Border padding = window.Padding;
        long height = Length(input.Height, window.StrideHeight, padding.Top, padding.Bottom, window.SpanHeight, outputPaddingHeight);
        long width = Length(input.Width, window.StrideWidth, padding.Left, padding.Right, window.SpanWidth, outputPaddingWidth);
        if (height <= 0 || width <= 0)
        {
            context.Invalid(
                ProblemIds.OutOfRange,
                context.Given("Padding", "PaddingTop", "PaddingBottom", "PaddingLeft", "PaddingRight"),
                height <= 0 ? "the output's height" : "the output's width",
                LayerContext.Text(height <= 0 ? height : width),
                "at least 1");
            return null;
        }

        context.Size("output", filters, height, width);
        int fanIn = context.Size("weights of one filter", filters / groups, window.KernelHeight, window.KernelWidth);
        context.Size("weights", input.Channels, fanIn);

        // PyTorch takes the fan-in of a transposed convolution from the second dimension of its weights too.
        var weight = new WeightTensor(
            "weight", [input.Channels, filters / groups, .. Windows.KernelSides(window, isSequence)], WeightRole.Weight, WeightInit.Uniform, fanIn);
        var operation = new TransposedConvolutionOperation(filters, window, groups, bias);
        var output = Shape.Image(filters, (int)height, (int)width);
        return bias ? new(output, operation, weight, Bias(filters, fanIn)) : new(output, operation, weight);
    }

    private static long Length(long size, long stride, long before, long after, long span, long outputPadding) =>
        ((size - 1) * stride) - before - after + span + outputPadding;

    private static void CheckPhases(LayerContext context, Window window)
    {
        long phases = (long)window.StrideHeight * window.StrideWidth;
        if (phases > MostPhases)
        {
            context.Invalid(
                ProblemIds.OutOfRange,
                context.Given("StrideHeight", "StrideWidth", "Stride"),
                "the stride's height times its width",
                LayerContext.Text(phases),
                $"at most {LayerContext.Text(MostPhases)}");
        }
    }

    private static void CheckOutputPadding(LayerContext context, int padding, int stride, int dilation, string argument, string side)
    {
        if (padding >= stride && padding >= dilation && !context.IsInvalid)
        {
            context.Invalid(
                ProblemIds.OutputPaddingTooLarge,
                context.Given(argument, "OutputPadding"),
                LayerContext.Text(padding),
                side,
                LayerContext.Text(stride),
                LayerContext.Text(dilation));
        }
    }
}
