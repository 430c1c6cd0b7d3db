using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace NetGen;

/// <summary>
/// What a calibration found: the range of each activation that becomes integers, and what lies outside it. <see cref="ToString"/>
/// prints it as a table, with the warnings below.
/// </summary>
public sealed class CalibrationReport
{
    internal CalibrationReport(string network, int sampleCount, IReadOnlyList<CalibratedRange> ranges)
    {
        Network = network;
        SampleCount = sampleCount;
        Ranges = ranges;
        Warnings = [.. ranges.Where(r => r.IsSuspicious).Select(Warning)];
    }

    /// <summary>The network's name.</summary>
    public string Network { get; }

    /// <summary>The samples that the ranges were found on.</summary>
    public int SampleCount { get; }

    /// <summary>The ranges, one for each activation that a layer takes as integers.</summary>
    public IReadOnlyList<CalibratedRange> Ranges { get; }

    /// <summary>A sentence for each range that a few wild values seem to have made too wide; see <see cref="CalibratedRange.IsSuspicious"/>.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The ranges as a table, and the warnings.</summary>
    public override string ToString()
    {
        string[][] rows =
        [
            ["activation", "least", "largest", "range", "99.9 % of values", "clipped"],
            .. Ranges.Select(r => new[]
            {
                r.Activation, Text(r.Least), Text(r.Largest), $"{Text(r.From)} to {Text(r.To)}", $"{Text(r.BulkFrom)} to {Text(r.BulkTo)}",
                r.ClippedShare.ToString("0.####%", CultureInfo.InvariantCulture),
            }),
        ];
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Network}: ranges found on {SampleCount:N0} {(SampleCount == 1 ? "sample" : "samples")}\n");
        foreach (string[] row in rows)
        {
            text.Append(string.Join("  ", row.Select((cell, c) => cell.PadRight(rows.Max(r => r[c].Length)))).TrimEnd()).Append('\n');
        }

        foreach (string warning in Warnings)
        {
            text.Append("warning: ").Append(warning).Append('\n');
        }

        return text.ToString();
    }

    private string Warning(CalibratedRange range)
    {
        string typical = range.IsWiderThanBulk
            ? $"but 99.9 % of them from {Text(range.BulkFrom)} to {Text(range.BulkTo)}"
            : $"but half of the samples spread over no more than {Text(range.TypicalWidth)}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Network}: the values of '{range.Activation}' run from {Text(range.Least)} to {Text(range.Largest)}, the most in sample {range.WidestSample}, {typical}; so most of them share few of the {Runtime.Quantized.LargestActivation + 1} integers. Calibrate without the samples that are at fault.");
    }

    private static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}

/// <summary>The range of one activation, as a calibration found it.</summary>
public sealed class CalibratedRange
{
    /// <summary>How many times as wide as what is usual a range is that is reported.</summary>
    internal const int SuspiciousFactor = 100;

    internal CalibratedRange(string activation) => Activation = activation;

    /// <summary>The layer whose output it is, or <c>input</c>.</summary>
    public string Activation { get; }

    /// <summary>The least value that was seen, or zero where none is below.</summary>
    public float Least { get; internal init; }

    /// <summary>The largest value that was seen, or zero where none is above.</summary>
    public float Largest { get; internal init; }

    /// <summary>Where the range starts that the integers are spread over: values below become the least integer.</summary>
    public float From { get; internal init; }

    /// <summary>Where it ends: values above become the largest integer.</summary>
    public float To { get; internal init; }

    /// <summary>Where the range starts that 99.9 % of the values would need, those of the least magnitude; to within a 2,048th of the whole.</summary>
    public float BulkFrom { get; internal init; }

    /// <summary>Where that range ends.</summary>
    public float BulkTo { get; internal init; }

    /// <summary>The width of the range, zero included, that the median sample needs for itself.</summary>
    public float TypicalWidth { get; internal init; }

    /// <summary>The number of the sample, counted from zero, whose values spread the most.</summary>
    public int WidestSample { get; internal init; }

    /// <summary>The values that were seen in all samples.</summary>
    public long ValueCount { get; internal init; }

    /// <summary>Those of them that lie outside the range, to within a 2,048th of the whole.</summary>
    public long ClippedCount { get; internal init; }

    /// <summary>The share of the values that lies outside the range, from 0 to 1.</summary>
    public double ClippedShare => ValueCount == 0 ? 0 : (double)ClippedCount / ValueCount;

    /// <summary>
    /// Whether the values spread over a hundred times what 99.9 % of them need, or what the median sample needs: a few wild values
    /// have then made the range so wide that little of it is left for the others.
    /// </summary>
    public bool IsSuspicious => IsWiderThanBulk || (TypicalWidth > 0 && Width >= SuspiciousFactor * (double)TypicalWidth);

    internal bool IsWiderThanBulk => Width > 0 && Width >= SuspiciousFactor * ((double)BulkTo - BulkFrom);

    private double Width => (double)Largest - Least;
}
