using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Linq;

namespace NetGen.Runtime;

/// <summary>Finds the ranges of the activations that an integer network quantizes. Used by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Calibrator
{
    private const string Suffix = ".input_range";
    private const int NoiseSamples = 4;

    /// <summary>The tensors that a network needs before it is calibrated.</summary>
    /// <param name="specs">All that it needs.</param>
    public static WeightSpec[] WithoutRanges(WeightSpec[] specs) => [.. specs.Where(s => s.Init != WeightInit.Range)];

    /// <summary>Runs samples through the network in single precision, and adds the ranges that lose the least to its weights.</summary>
    /// <param name="weights">The weights; ranges among them are replaced.</param>
    /// <param name="specs">What the network needs.</param>
    /// <param name="info">The layer table.</param>
    /// <param name="engine">Computes the network in single precision.</param>
    /// <param name="samples">The samples in NCHW order, one after the other.</param>
    /// <param name="report">The ranges, and what lies outside them.</param>
    /// <returns>The weights together with the ranges.</returns>
    /// <exception cref="ArgumentException">There is no sample, or a part of one.</exception>
    /// <exception cref="InvalidOperationException">An activation is not a finite number.</exception>
    public static IWeightSource Run(
        IWeightSource weights, WeightSpec[] specs, NetworkInfo info, ObservedEngine engine, ReadOnlySpan<float> samples, out CalibrationReport report)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(specs);
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(engine);
        int length = info.Input.Length;
        if (samples.IsEmpty || samples.Length % length != 0)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"Calibration takes one or more samples of {length} values each, but the span has {samples.Length}."),
                nameof(samples));
        }

        // By the layer that gives the values; several layers may take them.
        var ranges = specs.Where(s => s.Init == WeightInit.Range).ToDictionary(s => s.Name, s => info[s.Name[..^Suffix.Length]].Sources[0]);
        Dictionary<string, ActivationHistogram> histograms = ranges.Values.Distinct().ToDictionary(v => v, _ => new ActivationHistogram());
        ForEachActivation(samples, length, info, engine, histograms, (histogram, values) => histogram.Widen(values));
        ForEachActivation(samples, length, info, engine, histograms, (histogram, values) => histogram.Count(values));
        Dictionary<string, float[]> found = histograms.ToDictionary(h => h.Key, h => h.Value.BestRange());
        report = new CalibrationReport(info.Name, samples.Length / length, [.. histograms.Select(h => h.Value.Describe(h.Key, found[h.Key]))]);
        return new CalibratedWeights(weights, ranges.ToDictionary(r => r.Key, r => found[r.Value]));
    }

    /// <summary>Writes a report's warnings to the listeners of <see cref="Trace"/>, for callers that did not ask for the report.</summary>
    /// <param name="report">The report.</param>
    public static void Warn(CalibrationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        foreach (string warning in report.Warnings)
        {
            Trace.TraceWarning("{0}", warning);
        }
    }

    /// <summary>Samples of normally distributed noise, for networks whose weights are random too.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="length">The values of a sample.</param>
    public static float[] Noise(int seed, int length)
    {
        // Two uniform numbers make a normal one (Box and Muller, 1958).
        var source = new RandomWeights(seed, [new("u", [2 * NoiseSamples * length], WeightInit.Uniform, 1)]);
        var uniform = new float[2 * NoiseSamples * length];
        source.Read("u", uniform);
        var noise = new float[NoiseSamples * length];
        for (int i = 0; i < noise.Length; i++)
        {
            noise[i] = MathF.Sqrt(-2 * MathF.Log(MathF.Abs(uniform[2 * i]))) * MathF.Cos(MathF.PI * uniform[(2 * i) + 1]);
        }

        return noise;
    }

    private delegate void Gather(ActivationHistogram histogram, ReadOnlySpan<float> values);

    private static void ForEachActivation(
        ReadOnlySpan<float> samples,
        int length,
        NetworkInfo info,
        ObservedEngine engine,
        Dictionary<string, ActivationHistogram> histograms,
        Gather gather)
    {
        var output = new float[info.Output.Length];
        for (int start = 0; start < samples.Length; start += length)
        {
            int sample = start / length;
            int inputStart = start;
            foreach (InputInfo input in info.Inputs)
            {
                See(input.Name, samples.Slice(inputStart, input.Shape.Length));
                inputStart += input.Shape.Length;
            }

            engine.Forward(samples.Slice(start, length), output, (layer, values) => See(layer.Name, values));

            void See(string name, ReadOnlySpan<float> values)
            {
                if (!histograms.TryGetValue(name, out ActivationHistogram? histogram))
                {
                    return;
                }

                foreach (float value in values)
                {
                    if (!float.IsFinite(value))
                    {
                        throw new InvalidOperationException(string.Create(
                            CultureInfo.InvariantCulture, $"The activation of {name} for sample {sample} is {value}; ranges are those of finite numbers."));
                    }
                }

                gather(histogram, values);
            }
        }
    }

    /// <summary>Weights and the ranges that were found for them.</summary>
    private sealed class CalibratedWeights(IWeightSource weights, Dictionary<string, float[]> ranges) : IWeightSource
    {
        private readonly Dictionary<string, TensorInfo> tensors =
            ranges.Keys.ToDictionary(name => name, name => new TensorInfo(name, TensorType.F32, ImmutableArray.Create(2)));

        public string Name => weights.Name;

        public IReadOnlyCollection<TensorInfo> Tensors => [.. weights.Tensors.Where(t => !tensors.ContainsKey(t.Name)), .. tensors.Values];

        public bool TryGetTensor(string name, [NotNullWhen(true)] out TensorInfo? tensor) =>
            tensors.TryGetValue(name, out tensor) || weights.TryGetTensor(name, out tensor);

        public void Read(string name, Span<float> destination)
        {
            if (ranges.TryGetValue(name, out float[]? range))
            {
                TensorReading.Find(this, name, destination);
                range.CopyTo(destination);
            }
            else
            {
                weights.Read(name, destination);
            }
        }

        public bool TryGetValues(string name, out ReadOnlySpan<float> values)
        {
            if (ranges.TryGetValue(name, out float[]? range))
            {
                values = range;
                return true;
            }

            return weights.TryGetValues(name, out values);
        }
    }
}
