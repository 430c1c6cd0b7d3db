using System;
using System.Collections.Generic;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>A kernel that is no step's own: other kernels, or the engine itself, call it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Description">What it computes.</param>
/// <param name="Write">Writes its body.</param>
internal sealed record KernelPart(string Name, string Parameters, string Description, Action<CodeWriter> Write);

/// <summary>What a family knows while it writes the kernel of a step: its surroundings, and how to get the kernels that it calls.</summary>
internal sealed class KernelContext(KernelSet kernels, Plan plan, Step step)
{
    private readonly List<Kernel> calls = [];

    /// <summary>The tier that the kernel is for.</summary>
    public Tier Tier => plan.Tier;

    /// <summary>The kind of the layer that the step computes.</summary>
    public string LayerKind => plan.Graph.Layers[step.Layers[0]].Kind;

    /// <summary>The kernels that this one calls.</summary>
    public IReadOnlyList<Kernel> Calls => calls;

    /// <summary>Finds or writes the kernel of a step that this one consists of.</summary>
    /// <returns>Its name.</returns>
    public string Call(Step part) => Call(kernels.Find(part));

    /// <summary>Finds or writes a part of this kernel.</summary>
    /// <param name="part">The part.</param>
    /// <param name="user">The step that needs it; null for this kernel's own.</param>
    /// <returns>Its name.</returns>
    public string Call(KernelPart part, Step? user = null) => Call(kernels.Find(part, kernels.UsersOf(user ?? step)));

    /// <summary>Finds or writes a kernel that multiplies two matrices, of which the second is packed as filters are.</summary>
    /// <returns>Its name.</returns>
    public string CallProduct(FilterSums product)
    {
        string rows = Literal.Int(product.Rows * product.Columns);
        string taps = Literal.Int(product.Taps);
        string filters = Literal.Int(product.Filters);
        return Call(new KernelPart(
            $"{product.Geometry.Title}{rows}x{taps}x{filters}",
            "ref float x, ref float w, ref float y",
            $"{rows}×{taps} by {taps}×{filters}",
            w => FilterEmitter.Emit(w, product, Tier)));
    }

    private string Call(Kernel kernel)
    {
        calls.Add(kernel);
        return kernel.Name;
    }
}
