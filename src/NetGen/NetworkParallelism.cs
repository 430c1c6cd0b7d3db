using System;
using System.Threading;
using NetGen.Runtime;

namespace NetGen;

/// <summary>
/// Threads that share the layers of one <c>Forward</c>. Between calls they wait awake for a moment, and then sleep. One instance
/// serves any number of networks, one call at a time; callers on several threads take turns.
/// </summary>
public sealed class NetworkParallelism : IDisposable
{
    /// <summary>The most threads that one instance has.</summary>
    public const int MaxDegree = 1024;

    /// <summary>Turns of spinning before an idle thread sleeps: some milliseconds, so that calls in a row find it awake.</summary>
    private const int Patience = 20_000;

    private readonly Lock turn = new();
    private readonly NetworkBarrier barrier;
    private readonly SemaphoreSlim[] wake;
    private readonly int[] sleeping;
    private readonly AlignedMemory?[] own;
    private NetworkEngine? engine;
    private AlignedMemory? workspace;
    private nint input;
    private nint output;
    private int calls;
    private bool isDisposed;

    /// <summary>Starts the threads. In a browser, which has none to start, the caller's computes alone.</summary>
    /// <param name="degree">How many threads compute, the caller's among them; −1 for one per core.</param>
    /// <exception cref="ArgumentOutOfRangeException">The degree is zero, below −1, or above <see cref="MaxDegree"/>.</exception>
    public NetworkParallelism(int degree = -1)
        : this(degree, SharedWork.HasThreads)
    {
    }

    /// <param name="degree">How many threads compute.</param>
    /// <param name="hasThreads">Whether threads can be started.</param>
    internal NetworkParallelism(int degree, bool hasThreads)
    {
        if (degree is 0 or < -1 or > MaxDegree)
        {
            throw new ArgumentOutOfRangeException(
                nameof(degree), degree, FormattableString.Invariant($"The number of threads is from 1 to {MaxDegree:N0}, or -1 for one per core."));
        }

        Degree = !hasThreads ? 1 : degree > 0 ? degree : Math.Min(Environment.ProcessorCount, MaxDegree);
        barrier = new NetworkBarrier(Degree);
        wake = new SemaphoreSlim[Degree];
        sleeping = new int[Degree];
        own = new AlignedMemory?[Degree];
        try
        {
            for (int part = 1; part < Degree; part++)
            {
                int number = part;
                wake[part] = new SemaphoreSlim(0);
                new Thread(() => Work(number)) { IsBackground = true, Name = $"NetGen {number}" }.Start();
            }
        }
        catch
        {
            // The system has no more threads to give; those that it gave would wait for ever.
            Dispose();
            throw;
        }
    }

    /// <summary>The threads that compute, the caller's among them; 1 in a browser.</summary>
    public int Degree { get; }

    /// <summary>Ends the threads, once the call that is running has ended.</summary>
    public void Dispose()
    {
        lock (turn)
        {
            if (!isDisposed)
            {
                isDisposed = true;
                Start();
            }
        }
    }

    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref isDisposed), this);

    internal unsafe void Run(NetworkEngine network, ReadOnlySpan<float> sample, Span<float> result)
    {
        fixed (float* first = sample)
        fixed (float* target = result)
        {
            lock (turn)
            {
                ThrowIfDisposed();
                engine = network;
                input = (nint)first;
                output = (nint)target;
                workspace = network.Rent();
                for (int part = 0; part < Degree; part++)
                {
                    own[part] = network.Rent();
                }

                Start();
                Compute(0);

                // Everything is written when all have come here, and no thread looks at this call's fields after it.
                barrier.Meet();
                for (int part = 0; part < Degree; part++)
                {
                    network.Return(own[part]!);
                }

                network.Return(workspace);
                engine = null;
            }
        }
    }

    private void Compute(int part) => engine!.RunPart(input, output, workspace!, own[part]!, part, Degree, barrier);

    private void Start()
    {
        Volatile.Write(ref calls, calls + 1);

        // A thread that is about to sleep either sees the new call, or has said before that it sleeps.
        Interlocked.MemoryBarrier();
        for (int part = 1; part < Degree; part++)
        {
            if (Interlocked.Exchange(ref sleeping[part], 0) == 1)
            {
                wake[part].Release();
            }
        }
    }

    private void Work(int part)
    {
        for (int seen = 0; ; seen++)
        {
            Await(part, seen);
            if (isDisposed)
            {
                return;
            }

            Compute(part);
            barrier.Meet();
        }
    }

    private void Await(int part, int seen)
    {
        for (int i = 0; i < Patience; i++)
        {
            if (Volatile.Read(ref calls) != seen)
            {
                return;
            }

            Thread.SpinWait(8);
        }

        Interlocked.Exchange(ref sleeping[part], 1);
        if (Volatile.Read(ref calls) == seen || Interlocked.Exchange(ref sleeping[part], 0) == 0)
        {
            wake[part].Wait();
        }
    }
}
