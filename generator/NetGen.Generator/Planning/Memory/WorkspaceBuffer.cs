using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning;

/// <summary>A stretch of the workspace.</summary>
/// <param name="Offset">Its offset in the workspace, in floats.</param>
/// <param name="Length">Its floats.</param>
/// <param name="FirstStep">The step that writes it first.</param>
/// <param name="LastStep">The last step that reads it.</param>
/// <param name="ClearsBorder">
/// Whether the border has to be set to zero in every call, since other activations use the same memory; otherwise the zeros of the
/// allocation last.
/// </param>
/// <param name="Bordered">The map with its border, where it has one.</param>
/// <param name="Border">The border's size.</param>
/// <param name="Purpose">What lives here, for the plan's table.</param>
internal sealed record WorkspaceBuffer(
    int Offset, int Length, int FirstStep, int LastStep, bool ClearsBorder, TensorView? Bordered, Border Border, string Purpose);
