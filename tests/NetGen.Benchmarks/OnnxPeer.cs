using System;
using System.Collections.Generic;
using Microsoft.ML.OnnxRuntime;

namespace NetGen.Benchmarks;

/// <summary>ONNX Runtime at its best for one thread: all optimisations, and inputs and outputs bound beforehand.</summary>
internal sealed class OnnxPeer : IDisposable
{
    private readonly InferenceSession session;
    private readonly OrtIoBinding binding;
    private readonly List<OrtValue> values = [];
    private readonly RunOptions run = new();

    public OnnxPeer(byte[] model, float[] input, long[] inputShape, int outputLength, long[] outputShape)
        : this(model)
    {
        Output = new float[outputLength];
        values.Add(OrtValue.CreateTensorValueFromMemory(input, inputShape));
        binding.BindInput(session.InputNames[0], values[0]);
        values.Add(OrtValue.CreateTensorValueFromMemory(Output, outputShape));
        binding.BindOutput(session.OutputNames[0], values[1]);
    }

    /// <param name="model">The model.</param>
    /// <param name="inputs">What it takes.</param>
    /// <param name="outputs">Where it writes what it gives.</param>
    public OnnxPeer(byte[] model, IEnumerable<(string Name, OrtValue Value)> inputs, IEnumerable<(string Name, OrtValue Value)> outputs)
        : this(model)
    {
        foreach ((string name, OrtValue value) in inputs)
        {
            values.Add(value);
            binding.BindInput(name, value);
        }

        foreach ((string name, OrtValue value) in outputs)
        {
            values.Add(value);
            binding.BindOutput(name, value);
        }
    }

    private OnnxPeer(byte[] model)
    {
        using SessionOptions options = Options(threads: 1);
        session = new InferenceSession(model, options);
        binding = session.CreateIoBinding();
    }

    /// <summary>The latest result of a model of one output.</summary>
    public float[] Output { get; } = [];

    public static SessionOptions Options(int threads) => new()
    {
        IntraOpNumThreads = threads,
        InterOpNumThreads = 1,
        ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,

        // What its optimizations leave over is no news.
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
    };

    public void Run() => session.RunWithBinding(run, binding);

    public void Dispose()
    {
        binding.Dispose();
        foreach (OrtValue value in values)
        {
            value.Dispose();
        }

        run.Dispose();
        session.Dispose();
    }
}
