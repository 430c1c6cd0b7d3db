using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using Xunit;

namespace NetGen.Tests;

/// <summary>
/// Runs readers on damaged inputs, and holds each input to bounds of time and memory. NETGEN_DAMAGED_INPUTS=100000 runs as many for each
/// kind of input, where a test run takes fewer.
/// </summary>
internal static class DamagedInputs
{
    /// <summary>Far above what any input takes, also on a machine that is busy otherwise: what takes longer hangs.</summary>
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(60);

    /// <summary>How many inputs to run.</summary>
    /// <param name="usual">The number in a test run.</param>
    public static int Count(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("NETGEN_DAMAGED_INPUTS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 ? count : usual;

    /// <summary>Reads inputs one after the other, several at once.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="usual">Their number in a test run.</param>
    /// <param name="mostBytes">The most bytes that reading one may allocate.</param>
    /// <param name="read">Reads one; what it throws is a fault.</param>
    public static void Run<T>(Gen<T> inputs, int usual, long mostBytes, Action<T> read)
    {
        var running = new ConcurrentDictionary<int, (long Start, T Input)>();
        Task all = Task.Factory.StartNew(
            () => inputs.Sample(
                input =>
                {
                    running[Environment.CurrentManagedThreadId] = (Stopwatch.GetTimestamp(), input);
                    long before = GC.GetAllocatedBytesForCurrentThread();
                    read(input);
                    long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
                    running.TryRemove(Environment.CurrentManagedThreadId, out _);
                    Assert.True(bytes <= mostBytes, string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes are allocated, and {mostBytes:N0} allowed"));
                },
                iter: Count(usual)),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        while (!all.Wait(TimeSpan.FromMilliseconds(200)))
        {
            foreach ((long start, T input) in running.Values)
            {
                Assert.True(Stopwatch.GetElapsedTime(start) < MostTime, $"This input takes more than {MostTime}: {Check.Print(input)}");
            }
        }
    }
}
