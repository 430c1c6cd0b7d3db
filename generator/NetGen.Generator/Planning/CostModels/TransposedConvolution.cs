using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning;

/// <summary>
/// The output rows (or columns) of a transposed convolution that sum the same taps: those that leave the same remainder when the
/// stride divides them. Output o sums tap k of input (o + padding − dilation · k) / stride wherever that is whole, and the taps for
/// which it is are evenly spaced.
/// </summary>
/// <param name="First">The first output.</param>
/// <param name="Count">The number of outputs, a stride apart.</param>
/// <param name="FirstTap">The first tap.</param>
/// <param name="TapStep">The distance between taps.</param>
/// <param name="Taps">The number of taps; none, where the kernel is shorter than the stride.</param>
/// <param name="FirstInput">The input that the first output's first tap reads; may lie outside, among zeros.</param>
/// <param name="InputStep">The distance between the inputs of two taps, which is negative: later taps read earlier inputs.</param>
internal sealed record TransposedPhase(int First, int Count, int FirstTap, int TapStep, int Taps, int FirstInput, int InputStep);

/// <summary>The arithmetic of transposed convolutions.</summary>
internal static class TransposedConvolution
{
    /// <summary>All pairs of row and column phases.</summary>
    public static IEnumerable<(TransposedPhase Rows, TransposedPhase Columns)> Phases(Window window, int height, int width) =>
        from rows in Phases(height, window.KernelHeight, window.StrideHeight, window.DilationHeight, window.Padding.Top)
        from columns in Phases(width, window.KernelWidth, window.StrideWidth, window.DilationWidth, window.Padding.Left)
        select (rows, columns);

    /// <summary>The zeros that the phases read around the input.</summary>
    public static Border Border(Window window, Shape input, Shape output)
    {
        (int top, int bottom) = Reach(Phases(output.Height, window.KernelHeight, window.StrideHeight, window.DilationHeight, window.Padding.Top), input.Height);
        (int left, int right) = Reach(Phases(output.Width, window.KernelWidth, window.StrideWidth, window.DilationWidth, window.Padding.Left), input.Width);
        return new Border(top, bottom, left, right);
    }

    private static IEnumerable<TransposedPhase> Phases(int length, int kernel, int stride, int dilation, int padding)
    {
        int step = stride / GreatestCommonDivisor(stride, dilation);
        for (int first = 0; first < Math.Min(stride, length); first++)
        {
            int count = ((length - 1 - first) / stride) + 1;
            int tap = 0;
            while (tap < Math.Min(step, kernel) && Remainder(first + padding - ((long)dilation * tap), stride) != 0)
            {
                tap++;
            }

            int taps = tap < Math.Min(step, kernel) ? ((kernel - 1 - tap) / step) + 1 : 0;
            yield return taps == 0
                ? new TransposedPhase(first, count, 0, 1, 0, 0, 0)
                : new TransposedPhase(
                    first, count, tap, step, taps, (int)((first + padding - ((long)dilation * tap)) / stride), -(int)((long)dilation * step / stride));
        }
    }

    private static (int Before, int After) Reach(IEnumerable<TransposedPhase> phases, int length)
    {
        TransposedPhase[] summing = [.. phases.Where(p => p.Taps > 0)];
        int least = summing.Select(p => p.FirstInput + ((p.Taps - 1) * p.InputStep)).DefaultIfEmpty(0).Min();
        int most = summing.Select(p => p.FirstInput + p.Count - 1).DefaultIfEmpty(0).Max();
        return (Math.Max(0, -least), Math.Max(0, most - (length - 1)));
    }

    private static long Remainder(long value, int divisor) => ((value % divisor) + divisor) % divisor;

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
