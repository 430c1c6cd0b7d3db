using System;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;

namespace NetGen;

/// <summary>
/// How far a network is from its reference. Errors are the largest difference between two values, as a share of the largest value
/// of the reference. <see cref="ToString"/> says it in a line.
/// </summary>
public sealed class SelfTestResult
{
    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>The largest error that passes.</summary>
    public required double Bound { get; init; }

    /// <summary>The error of what <c>Forward</c> gives.</summary>
    public required double Error { get; init; }

    /// <summary>The layers for which there is a reference, in order, computed one by one as an observer sees them.</summary>
    public ImmutableArray<LayerError> Layers { get; init; } = [];

    /// <summary>Whether the output and all layers are within the bound.</summary>
    public bool Passed => Error <= Bound && FirstDeparture is null;

    /// <summary>The first layer whose error is not within the bound; null where there is none, or no reference that would show it.</summary>
    public LayerError? FirstDeparture => Layers.FirstOrDefault(layer => !(layer.Error <= Bound));

    /// <summary>The outcome, the error, and the layer that departs first.</summary>
    public override string ToString()
    {
        string departure = FirstDeparture is { } first
            ? string.Create(CultureInfo.InvariantCulture, $"; the first layer to depart is '{first.Layer.Name}', {first.Layer.Kind}, by {first.Error:0.0e+0}")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Network}: {(Passed ? "passed" : "failed")}, the output's error is {Error:0.0e+0}, at most {Bound:0.0e+0} is allowed{departure}");
    }
}

/// <summary>How far one layer's activation is from its reference.</summary>
/// <param name="layer">The layer.</param>
/// <param name="error">The largest difference, as a share of the largest value of the reference.</param>
public sealed class LayerError(LayerInfo layer, double error)
{
    /// <summary>The layer.</summary>
    public LayerInfo Layer { get; } = layer;

    /// <summary>The largest difference, as a share of the largest value of the reference.</summary>
    public double Error { get; } = error;
}
