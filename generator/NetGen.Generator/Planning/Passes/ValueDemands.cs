using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning.Passes;

/// <summary>What the readers of a result need of it.</summary>
/// <param name="Border">The zeros around it.</param>
/// <param name="AnyLayout">Whether all of them read value by value, so that planes, and a span without slack, will do.</param>
/// <param name="Integers">What those that read integers need; null where there are none.</param>
internal sealed record ValueDemand(Border Border, bool AnyLayout, IntegerDemand? Integers);

/// <summary>What the readers of a result as integers need of it.</summary>
/// <param name="Border">The border around it, of what stands for zero.</param>
/// <param name="RangeLayer">The first such layer, whose input's range is the result's.</param>
/// <param name="IsSole">Whether every reader takes integers, so that the result itself may be stored as such.</param>
internal sealed record IntegerDemand(Border Border, int RangeLayer, bool IsSole);

/// <summary>What the readers of each result need.</summary>
/// <param name="demands">The demands on the network's inputs, the last one first, and then on each layer's result.</param>
/// <param name="inputs">How many inputs there are.</param>
internal sealed class ValueDemands(ValueDemand[] demands, int inputs)
{
    /// <summary>What is needed of a layer's result; −1 is the network's first input.</summary>
    public ValueDemand Of(int layer) => demands[layer + inputs];
}
