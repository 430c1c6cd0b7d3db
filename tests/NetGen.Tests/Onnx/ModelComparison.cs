using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using NetGen.Onnx;
using Xunit;

namespace NetGen.Tests.Onnx;

/// <summary>Imports models, compiles their classes in one go, and compares what they give with ONNX Runtime.</summary>
internal sealed class ModelComparison
{
    private readonly List<Entry> entries = [];
    private readonly List<string> problems = [];

    /// <param name="Name">What a problem is reported with.</param>
    /// <param name="Space">The namespace of the class, a namespace of its own, since blocks of several may have the same names.</param>
    /// <param name="Network">The network.</param>
    /// <param name="Model">The model for ONNX Runtime.</param>
    /// <param name="Folder">Where its external data lies.</param>
    /// <param name="Given">The values of further inputs.</param>
    private sealed record Entry(string Name, string Space, ImportedNetwork Network, byte[] Model, string Folder, Dictionary<string, float[]> Given);

    /// <param name="name">What a problem is reported with.</param>
    /// <param name="model">The model.</param>
    /// <param name="options">What it leaves open.</param>
    /// <param name="batch">The samples that it takes at once, treating each alone; −1 where that is of no interest.</param>
    /// <param name="given">The values of further inputs for ONNX Runtime; others get zeros.</param>
    /// <param name="reference">The same in words that ONNX Runtime knows, where it does not know the model's.</param>
    /// <returns>The network; null where the model cannot be imported.</returns>
    public ImportedNetwork? Add(
        string name, byte[] model, OnnxImportOptions? options = null, int batch = -1, Dictionary<string, float[]>? given = null, byte[]? reference = null) =>
        Add(name, reference ?? model, "", () => OnnxImporter.Import(model, options ?? new OnnxImportOptions()), batch, given);

    public void AddFile(string path, OnnxImportOptions? options = null, int batch = -1) => Add(
        Path.GetFileNameWithoutExtension(path),
        File.ReadAllBytes(path),
        Path.GetDirectoryName(path)!,
        () => OnnxImporter.Import(path, options ?? new OnnxImportOptions()),
        batch,
        null);

    private ImportedNetwork? Add(string name, byte[] model, string folder, Func<ImportedNetwork> import, int batch, Dictionary<string, float[]>? given)
    {
        try
        {
            ImportedNetwork network = import();
            if (batch > 0 && network.BatchSize != batch)
            {
                problems.Add($"{name}: its batch is {network.BatchSize} in place of {batch}");
            }

            string space = string.Create(CultureInfo.InvariantCulture, $"Compared{entries.Count}");
            entries.Add(new Entry(name, space, network, model, folder, given ?? []));
            return network;
        }
        catch (OnnxException e)
        {
            problems.Add($"{name}: {e.Message}");
            return null;
        }
    }

    /// <summary>Fails with everything that differs.</summary>
    public void Run()
    {
        Assembly assembly = ImportedClasses.Compile(entries.Select(e =>
            e.Network.ToCode("Net", e.Space).Replace("[Network]", "[Network(Simd = SimdTiers.Vector256)]", StringComparison.Ordinal)));
        foreach (Entry entry in entries)
        {
            string problem;
            try
            {
                problem = Compare(assembly, entry);
            }
            catch (OnnxRuntimeException e)
            {
                problem = e.Message;
            }

            if (problem.Length > 0)
            {
                problems.Add($"{entry.Name}: {problem}");
            }
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    private static string Compare(Assembly assembly, Entry entry)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        if (entry.Folder.Length > 0)
        {
            options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", entry.Folder);
        }

        using var session = new InferenceSession(entry.Model, options);
        int batch = entry.Network.BatchSize;
        var random = new Random(7);
        float[][] inputs = [.. entry.Network.Inputs.Select(i =>
        {
            TensorElementType type = session.InputMetadata[i.Name].ElementDataType;
            return Enumerable.Range(0, i.Shape.Length * batch).Select(_ => type is TensorElementType.Float or TensorElementType.Float16
                ? (float)(Half)((2 * random.NextSingle()) - 1)
                : type == TensorElementType.Bool ? random.Next(2) : random.Next(100)).ToArray();
        })];

        // A network takes the inputs of one sample after those of the other.
        float[] input = [.. Enumerable.Range(0, batch).SelectMany(s => inputs.SelectMany(i => i.Skip(s * i.Length / batch).Take(i.Length / batch)))];
        var feeds = new Dictionary<string, OrtValue>();
        foreach ((string name, NodeMetadata info) in session.InputMetadata)
        {
            int at = entry.Network.Inputs.ToList().FindIndex(i => i.Name == name);
            long[] dims = at >= 0
                ? [.. entry.Network.Inputs[at].Dimensions.Select(d => (long)d)]
                : [.. info.Dimensions.Select(d => (long)Math.Max(1, d))];
            float[] values = at >= 0 ? inputs[at]
                : entry.Given.TryGetValue(name, out float[]? given) ? given : new float[dims.Aggregate(1L, (a, b) => a * b)];
            feeds.Add(name, Value(info.ElementDataType, values, dims));
        }

        using var run = new RunOptions();
        float[][] actual = ImportedClasses.Run(assembly, entry.Space + ".Net", entry.Network, input);
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, feeds, [.. entry.Network.Outputs.Select(o => o.Name)]);
        for (int o = 0; o < actual.Length; o++)
        {
            float[] expected = Floats(results[o]);
            if (expected.Length != actual[o].Length)
            {
                return $"output {o} has {actual[o].Length} values in place of {expected.Length}";
            }

            bool isHalf = entry.Name.StartsWith("fp16", StringComparison.Ordinal);
            double largest = expected.Max(v => float.IsFinite(v) ? Math.Abs((double)v) : 0);
            double error = expected.Zip(actual[o], (e, a) => e == a || (float.IsNaN(e) && float.IsNaN(a)) ? 0.0 : Math.Abs((double)e - a)).Max();
            if (!(error <= (isHalf ? 5e-3 : 2e-5) * Math.Max(largest, 1e-3)))
            {
                return string.Create(CultureInfo.InvariantCulture, $"output {o} is off by {error:g3} of {largest:g3}");
            }
        }

        return "";
    }

    private static OrtValue Value(TensorElementType type, float[] values, long[] dims)
    {
        OrtValue Of<T>(Func<float, T> convert)
            where T : unmanaged => OrtValue.CreateTensorValueFromMemory(values.Select(convert).ToArray(), dims);
        return type switch
        {
            TensorElementType.Float => Of(v => v),
            TensorElementType.Float16 => Of(v => (Float16)v),
            TensorElementType.Double => Of(v => (double)v),
            TensorElementType.Int64 => Of(v => (long)v),
            TensorElementType.Int32 => Of(v => (int)v),
            TensorElementType.UInt8 => Of(v => (byte)v),
            TensorElementType.UInt32 => Of(v => (uint)v),
            TensorElementType.Int8 => Of(v => (sbyte)v),
            TensorElementType.Bool => Of(v => v != 0),
            _ => throw new NotSupportedException(type.ToString()),
        };
    }

    private static float[] Floats(OrtValue value) => value.GetTensorTypeAndShape().ElementDataType switch
    {
        TensorElementType.Float => value.GetTensorDataAsSpan<float>().ToArray(),
        TensorElementType.Float16 => [.. value.GetTensorDataAsSpan<Float16>().ToArray().Select(v => (float)v)],
        TensorElementType.Double => [.. value.GetTensorDataAsSpan<double>().ToArray().Select(v => (float)v)],
        TensorElementType.Int64 => [.. value.GetTensorDataAsSpan<long>().ToArray().Select(v => (float)v)],
        TensorElementType.Int32 => [.. value.GetTensorDataAsSpan<int>().ToArray().Select(v => (float)v)],
        TensorElementType.UInt8 => [.. value.GetTensorDataAsSpan<byte>().ToArray().Select(v => (float)v)],
        TensorElementType.Bool => [.. value.GetTensorDataAsSpan<bool>().ToArray().Select(v => v ? 1f : 0f)],
        TensorElementType type => throw new NotSupportedException(type.ToString()),
    };
}
