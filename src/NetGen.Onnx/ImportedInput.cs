using System.Collections.Generic;

namespace NetGen.Onnx;

/// <summary>One of what a model takes.</summary>
public sealed record ImportedInput
{
    /// <summary>The model's name of it.</summary>
    public required string Name { get; init; }

    /// <summary>What the network calls it.</summary>
    public required string NetworkName { get; init; }

    /// <summary>Its dimensions in the model, the batch's included.</summary>
    public required IReadOnlyList<int> Dimensions { get; init; }

    /// <summary>What the model takes: the network takes the same numbers as float32, truth values as 0 and 1.</summary>
    public required OnnxElementType Type { get; init; }

    /// <summary>For a state, the value of the model that it is in the next call; null for an input.</summary>
    public string? Next { get; init; }

    /// <summary>What the network takes.</summary>
    public required Shape Shape { get; init; }
}
