using System;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;
using Xunit;

namespace NetGen.Generator.Tests.Planning.CostModels;

/// <summary>The phases of transposed convolutions, beside the definition of one.</summary>
public sealed class TransposedConvolutionTests
{
    [Fact]
    public void Phases_OfAnyWindow_SumEveryTapOfEveryResultOnce()
    {
        foreach ((int kernel, int stride, int dilation, int padding) in Windows())
        {
            const int length = 11;
            var window = new Window(kernel, 1, stride, 1, new Border(padding, padding, 0, 0), dilation);
            TransposedPhase[] phases = [.. TransposedConvolution.Phases(window, length, 1).Select(p => p.Rows)];
            for (int result = 0; result < length; result++)
            {
                TransposedPhase phase = phases.Single(p => result >= p.First && (result - p.First) % stride == 0);
                int round = (result - phase.First) / stride;
                Assert.InRange(round, 0, phase.Count - 1);
                (int, int)[] summed =
                [
                    .. Enumerable.Range(0, phase.Taps).Select(t => (phase.FirstTap + (t * phase.TapStep), phase.FirstInput + round + (t * phase.InputStep))),
                ];

                // Tap k reads input (o + padding − dilation · k) / stride, wherever that is whole.
                (int, int)[] expected =
                [
                    .. Enumerable.Range(0, kernel)
                        .Where(k => (result + padding - (dilation * k)) % stride == 0)
                        .Select(k => (k, (result + padding - (dilation * k)) / stride)),
                ];
                Assert.True(expected.SequenceEqual(summed), $"kernel {kernel}, stride {stride}, dilation {dilation}, padding {padding}, result {result}");
            }
        }
    }

    [Fact]
    public void Border_OfAnyWindow_IsWhatThePhasesReachBeyondTheInput()
    {
        foreach ((int kernel, int stride, int dilation, int padding) in Windows())
        {
            const int input = 4;
            int output = ((input - 1) * stride) + (dilation * (kernel - 1)) + 1 - (2 * padding);
            if (output <= 0)
            {
                continue;
            }

            var window = new Window(kernel, kernel, stride, stride, new Border(padding, padding, padding, padding), dilation, dilation);
            int[] reached =
            [
                .. from result in Enumerable.Range(0, output)
                   from k in Enumerable.Range(0, kernel)
                   where (result + padding - (dilation * k)) % stride == 0
                   select (result + padding - (dilation * k)) / stride,
            ];
            int before = Math.Max(0, -reached.DefaultIfEmpty(0).Min());
            int after = Math.Max(0, reached.DefaultIfEmpty(0).Max() - (input - 1));
            Assert.Equal(
                new Border(before, after, before, after),
                TransposedConvolution.Border(window, Shape.Image(1, input, input), Shape.Image(1, output, output)));
        }
    }

    [Fact]
    public void Phases_OfRowsAndColumns_ArePaired()
    {
        var window = new Window(3, 2, 2, 3, default);
        Assert.Equal(
            [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)],
            TransposedConvolution.Phases(window, 9, 9).Select(p => (p.Rows.First, p.Columns.First)));

        // A result smaller than the stride has a phase for each of its rows.
        Assert.Equal(2, TransposedConvolution.Phases(new Window(5, 1, 4, 1, default), 2, 1).Count());
    }

    [Fact]
    public void Phase_KernelIsShorterThanTheStride_HasNoTaps()
    {
        TransposedPhase[] phases = [.. TransposedConvolution.Phases(new Window(2, 1, 3, 1, default), 9, 1).Select(p => p.Rows)];
        Assert.Equal([1, 1, 0], phases.Select(p => p.Taps));
        Assert.Equal([3, 3, 3], phases.Select(p => p.Count));
    }

    private static (int Kernel, int Stride, int Dilation, int Padding)[] Windows() =>
    [
        .. from kernel in Enumerable.Range(1, 5)
           from stride in Enumerable.Range(1, 4)
           from dilation in Enumerable.Range(1, 3)
           from padding in Enumerable.Range(0, 3)
           select (kernel, stride, dilation, padding),
    ];
}
