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
/// <param name="File">A file; null draws them.</param>
/// <param name="Range">The least and the largest value drawn, or what black and white of a picture become; null leaves it to the input's type.</param>
internal sealed record SampleOptions(string? File, (float Low, float High)? Range);

/// <summary>An input, and what ONNX Runtime makes of it.</summary>
/// <param name="Input">One sample's input.</param>
/// <param name="Values">What the model gives, by the names of its values.</param>
/// <param name="Outputs">The model's outputs, one after the other.</param>
/// <param name="Coarsest">The type of the values that has the fewest digits.</param>
internal sealed record Sample(float[] Input, IReadOnlyDictionary<string, float[]> Values, float[] Outputs, TensorElementType Coarsest)
{
    /// <summary>Where ONNX Runtime looks for tensors outside a model that it is given as bytes.</summary>
    private const string ExternalFolder = "session.model_external_initializers_file_folder_path";

    /// <summary>Runs a model with an input that is the same every time.</summary>
    /// <param name="network">The model, as it was imported.</param>
    /// <param name="path">Its file.</param>
    /// <param name="options">What it was imported with.</param>
    /// <param name="source">Where the input comes from.</param>
    /// <param name="more">The values to give besides the outputs.</param>
    public static Sample Of(ImportedNetwork network, string path, OnnxImportOptions options, SampleOptions source, params IEnumerable<string> more)
    {
        byte[] model = OnnxOutputs.With(path, options, more);
        try
        {
            using var settings = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            settings.AddSessionConfigEntry(ExternalFolder, Path.GetDirectoryName(Path.GetFullPath(path))!);
            using var session = new InferenceSession(model, settings);
            TensorElementType type = session.InputMetadata[network.InputName].ElementDataType;

            // The network gets what is left of the values in the model's type.
            using OrtValue one = Elements.ToTensor(InputOf(network, type, source), type, [network.Input.Length]);
            float[] input = Elements.Read(one, out _);

            // A model of several samples gets the same one for each.
            float[] all = [.. Enumerable.Repeat(input, network.BatchSize).SelectMany(i => i)];
            using OrtValue value = Elements.ToTensor(all, type, [.. network.InputDimensions.Select(d => (long)d)]);
            using var run = new RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, [network.InputName], [value], session.OutputNames);
            var values = new Dictionary<string, float[]>();
            TensorElementType coarsest = type;
            foreach ((string name, OrtValue result) in session.OutputNames.Zip(results))
            {
                float[] numbers = Elements.Read(result, out TensorElementType element);
                values[name] = numbers[..(numbers.Length / network.BatchSize)];
                coarsest = Elements.Bound(element) > Elements.Bound(coarsest) ? element : coarsest;
            }

            return new Sample(input, values, [.. network.Outputs.SelectMany(o => values[o.Name])], coarsest);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ToolException($"ONNX Runtime cannot run the model: {e.Message.ReplaceLineEndings(" ").TrimEnd()}");
        }
    }

    /// <summary>The sample as the tensors <c>input</c> and <c>output</c>, which a self-test reads.</summary>
    /// <param name="input">The dimensions of what the network takes.</param>
    /// <param name="output">The dimensions of what it gives.</param>
    public IWeightSource ToTensors(ReadOnlySpan<int> input, ReadOnlySpan<int> output)
    {
        var tensors = new MemoryWeights("golden sample");
        tensors.Add("input", Input, input);
        tensors.Add("output", Outputs, output);
        return tensors;
    }

    private static float[] InputOf(ImportedNetwork network, TensorElementType type, SampleOptions source)
    {
        int length = network.Input.Length;
        bool isWhole = Elements.IsWhole(type);
        if (source.File is null)
        {
            var random = new Random(1);
            (float low, float high) = source.Range ?? Elements.DefaultRange(type);
            return
            [
                .. Enumerable.Range(0, length).Select(_ => isWhole
                    ? Math.Min(high, MathF.Floor(low + ((high - low + 1) * random.NextSingle())))
                    : low + ((high - low) * random.NextSingle())),
            ];
        }

        int[] dims = [.. network.InputDimensions];
        int[] sample = WithoutOnes(network.BatchSize > 1 ? dims[1..] : dims);
        if (SampleFile.IsPicture(source.File))
        {
            (float black, float white) = source.Range ?? (0, isWhole ? byte.MaxValue : 1);
            return SampleFile.ReadPicture(source.File, sample, black, white);
        }

        Tensor tensor = SampleFile.Read(source.File);
        bool isOne = WithoutOnes(tensor.Dims).SequenceEqual(sample) || (tensor.Dims.Length == 1 && tensor.Length == length);
        return isOne || tensor.Dims.SequenceEqual(dims)
            ? tensor.Floats[..length]
            : throw new ToolException(
                $"The sample of {source.File} has the shape {Dimensions.Text(tensor.Dims)}, and the model's input '{network.InputName}' {Dimensions.Text(dims)}.");
    }

    /// <summary>Dimensions from the first on that is not 1.</summary>
    private static int[] WithoutOnes(int[] dims) => [.. dims.SkipWhile(d => d == 1)];
}
