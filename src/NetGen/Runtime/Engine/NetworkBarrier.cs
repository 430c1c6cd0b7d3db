using System;
using System.ComponentModel;
using System.Threading;

namespace NetGen.Runtime;

/// <summary>
/// Where the threads of one <c>Forward</c> wait for each other, some hundred nanoseconds at a time: so they spin. Used by generated
/// code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class NetworkBarrier
{
    private readonly int parts;
    private int arrived;
    private int generation;

    internal NetworkBarrier(int parts) => this.parts = parts;

    /// <summary>Waits until all threads have come here.</summary>
    public void Meet()
    {
        int current = Volatile.Read(ref generation);
        if (Interlocked.Increment(ref arrived) == parts)
        {
            arrived = 0;
            Volatile.Write(ref generation, current + 1);
            return;
        }

        // The others are a fraction of a layer away; unless there are more threads than cores, and then they need this one's.
        var spinner = new SpinWait();
        for (int i = 0; Volatile.Read(ref generation) == current; i++)
        {
            if (i < Patience)
            {
                Thread.SpinWait(1);
            }
            else
            {
                spinner.SpinOnce(sleep1Threshold: -1);
            }
        }
    }

    /// <summary>Turns of spinning before a thread offers its core to others: about a tenth of a millisecond.</summary>
    private const int Patience = 4000;
}
