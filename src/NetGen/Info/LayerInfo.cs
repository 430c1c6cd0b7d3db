using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace NetGen;

/// <summary>One row of a network's layer table.</summary>
public sealed record LayerInfo
{
    /// <summary>The layer's name, which its weights are looked up by: <c>conv1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The layer's kind, which is its attribute's name: <c>Conv2D</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The names of the layers it takes, <c>input</c> for the network's input.</summary>
    public ImmutableArray<string> Sources { get; init; } = [];

    /// <summary>What the layer takes; of several, the first.</summary>
    public required Shape Input { get; init; }

    /// <summary>What the layer gives.</summary>
    public required Shape Output { get; init; }

    /// <summary>
    /// What the layer was given, every default resolved: <c>Kernel</c> (height, width), <c>Stride</c>, <c>Padding</c> (top, bottom,
    /// left, right), <c>Dilation</c>, <c>Groups</c>, and what is the kind's own. Its tensors are found by its name and shape.
    /// </summary>
    public ImmutableArray<LayerArgument> Arguments { get; init; } = [];

    /// <summary>The learned parameters, biases counted, running statistics not.</summary>
    public long ParameterCount { get; init; }

    /// <summary>The learned parameters without the biases.</summary>
    public long WeightCount { get; init; }

    /// <summary>
    /// The product that gives <see cref="ParameterCount"/>, kernel height · kernel width · channels · filters + biases:
    /// <c>5·5·3·64 + 64</c>. Empty where there are none.
    /// </summary>
    public string ParameterFormula { get; init; } = "";

    /// <summary>The multiply-adds of one sample; counted for convolutions and dense layers, as the field does.</summary>
    public long MultiplyAddCount { get; init; }

    /// <summary>How the generated code computes the layer: <c>direct convolution</c>, <c>fused into conv1</c>.</summary>
    public string Algorithm { get; init; } = "";

    /// <summary>Looks an argument up by its name.</summary>
    /// <param name="name">The argument's name: <c>Stride</c>.</param>
    /// <exception cref="KeyNotFoundException">The layer has no such argument.</exception>
    public ImmutableArray<double> Argument(string name) => Arguments.FirstOrDefault(a => a.Name == name)?.Values
        ?? throw new KeyNotFoundException($"The layer {Name} has no argument \"{name}\".");
}

/// <summary>One resolved argument of a layer.</summary>
public sealed record LayerArgument
{
    /// <summary>Names an argument and its values.</summary>
    /// <param name="name">The argument's name.</param>
    /// <param name="values">Its values: several for what has a height and a width; 1 and 0 for true and false.</param>
    public LayerArgument(string name, ReadOnlySpan<double> values)
    {
        Name = name;
        Values = [.. values];
    }

    /// <summary>The argument's name.</summary>
    public string Name { get; }

    /// <summary>Its values.</summary>
    public ImmutableArray<double> Values { get; }
}
