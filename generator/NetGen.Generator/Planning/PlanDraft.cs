using NetGen.Generator.Graphs;
using NetGen.Generator.Planning.Algorithms;
using NetGen.Generator.Planning.Passes;

namespace NetGen.Generator.Planning;

/// <summary>What the passes before lowering decided.</summary>
internal sealed record PlanDecisions(
    PlanContext Context, FusedGraph Fused, AlgorithmChoices Algorithms, ValueDemands Demands, StripChains Strips);

/// <summary>A buffer that has no offset in the workspace yet.</summary>
/// <param name="Length">Its floats; none for one whose length the step that uses it knows.</param>
/// <param name="Bordered">The map with its border, where it has one.</param>
/// <param name="Border">The border's size.</param>
/// <param name="Purpose">What lives here.</param>
internal sealed record VirtualBuffer(int Length, TensorView? Bordered, Border Border, string Purpose);

/// <summary>A plan whose buffers and packed weights have no offsets yet.</summary>
/// <param name="Steps">The steps.</param>
/// <param name="Buffers">The buffers, which views name by index.</param>
/// <param name="Values">Where each layer's result lives, by layer; null for those that exist only in registers or pass in strips.</param>
/// <param name="Completed">The number of steps after which each layer's result is there.</param>
internal sealed record PlanDraft(
    EquatableArray<Step> Steps, EquatableArray<VirtualBuffer> Buffers, EquatableArray<TensorView?> Values, EquatableArray<int> Completed);
