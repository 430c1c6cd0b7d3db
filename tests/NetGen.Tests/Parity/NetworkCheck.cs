using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Threading.Tasks;
using NetGen.Runtime;
using NetGen.Tests.Golden;

namespace NetGen.Tests.Parity;

/// <summary>Holds one network, as it runs in this process, against what is expected of it.</summary>
internal sealed class NetworkCheck<TNet> : INetworkCheck
    where TNet : INetwork<TNet>
{
    private delegate void ForwardTwo(ReadOnlySpan<float> input, Span<float> first, Span<float> second);

    private delegate void ForwardThree(ReadOnlySpan<float> input, Span<float> first, Span<float> second, Span<float> third);

    private readonly Expectation expectation;
    private readonly TNet network;
    private readonly float[] input;
    private readonly List<string> failures = [];

    // A second sample, and what the network gives for either.
    private readonly float[] otherInput;
    private float[] output = [];
    private float[] otherOutput = [];

    public NetworkCheck(Expectation expectation)
    {
        this.expectation = expectation;
        network = TNet.Load(new GoldenWeights(TNet.Random(1).Weights.Tensors, ranges: expectation.Ranges));
        input = GoldenWeights.Input(TNet.Info.Input.Length, expectation.Input);
        otherInput = GoldenWeights.Input(input.Length, expectation.Input + ".other");
    }

    /// <summary>Whether values that are no numbers spread as the layers' definitions say.</summary>
    private bool CarriesNonFinite => expectation.Ranges.Count == 0 && expectation.Bound is null
        && !TNet.Info.Layers.Any(l => l.Algorithm.Contains("Winograd", StringComparison.OrdinalIgnoreCase));

    private static int OutputLength => TNet.Info.Output.Length;

    /// <summary>The tier whose kernels run, by the name of the engine's class.</summary>
    private string Tier => ((object)network).GetType().GetField("__netGenEngine", BindingFlags.Instance | BindingFlags.NonPublic)!
        .GetValue(network)!.GetType().Name.Split('_')[^1];

    public Outcome Run()
    {
        CheckTier();
        double error = CheckValues();
        CheckRepetition();
        CheckAllocation(() => network.Forward(input, output));
        CheckSeparateOutputs();
        CheckBatch();
        CheckThreads();
        CheckSharing();
        CheckNonFinite();
        CheckObserver();
        CheckDotProducts();
        return new Outcome(expectation.Network, Tier, error, [.. failures]);
    }

    /// <summary>
    /// The widest tier that is written and accelerated, of two of one width that with dot products; the narrowest that is written, where
    /// none is accelerated.
    /// </summary>
    private void CheckTier()
    {
        string[] written = [.. Tiers.All.Take(1).Append(Tiers.DotProducts).Concat(Tiers.All.Skip(1)).Where(t => typeof(TNet).Assembly.GetType($"NetGen.Generated.{typeof(TNet).FullName}_{t}") is not null)];
        string expected = written.FirstOrDefault(Tiers.IsAccelerated) ?? written[^1];
        Expect(Tier == expected, $"{Tier} runs, not {expected}");
    }

    private double CheckValues()
    {
        var x = new GuardedSpan(input);
        var y = new GuardedSpan(new float[OutputLength]);
        network.Forward(x.Values, y.Values);
        output = y.Values.ToArray();
        Expect(x.IsIntact && y.IsIntact, "memory outside the spans was written");
        Expect(x.Values.SequenceEqual(input), "the input was written");
        double error = Compare(output, expectation.Outputs);
        double bound = expectation.Bound ?? GoldenData.BoundOf(TNet.Info);
        Expect(error <= bound, string.Create(CultureInfo.InvariantCulture, $"the error is {error:0.0e+0} of the largest output, not at most {bound:0.0e+0}"));
        return error;
    }

    /// <summary>The largest error of several outputs that lie one after the other.</summary>
    private static double Compare(float[] actual, double[][] expected)
    {
        double[] rest = [.. actual.Select(v => (double)v)];
        double worst = 0;
        foreach (double[] values in expected)
        {
            worst = Math.Max(worst, Expectation.Error(values, rest.AsSpan(0, values.Length)));
            rest = rest[values.Length..];
        }

        return rest.Length == 0 ? worst : double.NaN;
    }

    private void CheckRepetition()
    {
        // The workspace then holds another input's values.
        otherOutput = Compute(otherInput);
        Expect(SameBits(Compute(input), output), "the result differs when it is computed again");
    }

    private void CheckAllocation(Action forward)
    {
        // A collection that another thread starts within a call can count as an allocation of this one, and then not every time.
        long least = long.MaxValue;
        for (int i = 0; i < 4 && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            forward();
            least = i == 0 ? least : Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Expect(least == 0, $"Forward allocated {least} bytes");
    }

    /// <summary>
    /// A network of several outputs has a <c>Forward</c> with a span for each. With several inputs, and with states, it has one of
    /// another form, which tests of their own call.
    /// </summary>
    private void CheckSeparateOutputs()
    {
        if (TNet.Info.Inputs.Length > 1)
        {
            return;
        }

        GuardedSpan[] y = [.. expectation.Outputs.Select(o => new GuardedSpan(new float[o.Length]))];
        switch (y.Length)
        {
            case 2:
                ForwardTwo two = Forward<ForwardTwo>(y.Length);
                CheckAllocation(() => two(input, y[0].Values, y[1].Values));
                break;
            case 3:
                ForwardThree three = Forward<ForwardThree>(y.Length);
                CheckAllocation(() => three(input, y[0].Values, y[1].Values, y[2].Values));
                break;
            default:
                return;
        }

        Expect(SameBits(y.SelectMany(o => o.Values.ToArray()).ToArray(), output), "the results differ in spans of their own");
        Expect(y.All(o => o.IsIntact), "memory outside the spans of several outputs was written");
    }

    private TDelegate Forward<TDelegate>(int outputs)
        where TDelegate : Delegate =>
        typeof(TNet).GetMethod("Forward", [typeof(ReadOnlySpan<float>), .. Enumerable.Repeat(typeof(Span<float>), outputs)])!
            .CreateDelegate<TDelegate>(network);

    private void CheckBatch()
    {
        // Two samples are computed one by one; of more than two whole batches, some are left over.
        foreach ((int samples, int threads) in new[] { (2, 1), (2, 2), ((2 * expectation.BatchSamples) + 1, 1), ((2 * expectation.BatchSamples) + 1, 2) })
        {
            var x = new GuardedSpan([.. Enumerable.Range(0, samples).SelectMany(i => i % 3 == 0 ? otherInput : input)]);
            var y = new GuardedSpan(new float[samples * OutputLength]);
            network.ForwardBatch(x.Values, y.Values, threads);
            float[] expected = [.. Enumerable.Range(0, samples).SelectMany(i => i % 3 == 0 ? otherOutput : output)];
            Expect(SameBits(y.Values, expected), $"the results differ in a batch of {samples} on {threads} threads");
            Expect(x.IsIntact && y.IsIntact, "memory outside the spans of a batch was written");
        }
    }

    private void CheckThreads()
    {
        var results = new float[4][];
        Parallel.For(0, results.Length, i => results[i] = Compute(i % 2 == 0 ? input : otherInput));
        Expect(results.Select((r, i) => SameBits(r, i % 2 == 0 ? output : otherOutput)).All(same => same), "the results differ on several threads");
    }

    /// <summary>Threads that share each layer give the same bits, however their shares come out.</summary>
    private void CheckSharing()
    {
        // Three threads on two cores wait for each other by turning in circles, which takes long.
        foreach (int degree in expectation.Layers.Length > 0 ? [2, 3] : new[] { 2 })
        {
            using var parallelism = new NetworkParallelism(degree);
            for (int round = 0; round < 2; round++)
            {
                var y = new GuardedSpan(new float[OutputLength]);
                network.Forward(round == 0 ? otherInput : input, y.Values, parallelism);
                Expect(SameBits(y.Values, round == 0 ? otherOutput : output), $"the results differ where {degree} threads share the layers");
                Expect(y.IsIntact, $"memory outside the span was written where {degree} threads share the layers");
            }
        }
    }

    /// <summary>NaN and infinity spread as arithmetic carries them: to the outputs that are computed from them, and to no others.</summary>
    private void CheckNonFinite()
    {
        if (!CarriesNonFinite)
        {
            return;
        }

        foreach ((Action<float[]> spoil, string expected) in Expectation.Spoilings.Zip(expectation.Spoiled))
        {
            string actual = Expectation.Classes(Compute(Expectation.Spoil(input, spoil)).Select(v => (double)v));
            int wrong = actual.Zip(expected).Count(v => v.First != v.Second);
            Expect(wrong == 0, $"with NaN or infinity among the inputs, {wrong} of {actual.Length} outputs are of another kind than they should be");
        }

        Expect(SameBits(Compute(input), output), "the result differs after a call with NaN and infinity");
    }

    private void CheckObserver()
    {
        if (expectation.Layers.Length == 0)
        {
            return;
        }

        var seen = new List<(LayerInfo Layer, float[] Values)>();
        var x = new GuardedSpan(input);
        var y = new GuardedSpan(new float[OutputLength]);
        network.Forward(x.Values, y.Values, (layer, values) => seen.Add((layer, values.ToArray())));
        Expect(x.IsIntact && y.IsIntact, "memory outside the spans was written while observed");
        double error = Compare(y.Values.ToArray(), expectation.Outputs);
        Expect(error <= GoldenData.DirectBound, string.Create(CultureInfo.InvariantCulture, $"observed, the error is {error:0.0e+0} of the largest output"));
        Expect(seen.Select(s => s.Layer).SequenceEqual(TNet.Info.Layers), "the observer did not see every layer once and in order");
        foreach (((LayerInfo layer, float[] values), double[] expected) in seen.Zip(expectation.Layers))
        {
            Expect(values.Length == layer.Output.Length, $"the observer saw {values.Length} values of {layer.Name}, not {layer.Output.Length}");
            double layerError = Compare(values, [expected]);

            // A layer that gives nothing but zeros has no scale of its own.
            bool same = expected.All(v => v == 0) ? values.All(v => v == 0) : layerError <= GoldenData.DirectBound;
            Expect(same, string.Create(CultureInfo.InvariantCulture, $"observed, the error of {layer.Name} is {layerError:0.0e+0} of its largest value"));
        }
    }

    /// <summary>The kernels of dot products run by a stand-in where the machine has none; those of the same width without give the same bits.</summary>
    private void CheckDotProducts()
    {
        if (typeof(TNet).Assembly.GetType($"NetGen.Generated.{typeof(TNet).FullName}_{Tiers.DotProducts}") is not { } type)
        {
            return;
        }

        var engine = (NetworkEngine)Activator.CreateInstance(
            type, BindingFlags.Instance | BindingFlags.NonPublic, null, [network.Weights, null], CultureInfo.InvariantCulture)!;
        var result = new float[OutputLength];
        engine.Forward(input, result);
        if (Tier == nameof(Vector256))
        {
            Expect(SameBits(result, output), "dot products give another result");
        }
        else
        {
            double bound = expectation.Bound ?? GoldenData.BoundOf(TNet.Info);
            Expect(Compare(result, expectation.Outputs) <= bound, "dot products give a wrong result");
        }
    }

    private float[] Compute(float[] sample)
    {
        var result = new float[OutputLength];
        network.Forward(sample, result);
        return result;
    }

    private static bool SameBits(ReadOnlySpan<float> left, ReadOnlySpan<float> right) =>
        MemoryMarshal.AsBytes(left).SequenceEqual(MemoryMarshal.AsBytes(right));

    private void Expect(bool condition, string failure)
    {
        if (!condition)
        {
            failures.Add(failure);
        }
    }
}

/// <summary>A check of some network.</summary>
internal interface INetworkCheck
{
    Outcome Run();
}

/// <summary>How a network did.</summary>
/// <param name="Network">The class's full name.</param>
/// <param name="Tier">The tier that ran.</param>
/// <param name="Error">The largest error of an output, as a share of its largest value.</param>
/// <param name="Failures">What is wrong.</param>
internal sealed record Outcome(string Network, string Tier, double Error, string[] Failures);

/// <summary>The names of the tiers, widest first, and which of them this process accelerates.</summary>
internal static class Tiers
{
    public static readonly string[] All = [nameof(Vector512), nameof(Vector256), nameof(Vector128)];

    /// <summary>The tier that only networks of integers have.</summary>
    public const string DotProducts = "Vector256DotProducts";

    public static string[] Accelerated => [.. All.Where(IsAccelerated)];

    /// <summary>The tier that a network written for all of them runs on.</summary>
    public static string Widest => All.FirstOrDefault(IsAccelerated) ?? All[^1];

    public static bool IsAccelerated(string tier) => tier switch
    {
        nameof(Vector512) => Vector512.IsHardwareAccelerated,
        nameof(Vector256) => Vector256.IsHardwareAccelerated,
        DotProducts => AvxVnni.IsSupported,
        _ => Vector128.IsHardwareAccelerated,
    };
}
