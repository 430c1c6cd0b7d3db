using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace NetGen.Runtime;

/// <summary>
/// Pieces of work that threads of the pool take a share in. Whoever waits for them works on them too, and waits only for pieces that
/// another thread is at: so all are done in the end, also where the pool has no thread to spare, or the platform has one thread.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The event holds nothing of the system: nobody asks for its handle.")]
internal sealed class SharedWork : IThreadPoolWorkItem
{
    private readonly ManualResetEventSlim allDone = new();
    private readonly Action<int> work;
    private readonly int pieces;
    private readonly int helpers;
    private int isStarted;
    private int next;
    private int done;
    private ExceptionDispatchInfo? failure;

    /// <summary>Takes the work.</summary>
    /// <param name="pieces">How many pieces there are; at least one.</param>
    /// <param name="degree">The most threads, one that waits among them.</param>
    /// <param name="work">Does the piece of a number. After the first that fails, no further one is begun.</param>
    public SharedWork(int pieces, int degree, Action<int> work)
    {
        this.pieces = pieces;
        this.work = work;
        helpers = HasThreads ? Math.Min(Math.Min(pieces, degree), NetworkParallelism.MaxDegree) - 1 : 0;
    }

    /// <summary>Whether the platform has more threads than the one that asks; browsers do not.</summary>
    public static bool HasThreads { get; } = !OperatingSystem.IsBrowser() && !OperatingSystem.IsWasi();

    /// <summary>Does all pieces, on the calling thread and those of the pool that have time.</summary>
    /// <param name="pieces">How many there are.</param>
    /// <param name="degree">The most threads, the caller's among them.</param>
    /// <param name="work">Does the piece of a number.</param>
    public static void Run(int pieces, int degree, Action<int> work)
    {
        if (pieces > 0)
        {
            new SharedWork(pieces, degree, work).Finish();
        }
    }

    /// <summary>Has threads of the pool begin, unless they have.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref isStarted, 1) == 0)
        {
            for (int i = 0; i < helpers; i++)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
        }
    }

    /// <summary>Works on what is left, and returns when all is done. Any number of threads may call it.</summary>
    /// <exception cref="Exception">What the first piece that failed threw.</exception>
    public void Finish()
    {
        Start();
        Work();
        allDone.Wait();
        failure?.Throw();
    }

    void IThreadPoolWorkItem.Execute() => Work();

    private void Work()
    {
        while (Interlocked.Increment(ref next) - 1 is int piece && piece < pieces)
        {
            try
            {
                if (Volatile.Read(ref failure) is null)
                {
                    work(piece);
                }
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
            }

            if (Interlocked.Increment(ref done) == pieces)
            {
                allDone.Set();
            }
        }
    }
}
