using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.ML.OnnxRuntime;
using NetGen.Onnx;

namespace NetGen.Tool;

/// <summary>What the commands do with models.</summary>
internal static class Models
{
    /// <summary>A class's name from a file's: <c>resnet18-v1.onnx</c> gives <c>Resnet18V1</c>.</summary>
    public static string ClassName(string file)
    {
        IEnumerable<string> words = new string([.. Path.GetFileNameWithoutExtension(file).Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')])
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string name = string.Concat(words.Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
        return name.Length == 0 || char.IsDigit(name[0]) ? "Network" + name : name;
    }

    /// <summary>An input, and what ONNX Runtime makes of it.</summary>
    /// <param name="Input">One sample's input.</param>
    /// <param name="Values">What the model gives, by the names of its values.</param>
    /// <param name="Outputs">The model's outputs, one after the other.</param>
    public sealed record Sample(float[] Input, IReadOnlyDictionary<string, float[]> Values, float[] Outputs)
    {
        /// <summary>Runs a model with an input that is the same every time.</summary>
        /// <param name="network">The model, as it was imported.</param>
        /// <param name="path">Its file.</param>
        /// <param name="options">What it was imported with.</param>
        /// <param name="more">The values to give besides the outputs.</param>
        public static Sample Of(ImportedNetwork network, string path, OnnxImportOptions options, params IEnumerable<string> more)
        {
            byte[] model = OnnxOutputs.With(path, options, more);
            var random = new Random(1);
            float[] input = [.. Enumerable.Range(0, network.Input.Length).Select(_ => (2 * random.NextSingle()) - 1)];

            // A model of several samples gets the same one for each.
            float[] all = [.. Enumerable.Repeat(input, network.BatchSize).SelectMany(i => i)];
            string folder = Directory.GetCurrentDirectory();
            try
            {
                Directory.SetCurrentDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
                using var session = new InferenceSession(model, new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR });
                using var value = OrtValue.CreateTensorValueFromMemory(all, [.. network.InputDimensions.Select(d => (long)d)]);
                using var run = new RunOptions();
                using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, [network.InputName], [value], session.OutputNames);
                var values = new Dictionary<string, float[]>();
                foreach ((string name, OrtValue result) in session.OutputNames.Zip(results))
                {
                    ReadOnlySpan<float> span = result.GetTensorDataAsSpan<float>();
                    values[name] = span[..(span.Length / network.BatchSize)].ToArray();
                }

                return new Sample(input, values, [.. network.Outputs.SelectMany(o => values[o.Name])]);
            }
            catch (OnnxRuntimeException e)
            {
                throw new ToolException($"ONNX Runtime cannot run the model: {e.Message}");
            }
            finally
            {
                Directory.SetCurrentDirectory(folder);
            }
        }

        /// <summary>The sample as the tensors <c>input</c> and <c>output</c>.</summary>
        public IWeightSource ToTensors()
        {
            var tensors = new MemoryWeights("golden sample");
            tensors.Add("input", Input, Input.Length);
            tensors.Add("output", Outputs, Outputs.Length);
            return tensors;
        }
    }
}
