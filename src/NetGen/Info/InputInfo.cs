namespace NetGen;

/// <summary>One of what a network takes.</summary>
public sealed record InputInfo
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its shape.</summary>
    public required Shape Shape { get; init; }

    /// <summary>What its elements are where the caller has them.</summary>
    public InputType Type { get; init; }

    /// <summary>For a state, the layer whose result it is in the next call; null for an input.</summary>
    public string? Next { get; init; }
}
