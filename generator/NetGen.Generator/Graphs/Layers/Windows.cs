using NetGen.Generator.Diagnostics;

namespace NetGen.Generator.Graphs.Layers;

/// <summary>The arguments and arithmetic of sliding windows, which convolution and pooling share.</summary>
internal static class Windows
{
    private static readonly string[] PaddingArguments =
        ["Padding", "PaddingTop", "PaddingBottom", "PaddingLeft", "PaddingRight"];

    /// <summary>Reads kernel, stride, padding and dilation.</summary>
    /// <param name="context">The layer.</param>
    /// <param name="strideIsKernel">Whether the stride is the kernel's size where none is given, as for pooling.</param>
    public static Window Read(LayerContext context, bool strideIsKernel)
    {
        int kernel = context.Has("kernel") ? context.Positive("kernel") : 0;
        int kernelHeight = kernel > 0 ? kernel : context.Positive("kernelHeight");
        int kernelWidth = kernel > 0 ? kernel : context.Positive("kernelWidth");
        bool hasStride = context.Has("Stride");
        int stride = context.Positive("Stride");
        int padding = context.Padding("Padding");
        int dilation = context.Positive("Dilation");
        var window = new Window(
            kernelHeight,
            kernelWidth,
            context.Positive("StrideHeight", hasStride || !strideIsKernel ? stride : kernelHeight),
            context.Positive("StrideWidth", hasStride || !strideIsKernel ? stride : kernelWidth),
            new Border(
                context.Padding("PaddingTop", padding),
                context.Padding("PaddingBottom", padding),
                context.Padding("PaddingLeft", padding),
                context.Padding("PaddingRight", padding)),
            context.Positive("DilationHeight", dilation),
            context.Positive("DilationWidth", dilation));
        return context.Bool("SamePadding", false) ? Same(context, window) : window;
    }

    /// <summary>Reads kernel, stride, padding and dilation of a window over a sequence.</summary>
    /// <param name="context">The layer.</param>
    /// <param name="strideIsKernel">Whether the stride is the kernel's size where none is given, as for pooling.</param>
    public static Window ReadSequence(LayerContext context, bool strideIsKernel)
    {
        int kernel = context.Positive("kernel");
        int padding = context.Padding("Padding");
        var window = new Window(
            1,
            kernel,
            1,
            context.Positive("Stride", strideIsKernel ? kernel : 1),
            new Border(0, 0, context.Padding("PaddingLeft", padding), context.Padding("PaddingRight", padding)),
            1,
            context.Positive("Dilation"));
        bool streams = context.Bool("Streaming", false);
        if (!context.Bool("Causal", false) && !streams)
        {
            return context.Bool("SamePadding", false) ? Same(context, window) : window;
        }

        string reason = streams ? "since a streaming convolution reads what came before" : "since a causal convolution pads before the sequence alone";
        foreach (string argument in PaddingArguments)
        {
            if (context.Int(argument, 0) != 0)
            {
                context.Invalid(ProblemIds.OutOfRange, argument, argument, LayerContext.Text(context.Int(argument, 0)), "0, " + reason);
            }
        }

        if (context.Bool("SamePadding", false))
        {
            context.Invalid(ProblemIds.OutOfRange, "SamePadding", "SamePadding", "true", "false, " + reason);
        }

        int before = streams ? 0 : (int)System.Math.Min(window.SpanWidth - 1, int.MaxValue);
        return window with { Padding = new Border(0, 0, before, 0) };
    }

    /// <summary>The kernel's sides among the dimensions of its weights.</summary>
    public static int[] KernelSides(Window window, bool isSequence) => isSequence ? [window.KernelWidth] : [window.KernelHeight, window.KernelWidth];

    /// <summary>
    /// The number of places a window has along one side: ⌊(size + padding − span) / stride⌋ + 1, as in PyTorch; in ceil mode
    /// rounded up, without a window that would start in the padding after the image. Zero where the window does not fit.
    /// </summary>
    public static long Places(long size, long before, long after, long span, long stride, bool ceil)
    {
        long room = size + before + after - span + (ceil ? stride - 1 : 0);
        if (room < 0)
        {
            return 0;
        }

        long places = (room / stride) + 1;
        return ceil && (places - 1) * stride >= size + before ? places - 1 : places;
    }

    /// <summary>The image that a window makes of another, or null, with a report, where the window does not fit.</summary>
    public static Shape? Slide(LayerContext context, Shape input, Window window, int channels, bool ceil = false)
    {
        Border padding = window.Padding;
        long height = Places(input.Height, padding.Top, padding.Bottom, window.SpanHeight, window.StrideHeight, ceil);
        long width = Places(input.Width, padding.Left, padding.Right, window.SpanWidth, window.StrideWidth, ceil);
        if (height <= 0 || width <= 0)
        {
            bool high = height <= 0;
            context.Invalid(
                ProblemIds.KernelTooLarge,
                context.Given(high ? "kernelHeight" : "kernelWidth", "kernel"),
                high ? "height" : "width",
                LayerContext.Text(high ? window.SpanHeight : window.SpanWidth),
                LayerContext.Text(high ? input.Height : input.Width),
                LayerContext.Text(high ? (long)padding.Top + padding.Bottom : (long)padding.Left + padding.Right),
                context.SourceName);
            return null;
        }

        // The padded input has to be addressable too: it is what the kernel reads.
        context.Size("padded input", input.Channels, (long)input.Height + padding.Top + padding.Bottom, (long)input.Width + padding.Left + padding.Right);
        context.Size("output", channels, height, width);
        return Shape.Image(channels, (int)height, (int)width);
    }

    private static Window Same(LayerContext context, Window window)
    {
        if (context.Given(PaddingArguments) is { } padding)
        {
            context.Invalid(ProblemIds.SamePadding, "SamePadding", $"{padding} says otherwise; give only one of the two");
        }

        if (window.StrideHeight != 1 || window.StrideWidth != 1)
        {
            context.Invalid(
                ProblemIds.SamePadding,
                "SamePadding",
                $"the stride is {window.StrideHeight}×{window.StrideWidth}, and only stride 1 can keep height and width");
        }

        int rows = (int)System.Math.Min(window.SpanHeight - 1, int.MaxValue);
        int columns = (int)System.Math.Min(window.SpanWidth - 1, int.MaxValue);
        return window with { Padding = new Border(rows / 2, rows - (rows / 2), columns / 2, columns - (columns / 2)) };
    }
}
