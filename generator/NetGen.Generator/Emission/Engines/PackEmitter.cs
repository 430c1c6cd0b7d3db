using NetGen.Generator.Emission.Kernels;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>Writes how the weights of each step are packed.</summary>
internal static class PackEmitter
{
    /// <summary>The floats that all packed weights take. An empty allocation has no first element to refer to.</summary>
    public static int Length(Plan plan) => System.Math.Max(16, plan.WeightLength);

    /// <summary>The body of the method that packs all weights.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="offsets">Where each step's are.</param>
    /// <param name="depth">The indentation of its lines.</param>
    public static string Emit(Plan plan, Offsets offsets, int depth)
    {
        using var writer = new CodeWriter(depth);
        writer.Line($"WeightPacker packer = new(source, {Literal.Int(Length(plan))});");
        var packer = new PackWriter(writer, plan, offsets);
        foreach (Step step in plan.Steps)
        {
            packer.Pack(step);
        }

        writer.Line();
        writer.Line("return packer.Memory;");
        return writer.ToString();
    }
}
