using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using NetGen.Onnx;
using NetGen.Onnx.Import;
using Tensor = NetGen.Onnx.Import.Tensor;

namespace NetGen.Tool;

/// <summary>Where a sample's values come from.</summary>
/// <param name="Files">Files by the names of the inputs that they are for; under no name that of a model's only input. Others are drawn.</param>
/// <param name="Range">The least and the largest value drawn, or what black and white of a picture become; null leaves it to the input's type.</param>
internal sealed record SampleOptions(IReadOnlyDictionary<string, string> Files, (float Low, float High)? Range)
{
    /// <summary>Makes the values of an input anew for each call; null where they come from files, or are drawn.</summary>
    public Func<ImportedInput, float[]>? Values { get; init; }

    /// <summary>The file that an input's values stand in; null where they are drawn.</summary>
    public string? FileOf(ImportedInput input) => Files.GetValueOrDefault(input.Name) ?? Files.GetValueOrDefault("");

    /// <summary>Sees to it that the files are for inputs that there are.</summary>
    /// <exception cref="ToolException">A file is for none, or nobody knows for which.</exception>
    public void Check(IReadOnlyList<ImportedInput> inputs)
    {
        string names = string.Join(", ", inputs.Select(i => $"'{i.Name}'"));
        if (Files.TryGetValue("", out string? file) && inputs.Count > 1)
        {
            throw new ToolException($"The network takes {names}: say which of them {file} is for, as in --sample {inputs[0].Name}={file}.");
        }

        if (Files.Keys.FirstOrDefault(k => k.Length > 0 && inputs.All(i => i.Name != k)) is { } unknown)
        {
            throw new ToolException($"The network takes no '{unknown}', which --sample gives, but {names}.");
        }
    }
}

/// <summary>An input, and what ONNX Runtime makes of it.</summary>
/// <param name="Input">One sample's input; of several, one after the other.</param>
/// <param name="Values">What the model gives, by the names of its values.</param>
/// <param name="Outputs">The values of each of the model's outputs.</param>
/// <param name="Coarsest">The type of the values that has the fewest digits.</param>
internal sealed record Sample(float[] Input, IReadOnlyDictionary<string, float[]> Values, IReadOnlyList<float[]> Outputs, TensorElementType Coarsest)
{
    /// <summary>Where ONNX Runtime looks for tensors outside a model that it is given as bytes.</summary>
    private const string ExternalFolder = "session.model_external_initializers_file_folder_path";

    /// <summary>Runs a model with inputs that are the same every time.</summary>
    /// <param name="network">The model, as it was imported.</param>
    /// <param name="path">Its file.</param>
    /// <param name="options">What it was imported with.</param>
    /// <param name="source">Where the input comes from.</param>
    /// <param name="more">The values to give besides the outputs.</param>
    public static Sample Of(ImportedNetwork network, string path, OnnxImportOptions options, SampleOptions source, params IEnumerable<string> more) =>
        Series(network, path, options, source, 1, more)[0];

    /// <summary>Runs a model several times, each with the states that the time before left.</summary>
    /// <param name="network">The model, as it was imported.</param>
    /// <param name="path">Its file.</param>
    /// <param name="options">What it was imported with.</param>
    /// <param name="source">Where the inputs come from.</param>
    /// <param name="calls">How often it is run.</param>
    /// <param name="more">The values to give besides the outputs.</param>
    public static IReadOnlyList<Sample> Series(
        ImportedNetwork network, string path, OnnxImportOptions options, SampleOptions source, int calls, params IEnumerable<string> more)
    {
        source.Check(network.Inputs);
        byte[] model = OnnxOutputs.With(path, options, [.. more, .. network.Inputs.Select(i => i.Next).OfType<string>()]);
        try
        {
            using var settings = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            settings.AddSessionConfigEntry(ExternalFolder, Path.GetDirectoryName(Path.GetFullPath(path))!);
            using var session = new InferenceSession(model, settings);
            var random = new Random(1);
            var samples = new List<Sample>();
            for (int call = 0; call < calls; call++)
            {
                samples.Add(Run(session, network, input => samples.Count > 0 && input.Next is { } next
                    ? samples[^1].Values[next]
                    : InputOf(network, input, session.InputMetadata[input.Name].ElementDataType, source, random)));
            }

            return samples;
        }
        catch (OnnxRuntimeException e)
        {
            throw new ToolException($"ONNX Runtime cannot run the model: {e.Message.ReplaceLineEndings(" ").TrimEnd()}");
        }
    }

    private static Sample Run(InferenceSession session, ImportedNetwork network, Func<ImportedInput, float[]> inputOf)
    {
        var given = new List<float>();
        var feeds = new Dictionary<string, OrtValue>();
        TensorElementType coarsest = TensorElementType.Float;
        try
        {
            foreach (ImportedInput input in network.Inputs)
            {
                TensorElementType type = session.InputMetadata[input.Name].ElementDataType;
                coarsest = Elements.Bound(type) > Elements.Bound(coarsest) ? type : coarsest;

                // The network gets what is left of the values in the model's type.
                using OrtValue one = Elements.ToTensor(inputOf(input), type, [input.Shape.Length]);
                float[] own = Elements.Read(one, out _);
                given.AddRange(own);

                // A model of several samples gets the same one for each.
                float[] all = [.. Enumerable.Repeat(own, network.BatchSize).SelectMany(i => i)];
                feeds.Add(input.Name, Elements.ToTensor(all, type, Lengths(input)));
            }

            foreach (ImportedInput input in network.Unread.Where(i => session.InputMetadata.ContainsKey(i.Name)))
            {
                float[] zeros = new float[input.Dimensions.Aggregate(1, (product, d) => product * d)];
                feeds.Add(input.Name, Elements.ToTensor(zeros, session.InputMetadata[input.Name].ElementDataType, Lengths(input)));
            }

            using var run = new RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, feeds, session.OutputNames);
            var values = new Dictionary<string, float[]>();
            foreach ((string name, OrtValue result) in session.OutputNames.Zip(results))
            {
                float[] numbers = Elements.Read(result, out TensorElementType element);
                values[name] = numbers[..(numbers.Length / network.BatchSize)];
                coarsest = Elements.Bound(element) > Elements.Bound(coarsest) ? element : coarsest;
            }

            return new Sample([.. given], values, [.. network.Outputs.Select(o => values[o.Name])], coarsest);
        }
        finally
        {
            foreach (OrtValue feed in feeds.Values)
            {
                feed.Dispose();
            }
        }
    }

    /// <summary>The sample as the tensors <c>input</c> and <c>output</c>, which a self-test reads.</summary>
    /// <param name="input">The dimensions of what the network takes.</param>
    /// <param name="output">The dimensions of what it gives.</param>
    public IWeightSource ToTensors(ReadOnlySpan<int> input, ReadOnlySpan<int> output)
    {
        var tensors = new MemoryWeights("golden sample");
        tensors.Add("input", Input, input);
        tensors.Add("output", [.. Outputs.SelectMany(o => o)], output);
        return tensors;
    }

    private static long[] Lengths(ImportedInput input) => [.. input.Dimensions.Select(d => (long)d)];

    private static float[] InputOf(ImportedNetwork network, ImportedInput input, TensorElementType type, SampleOptions source, Random random)
    {
        if (source.Values is { } values)
        {
            return values(input);
        }

        int length = input.Shape.Length;
        bool isWhole = Elements.IsWhole(type);
        if (source.FileOf(input) is not { } file)
        {
            (float low, float high) = source.Range ?? Elements.DefaultRange(type);
            return
            [
                .. Enumerable.Range(0, length).Select(_ => isWhole
                    ? Math.Min(high, MathF.Floor(low + ((high - low + 1) * random.NextSingle())))
                    : low + ((high - low) * random.NextSingle())),
            ];
        }

        int[] dims = [.. input.Dimensions];
        int[] sample = WithoutOnes(network.BatchSize > 1 ? dims[1..] : dims);
        if (SampleFile.IsPicture(file))
        {
            (float black, float white) = source.Range ?? (0, isWhole ? byte.MaxValue : 1);
            return SampleFile.ReadPicture(file, sample, black, white);
        }

        Tensor tensor = SampleFile.Read(file);
        bool isOne = WithoutOnes(tensor.Dims).SequenceEqual(sample) || (tensor.Dims.Length == 1 && tensor.Length == length);
        return isOne || tensor.Dims.SequenceEqual(dims)
            ? tensor.Floats[..length]
            : throw new ToolException(
                $"The sample of {file} has the shape {Dimensions.Text(tensor.Dims)}, and the model's input '{input.Name}' {Dimensions.Text(dims)}.");
    }

    /// <summary>Dimensions from the first on that is not 1.</summary>
    private static int[] WithoutOnes(int[] dims) => [.. dims.SkipWhile(d => d == 1)];
}
