using System;
using Microsoft.ML.OnnxRuntime;

namespace NetGen.Benchmarks;

/// <summary>ONNX Runtime at its best for one thread: all optimisations, and inputs and outputs bound beforehand.</summary>
internal sealed class OnnxPeer : IDisposable
{
    private readonly InferenceSession session;
    private readonly OrtIoBinding binding;
    private readonly OrtValue input;
    private readonly OrtValue output;
    private readonly RunOptions run = new();

    public OnnxPeer(byte[] model, float[] input, long[] inputShape, int outputLength, long[] outputShape, int threads = 1)
    {
        using SessionOptions options = Options(threads);
        session = new InferenceSession(model, options);
        Output = new float[outputLength];
        this.input = OrtValue.CreateTensorValueFromMemory(input, inputShape);
        output = OrtValue.CreateTensorValueFromMemory(Output, outputShape);
        binding = session.CreateIoBinding();
        binding.BindInput(session.InputNames[0], this.input);
        binding.BindOutput(session.OutputNames[0], output);
    }

    /// <summary>The latest result.</summary>
    public float[] Output { get; }

    public static SessionOptions Options(int threads) => new()
    {
        IntraOpNumThreads = threads,
        InterOpNumThreads = 1,
        ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
    };

    public void Run() => session.RunWithBinding(run, binding);

    public void Dispose()
    {
        binding.Dispose();
        output.Dispose();
        input.Dispose();
        run.Dispose();
        session.Dispose();
    }
}
