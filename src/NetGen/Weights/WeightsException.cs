using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen;

/// <summary>Weights that cannot be used: their file is damaged, or its tensors do not fit the network. It lists everything that is wrong.</summary>
public sealed class WeightsException : Exception
{
    /// <summary>Reports weights that cannot be used.</summary>
    /// <param name="sourceName">What the source is called: a file's path, for example.</param>
    /// <param name="problems">All that is wrong, one sentence each.</param>
    public WeightsException(string sourceName, params IReadOnlyList<string> problems)
        : this(sourceName, "these weights cannot be used", problems)
    {
    }

    internal WeightsException(string sourceName, string summary, IReadOnlyList<string> problems)
        : base($"{sourceName}: {summary}:" + string.Concat(problems.Select(problem => "\n  " + problem)))
    {
        SourceName = sourceName;
        Problems = problems;
    }

    /// <summary>What the source of the weights is called: a file's path, for example.</summary>
    public string SourceName { get; }

    /// <summary>All that is wrong, one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; }
}
