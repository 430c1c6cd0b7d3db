using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using NetGen.Onnx;
using Xunit;

namespace NetGen.Tests.Onnx;

/// <summary>Compares small models, all compiled into one assembly, with what ONNX Runtime computes from them.</summary>
/// <param name="simd">The tier, <c>SimdTiers.Vector256</c> for example.</param>
internal sealed class RuntimeComparison(string simd = "Vector256")
{
    private readonly List<string> sources = [];
    private readonly List<Func<Assembly, string?>> checks = [];

    /// <summary>Adds a model.</summary>
    /// <param name="what">What it is, for messages.</param>
    /// <param name="model">The model.</param>
    /// <param name="input">Its input.</param>
    /// <param name="tolerance">For each output, the largest error that is allowed, as a share of the largest value; 0 for the same values.</param>
    public ImportedNetwork Add(string what, TestModel model, float[] input, params double[] tolerance)
    {
        byte[] bytes = model.ToArray();
        float[][] theirs = Run(bytes, input, [.. model.InputDims.Select(d => (long)d)]);

        // A namespace for each, since their blocks may have the same names.
        string space = string.Create(CultureInfo.InvariantCulture, $"Compared{sources.Count}");
        ImportedNetwork network;
        try
        {
            network = OnnxImporter.Import(bytes, new OnnxImportOptions());
        }
        catch (OnnxException error)
        {
            throw new InvalidOperationException($"{what}: {error.Message}", error);
        }

        string code = network.ToCode("Net", space);
        sources.Add(code.Replace("[Network]", $"[Network(Simd = SimdTiers.{simd})]", StringComparison.Ordinal));
        checks.Add(assembly =>
        {
            float[][] ours = ImportedClasses.Run(assembly, space + ".Net", network, input);
            for (int o = 0; o < theirs.Length; o++)
            {
                if (Difference(theirs[o], ours[o], tolerance[o % tolerance.Length]) is { } difference)
                {
                    return $"{what}, output {o}: {difference}\n{code}";
                }
            }

            return null;
        });
        return network;
    }

    /// <summary>Compiles all models, computes them, and fails with the first few that differ.</summary>
    public void Check()
    {
        Assembly assembly = ImportedClasses.Compile(sources);
        string[] failures = [.. checks.Select(c => c(assembly)).OfType<string>()];
        Assert.True(failures.Length == 0, $"{failures.Length} of {checks.Count} differ.\n{string.Join('\n', failures.Take(5))}");
    }

    /// <summary>What ONNX Runtime computes: each output as floats, whatever its type is.</summary>
    public static float[][] Run(byte[] model, float[] input, long[] shape)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(model, options);
        using var value = OrtValue.CreateTensorValueFromMemory(input, shape);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, session.InputNames, [value], session.OutputNames);
        return [.. results.Select(Floats)];
    }

    private static float[] Floats(OrtValue value) => value.GetTensorTypeAndShape().ElementDataType switch
    {
        TensorElementType.Float => value.GetTensorDataAsSpan<float>().ToArray(),
        TensorElementType.Bool => [.. value.GetTensorDataAsSpan<bool>().ToArray().Select(v => v ? 1f : 0f)],
        TensorElementType.Int64 => [.. value.GetTensorDataAsSpan<long>().ToArray().Select(v => (float)v)],
        TensorElementType.Int32 => [.. value.GetTensorDataAsSpan<int>().ToArray().Select(v => (float)v)],
        TensorElementType.UInt8 => [.. value.GetTensorDataAsSpan<byte>().ToArray().Select(v => (float)v)],
        TensorElementType type => throw new NotSupportedException(type.ToString()),
    };

    private static string? Difference(float[] theirs, float[] ours, double tolerance)
    {
        if (theirs.Length != ours.Length)
        {
            return $"{ours.Length} values in place of {theirs.Length}";
        }

        double largest = theirs.Where(float.IsFinite).Select(v => Math.Abs((double)v)).DefaultIfEmpty(0).Max();
        for (int i = 0; i < theirs.Length; i++)
        {
            bool same = theirs[i].Equals(ours[i]) || theirs[i] == ours[i] || Math.Abs((double)theirs[i] - ours[i]) <= tolerance * largest;
            if (!same)
            {
                return string.Create(CultureInfo.InvariantCulture, $"value {i} is {ours[i]} in place of {theirs[i]}; the largest is {largest}");
            }
        }

        return null;
    }
}
