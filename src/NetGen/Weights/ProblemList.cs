using System;
using System.Collections.Generic;
using System.Globalization;

namespace NetGen;

/// <summary>Gathers what is wrong, so that it is reported at once; bounded, since a hostile file can hold millions of mistakes.</summary>
internal sealed class ProblemList
{
    private const int Limit = 100;
    private readonly List<string> problems = [];
    private long omitted;

    public bool IsEmpty => problems.Count == 0;

    public void Add(FormattableString problem)
    {
        if (problems.Count < Limit)
        {
            problems.Add(FormattableString.Invariant(problem));
        }
        else
        {
            omitted++;
        }
    }

    public IReadOnlyList<string> ToList() => omitted == 0
        ? problems
        : [.. problems, string.Create(CultureInfo.InvariantCulture, $"and {omitted:N0} more")];
}
