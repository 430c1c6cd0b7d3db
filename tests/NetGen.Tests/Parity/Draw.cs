using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;

namespace NetGen.Tests.Parity;

/// <summary>Random choices; each network has a stream of its own, so that it can be drawn again without the others.</summary>
internal sealed class Draw(int stream, ulong seed)
{
    private readonly PCG random = new((uint)stream, seed);

    public int Between(int least, int most) => least + (int)random.Next((uint)(most - least + 1));

    public bool Chance(int percent) => Between(1, 100) <= percent;

    public T OneOf<T>(params IReadOnlyList<T> choices) => choices[Between(0, choices.Count - 1)];

    /// <summary>One of several, each as likely as its weight says.</summary>
    public T Weighted<T>(IReadOnlyList<(int Weight, T Value)> choices)
    {
        int rest = Between(1, choices.Sum(c => c.Weight));
        return choices.First(c => (rest -= c.Weight) <= 0).Value;
    }

    public int DivisorOf(int number) => OneOf([.. Enumerable.Range(1, number).Where(d => number % d == 0)]);
}
