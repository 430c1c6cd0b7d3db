using System;

namespace NetGen;

/// <summary>What a network may cost. A network that costs more does not compile; the message names the layer that weighs most.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class BudgetAttribute : Attribute
{
    /// <summary>The most learned parameters.</summary>
    public long MaxParameters { get; set; }

    /// <summary>The most multiply-adds of one sample.</summary>
    public long MaxMultiplyAdds { get; set; }

    /// <summary>The most bytes that the activations of one running <c>Forward</c> take.</summary>
    public long MaxWorkspaceBytes { get; set; }

    /// <summary>The most bytes that the weights take as float32, running statistics included.</summary>
    public long MaxWeightBytes { get; set; }
}
