using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning.Passes;

/// <summary>Layers that are computed together: the kernel of the first applies the others before it stores.</summary>
/// <param name="Main">The first layer.</param>
/// <param name="Layers">All layers, by index.</param>
internal sealed record LayerGroup(Layer Main, EquatableArray<int> Layers)
{
    /// <summary>The batch normalizations that are folded into the first layer's weights.</summary>
    public EquatableArray<BatchNormFold> Folds { get; init; }

    /// <summary>What happens to the first layer's results before they are stored.</summary>
    public Epilogue Epilogue { get; init; } = Epilogue.None;

    /// <summary>The layer whose result is added to this group's, where one is.</summary>
    public int? Residual { get; init; }

    public int First => Layers[0];

    /// <summary>The layer whose result is the group's.</summary>
    public int Last => Layers[Layers.Count - 1];

    /// <summary>What the first layer takes, or the first of several.</summary>
    public int Source => Main.Source;
}
