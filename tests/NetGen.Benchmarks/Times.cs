using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;

namespace NetGen.Benchmarks;

/// <summary>The times of many rounds, in microseconds a call.</summary>
internal sealed record Times(List<double> All)
{
    /// <summary>The seconds that one comparison takes.</summary>
    private const double Seconds = 4;

    private const int LeastRounds = 12;

    public double Minimum { get; } = All.Min();

    public double Median { get; } = All.Order().ElementAt(All.Count / 2);

    /// <summary>Rounds of both in turn, each long enough for the clock.</summary>
    public static (Times Ours, Times Theirs) Interleave(Action ours, Action theirs)
    {
        int ourCalls = CallsFor(ours);
        int theirCalls = CallsFor(theirs);
        var ourTimes = new List<double>();
        var theirTimes = new List<double>();
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < Seconds || ourTimes.Count < LeastRounds)
        {
            ourTimes.Add(Round(ours, ourCalls));
            theirTimes.Add(Round(theirs, theirCalls));
        }

        return (new Times(ourTimes), new Times(theirTimes));
    }

    private static int CallsFor(Action action)
    {
        Round(action, 3);
        return Math.Max(1, (int)(2000 / Round(action, 5)));
    }

    private static double Round(Action action, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
        {
            action();
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / calls;
    }
}
