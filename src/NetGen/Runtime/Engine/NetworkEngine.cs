using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace NetGen.Runtime;

/// <summary>
/// The base of the generated kernels of one network and SIMD tier: holds the packed weights, and lends each call a workspace, so
/// that any number of threads may run at once and none allocates once it has run before. Used by generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class NetworkEngine
{
    private readonly AlignedMemory weights;
    private readonly int workspaceLength;
    private readonly int outputLength;
    private readonly int inputLength;

    // Idle workspaces. The first slot serves the common case of one thread without a search.
    private readonly AlignedMemory?[] idle = new AlignedMemory?[Math.Max(4, 2 * Environment.ProcessorCount)];

    /// <summary>Takes the packed weights, which may still be on their way from a cache: each call waits for them before it starts.</summary>
    /// <param name="weights">The weights, packed for this tier's kernels.</param>
    /// <param name="workspaceLength">The floats that one call needs for its activations.</param>
    /// <param name="outputLength">The floats that all outputs take together, for a network that has several.</param>
    /// <param name="inputLength">The floats that all inputs take together, for a network that has several, or one that is converted.</param>
    protected NetworkEngine(AlignedMemory weights, int workspaceLength, int outputLength = 0, int inputLength = 0)
    {
        this.weights = weights;
        this.workspaceLength = workspaceLength;
        this.outputLength = outputLength;
        this.inputLength = inputLength;
        idle[0] = NewMemory();
    }

    /// <summary>Computes one sample. The caller has checked the lengths.</summary>
    /// <param name="input">The sample in NCHW order.</param>
    /// <param name="output">Takes the result in NCHW order.</param>
    public void Forward(ReadOnlySpan<float> input, Span<float> output)
    {
        weights.Complete();
        AlignedMemory workspace = Rent();
        Run(ref MemoryMarshal.GetReference(input), ref MemoryMarshal.GetReference(output), ref workspace.First, ref weights.First);
        Return(workspace);
    }

    /// <summary>Computes one sample on several threads. The caller has checked the lengths.</summary>
    /// <param name="input">The sample in NCHW order.</param>
    /// <param name="output">Takes the result in NCHW order.</param>
    /// <param name="parallelism">The threads.</param>
    public void Forward(ReadOnlySpan<float> input, Span<float> output, NetworkParallelism parallelism)
    {
        ArgumentNullException.ThrowIfNull(parallelism);
        parallelism.ThrowIfDisposed();
        if (!IsShared || parallelism.Degree == 1)
        {
            Forward(input, output);
            return;
        }

        weights.Complete();
        parallelism.Run(this, input, output);
    }

    /// <summary>Lends memory for one call of a network whose inputs or outputs are spans of their own.</summary>
    /// <returns>The call; to be disposed when the outputs have been copied.</returns>
    public LentCall Lend()
    {
        weights.Complete();
        return new LentCall(this, Rent());
    }

    /// <summary>Computes a batch, in parallel over its samples.</summary>
    /// <param name="inputs">The samples.</param>
    /// <param name="outputs">Takes the results.</param>
    /// <param name="count">The number of samples.</param>
    /// <param name="maxDegreeOfParallelism">The most threads to use; −1 for one per core.</param>
    public void ForwardBatch(ReadOnlySpan<float> inputs, Span<float> outputs, int count, int maxDegreeOfParallelism) =>
        ForwardBatch(inputs, outputs, count, maxDegreeOfParallelism, this, 1);

    /// <summary>Computes a batch, in parallel over its samples, several of them at once where they share each pass over the weights.</summary>
    /// <param name="inputs">The samples.</param>
    /// <param name="outputs">Takes the results.</param>
    /// <param name="count">The number of samples.</param>
    /// <param name="maxDegreeOfParallelism">The most threads to use; −1 for one per core.</param>
    /// <param name="shared">The engine that computes several samples at once.</param>
    /// <param name="samples">How many.</param>
    public unsafe void ForwardBatch(
        ReadOnlySpan<float> inputs, Span<float> outputs, int count, int maxDegreeOfParallelism, NetworkEngine shared, int samples)
    {
        ArgumentNullException.ThrowIfNull(shared);
        if (count == 0)
        {
            return;
        }

        weights.Complete();
        shared.weights.Complete();
        int blocks = count / samples;
        int threads = Math.Min(Math.Max(1, blocks), maxDegreeOfParallelism > 0 ? maxDegreeOfParallelism : Environment.ProcessorCount);
        int inputLength = inputs.Length / count;
        int outputLength = outputs.Length / count;
        fixed (float* input = inputs)
        fixed (float* output = outputs)
        {
            // Lambdas cannot capture spans or pointers; both stay pinned until all is done.
            nint source = (nint)input;
            nint target = (nint)output;
            if (threads == 1)
            {
                RunBlocks(shared, samples, source, target, inputLength, outputLength, 0, blocks);
            }
            else
            {
                RunBlocksInParallel(shared, samples, source, target, inputLength, outputLength, blocks, threads);
            }

            RunBlocks(this, 1, source, target, inputLength, outputLength, blocks * samples, count);
        }
    }

    /// <summary>A method of its own, so that one thread does not pay for what the lambda captures.</summary>
    private static void RunBlocksInParallel(
        NetworkEngine engine, int samples, nint input, nint output, int inputLength, int outputLength, int blocks, int threads) => SharedWork.Run(
            threads,
            threads,
            t => RunBlocks(
                engine,
                samples,
                input,
                output,
                inputLength,
                outputLength,
                (int)((long)blocks * t / threads),
                (int)((long)blocks * (t + 1) / threads)));

    /// <summary>Computes one sample.</summary>
    /// <param name="input">The sample.</param>
    /// <param name="output">Takes the result.</param>
    /// <param name="workspace">The activations' memory.</param>
    /// <param name="weights">The packed weights.</param>
    protected virtual void Run(ref float input, ref float output, ref float workspace, ref float weights) =>
        RunPart(ref input, ref output, ref workspace, ref workspace, ref weights, 0, 1, null);

    /// <summary>Whether threads can share the network's layers.</summary>
    protected virtual bool IsShared => false;

    /// <summary>Computes one thread's part of one sample; all threads call it, and wait for each other after each layer.</summary>
    /// <param name="input">The sample.</param>
    /// <param name="output">Takes the result.</param>
    /// <param name="workspace">The activations' memory, the same for all threads.</param>
    /// <param name="own">Memory of the same size for the thread alone; a thread that is alone has one for both.</param>
    /// <param name="weights">The packed weights.</param>
    /// <param name="part">The thread's number.</param>
    /// <param name="parts">The number of threads.</param>
    /// <param name="barrier">Where they wait for each other; null for a thread that is alone.</param>
    protected virtual void RunPart(
        ref float input, ref float output, ref float workspace, ref float own, ref float weights, nuint part, nuint parts, NetworkBarrier? barrier) =>
        throw new NotSupportedException();

    internal unsafe void RunPart(nint input, nint output, AlignedMemory workspace, AlignedMemory own, int part, int parts, NetworkBarrier barrier) => RunPart(
        ref Unsafe.AsRef<float>((float*)input),
        ref Unsafe.AsRef<float>((float*)output),
        ref workspace.First,
        ref own.First,
        ref weights.First,
        (nuint)part,
        (nuint)parts,
        barrier);

    private static unsafe void RunBlocks(
        NetworkEngine engine, int samples, nint input, nint output, int inputLength, int outputLength, int from, int to)
    {
        if (from == to)
        {
            return;
        }

        AlignedMemory workspace = engine.Rent();
        for (int i = from; i < to; i++)
        {
            engine.Run(
                ref Unsafe.AsRef<float>((float*)input + ((nint)i * samples * inputLength)),
                ref Unsafe.AsRef<float>((float*)output + ((nint)i * samples * outputLength)),
                ref workspace.First,
                ref engine.weights.First);
        }

        engine.Return(workspace);
    }

    internal AlignedMemory Rent()
    {
        foreach (ref AlignedMemory? slot in idle.AsSpan())
        {
            if (slot is not null && Interlocked.Exchange(ref slot, null) is { } workspace)
            {
                return workspace;
            }
        }

        return NewMemory();
    }

    private AlignedMemory NewMemory() => new(workspaceLength + outputLength + inputLength);

    internal void Return(AlignedMemory workspace)
    {
        foreach (ref AlignedMemory? slot in idle.AsSpan())
        {
            if (slot is null && Interlocked.CompareExchange(ref slot, workspace, null) is null)
            {
                break;
            }
        }
    }

    /// <summary>One call, with all inputs and outputs in memory that goes back to the engine.</summary>
    public readonly ref struct LentCall
    {
        private readonly NetworkEngine engine;
        private readonly AlignedMemory memory;

        internal LentCall(NetworkEngine engine, AlignedMemory memory)
        {
            this.engine = engine;
            this.memory = memory;
        }

        /// <summary>Takes all inputs, one after the other.</summary>
        public Span<float> Inputs => MemoryMarshal.CreateSpan(ref Unsafe.Add(ref memory.First, engine.workspaceLength + engine.outputLength), engine.inputLength);

        /// <summary>All outputs, one after the other, once they are computed.</summary>
        public Span<float> Outputs => MemoryMarshal.CreateSpan(ref Unsafe.Add(ref memory.First, engine.workspaceLength), engine.outputLength);

        /// <summary>Computes the outputs.</summary>
        /// <param name="inputs">The inputs: <see cref="Inputs"/>, or the caller's own span.</param>
        /// <param name="outputs">Takes the outputs: <see cref="Outputs"/>, or the caller's own span.</param>
        public void Forward(ReadOnlySpan<float> inputs, Span<float> outputs) =>
            engine.Run(ref MemoryMarshal.GetReference(inputs), ref MemoryMarshal.GetReference(outputs), ref memory.First, ref engine.weights.First);

        /// <summary>Gives the memory back.</summary>
        public void Dispose() => engine.Return(memory);
    }
}
