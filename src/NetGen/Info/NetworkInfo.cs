using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace NetGen;

/// <summary>A network's layer table. <see cref="ToString"/> prints it.</summary>
public sealed class NetworkInfo
{
    /// <summary>The network's name, which is its class's.</summary>
    public required string Name { get; init; }

    /// <summary>What the network takes; of several inputs, a vector that holds all of them in order.</summary>
    public required Shape Input { get; init; }

    /// <summary>The inputs, states included, in the order in which <see cref="Input"/> holds them.</summary>
    public ImmutableArray<InputInfo> Inputs
    {
        get => field.IsDefaultOrEmpty ? field = [new InputInfo { Name = "input", Shape = Input }] : field;
        init;
    }

    /// <summary>What the network gives.</summary>
    public required Shape Output { get; init; }

    /// <summary>The layers, in the order of the source.</summary>
    public required ImmutableArray<LayerInfo> Layers { get; init; }

    /// <summary>The names of the layers whose results the network gives, in order; those that are states alone come last.</summary>
    public ImmutableArray<string> Outputs { get; init; } = [];

    /// <summary>The floats that all activations of one sample take together.</summary>
    public int WorkspaceLength { get; init; }

    /// <summary>The learned parameters, biases counted, running statistics not.</summary>
    public long ParameterCount => Layers.Sum(layer => layer.ParameterCount);

    /// <summary>The learned parameters without the biases.</summary>
    public long WeightCount => Layers.Sum(layer => layer.WeightCount);

    /// <summary>The multiply-adds of one sample.</summary>
    public long MultiplyAddCount => Layers.Sum(layer => layer.MultiplyAddCount);

    /// <summary>Looks a layer up by its name.</summary>
    /// <param name="name">The layer's name.</param>
    /// <exception cref="KeyNotFoundException">The network has no layer of that name.</exception>
    public LayerInfo this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            return Layers.FirstOrDefault(layer => layer.Name == name)
                ?? throw new KeyNotFoundException($"The network {Name} has no layer \"{name}\".");
        }
    }

    /// <summary>The layer table as plain text in aligned columns, the same in every culture.</summary>
    public override string ToString() => NetworkTable.ToText(this);

    /// <summary>The layer table in Markdown.</summary>
    public string ToMarkdown() => NetworkTable.ToMarkdown(this);

    /// <summary>The network as a picture: an SVG document, for pages and pull requests.</summary>
    public string ToSvg() => NetworkPicture.ToSvg(this);

    /// <summary>The network as the text of a Mermaid flow chart, which Markdown pages draw.</summary>
    public string ToMermaid() => NetworkPicture.ToMermaid(this);
}
