using System.Collections.Immutable;
using System.ComponentModel;

namespace NetGen.Runtime;

/// <summary>How PyTorch initialises a tensor.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum WeightInit
{
    /// <summary>Evenly between −1/√fan_in and 1/√fan_in.</summary>
    Uniform,

    /// <summary>With 1.</summary>
    One,

    /// <summary>With 0.</summary>
    Zero,

    /// <summary>With 1/4.</summary>
    Quarter,

    /// <summary>Not at all: it holds the least and the largest value that calibration found.</summary>
    Range,
}

/// <summary>A tensor that a network needs. Used by generated code.</summary>
/// <param name="Name">The full name: <c>conv1.weight</c>.</param>
/// <param name="Shape">The dimensions, outermost first.</param>
/// <param name="Init">How it is initialised.</param>
/// <param name="FanIn">The inputs that one output sums over, for <see cref="WeightInit.Uniform"/>.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record WeightSpec(string Name, ImmutableArray<int> Shape, WeightInit Init, int FanIn = 0);
